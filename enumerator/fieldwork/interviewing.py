"""Interviewing: start, resume, finish."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from weakref import WeakValueDictionary

from enumerator.errors import KnownError
from enumerator.fieldwork import prelist
from enumerator.fieldwork.binding import SP2020_C1, FormBinding
from enumerator.fieldwork.flags import interview_flags
from enumerator.fieldwork.news import NEEDS_REASON, READ_ONLY, CaseNews, differences, value_words
from enumerator.fieldwork.open_interview import (
    Finalised,
    OpenInterview,
    Replayed,
    replay,
    start_session,
)
from enumerator.fieldwork.visiting import Visiting
from enumerator.model import (
    GONE_STATES,
    OUTCOME_RULES,
    AreaCode,
    CaseState,
    FamilyId,
    InterviewId,
    OfficerId,
    Outcome,
    Reopen,
    Visit,
    VisitId,
)
from enumerator.store import CaseRow, OfficerStore
from enumerator.store.envelope import DraftBody
from enumerator.store.families import body_of_visit
from enumerator.store.feed import HandedDraft
from enumerator.store.interviews import InterviewRecord
from enumerator.store.recording import BegunInterview, FinalInterview
from enumerator.xform import (
    Form,
    FormSession,
    LayeredMedia,
    MemoryMedia,
    Ref,
    Result,
    load_form,
)

_LONGEST_PAUSE_S = 300
"""A gap between two steps longer than this is not working time."""


@dataclass(frozen=True, slots=True)
class Offer:
    """``own``: the officer's own draft; ``answers``: of the family's partial self-response, by
    question; ``drafts``: what former officers had begun; ``names``: theirs, by account."""

    own: InterviewId | None
    answers: Mapping[str, str]
    drafts: tuple[HandedDraft, ...]
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What an interview starts from beside the register. ``is_of_another``: the draft is of
    another family, whose identity does not go along."""

    handed: HandedDraft | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    is_of_another: bool = False


class Interviewing:
    def __init__(
        self,
        store: OfficerStore,
        visiting: Visiting,
        zone: tzinfo | None,
        binding: FormBinding = SP2020_C1,
    ) -> None:
        self._store = store
        self._visiting = visiting
        self._zone = zone
        self._binding = binding
        self._forms: dict[tuple[str, str], Form] = {}
        self._forms_lock = threading.Lock()
        self._opened: WeakValueDictionary[InterviewId, OpenInterview] = WeakValueDictionary()

    # ------------------------------------------------------------------ opening

    def draft_of(self, family_id: FamilyId) -> InterviewId | None:
        record = self._store.interviews.draft_of(family_id)
        return None if record is None else record.id

    def offer(self, family_id: FamilyId) -> Offer:
        """What a new interview could start from beside the register."""
        detail = self._store.decisions.detail(family_id)
        own = self.draft_of(family_id)
        return Offer(own, detail.self_answers, tuple(detail.drafts), detail.names)

    def start(
        self, family_id: FamilyId, *, with_answers: bool = False, draft: str = ""
    ) -> OpenInterview:
        """A new interview, prefilled from the register; of a returned case, a revision that
        starts from what was sent. ``with_answers``: what the family answered online is filled
        in, too. ``draft``: goes on from what a former officer had begun, by the envelope's id.
        KnownError ``draft_exists``, ``not_on_list``, ``already_final``, ``no_form``,
        ``no_such_family``, ``no_such_draft``, ``frozen``, ``lease_over``."""
        self._store.access.check()
        self._check_may_start(family_id)
        offer = self.offer(family_id)
        answers = offer.answers if with_answers else {}
        handed = next((one for one in offer.drafts if one.envelope_id == draft), None)
        if draft and handed is None:
            raise KnownError(
                "no_such_draft",
                "What was begun is no longer offered. Start a new interview.",
                envelope=draft,
            )
        beginning = Beginning(handed, answers)
        if self._store.families.is_found_in_field(family_id):
            return self._begin(family_id, prelist.EMPTY, self._binding.origin_new, beginning)
        lists = self._lists_of(family_id)
        return self._begin(family_id, lists, self._binding.origin_register, beginning)

    def start_new_family(self, village: AreaCode | None = None) -> OpenInterview:
        """A family found in the field: it gets an id of its own and, when final, its name.
        KnownError ``no_form``, ``revoked``, ``frozen``, ``lease_over``."""
        self._store.access.check()
        if self._store.is_revoked():
            raise KnownError("revoked", "This account was closed. Ask your supervisor.")
        family_id = FamilyId(f"BARU-{self._store.chance.uuid()}")
        self._current_form()
        self._store.recording.new_family(family_id, village or "")
        return self._begin(family_id, prelist.EMPTY, self._binding.origin_new, Beginning())

    def resume(self, interview_id: InterviewId) -> OpenInterview:
        """The draft with every answer and the place where the officer was. Where the register
        changed meanwhile, untouched questions show the new data and touched ones keep the
        officer's. KnownError ``no_such_interview``, ``not_a_draft``, ``read_only`` (the case
        was handed to another officer, or the account was closed), ``lease_over``."""
        self._store.access.check_reading()
        record = self._store.interviews.get(interview_id)
        if record.state != "draft":
            raise KnownError(
                "not_a_draft", "This interview is finished; it can be read only.", id=interview_id
            )
        row = self._store.caseload.row(record.family_id)
        if row is not None and row.state is CaseState.PARKED and row.notice in READ_ONLY:
            raise _read_only(record.family_id)
        newer = self._newer_register(record)
        if newer is not None:
            adopted, replayed = self._open(newer)
            if not adopted.unplaced:
                if newer.register != record.register:
                    adopted.register_changed = True
                    adopted.kept_against = self._kept_against(record, adopted, replayed)
                self._store.interviews.set_register(
                    record.id, newer.register, newer.base_version, newer.answers
                )
                return self._on_screen(adopted)
        return self._on_screen(self._open(record)[0])

    def blank(self, family_id: FamilyId) -> FormSession:
        """The questionnaire as it starts for this family; nothing is stored. KnownError
        ``no_form``, ``no_such_family``."""
        lists = self._lists_of(family_id)
        form, version = self._current_form()
        record = InterviewRecord(
            id=InterviewId(""),
            family_id=family_id,
            form_id=self._binding.form_id,
            form_version=version,
            seed="",
            started_at=self._now().isoformat(),
            base_version=None,
            register=b"",
        )
        session, _ = start_session(form, record, lists, self._properties())
        for ref, value in self._first_answers(session, family_id, self._binding.origin_register):
            session.answer(ref, value)
        for ref, value in self._binding.openers:
            _takes(session, ref, value)
        return session

    def is_open(self, interview_id: InterviewId) -> bool:
        """Whether somebody has it before them."""
        held = self._opened.get(interview_id)
        return held is not None and not held.is_closed

    def news_of(self, interview: OpenInterview) -> CaseNews:
        """What the server has said of the family whose interview is open; its remarks are taken
        into it. Reads the session: to be called where the answers are given."""
        family_id = interview.family_id
        row = self._store.caseload.row(family_id)
        assignment = self._store.families.assignment(family_id)
        if row is None or assignment is None:
            return CaseNews(family_id, "")
        detail = self._store.decisions.detail(family_id)
        remarks = interview.comments
        if row.notice == "returned":
            remarks = interview.take_comments(
                detail.question_comments, assignment.version, self._answered_return(family_id)
            )
        return CaseNews(
            family_id,
            row.notice,
            officer=assignment.result_officer,
            at=datetime.fromisoformat(assignment.result_at) if assignment.result_at else None,
            comments=assignment.returned_comments,
            remarks=remarks,
            differences=differences(interview.session, detail.self_answers)
            if assignment.self_response == "partial"
            else (),
            officer_name=detail.names.get(assignment.result_officer, ""),
        )

    def begun(self, interview_id: InterviewId, reason: str) -> BegunInterview:
        """The draft as it stands on the disk, to be sealed. ``reason``: see ``DraftBody``.
        KnownError ``no_such_interview``, ``not_a_draft``."""
        record = self._store.interviews.get(interview_id)
        if record.state != "draft":
            raise KnownError("not_a_draft", "This interview is no draft any more.", id=interview_id)
        instance = self._open(record)[0].session.xml()
        body = DraftBody(
            interview_id=record.id,
            family_id=record.family_id,
            form_id=record.form_id,
            form_version=record.form_version,
            reason=reason,
            instance=instance,
        )
        media = self._media_in(record.id, instance)
        return BegunInterview(record.id, body, record.base_version, media)

    def prepare(
        self, family_id: FamilyId, instance: HandedDraft
    ) -> tuple[InterviewRecord, list[tuple[str, str, str | None, str]]]:
        """An interview of this family that goes on from an instance of another, and its first
        journal rows; nothing is stored. KnownErrors of :meth:`start`."""
        self._check_may_start(family_id)
        return self._prepare(
            family_id,
            self._lists_of(family_id),
            self._binding.origin_register,
            Beginning(instance, {}, is_of_another=True),
        )

    # ------------------------------------------------------------------ inside: opening

    def _check_may_start(self, family_id: FamilyId) -> None:
        row = self._store.caseload.row(family_id)
        if row is None:
            return
        if row.state in GONE_STATES:
            raise KnownError(
                "not_on_list",
                "This family is not to be visited any more; see the reason in the list.",
                family=family_id,
                state=row.state.value,
            )
        if row.state in (CaseState.QUEUED, CaseState.RECEIVED) and not _may_reopen(row):
            raise KnownError(
                "already_final",
                "This family has a final interview. Only the supervisor can return it.",
                family=family_id,
            )

    def _lists_of(self, family_id: FamilyId) -> dict[str, bytes]:
        """KnownError ``no_such_family``."""
        family = self._store.families.family(family_id)
        return prelist.lists_of(family, self._store.families.members(family_id))

    def _begin(
        self, family_id: FamilyId, lists: dict[str, bytes], origin: str, beginning: Beginning
    ) -> OpenInterview:
        record, first = self._prepare(family_id, lists, origin, beginning)
        self._store.interviews.create(record, first)
        return self._on_screen(self._open(record)[0])

    def _prepare(
        self, family_id: FamilyId, lists: dict[str, bytes], origin: str, beginning: Beginning
    ) -> tuple[InterviewRecord, list[tuple[str, str, str | None, str]]]:
        handed = beginning.handed
        form, version = self._form_for(handed)
        assignment = self._store.families.assignment(family_id)
        earlier = self._store.interviews.last_final(family_id)
        record = InterviewRecord(
            id=InterviewId(self._store.chance.uuid()),
            family_id=family_id,
            form_id=self._binding.form_id,
            form_version=version,
            seed=self._store.chance.token(16).hex(),
            started_at=self._now().isoformat(),
            base_version=assignment.version if assignment else None,
            register=prelist.packed(lists),
            revision_of=earlier.id if earlier else None,
            base_instance=handed.instance if handed else self._instance_of(earlier),
            answers=self._answered_return(family_id),
        )
        session, _ = start_session(form, record, lists, self._properties())
        is_new = record.base_instance is None or beginning.is_of_another
        first = self._first_answers(session, family_id, origin) if is_new else []
        rows: list[tuple[str, str, str | None, str]] = [
            ("answer", ref, value, record.started_at)
            for ref, value in first + taken_over(session, first, beginning.answers)
        ]
        return record, rows

    def _form_for(self, handed: HandedDraft | None) -> tuple[Form, str]:
        """The version that a draft was begun with, where this laptop has it."""
        known = self._store.forms.versions()
        if handed is not None and (self._binding.form_id, handed.form_version) in known:
            version = handed.form_version
            return self._form(self._binding.form_id, version), version
        return self._current_form()

    def _first_answers(
        self, session: FormSession, family_id: FamilyId, origin: str
    ) -> list[tuple[str, str]]:
        wanted = [(self._binding.origin, origin)]
        if origin == self._binding.origin_register:
            wanted.append((self._binding.family_id, family_id))
        return [(ref, value) for ref, value in wanted if has_question(session, ref)]

    def _on_screen(self, interview: OpenInterview) -> OpenInterview:
        """Somebody has it before them from now on."""
        self._opened[interview.id] = interview
        assignment = self._store.families.assignment(interview.family_id)
        if assignment is not None and assignment.result_status == "returned":
            detail = self._store.decisions.detail(interview.family_id)
            record = interview.record
            interview.take_comments(detail.question_comments, record.base_version, record.answers)
        return interview

    def _answered_return(self, family_id: FamilyId) -> str | None:
        """The return that an interview answers which is begun, or goes on, with what is known
        now; None where an older server did not name it."""
        assignment = self._store.families.assignment(family_id)
        if assignment is None or assignment.result_status != "returned":
            return ""
        return assignment.returned_id or None

    def _kept_against(
        self, before: InterviewRecord, adopted: OpenInterview, now: Replayed
    ) -> dict[Ref, str]:
        """Touched questions for which the new register says other than the old one and than the
        officer."""
        earlier = self._open(before)[1].prefilled
        session = adopted.session
        return {
            ref: value_words(session, ref, text)
            for ref, text in now.prefilled.items()
            if earlier.get(ref, "") != text and session.value(ref) != text
        }

    def _open(self, record: InterviewRecord) -> tuple[OpenInterview, Replayed]:
        form = self._form(record.form_id, record.form_version)
        session, clock = start_session(
            form, record, prelist.unpacked(record.register), self._properties()
        )
        replayed = replay(session, clock, self._store.interviews.journal(record.id))
        interview = OpenInterview(self._store, record, session, clock, self._now, self._finish)
        interview.typed_texts.update(replayed.typed)
        interview.unplaced = replayed.unplaced
        return interview, replayed

    def _newer_register(self, record: InterviewRecord) -> InterviewRecord | None:
        assignment = self._store.families.assignment(record.family_id)
        if assignment is None or assignment.version == record.base_version:
            return None
        lists = self._lists_of(record.family_id)
        return replace(
            record,
            register=prelist.packed(lists),
            base_version=assignment.version,
            answers=self._answered_return(record.family_id),
        )

    def _current_form(self) -> tuple[Form, str]:
        version = self._store.forms.current_version(self._binding.form_id)
        if version is None:
            self._store.forms.current(self._binding.form_id)  # raises no_form
        return self._form(self._binding.form_id, version or ""), version or ""

    def _form(self, form_id: str, version: str) -> Form:
        with self._forms_lock:
            form = self._forms.get((form_id, version))
            if form is None:
                xml, media = self._store.forms.get(form_id, version)
                form = load_form(xml, LayeredMedia(MemoryMedia(media), MemoryMedia(prelist.EMPTY)))
                self._forms[form_id, version] = form
            return form

    def _instance_of(self, earlier: InterviewRecord | None) -> bytes | None:
        if earlier is None or earlier.envelope_id is None:
            return None
        return self._store.outbox.get(earlier.envelope_id).body

    def _properties(self) -> dict[str, str]:
        enrolment = self._store.enrolment
        return {"deviceid": enrolment.device_id, "username": enrolment.login}

    # ------------------------------------------------------------------ inside: finishing

    def _finish(self, interview: OpenInterview, reason: str) -> Finalised:
        record, session = interview.record, interview.session
        self._check_may_finish(interview, reason)
        instance = interview.submission()
        outcome = self._outcome(session)
        visit = self._visit_of(interview, outcome)
        flags = self._visiting.flags_of(visit) + self._interview_flags(interview, outcome)
        text = self._reader(session)
        envelope = self._store.recording.interview(
            FinalInterview(
                interview_id=record.id,
                family_id=record.family_id,
                instance=instance,
                outcome=outcome,
                visit=body_of_visit(visit, interview_id=record.id, flags=flags),
                base_version=record.base_version,
                form_id=record.form_id,
                form_version=record.form_version,
                media=self._media_in(record.id, instance),
                answers=record.answers,
                reason=reason.strip(),
                head_name=text(self._binding.head_name),
                address=text(self._binding.address),
                village=text(self._binding.village),
                sls=text(self._binding.sls),
            )
        )
        return Finalised(record.id, envelope.id, outcome, interview.moment(), flags)

    def _check_may_finish(self, interview: OpenInterview, reason: str) -> None:
        row = self._store.caseload.row(interview.family_id)
        if row is None or row.state is not CaseState.PARKED or row.notice not in NEEDS_REASON:
            # The server marks what was handed on as late, and keeps both of two interviews.
            return
        if not reason.strip():
            raise KnownError(
                "reason_needed",
                "The case has left your list. Say why you finish the interview anyway.",
                notice=row.notice,
            )

    def _outcome(self, session: FormSession) -> Outcome:
        """A form without a result word is complete; a word that says nothing to us is not."""
        word = self._reader(session)(self._binding.outcome)
        return self._binding.outcomes.get(word, Outcome.PARTIAL) if word else Outcome.COMPLETED

    def _visit_of(self, interview: OpenInterview, outcome: Outcome) -> Visit:
        text = self._reader(interview.session)
        place = [float(part) for part in text(self._binding.location).split()]
        appointment = text(self._binding.appointment)
        return Visit(
            id=VisitId(self._store.chance.uuid()),
            family_id=interview.family_id,
            officer_id=OfficerId(self._store.enrolment.account_id),
            started_at=interview.opened_at,
            ended_at=interview.moment(),
            mode="visit",
            outcome=outcome,
            note=text(self._binding.note),
            informant=text(self._binding.informant),
            appointment_at=datetime.fromisoformat(appointment) if appointment else None,
            latitude=place[0] if place else None,
            longitude=place[1] if len(place) > 1 else None,
            accuracy_m=place[3] if len(place) > 3 else None,
            refusal_reasons=tuple(text(self._binding.refusal_reasons).split()),
        )

    def _interview_flags(self, interview: OpenInterview, outcome: Outcome) -> tuple[str, ...]:
        persons = self._reader(interview.session)(self._binding.persons)
        rows = self._store.interviews.journal(interview.id)
        times = [datetime.fromisoformat(row.wall_time) for row in rows]
        gaps = [
            (later - earlier).total_seconds()
            for earlier, later in zip(times, [*times[1:], interview.moment()], strict=True)
        ]
        active_s = sum(min(max(gap, 0.0), _LONGEST_PAUSE_S) for gap in gaps)
        count = int(float(persons)) if persons else 0
        return interview_flags(outcome, active_s, count, self._visiting.rules())

    def _media_in(self, interview_id: InterviewId, instance: bytes) -> tuple[str, ...]:
        attachments = self._store.interviews.attachments(interview_id)
        named = [digest for name, digest in attachments.items() if name.encode() in instance]
        return tuple(sorted(named))

    def _reader(self, session: FormSession) -> _Reader:
        return _Reader(session)

    def _now(self) -> datetime:
        return self._store.clock.now().astimezone(self._zone)


class _Reader:
    """Values of questions that the form may not have, or that do not apply: blank."""

    def __init__(self, session: FormSession) -> None:
        self._session = session

    def __call__(self, ref: str) -> str:
        try:
            return self._session.value(ref)
        except KnownError:
            return ""


def taken_over(
    session: FormSession, first: Sequence[tuple[str, str]], answers: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Of ``answers`` those that the form takes, in an order in which it does: one question may
    only be asked after another was answered. The session is answered along, ``first`` first."""
    for ref, value in first:
        session.answer(ref, value)
    waiting, taken = dict(answers), [("", "")]
    given: list[tuple[str, str]] = []
    while waiting and taken:
        taken = [entry for entry in waiting.items() if _takes(session, *entry)]
        given += taken
        for ref, _ in taken:
            del waiting[ref]
    return given


def _takes(session: FormSession, ref: str, value: str) -> bool:
    try:
        return session.answer(ref, value).result is Result.OK
    except KnownError:
        return False


def has_question(session: FormSession, ref: str) -> bool:
    try:
        session.element(ref)
    except KnownError:
        return False
    return True


def _may_reopen(row: CaseRow) -> bool:
    return row.outcome is not None and OUTCOME_RULES[row.outcome].reopen == Reopen.OFFICER.value


def _read_only(family_id: FamilyId) -> KnownError:
    return KnownError(
        "read_only",
        "This draft can only be read here: it is kept and sent. Ask the supervisor.",
        family=family_id,
    )
