"""Rules, and the routes by which a change finds the rules that read it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from enumerator.xform.definition.model import NodeDefinition
from enumerator.xform.facade import Aspect
from enumerator.xform.xpath.compiled import Compiled
from enumerator.xform.xpath.dependencies import Pick, Place, Reads
from enumerator.xform.xpath.shape import Shape, lineage


class RuleKind(IntEnum):
    """The first five are worked out at once, the others when somebody asks."""

    RELEVANT = 0
    CALCULATE = 1
    COUNT = 2
    READONLY = 3
    REQUIRED = 4
    CONSTRAINT = 5
    LABEL = 6
    CHOICES = 7


EAGER = frozenset(
    {
        RuleKind.RELEVANT,
        RuleKind.CALCULATE,
        RuleKind.COUNT,
        RuleKind.READONLY,
        RuleKind.REQUIRED,
    }
)
ASPECTS: dict[RuleKind, int] = {
    RuleKind.CONSTRAINT: Aspect.CONSTRAINT.value,
    RuleKind.LABEL: Aspect.LABEL.value,
    RuleKind.CHOICES: Aspect.CHOICES.value,
}


@dataclass(eq=False, slots=True)
class Rule:
    """``rank``: no rule reads the result of one with a higher rank."""

    kind: RuleKind
    shape: NodeDefinition
    code: Compiled
    reads: Reads
    place: str
    line: int | None
    evaluate: Any = None
    rank: int = 0

    def __post_init__(self) -> None:
        if self.kind == RuleKind.CALCULATE:
            self.evaluate = self.code.atom()
        elif self.kind == RuleKind.COUNT:
            self.evaluate = self.code.number()
        elif self.kind in EAGER or self.kind == RuleKind.CONSTRAINT:
            self.evaluate = self.code.boolean()


@dataclass(eq=False, slots=True)
class Route:
    """From a changed node to the targets of a rule.

    fixed   the target stands outside repeats: its number in Context.fixed, else -1
    up      steps from the changed node to the ancestor that both have in common
    down    (slot, repeated) from there to the targets; starts at the root where ``top``
    shared  how many leading repeat steps both have in common
    pick    only one line is read, see xpath.dependencies
    """

    rule: Rule
    fixed: int
    up: int
    down: tuple[tuple[int, bool], ...]
    top: bool
    shared: int
    pick: Pick | None = None

    @staticmethod
    def between(read: Place, rule: Rule) -> Route:
        target = rule.shape
        anchored = rule.kind == RuleKind.COUNT
        if target.lines == 0 and not (anchored and target.repeated):
            return Route(rule, target.number, 0, (), True, read.shared, read.pick)
        way = lineage(target)
        common = _line_shape(read.shape, read.shared)
        down = tuple((s.slot, s.repeated) for s in way[common.depth + 1 :])
        up = read.shape.depth - common.depth
        return Route(rule, -1, up, down, read.shared == 0, read.shared, read.pick)


def _line_shape(shape: Shape, lines: int) -> Shape:
    """The repeat that is the ``lines``-th on the way to the shape; the root for 0."""
    way = lineage(shape)
    if lines == 0:
        return way[0]
    return next(each for each in way if each.repeated and each.lines == lines)
