"""Envelopes as a laptop seals them, without its store."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from random import Random
from uuid import UUID

import msgspec
from nacl.signing import SigningKey

from enumerator.model import Outcome
from enumerator.store.envelope import Envelope, Header, VisitBody, canonical, seal
from sync.protocol import HelloRequest, hello_bytes

FORM_ID, FORM_VERSION = "sp2020_c1", "2020091501"


@dataclass
class Sealer:
    """A laptop's chain."""

    account_id: str
    device_id: str
    incarnation: str
    device_seed: bytes
    account_seed: bytes
    chance: Random
    sequence: int = 0
    previous: bytes = b""

    def interview(self, family_id: str, instance: bytes) -> list[Envelope]:
        """The visit and the interview, as an officer's program finalises them."""
        interview_id = self._uuid()
        hour = f"2020-09-{self.chance.randrange(10, 30)}T{self.chance.randrange(8, 19):02d}"
        visit = VisitBody(
            visit_id=self._uuid(),
            family_id=family_id,
            officer_id=self.account_id,
            started_at=f"{hour}:{self.chance.randrange(10, 29)}:07+08:00",
            ended_at=f"{hour}:{self.chance.randrange(30, 60)}:41+08:00",
            mode="visit",
            outcome=Outcome.COMPLETED.value,
            informant="head",
            interview_id=interview_id,
        )
        return [
            self._seal("visit", family_id, canonical(visit), {}),
            self._seal(
                "interview", family_id, instance, {"form_id": FORM_ID, "form_version": FORM_VERSION}
            ),
        ]

    def hello(self, nonce: bytes, cursor: int = 0) -> HelloRequest:
        request = HelloRequest(
            device_id=self.device_id,
            account_id=self.account_id,
            nonce=nonce,
            incarnation=self.incarnation,
            chain_head=self.previous,
            chain_length=self.sequence,
            pending=self.sequence,
            cursor=cursor,
        )
        signature = SigningKey(self.account_seed).sign(hello_bytes(request)).signature
        return msgspec.structs.replace(request, signature=signature)

    def _seal(self, kind: str, family_id: str, body: bytes, form: dict[str, str]) -> Envelope:
        self.sequence += 1
        day, minute = self.chance.randrange(10, 30), self.sequence % 60
        header = Header(
            id=self._uuid(),
            kind=kind,
            device_id=self.device_id,
            account_id=self.account_id,
            incarnation=self.incarnation,
            sequence=self.sequence,
            previous=self.previous,
            family_id=family_id,
            base_version=1,
            form_id=form.get("form_id"),
            form_version=form.get("form_version"),
            created_at=f"2020-09-{day}T17:{minute:02d}:41+08:00",
            monotonic_ms=self.chance.randrange(10**8),
            body_sha256=hashlib.sha256(body).digest(),
            body_size=len(body),
        )
        sealed = seal(header, body, self.device_seed)
        self.previous = sealed.hash
        return sealed.wire()

    def _uuid(self) -> str:
        return str(UUID(int=self.chance.getrandbits(128), version=4))
