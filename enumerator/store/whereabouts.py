"""Where is my data: one query, for a family and for all.

An envelope's custody is one thing, what may be shown as received another: an interview is where
its last photo is. Nothing here is ever better than the truth; what is not known is on the laptop.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from enumerator.model import Custody, EnvelopeId, FamilyId
from enumerator.store.connection import Connections

_RECORDS = """
SELECT e.id, e.kind,
    CASE
        WHEN d.custody = 'laptop' THEN iif(c.relayed_at IS NULL, 'laptop', 'relayed')
        WHEN ifnull(m.waiting, 0) > 0 THEN 'laptop'
        WHEN ifnull(m.unsafe, 0) > 0 THEN 'received'
        ELSE d.custody
    END AS place,
    d.status, d.reason, d.set_aside, d.receipt_no, d.received_at, e.created_at,
    c.relayed_at, c.relay_login, ifnull(m.waiting, 0) AS media_waiting
FROM envelope e
JOIN delivery d ON d.envelope_id = e.id
LEFT JOIN carriage c ON c.envelope_id = e.id
LEFT JOIN (
    SELECT envelope_id, count(*) FILTER (WHERE custody = 'laptop') AS waiting,
        count(*) FILTER (WHERE custody <> 'safe') AS unsafe
    FROM envelope_media JOIN media USING (sha256) GROUP BY envelope_id
) m ON m.envelope_id = e.id
"""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where one record is. ``status`` and ``reason``: the server's words, once it has spoken."""

    envelope_id: EnvelopeId
    kind: str
    place: Custody
    status: str
    reason: str
    set_aside: bool
    receipt_no: str | None
    received_at: str | None
    created_at: str
    relayed_at: str | None
    """When a relay signed for it (laptop clock)."""
    relay_login: str | None
    media_waiting: int
    """Photos and sounds of it that the server lacks."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Records by place, each counted once."""

    waiting: int
    """On this laptop, as far as is known; whole or in part."""
    relayed: int
    received: int
    safe: int
    rejected: int
    """Of those that wait: set aside, or refused by id."""
    media_waiting: int
    """Photos and sounds that the server lacks."""


class WhereIsMyData:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def of_family(self, family_id: FamilyId) -> tuple[Whereabouts, ...]:
        """In order of sealing."""
        return self._found(f"{_RECORDS} WHERE e.family_id = ? ORDER BY e.position", family_id)

    def not_received(self) -> tuple[Whereabouts, ...]:
        """Everything that the server does not have whole, in order of sealing."""
        return self._found(f"{_RECORDS} WHERE place IN ('laptop', 'relayed') ORDER BY e.position")

    def totals(self) -> Totals:
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT place, count(*), count(*) FILTER (WHERE receipt_no IS NULL"  # noqa: S608
                f" AND (set_aside OR status = 'id_reuse')) FROM ({_RECORDS}) GROUP BY place"
            ).fetchall()
            waiting = db.execute("SELECT count(*) FROM media WHERE custody = 'laptop'").fetchone()
        count = {Custody(row[0]): row[1] for row in rows}
        return Totals(
            waiting=count.get(Custody.LAPTOP, 0),
            relayed=count.get(Custody.RELAYED, 0),
            received=count.get(Custody.RECEIVED, 0),
            safe=count.get(Custody.SAFE, 0),
            rejected=sum(row[2] for row in rows),
            media_waiting=waiting[0],
        )

    def _found(self, sql: str, *parameters: str) -> tuple[Whereabouts, ...]:
        with self._connections.reading() as db:
            rows: list[tuple[Any, ...]] = db.execute(sql, parameters).fetchall()
        return tuple(_whereabouts(row) for row in rows)


def _whereabouts(row: tuple[Any, ...]) -> Whereabouts:
    id_, kind, place, status, reason, set_aside, *rest = row
    found = (EnvelopeId(id_), kind, Custody(place), status, reason, bool(set_aside), *rest)
    return Whereabouts(*found)
