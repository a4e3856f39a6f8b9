"""Taking nodes into the state: their flags, and all rules that stand on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enumerator.xform.engine.rules import RuleKind
from enumerator.xform.instance.node import InstanceNode, Lines, touch, walk
from enumerator.xform.xpath.tree import Node

if TYPE_CHECKING:
    from enumerator.xform.engine.recalculation import Recalculator


class Adoption:
    """For one session; what it finds to do goes onto the engine's heap."""

    def __init__(self, engine: Recalculator) -> None:
        self._engine = engine
        self._program = engine.program

    def adopt(self, top: InstanceNode) -> None:
        """Takes a subtree into the state: constants, flags, and all its rules."""
        self._flags(top)
        if top.shape.repeated:
            touch(top)
            self._engine.added.append(top)

    def _flags(self, node: InstanceNode) -> None:
        parent = node.parent
        shape = node.shape
        program = self._program
        constants = program.constants[shape.number]
        starters = program.starters[shape.number]
        if constants is not None:
            ruled = {rule.kind for rule in starters}
            if RuleKind.RELEVANT not in ruled:
                self._set_flag(node, "own", constants.relevant)
            if RuleKind.READONLY not in ruled:
                self._set_flag(node, "own_locked", constants.readonly)
            if RuleKind.REQUIRED not in ruled:
                self._set_flag(node, "required", constants.required)
        self._inherit(node, parent)
        if shape.lines == 0:
            self._engine.context.fixed[shape.number] = node
        for rule in starters:
            if rule.kind != RuleKind.COUNT:
                self._engine.push(rule, node)
        for entry in node.slots:
            if isinstance(entry, Lines):
                entry.kept.clear()
                self._anchor_flags(entry.anchor)
                for line in entry:
                    self._flags(line)
            else:
                self._flags(entry)

    def _inherit(self, node: InstanceNode, parent: Node | None) -> None:
        above = parent if isinstance(parent, InstanceNode) else None
        self._set_flag(node, "shown", node.own and (above is None or above.shown))
        self._set_flag(node, "locked", node.own_locked or (above is not None and above.locked))

    def _set_flag(self, node: InstanceNode, name: str, value: bool) -> None:
        """A line that comes back may find its surroundings changed: undo has to know."""
        before = getattr(node, name)
        if value != before:
            self._engine.log.append((node, name, before))
            setattr(node, name, value)

    def _anchor_flags(self, anchor: InstanceNode) -> None:
        parent = anchor.parent
        constants = self._program.constants[anchor.shape.number]
        if constants is not None:
            self._set_flag(anchor, "own", anchor.own and constants.relevant)
            self._set_flag(anchor, "own_locked", constants.readonly)
        self._inherit(anchor, parent)
        for rule in self._program.starters[anchor.shape.number]:
            if rule.kind in (RuleKind.COUNT, RuleKind.RELEVANT):
                self._engine.push(rule, anchor)

    # ---------------------------------------------------------------- everything anew
    def recalculate_all(self) -> None:
        """All rules on all nodes: the start of a session, and the yardstick of the tests."""
        primary = self._engine.context.primary
        assert isinstance(primary, InstanceNode)  # noqa: S101 # mypy: a session's instance
        self._flags_kept(primary)

    def _flags_kept(self, node: InstanceNode) -> None:
        for rule in self._program.starters[node.shape.number]:
            if rule.kind != RuleKind.COUNT:
                self._engine.push(rule, node)
        for entry in node.slots:
            if isinstance(entry, Lines):
                entry.kept.clear()
                for rule in self._program.starters[entry.anchor.shape.number]:
                    if rule.kind in (RuleKind.COUNT, RuleKind.RELEVANT):
                        self._engine.push(rule, entry.anchor)
                for line in entry:
                    self._flags_kept(line)
            else:
                self._flags_kept(entry)

    def push_language_rules(self) -> None:
        primary = self._engine.context.primary
        assert isinstance(primary, InstanceNode)  # noqa: S101 # mypy: a session's instance
        wanted = {rule.shape.number: rule for rule in self._program.language_rules}
        for node in walk(primary):
            for rule in self._program.starters[node.shape.number]:
                if rule.shape.number in wanted and rule in self._program.language_rules:
                    self._engine.push(rule, node)
