"""From a card's answer to the disk and back: what waits, what was refused, what is not saved."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from enumerator.xform import Ref
from ui.errors import explain
from ui.questions.pictures import PictureInput
from ui.questions.views import Reply
from ui.screens.interview_desk import FinishingInterview, InterviewDesk, Trouble
from ui.screens.interview_typeahead import TypeAhead
from ui.widgets.interview_header import Saving, SavingState
from ui.widgets.interview_page import QuestionPage

# A text is noted this long after the last key, so that a crash cannot lose it.
_TYPING_MS: Final = 1500


class Answering(QObject):
    """Takes what the page's cards say to the desk, and tells when to go on.

    Signals: ``step_due(ref, +1 or -1)``: the answer is stored, the officer wants to go on;
    ``changed()``: :meth:`saving` may say something else now.
    """

    step_due = Signal(str, int)
    changed = Signal()

    def __init__(
        self, desk: InterviewDesk, page: QuestionPage, typeahead: TypeAhead, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._page = page
        self._typeahead = typeahead
        self._saved_at: datetime | None = None
        self._in_flight: dict[Ref, int] = {}
        self._steps: dict[Ref, int] = {}
        self._unsaved: set[Ref] = set()
        self._refused: set[Ref] = set()
        self._typing: dict[Ref, str] = {}
        self._noted: set[Ref] = set()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_MS)
        self._pause.timeout.connect(self.note_typing)
        page.answered.connect(self._answer)
        page.misread.connect(self._misread)
        page.typing.connect(self._type)
        page.given_up.connect(self._give_up)
        page.stepped.connect(self._step)
        page.picture_chosen.connect(self._attach)

    # ------------------------------------------------------------------ asked by the screen

    def begin(self, interview: FinishingInterview) -> None:
        """Another interview: nothing is under way, refused texts are those it kept."""
        self._pause.stop()
        self._typeahead.drop()
        self._saved_at = None
        self._in_flight.clear()
        self._steps.clear()
        self._unsaved.clear()
        self._refused = {Ref(ref) for ref, text in interview.typed_texts.items() if text}
        self._typing.clear()
        self._noted.clear()
        self.changed.emit()

    def end(self, saved_at: datetime) -> None:
        """The interview is finished: nothing more is noted."""
        self._pause.stop()
        self._saved_at = saved_at
        self.changed.emit()

    def saw(self, saved_at: datetime) -> None:
        """The journal has had something."""
        self._saved_at = saved_at

    def commit(self) -> None:
        """Takes over whatever was typed and not committed yet."""
        for card in self._page.uncommitted():
            card.answer_widget.commit()

    def has_unsaved(self) -> bool:
        """Whether something stands on the screen that the disk does not have as an answer."""
        return bool(self._unsaved or self._refused or self._page.uncommitted())

    def saving(self) -> SavingState:
        """What is true; never better."""
        if self._unsaved:
            kind = Saving.FAILED
        elif self._desk.is_saving():
            kind = Saving.UNDER_WAY
        elif self._refused:
            kind = Saving.REFUSED
        elif self._page.uncommitted():
            kind = Saving.TYPING
        elif self._saved_at is not None:
            kind = Saving.SAVED
        else:
            kind = Saving.NOTHING
        return SavingState(kind, self._saved_at, len(self._refused))

    def note_typing(self) -> None:
        """Texts on their way go to the journal as they are."""
        self._pause.stop()
        typing, self._typing = self._typing, {}
        for ref, text in typing.items():
            self._noted.add(ref)
            self._desk.note_typing(ref, text)

    def fail(self, ref: Ref, trouble: Trouble) -> None:
        """Storing failed: the answer stays in its widget, marked, and can be tried again."""
        self._in_flight.pop(ref, None)
        self._steps.pop(ref, None)
        explained = explain(trouble.error)
        card = self._page.card(ref)
        if card is None or not isinstance(card.answer_widget, PictureInput):
            # A picture that could not be read was never an answer; all else is.
            self._unsaved.add(ref)
        if card is not None:
            card.answer_widget.keep_for_retry()
            card.set_trouble(f"{explained.title}. {explained.advice}".replace("..", "."))
        self.changed.emit()

    # ------------------------------------------------------------------ what the cards say

    def _fly(self, ref: Ref) -> None:
        self._in_flight[ref] = self._in_flight.get(ref, 0) + 1
        self._typing.pop(ref, None)

    def _answer(self, ref: str, value: str, text: str) -> None:
        question = Ref(ref)
        self._fly(question)
        self._desk.answer(question, value, text, lambda reply: self._settle(question, reply))

    def _misread(self, ref: str, text: str) -> None:
        question = Ref(ref)
        self._fly(question)
        self._desk.keep_typed(question, text, lambda reply: self._settle(question, reply))

    def _attach(self, ref: str, path: str) -> None:
        question = Ref(ref)
        card = self._page.card(question)
        pixels = card.view.element.parameters.get("max-pixels", "") if card else ""
        self._fly(question)
        self._desk.attach(
            question,
            path,
            int(pixels) if pixels.isdigit() else 0,
            lambda reply: self._settle(question, reply),
        )

    def _give_up(self, ref: str) -> None:
        self._desk.forget_typed(Ref(ref), lambda reply: self._settle(Ref(ref), reply))

    def _type(self, ref: str, text: str) -> None:
        question = Ref(ref)
        if text:
            self._typing[question] = text
            self._pause.start()
        else:
            self._forget(question)
        self.changed.emit()

    def _forget(self, ref: Ref) -> None:
        """What stands there is what is stored again."""
        self._typing.pop(ref, None)
        if ref in self._noted:
            self._noted.discard(ref)
            self._desk.note_typing(ref, "")
        if ref in self._unsaved:
            self._unsaved.discard(ref)
            card = self._page.card(ref)
            if card is not None:
                card.set_trouble("")

    def _step(self, ref: str, by: int) -> None:
        question = Ref(ref)
        if self._in_flight.get(question):
            # The step waits for the answer; keys typed meanwhile wait with it.
            self._steps[question] = by
            self._typeahead.hold()
        else:
            self.step_due.emit(question, by)

    # ------------------------------------------------------------------ what comes back

    def _settle(self, ref: Ref, reply: Reply) -> None:
        """An answer came back: stored, or refused; the step that waited for it is taken."""
        left = self._in_flight.get(ref, 0) - 1
        if left > 0:
            self._in_flight[ref] = left
            return
        self._in_flight.pop(ref, None)
        if reply.saved_at is None:
            self._refused.add(ref)
        else:
            self._refused.discard(ref)
            self._noted.discard(ref)
        self._unsaved.discard(ref)
        card = self._page.card(ref)
        if card is not None:
            card.set_trouble("")
        step = self._steps.pop(ref, None)
        if step is not None and ref in self._refused and step > 0:
            self._typeahead.drop()
        elif step is not None:
            self.step_due.emit(ref, step)
        self.changed.emit()
