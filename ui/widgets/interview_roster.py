"""The roster on its page: one row a member, Enter opens the member's own page."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from enumerator.xform import Ref
from ui import icons, paint, theme
from ui.questions.page_items import PageItem
from ui.questions.views import Item, LineView, RosterView
from ui.theme import TARGET, Radius, Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.chips import CHIP_HEIGHT, chip_width, paint_chip
from ui.widgets.interview_progress import line_title, progress_sign, progress_words
from ui.widgets.item_views import set_up_table

ROW_HEIGHT: Final = 52
_HEAD_HEIGHT: Final = 38
_Index = QModelIndex | QPersistentModelIndex


class _Column(IntEnum):
    NAME = 0
    RELATIONSHIP = 1
    AGE = 2
    STATE = 3


_WIDTHS: Final = {_Column.RELATIONSHIP: 150, _Column.AGE: 76, _Column.STATE: 178}
_LEAST_NAME: Final = 170


class RosterModel(QAbstractTableModel):
    """The lines of one repeat."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[LineView, ...] = ()

    def set_lines(self, lines: tuple[LineView, ...]) -> None:
        if [line.ref for line in lines] != [line.ref for line in self._lines]:
            self.beginResetModel()
            self._lines = lines
            self.endResetModel()
            return
        before, self._lines = self._lines, lines
        for row, (old, new) in enumerate(zip(before, lines, strict=True)):
            if old != new:
                last = self.index(row, len(_Column) - 1)
                self.dataChanged.emit(self.index(row, 0), last)

    def line(self, row: int) -> LineView:
        return self._lines[row]

    # Qt's own names from here on.

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_Column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            _Column.NAME: self.tr("Name"),
            _Column.RELATIONSHIP: self.tr("Relationship"),
            _Column.AGE: self.tr("Age"),
            _Column.STATE: self.tr("State"),
        }[_Column(section)]

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return {
                _Column.NAME: line_title(line),
                _Column.RELATIONSHIP: line.relationship,
                _Column.AGE: line.age,
                _Column.STATE: progress_words(line),
            }[_Column(index.column())]
        if role == Qt.ItemDataRole.UserRole:
            return line
        return None


class _RosterDelegate(QStyledItemDelegate):
    # Qt's own names from here on.

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(80, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        tokens = theme.colours()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        line = index.data(Qt.ItemDataRole.UserRole)
        painter.save()
        ground = tokens.accent_soft if selected else tokens.raised if hovered else tokens.surface
        painter.fillRect(option.rect, ground)
        bottom = option.rect.bottom()
        painter.fillRect(option.rect.left(), bottom, option.rect.width(), 1, tokens.line)
        column = _Column(index.column())
        if column is _Column.NAME and selected:
            left = option.rect.left()
            painter.fillRect(left, option.rect.top(), 4, option.rect.height(), tokens.focus)
        area = QRectF(option.rect).adjusted(Space.L, 0, -Space.S, -1)
        if column is _Column.STATE and isinstance(line, LineView):
            self._paint_state(painter, area, line)
        else:
            strong = column is _Column.NAME
            painter.setFont(theme.figures(Text.STRONG if strong else Text.BODY))
            painter.setPen(tokens.ink if strong else tokens.ink_soft)
            text = str(index.data(Qt.ItemDataRole.DisplayRole) or "–")
            elided = painter.fontMetrics().elidedText(
                text, Qt.TextElideMode.ElideRight, int(area.width())
            )
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()

    def _paint_state(self, painter: QPainter, area: QRectF, line: LineView) -> None:
        sign = progress_sign(line)
        extra = 26 if line.warnings and sign.icon != "alert" else 0
        width = min(
            float(chip_width(sign.word, theme.font(Text.SMALL_STRONG)) + 4),
            area.width() - extra - 22,
        )
        chip = QRectF(area.left(), area.center().y() - CHIP_HEIGHT / 2, width, CHIP_HEIGHT)
        paint_chip(painter, chip, sign.tone, sign.icon, sign.word)
        tokens = theme.colours()
        if extra:
            mark = QRectF(chip.right() + 6, area.center().y() - 9, 18, 18)
            icons.paint(painter, "alert", mark, tokens.tones[Tone.CARE].ink)
        arrow = QRectF(area.right() - 14, area.center().y() - 9, 18, 18)
        icons.paint(painter, "chevron-right", arrow, tokens.ink_faint)


class _RosterHeader(QHeaderView):
    """Words that stand above the words of the rows."""

    # Qt's own names from here on.

    def paintSection(self, painter: QPainter, area: QRect, section: int) -> None:  # noqa: N802
        tokens = theme.colours()
        painter.save()
        painter.fillRect(area, tokens.surface)
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, tokens.line)
        painter.setFont(theme.font(Text.SMALL_STRONG))
        painter.setPen(tokens.ink_faint)
        words = self.model().headerData(section, Qt.Orientation.Horizontal)
        place = area.adjusted(Space.L, 0, 0, 0)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, str(words))
        painter.restore()


class _RosterTable(QTableView):
    """Signals: ``opened(int)`` the row; ``remove_asked(int)``; ``stepped(int)``."""

    opened = Signal(int)
    remove_asked = Signal(int)
    stepped = Signal(int)

    def __init__(self, model: RosterModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.setItemDelegate(_RosterDelegate(self))
        head = _RosterHeader(Qt.Orientation.Horizontal, self)
        self.setHorizontalHeader(head)
        set_up_table(self, row_px=ROW_HEIGHT, head_px=_HEAD_HEIGHT)
        self.setMouseTracking(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setProperty("own_focus", True)
        head.setSectionsClickable(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.clicked.connect(lambda index: self.opened.emit(index.row()))

    # Qt's own names from here on.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.stepped.emit(-1)
            elif row >= 0:
                self.opened.emit(row)
            else:
                self.stepped.emit(1)
            return
        if event.key() == Qt.Key.Key_Delete and row >= 0:
            self.remove_asked.emit(row)
            return
        if event.text().isdigit() and event.text() != "0":
            wanted = int(event.text()) - 1
            if wanted < self.model().rowCount():
                self.selectRow(wanted)
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = self.viewport().width()
        others = sum(_WIDTHS.values())
        hide = width - others < _LEAST_NAME
        self.setColumnHidden(_Column.RELATIONSHIP, hide)
        taken = others - (_WIDTHS[_Column.RELATIONSHIP] if hide else 0)
        self.setColumnWidth(_Column.NAME, max(90, width - taken))
        for column, wide in _WIDTHS.items():
            self.setColumnWidth(column, wide)


class RosterCard(PageItem):
    """The lines of one repeat, as a table.

    Signals: ``opened(line ref)``, ``add_asked(roster ref)``, ``remove_asked(line ref)``,
    ``stepped(ref, int)``.
    """

    opened = Signal(str)
    add_asked = Signal(str)
    remove_asked = Signal(str)
    stepped = Signal(str, int)

    def __init__(self, view: RosterView, parent: QWidget) -> None:
        super().__init__(view.ref, parent)
        self._view = view
        self._model = RosterModel(self)
        self._table = _RosterTable(self._model, self)
        self._table.opened.connect(lambda row: self.opened.emit(self._model.line(row).ref))
        self._table.remove_asked.connect(self._ask_removal)
        self._table.stepped.connect(lambda by: self.stepped.emit(self.ref, by))
        self._add = Button(icon="plus", parent=self)
        self._add.clicked.connect(lambda: self.add_asked.emit(self.ref))
        self.show_item(view)

    def show_item(self, item: Item) -> None:
        if not isinstance(item, RosterView):
            return
        count = self._model.rowCount()
        row = self._table.currentIndex().row()
        self._view = item
        self._model.set_lines(item.lines)
        if item.lines:
            self._table.selectRow(row if 0 <= row < len(item.lines) else self._first_open())
        self._table.setAccessibleName(item.label or self.tr("Roster"))
        self._add.setText(self.tr("Add a line"))
        self._add.setVisible(item.can_add)
        if len(item.lines) != count:
            self._arrange()
            self.resized.emit()

    @property
    def view(self) -> RosterView:
        return self._view

    def take_focus(self) -> None:
        if self._view.lines and self._table.currentIndex().row() < 0:
            self._table.selectRow(self._first_open())
        self._table.setFocus(Qt.FocusReason.OtherFocusReason)

    def select_line(self, ref: Ref) -> None:
        """Marks a line without opening it."""
        for row, line in enumerate(self._view.lines):
            if line.ref == ref:
                self._table.selectRow(row)

    def set_current(self, current: bool) -> None:  # noqa: ARG002 - as cards have it
        """The focus came in, or left."""
        self.update()

    def _first_open(self) -> int:
        for row, line in enumerate(self._view.lines):
            if line.missing or line.errors:
                return row
        return 0

    def _ask_removal(self, row: int) -> None:
        if self._view.can_add:
            self.remove_asked.emit(self._model.line(row).ref)

    def _table_height(self) -> int:
        return _HEAD_HEIGHT + ROW_HEIGHT * max(1, len(self._view.lines)) + 2

    def _arrange(self) -> None:
        height = self._table_height()
        self._table.setGeometry(3, 6, max(1, self.width() - 6), height)
        self._add.move(Space.L, height + Space.M + 2)
        self._add.resize(self._add.sizeHint())

    # Qt's own names from here on.

    def heightForWidth(self, _width: int) -> int:
        return self._table_height() + 12 + (TARGET + Space.M * 2 if self._view.can_add else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        area = QRectF(self.rect())
        paint.box(painter, area, Radius.CARD, tokens.surface, tokens.line)
        if self._table.hasFocus():
            paint.focus_ring(painter, area, Radius.CARD)
        if not self._view.lines:
            painter.setFont(theme.font(Text.BODY))
            painter.setPen(tokens.ink_faint)
            words = self.tr("Nobody is on the list yet.")
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)
