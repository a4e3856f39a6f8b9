"""Sending envelopes until none waits, each push as large as the link can carry.

A push that fails although the server itself can be reached is halved until one envelope is left,
and only that one is blamed: after three times it goes last, after four the outbox sets it aside,
and the rest goes on. A dead link is nobody's fault and counts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from enumerator.errors import KnownError
from sync.client.connection import LINK_CODES, Transport
from sync.client.pace import Pace
from sync.client.probing import probe
from sync.protocol import PushReply, PushRequest, PushResult

if TYPE_CHECKING:
    from enumerator.model import EnvelopeId
    from enumerator.store import OfficerStore, SealedEnvelope

_GIVE_UP_CODES = frozenset(
    {
        *("session_expired", "cancelled", "unknown_device", "bad_certificate"),
        *("no_space", "store_fault", "stopping"),
    }
)
"""Not about the envelopes at all. The last three: the server itself says that it cannot now."""
_FAULTS_A_SESSION = 16
"""Failed pushes before the session ends: six to halve 64, four to set one aside, and as many
again; then the back-off takes over."""


class Pushing:
    """``on_progress(done, total)`` counts envelopes of this session."""

    def __init__(
        self,
        store: OfficerStore,
        transport: Transport,
        on_progress: Callable[[int, int], None],
    ) -> None:
        self._store = store
        self._transport = transport
        self._on_progress = on_progress
        self._pace = Pace()
        self._faults = 0
        self._blamed: EnvelopeId | None = None
        self.pushed = 0
        self.receipts = 0

    def push_all(self, token: str) -> None:
        """KnownError of the link or the server, ``bad_receipt`` when the answers are forged."""
        while batch := self._store.outbox.next_batch(
            self._pace.max_envelopes, self._pace.max_bytes
        ):
            self._on_progress(self.pushed, self.pushed + self._store.outbox.pending().count)
            self._push(batch, token)

    def _push(self, batch: Sequence[SealedEnvelope], token: str) -> None:
        size_bytes = sum(envelope.size_bytes for envelope in batch)
        started_ms = self._store.clock.monotonic_ms()
        carried = self._transport.bytes_up + self._transport.bytes_down
        try:
            request = PushRequest(envelopes=[envelope.wire() for envelope in batch])
            reply = self._transport.call("/v1/push", request, PushReply, token)
        except KnownError as error:
            self._failed(batch, error)
            return
        took_ms = self._store.clock.monotonic_ms() - started_ms
        carried = self._transport.bytes_up + self._transport.bytes_down - carried
        self._pace.passed(len(batch), size_bytes, took_ms, carried)
        self._blamed = None
        self._record(batch, reply.results)

    def _record(self, batch: Sequence[SealedEnvelope], results: Sequence[PushResult]) -> None:
        sent = {envelope.id for envelope in batch}
        answers = [result for result in results if result.envelope_id in sent]
        recorded = self._store.outbox.record_results(answers)
        self.pushed += len(answers)
        self.receipts += recorded.received
        unanswered = sent - {result.envelope_id for result in answers}
        if unanswered:
            self._store.outbox.record_failure(sorted(unanswered))
        if recorded.forged:
            raise KnownError(
                "bad_receipt",
                "The server's receipts do not hold, so nothing counts as delivered. "
                "Tell your office: the address may lead to another server.",
                receipts=recorded.forged,
            )

    def _failed(self, batch: Sequence[SealedEnvelope], error: KnownError) -> None:
        """Raises ``error`` when the session cannot go on."""
        self._faults += 1
        if error.code in _GIVE_UP_CODES:
            raise error
        if error.code in LINK_CODES and not self._is_server_there():
            raise error
        self._pace.failed(len(batch), is_cut=error.code in LINK_CODES)
        if len(batch) == 1:
            self._blame(batch[0].id, error)
        if self._faults >= _FAULTS_A_SESSION:
            raise error

    def _blame(self, envelope_id: EnvelopeId, error: KnownError) -> None:
        """When two different ones fail in a row, it is the server's fault, not theirs."""
        self._store.outbox.record_failure([envelope_id])
        if self._blamed not in (None, envelope_id):
            raise error
        self._blamed = envelope_id

    def _is_server_there(self) -> bool:
        key = self._store.enrolment.server_receipt_key
        try:
            probe(self._transport, key, self._store.chance)
        except KnownError:
            return False
        return True
