"""Syntax trees as text, with the fewest brackets: parsing it gives the same tree."""

from __future__ import annotations

import math

from enumerator.xform.limits import LONG_CHAIN
from enumerator.xform.xpath.parser import PRECEDENCE, chain
from enumerator.xform.xpath.syntax import (
    ANY_NODE,
    DESCENDANTS,
    Binary,
    Call,
    Expr,
    Filter,
    KindTest,
    Literal,
    NameTest,
    Negate,
    Number,
    Path,
    Step,
    Variable,
)

_NEGATE = 7
_UNION = 8
_PATH = 9
_PRIMARY = 10
_ASSOCIATIVE = frozenset({"or", "and", "|"})


def to_text(expr: Expr) -> str:
    """ValueError for what no text gives: a negative number, a literal with both quotes."""
    if isinstance(expr, Binary):
        return _binary(expr)
    if isinstance(expr, Negate):
        return _negated(expr)
    if isinstance(expr, Path):
        return _path(expr)
    if isinstance(expr, Filter):
        inner = expr.base
        bare = not isinstance(inner, Filter) and _rank(inner) == _PRIMARY
        return (to_text(inner) if bare else f"({to_text(inner)})") + _predicates(expr.predicates)
    if isinstance(expr, Call):
        return f"{expr.name}({', '.join(map(to_text, expr.arguments))})"
    if isinstance(expr, Literal):
        return _quoted(expr.value)
    if isinstance(expr, Variable):
        return "$" + expr.name
    return _number(expr)


def _rank(expr: Expr) -> int:
    """How tightly it holds together."""
    if isinstance(expr, Binary):
        return PRECEDENCE.get(expr.operator, _UNION)
    if isinstance(expr, Negate):
        return _NEGATE
    if isinstance(expr, Path):
        # A bare / before an operator would take it for a name.
        return _PATH if expr.steps else 0
    return _PRIMARY


def _operand(expr: Expr, least: int) -> str:
    return to_text(expr) if _rank(expr) >= least else f"({to_text(expr)})"


def _binary(expr: Binary) -> str:
    operator, rank = expr.operator, _rank(expr)
    if _is_balanced(expr):
        return f" {operator} ".join(_operand(each, rank + 1) for each in _flat(expr, operator))
    left = _operand(expr.left, rank)
    if isinstance(expr.left, Binary) and expr.left.operator == operator in _ASSOCIATIVE:
        # What would be one long chain on paper is parsed as a balanced tree.
        length = _length(expr)
        too_long = length > LONG_CHAIN and (length - 2) % (LONG_CHAIN - 1) == 0
        if too_long or _is_balanced(expr.left):
            left = f"({left})"
    return f"{left} {operator} {_operand(expr.right, rank + 1)}"


def _is_balanced(expr: Binary) -> bool:
    """Whether it is what the parser makes of a long chain."""
    if expr.operator not in _ASSOCIATIVE:
        return False
    operands = _flat(expr, expr.operator)
    return len(operands) > LONG_CHAIN and chain(expr.operator, operands) == expr


def _length(expr: Expr) -> int:
    """Operands of a chain to the left."""
    count, operator = 1, expr.operator if isinstance(expr, Binary) else ""
    while isinstance(expr, Binary) and expr.operator == operator:
        expr = expr.left
        count += 1
    return count


def _flat(expr: Expr, operator: str) -> list[Expr]:
    if isinstance(expr, Binary) and expr.operator == operator:
        return [*_flat(expr.left, operator), *_flat(expr.right, operator)]
    return [expr]


def _negated(expr: Negate) -> str:
    inner = expr.operand
    if isinstance(inner, Negate) and not isinstance(inner.operand, Negate):
        return "--" + _operand(inner.operand, _UNION)
    return "-" + _operand(inner, _UNION)


def _path(expr: Path) -> str:
    steps = expr.steps
    if expr.start == "/":
        return _steps(steps, "/") or "/"
    if isinstance(expr.start, str):
        return _step(steps[0]) + _steps(steps[1:], "/")
    return _operand(expr.start, _PRIMARY) + _steps(steps, "/")


def _steps(steps: tuple[Step, ...], slash: str) -> str:
    written: list[str] = []
    at = 0
    while at < len(steps):
        short = steps[at] == DESCENDANTS and at + 1 < len(steps)
        at += short
        written.append(slash * (2 if short else 1) + _step(steps[at]))
        at += 1
    return "".join(written)


def _step(step: Step) -> str:
    predicates = _predicates(step.predicates)
    if step.test == ANY_NODE and step.axis in ("self", "parent"):
        return ("." if step.axis == "self" else "..") + predicates
    axis = {"child": "", "attribute": "@"}.get(step.axis, step.axis + "::")
    return axis + _test(step.test) + predicates


def _test(test: NameTest | KindTest) -> str:
    if isinstance(test, NameTest):
        return f"{test.prefix}:{test.local}" if test.prefix is not None else test.local
    return f"{test.kind}({'' if test.target is None else _quoted(test.target)})"


def _predicates(predicates: tuple[Expr, ...]) -> str:
    return "".join(f"[{to_text(each)}]" for each in predicates)


def _quoted(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    if '"' in text:
        raise ValueError("no literal can hold both kinds of quotes")
    return f'"{text}"'


def _number(expr: Number) -> str:
    value = expr.value
    if math.isnan(value) or math.copysign(1.0, value) < 0:
        raise ValueError(f"no number is written as {value}")
    if math.isinf(value):
        return "1e999"
    text = repr(value)
    return text.removesuffix(".0")
