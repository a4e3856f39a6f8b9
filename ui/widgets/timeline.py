"""What happened, newest first: a line of points with a few words each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import icons, paint, theme
from ui.theme import Ink, Space, Text, Tone
from ui.widgets.labels import Label
from ui.widgets.layouts import column, row

_POINT: Final = 32


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry: ``title`` what, ``when`` and by whom, ``note`` in the officer's own words."""

    tone: Tone
    icon: str
    title: str
    when: str
    note: str = ""


class _Entry(QWidget):
    def __init__(self, moment: Moment, *, is_last: bool) -> None:
        super().__init__()
        self._moment = moment
        self._is_last = is_last
        layout = row(self)
        layout.setContentsMargins(_POINT + Space.M, 0, 0, 0)
        words = column(gap=1)
        title = Label(moment.title, Text.STRONG, wrap=True)
        when = Label(moment.when, Text.SMALL, Ink.FAINT, wrap=True)
        words.addWidget(title)
        words.addWidget(when)
        if moment.note:
            words.addWidget(Label(f"“{moment.note}”", Text.BODY, Ink.SOFT, wrap=True))
        words.addSpacing(0 if is_last else Space.M)
        layout.addLayout(words, 1)
        self.setAccessibleName(f"{moment.title}. {moment.when}. {moment.note}")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        point = QRectF(0, 2, _POINT, _POINT)
        if not self._is_last:
            painter.fillRect(QRectF(_POINT / 2 - 1, point.bottom(), 2, self.height()), tokens.line)
        colours = tokens.tones[self._moment.tone]
        paint.box(painter, point, _POINT / 2, colours.fill, colours.line)
        icons.paint(painter, self._moment.icon, point.adjusted(7, 7, -7, -7), colours.ink)


class Timeline(QWidget):
    """Shows what ``set_moments`` was given."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = column(self, gap=0)
        self._entries: list[QWidget] = []

    def set_moments(self, moments: Sequence[Moment], nothing: str) -> None:
        """Newest first; ``nothing`` is said when there are none."""
        for entry in self._entries:
            self._layout.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
        self._entries = []
        last = len(moments) - 1
        for place, moment in enumerate(moments):
            self._add(_Entry(moment, is_last=place == last))
        if not moments:
            empty = Label(nothing, Text.BODY, Ink.FAINT, wrap=True)
            empty.setAlignment(Qt.AlignmentFlag.AlignLeft)
            self._add(empty)

    def _add(self, entry: QWidget) -> None:
        self._entries.append(entry)
        self._layout.addWidget(entry)
