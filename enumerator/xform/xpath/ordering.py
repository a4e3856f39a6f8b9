"""What can be said of a path's document order before it is walked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from enumerator.xform.xpath.shape import Shape
from enumerator.xform.xpath.syntax import (
    DESCENDANTS,
    Binary,
    Call,
    Expr,
    Filter,
    NameTest,
    Negate,
    Path,
    Step,
)

# Axes that never lead from nodes beside each other to nodes inside each other.
FLAT = frozenset({"child", "attribute", "self"})

_CONDITIONS = frozenset({"and", "or", "=", "!=", "<", "<=", ">", ">="})
_TRUTHS = frozenset(
    {"boolean", "contains", "ends-with", "false", "not", "regex", "selected", "starts-with", "true"}
)


def may_nest(start: str | Expr) -> bool:
    """Whether one of the nodes that a path starts from may lie inside another.

    What a function gives keeps its own order: the rows of randomize() are not sorted again.
    """
    if isinstance(start, Path):
        return may_nest(start.start) or any(step.axis not in FLAT for step in start.steps)
    if isinstance(start, Filter):
        return may_nest(start.base)
    if isinstance(start, Call):
        return start.name == "id" or (
            start.name == "if" and any(may_nest(choice) for choice in start.arguments[1:])
        )
    return isinstance(start, Binary)


def merged(steps: Sequence[Step]) -> list[Step]:
    """``//x`` as one step down, where no predicate counts among the children of one parent."""
    found: list[Step] = []
    for step in steps:
        if (
            found
            and found[-1] == DESCENDANTS
            and step.axis == "child"
            and not any(_may_count(predicate) for predicate in step.predicates)
        ):
            found[-1] = Step("descendant", step.test, step.predicates)
        else:
            found.append(step)
    return found


def names_beyond(steps: Sequence[Step], root: Shape) -> list[str]:
    """What to tell an author of ``//name`` where the form has no such node."""
    names = {
        step.test.local
        for before, step in pairwise(steps)
        if before == DESCENDANTS and step.axis == "child" and isinstance(step.test, NameTest)
    }
    names.discard("*")
    return [f"there is no node {name}: it stays blank" for name in names - _names_in(root)]


def _names_in(shape: Shape) -> set[str]:
    return {shape.name}.union(*(_names_in(child) for child in shape.children.values()))


def _may_count(predicate: Expr) -> bool:
    """Whether its value may depend on the position."""
    if isinstance(predicate, Path):
        return False  # a predicate of its own counts for itself
    if isinstance(predicate, Binary):
        return predicate.operator not in _CONDITIONS or _asks(predicate)
    if isinstance(predicate, Call):
        return predicate.name not in _TRUTHS or _asks(predicate)
    return True


def _asks(expr: Expr) -> bool:
    """Whether position() or last() of the same context stands in it."""
    if isinstance(expr, Call):
        return (expr.name in ("position", "last") and not expr.arguments) or any(
            map(_asks, expr.arguments)
        )
    if isinstance(expr, Binary):
        return _asks(expr.left) or _asks(expr.right)
    if isinstance(expr, Negate):
        return _asks(expr.operand)
    if isinstance(expr, Filter):
        return _asks(expr.base)
    if isinstance(expr, Path) and not isinstance(expr.start, str):
        return _asks(expr.start)
    return False
