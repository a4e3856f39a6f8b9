"""What every screen is: a header with the way back, and words that can change language."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui.theme import Ink, Space, Text
from ui.widgets.buttons import IconButton
from ui.widgets.labels import ElidedLabel
from ui.widgets.layouts import column, row


class ScreenHeader(QWidget):
    """Back, where you are, what it is called, and the screen's own buttons on the right.

    Signals: ``back_pressed()``.
    """

    back_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = row(self, gap=Space.M)
        self.back = IconButton("back")
        self.back.clicked.connect(self.back_pressed)
        self.trail = ElidedLabel("", Text.CAPTION, Ink.FAINT)
        self.title = ElidedLabel("", Text.TITLE)
        self.beside: QHBoxLayout = row(gap=Space.S)
        words = column(gap=0)
        words.addWidget(self.trail)
        title_row = row(gap=Space.M)
        title_row.addWidget(self.title)
        title_row.addLayout(self.beside)
        title_row.addStretch(1)
        words.addLayout(title_row)
        self.buttons: QHBoxLayout = row(gap=Space.S)
        layout.addWidget(self.back, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(words, 1)
        layout.addLayout(self.buttons)
        self.set_trail("")

    def set_trail(self, trail: str) -> None:
        """The screens above this one; "" where there is none, and no way back then."""
        self.trail.setText(trail)
        self.trail.setVisible(bool(trail))
        self.back.setVisible(bool(trail))


class Screen(QWidget):
    """Base of the screens.

    Signals: ``back_asked()``: the user wants to leave this screen.
    """

    back_asked = Signal()

    def retranslate(self) -> None:
        """Says every word again, in the language now in force."""

    def focus_first(self) -> None:
        """Puts the keyboard where work starts."""

    def search_field(self) -> QWidget | None:
        """What Ctrl+F goes to."""
        return None

    def go_back(self) -> bool:
        """Esc: True where the screen dealt with it itself."""
        return False

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
