"""Sealed items that others carried here: opened, taken into custody as a push, answered one by one.

What cannot be opened is held as well, under an id of the server's own, so that its carrier is rid
of it and its owner is told.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec
from nacl.exceptions import CryptoError

from enumerator.store.answer import Answer, AnswerPayload, item_hash, sign_answer
from enumerator.store.bundle import MEDIA
from enumerator.store.envelope import Envelope
from enumerator.store.receipt import PushResult
from enumerator.store.spool import unsealed_media
from sync.protocol import MAX_ENVELOPES, SealedItem
from sync.server import custody, media
from sync.server.operation import Operation
from sync.server.store import Account

T = TypeVar("T")
BATCH_BYTES = 8 * 1024 * 1024
"""What the office takes from files in one transaction, and holds in memory."""
OFFICE = Account(
    account_id="office",
    login="office",
    name="",
    role="office",
    supervisor_id=None,
    revoked=False,
    last_contact_at=None,
)
"""Who brings what the office takes from files."""


def batches(items: Iterable[T], size_bytes: Callable[[T], int]) -> Iterator[list[T]]:
    """As many at a time as a push may have, and no more once :data:`BATCH_BYTES` are reached."""
    batch: list[T] = []
    size = 0
    for item in items:
        batch.append(item)
        size += size_bytes(item)
        if len(batch) == MAX_ENVELOPES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def take(operation: Operation, carrier: Account, items: Sequence[SealedItem]) -> list[Answer]:
    """In the order of ``items``; held on the disk when this returns. Photos go after envelopes:
    those name them.

    What an item is, its content says. The kind that comes with it is its carrier's word, and tells
    only whether what is no envelope may be a photo that nothing names yet.
    """
    opened = [_opened(operation, item.sealed) for item in items]
    judged: dict[int, tuple[PushResult, str]] = {}
    envelopes = {place: one for place, one in enumerate(opened) if isinstance(one, Envelope)}
    results = custody.take(operation, carrier, list(envelopes.values()))
    for place, result in zip(envelopes, results, strict=True):
        judged[place] = (result, "")
    for place, (one, item) in enumerate(zip(opened, items, strict=True)):
        if not isinstance(one, Envelope):
            judged[place] = _take_photo(operation, carrier, item, one)
    return _answers(operation, items, [judged[place] for place in range(len(items))])


def _take_photo(
    operation: Operation, carrier: Account, item: SealedItem, content: bytes
) -> tuple[PushResult, str]:
    """And the hash of its content. What is no photo is held as other rubbish is."""
    if item.kind != MEDIA and not _is_named(operation, content):
        (result,) = custody.take(operation, carrier, [_unreadable(item.sealed)])
        return result, ""
    held = media.take_whole(operation, carrier, content)
    status = "stored" if held.receipt is not None else "refused"
    result = PushResult(envelope_id="", status=status, reason=held.reason, receipt=held.receipt)
    return result, held.sha256


def _is_named(operation: Operation, content: bytes) -> bool:
    with operation.store.reading() as transaction:
        return transaction.media.is_named(hashlib.sha256(content).hexdigest())


def _opened(operation: Operation, sealed: bytes) -> Envelope | bytes:
    """An envelope, or the content of what is none."""
    try:
        content = unsealed_media(sealed, operation.keys.seal_seed)
    except (CryptoError, ValueError):
        return _unreadable(sealed)
    try:
        return msgspec.msgpack.decode(content, type=Envelope)
    except (ValueError, RecursionError):
        return content


def _unreadable(sealed: bytes) -> Envelope:
    """Without a header: it is held as unreadable."""
    return Envelope(sealed, b"", b"")


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
