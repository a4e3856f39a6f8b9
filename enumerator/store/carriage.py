"""Work that travels by a stick or another laptop, and the server's answers that come back so.

A copy elsewhere ends nothing: envelopes that a relay has are sent by any other way too, until the
server's own signed word is here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from enumerator.clock import Clock
from enumerator.model import EnvelopeId
from enumerator.store.answer import Answer, AnswerPayload, heard, item_hash
from enumerator.store.bundle import ENVELOPE, MEDIA, Entry, Item
from enumerator.store.connection import Connections, one
from enumerator.store.enrolment import Enrolment
from enumerator.store.history import History
from enumerator.store.media import Media
from enumerator.store.outbox import Outbox, Recorded
from enumerator.store.relay_receipt import RelayReceipt, verified_relay_receipt
from enumerator.store.settings import StoreSettings
from enumerator.store.spool import Spool

_NOTE_ITEM = """
    INSERT INTO carriage (envelope_id, item) VALUES (?, ?)
    ON CONFLICT (envelope_id) DO UPDATE SET item = excluded.item, relayed_at = NULL
    WHERE item <> excluded.item
    """
"""A sealed file that was made anew is another item: of that one no relay has told yet."""


@dataclass(frozen=True, slots=True)
class AnswersTaken:
    """What the answers of a stick or a relay did."""

    received: int
    """Envelopes whose custody ended."""
    unreadable: int
    """Sealed copies that the office could not open: made anew, to be carried again."""
    foreign: int
    """Answers about items of others."""
    forged: int
    """Not signed by the server, or with receipts that do not hold."""
    old: int
    """Of a server that went back since: they count nothing."""


class Carriage:
    def __init__(
        self,
        connections: Connections,
        enrolment: Enrolment,
        settings: StoreSettings,
        history: History,
        outbox: Outbox,
        spool: Spool,
        media: Media,
        clock: Clock,
    ) -> None:
        self._connections = connections
        self._enrolment = enrolment
        self._settings = settings
        self._history = history
        self._outbox = outbox
        self._spool = spool
        self._media = media
        self._clock = clock

    # ------------------------------------------------------------------ going

    def items(self, *, until_safe: bool = False, without_relayed: bool = False) -> list[Item]:
        """What the server has not received yet or, ``until_safe``, what its backup does not
        cover; in order of sealing. OSError when the spool cannot be written."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT e.id FROM envelope e JOIN delivery d ON d.envelope_id = e.id"
                " LEFT JOIN carriage c ON c.envelope_id = e.id"
                " WHERE (d.custody = 'laptop' OR (? AND d.custody = 'received'))"
                " AND NOT (? AND c.relayed_at IS NOT NULL) ORDER BY e.position",
                (until_safe, without_relayed),
            ).fetchall()
            photos = db.execute(
                "SELECT sha256 FROM media WHERE custody = 'laptop' OR (? AND custody = 'received')"
                " ORDER BY position",
                (until_safe,),
            ).fetchall()
        items = [self._item(EnvelopeId(row[0])) for row in rows]
        with self._connections.writing() as db:
            for item in items:
                db.execute(_NOTE_ITEM, (item.entry.envelope_id, item.entry.sha256))
        return items + [photo for row in photos if (photo := self._photo(row[0])) is not None]

    def _photo(self, sha256: str) -> Item | None:
        """None where its content is spoiled: then there is nothing to be carried."""
        self._spool.ensure_media(sha256, partial(self._media.content, sha256))
        path = self._spool.sealed_media(sha256)
        return spooled(path, MEDIA) if path.exists() else None

    def strange_items(self) -> list[Item]:
        """Sealed files that the database does not know (an older copy of it was put back): only
        the office can open them."""
        strange = sorted(self._spool.ids() - self._outbox.ids())
        return [spooled(self._spool.path(EnvelopeId(id_))) for id_ in strange]

    def _item(self, envelope_id: EnvelopeId) -> Item:
        """The sealed file is the item: carried twice it is one item, whoever carries it."""
        self._spool.ensure(self._outbox.get(envelope_id))
        return spooled(self._spool.path(envelope_id))

    # ------------------------------------------------------------------ at a relay

    def record_relayed(self, receipts: Iterable[RelayReceipt], relay_key: bytes) -> set[bytes]:
        """The items that a relay has signed for, of those that are ours and not received."""
        noted: set[bytes] = set()
        with self._connections.writing() as db:
            for receipt in receipts:
                payload = verified_relay_receipt(receipt, relay_key)
                if payload is None:
                    continue
                row = one(
                    db,
                    "UPDATE carriage SET relayed_at = ?, relay_login = ?, relay_key = ?,"
                    " relay_payload = ?, relay_signature = ? WHERE item = ? AND relayed_at IS NULL"
                    " RETURNING envelope_id",
                    (
                        self._clock.now().isoformat(),
                        payload.login,
                        relay_key,
                        receipt.payload,
                        receipt.signature,
                        payload.item,
                    ),
                )
                if row is not None:
                    self._history.add(
                        db, self._family_of(db, row[0]), "relayed", envelope=str(row[0])
                    )
                noted.add(payload.item)
        return noted

    def forget_relayed(self, items: Iterable[bytes], relay_key: bytes) -> int:
        """This relay says that it does not have them: how many of them it had signed for."""
        lost = 0
        with self._connections.writing() as db:
            for item in items:
                row = one(
                    db,
                    "UPDATE carriage SET relayed_at = NULL WHERE item = ? AND relay_key = ?"
                    " AND relayed_at IS NOT NULL AND envelope_id IN"
                    " (SELECT envelope_id FROM delivery WHERE custody = 'laptop')"
                    " RETURNING envelope_id",
                    (item, relay_key),
                )
                if row is not None:
                    lost += 1
                    self._history.add(
                        db, self._family_of(db, row[0]), "relay_lost", envelope=str(row[0])
                    )
        return lost

    def _family_of(self, db: Database, envelope_id: str) -> str | None:
        row = one(db, "SELECT family_id FROM envelope WHERE id = ?", (envelope_id,))
        return None if row is None else row[0]

    # ------------------------------------------------------------------ coming back

    def hear(self, answers: Iterable[Answer]) -> tuple[list[AnswerPayload], int]:
        """The answers that are the server's, and how many are not."""
        key = self._enrolment.server_receipt_key
        found = [heard(answer, key) for answer in answers]
        return [one for one in found if one is not None], found.count(None)

    def record(self, payloads: Sequence[AnswerPayload]) -> AnswersTaken:
        """Of the server's present lineage; inside the caller's transaction or its own."""
        old = unreadable = foreign = 0
        fitting = []
        with self._connections.writing() as db:
            for payload in payloads:
                if not is_current(self._settings, payload):
                    old += 1
                    continue
                if payload.media:
                    self._photo_answered(payload)
                    continue
                envelope_id = self._envelope_of(db, payload)
                if envelope_id is None:
                    foreign += 1
                elif payload.result.envelope_id != envelope_id:
                    unreadable += self._renew(db, envelope_id)
                else:
                    fitting.append(payload.result)
            recorded = self._outbox.record_results(fitting) if fitting else Recorded(0, 0, 0)
        return AnswersTaken(recorded.received, unreadable, foreign, recorded.forged, old)

    def _photo_answered(self, payload: AnswerPayload) -> None:
        receipt = payload.result.receipt
        if receipt is not None:
            self._media.end_custody(payload.media, receipt)

    def _envelope_of(self, db: Database, payload: AnswerPayload) -> str | None:
        row = one(db, "SELECT envelope_id FROM carriage WHERE item = ?", (payload.item,))
        if row is None:
            row = one(db, "SELECT id FROM envelope WHERE id = ?", (payload.result.envelope_id,))
        return None if row is None else str(row[0])

    def _renew(self, db: Database, envelope_id: str) -> int:
        """The office opened something else, or nothing: the sealed file is made anew."""
        row = one(
            db,
            "DELETE FROM carriage WHERE envelope_id = ? AND envelope_id IN"
            " (SELECT envelope_id FROM delivery WHERE custody = 'laptop') RETURNING envelope_id",
            (envelope_id,),
        )
        if row is None:
            return 0
        self._spool.renew(self._outbox.get(EnvelopeId(envelope_id)))
        self._history.add(db, None, "sealed_copy_renewed", envelope=envelope_id)
        return 1


def is_current(settings: StoreSettings, payload: AnswerPayload) -> bool:
    """Whether the server that answered is the one that is known, as it is now: an answer from
    before it went back speaks of what it may have lost."""
    since = settings.get("answers_from")
    if payload.lineage != settings.lineage():
        return False
    return since is None or not is_before(payload.server_time, since.decode())


def is_before(time: str, other: str) -> bool:
    """Of two server times; when one of them is none, yes: what cannot be told apart is old."""
    try:
        return datetime.fromisoformat(time) < datetime.fromisoformat(other)
    except (TypeError, ValueError):
        return True


def spooled(path: Path, kind: str = ENVELOPE) -> Item:
    """A sealed file as an item. A photo is named by nothing but the hash of what is sealed."""
    sealed = path.read_bytes()
    entry = Entry(
        sha256=item_hash(sealed),
        size_bytes=len(sealed),
        kind=kind,
        envelope_id=path.name.partition(".")[0] if kind == ENVELOPE else "",
    )
    return Item(entry, path.read_bytes)
