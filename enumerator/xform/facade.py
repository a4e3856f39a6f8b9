"""Everything the rest of the program knows of the questionnaire engine.

References: a ``Ref`` is concrete and canonical, ``/data/person[2]/age``; a step of a first line
carries no ``[1]``: ``/data/person/age``. One exception keeps a repeat and its first line apart:
a LINE asked for by itself always ends in its position, so ``/data/person`` is the REPEAT,
``/data/person[1]`` its first LINE and ``/data/person/age`` a question of that line. A body group
without a reference of its own is ``<its parent's ref>/~<number>``. Everywhere a reference is
taken, ``[1]`` may be written or left out; only where a line itself is meant does it matter.
"""

from __future__ import annotations

import random as randomness
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, Flag, auto
from typing import TYPE_CHECKING, NewType, Protocol

from enumerator.errors import KnownError

if TYPE_CHECKING:
    from enumerator.xform.entities.lists import EntityLists

Ref = NewType("Ref", str)


class Media(Protocol):
    """The files behind jr:// URLs, by bare file name (``regions_63.csv``, ``house.png``)."""

    def read(self, name: str) -> bytes:
        """The whole file; FileNotFoundError when there is none of that name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a form, and where. ``path`` is an element path or a reference."""

    severity: str
    text: str
    path: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = f" at {self.path}" if self.path else ""
        line = f", line {self.line}" if self.line else ""
        return f"{self.severity}: {self.text}{place}{line}"


class FormError(KnownError):
    """A form that cannot be loaded; ``problems`` names every reason that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line or 0))
        first = next((p for p in self.problems if p.severity == "error"), None)
        super().__init__(
            "bad_form",
            f"The questionnaire cannot be used: {first or 'it is empty'}",
            problems=len(self.problems),
        )


class Kind(Enum):
    """LINE is one instance of a repeat. The outermost element is a GROUP (``/data``)."""

    GROUP = "group"
    REPEAT = "repeat"
    LINE = "line"
    QUESTION = "question"


class Aspect(Flag):
    """What of a node changed. LINES belongs to a REPEAT."""

    VALUE = auto()
    RELEVANT = auto()
    READONLY = auto()
    REQUIRED = auto()
    LABEL = auto()
    CHOICES = auto()
    LINES = auto()
    CONSTRAINT = auto()


@dataclass(frozen=True, slots=True)
class DeviceRequest:
    """Something that only the machine knows: ``FormSession.supply`` takes its answer.

    kind        geopoint: where the machine is ("latitude longitude altitude accuracy").
                audio: record until the form is left, quietly; the answer is the file's name
    ref         the node that the answer goes to, as it was called at that moment
    parameters  event; for audio also quality: voice-only, low, normal
    node        finds the node again when lines before it have gone
    """

    kind: str
    ref: Ref
    parameters: Mapping[str, str]
    node: int = 0


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one step did. LABEL, CHOICES and CONSTRAINT say "ask again": they may be unchanged.

    ``added`` and ``removed`` name lines, not their leaves; removed ones as they were called
    before. After an addition or a removal, references of later lines mean other lines.
    ``requests`` are what the step's actions ask of the machine.
    """

    changed: Mapping[Ref, Aspect]
    added: tuple[Ref, ...] = ()
    removed: tuple[Ref, ...] = ()
    requests: tuple[DeviceRequest, ...] = ()


NO_CHANGES = ChangeSet({})


class Result(Enum):
    OK = "ok"
    REQUIRED = "required"
    CONSTRAINT = "constraint"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an answer; ``changes`` is empty where nothing was stored."""

    result: Result
    message: str | None
    changes: ChangeSet


@dataclass(frozen=True, slots=True)
class Element:
    """A node of the body as it stands now: a snapshot, ask again after a change.

    control      input select1 select rank range upload trigger note; "" for group, repeat, line.
                 A note is a read-only text input that nothing calculates and that holds nothing
    type         string int decimal date time dateTime geopoint geotrace geoshape binary barcode
                 boolean
    label, hint, guidance   in the session's language, outputs filled in, markdown passed through
    short        the label's short form, for lists of questions; "" where there is none
    media        of the label: "image", "audio", "video", "big-image" -> file name
    value        lexical; "" = blank; select multiple = separated by spaces
    valid        the constraint holds (blank: True); message is its text, also while valid
    mediatype    of an upload: what "accept" or "mediatype" says
    parameters   extras of bind and control, by their bare names: "max-pixels", range's "start"
                 "end" "step", "rows", "accuracyThreshold" "unacceptableAccuracyThreshold"
                 "allow-mock-accuracy", "saveIncomplete" ("true": save the draft here), "autoplay"
    count_fixed  REPEAT: driven by jr:count (nothing to add or remove by hand)
    """

    ref: Ref
    kind: Kind
    control: str
    type: str
    appearance: tuple[str, ...]
    label: str
    hint: str
    guidance: str
    media: Mapping[str, str]
    relevant: bool
    readonly: bool
    required: bool
    value: str
    valid: bool
    message: str
    required_message: str
    mediatype: str
    parameters: Mapping[str, str]
    count_fixed: bool
    short: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    media: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Failure:
    """A relevant question that keeps the form from being complete."""

    ref: Ref
    result: Result
    message: str
    label: str


@dataclass(frozen=True, slots=True)
class Submission:
    """What a form says about sending its submissions.

    action       the address; "" = the server that the form came from
    method       post
    public_key   RSA, base64 of its DER; "" = submissions are not encrypted
    auto_send, auto_delete   None where the form leaves it to the program
    """

    action: str = ""
    method: str = "post"
    public_key: str = ""
    auto_send: bool | None = None
    auto_delete: bool | None = None


@dataclass(frozen=True, slots=True)
class AuditSettings:
    """What a form wants in its audit log; see ``audit.AuditLog``.

    ref                 the node that takes the log's file name, by ``FormSession.supply``
    location_priority   no-power, low-power, balanced, high-accuracy; "" = no locations
    change_reasons      a reason is asked for before changes to a saved form are saved
    identify_user       who answers is asked for before the form is opened
    repeats             generic paths: the log numbers their lines, the first one too
    """

    ref: Ref
    location_priority: str = ""
    location_min_interval_s: float = 0
    location_max_age_s: float = 0
    track_changes: bool = False
    change_reasons: bool = False
    identify_user: bool = False
    repeats: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class EntityDeclaration:
    """A ``meta/entity`` of the form: what its container (the form, a group, a line) may change.

    path         of the entity element, without positions
    properties   name of the property -> path of the question saved to it
    offline      may be applied to local lists before the server has seen it (version 2024.1)
    """

    dataset: str
    path: str
    container: str
    creates: bool
    updates: bool
    properties: Mapping[str, str]
    offline: bool


@dataclass(frozen=True, slots=True)
class EntityChange:
    """What a submission does to one entity.

    action       "create", "update", or "upsert": both at once, whichever is possible
    properties   of relevant questions only; a blank one clears the property
    base_version, trunk_version, branch_id   of an update: what the form saw of the entity
    problem      why a server will refuse it ("" where nothing is wrong)
    """

    dataset: str
    id: str
    action: str
    label: str
    properties: Mapping[str, str]
    base_version: int | None
    trunk_version: int | None
    branch_id: str
    offline: bool
    ref: Ref
    problem: str = ""


class Form(Protocol):
    """A form that loaded: immutable, shared by any number of sessions."""

    @property
    def id(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def languages(self) -> tuple[str, ...]: ...
    @property
    def default_language(self) -> str: ...
    @property
    def warnings(self) -> tuple[Problem, ...]: ...
    @property
    def lists(self) -> tuple[str, ...]:
        """Names of the external files that the form reads."""

    @property
    def submission(self) -> Submission: ...
    @property
    def audit(self) -> AuditSettings | None:
        """None where the form wants no audit log."""

    @property
    def body_class(self) -> tuple[str, ...]:
        """Style names for the whole form: pages, theme-grid."""

    @property
    def entities(self) -> tuple[EntityDeclaration, ...]: ...

    def start(
        self,
        *,
        media: Media | None = None,
        now: Callable[[], datetime] | None = None,
        random: randomness.Random | None = None,
        properties: Mapping[str, str] | None = None,
        language: str | None = None,
        instance: bytes | None = None,
        edit: bool = False,
        last_saved: bytes | None = None,
        entities: EntityLists | None = None,
    ) -> FormSession:
        """A session on a new instance, or on a saved one.

        media       wins over load_form's, file by file
        now         aware, in the local zone: the session's only clock
        random      the session's only randomness: uuid(), random()
        properties  of jr:preload="property": deviceid, username, phonenumber, email
        instance    a saved instance to go on with: what belongs to a new one (preloads,
                    odk-instance-first-load) is not done again; session.warnings names what of
                    it the form has no place for
        edit        the saved instance was sent: it gets a new instanceID, its old one becomes
                    meta/deprecatedID, so that the server sees a correction
        last_saved  serves jr://instance/last-saved
        entities    its lists win over files: instance('people') of people.csv shows them with
                    local creations and updates. Never written anywhere

        KnownError: no_such_language, other_form (a saved instance of another form).

        The same calls with the same clock and randomness give the same state.
        """

    def resume(
        self,
        snapshot: bytes,
        *,
        media: Media | None = None,
        now: Callable[[], datetime] | None = None,
        random: randomness.Random | None = None,
        properties: Mapping[str, str] | None = None,
        last_saved: bytes | None = None,
        entities: EntityLists | None = None,
    ) -> FormSession:
        """Goes on where a session was when it gave the snapshot; the rest as it was started.

        Every later call does what it would have done there, undo included: a snapshot and the
        steps taken since then give the state that all steps from the beginning give. ``random``
        is put into the state that it had. KnownError: other_form (another form, or another
        version of it), bad_snapshot.
        """


class FormSession(Protocol):
    """One questionnaire being filled in. Not thread-safe: one thread at a time."""

    @property
    def form(self) -> Form: ...
    @property
    def language(self) -> str: ...
    @property
    def warnings(self) -> tuple[Problem, ...]: ...
    @property
    def root(self) -> Ref: ...
    @property
    def requests(self) -> tuple[DeviceRequest, ...]:
        """What the form's start asks of the machine; later ones are in change sets."""

    def supply(self, target: DeviceRequest | Ref | str, value: str) -> ChangeSet:
        """Stores what the machine says: a step like an answer, also where the node is read-only
        or not relevant. "" when it cannot tell. Also takes the audit log's file name.

        KnownError: no_such_question (the line is gone, or nothing of the machine goes there),
        bad_value.
        """

    def answer(
        self, ref: Ref | str, value: str | Sequence[str] | None, *, commit: str = "valid"
    ) -> Answer:
        """Answer a question. commit "valid": a refused answer is not stored; "always": it is.

        A blank answer to a required question is refused like any other; "always" clears.
        KnownError: no_such_question, not_relevant, readonly, bad_value.
        """

    def check(self, ref: Ref | str, value: str | Sequence[str] | None) -> Answer:
        """What answer() would say, storing nothing."""

    def add_repeat(self, ref: Ref | str) -> ChangeSet:
        """A line at the end of a repeat. KnownError: no_such_repeat, not_relevant, count_fixed."""

    def remove_repeat(self, ref: Ref | str) -> ChangeSet:
        """Removes the line. KnownError: no_such_line, count_fixed."""

    def set_language(self, name: str) -> ChangeSet:
        """KnownError: no_such_language."""

    def undo(self) -> ChangeSet | None:
        """Takes the last step back; None when there is none."""

    def snapshot(self) -> bytes:
        """All that Form.resume needs, what is hidden, parked or can be undone included."""

    def element(self, ref: Ref | str) -> Element:
        """KnownError: no_such_question."""

    def children(self, ref: Ref | str) -> tuple[Ref, ...]:
        """In body order, relevant or not; a REPEAT's children are its LINEs."""

    def parent(self, ref: Ref | str) -> Ref | None:
        """In the body; None for the root."""

    def questions(self) -> Iterable[Ref]:
        """All relevant questions in body order."""

    def choices(self, ref: Ref | str) -> Sequence[Choice]:
        """Filtered, in the session's language."""

    def value(self, ref: Ref | str) -> str:
        """Of any node, calculates included."""

    def validate(self) -> tuple[Failure, ...]:
        """Every relevant failing question, in body order."""

    def entities(self) -> tuple[EntityChange, ...]:
        """What the submission, as it is now, creates and updates; one each line of a repeat."""

    @property
    def instance_id(self) -> str:
        """meta/instanceID; "" where the form has none."""

    @property
    def instance_name(self) -> str:
        """meta/instanceName: what to call this submission in a list; "" where there is none."""

    def finalize(self) -> bytes:
        """The submission; runs what belongs to the end of a form (timestamp end)."""

    def xml(self) -> bytes:
        """The instance as it is now, non-relevant nodes left out."""

    def state(self) -> Mapping[Ref, Mapping[str, object]]:
        """relevant, readonly, required, value, attributes, label, hint, choices of every node,
        by references as the protocol of form runs writes them (a first line without ``[1]``)."""
