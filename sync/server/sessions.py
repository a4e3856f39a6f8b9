"""Sessions: a signature over the server's nonce buys a token for 15 minutes.

Neither nonces nor tokens are stored: both carry their expiry under a MAC of the server's secret,
so a lost reply never locks anybody out and a session costs no write. What a token allows is
looked up at every request: a revocation counts at once. Which nonces were used is remembered in
memory; they are good with the process that gave them out, so that a restart forgets none.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from enumerator.errors import KnownError
from enumerator.store.envelope import canonical
from sync.protocol import (
    OLDEST_FOR_DOWNLOADS,
    PROTOCOL_VERSION,
    FormOffer,
    HelloFacts,
    HelloReply,
    HelloRequest,
    MediaOffer,
    facts_bytes,
    forms_hash,
    hello_bytes,
)
from sync.server import commanding, escrowing, leasing, reporting
from sync.server.nonces import Nonces
from sync.server.operation import Operation, iso
from sync.server.policy import POLICY
from sync.server.store import (
    Account,
    Chain,
    CommandRow,
    Device,
    EscrowRow,
    FormRow,
    KnownCaller,
    LaptopReport,
    Transaction,
)
from sync.server.streaming import Streaming

NONCE_LIFE = timedelta(minutes=2)
TOKEN_LIFE = timedelta(minutes=15)
CONTACT_STEP = timedelta(hours=1)
"""How exactly the last contact and a laptop's report are known; keeps a busy laptop from filling
the stream."""
_MAC_BYTES = 32


class _Nonce(msgspec.Struct, frozen=True, array_like=True):
    device_id: str
    expires_ms: int
    random: bytes
    boot: bytes = b""
    """Of the process that remembers whether it was used."""


class _Grant(msgspec.Struct, frozen=True, array_like=True):
    device_id: str
    account_id: str
    expires_ms: int
    key_mark: bytes = b""
    """Of the account key that signed the hello."""
    protocol: int = PROTOCOL_VERSION
    """The laptop's."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a request comes from, as the store knows them now."""

    account: Account
    device: Device
    is_frozen: bool = False
    is_outdated: bool = False
    """The session was opened with a key that the laptop has changed since: good for pushing
    only, until the next hello."""
    is_too_old: bool = False
    """The laptop's program: it could not read what it is given."""

    @property
    def is_revoked(self) -> bool:
        return self.account.revoked or self.device.revoked


class Sessions:
    """Thread-safe."""

    def __init__(self, operation: Operation, nonces: Nonces | None = None) -> None:
        self._operation = operation
        self._nonces = nonces or Nonces.begun(operation.chance)

    def challenge(self, device_id: str) -> bytes:
        """A nonce; the same kind of answer for devices that exist and that do not."""
        random = self._operation.chance.token(16)
        nonce = _Nonce(device_id, self._expiry_ms(NONCE_LIFE), random, self._nonces.boot)
        return self._seal(b"nonce", msgspec.msgpack.encode(nonce))

    def hello(self, request: HelloRequest) -> HelloReply:
        """KnownError ``unknown_device``, ``bad_nonce``, ``bad_signature``."""
        with self._operation.store.reading() as transaction:
            device = transaction.accounts.device(request.device_id)
            account = transaction.accounts.get(request.account_id)
            if device is None or account is None or device.account_id != account.account_id:
                raise KnownError("unknown_device", "This laptop is not enrolled here.")
            former = transaction.accounts.former_keys(device.device_id)
            key = self._check_signature(request, [device.account_key, *(key for _, key in former)])
            is_frozen = commanding.is_frozen(transaction, device.device_id)
            caller = Caller(account, device, is_frozen)
            commands = transaction.commands.pending(device.device_id)
            word = escrowing.believed(request, device)
            escrow = escrowing.told(transaction, device, word, self._operation.now())
            reply = self._reply(transaction, request, caller, key, commands, escrow)
            before = transaction.reports.get(device.device_id)
        if word is not None:
            escrowing.keep(self._operation, device, word)
        lacks_some = reply.common_sequence < request.chain_length
        self._note_contact(account, request, before, lacks_some=lacks_some)
        self._note_delivery(commands)
        return reply

    def caller(self, authorization: str) -> Caller:
        """Of a Bearer token. KnownError ``session_expired``."""
        (found,) = self.callers([authorization])
        if found is None:
            raise session_expired()
        return found

    def callers(self, authorizations: Sequence[str]) -> list[Caller | None]:
        """None for one that must say hello again."""
        grants = [self._granted(authorization) for authorization in authorizations]
        valid = [grant for grant in grants if grant is not None]
        asked = [(grant.device_id, grant.account_id) for grant in valid]
        known = iter(self._operation.store.callers(asked) if asked else ())
        return [None if grant is None else _to_caller(grant, next(known)) for grant in grants]

    def _check_signature(self, request: HelloRequest, keys: Sequence[bytes]) -> bytes:
        """The key that signed it. KnownError ``bad_signature``, ``bad_nonce``."""
        signer = next((key for key in keys if _is_signed(request, key)), None)
        if signer is None:
            raise KnownError("bad_signature", "The hello is not signed by this account.")
        plain = self._open(b"nonce", request.nonce)
        nonce = None if plain is None else msgspec.msgpack.decode(plain, type=_Nonce)
        now = _ms(self._operation.clock.now())
        if (
            nonce is None
            or (nonce.boot, nonce.device_id) != (self._nonces.boot, request.device_id)
            or nonce.expires_ms <= now
        ):
            raise KnownError("bad_nonce", "The challenge is not valid any more. Ask for another.")
        if not self._nonces.spend(nonce.random, nonce.expires_ms, now):
            raise KnownError("bad_nonce", "The challenge was already used. Ask for another.")
        return signer

    def _reply(
        self,
        transaction: Transaction,
        request: HelloRequest,
        caller: Caller,
        account_key: bytes,
        commands: Sequence[CommandRow],
        escrow: EscrowRow | None,
    ) -> HelloReply:
        chain = transaction.envelopes.chain(request.incarnation, request.device_id)
        verdict = _verdict(chain, request)
        if verdict == "fork":
            commands = _with_last_freeze(transaction, request.device_id, commands)
        expiry_ms = self._expiry_ms(TOKEN_LIFE)
        grant = _Grant(
            request.device_id,
            request.account_id,
            expiry_ms,
            _mark(account_key),
            request.versions.protocol,
        )
        token = self._seal(b"token", msgspec.msgpack.encode(grant))
        safe_point = transaction.fact("safe_point")
        is_open = not (caller.is_revoked or caller.is_frozen)
        forms = transaction.questionnaires.in_force() if is_open else []
        offers = [_offer(form) for form in forms]
        facts = HelloFacts(
            device_id=request.device_id,
            nonce=request.nonce,
            server_time=self._operation.now(),
            lineage=self._operation.lineage,
            safe_point=safe_point if isinstance(safe_point, int) else 0,
            verdict=verdict,
            common_sequence=chain.whole_to,
            policy=dict(POLICY),
            commands=[command.command_id for command in commands],
            lease=leasing.terms(self._operation.keys, caller.account, request.device_id)
            if is_open
            else None,
            forms_sha256=forms_hash(offers),
            escrow_mark=b"" if escrow is None else escrow.mark,
            recovery_heard="" if escrow is None else escrow.recovered,
        )
        signed = canonical(facts)
        return HelloReply(
            token=base64.urlsafe_b64encode(token).decode(),
            expires_s=int(TOKEN_LIFE.total_seconds()),
            server_time=facts.server_time,
            lineage=facts.lineage,
            safe_point=facts.safe_point,
            verdict=facts.verdict,
            common_sequence=facts.common_sequence,
            policy=facts.policy,
            forms=offers,
            commands=[commanding.wire(command) for command in commands],
            protocol=PROTOCOL_VERSION,
            facts=signed,
            signature=self._operation.keys.sign(facts_bytes(signed)),
        )

    def _note_contact(
        self,
        account: Account,
        request: HelloRequest,
        before: LaptopReport | None,
        *,
        lacks_some: bool,
    ) -> None:
        """In one write, or in none."""
        now = self._operation.clock.now()
        last = account.last_contact_at
        is_due = last is None or abs(now - datetime.fromisoformat(last)) >= CONTACT_STEP
        report = reporting.reported(request, now)
        if not (is_due or reporting.is_news(report, before, CONTACT_STEP, lacks_some=lacks_some)):
            return

        def note(transaction: Transaction) -> None:
            transaction.reports.put(report)
            if is_due:
                transaction.accounts.contacted(account.account_id, iso(now))
            if is_due or reporting.shown(report) != reporting.shown(before):
                Streaming(transaction).show_officer(account.account_id)

        self._operation.store.write(note)

    def _note_delivery(self, commands: Sequence[CommandRow]) -> None:
        new = [command for command in commands if command.delivered_at is None]
        if not new:
            return
        device_id, now = new[0].device_id, self._operation.now()
        self._operation.store.write(
            lambda transaction: transaction.commands.delivered(device_id, now)
        )

    def _granted(self, authorization: str) -> _Grant | None:
        """What the token allows, if it is ours and not over."""
        scheme, _, token = authorization.partition(" ")
        grant = self._grant(token.strip()) if scheme.lower() == "bearer" else None
        is_over = grant is None or grant.expires_ms <= _ms(self._operation.clock.now())
        return None if is_over else grant

    def _grant(self, token: str) -> _Grant | None:
        try:
            plain = self._open(b"token", base64.urlsafe_b64decode(token))
        except (binascii.Error, ValueError):
            return None
        return None if plain is None else msgspec.msgpack.decode(plain, type=_Grant)

    def _expiry_ms(self, life: timedelta) -> int:
        return _ms(self._operation.clock.now() + life)

    def _mac(self, purpose: bytes, plain: bytes) -> bytes:
        """Of this lineage: a server that was restored does not go on with a session whose
        verdict was about another history."""
        words = (purpose, self._operation.lineage.encode(), plain)
        return hmac.digest(self._operation.keys.session_secret, b"\x00".join(words), hashlib.sha256)

    def _seal(self, purpose: bytes, plain: bytes) -> bytes:
        return plain + self._mac(purpose, plain)

    def _open(self, purpose: bytes, sealed: bytes) -> bytes | None:
        plain, mac = sealed[:-_MAC_BYTES], sealed[-_MAC_BYTES:]
        return plain if hmac.compare_digest(mac, self._mac(purpose, plain)) else None


def session_expired() -> KnownError:
    return KnownError("session_expired", "Say hello again to get a new session.")


def _to_caller(grant: _Grant, known: KnownCaller | None) -> Caller | None:
    if known is None:
        return None
    return Caller(
        known.account,
        known.device,
        is_frozen=commanding.freezes(known.last_freeze),
        is_outdated=grant.key_mark not in (b"", _mark(known.device.account_key)),
        is_too_old=grant.protocol < OLDEST_FOR_DOWNLOADS,
    )


def _is_signed(request: HelloRequest, account_key: bytes) -> bool:
    try:
        VerifyKey(account_key).verify(hello_bytes(request), request.signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def _mark(account_key: bytes) -> bytes:
    """Which key opened a session, in few bytes."""
    return hashlib.sha256(account_key).digest()[:8]


def _with_last_freeze(
    transaction: Transaction, device_id: str, commands: Sequence[CommandRow]
) -> Sequence[CommandRow]:
    """A database that was put back, or another life of the disk, may not know of it, although it
    was acknowledged; of all others what it knows is enough."""
    last = transaction.commands.last_freeze(device_id)
    return commands if last is None or last in commands else [*commands, last]


def _verdict(chain: Chain, request: HelloRequest) -> str:
    """Compare what is held of the laptop's chain with what the laptop says of it."""
    beyond = chain.longest > request.chain_length
    other_head = chain.longest == request.chain_length > 0 and chain.head != request.chain_head
    if chain.is_forked or beyond or other_head:
        return "fork"
    received = request.chain_length - request.pending
    return "behind" if chain.held < received else "ok"


def _offer(form: FormRow) -> FormOffer:
    return FormOffer(
        form_id=form.form_id,
        version=form.version,
        sha256=form.sha256,
        size_bytes=form.size_bytes,
        media=[
            MediaOffer(name=media.name, sha256=media.sha256, size_bytes=media.size_bytes)
            for media in form.media
        ],
    )


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
