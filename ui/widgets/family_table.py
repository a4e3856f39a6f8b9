"""The table of families: two lines a row, the state as icon and word, the unsent mark."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from enumerator.model import FamilyId
from enumerator.store import CaseRow
from ui import formats, icons, theme
from ui.models.families import CASE_ROLE, SORTS, Column, FamilyTableModel
from ui.theme import TARGET, Space, Text, Tone
from ui.widgets.chips import CHIP_HEIGHT, chip_width, paint_chip
from ui.widgets.item_views import set_up_table
from ui.words import state_sign

ROW_HEIGHT: Final = 60
_WIDTHS: Final = {
    Column.STATE: 168,
    Column.VISITS: 116,
    Column.APPOINTMENT: 124,
    Column.OFFICER: 116,
}
_LEAST_TEXT: Final = 176

Index = QModelIndex | QPersistentModelIndex


class FamilyDelegate(QStyledItemDelegate):
    """Paints one case, column by column."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self.max_attempt_days = 6
        self.officer_word_of: Callable[[str], str] = str
        self.now: Callable[[], datetime] = lambda: datetime.now().astimezone()

    # Qt's own names from here on.

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(_LEAST_TEXT, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        tokens = theme.colours()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        ground = tokens.accent_soft if selected else tokens.raised if hovered else tokens.surface
        painter.save()
        painter.fillRect(option.rect, ground)
        painter.fillRect(
            option.rect.left(), option.rect.bottom(), option.rect.width(), 1, tokens.line
        )
        column = Column(index.column())
        if column is Column.HEAD and selected:
            painter.fillRect(
                option.rect.left(), option.rect.top(), 4, option.rect.height(), tokens.accent
            )
        area = QRectF(option.rect).adjusted(Space.M, 0, -Space.S, -1)
        case = index.data(CASE_ROLE)
        if isinstance(case, CaseRow):
            self._paint_case(painter, area, column, case)
        else:
            _paint_blank(painter, area)
        painter.restore()

    def _paint_case(self, painter: QPainter, area: QRectF, column: Column, case: CaseRow) -> None:
        if column is Column.HEAD:
            members = self.tr("%n member(s)", "", case.members)
            _two_lines(painter, area, case.head_name, f"{case.card_masked} · {members}", True)
        elif column is Column.ADDRESS:
            _two_lines(painter, area, case.address, f"{case.sls} · {case.village_name}", False)
        elif column is Column.STATE:
            self._paint_state(painter, area, case)
        elif column is Column.VISITS:
            self._paint_visits(painter, area, case)
        elif column is Column.APPOINTMENT:
            if case.appointment_at is not None:
                day = formats.local(case.appointment_at).date()
                first = f"{formats.weekday(day)[:3]}, {formats.day_and_month(day)}"
                _two_lines(painter, area, first, formats.time_of_day(case.appointment_at), True)
        else:
            waiting = case.pending_officer
            second = ""
            if waiting is not None:
                second = self.tr("waiting: {officer}").format(officer=self.officer_word_of(waiting))
            _two_lines(painter, area, self.officer_word_of(case.officer_id), second, False)

    def _paint_state(self, painter: QPainter, area: QRectF, case: CaseRow) -> None:
        sign = state_sign(case.state)
        width = chip_width(sign.word, theme.font(Text.SMALL_STRONG))
        chip = QRectF(area.left(), area.center().y() - CHIP_HEIGHT / 2, width, CHIP_HEIGHT)
        room = area.width() - (24 if case.unsent else 0)
        chip.setWidth(min(width, room))
        paint_chip(painter, chip, sign.tone, sign.icon, sign.word)
        if case.unsent:
            mark = QRectF(chip.right() + 6, area.center().y() - 9, 18, 18)
            icons.paint(painter, "cloud-up", mark, theme.colours().tones[Tone.CARE].ink)

    def _paint_visits(self, painter: QPainter, area: QRectF, case: CaseRow) -> None:
        if not case.attempt_days and case.last_visit_at is None:
            _two_lines(painter, area, "–", "", False)
            return
        days = self.tr("{used} of {most} days").format(
            used=case.attempt_days, most=self.max_attempt_days
        )
        last = ""
        if case.last_visit_at is not None:
            last = formats.moment_short(case.last_visit_at, self.now())
        _two_lines(painter, area, days, last, False)


def _two_lines(painter: QPainter, area: QRectF, first: str, second: str, strong: bool) -> None:
    tokens = theme.colours()
    main = theme.font(Text.STRONG if strong else Text.BODY)
    small = theme.figures(Text.SMALL)
    height = QFontMetrics(main).height()
    below = QFontMetrics(small).height()
    top = area.top() + (area.height() - height - (below + 2 if second else 0)) / 2
    _line(painter, QRectF(area.left(), top, area.width(), height), first, main, tokens.ink)
    if second:
        place = QRectF(area.left(), top + height + 2, area.width(), below)
        _line(painter, place, second, small, tokens.ink_faint)


def _line(painter: QPainter, place: QRectF, text: str, font: QFont, colour: QColor) -> None:
    painter.setFont(font)
    painter.setPen(colour)
    shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(place.width()))
    painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, shown)


def _paint_blank(painter: QPainter, area: QRectF) -> None:
    bar = QRectF(area.left(), area.center().y() - 5, min(90.0, area.width() * 0.6), 10)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colours().line)
    painter.drawRoundedRect(bar, 5, 5)


class FamilyTable(QTableView):
    """The caseload's view.

    Signals: ``opened(FamilyId)``: Enter or double click on a family. ``chosen()``: the selection
    changed.
    """

    opened = Signal(str)
    chosen = Signal()

    def __init__(self, model: FamilyTableModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._families = model
        self._shows_officer = False
        self._kept: int | None = None
        self._delegate = FamilyDelegate(self)
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self._set_up_view()
        self.doubleClicked.connect(self._open)
        self.selectionModel().selectionChanged.connect(lambda *_: self.chosen.emit())
        model.modelAboutToBeReset.connect(self._remember)
        model.modelReset.connect(self._restore)
        self.set_shows_officer(False)

    def _set_up_view(self) -> None:
        set_up_table(self, row_px=ROW_HEIGHT, head_px=TARGET - 4)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = self.horizontalHeader()
        head.setProperty("pad_px", Space.M - 4)
        head.setSectionsClickable(True)
        head.setFont(theme.font(Text.SMALL_STRONG))
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setSortingEnabled(True)
        head.setSortIndicator(Column.ADDRESS, Qt.SortOrder.AscendingOrder)

    def set_shows_officer(self, shows: bool) -> None:
        """A supervisor's table: whose case it is, and several can be chosen."""
        self._shows_officer = shows
        self.setSelectionMode(
            QAbstractItemView.SelectionMode.ExtendedSelection
            if shows
            else QAbstractItemView.SelectionMode.SingleSelection
        )
        self._share_width()

    def set_rules(
        self, max_attempt_days: int, officer_word: Callable[[str], str] | None = None
    ) -> None:
        """What the cells' words need to know."""
        self._delegate.max_attempt_days = max_attempt_days
        if officer_word is not None:
            self._delegate.officer_word_of = officer_word
        self.viewport().update()

    def set_now(self, now: Callable[[], datetime]) -> None:
        self._delegate.now = now

    def sort_shown(self, column: Column) -> None:
        """Sorts as a click on the header would."""
        self.sortByColumn(column, Qt.SortOrder.AscendingOrder)

    def current_family(self) -> FamilyId | None:
        case = self._families.case(self.currentIndex().row())
        return None if case is None else case.family_id

    def chosen_rowids(self) -> list[int]:
        """The selected cases, in the table's order; most of them may be out of sight."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [self._families.rowid(row) for row in rows]

    def choose_first(self) -> None:
        """Puts the cursor on the first family, where there is none yet."""
        if not self.currentIndex().isValid() and self._families.rowCount():
            self.setCurrentIndex(self._families.index(0, 0))

    def forget(self) -> None:
        """Somebody else's list comes: nothing of the last one stays chosen."""
        self._kept = None
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())

    def _remember(self) -> None:
        row = self.currentIndex().row()
        if 0 <= row < self._families.rowCount():
            self._kept = self._families.rowid(row)

    def _restore(self) -> None:
        if self._kept is None:
            return
        row = self._families.row_of(self._kept)
        if row is not None:
            self.setCurrentIndex(self._families.index(row, 0))
            self.scrollTo(self.currentIndex(), QAbstractItemView.ScrollHint.EnsureVisible)

    def _open(self, index: Index) -> None:
        case = self._families.case(index.row())
        if case is not None:
            self.opened.emit(case.family_id)

    def _share_width(self) -> None:
        room = self.viewport().width()
        shown = [Column.STATE, Column.VISITS, Column.APPOINTMENT]
        if self._shows_officer:
            shown.append(Column.OFFICER)
        for optional in (Column.APPOINTMENT, Column.VISITS, Column.OFFICER):
            if room - sum(_WIDTHS[column] for column in shown) >= 2 * _LEAST_TEXT:
                break
            if optional in shown:
                shown.remove(optional)
        rest = max(2 * 120, room - sum(_WIDTHS[column] for column in shown))
        head = max(_LEAST_TEXT, int(rest * 0.5)) if rest >= 2 * _LEAST_TEXT else rest // 2
        for column in Column:
            self.setColumnHidden(column, column in SORTS and not (column < 2 or column in shown))
        self.setColumnWidth(Column.HEAD, head)
        self.setColumnWidth(Column.ADDRESS, rest - head)
        for column in shown:
            self.setColumnWidth(column, _WIDTHS[column])

    # Qt's own names from here on.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)
