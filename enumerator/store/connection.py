"""SQLCipher connections: one writer behind a lock, readers apart.

``journal_mode=WAL`` with ``synchronous=FULL`` is what keeps an acknowledged answer through a
power cut (NORMAL loses it); ``temp_store=MEMORY`` keeps sorted personal data off the disk.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3
import sqlite_utils

from enumerator.errors import BugError, KnownError
from enumerator.store.durable import Ballast, disk_full

LEAST_SQLITE = (3, 51, 3)
"""Older ones can reset the WAL under a reader (the WAL-reset bug) and lose a commit."""
_IDLE_READERS_KEPT = 4
_PRAGMAS = (
    "cipher_log_level=NONE",  # what it finds comes as an exception; its own lines go to a terminal
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "temp_store=MEMORY",
    "secure_delete=FAST",
    "busy_timeout=5000",
    "cache_size=-16000",
)


def check_sqlite_version(version: tuple[int, ...] | None = None) -> None:
    """KnownError ``old_sqlite`` when the library is older than :data:`LEAST_SQLITE`."""
    found = version or tuple(sqlcipher3.sqlite_version_info)
    if found < LEAST_SQLITE:
        raise KnownError(
            "old_sqlite",
            "This program needs SQLite 3.51.3 or newer inside sqlcipher3; "
            "install the package sqlcipher3 0.6.4 or newer.",
            found=".".join(map(str, found)),
        )


def connect(path: Path, key: bytes, *, read_only: bool = False) -> sqlite_utils.Database:
    """A keyed connection. KnownError ``damaged_database`` when the file is not this key's."""
    check_sqlite_version()
    if len(key) != 32:
        raise BugError("a database key has 32 bytes")
    connection = sqlcipher3.connect(str(path), check_same_thread=False, timeout=5.0)
    try:
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if read_only:
            connection.execute("PRAGMA query_only=ON")
        # Plugins of sqlite-utils would run foreign code on the decrypted database.
        return sqlite_utils.Database(connection, execute_plugins=False)
    except sqlcipher3.DatabaseError as error:
        connection.close()
        raise damaged() from error


class Connections:
    """All connections to one database file; usable from any thread."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._lock = threading.RLock()
        self._depth = 0
        self._owner = 0
        self._idle: list[sqlite_utils.Database] = []
        self._idle_lock = threading.Lock()
        self._closed = False
        self.has_met_damage = False
        """Something could not be read since the database was opened."""
        self._ballast = Ballast(path.parent)
        self._gave_ballast = False
        self._writer = connect(path, key)
        self._ballast.load()

    @contextmanager
    def writing(self) -> Iterator[sqlite_utils.Database]:
        """One transaction: all or nothing. A nested call joins the outer one."""
        with self._lock:
            if self._closed:
                raise BugError("the store is closed")
            if self._depth:
                self._depth += 1
                try:
                    yield self._writer
                finally:
                    self._depth -= 1
                return
            try:
                self._writer.execute("BEGIN IMMEDIATE")
                self._depth = 1
                self._owner = threading.get_ident()
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException as error:
                _roll_back(self._writer)
                if isinstance(error, sqlcipher3.DatabaseError):
                    raise self._known(error) from error
                raise
            finally:
                self._depth = 0
                self._owner = 0
            if self._gave_ballast:
                self._gave_ballast = not self._ballast.load_if_roomy()

    @contextmanager
    def reading(self) -> Iterator[sqlite_utils.Database]:
        """A reader's connection; inside the same thread's transaction, the writer's, so that a
        transaction reads what it wrote."""
        if self._owner == threading.get_ident():
            yield self._writer
            return
        reader = self._take_reader()
        try:
            yield reader
        except sqlcipher3.DatabaseError as error:
            reader.close()  # one that met a bad page reads no other either
            raise self._known(error) from error
        except BaseException:
            self._give_back(reader)
            raise
        self._give_back(reader)

    def copy_to(self, path: Path) -> None:
        """A compact copy of the last commit under the same key; writers wait meanwhile."""
        with self._lock:
            try:
                self._writer.execute("VACUUM INTO ?", (str(path),))
            except sqlcipher3.DatabaseError as error:
                path.unlink(missing_ok=True)
                raise self._known(error) from error
        with path.open("rb+") as file:
            os.fsync(file.fileno())

    def is_whole(self) -> bool:
        """See :func:`is_whole`. The log is folded in first: after a power cut in the midst of a
        checkpoint the file's own pages may be torn while the log still has every one of them."""
        with self._lock:
            try:
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            except sqlcipher3.DatabaseError:
                return False
            return is_whole(self._writer)

    def _known(self, error: Exception) -> Exception:
        """The error as the user can act on it, where he can. A full disk gets its ballast."""
        words = str(error)
        if "full" in words:
            self._ballast.drop()
            self._gave_ballast = True
            return disk_full()
        if "disk I/O error" in words or "unable to open" in words:
            return KnownError(
                "disk_fault",
                "The disk does not do what it is told. Save no more on it: let the program send "
                "what waits, or copy its folder to a stick.",
            )
        if "malformed" in words or "not a database" in words:
            self.has_met_damage = True
            return damaged()
        return error

    def close(self) -> None:
        with self._lock, self._idle_lock:
            if self._closed:
                return
            self._closed = True
            for reader in self._idle:
                reader.close()
            self._idle.clear()
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.close()

    def _take_reader(self) -> sqlite_utils.Database:
        with self._idle_lock:
            if self._closed:
                raise BugError("the store is closed")
            if self._idle:
                return self._idle.pop()
        return connect(self._path, self._key, read_only=True)

    def _give_back(self, reader: sqlite_utils.Database) -> None:
        with self._idle_lock:
            if not self._closed and len(self._idle) < _IDLE_READERS_KEPT:
                self._idle.append(reader)
                return
        reader.close()


def is_whole(db: sqlite_utils.Database) -> bool:
    """Whether every page of the file, the log apart, matches its authentication code and SQLite
    finds no fault."""
    try:
        damaged = db.execute("PRAGMA cipher_integrity_check").fetchall()
        return not damaged and db.execute("PRAGMA quick_check").fetchone()[0] == "ok"
    except sqlcipher3.DatabaseError:
        return False


def damaged() -> KnownError:
    """``damaged_database``, to be raised."""
    return KnownError(
        "damaged_database",
        "The database cannot be read: it is damaged or belongs to another key. "
        "Do not delete the folder; its sealed copies still hold the finished work.",
    )


def _roll_back(db: sqlite_utils.Database) -> None:
    try:
        db.rollback()
    except sqlcipher3.OperationalError:
        # A full disk or a broken page may have ended the transaction already.
        if db.conn.in_transaction:
            raise


def insert_sql(table: str, columns: Sequence[str]) -> str:
    """An INSERT with one ``?`` a column. Names are the program's own, never input."""
    return (
        f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608 (our own names)
        f" VALUES ({', '.join('?' * len(columns))})"
    )


def upsert_sql(table: str, key: str, columns: Sequence[str]) -> str:
    """As :func:`insert_sql`; a row with the same ``key`` is updated in place."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name != key)
    return f"{insert_sql(table, columns)} ON CONFLICT ({key}) DO UPDATE SET {changes}"


def one(db: sqlite_utils.Database, sql: str, parameters: Any = ()) -> tuple[Any, ...] | None:
    """The first row, or None."""
    row = db.execute(sql, parameters).fetchone()
    return None if row is None else tuple(row)
