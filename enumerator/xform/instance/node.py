"""The primary instance while it is being filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Any

from enumerator.xform.definition.model import NodeDefinition
from enumerator.xform.instance.codec import atom_of, read_kept
from enumerator.xform.xpath.tree import Node, NodeKind
from enumerator.xform.xpath.values import Atom, number_of_atom

_NOTHING: Any = ()
_NO_NAMESPACES: Mapping[str, str] = {}


class InstanceNode(Node):
    """A node with a definition. Only the engine writes to it.

    slots     one entry a child definition, attributes included: a node, or the Lines of a repeat
    number    the text as a number, None until somebody asks
    line      from 1 among the lines of its repeat; 0 outside one
    serial    order of creation: makes recalculation deterministic
    own       its own relevant, shown: with all its ancestors'; locked: readonly likewise
    ref       its canonical reference, None until somebody asks
    chosen    of a select, what was selected before its list withdrew some of it; else None
    """

    __slots__ = (
        "_atom",
        "chosen",
        "line",
        "locked",
        "number",
        "own",
        "own_locked",
        "ref",
        "required",
        "serial",
        "shape",
        "slots",
    )

    def __init__(self, shape: NodeDefinition, parent: InstanceNode | None, serial: int) -> None:
        # Not by way of Node: a count that rises makes hundreds of nodes in one answer. What can
        # hold nothing shares one empty sequence, which is half of a roster's memory.
        self.kind = NodeKind.ATTRIBUTE if shape.attribute else NodeKind.ELEMENT
        self.name, self.uri, self.prefix = shape.name, shape.uri, shape.prefix
        self.parent = parent
        self.text = ""
        self.shown = True
        self.namespaces = _NO_NAMESPACES
        self.children, self.attributes = _NOTHING, _NOTHING
        self.slots: list[Any] = _NOTHING
        if shape.order:
            self.children, self.attributes, self.slots = [], [], []
        self.shape = shape
        self.number: float | None = None
        self._atom: Atom | None = None
        self.line = 0
        self.serial = serial
        self.own = True
        self.locked = False
        self.own_locked = False
        self.required = False
        self.ref: str | None = None
        self.chosen: str | None = None

    def string(self) -> str:
        holds = self.shape.holds
        return read_kept(holds, self.text) if holds else super().string()

    def read_number(self, zone: tzinfo) -> float:
        found = self.number = number_of_atom(self.atom(zone))
        return found

    def atom(self, zone: tzinfo) -> Atom:
        if self._atom is None:
            if not self.shape.leaf:
                return self.string()
            holds = self.shape.holds
            text = read_kept(holds, self.text) if holds else self.text
            self._atom = atom_of(self.shape.scalar, text, zone)
        return self._atom

    def put(self, text: str) -> None:
        self.text = text
        self.number = None
        self._atom = None
        if self.shape.gatherings:
            touch(self)

    def __repr__(self) -> str:
        return f"<{self.shape.path} #{self.serial} {self.text!r}>"


class Lines(list[InstanceNode]):
    """The lines of one repeat under one parent.

    parked   lines that jr:count no longer covers: out of the tree, kept for when it does
    kept     what totals took of the lines, see xpath.gathering
    version  counts the changes of which lines there are
    anchor   stands for the repeat itself: the context of jr:count and of its label, and what
             its relevance is read from while there is no line
    """

    __slots__ = ("anchor", "kept", "parked", "version")

    def __init__(self, anchor: InstanceNode) -> None:
        super().__init__()
        self.anchor = anchor
        self.parked: list[InstanceNode] = []
        self.kept: dict[Any, Any] = {}
        self.version = 0

    __hash__ = None


def touch(node: InstanceNode) -> None:
    """Marks the node's lines for the totals that read it: after its text or relevance changed."""
    for up, gathering in node.shape.gatherings:
        line: Any = node
        for _ in range(up):
            line = line.parent
        kept = line.parent.slots[line.shape.slot].kept.get(gathering)
        if kept is not None:
            kept.stale.add(line)


def walk(node: InstanceNode) -> Iterator[InstanceNode]:
    """The node and everything below, in document order; attributes first."""
    yield node
    for entry in node.slots:
        if isinstance(entry, Lines):
            for line in entry:
                yield from walk(line)
        else:
            yield from walk(entry)


def is_attached(line: InstanceNode) -> bool:
    """Whether the line, and every line that it stands in, is still in the tree."""
    node: Any = line
    while node.parent is not None:
        if node.shape.repeated:
            lines: Lines = node.parent.slots[node.shape.slot]
            place = node.line - 1  # what relink keeps right for the lines in the tree
            if not (0 <= place < len(lines) and lines[place] is node):
                return False
        node = node.parent
    return True


def relink(node: InstanceNode) -> None:
    """Makes ``children`` and line numbers follow the slots."""
    children: list[Node] = []
    for entry in node.slots:
        if isinstance(entry, Lines):
            for place, line in enumerate(entry, 1):
                if line.line != place:
                    line.line = place
                    forget_refs(line)
                children.append(line)
        elif not entry.shape.attribute:
            children.append(entry)
    node.children = children


def replace_lines(lines: Lines, active: list[InstanceNode]) -> None:
    """Other lines, with all that follows from them but what their nodes hold."""
    parent = lines.anchor.parent
    assert isinstance(parent, InstanceNode)  # noqa: S101 # mypy: repeats have parents
    before = len(lines)
    first = lines[0] if lines else None
    lines[:] = active
    lines.version += 1
    touch(lines.anchor)
    if first is None:
        relink(parent)
        return
    # A form may have hundreds of questions beside the repeat: they stay where they are.
    start = parent.children.index(first)
    parent.children[start : start + before] = active
    for place, line in enumerate(active, 1):
        if line.line != place:
            line.line = place
            forget_refs(line)


def forget_refs(node: InstanceNode) -> None:
    for each in walk(node):
        each.ref = None
        for entry in each.slots:
            if isinstance(entry, Lines):
                entry.anchor.ref = None
    for attribute in node.attributes:
        if isinstance(attribute, InstanceNode):
            attribute.ref = None


def ref_of(node: InstanceNode) -> str:
    """Canonical: a first line carries no position."""
    found = node.ref
    if found is None:
        parent = node.parent
        key = node.shape.key
        if node.line > 1:
            key = f"{key}[{node.line}]"
        found = (ref_of(parent) if isinstance(parent, InstanceNode) else "") + "/" + key
        node.ref = found
    return found
