"""The caseload: the officer's list, or the team's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from enumerator.model import Area, CaseState, FamilyId, OfficerId
from enumerator.store import CaseFilter, CaseRow, OfficerStore


@dataclass(frozen=True, slots=True)
class CaseloadSummary:
    """Cases by state (those that left the list included), and what the server does not have."""

    by_state: Mapping[CaseState, int]
    unsent_families: int
    unsent_envelopes: int

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


class CaseloadView:
    """Thin over the store's queries; see ``enumerator.store.caseload``."""

    def __init__(self, store: OfficerStore) -> None:
        self._caseload = store.caseload

    def ids(self, chosen: CaseFilter | None = None) -> list[int]:
        return self._caseload.ids(chosen)

    def page(self, ids: Sequence[int]) -> list[CaseRow]:
        return self._caseload.page(ids)

    def row(self, family_id: FamilyId) -> CaseRow | None:
        return self._caseload.row(family_id)

    def areas(self) -> tuple[tuple[Area, int], ...]:
        return self._caseload.areas()

    def summary(self, officer: OfficerId | None = None) -> CaseloadSummary:
        """Of the whole list, or of one officer's part."""
        families, envelopes = self._caseload.unsent()
        return CaseloadSummary(self._caseload.counts(officer), families, envelopes)
