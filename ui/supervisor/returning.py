"""Sending an interview back to be done again: what is wrong, and remarks on single questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from enumerator.errors import KnownError
from enumerator.model import FamilyId
from ui.errors import explain
from ui.markup import plain_text
from ui.operations import Operations
from ui.paint import Kind
from ui.theme import Ink, Space, Text, Tone
from ui.widgets.buttons import Button, IconButton
from ui.widgets.fields import Field, LineEdit, Select, TextArea
from ui.widgets.labels import Label
from ui.widgets.layouts import ScrollArea, column, row
from ui.widgets.screen import Screen, ScreenHeader
from ui.widgets.surfaces import Banner, Card

if TYPE_CHECKING:
    from enumerator.fieldwork import QuestionName, Workspace


class ReturnScreen(Screen):
    """Signals: ``returned()``: the return is on the disk."""

    returned = Signal()

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._family_id: FamilyId | None = None
        self._names: tuple[QuestionName, ...] = ()
        self._remarks: dict[str, str] = {}
        self.header = ScreenHeader()
        self.banner = Banner()
        self.confirm = Button(icon="return", kind=Kind.PRIMARY)
        self.comments = TextArea(3)
        self._comments_field = Field(self.comments)
        self._what = Card(gap=Space.S)
        self._questions = Card(gap=Space.S)
        self.section = Select()
        self.question = Select()
        self.remark = LineEdit()
        self.add = Button(icon="plus")
        self._lines = QWidget()
        self._line_list = column(self._lines, gap=Space.XS)
        self.removers: list[IconButton] = []
        self._lay_out()
        self.header.back_pressed.connect(self.back_asked)
        self.confirm.clicked.connect(self.submit)
        self.section.currentIndexChanged.connect(self._show_questions)
        self.add.clicked.connect(self.add_remark)
        self.remark.returnPressed.connect(self.add_remark)
        self.retranslate()

    def _lay_out(self) -> None:
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, 0)
        self.header.buttons.addWidget(self.confirm)
        whole.addWidget(self.header)
        self._what.body.addWidget(self._comments_field)
        choosing = row(gap=Space.S)
        choosing.addWidget(self.section, 2)
        choosing.addWidget(self.question, 3)
        writing = row(gap=Space.S)
        writing.addWidget(self.remark, 1)
        writing.addWidget(self.add)
        self._questions.body.addLayout(choosing)
        self._questions.body.addLayout(writing)
        self._questions.body.addWidget(self._lines)
        inside = QWidget()
        content = column(inside, gap=Space.M)
        content.setContentsMargins(0, 0, Space.XS, Space.L)
        content.addWidget(self.banner)
        content.addWidget(self._what)
        content.addWidget(self._questions)
        content.addStretch(1)
        whole.addWidget(ScrollArea(inside), 1)

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        self._family_id = None
        self._names = ()

    def set_family(self, family_id: FamilyId, head_name: str) -> None:
        """The interview of this family is to be sent back."""
        self._family_id = family_id
        self._names = ()
        self._remarks = {}
        self.header.title.setText(head_name)
        self.comments.clear()
        self.remark.clear()
        self._comments_field.set_error("")
        self.banner.hide()
        self.confirm.setEnabled(True)
        self._questions.hide()
        self._show_remarks()
        workspace = self._workspace
        if workspace is not None:
            self._operations.run(
                lambda: workspace.supervising.questions(family_id),
                self._take_names,
                # Without a questionnaire here, the interview is returned with a comment only.
                lambda _error: None,
                owner=self,
            )

    def remarks(self) -> dict[str, str]:
        """By question."""
        return dict(self._remarks)

    def comments_error(self) -> str:
        """What is said below the comment."""
        return self._comments_field.error()

    def add_remark(self) -> None:
        """Takes what is written for the chosen question."""
        ref, text = self.question.currentData(), self.remark.text().strip()
        if isinstance(ref, str) and text:
            self._remarks[ref] = text
            self.remark.clear()
            self._show_remarks()
        self.remark.setFocus()

    def submit(self) -> None:
        """Sends it back; what is missing is said."""
        workspace, family_id = self._workspace, self._family_id
        if workspace is None or family_id is None:
            return
        self.add_remark()
        comments, remarks = self.comments.toPlainText(), dict(self._remarks)
        self._comments_field.set_error("")
        self.confirm.setEnabled(False)
        self._operations.run(
            lambda: workspace.supervising.send_back(family_id, comments, remarks),
            lambda _envelope: self.returned.emit(),
            self._take_error,
            owner=self,
        )

    def _take_error(self, error: Exception) -> None:
        self.confirm.setEnabled(True)
        if not isinstance(error, KnownError):
            return
        if error.code == "reason_needed":
            self._comments_field.set_error(self.tr("Say what is to be done again."))
            self.comments.setFocus()
            return
        told = explain(error)
        self.banner.show_message(Tone.BAD, "alert", told.title, told.advice)

    def _take_names(self, names: tuple[QuestionName, ...]) -> None:
        self._names = names
        sections = dict.fromkeys(name.section for name in names)
        self.section.set_items([(plain_text(section), section) for section in sections])
        self._show_questions()
        self._questions.setVisible(bool(names))

    def _show_questions(self) -> None:
        section = self.section.currentData()
        chosen = [name for name in self._names if name.section == section]
        self.question.set_items([(plain_text(name.label), name.ref) for name in chosen])

    def _show_remarks(self) -> None:
        while (item := self._line_list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        labels = {name.ref: name for name in self._names}
        self.removers = []
        for ref, text in self._remarks.items():
            name = labels[ref]
            line = QWidget()
            inside = row(line, gap=Space.S)
            words = column(gap=0)
            where = f"{plain_text(name.section)} · {plain_text(name.label)}"
            words.addWidget(Label(where, Text.SMALL, Ink.FAINT, wrap=True))
            words.addWidget(Label(text, Text.STRONG, wrap=True))
            inside.addLayout(words, 1)
            remover = IconButton("close")
            remover.set_word(self.tr("Remove the remark"), "")
            remover.clicked.connect(lambda _=False, ref=ref: self._remove(ref))
            inside.addWidget(remover)
            self.removers.append(remover)
            self._line_list.addWidget(line)
        self._lines.setVisible(bool(self._remarks))

    def _remove(self, ref: str) -> None:
        self._remarks.pop(ref, None)
        self._show_remarks()
        self.remark.setFocus()

    # What every screen has.

    def retranslate(self) -> None:
        self.header.set_trail(self.tr("Return for re-interview"))
        self.header.back.set_word(self.tr("Back"), "Esc")
        self._what.set_title(self.tr("What is to be done again?"))
        self._comments_field.set_word(self.tr("Comment for the officer"))
        self._questions.set_title(self.tr("Remarks on questions (optional)"))
        self.section.setAccessibleName(self.tr("Part of the questionnaire"))
        self.question.setAccessibleName(self.tr("Question"))
        self.remark.setAccessibleName(self.tr("Remark on this question"))
        self.remark.setPlaceholderText(self.tr("Remark on this question"))
        self.add.setText(self.tr("Add"))
        self.confirm.setText(self.tr("Return"))
        self._show_remarks()

    def focus_first(self) -> None:
        self.comments.setFocus()
