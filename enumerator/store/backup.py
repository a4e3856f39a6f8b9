"""Two generations of the database beside it, encrypted with the same key.

They help against a bad page, not against a lost laptop: that is the server's and the sealed spool's
part. A new copy is checked before the older one goes.
"""

from __future__ import annotations

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from enumerator.clock import Clock
from enumerator.errors import KnownError
from enumerator.store.connection import Connections, connect, is_whole
from enumerator.store.durable import sync_folder
from enumerator.store.folders import BACKUP_FOLDER, DATABASE_FILE
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
        self._folder = folder / BACKUP_FOLDER
        self._settings = settings
        self._clock = clock

    def make_if_due(self) -> bool:
        """Make one unless there is one of the last twelve hours; whether it did."""
        last = self._settings.get("last_backup_at")
        if last is not None:
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
        self._connections.copy_to(fresh)
        self._check(fresh)
        if latest.exists():
            latest.replace(self._folder / _PREVIOUS)
        fresh.replace(latest)
        sync_folder(self._folder)
        with self._connections.writing() as db:
            self._settings.put(db, "last_backup_at", self._clock.now().isoformat().encode())
        return latest

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


def put_back(folder: Path, key: bytes) -> Path:
    """Put the newest whole backup in the place of the database, which is kept beside it under
    another name; that name. KnownError ``no_backup``. The store must not be open.

    What was recorded since is still in the sealed spool; opening the store notices that and
    starts a new incarnation.
    """
    database = folder / DATABASE_FILE
    for name in (_LATEST, _PREVIOUS):
        backup = folder / BACKUP_FOLDER / name
        if backup.exists() and _is_readable(backup, key):
            break
    else:
        raise KnownError("no_backup", "There is no usable backup of this officer's data.")
    fresh = database.with_name(database.name + ".part")
    shutil.copyfile(backup, fresh)
    with fresh.open("rb+") as file:
        os.fsync(file.fileno())
    kept = _free_name(folder)
    for suffix in ("-wal", "-shm", ""):
        part = database.with_name(database.name + suffix)
        if part.exists():
            part.rename(kept.with_name(kept.name + suffix))
    fresh.replace(database)
    sync_folder(folder)
    return kept


def _is_readable(path: Path, key: bytes) -> bool:
    try:
        copy = connect(path, key, read_only=True)
    except KnownError:
        return False
    try:
        return is_whole(copy)
    finally:
        copy.close()


def _free_name(folder: Path) -> Path:
    number = 1
    while (folder / f"damaged-{number}.db").exists():
        number += 1
    return folder / f"damaged-{number}.db"
