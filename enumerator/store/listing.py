"""What the caseload is asked, and what it answers.

Plain values, apart from the queries: the window speaks of them before the database is loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from enumerator.model import AreaCode, CaseState, FamilyId, OfficerId, Outcome

Sort = Literal["address", "head", "state", "area", "last_visit", "appointment", "officer"]


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """``states`` None: every case that is still on the list; naming a state shows its cases
    also when they left it. Words of ``text`` must all be found (name, address, SLS, family id,
    or the last digits of the card number)."""

    text: str = ""
    area: AreaCode | None = None
    states: frozenset[CaseState] | None = None
    officer: OfficerId | None = None
    unsent_only: bool = False
    sort: Sort = "address"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    rowid: int
    family_id: FamilyId
    head_name: str
    card_masked: str
    address: str
    sls: str
    village_name: str
    members: int
    state: CaseState
    outcome: Outcome | None
    attempt_days: int
    last_visit_at: datetime | None
    appointment_at: datetime | None
    unsent: int
    officer_id: OfficerId
    pending_officer: OfficerId | None = None
    """To whom a supervisor's unconfirmed order gives the case."""
    notice: str = ""
    """Code of what the officer should know beside the state (``answered_online`` …)."""
