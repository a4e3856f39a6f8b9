"""What the window knows of an interview: frozen snapshots, taken where the engine runs.

The engine's session belongs to the writer's thread. Widgets see these values only, so no widget
can wait for the engine and no thread can meet a half-done calculation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum

from enumerator.xform import Answer, Choice, Element, Ref


class Progress(Enum):
    """How far a page is; the tree shows one icon and one word for each."""

    NOT_APPLICABLE = "not_applicable"
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    ERRORS = "errors"
    WARNINGS = "warnings"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True)
class QuestionView:
    """One question, note or warning as it stands."""

    ref: Ref
    element: Element
    relevant: bool
    level: int
    choices: tuple[Choice, ...] = ()
    typed: str | None = None
    refusal: str = ""
    explains: bool = False

    @property
    def is_note(self) -> bool:
        return self.element.control == "note"

    @property
    def is_warning(self) -> bool:
        """The form's soft check: a note whose text starts with the warning sign."""
        return self.is_note and self.element.label.lstrip().startswith("⚠")

    @property
    def takes_answers(self) -> bool:
        return not self.is_note and not self.element.readonly

    @property
    def is_missing(self) -> bool:
        return (
            self.relevant
            and self.element.required
            and not self.element.value
            and self.takes_answers
        )


@dataclass(frozen=True, slots=True)
class HeadingView:
    """A group inside a page."""

    ref: Ref
    label: str
    relevant: bool
    level: int
    is_check: bool = False


@dataclass(frozen=True, slots=True)
class LineView:
    """One line of a roster, by the words an officer knows it by."""

    ref: Ref
    number: int
    name: str
    relationship: str
    age: str
    progress: Progress
    missing: int
    errors: int
    warnings: int
    relevant: bool = True


@dataclass(frozen=True, slots=True)
class RosterView:
    """A repeat: its lines are pages of their own."""

    ref: Ref
    label: str
    relevant: bool
    level: int
    lines: tuple[LineView, ...]
    can_add: bool


Item = QuestionView | HeadingView | RosterView


class PageKind(Enum):
    SECTION = "section"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class PageKey:
    """A page's identity. A first line may share its repeat's ref, hence the kind."""

    ref: Ref
    kind: PageKind


@dataclass(frozen=True, slots=True)
class PageView:
    """One page, complete: everything that the right-hand side shows."""

    key: PageKey
    title: str
    items: tuple[Item, ...]
    line: LineView | None = None


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One row of the tree."""

    key: PageKey
    parent: PageKey | None
    title: str
    level: int
    progress: Progress
    questions: int
    answered: int
    missing: int
    errors: int
    warnings: int
    first_ref: Ref | None
    line: LineView | None = None


@dataclass(frozen=True, slots=True)
class OutlineView:
    """The tree, in body order."""

    entries: tuple[OutlineEntry, ...]

    def entry(self, key: PageKey) -> OutlineEntry | None:
        return next((entry for entry in self.entries if entry.key == key), None)

    def rosters(self) -> tuple[PageKey, ...]:
        """Pages that have lines below them."""
        parents = {entry.parent for entry in self.entries if entry.line is not None}
        return tuple(entry.key for entry in self.entries if entry.key in parents)

    def sections(self) -> list[PageKey]:
        """The sections that apply."""
        return [
            entry.key
            for entry in self.entries
            if entry.line is None and entry.progress is not Progress.NOT_APPLICABLE
        ]

    def section_of(self, key: PageKey | None) -> PageKey | None:
        """The section that a page belongs to: itself, or the one its line is in."""
        entry = self.entry(key) if key is not None else None
        while entry is not None and entry.line is not None and entry.parent is not None:
            entry = self.entry(entry.parent)
        return entry.key if entry else None

    def neighbour_line(self, key: PageKey, by: int) -> PageKey | None:
        """The line after or before a line; from a roster's page its first."""
        here = self.entry(key)
        if here is None:
            return None
        parent = here.parent if here.line is not None else key
        lines = [one.key for one in self.entries if one.line is not None and one.parent == parent]
        to = (lines.index(key) if key in lines else -1) + by
        return lines[to] if 0 <= to < len(lines) else None


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """Something that the officer should look at before finishing; a link to its question."""

    ref: Ref
    place: str
    line: LineView | None
    label: str
    message: str
    is_error: bool
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class Review:
    """What the last page shows: nothing in ``points`` means that it can be finished."""

    points: tuple[OpenPoint, ...]
    warnings: tuple[OpenPoint, ...]
    outline: OutlineView
    outcome: str = ""
    lines: tuple[LineView, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What one action did: everything that the window has to change, taken in one go.

    items     the changed items of the open page by ref
    page      the page to show instead; gone: the open page's line is no more
    focus     where to put the cursor; at_end: there is nothing beyond (or nothing to take back)
    saved_at  when the journal had it; None where nothing was stored
    """

    languages: tuple[str, ...] = ()
    language: str = ""
    form_title: str = ""
    items: Mapping[Ref, Item] = field(default_factory=dict)
    outline: OutlineView | None = None
    page: PageView | None = None
    page_title: str = ""
    focus: Ref | None = None
    gone: bool = False
    at_end: bool = False
    answer: Answer | None = None
    ref: Ref | None = None
    saved_at: datetime | None = None
