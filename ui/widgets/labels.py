"""Text on the screen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui import icons, theme
from ui.theme import Ink, Text, Tone


class Label(QLabel):
    """A text of one step of the type scale; plain text only: names are not markup."""

    def __init__(
        self,
        text: str = "",
        role: Text = Text.BODY,
        ink: Ink = Ink.NORMAL,
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(role))
        self.setForegroundRole(ink.value)
        self.setWordWrap(wrap)
        if wrap:
            policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)

    def is_cut(self) -> bool:
        """True where part of the text is not seen: tests ask."""
        if not self.text() or not self.isVisible():
            return False
        flags = self.alignment()
        if self.wordWrap():
            bounds = self.fontMetrics().boundingRect(
                QRect(0, 0, self.width(), 1 << 16),
                int(flags.value) | int(Qt.TextFlag.TextWordWrap.value),
                self.text(),
            )
            return bounds.height() > self.height() + 1 or bounds.width() > self.width() + 1
        widest = max(self.fontMetrics().horizontalAdvance(line) for line in self.text().split("\n"))
        return widest > self.contentsRect().width() + 1


class ElidedLabel(Label):
    """One line that gives way: shows an ellipsis, and the whole text as a tool tip."""

    def __init__(
        self,
        text: str = "",
        role: Text = Text.BODY,
        ink: Ink = Ink.NORMAL,
        *,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, role, ink, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def is_cut(self) -> bool:
        return False

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 48), hint.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.width()
        )
        if (self.toolTip() != "") != (shown != self.text()):
            self.setToolTip(self.text() if shown != self.text() else "")
        painter.drawText(
            self.rect(), int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), shown
        )


class Icon(QWidget):
    """An icon beside a text, in an ink or a tone."""

    def __init__(
        self,
        name: str,
        size_px: int = 20,
        *,
        ink: Ink = Ink.SOFT,
        tone: Tone | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._ink = ink
        self._tone = tone
        self._size_px = size_px
        self.setFixedSize(size_px, size_px)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def set_name(self, name: str, tone: Tone | None = None) -> None:
        self._name = name
        self._tone = tone
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._name:
            return
        tint = (
            theme.colours().tones[self._tone].ink
            if self._tone is not None
            else self.palette().color(self._ink.value)
        )
        icons.paint(QPainter(self), self._name, QRectF(self.rect()), tint)
