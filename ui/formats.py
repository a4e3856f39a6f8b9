"""Dates, times, numbers and sizes as the interface's language writes them.

Indonesian: ``15 September 2020``, ``pukul 16.30``, ``1.234,5``. Times are shown in the laptop's
zone; the values themselves are aware.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Final

from ui.language import Language, current

_MONTHS: Final = {
    Language.INDONESIAN: (
        *("Januari", "Februari", "Maret", "April", "Mei", "Juni"),
        *("Juli", "Agustus", "September", "Oktober", "November", "Desember"),
    ),
    Language.ENGLISH: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_SHORT_MONTHS: Final = {
    Language.INDONESIAN: (
        *("Jan", "Feb", "Mar", "Apr", "Mei", "Jun"),
        *("Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    ),
    Language.ENGLISH: (
        *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
        *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    ),
}
_DAYS: Final = {
    Language.INDONESIAN: ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    Language.ENGLISH: (
        *("Monday", "Tuesday", "Wednesday", "Thursday"),
        *("Friday", "Saturday", "Sunday"),
    ),
}


_zone: tzinfo | None = None


def set_zone(zone: tzinfo | None) -> None:
    """The zone in which times are shown; None is the laptop's own."""
    global _zone
    _zone = zone


def local(moment: datetime) -> datetime:
    """An aware moment in the zone that is shown."""
    return moment.astimezone(_zone)


def in_zone(naive: datetime) -> datetime:
    """A moment as it was typed, made aware in the zone that is shown."""
    return naive.astimezone() if _zone is None else naive.replace(tzinfo=_zone)


def long_date(day: date) -> str:
    """15 September 2020."""
    return f"{day.day} {_MONTHS[current()][day.month - 1]} {day.year}"


def short_date(day: date) -> str:
    """15 Sep 2020."""
    return f"{day.day} {_SHORT_MONTHS[current()][day.month - 1]} {day.year}"


def day_and_month(day: date) -> str:
    """15 Sep."""
    return f"{day.day} {_SHORT_MONTHS[current()][day.month - 1]}"


def weekday(day: date) -> str:
    """Selasa."""
    return _DAYS[current()][day.weekday()]


def clock(moment: datetime) -> str:
    """16.30 in Indonesian, 16:30 in English."""
    separator = "." if current() is Language.INDONESIAN else ":"
    here = local(moment)
    return f"{here.hour:02}{separator}{here.minute:02}"


def time_of_day(moment: datetime) -> str:
    """pukul 16.30."""
    return f"pukul {clock(moment)}" if current() is Language.INDONESIAN else f"at {clock(moment)}"


def moment_long(moment: datetime) -> str:
    """Selasa, 15 September 2020, pukul 16.30."""
    day = local(moment).date()
    joint = ", " if current() is Language.INDONESIAN else " "
    return f"{weekday(day)}, {long_date(day)}{joint}{time_of_day(moment)}"


def moment_short(moment: datetime, now: datetime | None = None) -> str:
    """15 Sep, 16.30; the year only where it is not this year's; today just the time."""
    day = local(moment).date()
    if now is not None:
        today = local(now).date()
        if day == today:
            return time_of_day(moment)
        if day.year == today.year:
            return f"{day_and_month(day)}, {clock(moment)}"
    return f"{short_date(day)}, {clock(moment)}"


def stamp(moment: datetime) -> str:
    """For the names of files: ``20200915-1630``."""
    return f"{local(moment):%Y%m%d-%H%M}"


def number(value: int) -> str:
    """1.234 in Indonesian, 1,234 in English."""
    text = f"{value:,}"
    return text.replace(",", ".") if current() is Language.INDONESIAN else text


def decimal(value: float, places: int = 1) -> str:
    """1.234,5 in Indonesian, 1,234.5 in English."""
    text = f"{value:,.{places}f}"
    if current() is Language.INDONESIAN:
        return text.translate(str.maketrans(",.", ".,"))
    return text


def percent(share: float) -> str:
    """``share`` of 1 as whole per cent."""
    return f"{round(share * 100)}%"


def size(size_bytes: int) -> str:
    """14,2 kB; kilo is a thousand, as on a mobile bill."""
    if size_bytes < 1000:
        return f"{size_bytes} B"
    for unit, one in (("kB", 1e3), ("MB", 1e6)):
        if size_bytes < one * 1000:
            return f"{decimal(size_bytes / one)} {unit}"
    return f"{decimal(size_bytes / 1e9)} GB"


def duration(seconds: float) -> str:
    """1 jam 5 menit, 40 detik: rounded up, for waits that count down."""
    whole = max(0, -int(-seconds // 1))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    is_indonesian = current() is Language.INDONESIAN
    words = ("jam", "menit", "detik") if is_indonesian else ("h", "min", "s")
    if hours:
        return f"{hours} {words[0]} {minutes} {words[1]}" if minutes else f"{hours} {words[0]}"
    if minutes:
        return f"{minutes} {words[1]} {left} {words[2]}" if left else f"{minutes} {words[1]}"
    return f"{left} {words[2]}"
