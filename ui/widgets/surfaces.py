"""Grounds on which other widgets lie: cards, banners, empty states."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import paint, theme
from ui.paint import Kind
from ui.theme import Ink, Radius, Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.labels import Icon, Label
from ui.widgets.layouts import column, row


class Card(QWidget):
    """A sheet on the canvas. Put things into ``body``."""

    def __init__(self, title: str = "", *, margin: int = Space.L, gap: int = Space.M) -> None:
        super().__init__()
        self.body: QVBoxLayout = column(self, gap=gap, margin=margin)
        self.title = Label(title, Text.SUBTITLE)
        self.head: QHBoxLayout = row()
        self.head.addWidget(self.title)
        self.head.addStretch(1)
        self.body.addLayout(self.head)
        self.title.setVisible(bool(title))

    def set_title(self, title: str) -> None:
        self.title.setText(title)
        self.title.setVisible(bool(title))

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.colours()
        paint.box(QPainter(self), QRectF(self.rect()), Radius.CARD, tokens.surface, tokens.line)


class Banner(QWidget):
    """What the user should know before going on: icon, what it is, what to do; maybe a button.

    Signals: ``pressed()``, of the button.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tone = Tone.INFO
        self._margin = 0
        layout = row(self, gap=Space.M, margin=Space.M)
        self._icon = Icon("info", 22)
        self._title = Label("", Text.STRONG, wrap=True)
        self._text = Label("", Text.BODY, wrap=True)
        self._button = Button(kind=Kind.SECONDARY)
        self._button.clicked.connect(self.pressed)
        words = column(gap=2)
        words.addWidget(self._title)
        words.addWidget(self._text)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        layout.addWidget(self._button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.hide()

    def show_message(
        self, tone: Tone, icon: str, title: str, text: str = "", button: str = ""
    ) -> None:
        """Shows itself with this content."""
        self._tone = tone
        self._icon.set_name(icon, tone)
        self._title.setText(title)
        self._title.setVisible(bool(title))
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._button.setText(button)
        self._button.setVisible(bool(button))
        self._tint()
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.show()

    def set_margin(self, margin: int) -> None:
        """Canvas to leave around it, below excepted: it takes no room while it is hidden."""
        self._margin = margin
        inner = margin + Space.M
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(inner, inner, inner, Space.M)

    def message(self) -> str:
        """Title and text, for tests and screen readers."""
        return f"{self._title.text()} {self._text.text()}".strip()

    def _tint(self) -> None:
        ink = theme.colours().tones[self._tone].ink
        for label in (self._title, self._text):
            palette = QPalette(label.palette())
            if palette.color(QPalette.ColorRole.WindowText) != ink:
                palette.setColor(QPalette.ColorRole.WindowText, ink)
                label.setPalette(palette)

    def paintEvent(self, _event: QPaintEvent) -> None:
        # The theme may have changed since: labels hold their ink, the rest asks when painting.
        self._tint()
        area = QRectF(self.rect()).adjusted(self._margin, self._margin, -self._margin, 0)
        paint.tone_box(QPainter(self), area, self._tone, Radius.FIELD)


class EmptyState(QWidget):
    """What a list says when it is empty: why, and what can be done.

    Signals: ``pressed()``, of the button.
    """

    pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = column(self, gap=Space.S, margin=Space.XL)
        self._icon = Icon("search", 48, ink=Ink.FAINT)
        self._title = Label("", Text.SUBTITLE)
        self._text = Label("", Text.BODY, Ink.SOFT, wrap=True)
        self._button = Button()
        self._button.clicked.connect(self.pressed)
        centre = Qt.AlignmentFlag.AlignHCenter
        for label in (self._title, self._text):
            label.setAlignment(centre)
        self._text.setFixedWidth(400)
        # A row with stretches: an aligned label would not be asked for its height at its width.
        words = row()
        words.addStretch(1)
        words.addWidget(self._text)
        words.addStretch(1)
        layout.addStretch(2)
        layout.addWidget(self._icon, 0, centre)
        layout.addWidget(self._title, 0, centre)
        layout.addLayout(words)
        layout.addSpacing(Space.S)
        layout.addWidget(self._button, 0, centre)
        layout.addStretch(3)

    def message(self) -> str:
        """Title and text, for tests."""
        return f"{self._title.text()} {self._text.text()}".strip()

    def set_message(self, icon: str, title: str, text: str = "", button: str = "") -> None:
        self._icon.set_name(icon)
        self._title.setText(title)
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._button.setText(button)
        self._button.setVisible(bool(button))
