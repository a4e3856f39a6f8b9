"""A laptop with the sample questionnaire, and an officer who fills it in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from enumerator.fieldwork import OpenInterview, Workspace
from enumerator.model import FamilyId
from enumerator.sample import QUESTIONNAIRE, REGIONS, sample_file
from enumerator.sample.respondent import Respondent
from enumerator.store import OfficerStore
from enumerator.xform import Ref, Result
from tests.store.builders import FORM, Laptop

FORM_VERSION = "2020091501"
WITA = timezone(timedelta(hours=8), "WITA")
TYPING_TIME_S = 30


def put_questionnaire(store: OfficerStore, version: str = FORM_VERSION) -> None:
    store.forms.put(FORM, version, sample_file(QUESTIONNAIRE), {REGIONS: sample_file(REGIONS)})


class Desk(Laptop):
    """A laptop with a workspace on it; the zone is South Kalimantan's."""

    def __init__(self, folder: Path, role: str = "officer") -> None:
        super().__init__(folder, role)
        put_questionnaire(self.store)
        self.workspace = Workspace(self.store, zone=WITA)

    def reopen(self) -> OfficerStore:
        store = super().reopen()
        self.workspace = Workspace(store, zone=WITA)
        return store

    def answer_all(self, interview: OpenInterview, respondent: Respondent) -> list[tuple[Ref, str]]:
        """Answer until nothing is open; what was answered."""
        given = []
        while (following := respondent.next_answer(interview.session)) is not None:
            self.clock.advance(seconds=TYPING_TIME_S)
            assert interview.answer(*following).result is Result.OK, following
            given.append(following)
        return given

    def interview_with(self, family_id: FamilyId, finding: str = "interview") -> OpenInterview:
        """An interview in which everything is answered."""
        interview = self.workspace.interviewing.start(family_id)
        self.answer_all(interview, Respondent(7, finding=finding))
        return interview


def moment(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of September 2020 in South Kalimantan."""
    return datetime(2020, 9, day, hour, minute, tzinfo=WITA).astimezone(UTC)
