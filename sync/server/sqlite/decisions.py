"""What supervisors decide, what contradicts each other, and what was begun and not finished."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from collections.abc import Iterator

from sync.server.rows import CONFLICT_COLUMNS, DECISION_COLUMNS, DRAFT_COLUMNS
from sync.server.sqlite.connecting import Connection
from sync.server.store import Conflict, Decision, DraftRow


class SqliteDecisions:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def conflicts(self, family_id: str) -> list[Conflict]:
        rows = self._connection.execute(
            f"SELECT {CONFLICT_COLUMNS} FROM conflict WHERE family_id = ? ORDER BY other_envelope",
            (family_id,),
        )
        return [Conflict(*row) for row in rows]

    def put_conflict(self, conflict: Conflict) -> None:
        self._connection.execute(
            f"INSERT INTO conflict ({CONFLICT_COLUMNS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (family_id, other_envelope) DO UPDATE SET"
            " kept_envelope = excluded.kept_envelope, state = excluded.state,"
            " closed_at = excluded.closed_at, closed_by = excluded.closed_by",
            (
                conflict.family_id,
                conflict.kept,
                conflict.other,
                conflict.opened_at,
                conflict.point,
                conflict.state,
                conflict.closed_at,
                conflict.closed_by,
            ),
        )

    def drop_conflict(self, family_id: str, other: int) -> None:
        self._connection.execute(
            "DELETE FROM conflict WHERE family_id = ? AND other_envelope = ?",
            (family_id, other),
        )

    def all_conflicts(self) -> Iterator[Conflict]:
        rows = self._connection.execute(
            f"SELECT {CONFLICT_COLUMNS} FROM conflict ORDER BY family_id, other_envelope"
        )
        return (Conflict(*row) for row in rows)

    def add(self, decision: Decision) -> None:
        self._connection.execute(
            f"INSERT INTO decision ({DECISION_COLUMNS})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                decision.number,
                decision.family_id,
                decision.kind,
                decision.chosen,
                decision.officer_id,
                decision.incarnation,
                decision.sequence,
                decision.place,
                decision.point,
                decision.version,
                decision.decided_at,
                decision.reason,
                decision.body,
                decision.envelope_id,
            ),
        )

    def of_case(self, family_id: str) -> list[Decision]:
        rows = self._connection.execute(
            f"SELECT {DECISION_COLUMNS} FROM decision WHERE family_id = ? ORDER BY envelope_number",
            (family_id,),
        )
        return [Decision(*row) for row in rows]

    def all(self) -> Iterator[Decision]:
        rows = self._connection.execute(
            f"SELECT {DECISION_COLUMNS} FROM decision ORDER BY envelope_number"
        )
        return (Decision(*row) for row in rows)

    def add_draft(self, draft: DraftRow) -> None:
        self._connection.execute(
            f"INSERT INTO draft ({DRAFT_COLUMNS}) VALUES (?, ?, ?, ?, ?)",
            (draft.number, draft.family_id, draft.officer_id, draft.incarnation, draft.sequence),
        )

    def drafts(self, family_id: str) -> list[DraftRow]:
        rows = self._connection.execute(
            f"SELECT {DRAFT_COLUMNS} FROM draft WHERE family_id = ? ORDER BY envelope_number",
            (family_id,),
        )
        return [DraftRow(*row) for row in rows]
