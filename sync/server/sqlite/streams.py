"""The down-feed: per account one counter and, for each key, the newest state."""

from __future__ import annotations

from collections.abc import Iterator

from enumerator.store.feed import FeedRow
from sync.server.sqlite.connecting import Connection
from sync.server.store import StreamState


class SqliteStreams:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, account_id: str, state: StreamState) -> bool:
        known = self._connection.execute(
            "SELECT gone, reason, body_sha256 FROM stream_row WHERE account_id = ? AND key = ?",
            (account_id, state.key),
        ).fetchone()
        if known == (state.gone, state.reason, state.body_sha256):
            return False
        # The row lock that orders the stream; here the whole transaction is one.
        (counter,) = self._connection.execute(
            "UPDATE account SET counter = counter + 1 WHERE account_id = ? RETURNING counter",
            (account_id,),
        ).fetchone()
        self._connection.execute(
            "INSERT INTO stream_row"
            " (account_id, key, counter, gone, reason, family_id, body, body_sha256)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
            " ON CONFLICT (account_id, key) DO UPDATE SET counter = ?3, gone = ?4, reason = ?5,"
            " family_id = ?6, body = ?7, body_sha256 = ?8",
            (
                account_id,
                state.key,
                counter,
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
            "SELECT account_id FROM stream_row WHERE key = ?"
            " AND (NOT gone OR body_sha256 IS NOT NULL) ORDER BY account_id",
            (key,),
        )
        return [account_id for (account_id,) in rows]

    def counter(self, account_id: str) -> int:
        row = self._connection.execute(
            "SELECT counter FROM account WHERE account_id = ?", (account_id,)
        ).fetchone()
        return 0 if row is None else int(row[0])

    def page(self, account_id: str, cursor: int) -> Iterator[FeedRow]:
        rows = self._connection.execute(
            "SELECT s.key, s.counter, s.gone, s.reason,"
            " coalesce(s.body, c.body, x'')"
            " FROM stream_row AS s LEFT JOIN field_case AS c USING (family_id)"
            " WHERE s.account_id = ? AND s.counter > ? ORDER BY s.counter",
            (account_id, cursor),
        )
        for key, counter, gone, reason, body in rows:
            yield FeedRow(key=key, counter=counter, gone=bool(gone), reason=reason, body=body)

    def live_hashes(self, account_id: str) -> Iterator[tuple[str, bytes]]:
        yield from self._connection.execute(
            "SELECT key, body_sha256 FROM stream_row WHERE account_id = ? AND NOT gone",
            (account_id,),
        )
