"""One codec a type: what a value looks like in the instance, and which texts are values."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, tzinfo

from enumerator.xform.xpath import dates
from enumerator.xform.xpath.values import (
    Atom,
    number_of_text,
    text_of_number,
    to_text,
)


class BadValueError(ValueError):
    """A text that is no value of its type."""


_HALVES = re.compile("[\ud800-\udfff]")


def _text(text: str, _zone: tzinfo) -> str:
    """No file can hold half a character, which an odd keyboard may send."""
    return text if text.isascii() else _HALVES.sub("\ufffd", text)


def _int(text: str, _zone: tzinfo) -> str:
    stripped = text.strip()
    number = number_of_text(stripped.removeprefix("+"))
    if not math.isfinite(number) or number != int(number):
        raise BadValueError(f"{text!r} is not a whole number")
    if not -(2**31) <= number < 2**31:
        raise BadValueError(f"{text!r} has more than the 32 bits of an int")
    return text_of_number(number)


def _decimal(text: str, _zone: tzinfo) -> str:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError:
        raise BadValueError(f"{text!r} is not a number") from None
    if not math.isfinite(number):
        raise BadValueError(f"{text!r} is not a number")
    return text_of_number(number)


def _date(text: str, zone: tzinfo) -> str:
    found = dates.read_date(text.strip(), zone)
    if found is None:
        raise BadValueError(f"{text!r} is not a date")
    return dates.write_date(dates.local_day(found))


def _instant(text: str, zone: tzinfo) -> str:
    found = dates.read_date(text.strip(), zone)
    if found is None:
        raise BadValueError(f"{text!r} is not a date and time")
    if not isinstance(found, datetime):
        found = datetime.combine(found, datetime.min.time(), zone)
    return dates.write_date(found)


def _time(text: str, zone: tzinfo) -> str:
    found = dates.read_time(text.strip(), zone)
    if found is None:
        raise BadValueError(f"{text!r} is not a time of day")
    return dates.write_time(found, zone)


def _boolean(text: str, _zone: tzinfo) -> str:
    lowered = text.strip().lower()
    if lowered in ("true", "1"):
        return "1"
    if lowered in ("false", "0"):
        return "0"
    raise BadValueError(f"{text!r} is neither true nor false")


def _point(text: str, _zone: tzinfo) -> str:
    """Latitude and longitude in degrees, then altitude and accuracy in metres."""
    words = text.split()
    numbers = [number_of_text(word) for word in words]
    if not 2 <= len(numbers) <= 4 or any(number != number for number in numbers):
        raise BadValueError(f"{text!r} is not a place")
    if abs(numbers[0]) > 90 or abs(numbers[1]) > 180:
        raise BadValueError(f"{text!r} is not on Earth")
    return " ".join(repr(number) for number in [*numbers, 0.0, 0.0][:4])


def _points(text: str, zone: tzinfo) -> str:
    parts = [part for part in text.split(";") if part.strip()]
    return ";".join(_point(part, zone) for part in parts)


_READERS: dict[str, Callable[[str, tzinfo], str]] = {
    "string": _text,
    "int": _int,
    "decimal": _decimal,
    "date": _date,
    "dateTime": _instant,
    "time": _time,
    "boolean": _boolean,
    "geopoint": _point,
    "geotrace": _points,
    "geoshape": _points,
    "binary": _text,
    "barcode": _text,
}


# Types whose values are kept letter by letter.
VERBATIM = frozenset({"string", "binary", "barcode"})


def canonical(kind: str, text: str, zone: tzinfo) -> str:
    """The one way to write a value. Raises BadValueError; a blank stays blank."""
    return _READERS[kind](text, zone) if text else ""


def lenient(kind: str, text: str, zone: tzinfo) -> str:
    """For what a form, a calculation or a saved instance brings: kept where it is no value."""
    try:
        return canonical(kind, text, zone)
    except BadValueError:
        number = number_of_text(text) if kind == "int" else math.nan
        return text_of_number(float(int(number))) if math.isfinite(number) else text


def store(kind: str, value: Atom, zone: tzinfo) -> str:
    """What a calculated value becomes in a node of that type."""
    if isinstance(value, str):
        if value and kind not in VERBATIM:
            return lenient(kind, value, zone)
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return _store_number(kind, value, zone)
    return _store_date(kind, value, zone)


def _store_number(kind: str, value: float, zone: tzinfo) -> str:
    if value != value:
        return ""  # a blank, as JavaRosa stores it
    if kind == "int":
        return text_of_number(float(int(value))) if math.isfinite(value) else ""
    if kind == "boolean":
        return "1" if value else "0"
    if kind == "date":
        day = dates.date_of_number(value, zone)
        return "" if day is None else dates.write_date(day)
    if kind == "dateTime":
        instant = dates.instant_of_number(value, zone)
        return "" if instant is None else dates.write_date(instant)
    return text_of_number(value)


def _store_date(kind: str, value: date | datetime, zone: tzinfo) -> str:
    if kind in ("int", "decimal"):
        return text_of_number(dates.day_number(value))
    if kind == "date":
        return dates.write_date(dates.local_day(value))
    if kind == "dateTime":
        return _instant(dates.write_date(value), zone)
    if kind == "time" and isinstance(value, datetime):
        return dates.write_time(value.timetz().replace(tzinfo=None), zone)
    if kind == "string" and not isinstance(value, datetime):
        # JavaRosa keeps a day in a text as its first instant; read_kept turns it back.
        return f"{dates.write_date(value)}{midnight(zone, value)}"
    return to_text(value)


def midnight(zone: tzinfo, day: date) -> str:
    return dates.write_date(datetime.combine(day, datetime.min.time(), zone))[10:]


def read_kept(holds: str, text: str) -> str:
    """The day of an instant at midnight, the word of a 1 or 0; any other text as it is."""
    if holds == "boolean":
        return _WORDS.get(text, text)
    return text[:10] if text[10:23] == "T00:00:00.000" else text


_WORDS = {"1": "true", "0": "false"}


def atom_of(scalar: str, text: str, zone: tzinfo) -> Atom:
    """What a node's text is in comparisons."""
    if not text:
        return ""
    if scalar == "number":
        number = number_of_text(text)
        return text if number != number else number
    if scalar == "date":
        found = dates.read_date(text, zone)
        return text if found is None else found
    if scalar == "boolean":
        return text in ("true", "1")
    return text
