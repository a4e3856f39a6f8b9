"""The few dialogs: a bug's report, and asking for a reason."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from ui.errors import explain, report_of
from ui.paint import Kind
from ui.theme import Ink, Space, Text
from ui.widgets.buttons import Button
from ui.widgets.fields import Field, TextArea
from ui.widgets.labels import Label
from ui.widgets.layouts import column, row


class BugDialog(QDialog):
    """Something went wrong that is ours; offers a report that holds ids and places only."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._report = report_of(error)
        told = explain(error) if isinstance(error, Exception) else explain(RuntimeError())
        self.setWindowTitle("Enumerator")
        self.setModal(True)
        layout = column(self, gap=Space.M, margin=Space.XL)
        layout.addWidget(Label(told.title, Text.SUBTITLE, wrap=True))
        layout.addWidget(Label(told.advice, Text.BODY, Ink.SOFT, wrap=True))
        self.report = TextArea(8)
        self.report.setReadOnly(True)
        self.report.setPlainText(self._report)
        self.report.setFont(self.font())
        self.report.setAccessibleName(self.tr("Report"))
        layout.addWidget(self.report)
        self.copy = Button(self.tr("Copy report"), icon="copy", kind=Kind.SECONDARY)
        self.close_button = Button(self.tr("Go on"), kind=Kind.PRIMARY)
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.accept)
        buttons = row(gap=Space.S)
        buttons.addStretch(1)
        buttons.addWidget(self.copy)
        buttons.addWidget(self.close_button)
        layout.addLayout(buttons)
        self.resize(560, 380)
        self.close_button.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._report)
        self.copy.setText(self.tr("Copied"))


class ReasonDialog(QDialog):
    """Asks why.

    Signals: ``given(str)``: a reason that is not blank.
    """

    given = Signal(str)

    def __init__(self, title: str, text: str, confirm: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setModal(True)
        layout = column(self, gap=Space.M, margin=Space.XL)
        layout.addWidget(Label(title, Text.SUBTITLE, wrap=True))
        layout.addWidget(Label(text, Text.BODY, Ink.SOFT, wrap=True))
        self.reason = TextArea(3)
        self._field = Field(self.reason)
        self._field.set_word(self.tr("Reason"))
        layout.addWidget(self._field)
        layout.addStretch(1)
        self.confirm = Button(confirm, kind=Kind.DANGER)
        self.cancel = Button(self.tr("Cancel"))
        self.confirm.clicked.connect(self._give)
        self.cancel.clicked.connect(self.reject)
        buttons = row(gap=Space.S)
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.confirm)
        layout.addLayout(buttons)
        self.resize(480, 300)
        self.reason.setFocus()

    def _give(self) -> None:
        reason = self.reason.toPlainText().strip()
        if not reason:
            self._field.set_error(self.tr("Give a reason."))
            return
        self.given.emit(reason)
        self.accept()
