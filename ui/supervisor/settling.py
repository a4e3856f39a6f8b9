"""Two interviews of one family side by side: the supervisor says which one stands."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHeaderView, QWidget

from enumerator.errors import KnownError
from enumerator.model import FamilyId, Outcome
from ui import formats
from ui.errors import explain
from ui.markup import plain_text
from ui.operations import Operations
from ui.paint import Kind
from ui.theme import Ink, Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, RadioButton, TextArea
from ui.widgets.labels import Label
from ui.widgets.layouts import ScrollArea, column
from ui.widgets.screen import Screen, ScreenHeader
from ui.widgets.surfaces import Banner, Card
from ui.widgets.tables import WordTable
from ui.words import outcome_word

if TYPE_CHECKING:
    from enumerator.fieldwork import AnswerPair, Contender, Contest, Workspace


class SettleScreen(Screen):
    """Signals: ``decided()``: a decision is on the disk."""

    decided = Signal()

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._family_id: FamilyId | None = None
        self._contest: Contest | None = None
        self._now = datetime.now().astimezone()
        self.header = ScreenHeader()
        self.banner = Banner()
        self.confirm = Button(icon="check", kind=Kind.PRIMARY)
        self.take_back = Button(icon="return")
        self.reason = TextArea(2)
        self._reason_field = Field(self.reason)
        self._card = Card(gap=Space.S)
        self._group = QButtonGroup(self)
        self.choices: dict[str, RadioButton] = {}
        self._choice_box = QWidget()
        self._choice_list = column(self._choice_box, gap=Space.XS)
        self._tables = QWidget()
        self._table_list = column(self._tables, gap=Space.M)
        self._lay_out()
        self.header.back_pressed.connect(self.back_asked)
        self.confirm.clicked.connect(self.submit)
        self.take_back.clicked.connect(lambda: self._settle(None))
        self.retranslate()

    def _lay_out(self) -> None:
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, 0)
        self.header.buttons.addWidget(self.take_back)
        self.header.buttons.addWidget(self.confirm)
        whole.addWidget(self.header)
        self._card.body.addWidget(self._choice_box)
        self._card.body.addWidget(self._reason_field)
        inside = QWidget()
        content = column(inside, gap=Space.M)
        content.setContentsMargins(0, 0, Space.XS, Space.L)
        content.addWidget(self.banner)
        content.addWidget(self._card)
        content.addWidget(self._tables)
        content.addStretch(1)
        whole.addWidget(ScrollArea(inside), 1)

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        self._contest = None
        self._family_id = None

    def set_family(self, family_id: FamilyId) -> None:
        """Shows the interviews of this family."""
        self._family_id = family_id
        self._contest = None
        self.reason.clear()
        self.refresh()

    def refresh(self) -> None:
        """Asks for them again."""
        workspace, family_id = self._workspace, self._family_id
        if workspace is None or family_id is None:
            return
        self._now = workspace.store.clock.now()
        # Where interviews are opened, too: it reads a questionnaire.
        self._operations.run(
            lambda: workspace.supervising.contest(family_id), self._take, owner=self
        )

    def reason_error(self) -> str:
        """What is said below the reason."""
        return self._reason_field.error()

    def submit(self) -> None:
        """Decides for the chosen interview; what is missing is said."""
        chosen = next((id_ for id_, button in self.choices.items() if button.isChecked()), None)
        if chosen is None:
            self.banner.show_message(Tone.BAD, "alert", self.tr("Choose the interview that stands"))
            return
        self._settle(chosen)

    def _settle(self, envelope_id: str | None) -> None:
        workspace, family_id = self._workspace, self._family_id
        if workspace is None or family_id is None:
            return
        reason = self.reason.toPlainText()
        self._reason_field.set_error("")
        self._set_working(True)
        self._operations.run(
            lambda: workspace.supervising.settle(family_id, envelope_id, reason),
            lambda _envelope: self.decided.emit(),
            self._take_error,
            owner=self,
        )

    def _set_working(self, is_working: bool) -> None:
        for button in (self.confirm, self.take_back):
            button.setEnabled(not is_working)

    def _take_error(self, error: Exception) -> None:
        self._set_working(False)
        if not isinstance(error, KnownError):
            return
        if error.code == "reason_needed":
            self._reason_field.set_error(self.tr("Give a reason."))
            self.reason.setFocus()
            return
        told = explain(error)
        self.banner.show_message(Tone.BAD, "alert", told.title, told.advice)

    def _take(self, contest: Contest) -> None:
        if contest.family_id != self._family_id:
            return
        self._contest = contest
        self._set_working(False)
        is_pending = any(one.kind == "settlement" for one in contest.pending)
        self.header.title.setText(contest.head_name)
        self.header.set_trail(contest.address or self.tr("Conflicts"))
        self.confirm.setVisible(bool(contest.others))
        self.take_back.setVisible(contest.is_settled and not is_pending)
        self.banner.hide()
        if is_pending:
            self.banner.show_message(
                Tone.INFO,
                "hourglass",
                self.tr("Your decision waits for the server"),
                self.tr("It is sent with the next synchronisation."),
            )
        elif contest.is_settled:
            self.banner.show_message(
                Tone.GOOD, "check-circle", self.tr("You have decided; it can be taken back.")
            )
        self._show_choices(contest)
        self._show_tables(contest)

    def _show_choices(self, contest: Contest) -> None:
        checked = next((id_ for id_, one in self.choices.items() if one.isChecked()), None)
        had_focus = any(one.hasFocus() for one in self.choices.values())
        for button in self.choices.values():
            self._group.removeButton(button)
            self._choice_list.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.choices = {}
        for contender in (contest.standing, *contest.others):
            words = self._who(contender)
            if contender is contest.standing:
                words = self.tr("{who} · stands now").format(who=words)
            button = RadioButton(words)
            button.setAccessibleName(words)
            self._group.addButton(button)
            self._choice_list.addWidget(button)
            button.show()
            button.setChecked(contender.envelope_id == checked)
            self.choices[contender.envelope_id] = button
        if had_focus or self.isVisible():
            next(iter(self.choices.values())).setFocus()

    def _show_tables(self, contest: Contest) -> None:
        while (item := self._table_list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        standing = self._officer(contest.standing)
        for other in contest.others:
            card = Card(gap=Space.S)
            count = len(other.answers)
            card.set_title(self.tr("%n answer(s) differ", "", count))
            if count:
                table = WordTable()
                table.setAccessibleName(card.title.text())
                rows = [
                    (_question(pair), pair.kept or "–", pair.other or "–") for pair in other.answers
                ]
                headings = (self.tr("Question"), standing, self._officer(other))
                table.set_rows(headings, rows, stretch=0)
                table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
                card.body.addWidget(table)
            else:
                text = self.tr("The answers are the same, or cannot be compared.")
                card.body.addWidget(Label(text, Text.BODY, Ink.SOFT, wrap=True))
            self._table_list.addWidget(card)

    def _officer(self, contender: Contender) -> str:
        if not contender.envelope_id:
            return self.tr("Online")
        return contender.officer_name or self.tr("Officer of another team")

    def _who(self, contender: Contender) -> str:
        parts = [self._officer(contender)]
        if contender.envelope_id:
            try:
                parts.append(outcome_word(Outcome(contender.outcome)))
            except ValueError:
                parts.append(contender.outcome)
        if contender.received_at is not None:
            parts.append(formats.moment_short(contender.received_at, self._now))
        return " · ".join(parts)

    # What every screen has.

    def retranslate(self) -> None:
        self.header.set_trail(self.tr("Conflicts"))
        self.header.back.set_word(self.tr("Back"), "Esc")
        self._card.set_title(self.tr("Which interview stands?"))
        self._reason_field.set_word(self.tr("Reason"))
        self.confirm.setText(self.tr("Decide"))
        self.take_back.setText(self.tr("Take back"))
        if self._contest is not None:
            self._take(self._contest)

    def focus_first(self) -> None:
        first = next(iter(self.choices.values()), None)
        (first or self.header.back).setFocus()


def _question(pair: AnswerPair) -> str:
    return " · ".join(plain_text(part) for part in (pair.line, pair.question) if part)
