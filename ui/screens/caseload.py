"""The officer's list: search, filter, sort, open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QWidget

from enumerator.model import Area, CaseState, OfficerId
from enumerator.store import CaseFilter
from ui import formats, paint, theme
from ui.models.families import FamilyTableModel
from ui.operations import Operations
from ui.paint import Kind
from ui.theme import Ink, Radius, Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.family_table import FamilyTable
from ui.widgets.fields import SearchBox, Select
from ui.widgets.labels import Label
from ui.widgets.layouts import ScrollArea, column, row
from ui.widgets.meters import SegmentBar
from ui.widgets.screen import Screen
from ui.widgets.state_filter import StateFilter
from ui.widgets.surfaces import EmptyState

if TYPE_CHECKING:
    from enumerator.fieldwork import CaseloadSummary, TeamMember, Workspace

_SIDE_PX: Final = 220
# Below this width the filter gives its place to the table until it is asked for.
_NARROW_PX: Final = 900


@dataclass(frozen=True, slots=True)
class CaseloadFacts:
    """What stands around the table, read in one go."""

    summary: CaseloadSummary
    areas: tuple[tuple[Area, int], ...]
    max_attempt_days: int
    team: tuple[TeamMember, ...]
    may_begin: bool
    """False on a laptop that the office has frozen."""


class TableSheet(QWidget):
    """The ground of a table: a card whose edge the rows do not cross."""

    def __init__(self, table: QWidget) -> None:
        super().__init__()
        layout = column(self, gap=0, margin=1)
        layout.setContentsMargins(2, 6, 2, 6)
        layout.addWidget(table)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.colours()
        paint.box(QPainter(self), QRectF(self.rect()), Radius.CARD, tokens.surface, tokens.line)


class ProgressSummary(QWidget):
    """How far the list is: a bar and the same in words."""

    def __init__(self) -> None:
        super().__init__()
        layout = column(self, gap=Space.XS)
        self._words = Label("", Text.SMALL_STRONG)
        self._rest = Label("", Text.CAPTION, Ink.FAINT, wrap=True)
        self._bar = SegmentBar()
        layout.addWidget(self._words)
        layout.addWidget(self._bar)
        layout.addWidget(self._rest)

    def set_counts(self, counts: Mapping[CaseState, int]) -> None:
        received = counts.get(CaseState.RECEIVED, 0) + counts.get(CaseState.CLOSED, 0)
        queued = counts.get(CaseState.QUEUED, 0)
        others = counts.get(CaseState.ANSWERED_ONLINE, 0) + counts.get(CaseState.DONE_BY_OTHER, 0)
        gone = counts.get(CaseState.REASSIGNED, 0) + counts.get(CaseState.WITHDRAWN, 0)
        total = sum(counts.values()) - gone
        done = received + queued + others
        share = formats.percent(done / total) if total else formats.percent(0)
        words = self.tr("{done} of {total} done · {share}").format(
            done=formats.number(done), total=formats.number(total), share=share
        )
        self._words.setText(words)
        self._rest.setText(
            self.tr("Left to do: {count}").format(count=formats.number(max(0, total - done)))
        )
        self._bar.set_parts(
            ((Tone.ACCENT, received), (Tone.CARE, queued), (Tone.GOOD, others)), total, words
        )


class CaseloadScreen(Screen):
    """Signals: ``family_opened(str)``; ``new_family_asked()``; ``reassign_asked()``, with the
    families then chosen in the table; ``back_asked()``."""

    family_opened = Signal(str)
    new_family_asked = Signal()
    reassign_asked = Signal()

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._is_supervisor = False
        self._officer: OfficerId | None = None
        self._facts: CaseloadFacts | None = None
        self._is_filter_open = False
        self.model = FamilyTableModel(operations, self)
        self.table = FamilyTable(self.model)
        self.search = SearchBox()
        self.area = Select()
        self.officer = Select()
        self.states = StateFilter()
        self.progress = ProgressSummary()
        self._shown = Label("", Text.SMALL, Ink.FAINT)
        self._filter_button = Button(icon="filter")
        self._filter_button.setCheckable(True)
        self._new_family = Button(icon="plus", kind=Kind.SECONDARY)
        self.reassign = Button(icon="swap", kind=Kind.PRIMARY)
        self._empty = EmptyState()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        whole = row(self, gap=Space.L)
        whole.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self._side = QWidget()
        side = column(self._side, gap=Space.M)
        side.addWidget(self.progress)
        side.addWidget(self.officer)
        side.addWidget(self.area)
        side.addWidget(ScrollArea(self.states), 1)
        self._side.setFixedWidth(_SIDE_PX)
        main = column(gap=Space.M)
        tools = row(gap=Space.S)
        tools.addWidget(self._filter_button)
        tools.addWidget(self.search, 1)
        tools.addWidget(self._new_family)
        tools.addWidget(self.reassign)
        self._content = QStackedWidget()
        self._content.addWidget(TableSheet(self.table))
        self._content.addWidget(self._empty)
        main.addLayout(tools)
        main.addWidget(self._content, 1)
        main.addWidget(self._shown)
        whole.addWidget(self._side)
        whole.addLayout(main, 1)
        self.setTabOrder(self.search, self.area)
        self.setTabOrder(self.area, self.table)
        self.reassign.hide()
        self.officer.hide()

    def _connect(self) -> None:
        self.search.searched.connect(lambda _text: self._query())
        self.search.returnPressed.connect(self._enter_table)
        self.area.currentIndexChanged.connect(lambda _place: self._query())
        self.officer.currentIndexChanged.connect(self._choose_officer)
        self.states.changed.connect(self._query)
        self.table.opened.connect(self.family_opened)
        self.table.chosen.connect(self._show_chosen)
        self.model.loaded.connect(self._show_count)
        self._new_family.clicked.connect(self.new_family_asked)
        self.reassign.clicked.connect(self.reassign_asked)
        self._empty.pressed.connect(self.clear_filters)
        self._filter_button.toggled.connect(self._open_filter)

    def set_workspace(self, workspace: Workspace | None, *, is_supervisor: bool = False) -> None:
        """Whose list this is; None when nobody is at work."""
        self._workspace = workspace
        self._is_supervisor = is_supervisor
        self._officer = None
        self._facts = None
        self.table.set_shows_officer(is_supervisor)
        self._new_family.setVisible(not is_supervisor)
        self.reassign.setVisible(is_supervisor)
        self.search.clear_quietly()
        self.states.clear()
        self.table.forget()
        self.model.set_cases(None if workspace is None else workspace.caseload)
        if workspace is not None:
            self.refresh()

    def _choose_officer(self, _place: int) -> None:
        self.set_officer(self.officer.currentData())

    def set_officer(self, officer: OfficerId | None) -> None:
        """A supervisor looks at one officer's families only."""
        self._officer = officer
        self.refresh()

    def refresh(self) -> None:
        """Asks for everything again: something was recorded or received."""
        workspace = self._workspace
        if workspace is None:
            return
        officer = self._officer

        def ask() -> CaseloadFacts:
            return CaseloadFacts(
                workspace.caseload.summary(officer),
                workspace.caseload.areas(),
                workspace.visiting.rules().max_attempt_days,
                workspace.supervising.team() if workspace.is_supervisor else (),
                workspace.store.access.restriction() is None,
            )

        self._operations.read(ask, self._take_facts, latest="facts", owner=self)
        self._query()

    def _take_facts(self, facts: CaseloadFacts) -> None:
        self._facts = facts
        self._new_family.setEnabled(facts.may_begin)
        self.states.set_counts(facts.summary.by_state, facts.summary.unsent_families)
        self.progress.set_counts(facts.summary.by_state)
        logins = {member.officer_id: member.login for member in facts.team}
        self.table.set_rules(facts.max_attempt_days, lambda id_: logins.get(OfficerId(id_), id_))
        self._fill_selects(facts)

    def _fill_selects(self, facts: CaseloadFacts) -> None:
        areas: list[tuple[str, object]] = [(self.tr("All villages"), None)]
        areas += [(f"{area.name} ({formats.number(n)})", area.code) for area, n in facts.areas]
        self.area.set_items(areas)
        self.area.setVisible(len(facts.areas) > 1)
        officers: list[tuple[str, object]] = [(self.tr("All officers"), None)]
        officers += [
            (f"{member.login} · {member.name}", member.officer_id) for member in facts.team
        ]
        self.officer.set_items(officers)
        self.officer.set_quietly(self._officer)
        self.officer.setVisible(self._is_supervisor)

    def empty_words(self) -> str:
        """What is said in the table's place; "" while it shows families."""
        return self._empty.message() if self._content.currentWidget() is self._empty else ""

    def clear_filters(self) -> None:
        """Back to the whole list."""
        self.search.clear_quietly()
        self.area.setCurrentIndex(0)
        self.states.clear()
        self.search.setFocus()

    def _query(self) -> None:
        shown = self.model.shown_filter()
        self.model.load(
            replace(
                shown,
                text=self.search.text().strip(),
                area=self.area.currentData(),
                states=self.states.states(),
                officer=self._officer,
                unsent_only=self.states.is_unsent_only(),
            )
        )

    def _is_filtered(self) -> bool:
        chosen: CaseFilter = self.model.shown_filter()
        return bool(chosen.text or chosen.area or chosen.states is not None)

    def _show_count(self, count: int) -> None:
        had_focus = self._content.isAncestorOf(self.focusWidget() or self)
        self._content.setCurrentIndex(0 if count else 1)
        if had_focus:
            (self.table if count else self.search).setFocus()
        self._shown.setText(self.tr("%n families shown", "", count) if count else "")
        if count:
            self.table.choose_first()
            return
        if self._is_filtered():
            self._empty.set_message(
                "search",
                self.tr("No family matches"),
                self.tr("Try another word, or show the whole list."),
                self.tr("Show the whole list"),
            )
        else:
            self._empty.set_message(
                "clipboard",
                self.tr("No families on this list yet"),
                self.tr("Synchronise to fetch your assignment from the server."),
            )

    def _show_chosen(self) -> None:
        chosen = len(self.table.selectionModel().selectedRows())
        self.reassign.setEnabled(chosen > 0)
        if self._is_supervisor:
            self.reassign.setText(self.tr("Reassign (%n)", "", chosen))

    def _enter_table(self) -> None:
        if self.model.rowCount():
            self.table.setFocus()
            self.table.choose_first()

    def _open_filter(self, is_open: bool) -> None:
        self._is_filter_open = is_open
        self._place_filter(self.width())

    def _place_filter(self, width: int) -> None:
        narrow = width < _NARROW_PX
        self._filter_button.setVisible(narrow)
        self._side.setVisible(not narrow or self._is_filter_open)

    # What every screen has.

    def retranslate(self) -> None:
        self.search.setPlaceholderText(self.tr("Search name, address, RT, No. KK (last digits)"))
        self.search.setAccessibleName(self.tr("Search families"))
        self.search.set_clear_word(self.tr("Clear the search"))
        self.area.setAccessibleName(self.tr("Village"))
        self.officer.setAccessibleName(self.tr("Officer"))
        self.table.setAccessibleName(self.tr("Families"))
        self._filter_button.setText(self.tr("Filter"))
        self._new_family.setText(self.tr("New family"))
        self._new_family.setToolTip(self.tr("A family found in the field (Ctrl+N)"))
        self._show_chosen()
        if self._workspace is not None:
            self._take_words()

    def _take_words(self) -> None:
        self.states.retranslate()
        if self._facts is not None:
            self.progress.set_counts(self._facts.summary.by_state)
            self._fill_selects(self._facts)
        self._show_count(self.model.rowCount())

    def focus_first(self) -> None:
        if self.model.rowCount():
            self.table.setFocus()
        else:
            self.search.setFocus()

    def search_field(self) -> QWidget:
        return self.search

    def go_back(self) -> bool:
        if self._is_filtered():
            self.clear_filters()
            return True
        return False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_filter(event.size().width())
