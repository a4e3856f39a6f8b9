"""A flat list (root/item/column): rows by number, looked up by index, instead of a tree.

80,000 rows of six columns: some 30 MB as columns, 180 MB as nodes, and a row is a number. Nodes
are made for the rows that an expression hands out as such, and all of them only where an
expression needs the whole tree.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from enumerator.xform.xpath.tree import Node, NodeKind, RowNode
from enumerator.xform.xpath.values import number_of_text

if TYPE_CHECKING:
    from enumerator.xform.xpath.conditions import Condition

Column = Sequence[str | None]  # None: the item has no such child
_NONE: tuple[int, ...] = ()


class Table(ABC):
    """Rows are numbered from 0 in document order. One thread at a time.

    columns   by name, in document order; a cell that is None: the item has no such child
    searches  ``search`` answers, so that conditions need no walk over the rows
    """

    __slots__ = (
        "__weakref__",
        "_document",
        "_items",
        "columns",
        "item_name",
        "plans",
        "root_name",
        "size",
    )

    searches: bool = False

    def __init__(
        self,
        columns: Mapping[str, Column],
        size: int,
        *,
        root_name: str = "root",
        item_name: str = "item",
    ) -> None:
        self.columns = columns
        self.size = size
        self.root_name = root_name
        self.item_name = item_name
        self.plans: dict[object, Any] = {}
        self._items: WeakValueDictionary[int, RowNode] = WeakValueDictionary()
        self._document: Node | None = None

    # ---------------------------------------------------------------- looking up
    @abstractmethod
    def matching(self, column: str, text: str) -> Sequence[int]:
        """Rows, ascending, whose column holds exactly that text; a missing cell is a blank.
        KeyError for an unknown column."""

    @abstractmethod
    def matching_number(self, column: str, number: float) -> Sequence[int]:
        """Rows, ascending, whose column reads as that number. KeyError as above."""

    def search(
        self,
        conditions: Sequence[Condition],  # noqa: ARG002 # for lists that search
    ) -> Sequence[int] | None:
        """Rows, ascending, that fulfil all conditions; None where it cannot be asked like that,
        always so unless ``searches``."""
        return None

    def warm(self, rows: Sequence[int]) -> None:  # noqa: B027 # most lists have them at hand
        """These rows' cells are wanted next."""

    def cell(self, row: int, column: str) -> str:
        """Blank where the row or the list has no such column."""
        cells = self.columns.get(column)
        return "" if cells is None else cells[row] or ""

    def texts(self, rows: Sequence[int], column: str) -> Iterator[str]:
        """The cells of these rows, without those that are not there."""
        cells = self.columns.get(column)
        if cells is None:
            return
        if len(rows) > 1:
            self.warm(rows)
        for row in rows:
            text = cells[row]
            if text is not None:
                yield text

    def plan(self, key: object, make: Callable[[Table], Any]) -> Any:
        """What one expression has worked out about this list's columns."""
        if key not in self.plans:
            self.plans[key] = make(self)
        return self.plans[key]

    # ---------------------------------------------------------------- as a tree
    def item(self, row: int) -> Node:
        """The same node as long as anybody holds it or one of its children."""
        node = self._items.get(row)
        if node is None:
            node = RowNode(row, self.item_name, self._root())
            for name, cells in self.columns.items():
                text = cells[row]
                if text is not None:
                    node.children.append(Node(NodeKind.ELEMENT, name, parent=node, text=text))
            self._items[row] = node
        return node

    def cell_node(self, row: int, column: str) -> Node | None:
        return next((child for child in self.item(row).children if child.name == column), None)

    def document(self) -> Node:
        """The whole list as a tree."""
        return self._tree()

    def _root(self) -> Node:
        return self._tree().children[0]

    def _tree(self) -> Node:
        if self._document is None:
            self._document = Node(NodeKind.ROOT)
            self._document.children.append(_Root(self, self._document))
        return self._document


class _Root(Node):
    """A list's outermost element; its items are made when somebody walks over them."""

    __slots__ = ("_made", "_table")

    def __init__(self, table: Table, parent: Node) -> None:
        self._table = table
        self._made: list[Node] | None = None
        super().__init__(NodeKind.ELEMENT, table.root_name, parent=parent)

    @property
    def children(self) -> list[Node]:
        if self._made is None:
            self._made = [self._table.item(row) for row in range(self._table.size)]
        return self._made

    @children.setter
    def children(self, _none: list[Node]) -> None:
        """Nothing to set: Node's own start with no children."""


class ColumnTable(Table):
    """All cells in memory; an index of a column is made by the first look-up in it."""

    __slots__ = ("_many", "_numbers", "_unique")

    def __init__(
        self,
        columns: Mapping[str, Column],
        size: int,
        *,
        root_name: str = "root",
        item_name: str = "item",
    ) -> None:
        super().__init__(columns, size, root_name=root_name, item_name=item_name)
        self._unique: dict[str, dict[str, int]] = {}
        self._many: dict[str, dict[str, list[int]]] = {}
        self._numbers: dict[str, dict[float, list[int]]] = {}

    def matching(self, column: str, text: str) -> Sequence[int]:
        unique = self._unique.get(column)
        if unique is None:
            many = self._many.get(column)
            if many is None:
                self._index(column)
                return self.matching(column, text)
            return many.get(text, _NONE)
        row = unique.get(text)
        return _NONE if row is None else (row,)

    def _index(self, column: str) -> None:
        cells = self.columns[column]
        keys = cells if None not in cells else [cell or "" for cell in cells]
        unique = dict(zip(keys, range(self.size), strict=True))
        if len(unique) == self.size:
            self._unique[column] = unique  # type: ignore[assignment]  # no key is None any more
            return
        many: dict[str, list[int]] = {}
        for row, key in enumerate(keys):
            found = many.get(key)  # type: ignore[arg-type]  # no key is None any more
            if found is None:
                many[key] = [row]  # type: ignore[index]  # no key is None any more
            else:
                found.append(row)
        self._many[column] = many

    def matching_number(self, column: str, number: float) -> Sequence[int]:
        index = self._numbers.get(column)
        if index is None:
            index = self._numbers[column] = {}
            for row, cell in enumerate(self.columns[column]):
                value = number_of_text(cell or "")
                if value == value:
                    index.setdefault(value, []).append(row)
        return index.get(number, _NONE)
