"""Between the interview's screen and its writer: asks in order, tells what came of it.

Every action is one job on the writer's thread, in the order in which the officer did them. The
engine's session is touched there and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal

from enumerator.xform import Ref
from ui.operations import Operations
from ui.questions.pictures import read_picture, shrink
from ui.questions.reader import Interview, InterviewReader
from ui.questions.views import PageKey, Reply, Review

T = TypeVar("T")
Then = Callable[[Reply], None]


class Finished(Protocol):
    """What finishing returns (``fieldwork.open_interview.Finalised``)."""

    @property
    def outcome(self) -> object: ...
    @property
    def saved_at(self) -> datetime: ...
    @property
    def flags(self) -> tuple[str, ...]: ...


class FinishingInterview(Interview, Protocol):
    """An interview that can be ended as well."""

    @property
    def register_changed(self) -> bool:
        """The register's data changed since the draft was last open."""

    @property
    def kept_against(self) -> Mapping[Ref, str]:
        """Questions that keep the officer's answer, with what the register now says."""

    @property
    def comments(self) -> Mapping[Ref, str]:
        """The supervisor's remarks on questions."""

    def finalise(self, reason: str = "") -> Finished: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Trouble:
    """An action that failed: of which question, and why."""

    ref: Ref | None
    error: Exception


class InterviewDesk(QObject):
    """Signals: ``replied(Reply)``; ``failed(Trouble)``; ``reviewed(Review)``;
    ``finished(Finished)``; ``closed()``; ``pictured(ref, bytes)``; ``pending_changed()``;
    ``idle()``: nothing is under way any more."""

    replied = Signal(object)
    failed = Signal(object)
    reviewed = Signal(object)
    finished = Signal(object)
    closed = Signal()
    pictured = Signal(str, object)
    pending_changed = Signal()
    idle = Signal()

    def __init__(
        self, operations: Operations, now: Callable[[], datetime], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._now = now
        self._reader: list[InterviewReader] = []
        self._interview: FinishingInterview | None = None
        self._pending = 0
        self._saving = 0

    # ------------------------------------------------------------------ asked by the screen

    def open(self, interview: FinishingInterview, then: Then) -> None:
        """Takes an interview up. What the former one still has under way is finished first."""
        self._interview = interview
        reader: list[InterviewReader] = []
        self._reader = reader
        now = self._now

        def begin() -> Reply:
            reader.append(InterviewReader(interview, now))
            return reader[0].begin()

        self._run(begin, then)

    def is_idle(self) -> bool:
        return self._pending == 0

    def is_saving(self) -> bool:
        """Whether an answer is on its way to the disk."""
        return self._saving > 0

    def answer(self, ref: Ref, value: str, text: str, then: Then) -> None:
        self._act(lambda reader: reader.answer(ref, value, text), then, ref=ref)

    def keep_typed(self, ref: Ref, text: str, then: Then) -> None:
        self._act(lambda reader: reader.keep_typed(ref, text), then, ref=ref)

    def forget_typed(self, ref: Ref, then: Then) -> None:
        self._act(lambda reader: reader.forget_typed(ref), then, ref=ref)

    def note_typing(self, ref: Ref, text: str) -> None:
        self._quietly(lambda reader: reader.note_typing(ref, text))

    def moved_to(self, ref: Ref) -> None:
        self._quietly(lambda reader: reader.moved_to(ref))

    def show(self, key: PageKey, then: Then, focus: Ref | None = None) -> None:
        self._ask(lambda reader: reader.show(key, focus), then)

    def go_to(self, ref: Ref, then: Then) -> None:
        self._ask(lambda reader: reader.go_to(ref), then)

    def go_beyond(self, ref: Ref, step: int, then: Then) -> None:
        self._ask(lambda reader: reader.go_beyond(ref, step), then)

    def go_to_open_point(self, after: Ref | None, then: Then) -> None:
        self._ask(lambda reader: reader.go_to_open_point(after), then)

    def add_line(self, roster: Ref, then: Then) -> None:
        self._act(lambda reader: reader.add_line(roster), then)

    def remove_line(self, line: Ref, then: Then) -> None:
        self._act(lambda reader: reader.remove_line(line), then)

    def set_language(self, name: str, then: Then) -> None:
        self._act(lambda reader: reader.set_language(name), then)

    def undo(self, then: Then) -> None:
        self._act(lambda reader: reader.undo(), then)

    def attach(self, ref: Ref, path: str, max_pixels: int, then: Then) -> None:
        """Reads, shrinks and stores a picture: by the form's ``max_pixels`` where there are any,
        and never beyond the office's rules."""

        def store(reader: InterviewReader) -> Reply:
            rules = reader.photo_rules()
            edge = min(max_pixels or rules.max_edge_px, rules.max_edge_px)
            picture = shrink(read_picture(Path(path)), edge, rules.quality)
            return reader.attach(ref, picture, ".jpg")

        self._act(store, then, ref=ref)

    def fetch_picture(self, ref: Ref) -> None:
        """``pictured`` brings it."""
        reader = self._reader

        def done(content: bytes | None) -> None:
            self._finish_one()
            if content is not None and reader is self._reader:
                self.pictured.emit(ref, content)

        self._start(lambda: reader[0].attachment(ref), done, None, saves=False)

    def review(self) -> None:
        """``reviewed`` brings what is missing."""
        reader = self._reader

        def done(review: Review) -> None:
            self._finish_one()
            if reader is self._reader:
                self.reviewed.emit(review)

        self._start(lambda: reader[0].review(), done, None, saves=False)

    def finalise(self, reason: str = "") -> None:
        """``finished`` or ``failed``."""
        interview = self._interview
        if interview is None:
            return

        def done(result: Finished) -> None:
            self._finish_one(saved=True)
            self.finished.emit(result)

        self._start(lambda: interview.finalise(reason), done, None, saves=True)

    def close(self) -> None:
        """Leaves the draft; ``closed`` when everything before is done."""
        interview = self._interview
        if interview is None:
            return

        def done(_: None) -> None:
            self._finish_one()
            self.closed.emit()

        self._start(interview.close, done, None, saves=False)

    # ------------------------------------------------------------------ inside

    def _ask(self, job: Callable[[InterviewReader], Reply], then: Then) -> None:
        reader = self._reader
        self._run(lambda: job(reader[0]), then)

    def _act(
        self, job: Callable[[InterviewReader], Reply], then: Then, *, ref: Ref | None = None
    ) -> None:
        reader = self._reader
        self._run(lambda: job(reader[0]), then, ref=ref, saves=True)

    def _quietly(self, job: Callable[[InterviewReader], None]) -> None:
        reader = self._reader
        self._start(lambda: job(reader[0]), lambda _: self._finish_one(), None, saves=False)

    def _run(
        self,
        job: Callable[[], Reply],
        then: Then,
        *,
        ref: Ref | None = None,
        saves: bool = False,
    ) -> None:
        reader = self._reader

        def done(reply: Reply) -> None:
            # Shown first, then idle: who waits for idle sees what came of the last action.
            if reader is self._reader:
                self.replied.emit(reply)
                then(reply)
            self._finish_one(saved=saves)

        self._start(job, done, ref, saves=saves)

    def _start(
        self,
        job: Callable[[], T],
        done: Callable[[T], None],
        ref: Ref | None,
        *,
        saves: bool,
    ) -> None:
        def fail(error: Exception) -> None:
            self.failed.emit(Trouble(ref, error))
            self._finish_one(saved=saves)

        self._pending += 1
        self._saving += saves
        self._operations.run(job, done, fail, owner=self)
        self.pending_changed.emit()

    def _finish_one(self, *, saved: bool = False) -> None:
        self._pending -= 1
        self._saving -= saved
        self.pending_changed.emit()
        if self._pending == 0:
            self.idle.emit()
