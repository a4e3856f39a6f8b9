"""A flat list (root/item/column) as rows with indexes, instead of a tree.

80,000 rows of six columns: some 30 MB as rows, 180 MB as nodes. Nodes are made for the rows that
an expression hands out as such, and all of them only where an expression needs the whole tree.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from enumerator.xform.xpath.tree import Node, NodeKind
from enumerator.xform.xpath.values import number_of_text

Row = Sequence[str | None]  # None: the item has no such child
_NONE: tuple[int, ...] = ()


class Table:
    """Immutable once made, but for its caches; one thread at a time."""

    __slots__ = (
        "_document",
        "_index",
        "_items",
        "_number_index",
        "columns",
        "item_name",
        "plans",
        "root_name",
        "rows",
    )

    def __init__(
        self,
        columns: Sequence[str],
        rows: Sequence[Row],
        *,
        root_name: str = "root",
        item_name: str = "item",
    ) -> None:
        self.columns = {name: index for index, name in enumerate(columns)}
        self.rows = rows
        self.root_name = root_name
        self.item_name = item_name
        self.plans: dict[object, Any] = {}
        self._index: dict[int, dict[str, list[int]]] = {}
        self._number_index: dict[int, dict[float, list[int]]] = {}
        self._items: dict[int, Node] = {}
        self._document: Node | None = None

    def cell(self, row: int, column: str) -> str:
        """Blank where the row or the list has no such column."""
        place = self.columns.get(column)
        return "" if place is None else self.rows[row][place] or ""

    def matching(self, column: int, text: str) -> Sequence[int]:
        """Rows whose column holds exactly that text."""
        index = self._index.get(column)
        if index is None:
            index = self._index[column] = {}
            for number, row in enumerate(self.rows):
                key = row[column] or ""
                if (found := index.get(key)) is None:
                    index[key] = [number]
                else:
                    found.append(number)
        return index.get(text, _NONE)

    def matching_number(self, column: int, number: float) -> Sequence[int]:
        """Rows whose column reads as that number."""
        index = self._number_index.get(column)
        if index is None:
            index = self._number_index[column] = {}
            for place, row in enumerate(self.rows):
                value = number_of_text(row[column] or "")
                if value == value:
                    index.setdefault(value, []).append(place)
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
            cells = self.rows[row]
            for name, place in self.columns.items():
                text = cells[place]
                if text is not None:
                    node.children.append(Node(NodeKind.ELEMENT, name, parent=node, text=text))
            self._items[row] = node
        return node

    def cell_node(self, row: int, column: str) -> Node | None:
        return next((child for child in self.item(row).children if child.name == column), None)

    def document(self) -> Node:
        """The whole list as a tree."""
        root = self._root()
        if len(root.children) != len(self.rows):
            root.children = [self.item(row) for row in range(len(self.rows))]
        assert root.parent is not None  # noqa: S101 # mypy: _root() has just made it
        return root.parent

    def _root(self) -> Node:
        if self._document is None:
            self._document = Node(NodeKind.ROOT)
            self._document.children.append(
                Node(NodeKind.ELEMENT, self.root_name, parent=self._document)
            )
        return self._document.children[0]
