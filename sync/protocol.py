"""Wire types: the only module that both ends share. PROTOCOL.md is the contract in prose.

Messages are msgspec structs, encoded as msgpack maps (``application/msgpack``, zstd) between our
own ends and as JSON (bytes in base64) for everyone else. Unknown fields are ignored, new fields
are appended with a default. What is signed or hashed inside the store (envelopes, receipts, feed
bodies) is defined by the core and only carried here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta

from enumerator.store.answer import Answer
from enumerator.store.envelope import Envelope, canonical
from enumerator.store.feed import FeedRow
from enumerator.store.lease import LeaseTerms
from enumerator.store.receipt import PushResult, Receipt
from sync.compression import MAX_MESSAGE_BYTES, ZSTD, compress, decompress

__all__ = [
    "MAX_MESSAGE_BYTES",
    "PROTOCOL_VERSION",
    "ZSTD",
    "Answer",
    "ChallengeReply",
    "ChallengeRequest",
    "ClaimReply",
    "ClaimRequest",
    "Claimant",
    "Command",
    "EnrolReply",
    "EnrolRequest",
    "Envelope",
    "EnvelopeMark",
    "EscrowWord",
    "FeedRow",
    "FormOffer",
    "HaveReply",
    "HaveRequest",
    "HealthReply",
    "HelloFacts",
    "HelloReply",
    "HelloRequest",
    "LeaseTerms",
    "MediaChunk",
    "MediaHeld",
    "MediaMark",
    "MediaOffer",
    "Problem",
    "PullReply",
    "PullRequest",
    "PushReply",
    "PushRequest",
    "PushResult",
    "ReadyReply",
    "Receipt",
    "RelayReply",
    "RelayRequest",
    "SealedItem",
    "Versions",
    "compress",
    "decompress",
    "facts_bytes",
    "health_bytes",
    "hello_bytes",
    "pack",
    "unpack",
]

PROTOCOL_VERSION = 2
"""1: facts of a hello unsigned, no commands, no claims."""
OLDEST_FOR_DOWNLOADS = PROTOCOL_VERSION - 2
"""An older laptop's envelopes are taken all the same; what it would be given it could not read."""

MSGPACK = "application/msgpack"
JSON = "application/json"
OCTETS = "application/octet-stream"

MAX_ENVELOPES = 64
"""In one push: few enough that a lost reply costs little to repeat."""
PUSH_BYTES = 256 * 1024
"""What a push aims to stay under; one larger envelope travels alone."""
MAX_BODY_BYTES = 8 * 1024 * 1024
"""Of a request or reply as it travels."""
COMPRESS_FROM_BYTES = 200
"""Below this zstd's frame saves nothing."""
MAX_MEDIA_BYTES = 16 * 1024 * 1024
"""Of one photo or sound; a laptop's photos are a fiftieth of that."""
MAX_CHUNK_BYTES = 256 * 1024
MAX_MARKS = 512
"""Asked for in one ``have``, of envelopes and of media each."""

Key = Annotated[bytes, Meta(min_length=32, max_length=32)]
Id = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=500)]
Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
MediaSize = Annotated[int, Meta(ge=0, le=MAX_MEDIA_BYTES)]


class Versions(msgspec.Struct, frozen=True, kw_only=True):
    program: Text = ""
    protocol: int = PROTOCOL_VERSION
    platform: Text = ""


class EnrolRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Redeem a one-time code; the same code with the same keys gets an equal reply."""

    code: Text
    device_public_key: Key
    account_public_key: Key
    versions: Versions = Versions()
    device_name: Text = ""


class EnrolReply(msgspec.Struct, frozen=True, kw_only=True):
    device_id: str
    account_id: str
    login: str
    role: str
    """``officer`` or ``supervisor``."""
    server_receipt_key: bytes
    """Ed25519 public key that receipts and health answers are signed with."""
    office_seal_key: bytes
    """X25519 public key that the spool's files are sealed to."""
    lineage: str
    server_time: str
    """When the code was redeemed first."""


class ChallengeRequest(msgspec.Struct, frozen=True, kw_only=True):
    device_id: Id


class ChallengeReply(msgspec.Struct, frozen=True, kw_only=True):
    nonce: bytes
    """Good for one hello within two minutes."""


class EscrowWord(msgspec.Struct, frozen=True, kw_only=True):
    """A laptop's word on the escrow of its key, under a signature of its own: that of the hello
    does not cover fields that were added to it."""

    payload: Annotated[bytes, Meta(max_length=4096)]
    """Canonical encoding of an :class:`enumerator.store.escrow.EscrowPayload`."""
    signature: Annotated[bytes, Meta(max_length=64)]
    """The account key's, over ``"enumerator escrow word\\0"`` and the payload."""


class HelloRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Opens a session. ``signature``: the account key over :func:`hello_bytes`."""

    device_id: Id
    account_id: Id
    nonce: Annotated[bytes, Meta(max_length=200)]
    signature: Annotated[bytes, Meta(max_length=64)] = b""
    versions: Versions = Versions()
    incarnation: Id
    chain_head: Annotated[bytes, Meta(max_length=32)]
    """Hash of the newest envelope of this incarnation; empty before the first."""
    chain_length: int
    cursor: int
    digest: Annotated[bytes, Meta(max_length=32)] = b""
    pending: int = 0
    """Envelopes of this incarnation without a receipt."""
    wall_time: Text = ""
    monotonic_ms: int = 0
    database_ok: bool = True
    """False: a page could not be read, and no copy of the database was found whole since."""
    free_disk_bytes: int = 0
    """0: not known."""
    escrow: EscrowWord | None = None
    """None: nothing that the server is not known to have."""
    set_aside: int = 0
    """Envelopes, photos and sounds that cannot be handed over for now."""
    media_waiting: int = 0
    """Photos and sounds without a receipt."""


class MediaOffer(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    sha256: str
    size_bytes: int


class FormOffer(msgspec.Struct, frozen=True, kw_only=True):
    """A questionnaire in force: its XML and media by content hash (hex)."""

    form_id: str
    version: str
    sha256: str
    size_bytes: int
    media: list[MediaOffer] = []


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """An instruction to a laptop; ends in an acknowledgement envelope."""

    command_id: str
    command: str
    payload: bytes = b""
    """Canonical encoding of a :class:`enumerator.store.command.CommandOrder`: what counts."""
    signature: bytes = b""


class HelloReply(msgspec.Struct, frozen=True, kw_only=True):
    token: str
    expires_s: int
    server_time: str
    lineage: str
    safe_point: int
    """Receipts of this lineage with a smaller point are covered by the server's backup."""
    verdict: str
    """``ok``, ``behind`` (receipts above ``common_sequence`` are void: resend) or ``fork``."""
    common_sequence: int
    """The server holds the chain without a gap up to here."""
    policy: dict[str, int] = {}
    """Contact rules that the office publishes, by name."""
    forms: list[FormOffer] = []
    commands: list[Command] = []
    protocol: int = 1
    """The server's version."""
    facts: bytes = b""
    """Canonical encoding of :class:`HelloFacts`: what a laptop believes in place of the same
    fields here. Empty from servers before protocol 2."""
    signature: bytes = b""
    """The receipt key's over :func:`facts_bytes`."""


class HelloFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the server vouches for in one hello, so that nobody in between can play a restored
    server, call receipts safe, or hand out orders. Bound to the laptop and its request."""

    device_id: str
    nonce: bytes
    server_time: str
    lineage: str
    safe_point: int
    verdict: str
    common_sequence: int
    policy: dict[str, int] = {}
    commands: list[str] = []
    """Ids: of all commands that this laptop has not acknowledged yet, and of no other."""
    lease: LeaseTerms | None = None
    """None: what was granted before runs on."""
    forms_sha256: bytes = b""
    """:func:`forms_hash` of the reply's ``forms``; empty from a server that does not vouch for
    them."""
    escrow_mark: bytes | None = None
    """Of the escrow that the server holds of this laptop's key, empty: none. None: it keeps no
    escrows."""
    recovery_heard: str = ""
    """The last recovery of this laptop that the server has noted, by its id."""


class PushRequest(msgspec.Struct, frozen=True, kw_only=True):
    envelopes: Annotated[list[Envelope], Meta(max_length=4 * MAX_ENVELOPES)]


class PushReply(msgspec.Struct, frozen=True, kw_only=True):
    results: list[PushResult]
    """In the order of the envelopes."""


class SealedItem(msgspec.Struct, frozen=True, kw_only=True):
    """An envelope of any laptop, sealed to the office: a file of its spool."""

    sealed: bytes
    kind: Text = "envelope"


class RelayRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What a laptop carries for others and cannot read."""

    items: Annotated[list[SealedItem], Meta(max_length=4 * MAX_ENVELOPES)]


class RelayReply(msgspec.Struct, frozen=True, kw_only=True):
    answers: list[Answer]
    """In the order of the items; for their owners, who verify them."""


class EnvelopeMark(msgspec.Struct, frozen=True, kw_only=True):
    id: Id
    hash: Key


class MediaMark(msgspec.Struct, frozen=True, kw_only=True):
    """A photo or sound: SHA-256 (hex) and size of its whole content."""

    sha256: Sha256
    size_bytes: MediaSize


class HaveRequest(msgspec.Struct, frozen=True, kw_only=True):
    """What of these does the server lack? Instead of sending it all again."""

    envelopes: Annotated[list[EnvelopeMark], Meta(max_length=MAX_MARKS)]
    media: Annotated[list[MediaMark], Meta(max_length=MAX_MARKS)] = []


class MediaHeld(msgspec.Struct, frozen=True, kw_only=True):
    """How much of it the server holds for this account; all of it when there is a receipt."""

    sha256: str
    held_bytes: int
    """The next chunk begins here."""
    receipt: Receipt | None = None
    """Of a ``MediaReceiptPayload``."""
    reason: str = ""
    """Why it was thrown away or not taken: ``wrong_hash``, ``not_named``."""


class HaveReply(msgspec.Struct, frozen=True, kw_only=True):
    held: list[PushResult]
    """Of the envelopes that the server has: what pushing them again would answer."""
    lacking: list[str]
    """Ids of the others."""
    media: list[MediaHeld]
    """In the order of the request's."""


class MediaChunk(msgspec.Struct, frozen=True, kw_only=True):
    """The next bytes of a photo or sound. ``offset``: where they begin, which must be how much
    the server holds; else nothing is added and the reply tells the offset."""

    sha256: Sha256
    size_bytes: MediaSize
    offset: Annotated[int, Meta(ge=0)]
    data: Annotated[bytes, Meta(max_length=MAX_CHUNK_BYTES)]


class PullRequest(msgspec.Struct, frozen=True, kw_only=True):
    cursor: int
    """0 for everything, else the cursor of the last page applied."""
    budget_bytes: int = 64 * 1024
    """About how much the page may weigh; a single larger row still comes."""


class PullReply(msgspec.Struct, frozen=True, kw_only=True):
    rows: list[FeedRow]
    cursor: int
    more: bool
    digest: bytes | None = None
    """On the last page: of the whole live stream at that cursor."""


class ClaimRequest(msgspec.Struct, frozen=True, kw_only=True):
    """ "I am at this family's door": advice for others, for two hours; it never stops anybody."""

    family_id: Id


class Claimant(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody else who was at the door."""

    login: str
    name: str
    role: str
    minutes_ago: int
    """By the server's clock."""


class ClaimReply(msgspec.Struct, frozen=True, kw_only=True):
    is_yours: bool
    """Whether the case is the caller's now; of one that was, nobody is named."""
    others: list[Claimant] = []
    """The latest first."""


class HealthReply(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that the program's own server answers, which no captive portal can give."""

    status: str
    nonce: str
    server_time: str
    signature: bytes


class ReadyReply(msgspec.Struct, frozen=True, kw_only=True):
    """For a load balancer: a push would be taken now."""

    status: str


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """The body of every answer with a 4xx or 5xx status."""

    code: str
    text: str


Message = TypeVar("Message")


class _FirstVersions(msgspec.Struct, frozen=True, kw_only=True):
    program: str
    protocol: int
    platform: str


class _FirstHello(msgspec.Struct, frozen=True, kw_only=True):
    """A :class:`HelloRequest` as protocol 1 knew it. Never changed: what is signed must be the
    same at both ends, of whatever version they are."""

    device_id: str
    account_id: str
    nonce: bytes
    signature: bytes
    versions: _FirstVersions
    incarnation: str
    chain_head: bytes
    chain_length: int
    cursor: int
    digest: bytes
    pending: int
    wall_time: str
    monotonic_ms: int
    database_ok: bool
    free_disk_bytes: int


def hello_bytes(request: HelloRequest) -> bytes:
    """What the account key signs: the fields of protocol 1 with a blank signature. A field that
    is added later is not covered, because an older server would not know it."""
    names = [
        name for name in _FirstHello.__struct_fields__ if name not in ("signature", "versions")
    ]
    versions = request.versions
    first = _FirstHello(
        signature=b"",
        versions=_FirstVersions(
            program=versions.program, protocol=versions.protocol, platform=versions.platform
        ),
        **{name: getattr(request, name) for name in names},
    )
    return b"enumerator hello\x00" + canonical(first)


def forms_hash(forms: Iterable[FormOffer]) -> bytes:
    """SHA-256 of what these offers bind a laptop to, in their order; fields that are appended to
    an offer change nothing of it."""
    bound = [
        [form.form_id, form.version, form.sha256, [[file.name, file.sha256] for file in form.media]]
        for form in forms
    ]
    return hashlib.sha256(msgspec.msgpack.encode(bound)).digest()


def facts_bytes(facts: bytes) -> bytes:
    """What the receipt key signs for a hello's facts."""
    return b"enumerator hello facts\x00" + facts


def health_bytes(nonce: str, server_time: str) -> bytes:
    """What the receipt key signs for a health probe; no receipt payload begins like this."""
    return f"enumerator health\x00{nonce}\x00{server_time}".encode()


def pack(value: object) -> bytes:
    return msgspec.msgpack.encode(value)


def unpack(data: bytes, kind: type[Message]) -> Message:
    """Decode msgpack; ValueError (msgspec's) when ``data`` is not a ``kind``."""
    return msgspec.msgpack.decode(data, type=kind)
