"""Which parts of an expression look at the row that a predicate is tested on."""

from __future__ import annotations

from enumerator.xform.xpath.syntax import (
    ANY_NODE,
    Binary,
    Call,
    Expr,
    Filter,
    NameTest,
    Negate,
    Path,
    Step,
)

# Functions that look at the context item when they get no argument; lang and id always do.
_LOOKS_AT_ITEM = frozenset(
    {"string", "number", "name", "local-name", "namespace-uri", "string-length"}
    | {"normalize-space", "once"}
)
_ALWAYS_LOOKS = frozenset({"lang", "id", "once"})
_POSITIONAL = frozenset({"position", "last"})
_CHANCE = frozenset({"random", "uuid", "randomize"})


def column_of(expr: Expr) -> str | None:
    """The column that a plain relative path means."""
    if not isinstance(expr, Path) or expr.start != ".":
        return None
    steps = [step for step in expr.steps if not (step.axis == "self" and step.test == ANY_NODE)]
    if len(steps) != 1 or any(step.predicates for step in expr.steps):
        return None
    step = steps[0]
    if step.axis != "child" or not isinstance(step.test, NameTest) or step.test.local == "*":
        return None
    return f"{step.test.prefix}:{step.test.local}" if step.test.prefix else step.test.local


def plain_child(step: Step) -> str | None:
    if step.axis == "child" and isinstance(step.test, NameTest) and step.test.local != "*":
        return step.test.local
    return None


def _calls(expr: Expr) -> list[Call]:
    """The calls that are evaluated with the expression's own context item."""
    if isinstance(expr, Call):
        return [expr, *(call for argument in expr.arguments for call in _calls(argument))]
    if isinstance(expr, Binary):
        return [*_calls(expr.left), *_calls(expr.right)]
    if isinstance(expr, Negate):
        return _calls(expr.operand)
    if isinstance(expr, Filter):
        return _calls(expr.base)
    if isinstance(expr, Path) and not isinstance(expr.start, str):
        return _calls(expr.start)
    return []


def uses_position(expr: Expr) -> bool:
    return any(call.name in _POSITIONAL and not call.arguments for call in _calls(expr))


def looks_at_item(expr: Expr) -> bool:
    """Whether a function asks for the row itself: beyond a table."""
    return any(
        call.name in _ALWAYS_LOOKS or (call.name in _LOOKS_AT_ITEM and not call.arguments)
        for call in _calls(expr)
    )


def same_for_all(expr: Expr) -> bool:
    """Whether every row gets the same value, so that one evaluation does for all."""
    if uses_position(expr) or looks_at_item(expr) or _starts_here(expr):
        return False
    return not any(call.name in _CHANCE for call in _calls(expr))


def _starts_here(expr: Expr) -> bool:
    if isinstance(expr, Path):
        return expr.start == "." or (not isinstance(expr.start, str) and _starts_here(expr.start))
    if isinstance(expr, Call):
        return any(map(_starts_here, expr.arguments))
    if isinstance(expr, Binary):
        return _starts_here(expr.left) or _starts_here(expr.right)
    if isinstance(expr, Negate):
        return _starts_here(expr.operand)
    return isinstance(expr, Filter) and _starts_here(expr.base)
