"""The outbox: what goes to the server, and what its answers end.

Custody ends with a receipt whose signature, envelope hash and lineage hold, and with nothing
else. Order of sending is the order of sealing.
"""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from enumerator.errors import BugError
from enumerator.model import Custody, EnvelopeId, FamilyId
from enumerator.store import media
from enumerator.store.cases import CaseBoard
from enumerator.store.chain import Chain, ChainState
from enumerator.store.connection import Connections, one
from enumerator.store.envelope import SealedEnvelope, open_envelope
from enumerator.store.history import History
from enumerator.store.receipt import CUSTODY_STATUSES, PushResult, ReceiptPayload, verified
from enumerator.store.settings import StoreSettings

_ASK_FIRST = "ask_first"
TRIES_BEFORE_ALONE = 3
TRIES_BEFORE_SET_ASIDE = 4

_BLANK_DELIVERY = (
    "custody = 'laptop', status = '', tries = 0, receipt_no = NULL, received_at = NULL,"
    " point = NULL, lineage = NULL, receipt_payload = NULL, receipt_signature = NULL"
)

_STATES = (
    "SELECT id, kind, CASE WHEN custody = 'laptop' AND relayed_at IS NOT NULL THEN 'relayed'"
    " ELSE custody END, status, reason, set_aside, receipt_no, received_at, created_at,"
    " relayed_at, relay_login FROM envelope JOIN delivery ON envelope_id = id"
    " LEFT JOIN carriage USING (envelope_id)"
)
"""Where each envelope is: the one place that says so."""


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits for the server, set-aside envelopes included."""

    count: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class OutboxSummary:
    """Envelopes by custody; ``rejected``: not received and set aside or refused by id."""

    waiting: int
    """On this laptop only."""
    received: int
    safe: int
    rejected: int
    relayed: int = 0
    """A relay carries a copy; the server has not answered."""

    @property
    def unreceived(self) -> int:
        return self.waiting + self.relayed


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a push's results did: envelopes whose custody ended, and those that stay."""

    received: int
    stayed: int
    forged: int
    """Receipts that do not hold: wrong signature, other envelope, other lineage."""


@dataclass(frozen=True, slots=True)
class DeliveryState:
    """Where one envelope is."""

    envelope_id: EnvelopeId
    kind: str
    custody: Custody
    status: str
    reason: str
    set_aside: bool
    receipt_no: str | None
    received_at: str | None
    created_at: str
    relayed_at: str | None = None
    """Laptop clock."""
    relay_login: str | None = None


class Outbox:
    def __init__(
        self,
        connections: Connections,
        receipt_key: bytes,
        settings: StoreSettings,
        history: History,
        board: CaseBoard,
        chain: Chain,
    ) -> None:
        self._connections = connections
        self._receipt_key = receipt_key
        self._settings = settings
        self._history = history
        self._board = board
        self._chain = chain

    def chain(self) -> ChainState:
        with self._connections.reading() as db:
            return self._chain.state(db)

    def start_incarnation(self) -> ChainState:
        """A new life with the present one as parent: after a restored backup or a cloned disk
        (verdict ``fork``). Envelopes of the old life keep their headers and are still sent."""
        with self._connections.writing() as db:
            parent = self._chain.start_incarnation(db)
            self._settings.put(db, _ASK_FIRST, b"1")
            self._history.add(db, None, "incarnation_started", parent=parent)
            return self._chain.state(db)

    # ------------------------------------------------------------------ sending

    def pending(self) -> Pending:
        with self._connections.reading() as db:
            row = one(
                db,
                "SELECT count(*), ifnull(sum(size_bytes), 0) FROM envelope e"
                " JOIN delivery d ON d.envelope_id = e.id WHERE d.custody = 'laptop'",
            )
        return Pending(*row) if row else Pending(0, 0)

    def next_batch(self, max_envelopes: int = 64, max_bytes: int = 256_000) -> list[SealedEnvelope]:
        """The oldest envelopes that fit, at least one if any waits. One that failed three times
        goes alone, after all the others; one set aside goes no more (:meth:`retry_set_aside`)."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT e.id, e.size_bytes, d.tries FROM envelope e"
                " JOIN delivery d ON d.envelope_id = e.id"
                " WHERE d.custody = 'laptop' AND d.set_aside = 0"
                " ORDER BY d.tries >= ?, e.position LIMIT ?",
                (TRIES_BEFORE_ALONE, max_envelopes),
            ).fetchall()
            chosen: list[str] = []
            size = 0
            for id_, size_bytes, tries in rows:
                alone = tries >= TRIES_BEFORE_ALONE
                if chosen and (alone or size + size_bytes > max_bytes):
                    break
                chosen.append(id_)
                size += size_bytes
                if alone:
                    break
            return [self._load(db, id_) for id_ in chosen]

    def record_results(self, results: Iterable[PushResult]) -> Recorded:
        """Apply the server's answers to a push. A receipt that does not hold changes nothing but
        a count; what stays is sent again."""
        received = stayed = forged = 0
        touched: set[str] = set()
        with self._connections.writing() as db:
            lineage = self._settings.lineage()
            for result in results:
                row = one(
                    db,
                    "SELECT e.hash, e.family_id, d.custody FROM envelope e"
                    " JOIN delivery d ON d.envelope_id = e.id WHERE e.id = ?",
                    (result.envelope_id,),
                )
                if row is None:
                    forged += 1
                    continue
                if row[1]:
                    touched.add(row[1])
                if result.status not in CUSTODY_STATUSES:
                    self._note_refusal(db, result)
                    stayed += 1
                elif status := self._end_custody(db, result, bytes(row[0]), row[2], lineage):
                    received += 1
                    self._history.add(
                        db, row[1], "received", envelope=result.envelope_id, status=status
                    )
                    if status == "quarantined":
                        touched |= self._give_up_decision(db, result)
                else:
                    forged += 1
            self._board.refresh(db, touched)
        return Recorded(received, stayed, forged)

    def record_failure(self, envelope_ids: Sequence[EnvelopeId]) -> None:
        """The link failed with these on the wire, for a reason that may be theirs."""
        with self._connections.writing() as db:
            for id_ in envelope_ids:
                self._count_try(db, id_)

    def retry_set_aside(self) -> int:
        """Send everything that was set aside once more; how many."""
        with self._connections.writing() as db:
            return int(
                db.execute(
                    "UPDATE delivery SET set_aside = 0, tries = 0"
                    " WHERE set_aside = 1 AND custody = 'laptop'"
                ).rowcount
            )

    # ------------------------------------------------------------------ the server's state

    def mark_safe(self, db: Database) -> None:
        """Receipts below the safe point of the same lineage are covered by a backup. Inside the
        caller's transaction."""
        parameters = (self._settings.safe_point(), self._settings.lineage())
        db.execute(
            "UPDATE delivery SET custody = 'safe'"
            " WHERE custody = 'received' AND point < ? AND lineage = ?",
            parameters,
        )
        media.mark_safe(db, *parameters)

    def server_went_back(self, common_sequence: int) -> int:
        """The server was restored and holds this chain up to ``common_sequence``. Receipts above
        it are void, and those of earlier incarnations, which it did not compare; how many
        envelopes go again."""
        with self._connections.writing() as db:
            incarnation = self._chain.state(db).incarnation
            rows = db.execute(
                "SELECT e.id, e.family_id FROM envelope e JOIN delivery d ON d.envelope_id = e.id"
                " WHERE (e.incarnation <> ? OR e.sequence > ?) AND d.custody <> 'laptop'",
                (incarnation, common_sequence),
            ).fetchall()
            self._void_receipts(db, rows)
            if media.void_receipts(db):
                self._board.refresh(db, media.families_of(db))
            # Answers from before, still on their way on some stick, count nothing any more.
            self._settings.put(db, "answers_from", self._settings.get("server_time") or b"")
        return len(rows)

    def void_other_lineages(self, db: Database) -> None:
        """A server of another lineage was restored from a backup: what no backup was known to
        cover goes again. Inside the caller's transaction, so that no crash between learning of
        the new lineage and this leaves a void receipt standing."""
        rows = db.execute(
            "SELECT e.id, e.family_id FROM envelope e JOIN delivery d ON d.envelope_id = e.id"
            " WHERE d.custody = 'received' AND d.lineage <> ?",
            (self._settings.lineage(),),
        ).fetchall()
        self._void_receipts(db, rows)
        if media.void_other_lineages(db, self._settings.lineage()):
            self._board.refresh(db, media.families_of(db))

    def send_again(self, db: Database, from_sequence: int) -> int:
        """The office wants these once more, with the photos and sounds that they name: from a
        place in the present incarnation on, or with 0 everything; how many envelopes. Inside the
        caller's transaction."""
        rows = db.execute(
            "SELECT e.id, e.family_id FROM envelope e JOIN delivery d ON d.envelope_id = e.id"
            " WHERE d.custody <> 'laptop' AND (? = 0 OR (e.incarnation = ? AND e.sequence >= ?))",
            (from_sequence, self._chain.state(db).incarnation, from_sequence),
        ).fetchall()
        self._void_receipts(db, rows)
        named = media.void_receipts_of(db, [row[0] for row in rows])
        for sha256 in named:
            self._board.refresh(db, media.families_of(db, sha256))
        return len(rows)

    def send_once_more(self, db: Database, envelope_id: str) -> None:
        """The same envelope: who tells a command again has not understood its acknowledgement.
        Inside the caller's transaction."""
        db.execute(f"UPDATE delivery SET {_BLANK_DELIVERY} WHERE envelope_id = ?", (envelope_id,))
        db.execute("DELETE FROM carriage WHERE envelope_id = ?", (envelope_id,))

    def is_waiting(self, db: Database, envelope_id: str) -> bool:
        """Whether it is on the laptop only."""
        row = one(db, "SELECT custody FROM delivery WHERE envelope_id = ?", (envelope_id,))
        return row is not None and row[0] == "laptop"

    def _void_receipts(self, db: Database, rows: Sequence[tuple[str, str | None]]) -> None:
        for id_, family_id in rows:
            self.send_once_more(db, id_)
            self._history.add(db, family_id, "receipt_void", envelope=id_)
        if rows:
            self._settings.put(db, _ASK_FIRST, b"1")
        self._board.refresh(db, {family for _, family in rows if family})

    def marks_to_ask(self) -> list[tuple[EnvelopeId, bytes]]:
        """(id, hash) of what waits, when the server may hold some of it: after it went back, or
        this database did. Until :meth:`asked`."""
        with self._connections.reading() as db:
            if self._settings.get(_ASK_FIRST) is None:
                return []
            rows = db.execute(
                "SELECT e.id, e.hash FROM envelope e JOIN delivery d ON d.envelope_id = e.id"
                " WHERE d.custody = 'laptop' ORDER BY e.position"
            ).fetchall()
        return [(EnvelopeId(id_), bytes(hash_)) for id_, hash_ in rows]

    def asked(self) -> None:
        if self._settings.get(_ASK_FIRST) is None:
            return
        with self._connections.writing() as db:
            db.execute("DELETE FROM setting WHERE name = ?", (_ASK_FIRST,))

    # ------------------------------------------------------------------ looking

    def get(self, envelope_id: EnvelopeId) -> SealedEnvelope:
        with self._connections.reading() as db:
            return self._load(db, envelope_id)

    def unreceived_ids(self) -> list[EnvelopeId]:
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT envelope_id FROM delivery WHERE custody = 'laptop'"
            ).fetchall()
        return [EnvelopeId(row[0]) for row in rows]

    def unsafe_ids(self) -> list[EnvelopeId]:
        """What no backup of the server covers: the laptop answers for it."""
        with self._connections.reading() as db:
            rows = db.execute("SELECT envelope_id FROM delivery WHERE custody <> 'safe'").fetchall()
        return [EnvelopeId(row[0]) for row in rows]

    def ids(self) -> frozenset[EnvelopeId]:
        with self._connections.reading() as db:
            rows = db.execute("SELECT id FROM envelope").fetchall()
        return frozenset(EnvelopeId(row[0]) for row in rows)

    def of_family(self, family_id: FamilyId) -> tuple[DeliveryState, ...]:
        """In order of sealing."""
        with self._connections.reading() as db:
            rows = db.execute(
                f"{_STATES} WHERE family_id = ? ORDER BY position",
                (family_id,),
            ).fetchall()
        return tuple(_state(row) for row in rows)

    def all_waiting(self) -> tuple[DeliveryState, ...]:
        """Every envelope that the server has not received, in order of sealing."""
        with self._connections.reading() as db:
            rows = db.execute(f"{_STATES} WHERE custody = 'laptop' ORDER BY position").fetchall()
        return tuple(_state(row) for row in rows)

    def summary(self) -> OutboxSummary:
        with self._connections.reading() as db:
            row = one(
                db,
                "SELECT count(*) FILTER (WHERE custody = 'laptop' AND relayed_at IS NULL),"
                " count(*) FILTER (WHERE custody = 'received'),"
                " count(*) FILTER (WHERE custody = 'safe'),"
                " count(*) FILTER (WHERE custody = 'laptop'"
                "   AND (set_aside = 1 OR status = 'id_reuse')),"
                " count(*) FILTER (WHERE custody = 'laptop' AND relayed_at IS NOT NULL)"
                " FROM delivery LEFT JOIN carriage USING (envelope_id)",
            )
        return OutboxSummary(*row) if row else OutboxSummary(0, 0, 0, 0)

    def count_by_kind(self) -> dict[str, int]:
        """All envelopes of this database's lives, wherever they are."""
        with self._connections.reading() as db:
            rows = db.execute("SELECT kind, count(*) FROM envelope GROUP BY kind").fetchall()
        return {str(kind): int(count) for kind, count in rows}

    # ------------------------------------------------------------------ inside

    def _load(self, db: Database, envelope_id: str) -> SealedEnvelope:
        row = one(db, "SELECT header, body, signature FROM envelope WHERE id = ?", (envelope_id,))
        if row is None:
            raise BugError("no such envelope")
        return open_envelope(*(bytes(part) for part in row))

    def _end_custody(
        self, db: Database, result: PushResult, hash_: bytes, custody: str, lineage: str
    ) -> str:
        """What the server first made of the envelope, which a ``duplicate`` does not say; empty
        when the receipt does not hold."""
        if result.receipt is None:
            return ""
        payload = verified(result.receipt, self._receipt_key)
        if payload is None or not _fits(payload, result, hash_, lineage):
            return ""
        status = payload.status if result.status == "duplicate" else result.status
        if custody == "laptop":
            db.execute(
                "UPDATE delivery SET custody = 'received', status = ?, reason = ?, set_aside = 0,"
                " receipt_no = ?, received_at = ?, point = ?, lineage = ?, receipt_payload = ?,"
                " receipt_signature = ? WHERE envelope_id = ?",
                (
                    status,
                    result.reason,
                    payload.receipt_no,
                    payload.received_at,
                    payload.point,
                    payload.lineage,
                    result.receipt.payload,
                    result.receipt.signature,
                    result.envelope_id,
                ),
            )
        return status

    def _give_up_decision(self, db: Database, result: PushResult) -> set[str]:
        """A supervisor's order or decision that the server set aside is no longer pending; its
        families."""
        families = {
            row[0]
            for row in db.execute(
                "DELETE FROM pending_reassignment WHERE envelope_id = ? RETURNING family_id",
                (result.envelope_id,),
            ).fetchall()
        }
        for family_id in sorted(families):
            self._history.add(db, family_id, "reassignment_refused", reason=result.reason)
        decided = db.execute(
            "DELETE FROM pending_decision WHERE envelope_id = ? RETURNING family_id, kind",
            (result.envelope_id,),
        ).fetchall()
        for family_id, kind in decided:
            self._history.add(db, family_id, f"{kind}_refused", reason=result.reason)
        return families | {row[0] for row in decided}

    def _note_refusal(self, db: Database, result: PushResult) -> None:
        db.execute(
            "UPDATE delivery SET status = ?, reason = ?"
            " WHERE envelope_id = ? AND custody = 'laptop'",
            (result.status, result.reason, result.envelope_id),
        )
        self._count_try(db, result.envelope_id)

    def _count_try(self, db: Database, envelope_id: str) -> None:
        db.execute(
            "UPDATE delivery SET tries = tries + 1, set_aside = (tries + 1 >= ?)"
            " WHERE envelope_id = ? AND custody = 'laptop'",
            (TRIES_BEFORE_SET_ASIDE, envelope_id),
        )


def _state(row: tuple[Any, ...]) -> DeliveryState:
    return DeliveryState(
        EnvelopeId(row[0]), row[1], Custody(row[2]), row[3], row[4], bool(row[5]), *row[6:]
    )


def _fits(payload: ReceiptPayload, result: PushResult, hash_: bytes, lineage: str) -> bool:
    return (
        payload.envelope_id == result.envelope_id
        and payload.envelope_hash == hash_
        and payload.lineage == lineage
        and payload.status in CUSTODY_STATUSES
    )
