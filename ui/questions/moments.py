"""Dates, times and both together: typed in any usual way, or picked from a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from PySide6.QtCore import QDate, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QCalendarWidget, QFrame, QToolButton, QVBoxLayout, QWidget

from ui import formats, icons, theme
from ui.questions.fields import FieldsInput, Part
from ui.questions.lexical import (
    NotUnderstood,
    date_of,
    lexical_moment,
    lexical_time,
    parse_date,
    parse_time,
    typed_date,
    typed_time,
)
from ui.questions.views import QuestionView
from ui.theme import TARGET, Space, Text
from ui.widgets.buttons import IconButton

Now = Callable[[], datetime]
_DATE_WIDTH = 152
_TIME_WIDTH = 104


class _Calendar(QFrame):
    """A month to pick a day from; Enter or a click takes it, Esc closes."""

    def __init__(self, owner: _WithCalendar, chosen: date) -> None:
        super().__init__(owner.window(), Qt.WindowType.Popup)
        self._owner = owner
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.days = QCalendarWidget(self)
        self.days.setFont(theme.font(Text.BODY))
        self.days.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.days.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.days.setSelectedDate(QDate(chosen.year, chosen.month, chosen.day))
        self.days.setAccessibleName(owner.accessible_name())
        self.days.setMinimumSize(364, 308)
        tokens = theme.colours()
        for name, icon in (("prev", "chevron-left"), ("next", "chevron-right")):
            button = self.days.findChild(QToolButton, f"qt_calendar_{name}month")
            if isinstance(button, QToolButton):
                button.setIcon(icons.icon(icon, tokens.on_accent, 22))
                button.setMinimumSize(TARGET, TARGET)
        self.days.activated.connect(self._take)
        self.days.clicked.connect(self._take)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        layout.addWidget(self.days)

    def _take(self, day: QDate) -> None:
        self._owner.take_day(date(day.year(), day.month(), day.day()))
        self.close()

    # Qt's own names from here on.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)


class _WithCalendar(FieldsInput):
    """A typed answer whose first field is a date with a calendar beside it."""

    def __init__(self, parts: list[Part], now: Now, parent: QWidget | None = None) -> None:
        super().__init__(parts, parent)
        self._now = now
        self._popup: _Calendar | None = None
        self._button = IconButton("calendar", parent=self)
        self._button.clicked.connect(self.open_calendar)

    def accessible_name(self) -> str:
        return self._accessible

    def open_calendar(self) -> None:
        """Also Alt+Down in the field."""
        if self.view.element.readonly:
            return
        try:
            chosen = parse_date(self._edits[0].text(), self._today())
        except NotUnderstood:
            chosen = self._today()
        self._popup = _Calendar(self, chosen)
        self._popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        hint = self._popup.sizeHint()
        corner = self._edits[0].mapToGlobal(QPoint(0, TARGET + 2))
        screen = self.screen().availableGeometry()
        if corner.y() + hint.height() > screen.bottom():
            corner = self._edits[0].mapToGlobal(QPoint(0, -hint.height() - 2))
        self._popup.move(corner)
        self._popup.show()
        self._popup.days.setFocus(Qt.FocusReason.PopupFocusReason)

    def take_day(self, day: date) -> None:
        """A day was picked."""
        edit = self._edits[0]
        edit.setFocus(Qt.FocusReason.OtherFocusReason)
        edit.selectAll()
        edit.insert(typed_date(day.isoformat()))
        if len(self._edits) == 1:
            self.commit()
        else:
            self._edits[1].setFocus(Qt.FocusReason.OtherFocusReason)

    def _today(self) -> date:
        return self._now().astimezone().date()

    def _take(self, view: QuestionView) -> None:
        super()._take(view)
        self._button.setVisible(not view.element.readonly)

    def _name_parts(self, name: str) -> None:
        super()._name_parts(name)
        self._button.set_word(self.tr("Calendar: {question}").format(question=name), "Alt+↓")

    def _say_date(self, text: str) -> str:
        try:
            return formats.long_date(parse_date(text, self._today()))
        except NotUnderstood:
            return ""

    # Qt's own names from here on.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        first = self.edit_areas(self.width())[0]
        self._button.setGeometry(first.right() + 1 + Space.XS, first.top(), TARGET, TARGET)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_alt_down = event.key() == Qt.Key.Key_Down and bool(
            event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        if is_alt_down:
            self.open_calendar()
            return
        super().keyPressEvent(event)


class DateInput(_WithCalendar):
    """A day: 2-1-1990, 020190, 2 Januari 1990; the long form beside it says how it was read."""

    def __init__(self, now: Now, parent: QWidget | None = None) -> None:
        super().__init__([Part("", _DATE_WIDTH)], now, parent)
        self._edits[0].setPlaceholderText(self.tr("dd-mm-yyyy"))

    def _extra_width(self) -> int:
        return TARGET + Space.XS

    def _read(self, texts: list[str]) -> str:
        return parse_date(texts[0], self._today()).isoformat()

    def _write(self, lexical: str) -> list[str]:
        return [typed_date(lexical)]

    def _say(self, texts: list[str]) -> str:
        return self._say_date(texts[0])

    def _why(self, _word: str) -> str:
        return self.tr("Type the date as day-month-year, for example 02-01-1990.")


class TimeInput(FieldsInput):
    """A time of day: 16.30, 1630, 9."""

    def __init__(self, now: Now, parent: QWidget | None = None) -> None:
        super().__init__([Part("", _TIME_WIDTH)], parent)
        self._now = now
        self._edits[0].setPlaceholderText(self.tr("hh.mm"))

    def _read(self, texts: list[str]) -> str:
        return lexical_time(parse_time(texts[0]), None, self._now().astimezone().date())

    def _write(self, lexical: str) -> list[str]:
        return [typed_time(lexical)]

    def _why(self, _word: str) -> str:
        return self.tr("Type the time as hours and minutes, for example 16.30.")


class MomentInput(_WithCalendar):
    """A day and a time, in the laptop's zone."""

    def __init__(self, now: Now, parent: QWidget | None = None) -> None:
        words = [
            Part("", _DATE_WIDTH + TARGET + Space.XS),
            Part("", _TIME_WIDTH),
        ]
        super().__init__(words, now, parent)
        self._parts = (
            Part(self.tr("Date"), words[0].width),
            Part(self.tr("Time"), words[1].width),
        )
        self._edits[0].setPlaceholderText(self.tr("dd-mm-yyyy"))
        self._edits[1].setPlaceholderText(self.tr("hh.mm"))

    def _read(self, texts: list[str]) -> str:
        day = parse_date(texts[0], self._today())
        return lexical_moment(day, parse_time(texts[1]), None)

    def _write(self, lexical: str) -> list[str]:
        if not lexical:
            return ["", ""]
        try:
            here = datetime.fromisoformat(lexical).astimezone()
        except ValueError:
            return [typed_date(lexical), typed_time(lexical)]
        return [typed_date(here.date().isoformat()), f"{here.hour:02}.{here.minute:02}"]

    def _say(self, texts: list[str]) -> str:
        day = date_of(self.view.element.value) if self._view is not None else None
        written = self._say_date(texts[0])
        if not written:
            return ""
        if day is not None and formats.long_date(day) == written:
            return f"{formats.weekday(day)}, {written}"
        return written

    def _why(self, word: str) -> str:
        if word == "time":
            return self.tr("Type the time as hours and minutes, for example 16.30.")
        return self.tr("Type the date as day-month-year, for example 02-01-1990.")

    # Qt's own names from here on.

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        first = self.edit_areas(self.width())[0]
        self._edits[0].setGeometry(first.adjusted(0, 0, -(TARGET + Space.XS), 0))
        self._button.setGeometry(first.right() + 1 - TARGET, first.top(), TARGET, TARGET)
