"""The interview: sections and members on the left, one page of questions on the right.

Contract with the window: ``InterviewScreen(operations)``, :meth:`InterviewScreen.set_interview`,
the signals ``closed(family id)``, ``finalised(family id)``, ``language_changed(name)``, and
:meth:`InterviewScreen.set_notice` for news of the server, which never closes anything.

Driving it (the demo, tests): real widgets, the slots that keys and mouse use.

::

    screen.set_interview(open_interview)      # then wait: screen.is_idle(), or the idle signal
    card = screen.card("/data/blok_i/temuan") # None while its page is not open: the screen turns
                                              # to it; ask again once idle
    card.enter("1")                           # types or picks, Enter; wait for idle again
    screen.go_to(ref)                         # any question, as the tree's links do
    screen.show_end(); screen.press_finish()  # the last page and its button

``card.enter`` takes what an officer would type: text; digits; a date as 2-1-1990 or 1990-01-02; a
choice's value ("1"), several separated by spaces; "-3,31; 114,59; 12" for a place; a path for a
picture. Each answer is stored before the next question has the focus, so wait for ``idle``
between answers.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from enumerator.clock import Clock, SystemClock
from enumerator.errors import KnownError
from enumerator.xform import Ref
from ui.errors import explain
from ui.operations import Operations
from ui.questions.card import QuestionCard
from ui.questions.views import OutlineView, PageKey, PageKind, Reply, Review
from ui.screens.finalise import FinalisePage, SavedPage
from ui.screens.interview_answering import Answering
from ui.screens.interview_desk import Finished, FinishingInterview, InterviewDesk, Trouble
from ui.screens.interview_keys import InterviewHints, make_shortcuts
from ui.screens.interview_news import InterviewNews
from ui.screens.interview_typeahead import TypeAhead
from ui.widgets.interview_header import HintLine, InterviewHeader, PageHead, SavingState
from ui.widgets.interview_notices import Notices
from ui.widgets.interview_page import QuestionPage
from ui.widgets.interview_tree import SectionTree
from ui.widgets.layouts import column, row
from ui.widgets.screen import Screen

if TYPE_CHECKING:
    from enumerator.fieldwork import CaseNews

_POSITION_MS: Final = 300
_MAX_HISTORY: Final = 50


class InterviewScreen(Screen):
    """Signals: ``closed(str)``, ``finalised(str)``: the family's id; ``language_changed(str)``:
    the questionnaire's language; ``idle()``: every answer given so far is stored and shown;
    ``stop_asked(str)``: the officer gives the interview up, with a remark."""

    closed = Signal(str)
    finalised = Signal(str)
    language_changed = Signal(str)
    idle = Signal()
    stop_asked = Signal(str)

    def __init__(
        self, operations: Operations, parent: QWidget | None = None, *, clock: Clock | None = None
    ) -> None:
        super().__init__(parent)
        self._clock = clock or SystemClock()
        self._desk = InterviewDesk(operations, self._now, self)
        self._interview: FinishingInterview | None = None
        self._heading = ""
        self._outline = OutlineView(())
        self._page_key: PageKey | None = None
        self._languages: tuple[str, ...] = ()
        self._language = ""
        self._form_title = ""
        self._history: list[tuple[PageKey, Ref | None]] = []
        self._is_leaving = False
        self._is_outworded = False
        self._build()
        self._connect()
        self.retranslate()

    # ------------------------------------------------------------------ building

    def _build(self) -> None:
        self.header = InterviewHeader(self)
        self.notices = Notices(self)
        self.tree = SectionTree(self)
        self.head = PageHead()
        self.page = QuestionPage(self._now)
        self.page.set_head(self.head)
        self.end = FinalisePage()
        self.saved = SavedPage()
        self.pages = QStackedWidget()
        for page in (self.page, self.end, self.saved):
            self.pages.addWidget(page)
        self.hints = HintLine()
        self._hint_words = InterviewHints(self)
        self._typeahead = TypeAhead(self)
        self.news = InterviewNews(self.notices, self.page, self._now, self)
        self._answering = Answering(self._desk, self.page, self._typeahead, self)
        layout = column(self, gap=0)
        layout.addWidget(self.header)
        layout.addWidget(self.notices)
        middle = row(gap=0)
        middle.addWidget(self.tree)
        middle.addWidget(self.pages, 1)
        layout.addLayout(middle, 1)
        layout.addWidget(self.hints)
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_POSITION_MS)
        self._resting.timeout.connect(self._tell_position)

    def _connect(self) -> None:
        self.header.back_pressed.connect(self.leave)
        self.header.tree_pressed.connect(self.toggle_tree)
        self.header.language_pressed.connect(self.switch_language)
        self.tree.chosen.connect(self._choose)
        self.head.before_pressed.connect(lambda: self.turn_member(-1))
        self.head.after_pressed.connect(lambda: self.turn_member(1))
        self.head.roster_pressed.connect(self.show_roster)
        self._answering.step_due.connect(self._step)
        self._answering.changed.connect(self._show_saving)
        self.page.line_opened.connect(self._open_line)
        self.page.line_added.connect(lambda ref: self._desk.add_line(Ref(ref), self._turned))
        self.page.line_removed.connect(lambda ref: self._desk.remove_line(Ref(ref), self._turned))
        self.page.picture_wanted.connect(lambda ref: self._desk.fetch_picture(Ref(ref)))
        self.page.entered.connect(self._entered)
        self.end.opened.connect(self.go_to)
        self.end.finish_pressed.connect(self._finalise)
        self.end.back_pressed.connect(self.go_back_in_history)
        self.saved.left_pressed.connect(self.leave)
        self.news.stop_asked.connect(self.stop_asked)
        self.news.taken.connect(self._take_online)
        self._desk.replied.connect(self._take)
        self._desk.failed.connect(self._fail)
        self._desk.reviewed.connect(self._review)
        self._desk.finished.connect(self._finish)
        self._desk.closed.connect(self._tell_closed)
        self._desk.pictured.connect(self._show_picture)
        self._desk.pending_changed.connect(self._show_saving)
        self._desk.idle.connect(self._tell_idle)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)
        make_shortcuts(
            self,
            {
                "F2": self.switch_language,
                "Ctrl+PgDown": lambda: self.turn_section(1),
                "Ctrl+PgUp": lambda: self.turn_section(-1),
                "Alt+PgDown": lambda: self.turn_member(1),
                "Alt+PgUp": lambda: self.turn_member(-1),
                "Ctrl+M": self.show_roster,
                "Ctrl+E": self.go_to_open_point,
                "Ctrl+Z": self.undo,
                "Ctrl+Return": self.press_finish,
                "Ctrl+Enter": self.press_finish,
                "Ctrl+B": self.toggle_tree,
                "Alt+Left": self.go_back_in_history,
            },
        )

    def _now(self) -> datetime:
        return self._clock.now()

    # ------------------------------------------------------------------ the window's side

    def set_interview(self, interview: FinishingInterview, heading: str = "") -> None:
        """Opens an interview at the place where the officer was. ``heading`` is whose it is (the
        head's name and address); without it the questionnaire's title stands there."""
        self._interview = interview
        self._heading = heading
        self._page_key = None
        self._is_leaving = False
        self._history.clear()
        self._answering.begin(interview)
        self.news.begin(interview)
        self.end.clear()
        self._show_title()
        self._desk.open(interview, self._turned)

    def set_notice(self, kind: str, text: str) -> None:
        """News of the case while it is open: ``answered_online``, ``reassigned``, ``withdrawn``,
        ``returned``, ``register_changed``. Shown above the questions; closes nothing."""
        self.notices.show_notice(kind, text)

    def take_news(self, news: CaseNews, *, at_opening: bool = False) -> None:
        """What the server has said of the family; see :class:`InterviewNews`."""
        if self.pages.currentWidget() is not self.saved:
            self.news.take(news, at_opening=at_opening)

    def is_idle(self) -> bool:
        """Whether every action so far is done and shown."""
        return self._desk.is_idle() and not self._typeahead.is_holding()

    def has_unsaved(self) -> bool:
        """Whether something stands on the screen that the disk does not have."""
        return self._answering.has_unsaved()

    def card(self, ref: Ref | str) -> QuestionCard | None:
        """The card of a question; None while it is not in sight: the screen then turns to its
        page, and has it once idle (unless the question does not apply)."""
        card = self.page.card(Ref(ref))
        if self.pages.currentWidget() is self.page and card is not None:
            return card
        self.go_to(ref)
        return None

    def interview(self) -> FinishingInterview | None:
        """The one on the screen."""
        return self._interview

    def saving(self) -> SavingState:
        return self.header.saving.state()

    def outline(self) -> OutlineView:
        """The tree as it is shown."""
        return self._outline

    # ------------------------------------------------------------------ going about

    def go_to(self, ref: Ref | str) -> None:
        """To a question, wherever it is."""
        self._answering.commit()
        if self.pages.currentWidget() is self.page and self.page.focus_on(Ref(ref)):
            return
        self._remember_place()
        self._desk.go_to(Ref(ref), self._turned)

    def go_to_open_point(self) -> None:
        """To the next question that is missing or wrong; the last page when there is none."""
        self._answering.commit()
        self._remember_place()
        after = self.page.current() if self.pages.currentWidget() is self.page else None
        self._desk.go_to_open_point(after, self._turned_or_end)

    def turn_section(self, by: int) -> None:
        """To the section after or before this one."""
        keys = self._outline.sections()
        here = self._outline.section_of(self._page_key)
        place = keys.index(here) if here is not None and here in keys else -1
        if self.pages.currentWidget() is self.end:
            place = len(keys)
        to = place + by
        if 0 <= to < len(keys):
            self._show_page(keys[to])
        elif to >= len(keys) and self.pages.currentWidget() is self.page:
            self.show_end()

    def turn_member(self, by: int) -> None:
        """To the member after or before this one; from the roster to its first."""
        to = self._outline.neighbour_line(self._page_key, by) if self._page_key else None
        if to is not None:
            self._show_page(to)

    def show_roster(self) -> None:
        """To the table of members."""
        rosters = self._outline.rosters()
        if not rosters:
            return
        entry = self._outline.entry(self._page_key) if self._page_key else None
        here = entry.key if entry is not None and entry.line is not None else None
        wanted = entry.parent if entry is not None and entry.parent in rosters else rosters[0]
        self._show_page(wanted, on_roster=True, line=here)

    def go_back_in_history(self) -> None:
        """Where the officer was before the last jump; out of the interview when there is none."""
        self._answering.commit()
        while self._history:
            key, ref = self._history.pop()
            if self._outline.entry(key) is not None:
                self._desk.show(key, self._turned, ref)
                return
        if self.pages.currentWidget() is self.end and self._page_key is not None:
            self.pages.setCurrentWidget(self.page)
            self.tree.set_shown(self._page_key)
            self._focus_page(None)
            self._show_hints()
            return
        self.leave()

    def show_end(self) -> None:
        """The last page: what is left, and the button that finishes."""
        self._answering.commit()
        self._remember_place()
        self._desk.review()

    def press_finish(self) -> None:
        """Ctrl+Enter: to the last page, and there its button."""
        if self.pages.currentWidget() is self.end:
            self.end.press_finish()
        elif self.pages.currentWidget() is self.page:
            self.show_end()

    def undo(self) -> None:
        """Takes the last stored answer back."""
        if self.pages.currentWidget() is not self.page:
            return
        self._answering.commit()
        self._desk.undo(self._turned)

    def switch_language(self) -> None:
        """The questionnaire's next language; what is being typed stays as it is."""
        if len(self._languages) < 2:
            return
        place = self._languages.index(self._language) if self._language in self._languages else -1
        self.set_language(self._languages[(place + 1) % len(self._languages)])

    def set_language(self, name: str) -> None:
        """One language of the questionnaire, by its name."""
        if name != self._language and name in self._languages:
            self._desk.set_language(name, lambda _: self.language_changed.emit(name))

    def toggle_tree(self) -> None:
        self.tree.setVisible(self.tree.isHidden())

    def leave(self) -> None:
        """Keeps the draft and says ``closed`` when everything is stored."""
        if self._interview is None or self._is_leaving:
            return
        self._is_leaving = True
        self._answering.commit()
        if self.pages.currentWidget() is not self.saved:
            self._answering.note_typing()
            self._tell_position()
        self._desk.close()

    # ------------------------------------------------------------------ what the officer does

    def _step(self, ref: str, by: int) -> None:
        """Enter or Shift+Enter, once the answer is stored."""
        neighbour = self.page.neighbour(Ref(ref), by)
        if neighbour is not None and self.page.focus_on(neighbour):
            self._typeahead.release()
            return
        self._typeahead.hold()
        self._desk.go_beyond(Ref(ref), by, self._turned_or_end)

    def _open_line(self, ref: str) -> None:
        self._show_page(PageKey(Ref(ref), PageKind.LINE))

    def _choose(self, key: object) -> None:
        if isinstance(key, PageKey):
            self._show_page(key)
        else:
            self.show_end()

    def _entered(self, _ref: str) -> None:
        self._resting.start()
        self._show_hints()

    def _focus_changed(self, _old: QWidget | None, new: QWidget | None) -> None:
        # None: the window is not in front, or a card was taken away; nobody left a question.
        if new is not None and self.isAncestorOf(new):
            self.page.take_focus_change(new)

    # ------------------------------------------------------------------ what comes back

    def _take(self, reply: Reply) -> None:
        """Shows what an action changed."""
        spoken = (reply.form_title, reply.languages, reply.language)
        if spoken != (self._form_title, self._languages, self._language):
            self._form_title, self._languages, self._language = spoken
            self._show_title()
            self.header.set_language(reply.languages, reply.language)
        if reply.outline is not None:
            self._outline = reply.outline
            self.tree.set_outline(reply.outline)
            self._show_head()
        if reply.saved_at is not None:
            self._answering.saw(reply.saved_at)
        if reply.items:
            self.page.update_items(reply.items)
            self._show_hints()
        if reply.page is not None:
            self._show_reply_page(reply)
        elif reply.gone:
            self.show_roster()

    def _show_reply_page(self, reply: Reply) -> None:
        page = reply.page
        if page is None:
            return
        # The same page anew is no turn: the question at work keeps the cursor.
        at_work = self.page.current() if page.key == self._page_key else None
        is_turned = self._page_key not in (None, page.key)
        self._page_key = page.key
        self.page.show_page(page, reply.focus or at_work)
        self.pages.setCurrentWidget(self.page)
        self.tree.set_shown(page.key)
        self._show_head()
        if reply.focus is None and at_work is not None:
            self.page.focus_on(at_work)
        if is_turned:
            self.news.page_turned()

    def _take_online(self, ref: str, value: str) -> None:
        self._answering.commit()
        self._desk.answer(Ref(ref), value, value, self._turned)

    def _turned(self, reply: Reply) -> None:
        """A page was turned to, or stayed: the cursor goes where it belongs."""
        if reply.page is not None or reply.focus is not None:
            self._focus_page(reply.focus)
        self._typeahead.release()
        self._show_hints()

    def _turned_or_end(self, reply: Reply) -> None:
        if reply.at_end and reply.page is None:
            self._typeahead.drop()
            self.show_end()
            return
        self._turned(reply)

    def _focus_page(self, ref: Ref | None) -> None:
        if ref is not None and self.page.focus_on(ref):
            return
        first = self.page.first_stop()
        if first is None or not self.page.focus_on(first):
            self.tree.setFocus(Qt.FocusReason.OtherFocusReason)

    def _review(self, review: Review) -> None:
        self._outline = review.outline
        self.tree.set_outline(review.outline)
        self.end.show_review(review)
        self.pages.setCurrentWidget(self.end)
        self.tree.set_shown(None, at_end=True)
        self.end.take_focus()
        self._show_hints()
        self.news.page_turned()

    def _finalise(self, reason: str) -> None:
        self._desk.finalise(reason or self.news.reason)

    def _finish(self, result: Finished) -> None:
        interview = self._interview
        self._resting.stop()
        self._answering.end(result.saved_at)
        self.saved.show_result(self._heading, result.saved_at, tuple(result.flags))
        self.tree.hide()
        self.header.tree.setEnabled(False)
        self.pages.setCurrentWidget(self.saved)
        self.saved.leave.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show_hints()
        if interview is not None:
            self.finalised.emit(interview.family_id)

    def _fail(self, trouble: Trouble) -> None:
        self._typeahead.drop()
        self._is_leaving = False
        if trouble.ref is not None:
            self._answering.fail(trouble.ref, trouble)
            return
        error = trouble.error
        explained = explain(error)
        if self.pages.currentWidget() is not self.end:
            self.notices.show_notice("trouble", f"{explained.title} {explained.advice}".strip())
        elif isinstance(error, KnownError) and error.code == "reason_needed":
            self.end.ask_reason()
        else:
            self.end.show_trouble(explained.title, explained.advice)

    def _tell_closed(self) -> None:
        interview, self._interview = self._interview, None
        if interview is not None:
            self.tree.show()
            self.header.tree.setEnabled(True)
            self.closed.emit(interview.family_id)

    def _show_picture(self, ref: str, content: object) -> None:
        card = self.page.card(Ref(ref))
        if card is not None and isinstance(content, bytes):
            card.set_picture(content)

    def _tell_idle(self) -> None:
        if self.is_idle():
            self.idle.emit()

    # ------------------------------------------------------------------ inside

    def _show_page(
        self, key: PageKey, *, on_roster: bool = False, line: PageKey | None = None
    ) -> None:
        self._answering.commit()
        self._remember_place()
        if not on_roster:
            self._desk.show(key, self._turned)
            return

        def turned(reply: Reply) -> None:
            rosters = self.page.rosters()
            if rosters:
                if line is not None:
                    rosters[0].select_line(line.ref)
                self.page.focus_on(rosters[0].ref)
            self._typeahead.release()
            self._show_hints()
            if reply.gone:
                self._focus_page(None)

        self._desk.show(key, turned)

    def _remember_place(self) -> None:
        if self._page_key is None or self.pages.currentWidget() is not self.page:
            return
        place = (self._page_key, self.page.current())
        if not self._history or self._history[-1] != place:
            self._history.append(place)
            del self._history[:-_MAX_HISTORY]

    def _tell_position(self) -> None:
        self._resting.stop()
        ref = self.page.current()
        if ref is not None and self._interview is not None:
            self._desk.moved_to(ref)

    def _show_head(self) -> None:
        entry = self._outline.entry(self._page_key) if self._page_key else None
        if entry is not None:
            self.head.show_entry(entry)
            self.page.head_changed()

    def _show_title(self) -> None:
        if self._heading:
            self.header.set_title(self._heading, self._form_title)
        else:
            self.header.set_title(self._form_title, "")

    def _show_saving(self) -> None:
        self.header.saving.set_state(self._answering.saving())

    def _show_hints(self) -> None:
        current = self.page.current()
        if self.pages.currentWidget() is self.saved:
            hints = self._hint_words.when_saved()
        elif self.pages.currentWidget() is self.end:
            hints = self._hint_words.at_the_end()
        elif current is not None and self.page.roster(current) is not None:
            hints = self._hint_words.on_roster()
        else:
            card = self.page.card(current) if current is not None else None
            hints = self._hint_words.on_question(card)
        self.hints.set_hints(hints)

    # ------------------------------------------------------------------ Screen

    def retranslate(self) -> None:
        for part in (self.header, self.notices, self.tree, self.head, self.end, self.saved):
            part.retranslate()
        self._show_hints()
        self._remake_page()

    def _remake_page(self) -> None:
        """Answers' own words are made with their widgets: the page is made again, when seen."""
        self._is_outworded = not self.isVisible()
        if self._is_outworded or self.pages.currentWidget() is not self.page:
            return
        if self._page_key is not None and self._interview is not None:
            self._answering.commit()
            self._desk.show(self._page_key, self._turned, self.page.current())

    def focus_first(self) -> None:
        if self.pages.currentWidget() is self.page:
            self._focus_page(self.page.current())

    def go_back(self) -> bool:
        """Esc never leaves an interview."""
        return True

    # Qt's own names from here on.

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_outworded:
            self._remake_page()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_hints()
