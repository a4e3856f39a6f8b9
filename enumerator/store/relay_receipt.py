"""A relay's receipt: another laptop carries a sealed copy. It tells where a copy is and ends
nothing."""

from __future__ import annotations

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from enumerator.store.envelope import canonical

_CONTEXT = b"enumerator relay receipt\x00"
"""The server signs nothing that begins like this, and laptops sign no receipts of the server."""


class RelayReceiptPayload(msgspec.Struct, frozen=True, kw_only=True):
    item: bytes
    """SHA-256 of the sealed bytes."""
    login: str
    """Whose laptop carries it."""
    taken_at: str
    """That laptop's clock."""


class RelayReceipt(msgspec.Struct, frozen=True):
    """``payload`` is the canonical encoding of a :class:`RelayReceiptPayload`."""

    payload: bytes
    signature: bytes


def sign_relay_receipt(payload: RelayReceiptPayload, account_key: bytes) -> RelayReceipt:
    """Sign with the Ed25519 seed of the account that carries."""
    data = canonical(payload)
    return RelayReceipt(data, SigningKey(account_key).sign(_CONTEXT + data).signature)


def verified_relay_receipt(receipt: RelayReceipt, relay_key: bytes) -> RelayReceiptPayload | None:
    """The payload, or None when the signature is not that relay's or the payload malformed."""
    try:
        VerifyKey(relay_key).verify(_CONTEXT + receipt.payload, receipt.signature)
        return msgspec.msgpack.decode(receipt.payload, type=RelayReceiptPayload)
    except (BadSignatureError, ValueError):
        return None
