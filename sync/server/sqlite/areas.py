"""Administrative areas."""

from __future__ import annotations

from collections.abc import Iterable

from enumerator.store.feed import AreaBody
from sync.server.sqlite.connecting import Connection


class SqliteAreas:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, areas: Iterable[AreaBody]) -> int:
        changed = 0
        for area in areas:
            cursor = self._connection.execute(
                "INSERT INTO area (code, name, level, parent, bps_code) VALUES (?1, ?2, ?3, ?4, ?5)"
                " ON CONFLICT (code) DO UPDATE SET name = ?2, level = ?3, parent = ?4,"
                " bps_code = coalesce(?5, bps_code)"
                " WHERE (name, level, parent) IS NOT (?2, ?3, ?4)"
                " OR bps_code IS NOT coalesce(?5, bps_code)",
                (area.code, area.name, area.level, area.parent, area.bps_code),
            )
            changed += cursor.rowcount
        return changed

    def get(self, code: str) -> AreaBody | None:
        row = self._connection.execute(
            "SELECT code, name, level, parent, bps_code FROM area WHERE code = ?", (code,)
        ).fetchone()
        if row is None:
            return None
        code, name, level, parent, bps_code = row
        return AreaBody(code=code, name=name, level=level, parent=parent, bps_code=bps_code)
