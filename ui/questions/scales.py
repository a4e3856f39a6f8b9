"""Ranges, rankings and confirmations."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QCheckBox, QSlider, QWidget

from enumerator.xform import Choice
from ui import icons, paint, theme
from ui.markup import plain_text
from ui.paint import Kind
from ui.questions.base import EnterFilter, QuestionInput
from ui.questions.fields import FieldsInput, Part
from ui.questions.lexical import NotUnderstood, parse_decimal, parse_integer
from ui.questions.views import QuestionView
from ui.theme import TARGET, Radius, Space, Text, Tone
from ui.widgets.buttons import IconButton

_DEFAULTS = {"start": Decimal(1), "end": Decimal(10), "step": Decimal(1)}


class _Slider(QSlider):
    """A slider that the wheel passes by: it scrolls the page."""

    # Qt's own names from here on.

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class RangeInput(FieldsInput):
    """A number on a scale: typed, or set with the slider beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([Part("", 104, max_length=16)], parent)
        self._start, self._end, self._step = Decimal(1), Decimal(10), Decimal(1)
        self._slider = _Slider(Qt.Orientation.Horizontal, self)
        self._slider.setPageStep(1)
        self._slider.valueChanged.connect(self._slid)
        self._slider.sliderReleased.connect(self._released)
        self._taking = False

    def _take(self, view: QuestionView) -> None:
        numbers = {}
        for name, default in _DEFAULTS.items():
            try:
                numbers[name] = Decimal(view.element.parameters.get(name, "") or default)
            except InvalidOperation:
                numbers[name] = default
        self._start, self._end = numbers["start"], numbers["end"]
        self._step = abs(numbers["step"]) or Decimal(1)
        self._taking = True
        self._slider.setRange(0, int(abs(self._end - self._start) / self._step))
        self._slider.setEnabled(not view.element.readonly)
        super()._take(view)
        self._place_slider()
        self._taking = False

    def _place_slider(self) -> None:
        try:
            number = Decimal(self._read([self._edits[0].text()]))
        except NotUnderstood:
            return
        self._slider.setValue(int(abs(number - self._start) / self._step))

    def _slid(self, steps: int) -> None:
        if self._taking:
            return
        way = 1 if self._end >= self._start else -1
        number = self._start + self._step * steps * way
        self._edits[0].setText(str(number).replace(".", ","))
        self._edited()
        if not self._slider.isSliderDown():
            self.commit()

    def _released(self) -> None:
        self.commit()

    def _edited(self) -> None:
        super()._edited()
        if not self._taking and self._edits[0].hasFocus():
            self._taking = True
            self._place_slider()
            self._taking = False

    def _read(self, texts: list[str]) -> str:
        if self.view.element.type == "int":
            number = parse_integer(texts[0])
        else:
            number = parse_decimal(texts[0])
        low, high = sorted((self._start, self._end))
        steps = (Decimal(number) - self._start) / self._step
        if not low <= Decimal(number) <= high or steps != int(steps):
            raise NotUnderstood("range")
        return number

    def _write(self, lexical: str) -> list[str]:
        return [lexical.replace(".", ",")]

    def _why(self, _word: str) -> str:
        return self.tr("Type a number from {low} to {high}, in steps of {step}.").format(
            low=self._start, high=self._end, step=self._step
        )

    def _name_parts(self, name: str) -> None:
        super()._name_parts(name)
        self._slider.setAccessibleName(self.tr("Slider: {question}").format(question=name))

    # Qt's own names from here on.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        left = 104 + Space.L
        self._slider.setGeometry(left, 0, max(TARGET, min(420, self.width() - left)), TARGET)


class _Tick(QCheckBox):
    """The confirmation's own button."""

    def __init__(self, owner: TriggerInput) -> None:
        super().__init__(owner)
        self.setFont(theme.font(Text.STRONG))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    # Qt's own names from here on.

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        area = QRectF(self.rect())
        on = self.isChecked()
        fill = tokens.accent_soft if on else tokens.sunken
        paint.box(painter, area, Radius.FIELD, fill, tokens.accent if on else tokens.edge)
        if self.hasFocus():
            paint.focus_ring(painter, area.adjusted(3, 3, -3, -3), Radius.SMALL)
        mark = QRectF(Space.M, area.center().y() - 11, 22, 22)
        paint.check_mark(painter, mark, on=on, partly=False, enabled=self.isEnabled(), round_=False)
        painter.setFont(self.font())
        painter.setPen(tokens.ink)
        painter.drawText(
            area.adjusted(mark.right() + Space.M, 0, 0, 0),
            Qt.AlignmentFlag.AlignVCenter,
            self.text(),
        )


class TriggerInput(QuestionInput):
    """Something to confirm: it was read out, it was done."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tick = _Tick(self)
        self._tick.setText(self.tr("Done"))
        self._tick.clicked.connect(self._clicked)
        self._enter = EnterFilter(self)
        self._enter.stepped.connect(self.step)
        self._tick.installEventFilter(self._enter)

    def focus_target(self) -> QWidget:
        return self._tick

    def enter(self, value: str) -> None:
        self._tick.setFocus(Qt.FocusReason.OtherFocusReason)
        if bool(value) != self._tick.isChecked():
            self._tick.click()
        self.step(1)

    def _clicked(self, on: bool) -> None:
        lexical = "OK" if on else ""
        self.answered.emit(lexical, lexical)

    def _take(self, view: QuestionView) -> None:
        shown = view.element.value if view.typed is None else view.typed
        self._tick.setChecked(bool(shown))
        self._tick.setEnabled(not view.element.readonly)

    # Qt's own names from here on.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tick.setGeometry(0, 0, min(self.width(), 220), TARGET)


class RankInput(QuestionInput):
    """Options to be put in order: Alt+Up and Alt+Down, or the arrows beside the marked one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choices: tuple[Choice, ...] = ()
        self._order: list[str] = []
        self._cursor = 0
        self._touched = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._up = IconButton("chevron-up", kind=Kind.QUIET, parent=self)
        self._down = IconButton("chevron-down", kind=Kind.QUIET, parent=self)
        self._up.clicked.connect(lambda: self._shift(-1))
        self._down.clicked.connect(lambda: self._shift(1))
        for button in (self._up, self._down):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def commit(self) -> bool:
        lexical = " ".join(self._order)
        if not self._touched and self.view.typed is None:
            return False
        self._touched = False
        if lexical == self.view.element.value and self.view.typed is None:
            return False
        self.answered.emit(lexical, lexical)
        return True

    def is_dirty(self) -> bool:
        return self._touched

    def keep_for_retry(self) -> None:
        self._touched = True

    def enter(self, value: str) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        wanted = [one for one in value.split() if one in self._order]
        for place, one in enumerate(wanted):
            self._cursor = self._order.index(one)
            while self._cursor > place:
                self._shift(-1)
        self._touched = True
        self.step(1)

    def step(self, by: int) -> None:
        # Enter takes the order as it stands: a ranking left as it was offered is an answer too.
        if by > 0 and not self.view.element.value:
            self._touched = True
        super().step(by)

    def _take(self, view: QuestionView) -> None:
        self._choices = view.choices
        if not self._touched:
            known = [choice.value for choice in view.choices]
            shown = (view.element.value if view.typed is None else view.typed).split()
            kept = [value for value in shown if value in known]
            self._order = kept + [value for value in known if value not in kept]
        self._cursor = max(0, min(self._cursor, len(self._order) - 1))
        self.setEnabled(not view.element.readonly)
        self._place()
        self.resized.emit()

    def _name_parts(self, name: str) -> None:
        super()._name_parts(name)
        self._up.set_word(self.tr("Move up"), "Alt+↑")
        self._down.set_word(self.tr("Move down"), "Alt+↓")

    def _shift(self, by: int) -> None:
        to = self._cursor + by
        if 0 <= to < len(self._order):
            order = self._order
            order[self._cursor], order[to] = order[to], order[self._cursor]
            self._cursor = to
            self._touched = True
            self._place()
            self.typing.emit(" ".join(order))

    def _place(self) -> None:
        width = min(self.width(), 560)
        area = self._row(self._cursor)
        self._down.setGeometry(width - TARGET - 2, area.top(), TARGET, TARGET)
        self._up.setGeometry(width - 2 * TARGET - 2, area.top(), TARGET, TARGET)
        labels = {choice.value: plain_text(choice.label) for choice in self._choices}
        self.setAccessibleDescription(
            ", ".join(f"{i}. {labels.get(value, value)}" for i, value in enumerate(self._order, 1))
        )
        self.update()

    def _row(self, index: int) -> QRect:
        return QRect(0, index * (TARGET + Space.XS), min(self.width(), 560), TARGET)

    # Qt's own names from here on.

    def heightForWidth(self, _width: int) -> int:
        return max(TARGET, len(self._choices) * (TARGET + Space.XS) - Space.XS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
        if self._touched and event.reason() is not Qt.FocusReason.ActiveWindowFocusReason:
            self.commit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if by is not None and modifiers == Qt.KeyboardModifier.AltModifier:
            self._shift(by)
        elif by is not None and modifiers == Qt.KeyboardModifier.NoModifier:
            self._cursor = max(0, min(len(self._order) - 1, self._cursor + by))
            self._place()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            modifiers & ~Qt.KeyboardModifier.ShiftModifier
        ):
            self.step(-1 if modifiers else 1)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = int(event.position().y()) // (TARGET + Space.XS)
        if 0 <= row < len(self._order):
            self._cursor = row
            self.setFocus(Qt.FocusReason.MouseFocusReason)
            self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        labels = {choice.value: plain_text(choice.label) for choice in self._choices}
        for i, value in enumerate(self._order):
            area = QRectF(self._row(i))
            is_here = i == self._cursor and self.hasFocus()
            paint.box(painter, area, Radius.FIELD, tokens.sunken, tokens.edge)
            if is_here:
                paint.focus_ring(painter, area)
            painter.setFont(theme.figures(Text.SMALL_STRONG))
            painter.setPen(QPen(tokens.ink_soft))
            badge = QRectF(area.left() + Space.S, area.top(), 28, area.height())
            painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, str(i + 1))
            painter.setFont(theme.font(Text.BODY))
            painter.setPen(tokens.ink)
            painter.drawText(
                area.adjusted(44, 0, -2 * TARGET, 0),
                Qt.AlignmentFlag.AlignVCenter,
                labels.get(value, value),
            )


class UnknownInput(QuestionInput):
    """A question of a type that this program cannot ask: named, shown, never a crash."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._enter = EnterFilter(self)
        self._enter.stepped.connect(self.step)
        self.installEventFilter(self._enter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def enter(self, value: str) -> None:
        raise NotImplementedError(f"{self.view.element.type} cannot be answered here: {value!r}")

    def words(self) -> str:
        element = self.view.element
        kind = f"{element.control} · {element.type}"
        said = self.tr("This kind of question ({kind}) cannot be answered in this version.")
        return said.format(kind=kind)

    def _take(self, view: QuestionView) -> None:
        self.setAccessibleDescription(self.words())
        self.setToolTip(view.element.value)
        self.update()

    # Qt's own names from here on.

    def heightForWidth(self, _width: int) -> int:
        return TARGET + (24 if self.view.element.value else 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tones = theme.colours().tones[Tone.NEUTRAL]
        area = QRectF(0, 0, min(self.width(), 620), TARGET)
        paint.tone_box(painter, area, Tone.NEUTRAL, Radius.FIELD)
        if self.hasFocus():
            paint.focus_ring(painter, area)
        icons.paint(painter, "info", QRectF(Space.M, area.center().y() - 9, 18, 18), tones.ink)
        painter.setFont(theme.font(Text.SMALL))
        painter.setPen(tones.ink)
        words = area.adjusted(Space.M + 26, 0, -Space.S, 0)
        wrap = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(words, wrap, self.words())
        if self.view.element.value:
            painter.setFont(theme.font(Text.BODY))
            painter.setPen(theme.colours().ink_soft)
            value = QRectF(2, TARGET + 2, self.width(), 22)
            painter.drawText(value, Qt.AlignmentFlag.AlignVCenter, self.view.element.value)
