"""What is left to do before an interview can be finished, each a way to its question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import icons, paint, theme
from ui.markup import plain_text
from ui.questions.views import OpenPoint, Review
from ui.theme import Radius, Space, Text, Tone
from ui.widgets.interview_progress import line_title
from ui.widgets.item_views import set_up_list

translate = QCoreApplication.translate
_Index = QModelIndex | QPersistentModelIndex
_ROW: Final = 56
_HEADING: Final = 36


@dataclass(frozen=True, slots=True)
class _Row:
    """A heading (no point) or a point."""

    text: str
    point: OpenPoint | None = None
    is_warning: bool = False


class PointModel(QAbstractListModel):
    """Open points and warnings below the places where they are."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[_Row] = []

    def set_review(self, review: Review) -> None:
        rows: list[_Row] = []
        for points, is_warning in ((review.points, False), (review.warnings, True)):
            place = None
            for point in points:
                here = line_title(point.line) if point.line else plain_text(point.place)
                if here != place:
                    place = here
                    rows.append(_Row(here, None, is_warning))
                rows.append(_Row(plain_text(point.label).lstrip("⚠\ufe0f "), point, is_warning))
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, row: int) -> _Row:
        return self._rows[row]

    def point(self, row: int) -> OpenPoint | None:
        return self._rows[row].point

    def first_point(self) -> int:
        return next((i for i, one in enumerate(self._rows) if one.point is not None), -1)

    # Qt's own names from here on.

    def rowCount(self, parent: _Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        one = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return one.text
        if role == Qt.ItemDataRole.AccessibleTextRole and one.point is not None:
            return f"{one.text}, {point_word(one.point, one.is_warning)}"
        return None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if index.isValid() and self._rows[index.row()].point is None:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index)


def point_word(point: OpenPoint, is_warning: bool) -> str:
    """What is the matter with it, in a word or two."""
    if is_warning:
        return translate("finalise", "warning")
    if point.is_typed:
        return translate("finalise", "typed, but not saved")
    if point.is_error:
        return translate("finalise", "error")
    return translate("finalise", "not answered")


class _PointDelegate(QStyledItemDelegate):
    def __init__(self, view: QListView, model: PointModel) -> None:
        super().__init__(view)
        self._view = view
        self._model = model

    def _paint_point(self, painter: QPainter, area: QRectF, one: _Row, point: OpenPoint) -> None:
        tokens = theme.colours()
        tone = Tone.CARE if one.is_warning else Tone.BAD if point.is_error else Tone.INFO
        icon = "alert" if one.is_warning else "stop" if point.is_error else "pencil"
        ink = tokens.tones[tone].ink
        icons.paint(painter, icon, QRectF(area.left() + 4, area.center().y() - 10, 20, 20), ink)
        right = QRectF(area.right() - 22, area.center().y() - 10, 20, 20)
        icons.paint(painter, "chevron-right", right, tokens.ink_faint)
        text = area.adjusted(36, 0, -34, 0)
        main, small = theme.font(Text.BODY), theme.font(Text.CAPTION)
        said = point_word(point, one.is_warning)
        if point.message:
            said = f"{said} · {plain_text(point.message)}"
        height, below = QFontMetrics(main).height(), QFontMetrics(small).height()
        top = text.top() + (text.height() - height - below - 2) / 2
        for font, words, colour, place in (
            (main, one.text, tokens.ink, QRectF(text.left(), top, text.width(), height)),
            (small, said, ink, QRectF(text.left(), top + height + 2, text.width(), below)),
        ):
            painter.setFont(font)
            painter.setPen(colour)
            elided = QFontMetrics(font).elidedText(
                words, Qt.TextElideMode.ElideRight, int(place.width())
            )
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, elided)

    # Qt's own names from here on.

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        is_point = self._model.point(index.row()) is not None
        return QSize(option.rect.width(), _ROW if is_point else _HEADING)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        tokens = theme.colours()
        one = self._model.row(index.row())
        painter.save()
        area = QRectF(option.rect)
        if one.point is None:
            painter.setFont(theme.font(Text.SMALL_STRONG))
            painter.setPen(tokens.ink_soft)
            place = area.adjusted(Space.L, 8, -Space.L, 0)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, one.text)
        else:
            is_marked = bool(option.state & QStyle.StateFlag.State_Selected)
            is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
            box = area.adjusted(Space.S, 1, -Space.S, -1)
            if is_marked and self._view.hasFocus():
                paint.box(painter, box, Radius.FIELD, tokens.accent_soft)
                paint.focus_ring(painter, box)
            elif is_hovered or is_marked:
                paint.box(painter, box, Radius.FIELD, tokens.raised)
            self._paint_point(painter, box.adjusted(6, 0, -6, 0), one, one.point)
        painter.restore()


class PointList(QListView):
    """Signals: ``opened(ref)``."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.points = PointModel(self)
        self.setModel(self.points)
        self.setItemDelegate(_PointDelegate(self, self.points))
        set_up_list(self)
        self.setProperty("own_focus", True)
        self.clicked.connect(self._open)

    def take_focus(self) -> None:
        first = self.points.first_point()
        if first >= 0 and not self.currentIndex().isValid():
            self.setCurrentIndex(self.points.index(first))
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, index: QModelIndex) -> None:
        point = self.points.point(index.row()) if index.isValid() else None
        if point is not None:
            self.opened.emit(point.ref)

    # Qt's own names from here on.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.scheduleDelayedItemsLayout()
