"""What laptops last said of themselves."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from sync.server.postgres.connecting import Connection
from sync.server.rows import (
    REPORT_CHANGES,
    REPORT_COLUMNS,
    STANDINGS,
    report_values,
    to_report,
    to_standing,
)
from sync.server.store import LaptopReport, LaptopStanding

_REPORT = f"SELECT {REPORT_COLUMNS} FROM laptop_report"
_PUT = (
    f"INSERT INTO laptop_report ({REPORT_COLUMNS})"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    f" ON CONFLICT (device_id) DO UPDATE SET {REPORT_CHANGES}"
)
_HELD = (
    "SELECT count(DISTINCT e.sequence) FROM custody AS e"
    " WHERE hashtextextended(e.incarnation, 0) = hashtextextended(r.incarnation, 0)"
    " AND e.incarnation = r.incarnation AND e.device_id = r.device_id"
    " AND e.sequence BETWEEN 1 AND r.chain_length AND e.reason <> 'bad_signature'"
)
_STANDINGS = STANDINGS.format(held=_HELD)


class PostgresReports:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, report: LaptopReport) -> None:
        self._connection.execute(_PUT, report_values(report))

    def get(self, device_id: str) -> LaptopReport | None:
        row = self._connection.execute(f"{_REPORT} WHERE device_id = %s", (device_id,)).fetchone()
        return None if row is None else to_report(row)

    def latest(self, account_id: str) -> LaptopReport | None:
        row = self._connection.execute(
            f"{_REPORT} WHERE account_id = %s ORDER BY at DESC, device_id LIMIT 1", (account_id,)
        ).fetchone()
        return None if row is None else to_report(row)

    def standings(self) -> list[LaptopStanding]:
        return [to_standing(row) for row in self._connection.execute(_STANDINGS)]
