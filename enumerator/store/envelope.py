"""Envelopes: the immutable unit of custody.

Header and body are bytes from the moment of sealing on: hashes and signatures are over those
bytes, so a reader of another version never has to re-encode them. Structs encode as maps in
declaration order and unknown fields are ignored when reading: a newer laptop's envelope stays
readable. New fields are appended with a default, never moved.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from enumerator.model import EnvelopeId

FORMAT = 1
Kind = Literal[
    "visit",
    "interview",
    "draft",
    "note",
    "reassignment",
    "return",
    "settlement",
    "acknowledgement",
]


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What an envelope is and where it stands in its laptop's chain."""

    format: int = FORMAT
    id: str
    kind: str
    """A :data:`Kind`; plain text, so that a reader holds kinds that it does not know."""
    device_id: str
    account_id: str
    incarnation: str
    sequence: int
    """1, 2, 3 … within one incarnation."""
    previous: bytes
    """Hash of the envelope before; empty for the first."""
    family_id: str | None = None
    base_version: int | None = None
    """The server's row version of the case that the work was based on."""
    form_id: str | None = None
    form_version: str | None = None
    created_at: str
    """ISO time with zone, laptop clock."""
    monotonic_ms: int
    body_sha256: bytes
    body_size: int
    media: list[str] = []
    """SHA-256 (hex) of the photos and sounds that the body names."""
    answers: str | None = None
    """Of an interview: the envelope of the return that it answers, empty when none was shown; None
    where the laptop does not know it by its id."""


class VisitBody(msgspec.Struct, frozen=True, kw_only=True):
    """A visit on the wire; times are ISO text with zone."""

    visit_id: str
    family_id: str
    officer_id: str
    started_at: str
    ended_at: str
    mode: str
    outcome: str
    note: str = ""
    informant: str = ""
    appointment_at: str | None = None
    notice_left: bool | None = None
    no_notice_reason: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    refusal_reasons: list[str] = []
    interview_id: str | None = None
    flags: list[str] = []
    """Quality flags that the laptop raised."""


class NoteBody(msgspec.Struct, frozen=True, kw_only=True):
    family_id: str | None = None
    text: str


class ReassignmentBody(msgspec.Struct, frozen=True, kw_only=True):
    family_ids: list[str]
    to_account: str
    reason: str
    with_drafts: bool = False
    """Whether the new officer is offered what the former one had begun."""


class DraftBody(msgspec.Struct, frozen=True, kw_only=True):
    """An interview that was begun and will not, or not now, be finished here: evidence, and what
    a supervisor may hand on. Never a result."""

    interview_id: str
    family_id: str
    form_id: str
    form_version: str
    reason: str
    """``stopped`` by the officer, or why the case left: a :class:`FeedRow` reason."""
    instance: bytes
    """The questionnaire's instance, XML as it stood."""


class QuestionComment(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor's remark beside one question. ``path``: its reference in the instance."""

    path: str
    text: str


class ReturnBody(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor sends an interview back to be done again."""

    family_id: str
    envelope_id: str
    """The interview in question."""
    comments: str
    questions: list[QuestionComment] = []


class SettlementBody(msgspec.Struct, frozen=True, kw_only=True):
    """A supervisor's decision which of several results of a family stands."""

    family_id: str
    envelope_id: str | None
    """The interview that stands, ``""`` for the family's own answer online; None takes an earlier
    decision back: the published rule decides again."""
    reason: str


class KeyChange(msgspec.Struct, frozen=True, kw_only=True):
    """A laptop's new public keys (Ed25519) and who vouches for them; see ``store.command``."""

    device_key: bytes
    account_key: bytes
    by_old_account: bytes = b""
    by_device: bytes = b""
    by_account: bytes = b""


class AcknowledgementBody(msgspec.Struct, frozen=True, kw_only=True):
    """The end of a server command: ``done`` or ``refused`` with the reason. A wipe has two:
    ``done`` when everything is sealed, ``wiped`` when nothing else is left."""

    command_id: str
    command: str
    status: str
    detail: str = ""
    keys: KeyChange | None = None
    """Of a ``rotate``: what the laptop signs with from the next envelope on."""


class Envelope(msgspec.Struct, frozen=True):
    """An envelope on the wire."""

    header: bytes
    body: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SealedEnvelope:
    """An envelope with its decoded header and hash (32 bytes)."""

    header_bytes: bytes = field(repr=False)
    body: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    hash: bytes
    header: Header = field(compare=False, repr=False)

    @property
    def id(self) -> EnvelopeId:
        return EnvelopeId(self.header.id)

    @property
    def size_bytes(self) -> int:
        return len(self.header_bytes) + len(self.body) + len(self.signature)

    def wire(self) -> Envelope:
        return Envelope(self.header_bytes, self.body, self.signature)


BodyStruct = TypeVar("BodyStruct", bound=msgspec.Struct)
_encoder = msgspec.msgpack.Encoder(order="deterministic")
_header_decoder = msgspec.msgpack.Decoder(Header)


def canonical(value: msgspec.Struct) -> bytes:
    """The one encoding that hashes and signatures are over."""
    return _encoder.encode(value)


def read(kind: type[BodyStruct], data: bytes) -> BodyStruct:
    """Decode; ValueError when ``data`` is not a ``kind``."""
    return msgspec.msgpack.decode(data, type=kind)


def read_header(header_bytes: bytes) -> Header:
    """Decode; ValueError when malformed."""
    return _header_decoder.decode(header_bytes)


def envelope_hash(header_bytes: bytes) -> bytes:
    return hashlib.sha256(header_bytes).digest()


def seal(header: Header, body: bytes, device_key: bytes) -> SealedEnvelope:
    """Sign with the device's Ed25519 seed. The header's body hash must be of ``body``."""
    header_bytes = canonical(header)
    signature = SigningKey(device_key).sign(header_bytes).signature
    return SealedEnvelope(header_bytes, body, signature, envelope_hash(header_bytes), header)


def open_envelope(header_bytes: bytes, body: bytes, signature: bytes) -> SealedEnvelope:
    """Decode without judging; ValueError when the header is malformed."""
    header = read_header(header_bytes)
    return SealedEnvelope(header_bytes, body, signature, envelope_hash(header_bytes), header)


def is_body_intact(envelope: SealedEnvelope) -> bool:
    header = envelope.header
    return (
        len(envelope.body) == header.body_size
        and hashlib.sha256(envelope.body).digest() == header.body_sha256
    )


def is_signature_valid(envelope: SealedEnvelope, device_public_key: bytes) -> bool:
    try:
        VerifyKey(device_public_key).verify(envelope.header_bytes, envelope.signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def chain_fault(envelopes: Iterable[SealedEnvelope]) -> str | None:
    """The first fault of one incarnation's chain in sequence order, None when it is whole.

    ``incarnation`` (mixed), ``gap`` (sequence), ``link`` (previous hash), ``body`` (altered).
    """
    previous = b""
    incarnation: str | None = None
    for expected, envelope in enumerate(envelopes, start=1):
        header = envelope.header
        if incarnation is not None and header.incarnation != incarnation:
            return "incarnation"
        incarnation = header.incarnation
        if header.sequence != expected:
            return "gap"
        if header.previous != previous:
            return "link"
        if not is_body_intact(envelope):
            return "body"
        previous = envelope.hash
    return None
