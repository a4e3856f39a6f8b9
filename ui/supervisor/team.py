"""The supervisor's first page: each officer's progress and last contact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from enumerator.model import CaseState
from ui import formats, icons, paint, theme
from ui.operations import Operations
from ui.paint import Kind
from ui.theme import Radius, Space, Text, Tone
from ui.widgets.buttons import Button, take_enter
from ui.widgets.layouts import ScrollArea, column
from ui.widgets.meters import paint_segments
from ui.widgets.screen import Screen, ScreenHeader
from ui.widgets.surfaces import EmptyState

if TYPE_CHECKING:
    from enumerator.fieldwork import TeamMember, Workspace
    from enumerator.store import ConflictedCase

_ROW: Final = 84
_DONE: Final = (
    CaseState.RECEIVED,
    CaseState.CLOSED,
    CaseState.QUEUED,
    CaseState.ANSWERED_ONLINE,
    CaseState.DONE_BY_OTHER,
)
_LEFT: Final = (CaseState.REASSIGNED, CaseState.WITHDRAWN)


def done_of(counts: Mapping[CaseState, int]) -> tuple[int, int]:
    """(done, all) of the cases that are still this officer's."""
    total = sum(count for state, count in counts.items() if state not in _LEFT)
    return sum(counts.get(state, 0) for state in _DONE), total


class OfficerRow(QAbstractButton):
    """One officer; pressed, the officer's families are shown."""

    def __init__(self, member: TeamMember, now: datetime) -> None:
        super().__init__()
        self._member = member
        self._now = now
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(member.name or member.login)
        self.setAccessibleName(
            f"{member.name}, {member.login}. {self._progress_words()}. {self._contact_words()}"
        )

    def officer_id(self) -> str:
        return self._member.officer_id

    def _progress_words(self) -> str:
        done, total = done_of(self._member.counts)
        return self.tr("{done} of {total} done · {share}").format(
            done=formats.number(done),
            total=formats.number(total),
            share=formats.percent(done / total if total else 0),
        )

    def _todo_words(self) -> str:
        counts = self._member.counts
        words = [
            (CaseState.RETURNED, self.tr("{count} returned")),
            (CaseState.APPOINTMENT, self.tr("{count} with appointment")),
            (CaseState.NOT_VISITED, self.tr("{count} not visited")),
        ]
        return " · ".join(
            word.format(count=formats.number(counts[state]))
            for state, word in words
            if counts.get(state)
        )

    def _contact_words(self) -> str:
        if self._member.last_contact is None:
            return self.tr("No contact yet")
        return self.tr("Contact {when}").format(
            when=formats.moment_short(self._member.last_contact, self._now)
        )

    # Qt's own names from here on.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not take_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(560, _ROW)

    def minimumSizeHint(self) -> QSize:
        return QSize(480, _ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        area = QRectF(self.rect())
        ground = tokens.raised if self.underMouse() or self.isDown() else tokens.surface
        paint.box(painter, area, Radius.CARD, ground, tokens.line)
        if self.hasFocus():
            paint.focus_ring(painter, area, Radius.CARD)
        face = QRectF(area.left() + Space.L, area.center().y() - 20, 40, 40)
        paint.box(painter, face, 20, tokens.accent_soft)
        icons.paint(painter, "person", face.adjusted(9, 9, -9, -9), tokens.accent_ink)
        third = (area.width() - 80) / 3
        first = QRectF(face.right() + Space.M, area.top(), third - Space.M, area.height())
        _two(painter, first, self.text(), self._member.login)
        middle = QRectF(first.right() + Space.M, area.top(), third, area.height())
        self._paint_progress(painter, middle)
        last = QRectF(middle.right() + Space.XL, area.top(), third - Space.XXL * 2, area.height())
        _two(painter, last, self._contact_words(), self._todo_words(), strong=False)
        arrow = QRectF(area.right() - 30, area.top(), 10, area.height())
        paint.chevron(painter, arrow, "right", tokens.ink_faint)

    def _paint_progress(self, painter: QPainter, area: QRectF) -> None:
        counts = self._member.counts
        _done, total = done_of(counts)
        painter.setFont(theme.font(Text.SMALL_STRONG))
        painter.setPen(theme.colours().ink)
        line = QRectF(area.left(), area.center().y() - 22, area.width(), 20)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self._progress_words())
        bar = QRectF(area.left(), area.center().y() + 4, area.width() - Space.M, 8)
        online = counts.get(CaseState.ANSWERED_ONLINE, 0) + counts.get(CaseState.DONE_BY_OTHER, 0)
        parts = (
            (Tone.ACCENT, counts.get(CaseState.RECEIVED, 0) + counts.get(CaseState.CLOSED, 0)),
            (Tone.CARE, counts.get(CaseState.QUEUED, 0)),
            (Tone.GOOD, online),
        )
        paint_segments(painter, bar, parts, total)


def _two(painter: QPainter, area: QRectF, first: str, second: str, *, strong: bool = True) -> None:
    tokens = theme.colours()
    upper = theme.font(Text.STRONG if strong else Text.SMALL_STRONG)
    lower = theme.font(Text.SMALL)
    offset = 11 if second else 0
    for font, colour, text, shift in (
        (upper, tokens.ink, first, -offset),
        (lower, tokens.ink_faint, second, offset),
    ):
        painter.setFont(font)
        painter.setPen(colour)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
        painter.drawText(area.translated(0, shift), Qt.AlignmentFlag.AlignVCenter, shown)


class TeamScreen(Screen):
    """Signals: ``officer_opened(str)``: the account id; ``families_asked()``: of everybody;
    ``conflicts_asked()``; ``code_asked()``: for an officer's locked laptop."""

    officer_opened = Signal(str)
    families_asked = Signal()
    conflicts_asked = Signal()
    code_asked = Signal()

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._team: tuple[TeamMember, ...] = ()
        self._rows: list[OfficerRow] = []
        self.header = ScreenHeader()
        self.families = Button(icon="list", kind=Kind.PRIMARY)
        self._empty = EmptyState()
        self.conflicts = Button(icon="copy")
        self._open_conflicts = 0
        self.codes = Button(icon="key")
        self.header.buttons.addWidget(self.codes)
        self.header.buttons.addWidget(self.conflicts)
        self.header.buttons.addWidget(self.families)
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, 0)
        whole.addWidget(self.header)
        inside = QWidget()
        self._list = column(inside, gap=Space.S)
        self._list.setContentsMargins(0, 0, Space.XS, Space.L)
        self._list.addWidget(self._empty)
        self._list.addStretch(1)
        whole.addWidget(ScrollArea(inside), 1)
        self.families.clicked.connect(self.families_asked)
        self.conflicts.clicked.connect(self.conflicts_asked)
        self.codes.clicked.connect(self.code_asked)
        self.retranslate()

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        self._take_team(())
        self._take_conflicts(())
        if workspace is not None:
            self.refresh()

    def refresh(self) -> None:
        """Asks for the team again."""
        workspace = self._workspace
        if workspace is not None and workspace.is_supervisor:
            self._operations.read(
                workspace.supervising.team, self._take_team, latest="team", owner=self
            )
            self._operations.read(
                workspace.supervising.conflicts, self._take_conflicts, latest="open", owner=self
            )

    def members(self) -> tuple[TeamMember, ...]:
        return self._team

    def rows(self) -> list[OfficerRow]:
        return self._rows

    def _take_team(self, team: tuple[TeamMember, ...]) -> None:
        self._team = team
        focused = next((row.officer_id() for row in self._rows if row.hasFocus()), None)
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        now = datetime.now().astimezone()
        if self._workspace is not None:
            now = self._workspace.store.clock.now()
        self._rows = [OfficerRow(member, now) for member in team]
        for place, row in enumerate(self._rows):
            self._list.insertWidget(place, row)
            row.clicked.connect(self._open)
            if row.officer_id() == focused:
                row.setFocus()
        self._empty.setVisible(not team)
        self.codes.setVisible(bool(team))
        self._show_title()

    def _take_conflicts(self, cases: tuple[ConflictedCase, ...]) -> None:
        self._open_conflicts = sum(bool(case.conflicts and not case.is_pending) for case in cases)
        self.conflicts.setVisible(bool(cases))
        self._word_conflicts()

    def _word_conflicts(self) -> None:
        count = self._open_conflicts
        self.conflicts.setText(
            self.tr("%n conflict(s)", "", count) if count else self.tr("Conflicts")
        )

    def _open(self) -> None:
        row = self.sender()
        if isinstance(row, OfficerRow):
            self.officer_opened.emit(row.officer_id())

    def _show_title(self) -> None:
        totals = [done_of(member.counts) for member in self._team]
        done, total = sum(one for one, _ in totals), sum(two for _, two in totals)
        self.header.title.setText(self.tr("My team"))
        self.header.trail.setText(
            self.tr("{done} of {total} families done").format(
                done=formats.number(done), total=formats.number(total)
            )
        )
        self.header.trail.setVisible(bool(self._team))
        self.header.back.hide()

    # What every screen has.

    def retranslate(self) -> None:
        self.families.setText(self.tr("All families"))
        self.codes.setText(self.tr("Open a laptop"))
        self._word_conflicts()
        self._empty.set_message(
            "people",
            self.tr("No officers yet"),
            self.tr("Synchronise to fetch your team from the server."),
        )
        self._take_team(self._team)

    def focus_first(self) -> None:
        (self._rows[0] if self._rows else self.families).setFocus()
