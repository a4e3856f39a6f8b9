"""The chain: every finished piece of work sealed, signed and linked to the one before it.

One life of the local database is one chain (an incarnation); a restored backup starts another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlite_utils import Database

from enumerator.clock import Chance, Clock
from enumerator.errors import BugError
from enumerator.store import media
from enumerator.store.connection import insert_sql, one
from enumerator.store.enrolment import Enrolment
from enumerator.store.envelope import Header, SealedEnvelope, seal

_INSERT_ENVELOPE = insert_sql(
    "envelope",
    (
        "id",
        "kind",
        "family_id",
        "incarnation",
        "sequence",
        "hash",
        "header",
        "body",
        "signature",
        "size_bytes",
        "created_at",
    ),
)


@dataclass(frozen=True, slots=True)
class ChainState:
    """The current incarnation's chain, as hello reports it."""

    incarnation: str
    parent: str | None
    length: int
    head: bytes
    unreceived: int
    """Envelopes of this incarnation without a receipt; earlier ones may have more."""


@dataclass(frozen=True, slots=True)
class Sealing:
    """What one envelope is to carry."""

    kind: str
    body: bytes
    family_id: str | None = None
    base_version: int | None = None
    form_id: str | None = None
    form_version: str | None = None
    media: tuple[str, ...] = ()
    envelope_id: str = ""
    answers: str | None = None


class Chain:
    """Each method runs inside the caller's transaction."""

    def __init__(self, enrolment: Enrolment, clock: Clock, chance: Chance) -> None:
        self._enrolment = enrolment
        self._clock = clock
        self._chance = chance

    def rekey(self, enrolment: Enrolment) -> None:
        """Sign with these keys from the next envelope on."""
        self._enrolment = enrolment

    def sealed(self, db: Database, sealing: Sealing) -> SealedEnvelope:
        """What would be the next envelope of the chain, not stored."""
        incarnation, _parent, length, head = self._now(db)
        now = self._clock.now()
        header = Header(
            id=sealing.envelope_id or self._chance.uuid(),
            kind=sealing.kind,
            device_id=self._enrolment.device_id,
            account_id=self._enrolment.account_id,
            incarnation=incarnation,
            sequence=length + 1,
            previous=head,
            family_id=sealing.family_id,
            base_version=sealing.base_version,
            form_id=sealing.form_id,
            form_version=sealing.form_version,
            created_at=now.isoformat(),
            monotonic_ms=self._clock.monotonic_ms(),
            body_sha256=hashlib.sha256(sealing.body).digest(),
            body_size=len(sealing.body),
            media=list(sealing.media),
            answers=sealing.answers,
        )
        return seal(header, sealing.body, self._enrolment.device_key)

    def add(self, db: Database, sealing: Sealing) -> SealedEnvelope:
        """Seal, link to the chain and store."""
        envelope = self.sealed(db, sealing)
        header = envelope.header
        db.execute(
            _INSERT_ENVELOPE,
            (
                header.id,
                header.kind,
                header.family_id,
                header.incarnation,
                header.sequence,
                envelope.hash,
                envelope.header_bytes,
                envelope.body,
                envelope.signature,
                envelope.size_bytes,
                header.created_at,
            ),
        )
        db.execute("INSERT INTO delivery (envelope_id) VALUES (?)", (header.id,))
        media.name(db, header.id, sealing.media)
        db.execute(
            "UPDATE incarnation SET length = ?, head = ? WHERE id = ?",
            (header.sequence, envelope.hash, header.incarnation),
        )
        return envelope

    def state(self, db: Database) -> ChainState:
        chain = self._now(db)
        row = one(
            db,
            "SELECT count(*) FROM envelope e JOIN delivery d ON d.envelope_id = e.id"
            " WHERE d.custody = 'laptop' AND e.incarnation = ?",
            (chain[0],),
        )
        return ChainState(*chain, unreceived=row[0] if row else 0)

    def start_incarnation(self, db: Database) -> str:
        """A new life with the present one as parent; the parent."""
        parent = self._now(db)[0]
        new_incarnation(db, self._chance.uuid(), parent, self._clock.now().isoformat())
        return parent

    def _now(self, db: Database) -> tuple[str, str | None, int, bytes]:
        row = one(
            db,
            "SELECT id, parent, length, head FROM incarnation ORDER BY position DESC LIMIT 1",
        )
        if row is None:
            raise BugError("the database has no incarnation")
        return row[0], row[1], row[2], bytes(row[3])


def new_incarnation(db: Database, id_: str, parent: str | None, at: str) -> None:
    """Start a life, inside the caller's transaction."""
    db.execute(
        "INSERT INTO incarnation (id, parent, started_at) VALUES (?, ?, ?)", (id_, parent, at)
    )
