"""The way through the questionnaire: sections and members, each with how far it is."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFocusEvent, QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import icons, paint, theme
from ui.markup import plain_text
from ui.questions.views import OutlineEntry, OutlineView, PageKey, Progress
from ui.theme import Radius, Space, Text, Tone
from ui.widgets.interview_progress import line_title, progress_sign, progress_words
from ui.widgets.item_views import set_up_list

WIDTH: Final = 264
_ROW: Final = 54
_INDENT: Final = 18
_Index = QModelIndex | QPersistentModelIndex


class OutlineModel(QAbstractListModel):
    """The entries that apply, in body order; the last row is the way to the end."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[OutlineEntry, ...] = ()

    def set_outline(self, outline: OutlineView) -> None:
        entries = tuple(
            entry for entry in outline.entries if entry.progress is not Progress.NOT_APPLICABLE
        )
        if [entry.key for entry in entries] != [entry.key for entry in self._entries]:
            self.beginResetModel()
            self._entries = entries
            self.endResetModel()
            return
        before, self._entries = self._entries, entries
        for row, (old, new) in enumerate(zip(before, entries, strict=True)):
            if old != new:
                self.dataChanged.emit(self.index(row), self.index(row))

    def entry(self, row: int) -> OutlineEntry | None:
        """None is the row that finishes the interview."""
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def row_of(self, key: PageKey | None) -> int:
        if key is None:
            return len(self._entries)
        return next((row for row, one in enumerate(self._entries) if one.key == key), -1)

    def title(self, row: int) -> str:
        entry = self.entry(row)
        if entry is None:
            return self.tr("Check and finish")
        if entry.line is not None:
            return line_title(entry.line)
        return plain_text(entry.title)

    # Qt's own names from here on.

    def rowCount(self, parent: _Index | None = None) -> int:
        if parent is not None and parent.isValid():
            return 0
        return len(self._entries) + 1 if self._entries else 0

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        entry = self.entry(index.row())
        title = self.title(index.row())
        if role == Qt.ItemDataRole.DisplayRole:
            return title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{title}, {progress_words(entry)}" if entry else title
        if role == Qt.ItemDataRole.ToolTipRole:
            return title
        return None


def title_lines(title: str, width: int) -> int:
    """How many lines the title takes, at most three."""
    metrics = QFontMetrics(theme.font(Text.SMALL_STRONG))
    if metrics.horizontalAdvance(title) <= width:
        return 1
    box = metrics.boundingRect(QRect(0, 0, width, 400), Qt.TextFlag.TextWordWrap, title)
    return max(1, min(3, round(box.height() / metrics.height())))


class _OutlineDelegate(QStyledItemDelegate):
    def __init__(self, view: SectionTree) -> None:
        super().__init__(view)
        self._view = view

    def _room(self, entry: OutlineEntry | None) -> int:
        """The words' width; the scroll bar's place is kept free, so that lines never change."""
        bar = self._view.verticalScrollBar().sizeHint().width()
        return WIDTH - bar - Space.S * 2 - self._left_of(entry) - 34

    def _left_of(self, entry: OutlineEntry | None) -> int:
        return Space.M + (_INDENT * entry.level if entry else 0)

    def _paint_words(
        self, painter: QPainter, area: QRectF, title: str, words: str, *, strong: bool, tone: Tone
    ) -> None:
        tokens = theme.colours()
        main = theme.font(Text.SMALL_STRONG if strong else Text.SMALL)
        small = theme.font(Text.CAPTION)
        metrics = QFontMetrics(main)
        height = metrics.height() * title_lines(title, int(area.width()))
        below = QFontMetrics(small).height()
        top = area.top() + (area.height() - height - (below + 2 if words else 0)) / 2
        painter.setFont(main)
        painter.setPen(tokens.accent_ink if strong else tokens.ink)
        first = QRectF(area.left(), top, area.width(), height)
        painter.drawText(first, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignTop, title)
        if words:
            painter.setFont(small)
            painter.setPen(tokens.ink_faint if tone is Tone.NEUTRAL else tokens.tones[tone].ink)
            second = QRectF(area.left(), top + height + 2, area.width(), below)
            elided = QFontMetrics(small).elidedText(
                words, Qt.TextElideMode.ElideRight, int(area.width())
            )
            painter.drawText(second, Qt.AlignmentFlag.AlignVCenter, elided)

    # Qt's own names from here on.

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        entry = self._view.outline.entry(index.row())
        lines = title_lines(self._view.outline.title(index.row()), self._room(entry))
        height = _ROW - 6 if entry and entry.line else _ROW
        return QSize(option.rect.width(), height + (lines - 1) * 16)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        tokens = theme.colours()
        entry = self._view.outline.entry(index.row())
        is_here = index.row() == self._view.shown_row()
        is_marked = bool(option.state & QStyle.StateFlag.State_Selected) and self._view.hasFocus()
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        area = QRectF(option.rect).adjusted(Space.S, 1, -Space.S, -1)
        if is_here:
            paint.box(painter, area, Radius.FIELD, tokens.accent_soft)
            bar = QRectF(area.left(), area.top() + 9, 4, area.height() - 18)
            paint.box(painter, bar, 2, tokens.accent)
        elif is_hovered:
            paint.box(painter, area, Radius.FIELD, tokens.raised)
        if is_marked:
            paint.focus_ring(painter, area)
        left = area.left() + self._left_of(entry)
        icon = QRectF(left, area.center().y() - 10, 20, 20)
        if entry is None:
            icons.paint(painter, "flag", icon, tokens.accent_ink)
            tone, words = Tone.NEUTRAL, ""
        else:
            sign = progress_sign(entry)
            tone, words = sign.tone, progress_words(entry)
            ink = tokens.ink_faint if tone is Tone.NEUTRAL else tokens.tones[tone].ink
            icons.paint(painter, sign.icon, icon, ink)
        text = left + 20 + Space.M
        room = QRectF(text, area.top(), self._room(entry), area.height())
        title = self._view.outline.title(index.row())
        self._paint_words(painter, room, title, words, strong=is_here, tone=tone)
        painter.restore()


class SectionTree(QListView):
    """Signals: ``chosen(object)``: a PageKey, or None for the last row."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.outline = OutlineModel(self)
        self._shown: PageKey | None = None
        self._is_at_end = False
        self.setModel(self.outline)
        self.setItemDelegate(_OutlineDelegate(self))
        set_up_list(self)
        self.setFixedWidth(WIDTH)
        self.setProperty("own_focus", True)
        self.setViewportMargins(0, Space.S, 0, Space.S)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._choose)
        self.retranslate()

    def retranslate(self) -> None:
        self.setAccessibleName(self.tr("Sections and members"))
        self.viewport().update()

    def set_outline(self, outline: OutlineView) -> None:
        self.outline.set_outline(outline)
        self._mark()

    def set_shown(self, key: PageKey | None, *, at_end: bool = False) -> None:
        """Which page is open."""
        self._shown, self._is_at_end = key, at_end
        self._mark()

    def shown_row(self) -> int:
        return self.outline.row_of(None if self._is_at_end else self._shown)

    def _mark(self) -> None:
        row = self.shown_row()
        if row >= 0 and not self.hasFocus():
            index = self.outline.index(row)
            self.setCurrentIndex(index)
            self.scrollTo(index)
        self.viewport().update()

    def _choose(self, index: QModelIndex) -> None:
        entry = self.outline.entry(index.row())
        self.chosen.emit(entry.key if entry else None)

    # Qt's own names from here on.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and self.currentIndex().isValid():
            if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._choose(self.currentIndex())
                return
            event.ignore()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._mark()
