"""The supervisor's first page: each officer's progress and last contact."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QWidget

from enumerator.model import CaseState, Trouble
from ui import formats, icons, paint, theme
from ui.operations import Operations
from ui.paint import Kind
from ui.supervisor.rows import ListRow, RowList, paint_two_lines
from ui.theme import Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.layouts import column
from ui.widgets.meters import paint_segments
from ui.widgets.screen import Screen, ScreenHeader

if TYPE_CHECKING:
    from enumerator.fieldwork import TeamMember, Workspace
    from enumerator.store import ConflictedCase

_ROW: Final = 84
_TROUBLE: Final = 26
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


class OfficerRow(ListRow):
    """One officer; pressed, the officer's families are shown."""

    def __init__(self, member: TeamMember, now: datetime) -> None:
        height = _ROW + _TROUBLE * len(member.troubles) + (Space.S if member.troubles else 0)
        super().__init__(member.officer_id, member.name or member.login, height)
        self._member = member
        self._now = now
        words = (self._progress_words(), self._contact_words(), *self.trouble_words())
        self.setAccessibleName(f"{member.name}, {member.login}. {'. '.join(words)}")
        self.setToolTip("\n".join(self.trouble_words()))

    def trouble_words(self) -> list[str]:
        """What is wrong with the officer's laptop, and what to do."""
        words = {
            Trouble.DATABASE_DAMAGED: self.tr(
                "The laptop's database is damaged: synchronise it now, start nothing new on it, "
                "call the office"
            ),
            Trouble.SET_ASIDE: self.tr(
                "%n record(s) or photos could not be sent: if this lasts, take them by USB and "
                "tell the office",
                "",
                self._member.set_aside,
            ),
            Trouble.DISK_LOW: self.tr(
                "The laptop's disk is nearly full: have files deleted that do not belong to this "
                "program"
            ),
            Trouble.CLOCK_WRONG: self.tr(
                "The laptop's clock is wrong by more than a day: have its date and time set"
            ),
        }
        return [words[trouble] for trouble in self._member.troubles]

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

    def paint_content(self, painter: QPainter, area: QRectF) -> None:
        upper = QRectF(area.left(), area.top(), area.width(), _ROW)
        self._paint_officer(painter, upper)
        line = QRectF(upper.left(), upper.bottom() - Space.XS, area.width(), _TROUBLE)
        for words in self.trouble_words():
            self._paint_trouble(painter, line, words)
            line.translate(0, _TROUBLE)

    def _paint_trouble(self, painter: QPainter, line: QRectF, words: str) -> None:
        ink = theme.colours().tones[Tone.BAD].ink
        font = theme.font(Text.SMALL_STRONG)
        place = QRectF(line.left() + Space.L + 11, line.top(), 18, line.height())
        icons.paint(painter, "alert", place, ink)
        left = line.left() + Space.L + 40 + Space.M
        text = QRectF(left, line.top(), line.right() - 44 - left, line.height())
        painter.setFont(font)
        painter.setPen(ink)
        shown = QFontMetrics(font).elidedText(words, Qt.TextElideMode.ElideRight, int(text.width()))
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, shown)

    def _paint_officer(self, painter: QPainter, area: QRectF) -> None:
        tokens = theme.colours()
        face = QRectF(area.left() + Space.L, area.center().y() - 20, 40, 40)
        paint.box(painter, face, 20, tokens.accent_soft)
        icons.paint(painter, "person", face.adjusted(9, 9, -9, -9), tokens.accent_ink)
        third = (area.width() - 80) / 3
        first = QRectF(face.right() + Space.M, area.top(), third - Space.M, area.height())
        paint_two_lines(painter, first, self.text(), self._member.login)
        middle = QRectF(first.right() + Space.M, area.top(), third, area.height())
        self._paint_progress(painter, middle)
        last = QRectF(middle.right() + Space.XL, area.top(), third - Space.XXL * 2, area.height())
        paint_two_lines(painter, last, self._contact_words(), self._todo_words(), strong=False)

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
        self.header = ScreenHeader()
        self.families = Button(icon="list", kind=Kind.PRIMARY)
        self._list: RowList[OfficerRow] = RowList()
        self.conflicts = Button(icon="copy")
        self._open_conflicts = 0
        self.codes = Button(icon="key")
        self.header.buttons.addWidget(self.codes)
        self.header.buttons.addWidget(self.conflicts)
        self.header.buttons.addWidget(self.families)
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, 0)
        whole.addWidget(self.header)
        whole.addWidget(self._list, 1)
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
        return self._list.rows()

    def _take_team(self, team: tuple[TeamMember, ...]) -> None:
        self._team = team
        now = datetime.now().astimezone()
        if self._workspace is not None:
            now = self._workspace.store.clock.now()
        # Who needs somebody stands first, else by login.
        ordered = sorted(team, key=lambda member: not member.troubles)
        rows = [OfficerRow(member, now) for member in ordered]
        for row in rows:
            row.opened.connect(self.officer_opened)
        self._list.set_rows(rows)
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

    def _show_title(self) -> None:
        totals = [done_of(member.counts) for member in self._team]
        done, total = sum(one for one, _ in totals), sum(two for _, two in totals)
        self.header.title.setText(self.tr("My team"))
        words = self.tr("{done} of {total} families done").format(
            done=formats.number(done), total=formats.number(total)
        )
        troubled = sum(bool(member.troubles) for member in self._team)
        if troubled:
            needed = self.tr("%n laptop(s) need you", "", troubled)
            words = f"{words} · {needed}"
        self.header.trail.setText(words)
        self.header.trail.setVisible(bool(self._team))
        self.header.back.hide()

    # What every screen has.

    def retranslate(self) -> None:
        self.families.setText(self.tr("All families"))
        self.codes.setText(self.tr("Open a laptop"))
        self._word_conflicts()
        self._list.empty.set_message(
            "people",
            self.tr("No officers yet"),
            self.tr("Synchronise to fetch your team from the server."),
        )
        self._take_team(self._team)

    def focus_first(self) -> None:
        rows = self.rows()
        (rows[0] if rows else self.families).setFocus()
