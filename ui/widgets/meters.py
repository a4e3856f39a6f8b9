"""Amounts as shapes; the same amount always stands beside them in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import paint, theme
from ui.theme import Space, Tone

_BAR: Final = 8


def paint_segments(
    painter: QPainter, area: QRectF, parts: Sequence[tuple[Tone, int]], total: int
) -> None:
    """A bar of parts: each part in the ink of its tone, what is left in the line colour."""
    tokens = theme.colours()
    radius = area.height() / 2
    is_plain = not tokens.is_dark and tokens.line_width == 1.0
    paint.box(painter, area, radius, tokens.line if is_plain else tokens.raised, tokens.line)
    if total <= 0:
        return
    left = area.left()
    for tone, amount in parts:
        if amount <= 0:
            continue
        width = max(3.0, area.width() * amount / total)
        part = QRectF(left, area.top(), min(width, area.right() - left), area.height())
        paint.box(painter, part, min(radius, 3.0), _solid(tone))
        left += width + 1
        if left >= area.right():
            return


def _solid(tone: Tone) -> QColor:
    tokens = theme.colours()
    return tokens.accent if tone is Tone.ACCENT else tokens.tones[tone].ink


class SegmentBar(QWidget):
    """How much of a whole is in which state."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[tuple[Tone, int], ...] = ()
        self._total = 0
        self.setFixedHeight(_BAR)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_parts(self, parts: Sequence[tuple[Tone, int]], total: int, words: str) -> None:
        """``words`` says the same to a screen reader."""
        self._parts, self._total = tuple(parts), total
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, _BAR)

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_segments(QPainter(self), QRectF(self.rect()), self._parts, self._total)


class Dots(QWidget):
    """So many of so many: contact days used."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._used = 0
        self._total = 0
        self._tone = Tone.ACCENT
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_amount(self, used: int, total: int, tone: Tone, words: str) -> None:
        self._used, self._total, self._tone = used, total, tone
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(max(1, self._total) * 20 - 6, 14)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        for place in range(self._total):
            dot = QRectF(place * 20, 0, 14, 14)
            if place < self._used:
                paint.box(painter, dot, 7, _solid(self._tone))
            else:
                paint.box(painter, dot, 7, tokens.sunken, tokens.edge)


class StrengthBar(QWidget):
    """Four steps of a passphrase's strength."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._level = 0
        self.setFixedHeight(6)

    def set_level(self, level: int) -> None:
        """0 to 4."""
        self._level = level
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        tone = (Tone.BAD, Tone.BAD, Tone.CARE, Tone.GOOD, Tone.GOOD)[self._level]
        width = (self.width() - 3 * Space.XS) / 4
        for step in range(4):
            part = QRectF(step * (width + Space.XS), 0, width, self.height())
            paint.box(painter, part, 3, _solid(tone) if step < self._level else tokens.line)
