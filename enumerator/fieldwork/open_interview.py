"""One interview at the door: every answer is on the disk before the officer sees it taken.

The journal is replayed through a fresh session to reopen a draft. What makes the replay exact:
the session's clock stands still during a step and its time is the journal row's, the session's
randomness is seeded per interview, and the register lists are those that the draft was made with.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from enumerator.errors import KnownError
from enumerator.fieldwork.rules import PhotoRules
from enumerator.model import EnvelopeId, InterviewId, Outcome
from enumerator.store import OfficerStore, QuestionComment
from enumerator.store.interviews import InterviewRecord, JournalRow
from enumerator.xform import (
    NO_CHANGES,
    Answer,
    Aspect,
    ChangeSet,
    DeviceRequest,
    Failure,
    Form,
    FormSession,
    MemoryMedia,
    Ref,
    Result,
)

log = logging.getLogger(__name__)
T = TypeVar("T")


class IncompleteError(KnownError):
    """Code ``incomplete``; ``failures`` are the questions that are still wrong or missing."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__(
            "incomplete",
            "Some questions are missing or wrong. Go through the list and correct them.",
            failures=len(failures),
        )
        self.failures = tuple(failures)


@dataclass(frozen=True, slots=True)
class Finalised:
    """``flags``: quality flags that the work raised, to be told to the officer at once."""

    interview_id: InterviewId
    envelope_id: EnvelopeId
    outcome: Outcome
    saved_at: datetime
    flags: tuple[str, ...] = ()


class SteppedClock:
    """A session's clock: moves from step to step, stands still within one."""

    def __init__(self, start: datetime) -> None:
        self.moment = start

    def __call__(self) -> datetime:
        return self.moment


class OpenInterview:
    """A draft with its running session. Read from :attr:`session`; change through the methods
    here, which journal. Thread-safe for changes; readers share the session's own rule (one
    thread at a time)."""

    def __init__(
        self,
        store: OfficerStore,
        record: InterviewRecord,
        session: FormSession,
        clock: SteppedClock,
        local_now: Callable[[], datetime],
        finish: Callable[[OpenInterview, str], Finalised],
    ) -> None:
        self.id = record.id
        self.family_id = record.family_id
        self.record = record
        self.session = session
        self.position: Ref | None = Ref(record.position) if record.position else None
        self.opened_at = local_now()
        self.typed_texts: dict[Ref, str] = {}
        self.unplaced: tuple[JournalRow, ...] = ()
        """Journal rows that the replay could not place; empty unless the form misbehaves."""
        self.register_changed = False
        """The register's data changed since the draft was last open."""
        self.kept_against: Mapping[Ref, str] = {}
        """Questions that keep the officer's answer, with what the changed register says."""
        self.comments: Mapping[Ref, str] = {}
        """The supervisor's remarks on questions, of a return."""
        self._store = store
        self._clock = clock
        self._local_now = local_now
        self._finish = finish
        self._lock = threading.RLock()
        self._is_closed = False

    # ------------------------------------------------------------------ changing

    def answer(
        self, ref: Ref | str, value: str | Sequence[str] | None, *, commit: str = "valid"
    ) -> Answer:
        """The engine's verdict. A taken answer is on the disk when this returns; a refused one's
        text too, as :attr:`typed_texts`. KnownErrors of the session, ``not_open``."""
        text = _text(value)
        with self._lock:
            answer = self._step(lambda: self.session.answer(ref, text, commit=commit))
            if answer.result is Result.OK or commit == "always":
                op = "answer" if commit == "valid" else "force"
                self._journal(op, ref, text, answer.changes)
                self.position = Ref(ref)
                self.typed_texts.pop(Ref(ref), None)
            else:
                self._keep_typed(ref, text)
            return answer

    def supply(self, target: DeviceRequest | Ref | str, value: str) -> ChangeSet:
        """What the machine says: a place, a recording's name. Journaled like an answer, by the
        reference that its node has now."""
        with self._lock:
            changes = self._step(lambda: self.session.supply(target, value))
            if changes.changed:
                ref = target.ref if isinstance(target, DeviceRequest) else target
                written = next((r for r, a in changes.changed.items() if Aspect.VALUE in a), ref)
                self._journal("supply", written, value, changes)
            return changes

    def typed(self, ref: Ref | str, text: str) -> None:
        """Keep what stands in a field but was refused, so that a crash does not lose it."""
        with self._lock:
            self._check_open()
            self._clock.moment = self._local_now()
            self._keep_typed(ref, text)

    def add_repeat(self, ref: Ref | str) -> ChangeSet:
        with self._lock:
            changes = self._step(lambda: self.session.add_repeat(ref))
            self._journal("add", ref, None, changes)
            return changes

    def remove_repeat(self, ref: Ref | str) -> ChangeSet:
        with self._lock:
            changes = self._step(lambda: self.session.remove_repeat(ref))
            self._journal("remove", ref, None, changes)
            return changes

    def set_language(self, name: str) -> ChangeSet:
        with self._lock:
            changes = self._step(lambda: self.session.set_language(name))
            self._journal("language", "", name, changes)
            return changes

    def undo(self) -> ChangeSet | None:
        """Take the last step back; None when there is none.

        Journaled first: what was taken back could not be done again if the disk refused."""
        with self._lock:
            self._step(lambda: self._journal("undo", "", None))
            return self.session.undo()

    def moved_to(self, ref: Ref | str) -> None:
        """Remember where the officer is."""
        with self._lock:
            self._check_open()
            self._store.interviews.move(self.id, ref)
            self.position = Ref(ref)

    def attach(self, name: str, content: bytes) -> str:
        """Keep a photo or sound under a bare file name that an upload question then gets as its
        answer; its SHA-256 in hex. Encrypted like everything else."""
        with self._lock:
            self._check_open()
            return self._store.interviews.attach(self.id, name, content)

    def photo_rules(self) -> PhotoRules:
        """How large a photo may be when it is attached."""
        return PhotoRules.from_policy(self._store.settings.policy())

    def attachment(self, name: str) -> bytes | None:
        """What was kept under this name; None when there is nothing."""
        return self._store.interviews.attachment(self.id, name)

    # ------------------------------------------------------------------ ending

    def missing(self) -> tuple[Failure, ...]:
        with self._lock:
            return self._step(self.session.validate)

    def finalise(self, reason: str = "") -> Finalised:
        """Saved for good when this returns. :class:`IncompleteError`; KnownError
        ``reason_needed`` when the case has left the list and no ``reason`` is given,
        ``read_only`` when it was handed to another officer before this draft was opened."""
        with self._lock:
            self._check_open()
            self._clock.moment = self._local_now()
            failures = self.session.validate()
            if failures:
                raise IncompleteError(failures)
            finalised = self._finish(self, reason)
            self._is_closed = True
            return finalised

    def submission(self) -> bytes:
        """The instance with what belongs to its end. Journaled first, as undo takes this step
        back, too: if saving fails the draft goes on."""
        with self._lock:
            self._step(lambda: self._journal("finalize", "", None))
            return self.session.finalize()

    def take_comments(
        self,
        comments: Iterable[QuestionComment],
        base_version: int | None,
        answers: str | None,
    ) -> Mapping[Ref, str]:
        """The case was returned while this was open: from now on it answers that return, whose
        remarks are those that the form has a place for."""
        with self._lock:
            placed: dict[Ref, str] = {}
            for comment in comments:
                ref = reference(self.session, comment.path)
                if ref is not None:
                    placed[ref] = comment.text
            self.comments = placed
            if base_version != self.record.base_version and not self._is_closed:
                self._store.interviews.set_register(
                    self.id, self.record.register, base_version, answers
                )
                self.record = replace(self.record, base_version=base_version, answers=answers)
            return placed

    @property
    def is_closed(self) -> bool:
        return self._is_closed

    def close(self) -> None:
        """The draft stays as it is."""
        with self._lock:
            self._is_closed = True

    def moment(self) -> datetime:
        """The time of the step in hand."""
        return self._clock.moment

    # ------------------------------------------------------------------ inside

    def _step(self, act: Callable[[], T]) -> T:
        self._check_open()
        self._clock.moment = self._local_now()
        return act()

    def _journal(
        self, op: str, ref: str, value: str | None, changes: ChangeSet = NO_CHANGES
    ) -> None:
        """A step that cannot be written is taken back, ``changes`` are what it did: the screen
        never shows more than the disk holds."""
        try:
            self._store.interviews.append(self.id, op, ref, value, self._clock.moment.isoformat())
        except BaseException:
            if changes.changed:
                self.session.undo()
            raise

    def _keep_typed(self, ref: Ref | str, text: str) -> None:
        if self.typed_texts.get(Ref(ref)) != text:
            self._journal("typed", ref, text)
            self.position = Ref(ref)
            self.typed_texts[Ref(ref)] = text

    def _check_open(self) -> None:
        if self._is_closed:
            raise KnownError("not_open", "This interview is closed. Open it again.", id=self.id)


def start_session(
    form: Form,
    record: InterviewRecord,
    lists: Mapping[str, bytes],
    properties: Mapping[str, str],
) -> tuple[FormSession, SteppedClock]:
    """The session as it was when the interview started. What starts from an interview that was
    sent corrects it: it gets an id of its own and names the one that it replaces."""
    clock = SteppedClock(datetime.fromisoformat(record.started_at))
    session = form.start(
        media=MemoryMedia(lists),
        now=clock,
        random=random.Random(record.seed),  # noqa: S311 (reproducible on purpose)
        properties=properties,
        instance=record.base_instance,
        edit=record.base_instance is not None,
    )
    return session, clock


@dataclass(frozen=True, slots=True)
class Replayed:
    """``typed``: texts that were refused; ``unplaced``: rows that found no place; ``prefilled``:
    what stood in a question before the officer first answered it."""

    typed: Mapping[Ref, str]
    unplaced: tuple[JournalRow, ...]
    prefilled: Mapping[Ref, str]


def replay(session: FormSession, clock: SteppedClock, rows: Iterable[JournalRow]) -> Replayed:
    """Do the journal's steps again."""
    typed: dict[Ref, str] = {}
    prefilled: dict[Ref, str] = {}
    unplaced: list[JournalRow] = []
    for row in rows:
        clock.moment = datetime.fromisoformat(row.wall_time)
        try:
            if row.op in ("answer", "force") and row.ref not in prefilled:
                prefilled[Ref(row.ref)] = session.value(row.ref)
            _redo(session, row, typed)
        except KnownError as error:
            unplaced.append(row)
            log.info("journal row %d found no place: %s", row.seq, error.code)
    return Replayed(typed, tuple(unplaced), prefilled)


def reference(session: FormSession, path: str) -> Ref | None:
    """The session's own name of a question; None where it has none of that path."""
    try:
        return session.element(path).ref
    except KnownError:
        return None


def _redo(session: FormSession, row: JournalRow, typed: dict[Ref, str]) -> None:
    ref = Ref(row.ref)
    if row.op in ("answer", "force"):
        commit = "valid" if row.op == "answer" else "always"
        answer = session.answer(ref, row.value, commit=commit)
        if answer.result is not Result.OK and commit == "valid":
            raise KnownError("refused_now", "The form refuses an answer that it once took.")
        typed.pop(ref, None)
    elif row.op == "typed":
        typed[ref] = row.value or ""
    elif row.op == "supply":
        session.supply(ref, row.value or "")
    elif row.op == "add":
        session.add_repeat(ref)
    elif row.op == "remove":
        session.remove_repeat(ref)
    elif row.op == "language":
        session.set_language(row.value or "")
    elif row.op == "undo":
        session.undo()
    elif row.op == "finalize":
        session.finalize()


def _text(value: str | Sequence[str] | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)
