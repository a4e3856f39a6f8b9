"""A list of large rows that are pressed: officers, families with conflicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui import paint, theme
from ui.theme import Radius, Space, Text
from ui.widgets.buttons import take_enter
from ui.widgets.layouts import ScrollArea, column
from ui.widgets.surfaces import EmptyState


class ListRow(QAbstractButton):
    """A box with an arrow; ``key`` tells whose it is.

    Signals: ``opened(str)``: the key.
    """

    opened = Signal(str)

    def __init__(self, key: str, text: str, height: int) -> None:
        super().__init__()
        self.key = key
        self._height = height
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(text)
        self.clicked.connect(lambda: self.opened.emit(key))

    def paint_content(self, painter: QPainter, area: QRectF) -> None:
        """What stands in the box."""
        raise NotImplementedError

    # Qt's own names from here on.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not take_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(480, self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        area = QRectF(self.rect())
        ground = tokens.raised if self.underMouse() or self.isDown() else tokens.surface
        paint.box(painter, area, Radius.CARD, ground, tokens.line)
        if self.hasFocus():
            paint.focus_ring(painter, area, Radius.CARD)
        self.paint_content(painter, area)
        arrow = QRectF(area.right() - 30, area.top(), 10, area.height())
        paint.chevron(painter, arrow, "right", tokens.ink_faint)


RowT = TypeVar("RowT", bound=ListRow)


class RowList(ScrollArea, Generic[RowT]):
    """The rows below each other, or that there are none."""

    def __init__(self) -> None:
        inside = QWidget()
        super().__init__(inside)
        self.empty = EmptyState()
        self._rows: list[RowT] = []
        self._column = column(inside, gap=Space.S)
        self._column.setContentsMargins(0, 0, Space.XS, Space.L)
        self._column.addWidget(self.empty)
        self._column.addStretch(1)

    def rows(self) -> list[RowT]:
        return self._rows

    def set_rows(self, rows: Sequence[RowT]) -> None:
        """In place of those before; the cursor stays on the same key."""
        focused = next((row.key for row in self._rows if row.hasFocus()), None)
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = list(rows)
        for place, row in enumerate(self._rows):
            self._column.insertWidget(place, row)
            if row.key == focused:
                row.setFocus()
        self.empty.setVisible(not self._rows)


def paint_two_lines(
    painter: QPainter, area: QRectF, first: str, second: str, *, strong: bool = True
) -> None:
    """One over the other, each cut with an ellipsis where it is too long."""
    tokens = theme.colours()
    upper = theme.font(Text.STRONG if strong else Text.SMALL_STRONG)
    offset = 11 if second else 0
    for font, ink, text, shift in (
        (upper, tokens.ink, first, -offset),
        (theme.font(Text.SMALL), tokens.ink_faint, second, offset),
    ):
        painter.setFont(font)
        painter.setPen(ink)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area.translated(0, shift), Qt.AlignmentFlag.AlignVCenter, shown)
