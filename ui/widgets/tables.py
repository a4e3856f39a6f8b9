"""A small table of words: the members of one family. Rows are few; nothing is fetched late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSize,
    Qt,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui import theme
from ui.theme import TARGET, Space, Text
from ui.widgets.item_views import set_up_table

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()


class WordTableModel(QAbstractTableModel):
    """Rows of words under headings."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings: tuple[str, ...] = ()
        self._rows: tuple[tuple[str, ...], ...] = ()

    def set_rows(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.beginResetModel()
        self._headings = tuple(headings)
        self._rows = tuple(tuple(row) for row in rows)
        self.endResetModel()

    # Qt's own names from here on.

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role in (
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.FontRole:
            return theme.figures(Text.SMALL if index.column() != 1 else Text.SMALL_STRONG)
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._headings[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


class _WordDelegate(QStyledItemDelegate):
    """Room on both sides of a word, as the headings have."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        hint = super().sizeHint(option, index)
        return QSize(hint.width() + 2 * Space.S, hint.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, theme.colours().accent_soft)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        option.rect = option.rect.adjusted(Space.S, 0, -Space.S, 0)
        super().paint(painter, option, index)


class WordTable(QTableView):
    """As high as its rows: it never scrolls by itself."""

    ROW: Final = TARGET - 4
    HEAD: Final = 34

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = WordTableModel(self)
        self.setModel(self.words)
        self.setItemDelegate(_WordDelegate(self))
        set_up_table(self, row_px=self.ROW, head_px=self.HEAD)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        head = self.horizontalHeader()
        head.setFont(theme.font(Text.CAPTION))
        head.setProperty("pad_px", Space.S)
        head.setStretchLastSection(False)

    def set_rows(
        self, headings: Sequence[str], rows: Sequence[Sequence[str]], *, stretch: int
    ) -> None:
        """``stretch`` is the column that takes the room that is left."""
        self.words.set_rows(headings, rows)
        head = self.horizontalHeader()
        for section in range(len(headings)):
            mode = QHeaderView.ResizeMode
            head.setSectionResizeMode(
                section, mode.Stretch if section == stretch else mode.ResizeToContents
            )
        self.setFixedHeight(self.HEAD + self.ROW * len(rows) + 2)
