"""Chips: a state in a word and an icon, on a ground of its tone."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui import formats, icons, paint, theme
from ui.theme import TARGET, Radius, Space, Text, Tone
from ui.widgets.buttons import take_enter

CHIP_HEIGHT: Final = 28
_ICON: Final = 16
_PAD: Final = 10


def chip_width(word: str, font: QFont) -> int:
    """How wide a chip with this word is."""
    return _PAD * 2 + _ICON + 6 + QFontMetrics(font).horizontalAdvance(word)


def paint_chip(painter: QPainter, area: QRectF, tone: Tone, icon: str, word: str) -> None:
    """Draws a chip; shared with the tables, whose cells are not widgets. A word that does not
    fit is elided."""
    colours = theme.colours().tones[tone]
    paint.tone_box(painter, area, tone, Radius.SMALL)
    font = theme.font(Text.SMALL_STRONG)
    icons.paint(
        painter,
        icon,
        QRectF(area.left() + _PAD, area.center().y() - _ICON / 2, _ICON, _ICON),
        colours.ink,
        stroke_px=1.6,
    )
    text_area = area.adjusted(_PAD + _ICON + 6, 0, -4, 0)
    painter.setFont(font)
    painter.setPen(colours.ink)
    shown = QFontMetrics(font).elidedText(
        word, Qt.TextElideMode.ElideRight, int(text_area.width()) + 1
    )
    painter.drawText(text_area, Qt.AlignmentFlag.AlignVCenter, shown)


class Chip(QWidget):
    """A chip that only tells."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.NEUTRAL
        self._icon = "info"
        self._word = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_state(self, tone: Tone, icon: str, word: str) -> None:
        self._tone, self._icon, self._word = tone, icon, word
        self.setAccessibleName(word)
        if self.parentWidget() is not None:  # or it would be a window of its own for a moment
            self.setVisible(bool(word))
        self.updateGeometry()
        self.update()

    def word(self) -> str:
        return self._word

    def sizeHint(self) -> QSize:
        return QSize(chip_width(self._word, theme.font(Text.SMALL_STRONG)), CHIP_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint_chip(QPainter(self), QRectF(self.rect()), self._tone, self._icon, self._word)


class FilterRow(QAbstractButton):
    """One line of a filter list: icon, word, count; pressed it filters, pressed again it stops."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.NEUTRAL
        self._icon = "list"
        self._count: int | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def set_filter(self, tone: Tone, icon: str, word: str, count: int | None) -> None:
        self._tone, self._icon, self._count = tone, icon, count
        self.setText(word)
        counted = "" if count is None else f", {formats.number(count)}"
        self.setAccessibleName(f"{word}{counted}")
        self.updateGeometry()
        self.update()

    def count(self) -> int | None:
        return self._count

    def is_cut(self) -> bool:
        return bool(self.text()) and self.width() < self.minimumSizeHint().width()

    def _count_text(self) -> str:
        return "" if self._count is None else formats.number(self._count)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not take_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        words = QFontMetrics(theme.font(Text.SMALL_STRONG)).horizontalAdvance(self.text())
        figures = QFontMetrics(theme.figures(Text.SMALL)).horizontalAdvance(self._count_text())
        return QSize(Space.S * 2 + 20 + Space.S + words + Space.S + figures, TARGET - 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        area = QRectF(self.rect()).adjusted(0, 1, 0, -1)
        if self.isChecked():
            paint.box(painter, area, Radius.FIELD, tokens.accent_soft, tokens.accent)
        elif self.underMouse():
            paint.box(painter, area, Radius.FIELD, tokens.raised)
        if self.hasFocus():
            paint.focus_ring(painter, area)
        tone_ink = tokens.tones[self._tone].ink
        icons.paint(
            painter,
            self._icon,
            QRectF(area.left() + Space.S, area.center().y() - 9, 18, 18),
            tone_ink,
        )
        strong = self.isChecked()
        painter.setFont(theme.font(Text.SMALL_STRONG if strong else Text.SMALL))
        painter.setPen(tokens.accent_ink if strong else tokens.ink)
        painter.drawText(
            area.adjusted(Space.S + 18 + Space.S, 0, -Space.S, 0),
            Qt.AlignmentFlag.AlignVCenter,
            self.text(),
        )
        painter.setFont(theme.figures(Text.SMALL))
        painter.setPen(tokens.accent_ink if strong else tokens.ink_faint)
        painter.drawText(
            area.adjusted(0, 0, -Space.S, 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
            self._count_text(),
        )
