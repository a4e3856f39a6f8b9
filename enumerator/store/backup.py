"""Two generations of the database beside it, encrypted with the same key.

They help against a bad page, not against a lost laptop: that is the server's and the sealed spool's
part. A new copy is checked before the older one goes.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from pathlib import Path

from enumerator.clock import Clock
from enumerator.errors import KnownError
from enumerator.store.connection import Connections, connect, is_whole
from enumerator.store.durable import sync_folder
from enumerator.store.folders import BACKUP_FOLDER, DAMAGE_MARK
from enumerator.store.settings import StoreSettings

EVERY = timedelta(hours=12)
_LATEST, _PREVIOUS, _FRESH = "latest.db", "previous.db", "fresh.part"


class Backup:
    def __init__(
        self,
        connections: Connections,
        key: bytes,
        folder: Path,
        settings: StoreSettings,
        clock: Clock,
    ) -> None:
        self._connections = connections
        self._key = key
        self._officer_folder = folder
        self._folder = folder / BACKUP_FOLDER
        self._settings = settings
        self._clock = clock

    def make_if_due(self) -> bool:
        """Make one unless there is one of the last twelve hours, or damage was met: a copy tells
        how it stands; whether it did."""
        last = self._settings.get("last_backup_at")
        if last is not None and not self.has_met_damage():
            age = self._clock.now() - datetime.fromisoformat(last.decode())
            if timedelta(0) <= age < EVERY:
                return False
        self.make()
        return True

    def make(self) -> Path:
        """Copy, check, and only then let the older generation go. KnownError ``disk_full``,
        ``damaged_database`` (the copy is not whole; the older ones stay)."""
        self._folder.mkdir(exist_ok=True, mode=0o700)
        fresh, latest = self._folder / _FRESH, self._folder / _LATEST
        fresh.unlink(missing_ok=True)
        try:
            self._connections.copy_to(fresh)
            self._check(fresh)
        except KnownError as error:
            if error.code == "damaged_database":
                self._note_damage()
            raise
        if latest.exists():
            latest.replace(self._folder / _PREVIOUS)
        fresh.replace(latest)
        sync_folder(self._folder)
        with self._connections.writing() as db:
            self._settings.put(db, "last_backup_at", self._clock.now().isoformat().encode())
        self._connections.has_met_damage = False
        forget_damage(self._officer_folder)
        return latest

    def has_met_damage(self) -> bool:
        """Whether something could not be read, now or at an earlier opening, and no copy was
        found whole since. Costs no check."""
        return self._connections.has_met_damage or (self._officer_folder / DAMAGE_MARK).exists()

    def _note_damage(self) -> None:
        """For the next opening, beside the database: a connection that met a bad page writes no
        more."""
        self._connections.has_met_damage = True
        with contextlib.suppress(OSError):  # a disk that takes nothing has told it in other ways
            (self._officer_folder / DAMAGE_MARK).touch()

    def _check(self, path: Path) -> None:
        copy = connect(path, self._key, read_only=True)
        try:
            whole = is_whole(copy)
        finally:
            copy.close()
            for left in (path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
                left.unlink(missing_ok=True)
        if not whole:
            path.unlink()
            raise KnownError(
                "damaged_database",
                "The database has a damaged page. Send what waits to the server, then restore.",
            )


def forget_damage(folder: Path) -> None:
    """All of the database could be read."""
    (folder / DAMAGE_MARK).unlink(missing_ok=True)


def newest_backup(folder: Path, key: bytes) -> Path | None:
    """The newest whole one."""
    for backup in generations(folder):
        if backup.exists() and _is_readable(backup, key):
            return backup
    return None


def generations(folder: Path) -> tuple[Path, ...]:
    """The newer first; whether they are there or not."""
    return tuple(folder / BACKUP_FOLDER / name for name in (_LATEST, _PREVIOUS))


def _is_readable(path: Path, key: bytes) -> bool:
    try:
        copy = connect(path, key, read_only=True)
    except KnownError:
        return False
    try:
        return is_whole(copy)
    finally:
        copy.close()
