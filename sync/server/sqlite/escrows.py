"""Escrows of laptops' keys, and what let an officer in again."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from sync.server.rows import ACT_COLUMNS, ESCROW_COLUMNS, to_act, to_escrow
from sync.server.sqlite.connecting import Connection
from sync.server.store import ActRow, EscrowRow


class SqliteEscrows:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, row: EscrowRow) -> None:
        self._connection.execute(
            f"INSERT INTO escrow ({ESCROW_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (device_id) DO UPDATE SET mark = excluded.mark,"
            " sealed = excluded.sealed, stored_at = excluded.stored_at,"
            " recovered = excluded.recovered",
            (
                row.device_id,
                row.account_id,
                row.mark,
                row.sealed,
                row.stored_at,
                row.recovered,
            ),
        )

    def get(self, device_id: str) -> EscrowRow | None:
        row = self._connection.execute(
            f"SELECT {ESCROW_COLUMNS} FROM escrow WHERE device_id = ?", (device_id,)
        ).fetchone()
        return None if row is None else to_escrow(row)

    def drop(self, device_id: str) -> None:
        self._connection.execute("DELETE FROM escrow WHERE device_id = ?", (device_id,))

    def note(self, act: ActRow) -> None:
        self._connection.execute(
            f"INSERT INTO office_act ({ACT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                act.at,
                act.act,
                act.account_id,
                act.device_id,
                act.by_user,
                act.reference,
                act.detail,
            ),
        )

    def acts(self) -> list[ActRow]:
        rows = self._connection.execute(f"SELECT {ACT_COLUMNS} FROM office_act ORDER BY number")
        return [to_act(row) for row in rows]
