"""Administrative areas."""

from __future__ import annotations

from collections.abc import Iterable

from enumerator.store.feed import AreaBody
from sync.server.postgres.connecting import Connection


class PostgresAreas:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, areas: Iterable[AreaBody]) -> int:
        changed = 0
        for area in areas:
            cursor = self._connection.execute(
                "INSERT INTO area (code, name, level, parent, bps_code) VALUES (%s, %s, %s, %s, %s)"
                " ON CONFLICT (code) DO UPDATE SET name = excluded.name, level = excluded.level,"
                " parent = excluded.parent,"
                " bps_code = coalesce(excluded.bps_code, area.bps_code)"
                " WHERE (area.name, area.level, area.parent)"
                " IS DISTINCT FROM (excluded.name, excluded.level, excluded.parent)"
                " OR area.bps_code IS DISTINCT FROM coalesce(excluded.bps_code, area.bps_code)",
                (area.code, area.name, area.level, area.parent, area.bps_code),
            )
            changed += cursor.rowcount
            if area.level == "province":
                self._connection.execute("SELECT add_region(%s)", (area.code,))
        return changed

    def get(self, code: str) -> AreaBody | None:
        row = self._connection.execute(
            "SELECT code, name, level, parent, bps_code FROM area WHERE code = %s", (code,)
        ).fetchone()
        if row is None:
            return None
        code, name, level, parent, bps_code = row
        return AreaBody(code=code, name=name, level=level, parent=parent, bps_code=bps_code)
