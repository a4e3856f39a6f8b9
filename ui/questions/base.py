"""What every answer's widget has in common."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from ui import theme
from ui.markup import plain_text
from ui.questions.views import QuestionView
from ui.theme import TARGET, Text

_UNDO = QKeySequence.StandardKey.Undo
_REDO = QKeySequence.StandardKey.Redo


def is_next_open_point(event: QKeyEvent) -> bool:
    """Ctrl+E, which line edits on X11 would take for the end of the line."""
    return event.key() == Qt.Key.Key_E and event.modifiers() == Qt.KeyboardModifier.ControlModifier


@cache
def answer_font() -> QFont:
    """What was answered: as large as the question, lighter, figures of equal width."""
    made = QFont(theme.figures(Text.SUBTITLE))
    made.setWeight(QFont.Weight.Medium)
    return made


@cache
def option_font() -> QFont:
    """What can be chosen."""
    made = QFont(theme.font(Text.BODY))
    made.setPixelSize(16)
    return made


class QuestionInput(QWidget):
    """The widget in which one question is answered.

    ``show_view`` is the one setter. It never touches a text that is being typed: what the officer
    types is taken over by :meth:`commit` only.

    Signals: ``answered(lexical, text)`` a value to store, ``text`` as it was typed;
    ``misread(text)`` a text that is no value; ``typing(text)`` a text that is not committed yet,
    "" when it is given up; ``stepped(int)`` Enter (+1) or Shift+Enter (-1), after the commit;
    ``resized()`` the height wanted has changed.
    """

    answered = Signal(str, str)
    misread = Signal(str)
    typing = Signal(str)
    stepped = Signal(int)
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view: QuestionView | None = None
        self._accessible = ""

    @property
    def view(self) -> QuestionView:
        if self._view is None:
            raise RuntimeError("the widget has no question yet")
        return self._view

    def show_view(self, view: QuestionView) -> None:
        self._view = view
        name = plain_text(view.element.label)
        if name != self._accessible:
            self._accessible = name
            self._name_parts(name)
        self._take(view)

    def commit(self) -> bool:
        """Sends what was typed if it is not what is stored; True if something was sent."""
        return False

    def is_dirty(self) -> bool:
        """Whether something was typed that nobody has taken over yet."""
        return False

    def give_up(self) -> None:
        """Esc: back to what is stored."""

    def keep_for_retry(self) -> None:
        """Storing failed: the next commit sends what stands here again."""

    def misreading(self) -> str:
        """Why the kept text is no value, in the interface's language; "" where it is one."""
        return ""

    def follow(self) -> None:
        """The page scrolled under the widget: what hangs over the page moves along."""

    def focus_target(self) -> QWidget:
        """Where the cursor goes."""
        return self

    def enter(self, value: str) -> None:
        """Types or picks ``value`` and commits, through the slots that keys and mouse use."""
        raise NotImplementedError

    def step(self, by: int) -> None:
        """What Enter does: commit, then forward; Shift+Enter: commit, then back."""
        self.commit()
        self.stepped.emit(by)

    def _take(self, view: QuestionView) -> None:
        raise NotImplementedError

    def _name_parts(self, name: str) -> None:
        self.focus_target().setAccessibleName(name)

    # Qt's own names from here on.

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, _width: int) -> int:
        return TARGET


class AnswerEdit(QLineEdit):
    """A line edit that leaves Enter, Esc and undo of committed text to the question.

    Signals: ``left()``: the focus went elsewhere. ``stepped(int)``, ``escaped()``.
    """

    left = Signal()
    stepped = Signal(int)
    escaped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(answer_font())
        self.setTextMargins(8, 0, 8, 0)
        self.setFixedHeight(TARGET)
        self.is_mine_to_undo = False

    def set_invalid(self, invalid: bool) -> None:
        """Marks the field; the message beside it says why."""
        if bool(self.property("invalid")) != invalid:
            self.setProperty("invalid", invalid)
            self.update()

    # Qt's own names from here on.

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_undo = event.matches(_UNDO) or event.matches(_REDO)
            if is_undo and not self.is_mine_to_undo:
                # Nothing typed: undo is the interview's, which takes back the last answer.
                event.ignore()
                return False
            if is_next_open_point(event):
                event.ignore()
                return False
            if event.key() == Qt.Key.Key_Escape and self.is_mine_to_undo:
                # Before the window's own Esc, which would do nothing in an interview.
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if modifiers == Qt.KeyboardModifier.NoModifier:
                self.stepped.emit(1)
                return
            if modifiers == Qt.KeyboardModifier.ShiftModifier:
                self.stepped.emit(-1)
                return
        elif event.key() == Qt.Key.Key_Escape and self.is_mine_to_undo:
            self.escaped.emit()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.OtherFocusReason, Qt.FocusReason.ShortcutFocusReason):
            self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self.left.emit()


class EnterFilter(QObject):
    """Gives widgets that are no line edit the same Enter and Shift+Enter.

    Signals: ``stepped(int)``.
    """

    stepped = Signal(int)

    # Qt's own names from here on.

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return False
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if modifiers == Qt.KeyboardModifier.NoModifier:
            self.stepped.emit(1)
            return True
        if modifiers == Qt.KeyboardModifier.ShiftModifier:
            self.stepped.emit(-1)
            return True
        return False
