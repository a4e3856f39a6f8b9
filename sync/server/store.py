"""The contract of the server's storage: what custody, streams and office need, and no more.

Two implementations, embedded SQLite (``sqlite_store``) and PostgreSQL (``postgres_store``), pass
the same tests. Rules live above this seam: an implementation stores and finds, it decides nothing.

Every transaction offers the same groups of rows. ``Store.writing`` transactions are serial
(SQLite: one writer) or as good as serial (PostgreSQL: the locks named at the methods, taken in one
order by all); ``Store.reading`` sees one snapshot. Times are ISO text in
UTC, keys and hashes bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from enumerator.errors import KnownError
from enumerator.store.envelope import Header
from enumerator.store.feed import AreaBody, FamilyBody, FeedRow, MemberBody
from enumerator.store.receipt import Receipt

T = TypeVar("T")


class TryAgainError(Exception):
    """Others were in the way (a deadlock, or the same rows at the same moment): the database has
    undone this transaction, and wants it again from its start."""


class StoreFailedError(KnownError):
    """The disk is full or broken: nothing of this transaction is there, and it is nobody's fault
    who asked. Codes ``no_space``, ``store_fault``."""


def no_space() -> StoreFailedError:
    return StoreFailedError(
        "no_space", "The server has no room left on its disk. Nothing of this was stored."
    )


def store_fault() -> StoreFailedError:
    return StoreFailedError(
        "store_fault", "The server cannot write to its disk. Nothing of this was stored."
    )


@dataclass(frozen=True, slots=True)
class Room:
    """Of the database; ``free_bytes`` is None where the disk is another machine's."""

    size_bytes: int
    free_bytes: int | None


@dataclass(frozen=True, slots=True)
class Account:
    account_id: str
    login: str
    name: str
    role: str
    supervisor_id: str | None
    revoked: bool
    last_contact_at: str | None


@dataclass(frozen=True, slots=True)
class Device:
    device_id: str
    account_id: str
    device_key: bytes
    account_key: bytes
    revoked: bool


@dataclass(frozen=True, slots=True)
class CommandRow:
    """A command to one laptop and how far it came."""

    command_id: str
    account_id: str
    device_id: str
    command: str
    reason: str
    point: int
    issued_at: str
    payload: bytes
    signature: bytes
    delivered_at: str | None = None
    acknowledged_at: str | None = None
    status: str = ""
    """``done``, ``refused`` or ``wiped``; empty until it was acknowledged."""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class EscrowRow:
    """A laptop's database key, sealed to the office."""

    device_id: str
    account_id: str
    mark: bytes
    sealed: bytes
    stored_at: str
    recovered: str = ""
    """The last recovery that the laptop told of, by its id."""


@dataclass(frozen=True, slots=True)
class LaptopReport:
    """What a laptop said of itself in a hello. Numbers fit any column."""

    device_id: str
    account_id: str
    at: str
    program: str
    platform: str
    incarnation: str
    chain_length: int
    """Envelopes of this incarnation, wherever they are."""
    set_aside: int
    media_waiting: int
    free_disk_bytes: int
    """0: not known."""
    database_ok: bool
    clock_difference_s: int | None
    """The server's time minus the laptop's; None: it told none."""


@dataclass(frozen=True, slots=True)
class LaptopStanding:
    """A laptop, its last report, and how much of the chain that it reported is held now."""

    device: Device
    report: LaptopReport | None
    held: int


@dataclass(frozen=True, slots=True)
class ActRow:
    """What let an officer in again. ``act``: ``recover``, ``extend-lease`` (the office),
    ``recovered`` (the laptop's word). ``reference``: the recovery's id, or the challenge."""

    at: str
    act: str
    account_id: str
    device_id: str
    by_user: str
    """Of the operating system, where the office's command ran; blank: a laptop's word."""
    reference: str
    detail: str


@dataclass(frozen=True, slots=True)
class KnownCaller:
    """A laptop and an account that ask, as they stand now. ``last_freeze``: the newest ``freeze``
    or ``unfreeze`` of the laptop; blank: none."""

    device: Device
    account: Account
    last_freeze: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Who was at a family's door, and when last."""

    family_id: str
    account_id: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    account_id: str
    expires_at: str
    redeemed_at: str | None
    device_id: str | None


@dataclass(frozen=True, slots=True)
class HeldEnvelope:
    """What decides whether an arriving envelope is already in custody."""

    hash: bytes
    signature: bytes
    reason: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class NewEnvelope:
    """One row of custody; ``header``, ``body`` and ``signature`` exactly as they came."""

    number: int
    envelope_id: str
    hash: bytes
    header: bytes
    body: bytes
    signature: bytes
    kind: str
    account_id: str
    device_id: str
    incarnation: str
    sequence: int
    family_id: str | None
    carried_by: str
    point: int
    received_at: str
    status: str
    reason: str
    receipt_no: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class TakenEnvelope:
    """An envelope in custody with where it stands; see :class:`NewEnvelope`."""

    number: int
    header: bytes
    body: bytes
    signature: bytes
    account_id: str
    point: int
    received_at: str
    status: str
    reason: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What is held of one incarnation. ``whole_to``: no sequence is missing up to here."""

    held: int
    whole_to: int
    longest: int
    head: bytes
    """Hash at ``longest``."""
    is_forked: bool
    """Two envelopes claim one sequence number."""


@dataclass(frozen=True, slots=True)
class Case:
    family_id: str
    version: int
    found_in_field: bool
    """Not in the frame: an officer met this family and gave it its id."""
    officer_id: str | None
    assigned_at: str
    assigned_point: int
    assigned_incarnation: str
    assigned_sequence: int
    self_response: str
    self_responded_at: str
    self_response_point: int
    body_sha256: bytes | None
    gone: str = ""
    """Why it is off the frame: ``withdrawn``, ``duplicate``, ``split``, ``merged``."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """An order who shall have a case, whether it stands or was overruled."""

    family_id: str
    officer_id: str
    place: int
    """Among the orders for this case: 0 for the first of all, which any other overrules; else the
    point at which it was taken into custody."""
    point: int
    """At which it took effect."""
    assigned_at: str
    assigned_by: str
    """``office`` or the id of the envelope that asked for it."""
    reason: str
    number: int = 0
    """Of the envelope; 0 for the office's."""
    incarnation: str = ""
    sequence: int = 0
    with_drafts: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """A possible final word on a family, by interview or by a visit that closed the case."""

    number: int
    """Of the envelope; numbers rise in the order of storing."""
    family_id: str
    officer_id: str
    kind: str
    outcome: str
    rank: int
    point: int
    form_id: str = ""
    form_version: str = ""
    base_version: int | None = None
    late_assignee: bool = False
    canonical: bool = False
    envelope_id: str = ""
    receipt_no: str = ""
    received_at: str = ""
    """These three come from the envelope and are not given when storing."""
    failing: int = 0
    """Hard edits that the answers do not pass."""
    key_answers: str = ""
    """A hash of who lives there and what they are; blank where it says of nobody."""
    instance_id: str = ""
    replaces: str = ""
    """The instance id that this interview corrects."""
    counts_for: str = ""
    """The case that it is a result of: the family's own (when not given), or what took its
    place."""
    eligible: bool = True
    """Whether it may stand there by the rule; else by a supervisor's decision only."""
    answers: str | None = None
    """As in the envelope's header."""

    def __post_init__(self) -> None:
        if not self.counts_for:
            object.__setattr__(self, "counts_for", self.family_id)


@dataclass(frozen=True, slots=True)
class Decision:
    """A supervisor's, whether it holds or a newer one does. ``kind``: ``settlement``, ``return``.
    ``body`` as it came."""

    number: int
    family_id: str
    kind: str
    chosen: str | None
    """The envelope of the interview in question; ``""`` the family's own answer online; None
    takes earlier settlements back."""
    officer_id: str
    incarnation: str
    sequence: int
    place: int
    """The point at which it was taken into custody."""
    point: int
    version: int
    """Of the case, the first that shows it."""
    decided_at: str
    reason: str
    body: bytes
    envelope_id: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A final interview beside what stands."""

    family_id: str
    kept: int
    """Number of what stands; 0 for the self-response or nothing."""
    other: int
    opened_at: str
    point: int
    state: str
    closed_at: str | None
    closed_by: int
    """The decision's number; 0: the rule, or open."""


@dataclass(frozen=True, slots=True)
class FrameEvent:
    """The office's word on a family of the frame; see the table's reasons."""

    family_id: str
    reason: str
    successors: tuple[str, ...]
    dated: str
    noted_at: str
    point: int
    note: str


@dataclass(frozen=True, slots=True)
class DraftRow:
    number: int
    family_id: str
    officer_id: str
    incarnation: str
    sequence: int


@dataclass(frozen=True, slots=True)
class VisitRow:
    visit_id: str
    number: int
    family_id: str
    officer_id: str
    started_at: str
    outcome: str
    late_assignee: bool
    body: bytes


@dataclass(frozen=True, slots=True)
class StreamState:
    """A stream row as stored. Without a body of its own but with ``family_id`` it shows the body
    that stands with the case."""

    key: str
    gone: bool
    reason: str
    family_id: str | None = None
    body: bytes | None = None
    body_sha256: bytes | None = None


@dataclass(frozen=True, slots=True)
class MediaRow:
    name: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class FormRow:
    form_id: str
    version: str
    title: str
    sha256: str
    size_bytes: int
    in_force: bool
    media: tuple[MediaRow, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldMedia:
    """A photo or sound that is wholly here."""

    sha256: str
    size_bytes: int
    account_id: str
    """Whose session brought its last byte."""
    point: int
    received_at: str
    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Upload:
    """A photo or sound on its way, as one account sends it."""

    upload_id: int
    account_id: str
    sha256: str
    size_bytes: int
    held_bytes: int


@dataclass(frozen=True, slots=True)
class StagedFamily:
    line: int
    family: FamilyBody


@dataclass(frozen=True, slots=True)
class StagedMember:
    line: int
    family_id: str
    member: MemberBody


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row of a staged file that does not enter. ``reason`` is a stable word."""

    line: int
    reason: str
    subject: str
    """The id in question; never a name or a NIK."""


@dataclass(frozen=True, slots=True)
class FrameChange:
    """What merging the staged frame did."""

    families_new: int
    families_changed: int
    families_same: int
    members_new: int
    members_changed: int
    members_same: int
    members_gone: int
    """Lines that an updated family no longer has."""


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A family with where it stands, for the office's export."""

    family: FamilyBody
    case: Case
    officer_login: str
    visits: int
    result: Result | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a batch of envelopes will be asked about, by ids."""

    families: Collection[str] = ()
    envelopes: Collection[str] = ()
    devices: Collection[str] = ()
    accounts: Collection[str] = ()


class Accounts(Protocol):
    def add(self, account: Account) -> None:
        """KnownError ``login_taken``."""

    def get(self, account_id: str) -> Account | None: ...
    def by_login(self, login: str) -> Account | None: ...
    def all(self) -> list[Account]: ...
    def team(self, supervisor_id: str) -> list[Account]: ...
    def revoke(self, account_id: str, when: str) -> None: ...
    def contacted(self, account_id: str, when: str) -> None: ...
    def add_code(self, code_hash: bytes, account_id: str, created: str, expires: str) -> None: ...
    def code(self, code_hash: bytes) -> EnrolmentCode | None:
        """Locks the code in a writing transaction."""

    def redeem(self, code_hash: bytes, device_id: str, when: str) -> None: ...
    def add_device(self, device: Device, name: str, when: str) -> None: ...
    def device(self, device_id: str) -> Device | None: ...
    def devices(self, account_id: str) -> list[Device]:
        """In the order of their enrolment."""

    def change_keys(self, device: Device, envelope_id: str, when: str) -> None:
        """The keys that ``device`` names from now on; those until now become former ones."""

    def former_keys(self, device_id: str) -> list[tuple[bytes, bytes]]:
        """(device key, account key), newest first: what was signed with them stays verifiable."""

    def devices_with_former_keys(self) -> list[str]: ...


class Commands(Protocol):
    def add(self, row: CommandRow) -> None: ...
    def get(self, command_id: str) -> CommandRow | None:
        """Locks the command in a writing transaction."""

    def pending(self, device_id: str) -> list[CommandRow]:
        """Not acknowledged yet, in the order of issuing."""

    def delivered(self, device_id: str, when: str) -> None:
        """All that were pending and not delivered before."""

    def acknowledge(self, command_id: str, status: str, detail: str, when: str) -> None: ...
    def last_freeze(self, device_id: str) -> CommandRow | None:
        """The newest ``freeze`` or ``unfreeze`` of a laptop."""

    def all(self) -> list[CommandRow]:
        """In the order of issuing."""


class Claims(Protocol):
    def put(self, claim: Claim) -> None:
        """In place of an earlier one of the same account."""

    def at(self, family_id: str, since_ms: int) -> list[Claim]:
        """The latest first."""

    def forget(self, before_ms: int) -> None: ...


class Escrows(Protocol):
    """Escrows of laptops' keys, and who was let in by what."""

    def put(self, row: EscrowRow) -> None:
        """In place of the laptop's former one."""

    def get(self, device_id: str) -> EscrowRow | None:
        """Locks it in a writing transaction."""

    def drop(self, device_id: str) -> None:
        """There is nothing left that it opens."""

    def note(self, act: ActRow) -> None:
        """For good."""

    def acts(self) -> list[ActRow]:
        """In their order."""


class Reports(Protocol):
    """What laptops last said of themselves."""

    def put(self, report: LaptopReport) -> None:
        """In place of the laptop's former one."""

    def get(self, device_id: str) -> LaptopReport | None: ...
    def latest(self, account_id: str) -> LaptopReport | None:
        """Of the account's laptop that was here last."""

    def standings(self) -> list[LaptopStanding]:
        """Every laptop, in the order of enrolment, those that reported nothing yet too."""


class Envelopes(Protocol):
    def held(self, envelope_id: str) -> list[HeldEnvelope]: ...
    def next_number(self) -> int: ...
    def add(self, envelope: NewEnvelope) -> None: ...
    def chain(self, incarnation: str, device_id: str) -> Chain:
        """Of this device's own envelopes: another's cannot make it look forked."""

    def bodies(self, numbers: Iterable[int]) -> Iterator[tuple[int, bytes]]: ...
    def id_of(self, number: int) -> str: ...
    def quarantined_for(self, reasons: Iterable[str], device_id: str | None = None) -> list[int]:
        """Numbers of the quarantined envelopes (of one laptop), in the order of storing."""

    def taken(self, number: int) -> TakenEnvelope | None: ...
    def judged(self, number: int, status: str, reason: str) -> None:
        """What holds of it now; but for :meth:`describe` nothing else of an envelope changes."""

    def describe(self, number: int, header: Header) -> None:
        """Of one that an older program could not read: what its columns say. Once."""

    def wait(self, number: int, family_ids: Iterable[str]) -> None:
        """To be judged again when something happens to one of these families; for none: it waits
        no more."""

    def waiting(self, family_ids: Iterable[str]) -> list[TakenEnvelope]:
        """Those that wait for any of them, in the order of storing."""

    def awaited(self) -> list[str]:
        """Families that envelopes wait for, and that are known now."""

    def headers(self, above: int, limit: int) -> list[tuple[int, bytes]]:
        """Of the first ``limit`` with a number above this, by number."""

    def count_by_status(self) -> dict[str, int]: ...
    def count_by_kind(self) -> dict[str, int]: ...
    def count_by_reason(self) -> dict[str, int]:
        """Of the quarantined ones."""


class Cases(Protocol):
    def get(self, family_id: str) -> Case | None:
        """Locks the case in a writing transaction."""

    def family(self, family_id: str) -> FamilyBody | None: ...
    def members(self, family_id: str) -> list[MemberBody]: ...
    def add_found(self, family_id: str) -> None:
        """A family that is not in the frame, without a name yet."""

    def describe_found(self, family: FamilyBody) -> None: ...
    def add_assignment(self, assignment: Assignment) -> None:
        """An order, without effect yet."""

    def assignments(self, family_id: str) -> list[Assignment]:
        """In their order."""

    def assign(self, assignment: Assignment) -> None:
        """Put the case into these hands."""

    def note_order(self, family_id: str, incarnation: str, sequence: int) -> None:
        """An order that left the case where it is: an older one must not move it later."""

    def was_assigned(self, family_id: str, officer_id: str) -> bool:
        """Now or earlier."""

    def self_responded(self, family_id: str, status: str, when: str, point: int) -> None: ...
    def save_body(self, family_id: str, version: int, body: bytes, sha256: bytes) -> None: ...
    def add_visit(self, visit: VisitRow) -> bool:
        """False when the visit is already known (the first stays)."""

    def visits(self, family_id: str) -> list[VisitRow]: ...
    def add_result(self, result: Result) -> None: ...
    def results(self, family_id: str) -> list[Result]:
        """Those that count for this case."""

    def count_for(self, family_id: str, case_id: str, *, eligible: bool) -> None:
        """All results of the family's own envelopes."""

    def set_canonical(self, family_id: str, number: int | None) -> None: ...
    def interviews(self) -> Iterator[Result]:
        """All, canonical or not, in the order of storing."""

    def held_by(self, officer_id: str) -> list[str]: ...
    def in_area(self, area: str, *, unassigned_only: bool) -> list[str]: ...
    def by_identity(self, card_number: str, nik: str) -> list[str]:
        """Families with this No. KK and a member with this NIK."""

    def export(self) -> Iterator[ExportRow]: ...
    def counts(self) -> dict[str, int]: ...


class Decisions(Protocol):
    """Beside a case: see :class:`Decision`, :class:`Conflict`, :class:`DraftRow`."""

    def conflicts(self, family_id: str) -> list[Conflict]: ...
    def put_conflict(self, conflict: Conflict) -> None:
        """Insert or update; of a known one ``opened_at`` and ``point`` stay."""

    def drop_conflict(self, family_id: str, other: int) -> None:
        """It stands now."""

    def all_conflicts(self) -> Iterator[Conflict]: ...
    def add(self, decision: Decision) -> None: ...
    def of_case(self, family_id: str) -> list[Decision]:
        """In the order of storing."""

    def all(self) -> Iterator[Decision]: ...
    def add_draft(self, draft: DraftRow) -> None: ...
    def drafts(self, family_id: str) -> list[DraftRow]:
        """In the order of storing."""


class Events(Protocol):
    """What the office says of the frame's families after they were loaded."""

    def save_self_answers(self, family_id: str, answers: Mapping[str, str]) -> None:
        """In place of those before."""

    def self_answers(self, family_id: str) -> dict[str, str]: ...
    def add(self, event: FrameEvent) -> None: ...
    def of_family(self, family_id: str) -> list[FrameEvent]:
        """In the order in which they were noted."""

    def all(self) -> Iterator[FrameEvent]: ...
    def take_off(self, family_id: str, gone: str, successors: Iterable[str]) -> None:
        """``gone`` empty: it counts."""

    def successors(self, family_ids: Iterable[str]) -> list[str]: ...
    def predecessors(self, family_id: str) -> list[str]: ...


class Streams(Protocol):
    def put(self, account_id: str, state: StreamState) -> bool:
        """Store under the account's next counter, holding that account's row lock; False and no
        new counter when nothing but the counter would change."""

    def accounts_with(self, key: str) -> list[str]:
        """Those that are shown something of it: a live row, or a tombstone with a body."""

    def counter(self, account_id: str) -> int: ...
    def page(self, account_id: str, cursor: int) -> Iterator[FeedRow]:
        """In the order of counters, above ``cursor``."""

    def live_hashes(self, account_id: str) -> Iterator[tuple[str, bytes]]: ...


class Areas(Protocol):
    def put(self, areas: Iterable[AreaBody]) -> int:
        """Insert or update; how many were new or changed."""

    def get(self, code: str) -> AreaBody | None: ...


class Questionnaires(Protocol):
    def put_content(self, sha256: str, pieces: Iterable[bytes]) -> None: ...
    def content_size(self, sha256: str) -> int | None: ...
    def content(self, sha256: str, start: int) -> Iterator[bytes]: ...
    def put_form(self, form: FormRow, when: str) -> None:
        """In force from now on, in place of other versions of the same form."""

    def in_force(self) -> list[FormRow]: ...
    def contents_of(self, form_id: str) -> list[str]:
        """SHA-256 of the XML of every version."""

    def get(self, form_id: str, version: str) -> FormRow | None: ...


class Media(Protocol):
    """Photos and sounds, content-addressed. Each account's unfinished ones are its own: nobody
    can spoil another's with wrong bytes."""

    def held(self, sha256: str) -> HeldMedia | None: ...
    def upload(self, account_id: str, sha256: str) -> Upload | None:
        """Locks it in a writing transaction."""

    def begin(self, account_id: str, sha256: str, size_bytes: int, when: str) -> Upload: ...
    def append(self, upload: Upload, data: bytes, when: str) -> Upload: ...
    def uploaded(self, upload: Upload) -> Iterator[bytes]: ...
    def drop(self, upload: Upload) -> None: ...
    def unfinished(self, account_id: str) -> list[Upload]:
        """The one that rested longest first."""

    def finish(self, upload: Upload, held: HeldMedia) -> None:
        """From now on it is neither changed nor deleted."""

    def content(self, sha256: str, start: int) -> Iterator[bytes]: ...
    def name(self, number: int, sha256s: Iterable[str]) -> None:
        """This envelope names them; twice does no harm."""

    def is_named(self, sha256: str) -> bool: ...
    def unnamed_bytes(self, account_id: str) -> int:
        """Of what this account brought and no envelope names."""

    def named_by(self, number: int) -> list[tuple[str, int | None]]:
        """(SHA-256, size or None while it is missing) of one envelope."""

    def counts(self) -> dict[str, int]:
        """media, media_bytes, media_unfinished, media_unfinished_bytes, media_unnamed,
        interviews_without_media (some of theirs is missing)."""


class Frame(Protocol):
    """A frame on its way in: staged without locks, judged by set, merged in one transaction."""

    def stage_families(self, rows: Iterable[StagedFamily]) -> None: ...
    def stage_members(self, rows: Iterable[StagedMember]) -> None: ...
    def spare(self, family_id: str) -> None:
        """A row of this family was unreadable: none of its lines is taken as gone."""

    def reject(self) -> Iterator[tuple[str, BadRow]]:
        """Take out what does not hold together; ("families" | "members", row)."""

    def merge(self) -> FrameChange: ...
    def touched(self) -> Iterator[str]:
        """Assigned families whose register data the merge changed."""


class Transaction(Protocol):
    @property
    def accounts(self) -> Accounts: ...
    @property
    def envelopes(self) -> Envelopes: ...
    @property
    def cases(self) -> Cases: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def events(self) -> Events: ...
    @property
    def streams(self) -> Streams: ...
    @property
    def areas(self) -> Areas: ...
    @property
    def questionnaires(self) -> Questionnaires: ...
    @property
    def media(self) -> Media: ...
    @property
    def commands(self) -> Commands: ...
    @property
    def claims(self) -> Claims: ...
    @property
    def escrows(self) -> Escrows: ...
    @property
    def reports(self) -> Reports: ...

    def savepoint(self) -> AbstractContextManager[None]:
        """Undone when the block raises."""

    def lock_families(self, family_ids: Iterable[str]) -> None:
        """Nobody else changes these cases until the end. Called before anything is written, with
        all of them at once: whoever has a case then has a larger point than those before."""

    def prefetch(self, wanted: Wanted) -> None:
        """Fetch at once what would be asked for one by one, and lock its families on the way.
        Changes nothing but the time that it takes; before all else."""

    def next_point(self) -> int:
        """The durable position of this transaction, to be drawn once; larger than that of every
        transaction that changed one of its cases before."""

    def last_point(self) -> int:
        """No transaction that is seen here has a larger one."""

    def fact(self, name: str) -> str | int | None: ...
    def set_fact(self, name: str, value: str | int) -> None: ...


class FrameTransaction(Transaction, Protocol):
    @property
    def frame(self) -> Frame: ...


class Store(Protocol):
    def writing(self) -> AbstractContextManager[Transaction]:
        """Durable when the block ends; undone when it raises."""

    def write(self, work: Callable[[Transaction], T]) -> T:
        """``work`` in a writing transaction, once more from its start after a TryAgainError: what
        it changes outside the transaction must not add up. TryAgainError after a few times."""

    def reading(self, account_id: str | None = None) -> AbstractContextManager[Transaction]:
        """For one account: other accounts' streams need not be visible."""

    def callers(self, asked: Sequence[tuple[str, str]]) -> list[KnownCaller | None]:
        """By device and account: what every request asks first; None when one is unknown."""

    def loading(self) -> AbstractContextManager[FrameTransaction]:
        """For a frame: takes the write lock at ``Frame.reject``, not before."""

    def backup(self, folder: Path, lineage: str) -> int:
        """Write a consistent copy that a server can be started from, then of another lineage;
        the point up to which it holds everything."""

    def room(self) -> Room: ...
    def close(self) -> None: ...
