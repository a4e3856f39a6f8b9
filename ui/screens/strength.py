"""How good a passphrase is that is being chosen."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.theme import Ink, Space, Text
from ui.widgets.labels import Label
from ui.widgets.layouts import row
from ui.widgets.meters import StrengthBar

LEAST_PASSPHRASE: Final = 6
_COMMON: Final = frozenset(
    {"123456", "1234567", "12345678", "123456789", "password", "qwerty", "rahasia", "sensus2020"}
)


def strength(passphrase: str) -> int:
    """0 (too short) to 4: how long it would be guessed at, by its length and variety."""
    if len(passphrase) < LEAST_PASSPHRASE:
        return 0
    if passphrase.casefold() in _COMMON or len(set(passphrase)) <= 3:
        return 1
    level = 1 + sum(len(passphrase) >= least for least in (9, 13, 17))
    return min(level, 2) if passphrase.isdigit() else level


class StrengthMeter(QWidget):
    """Steps and a word, as the passphrase is typed."""

    def __init__(self, passphrase: QLineEdit, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._passphrase = passphrase
        self._bar = StrengthBar()
        self._word = Label("", Text.SMALL, Ink.SOFT)
        layout = row(self, gap=Space.S)
        layout.addWidget(self._bar, 1)
        layout.addWidget(self._word)
        passphrase.textChanged.connect(self._show)
        self._show()

    def _show(self) -> None:
        level = strength(self._passphrase.text())
        self._bar.set_level(level)
        self._word.setText(
            (
                self.tr("Too short"),
                self.tr("Weak"),
                self.tr("Fair"),
                self.tr("Good"),
                self.tr("Strong"),
            )[level]
        )

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self._show()
