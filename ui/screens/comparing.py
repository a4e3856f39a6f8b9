"""What the family answered online beside what the officer wrote: taken field by field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from ui.markup import plain_text
from ui.paint import Kind
from ui.theme import Ink, Space, Text
from ui.widgets.buttons import Button
from ui.widgets.labels import Label
from ui.widgets.layouts import ScrollArea, column, row
from ui.widgets.surfaces import Card

if TYPE_CHECKING:
    from enumerator.fieldwork import Difference


class CompareDialog(QDialog):
    """Signals: ``taken(ref, value)``: the online answer of this question is to be stored."""

    taken = Signal(str, str)

    def __init__(self, differences: Sequence[Difference], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = self.tr("Answered online in part")
        self.setWindowTitle(title)
        self.setModal(True)
        layout = column(self, gap=Space.M, margin=Space.L)
        layout.addWidget(Label(title, Text.SUBTITLE))
        lead = self.tr("Ask the family. Your answer stays unless you take the one given online.")
        layout.addWidget(Label(lead, Text.BODY, Ink.SOFT, wrap=True))
        inside = QWidget()
        rows = column(inside, gap=Space.S)
        self.takes: dict[str, Button] = {}
        for difference in differences:
            rows.addWidget(self._row(difference))
        rows.addStretch(1)
        layout.addWidget(ScrollArea(inside), 1)
        self.done_button = Button(self.tr("Done"), icon="check", kind=Kind.PRIMARY)
        self.done_button.clicked.connect(self.accept)
        last = row(gap=Space.S)
        last.addStretch(1)
        last.addWidget(self.done_button)
        layout.addLayout(last)
        self.resize(680, 500)
        first = next(iter(self.takes.values()), self.done_button)
        first.setFocus()

    def _row(self, difference: Difference) -> QWidget:
        card = Card(margin=Space.M, gap=Space.XS)
        question = plain_text(difference.label)
        card.body.addWidget(Label(question, Text.STRONG, wrap=True))
        line = row(gap=Space.M)
        words = column(gap=2)
        blank = self.tr("(blank)")
        words.addWidget(
            Label(self.tr("Yours: {answer}").format(answer=difference.mine or blank), wrap=True)
        )
        words.addWidget(
            Label(
                self.tr("Online: {answer}").format(answer=difference.theirs or blank),
                Text.STRONG,
                wrap=True,
            )
        )
        line.addLayout(words, 1)
        take = Button(self.tr("Take online"), icon="globe-check")
        take.setAccessibleName(f"{take.text()}: {question}")
        take.clicked.connect(lambda: self._take(difference, take))
        line.addWidget(take)
        card.body.addLayout(line)
        self.takes[difference.ref] = take
        return card

    def _take(self, difference: Difference, button: Button) -> None:
        self.taken.emit(difference.ref, difference.value)
        button.setEnabled(False)
        button.setText(self.tr("Taken"))
        button.setAccessibleName(button.text())
        waiting = [one for one in self.takes.values() if one.isEnabled()]
        (waiting[0] if waiting else self.done_button).setFocus()
