"""The embedded store: one SQLite file in the server's folder, nothing to install or run.

One writer connection behind a lock, a small pool of readers apart (WAL), every commit synced to
the disk. Other processes (the office commands) write to the same file; SQLite's own lock and a
long busy timeout put them in line.
"""

from __future__ import annotations

import contextlib
import queue
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from sync.server.rows import CALLER, to_caller
from sync.server.sqlite.accounts import SqliteAccounts
from sync.server.sqlite.areas import SqliteAreas
from sync.server.sqlite.cases import SqliteCases
from sync.server.sqlite.claims import SqliteClaims
from sync.server.sqlite.commands import SqliteCommands
from sync.server.sqlite.connecting import Connection, connect, migrate, savepoint, transaction
from sync.server.sqlite.decisions import SqliteDecisions
from sync.server.sqlite.envelopes import SqliteEnvelopes
from sync.server.sqlite.escrows import SqliteEscrows
from sync.server.sqlite.events import SqliteEvents
from sync.server.sqlite.frame import SqliteFrame
from sync.server.sqlite.media import SqliteMedia
from sync.server.sqlite.questionnaires import SqliteQuestionnaires
from sync.server.sqlite.reports import SqliteReports
from sync.server.sqlite.streams import SqliteStreams
from sync.server.store import KnownCaller, Room, T, Transaction, Wanted

_READERS = 4
DATABASE_FILE = "operation.db"
_CALLER = CALLER.format(device=":device", account=":account")


class SqliteTransaction:
    """All groups of rows over one connection that is inside a transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.accounts = SqliteAccounts(connection)
        self.envelopes = SqliteEnvelopes(connection)
        self.cases = SqliteCases(connection)
        self.decisions = SqliteDecisions(connection)
        self.events = SqliteEvents(connection)
        self.streams = SqliteStreams(connection)
        self.areas = SqliteAreas(connection)
        self.questionnaires = SqliteQuestionnaires(connection)
        self.media = SqliteMedia(connection)
        self.commands = SqliteCommands(connection)
        self.claims = SqliteClaims(connection)
        self.escrows = SqliteEscrows(connection)
        self.reports = SqliteReports(connection)

    def savepoint(self) -> AbstractContextManager[None]:
        return savepoint(self._connection)

    def lock_families(self, family_ids: Iterable[str]) -> None:
        """There is one writer: it has them all."""

    def prefetch(self, wanted: Wanted) -> None:
        """A question costs no way here."""

    def last_point(self) -> int:
        point = self.fact("point")
        return point if isinstance(point, int) else 0

    def next_point(self) -> int:
        row = self._connection.execute(
            "INSERT INTO state (name, value) VALUES ('point', 1)"
            " ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value"
        ).fetchone()
        return int(row[0])

    def fact(self, name: str) -> str | int | None:
        row = self._connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return None if row is None else row[0]

    def set_fact(self, name: str, value: str | int) -> None:
        self._connection.execute(
            "INSERT INTO state (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )


class SqliteFrameTransaction(SqliteTransaction):
    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.frame = SqliteFrame(connection)


class SqliteStore:
    """Thread-safe; see :class:`sync.server.store.Store`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer = connect(path)
        migrate(self._writer)
        self._writer_lock = threading.Lock()
        self._readers: queue.LifoQueue[Connection | None] = queue.LifoQueue()
        for _ in range(_READERS):
            self._readers.put(None)  # opened when it is needed

    @contextlib.contextmanager
    def writing(self) -> Iterator[SqliteTransaction]:
        with self._writer_lock, transaction(self._writer, "BEGIN IMMEDIATE"):
            yield SqliteTransaction(self._writer)

    def write(self, work: Callable[[Transaction], T]) -> T:
        with self.writing() as transaction:
            return work(transaction)

    @contextlib.contextmanager
    def reading(self, account_id: str | None = None) -> Iterator[SqliteTransaction]:  # noqa: ARG002
        with self._reader() as reader, transaction(reader, "BEGIN"):
            yield SqliteTransaction(reader)

    @contextlib.contextmanager
    def _reader(self) -> Iterator[Connection]:
        reader = self._readers.get()
        try:
            if reader is None:
                reader = connect(self._path, read_only=True)
            yield reader
        finally:
            self._readers.put(reader)

    def callers(self, asked: Sequence[tuple[str, str]]) -> list[KnownCaller | None]:
        with self._reader() as reader:
            rows = [
                reader.execute(_CALLER, {"device": device_id, "account": account_id}).fetchone()
                for device_id, account_id in asked
            ]
        return [None if row is None else to_caller(row) for row in rows]

    @contextlib.contextmanager
    def loading(self) -> Iterator[SqliteFrameTransaction]:
        connection = connect(self._path)
        try:
            yield SqliteFrameTransaction(connection)
            if connection.in_transaction:
                connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        finally:
            connection.close()

    def backup(self, folder: Path, lineage: str) -> int:
        target = folder / DATABASE_FILE
        source = connect(self._path)
        target.touch(mode=0o600)
        try:
            source.execute("VACUUM INTO ?", (str(target),))
        finally:
            source.close()
        copy = connect(target)
        try:
            with transaction(copy, "BEGIN IMMEDIATE"):
                facts = SqliteTransaction(copy)
                point = facts.last_point()
                facts.set_fact("lineage", lineage)
                facts.set_fact("safe_point", 0)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
        return point

    def room(self) -> Room:
        """The file and its log; the disk that both are on."""
        parts = [self._path, self._path.with_name(f"{self._path.name}-wal")]
        size = sum(part.stat().st_size for part in parts if part.exists())
        return Room(size, shutil.disk_usage(self._path.parent).free)

    def close(self) -> None:
        """Waits for running transactions, then closes; the log is folded into the file."""
        for _ in range(_READERS):
            if reader := self._readers.get():
                reader.close()
        with self._writer_lock:
            self._writer.close()
