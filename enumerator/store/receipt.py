"""Receipts: only the server's signature ends the laptop's custody, never an HTTP status."""

from __future__ import annotations

import functools

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from enumerator.store.envelope import canonical

CUSTODY_STATUSES = frozenset({"stored", "duplicate", "alternate", "quarantined"})
"""Results after which the server holds the bytes."""
_MEDIA = b"enumerator media receipt\x00"


class ReceiptPayload(msgspec.Struct, frozen=True, kw_only=True):
    receipt_no: str
    envelope_id: str
    envelope_hash: bytes
    status: str
    point: int
    """The server's durable position at which the bytes were stored."""
    lineage: str
    received_at: str


class Receipt(msgspec.Struct, frozen=True):
    """``payload`` is the canonical encoding of a :class:`ReceiptPayload`."""

    payload: bytes
    signature: bytes


class PushResult(msgspec.Struct, frozen=True, kw_only=True):
    envelope_id: str
    status: str
    """stored | duplicate | alternate | quarantined | id_reuse | retry"""
    reason: str = ""
    receipt: Receipt | None = None


def sign_receipt(payload: ReceiptPayload, server_key: bytes) -> Receipt:
    """Sign with the server's Ed25519 seed."""
    data = canonical(payload)
    return Receipt(data, _signing_key(server_key).sign(data).signature)


def verified(receipt: Receipt, server_receipt_key: bytes) -> ReceiptPayload | None:
    """The payload, or None when the signature is not the server's or the payload malformed."""
    try:
        VerifyKey(server_receipt_key).verify(receipt.payload, receipt.signature)
        return msgspec.msgpack.decode(receipt.payload, type=ReceiptPayload)
    except (BadSignatureError, ValueError):
        return None


class MediaReceiptPayload(msgspec.Struct, frozen=True, kw_only=True):
    """Of a photo or sound: content is its own name, so the hash says what was stored."""

    sha256: str
    size_bytes: int
    point: int
    """Of the transaction that stored the last byte."""
    lineage: str
    received_at: str


def sign_media_receipt(payload: MediaReceiptPayload, server_key: bytes) -> Receipt:
    """Sign with the server's Ed25519 seed; never to be taken for an envelope's receipt."""
    data = canonical(payload)
    return Receipt(data, _signing_key(server_key).sign(_MEDIA + data).signature)


def verified_media(receipt: Receipt, server_receipt_key: bytes) -> MediaReceiptPayload | None:
    """The payload, or None when the signature is not the server's or the payload malformed."""
    try:
        VerifyKey(server_receipt_key).verify(_MEDIA + receipt.payload, receipt.signature)
        return msgspec.msgpack.decode(receipt.payload, type=MediaReceiptPayload)
    except (BadSignatureError, ValueError):
        return None


@functools.lru_cache(maxsize=1)
def _signing_key(seed: bytes) -> SigningKey:
    """A server has one; to derive it takes as long as to sign."""
    return SigningKey(seed)
