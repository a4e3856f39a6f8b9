"""The language and the colours of the whole program, remembered for the next start."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QApplication

from ui import language, theme
from ui.language import Language
from ui.remembering import Remembering
from ui.theme import ThemeName

_THEMES: Final = (ThemeName.LIGHT, ThemeName.DARK, ThemeName.SUNLIGHT)


class Appearance:
    def __init__(self, remembering: Remembering) -> None:
        self._remembering = remembering

    def switch_language(self) -> None:
        """To the other one."""
        is_indonesian = language.current() is Language.INDONESIAN
        self.set_language(Language.ENGLISH if is_indonesian else Language.INDONESIAN)

    def set_language(self, chosen: Language) -> None:
        """Says everything in another language, at once."""
        app = QApplication.instance()
        if app is not None:
            language.install(app, chosen)
            self._remembering.remember(language=chosen.value)

    def switch_theme(self) -> None:
        """To the next one."""
        place = _THEMES.index(theme.colours().name)
        self.set_theme(_THEMES[(place + 1) % len(_THEMES)])

    def set_theme(self, chosen: ThemeName) -> None:
        """Dresses everything anew, at once."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.install(app, chosen)
            self._remembering.remember(theme=chosen.value)
