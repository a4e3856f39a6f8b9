"""A questionnaire session written by hand after the engine's contract, for the screen's tests.

Rules are Python functions of the session; after every step all nodes are looked at again and the
differences are the change set. Slow and simple: what the screen may rely on, nothing more.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from enumerator.errors import KnownError
from enumerator.fieldwork.rules import PhotoRules
from enumerator.xform import (
    NO_CHANGES,
    Answer,
    Aspect,
    AuditSettings,
    ChangeSet,
    Choice,
    DeviceRequest,
    Element,
    EntityChange,
    EntityDeclaration,
    EntityLists,
    Failure,
    FormSession,
    Kind,
    Media,
    Problem,
    Ref,
    Result,
    Submission,
)

Rule = Callable[["FakeSession", str], bool]
Words = Callable[["FakeSession", str], str]


def _yes(_session: FakeSession, _line: str) -> bool:
    return True


def _no(_session: FakeSession, _line: str) -> bool:
    return False


@dataclass(frozen=True)
class Node:
    """One node of the body. ``name`` is its step; texts are "Indonesian|English"."""

    name: str
    kind: Kind = Kind.QUESTION
    label: str | Words = ""
    control: str = "input"
    type: str = "string"
    appearance: tuple[str, ...] = ()
    hint: str = ""
    relevant: Rule = _yes
    required: Rule = _no
    readonly: bool = False
    valid: Rule = _yes
    message: str = "Isian salah|Wrong answer"
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""
    count: Callable[[FakeSession], int] | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    mediatype: str = ""
    nodes: tuple[Node, ...] = ()


def group(name: str, label: str | Words, *nodes: Node, relevant: Rule = _yes) -> Node:
    return Node(name, Kind.GROUP, label, "", "", relevant=relevant, nodes=nodes)


def note(name: str, label: str | Words, relevant: Rule = _yes) -> Node:
    return Node(name, label=label, control="note", relevant=relevant, readonly=True)


class FakeForm:
    """Form of the contract."""

    def __init__(self, title: str, *nodes: Node) -> None:
        self.id = "fake"
        self.version = "1"
        self.title = title
        self.languages = ("Bahasa Indonesia (id)", "English (en)")
        self.default_language = self.languages[0]
        self.warnings: tuple[Problem, ...] = ()
        self.lists: tuple[str, ...] = ()
        self.submission = Submission()
        self.audit: AuditSettings | None = None
        self.body_class: tuple[str, ...] = ()
        self.entities: tuple[EntityDeclaration, ...] = ()
        self.top = Node("data", Kind.GROUP, title, "", "", nodes=nodes)

    def start(
        self,
        *,
        media: Media | None = None,  # noqa: ARG002 - the contract's
        now: Callable[[], datetime] | None = None,  # noqa: ARG002
        random: random.Random | None = None,  # noqa: ARG002
        properties: Mapping[str, str] | None = None,  # noqa: ARG002
        language: str | None = None,
        instance: bytes | None = None,  # noqa: ARG002
        edit: bool = False,  # noqa: ARG002
        last_saved: bytes | None = None,  # noqa: ARG002
        entities: EntityLists | None = None,  # noqa: ARG002
    ) -> FormSession:
        return FakeSession(self, language)

    def resume(
        self,
        snapshot: bytes,  # noqa: ARG002 - the contract's
        *,
        media: Media | None = None,  # noqa: ARG002
        now: Callable[[], datetime] | None = None,  # noqa: ARG002
        random: random.Random | None = None,  # noqa: ARG002
        properties: Mapping[str, str] | None = None,  # noqa: ARG002
        last_saved: bytes | None = None,  # noqa: ARG002
        entities: EntityLists | None = None,  # noqa: ARG002
    ) -> FormSession:
        return FakeSession(self)


class FakeSession:
    """FormSession of the contract. Asserts that one thread at a time uses it."""

    def __init__(self, form: FakeForm, language: str | None = None) -> None:
        self.form = form
        self.language = language or form.default_language
        self.warnings: tuple[Problem, ...] = ()
        self.root = Ref("/data")
        self.requests: tuple[DeviceRequest, ...] = ()
        self.instance_id = self.instance_name = ""
        self.thread: int | None = None
        self._values: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._undo: list[tuple[dict[str, str], dict[str, int]]] = []
        self._nodes: dict[str, Node] = {}
        self._children: dict[str, list[str]] = {}
        self._parents: dict[str, str] = {}
        self._seen: dict[str, Element] = {}
        self._plant()
        self._seen = self._look()

    # ------------------------------------------------------------------ the contract

    def supply(self, target: DeviceRequest | Ref | str, value: str) -> ChangeSet:
        ref = target.ref if isinstance(target, DeviceRequest) else target
        self._keep()
        self._values[str(ref)] = value
        return self._settle()

    def answer(
        self, ref: Ref | str, value: str | Sequence[str] | None, *, commit: str = "valid"
    ) -> Answer:
        text = _lexical(value)
        verdict = self.check(ref, text)
        if verdict.result is not Result.OK and commit == "valid":
            return verdict
        self._keep()
        self._values[str(ref)] = text
        return replace(verdict, changes=self._settle())

    def check(self, ref: Ref | str, value: str | Sequence[str] | None) -> Answer:
        self._check_thread()
        node = self._node(ref)
        if not self.element(ref).relevant:
            raise KnownError("not_relevant", "This question does not apply.")
        text = _lexical(value)
        before = self._values.get(str(ref), "")
        self._values[str(ref)] = text
        try:
            if not text:
                if node.required(self, _line_of(str(ref))):
                    return Answer(Result.REQUIRED, None, NO_CHANGES)
                return Answer(Result.OK, None, NO_CHANGES)
            if not node.valid(self, _line_of(str(ref))):
                return Answer(Result.CONSTRAINT, self._say(node.message), NO_CHANGES)
        finally:
            self._values[str(ref)] = before
        return Answer(Result.OK, None, NO_CHANGES)

    def add_repeat(self, ref: Ref | str) -> ChangeSet:
        self._keep()
        self._counts[str(ref)] = self._counts.get(str(ref), 0) + 1
        return self._settle()

    def remove_repeat(self, ref: Ref | str) -> ChangeSet:
        repeat = str(ref).rpartition("[")[0]
        self._keep()
        self._counts[repeat] -= 1
        return self._settle()

    def set_language(self, name: str) -> ChangeSet:
        if name not in self.form.languages:
            raise KnownError("no_such_language", "No such language.")
        self.language = name
        return self._settle()

    def snapshot(self) -> bytes:
        return b""

    def undo(self) -> ChangeSet | None:
        if not self._undo:
            return None
        self._values, self._counts = self._undo.pop()
        return self._settle()

    def element(self, ref: Ref | str) -> Element:
        self._check_thread()
        node = self._node(ref)
        return self._element(str(ref), node)

    def children(self, ref: Ref | str) -> tuple[Ref, ...]:
        self._check_thread()
        return tuple(Ref(child) for child in self._children.get(str(ref), ()))

    def parent(self, ref: Ref | str) -> Ref | None:
        found = self._parents.get(str(ref))
        return Ref(found) if found else None

    def questions(self) -> Iterable[Ref]:
        return [
            Ref(ref)
            for ref, node in self._nodes.items()
            if node.kind is Kind.QUESTION and self.element(ref).relevant
        ]

    def choices(self, ref: Ref | str) -> Sequence[Choice]:
        self._check_thread()
        return [Choice(value, self._say(label), {}) for value, label in self._node(ref).choices]

    def value(self, ref: Ref | str) -> str:
        if str(ref) not in self._nodes:
            raise KnownError("no_such_question", f"No question {ref}.")
        return self._values.get(str(ref), "")

    def validate(self) -> tuple[Failure, ...]:
        failures = []
        for ref in self.questions():
            element = self.element(ref)
            if element.required and not element.value and not element.readonly:
                failures.append(
                    Failure(ref, Result.REQUIRED, element.required_message, element.label)
                )
            elif not element.valid:
                failures.append(Failure(ref, Result.CONSTRAINT, element.message, element.label))
        return tuple(failures)

    def entities(self) -> tuple[EntityChange, ...]:
        return ()

    def finalize(self) -> bytes:
        return self.xml()

    def xml(self) -> bytes:
        return repr(sorted(self._values.items())).encode()

    def state(self) -> Mapping[Ref, Mapping[str, object]]:
        return {}

    # ------------------------------------------------------------------ inside

    def _check_thread(self) -> None:
        here = threading.get_ident()
        if self.thread is None:
            self.thread = here
        assert self.thread == here, "the session was used from two threads"

    def _node(self, ref: Ref | str) -> Node:
        try:
            return self._nodes[str(ref)]
        except KeyError:
            raise KnownError("no_such_question", f"No question {ref}.") from None

    def _say(self, words: str) -> str:
        first, _, second = words.partition("|")
        return second if second and self.language == self.form.languages[1] else first

    def _keep(self) -> None:
        self._undo.append((dict(self._values), dict(self._counts)))

    def _plant(self) -> None:
        self._nodes, self._children, self._parents = {}, {}, {}
        self._grow("/data", self.form.top)

    def _grow(self, ref: str, node: Node) -> None:
        self._nodes[ref] = node
        if node.kind is Kind.QUESTION and ref not in self._values and node.default:
            self._values[ref] = node.default
        if node.kind is Kind.REPEAT:
            count = node.count(self) if node.count else self._counts.get(ref, 0)
            for position in range(1, count + 1):
                line = f"{ref}[{position}]"
                self._adopt(ref, line)
                self._grow(line, replace(node, kind=Kind.LINE, label=node.label))
            return
        base = ref.removesuffix("[1]")
        for child in node.nodes:
            inner = f"{base}/{child.name}"
            self._adopt(ref, inner)
            self._grow(inner, child)

    def _adopt(self, parent: str, child: str) -> None:
        self._children.setdefault(parent, []).append(child)
        self._parents[child] = parent

    def _relevant(self, ref: str) -> bool:
        node = self._nodes[ref]
        parent = self._parents.get(ref)
        if parent is not None and not self._relevant(parent):
            return False
        return node.kind is Kind.LINE or node.relevant(self, _line_of(ref))

    def _element(self, ref: str, node: Node) -> Element:
        value = self._values.get(ref, "")
        line = _line_of(ref)
        label = node.label if isinstance(node.label, str) else node.label(self, line)
        return Element(
            ref=Ref(ref),
            kind=node.kind,
            control=node.control if node.kind is Kind.QUESTION else "",
            type=node.type,
            appearance=node.appearance,
            label=self._say(label),
            hint=self._say(node.hint),
            guidance="",
            media={},
            relevant=self._relevant(ref),
            readonly=node.readonly,
            required=node.kind is Kind.QUESTION and node.required(self, line),
            value=value,
            valid=not value or node.kind is not Kind.QUESTION or node.valid(self, line),
            message=self._say(node.message),
            required_message=self._say("Wajib diisi|Required"),
            mediatype=node.mediatype,
            parameters=node.parameters,
            count_fixed=node.count is not None,
        )

    def _look(self) -> dict[str, Element]:
        return {ref: self._element(ref, node) for ref, node in self._nodes.items()}

    def _settle(self) -> ChangeSet:
        before = self._seen
        self._plant()
        self._seen = self._look()
        lines = {ref for ref, node in self._nodes.items() if node.kind is Kind.LINE}
        gone = [ref for ref, old in before.items() if old.kind is Kind.LINE and ref not in lines]
        added = tuple(Ref(ref) for ref in lines if ref not in before)
        changed: dict[Ref, Aspect] = {}
        for ref, new in self._seen.items():
            old = before.get(ref)
            if old is not None and old != new:
                changed[Ref(ref)] = _difference(old, new)
        return ChangeSet(changed, added, tuple(Ref(ref) for ref in gone))


class FakeInterview:
    """OpenInterview of the contract, with a journal in memory.

    ``fail_next`` makes the next answer fail as a full disk would.
    """

    def __init__(self, session: FakeSession, *, family_id: str = "6300-1") -> None:
        self.id = "interview-1"
        self.family_id = family_id
        self.session: FormSession = session
        self.position: Ref | None = None
        self.typed_texts: dict[Ref, str] = {}
        self.journal: list[tuple[str, str, str]] = []
        self.attachments: dict[str, bytes] = {}
        self.fail_next: KnownError | None = None
        self.reason_needed = False
        self.register_changed = False
        self.kept_against: dict[Ref, str] = {}
        self.comments: dict[Ref, str] = {}
        self.is_closed = False
        self.gate: threading.Event | None = None

    def answer(self, ref: Ref, value: str, *, commit: str = "valid") -> Answer:
        if self.gate is not None:
            assert self.gate.wait(10)
        if self.fail_next is not None:
            failure, self.fail_next = self.fail_next, None
            raise failure
        answer = self.session.answer(ref, value, commit=commit)
        if answer.result is Result.OK or commit == "always":
            self.journal.append(("answer", ref, value))
            self.typed_texts.pop(ref, None)
        else:
            self.typed_texts[ref] = value
        return answer

    def typed(self, ref: Ref, text: str) -> None:
        self.typed_texts[ref] = text
        self.journal.append(("typed", ref, text))

    def add_repeat(self, ref: Ref) -> ChangeSet:
        return self.session.add_repeat(ref)

    def remove_repeat(self, ref: Ref) -> ChangeSet:
        return self.session.remove_repeat(ref)

    def set_language(self, name: str) -> ChangeSet:
        self.journal.append(("language", "", name))
        return self.session.set_language(name)

    def undo(self) -> ChangeSet | None:
        return self.session.undo()

    def moved_to(self, ref: Ref) -> None:
        self.position = ref

    def missing(self) -> tuple[Failure, ...]:
        return self.session.validate()

    def attach(self, name: str, content: bytes) -> str:
        self.attachments[name] = content
        return "digest"

    def attachment(self, name: str) -> bytes | None:
        return self.attachments.get(name)

    def photo_rules(self) -> PhotoRules:
        return PhotoRules()

    def finalise(self, reason: str = "") -> FakeFinalised:
        if self.reason_needed and not reason:
            raise KnownError("reason_needed", "Say why.")
        self.is_closed = True
        return FakeFinalised()

    def close(self) -> None:
        self.is_closed = True


@dataclass(frozen=True)
class FakeFinalised:
    interview_id: str = "interview-1"
    envelope_id: str = "envelope-1"
    outcome: object = "completed"
    saved_at: datetime = datetime(2020, 9, 15, 8, 30, tzinfo=UTC)
    flags: tuple[str, ...] = ()


def _lexical(value: str | Sequence[str] | None) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def _line_of(ref: str) -> str:
    """The ref's line, without a trailing slash; "" outside of any repeat."""
    return ref.rpartition("/")[0]


def _difference(old: Element, new: Element) -> Aspect:
    aspect = Aspect(0)
    for name, one in (
        ("value", Aspect.VALUE),
        ("relevant", Aspect.RELEVANT),
        ("readonly", Aspect.READONLY),
        ("required", Aspect.REQUIRED),
        ("label", Aspect.LABEL),
        ("valid", Aspect.CONSTRAINT),
    ):
        if getattr(old, name) != getattr(new, name):
            aspect |= one
    return aspect or Aspect.LABEL
