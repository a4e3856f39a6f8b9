"""The settings file, saved beside the window whenever something in it changes."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec
from PySide6.QtCore import QObject

from enumerator.settings import Settings, load_settings, save_settings
from ui.operations import Operations

_LAST_PROFILE: Final = "last_profile"


class Remembering(QObject):
    """Language, theme, server address and the last account: no personal data."""

    def __init__(self, file: Path, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = file
        self._operations = operations
        self._settings = load_settings(file)

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def last_profile(self) -> str:
        """The folder name of who was last at work."""
        return self._settings.window.get(_LAST_PROFILE, "")

    def remember(self, **changes: str) -> None:
        """Changes fields of :class:`Settings`."""
        self._save(msgspec.structs.replace(self._settings, **changes))

    def remember_profile(self, key: str) -> None:
        window = {**self._settings.window, _LAST_PROFILE: key}
        self._save(msgspec.structs.replace(self._settings, window=window))

    def _save(self, chosen: Settings) -> None:
        if chosen == self._settings:
            return
        self._settings, file = chosen, self._file
        self._operations.run(lambda: save_settings(file, chosen), owner=self)
