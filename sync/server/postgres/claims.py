"""Who was at which door; kept for hours only."""

from __future__ import annotations

from sync.server.postgres.connecting import Connection
from sync.server.store import Claim


class PostgresClaims:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, claim: Claim) -> None:
        self._connection.execute(
            "INSERT INTO claim (family_id, account_id, at_ms) VALUES (%s, %s, %s)"
            " ON CONFLICT (family_id, account_id) DO UPDATE SET at_ms = excluded.at_ms",
            (claim.family_id, claim.account_id, claim.at_ms),
        )

    def at(self, family_id: str, since_ms: int) -> list[Claim]:
        rows = self._connection.execute(
            "SELECT family_id, account_id, at_ms FROM claim WHERE family_id = %s AND at_ms > %s"
            " ORDER BY at_ms DESC, account_id",
            (family_id, since_ms),
        )
        return [Claim(*row) for row in rows]

    def forget(self, before_ms: int) -> None:
        self._connection.execute("DELETE FROM claim WHERE at_ms <= %s", (before_ms,))
