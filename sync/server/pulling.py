"""Answering a pull: a page of the caller's own stream, and on the last page its digest."""

from __future__ import annotations

from enumerator.store.feed import FeedRow, digest_of_hashes
from sync.protocol import PullReply, PullRequest
from sync.server.operation import Operation
from sync.server.store import Account

_LEAST_BUDGET_BYTES = 4 * 1024
_MOST_BUDGET_BYTES = 1024 * 1024
_ROW_OVERHEAD_BYTES = 60


def pull(operation: Operation, account: Account, request: PullRequest) -> PullReply:
    """Page and digest come from one snapshot. A cursor above the stream's counter (a restored
    server) gives no rows and a digest that tells."""
    budget = max(_LEAST_BUDGET_BYTES, min(request.budget_bytes, _MOST_BUDGET_BYTES))
    with operation.store.reading(account.account_id) as transaction:
        streams = transaction.streams
        cursor = min(max(0, request.cursor), streams.counter(account.account_id))
        rows: list[FeedRow] = []
        more = False
        for row in streams.page(account.account_id, cursor):
            budget -= len(row.body) + len(row.key) + _ROW_OVERHEAD_BYTES
            if rows and budget < 0:
                more = True
                break
            rows.append(row)
        digest = None if more else digest_of_hashes(streams.live_hashes(account.account_id))
    return PullReply(
        rows=rows, cursor=rows[-1].counter if rows else cursor, more=more, digest=digest
    )
