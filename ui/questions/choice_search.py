"""Choosing from a long list by typing a part of the name; thousands of rows stay fast."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from enumerator.xform import Choice
from ui import formats, icons, paint, theme
from ui.markup import plain_text
from ui.questions.base import AnswerEdit, QuestionInput
from ui.questions.choice_model import ChoiceModel
from ui.questions.views import QuestionView
from ui.theme import TARGET, Ink, Radius, Space, Text
from ui.widgets.buttons import IconButton
from ui.widgets.labels import Label

_Index = QModelIndex | QPersistentModelIndex
_ROW = 40
_VISIBLE_ROWS = 7
_FOOT = 30
_MAX_WIDTH = 560


class _ChoiceDelegate(QStyledItemDelegate):
    # Qt's own names from here on.

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(option.rect.width(), _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        tokens = theme.colours()
        painter.save()
        area = QRectF(option.rect)
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_current or is_hovered:
            fill = tokens.accent_soft if is_current else tokens.raised
            paint.box(painter, area.adjusted(4, 1, -4, -1), Radius.SMALL, fill)
        painter.setFont(theme.font(Text.STRONG if is_current else Text.BODY))
        painter.setPen(tokens.accent_ink if is_current else tokens.ink)
        text = str(index.data(Qt.ItemDataRole.DisplayRole))
        room = area.adjusted(Space.L, 0, -Space.M, 0)
        elided = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, elided)
        painter.restore()


class _Popup(QFrame):
    """The list below the field: a child of the window, so that the focus stays in the field."""

    def __init__(self, owner: SearchInput, window: QWidget) -> None:
        super().__init__(window)
        self._owner = owner
        self.view = QListView(self)
        self.view.setModel(owner.model)
        self.view.setItemDelegate(_ChoiceDelegate(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setFrameShape(QFrame.Shape.NoFrame)
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.view.setAccessibleName(owner.accessibleName())
        self.view.clicked.connect(self._clicked)
        self.foot = Label("", Text.SMALL, Ink.FAINT, parent=self)
        self.foot.setContentsMargins(Space.L, 0, Space.L, 0)
        self.foot.setFixedHeight(_FOOT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2, 4, 2, 4)
        layout.setSpacing(0)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.foot)

    def _clicked(self, index: QModelIndex) -> None:
        self._owner.pick_row(index.row())

    # Qt's own names from here on.

    def paintEvent(self, _event: QPaintEvent) -> None:
        tokens = theme.colours()
        painter = QPainter(self)
        paint.box(painter, QRectF(self.rect()), Radius.FIELD, tokens.surface, tokens.focus, 2.0)


class _SearchEdit(AnswerEdit):
    """The field, with the sign that says it searches."""

    # Qt's own names from here on.

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        place = QRectF(Space.M, (self.height() - 18) / 2, 18, 18)
        icons.paint(QPainter(self), "search", place, theme.colours().ink_faint)


class SearchInput(QuestionInput):
    """A field that searches the list of choices. Down opens it, Enter takes the marked row."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ChoiceModel(self)
        self._choices: tuple[Choice, ...] = ()
        self._popup: _Popup | None = None
        self._dirty = False
        self._edit = _SearchEdit(self)
        self._edit.setTextMargins(32, 0, 40, 0)
        self._edit.textEdited.connect(self._edited)
        self._edit.stepped.connect(self._stepped)
        self._edit.left.connect(self._left)
        self._edit.escaped.connect(self.give_up)
        self._edit.installEventFilter(self)
        self._open = IconButton("chevron-down", parent=self)
        self._open.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._open.clicked.connect(self._toggle)

    # ------------------------------------------------------------------ the question's life

    def commit(self) -> bool:
        marked = self._marked()
        if marked is not None:
            return self._pick(marked)
        if not self._dirty and self.view.typed is None:
            return False
        text = self._edit.text().strip()
        self._dirty = False
        if not text:
            if not self.view.element.value and self.view.typed is None:
                self.typing.emit("")
                return False
            self.answered.emit("", "")
            return True
        meant = self._meant(text)
        if meant is None:
            self.misread.emit(text)
            return True
        return self._pick(meant)

    def is_dirty(self) -> bool:
        return self._dirty

    def give_up(self) -> None:
        self.close_list()
        self._dirty = False
        self._show(self._label_of(self.view.element.value))
        self._edit.set_invalid(False)
        self._edit.is_mine_to_undo = False
        self.typing.emit("")

    def keep_for_retry(self) -> None:
        self._dirty = True

    def misreading(self) -> str:
        if self._edit.text().strip() and self._meant(self._edit.text().strip()) is None:
            return self.tr("Not in the list. Choose a row of the list.")
        return ""

    def follow(self) -> None:
        if self.visibleRegion().isEmpty():
            self.close_list()
        else:
            self._place_list()

    def focus_target(self) -> QWidget:
        return self._edit

    def enter(self, value: str) -> None:
        """``value`` is a choice's value or a part of its label."""
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        label = self._label_of(value) or value
        self._edit.selectAll()
        self._edit.insert(label)
        self._edited(label)
        row = self.model.row_of(value)
        if self._popup is not None and row >= 0:
            self._popup.view.setCurrentIndex(self.model.index(row))
        self._stepped(1)

    def _take(self, view: QuestionView) -> None:
        if view.choices != self._choices:
            self._choices = view.choices
            self.model.set_choices(view.choices)
            if self._popup is not None and self._popup.isVisible():
                self.model.filter(self._edit.text() if self._dirty else "")
        self._edit.setReadOnly(view.element.readonly)
        self._edit.setEnabled(not view.element.readonly)
        self._open.setEnabled(not view.element.readonly)
        self._edit.setPlaceholderText(self.tr("Type to search"))
        if not self._dirty:
            typed = view.typed
            shown = view.element.value if typed is None else typed
            self._show(self._label_of(shown) or (typed or ""))
            self._edit.set_invalid(typed is not None)
            self._edit.is_mine_to_undo = typed is not None

    def _name_parts(self, name: str) -> None:
        super()._name_parts(name)
        self._open.set_word(self.tr("Show the list: {question}").format(question=name))

    def _label_of(self, value: str) -> str:
        if not value:
            return ""
        return next(
            (plain_text(choice.label) for choice in self._choices if choice.value == value), value
        )

    def _show(self, text: str) -> None:
        if self._edit.text() != text:
            self._edit.setText(text)
            if not self._edit.hasFocus():
                self._edit.setCursorPosition(0)

    def _meant(self, text: str) -> Choice | None:
        folded = text.casefold()
        for choice in self._choices:
            if folded in (plain_text(choice.label).casefold(), choice.value.casefold()):
                return choice
        holding = [choice for choice in self._choices if folded in choice.label.casefold()]
        return holding[0] if len(holding) == 1 else None

    # ------------------------------------------------------------------ the list

    def _edited(self, text: str) -> None:
        self._dirty = True
        self._edit.is_mine_to_undo = True
        self._edit.set_invalid(False)
        self.open_list()
        self.model.filter(text)
        self._mark(0 if text.strip() and self.model.rowCount() else -1)
        self._place_list()
        self.typing.emit(text)

    def open_list(self) -> None:
        """Shows the whole list, the chosen row marked."""
        if self.view.element.readonly:
            return
        if self._popup is None:
            self._popup = _Popup(self, self.window())
        if not self._popup.isVisible():
            self.model.filter("", self.view.element.value)
            self._place_list()
            self._popup.show()
            self._popup.raise_()
            self._mark(self.model.row_of(self.view.element.value))

    def close_list(self) -> None:
        if self._popup is not None:
            # The view lives until the event loop is free; the model may be gone before.
            self._popup.view.setModel(None)
            self._popup.hide()
            self._popup.deleteLater()
            self._popup = None

    def is_list_open(self) -> bool:
        return self._popup is not None and self._popup.isVisible()

    def pick_row(self, row: int) -> None:
        """A row was clicked."""
        if self._pick(self.model.choice(row)):
            return
        self.close_list()

    def _toggle(self) -> None:
        if self.is_list_open():
            self.close_list()
        else:
            self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
            self.open_list()

    def _marked(self) -> Choice | None:
        if self._popup is None or not self._popup.isVisible():
            return None
        row = self._popup.view.currentIndex().row()
        return self.model.choice(row) if 0 <= row < self.model.rowCount() else None

    def _mark(self, row: int) -> None:
        if self._popup is None:
            return
        index = self.model.index(row) if row >= 0 else QModelIndex()
        self._popup.view.setCurrentIndex(index)
        if row >= 0:
            self._popup.view.scrollTo(index, QListView.ScrollHint.PositionAtCenter)

    def _pick(self, choice: Choice) -> bool:
        self._dirty = False
        self._edit.is_mine_to_undo = False
        self.close_list()
        self._show(plain_text(choice.label))
        if choice.value == self.view.element.value and self.view.typed is None:
            self.typing.emit("")
            return False
        self.answered.emit(choice.value, choice.value)
        return True

    def _stepped(self, by: int) -> None:
        if by < 0:
            self.close_list()
        self.commit()
        self.close_list()
        self.stepped.emit(by)

    def _left(self) -> None:
        if self._dirty:
            self.commit()
        self.close_list()

    def _place_list(self) -> None:
        if self._popup is None:
            return
        window = self.window()
        count, found = self.model.rowCount(), self.model.found()
        words = ""
        if found == 0:
            words = self.tr("Nothing found")
        elif found > count:
            words = self.tr("{count} found: type more letters").format(count=formats.number(found))
        self._popup.foot.setText(words)
        self._popup.foot.setVisible(bool(words))
        self._popup.view.setVisible(found > 0)
        rows = min(_VISIBLE_ROWS, count)
        height = rows * _ROW + 12 + (_FOOT if words else 0)
        below = self._edit.mapTo(window, QPoint(0, self._edit.height() + 2))
        top = below.y()
        room_below = window.height() - top - Space.S
        room_above = below.y() - self._edit.height() - 4 - Space.S
        if room_below < min(height, _ROW * 4) and room_above > room_below:
            height = min(height, room_above)
            top = below.y() - self._edit.height() - 4 - height
        else:
            height = max(_ROW + 12, min(height, room_below))
        self._popup.setGeometry(below.x(), top, self._edit.width(), height)

    # Qt's own names from here on.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = min(self.width(), _MAX_WIDTH)
        self._edit.setGeometry(0, 0, width, TARGET)
        self._open.setGeometry(width - TARGET, 0, TARGET, TARGET)
        self._open.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The edit covers everything."""

    def hideEvent(self, event: QHideEvent) -> None:
        self.close_list()
        super().hideEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._edit:
            return False
        if event.type() is QEvent.Type.Paint:
            return False
        if event.type() is QEvent.Type.MouseButtonPress:
            self.open_list()
            return False
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return False

    def _take_key(self, event: QKeyEvent) -> bool:
        moves = {
            Qt.Key.Key_Down: 1,
            Qt.Key.Key_Up: -1,
            Qt.Key.Key_PageDown: _VISIBLE_ROWS,
            Qt.Key.Key_PageUp: -_VISIBLE_ROWS,
        }
        key = Qt.Key(event.key())
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if key == Qt.Key.Key_Escape and self.is_list_open() and not self._dirty:
            self.close_list()
            return True
        if key not in moves:
            return False
        if not self.is_list_open():
            self.open_list()
            return True
        if self._popup is not None and self.model.rowCount():
            row = self._popup.view.currentIndex().row() + moves[key]
            self._mark(max(0, min(self.model.rowCount() - 1, row)))
        return True
