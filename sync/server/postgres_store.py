"""The store on PostgreSQL: many writers at once, for more than a few hundred officers.

A writing transaction takes its cases (advisory locks, in one order), then draws its number, which
is its point, and last raises the counters of the streams that it changes (row locks, in one
order). So nobody waits in a circle, and who comes later to a case has the larger point.
"""

from __future__ import annotations

import contextlib
import selectors
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg_pool import ConnectionPool

from sync.server.postgres.backing_up import dump
from sync.server.postgres.batched import BatchedTransaction
from sync.server.postgres.batching import Batch, MoreCasesError, NotInBatchError
from sync.server.postgres.bursting import Answer, Connection, Statement, at_once
from sync.server.postgres.connecting import (
    FamilyLocks,
    begin_writing,
    configure,
    connect,
    is_begun,
    known_faults,
    migrate,
    only,
    parse,
    writing_begun,
)
from sync.server.postgres.loading import to_row
from sync.server.postgres.transactions import PostgresFrameTransaction, PostgresTransaction
from sync.server.rows import CALLER, to_caller
from sync.server.store import KnownCaller, Room, T, Transaction, TryAgainError

_MOST_CONNECTIONS = 16
_TRIES_TOGETHER = 3
_HOME = (
    "SELECT (SELECT system_identifier FROM pg_control_system())"
    " || '/' || (SELECT timeline_id FROM pg_control_checkpoint())"
    " || '/' || (SELECT oid FROM pg_database WHERE datname = current_database())"
)
_LARGEST_POINT = (
    "SELECT greatest((SELECT max(point) FROM custody), (SELECT max(point) FROM assignment),"
    " (SELECT max(assigned_point) FROM field_case),"
    " (SELECT max(self_response_point) FROM field_case), (SELECT max(point) FROM conflict),"
    " (SELECT max(point) FROM media), (SELECT max(point) FROM frame_event),"
    " (SELECT max(point) FROM command), 0)"
)
_ROLLBACK: Statement = ("ROLLBACK", ())
_CALLER = CALLER.format(device="%(device)s", account="%(account)s").replace(
    "d.*, a.*", "row_to_json(d)::text, row_to_json(a)::text"
)


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
            connection_class=Connection,
            kwargs={"autocommit": True},
            min_size=1,
            max_size=_MOST_CONNECTIONS,
            configure=configure,
            check=_check,
            open=True,
        )

    def writing(self) -> AbstractContextManager[PostgresTransaction]:
        return self._writing(alone=False)

    def write(self, work: Callable[[Transaction], T]) -> T:
        fits = True
        more: frozenset[str] = frozenset()
        for _ in range(_TRIES_TOGETHER):
            try:
                with self._batch(more) if fits else self.writing() as transaction:
                    return work(transaction)
            except MoreCasesError as error:
                more |= error.family_ids
            except TryAgainError as error:
                fits = fits and not isinstance(error, NotInBatchError)
        # Two that undo each other would go on doing so.
        with self._writing(alone=True) as transaction:
            return work(transaction)

    @contextlib.contextmanager
    def reading(self, account_id: str | None = None) -> Iterator[PostgresTransaction]:
        begin = [
            ("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ()),
            ("SELECT set_config('enumerator.account', %s, true)", (account_id or "",)),
        ]
        with known_faults(), self._begun(begin) as connection:
            yield PostgresTransaction(connection, None)

    def callers(self, asked: Sequence[tuple[str, str]]) -> list[KnownCaller | None]:
        """One way there and back, without a transaction of ours."""
        statements = [
            (_CALLER, {"device": device_id, "account": account_id})
            for device_id, account_id in asked
        ]
        with self._pool.connection() as connection, known_faults():
            return [_to_caller(answer) for answer in at_once(connection, statements)]

    @contextlib.contextmanager
    def loading(self) -> Iterator[PostgresFrameTransaction]:
        """On a connection of its own, whose temporary tables go with it."""
        with contextlib.closing(connect(self._parameters)) as connection, known_faults():
            yield PostgresFrameTransaction(connection)
            connection.execute("COMMIT")

    @contextlib.contextmanager
    def _writing(self, *, alone: bool) -> Iterator[PostgresTransaction]:
        begin = [("BEGIN", ()), writing_begun(alone=alone)]
        with known_faults(), self._begun(begin) as connection:
            yield PostgresTransaction(connection, FamilyLocks(has_all=alone))

    @contextlib.contextmanager
    def _batch(self, more: Collection[str]) -> Iterator[PostgresTransaction]:
        """NotInBatchError, whatever the database has against it: it may be the batch's way."""
        with self._pool.connection() as connection:
            batch = Batch(connection, more)
            try:
                yield BatchedTransaction(batch)
                batch.commit()
            except BaseException as error:
                if not connection.closed:
                    at_once(connection, [_ROLLBACK])
                if isinstance(error, psycopg.Error):
                    raise NotInBatchError from None
                raise

    @contextlib.contextmanager
    def _begun(self, begin: Sequence[Statement]) -> Iterator[Connection]:
        """A transaction, begun by these statements."""
        with self._pool.connection() as connection:
            try:
                at_once(connection, begin)
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if not connection.closed:
                    at_once(connection, [_ROLLBACK])
                raise

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


def _to_caller(answer: Answer) -> KnownCaller | None:
    if answer.ntuples == 0:
        return None
    device, account, freeze = (answer.get_value(0, place) or b"" for place in range(3))
    return to_caller([*to_row(device), *to_row(account), freeze.decode()])


def is_operation(address: str) -> bool:
    """Whether this database holds one. KnownErrors of ``connecting.parse`` and ``connect``."""
    with contextlib.closing(connect(parse(address))) as connection:
        return is_begun(connection)


def _check(connection: Connection) -> None:
    """What the database has to say to an idle connection is that it ended it; one that is still
    is asked nothing, which would take a way there and back."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        if selector.select(timeout=0):
            ConnectionPool.check_connection(connection)


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
