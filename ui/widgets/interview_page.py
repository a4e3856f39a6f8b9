"""One page of the questionnaire: its cards in a column that scrolls.

Only what applies has a widget; a question gets its card when it first applies. What changes above
the card at work moves that card by not a pixel on the screen: the column scrolls with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScroller, QWidget

from enumerator.xform import Ref
from ui import theme
from ui.questions.card import Mark, QuestionCard
from ui.questions.kinds import same_kind
from ui.questions.moments import Now
from ui.questions.page_items import HeadingStrip, NoteCard, PageItem
from ui.questions.views import HeadingView, Item, PageView, QuestionView, RosterView
from ui.theme import Space
from ui.widgets.interview_roster import RosterCard

MAX_WIDTH: Final = 880
_MARGIN: Final = 20
_BELOW: Final = 120
# Made at once: what a tall window shows, and two above the question at work. The rest follows in
# slices short enough for a frame (a card costs 0.5 to 1.5 ms), before the officer has read a line.
_AT_ONCE: Final = 9
_ABOVE: Final = 2
_SLICE: Final = 6
_Stop = QuestionCard | RosterCard


class _Column(QWidget):
    """Places its items below each other; the page tells it when."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[PageItem] = []
        self.head: QWidget | None = None

    def arrange(self, width: int, room: int) -> None:
        """Gives every item its place; ``room`` is the viewport's height."""
        inner = min(width - 2 * _MARGIN, MAX_WIDTH)
        left = _MARGIN + max(0, (width - 2 * _MARGIN - inner) // 2)
        top = Space.L
        if self.head is not None:
            height = self.head.heightForWidth(inner)
            self.head.setGeometry(left, top, inner, height)
            top += height + Space.S
        for item in self.items:
            top += item.gap_above()
            height = item.heightForWidth(inner)
            item.setGeometry(left, top, inner, height)
            top += height
        # Room below the last card lets any card be scrolled to a comfortable height.
        below = _BELOW if top + Space.XL > room else 0
        self.resize(width, max(room, top + below))

    # Qt's own names from here on.

    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(QRectF(self.rect()), theme.colours().canvas)


class QuestionPage(QScrollArea):
    """Signals carry refs: ``answered(ref, lexical, text)``, ``misread(ref, text)``,
    ``typing(ref, text)``, ``given_up(ref)``, ``stepped(ref, +1 or -1)``, ``line_opened(ref)``,
    ``line_added(roster ref)``, ``line_removed(ref)``, ``picture_chosen(ref, path)``,
    ``picture_wanted(ref)``, ``entered(ref)``: the focus came into a card."""

    answered = Signal(str, str, str)
    misread = Signal(str, str)
    typing = Signal(str, str)
    given_up = Signal(str)
    stepped = Signal(str, int)
    line_opened = Signal(str)
    line_added = Signal(str)
    line_removed = Signal(str)
    picture_chosen = Signal(str, str)
    picture_wanted = Signal(str)
    entered = Signal(str)

    def __init__(self, now: Now, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self._views: dict[Ref, Item] = {}
        self._widgets: dict[Ref, PageItem] = {}
        self._order: dict[Ref, int] = {}
        self._waiting: list[Ref] = []
        self._marks: Mapping[Ref, Mark] = {}
        self._current: Ref | None = None
        self._is_busy = False
        self._column = _Column()
        self._slices = QTimer(self)
        self._slices.setInterval(0)
        self._slices.timeout.connect(self._make_slice)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(self._column)
        self.verticalScrollBar().setSingleStep(48)
        self.verticalScrollBar().valueChanged.connect(self._follow)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)

    # ------------------------------------------------------------------ content

    def set_head(self, head: QWidget) -> None:
        """What stands above the first card and scrolls with it."""
        head.setParent(self._column)
        self._column.head = head
        head.show()

    def set_marks(self, marks: Mapping[Ref, Mark]) -> None:
        """What is said beside questions, on this page and on those to come."""
        self._marks = marks
        for ref, widget in self._widgets.items():
            if isinstance(widget, QuestionCard):
                widget.set_mark(marks.get(ref))

    def head_changed(self) -> None:
        self._arrange()

    def show_page(self, page: PageView, focus: Ref | None = None) -> None:
        """Shows another page from its top, or with ``focus`` from that question."""
        self._is_busy = True
        self._current = None
        for widget in self._widgets.values():
            widget.hide()
            widget.deleteLater()
        self._column.items = []
        self._widgets = {}
        self._views = {item.ref: item for item in page.items}
        self._order = {ref: i for i, ref in enumerate(self._views)}
        wanted = [item.ref for item in page.items if item.relevant]
        first = max(0, wanted.index(focus) - _ABOVE) if focus in wanted else 0
        # Below the question at work first, then what is above it.
        self._waiting = wanted[first:] + wanted[:first][::-1]
        self._make_waiting(_AT_ONCE)
        self._is_busy = False
        self.verticalScrollBar().setValue(0)
        self._arrange()
        if self._waiting:
            self._slices.start()

    def _make_waiting(self, count: int) -> None:
        now, self._waiting = self._waiting[:count], self._waiting[count:]
        made = [self._make(self._views[ref]) for ref in now]
        self._column.items = sorted(self._widgets.values(), key=lambda one: self._order[one.ref])
        for item in made:
            item.show()
        if not self._waiting:
            self._slices.stop()
            self._set_tab_order()

    def _make_slice(self) -> None:
        anchor = self._anchor()
        self._is_busy = True
        self._make_waiting(_SLICE)
        self._is_busy = False
        self._arrange(anchor)

    def _ensure(self, ref: Ref | None = None) -> None:
        """Makes the card of a question that is still waiting for its slice; None: of all."""
        if not self._waiting or (ref is not None and ref not in self._waiting):
            return
        if ref is not None:
            self._waiting.remove(ref)
            self._waiting.insert(0, ref)
        anchor = self._anchor()
        self._is_busy = True
        self._make_waiting(1 if ref is not None else len(self._waiting))
        self._is_busy = False
        self._arrange(anchor)

    def update_items(self, items: Mapping[Ref, Item]) -> None:
        """Takes changed items over; only their widgets are touched."""
        known = {ref: item for ref, item in items.items() if ref in self._views}
        if not known:
            return
        anchor = self._anchor()
        self._is_busy = True
        self._views.update(known)
        moved = False
        for ref, item in known.items():
            moved |= self._update_item(ref, item)
        if moved:
            self._column.items = sorted(
                self._widgets.values(), key=lambda one: self._order[one.ref]
            )
            self._set_tab_order()
        self._is_busy = False
        self._arrange(anchor)
        for ref in known:
            widget = self._widgets.get(ref)
            if widget is not None and widget.isHidden():
                widget.show()

    def _update_item(self, ref: Ref, item: Item) -> bool:
        widget = self._widgets.get(ref)
        if ref in self._waiting:
            if not item.relevant:
                self._waiting.remove(ref)
            return False
        if not item.relevant:
            if widget is None:
                return False
            if widget.isAncestorOf(self.focusWidget() or self):
                self._column.setFocus(Qt.FocusReason.OtherFocusReason)
            self._drop(ref)
            return True
        if widget is not None and _is_other_kind(widget, item):
            self._drop(ref)
            widget = None
        if widget is None:
            self._make(item)
            return True
        widget.show_item(item)
        return False

    def _drop(self, ref: Ref) -> None:
        widget = self._widgets.pop(ref)
        widget.hide()
        widget.deleteLater()
        if self._current == ref:
            self._current = None

    def _make(self, item: Item) -> PageItem:
        widget: PageItem
        if isinstance(item, HeadingView):
            widget = HeadingStrip(item, self._column)
        elif isinstance(item, RosterView):
            widget = self._make_roster(item)
        elif item.is_note:
            widget = NoteCard(item, self._column)
        else:
            widget = self._make_question(item)
        widget.resized.connect(self._resized)
        self._widgets[item.ref] = widget
        return widget

    def _make_question(self, item: QuestionView) -> QuestionCard:
        card = QuestionCard(item, self._now, self._column)
        card.set_mark(self._marks.get(item.ref))
        card.answered.connect(self.answered)
        card.misread.connect(self.misread)
        card.typing.connect(self.typing)
        card.given_up.connect(self.given_up)
        card.stepped.connect(self.stepped)
        if item.element.control == "upload":
            card.picture_chosen.connect(self.picture_chosen)
            card.picture_wanted.connect(self.picture_wanted)
            card.request_picture()
        return card

    def _make_roster(self, item: RosterView) -> RosterCard:
        roster = RosterCard(item, self._column)
        roster.opened.connect(self.line_opened)
        roster.add_asked.connect(self.line_added)
        roster.remove_asked.connect(self.line_removed)
        roster.stepped.connect(self.stepped)
        return roster

    def _set_tab_order(self) -> None:
        """A card that was made later stands between others: Tab follows the page."""
        before: QWidget | None = None
        for item in self._column.items:
            if isinstance(item, QuestionCard):
                target = item.answer_widget.focus_target()
                if before is not None:
                    QWidget.setTabOrder(before, target)
                before = target

    # ------------------------------------------------------------------ asking

    def card(self, ref: Ref) -> QuestionCard | None:
        self._ensure(ref)
        widget = self._widgets.get(ref)
        return widget if isinstance(widget, QuestionCard) else None

    def roster(self, ref: Ref) -> RosterCard | None:
        self._ensure(ref)
        widget = self._widgets.get(ref)
        return widget if isinstance(widget, RosterCard) else None

    def rosters(self) -> tuple[RosterCard, ...]:
        self._ensure()
        return tuple(item for item in self._column.items if isinstance(item, RosterCard))

    def cards(self) -> tuple[QuestionCard, ...]:
        self._ensure()
        return tuple(item for item in self._column.items if isinstance(item, QuestionCard))

    def notes(self) -> tuple[NoteCard, ...]:
        self._ensure()
        return tuple(item for item in self._column.items if isinstance(item, NoteCard))

    def has(self, ref: Ref) -> bool:
        return ref in self._views

    def current(self) -> Ref | None:
        """The card that the focus is in, or was in last."""
        return self._current

    def neighbour(self, ref: Ref, step: int) -> Ref | None:
        """The next stop on this page, or the one before; notes are passed over."""
        order = list(self._views)
        if ref not in self._views:
            return None
        place = self._order[ref] + step
        while 0 <= place < len(order):
            if _is_stop(self._views[order[place]]):
                return order[place]
            place += step
        return None

    def first_stop(self) -> Ref | None:
        first = next(iter(self._views), None)
        if first is None:
            return None
        return first if _is_stop(self._views[first]) else self.neighbour(first, 1)

    def uncommitted(self) -> tuple[QuestionCard, ...]:
        """Cards with a text that nobody has taken over yet."""
        return tuple(
            item
            for item in self._column.items
            if isinstance(item, QuestionCard) and item.answer_widget.is_dirty()
        )

    # ------------------------------------------------------------------ focus

    def focus_on(self, ref: Ref) -> bool:
        """Puts the cursor into a question and brings it into sight."""
        self._ensure(ref)
        widget = self._widgets.get(ref)
        if isinstance(widget, NoteCard | HeadingStrip):
            self._reveal(widget)
            follower = self.neighbour(ref, 1)
            return self.focus_on(follower) if follower is not None else False
        if not isinstance(widget, _Stop):
            return False
        widget.take_focus()
        self.mark_current(widget)
        self._reveal(widget)
        return True

    def take_focus_change(self, focused: QWidget | None) -> None:
        """The window's focus went to ``focused``; outside of the page, no card is at work."""
        inside = focused
        while inside is not None and not isinstance(inside, _Stop):
            if inside is self._column:
                return
            inside = inside.parentWidget()
        if isinstance(inside, _Stop) and self._widgets.get(inside.ref) is inside:
            self.mark_current(inside)
            self._reveal(inside)
        elif self._current is not None:
            left = self._widgets.get(self._current)
            if isinstance(left, _Stop):
                left.set_current(False)

    def mark_current(self, widget: QuestionCard | RosterCard) -> None:
        if widget.ref == self._current:
            widget.set_current(True)
            return
        former = self._widgets.get(self._current) if self._current is not None else None
        self._current = widget.ref
        if isinstance(former, _Stop):
            former.set_current(False)
        widget.set_current(True)
        self.entered.emit(widget.ref)

    def _reveal(self, widget: PageItem) -> None:
        bar = self.verticalScrollBar()
        room = self.viewport().height()
        top, bottom = widget.y(), widget.y() + widget.height()
        margin = Space.S
        if isinstance(widget, QuestionCard):
            # A part of the neighbours stays in sight: the officer sees what comes next.
            margin = min(72, max(Space.S, (room - widget.height()) // 3))
        if top - margin < bar.value():
            bar.setValue(top - margin)
        elif bottom + margin > bar.value() + room:
            bar.setValue(min(top - Space.S, bottom + margin - room))

    # ------------------------------------------------------------------ keeping the place

    def _anchor(self) -> tuple[PageItem, int] | None:
        scrolled = self.verticalScrollBar().value()
        widget = self._widgets.get(self._current) if self._current is not None else None
        if widget is not None:
            top = widget.y() - scrolled
            if -widget.height() < top < self.viewport().height():
                return widget, top
        for item in self._column.items:
            if item.y() + item.height() > scrolled:
                return item, item.y() - scrolled
        return None

    def _arrange(self, anchor: tuple[PageItem, int] | None = None) -> None:
        if self._is_busy:
            return
        self._is_busy = True
        # The scroll bar's place is kept free: its coming would change every line break.
        width = self.width() - self.verticalScrollBar().sizeHint().width()
        self._column.arrange(width, self.viewport().height())
        if anchor is not None and self._widgets.get(anchor[0].ref) is anchor[0]:
            self.verticalScrollBar().setValue(anchor[0].y() - anchor[1])
        self._is_busy = False

    def _follow(self) -> None:
        widget = self._widgets.get(self._current) if self._current is not None else None
        if isinstance(widget, QuestionCard):
            widget.answer_widget.follow()

    def _resized(self) -> None:
        if not self._is_busy:
            self._arrange(self._anchor())

    # Qt's own names from here on.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(self._anchor())
        current = self._widgets.get(self._current) if self._current is not None else None
        if current is not None:
            self._reveal(current)


def _is_stop(item: Item) -> bool:
    """Whether the officer has something to do there."""
    if isinstance(item, QuestionView):
        return item.relevant and item.takes_answers
    return isinstance(item, RosterView) and item.relevant


def _is_other_kind(widget: PageItem, item: Item) -> bool:
    if isinstance(item, QuestionView):
        if isinstance(widget, NoteCard):
            return not item.is_note
        return not isinstance(widget, QuestionCard) or not same_kind(widget.view, item)
    return False
