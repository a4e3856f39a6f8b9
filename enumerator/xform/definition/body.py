"""The body: groups, repeats and controls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enumerator.xform.definition.markup import Markup
from enumerator.xform.definition.model import (
    JAVAROSA,
    Control,
    Item,
    ItemSet,
    NodeDefinition,
)
from enumerator.xform.definition.support import remarks_on_control
from enumerator.xform.definition.texts import read_text
from enumerator.xform.xpath.values import number_of_text

if TYPE_CHECKING:
    from enumerator.xform.definition.reader import Reader

CONTROLS = frozenset(
    {"input", "secret", "select", "select1", "upload", "trigger", "range", "rank", "textarea"}
)
ACTIONS = frozenset({"setvalue", "setgeopoint", "setlocation", "recordaudio"})
_TEXTS = frozenset({"label", "hint", "help", "alert"})
_OWN = frozenset({"ref", "nodeset", "bind", "appearance", "class", "mediatype", "accept"})


class BodyReader:
    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.controls: list[Control] = []

    def read(self, body: Markup | None) -> Control:
        root = self._reader.root
        outermost = Control("body", root, None, "/" + root.name, body.line if body else None)
        self.controls.append(outermost)
        if body is not None:
            self._children(body, outermost)
        return outermost

    def _children(self, element: Markup, parent: Control) -> None:
        for child in element.elements():
            if child.name == "group":
                self._group(child, parent)
            elif child.name == "repeat":
                self._repeat(child, parent)
            elif child.name in CONTROLS:
                self._question(child, parent)
            elif child.name in ACTIONS:
                self._reader.read_action(child, parent)
            elif child.name not in _TEXTS:
                self._reader.warn(f"<{child.name}> is not known and left out", child)

    def _add(self, control: Control, parent: Control) -> None:
        control.number = len(parent.children) + 1
        parent.children.append(control)
        self.controls.append(control)

    def _node(self, element: Markup, parent: Control) -> NodeDefinition | None:
        reader = self._reader
        bind = element.get("bind").strip()
        if bind:
            return reader.node_of_bind(bind, element)
        path = (element.get("ref") or element.get("nodeset")).strip()
        if not path:
            return None
        return reader.node_at(path, element, base=_nearest(parent))

    def _texts(self, element: Markup, control: Control) -> None:
        for child in element.elements():
            if child.name == "label" and control.label is None:
                control.label = read_text(child, self._reader.expression)
            elif child.name == "hint" and control.hint is None:
                control.hint = read_text(child, self._reader.expression)

    def _extras(self, element: Markup, control: Control) -> None:
        control.appearance = appearance_words(element)
        control.mediatype = element.get("accept") or element.get("mediatype")
        for key, value in element.attributes.items():
            name = key.rpartition("}")[2]
            if key not in _OWN and name not in ("count", "noAddRemove"):
                control.parameters[name] = value
        for remark in remarks_on_control(control, element):
            self._reader.warn(remark, element)

    def _group(self, element: Markup, parent: Control) -> None:
        node = self._node(element, parent)
        inner = list(element.elements())
        repeats = [child for child in inner if child.name == "repeat"]
        others = [child for child in inner if child.name not in _TEXTS and child not in repeats]
        if len(repeats) == 1 and not others:
            # <group><label/><repeat/></group> is the way to label a repeat.
            target = self._node(repeats[0], parent)
            if node is None or node is target:
                self._repeat(repeats[0], parent, labelled=element)
                return
        control = Control("group", node, parent, element.path, element.line)
        self._extras(element, control)
        self._texts(element, control)
        self._add(control, parent)
        self._children(element, control)

    def _repeat(self, element: Markup, parent: Control, labelled: Markup | None = None) -> None:
        node = self._node(element, parent)
        if node is None:
            self._reader.error("a repeat without a nodeset", element)
            return
        control = Control("repeat", node, parent, element.path, element.line)
        self._extras(element, control)
        if labelled is not None:
            self._texts(labelled, control)
            control.appearance = (*appearance_words(labelled), *control.appearance)
        count = element.get(f"{{{JAVAROSA}}}count").strip()
        if count:
            control.count = self._reader.expression(count, element)
            control.count_fixed = True
        if element.get(f"{{{JAVAROSA}}}noAddRemove").strip() in ("true()", "true", "1"):
            control.count_fixed = True
        node.repeated = True
        node.repeat = control
        self._add(control, parent)
        self._children(element, control)

    def _question(self, element: Markup, parent: Control) -> None:
        node = self._node(element, parent)
        if node is None:
            self._reader.error(f"<{element.name}> refers to no node", element)
            return
        name = "input" if element.name == "textarea" else element.name
        control = Control(name, node, parent, element.path, element.line)
        self._extras(element, control)
        self._texts(element, control)
        items: list[Item] = []
        for child in element.elements():
            if child.name == "item":
                items.append(self._item(child))
            elif child.name == "itemset":
                self._itemset(child, control)
            elif child.name in ACTIONS:
                self._reader.read_action(child, control)
            elif child.name == "choices":
                items.extend(self._item(item) for item in child.named("item"))
        control.items = tuple(items)
        if element.name == "range":
            self._check_range(element)
        if element.name == "secret":
            control.appearance = (*control.appearance, "masked")
        if node.control is None:
            node.control = control
        self._add(control, parent)

    def _check_range(self, element: Markup) -> None:
        """The bounds and the step are required, and numbers."""
        for name in ("start", "end", "step"):
            text = element.get(name).strip()
            if not text:
                self._reader.error(f"a range without {name!r}", element)
            elif number_of_text(text) != number_of_text(text):
                self._reader.error(f"{name} of the range is {text!r}: not a number", element)
        if number_of_text(element.get("step").strip()) == 0:
            self._reader.warn("a range whose step is 0 has nothing to choose from", element)

    def _item(self, element: Markup) -> Item:
        value = element.first("value")
        label = element.first("label")
        return Item(
            "" if value is None else value.text().strip(),
            None if label is None else read_text(label, self._reader.expression),
        )

    def _itemset(self, element: Markup, control: Control) -> None:
        reader = self._reader
        nodes = reader.expression(element.get("nodeset"), element)
        value = element.first("value") or element.first("copy")
        label = element.first("label")
        if value is None:
            reader.error("an itemset without a value", element)
            return
        value_of = reader.expression(value.get("ref") or value.text().strip(), value)
        label_of = None if label is None else reader.expression(label.get("ref"), label)
        if nodes is not None and value_of is not None:
            control.itemset = ItemSet(nodes, value_of, label_of)


def appearance_words(element: Markup) -> tuple[str, ...]:
    """Separated by spaces, but for those in brackets: ``search('a list')`` is one word."""
    text = element.get("appearance")
    if "(" not in text:
        return tuple(text.split())
    joined: list[str] = []
    depth = 0
    for mark in text:
        depth = max(0, depth + (mark == "(") - (mark == ")"))
        joined.append("\0" if mark.isspace() and depth else mark)
    if depth:  # a bracket that is never closed holds nothing together
        return tuple(text.split())
    return tuple(word.replace("\0", " ") for word in "".join(joined).split())


def _nearest(control: Control | None) -> NodeDefinition | None:
    while control is not None and control.node is None:
        control = control.parent
    return None if control is None else control.node
