"""A code for an officer's laptop that has been without the server for too long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QWidget

from enumerator.errors import KnownError
from ui.errors import explain
from ui.paint import Kind
from ui.theme import Ink, Space, Text
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, LineEdit, Select
from ui.widgets.labels import Label
from ui.widgets.layouts import column, row

if TYPE_CHECKING:
    from enumerator.fieldwork import TeamMember

_DAYS: Final = (1, 2, 3, 5, 7)
_USUAL: Final = 3


class ExtendDialog(QDialog):
    """Signals: ``asked(str, str, int)``: officer's account id, what their laptop shows, days."""

    asked = Signal(str, str, int)

    def __init__(self, team: Sequence[TeamMember], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(True)
        title = self.tr("Code for a locked laptop")
        self.setWindowTitle(title)
        self.officer = Select()
        self.officer.set_items(
            [(f"{one.name or one.login} · {one.login}", one.officer_id) for one in team]
        )
        self.challenge = LineEdit()
        self.days = Select()
        self.days.set_items([(self.tr("%n day(s)", "", count), str(count)) for count in _DAYS])
        self.days.set_value(str(_USUAL))
        self.code = Label("", Text.DISPLAY)
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.make = Button(self.tr("Make the code"), icon="key", kind=Kind.PRIMARY)
        self.close_button = Button(self.tr("Close"))
        self._challenge_field = Field(self.challenge)
        layout = column(self, gap=Space.M, margin=Space.XL)
        layout.addWidget(Label(title, Text.SUBTITLE, wrap=True))
        layout.addWidget(
            Label(
                self.tr(
                    "Make sure that it is your officer who calls. The code is good once, on the "
                    "laptop that shows these letters."
                ),
                Text.BODY,
                Ink.SOFT,
                wrap=True,
            )
        )
        for field, word in (
            (Field(self.officer), self.tr("Officer")),
            (self._challenge_field, self.tr("What the officer's laptop shows")),
            (Field(self.days), self.tr("Open for")),
        ):
            field.set_word(word)
            layout.addWidget(field)
        layout.addWidget(self.code, alignment=Qt.AlignmentFlag.AlignHCenter)
        buttons = row(gap=Space.S)
        buttons.addStretch(1)
        buttons.addWidget(self.close_button)
        buttons.addWidget(self.make)
        layout.addLayout(buttons)
        self.make.clicked.connect(self._ask)
        self.challenge.returnPressed.connect(self._ask)
        self.close_button.clicked.connect(self.reject)
        for changed in (self.challenge.textChanged, self.officer.currentIndexChanged):
            changed.connect(self._forget)
        self.days.currentIndexChanged.connect(self._forget)
        # A dialog's Enter presses its default button; here the field's does, once.
        for button in (self.make, self.close_button):
            button.setAutoDefault(False)
        self.resize(480, 420)
        self.challenge.setFocus()

    def show_code(self, code: str) -> None:
        """To be read out."""
        self.code.setText(code)
        self.code.setAccessibleName(self.tr("To read out: {code}").format(code=code))

    def show_error(self, error: KnownError) -> None:
        told = explain(error)
        self._challenge_field.set_error(f"{told.title}. {told.advice}")
        self.challenge.setFocus()

    def error(self) -> str:
        """What is said below the challenge."""
        return self._challenge_field.error()

    def _forget(self) -> None:
        self.code.setText("")
        self._challenge_field.set_error("")

    def _ask(self) -> None:
        self._forget()
        officer, days = str(self.officer.currentData()), int(self.days.currentData())
        self.asked.emit(officer, self.challenge.text(), days)
