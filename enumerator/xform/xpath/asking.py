"""From a predicate over rows to the condition that it asks (see conditions).

What is the same for all rows is evaluated once and filled in. Where the value is nothing that a
cell can be looked up by (a date, several nodes), there is no condition, and the row is tested by
the compiled predicate instead. ``dates`` and numbers compare as in ``values``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from enumerator.xform.xpath import conditions, dates
from enumerator.xform.xpath.compiled import TextOf
from enumerator.xform.xpath.conditions import Condition
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.rowwise import column_of, same_for_all
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.syntax import Binary, Call, Expr
from enumerator.xform.xpath.values import Atom, node_atom, number_of_text

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler

Ask = Callable[[Any, Context], Condition | None]
Given = Callable[[Any, Context], Atom | None]

_MIRRORED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TEXT_TESTS = frozenset({"contains", "starts-with", "ends-with", "selected"})


def asking(compiler: Compiler, expr: Expr, outer: Scope) -> Ask | None:
    """``outer``: the scope outside the predicate. None where no condition says the same."""
    if isinstance(expr, Binary) and expr.operator in ("and", "or"):
        return _combined(compiler, expr, outer)
    if isinstance(expr, Binary) and expr.operator in _MIRRORED:
        found = _comparison(compiler, expr, outer)
        if found is not None:
            return found
    if isinstance(expr, Call) and expr.name == "not" and len(expr.arguments) == 1:
        return _negated(compiler, expr.arguments[0], outer)
    if isinstance(expr, Call) and expr.name == "boolean" and len(expr.arguments) == 1:
        return asking(compiler, expr.arguments[0], outer)
    if isinstance(expr, Call) and expr.name in _TEXT_TESTS and len(expr.arguments) == 2:
        found = _text_test(compiler, expr, outer)
        if found is not None:
            return found
    column = column_of(expr)
    if column is not None:
        filled = conditions.Not(conditions.TextIs(column, ""))
        return lambda _item, _context: filled
    if same_for_all(expr):
        holds = compiler.compile(expr, outer).boolean()
        return lambda item, context: conditions.Always(holds(item, context))
    return None


def _combined(compiler: Compiler, expr: Binary, outer: Scope) -> Ask | None:
    left, right = asking(compiler, expr.left, outer), asking(compiler, expr.right, outer)
    if left is None or right is None:
        return None
    make = conditions.All if expr.operator == "and" else conditions.Any

    def ask(item: Any, context: Context) -> Condition | None:
        one, other = left(item, context), right(item, context)
        return None if one is None or other is None else make((one, other))

    return ask


def _negated(compiler: Compiler, expr: Expr, outer: Scope) -> Ask | None:
    inner = asking(compiler, expr, outer)
    if inner is None:
        return None

    def ask(item: Any, context: Context) -> Condition | None:
        found = inner(item, context)
        return None if found is None else conditions.Not(found)

    return ask


def _given(compiler: Compiler, expr: Expr, outer: Scope) -> Given:
    """The one value; None where there are several."""
    compiled = compiler.compile(expr, outer)
    if compiled.single:
        return compiled.atom()
    value = compiled.value

    def given(item: Any, context: Context) -> Atom | None:
        found = value(item, context)
        if not isinstance(found, list):
            return found
        if len(found) > 1:
            return None
        return node_atom(found[0], context) if found else ""

    return given


def _comparison(compiler: Compiler, expr: Binary, outer: Scope) -> Ask | None:
    for one, other, operator in (
        (expr.left, expr.right, expr.operator),
        (expr.right, expr.left, _MIRRORED[expr.operator]),
    ):
        as_number = isinstance(one, Call) and one.name == "number" and len(one.arguments) == 1
        column = column_of(one.arguments[0] if isinstance(one, Call) and as_number else one)
        if column is None:
            continue
        if same_for_all(other):
            return _compared(column, operator, _given(compiler, other, outer), as_number=as_number)
        second = column_of(other)
        if second is not None and not as_number and operator in ("=", "!="):
            same: Condition = conditions.SameText(column, second)
            found = same if operator == "=" else conditions.Not(same)
            return lambda _item, _context: found
    return None


def _compared(column: str, operator: str, given: Given, *, as_number: bool) -> Ask:
    def ask(item: Any, context: Context) -> Condition | None:
        atom = given(item, context)
        if isinstance(atom, str):
            if not as_number:
                if operator == "=":
                    return conditions.TextIs(column, atom)
                if operator == "!=":
                    return conditions.Not(conditions.TextIs(column, atom))
                if dates.read_date(atom, context.zone) is not None:
                    return None
            return _number(column, operator, number_of_text(atom))
        if isinstance(atom, bool):
            return None if as_number else _truth(column, operator, atom)
        if atom is None or isinstance(atom, date):
            return None
        return _number(column, operator, atom)

    return ask


def _number(column: str, operator: str, number: float) -> Condition:
    if operator == "!=":
        return conditions.Not(conditions.NumberIs(column, "=", number))
    return conditions.NumberIs(column, operator, number)


def _truth(column: str, operator: str, wanted: bool) -> Condition:
    blank = conditions.TextIs(column, "")
    if operator == "=":
        return conditions.Not(blank) if wanted else blank
    if operator == "!=":
        return blank if wanted else conditions.Not(blank)
    return conditions.NumberIs(column, operator, float(wanted))


def _text_test(compiler: Compiler, expr: Call, outer: Scope) -> Ask | None:
    left, right = expr.arguments
    for one, other, turned in ((left, right, False), (right, left, True)):
        column = column_of(one)
        if column is not None and same_for_all(other):
            return _tested(expr.name, column, compiler.compile(other, outer).text(), turned=turned)
    return None


def _tested(function: str, column: str, text: TextOf, *, turned: bool) -> Ask:
    return lambda item, context: conditions.TextTest(function, column, text(item, context), turned)
