"""What happened to a case on this laptop: ids and codes, append-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec
from sqlite_utils import Database

from enumerator.clock import Clock
from enumerator.model import FamilyId
from enumerator.store.connection import Connections


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """``kind`` is a code (``visit_recorded``, ``interview_finalised``, ``received``,
    ``left_list``, ``returned``, ``register_changed`` …); ``detail`` holds ids, codes, numbers."""

    at: datetime
    kind: str
    detail: dict[str, str]


class History:
    def __init__(self, connections: Connections, clock: Clock) -> None:
        self._connections = connections
        self._clock = clock

    def add(self, db: Database, family_id: str | None, kind: str, **detail: str) -> None:
        """Inside the caller's transaction."""
        db.execute(
            "INSERT INTO history (at, monotonic_ms, family_id, kind, detail)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                self._clock.now().isoformat(),
                self._clock.monotonic_ms(),
                family_id,
                kind,
                msgspec.json.encode(detail).decode(),
            ),
        )

    def of(self, family_id: FamilyId) -> tuple[HistoryEvent, ...]:
        """Oldest first."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT at, kind, detail FROM history WHERE family_id = ? ORDER BY position",
                (family_id,),
            ).fetchall()
        return tuple(
            HistoryEvent(
                datetime.fromisoformat(at), kind, msgspec.json.decode(detail, type=dict[str, str])
            )
            for at, kind, detail in rows
        )
