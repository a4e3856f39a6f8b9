"""The down-feed: per account one counter and, for each key, the newest state."""

from __future__ import annotations

from collections.abc import Iterator

from enumerator.store.feed import FeedRow
from sync.server.postgres.connecting import Connection
from sync.server.store import StreamState

_ROWS_AT_ONCE = 64
"""A page ends by its bytes, which only its reader counts."""


class PostgresStreams:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, account_id: str, state: StreamState) -> bool:
        known = self._connection.execute(
            "SELECT gone, reason, body_sha256 FROM stream_row WHERE account_id = %s AND key = %s",
            (account_id, state.key),
        ).fetchone()
        if known == (state.gone, state.reason, state.body_sha256):
            return False
        # The row lock that orders the stream, held until commit.
        self._connection.execute(
            "WITH next AS (UPDATE stream SET counter = counter + 1 WHERE account_id = %s"
            "  RETURNING account_id, counter)"
            " INSERT INTO stream_row"
            " (account_id, key, counter, gone, reason, family_id, body, body_sha256)"
            " SELECT account_id, %s, counter, %s, %s, %s, %s, %s FROM next"
            " ON CONFLICT (account_id, key) DO UPDATE SET counter = excluded.counter,"
            " gone = excluded.gone, reason = excluded.reason, family_id = excluded.family_id,"
            " body = excluded.body, body_sha256 = excluded.body_sha256",
            (
                account_id,
                state.key,
                state.gone,
                state.reason,
                state.family_id,
                state.body,
                state.body_sha256,
            ),
        )
        return True

    def accounts_with(self, key: str) -> list[str]:
        rows = self._connection.execute(
            "SELECT account_id FROM stream_row WHERE key = %s"
            " AND (NOT gone OR body_sha256 IS NOT NULL) ORDER BY account_id",
            (key,),
        )
        return [account_id for (account_id,) in rows]

    def counter(self, account_id: str) -> int:
        row = self._connection.execute(
            "SELECT counter FROM stream WHERE account_id = %s", (account_id,)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def page(self, account_id: str, cursor: int) -> Iterator[FeedRow]:
        while rows := self._connection.execute(
            "SELECT s.key, s.counter, s.gone, s.reason,"
            " coalesce(s.body, c.body, ''::bytea)"
            " FROM stream_row AS s LEFT JOIN field_case AS c USING (family_id)"
            " WHERE s.account_id = %s AND s.counter > %s ORDER BY s.counter LIMIT %s",
            (account_id, cursor, _ROWS_AT_ONCE),
        ).fetchall():
            for key, counter, gone, reason, body in rows:
                yield FeedRow(key=key, counter=counter, gone=gone, reason=reason, body=body)
            cursor = rows[-1][1]

    def live_hashes(self, account_id: str) -> Iterator[tuple[str, bytes]]:
        rows = self._connection.execute(
            "SELECT key, body_sha256 FROM stream_row WHERE account_id = %s AND NOT gone",
            (account_id,),
        )
        return ((key, sha256) for key, sha256 in rows)
