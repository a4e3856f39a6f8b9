"""Giving families to another officer: to whom, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from enumerator.errors import KnownError
from enumerator.model import FamilyId, OfficerId
from ui import formats
from ui.errors import explain
from ui.operations import Operations
from ui.paint import Kind
from ui.supervisor.team import done_of
from ui.theme import Ink, Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.fields import CheckBox, Field, RadioButton, TextArea
from ui.widgets.labels import Label
from ui.widgets.layouts import ScrollArea, column
from ui.widgets.screen import Screen, ScreenHeader
from ui.widgets.surfaces import Banner, Card

if TYPE_CHECKING:
    from enumerator.fieldwork import TeamMember, Workspace


class ReassignScreen(Screen):
    """Signals: ``reassigned(int)``: so many families, once the order is on the disk."""

    reassigned = Signal(int)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._families: Sequence[FamilyId] = ()
        self._team: tuple[TeamMember, ...] = ()
        self.header = ScreenHeader()
        self.banner = Banner()
        self.confirm = Button(icon="swap", kind=Kind.PRIMARY)
        self.cancel = Button()
        self.reason = TextArea(3)
        self._reason_field = Field(self.reason)
        self.hand_on = CheckBox()
        self._lead = Label("", Text.BODY, Ink.SOFT, wrap=True)
        self._card = Card(gap=Space.S)
        self._group = QButtonGroup(self)
        self.officers: list[tuple[RadioButton, OfficerId]] = []
        self._officer_box = QWidget()
        self._officer_list = column(self._officer_box, gap=Space.XS)
        self._lay_out()
        self.header.back_pressed.connect(self.back_asked)
        self.cancel.clicked.connect(self.back_asked)
        self.confirm.clicked.connect(self.submit)
        self.retranslate()

    def _lay_out(self) -> None:
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, 0)
        self.header.buttons.addWidget(self.cancel)
        self.header.buttons.addWidget(self.confirm)
        whole.addWidget(self.header)
        body = self._card.body
        body.addWidget(self._lead)
        body.addWidget(self._officer_box)
        body.addWidget(self.hand_on)
        body.addSpacing(Space.S)
        body.addWidget(self._reason_field)
        inside = QWidget()
        content = column(inside, gap=Space.M)
        content.setContentsMargins(0, 0, Space.XS, Space.L)
        content.addWidget(self.banner)
        content.addWidget(self._card)
        content.addStretch(1)
        whole.addWidget(ScrollArea(inside), 1)

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace

    def set_families(self, families: Sequence[FamilyId]) -> None:
        """The families to give away."""
        self._families = families
        self.reason.clear()
        self.hand_on.setChecked(True)
        self.banner.hide()
        self._reason_field.set_error("")
        self.retranslate()
        workspace = self._workspace
        if workspace is not None:
            self._operations.read(
                workspace.supervising.team, self._take_team, latest="team", owner=self
            )

    def reason_error(self) -> str:
        """What is said below the reason."""
        return self._reason_field.error()

    def submit(self) -> None:
        """Orders it; what is missing is said."""
        workspace = self._workspace
        self.banner.hide()
        self._reason_field.set_error("")
        chosen = next((id_ for button, id_ in self.officers if button.isChecked()), None)
        if workspace is None:
            return
        if chosen is None:
            self.banner.show_message(Tone.BAD, "alert", self.tr("Choose an officer first"))
            return
        families, reason = list(self._families), self.reason.toPlainText()
        with_drafts = self.hand_on.isChecked()
        self.confirm.setEnabled(False)
        self._operations.run(
            lambda: workspace.supervising.reassign(
                families, chosen, reason, with_drafts=with_drafts
            ),
            self._take_order,
            self._take_error,
            owner=self,
        )

    def _take_order(self, _envelope: str) -> None:
        self.confirm.setEnabled(True)
        self.reassigned.emit(len(self._families))

    def _take_error(self, error: Exception) -> None:
        self.confirm.setEnabled(True)
        if not isinstance(error, KnownError):
            return
        told = explain(error)
        if error.code == "reason_needed":
            self._reason_field.set_error(self.tr("Say why the families are reassigned."))
            self.reason.setFocus()
            return
        self.banner.show_message(Tone.BAD, "alert", told.title, told.advice)

    def _take_team(self, team: tuple[TeamMember, ...]) -> None:
        self._team = team
        for button, _ in self.officers:
            self._group.removeButton(button)
            self._officer_list.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.officers = []
        for member in team:
            if not member.active:
                continue
            done, total = done_of(member.counts)
            left = self.tr("{count} left to do").format(count=formats.number(total - done))
            button = RadioButton(f"{member.name} ({member.login}) · {left}")
            button.setAccessibleName(button.text())
            self._group.addButton(button)
            self._officer_list.addWidget(button)
            self.officers.append((button, member.officer_id))
        if self.officers:
            self.officers[0][0].setFocus()

    # What every screen has.

    def retranslate(self) -> None:
        self.header.set_trail(self.tr("Families"))
        self.header.title.setText(self.tr("Reassign %n families", "", len(self._families)))
        self.header.back.set_word(self.tr("Back"), "Esc")
        self._card.set_title(self.tr("To which officer?"))
        self._lead.setText(
            self.tr(
                "The order is sent with the next synchronisation; until the server confirms it, "
                "the families stay marked as waiting. Work already recorded is never lost."
            )
        )
        self.hand_on.setText(self.tr("Hand on what was begun"))
        self._reason_field.set_word(self.tr("Reason"))
        self.confirm.setText(self.tr("Reassign"))
        self.cancel.setText(self.tr("Cancel"))
        if self._team:
            self._take_team(self._team)

    def focus_first(self) -> None:
        target = self.officers[0][0] if self.officers else self.cancel
        target.setFocus()
