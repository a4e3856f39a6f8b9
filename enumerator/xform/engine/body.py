"""The body over the instance: references, children, parents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from enumerator.errors import KnownError
from enumerator.xform.definition.model import Control, NodeDefinition
from enumerator.xform.engine.program import Program
from enumerator.xform.facade import Kind, Ref
from enumerator.xform.instance.node import InstanceNode, Lines, ref_of

_STEP = re.compile(r"([^\[\]]+)(?:\[(\d{1,9})\])?$")


class Spot(NamedTuple):
    """Something of the body: its control, and the node it stands on.

    For a REPEAT the node is the anchor of its lines, for a group without a reference of its own
    the nearest node above."""

    kind: Kind
    control: Control
    node: InstanceNode


def line_ref(line: InstanceNode) -> Ref:
    """A line by itself: always with its position."""
    found = ref_of(line)
    return Ref(f"{found}[1]") if line.line == 1 else Ref(found)


def no_such(ref: str) -> KnownError:
    return KnownError("no_such_question", f"The questionnaire has nothing at {ref}.", ref=ref)


class Body:
    """Navigation for one session; ``forget`` after lines came or went."""

    def __init__(self, program: Program, root: InstanceNode) -> None:
        self._program = program
        self._root = root
        self._spots: dict[str, Spot] = {}
        self._nodes: dict[str, InstanceNode] = {}

    def forget(self) -> None:
        self._spots.clear()
        self._nodes.clear()

    # ---------------------------------------------------------------- nodes
    def node(self, ref: str) -> InstanceNode:
        """Any node of the instance. KnownError no_such_question."""
        found = self._nodes.get(ref)
        if found is None:
            entry = self._entry(ref)
            if isinstance(entry, Lines):
                if not entry:
                    raise no_such(ref)
                entry = entry[0]
            found = self._nodes[ref] = entry
        return found

    def _entry(self, ref: str) -> InstanceNode | Lines:
        """Lines where the last step names a repeat without a position."""
        steps = ref.split("/")
        if len(steps) < 2 or steps[0]:
            raise no_such(ref)
        if _name(steps[1], ref)[0] != self._root.shape.key:
            raise no_such(ref)
        entry: InstanceNode | Lines = self._root
        for place, step in enumerate(steps[2:], 3):
            if isinstance(entry, Lines):
                if not entry:
                    raise no_such(ref)
                entry = entry[0]
            name, position = _name(step, ref)
            shape = entry.shape.children.get(name)
            if shape is None:
                shape = next((s.shape for s in entry.children if s.shape.key == name), None)  # type: ignore[attr-defined]  # children of instance nodes are such
            if shape is None:
                raise no_such(ref)
            found: InstanceNode | Lines = entry.slots[shape.slot]
            if isinstance(found, Lines) and (position or place < len(steps)):
                position = position or 1
                if not 0 < position <= len(found):
                    raise no_such(ref)
                found = found[position - 1]
            elif position and position != 1:
                raise no_such(ref)
            entry = found
        return entry

    # ---------------------------------------------------------------- spots
    def spot(self, ref: str) -> Spot:
        """KnownError no_such_question for what is not in the body."""
        found = self._spots.get(ref)
        if found is None:
            found = self._spots[ref] = self._find_spot(ref)
        return found

    def _find_spot(self, ref: str) -> Spot:
        above, mark, number = ref.rpartition("/~")
        if mark:
            parent = self.spot(above)
            for control in parent.control.children:
                if str(control.number) == number and control.node is None:
                    return Spot(Kind.GROUP, control, parent.node)
            raise no_such(ref)
        entry = self._entry(ref)
        if isinstance(entry, Lines):
            control_of_repeat = entry.anchor.shape.repeat
            if control_of_repeat is not None:
                return Spot(Kind.REPEAT, control_of_repeat, entry.anchor)
            if not entry:
                raise no_such(ref)
            entry = entry[0]  # siblings of one name that no repeat of the body names
        shape = entry.shape
        if entry is self._root:
            return Spot(Kind.GROUP, self._program.definition.body, entry)
        if shape.repeated and shape.repeat is not None:
            return Spot(Kind.LINE, shape.repeat, entry)
        if shape.control is not None:
            return Spot(Kind.QUESTION, shape.control, entry)
        group = self._program.groups.get(shape.number)
        if group is None:
            raise no_such(ref)
        return Spot(Kind.GROUP, group, entry)

    def ref(self, spot: Spot) -> Ref:
        if spot.kind == Kind.LINE:
            return line_ref(spot.node)
        if spot.control.node is None and spot.control.parent is not None:
            parent = self._spot_of(spot.control.parent, spot.node)
            return Ref(f"{self.ref(parent)}/~{spot.control.number}")
        return Ref(ref_of(spot.node))

    def _spot_of(self, control: Control, near: InstanceNode) -> Spot:
        """The spot of a control that encloses the node; a repeat's is the line."""
        if control.element == "body":
            return Spot(Kind.GROUP, control, self._root)
        shape = control.node
        if shape is None:
            return Spot(Kind.GROUP, control, near)
        node: InstanceNode | None = near
        while node is not None and node.shape is not shape:
            node = node.parent if isinstance(node.parent, InstanceNode) else None
        if node is None:
            found = self._locate(shape, near)
            node = found.anchor if isinstance(found, Lines) else found or self._root
        return Spot(Kind.LINE if control.element == "repeat" else Kind.GROUP, control, node)

    def _locate(self, shape: NodeDefinition, near: InstanceNode) -> InstanceNode | Lines | None:
        """The node of a shape in the same lines as ``near``; None when it has no line there."""
        if shape.parent is None:
            return self._root
        if near.shape is shape.parent:
            found: InstanceNode | Lines = near.slots[shape.slot]
            return found
        mine: dict[int, InstanceNode] = {}
        above: object = near
        while isinstance(above, InstanceNode):
            mine[above.shape.number] = above
            above = above.parent
        container = mine.get(shape.parent.number)
        if container is None:
            located = self._locate(shape.parent, near)
            if isinstance(located, Lines):
                located = located[0] if located else None
            container = located
        if container is None:
            return None
        if shape.number in mine and not shape.repeated:
            return mine[shape.number]
        entry: InstanceNode | Lines = container.slots[shape.slot]
        return entry

    # ---------------------------------------------------------------- family
    def children(self, spot: Spot) -> Iterator[Spot]:
        if spot.kind == Kind.REPEAT:
            parent = spot.node.parent
            if isinstance(parent, InstanceNode):
                for line in parent.slots[spot.node.shape.slot]:
                    yield Spot(Kind.LINE, spot.control, line)
            return
        for control in spot.control.children:
            if control.node is None:
                yield Spot(Kind.GROUP, control, spot.node)
                continue
            entry = self._locate(control.node, spot.node)
            if entry is None:
                continue
            if control.element == "repeat":
                if isinstance(entry, Lines):
                    yield Spot(Kind.REPEAT, control, entry.anchor)
                continue
            if isinstance(entry, Lines):
                if not entry:
                    continue
                entry = entry[0]
            yield Spot(Kind.QUESTION if control.is_question else Kind.GROUP, control, entry)

    def parent(self, spot: Spot) -> Spot | None:
        if spot.kind == Kind.LINE:
            lines: Lines = spot.node.parent.slots[spot.node.shape.slot]  # type: ignore[union-attr]  # a line has a parent with slots
            return Spot(Kind.REPEAT, spot.control, lines.anchor)
        above = spot.control.parent
        return None if above is None else self._spot_of(above, spot.node)

    def questions(self) -> Iterator[Spot]:
        """Relevant ones, in body order."""
        root = Spot(Kind.GROUP, self._program.definition.body, self._root)
        yield from self._questions(root)

    def _questions(self, spot: Spot) -> Iterator[Spot]:
        for child in self.children(spot):
            if not child.node.shown:
                continue
            if child.kind == Kind.QUESTION:
                yield child
            else:
                yield from self._questions(child)


def _name(step: str, ref: str) -> tuple[str, int]:
    match = _STEP.match(step)
    if match is None:
        raise no_such(ref)
    return match[1], int(match[2]) if match[2] else 0
