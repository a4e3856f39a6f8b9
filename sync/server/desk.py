"""The server's front desk: what each message may do, whatever carries it here.

HTTP is one carrier (``app``); a relay or a simulation is another.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from enumerator.errors import KnownError
from enumerator.store.answer import AnswerPayload
from enumerator.store.receipt import PushResult
from sync.protocol import (
    ChallengeReply,
    ChallengeRequest,
    ClaimReply,
    ClaimRequest,
    EnrolReply,
    EnrolRequest,
    HaveReply,
    HaveRequest,
    HealthReply,
    HelloReply,
    HelloRequest,
    MediaChunk,
    MediaHeld,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    RelayReply,
    RelayRequest,
    health_bytes,
)
from sync.server import accounts, claiming, custody, media, pulling, relaying
from sync.server.metering import Metrics
from sync.server.nonces import Nonces
from sync.server.operation import Operation
from sync.server.sessions import Caller, Sessions


class Desk:
    """Thread-safe; closing the operation is the caller's."""

    def __init__(
        self,
        operation: Operation,
        metrics: Metrics | None = None,
        nonces: Nonces | None = None,
    ) -> None:
        self.operation = operation
        self.metrics = metrics or Metrics()
        self._sessions = Sessions(operation, nonces)

    def health(self, nonce: str) -> HealthReply:
        """Signed, so that whoever asks knows that no captive portal answered."""
        server_time = self.operation.now()
        signature = self.operation.keys.sign(health_bytes(nonce, server_time))
        return HealthReply(status="ok", nonce=nonce, server_time=server_time, signature=signature)

    def enrol(self, request: EnrolRequest) -> EnrolReply:
        """Redeem a one-time code with new keys. KnownErrors of ``accounts.enrol``."""
        return accounts.enrol(self.operation, request)

    def challenge(self, request: ChallengeRequest) -> ChallengeReply:
        return ChallengeReply(nonce=self._sessions.challenge(request.device_id))

    def hello(self, request: HelloRequest) -> HelloReply:
        """KnownErrors of ``Sessions.hello``."""
        reply = self._sessions.hello(request)
        self.metrics.count("enumerator_sessions_total", verdict=reply.verdict)
        return reply

    def caller(self, authorization: str) -> Caller:
        """Whose session it is. KnownError ``session_expired``."""
        return self._sessions.caller(authorization)

    def callers(self, authorizations: Sequence[str]) -> list[Caller | None]:
        """As :meth:`caller` each; None for one that must say hello again."""
        return self._sessions.callers(authorizations)

    def push(self, caller: Caller, request: PushRequest) -> PushReply:
        """Take envelopes into custody. Open to closed accounts too: theirs are quarantined."""
        (reply,) = self.push_together([(caller, request)])
        return reply

    def push_together(self, pushes: Sequence[tuple[Caller, PushRequest]]) -> list[PushReply]:
        """As :meth:`push` each, all in one transaction."""
        found = custody.take_together(
            self.operation, [(caller.account, request.envelopes) for caller, request in pushes]
        )
        for results in found:
            self._count(results)
        return [PushReply(results=results) for results in found]

    def relay(self, caller: Caller, request: RelayRequest) -> RelayReply:
        """Take what the caller carries for others into custody, as :meth:`push` does."""
        answers = relaying.take(self.operation, caller.account, request.items)
        self._count(
            msgspec.msgpack.decode(answer.payload, type=AnswerPayload).result for answer in answers
        )
        return RelayReply(answers=answers)

    def have(self, caller: Caller, request: HaveRequest) -> HaveReply:
        """What of these the server lacks. Open to closed accounts, as it serves uploads."""
        with self.operation.store.reading() as transaction:
            held = custody.held_of(self.operation, transaction, request.envelopes)
            parts = media.held_of(self.operation, transaction, caller.account, request.media)
        here = {result.envelope_id for result in held}
        lacking = [mark.id for mark in request.envelopes if mark.id not in here]
        return HaveReply(held=held, lacking=lacking, media=parts)

    def media(self, caller: Caller, chunk: MediaChunk) -> MediaHeld:
        """Take the next bytes of a photo or sound. Open to closed accounts, as pushes are."""
        return media.take_chunk(self.operation, caller.account, chunk)

    def claim(self, caller: Caller, request: ClaimRequest) -> ClaimReply:
        """Who else is at this door. KnownErrors of ``active`` and ``claiming.claim``."""
        return claiming.claim(self.operation, active(caller).account, request.family_id)

    def pull(self, caller: Caller, request: PullRequest) -> PullReply:
        """A page of the caller's own stream. KnownError ``revoked``."""
        return pulling.pull(self.operation, active(caller).account, request)

    def _count(self, results: Iterable[PushResult]) -> None:
        for one in results:
            self.metrics.count("enumerator_envelopes_total", status=one.status, reason=one.reason)


def active(caller: Caller) -> Caller:
    """Downloads end with a revocation, uploads never do. KnownError ``revoked``, ``frozen``,
    ``session_expired``, ``upgrade_needed``."""
    if caller.is_revoked:
        raise KnownError("revoked", "This account or laptop is closed. Ask your office.")
    if caller.is_frozen:
        raise KnownError("frozen", "The office has frozen this laptop. Ask your supervisor.")
    if caller.is_too_old:
        raise KnownError(
            "upgrade_needed",
            "This laptop's program is too old for what the server sends. What was recorded is "
            "still taken; install the newer program, which keeps all data.",
        )
    if caller.is_outdated:
        raise KnownError("session_expired", "Say hello again with the laptop's new key.")
    return caller
