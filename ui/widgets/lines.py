"""Single facts in a card: an icon and words; a record and where it is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.theme import Ink, Space, Text, Tone
from ui.widgets.chips import Chip
from ui.widgets.labels import Icon, Label
from ui.widgets.layouts import FlowLayout, column, row
from ui.words import Sign


class IconLine(QWidget):
    """An icon and a sentence."""

    def __init__(
        self, icon: str, text: str, *, tone: Tone | None = None, strong: bool = False
    ) -> None:
        super().__init__()
        layout = row(self, gap=Space.S)
        mark = Icon(icon, 20, tone=tone)
        self.label = Label(text, Text.STRONG if strong else Text.BODY, wrap=True)
        layout.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.label, 1)


class RecordLine(QWidget):
    """A record, its chip of custody, and the receipt."""

    def __init__(self, title: str, sign: Sign, detail: str) -> None:
        super().__init__()
        layout = column(self, gap=Space.XS)
        layout.addWidget(Label(title, Text.SMALL_STRONG, wrap=True))
        place = QWidget()
        flow = FlowLayout(place, gap=Space.S)
        chip = Chip()
        flow.addWidget(chip)
        layout.addWidget(place)
        chip.set_state(sign.tone, sign.icon, sign.word)
        if detail:
            layout.addWidget(Label(detail, Text.CAPTION, Ink.FAINT, wrap=True))
        self.setAccessibleName(f"{title}. {sign.word}. {detail}")


class LineStack(QWidget):
    """A column whose lines are put in anew each time."""

    def __init__(self, *, gap: int = Space.M) -> None:
        super().__init__()
        self._layout = column(self, gap=gap)
        self._lines: list[QWidget] = []

    def lines(self) -> list[QWidget]:
        return self._lines

    def set_lines(self, lines: list[QWidget]) -> None:
        for line in self._lines:
            self._layout.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = lines
        for line in lines:
            self._layout.addWidget(line)
        self.setVisible(bool(lines))
