"""Drafts of cases that left the list: given up, sealed as evidence, or moved to a successor."""

from __future__ import annotations

import logging

from enumerator.errors import KnownError
from enumerator.fieldwork.interviewing import Interviewing
from enumerator.fieldwork.news import READ_ONLY
from enumerator.model import FamilyId, InterviewId
from enumerator.store import OfficerStore
from enumerator.store.feed import HandedDraft

log = logging.getLogger(__name__)

STOPPED = "stopped"


class Parking:
    def __init__(self, store: OfficerStore, interviewing: Interviewing) -> None:
        self._store = store
        self._interviewing = interviewing

    def stop(self, interview_id: InterviewId, note: str = "") -> None:
        """Give a draft up: what was begun is sealed and sent as evidence, the case follows the
        server. KnownError ``no_such_interview``, ``not_a_draft``."""
        begun = self._interviewing.begun(interview_id, STOPPED)
        self._store.recording.stopped_draft(begun, note.strip())

    def send_parked(self) -> int:
        """Seal what was begun of cases that were given to others, or of a closed account, once
        each; one that is open on the screen waits until it is closed. How many."""
        sealed = 0
        for record in self._store.interviews.parked():
            row = self._store.caseload.row(record.family_id)
            if row is None or row.notice not in READ_ONLY or self._interviewing.is_open(record.id):
                continue
            try:
                begun = self._interviewing.begun(record.id, row.notice)
            except KnownError as error:
                # One draft that cannot be read now stops no other; its answers stay here.
                log.warning("draft %s cannot be sealed yet: %s", record.id, error.code)
                continue
            sealed += self._store.recording.draft_copy(begun) is not None
        return sealed

    def successors(self, family_id: FamilyId) -> tuple[FamilyId, ...]:
        """The families that this one was split or merged into and that are on this laptop."""
        named = self._store.decisions.detail(family_id).successors
        here = (FamilyId(name) for name in named)
        return tuple(name for name in here if self._store.caseload.row(name) is not None)

    def move(self, interview_id: InterviewId, successor: FamilyId) -> InterviewId:
        """The draft of a family that was split or merged goes on with a successor: its answers
        begin the successor's interview, and it is sealed as evidence itself. KnownErrors of
        ``Interviewing.start``; ``no_successor``."""
        begun = self._interviewing.begun(interview_id, STOPPED)
        if successor not in self.successors(FamilyId(begun.body.family_id)):
            raise KnownError(
                "no_successor", "Choose one of the families that took its place.", family=successor
            )
        source = HandedDraft(
            envelope_id="",
            officer_id=self._store.enrolment.account_id,
            form_id=begun.body.form_id,
            form_version=begun.body.form_version,
            instance=begun.body.instance,
        )
        record, first = self._interviewing.prepare(successor, source)
        self._store.recording.stopped_draft(
            begun, instead=lambda: self._store.interviews.create(record, first)
        )
        return record.id
