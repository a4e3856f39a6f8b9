"""The store on PostgreSQL: many writers at once, for more than a few hundred officers.

A writing transaction takes its cases (advisory locks, in one order), then draws its number, which
is its point, and last raises the counters of the streams that it changes (row locks, in one
order). So nobody waits in a circle, and who comes later to a case has the larger point.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from sync.server.postgres.accounts import PostgresAccounts
from sync.server.postgres.areas import PostgresAreas
from sync.server.postgres.backing_up import dump
from sync.server.postgres.cases import PostgresCases
from sync.server.postgres.connecting import (
    Connection,
    FamilyLocks,
    begin_writing,
    configure,
    connect,
    is_begun,
    known_faults,
    migrate,
    only,
    parse,
)
from sync.server.postgres.envelopes import PostgresEnvelopes
from sync.server.postgres.frame import PostgresFrame
from sync.server.postgres.media import PostgresMedia
from sync.server.postgres.questionnaires import PostgresQuestionnaires
from sync.server.postgres.streams import PostgresStreams
from sync.server.store import Room, T, Transaction, TryAgainError

_MOST_CONNECTIONS = 16
_TRIES_TOGETHER = 3
_BASE = "coalesce((SELECT number FROM state WHERE name = 'point_base'), 0)"
_NEXT_POINT = f"SELECT pg_current_xact_id()::text::bigint + {_BASE}"
_LAST_POINT = f"SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1 + {_BASE}"
_HOME = (
    "SELECT (SELECT system_identifier FROM pg_control_system())"
    " || '/' || (SELECT timeline_id FROM pg_control_checkpoint())"
    " || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_LARGEST_POINT = (
    "SELECT greatest((SELECT max(point) FROM envelope), (SELECT max(point) FROM assignment),"
    " (SELECT max(assigned_point) FROM field_case),"
    " (SELECT max(self_response_point) FROM field_case), (SELECT max(point) FROM conflict),"
    " (SELECT max(point) FROM media), 0)"
)


class PostgresTransaction:
    """All groups of rows over one connection that is inside a transaction."""

    def __init__(self, connection: Connection, locks: FamilyLocks | None) -> None:
        self._connection = connection
        self._locks = locks
        self.accounts = PostgresAccounts(connection, is_writing=locks is not None)
        self.envelopes = PostgresEnvelopes(connection)
        self.cases = PostgresCases(connection, locks)
        self.streams = PostgresStreams(connection)
        self.areas = PostgresAreas(connection)
        self.questionnaires = PostgresQuestionnaires(connection)
        self.media = PostgresMedia(connection, is_writing=locks is not None)

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        with known_faults(outermost=False), self._connection.transaction():
            yield

    def lock_families(self, family_ids: Iterable[str]) -> None:
        if self._locks is not None:
            self._locks.take(family_ids)

    def next_point(self) -> int:
        return only(self._connection.execute(_NEXT_POINT))

    def last_point(self) -> int:
        return only(self._connection.execute(_LAST_POINT))

    def fact(self, name: str) -> str | int | None:
        row = self._connection.execute(
            "SELECT number, text FROM state WHERE name = %s", (name,)
        ).fetchone()
        if row is None:
            return None
        number, text = row
        return str(text) if number is None else int(number)

    def set_fact(self, name: str, value: str | int) -> None:
        number, text = (value, None) if isinstance(value, int) else (None, value)
        self._connection.execute(
            "INSERT INTO state (name, number, text) VALUES (%s, %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET number = excluded.number, text = excluded.text",
            (name, number, text),
        )


class PostgresFrameTransaction(PostgresTransaction):
    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, FamilyLocks(connection, has_all=True))
        self.frame = PostgresFrame(connection)


class PostgresStore:
    """Thread-safe; see :class:`sync.server.store.Store`."""

    def __init__(self, address: str) -> None:
        """Makes or migrates the tables. KnownErrors of ``connecting.parse``, ``connect`` and
        ``migrate``."""
        self._parameters = parse(address)
        with contextlib.closing(connect(self._parameters)) as connection:
            migrate(connection)
            _notice_restore(connection)
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            make_conninfo(**self._parameters),
            kwargs={"autocommit": True},
            min_size=1,
            max_size=_MOST_CONNECTIONS,
            configure=configure,
            check=ConnectionPool.check_connection,
            open=True,
        )

    def writing(self) -> AbstractContextManager[PostgresTransaction]:
        return self._writing(alone=False)

    def write(self, work: Callable[[Transaction], T]) -> T:
        for _ in range(_TRIES_TOGETHER):
            with contextlib.suppress(TryAgainError), self.writing() as transaction:
                return work(transaction)
        # Two that undo each other would go on doing so.
        with self._writing(alone=True) as transaction:
            return work(transaction)

    @contextlib.contextmanager
    def reading(self, account_id: str | None = None) -> Iterator[PostgresTransaction]:
        with self._pool.connection() as connection, known_faults(), connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute(
                "SELECT set_config('enumerator.account', %s, true)", (account_id or "",)
            )
            yield PostgresTransaction(connection, None)

    @contextlib.contextmanager
    def loading(self) -> Iterator[PostgresFrameTransaction]:
        """On a connection of its own, whose temporary tables go with it."""
        with contextlib.closing(connect(self._parameters)) as connection, known_faults():
            yield PostgresFrameTransaction(connection)
            connection.execute("COMMIT")

    @contextlib.contextmanager
    def _writing(self, *, alone: bool) -> Iterator[PostgresTransaction]:
        with self._pool.connection() as connection, known_faults(), connection.transaction():
            begin_writing(connection, alone=alone)
            yield PostgresTransaction(connection, FamilyLocks(connection, has_all=alone))

    def backup(self, folder: Path, lineage: str) -> int:  # noqa: ARG002
        """A dump for ``pg_restore``; where it is restored a new lineage begins by itself."""
        return dump(self._parameters, folder)

    def room(self) -> Room:
        with self._pool.connection() as connection, known_faults():
            size = only(connection.execute("SELECT pg_database_size(current_database())"))
        return Room(size, None)

    def close(self) -> None:
        """Waits for running transactions."""
        self._pool.close()


def is_operation(address: str) -> bool:
    """Whether this database holds one. KnownErrors of ``connecting.parse`` and ``connect``."""
    with contextlib.closing(connect(parse(address))) as connection:
        return is_begun(connection)


def _notice_restore(connection: Connection) -> None:
    """Another cluster, timeline or database than the last time: these rows were restored, and
    what came after them is lost. A new lineage tells the laptops; points go on from the largest."""
    with connection.transaction():
        begin_writing(connection, alone=True)
        facts = PostgresTransaction(connection, None)
        row = connection.execute(_HOME).fetchone()
        home = "" if row is None else str(row[0])
        before = facts.fact("home")
        if before == home:
            return
        if before is not None:
            connection.execute("DELETE FROM state WHERE name IN ('lineage', 'safe_point')")
            facts.set_fact("point_base", only(connection.execute(_LARGEST_POINT)))
        facts.set_fact("home", home)
