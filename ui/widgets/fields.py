"""Things that are typed or chosen in, high enough for a finger, each with its word beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QEvent, QLocale, QRectF, QSize, Qt, QTime, QTimer, Signal
from PySide6.QtGui import QAction, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QCheckBox,
    QComboBox,
    QDateEdit,
    QFrame,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QSizePolicy,
    QTimeEdit,
    QWidget,
)

from ui import formats, icons, paint, theme
from ui.theme import TARGET, Ink, Space, Text
from ui.widgets.buttons import Button
from ui.widgets.labels import Icon, Label
from ui.widgets.layouts import column, row

if TYPE_CHECKING:
    _Button = QAbstractButton
else:
    # Beside a real Qt button this would be a second C++ object: it only lends its methods.
    _Button = object

SEARCH_DELAY_MS = 180


class LineEdit(QLineEdit):
    """One line of text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(TARGET)
        self.setTextMargins(Space.S, 0, Space.S, 0)

    def set_invalid(self, invalid: bool) -> None:
        """Marks the field; the words of the error belong to its :class:`Field`."""
        self.setProperty("invalid", invalid)
        self.update()


class PassphraseEdit(LineEdit):
    """A passphrase, hidden until the eye is pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self._show = QAction(self)
        self._show.setCheckable(True)
        self._show.toggled.connect(self._toggle)
        self.addAction(self._show, QLineEdit.ActionPosition.TrailingPosition)
        self._dress()

    def set_show_word(self, word: str) -> None:
        """What the eye does, for tool tip and screen reader."""
        self._show.setText(word)
        self._show.setToolTip(word)
        for button in self.findChildren(QAbstractButton):
            button.setAccessibleName(word)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _toggle(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.setEchoMode(mode)
        self._dress()

    def _dress(self) -> None:
        name = "eye-off" if self._show.isChecked() else "eye"
        self._show.setIcon(icons.icon(name, theme.colours().ink_soft, 22))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()


class SearchBox(LineEdit):
    """A search field.

    Signals: ``searched(str)``, once typing rests or at once on Enter.
    """

    searched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextMargins(34, 0, Space.S, 0)
        self._clear = QAction(self)
        self._clear.triggered.connect(self.clear)
        self._clear.setVisible(False)
        self.addAction(self._clear, QLineEdit.ActionPosition.TrailingPosition)
        self.textChanged.connect(lambda text: self._clear.setVisible(bool(text)))
        self._dress()
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(SEARCH_DELAY_MS)
        self._pause.timeout.connect(self._tell)
        self.textChanged.connect(self._pause.start)
        self._told = ""

    def set_clear_word(self, word: str) -> None:
        """What the cross does, for tool tip and screen reader."""
        self._clear.setText(word)
        self._clear.setToolTip(word)
        for button in self.findChildren(QAbstractButton):
            button.setAccessibleName(word)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def _dress(self) -> None:
        self._clear.setIcon(icons.icon("close", theme.colours().ink_soft, 20))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._dress()

    def clear_quietly(self) -> None:
        """Empties the field without telling."""
        self._told = ""
        self.clear()
        self._pause.stop()

    def _tell(self) -> None:
        self._pause.stop()
        if self.text().strip() != self._told:
            self._told = self.text().strip()
            self.searched.emit(self._told)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._tell()
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        side = 18
        place = QRectF(Space.M, (self.height() - side) / 2, side, side)
        icons.paint(QPainter(self), "search", place, theme.colours().ink_soft)


class TextArea(QPlainTextEdit):
    """Several lines; Tab leaves it."""

    def __init__(self, lines: int = 3, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(Space.S + 2)
        height = QFontMetrics(self.font()).lineSpacing() * lines + 2 * Space.S + 4
        self.setFixedHeight(max(TARGET, height))

    def set_invalid(self, invalid: bool) -> None:
        """Marks the field; the words of the error belong to its :class:`Field`."""
        self.setProperty("invalid", invalid)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        ground = QPainter(self.viewport())
        paint.field(
            ground,
            QRectF(self.viewport().rect()),
            focused=self.hasFocus() and not self.isReadOnly(),
            enabled=self.isEnabled() and not self.isReadOnly(),
            invalid=bool(self.property("invalid")),
        )
        ground.end()
        super().paintEvent(event)


class Select(QComboBox):
    """One of a short list; items carry their value as data."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(TARGET)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setMaxVisibleItems(12)

    def set_items(self, items: Sequence[tuple[str, object]]) -> None:
        """(word, value) pairs; keeps the chosen value where it is still there."""
        kept = self.currentData()
        was_blocked = self.blockSignals(True)
        self.clear()
        for word, value in items:
            self.addItem(word, value)
        self.set_value(kept)
        self.blockSignals(was_blocked)

    def set_quietly(self, value: object) -> None:
        """Chooses without telling."""
        was_blocked = self.blockSignals(True)
        self.set_value(value)
        self.blockSignals(was_blocked)

    def set_value(self, value: object) -> None:
        for place in range(self.count()):
            if self.itemData(place) == value:
                self.setCurrentIndex(place)
                return
        self.setCurrentIndex(0 if self.count() else -1)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + Space.XL, TARGET)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), 120), max(TARGET, hint.height()))


class _Marked(_Button):
    """A mark and a word, both of them the target."""

    is_round: bool

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def is_cut(self) -> bool:
        return self.width() < self._whole_width()

    def _whole_width(self) -> int:
        words = QFontMetrics(self.font()).horizontalAdvance(self.text())
        return Space.XS + 22 + Space.S + words + Space.S

    # Qt's own names from here on.

    def sizeHint(self) -> QSize:
        return QSize(self._whole_width(), TARGET - 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, _place: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        _paint_marked(self, self.isChecked(), round_=self.is_round)


class CheckBox(_Marked, QCheckBox):
    """A check box whose word is part of the target."""

    is_round = False


class RadioButton(_Marked, QRadioButton):
    """A radio button whose word is part of the target."""

    is_round = True


def _paint_marked(button: QAbstractButton, on: bool, *, round_: bool) -> None:
    painter = QPainter(button)
    area = QRectF(button.rect())
    mark = QRectF(Space.XS, area.center().y() - 11, 22, 22)
    paint.check_mark(painter, mark, on=on, partly=False, enabled=button.isEnabled(), round_=round_)
    tokens = theme.colours()
    painter.setFont(button.font())
    painter.setPen(tokens.ink if button.isEnabled() else tokens.ink_faint)
    painter.drawText(
        area.adjusted(mark.right() + Space.S, 0, 0, 0),
        Qt.AlignmentFlag.AlignVCenter,
        button.text(),
    )
    if button.hasFocus():
        paint.focus_ring(painter, area)


class Segmented(QWidget):
    """One of two to four, all in sight.

    Signals: ``chosen(object)``: the value.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = row(self, gap=Space.S)
        self._buttons: list[tuple[Button, object]] = []

    def set_items(self, items: Sequence[tuple[str, str, object]]) -> None:
        """(icon, word, value); keeps what was chosen."""
        kept = self.value()
        if len(items) != len(self._buttons):
            for button, _ in self._buttons:
                self._layout.removeWidget(button)
                button.deleteLater()
            self._buttons = []
            for _icon, _word, value in items:
                button = Button()
                button.setCheckable(True)
                button.setAutoExclusive(True)
                button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
                button.clicked.connect(self._tell)
                self._layout.addWidget(button)
                self._buttons.append((button, value))
        for (button, _), (icon, word, _value) in zip(self._buttons, items, strict=True):
            button.setText(word)
            button.set_icon_name(icon)
            button.setAccessibleName(word)
        if kept is not None:
            self.set_value(kept)

    def value(self) -> object:
        """None while nothing is chosen."""
        return next((value for button, value in self._buttons if button.isChecked()), None)

    def set_value(self, value: object) -> None:
        """None takes the choice back."""
        for button, own in self._buttons:
            button.setAutoExclusive(False)
            button.setChecked(own == value)
            button.setAutoExclusive(True)

    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for button, _ in self._buttons)

    def focus_first(self) -> None:
        if self._buttons:
            self._buttons[0][0].setFocus(Qt.FocusReason.TabFocusReason)

    def _tell(self) -> None:
        self.chosen.emit(self.value())


class MomentField(QWidget):
    """A day and a time of day, in the laptop's zone.

    Signals: ``changed()``.
    """

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = row(self, gap=Space.S)
        self.day = QDateEdit()
        self.day.setCalendarPopup(True)
        self.day.setDisplayFormat("d MMMM yyyy")
        self.day.setMinimumHeight(TARGET)
        self.day.setMinimumWidth(190)
        self.time = QTimeEdit()
        self.time.setMinimumHeight(TARGET)
        self.time.setMinimumWidth(96)
        layout.addWidget(self.day)
        layout.addWidget(self.time)
        layout.addStretch(1)
        self.day.dateChanged.connect(self.changed)
        self.time.timeChanged.connect(self.changed)
        self.setFocusProxy(self.day)
        for part in (self.day, self.time):
            part.lineEdit().setTextMargins(Space.S - 2, 0, 0, 0)

    def set_words(self, day: str, time_: str, time_format: str) -> None:
        """Accessible names, and how the time is written (``HH.mm``)."""
        self.day.setAccessibleName(day)
        self.time.setAccessibleName(time_)
        self.time.setDisplayFormat(time_format)
        locale = QLocale()  # the default, which the language has set
        self.day.setLocale(locale)
        self.time.setLocale(locale)

    def set_value(self, moment: datetime) -> None:
        here = formats.local(moment)
        self.day.setDate(QDate(here.year, here.month, here.day))
        self.time.setTime(QTime(here.hour, here.minute))

    def value(self) -> datetime:
        """Aware, in the zone that is shown."""
        day, moment = self.day.date(), self.time.time()
        chosen = date(day.year(), day.month(), day.day())
        return formats.in_zone(datetime.combine(chosen, time(moment.hour(), moment.minute())))

    def set_invalid(self, invalid: bool) -> None:
        for part in (self.day, self.time):
            part.setProperty("invalid", invalid)
            part.update()


class Field(QWidget):
    """A control with its word above and, when there is one, its error below."""

    def __init__(self, control: QWidget, *, required: bool = False) -> None:
        super().__init__()
        self.control = control
        self._required = required
        layout = column(self, gap=Space.XS)
        self._word = Label("", Text.SMALL_STRONG, Ink.SOFT, wrap=True)
        self._word.setBuddy(control)
        self._hint = Label("", Text.SMALL, Ink.FAINT, wrap=True)
        self._hint.hide()
        self._error_icon = Icon("alert", 18, ink=Ink.BAD)
        self._error = Label("", Text.SMALL_STRONG, Ink.BAD, wrap=True)
        error = row(gap=Space.XS + 2)
        error.addWidget(self._error_icon, 0, Qt.AlignmentFlag.AlignTop)
        error.addWidget(self._error, 1)
        layout.addWidget(self._word)
        layout.addWidget(control)
        layout.addWidget(self._hint)
        layout.addLayout(error)
        self.set_error("")

    def set_word(self, word: str, hint: str = "") -> None:
        self._word.setText(word)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        if not self.control.accessibleName() or isinstance(self.control, QLineEdit | QComboBox):
            self.control.setAccessibleName(word)
        if isinstance(self.control, QPlainTextEdit):
            self.control.setAccessibleName(word)

    def set_error(self, error: str) -> None:
        """ "" when there is none."""
        self._error.setText(error)
        self._error.setVisible(bool(error))
        self._error_icon.setVisible(bool(error))
        self.control.setAccessibleDescription(error)
        if isinstance(self.control, LineEdit | MomentField | TextArea):
            self.control.set_invalid(bool(error))

    def error(self) -> str:
        return self._error.text()
