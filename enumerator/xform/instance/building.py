"""Making nodes: from the form's own instance, from a template, from a saved instance."""

from __future__ import annotations

from datetime import tzinfo

from enumerator.xform.definition.markup import Markup
from enumerator.xform.definition.model import JAVAROSA, NodeDefinition
from enumerator.xform.facade import Problem
from enumerator.xform.instance.codec import VERBATIM, lenient
from enumerator.xform.instance.node import InstanceNode, Lines, relink
from enumerator.xform.limits import MAX_PROBLEMS

TEMPLATE = f"{{{JAVAROSA}}}template"


class Builder:
    """Numbers the nodes of one session in the order they are made.

    spare      a node of no instance but this one (see ``Metadata``)
    problems   what a saved instance has and the form has no place for
    serial     the last number that was given
    """

    def __init__(self, zone: tzinfo) -> None:
        self._zone = zone
        self.serial = 0
        self.spare: NodeDefinition | None = None
        self.problems: list[Problem] = []

    def root(self, shape: NodeDefinition, saved: Markup | None = None) -> InstanceNode:
        root = self._node(
            shape, None, saved if saved is not None else shape.markup, saved is not None
        )
        if saved is not None:
            self._keep_version(root)
        return root

    def _keep_version(self, root: InstanceNode) -> None:
        """The submission is one of the form as it is now, whatever it was started with."""
        for attribute in root.attributes:
            if isinstance(attribute, InstanceNode) and attribute.name in ("id", "version"):
                attribute.text = attribute.shape.default

    def line(self, lines: Lines) -> InstanceNode:
        """A fresh line of a repeat, not yet in it. Values stand in a template: what the first
        line holds belongs to that line alone (ODK XForms, default values in repeats)."""
        anchor = lines.anchor
        shape = anchor.shape
        parent = anchor.parent
        assert isinstance(parent, InstanceNode)  # noqa: S101 # mypy: a repeat has a parent
        return self._node(shape, parent, shape.template, saved=False)

    def _make(self, shape: NodeDefinition, parent: InstanceNode | None) -> InstanceNode:
        self.serial += 1
        return InstanceNode(shape, parent, self.serial)

    def _node(
        self,
        shape: NodeDefinition,
        parent: InstanceNode | None,
        markup: Markup | None,
        saved: bool,
    ) -> InstanceNode:
        node = self._make(shape, parent)
        if shape.leaf and markup is not None and markup.parts:
            text = markup.text() if shape.bind.type in VERBATIM else markup.text().strip()
            if not text.strip():
                text = ""
            node.text = lenient(shape.bind.type, text if saved else text.strip(), self._zone)
        has_spare = self.spare is not None and shape is self.spare.parent
        if not shape.order and not has_spare:
            if saved and markup is not None:
                self._look_for_strangers(markup, shape, _children_of(markup, shape))
            return node
        found = _children_of(markup, shape)
        for child in shape.order:
            if child.attribute:
                node.slots.append(self._attribute(child, node, markup, saved))
            elif child.repeated:
                lines = Lines(self._make(child, node))
                for place, element in enumerate(found.get(child.key, ()), 1):
                    line = self._node(child, node, element, saved)
                    line.line = place
                    lines.append(line)
                if not lines and not saved and child.repeat and child.repeat.fixed_once:
                    lines.append(self.line(lines))
                node.slots.append(lines)
            else:
                elements = found.get(child.key)
                # A saved instance may lack what was not relevant when it was sent.
                source = elements[0] if elements else (child.markup if saved else None)
                node.slots.append(self._node(child, node, source, saved and bool(elements)))
        if self.spare is not None and has_spare:
            node.slots = [*node.slots, self._spare(self.spare, node, found)]
        if saved and markup is not None:
            self._look_for_strangers(markup, shape, found)
        relink(node)
        return node

    def _spare(
        self, shape: NodeDefinition, parent: InstanceNode, found: dict[str, list[Markup]]
    ) -> InstanceNode:
        key = next((key for key in found if key.rpartition(":")[2] == shape.name), None)
        return self._node(shape, parent, None if key is None else found.pop(key)[0], saved=True)

    def _look_for_strangers(
        self, markup: Markup, shape: NodeDefinition, found: dict[str, list[Markup]]
    ) -> None:
        """Nothing of a saved instance is left out without a word."""
        known = {child.key: child for child in shape.order if not child.attribute}
        for key, elements in found.items():
            child = known.get(key)
            surplus = elements if child is None else [] if child.repeated else elements[1:]
            for element in surplus:
                if _holds_something(element):
                    self._stranger(f"<{element.name}>", element)
        own = {c.name for c in shape.order if c.attribute} | {"id", "version"}
        for attribute, value in markup.attributes.items():
            name = attribute.rpartition("}")[2]
            if value.strip() and name not in own and attribute != TEMPLATE:
                self._stranger(f"the attribute {name}", markup)
        if not shape.leaf and markup.text().strip():
            self._stranger("text between elements", markup)

    def _stranger(self, what: str, element: Markup) -> None:
        if len(self.problems) == MAX_PROBLEMS:
            return
        text = f"the saved instance has {what}, for which the form has no place: it is left out"
        self.problems.append(Problem("warning", text, element.path, element.line))

    def _attribute(
        self, shape: NodeDefinition, node: InstanceNode, markup: Markup | None, saved: bool
    ) -> InstanceNode:
        attribute = self._make(shape, node)
        key = f"{{{shape.uri}}}{shape.name}" if shape.uri else shape.name
        text = shape.default
        if markup is not None and key in markup.attributes:
            text = markup.attributes[key]
        elif saved and markup is not None:
            text = ""
        attribute.text = text
        node.attributes.append(attribute)
        return attribute


def _children_of(markup: Markup | None, shape: NodeDefinition) -> dict[str, list[Markup]]:
    """By key, templates left out."""
    found: dict[str, list[Markup]] = {}
    for element in markup.elements() if markup is not None else ():
        if TEMPLATE not in element.attributes:
            found.setdefault(_key(element, shape), []).append(element)
    return found


def _holds_something(markup: Markup) -> bool:
    if markup.text().strip() or any(value.strip() for value in markup.attributes.values()):
        return True
    return any(_holds_something(element) for element in markup.elements())


def _key(element: Markup, parent: NodeDefinition) -> str:
    key = f"{element.prefix}:{element.name}" if element.prefix else element.name
    if key in parent.children:
        return key
    return next((c.key for c in parent.order if c.name == element.name and not c.attribute), key)
