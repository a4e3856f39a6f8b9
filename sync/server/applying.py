"""Interpreting envelopes within one transaction. Custody holds the bytes whatever is decided here.

The rules are in :mod:`sync.server.judging`, a module a kind.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from enumerator.store.envelope import AcknowledgementBody, SealedEnvelope, open_envelope, read
from sync.server import commanding
from sync.server.judging.arrival import STORED, Arrival, Bench, Judgement, families_of, quarantined
from sync.server.judging.decisions import judge_return, judge_settlement
from sync.server.judging.drafts import judge_draft
from sync.server.judging.interviews import judge_interview
from sync.server.judging.orders import judge_reassignment
from sync.server.judging.visits import judge_visit
from sync.server.store import (
    StoreFailedError,
    StreamState,
    TakenEnvelope,
    Transaction,
    TryAgainError,
)
from sync.server.streaming import Streaming

log = logging.getLogger(__name__)


def known_kinds() -> list[str]:
    """What this program understands; anything else is held until one comes that does."""
    return sorted(_KINDS)


def _keep(_bench: Bench, _arrival: Arrival) -> Judgement:
    """In custody, readable, without an effect on a case."""
    return STORED


def _judge_acknowledgement(bench: Bench, arrival: Arrival) -> Judgement:
    header = arrival.envelope.header
    try:
        body = read(AcknowledgementBody, arrival.envelope.body)
    except ValueError:
        return quarantined("bad_body")
    reason, has_new_keys = commanding.acknowledge(bench.tx, header, body, arrival.received_at)
    if has_new_keys:
        bench.rekeyed.add(header.device_id)
    return Judgement("stored", reason)


_KINDS: Mapping[str, Callable[[Bench, Arrival], Judgement]] = MappingProxyType(
    {
        "visit": judge_visit,
        "interview": judge_interview,
        "reassignment": judge_reassignment,
        "settlement": judge_settlement,
        "return": judge_return,
        "draft": judge_draft,
        "note": _keep,
        "acknowledgement": _judge_acknowledgement,
    }
)


class Applying:
    """``locked``: the cases that the transaction has to itself, those of waiting envelopes
    included (:func:`lock_with_waiting`)."""

    def __init__(self, transaction: Transaction, locked: Iterable[str]) -> None:
        self._tx = transaction
        self._locked = set(locked)
        self.bench = Bench(transaction)

    def knows(self, kind: str) -> bool:
        return kind in _KINDS

    def apply(self, arrival: Arrival) -> Judgement:
        """Whole or not at all; TryAgainError when the database wants it again, StoreFailedError
        when its disk is full."""
        happened = set(self.bench.happened)
        try:
            with self._tx.savepoint():
                return _KINDS[arrival.envelope.header.kind](self.bench, arrival)
        except (StoreFailedError, TryAgainError):
            raise
        except Exception:
            # Custody goes before meaning: our own fault must not cost the officer the interview.
            log.exception("envelope %s could not be interpreted", arrival.envelope.id)
            self.bench.happened = happened
            return quarantined("interpretation_failed")

    def judge_again(self, point: int) -> None:
        """What waited for that which happened here, and for what comes of it. ``point``: of this
        transaction."""
        while self.bench.happened:
            happened, self.bench.happened = self.bench.happened, set()
            for taken in self._tx.envelopes.waiting(happened):
                self._judge_again(taken, point)

    def _judge_again(self, taken: TakenEnvelope, point: int) -> None:
        envelope = _opened(taken)
        author = self._tx.accounts.get(taken.account_id)
        if author is None:
            return
        if not self._locked.issuperset(families_of(envelope)):
            raise TryAgainError  # it came while we waited for our cases
        judgement = self.apply(
            Arrival(envelope, author, taken.number, point, taken.received_at, taken.point)
        )
        if judgement.reason == "interpretation_failed":
            return  # it waits on, for a program that can
        if judgement.status != "quarantined" or not judgement.awaits:
            self._tx.envelopes.wait(taken.number, ())
        if (judgement.status, judgement.reason) != (taken.status, taken.reason):
            self._tx.envelopes.judged(taken.number, judgement.status, judgement.reason)

    def finish(self) -> None:
        """Show what changed in the streams, once a family, in a fixed order of locks."""
        streaming = Streaming(self._tx)
        rows: list[tuple[str, StreamState]] = []
        for family_id in sorted(self.bench.touched):
            try:
                with self._tx.savepoint():
                    rows += streaming.case(family_id)
            except (StoreFailedError, TryAgainError):
                raise
            except Exception:
                # Never at the price of custody: the streams keep what they showed before.
                log.exception("case %s could not be shown", family_id)
        try:
            with self._tx.savepoint():
                streaming.put(rows)
        except (StoreFailedError, TryAgainError):
            raise
        except Exception:
            log.exception("%d stream rows could not be put", len(rows))
        self.bench.touched.clear()


def lock_with_waiting(transaction: Transaction, family_ids: Iterable[str]) -> set[str]:
    """Lock these cases, what took their place, and those of all envelopes that may be judged
    again with them; the whole of it."""
    wanted = set(family_ids)
    asked: set[str] = set()
    while more := wanted - asked:
        asked |= more
        wanted.update(transaction.events.successors(more))
        for taken in transaction.envelopes.waiting(more):
            wanted.update(families_of(_opened(taken)))
    transaction.lock_families(wanted)
    return wanted


def _opened(taken: TakenEnvelope) -> SealedEnvelope:
    return open_envelope(taken.header, taken.body, taken.signature)
