"""Work that travels by a stick or another laptop, and the server's answers that come back so.

A copy elsewhere ends nothing: envelopes that a relay has are sent by any other way too, until the
server's own signed word is here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from enumerator.clock import Clock
from enumerator.errors import KnownError
from enumerator.model import EnvelopeId
from enumerator.store.answer import Answer, AnswerPayload, heard, item_hash
from enumerator.store.bundle import ENVELOPE, MEDIA, Entry, Item
from enumerator.store.connection import Connections, one
from enumerator.store.durable import write_durably
from enumerator.store.enrolment import Enrolment
from enumerator.store.history import History
from enumerator.store.media import Media
from enumerator.store.outbox import Outbox, Recorded
from enumerator.store.relay_receipt import RelayReceipt, verified_relay_receipt
from enumerator.store.settings import StoreSettings
from enumerator.store.spool import MEDIA_SUFFIX, Spool

log = logging.getLogger(__name__)

_NOTE_ITEM = """
    INSERT INTO carriage (envelope_id, item) VALUES (?, ?)
    ON CONFLICT (envelope_id) DO UPDATE SET item = excluded.item, relayed_at = NULL
    WHERE item <> excluded.item
    """
"""A sealed file that was made anew is another item: of that one no relay has told yet."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What can be carried, in order of sealing."""

    items: list[Item]
    left_out: int
    """Whose sealed file cannot be read nor made anew: they stay where they are, and keep no other
    back."""


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

    def gather(self, *, until_safe: bool = False) -> Gathered:
        """What the server has not received yet or, ``until_safe``, what its backup does not
        cover; in order of sealing."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT envelope_id FROM delivery JOIN envelope ON id = envelope_id"
                " WHERE custody = 'laptop' OR (? AND custody = 'received') ORDER BY position",
                (until_safe,),
            ).fetchall()
            photos = db.execute(
                "SELECT sha256 FROM media WHERE custody = 'laptop' OR (? AND custody = 'received')"
                " ORDER BY position",
                (until_safe,),
            ).fetchall()
        envelopes = [self._envelope(EnvelopeId(row[0])) for row in rows]
        with self._connections.writing() as db:
            for item in envelopes:
                if item is not None:
                    db.execute(_NOTE_ITEM, (item.entry.envelope_id, item.entry.sha256))
        return _gathered([*envelopes, *(self._photo(row[0]) for row in photos)])

    def gather_strange(self) -> Gathered:
        """Sealed files that the database does not know (an older copy of it was put back): only
        the office can open them."""
        strange = sorted(self._spool.ids() - self._outbox.ids())
        return gather_files(self._spool.path(EnvelopeId(id_)) for id_ in strange)

    def _envelope(self, envelope_id: EnvelopeId) -> Item | None:
        """The sealed file is the item: carried twice it is one item, whoever carries it. A missing
        or unreadable one is made anew from the database."""
        path = self._spool.path(envelope_id)
        item = spooled(path)
        if item is not None:
            return item
        try:
            envelope = self._outbox.get(envelope_id)
        except KnownError as error:
            log.warning("nothing to carry of %s: %s", envelope_id, error.code)
            return None
        return _made(path, self._spool.sealed(envelope), ENVELOPE)

    def _photo(self, sha256: str) -> Item | None:
        """As :meth:`_envelope`."""
        path = self._spool.media_path(sha256)
        item = spooled(path, MEDIA)
        if item is not None:
            return item
        try:
            content = self._media.content(sha256)
        except KnownError as error:
            log.warning("nothing to carry of %s: %s", sha256, error.code)
            return None
        if content is None:
            log.warning("nothing to carry of %s: its content is spoiled", sha256)
            return None
        return _made(path, self._spool.sealed_media(content), MEDIA)

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
        unopened = set()
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
                    if payload.result.reason == "unreadable":
                        unopened.add(payload.item)
                elif payload.result.envelope_id != envelope_id:
                    unreadable += self._renew(db, envelope_id)
                else:
                    fitting.append(payload.result)
            renewed = self._renew_photos(unopened)
            recorded = self._outbox.record_results(fitting) if fitting else Recorded(0, 0, 0)
        return AnswersTaken(
            recorded.received,
            unreadable + renewed,
            foreign - renewed,
            recorded.forged,
            old,
        )

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

    def _renew_photos(self, items: set[bytes]) -> int:
        """Photos are not named on the way: those that the office could not open are found by the
        hash of their sealed files. How many were made anew, of those still waiting."""
        renewed = 0
        for photo in self._media.waiting_names() if items else ():
            path = self._spool.media_path(photo)
            item = spooled(path, MEDIA)
            if item is None or item.entry.sha256 not in items:
                continue
            content = self._media.content(photo)
            if content is not None:
                write_durably(path, self._spool.sealed_media(content))
                renewed += 1
        return renewed


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


def gather_files(paths: Iterable[Path]) -> Gathered:
    """Sealed files as they are."""
    return _gathered([spooled(path, kind_of(path)) for path in paths])


def kind_of(path: Path) -> str:
    """Of a sealed file, by its name."""
    return MEDIA if path.suffix == MEDIA_SUFFIX else ENVELOPE


def spooled(path: Path, kind: str = ENVELOPE) -> Item | None:
    """A sealed file as an item; None when it is not there or cannot be read. A photo is named by
    nothing but the hash of what is sealed, and is read once more when it is carried: a list of
    them does not fit into memory."""
    try:
        sealed = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        log.warning("the sealed file %s cannot be read: %s", path.name, type(error).__name__)
        return None
    return _item(path, sealed, kind)


def _made(path: Path, sealed: bytes, kind: str) -> Item:
    """Of bytes that were just sealed. A spool that cannot be written keeps nothing from being
    carried."""
    try:
        write_durably(path, sealed)
    except OSError as error:
        log.warning("no sealed file %s: %s", path.name, type(error).__name__)
        return Item(_entry(path, sealed, kind), lambda: sealed)
    return _item(path, sealed, kind)


def _item(path: Path, sealed: bytes, kind: str) -> Item:
    if kind == ENVELOPE:
        return Item(_entry(path, sealed, kind), lambda: sealed)
    return Item(_entry(path, sealed, kind), lambda: _read_again(path))


def _entry(path: Path, sealed: bytes, kind: str) -> Entry:
    return Entry(
        sha256=item_hash(sealed),
        size_bytes=len(sealed),
        kind=kind,
        envelope_id=path.name.partition(".")[0] if kind == ENVELOPE else "",
    )


def _read_again(path: Path) -> bytes:
    """KnownError ``sealed_file``: the next time it is found unreadable from the start."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise KnownError(
            "sealed_file",
            "A sealed photo of this laptop could not be read any more. Do it once more: it is made "
            "anew, or left out.",
            file=path.name,
        ) from error


def _gathered(found: Sequence[Item | None]) -> Gathered:
    items = [item for item in found if item is not None]
    return Gathered(items, len(found) - len(items))
