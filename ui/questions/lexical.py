"""What an officer types, read leniently; what the questionnaire stores, shown formally.

Pure functions, no Qt. A text that cannot be understood raises :class:`NotUnderstood`; nothing is
guessed where two readings are possible.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, tzinfo
from decimal import Decimal, InvalidOperation

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb februari february",
            "mar maret march",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu agt ags agustus aug august",
            "sep sept september",
            "okt oktober oct october",
            "nov nop november nopember",
            "des desember dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_EARLIEST_YEAR = 1800


class NotUnderstood(ValueError):  # noqa: N818 - it is an answer of the reader, not a fault
    """The typed text is no date, number, time or place; ``args[0]`` is a stable word."""


def parse_date(text: str, today: date) -> date:
    """Read 2-1-1990, 2/1/1990, 2 1 1990, 020190, 02011990, 2 Januari 1990 or 1990-01-02.

    A year of two digits is the latest one that is not after ``today``.
    """
    words = re.findall(r"[0-9]+|[A-Za-z]+", text)
    if len(words) == 1 and words[0].isdigit():
        digits = words[0]
        if len(digits) not in (6, 8):
            raise NotUnderstood("date")
        words = [digits[:2], digits[2:4], digits[4:]]
    if len(words) != 3:
        raise NotUnderstood("date")
    if len(words[0]) == 4:
        words.reverse()
    day, month, year = words
    if not (day.isdigit() and year.isdigit() and len(year) in (2, 4)):
        raise NotUnderstood("date")
    month_number = int(month) if month.isdigit() else _MONTHS.get(month.lower(), 0)
    try:
        if len(year) == 4:
            if int(year) < _EARLIEST_YEAR:
                raise NotUnderstood("date")
            return date(int(year), month_number, int(day))
        return _latest_past(int(day), month_number, int(year), today)
    except ValueError:
        raise NotUnderstood("date") from None


def _latest_past(day: int, month: int, short_year: int, today: date) -> date:
    century = today.year // 100 * 100
    # 29 February exists in one of the two centuries only.
    candidates = []
    for year in (century + short_year, century - 100 + short_year):
        try:
            candidates.append(date(year, month, day))
        except ValueError:
            continue
    past = [candidate for candidate in candidates if candidate <= today]
    if not past:
        raise NotUnderstood("date")
    return past[0]


def parse_time(text: str) -> time:
    """Read 16.30, 16:30, 1630, 16 30 or 9."""
    match = re.fullmatch(r"\s*(\d{1,2})(?:[.: ]?(\d{2}))?\s*", text)
    if match is None:
        raise NotUnderstood("time")
    try:
        return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        raise NotUnderstood("time") from None


def parse_integer(text: str) -> str:
    """Read 1300, 1.300, 1 300 or -5 as a plain whole number."""
    compact = text.strip().replace("\u00a0", " ").replace("−", "-")
    if re.fullmatch(r"[+-]?\d{1,3}([. ]\d{3})+", compact):
        compact = re.sub(r"[. ]", "", compact)
    if not re.fullmatch(r"[+-]?\d{1,18}", compact):
        raise NotUnderstood("integer")
    return str(int(compact))


def parse_decimal(text: str) -> str:
    """Read 12,5 or 12.5 or 1.234,5 as a plain decimal; 1.234 has two readings and is refused."""
    compact = text.strip().replace("\u00a0", "").replace(" ", "").replace("−", "-")
    if "," in compact:
        whole, _, fraction = compact.partition(",")
        if not re.fullmatch(r"[+-]?(\d*|\d{1,3}(\.\d{3})+)", whole):
            raise NotUnderstood("decimal")
        compact = f"{whole.replace('.', '')}.{fraction}"
    elif re.fullmatch(r"[+-]?[1-9]\d{0,2}(\.\d{3})+", compact):
        raise NotUnderstood("ambiguous_decimal")
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", compact):
        raise NotUnderstood("decimal")
    try:
        number = Decimal(compact)
    except InvalidOperation:
        raise NotUnderstood("decimal") from None
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def parse_degrees(text: str, limit: int) -> str:
    """Read one coordinate in decimal degrees, -3,3186 or -3.3186; beyond ``limit`` is refused."""
    compact = text.strip().replace(" ", "").replace("°", "").replace("−", "-").replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,3}(\.\d*)?", compact):
        raise NotUnderstood("degrees")
    if abs(Decimal(compact)) > limit:
        raise NotUnderstood("degrees")
    return format(Decimal(compact), "f")


def split_place(text: str) -> tuple[str, str] | None:
    """Both coordinates where one pasted text holds both (``-3.3186, 114.5944``), else None."""
    match = re.fullmatch(r"\s*([+-]?\d{1,3}\.\d+)\s*[,; ]\s*([+-]?\d{1,3}\.\d+)\s*", text)
    return (match[1], match[2]) if match else None


def typed_date(lexical: str) -> str:
    """``1990-01-02`` as an officer types it: ``02-01-1990``."""
    match = re.match(r"(\d{4})-(\d{2})-(\d{2})", lexical)
    return f"{match[3]}-{match[2]}-{match[1]}" if match else lexical


def date_of(lexical: str) -> date | None:
    """The day of a stored date or dateTime."""
    try:
        return date.fromisoformat(lexical[:10])
    except ValueError:
        return None


def typed_time(lexical: str) -> str:
    """``16:30:00.000+08:00`` or a dateTime's time as ``16.30``."""
    match = re.search(r"(?:^|T)(\d{2}):(\d{2})", lexical)
    return f"{match[1]}.{match[2]}" if match else ""


def lexical_time(value: time, zone: tzinfo | None, on: date) -> str:
    """A stored time with the zone's offset on that day (``zone`` None: this machine's)."""
    return lexical_moment(on, value, zone).partition("T")[2]


def lexical_moment(day: date, value: time, zone: tzinfo | None) -> str:
    """A stored dateTime, milliseconds and offset included, as JavaRosa writes it."""
    naive = datetime.combine(day, value)
    aware = naive.astimezone() if zone is None else naive.replace(tzinfo=zone)
    return aware.isoformat(timespec="milliseconds")


def in_fours(digits: str) -> str:
    """``6371014203689001`` as ``6371 0142 0368 9001``; anything but digits is left alone."""
    if not digits.isdigit():
        return digits
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


def compact_digits(text: str) -> str:
    """Spaces, points and dashes between digits taken out; other text only stripped."""
    compact = re.sub(r"[\s.\-]", "", text)
    return compact if compact.isdigit() else text.strip()
