"""Sealed items that others carried here: opened, taken into custody as a push, answered one by one.

What cannot be opened is held as well, under an id of the server's own, so that its carrier is rid
of it and its owner is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from enumerator.store.answer import Answer, AnswerPayload, item_hash, sign_answer
from enumerator.store.bundle import MEDIA
from enumerator.store.envelope import Envelope
from enumerator.store.receipt import PushResult
from enumerator.store.spool import unsealed
from sync.protocol import SealedItem
from sync.server import custody, media
from sync.server.operation import Operation
from sync.server.store import Account

CARRIER = Account(
    account_id="office",
    login="office",
    name="",
    role="office",
    supervisor_id=None,
    revoked=False,
    last_contact_at=None,
)
"""Who brings what the office takes from files."""


def take(operation: Operation, carrier: Account, items: Sequence[SealedItem]) -> list[Answer]:
    """In the order of ``items``; held on the disk when this returns. Photos go after envelopes:
    those name them."""
    photos = [one for one in items if one.kind == MEDIA]
    others = [one for one in items if one.kind != MEDIA]
    envelopes = [_opened(operation, one.sealed) for one in others]
    judged: dict[int, tuple[PushResult, str]] = {}
    for item, result in zip(others, custody.take(operation, carrier, envelopes), strict=True):
        judged[id(item)] = (result, "")
    for item in photos:
        judged[id(item)] = _take_photo(operation, carrier, item.sealed)
    return _answers(operation, items, [judged[id(item)] for item in items])


def _take_photo(operation: Operation, carrier: Account, sealed: bytes) -> tuple[PushResult, str]:
    """And the hash of its content. What cannot be opened is no photo: held as other rubbish is."""
    try:
        content = SealedBox(PrivateKey(operation.keys.seal_seed)).decrypt(sealed)
    except (CryptoError, ValueError):
        (result,) = custody.take(operation, carrier, [Envelope(sealed, b"", b"")])
        return result, ""
    held = media.take_whole(operation, carrier, content)
    status = "stored" if held.receipt is not None else "refused"
    result = PushResult(envelope_id="", status=status, reason=held.reason, receipt=held.receipt)
    return result, held.sha256


def _opened(operation: Operation, sealed: bytes) -> Envelope:
    try:
        return unsealed(sealed, operation.keys.seal_seed)
    except (CryptoError, ValueError, RecursionError):
        return Envelope(sealed, b"", b"")  # no header: it is held as unreadable


def _answers(
    operation: Operation, items: Sequence[SealedItem], results: Sequence[tuple[PushResult, str]]
) -> list[Answer]:
    with operation.store.reading() as transaction:
        safe_point = transaction.fact("safe_point")
    server_time = operation.now()
    return [
        sign_answer(
            AnswerPayload(
                item=item_hash(item.sealed),
                result=result,
                lineage=operation.lineage,
                safe_point=safe_point if isinstance(safe_point, int) else 0,
                server_time=server_time,
                media=sha256,
            ),
            operation.keys.receipt_seed,
        )
        for item, (result, sha256) in zip(items, results, strict=True)
    ]
