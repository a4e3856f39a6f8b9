"""A flat list (root/item/column) as columns with indexes, instead of a tree.

80,000 rows of six columns: some 30 MB as columns, 180 MB as nodes, and a row is a number. Nodes
are made for the rows that an expression hands out as such, and all of them only where an
expression needs the whole tree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from enumerator.xform.xpath.tree import Node, NodeKind
from enumerator.xform.xpath.values import number_of_text

Column = Sequence[str | None]  # None: the item has no such child
_NONE: tuple[int, ...] = ()


class Table:
    """Immutable once made, but for its caches; one thread at a time."""

    __slots__ = (
        "_document",
        "_items",
        "_many",
        "_numbers",
        "_unique",
        "columns",
        "item_name",
        "plans",
        "root_name",
        "size",
    )

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
        self._unique: dict[str, dict[str, int]] = {}
        self._many: dict[str, dict[str, list[int]]] = {}
        self._numbers: dict[str, dict[float, list[int]]] = {}
        self._items: dict[int, Node] = {}
        self._document: Node | None = None

    def cell(self, row: int, column: str) -> str:
        """Blank where the row or the list has no such column."""
        cells = self.columns.get(column)
        return "" if cells is None else cells[row] or ""

    def matching(self, column: str, text: str) -> Sequence[int]:
        """Rows whose column holds exactly that text. KeyError for an unknown column."""
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
        """Rows whose column reads as that number."""
        index = self._numbers.get(column)
        if index is None:
            index = self._numbers[column] = {}
            for row, cell in enumerate(self.columns[column]):
                value = number_of_text(cell or "")
                if value == value:
                    index.setdefault(value, []).append(row)
        return index.get(number, _NONE)

    def plan(self, key: object, make: Callable[[Table], Any]) -> Any:
        """What one expression has worked out about this list's columns."""
        if key not in self.plans:
            self.plans[key] = make(self)
        return self.plans[key]

    # ---------------------------------------------------------------- as a tree
    def item(self, row: int) -> Node:
        node = self._items.get(row)
        if node is None:
            node = Node(NodeKind.ELEMENT, self.item_name, parent=self._root())
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
        root = self._root()
        if len(root.children) != self.size:
            root.children = [self.item(row) for row in range(self.size)]
        return self._tree()

    def _root(self) -> Node:
        return self._tree().children[0]

    def _tree(self) -> Node:
        if self._document is None:
            self._document = Node(NodeKind.ROOT)
            self._document.children.append(
                Node(NodeKind.ELEMENT, self.root_name, parent=self._document)
            )
        return self._document
