"""Asking what a server lacks that went back, or that knows a later life of this laptop.

Receipts that became void are asked for again by hash; only what is really lacking is sent again.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from enumerator.errors import KnownError
from sync.client.connection import Transport
from sync.protocol import MAX_MARKS, EnvelopeMark, HaveReply, HaveRequest, MediaHeld, MediaMark

if TYPE_CHECKING:
    from enumerator.store import OfficerStore
    from enumerator.store.media import WaitingMedia

_TOO_OLD = frozenset({"not_found", "not_allowed"})


def ask_for_envelopes(store: OfficerStore, transport: Transport, token: str) -> int:
    """How many the server held. KnownError of the link or the server, ``bad_receipt``."""
    marks = iter(store.outbox.marks_to_ask())
    received = 0
    while batch := list(islice(marks, MAX_MARKS)):
        request = HaveRequest(envelopes=[EnvelopeMark(id=id_, hash=hash_) for id_, hash_ in batch])
        reply = _ask(transport, request, token)
        if reply is None:
            break
        asked = {id_ for id_, _ in batch}
        recorded = store.outbox.record_results(
            result for result in reply.held if result.envelope_id in asked
        )
        received += recorded.received
        if recorded.forged:
            raise bad_receipt()
    store.outbox.asked()
    return received


def ask_for_media(
    transport: Transport, media: list[WaitingMedia], token: str
) -> dict[str, MediaHeld] | None:
    """By SHA-256; None when the server is too old to take media."""
    marks = [MediaMark(sha256=one.sha256, size_bytes=one.size_bytes) for one in media]
    reply = _ask(transport, HaveRequest(envelopes=[], media=marks), token)
    return None if reply is None else {held.sha256: held for held in reply.media}


def bad_receipt() -> KnownError:
    return KnownError(
        "bad_receipt",
        "The server's receipts do not hold, so nothing counts as delivered. "
        "Tell your office: the address may lead to another server.",
    )


def _ask(transport: Transport, request: HaveRequest, token: str) -> HaveReply | None:
    """None of a server that does not know the question: then everything is sent."""
    try:
        return transport.call("/v1/have", request, HaveReply, token)
    except KnownError as error:
        if error.code in _TOO_OLD:
            return None
        raise
