"""Photos and sounds that envelopes name: where each one is, and its way to the server.

Their bytes lie with their interview's attachments and are never deleted here. Custody ends as for
envelopes: with a receipt whose signature, hash, size and lineage hold, and with nothing else.
"""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from enumerator.model import EnvelopeId
from enumerator.store.cases import CaseBoard
from enumerator.store.connection import Connections, one
from enumerator.store.enrolment import Enrolment
from enumerator.store.receipt import MediaReceiptPayload, Receipt, verified_media
from enumerator.store.settings import StoreSettings

TRIES_BEFORE_SET_ASIDE = 3
_BLANK = (
    "custody = 'laptop', held_bytes = 0, tries = 0, set_aside = 0, reason = '',"
    " received_at = NULL, point = NULL, lineage = NULL,"
    " receipt_payload = NULL, receipt_signature = NULL"
)
_UNSENT = "custody = 'laptop' AND set_aside = 0"


@dataclass(frozen=True, slots=True)
class WaitingMedia:
    """``held_bytes``: what the server held when it was last heard of, a hint."""

    sha256: str
    size_bytes: int
    held_bytes: int


@dataclass(frozen=True, slots=True)
class MediaSummary:
    """By custody; ``set_aside`` are among the waiting ones."""

    waiting: int
    waiting_bytes: int
    """Still to be sent."""
    received: int
    safe: int
    set_aside: int


class Media:
    def __init__(
        self,
        connections: Connections,
        enrolment: Enrolment,
        settings: StoreSettings,
        board: CaseBoard,
    ) -> None:
        self._connections = connections
        self._enrolment = enrolment
        self._settings = settings
        self._board = board

    # ------------------------------------------------------------------ sending

    def waiting(self, limit: int = 512) -> list[WaitingMedia]:
        """What goes next: those that failed go last, else in the order of their envelopes. One
        set aside goes no more (:meth:`retry_set_aside`)."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT sha256, size_bytes, held_bytes FROM media"
                f" WHERE {_UNSENT} ORDER BY tries, position LIMIT ?",
                (limit,),
            ).fetchall()
        return [WaitingMedia(*row) for row in rows]

    def content(self, sha256: str) -> bytes | None:
        """None when no attachment has this content, be it that a bad page spoiled it."""
        with self._connections.reading() as db:
            row = one(db, "SELECT content FROM attachment WHERE sha256 = ? LIMIT 1", (sha256,))
        content = None if row is None else bytes(row[0])
        if content is None or hashlib.sha256(content).hexdigest() != sha256:
            return None
        return content

    def note_held(self, sha256: str, held_bytes: int) -> None:
        """How far the server is: where the next session begins, should it not be asked."""
        with self._connections.writing() as db:
            db.execute(
                "UPDATE media SET held_bytes = min(max(0, ?), size_bytes)"
                " WHERE sha256 = ? AND custody = 'laptop'",
                (held_bytes, sha256),
            )

    def end_custody(self, sha256: str, receipt: Receipt) -> bool:
        """Whether the receipt holds; one that does not changes nothing."""
        payload = verified_media(receipt, self._enrolment.server_receipt_key)
        if payload is None:
            return False
        with self._connections.writing() as db:
            row = one(db, "SELECT size_bytes, custody FROM media WHERE sha256 = ?", (sha256,))
            if row is None or not self._fits(payload, sha256, row[0]):
                return False
            if row[1] == "laptop":
                db.execute(
                    "UPDATE media SET custody = 'received', held_bytes = size_bytes,"
                    " set_aside = 0, reason = '', received_at = ?, point = ?, lineage = ?,"
                    " receipt_payload = ?, receipt_signature = ? WHERE sha256 = ?",
                    (
                        payload.received_at,
                        payload.point,
                        payload.lineage,
                        receipt.payload,
                        receipt.signature,
                        sha256,
                    ),
                )
                self._board.refresh(db, families_of(db, sha256))
        return True

    def record_failure(self, sha256: str, reason: str) -> None:
        """It could not be delivered for a reason that may be its own."""
        self._fail(sha256, reason, 1)

    def set_aside(self, sha256: str, reason: str) -> None:
        """It cannot be delivered as it is."""
        self._fail(sha256, reason, TRIES_BEFORE_SET_ASIDE)

    def retry_set_aside(self) -> int:
        """Send everything that was set aside once more; how many."""
        with self._connections.writing() as db:
            return int(
                db.execute(
                    "UPDATE media SET set_aside = 0, tries = 0, reason = ''"
                    " WHERE set_aside = 1 AND custody = 'laptop'"
                ).rowcount
            )

    # ------------------------------------------------------------------ looking

    def summary(self) -> MediaSummary:
        with self._connections.reading() as db:
            row = one(
                db,
                "SELECT count(*) FILTER (WHERE custody = 'laptop'),"
                " ifnull(sum(size_bytes - held_bytes) FILTER (WHERE custody = 'laptop'), 0),"
                " count(*) FILTER (WHERE custody = 'received'),"
                " count(*) FILTER (WHERE custody = 'safe'),"
                " count(*) FILTER (WHERE custody = 'laptop' AND set_aside = 1) FROM media",
            )
        return MediaSummary(*row) if row else MediaSummary(0, 0, 0, 0, 0)

    def waiting_names(self) -> list[str]:
        """SHA-256 of everything that the server has not received, set aside or not."""
        with self._connections.reading() as db:
            rows = db.execute("SELECT sha256 FROM media WHERE custody = 'laptop'").fetchall()
        return [row[0] for row in rows]

    def unspooled(self, spooled: frozenset[str]) -> list[EnvelopeId]:
        """Envelopes that name something which no backup of the server covers and which is not
        among ``spooled``."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT envelope_id, sha256 FROM envelope_media JOIN media USING (sha256)"
                " WHERE custody <> 'safe'"
            ).fetchall()
        return sorted({EnvelopeId(id_) for id_, sha256 in rows if sha256 not in spooled})

    def _fail(self, sha256: str, reason: str, tries: int) -> None:
        with self._connections.writing() as db:
            db.execute(
                "UPDATE media SET tries = tries + ?1, set_aside = (tries + ?1 >= ?2), reason = ?3"
                " WHERE sha256 = ?4 AND custody = 'laptop'",
                (tries, TRIES_BEFORE_SET_ASIDE, reason, sha256),
            )

    def _fits(self, payload: MediaReceiptPayload, sha256: str, size_bytes: int) -> bool:
        return (payload.sha256, payload.size_bytes, payload.lineage) == (
            sha256,
            size_bytes,
            self._settings.lineage(),
        )


def families_of(db: Database, sha256: str = "") -> list[str]:
    """Whose envelopes name this photo; any photo, when none is given."""
    rows = db.execute(
        "SELECT DISTINCT e.family_id FROM envelope_media m JOIN envelope e ON e.id = m.envelope_id"
        " WHERE e.family_id IS NOT NULL AND (? = '' OR m.sha256 = ?)",
        (sha256, sha256),
    ).fetchall()
    return [row[0] for row in rows]


def name(db: Database, envelope_id: str, sha256s: Iterable[str]) -> None:
    """This envelope names them. Inside the transaction that seals it."""
    for sha256 in sha256s:
        db.execute(
            "INSERT OR IGNORE INTO envelope_media (envelope_id, sha256) VALUES (?, ?)",
            (envelope_id, sha256),
        )
        db.execute(
            "INSERT OR IGNORE INTO media (sha256, size_bytes)"
            " SELECT sha256, length(content) FROM attachment WHERE sha256 = ? LIMIT 1",
            (sha256,),
        )


def mark_safe(db: Database, safe_point: int, lineage: str) -> None:
    """As for envelopes. Inside the caller's transaction."""
    db.execute(
        "UPDATE media SET custody = 'safe'"
        " WHERE custody = 'received' AND point < ? AND lineage = ?",
        (safe_point, lineage),
    )


def void_receipts(db: Database) -> int:
    """The server went back, nobody knows how far: it is asked about each. How many changed."""
    return int(
        db.execute(
            f"UPDATE media SET {_BLANK} WHERE custody <> 'laptop' OR held_bytes > 0"
        ).rowcount
    )


def void_receipts_of(db: Database, envelope_ids: Iterable[str]) -> list[str]:
    """Of what these envelopes name; which changed."""
    named = {
        row[0]
        for envelope_id in envelope_ids
        for row in db.execute(
            "SELECT sha256 FROM envelope_media WHERE envelope_id = ?", (envelope_id,)
        ).fetchall()
    }
    sql = f"UPDATE media SET {_BLANK} WHERE sha256 = ? AND custody <> 'laptop'"
    return [sha256 for sha256 in sorted(named) if db.execute(sql, (sha256,)).rowcount]


def void_other_lineages(db: Database, lineage: str) -> int:
    """A server that was restored from a backup, nobody knows which: it is asked about each. How
    many changed."""
    sql = f"UPDATE media SET {_BLANK} WHERE custody <> 'laptop' AND lineage <> ?"
    return int(db.execute(sql, (lineage,)).rowcount)
