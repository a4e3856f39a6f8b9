"""Visits: every try to reach a family is a record of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from enumerator.model.ids import FamilyId, OfficerId, VisitId
from enumerator.model.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Visit:
    """One contact attempt. Times are aware and the laptop's; no rule of the server compares
    them with another machine's. ``notice_left`` is None where no notice was due."""

    id: VisitId
    family_id: FamilyId
    officer_id: OfficerId
    started_at: datetime
    ended_at: datetime
    mode: str
    """``visit`` or ``phone``."""
    outcome: Outcome
    note: str = ""
    informant: str = ""
    appointment_at: datetime | None = None
    notice_left: bool | None = None
    no_notice_reason: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    refusal_reasons: tuple[str, ...] = ()
