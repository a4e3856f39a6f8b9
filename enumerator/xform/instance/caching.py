"""Public lists in a folder of the program's own: imported once, opened in a millisecond.

A file is named ``<owner and list>-<key>-<digest>.list``: the key says what it was made of (the
list's bytes, the columns looked up, this layout), the digest what it has to contain. So a changed
list is another file, and one that is damaged is not taken. It is written aside, brought to the
disk and renamed: half an import is never seen, and several processes may do it at once. Files
are never changed afterwards; those of an earlier state of the same list are removed.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, suppress
from pathlib import Path

from enumerator.xform.instance.reading import Listing
from enumerator.xform.instance.stored import LAYOUT, StoredTable, write_list

KEPT_S = 90 * 24 * 3600
PART_S = 24 * 3600
_MAGIC = b"enumerator list"


class ListCache:
    """``owner``: whose lists they are; another owner's of the same name are left alone."""

    def __init__(self, folder: Path, owner: str) -> None:
        self._folder = folder
        self._owner = owner

    def table(
        self, file: str, data: bytes, look_ups: Collection[str], read: Callable[[], Listing]
    ) -> StoredTable:
        """``read`` is called where the list has to be imported. Raises what it raises, OSError
        or sqlite3.Error where the folder cannot be used, ValueError: beyond a database."""
        stem = _digest(_MAGIC, self._owner.encode(), file.encode())[:16]
        asked = "\n".join(sorted(look_ups)).encode()
        key = _digest(_MAGIC, str(LAYOUT).encode(), asked, data)[:32]
        found = self._open(stem, key)
        if found is None:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._import(f"{stem}-{key}", read(), look_ups)
            found = _connect(path)
            self._tidy(stem, path)
        return found

    def _open(self, stem: str, key: str) -> StoredTable | None:
        for path in self._folder.glob(f"{stem}-{key}-*.list"):
            try:
                if _digest_of(path) == path.stem.rpartition("-")[2]:
                    table = _connect(path)
                    os.utime(path)
                    return table
            except (OSError, sqlite3.Error, ValueError, LookupError, TypeError):
                pass  # it is imported anew
            with suppress(OSError):
                path.unlink()
        return None

    def _import(self, name: str, listing: Listing, look_ups: Collection[str]) -> Path:
        handle, written = tempfile.mkstemp(".part", ".", self._folder)
        os.close(handle)
        part = Path(written)
        try:
            with closing(sqlite3.connect(part, isolation_level=None)) as connection:
                # Nobody else sees the file, and half of it is thrown away: no journal is needed.
                connection.execute("PRAGMA journal_mode = OFF")
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                write_list(connection, listing, look_ups)
            path = self._folder / f"{name}-{_digest_of(part)}.list"
            _flush(part)
            part.replace(path)
            _flush(self._folder)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
        return path

    def _tidy(self, stem: str, current: Path) -> None:
        """Removes earlier states of the list, what nobody has opened for long, and what imports
        that were killed left behind."""
        with suppress(OSError):
            now = current.stat().st_mtime
            for path, age_s in _ages(self._folder, now):
                ours = path.name.startswith(f"{stem}-")
                limit_s = PART_S if path.suffix == ".part" else KEPT_S
                if path != current and (ours or age_s > limit_s):
                    with suppress(OSError):  # another process may have it open
                        path.unlink()


def _ages(folder: Path, now: float) -> Iterator[tuple[Path, float]]:
    for path in folder.iterdir():
        if path.suffix in (".list", ".part"):
            with suppress(OSError):
                yield path, now - path.stat().st_mtime


def _digest(*parts: bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.hexdigest()


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:32]


def _connect(path: Path) -> StoredTable:
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro&immutable=1",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
    )
    try:
        return StoredTable(connection)
    except BaseException:
        connection.close()
        raise


def _flush(path: Path) -> None:
    """To the disk; a folder where the system can do that."""
    try:
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    except PermissionError:
        if path.is_dir():
            return
        raise
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
