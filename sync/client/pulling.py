"""Bringing the account's stream up to date, and healing it when the digests differ."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from enumerator.errors import KnownError
from enumerator.store.feed import FeedRow, feed_digest
from sync.client.connection import Transport
from sync.protocol import PullReply, PullRequest

if TYPE_CHECKING:
    from enumerator.store import OfficerStore

PAGE_BYTES = 64 * 1024
"""About 10 s on 2G once compressed; a page is applied whole or not at all."""


def pull_stream(
    store: OfficerStore, transport: Transport, token: str, applied: Callable[[int], None]
) -> None:
    """``applied`` is told how many rows each page brought. KnownError of the link or the server,
    ``feed_mismatch`` when even a whole new stream does not match its digest. A server that closed
    the account takes the list away with it, and nothing that was recorded."""
    try:
        _bring_up_to_date(store, transport, token, applied)
    except KnownError as error:
        if error.code == "revoked":
            store.note_revoked(revoked=True)
        raise
    store.note_revoked(revoked=False)


def _bring_up_to_date(
    store: OfficerStore, transport: Transport, token: str, applied: Callable[[int], None]
) -> None:
    stream = store.stream
    more = True
    digest: bytes | None = None
    while more:
        cursor = store.inbox.cursor(stream)
        page = _page(transport, cursor, token)
        if page.more and page.cursor <= cursor:
            break  # no progress is no stream: let the digest decide
        applied(store.inbox.apply_page(stream, page.rows, page.cursor))
        more, digest = page.more, page.digest
    if digest is None or digest != store.inbox.digest(stream):
        applied(_refetch(store, transport, token))
    store.inbox.end_pending()


def _refetch(store: OfficerStore, transport: Transport, token: str) -> int:
    """The whole stream into memory, checked, then swapped in within one transaction."""
    rows: dict[str, FeedRow] = {}
    cursor = 0
    while True:
        page = _page(transport, cursor, token)
        for row in page.rows:
            held = rows.get(row.key)
            if held is None or held.counter < row.counter:
                rows[row.key] = row
        if not page.more:
            break
        if page.cursor <= cursor:
            raise _mismatch()
        cursor = page.cursor
    live = ((row.key, row.body) for row in rows.values() if not row.gone)
    if page.digest != feed_digest(live):
        raise _mismatch()
    return store.inbox.replace_stream(store.stream, list(rows.values()), page.cursor)


def _page(transport: Transport, cursor: int, token: str) -> PullReply:
    request = PullRequest(cursor=cursor, budget_bytes=PAGE_BYTES)
    return transport.call("/v1/pull", request, PullReply, token)


def _mismatch() -> KnownError:
    return KnownError(
        "feed_mismatch",
        "The list from the server does not add up. Your work is untouched; it is tried again.",
    )
