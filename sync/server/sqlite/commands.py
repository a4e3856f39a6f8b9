"""Commands to laptops, from issuing to acknowledgement."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from sync.server.sqlite.connecting import Connection
from sync.server.store import CommandRow

_COLUMNS = (
    "command_id, account_id, device_id, command, reason, point, issued_at, payload, signature,"
    " delivered_at, acknowledged_at, status, detail"
)
_SELECT = f"SELECT {_COLUMNS} FROM command"


class SqliteCommands:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, row: CommandRow) -> None:
        self._connection.execute(
            "INSERT INTO command (command_id, account_id, device_id, command, reason, point,"
            " issued_at, payload, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                row.command_id,
                row.account_id,
                row.device_id,
                row.command,
                row.reason,
                row.point,
                row.issued_at,
                row.payload,
                row.signature,
            ),
        )

    def get(self, command_id: str) -> CommandRow | None:
        return self._one(" WHERE command_id = ?", command_id)

    def pending(self, device_id: str) -> list[CommandRow]:
        return self._all(
            " WHERE device_id = ? AND acknowledged_at IS NULL ORDER BY point, command_id",
            device_id,
        )

    def delivered(self, device_id: str, when: str) -> None:
        self._connection.execute(
            "UPDATE command SET delivered_at = ?"
            " WHERE device_id = ? AND acknowledged_at IS NULL AND delivered_at IS NULL",
            (when, device_id),
        )

    def acknowledge(self, command_id: str, status: str, detail: str, when: str) -> None:
        self._connection.execute(
            "UPDATE command SET acknowledged_at = ?, status = ?, detail = ? WHERE command_id = ?",
            (when, status, detail, command_id),
        )

    def last_freeze(self, device_id: str) -> CommandRow | None:
        return self._one(
            " WHERE device_id = ? AND command IN ('freeze', 'unfreeze')"
            " ORDER BY point DESC, command_id DESC LIMIT 1",
            device_id,
        )

    def all(self) -> list[CommandRow]:
        return self._all(" ORDER BY point, command_id")

    def _one(self, rest: str, *values: str) -> CommandRow | None:
        return next(iter(self._all(rest, *values)), None)

    def _all(self, rest: str, *values: str) -> list[CommandRow]:
        return [CommandRow(*row) for row in self._connection.execute(_SELECT + rest, values)]
