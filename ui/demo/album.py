"""Pictures of the screens, for people to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication

from enumerator.errors import KnownError
from ui import language, theme
from ui.demo.hand import Hand
from ui.language import Language
from ui.theme import ThemeName

FIELD_LAPTOP: Final = (1024, 600)
OFFICE_SCREEN: Final = (1440, 900)


class Album:
    """PNG files in ``folder``, numbered in the order in which they are taken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir(parents=True, exist_ok=True)
        self.names: list[str] = []

    def take(
        self,
        hand: Hand,
        name: str,
        *,
        size: tuple[int, int] = FIELD_LAPTOP,
        dress: ThemeName = ThemeName.LIGHT,
        tongue: Language = Language.INDONESIAN,
    ) -> None:
        """Dress the window so, take its picture, and dress it as before."""
        app = QApplication.instance()
        if not isinstance(app, QApplication):
            return
        before = hand.window.size(), theme.colours().name, language.current()
        self._dress(app, hand, size, dress, tongue)
        file = f"{len(self.names) + 1:02}-{name}.png"
        if not hand.window.grab().save(str(self.folder / file)):
            raise KnownError("no_picture", f"Cannot write {self.folder / file}. Is the disk full?")
        self.names.append(file)
        self._dress(app, hand, (before[0].width(), before[0].height()), before[1], before[2])

    def _dress(
        self,
        app: QApplication,
        hand: Hand,
        size: tuple[int, int],
        dress: ThemeName,
        tongue: Language,
    ) -> None:
        if language.current() is not tongue:
            language.install(app, tongue)
        if theme.colours().name is not dress:
            theme.install(app, dress)
        hand.window.resize(*size)
        hand.window.toast.hide()  # of the step before: a person would have read it by now
        hand.rest()
