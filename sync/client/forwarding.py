"""Sending on what this laptop carries for others, after all work of its own.

A failure is blamed on a single item only, and only while the server itself can be reached; the
rest goes on. A server that is too old to take sealed items keeps nobody from anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from enumerator.errors import KnownError
from enumerator.store.answer import Answer, heard
from sync.client.connection import LINK_CODES, Transport
from sync.client.pace import Pace
from sync.client.probing import probe
from sync.protocol import RelayReply, RelayRequest, SealedItem

if TYPE_CHECKING:
    from enumerator.store import OfficerStore
    from enumerator.store.shelf import CarriedItem

_GIVE_UP_CODES = frozenset({"session_expired", "cancelled", "unknown_device", "bad_certificate"})
_TOO_OLD = frozenset({"not_found", "not_allowed"})
_FAULTS_A_SESSION = 12


class Forwarding:
    """``forwarded`` counts the items that the server answered in this session."""

    def __init__(self, store: OfficerStore, transport: Transport) -> None:
        self._store = store
        self._transport = transport
        self._pace = Pace()
        self._faults = 0
        self.forwarded = 0

    def forward_all(self, token: str) -> None:
        """KnownError of the link or the server, ``bad_receipt`` when the answers are forged."""
        shelf = self._store.shelf
        while batch := shelf.next_batch(self._pace.max_envelopes, self._pace.max_bytes):
            try:
                if not self._forward(batch, token):
                    return
            except KnownError as error:
                self._failed(batch, error)

    def _forward(self, batch: Sequence[CarriedItem], token: str) -> bool:
        """False when the server does not know of sealed items."""
        clock = self._store.clock
        started_ms = clock.monotonic_ms()
        carried = self._transport.bytes_up + self._transport.bytes_down
        request = RelayRequest(
            items=[SealedItem(sealed=one.sealed, kind=one.kind) for one in batch]
        )
        try:
            reply = self._transport.call("/v1/relay", request, RelayReply, token)
        except KnownError as error:
            if error.code in _TOO_OLD:
                return False
            raise
        took_ms = clock.monotonic_ms() - started_ms
        carried = self._transport.bytes_up + self._transport.bytes_down - carried
        self._pace.passed(len(batch), sum(len(one.sealed) for one in batch), took_ms, carried)
        recorded = self._store.shelf.record(reply.answers)
        self.forwarded += recorded
        _, stayed = self._store.shelf.find([one.item for one in batch])
        self._store.shelf.record_failure(stayed)
        if not recorded and not self._is_from_server(reply.answers):
            raise KnownError(
                "bad_receipt",
                "The server's receipts do not hold, so nothing counts as delivered. "
                "Tell your office: the address may lead to another server.",
            )
        return True

    def _is_from_server(self, answers: Iterable[Answer]) -> bool:
        """Whether it said anything: that it does not hold an item is an answer, too."""
        key = self._store.enrolment.server_receipt_key
        return any(heard(answer, key) is not None for answer in answers)

    def _failed(self, batch: Sequence[CarriedItem], error: KnownError) -> None:
        """Raises ``error`` when the session cannot go on."""
        self._faults += 1
        if error.code in _GIVE_UP_CODES or error.code == "bad_receipt":
            raise error
        if error.code in LINK_CODES and not self._is_server_there():
            raise error
        self._pace.failed(len(batch), is_cut=error.code in LINK_CODES)
        if len(batch) == 1:
            self._store.shelf.record_failure([batch[0].item])
        if self._faults >= _FAULTS_A_SESSION:
            raise error

    def _is_server_there(self) -> bool:
        key = self._store.enrolment.server_receipt_key
        try:
            probe(self._transport, key, self._store.chance)
        except KnownError:
            return False
        return True
