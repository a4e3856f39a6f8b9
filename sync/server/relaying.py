"""Sealed items that others carried here: opened, taken into custody as a push, answered one by one.

What cannot be opened is held as well, under an id of the server's own, so that its carrier is rid
of it and its owner is told.
"""

from __future__ import annotations

from collections.abc import Sequence

from nacl.exceptions import CryptoError

from enumerator.store.answer import Answer, AnswerPayload, item_hash, sign_answer
from enumerator.store.envelope import Envelope
from enumerator.store.receipt import PushResult
from enumerator.store.spool import unsealed
from sync.server import custody
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


def take(operation: Operation, carrier: Account, items: Sequence[bytes]) -> list[Answer]:
    """In the order of ``items``; held on the disk when this returns."""
    results = custody.take(operation, carrier, [_opened(operation, item) for item in items])
    return _answers(operation, items, results)


def _opened(operation: Operation, sealed: bytes) -> Envelope:
    try:
        return unsealed(sealed, operation.keys.seal_seed)
    except (CryptoError, ValueError, RecursionError):
        return Envelope(sealed, b"", b"")  # no header: it is held as unreadable


def _answers(
    operation: Operation, items: Sequence[bytes], results: Sequence[PushResult]
) -> list[Answer]:
    with operation.store.reading() as transaction:
        safe_point = transaction.fact("safe_point")
    server_time = operation.now()
    return [
        sign_answer(
            AnswerPayload(
                item=item_hash(item),
                result=result,
                lineage=operation.lineage,
                safe_point=safe_point if isinstance(safe_point, int) else 0,
                server_time=server_time,
            ),
            operation.keys.receipt_seed,
        )
        for item, result in zip(items, results, strict=True)
    ]
