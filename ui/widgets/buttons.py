"""Buttons: a word, an icon, one of five weights; never lower than a finger."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QPushButton, QSizePolicy, QWidget

from ui import icons, paint, theme
from ui.paint import Kind
from ui.theme import TARGET, Space, Text

_ICON: Final = 20


def take_enter(button: QAbstractButton, event: QKeyEvent) -> bool:
    """Enter presses a button as Space does; whether it was Enter. Not while the key is held: the
    Enter that opened this screen presses nothing on it."""
    is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if not is_enter or modifiers != Qt.KeyboardModifier.NoModifier:
        return False
    if not event.isAutoRepeat():
        button.click()
    return True


class Button(QPushButton):
    """A push button that paints itself, with the same look under every platform's style."""

    def __init__(
        self,
        text: str = "",
        *,
        icon: str = "",
        kind: Kind = Kind.SECONDARY,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon_name = icon
        self._kind = kind
        self.setFont(theme.font(Text.STRONG))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self.setMouseTracking(True)

    def set_icon_name(self, name: str) -> None:
        """Another icon; "" for none."""
        self._icon_name = name
        self.updateGeometry()
        self.update()

    def is_cut(self) -> bool:
        """True where the word does not fit: tests ask."""
        return bool(self.text()) and self.width() < self.minimumSizeHint().width()

    # Qt's own names from here on.

    def sizeHint(self) -> QSize:
        width = self._content_width()
        padding = Space.L * 2 if self.text().replace("&", "") else Space.M * 2
        if self._kind in (Kind.BAR, Kind.QUIET):
            padding = Space.M * 2
        return QSize(max(TARGET, width + padding), TARGET)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not take_enter(self, event):
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        enabled = self.isEnabled()
        paint.button(
            painter,
            QRectF(self.rect()),
            self._kind,
            enabled=enabled,
            hovered=self.underMouse(),
            pressed=self.isDown(),
            focused=self.hasFocus(),
            checked=self.isChecked(),
        )
        ink = paint.button_ink(self._kind, enabled=enabled, checked=self.isChecked())
        self._paint_content(painter, QRectF(self.rect()), ink)

    def _paint_content(self, painter: QPainter, area: QRectF, ink: QColor) -> None:
        text = self.text()
        width = self._content_width()
        left = area.left() + (area.width() - width) / 2
        if self._icon_name:
            icons.paint(
                painter,
                self._icon_name,
                QRectF(left, area.center().y() - _ICON / 2, _ICON, _ICON),
                ink,
            )
            left += _ICON + (Space.S if text else 0)
        if text:
            painter.setFont(self.font())
            painter.setPen(ink)
            text_width = QFontMetrics(self.font()).horizontalAdvance(text.replace("&", ""))
            painter.drawText(
                QRectF(left, area.top(), text_width + 2, area.height()),
                Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextHideMnemonic,
                text,
            )

    def _content_width(self) -> int:
        text = self.text().replace("&", "")
        width = QFontMetrics(self.font()).horizontalAdvance(text) if text else 0
        if self._icon_name:
            width += _ICON + (Space.S if text else 0)
        return width


class IconButton(Button):
    """A button that shows its icon only; its word is the accessible name and the tool tip."""

    def __init__(
        self, icon: str, *, kind: Kind = Kind.QUIET, parent: QWidget | None = None
    ) -> None:
        super().__init__(icon=icon, kind=kind, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_word(self, word: str, shortcut: str = "") -> None:
        """What it does, for tool tip and screen reader."""
        self.setAccessibleName(word)
        self.setToolTip(f"{word} ({shortcut})" if shortcut else word)
