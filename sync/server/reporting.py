"""What laptops say of themselves: kept with a hello, told to whoever must act.

It costs a hello no write as long as nothing that matters has changed. Nothing is decided by it, and
nothing of it ever stops an upload.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from enumerator.model import Trouble
from sync.protocol import HelloRequest
from sync.server.operation import iso
from sync.server.rows import stored_count, stored_word
from sync.server.store import LaptopReport

DISK_LOW_BYTES = 1_000_000_000
"""A backup takes as much as the database, and photos come in their full size before they are made
small; an operating system begins to fail not far below."""
CLOCK_WRONG_S = 24 * 3600
"""Less is a zone that was set wrongly, which no rule minds; a wrong day stands in the answers."""


def reported(request: HelloRequest, now: datetime) -> LaptopReport:
    """Words and numbers as any database takes them, whatever the laptop sent."""
    return LaptopReport(
        device_id=request.device_id,
        account_id=request.account_id,
        at=iso(now),
        program=stored_word(request.versions.program),
        platform=stored_word(request.versions.platform),
        incarnation=request.incarnation,
        chain_length=stored_count(request.chain_length),
        set_aside=stored_count(request.set_aside),
        media_waiting=stored_count(request.media_waiting),
        free_disk_bytes=stored_count(request.free_disk_bytes),
        database_ok=request.database_ok,
        clock_difference_s=_difference_s(request.wall_time, now),
    )


def troubles_of(report: LaptopReport) -> list[Trouble]:
    """What somebody must see to, in the order of :class:`Trouble`."""
    difference_s = report.clock_difference_s
    found = {
        Trouble.DATABASE_DAMAGED: not report.database_ok,
        Trouble.SET_ASIDE: report.set_aside > 0,
        Trouble.DISK_LOW: 0 < report.free_disk_bytes < DISK_LOW_BYTES,
        Trouble.CLOCK_WRONG: difference_s is not None and abs(difference_s) > CLOCK_WRONG_S,
    }
    return [trouble for trouble in Trouble if found[trouble]]


def is_news(
    report: LaptopReport, before: LaptopReport | None, step: timedelta, *, lacks_some: bool
) -> bool:
    """Whether it is worth a write: after ``step``, or because something changed that somebody
    acts on. The chain's length matters only while the server ``lacks_some`` of it: without a gap,
    what is unsent is none by either report."""
    if before is None:
        return True
    passed = datetime.fromisoformat(report.at) - datetime.fromisoformat(before.at)
    if abs(passed) >= step or _what_matters(report) != _what_matters(before):
        return True
    return lacks_some and report.chain_length != before.chain_length


def shown(report: LaptopReport | None) -> tuple[list[str], int]:
    """Troubles and what is set aside, as a supervisor's stream tells them."""
    if report is None:
        return [], 0
    return [trouble.value for trouble in troubles_of(report)], report.set_aside


def _what_matters(report: LaptopReport) -> tuple[object, ...]:
    return (
        report.program,
        report.platform,
        report.incarnation,
        report.set_aside,
        report.media_waiting > 0,
        troubles_of(report),
    )


def _difference_s(wall_time: str, now: datetime) -> int | None:
    try:
        said = datetime.fromisoformat(wall_time)
    except ValueError:
        return None
    if said.tzinfo is None:
        return None
    try:
        return round((now - said.astimezone(UTC)).total_seconds())
    except OverflowError:  # a zone that leads out of the calendar
        return None
