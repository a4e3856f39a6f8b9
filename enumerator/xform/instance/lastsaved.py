"""jr://instance/last-saved: the submission of this form that was saved last, as a list to read."""

from __future__ import annotations

from enumerator.xform.definition.markup import Markup
from enumerator.xform.definition.model import NodeDefinition
from enumerator.xform.instance.codec import read_kept
from enumerator.xform.xpath.tree import Node, NodeKind


def last_saved_of(root: NodeDefinition, saved: Markup | None) -> Node:
    """A tree in the form's own names, whatever prefixes the saved instance has.

    Without a saved one: the form's structure, all blank, its repeats without lines."""
    document = Node(NodeKind.ROOT)
    document.children.append(_element(root, saved, document))
    return document


def _element(shape: NodeDefinition, markup: Markup | None, parent: Node) -> Node:
    node = Node(NodeKind.ELEMENT, shape.name, uri=shape.uri, prefix=shape.prefix, parent=parent)
    if shape.leaf and markup is not None:
        node.text = read_kept(shape.holds, markup.text().strip()) if shape.holds else _text(markup)
    for child in shape.order:
        if child.attribute:
            node.attributes.append(_attribute(child, markup, node))
            continue
        found: list[Markup | None] = []
        if markup is not None:
            found += markup.named(child.name)
        elif not child.repeated:
            found.append(None)
        node.children += [_element(child, each, node) for each in found]
    return node


def _text(markup: Markup) -> str:
    text = markup.text()
    return text if text.strip() else ""


def _attribute(shape: NodeDefinition, markup: Markup | None, parent: Node) -> Node:
    key = f"{{{shape.uri}}}{shape.name}" if shape.uri else shape.name
    text = "" if markup is None else markup.get(key)
    return Node(
        NodeKind.ATTRIBUTE, shape.name, uri=shape.uri, prefix=shape.prefix, parent=parent, text=text
    )
