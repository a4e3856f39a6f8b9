"""After too long without the server: what opens the laptop again, with and without a network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from enumerator.errors import KnownError
from ui import formats
from ui.errors import explain
from ui.paint import Kind
from ui.screens.gate import GateScreen
from ui.theme import Ink, Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, LineEdit
from ui.widgets.labels import Label
from ui.widgets.layouts import row

if TYPE_CHECKING:
    from enumerator.store.lease import LeaseState

_OF_THE_CODE = frozenset({"mistyped_code", "wrong_lease_code", "wait"})


class LeaseScreen(GateScreen):
    """Signals: ``code_given(str)``; ``sync_asked()``; ``lock_asked()``."""

    code_given = Signal(str)
    sync_asked = Signal()
    lock_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sync = Button(icon="sync", kind=Kind.PRIMARY)
        self.challenge = Label("", Text.DISPLAY)
        self.challenge.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._ask = Label("", Text.BODY, Ink.SOFT, wrap=True)
        self.code = LineEdit()
        self._code_field = Field(self.code)
        self.submit = Button(icon="key")
        self.lock = Button(kind=Kind.QUIET)
        body = self.card.body
        body.addWidget(self.sync)
        body.addSpacing(Space.S)
        body.addWidget(self._ask)
        body.addWidget(self.challenge, alignment=Qt.AlignmentFlag.AlignHCenter)
        body.addWidget(self._code_field)
        buttons = row(gap=Space.S)
        buttons.addWidget(self.submit, 1)
        buttons.addWidget(self.lock)
        body.addLayout(buttons)
        self._state: LeaseState | None = None
        self._login = ""
        self._is_busy = False
        self.code.returnPressed.connect(self._submit)
        self.submit.clicked.connect(self._submit)
        self.sync.clicked.connect(self.sync_asked)
        self.lock.clicked.connect(self.lock_asked)
        self.retranslate()

    def set_state(self, login: str, state: LeaseState) -> None:
        """Whose laptop it is, and the challenge of now."""
        self._login, self._state = login, state
        self.code.clear()
        self._code_field.set_error("")
        self.banner.hide()
        self.retranslate()

    def set_busy(self, busy: bool) -> None:
        """While the server is asked, or a code looked at."""
        self._is_busy = busy
        self.retranslate()

    def show_error(self, error: KnownError) -> None:
        if error.code not in _OF_THE_CODE:
            super().show_error(error)
            told = explain(error)
            if told.is_calm:  # nothing can be gone on with here
                advice = self.tr("Try again when there is a network, or use a code.")
                self.banner.show_message(Tone.INFO, "cloud-off", told.title, advice)
            return
        if error.code == "wait":
            left = formats.duration(int(error.facts["seconds"]))
            text = self.tr("Too many wrong codes. You can try again in {time}.").format(time=left)
        else:
            told = explain(error)
            text = f"{told.title}. {told.advice}"
        self._code_field.set_error(text)
        self.code.selectAll()
        self.code.setFocus()

    def code_error(self) -> str:
        """What is said below the code."""
        return self._code_field.error()

    def _submit(self) -> None:
        if self._is_busy:
            return
        self.banner.hide()
        self._code_field.set_error("")
        if not self.code.text().strip():
            self._code_field.set_error(self.tr("Enter the code that you were told."))
            self.code.setFocus()
            return
        self.code_given.emit(self.code.text())

    def retranslate(self) -> None:
        state = self._state
        self.title.setText(self.tr("Too long without the server"))
        since = formats.moment_long(state.granted_at) if state is not None else ""
        self.lead.setText(
            self.tr(
                "{login}: the list is closed. It was opened last on {moment}. Everything that was "
                "recorded is kept, and finished work is sent as soon as there is a network."
            ).format(login=self._login, moment=since)
        )
        may_type = state is not None and bool(state.challenge)
        for widget in (self._ask, self.challenge, self._code_field, self.submit):
            widget.setVisible(may_type)
        self._ask.setText(
            self.tr(
                "Without a network: call your supervisor, read this out letter by letter, and "
                "enter the code that you are told."
            )
        )
        challenge = state.challenge if state is not None else ""
        self.challenge.setText(challenge)
        self.challenge.setAccessibleName(self.tr("To read out: {code}").format(code=challenge))
        self._code_field.set_word(self.tr("Code from the supervisor"))
        self.sync.setText(self.tr("Synchronising…") if self._is_busy else self.tr("Synchronise"))
        self.submit.setText(self.tr("Open with the code"))
        self.lock.setText(self.tr("Lock"))
        for button in (self.sync, self.submit, self.lock):
            button.setEnabled(not self._is_busy)

    def focus_first(self) -> None:
        (self.code if self.code.isVisibleTo(self) else self.sync).setFocus()
