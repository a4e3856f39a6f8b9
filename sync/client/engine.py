"""One session with the server, from hello to the last file. Pure of threads.

Order: hello, push, pull, push (what the pull gave rise to), what is carried for others,
questionnaires, photos and sounds; small things first.
It can be cut anywhere: each step is one transaction of the store, and the next session goes on
where this one ended. Nothing here ends custody: only receipts that the store itself verifies do.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from enumerator.errors import KnownError
from sync.client.asking import ask_for_envelopes
from sync.client.believing import believed, believed_forms
from sync.client.connection import Transport
from sync.client.downloads import fetch_forms
from sync.client.forwarding import Forwarding
from sync.client.pulling import pull_stream
from sync.client.pushing import Pushing
from sync.client.uploading import Uploading
from sync.protocol import (
    ChallengeReply,
    ChallengeRequest,
    EscrowWord,
    HelloFacts,
    HelloReply,
    HelloRequest,
    Versions,
    hello_bytes,
)

if TYPE_CHECKING:
    from enumerator.store import OfficerStore

RETRY_SET_ASIDE_S = 6 * 3600
"""Envelopes that were set aside get another chance after a pause this long: it may have been
the network's or the server's fault after all."""
_DOWNLOADS_CLOSED = frozenset({"revoked", "frozen", "upgrade_needed"})
_HELLOS = 3
"""In one session at most: a token lasts 15 minutes, a push on 2G can outlive it."""


@dataclass(frozen=True, slots=True)
class Progress:
    """``step``: hello | push | pull | forms | media, which counts bytes; ``total`` 0 where it is
    not known."""

    step: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a session did. ``failed`` None: all steps ended; else what ended it, everything
    before stands."""

    pushed: int = 0
    """Envelopes that were sent and answered."""
    receipts: int = 0
    """Envelopes whose custody the server took over."""
    set_aside: int = 0
    """Envelopes that cannot be delivered for now; the rest goes on without them."""
    rows_pulled: int = 0
    forms_fetched: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    verdict: str = ""
    """Of the chain: ok | behind | fork; empty before the hello."""
    seconds: float = 0.0
    is_wipe_ordered: bool = False
    """The office wants this laptop wiped: see ``sync.client.wiping``."""
    failed: KnownError | None = None
    forwarded: int = 0
    """Sealed items of others that the server took over."""
    media_sent: int = 0
    """Photos and sounds whose custody the server took over."""


def sync_once(
    store: OfficerStore,
    transport: Transport,
    *,
    progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> SyncReport:
    """Does not raise what a network, a server or the user can cause: see ``failed``."""
    session = _Session(store, transport, progress or (lambda _: None))
    started_ms = store.clock.monotonic_ms()
    up, down = transport.bytes_up, transport.bytes_down
    transport.stop_when(cancelled or (lambda: False))
    failed = None
    try:
        session.run()
    except KnownError as error:
        failed = error
    finally:
        transport.stop_when(lambda: False)
    return SyncReport(
        pushed=session.pushing.pushed,
        receipts=session.pushing.receipts,
        set_aside=store.outbox.summary().rejected,
        rows_pulled=session.rows_pulled,
        forms_fetched=session.forms_fetched,
        bytes_up=transport.bytes_up - up,
        bytes_down=transport.bytes_down - down,
        verdict=session.verdict,
        seconds=(store.clock.monotonic_ms() - started_ms) / 1000,
        is_wipe_ordered=store.wiping.is_due(),
        failed=failed,
        forwarded=session.forwarding.forwarded,
        media_sent=session.media_sent,
    )


def push_only(store: OfficerStore, transport: Transport) -> str:
    """Hello and push as far as the link takes it: what a laptop does that is about to be wiped.
    The session's token; empty when the server is not there."""
    session = _Session(store, transport, lambda _: None)
    with contextlib.suppress(KnownError):
        session.push_only()
    return session._token


def open_session(store: OfficerStore, transport: Transport) -> str:
    """A session's token, for something small outside a synchronisation. KnownErrors."""
    session = _Session(store, transport, lambda _: None)
    session.say_hello()
    return session._token


class _Session:
    def __init__(
        self, store: OfficerStore, transport: Transport, progress: Callable[[Progress], None]
    ) -> None:
        self._store = store
        self._transport = transport
        self._progress = progress
        self._hellos = 0
        self.verdict = ""
        self.rows_pulled = 0
        self.forms_fetched = 0
        self.pushing = Pushing(store, transport, self._pushed)
        self.forwarding = Forwarding(store, transport)
        self.media_sent = 0
        self._token = ""

    def run(self) -> None:
        is_retry_due = self._is_retry_due()
        hello = self._hello()  # which tells what is set aside, before it gets another chance
        if is_retry_due:
            self._retry_set_aside()
        self._with_token(self._ask)
        self._with_token(self.pushing.push_all)
        closed = self._download(hello)
        if closed is not None:
            self._with_token(self.forwarding.forward_all)
        self._upload_media()
        if closed is not None:
            raise closed

    def _download(self, hello: HelloReply) -> KnownError | None:
        """Why downloads are closed to this account, if they are: what it carries for others and
        its photos are taken all the same."""
        if self._store.access.is_frozen() or self._store.wiping.is_due():
            return None
        try:
            self._with_token(self._pull)
            self._with_token(self.pushing.push_all)
            self._with_token(self.forwarding.forward_all)
            self._progress(Progress("forms"))
            self._with_token(lambda token: self._fetch_forms(hello, token))
        except KnownError as error:
            if error.code not in _DOWNLOADS_CLOSED:
                raise
            return error
        return None

    def say_hello(self) -> None:
        self._hello()

    def push_only(self) -> None:
        self._hello()
        self._with_token(self.pushing.push_all)

    def _with_token(self, step: Callable[[str], None]) -> None:
        """Run a resumable step, again after a new hello when the session ran out meanwhile."""
        while True:
            try:
                step(self._token)
            except KnownError as error:
                if error.code != "session_expired" or self._hellos >= _HELLOS:
                    raise
                self._hello()
            else:
                return

    def _hello(self) -> HelloReply:
        """Also acts on what the server thinks of our chain. A server of another lineage was
        restored from a backup: it may lack envelopes of our earlier incarnations, which no verdict
        is about."""
        self._progress(Progress("hello"))
        self._hellos += 1
        signed, reply = self._greet()
        facts = believed(self._store, signed, reply)
        forms = believed_forms(self._store, reply, facts)
        went_back = facts.verdict == "behind" or facts.lineage != self._store.settings.lineage()
        self._store.note_server(
            lineage=facts.lineage,
            safe_point=facts.safe_point,
            policy=facts.policy,
            server_time=_time_or_none(facts.server_time),
            has_signed=bool(reply.signature),
            lease=facts.lease,
            went_back_to=facts.common_sequence if went_back else None,
        )
        if reply.signature:
            self._store.escrow.heard(facts.escrow_mark, facts.recovery_heard)
        self._token = reply.token
        if facts.verdict == "fork" and not went_back:
            self._store.outbox.start_incarnation()
        if not self.verdict or facts.verdict != "ok":
            self.verdict = facts.verdict
        self._obey_commands(reply, facts)
        return msgspec.structs.replace(reply, forms=forms)

    def _greet(self) -> tuple[HelloRequest, HelloReply]:
        """With the present key; a server that does not know it, because it was restored or has
        not been told yet, knows a former one."""
        enrolment = self._store.enrolment
        keys = [enrolment.officer_key, *(former.officer_key for former in enrolment.former)]
        while True:
            try:
                return self._greet_with(keys.pop(0))
            except KnownError as error:
                if error.code != "bad_signature" or not keys:
                    raise

    def _greet_with(self, account_key: bytes) -> tuple[HelloRequest, HelloReply]:
        from nacl.signing import SigningKey

        device_id = self._store.enrolment.device_id
        challenge = self._transport.call(
            "/v1/challenge", ChallengeRequest(device_id=device_id), ChallengeReply
        )
        request = self._hello_request(challenge.nonce, account_key)
        signature = SigningKey(account_key).sign(hello_bytes(request)).signature
        signed = msgspec.structs.replace(request, signature=signature)
        return signed, self._transport.call("/v1/hello", signed, HelloReply)

    def _obey_commands(self, reply: HelloReply, facts: HelloFacts) -> None:
        """Those that are signed, meant for this laptop, and vouched for in this very hello: an
        old one that somebody kept does not count."""
        from enumerator.store.command import verified_order

        enrolment = self._store.enrolment
        for command in reply.commands:
            order = verified_order(command.payload, command.signature, enrolment.server_receipt_key)
            if order is None or order.device_id != enrolment.device_id:
                continue
            if order.command_id in facts.commands:
                self._store.obeying.obey(order)

    def _hello_request(self, nonce: bytes, account_key: bytes) -> HelloRequest:
        store = self._store
        chain = store.outbox.chain()
        media = store.media.summary()
        return HelloRequest(
            device_id=store.enrolment.device_id,
            account_id=store.enrolment.account_id,
            nonce=nonce,
            versions=Versions(program=_program_version(), platform=_platform()),
            incarnation=chain.incarnation,
            chain_head=chain.head,
            chain_length=chain.length,
            cursor=store.inbox.cursor(store.stream),
            digest=store.inbox.digest(store.stream),
            pending=chain.unreceived,
            wall_time=store.clock.now().isoformat(),
            monotonic_ms=store.clock.monotonic_ms(),
            database_ok=not store.backup.has_met_damage(),
            free_disk_bytes=store.free_disk_bytes(),
            escrow=self._escrow_word(nonce, account_key),
            set_aside=store.outbox.summary().rejected + media.set_aside,
            media_waiting=media.waiting,
        )

    def _escrow_word(self, nonce: bytes, account_key: bytes) -> EscrowWord | None:
        from enumerator.store.envelope import canonical
        from enumerator.store.escrow import sign_escrow

        due = self._store.escrow.due(nonce)
        if due is None:
            return None
        payload = canonical(due)
        return EscrowWord(payload=payload, signature=sign_escrow(payload, account_key))

    def _is_retry_due(self) -> bool:
        last = self._store.last_hello_at()
        if last is None:
            return False
        return abs((self._store.clock.now() - last).total_seconds()) >= RETRY_SET_ASIDE_S

    def _retry_set_aside(self) -> None:
        self._store.outbox.retry_set_aside()
        self._store.shelf.retry_set_aside()
        self._store.media.retry_set_aside()

    def _ask(self, token: str) -> None:
        self.pushing.receipts += ask_for_envelopes(self._store, self._transport, token)

    def _upload_media(self) -> None:
        """With the policy of this session's hello."""

        def progressed(done: int, total: int) -> None:
            self._progress(Progress("media", done, total))

        uploading = Uploading(self._store, self._transport, progressed)
        try:
            self._with_token(uploading.upload_all)
        finally:
            self.media_sent = uploading.sent

    def _pull(self, token: str) -> None:
        def applied(rows: int) -> None:
            self.rows_pulled += rows
            self._progress(Progress("pull", self.rows_pulled))

        pull_stream(self._store, self._transport, token, applied)

    def _pushed(self, done: int, total: int) -> None:
        self._progress(Progress("push", done, total))

    def _fetch_forms(self, hello: HelloReply, token: str) -> None:
        def fetched(forms: int) -> None:
            self.forms_fetched += forms
            self._progress(Progress("forms", self.forms_fetched, len(hello.forms)))

        fetch_forms(self._store, self._transport, hello.forms, token, fetched)


@cache
def _program_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("enumerator")
    except PackageNotFoundError:
        return ""


@cache
def _platform() -> str:
    import platform

    return f"{platform.system()} {platform.release()}"


def _time_or_none(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
