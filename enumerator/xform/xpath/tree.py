"""The tree that expressions walk: light nodes, elements hold their text themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import IntEnum


class NodeKind(IntEnum):
    ROOT = 0
    ELEMENT = 1
    ATTRIBUTE = 2
    TEXT = 3
    COMMENT = 4
    INSTRUCTION = 5
    NAMESPACE = 6


class Node:
    """One node. ``text`` is a leaf's own text; an element with child elements keeps "".

    ``children`` of a mixed element hold TEXT nodes; a leaf's text becomes a node only when a
    path asks for it. ``shown`` is False while a node is not relevant: paths then pass it by.
    """

    __slots__ = (
        "attributes",
        "children",
        "kind",
        "name",
        "namespaces",
        "parent",
        "prefix",
        "shown",
        "text",
        "uri",
    )

    def __init__(
        self,
        kind: NodeKind,
        name: str = "",
        *,
        uri: str = "",
        prefix: str = "",
        parent: Node | None = None,
        text: str = "",
    ) -> None:
        self.kind = kind
        self.name = name
        self.uri = uri
        self.prefix = prefix
        self.parent: Node | None = parent
        self.text = text
        self.shown = True
        self.children: list[Node] = []
        self.attributes: list[Node] = []
        self.namespaces: Mapping[str, str] = {}

    @property
    def qualified_name(self) -> str:
        return f"{self.prefix}:{self.name}" if self.prefix else self.name

    def string(self) -> str:
        """The string-value of XPath 1.0 §5, without what is not relevant."""
        if not self.children:
            return self.text
        return "".join(self.texts())

    def texts(self) -> list[str]:
        """Of the leaves below."""
        parts: list[str] = []
        _collect(self, parts)
        return parts

    def content(self) -> list[Node]:
        """Children including a leaf's text as a node of its own."""
        if self.children or not self.text or self.kind not in (NodeKind.ELEMENT, NodeKind.ROOT):
            return self.children
        return [TextNode(self)]

    def root(self) -> Node:
        node = self
        while node.parent is not None:
            node = node.parent
        return node

    def ancestors(self) -> Iterator[Node]:
        node = self.parent
        while node is not None:
            yield node
            node = node.parent


class TextNode(Node):
    """The text of a leaf, made on demand; two of the same leaf are equal."""

    __slots__ = ()

    def __init__(self, leaf: Node) -> None:
        super().__init__(NodeKind.TEXT, parent=leaf, text=leaf.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TextNode) and other.parent is self.parent

    def __hash__(self) -> int:
        return hash((id(self.parent), "text"))


class RowNode(Node):
    """An item of a list, made on demand: it knows its place without its neighbours."""

    __slots__ = ("__weakref__", "row")

    def __init__(self, row: int, name: str, parent: Node) -> None:
        super().__init__(NodeKind.ELEMENT, name, parent=parent)
        self.row = row


class NamespaceNode(Node):
    """A prefix in scope, made on demand; two of the same element are equal."""

    __slots__ = ()

    def __init__(self, element: Node, prefix: str, uri: str) -> None:
        super().__init__(NodeKind.NAMESPACE, prefix, parent=element, text=uri)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, NamespaceNode)
            and other.parent is self.parent
            and other.name == self.name
        )

    def __hash__(self) -> int:
        return hash((id(self.parent), self.name))


def _collect(node: Node, parts: list[str]) -> None:
    for child in node.children:
        if not child.shown:
            continue
        if child.kind == NodeKind.ELEMENT:
            if child.children:
                _collect(child, parts)
            else:
                parts.append(child.text)
        elif child.kind == NodeKind.TEXT:
            parts.append(child.text)


def in_document_order(nodes: list[Node]) -> list[Node]:
    """Sorted and without duplicates; attributes come before children."""
    if len(nodes) < 2:
        return nodes
    places: dict[int, dict[int, int]] = {}
    return sorted(dict.fromkeys(nodes), key=lambda node: _order_key(node, places))


def _order_key(node: Node, places: dict[int, dict[int, int]]) -> tuple[int, ...]:
    """``places``: of the children of each parent met so far."""
    steps: list[int] = []
    while node.parent is not None:
        parent = node.parent
        if node.kind == NodeKind.ATTRIBUTE:
            steps.append(-len(parent.attributes) + _index(parent.attributes, node))
        elif node.kind == NodeKind.NAMESPACE:
            steps.append(-1_000_000 + sorted(parent.namespaces).index(node.name))
        elif isinstance(node, TextNode):
            steps.append(0)
        elif isinstance(node, RowNode):
            steps.append(node.row)
        else:
            among = places.get(id(parent))
            if among is None:
                among = {id(child): place for place, child in enumerate(parent.children)}
                places[id(parent)] = among
            steps.append(among.get(id(node), -1))
        node = parent
    steps.append(id(node))
    steps.reverse()
    return tuple(steps)


def _index(nodes: list[Node], wanted: Node) -> int:
    for index, node in enumerate(nodes):
        if node is wanted:
            return index
    return -1
