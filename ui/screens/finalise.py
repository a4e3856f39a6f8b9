"""The end of an interview: what is left to do, each a way there; then saved, and waiting."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import formats, paint, theme
from ui.markup import plain_text
from ui.paint import Kind
from ui.questions.views import Review
from ui.theme import Ink, Radius, Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.chips import Chip
from ui.widgets.fields import Field, LineEdit
from ui.widgets.interview_points import PointList
from ui.widgets.labels import Icon, Label
from ui.widgets.layouts import column, row
from ui.widgets.surfaces import Banner, Card


class FinalisePage(QWidget):
    """Signals: ``opened(ref)``: go to this question; ``finish_pressed(reason)``;
    ``back_pressed()``."""

    opened = Signal(str)
    finish_pressed = Signal(str)
    back_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review: Review | None = None
        self._is_working = False
        self.title = Label("", Text.TITLE)
        self.left = Chip()
        self.wrong = Chip()
        self.warned = Chip()
        self.card = Card(gap=Space.XS)
        self._ready = Icon("check-circle", 28, tone=Tone.GOOD)
        self.verdict = Label("", Text.SUBTITLE, wrap=True)
        self.summary = Label("", Text.BODY, Ink.SOFT, wrap=True)
        self.people = Label("", Text.SMALL, Ink.FAINT, wrap=True)
        self.list = PointList()
        self.sheet = Card(margin=Space.S)
        self.sheet.body.addWidget(self.list, 1)
        self.trouble = Banner()
        self.reason = LineEdit()
        self.reason_field = Field(self.reason, required=True)
        self.reason_field.hide()
        self.back = Button(icon="back")
        self.finish = Button(icon="check", kind=Kind.PRIMARY)
        self._lay_out()
        self.list.opened.connect(self.opened)
        self.back.clicked.connect(self.back_pressed)
        self.finish.clicked.connect(self.press_finish)
        self.retranslate()

    def _lay_out(self) -> None:
        layout = column(self, gap=Space.M)
        layout.setContentsMargins(20, Space.L, 20, Space.M)
        head = row(gap=Space.S)
        head.addWidget(self.title)
        head.addSpacing(Space.S)
        for chip in (self.wrong, self.left, self.warned):
            head.addWidget(chip)
        head.addStretch(1)
        layout.addLayout(head)
        ready = row(gap=Space.M)
        ready.addWidget(self._ready, 0, Qt.AlignmentFlag.AlignTop)
        words = column(gap=2)
        words.addWidget(self.verdict)
        words.addWidget(self.summary)
        words.addWidget(self.people)
        ready.addLayout(words, 1)
        self.card.body.addLayout(ready)
        layout.addWidget(self.card)
        layout.addWidget(self.trouble)
        layout.addWidget(self.sheet, 1)
        layout.addStretch(0)
        layout.addWidget(self.reason_field)
        actions = row(gap=Space.S)
        actions.addWidget(self.back)
        actions.addStretch(1)
        actions.addWidget(self.finish)
        layout.addLayout(actions)

    def show_review(self, review: Review) -> None:
        self._review = review
        self._is_working = False
        self.list.points.set_review(review)
        self.retranslate()

    def take_focus(self) -> None:
        """On the first open point, or on the button when there is none."""
        if self._review is not None and self._review.points:
            self.list.take_focus()
        elif not self.reason_field.isHidden():
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.finish.setFocus(Qt.FocusReason.OtherFocusReason)

    def can_finish(self) -> bool:
        return self._review is not None and not self._review.points and not self._is_working

    def press_finish(self) -> None:
        """The button, or Ctrl+Enter on this page."""
        if not self.can_finish():
            return
        reason = self.reason.text().strip()
        if not self.reason_field.isHidden() and not reason:
            self.reason_field.set_error(self.tr("Write the reason first."))
            self.reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._is_working = True
        self._word_button()
        self.finish_pressed.emit(reason)

    def ask_reason(self) -> None:
        """The case has left the list: finishing needs a written reason."""
        self._is_working = False
        self.reason_field.show()
        self.retranslate()
        self.reason.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_trouble(self, title: str, advice: str) -> None:
        """Finishing failed; nothing was lost."""
        self._is_working = False
        self.trouble.show_message(Tone.BAD, "alert", title, advice)
        self._word_button()

    def clear(self) -> None:
        """For the next interview."""
        self._review = None
        self._is_working = False
        self.reason.clear()
        self.reason_field.hide()
        self.reason_field.set_error("")
        self.trouble.hide()

    def retranslate(self) -> None:
        self.title.setText(self.tr("Check and finish"))
        self.back.setText(self.tr("Back to the questions"))
        self.list.setAccessibleName(self.tr("What is left to do"))
        self.reason_field.set_word(
            self.tr("The case has left your list. Why do you finish it anyway?")
        )
        self._word_button()
        review = self._review
        if review is None:
            self.card.hide()
            return
        wrong = sum(1 for point in review.points if point.is_error)
        left = len(review.points) - wrong
        self.wrong.set_state(Tone.BAD, "stop", self.tr("%n error(s)", "", wrong) if wrong else "")
        self.left.set_state(
            Tone.INFO, "pencil", self.tr("%n not answered", "", left) if left else ""
        )
        warned = len(review.warnings)
        self.warned.set_state(
            Tone.CARE, "alert", self.tr("%n warning(s)", "", warned) if warned else ""
        )
        self._word_card(review)
        self.sheet.setVisible(bool(review.points or review.warnings))
        self.list.viewport().update()

    def _word_card(self, review: Review) -> None:
        is_ready = not review.points
        self.card.setVisible(is_ready)
        if not is_ready:
            return
        self.verdict.setText(self.tr("Everything is answered."))
        result = self.tr("Result: {outcome}").format(outcome=plain_text(review.outcome))
        present = [line for line in review.lines if line.relevant]
        members = self.tr("%n member(s) on the list", "", len(present))
        parts = [result] if review.outcome else []
        self.summary.setText(" · ".join([*parts, members] if present else parts))
        self.people.setText(", ".join(f"{line.number}. {line.name}" for line in present))
        self.people.setVisible(bool(present))

    def _word_button(self) -> None:
        self.finish.setText(self.tr("Saving…") if self._is_working else self.tr("Finish and save"))
        self.finish.setToolTip("Ctrl+Enter")
        self.finish.setEnabled(self.can_finish())


class SavedPage(QWidget):
    """It is done: where it is now, and what happens next.

    Signals: ``left_pressed()``.
    """

    left_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self._saved_at: datetime | None = None
        self._flags: tuple[str, ...] = ()
        self.title = Label("", Text.DISPLAY)
        self.name = Label("", Text.SUBTITLE, Ink.SOFT, wrap=True)
        self.first = _Step("laptop", Tone.GOOD)
        self.second = _Step("cloud-up", Tone.CARE)
        self.flagged = Banner()
        self.leave = Button(icon="back", kind=Kind.PRIMARY)
        self.leave.clicked.connect(self.left_pressed)
        middle = column(gap=Space.M)
        middle.addStretch(1)
        middle.addWidget(Icon("check-circle", 56, tone=Tone.GOOD))
        middle.addWidget(self.title)
        middle.addWidget(self.name)
        middle.addSpacing(Space.S)
        middle.addWidget(self.first)
        middle.addWidget(self.second)
        middle.addWidget(self.flagged)
        middle.addSpacing(Space.M)
        buttons = row()
        buttons.addWidget(self.leave)
        buttons.addStretch(1)
        middle.addLayout(buttons)
        middle.addStretch(2)
        layout = row(self)
        layout.addStretch(1)
        layout.addLayout(middle, 4)
        layout.addStretch(1)
        self.retranslate()

    def show_result(self, name: str, saved_at: datetime, flags: tuple[str, ...]) -> None:
        self._name, self._saved_at, self._flags = name, saved_at, flags
        self.retranslate()

    def retranslate(self) -> None:
        self.title.setText(self.tr("Interview finished"))
        self.name.setText(self._name)
        self.name.setVisible(bool(self._name))
        when = formats.time_of_day(self._saved_at) if self._saved_at is not None else ""
        self.first.set_words(
            self.tr("Saved on this laptop {when}").format(when=when),
            self.tr("Encrypted; it stays here until the server has it."),
        )
        self.second.set_words(
            self.tr("Waiting to be sent"),
            self.tr("It is sent by itself at the next connection; the receipt shows in the list."),
        )
        self.leave.setText(self.tr("Back to the families"))
        words = self._flag_words()
        if self._flags:
            self.flagged.show_message(
                Tone.CARE,
                "flag",
                self.tr("The supervisor will look at this interview again"),
                " ".join(words[flag] for flag in self._flags if flag in words),
            )
        else:
            self.flagged.hide()

    def _flag_words(self) -> dict[str, str]:
        return {
            "too_fast": self.tr("The interview was very short for this many members."),
            "impossible_travel": self.tr("This place is too far from your last visit to be there."),
            "visit_without_notice": self.tr("No notice of the visit was left."),
            "too_soon": self.tr("The last visit was only a short time ago."),
            "many_closes": self.tr("Many families were closed within an hour."),
            "clock_jump": self.tr("The clock of this laptop has jumped."),
        }


class _Step(QWidget):
    """One stage of the answer's way, icon and two lines."""

    def __init__(self, icon: str, tone: Tone) -> None:
        super().__init__()
        self._tone = tone
        layout = row(self, gap=Space.M, margin=Space.M)
        layout.addWidget(Icon(icon, 28, tone=tone), 0, Qt.AlignmentFlag.AlignVCenter)
        words = column(gap=0)
        self._title = Label("", Text.STRONG)
        self._text = Label("", Text.SMALL, Ink.SOFT, wrap=True)
        words.addWidget(self._title)
        words.addWidget(self._text)
        layout.addLayout(words, 1)
        self.setMinimumWidth(360)

    def set_words(self, title: str, text: str) -> None:
        self._title.setText(title)
        self._text.setText(text)

    # Qt's own names from here on.

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.colours()
        area = QRectF(self.rect())
        paint.box(QPainter(self), area, Radius.CARD, tokens.surface, tokens.line)
