"""Functions on dates and times."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from enumerator.xform.xpath import dates
from enumerator.xform.xpath.compiled import Compiled
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.registry import eager, lazy
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.syntax import Call, XPathError
from enumerator.xform.xpath.values import NAN, Atom, to_date, to_text

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler


@eager("today", "", "date", context=True)
def _today(context: Context) -> date:
    return context.now().date()


@eager("now", "", "date", context=True)
def _now(context: Context) -> datetime:
    return context.now()


@eager("date", "a", "atom", context=True)
def _date(context: Context, value: Atom) -> Atom:
    """The day of an instant; a text with a time keeps it, as in both peers."""
    if isinstance(value, datetime):
        return value.date()
    found = _lenient(context, value)
    return "" if found is None else found


@eager("date-time", "a", "atom", context=True)
def _date_time(context: Context, value: Atom) -> Atom:
    if isinstance(value, float) and value == value:
        instant = dates.instant_of_number(value, context.zone)
        return "" if instant is None else instant
    found = _lenient(context, value)
    return "" if found is None else found


def _lenient(context: Context, value: Atom) -> date | datetime | None:
    if isinstance(value, bool):
        return None
    return to_date(value, context.zone, context)


@lazy("format-date", 2, 2)
def _format_date(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    return _formatting(compiler, call, scope, with_time=False)


@lazy("format-date-time", 2, 2)
def _format_date_time(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    return _formatting(compiler, call, scope, with_time=True)


def _formatting(compiler: Compiler, call: Call, scope: Scope, *, with_time: bool) -> Compiled:
    atom = compiler.compile(call.arguments[0], scope).atom()
    pattern = compiler.compile(call.arguments[1], scope)
    pattern_text = pattern.text()

    def formatted(moment: date | datetime, wanted: str) -> str:
        try:
            return dates.format_date(moment, wanted)
        except ValueError as error:
            raise XPathError(f"{call.name}(): {error}") from None

    def value(item: Any, context: Context) -> str:
        moment = _moment(context, atom(item, context), with_time=with_time)
        return "" if moment is None else formatted(moment, pattern_text(item, context))

    if pattern.constant:
        wanted = pattern_text(None, None)  # type: ignore[arg-type]  # a constant asks for nothing
        compiler.remark_failure(lambda: formatted(dates.EPOCH, wanted))
    return Compiled("text", value)


def _moment(context: Context, value: Atom, *, with_time: bool) -> date | datetime | None:
    """What is to be formatted; a time of day is today's."""
    if with_time and isinstance(value, float):
        return dates.instant_of_number(value, context.zone)
    found = _lenient(context, value)
    if found is None and isinstance(value, str):
        clock = dates.read_time(value.strip(), context.zone)
        if clock is not None:
            return datetime.combine(context.now().date(), clock, context.zone)
    return found


@eager("decimal-date-time", "a", "number", context=True)
def _decimal_date_time(context: Context, value: Atom) -> float:
    if isinstance(value, float):
        return value
    found = _lenient(context, value)
    return NAN if found is None else dates.instant_number(found, context.zone)


@eager("decimal-time", "a", "number", context=True)
def _decimal_time(context: Context, value: Atom) -> float:
    """The fraction of a day; local time."""
    if isinstance(value, float):
        return value % 1.0 if math.isfinite(value) else NAN
    text = to_text(value)
    clock = dates.read_time(text, context.zone)
    if clock is None:
        found = dates.read_date(text, context.zone)
        if found is None:
            return NAN
        clock = found.timetz() if isinstance(found, datetime) else datetime.min.time()
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6
    return seconds / 86400
