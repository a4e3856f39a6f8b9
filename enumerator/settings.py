"""The program's settings on this laptop: shared by its officers, no personal data."""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from enumerator.store.durable import write_durably


class Settings(msgspec.Struct, kw_only=True):
    """Empty text means: as the system has it."""

    language: str = ""
    theme: str = ""
    server: str = ""
    time_zone: str = ""
    """IANA name, such as ``Asia/Makassar`` (WITA)."""
    window: dict[str, str] = {}
    """What the window remembers of itself: sizes, columns."""

    def zone(self) -> tzinfo | None:
        """None: the laptop's own zone, also where the name is unknown."""
        if not self.time_zone:
            return None
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            return None


def load_settings(path: Path) -> Settings:
    """A missing or damaged file gives the defaults: settings must never stop an officer."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Settings)
    except (OSError, msgspec.MsgspecError):
        return Settings()


def save_settings(path: Path, settings: Settings) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, msgspec.json.format(msgspec.json.encode(settings)))
