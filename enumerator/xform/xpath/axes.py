"""The axes of XPath 1.0 over nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from enumerator.xform.xpath.syntax import KindTest, NameTest
from enumerator.xform.xpath.tree import NamespaceNode, Node, NodeKind, RowNode, TextNode

REVERSE = frozenset({"ancestor", "ancestor-or-self", "preceding", "preceding-sibling", "parent"})

Matches = Callable[[Node], bool]
Walk = Callable[[Node], Iterator[Node]]

_KINDS = {
    "text": NodeKind.TEXT,
    "comment": NodeKind.COMMENT,
    "processing-instruction": NodeKind.INSTRUCTION,
}


def node_test(
    axis: str, test: NameTest | KindTest, namespaces: Mapping[str, str], *, lenient: bool
) -> Matches:
    """``lenient``: a name without prefix also fits a node with one, as paths of forms do."""
    if isinstance(test, KindTest):
        if test.kind == "node":
            return lambda _node: True
        kind = _KINDS[test.kind]
        if test.target is not None:
            target = test.target
            return lambda node: node.kind == kind and node.name == target
        return lambda node: node.kind == kind
    principal = (
        NodeKind.ATTRIBUTE
        if axis == "attribute"
        else NodeKind.NAMESPACE
        if axis == "namespace"
        else NodeKind.ELEMENT
    )
    local = test.local
    if test.prefix is None:
        if local == "*":
            return lambda node: node.kind == principal
        if lenient:
            return lambda node: node.name == local and node.kind == principal
        return lambda node: node.name == local and not node.uri and node.kind == principal
    uri = namespaces.get(test.prefix)
    if uri is None:
        prefix = test.prefix
        return lambda node: (
            node.prefix == prefix and local in ("*", node.name) and node.kind == principal
        )
    if local == "*":
        return lambda node: node.uri == uri and node.kind == principal
    return lambda node: node.name == local and node.uri == uri and node.kind == principal


def _child(node: Node) -> Iterator[Node]:
    return iter(node.content())


def _parent(node: Node) -> Iterator[Node]:
    if node.parent is not None:
        yield node.parent


def _self(node: Node) -> Iterator[Node]:
    yield node


def _attribute(node: Node) -> Iterator[Node]:
    return iter(node.attributes)


def _namespace(node: Node) -> Iterator[Node]:
    if node.kind == NodeKind.ELEMENT:
        for prefix, uri in sorted(node.namespaces.items()):
            yield NamespaceNode(node, prefix, uri)


def _descendant(node: Node) -> Iterator[Node]:
    for child in node.content():
        yield child
        if child.kind == NodeKind.ELEMENT:
            yield from _descendant(child)


def _descendant_or_self(node: Node) -> Iterator[Node]:
    yield node
    yield from _descendant(node)


def _ancestor(node: Node) -> Iterator[Node]:
    return node.ancestors()


def _ancestor_or_self(node: Node) -> Iterator[Node]:
    yield node
    yield from node.ancestors()


def _place(node: Node) -> int:
    if node.parent is None or node.kind in (NodeKind.ATTRIBUTE, NodeKind.NAMESPACE):
        return -1
    if isinstance(node, TextNode):
        return 0
    if isinstance(node, RowNode):
        return node.row
    for index, sibling in enumerate(node.parent.children):
        if sibling is node:
            return index
    return -1


def _following_sibling(node: Node) -> Iterator[Node]:
    place = _place(node)
    if place >= 0 and node.parent is not None:
        yield from node.parent.children[place + 1 :]


def _preceding_sibling(node: Node) -> Iterator[Node]:
    place = _place(node)
    if place > 0 and node.parent is not None:
        yield from reversed(node.parent.children[:place])


def _following(node: Node) -> Iterator[Node]:
    if node.kind in (NodeKind.ATTRIBUTE, NodeKind.NAMESPACE) and node.parent is not None:
        yield from _descendant(node.parent)
        node = node.parent
    for place in _ancestor_or_self(node):
        for sibling in _following_sibling(place):
            yield from _descendant_or_self(sibling)


def _preceding(node: Node) -> Iterator[Node]:
    if node.kind in (NodeKind.ATTRIBUTE, NodeKind.NAMESPACE) and node.parent is not None:
        node = node.parent
    for place in _ancestor_or_self(node):
        for sibling in _preceding_sibling(place):
            yield from reversed(list(_descendant_or_self(sibling)))


WALKS: Mapping[str, Walk] = {
    "ancestor": _ancestor,
    "ancestor-or-self": _ancestor_or_self,
    "attribute": _attribute,
    "child": _child,
    "descendant": _descendant,
    "descendant-or-self": _descendant_or_self,
    "following": _following,
    "following-sibling": _following_sibling,
    "namespace": _namespace,
    "parent": _parent,
    "preceding": _preceding,
    "preceding-sibling": _preceding_sibling,
    "self": _self,
}
