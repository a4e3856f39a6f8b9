"""Functions on dates and times."""

from __future__ import annotations

from datetime import date, datetime

from enumerator.xform.xpath import dates
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.registry import eager
from enumerator.xform.xpath.syntax import XPathError
from enumerator.xform.xpath.values import NAN, Atom, Value, to_date, to_text


@eager("today", "", "date", context=True)
def _today(context: Context) -> date:
    return context.now().date()


@eager("now", "", "date", context=True)
def _now(context: Context) -> datetime:
    return context.now()


@eager("date", "a", "atom", context=True)
def _date(context: Context, value: Atom) -> Atom:
    """A text with a time keeps it, as in both peers."""
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


@eager("format-date", "at", "text", context=True)
def _format_date(context: Context, value: Atom, pattern: str) -> str:
    return _formatted(context, value, pattern, "format-date", with_time=False)


@eager("format-date-time", "at", "text", context=True)
def _format_date_time(context: Context, value: Atom, pattern: str) -> str:
    return _formatted(context, value, pattern, "format-date-time", with_time=True)


def _formatted(context: Context, value: Atom, pattern: str, name: str, *, with_time: bool) -> str:
    if isinstance(value, str) and not value.strip():
        return ""
    found: date | datetime | None
    if with_time and isinstance(value, float):
        found = dates.instant_of_number(value, context.zone)
    else:
        found = _lenient(context, value)
    if found is None:
        return ""
    try:
        return dates.format_date(found, pattern)
    except ValueError as error:
        raise XPathError(f"{name}(): {error}") from None


@eager("decimal-date-time", "a", "number", context=True)
def _decimal_date_time(context: Context, value: Atom) -> float:
    if isinstance(value, float):
        return value
    found = _lenient(context, value)
    return NAN if found is None else dates.instant_number(found, context.zone)


@eager("decimal-time", "v", "number", context=True)
def _decimal_time(context: Context, value: Value) -> float:
    """The fraction of a day; local time."""
    text = to_text(value)
    clock = dates.read_time(text, context.zone)
    if clock is None:
        found = dates.read_date(text, context.zone)
        if found is None:
            return NAN
        clock = found.timetz() if isinstance(found, datetime) else datetime.min.time()
    seconds = clock.hour * 3600 + clock.minute * 60 + clock.second + clock.microsecond / 1e6
    return seconds / 86400
