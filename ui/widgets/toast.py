"""A short word at the bottom of the window; it goes by itself and takes no key."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ui import icons, paint, theme
from ui.theme import Radius, Space, Text, Tone

_SHOWN_MS: Final = 6000
_HEIGHT: Final = 48


class Toast(QWidget):
    """Floats over its parent."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self._tone = Tone.GOOD
        self._icon = "check-circle"
        self._text = ""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SHOWN_MS)
        self._timer.timeout.connect(self.hide)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_message(self, tone: Tone, icon: str, text: str) -> None:
        self._tone, self._icon, self._text = tone, icon, text
        self.setAccessibleName(text)
        self.place()
        self.show()
        self.raise_()
        self.update()
        self._timer.start()

    def message(self) -> str:
        """ "" while nothing is shown."""
        return self._text if self.isVisible() else ""

    def place(self) -> None:
        """At the bottom of the parent, centred."""
        parent = self._over
        words = QFontMetrics(theme.font(Text.STRONG)).horizontalAdvance(self._text)
        width = min(words + 24 + 3 * Space.L, parent.width() - 2 * Space.L)
        self.setGeometry(
            (parent.width() - width) // 2, parent.height() - _HEIGHT - Space.L, width, _HEIGHT
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        area = QRectF(self.rect())
        paint.box(painter, area, Radius.FIELD, tokens.ink)
        tint = tokens.surface
        icons.paint(painter, self._icon, QRectF(Space.L, area.center().y() - 11, 22, 22), tint)
        painter.setFont(theme.font(Text.STRONG))
        painter.setPen(tint)
        words = area.adjusted(Space.L + 22 + Space.M, 0, -Space.M, 0)
        shown = QFontMetrics(painter.font()).elidedText(
            self._text, Qt.TextElideMode.ElideRight, int(words.width())
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, shown)
