"""Choosing from options in full view: one (radio) or several (check boxes). Digits pick."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QWidget

from enumerator.xform import Choice
from ui import icons, paint, theme
from ui.markup import plain_text
from ui.questions.base import QuestionInput, option_font
from ui.questions.views import QuestionView
from ui.theme import TARGET, Radius, Space, Text, Tone

if TYPE_CHECKING:
    _Button = QAbstractButton
else:
    # Beside a real Qt button this would be a second C++ object: it only lends its methods.
    _Button = object

_MARK = 26
_PADDING = 10
_MAX_COLUMNS = 3
_MAX_WIDTH = 760
_MIN_COLUMN = 170
_TWO_DIGITS_MS = 900
_ARROWS = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
}


class _Option(_Button):
    """One option, painted by us; the Qt button that comes after it in a class's bases is what a
    screen reader meets."""

    is_round: bool

    def __init__(self, owner: OptionList, text: str, key: str) -> None:
        super().__init__(owner)
        self.owner = owner
        self.key = key
        self.setText(text)
        self.setFont(option_font())
        self.setAutoExclusive(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    # Qt's own names from here on.

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def nextCheckState(self) -> None:
        """The list decides what is checked: it may have to ask the questionnaire first."""

    def event(self, event: QEvent) -> bool:
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
            and self.owner.has_own_digits()
        ):
            # Before the window's own Esc, which would do nothing in an interview.
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.owner.take_key(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.owner.take_cursor(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.owner.flush_digits()

    def paintEvent(self, _event: QPaintEvent) -> None:
        _paint_option(self, self.key, round_=self.is_round, refused=self.owner.is_refused())

    def sizeHint(self) -> QSize:
        return QSize(self.width(), TARGET)


class _RadioOption(_Option, QRadioButton):
    """One option of a single choice."""

    is_round = True


class _CheckOption(_Option, QCheckBox):
    """One option of a multiple choice."""

    is_round = False


def _paint_option(button: QAbstractButton, key: str, *, round_: bool, refused: bool) -> None:
    painter = QPainter(button)
    tokens = theme.colours()
    area = QRectF(button.rect())
    is_on = button.isChecked()
    enabled = button.isEnabled()
    accent = tokens.tones[Tone.BAD].ink if refused else tokens.accent
    soft = tokens.tones[Tone.BAD].fill if refused else tokens.accent_soft
    if is_on:
        paint.box(painter, area, Radius.FIELD, soft, accent if enabled else tokens.edge, 2.0)
    else:
        fill = tokens.raised if button.underMouse() and enabled else tokens.sunken
        paint.box(painter, area, Radius.FIELD, fill, tokens.edge if enabled else tokens.line)
    if button.hasFocus():
        paint.focus_ring(painter, area.adjusted(3, 3, -3, -3), Radius.SMALL)
    mark = QRectF(area.left() + _PADDING, area.center().y() - _MARK / 2, _MARK, _MARK)
    radius = _MARK / 2 if round_ else 6.0
    ink = accent if enabled else tokens.ink_faint
    if is_on:
        paint.box(painter, mark, radius, ink)
        painter.setPen(tokens.on_accent if not refused else tokens.surface)
    else:
        paint.box(painter, mark, radius, None, tokens.edge if enabled else tokens.line, 1.5)
        painter.setPen(tokens.ink_soft if enabled else tokens.ink_faint)
    painter.setFont(theme.figures(Text.SMALL_STRONG))
    painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, key)
    left = mark.right() + _PADDING
    right = area.right() - (_PADDING + (18 if is_on else 0))
    if is_on:
        tick = QRectF(area.right() - _PADDING - 16, area.center().y() - 9, 18, 18)
        icons.paint(painter, "check", tick, ink, stroke_px=2.4)
    painter.setPen(tokens.ink if enabled else tokens.ink_soft)
    painter.setFont(button.font())
    painter.drawText(
        QRectF(left, area.top(), right - left, area.height()),
        Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap,
        button.text(),
    )


class OptionList(QuestionInput):
    """Options in columns; arrows move, Space picks, a digit picks, Delete clears.

    Digits are the choices' own values where all of those are numbers below 100, else positions.
    A first digit that could begin a longer one waits for the second (900 ms), Enter does not.
    """

    def __init__(self, *, multiple: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._multiple = multiple
        self._choices: tuple[Choice, ...] = ()
        self._options: list[_Option] = []
        self._keys: list[str] = []
        self._picked: list[str] = []
        self._cursor = 0
        self._moved = False
        self._refused = False
        self._is_unsent = False
        self._buffer = ""
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_TWO_DIGITS_MS)
        self._waiting.timeout.connect(self.flush_digits)
        self._rows = 1
        self._shapes: dict[int, tuple[int, int, list[int]]] = {}
        self._widths: list[int] = []

    # ------------------------------------------------------------------ the question's life

    def commit(self) -> bool:
        if self.flush_digits():
            return True
        if self._moved and not self._picked and self._options:
            self._pick(self._cursor)
            return True
        if self.view.typed is not None or self._is_unsent:
            self._is_unsent = False
            self._send()
            return True
        return False

    def keep_for_retry(self) -> None:
        self._is_unsent = True

    def is_dirty(self) -> bool:
        return self._is_unsent

    def give_up(self) -> None:
        self._picked = self.view.element.value.split()
        self._refused = False
        self._show_picked()
        self.typing.emit("")

    def focus_target(self) -> QWidget:
        return self._options[self._cursor] if self._options else self

    def enter(self, value: str) -> None:
        """``value`` is a choice's value, or several separated by spaces, as stored."""
        self.focus_target().setFocus(Qt.FocusReason.OtherFocusReason)
        for wanted in value.split():
            for i, choice in enumerate(self._choices):
                if choice.value == wanted and not (self._multiple and wanted in self._picked):
                    self._pick(i)
        self.step(1)

    def is_refused(self) -> bool:
        return self._refused

    def _take(self, view: QuestionView) -> None:
        if view.choices != self._choices:
            self._rebuild(view.choices)
        self._refused = view.typed is not None
        self._picked = (view.element.value if view.typed is None else view.typed).split()
        for option in self._options:
            if option.isEnabled() == view.element.readonly:
                option.setEnabled(not view.element.readonly)
        self._show_picked()

    def _rebuild(self, choices: tuple[Choice, ...]) -> None:
        had_focus = any(option.hasFocus() for option in self._options)
        keep = len(self._choices) == len(choices) and all(
            old.value == new.value for old, new in zip(self._choices, choices, strict=True)
        )
        self._choices = choices
        if keep:
            for option, choice in zip(self._options, choices, strict=True):
                option.setText(plain_text(choice.label))
        else:
            for option in self._options:
                option.hide()
                option.deleteLater()
            self._keys = digit_keys([choice.value for choice in choices])
            kind = _CheckOption if self._multiple else _RadioOption
            self._options = [
                kind(self, plain_text(choice.label), key)
                for choice, key in zip(choices, self._keys, strict=True)
            ]
            for option in self._options:
                option.clicked.connect(self._clicked)
            self._cursor = 0
            if self.isVisible():
                for option in self._options:
                    option.show()
        metrics = QFontMetrics(option_font())
        self._widths = [metrics.horizontalAdvance(option.text()) for option in self._options]
        self._shapes.clear()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if self._options else Qt.FocusPolicy.StrongFocus)
        self._name_options()
        if had_focus:
            self.focus_target().setFocus(Qt.FocusReason.OtherFocusReason)
        if self.width() > 0:
            self._arrange()
        self.resized.emit()

    def _name_parts(self, name: str) -> None:
        self.setAccessibleName(name)
        self._name_options()

    def _name_options(self) -> None:
        for option in self._options:
            option.setAccessibleName(option.text())
            option.setAccessibleDescription(self._accessible)

    # ------------------------------------------------------------------ picking

    def _clicked(self) -> None:
        """By mouse, finger or screen reader."""
        clicked = self.sender()
        for index, option in enumerate(self._options):
            if option is clicked:
                self._pick(index)

    def _pick(self, index: int) -> None:
        value = self._choices[index].value
        self._cursor = index
        if not self._multiple:
            self._picked = [value]
        elif value in self._picked:
            self._picked.remove(value)
        else:
            self._picked.append(value)
        self._moved = False
        if any(option.hasFocus() for option in self._options):
            self._focus_option(index)
        self._show_picked()
        self._send()

    def _send(self) -> None:
        labels = {choice.value: choice.value for choice in self._choices}
        lexical = " ".join(value for value in self._picked if value in labels)
        if lexical == self.view.element.value and self.view.typed is None:
            return
        self.answered.emit(lexical, lexical)

    def _clear(self) -> None:
        if self._picked and not self.view.element.readonly:
            self._picked = []
            self._show_picked()
            self.answered.emit("", "")

    def _show_picked(self) -> None:
        for i, (option, choice) in enumerate(zip(self._options, self._choices, strict=True)):
            is_on = choice.value in self._picked
            option.setChecked(is_on)
            if is_on and not self._multiple and not option.hasFocus() and not self._moved:
                self._cursor = i
            option.update()
        self._place_cursor()

    def _place_cursor(self) -> None:
        for i, option in enumerate(self._options):
            is_here = i == self._cursor
            option.setFocusPolicy(
                Qt.FocusPolicy.StrongFocus if is_here else Qt.FocusPolicy.ClickFocus
            )

    def take_cursor(self, option: QAbstractButton) -> None:
        """The focus came to this option."""
        here = next((i for i, one in enumerate(self._options) if one is option), None)
        if here is not None and here != self._cursor:
            self._cursor = here
            self._place_cursor()

    def flush_digits(self) -> bool:
        """Picks what the digits so far mean; True if they meant something."""
        self._waiting.stop()
        buffer, self._buffer = self._buffer, ""
        if buffer in self._keys:
            self._pick(self._keys.index(buffer))
            return True
        return False

    def _take_digit(self, digit: str) -> None:
        self._waiting.stop()
        typed = self._buffer + digit
        longer = [key for key in self._keys if key.startswith(typed) and key != typed]
        if typed not in self._keys and not longer:
            self.flush_digits()
            typed = digit
            longer = [key for key in self._keys if key.startswith(typed) and key != typed]
        self._buffer = typed
        if typed in self._keys:
            self._focus_option(self._keys.index(typed))
            self._buffer = typed
        if longer:
            self._waiting.start()
        else:
            self.flush_digits()

    def _focus_option(self, index: int) -> None:
        # The focus leaves one option for another of the same list: digits so far are kept.
        kept, self._buffer = self._buffer, ""
        self._cursor = index
        self._place_cursor()
        self._options[index].setFocus(Qt.FocusReason.OtherFocusReason)
        self._buffer = kept

    def has_own_digits(self) -> bool:
        """Whether Esc is this list's: what was typed is no choice of it."""
        return self.view.typed is not None and not self.view.element.readonly

    def take_key(self, event: QKeyEvent) -> None:
        """A key that an option got."""
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if modifiers == Qt.KeyboardModifier.NoModifier:
                self.step(1)
                return
            if modifiers == Qt.KeyboardModifier.ShiftModifier:
                self.step(-1)
                return
        elif modifiers == Qt.KeyboardModifier.NoModifier and not self.view.element.readonly:
            if key in _ARROWS:
                self._move(_ARROWS[key])
                return
            if key == Qt.Key.Key_Space:
                self._pick(self._cursor)
                return
            if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                self._clear()
                return
            if key == Qt.Key.Key_Escape and self.has_own_digits():
                self.give_up()
                return
            if len(event.text()) == 1 and event.text().isdigit():
                self._take_digit(event.text())
                return
        event.ignore()

    def _move(self, way: str) -> None:
        by = {"up": -1, "down": 1, "left": -self._rows, "right": self._rows}[way]
        to = self._cursor + by
        if 0 <= to < len(self._options):
            self._moved = True
            self._focus_option(to)

    # ------------------------------------------------------------------ geometry

    def _shape(self, width: int) -> tuple[int, int]:
        """Columns, and the width of each: as many as leave no label more than two lines."""
        count = len(self._options)
        width = min(width, _MAX_WIDTH)
        if count == 0:
            return 1, width
        around = _MARK + _PADDING * 3 + 18
        longest = max(self._widths)
        for columns in range(min(_MAX_COLUMNS, count), 1, -1):
            each = (width - Space.S * (columns - 1)) // columns
            fits_one = longest <= each - around
            fits_two = longest * 0.58 <= each - around
            if each >= _MIN_COLUMN and (fits_one or (fits_two and columns == 2 and count > 6)):
                return columns, each
        return 1, min(width, max(_MIN_COLUMN * 2, longest + around))

    def _row_heights(self, columns: int, each: int) -> list[int]:
        rows = -(-len(self._options) // columns)
        heights = [TARGET] * rows
        metrics = QFontMetrics(option_font())
        room = each - _MARK - _PADDING * 3 - 18
        for i, wide in enumerate(self._widths):
            if wide > room:
                box = metrics.boundingRect(
                    QRect(0, 0, room, 10_000),
                    Qt.TextFlag.TextWordWrap,
                    self._options[i].text(),
                )
                row = i % rows
                heights[row] = max(heights[row], box.height() + 14)
        return heights

    def _layout(self, width: int) -> tuple[int, int, list[int]]:
        """Columns, their width, the rows' heights; measured once a width."""
        if width not in self._shapes:
            columns, each = self._shape(width)
            self._shapes[width] = columns, each, self._row_heights(columns, each)
        return self._shapes[width]

    def _arrange(self) -> None:
        _, each, heights = self._layout(self.width())
        self._rows = max(1, len(heights))
        tops = [sum(heights[:row]) + Space.S * row for row in range(len(heights))]
        for i, option in enumerate(self._options):
            column, row = divmod(i, self._rows)
            option.setGeometry(column * (each + Space.S), tops[row], each, heights[row])

    # Qt's own names from here on.

    def heightForWidth(self, width: int) -> int:
        _, _, heights = self._layout(width)
        return max(TARGET, sum(heights) + Space.S * (len(heights) - 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.take_key(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._options:
            return
        painter = QPainter(self)
        painter.setFont(theme.font(Text.BODY))
        painter.setPen(theme.colours().ink_faint)
        painter.drawText(
            self.rect().adjusted(2, 0, 0, 0),
            Qt.AlignmentFlag.AlignVCenter,
            self.tr("Nothing to choose from yet: answer the question before this one."),
        )
        if self.hasFocus():
            paint.focus_ring(painter, QRectF(self.rect()))


def digit_keys(values: Sequence[str]) -> list[str]:
    """The digits that pick each option: its own value below 100, or its position."""
    if all(value.isdigit() and len(value) <= 2 and str(int(value)) == value for value in values):
        return list(values)
    return [str(position) for position in range(1, len(values) + 1)]
