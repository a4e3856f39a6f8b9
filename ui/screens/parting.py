"""Where the officer chooses: what to start from, and whether to stop or finish an interview whose
case has left the list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from ui.news_words import news_sign, open_words
from ui.paint import Kind
from ui.theme import Ink, Space, Text
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, TextArea
from ui.widgets.labels import Icon, Label
from ui.widgets.layouts import column, row


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to go on; ``detail`` says what comes of it."""

    key: str
    icon: str
    word: str
    detail: str = ""


class ChoiceDialog(QDialog):
    """Ways to go on, the likeliest first.

    Signals: ``chosen(str)``: the key.
    """

    chosen = Signal(str)

    def __init__(
        self, title: str, text: str, choices: Sequence[Choice], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        layout = column(self, gap=Space.M, margin=Space.XL)
        layout.addWidget(Label(title, Text.SUBTITLE, wrap=True))
        if text:
            layout.addWidget(Label(text, Text.BODY, Ink.SOFT, wrap=True))
        self.buttons: dict[str, Button] = {}
        for choice in choices:
            kind = Kind.SECONDARY if self.buttons else Kind.PRIMARY
            button = Button(choice.word, icon=choice.icon, kind=kind)
            button.setAccessibleDescription(choice.detail)
            button.clicked.connect(lambda _=False, key=choice.key: self._choose(key))
            self.buttons[choice.key] = button
            layout.addWidget(button)
            if choice.detail:
                layout.addWidget(Label(choice.detail, Text.SMALL, Ink.FAINT, wrap=True))
        layout.addStretch(1)
        self.cancel = Button(self.tr("Cancel"), kind=Kind.QUIET)
        self.cancel.clicked.connect(self.reject)
        last = row(gap=Space.S)
        last.addStretch(1)
        last.addWidget(self.cancel)
        layout.addLayout(last)
        self.resize(480, 120 + 84 * len(choices))
        next(iter(self.buttons.values())).setFocus()

    def _choose(self, key: str) -> None:
        self.accept()
        self.chosen.emit(key)


class PartingDialog(QDialog):
    """The case left while its interview is open: stop, or finish anyway.

    Signals: ``stopped(str)``, ``continued(str)``: with the reason, which may be blank where none
    is needed.
    """

    stopped = Signal(str)
    continued = Signal(str)

    def __init__(
        self, notice: str, who: str, *, needs_reason: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._needs_reason = needs_reason
        sign = news_sign(notice)
        self.setWindowTitle(sign.word)
        self.setModal(True)
        layout = column(self, gap=Space.M, margin=Space.XL)
        head = row(gap=Space.M)
        head.addWidget(Icon(sign.icon, 28, tone=sign.tone))
        head.addWidget(Label(sign.word, Text.SUBTITLE, wrap=True), 1)
        layout.addLayout(head)
        words = " ".join(part for part in (who, open_words(notice)) if part)
        layout.addWidget(Label(words, Text.BODY, Ink.SOFT, wrap=True))
        sent = self.tr("If you stop, what you began is sent to the office and not lost.")
        layout.addWidget(Label(sent, Text.SMALL, Ink.FAINT, wrap=True))
        self.reason = TextArea(2)
        self._field = Field(self.reason)
        self._field.set_word(
            self.tr("Reason, if you finish") if needs_reason else self.tr("Remark (optional)")
        )
        layout.addWidget(self._field)
        layout.addStretch(1)
        self.stop = Button(self.tr("Stop interview"), icon="stop", kind=Kind.PRIMARY)
        self.go_on = Button(self.tr("Finish anyway"), icon="pencil")
        self.stop.clicked.connect(self._stop)
        self.go_on.clicked.connect(self._go_on)
        buttons = row(gap=Space.S)
        buttons.addStretch(1)
        buttons.addWidget(self.go_on)
        buttons.addWidget(self.stop)
        layout.addLayout(buttons)
        self.resize(500, 340)
        # Not on a button: whoever goes on by Enter would stop the interview unread.
        self.reason.setFocus()

    def error(self) -> str:
        """What is said below the reason."""
        return self._field.error()

    def _stop(self) -> None:
        self.accept()
        self.stopped.emit(self.reason.toPlainText().strip())

    def _go_on(self) -> None:
        reason = self.reason.toPlainText().strip()
        if self._needs_reason and not reason:
            self._field.set_error(self.tr("Give a reason."))
            self.reason.setFocus()
            return
        self.accept()
        self.continued.emit(reason)
