"""Quality flags: computed where the work is done, told to the officer at once, seen by the
supervisor. A flag refuses nothing; it asks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from enumerator.fieldwork.rules import ContactRules
from enumerator.model import OUTCOME_RULES, Outcome, Visit

CLOCK_JUMP_S = 300
"""Wall and monotonic clock may drift apart this much between two records of one start."""
_EARTH_RADIUS_KM = 6371.0
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ClockReading:
    """Wall and monotonic clock at one moment. After a restart of the machine the monotonic clock
    begins anew, and two readings cannot be compared."""

    wall: datetime
    monotonic_ms: int


def visit_flags(
    visit: Visit,
    earlier: Sequence[Visit],
    rules: ContactRules,
    before: ClockReading | None = None,
    now: ClockReading | None = None,
) -> tuple[str, ...]:
    """Codes for a visit, given the same officer's earlier ones (any family, oldest first):
    ``impossible_travel``, ``visit_without_notice``, ``too_soon``, ``many_closes``,
    ``clock_jump``."""
    flags = []
    located = next((old for old in reversed(earlier) if _place(old) is not None), None)
    if located is not None and _is_too_fast(located, visit, rules.max_speed_km_h):
        flags.append("impossible_travel")
    if OUTCOME_RULES[visit.outcome].notice_due and visit.mode == "visit" and not visit.notice_left:
        flags.append("visit_without_notice")
    if _is_too_soon(visit, earlier, rules):
        flags.append("too_soon")
    if _closes_within_the_hour(visit, earlier) > rules.closes_per_hour:
        flags.append("many_closes")
    if before is not None and now is not None and has_clock_jumped(before, now):
        flags.append("clock_jump")
    return tuple(flags)


def interview_flags(
    outcome: Outcome, active_s: float, persons: int, rules: ContactRules
) -> tuple[str, ...]:
    """Codes for a finished interview: ``too_fast`` (per person)."""
    least_s = rules.min_seconds_per_person * max(1, persons)
    return ("too_fast",) if outcome is Outcome.COMPLETED and active_s < least_s else ()


def has_clock_jumped(before: ClockReading, now: ClockReading) -> bool:
    if now.monotonic_ms < before.monotonic_ms:
        return False
    wall_s = (now.wall - before.wall).total_seconds()
    monotonic_s = (now.monotonic_ms - before.monotonic_ms) / 1000
    # Monotonic time stops while some laptops sleep, so a wall clock that gained is no proof.
    return wall_s < monotonic_s - CLOCK_JUMP_S


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance between (latitude, longitude) pairs in degrees."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*one, *other))
    half = (
        math.sin((lat2 - lat1) / 2) ** 2
        + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    )
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(min(1.0, half)))


def _place(visit: Visit) -> tuple[float, float] | None:
    if visit.latitude is None or visit.longitude is None:
        return None
    return visit.latitude, visit.longitude


def _is_too_fast(before: Visit, visit: Visit, max_speed_km_h: float) -> bool:
    start, end = _place(before), _place(visit)
    if start is None or end is None:
        return False
    uncertain_km = ((before.accuracy_m or 0) + (visit.accuracy_m or 0)) / 1000
    travelled_km = distance_km(start, end) - uncertain_km
    hours = max(0.0, (visit.started_at - before.ended_at).total_seconds() / 3600)
    return travelled_km > 1 and travelled_km > hours * max_speed_km_h


def _is_too_soon(visit: Visit, earlier: Sequence[Visit], rules: ContactRules) -> bool:
    least = timedelta(hours=rules.min_hours_between_visits)
    return any(
        old.family_id == visit.family_id
        and old.started_at.date() == visit.started_at.date()
        and timedelta(0) <= visit.started_at - old.ended_at < least
        for old in earlier
    )


def _closes_within_the_hour(visit: Visit, earlier: Sequence[Visit]) -> int:
    recent = [old for old in earlier if timedelta(0) <= visit.ended_at - old.ended_at <= _HOUR]
    return sum(OUTCOME_RULES[each.outcome].final for each in [*recent, visit])
