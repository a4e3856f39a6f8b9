"""Dates as values: reading, writing and counting them in the session's zone.

A ``date`` is a local day, a ``datetime`` is an instant and always aware. As numbers both are
whole local days since 1970-01-01, in every zone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

EPOCH = date(1970, 1, 1)
_EPOCH_ORDINAL = EPOCH.toordinal()
_EPOCH_INSTANT = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)

_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})$")
_CLOCK = r"(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9}))?)?\s*(Z|[+-]\d{1,2}(?::?\d{2})?)?$"
_INSTANT = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})[T ]" + _CLOCK)
_TIME = re.compile(_CLOCK)


def read_date(text: str, zone: tzinfo) -> date | datetime | None:
    """``2020-09-15`` as a day, ``2020-09-15T10:00:00.000+08:00`` as an instant, else None."""
    if len(text) < 8 or text[4:5] != "-":
        return None
    try:
        if match := _DATE.match(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _INSTANT.match(text):
            day = date(int(match[1]), int(match[2]), int(match[3]))
            clock, offset = _clock(match, 4, zone)
            return datetime.combine(day, clock, offset).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return None


def read_day_text(text: str) -> date | None:
    """``2020-09-15`` and nothing else."""
    match = _DATE.match(text) if len(text) >= 8 and text[4] == "-" else None
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def written_day(text: str) -> date | None:
    """The day of ``2020-09-15`` or ``2020-09-15T10:00:00.000+08:00`` as it is written, in
    whatever zone that is: the same everywhere."""
    if len(text) < 8 or text[4] != "-":
        return None
    day, mark, _ = text.partition("T")
    if not mark:
        return read_day_text(text)
    return None if read_date(text, UTC) is None else read_day_text(day)


def read_time(text: str, zone: tzinfo) -> time | None:
    """``10:00:00.000+08:00`` as a local time of day; the zone of 1970-01-01 counts."""
    match = _TIME.match(text)
    if match is None:
        return None
    try:
        clock, offset = _clock(match, 1, zone)
        if match[5] is None:
            return clock
        return datetime.combine(EPOCH, clock, offset).astimezone(zone).time()
    except (ValueError, OverflowError):
        return None


def _clock(match: re.Match[str], first: int, zone: tzinfo) -> tuple[time, tzinfo]:
    fraction = (match[first + 3] or "").ljust(6, "0")[:6]
    clock = time(int(match[first]), int(match[first + 1]), int(match[first + 2] or 0))
    clock = clock.replace(microsecond=int(fraction or 0))
    sign = match[first + 4]
    if sign is None:
        return clock, zone
    if sign == "Z":
        return clock, UTC
    digits = sign[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return clock, timezone(timedelta(minutes=-minutes if sign[0] == "-" else minutes))


def write_date(value: date | datetime) -> str:
    if isinstance(value, datetime):
        offset = value.strftime("%z") or "+0000"
        milliseconds = value.microsecond // 1000
        return (
            f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
            f"T{value.hour:02d}:{value.minute:02d}:{value.second:02d}.{milliseconds:03d}"
            f"{offset[:3]}:{offset[3:5]}"
        )
    return f"{value.year:04d}-{value.month:02d}-{value.day:02d}"


def write_time(value: time, zone: tzinfo) -> str:
    return write_date(datetime.combine(EPOCH, value, zone)).partition("T")[2]


def local_day(value: date | datetime) -> date:
    return value.date() if isinstance(value, datetime) else value


def day_number(value: date | datetime) -> float:
    """Whole local days since 1970-01-01."""
    return float(local_day(value).toordinal() - _EPOCH_ORDINAL)


def instant_number(value: date | datetime, zone: tzinfo) -> float:
    """Days since 1970-01-01T00:00Z with a fraction, as decimal-date-time() gives them."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(), zone)
    return (value - _EPOCH_INSTANT) / _DAY


def date_of_number(days: float, zone: tzinfo) -> date | None:
    """The local day of a day number; one with a fraction is an instant in UTC, as
    decimal-date-time() gave it, so that ``date(decimal-date-time(x) + n)`` is right anywhere."""
    try:
        if days == math.floor(days):
            return date.fromordinal(_EPOCH_ORDINAL + int(days))
        return (_EPOCH_INSTANT + timedelta(days=days)).astimezone(zone).date()
    except (ValueError, OverflowError):
        return None


def instant_of_number(days: float, zone: tzinfo) -> datetime | None:
    try:
        milliseconds = round(days * 86_400_000)
        return (_EPOCH_INSTANT + timedelta(milliseconds=milliseconds)).astimezone(zone)
    except (ValueError, OverflowError):
        return None


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


# ODK's escapes, and %W and %j of the peers.
_ESCAPES: Mapping[str, Callable[[datetime], str]] = {
    "%": lambda _moment: "%",
    "Y": lambda moment: f"{moment.year:04d}",
    "y": lambda moment: f"{moment.year % 100:02d}",
    "m": lambda moment: f"{moment.month:02d}",
    "n": lambda moment: str(moment.month),
    "b": lambda moment: _MONTHS[moment.month - 1],
    "d": lambda moment: f"{moment.day:02d}",
    "e": lambda moment: str(moment.day),
    "a": lambda moment: _DAYS[moment.weekday()],
    "W": lambda moment: str(moment.isocalendar().week),
    "j": lambda moment: f"{moment.timetuple().tm_yday:03d}",
    "H": lambda moment: f"{moment.hour:02d}",
    "h": lambda moment: str(moment.hour),
    "M": lambda moment: f"{moment.minute:02d}",
    "S": lambda moment: f"{moment.second:02d}",
    "3": lambda moment: f"{moment.microsecond // 1000:03d}",
}


@lru_cache(maxsize=256)
def read_format(pattern: str) -> tuple[str | Callable[[datetime], str], ...]:
    """The pieces of a date format. Raises ValueError."""
    pieces: list[str | Callable[[datetime], str]] = []
    for word, escape in re.findall(r"([^%]+)|%(.?)", pattern, re.DOTALL):
        if word:
            pieces.append(word)
        elif not escape:
            raise ValueError("the date format ends in %")
        elif escape not in _ESCAPES:
            raise ValueError(f"unsupported escape %{escape} in a date format")
        else:
            pieces.append(_ESCAPES[escape])
    return tuple(pieces)


def format_date(value: date | datetime, pattern: str) -> str:
    """Raises ValueError for a format that is none."""
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return "".join(
        piece if isinstance(piece, str) else piece(moment) for piece in read_format(pattern)
    )
