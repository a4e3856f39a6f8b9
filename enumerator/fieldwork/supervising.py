"""Supervising: the team, giving families to another officer, returning interviews, and which of
several stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from enumerator.errors import KnownError
from enumerator.fieldwork.interviewing import Interviewing
from enumerator.fieldwork.questions import QuestionName, Questions
from enumerator.model import CaseState, EnvelopeId, FamilyId, OfficerId, Trouble
from enumerator.store import ConflictedCase, OfficerStore, PendingDecision, QuestionComment
from enumerator.store.envelope import ReturnBody, SettlementBody
from enumerator.store.feed import ConflictBody, FieldDifference


@dataclass(frozen=True, slots=True)
class TeamMember:
    officer_id: OfficerId
    login: str
    name: str
    counts: Mapping[CaseState, int]
    """Cases by state, as far as this laptop knows."""
    last_contact: datetime | None
    active: bool
    troubles: tuple[Trouble, ...] = ()
    """Of the laptop that was at the server last: what somebody must see to."""
    set_aside: int = 0
    """Records, photos and sounds that it could not hand over."""


@dataclass(frozen=True, slots=True)
class AnswerPair:
    """A question that two interviews answer differently, as it is read. ``line``: of which line
    of a roster, empty for a question of the family."""

    line: str
    question: str
    kept: str
    other: str


@dataclass(frozen=True, slots=True)
class Contender:
    """A result of a family. ``envelope_id`` is empty for its own answer online; ``answers``: where
    it differs from what stands now."""

    envelope_id: str
    officer_id: str
    outcome: str
    received_at: datetime | None
    officer_name: str = ""
    """Empty for an officer of another team."""
    state: str = ""
    answers: tuple[AnswerPair, ...] = ()


@dataclass(frozen=True, slots=True)
class Contest:
    """All results of a family, what stands now first. ``pending``: decisions made here that the
    server has not confirmed."""

    family_id: FamilyId
    head_name: str
    address: str
    standing: Contender
    others: tuple[Contender, ...]
    pending: tuple[PendingDecision, ...]

    @property
    def is_open(self) -> bool:
        return any(other.state == "open" for other in self.others)

    @property
    def is_settled(self) -> bool:
        return any(other.state == "settled" for other in self.others)


class Supervising:
    """Only for the role ``supervisor``: everything else is a KnownError ``not_supervisor``."""

    def __init__(self, store: OfficerStore, interviewing: Interviewing) -> None:
        self._store = store
        self._interviewing = interviewing

    def code_for(self, officer_id: str, challenge: str, days: int) -> str:
        """Opens an officer's laptop offline: see ``enumerator.store.lease``."""
        return self._store.lease.answer_for(officer_id, challenge, days)

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
                _troubles(officer.troubles),
                officer.set_aside,
            )
            for officer in self._store.families.team()
        )

    def reassign(
        self,
        family_ids: Sequence[FamilyId],
        to_officer: OfficerId,
        reason: str,
        *,
        with_drafts: bool = True,
    ) -> EnvelopeId:
        """Order it; the list shows it as pending until the server confirms. ``with_drafts``: the
        new officer is offered what the former one had begun. KnownError
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
        return self._store.recording.reassignment(
            family_ids, to_officer, reason.strip(), with_drafts=with_drafts
        ).id

    def conflicts(self) -> tuple[ConflictedCase, ...]:
        """Families of the team with interviews that differ, the undecided ones first."""
        self._check_role()
        return self._store.decisions.conflicted()

    def contest(self, family_id: FamilyId) -> Contest:
        """The results of one family side by side. KnownError ``no_such_family``."""
        self._check_role()
        family = self._store.families.family(family_id)
        questions = self._questions(family_id)
        conflicts = self._store.decisions.conflicts(family_id)
        team = self._store.families.team()
        names = {str(officer.officer_id): officer.name or officer.login for officer in team}
        return Contest(
            family_id,
            family.head_name,
            family.address,
            self._standing(family_id, conflicts, names),
            tuple(_contender(conflict, questions, names) for conflict in conflicts),
            self._store.decisions.pending(family_id),
        )

    def settle(self, family_id: FamilyId, envelope_id: str | None, reason: str) -> EnvelopeId:
        """Decide which result stands; None takes an earlier decision back. Pending until the
        server confirms. KnownError ``not_supervisor``, ``reason_needed``, ``no_such_result``,
        ``nothing_to_decide``."""
        self._check_role()
        contest = self.contest(family_id)
        results = {contest.standing.envelope_id, *(one.envelope_id for one in contest.others)}
        if not contest.others or (envelope_id is None and not contest.is_settled):
            raise KnownError("nothing_to_decide", "There is nothing to decide here any more.")
        if envelope_id == contest.standing.envelope_id and not contest.is_open:
            raise KnownError("nothing_to_decide", "This interview stands already.")
        if envelope_id is not None and envelope_id not in results:
            raise KnownError("no_such_result", "Choose one of the interviews of this family.")
        if not reason.strip():
            raise KnownError("reason_needed", "Say why this interview stands.")
        body = SettlementBody(family_id=family_id, envelope_id=envelope_id, reason=reason.strip())
        return self._store.recording.settlement(body).id

    def may_return(self, family_id: FamilyId) -> bool:
        """Whether the server holds an interview of this family that can be done again."""
        assignment = self._store.families.assignment(family_id)
        if assignment is None or assignment.result_status not in ("received", "accepted"):
            return False
        pending = {one.kind for one in self._store.decisions.pending(family_id)}
        return bool(assignment.result_envelope) and "return" not in pending

    def questions(self, family_id: FamilyId) -> tuple[QuestionName, ...]:
        """What a return may remark on. KnownError ``no_form``, ``no_such_family``."""
        self._check_role()
        return Questions(self._interviewing.blank(family_id)).names()

    def send_back(
        self, family_id: FamilyId, comments: str, remarks: Mapping[str, str]
    ) -> EnvelopeId:
        """Return the interview that stands; ``remarks`` by question. Pending until the server
        confirms. KnownError ``not_supervisor``, ``nothing_to_return``, ``reason_needed``."""
        self._check_role()
        assignment = self._store.families.assignment(family_id)
        if assignment is None or not self.may_return(family_id):
            raise KnownError(
                "nothing_to_return", "There is no received interview to return, or it was returned."
            )
        if not comments.strip():
            raise KnownError("reason_needed", "Say what is to be done again.")
        questions = [
            QuestionComment(path=path, text=text.strip())
            for path, text in remarks.items()
            if text.strip()
        ]
        body = ReturnBody(
            family_id=family_id,
            envelope_id=assignment.result_envelope,
            comments=comments.strip(),
            questions=questions,
        )
        return self._store.recording.returned(body).id

    # ------------------------------------------------------------------ inside

    def _questions(self, family_id: FamilyId) -> Questions | None:
        """None without a questionnaire on this laptop: questions then go by their references."""
        try:
            return Questions(self._interviewing.blank(family_id))
        except KnownError:
            return None

    def _standing(
        self,
        family_id: FamilyId,
        conflicts: Sequence[ConflictBody],
        names: Mapping[str, str],
    ) -> Contender:
        assignment = self._store.families.assignment(family_id)
        envelope = conflicts[0].kept_envelope if conflicts else ""
        if assignment is None or not envelope:
            at = _moment(assignment.self_responded_at) if assignment else None
            return Contender(envelope, "", "answered_online", at)
        return Contender(
            envelope,
            assignment.result_officer,
            assignment.result_outcome,
            _moment(assignment.result_at),
            names.get(assignment.result_officer, ""),
        )

    def _check_role(self) -> None:
        if self._store.enrolment.role != "supervisor":
            raise KnownError("not_supervisor", "Only supervisors can do this.")


def _contender(
    conflict: ConflictBody, questions: Questions | None, names: Mapping[str, str]
) -> Contender:
    return Contender(
        conflict.other_envelope,
        conflict.other_officer,
        conflict.other_outcome,
        _moment(conflict.other_received_at),
        names.get(conflict.other_officer, ""),
        conflict.state,
        tuple(_pair(difference, questions) for difference in conflict.differences),
    )


def _pair(difference: FieldDifference, questions: Questions | None) -> AnswerPair:
    path = difference.path
    if questions is None:
        return AnswerPair("", path.rpartition("/")[2], difference.kept, difference.other)
    name = questions.name(path)
    kept, other = questions.words(path, difference.kept), questions.words(path, difference.other)
    return AnswerPair(name.section if name.in_line else "", name.label, kept, other)


def _troubles(words: str) -> tuple[Trouble, ...]:
    """Those that this program knows how to put."""
    said = words.split()
    return tuple(trouble for trouble in Trouble if trouble.value in said)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
