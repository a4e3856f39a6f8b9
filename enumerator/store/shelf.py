"""The shelf: sealed items of others that this laptop carries and cannot read.

It is trusted with nothing: what it loses, the officer still has; what it holds, only the office
opens; what it hands back, the server has signed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from enumerator.clock import Clock
from enumerator.errors import KnownError
from enumerator.store.answer import Answer, heard, is_settled, item_hash
from enumerator.store.bundle import Entry, Item
from enumerator.store.carriage import is_current
from enumerator.store.connection import Connections, one
from enumerator.store.enrolment import Enrolment
from enumerator.store.settings import StoreSettings

MAX_BYTES = 512 * 1024 * 1024
"""Of sealed items at a time, a team's work of weeks with photos: a flood ends here."""
MAX_ITEM_BYTES = 7 * 1024 * 1024
"""What fits into a request on the wire; a larger photo goes by its own laptop's chunks."""
MAX_ITEMS = 50_000
"""With those that were answered; the oldest answers go first."""
TRIES_BEFORE_SET_ASIDE = 4


@dataclass(frozen=True, slots=True)
class CarriedItem:
    """An item on its way to the server."""

    item: bytes
    kind: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class ShelfSummary:
    """Items of others: on their way, those of them set aside, and answered by the server."""

    waiting: int
    waiting_bytes: int
    set_aside: int
    answered: int


class Shelf:
    def __init__(
        self,
        connections: Connections,
        enrolment: Enrolment,
        settings: StoreSettings,
        clock: Clock,
    ) -> None:
        self._connections = connections
        self._enrolment = enrolment
        self._settings = settings
        self._clock = clock

    def take(self, sealed: bytes, kind: str = "envelope", *, again: bool = False) -> bool:
        """Durably here when this returns; whether it was new. An item that the server answered is
        not carried again, unless that server went back since or its owner wants it (``again``).
        KnownError ``shelf_full``, ``item_too_large``, ``disk_full``."""
        if not 0 < len(sealed) <= MAX_ITEM_BYTES:
            raise KnownError("item_too_large", "This record is too large to be carried.")
        item = item_hash(sealed)
        with self._connections.writing() as db:
            row = one(
                db,
                "SELECT sealed IS NOT NULL, answer_payload, answer_signature FROM relay_item"
                " WHERE item = ?",
                (item,),
            )
            if row is not None and (row[0] or not (again or self._is_out_of_date(row))):
                return False
            self._make_room(len(sealed))
            db.execute(
                "INSERT INTO relay_item (item, kind, size_bytes, taken_at, sealed)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (item) DO UPDATE SET"
                " sealed = excluded.sealed, taken_at = excluded.taken_at, tries = 0,"
                " answer_payload = NULL, answer_signature = NULL",
                (item, kind, len(sealed), self._clock.now().isoformat(), sealed),
            )
        return True

    def next_batch(self, max_items: int, max_bytes: int) -> list[CarriedItem]:
        """The oldest that wait, at least one if any does; what failed goes last, then not at
        all (:meth:`retry_set_aside`)."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT item, kind, size_bytes FROM relay_item"
                " WHERE sealed IS NOT NULL AND tries < ? ORDER BY tries, position LIMIT ?",
                (TRIES_BEFORE_SET_ASIDE, max_items),
            ).fetchall()
            chosen: list[CarriedItem] = []
            size = 0
            for item, kind, size_bytes in rows:
                if chosen and size + size_bytes > max_bytes:
                    break
                size += size_bytes
                sealed = one(db, "SELECT sealed FROM relay_item WHERE item = ?", (item,))
                if sealed is not None and sealed[0] is not None:
                    chosen.append(CarriedItem(bytes(item), kind, bytes(sealed[0])))
        return chosen

    def items(self) -> list[Item]:
        """Everything that waits, for a stick."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT item, kind, size_bytes FROM relay_item WHERE sealed IS NOT NULL"
                " ORDER BY position"
            ).fetchall()
        return [
            Item(
                Entry(sha256=bytes(item), size_bytes=size_bytes, kind=kind),
                lambda item=bytes(item): self._sealed(item),  # type: ignore[misc]
            )
            for item, kind, size_bytes in rows
        ]

    def record(self, answers: Iterable[Answer]) -> int:
        """Keep the server's answers for whoever fetches them; how many were new. What the server
        does not hold stays here, and what it did not sign counts nothing."""
        settled = 0
        with self._connections.writing() as db:
            for answer in answers:
                payload = heard(answer, self._enrolment.server_receipt_key)
                if payload is None or not is_settled(payload):
                    continue
                settled += db.execute(
                    "UPDATE relay_item SET sealed = NULL, answer_payload = ?,"
                    " answer_signature = ? WHERE item = ? AND sealed IS NOT NULL",
                    (answer.payload, answer.signature, payload.item),
                ).rowcount
        return int(settled)

    def record_failure(self, items: Sequence[bytes]) -> None:
        """These failed on the wire, for a reason that may be theirs."""
        with self._connections.writing() as db:
            for item in items:
                db.execute("UPDATE relay_item SET tries = tries + 1 WHERE item = ?", (item,))

    def retry_set_aside(self) -> None:
        with self._connections.writing() as db:
            db.execute("UPDATE relay_item SET tries = 0 WHERE tries > 0")

    def find(self, items: Iterable[bytes]) -> tuple[list[Answer], list[bytes]]:
        """Of these items: the answers that are here, and those that are still carried."""
        answers: list[Answer] = []
        carried: list[bytes] = []
        with self._connections.reading() as db:
            for item in items:
                row = one(
                    db,
                    "SELECT answer_payload, answer_signature FROM relay_item WHERE item = ?",
                    (item,),
                )
                if row is None:
                    continue
                if row[0] is None:
                    carried.append(item)
                else:
                    answers.append(Answer(bytes(row[0]), bytes(row[1])))
        return answers, carried

    def summary(self) -> ShelfSummary:
        with self._connections.reading() as db:
            row = one(
                db,
                "SELECT count(*) FILTER (WHERE sealed IS NOT NULL),"
                " ifnull(sum(size_bytes) FILTER (WHERE sealed IS NOT NULL), 0),"
                " count(*) FILTER (WHERE sealed IS NOT NULL AND tries >= ?),"
                " count(*) FILTER (WHERE sealed IS NULL) FROM relay_item",
                (TRIES_BEFORE_SET_ASIDE,),
            )
        return ShelfSummary(*row) if row else ShelfSummary(0, 0, 0, 0)

    def _sealed(self, item: bytes) -> bytes:
        with self._connections.reading() as db:
            row = one(db, "SELECT sealed FROM relay_item WHERE item = ?", (item,))
        return b"" if row is None or row[0] is None else bytes(row[0])

    def _is_out_of_date(self, row: tuple[object, ...]) -> bool:
        payload, signature = row[1], row[2]
        if not isinstance(payload, bytes) or not isinstance(signature, bytes):
            return False
        said = heard(Answer(payload, signature), self._enrolment.server_receipt_key)
        return said is None or not is_current(self._settings, said)

    def _make_room(self, size_bytes: int) -> None:
        """KnownError ``shelf_full``."""
        summary = self.summary()
        if summary.waiting_bytes + size_bytes > MAX_BYTES or summary.waiting >= MAX_ITEMS:
            raise KnownError(
                "shelf_full",
                "This laptop carries as much for others as it can. Synchronise it first.",
            )
        if summary.waiting + summary.answered >= MAX_ITEMS:
            with self._connections.writing() as db:
                db.execute(
                    "DELETE FROM relay_item WHERE item IN (SELECT item FROM relay_item"
                    " WHERE sealed IS NULL ORDER BY position LIMIT ?)",
                    (MAX_ITEMS // 50,),
                )
