"""The server's word on one carried item: what a push reply is for whoever cannot push.

An item is an envelope sealed to the office, named by the hash of its sealed bytes. It may lie on a
stick or on another laptop for days, so its answer says by itself, and signed as a whole, which
server spoke and when: nobody on the way can add to it, and an old one is known as old.
"""

from __future__ import annotations

import hashlib

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from enumerator.store.envelope import canonical
from enumerator.store.receipt import CUSTODY_STATUSES, PushResult

_CONTEXT = b"enumerator answer\x00"
"""No receipt, health answer or hello begins like this."""


class AnswerPayload(msgspec.Struct, frozen=True, kw_only=True):
    item: bytes
    """SHA-256 of the sealed bytes."""
    result: PushResult
    """As a push would have told. Sealed bytes that the office cannot open are held too, under an
    id of the server's own."""
    lineage: str
    safe_point: int
    server_time: str
    media: str = ""
    """SHA-256 (hex) of the photo or sound that the item was; its receipt is a media receipt."""


class Answer(msgspec.Struct, frozen=True):
    """``payload`` is the canonical encoding of an :class:`AnswerPayload`."""

    payload: bytes
    signature: bytes


def item_hash(sealed: bytes) -> bytes:
    return hashlib.sha256(sealed).digest()


def sign_answer(payload: AnswerPayload, server_key: bytes) -> Answer:
    """Sign with the server's Ed25519 seed."""
    data = canonical(payload)
    return Answer(data, SigningKey(server_key).sign(_CONTEXT + data).signature)


def heard(answer: Answer, server_receipt_key: bytes) -> AnswerPayload | None:
    """The payload, or None when the signature is not the server's or the payload malformed."""
    try:
        VerifyKey(server_receipt_key).verify(_CONTEXT + answer.payload, answer.signature)
        return msgspec.msgpack.decode(answer.payload, type=AnswerPayload)
    except (BadSignatureError, ValueError):
        return None


def is_settled(payload: AnswerPayload) -> bool:
    """Whether the server holds the item: whoever carried it need not carry it again."""
    return payload.result.receipt is not None and (
        payload.result.status in CUSTODY_STATUSES or payload.result.status == "id_reuse"
    )
