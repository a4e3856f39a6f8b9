"""Taking envelopes into custody: bytes and receipt in the transaction that answers.

Whatever an envelope says, it is held: what cannot be interpreted is quarantined with a receipt,
never refused. Only an envelope whose body was damaged on the way gets no receipt (``retry``):
a receipt would end the laptop's custody of the true bytes.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import msgspec

from enumerator.store.envelope import (
    FORMAT,
    Envelope,
    Header,
    SealedEnvelope,
    is_body_intact,
    is_signature_valid,
    open_envelope,
)
from enumerator.store.receipt import PushResult, Receipt, ReceiptPayload, sign_receipt
from sync.protocol import EnvelopeMark
from sync.server.applying import Applying, lock_with_waiting
from sync.server.judging.arrival import Arrival, Judgement, families_of, quarantined
from sync.server.naming import names_in
from sync.server.operation import Operation
from sync.server.rows import MAX_SEQUENCE, stored_sequence
from sync.server.store import (
    Account,
    Device,
    HeldEnvelope,
    NewEnvelope,
    TakenEnvelope,
    Transaction,
    Wanted,
)

log = logging.getLogger(__name__)

_UNPROVEN = frozenset({"bad_signature", "unknown_device", "unreadable"})
"""Nobody is known to have signed these: damaged on the way, or sent by a stranger, they carry an
id without a right to it, and the true envelope must not be called its reuse."""
_NOT_UNDERSTOOD = ("unreadable", "unknown_format", "unknown_kind", "interpretation_failed")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where in the server's order an envelope is put."""

    number: int
    point: int
    received_at: str


def take(operation: Operation, carrier: Account, envelopes: Sequence[Envelope]) -> list[PushResult]:
    """One transaction for all, a savepoint for each. ``carrier``: whose session brings them."""
    (results,) = take_together(operation, [(carrier, envelopes)])
    return results


def take_together(
    operation: Operation, pushes: Sequence[tuple[Account, Sequence[Envelope]]]
) -> list[list[PushResult]]:
    """What several carriers bring at the same time, in one transaction; one after the other."""
    arrived = [(carrier, [_read(one) for one in envelopes]) for carrier, envelopes in pushes]
    together = [envelope for _, envelopes in arrived for envelope in envelopes]
    families = {family for envelope in together for family in families_of(envelope)}
    wanted = Wanted(
        families=families,
        envelopes={envelope.id for envelope in together},
        devices={envelope.header.device_id for envelope in together},
        accounts={envelope.header.account_id for envelope in together},
    )

    def work(transaction: Transaction) -> tuple[list[list[PushResult]], set[str]]:
        transaction.prefetch(wanted)
        locked = lock_with_waiting(transaction, families)
        intake = _Intake(operation, transaction, Applying(transaction, locked))
        results = [
            [intake.take(carrier, envelope) for envelope in envelopes]
            for carrier, envelopes in arrived
        ]
        intake.finish()
        return results, intake.rekeyed

    results, rekeyed = operation.store.write(work)
    for device_id in sorted(rekeyed):
        judge_signatures_again(operation, device_id)
    return results


def judge_signatures_again(operation: Operation, device_id: str) -> int:
    """What a laptop signed with a key that was registered later; how many have an effect now."""
    return _judge_again(operation, ("bad_signature",), device_id)


def judge_unknown_again(operation: Operation) -> int:
    """What an older program did not understand; how many have an effect now."""
    return _judge_again(operation, _NOT_UNDERSTOOD)


def _judge_again(operation: Operation, reasons: Sequence[str], device_id: str | None = None) -> int:
    with operation.store.reading() as transaction:
        numbers = transaction.envelopes.quarantined_for(reasons, device_id)
    rekeyed: set[str] = set()
    judged = 0
    for number in numbers:
        has_effect, devices = operation.store.write(partial(_judge_one_again, operation, number))
        judged += has_effect
        rekeyed |= devices
    return judged + sum(judge_signatures_again(operation, device) for device in sorted(rekeyed))


def _judge_one_again(
    operation: Operation, number: int, transaction: Transaction
) -> tuple[bool, set[str]]:
    """In a transaction of its own, at the place in the order where it was stored."""
    taken = transaction.envelopes.taken(number)
    if taken is None or taken.status != "quarantined":
        return False, set()
    envelope = _read(Envelope(taken.header, taken.body, taken.signature))
    locked = lock_with_waiting(transaction, families_of(envelope))
    intake = _Intake(operation, transaction, Applying(transaction, locked))
    if taken.reason == "unreadable" and envelope.header.format:
        transaction.envelopes.describe(number, envelope.header)
        transaction.media.name(number, names_in(envelope.header.media))
    judgement = intake.judge_again(envelope, taken)
    if (judgement.status, judgement.reason) == (taken.status, taken.reason):
        return False, set()
    transaction.envelopes.judged(number, judgement.status, judgement.reason)
    transaction.envelopes.wait(number, judgement.awaits)
    intake.finish()
    return judgement.status != "quarantined", intake.rekeyed


def held_of(
    operation: Operation, transaction: Transaction, marks: Iterable[EnvelopeMark]
) -> list[PushResult]:
    """Of those in custody what a push of them would answer. One that nobody is known to have
    signed is not held: the laptop's own may have been spoiled on the way."""
    results = []
    for mark in marks:
        for one in transaction.envelopes.held(mark.id):
            if one.hash == mark.hash and one.reason not in _UNPROVEN:
                results.append(_told(operation, mark.id, one))
                break
    return results


class _Intake:
    def __init__(
        self,
        operation: Operation,
        transaction: Transaction,
        applying: Applying,
    ) -> None:
        self._operation = operation
        self._tx = transaction
        self._applying = applying
        self._point: int | None = None
        self._now = operation.now()

    def take(self, carrier: Account, envelope: SealedEnvelope) -> PushResult:
        if not is_body_intact(envelope):
            return PushResult(envelope_id=envelope.id, status="retry", reason="body_damaged")
        held = self._tx.envelopes.held(envelope.id)
        for one in held:
            if (one.hash, one.signature) == (envelope.hash, envelope.signature):
                return _told(self._operation, envelope.id, one)
        place = _Place(self._tx.envelopes.next_number(), self._next_point(), self._now)
        if any(one.hash != envelope.hash and one.reason not in _UNPROVEN for one in held):
            judgement = Judgement("id_reuse", "id_reuse")
        else:
            judgement = self._judge(envelope, place)
        receipt = self._hold(carrier, envelope, place, judgement)
        if judgement.awaits:
            self._tx.envelopes.wait(place.number, judgement.awaits)
        return PushResult(
            envelope_id=envelope.id,
            status=judgement.status,
            reason=judgement.reason,
            receipt=receipt,
        )

    def finish(self) -> None:
        if self._point is not None:
            self._applying.judge_again(self._point)
        self._applying.finish()

    @property
    def rekeyed(self) -> set[str]:
        return self._applying.bench.rekeyed

    def judge_again(self, envelope: SealedEnvelope, taken: TakenEnvelope) -> Judgement:
        """At the place that it has; it takes effect now."""
        reason, author = self._admit(envelope)
        if reason or author is None:
            return quarantined(reason)
        point = self._next_point()
        return self._applying.apply(
            Arrival(envelope, author, taken.number, point, taken.received_at, place=taken.point)
        )

    def _judge(self, envelope: SealedEnvelope, place: _Place) -> Judgement:
        reason, author = self._admit(envelope)
        if reason or author is None:
            return quarantined(reason)
        return self._applying.apply(
            Arrival(
                envelope, author, place.number, place.point, place.received_at, place=place.point
            )
        )

    def _admit(self, envelope: SealedEnvelope) -> tuple[str, Account | None]:
        """Why it is not interpreted (empty when it is), and who made it."""
        header = envelope.header
        if header.format == 0:
            return "unreadable", None
        device = self._tx.accounts.device(header.device_id)
        if device is None:
            return "unknown_device", None
        if not self._is_signed(envelope, device):
            return "bad_signature", None
        author = self._tx.accounts.get(header.account_id)
        if author is None:
            return "unknown_account", None
        reason = ""
        if device.account_id != header.account_id:
            reason = "foreign_device"
        elif (device.revoked or author.revoked) and header.kind != "acknowledgement":
            reason = "revoked"
        elif header.format > FORMAT:
            reason = "unknown_format"
        elif not self._applying.knows(header.kind):
            reason = "unknown_kind"
        elif not 0 < header.sequence < MAX_SEQUENCE:
            reason = "bad_header"
        return reason, author

    def _is_signed(self, envelope: SealedEnvelope, device: Device) -> bool:
        """By its present key, or by one that it had before."""
        if is_signature_valid(envelope, device.device_key):
            return True
        former = self._tx.accounts.former_keys(device.device_id)
        return any(is_signature_valid(envelope, key) for key, _ in former)

    def _hold(
        self, carrier: Account, envelope: SealedEnvelope, place: _Place, judgement: Judgement
    ) -> Receipt:
        header = envelope.header
        receipt_no = f"{self._operation.lineage[:4].upper()}-{place.number:08d}"
        payload = ReceiptPayload(
            receipt_no=receipt_no,
            envelope_id=envelope.id,
            envelope_hash=envelope.hash,
            status=judgement.status,
            point=place.point,
            lineage=self._operation.lineage,
            received_at=place.received_at,
        )
        receipt = sign_receipt(payload, self._operation.keys.receipt_seed)
        self._tx.envelopes.add(
            NewEnvelope(
                number=place.number,
                envelope_id=envelope.id,
                hash=envelope.hash,
                header=envelope.header_bytes,
                body=envelope.body,
                signature=envelope.signature,
                kind=header.kind,
                account_id=header.account_id,
                device_id=header.device_id,
                incarnation=header.incarnation,
                sequence=stored_sequence(header),
                family_id=header.family_id,
                carried_by=carrier.account_id,
                point=place.point,
                received_at=place.received_at,
                status=judgement.status,
                reason=judgement.reason,
                receipt_no=receipt_no,
                receipt=receipt,
            )
        )
        if header.media:
            self._tx.media.name(place.number, names_in(header.media))
        return receipt

    def _next_point(self) -> int:
        """Drawn with the first new envelope only: a push of duplicates changes nothing."""
        if self._point is None:
            self._point = self._tx.next_point()
        return self._point


def _told(operation: Operation, envelope_id: str, held: HeldEnvelope) -> PushResult:
    return PushResult(
        envelope_id=envelope_id,
        # A reused id stays one: told as a duplicate, its receipt would look forged.
        status="id_reuse" if held.reason == "id_reuse" else "duplicate",
        reason=held.reason,
        receipt=_again(operation, held.receipt),
    )


def _again(operation: Operation, receipt: Receipt) -> Receipt:
    """The receipt as it was given; after a restored backup, of the new lineage."""
    payload = msgspec.msgpack.decode(receipt.payload, type=ReceiptPayload)
    if payload.lineage == operation.lineage:
        return receipt
    renewed = msgspec.structs.replace(payload, lineage=operation.lineage)
    return sign_receipt(renewed, operation.keys.receipt_seed)


def _read(wire: Envelope) -> SealedEnvelope:
    """The envelope with its header; one that nobody can read gets a header of ours."""
    try:
        return open_envelope(wire.header, wire.body, wire.signature)
    except (ValueError, RecursionError):
        hash_ = hashlib.sha256(wire.header).digest()
    found = _fields_of(wire.header)
    id_, body_sha256 = found.get("id"), found.get("body_sha256")
    if not (isinstance(id_, str) and 0 < len(id_) <= 200):
        id_ = f"unreadable-{hash_.hex()}"
    if not isinstance(body_sha256, bytes):
        body_sha256 = hashlib.sha256(wire.body).digest()
    header = Header(
        format=0,
        id=id_,
        kind="",
        device_id="",
        account_id="",
        incarnation="",
        sequence=0,
        previous=b"",
        created_at="",
        monotonic_ms=0,
        body_sha256=body_sha256,
        body_size=len(wire.body),
    )
    return SealedEnvelope(wire.header, wire.body, wire.signature, hash_, header)


def _fields_of(header_bytes: bytes) -> dict[Any, Any]:
    """What can be read of a header of another version: id and body hash mean what they meant."""
    try:
        found = msgspec.msgpack.decode(header_bytes)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
