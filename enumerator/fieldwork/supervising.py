"""Supervising: the team, and giving families to another officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from enumerator.errors import KnownError
from enumerator.model import CaseState, EnvelopeId, FamilyId, OfficerId
from enumerator.store import OfficerStore


@dataclass(frozen=True, slots=True)
class TeamMember:
    officer_id: OfficerId
    login: str
    name: str
    counts: Mapping[CaseState, int]
    """Cases by state, as far as this laptop knows."""
    last_contact: datetime | None
    active: bool


class Supervising:
    """Only for the role ``supervisor``: everything else is a KnownError ``not_supervisor``."""

    def __init__(self, store: OfficerStore) -> None:
        self._store = store

    def team(self) -> tuple[TeamMember, ...]:
        self._check_role()
        counts = self._store.caseload.counts_by_officer()
        return tuple(
            TeamMember(
                officer.officer_id,
                officer.login,
                officer.name,
                counts.get(officer.officer_id, {}),
                datetime.fromisoformat(officer.last_contact) if officer.last_contact else None,
                bool(officer.active),
            )
            for officer in self._store.families.team()
        )

    def reassign(
        self, family_ids: Sequence[FamilyId], to_officer: OfficerId, reason: str
    ) -> EnvelopeId:
        """Order it; the list shows it as pending until the server confirms. KnownError
        ``not_supervisor``, ``no_such_officer``, ``reason_needed``, ``nothing_chosen``."""
        self._check_role()
        if not family_ids:
            raise KnownError("nothing_chosen", "Choose the families to reassign first.")
        if not reason.strip():
            raise KnownError("reason_needed", "Say why the families are reassigned.")
        team = {officer.officer_id for officer in self._store.families.team() if officer.active}
        if to_officer not in team:
            raise KnownError(
                "no_such_officer", "Choose an officer of your own team.", officer=to_officer
            )
        return self._store.recording.reassignment(family_ids, to_officer, reason.strip()).id

    def _check_role(self) -> None:
        if self._store.enrolment.role != "supervisor":
            raise KnownError("not_supervisor", "Only supervisors can do this.")
