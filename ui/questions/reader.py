"""The officer's actions on an open interview, and what the window has to show afterwards.

Runs in the writer's thread, one action at a time, in the order they were asked for. Every action
returns a :class:`Reply`: frozen, complete, and small (only what changed).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from enumerator.errors import KnownError
from enumerator.fieldwork.rules import PhotoRules
from enumerator.xform import (
    NO_CHANGES,
    Answer,
    Aspect,
    ChangeSet,
    Choice,
    Element,
    Failure,
    FormSession,
    Kind,
    Ref,
    Result,
)
from ui.questions.outline import Outline
from ui.questions.views import (
    HeadingView,
    Item,
    LineView,
    OpenPoint,
    PageKey,
    PageKind,
    PageView,
    QuestionView,
    Reply,
    Review,
    RosterView,
)

_CHOOSING = frozenset({"select1", "select", "rank"})
_NOTHING = Reply()


class Interview(Protocol):
    """What this package asks of an open interview (``fieldwork.interviewing.OpenInterview``)."""

    @property
    def family_id(self) -> str: ...
    @property
    def session(self) -> FormSession: ...
    @property
    def position(self) -> Ref | None: ...
    @property
    def typed_texts(self) -> Mapping[Ref, str]:
        """What was typed but not taken, kept from an earlier sitting too; "" is nothing."""

    def answer(self, ref: Ref, value: str, *, commit: str = "valid") -> Answer: ...
    def typed(self, ref: Ref, text: str) -> None: ...
    def add_repeat(self, ref: Ref) -> ChangeSet: ...
    def remove_repeat(self, ref: Ref) -> ChangeSet: ...
    def set_language(self, name: str) -> ChangeSet: ...
    def undo(self) -> ChangeSet | None: ...
    def moved_to(self, ref: Ref) -> None: ...
    def missing(self) -> tuple[Failure, ...]: ...
    def attach(self, name: str, content: bytes) -> str: ...
    def attachment(self, name: str) -> bytes | None: ...
    def photo_rules(self) -> PhotoRules: ...


@dataclass(frozen=True, slots=True)
class _Kept:
    """A typed text that is not stored: what was meant by it, where that could be read."""

    text: str
    value: str | None


class InterviewReader:
    """One open interview, asked from one thread only."""

    def __init__(self, interview: Interview, now: Callable[[], datetime]) -> None:
        self._interview = interview
        self._session = interview.session
        self._now = now
        self._outline = Outline(self._session)
        self._kept: dict[Ref, _Kept] = {}
        for ref, text in interview.typed_texts.items():
            if text:
                self._kept[ref] = _Kept(text, None)
        self._outline.set_refused(set(self._kept))
        self._page: PageKey | None = None
        self._items: frozenset[Ref] = frozenset()
        self._has_roster = False

    # ------------------------------------------------------------------ pages

    def begin(self) -> Reply:
        """The page and the question where the officer was, else the first one."""
        position = self._interview.position
        key = self._outline.page_of(position) if position is not None else None
        if key is None or position is None:
            entries = self._outline.view().entries
            if not entries:
                return self._reply()
            key, position = entries[0].key, self._outline.first_stop(entries[0].key)
        return self._turn_to(key, position, with_outline=True)

    def show(self, key: PageKey, focus: Ref | None = None) -> Reply:
        """Turns to a page; ``focus`` None is its first missing or wrong question."""
        if not self._outline.has(key):
            return self._reply(Reply(gone=True))
        return self._turn_to(key, focus or self._outline.first_open(key))

    def go_to(self, ref: Ref) -> Reply:
        """Turns to the page of a question."""
        key = self._outline.page_of(ref)
        if key is None:
            return self._reply()
        return self._turn_to(key, ref)

    def go_beyond(self, ref: Ref, step: int) -> Reply:
        """Turns to the next stop after a question that is the last on its page (or before)."""
        stop = self._outline.stop_after(ref, step)
        if stop is None:
            return self._reply(Reply(at_end=step > 0))
        return self._turn_to(*stop)

    def go_to_open_point(self, after: Ref | None) -> Reply:
        """Turns to the next missing or wrong question, round and round."""
        points = self._outline.open_points()
        if not points:
            return self._reply(Reply(at_end=True))
        order = {ref: i for i, ref in enumerate(self._session.questions())}
        here = order.get(after, -1) if after is not None else -1
        later = [ref for ref in points if order.get(ref, -1) > here]
        return self.go_to(later[0] if later else points[0])

    def _turn_to(self, key: PageKey, focus: Ref | None, *, with_outline: bool = False) -> Reply:
        self._page = key
        page = self._read_page(key)
        outline = self._outline.view() if with_outline else None
        return self._reply(Reply(page=page, focus=focus, outline=outline))

    # ------------------------------------------------------------------ actions

    def answer(self, ref: Ref, value: str, text: str) -> Reply:
        """Stores an answer; a refused one is kept as typed, and its message comes back."""
        # An emptied question is empty, required or not; the tree then counts it as missing.
        commit = "valid" if value else "always"
        answer = self._interview.answer(ref, value, commit=commit)
        if answer.result is Result.OK or commit == "always":
            self._kept.pop(ref, None)
            return self._changed(answer.changes, also=ref, answer=answer)
        self._kept[ref] = _Kept(text, value)
        self._interview.typed(ref, text)
        return self._changed(answer.changes, also=ref, answer=answer, saved=False)

    def keep_typed(self, ref: Ref, text: str) -> Reply:
        """Keeps a text that is no value at all ("abc" for a number); nothing is stored."""
        self._kept[ref] = _Kept(text, None)
        self._interview.typed(ref, text)
        return self._changed(NO_CHANGES, also=ref, saved=False)

    def forget_typed(self, ref: Ref) -> Reply:
        """Drops a kept text: what is stored stands."""
        self._kept.pop(ref, None)
        self._interview.typed(ref, "")
        return self._changed(NO_CHANGES, also=ref)

    def note_typing(self, ref: Ref, text: str) -> None:
        """A text on its way, so that a crash cannot lose it. Not refused, not stored."""
        self._interview.typed(ref, text)

    def photo_rules(self) -> PhotoRules:
        return self._interview.photo_rules()

    def attach(self, ref: Ref, content: bytes, suffix: str) -> Reply:
        """Keeps a file in the encrypted store and answers the question with its name."""
        name = f"{int(self._now().timestamp() * 1000)}{suffix}"
        self._interview.attach(name, content)
        return self.answer(ref, name, name)

    def attachment(self, ref: Ref) -> bytes | None:
        """The file that the question holds, as it was attached."""
        name = self._session.value(ref)
        return self._interview.attachment(name) if name else None

    def add_line(self, roster: Ref) -> Reply:
        changes = self._interview.add_repeat(roster)
        reply = self._changed(changes)
        if not changes.added:
            return reply
        key = PageKey(changes.added[0], PageKind.LINE)
        if not self._outline.has(key):
            return reply
        turned = self._turn_to(key, self._outline.first_stop(key), with_outline=True)
        return replace(turned, saved_at=reply.saved_at)

    def remove_line(self, line: Ref) -> Reply:
        # References of later lines now mean other people: kept texts of this repeat are moot.
        roster = str(line).rpartition("[")[0]
        for ref in [ref for ref in self._kept if ref.startswith((f"{roster}/", f"{roster}["))]:
            del self._kept[ref]
            self._interview.typed(ref, "")
        return self._changed(self._interview.remove_repeat(line))

    def set_language(self, name: str) -> Reply:
        self._interview.set_language(name)
        self._outline.rebuild()
        outline = self._outline.view()
        if self._page is None:
            return self._reply(Reply(outline=outline))
        page = self._read_page(self._page)
        items = {item.ref: item for item in page.items}
        return self._reply(Reply(items=items, outline=outline, page_title=page.title))

    def undo(self) -> Reply:
        """Takes the last step back and goes where it was taken."""
        changes = self._interview.undo()
        if changes is None:
            return self._reply(Reply(at_end=True))
        reply = self._changed(changes)
        where = next(
            (
                ref
                for ref, aspect in changes.changed.items()
                if Aspect.VALUE in aspect and self._outline.is_stop(ref)
            ),
            None,
        )
        if where is None:
            return reply
        if self._outline.page_of(where) == self._page:
            return replace(reply, focus=where)
        return replace(self.go_to(where), outline=reply.outline, saved_at=reply.saved_at)

    def moved_to(self, ref: Ref) -> None:
        self._interview.moved_to(ref)

    def review(self) -> Review:
        """All that keeps the interview from being complete, and the warnings that stand."""
        points = {
            ref: OpenPoint(
                ref, *self._where(ref), self._label(ref), "", is_error=True, is_typed=True
            )
            for ref in self._kept
            if self._outline.is_stop(ref)
        }
        for failure in self._interview.missing():
            points.setdefault(
                failure.ref,
                OpenPoint(
                    failure.ref,
                    *self._where(failure.ref),
                    failure.label,
                    failure.message,
                    is_error=failure.result is Result.CONSTRAINT,
                ),
            )
        order = {ref: i for i, ref in enumerate(self._session.questions())}
        warnings = tuple(
            OpenPoint(ref, *self._where(ref), self._label(ref), "", is_error=False)
            for ref in self._outline.warnings()
        )
        return Review(
            points=tuple(sorted(points.values(), key=lambda point: order.get(point.ref, 0))),
            warnings=warnings,
            outline=self._outline.view(),
            outcome=self._outline.outcome(),
            lines=tuple(
                entry.line for entry in self._outline.view().entries if entry.line is not None
            ),
        )

    # ------------------------------------------------------------------ reading

    def _where(self, ref: Ref) -> tuple[str, LineView | None]:
        key = self._outline.page_of(ref)
        entry = self._outline.view().entry(key) if key else None
        return (entry.title, entry.line) if entry else ("", None)

    def _label(self, ref: Ref) -> str:
        return self._session.element(ref).label

    def _changed(
        self,
        changes: ChangeSet,
        *,
        also: Ref | None = None,
        answer: Answer | None = None,
        saved: bool = True,
    ) -> Reply:
        is_redrawn = self._outline.set_refused(set(self._kept))
        is_redrawn |= self._outline.apply(changes)
        page = None
        gone = False
        items: dict[Ref, Item] = {}
        if self._page is None:
            pass
        elif not self._outline.has(self._page):
            gone = True
        elif _renames_line(self._page, changes):
            page = self._read_page(self._page)
        else:
            items = self._changed_items(self._page, changes, also)
        return self._reply(
            Reply(
                items=items,
                outline=self._outline.view() if is_redrawn else None,
                page=page,
                gone=gone,
                answer=answer,
                ref=also,
                saved_at=self._now() if saved else None,
            )
        )

    def _changed_items(self, key: PageKey, changes: ChangeSet, also: Ref | None) -> dict[Ref, Item]:
        wanted: set[Ref] = set()
        prefixes: list[str] = []
        for ref, aspect in changes.changed.items():
            if ref in self._items:
                wanted.add(ref)
            if Aspect.RELEVANT in aspect:
                prefixes.append(f"{ref.removesuffix('[1]')}/")
        if prefixes:
            wanted.update(ref for ref in self._items if ref.startswith(tuple(prefixes)))
        if also is not None and also in self._items:
            wanted.add(also)
        if not wanted and not self._has_roster:
            return {}
        page = self._read_page(key, wanted)
        return {item.ref: item for item in page.items}

    def _reply(self, reply: Reply = _NOTHING) -> Reply:
        session = self._session
        form = session.form
        return replace(
            reply, languages=form.languages, language=session.language, form_title=form.title
        )

    def _read_page(self, key: PageKey, wanted: set[Ref] | None = None) -> PageView:
        reading = _Reading(self._session, self._outline, self._kept, wanted)
        element = self._session.element(key.ref)
        if element.kind in (Kind.GROUP, Kind.LINE):
            reading.walk(key.ref, element.relevant, 0)
        else:
            reading.walk_loose(key.ref)
        if wanted is None:
            self._items = frozenset(item.ref for item in reading.items)
            self._has_roster = any(isinstance(item, RosterView) for item in reading.items)
        entry = self._outline.view().entry(key)
        return PageView(
            key=key,
            title=entry.title if entry else element.label,
            items=tuple(reading.items),
            line=self._outline.line(key),
        )


def _renames_line(key: PageKey, changes: ChangeSet) -> bool:
    """Whether the page is a line whose reference may mean another line now. Any other page keeps
    its references, so that the question at work keeps the cursor."""
    if key.kind is not PageKind.LINE:
        return False
    repeats = {str(line).rpartition("[")[0] for line in (*changes.added, *changes.removed)}
    return any(key.ref.startswith(f"{repeat}[") for repeat in repeats)


class _Reading:
    """One walk over a page; with ``wanted``, only those items (and every roster) are read."""

    def __init__(
        self,
        session: FormSession,
        outline: Outline,
        kept: dict[Ref, _Kept],
        wanted: set[Ref] | None,
    ) -> None:
        self._session = session
        self._outline = outline
        self._kept = kept
        self._wanted = wanted
        self.items: list[Item] = []
        self._after_warning = False
        self._in_check = False

    def walk(self, ref: Ref, relevant: bool, level: int) -> None:
        for child in self._session.children(ref):
            self._take(child, relevant, level)

    def walk_loose(self, first: Ref) -> None:
        """The run of questions outside of any group that starts with ``first``."""
        siblings = self._session.children(self._session.root)
        for ref in siblings[siblings.index(first) :]:
            kind = self._session.element(ref).kind
            if kind is Kind.GROUP or (kind is Kind.REPEAT and ref != first):
                return
            self._take(ref, True, 0)

    def _take(self, ref: Ref, relevant: bool, level: int) -> None:
        element = self._session.element(ref)
        relevant = relevant and element.relevant
        if element.kind is Kind.GROUP:
            is_check = self._is_check(ref)
            if element.label:
                self._add(HeadingView(ref, element.label, relevant, level, is_check))
            self._after_warning, was_check = False, self._in_check
            self._in_check = is_check
            self.walk(ref, relevant, level + 1)
            self._after_warning, self._in_check = False, was_check
        elif element.kind is Kind.REPEAT:
            can_add = relevant and not element.count_fixed
            # A roster counts its lines' questions: it is read anew whatever changed.
            self.items.append(
                RosterView(ref, element.label, relevant, level, self._outline.lines(ref), can_add)
            )
            self._after_warning = False
        else:
            self._take_question(ref, element, relevant, level)

    def _take_question(self, ref: Ref, element: Element, relevant: bool, level: int) -> None:
        kept = self._kept.get(ref)
        is_wanted = self._wanted is None or ref in self._wanted
        view = QuestionView(
            ref=ref,
            element=element,
            relevant=relevant,
            level=level,
            choices=self._choices(ref, element) if is_wanted else (),
            typed=kept.text if kept else None,
            refusal=self._refusal(ref, element, kept) if kept and is_wanted else "",
            explains=self._in_check or (self._after_warning and _is_text(element)),
        )
        self._after_warning = view.is_warning
        self._add(view)

    def _add(self, item: Item) -> None:
        if self._wanted is None or item.ref in self._wanted:
            self.items.append(item)

    def _choices(self, ref: Ref, element: Element) -> tuple[Choice, ...]:
        if element.control not in _CHOOSING:
            return ()
        return tuple(self._session.choices(ref))

    def _refusal(self, ref: Ref, element: Element, kept: _Kept) -> str:
        if kept.value is None or element.readonly or not element.relevant:
            return ""
        try:
            checked = self._session.check(ref, kept.value)
        except KnownError as error:
            return str(error)
        return checked.message or ""

    def _is_check(self, group: Ref) -> bool:
        for child in self._session.children(group):
            element = self._session.element(child)
            if element.kind is not Kind.QUESTION or element.control != "note":
                return False
            return element.label.lstrip().startswith("⚠")
        return False


def _is_text(element: Element) -> bool:
    return element.control == "input" and element.type == "string"
