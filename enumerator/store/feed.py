"""The down-feed's rows and bodies, and the digest by which both ends compare them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from enumerator.store.envelope import QuestionComment, VisitBody


class FeedRow(msgspec.Struct, frozen=True, kw_only=True):
    """A state, not an event: the newest counter of a key is all there is to know of it."""

    key: str
    """``case:<family id>``, ``officer:<account id>``, ``area:<code>`` or ``interview:<envelope
    id>``."""
    counter: int
    gone: bool = False
    reason: str = ""
    """Why it is gone: answered_online | reassigned | withdrawn | duplicate | split | merged |
    done_by_other."""
    body: bytes = b""
    """The key's body struct; empty when gone without one."""


class FamilyBody(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    head_name: str
    card_number: str = ""
    province: str = ""
    regency: str = ""
    district: str = ""
    village: str = ""
    sls: str = ""
    address: str = ""
    online_status: str = "belum"
    stated_size: int | None = None


class MemberBody(msgspec.Struct, frozen=True, kw_only=True):
    line_no: int
    name: str
    nik: str = ""
    sex: str = ""
    birth_date: str = ""
    relationship: str = ""


class ResultBody(msgspec.Struct, frozen=True, kw_only=True):
    """The canonical result that the server holds for a case."""

    status: str
    """received | accepted | returned"""
    outcome: str
    officer_id: str
    receipt_no: str = ""
    received_at: str = ""
    envelope_id: str = ""


class ProgressBody(msgspec.Struct, frozen=True, kw_only=True):
    attempt_days: int = 0
    last_visit_at: str | None = None


class FieldDifference(msgspec.Struct, frozen=True, kw_only=True):
    """One question that two interviews of a family answer differently. ``path`` as in the
    instance, with positions; a blank value is a missing one."""

    path: str
    kept: str
    other: str


class ConflictBody(msgspec.Struct, frozen=True, kw_only=True):
    """A final interview beside the one that stands."""

    kept_envelope: str
    """What stands; empty for the family's own answer online."""
    other_envelope: str
    other_officer: str
    other_outcome: str
    other_received_at: str
    other_receipt: str = ""
    state: str = "open"
    """``open``, ``confirmed`` (it says the same: closed by rule) or ``settled`` by a
    supervisor."""
    differences: list[FieldDifference] = []


class HandedDraft(msgspec.Struct, frozen=True, kw_only=True):
    """What a former officer had begun, handed on by the supervisor."""

    envelope_id: str
    officer_id: str
    form_id: str
    form_version: str
    instance: bytes


class CaseBody(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    family: FamilyBody
    members: list[MemberBody] = []
    officer_id: str = ""
    assigned_at: str = ""
    self_response: str = ""
    """Empty, ``partial`` or ``complete``."""
    self_responded_at: str = ""
    prior_visits: list[VisitBody] = []
    result: ResultBody | None = None
    returned_comments: str = ""
    progress: ProgressBody | None = None
    question_comments: list[QuestionComment] = []
    """Of the return, beside ``returned_comments``."""
    conflicts: list[ConflictBody] = []
    drafts: list[HandedDraft] = []
    successors: list[str] = []
    """The families that this one was split or merged into."""
    self_answers: dict[str, str] = {}
    """What a partial self-response has answered, by the question's reference: offered as a
    start."""
    gone: str = ""
    """Why the family is off the frame: withdrawn | duplicate | split | merged; empty when it is
    not. For the supervisor, on whose list it stays."""
    names: dict[str, str] = {}
    """By account: the team's officers that the body tells of, but for the case's own. An
    officer's stream names nobody else."""
    return_id: str = ""
    """The envelope of the return that is open: what answers it names it."""


STANDS = "stands"


class InterviewBody(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an officer's own interview whose case they lost: nothing of the family, and
    nothing of anybody else."""

    envelope_id: str
    state: str
    """:data:`STANDS`, or a :class:`ConflictBody` state."""


class OfficerBody(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    login: str
    name: str = ""
    role: str = "officer"
    last_contact: str | None = None
    active: bool = True
    troubles: list[str] = []
    """Of the laptop that was at the server last: words of :class:`enumerator.model.Trouble`."""
    set_aside: int = 0
    """Records, photos and sounds that this laptop could not hand over."""


class AreaBody(msgspec.Struct, frozen=True, kw_only=True):
    code: str
    name: str
    level: str
    parent: str | None = None
    bps_code: str | None = None


def feed_digest(live: Iterable[tuple[str, bytes]]) -> bytes:
    """SHA-256 over sorted (key, 0x00, SHA-256 of body) of the live rows."""
    return digest_of_hashes((key, hashlib.sha256(body).digest()) for key, body in live)


def digest_of_hashes(live: Iterable[tuple[str, bytes]]) -> bytes:
    """As :func:`feed_digest`, from body hashes kept at hand. Keys sort as UTF-8 bytes."""
    digest = hashlib.sha256()
    for key, body_hash in sorted((key.encode(), body_hash) for key, body_hash in live):
        digest.update(key + b"\x00" + body_hash)
    return digest.digest()
