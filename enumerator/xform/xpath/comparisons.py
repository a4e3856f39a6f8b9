"""= != < <= > >=, with the common shapes of forms taken apart when the form is loaded."""

from __future__ import annotations

from typing import Any

from enumerator.xform.xpath.compiled import Compiled
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.values import compare, equal_atoms, order_atoms

OPERATORS = frozenset({"=", "!=", "<", "<=", ">", ">="})


def compile_comparison(operator: str, left: Compiled, right: Compiled) -> Compiled:
    if not (left.single and right.single):
        first, second = left.value, right.value
        return Compiled(
            "boolean",
            lambda item, context: compare(
                operator, first(item, context), second(item, context), context
            ),
        )
    return _atoms(operator, left, right)


def _atoms(operator: str, left: Compiled, right: Compiled) -> Compiled:
    if operator in ("=", "!="):
        return _equality(left, right, wanted=operator == "=")
    if "number" in (left.kind, right.kind) and "date" not in (left.kind, right.kind):
        return _numeric(operator, left, right)
    first, second = left.atom(), right.atom()
    return Compiled(
        "boolean",
        lambda item, context: order_atoms(
            operator, first(item, context), second(item, context), context
        ),
    )


def _equality(left: Compiled, right: Compiled, *, wanted: bool) -> Compiled:
    kinds = (left.kind, right.kind)
    if "boolean" in kinds:
        one, other = left.boolean(), right.boolean()
        return Compiled(
            "boolean",
            lambda item, context: (one(item, context) == other(item, context)) is wanted,
        )
    if "number" in kinds and "date" not in kinds:
        return _numeric("=" if wanted else "!=", left, right)
    first, second = left.atom(), right.atom()
    if right.constant and right.kind == "text" and left.kind in ("text", "nodes"):
        literal = right.text()(None, None)  # type: ignore[arg-type]  # a constant asks for nothing

        def against_literal(item: Any, context: Context) -> bool:
            atom = first(item, context)
            if isinstance(atom, str):
                return (atom == literal) is wanted
            return equal_atoms(atom, literal, context) is wanted

        return Compiled("boolean", against_literal)

    def equality(item: Any, context: Context) -> bool:
        one, other = first(item, context), second(item, context)
        if isinstance(one, str) and isinstance(other, str):
            return (one == other) is wanted
        return equal_atoms(one, other, context) is wanted

    return Compiled("boolean", equality)


def _numeric(operator: str, left: Compiled, right: Compiled) -> Compiled:
    first, second = left.number(), right.number()
    if operator == "=":
        return Compiled(
            "boolean", lambda item, context: first(item, context) == second(item, context)
        )
    if operator == "!=":
        return Compiled(
            "boolean", lambda item, context: first(item, context) != second(item, context)
        )
    if operator == "<":
        return Compiled(
            "boolean", lambda item, context: first(item, context) < second(item, context)
        )
    if operator == "<=":
        return Compiled(
            "boolean", lambda item, context: first(item, context) <= second(item, context)
        )
    if operator == ">":
        return Compiled(
            "boolean", lambda item, context: first(item, context) > second(item, context)
        )
    return Compiled("boolean", lambda item, context: first(item, context) >= second(item, context))
