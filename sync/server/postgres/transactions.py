"""A transaction that runs its statements one by one, as they come."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator

from sync.server.postgres.accounts import PostgresAccounts
from sync.server.postgres.areas import PostgresAreas
from sync.server.postgres.cases import PostgresCases
from sync.server.postgres.claims import PostgresClaims
from sync.server.postgres.commands import PostgresCommands
from sync.server.postgres.connecting import Connection, FamilyLocks, known_faults, only
from sync.server.postgres.decisions import PostgresDecisions
from sync.server.postgres.envelopes import PostgresEnvelopes
from sync.server.postgres.escrows import PostgresEscrows
from sync.server.postgres.events import PostgresEvents
from sync.server.postgres.frame import PostgresFrame
from sync.server.postgres.loading import POINT_BASE
from sync.server.postgres.media import PostgresMedia
from sync.server.postgres.questionnaires import PostgresQuestionnaires
from sync.server.postgres.reports import PostgresReports
from sync.server.postgres.streams import PostgresStreams
from sync.server.store import Wanted

_NEXT_POINT = f"SELECT pg_current_xact_id()::text::bigint + {POINT_BASE}"
_LAST_POINT = f"SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1 + {POINT_BASE}"


class PostgresTransaction:
    """All groups of rows over one connection that is inside a transaction."""

    def __init__(self, connection: Connection, locks: FamilyLocks | None) -> None:
        self._connection = connection
        self._locks = locks
        self.accounts = PostgresAccounts(connection, is_writing=locks is not None)
        self.envelopes = PostgresEnvelopes(connection)
        self.cases = PostgresCases(connection, locks)
        self.decisions = PostgresDecisions(connection)
        self.events = PostgresEvents(connection)
        self.streams = PostgresStreams(connection)
        self.areas = PostgresAreas(connection)
        self.questionnaires = PostgresQuestionnaires(connection)
        self.media = PostgresMedia(connection, is_writing=locks is not None)
        self.commands = PostgresCommands(connection, is_writing=locks is not None)
        self.claims = PostgresClaims(connection)
        self.escrows = PostgresEscrows(connection, is_writing=locks is not None)
        self.reports = PostgresReports(connection)

    @contextlib.contextmanager
    def savepoint(self) -> Iterator[None]:
        with known_faults(outermost=False), self._connection.transaction():
            yield

    def lock_families(self, family_ids: Iterable[str]) -> None:
        if self._locks is not None:
            for statement in self._locks.statements(family_ids):
                self._connection.execute(*statement)

    def prefetch(self, wanted: Wanted) -> None:
        """Statement by statement, each asks for its own."""

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
        super().__init__(connection, FamilyLocks(has_all=True))
        self.frame = PostgresFrame(connection)
