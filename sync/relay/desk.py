"""What a relay says to each message. Pure of threads and sockets; safe to call from many threads.

It takes sealed items onto the store's shelf, tells what became of them, and knows nothing of whom
they are from.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from enumerator.errors import KnownError
from enumerator.store.relay_receipt import (
    RelayReceipt,
    RelayReceiptPayload,
    sign_relay_receipt,
)
from sync.protocol import Problem, pack, unpack
from sync.relay.messages import (
    FORMAT,
    NONCE_BYTES,
    Collect,
    Collected,
    Deposit,
    Deposited,
    Enter,
    Entered,
    Greet,
    Greeting,
    reply_proof,
    request_proof,
    stretched,
    visit_key,
)

if TYPE_CHECKING:
    from enumerator.store import OfficerStore

log = logging.getLogger(__name__)

VISIT_MS = 10 * 60_000
WRONG_PROOFS = 5
"""From one address, or :data:`WRONG_PROOFS_OF_ALL`, within :data:`PAUSE_MS`; then a pause."""
WRONG_PROOFS_OF_ALL = 60
PAUSE_MS = 60_000
_STATUS = {"wrong_code": 403, "visit_over": 403, "slow_down": 429, "shelf_full": 507}


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: bytes
    proof: bytes = b""
    """Blank to whoever has not shown that he knows the code."""


@dataclass(frozen=True, slots=True)
class RelayCounts:
    """Since the relay was switched on."""

    visits: int = 0
    taken: int = 0
    handed_back: int = 0


class RelayDesk:
    def __init__(self, store: OfficerStore, code: str) -> None:
        from nacl.signing import SigningKey

        self._store = store
        self._salt = store.chance.token(NONCE_BYTES)
        self._code = code
        self._secret = store.chance.token(32)
        self._relay_key = SigningKey(store.enrolment.officer_key).verify_key.encode()
        self._wrong: dict[str, list[int]] = {}
        self._lock = threading.Lock()
        self.counts = RelayCounts()

    @cached_property
    def _code_key(self) -> bytes:
        """Slow to make; once, for the first visitor."""
        return stretched(self._code, self._salt)

    def answer(self, path: str, visit: bytes, proof: bytes, body: bytes, peer: str) -> Reply:
        """``visit``: both nonces, the visitor's first; ``peer``: the address it comes from."""
        if path == "/greet":
            return self._greet(body)
        try:
            key = self._admit(path, visit, proof, body, peer)
        except KnownError as error:
            return _problem(error)
        reply = self._serve(path, body)
        return Reply(reply.status, reply.body, reply_proof(key, proof, reply.status, reply.body))

    def _greet(self, body: bytes) -> Reply:
        try:
            unpack(body, Greet)
        except ValueError:
            return _problem(_bad_request())
        return Reply(200, pack(self._greeting(self._new_nonce())))

    def _greeting(self, nonce: bytes) -> Greeting:
        return Greeting(format=FORMAT, salt=self._salt, nonce=nonce, relay_key=self._relay_key)

    def _admit(self, path: str, visit: bytes, proof: bytes, body: bytes, peer: str) -> bytes:
        """The visit's key. KnownError ``slow_down``, ``visit_over``, ``wrong_code``."""
        now = self._store.clock.monotonic_ms()
        self._check_pace(peer, now)
        visitor, nonce = visit[:NONCE_BYTES], visit[NONCE_BYTES:]
        if not self._is_own(nonce, now):
            raise KnownError("visit_over", "This took too long. Begin again.")
        key = visit_key(self._code_key, visitor, self._greeting(nonce))
        if not hmac.compare_digest(request_proof(key, path, body), proof):
            with self._lock:
                self._wrong.setdefault(peer, []).append(now)
            raise KnownError("wrong_code", "The code is not the one that the relay shows.")
        return key

    def _check_pace(self, peer: str, now: int) -> None:
        with self._lock:
            recent = {
                address: [moment for moment in moments if now - moment < PAUSE_MS]
                for address, moments in self._wrong.items()
            }
            self._wrong = {address: moments for address, moments in recent.items() if moments}
            count = len(self._wrong.get(peer, ()))
            total = sum(len(moments) for moments in self._wrong.values())
        if count >= WRONG_PROOFS or total >= WRONG_PROOFS_OF_ALL:
            raise KnownError("slow_down", "Too many wrong codes. Wait a minute, then try again.")

    def _serve(self, path: str, body: bytes) -> Reply:
        try:
            if path == "/enter":
                unpack(body, Enter)
                self._count(visits=1)
                return _ok(Entered(login=self._store.enrolment.login))
            if path == "/collect":
                return _ok(self._collect(unpack(body, Collect)))
            if path == "/deposit":
                return _ok(self._deposit(unpack(body, Deposit)))
        except KnownError as error:
            return _problem(error)
        except ValueError:
            return _problem(_bad_request())
        except Exception:
            log.exception("a relay's visitor could not be served")
            return Reply(500, pack(Problem(code="relay_fault", text="The relay failed.")))
        return Reply(404, pack(Problem(code="not_found", text="A relay does not do that.")))

    def _collect(self, request: Collect) -> Collected:
        answers, carried = self._store.shelf.find(request.items)
        self._count(handed_back=len(answers))
        return Collected(answers=answers, carried=[self._receipt(item) for item in carried])

    def _deposit(self, request: Deposit) -> Deposited:
        receipts = []
        for one in request.items:
            is_new = self._store.shelf.take(one.sealed, one.kind, again=True)
            self._count(taken=int(is_new))
            receipts.append(self._receipt(hashlib.sha256(one.sealed).digest()))
        return Deposited(receipts=receipts)

    def _receipt(self, item: bytes) -> RelayReceipt:
        enrolment = self._store.enrolment
        payload = RelayReceiptPayload(
            item=item, login=enrolment.login, taken_at=self._store.clock.now().isoformat()
        )
        return sign_relay_receipt(payload, enrolment.officer_key)

    def _count(self, *, visits: int = 0, taken: int = 0, handed_back: int = 0) -> None:
        with self._lock:
            now = self.counts
            self.counts = RelayCounts(
                now.visits + visits, now.taken + taken, now.handed_back + handed_back
            )

    # Nonces are not stored: each carries its end under a MAC.

    def _new_nonce(self) -> bytes:
        end = self._store.clock.monotonic_ms() + VISIT_MS
        plain = end.to_bytes(8, "big") + self._store.chance.token(NONCE_BYTES)
        return plain + self._mac(plain)

    def _is_own(self, nonce: bytes, now: int) -> bool:
        plain, mac = nonce[:-32], nonce[-32:]
        if not hmac.compare_digest(mac, self._mac(plain)):
            return False
        return now < int.from_bytes(plain[:8], "big")

    def _mac(self, plain: bytes) -> bytes:
        return hmac.digest(self._secret, b"visit\x00" + plain, hashlib.sha256)


def _ok(message: msgspec.Struct) -> Reply:
    return Reply(200, pack(message))


def _problem(error: KnownError) -> Reply:
    return Reply(_STATUS.get(error.code, 400), pack(Problem(code=error.code, text=str(error))))


def _bad_request() -> KnownError:
    return KnownError("bad_reply", "The message was damaged on the way. It will be tried again.")
