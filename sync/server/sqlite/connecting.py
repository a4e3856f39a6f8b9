"""Connections: sqlcipher3's own SQLite, because the standard library's is often too old.

Before 3.51.3 a checkpoint could reset the write-ahead log under a reader (the WAL-reset bug).
The server's database is not encrypted: its disk is the office's to protect.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import sqlcipher3

from enumerator.errors import KnownError
from sync.server.store import no_space, store_fault

OLDEST_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 60_000
"""Longer than the slowest office transaction, a whole province's frame."""

Connection = Any
"""A ``sqlcipher3.Connection``; the package ships no types."""

IntegrityError: type[Exception] = sqlcipher3.IntegrityError


def connect(path: Path, *, read_only: bool = False) -> Connection:
    """Autocommit: transactions are begun and ended explicitly. Usable from any one thread at a
    time. KnownError ``sqlite_too_old``."""
    if sqlcipher3.sqlite_version_info < OLDEST_SQLITE:
        raise KnownError(
            "sqlite_too_old",
            f"The sqlcipher3 package carries SQLite {sqlcipher3.sqlite_version}; "
            "3.51.3 or newer is needed. Update it: python -m pip install -U sqlcipher3",
        )
    if not read_only:
        path.touch(mode=0o600)  # the log files take over the database's mode
    connection = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -32000")
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


@contextlib.contextmanager
def transaction(connection: Connection, begin: str) -> Iterator[None]:
    """StoreFailedError when the disk is full or broken."""
    with disk_faults():
        connection.execute(begin)
        try:
            yield
            connection.execute("COMMIT")
        except BaseException:  # a COMMIT may fail too, on a full disk
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


@contextlib.contextmanager
def savepoint(connection: Connection) -> Iterator[None]:
    """Undone when the block raises, unless SQLite has undone the whole transaction already, as
    it may when the disk is full."""
    with disk_faults():
        connection.execute("SAVEPOINT inner")
        try:
            yield
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK TO inner")
                connection.execute("RELEASE inner")
            raise
        connection.execute("RELEASE inner")


@contextlib.contextmanager
def disk_faults() -> Iterator[None]:
    """SQLite's words for a full or broken disk as ours."""
    try:
        yield
    except sqlcipher3.OperationalError as error:
        words = str(error)
        if "full" in words:
            raise no_space() from error
        if "disk I/O error" in words or "readonly database" in words:
            raise store_fault() from error
        raise


def migrate(connection: Connection) -> None:
    """Apply the numbered SQL files that this database lacks, each in one transaction.

    KnownError ``newer_database`` when a later program already changed it.
    """
    files = sorted(
        (entry for entry in resources.files("sync.server.migrations").iterdir()),
        key=lambda entry: entry.name,
    )
    scripts = {int(entry.name[:4]): entry for entry in files if entry.name.endswith(".sql")}
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > max(scripts):
        raise KnownError(
            "newer_database",
            "This folder was used by a newer version of the program. Update this one first.",
        )
    for number, entry in scripts.items():
        if number <= version:
            continue
        with transaction(connection, "BEGIN IMMEDIATE"):
            (version_now,) = connection.execute("PRAGMA user_version").fetchone()
            if version_now >= number:  # another process was faster
                continue
            for statement in statements(entry.read_text(encoding="utf-8")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


def statements(script: str) -> Iterator[str]:
    """Split at the semicolons that end a statement; those inside triggers do not."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlcipher3.complete_statement(pending):
            yield pending
            pending = ""
