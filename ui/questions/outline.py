"""The tree of pages and how far each is, kept up to date by what each answer changed.

Lives where the engine runs (the writer's thread). A page is a top-level group, or one line of a
repeat; a question belongs to the innermost page around it. Counting all questions again after
every answer would cost a roster of 20 lines several milliseconds; :meth:`Outline.apply` looks at
the changed references only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from enumerator.errors import KnownError
from enumerator.xform import Aspect, ChangeSet, Element, FormSession, Kind, Ref
from ui.questions.views import (
    LineView,
    OutlineEntry,
    OutlineView,
    PageKey,
    PageKind,
    Progress,
)


@dataclass(frozen=True, slots=True)
class RosterWords:
    """By which nodes of a line an officer knows it: the first that holds something."""

    names: tuple[str, ...] = ("f_nama", "nama", "pre_nama", "nama_lengkap", "name")
    relationships: tuple[str, ...] = ("f_hub", "hubungan", "pre_hubungan", "relationship")
    relationship_questions: tuple[str, ...] = ("hubungan", "relationship")
    ages: tuple[str, ...] = ("umur", "age")
    outcomes: tuple[str, ...] = ("hasil", "outcome")


class _Mark(Enum):
    OFF = auto()
    NOTE = auto()
    WARNING = auto()
    BLANK = auto()
    MISSING = auto()
    ANSWERED = auto()
    INVALID = auto()


@dataclass(slots=True)
class _Page:
    key: PageKey
    parent: PageKey | None
    level: int
    title: str = ""
    number: int = 0
    marks: dict[Ref, _Mark] = field(default_factory=dict)
    groups: set[Ref] = field(default_factory=set)
    rosters: dict[Ref, bool] = field(default_factory=dict)
    inner: list[_Page] = field(default_factory=list)


class Outline:
    """Pages in body order, with their marks. Not thread-safe: belongs to the writer's thread."""

    def __init__(self, session: FormSession, words: RosterWords | None = None) -> None:
        self._session = session
        self._words = words or RosterWords()
        self._refused: set[Ref] = set()
        self._view: OutlineView | None = None
        self.rebuild()

    def rebuild(self) -> None:
        """Reads everything again: at the start, and when lines came or went."""
        self._pages: dict[PageKey, _Page] = {}
        self._page_of: dict[Ref, _Page] = {}
        self._flow: list[tuple[PageKey, Ref]] = []
        self._view = None
        session = self._session
        loose: _Page | None = None
        for ref in session.children(session.root):
            element = session.element(ref)
            if element.kind is Kind.GROUP:
                loose = None
                page = self._open(PageKey(ref, PageKind.SECTION), None, 0)
                page.title = element.label
                self._walk(page, ref, element.relevant)
            else:
                # Questions outside of any group share one page with the form's own name.
                if loose is None:
                    loose = self._open(PageKey(ref, PageKind.SECTION), None, 0)
                    loose.title = element.label if element.kind is Kind.REPEAT else ""
                self._take(loose, ref, element, True)
                if element.kind is Kind.REPEAT:
                    loose = None

    def _open(self, key: PageKey, parent: PageKey | None, level: int) -> _Page:
        page = _Page(key, parent, level)
        self._pages[key] = page
        return page

    def _walk(self, page: _Page, ref: Ref, relevant: bool) -> None:
        page.groups.add(ref)
        self._page_of[ref] = page
        for child in self._session.children(ref):
            self._take(page, child, self._session.element(child), relevant)

    def _take(self, page: _Page, ref: Ref, element: Element, relevant: bool) -> None:
        relevant = relevant and element.relevant
        if element.kind is Kind.GROUP:
            self._walk(page, ref, relevant)
        elif element.kind is Kind.REPEAT:
            self._page_of[ref] = page
            page.rosters[ref] = relevant
            self._flow.append((page.key, ref))
            for number, line in enumerate(self._session.children(ref), start=1):
                key = PageKey(line, PageKind.LINE)
                inner = self._open(key, page.key, page.level + 1)
                page.inner.append(inner)
                inner.number = number
                inner.title = self._session.element(line).label
                self._walk(inner, line, relevant)
        else:
            self._page_of[ref] = page
            page.marks[ref] = _mark(element, relevant, ref in self._refused)
            self._flow.append((page.key, ref))

    # ------------------------------------------------------------------ keeping up

    def apply(self, changes: ChangeSet) -> bool:
        """Takes a change set in; True where the tree looks different."""
        if changes.added or changes.removed:
            self.rebuild()
            return True
        before = self._view
        touched = False
        for ref, aspect in changes.changed.items():
            touched |= self._touch(ref, aspect)
        if touched:
            self._view = None
        return touched and self.view() != before

    def _touch(self, ref: Ref, aspect: Aspect) -> bool:
        page = self._page_of.get(ref)
        if page is None:
            # A calculate has no mark, but it can name a line.
            return Aspect.VALUE in aspect
        if ref in page.marks:
            element = self._session.element(ref)
            relevant = element.relevant and self._group_relevant(ref)
            page.marks[ref] = _mark(element, relevant, ref in self._refused)
            return True
        if Aspect.LINES in aspect:
            self.rebuild()
            return True
        if Aspect.RELEVANT in aspect:
            self._reread(ref)
        if ref == page.key.ref and Aspect.LABEL in aspect:
            page.title = self._session.element(ref).label
        return True

    def _reread(self, group: Ref) -> None:
        prefix = (group.removesuffix("[1]") if group.endswith("[1]") else group) + "/"
        inside = [
            (page, ref)
            for page in self._pages.values()
            for ref in (*page.marks, *page.rosters)
            if ref.startswith((prefix, f"{group}/", f"{group}["))
        ]
        for page, ref in inside:
            element = self._session.element(ref)
            relevant = element.relevant and self._group_relevant(ref)
            if ref in page.marks:
                page.marks[ref] = _mark(element, relevant, ref in self._refused)
            else:
                page.rosters[ref] = relevant
        own = self._page_of[group]
        if group in own.rosters:
            own.rosters[group] = self._session.element(group).relevant and self._group_relevant(
                group
            )

    def _group_relevant(self, ref: Ref) -> bool:
        parent = self._session.parent(ref)
        while parent is not None and parent != self._session.root:
            if not self._session.element(parent).relevant:
                return False
            parent = self._session.parent(parent)
        return True

    def set_refused(self, refs: set[Ref]) -> bool:
        """Which questions hold a typed text that was refused; True where that changed the tree."""
        changed = self._refused ^ refs
        self._refused = set(refs)
        for ref in changed:
            self._touch(ref, Aspect.VALUE)
        if changed:
            self._view = None
        return bool(changed)

    # ------------------------------------------------------------------ asking

    def page_of(self, ref: Ref) -> PageKey | None:
        """The page that shows the question, or that is the line or section meant."""
        for key in (PageKey(ref, PageKind.LINE), PageKey(ref, PageKind.SECTION)):
            if key in self._pages:
                return key
        page = self._page_of.get(ref)
        return page.key if page else None

    def has(self, key: PageKey) -> bool:
        return key in self._pages

    def is_stop(self, ref: Ref) -> bool:
        """Whether the officer has something to do there now."""
        page = self._page_of.get(ref)
        if page is None:
            return False
        if ref in page.rosters:
            return page.rosters[ref]
        return page.marks.get(ref, _Mark.OFF) not in (_Mark.OFF, _Mark.NOTE, _Mark.WARNING)

    def stop_after(self, ref: Ref, step: int) -> tuple[PageKey, Ref] | None:
        """The next stop in body order, or with ``step`` -1 the one before."""
        where = next((i for i, (_, there) in enumerate(self._flow) if there == ref), None)
        if where is None:
            return None
        where += step
        while 0 <= where < len(self._flow):
            key, candidate = self._flow[where]
            if self.is_stop(candidate):
                return key, candidate
            where += step
        return None

    def open_points(self) -> list[Ref]:
        """Questions that are missing or wrong, in body order."""
        wanted = (_Mark.MISSING, _Mark.INVALID)
        return [
            ref for _, ref in self._flow if self._page_of[ref].marks.get(ref, _Mark.OFF) in wanted
        ]

    def warnings(self) -> list[Ref]:
        """The soft checks that stand, in body order."""
        return [
            ref
            for _, ref in self._flow
            if self._page_of[ref].marks.get(ref, _Mark.OFF) is _Mark.WARNING
        ]

    def outcome(self) -> str:
        """The chosen result of the interview, in the questionnaire's words; "" while open."""
        for _, ref in self._flow:
            if _leaf(ref) in self._words.outcomes and self.is_stop(ref):
                value = self._session.value(ref)
                for choice in self._session.choices(ref):
                    if choice.value == value:
                        return choice.label
        return ""

    def first_stop(self, key: PageKey) -> Ref | None:
        page = self._pages.get(key)
        if page is None:
            return None
        return next((ref for there, ref in self._flow if there == key and self.is_stop(ref)), None)

    def first_open(self, key: PageKey) -> Ref | None:
        """The first missing or wrong question of a page, else its first stop."""
        page = self._pages.get(key)
        if page is None:
            return None
        open_marks = (_Mark.MISSING, _Mark.INVALID)
        found = next((ref for ref, mark in page.marks.items() if mark in open_marks), None)
        return found or self.first_stop(key)

    def lines(self, roster: Ref) -> tuple[LineView, ...]:
        children = self._session.children(roster)
        return tuple(
            self._line(self._pages[PageKey(line, PageKind.LINE)])
            for line in children
            if PageKey(line, PageKind.LINE) in self._pages
        )

    def line(self, key: PageKey) -> LineView | None:
        page = self._pages.get(key)
        return self._line(page) if page and key.kind is PageKind.LINE else None

    def view(self) -> OutlineView:
        if self._view is None:
            self._view = OutlineView(tuple(self._entry(page) for page in self._pages.values()))
        return self._view

    # ------------------------------------------------------------------ counting

    def _below(self, page: _Page) -> Iterator[_Page]:
        yield page
        for inner in page.inner:
            yield from self._below(inner)

    def _entry(self, page: _Page) -> OutlineEntry:
        tally = _tally([mark for one in self._below(page) for mark in one.marks.values()])
        is_on = any(any(one.rosters.values()) for one in self._below(page))
        return OutlineEntry(
            key=page.key,
            parent=page.parent,
            title=page.title or self._session.form.title,
            level=page.level,
            progress=_progress(tally, is_on),
            questions=tally.questions,
            answered=tally[_Mark.ANSWERED],
            missing=tally[_Mark.MISSING],
            errors=tally[_Mark.INVALID],
            warnings=tally[_Mark.WARNING],
            first_ref=self.first_stop(page.key),
            line=self._line(page) if page.key.kind is PageKind.LINE else None,
        )

    def _line(self, page: _Page) -> LineView:
        tally = _tally([mark for one in self._below(page) for mark in one.marks.values()])
        return LineView(
            ref=page.key.ref,
            number=page.number,
            name=self._word(page, self._words.names),
            relationship=self._relationship(page),
            age=self._word(page, self._words.ages),
            progress=_progress(tally, False),
            missing=tally[_Mark.MISSING],
            errors=tally[_Mark.INVALID],
            warnings=tally[_Mark.WARNING],
            relevant=_progress(tally, False) is not Progress.NOT_APPLICABLE,
        )

    def _word(self, page: _Page, names: tuple[str, ...]) -> str:
        inside = {_leaf(ref): ref for ref in page.marks}
        for name in names:
            for ref in (Ref(f"{page.key.ref}/{name}"), inside.get(name)):
                if ref is None:
                    continue
                try:
                    found = self._session.value(ref)
                except KnownError:
                    continue
                if found:
                    return found
        return ""

    def _relationship(self, page: _Page) -> str:
        code = self._word(page, self._words.relationships)
        if not code:
            return ""
        for ref in page.marks:
            if _leaf(ref) in self._words.relationship_questions:
                for choice in self._session.choices(ref):
                    if choice.value == code:
                        return choice.label
        return ""


class _Tally(dict[_Mark, int]):
    def __missing__(self, _mark: _Mark) -> int:
        return 0

    @property
    def questions(self) -> int:
        return self[_Mark.BLANK] + self[_Mark.MISSING] + self[_Mark.ANSWERED] + self[_Mark.INVALID]


def _tally(marks: list[_Mark]) -> _Tally:
    tally = _Tally()
    for mark in marks:
        tally[mark] += 1
    return tally


def _progress(tally: Mapping[_Mark, int], is_on: bool) -> Progress:
    asked = tally[_Mark.BLANK] + tally[_Mark.MISSING] + tally[_Mark.ANSWERED] + tally[_Mark.INVALID]
    if asked == 0 and not is_on and not tally[_Mark.NOTE] and not tally[_Mark.WARNING]:
        return Progress.NOT_APPLICABLE
    if tally[_Mark.INVALID]:
        return Progress.ERRORS
    if asked and tally[_Mark.ANSWERED] == 0:
        return Progress.NOT_STARTED
    if tally[_Mark.MISSING]:
        return Progress.IN_PROGRESS
    return Progress.WARNINGS if tally[_Mark.WARNING] else Progress.COMPLETE


def _mark(element: Element, relevant: bool, refused: bool) -> _Mark:
    if not relevant:
        return _Mark.OFF
    if element.control == "note":
        is_warning = element.label.lstrip().startswith("⚠")
        return _Mark.WARNING if is_warning else _Mark.NOTE
    if refused or not element.valid:
        return _Mark.INVALID
    if element.value:
        return _Mark.NOTE if element.readonly else _Mark.ANSWERED
    if element.readonly:
        return _Mark.NOTE
    return _Mark.MISSING if element.required else _Mark.BLANK


def _leaf(ref: str) -> str:
    return ref.rpartition("/")[2]
