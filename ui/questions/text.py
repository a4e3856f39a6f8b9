"""Text, digits, whole and decimal numbers."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QRect, QRectF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from ui import paint
from ui.questions.base import EnterFilter, QuestionInput, answer_font, is_next_open_point
from ui.questions.fields import FieldsInput, Part
from ui.questions.lexical import compact_digits, in_fours, parse_decimal, parse_integer
from ui.questions.views import QuestionView

_COUNTED = re.compile(r"\b(\d{1,2}) digit", re.IGNORECASE)


class TextInput(FieldsInput):
    """One line of text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([Part("", 0)], parent)

    def edit_areas(self, width: int) -> list[QRect]:
        return super().edit_areas(min(width, 620))

    def _read(self, texts: list[str]) -> str:
        return texts[0].strip()

    def _write(self, lexical: str) -> list[str]:
        return [lexical]

    def _why(self, _word: str) -> str:
        return ""


class DigitsInput(FieldsInput):
    """A number that is a name (NIK, No. KK, telephone): shown in fours, stored as digits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([Part("", 272)], parent)
        self._wanted = 0
        edit = self._edits[0]
        edit.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)
        edit.textEdited.connect(self._group)

    def _take(self, view: QuestionView) -> None:
        found = _COUNTED.search(f"{view.element.label} {view.element.message}")
        self._wanted = int(found[1]) if found else 0
        super()._take(view)

    def _group(self, text: str) -> None:
        compact = compact_digits(text)
        grouped = in_fours(compact)
        if grouped == text:
            return
        edit = self._edits[0]
        before = sum(1 for sign in text[: edit.cursorPosition()] if not sign.isspace())
        # setText would forget what can be undone; replacing the selection keeps it.
        edit.selectAll()
        edit.insert(grouped)
        place = 0
        while place < len(grouped) and before > 0:
            before -= not grouped[place].isspace()
            place += 1
        edit.setCursorPosition(place)

    def _read(self, texts: list[str]) -> str:
        return compact_digits(texts[0])

    def _write(self, lexical: str) -> list[str]:
        return [in_fours(lexical)]

    def _say(self, texts: list[str]) -> str:
        compact = compact_digits(texts[0])
        if not self._wanted or not compact.isdigit() or len(compact) == self._wanted:
            return ""
        return self.tr("{count} of {wanted} digits").format(count=len(compact), wanted=self._wanted)

    def _why(self, _word: str) -> str:
        return ""


class IntegerInput(FieldsInput):
    """A whole number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([Part("", 152, max_length=24)], parent)
        self._edits[0].setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly)

    def _read(self, texts: list[str]) -> str:
        return parse_integer(texts[0])

    def _write(self, lexical: str) -> list[str]:
        return [lexical]

    def _why(self, _word: str) -> str:
        return self.tr("Type a whole number, in digits only.")


class DecimalInput(FieldsInput):
    """A number with a fraction; comma or point."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__([Part("", 184, max_length=32)], parent)
        self._edits[0].setInputMethodHints(Qt.InputMethodHint.ImhFormattedNumbersOnly)

    def _read(self, texts: list[str]) -> str:
        return parse_decimal(texts[0])

    def _write(self, lexical: str) -> list[str]:
        return [lexical.replace(".", ",") if "e" not in lexical.lower() else lexical]

    def _why(self, word: str) -> str:
        if word == "ambiguous_decimal":
            return self.tr("Write the decimals after a comma; thousands without a point.")
        return self.tr("Type a number, for example 12,5.")


class _LongEdit(QPlainTextEdit):
    """A text of several lines; undo of committed text is left to the interview."""

    def __init__(self, owner: LongTextInput) -> None:
        super().__init__(owner)
        self._owner = owner

    # Qt's own names from here on.

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            is_undo = event.matches(QKeySequence.StandardKey.Undo)
            if is_undo and not self._owner.is_dirty():
                event.ignore()
                return False
            if is_next_open_point(event):
                event.ignore()
                return False
            if event.key() == Qt.Key.Key_Escape and self._owner.has_own_text():
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.insertPlainText("\n")
            return
        if event.key() == Qt.Key.Key_Escape:
            self._owner.give_up()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._owner.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._owner.update()
        if event.reason() not in (
            Qt.FocusReason.PopupFocusReason,
            Qt.FocusReason.ActiveWindowFocusReason,
        ):
            self._owner.commit_if_dirty()


class LongTextInput(QuestionInput):
    """Several lines; Enter goes on, Alt+Enter starts a new line."""

    _ROWS = (3, 8)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edit = _LongEdit(self)
        self._edit.setFont(answer_font())
        self._edit.setTabChangesFocus(True)
        self._edit.setFrameShape(QFrame.Shape.NoFrame)
        self._edit.viewport().setAutoFillBackground(False)
        self._edit.document().setDocumentMargin(8)
        self._edit.textChanged.connect(self._edited)
        self._enter = EnterFilter(self)
        self._enter.stepped.connect(self.step)
        self._edit.installEventFilter(self._enter)
        self._dirty = False
        self._taking = False
        self._rows = self._ROWS[0]

    def commit(self) -> bool:
        kept = self.view.typed
        if not self._dirty and kept is None:
            return False
        self._dirty = False
        text = self._edit.toPlainText()
        lexical = text.strip()
        if lexical == self.view.element.value and kept is None:
            self.typing.emit("")
            return False
        self.answered.emit(lexical, text)
        return True

    def commit_if_dirty(self) -> None:
        if self._dirty:
            self.commit()

    def is_dirty(self) -> bool:
        return self._dirty

    def has_own_text(self) -> bool:
        """Whether something stands here that is not stored: typed, or refused."""
        return self._dirty or self.view.typed is not None

    def give_up(self) -> None:
        self._dirty = False
        self._show(self.view.element.value)
        self.typing.emit("")

    def keep_for_retry(self) -> None:
        self._dirty = True

    def focus_target(self) -> QWidget:
        return self._edit

    def enter(self, value: str) -> None:
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edit.selectAll()
        self._edit.insertPlainText(value)
        self.step(1)

    def _take(self, view: QuestionView) -> None:
        self._edit.setReadOnly(view.element.readonly)
        if not self._dirty:
            self._show(view.element.value if view.typed is None else view.typed)

    def _show(self, text: str) -> None:
        if self._edit.toPlainText() == text:
            return
        self._taking = True
        self._edit.setPlainText(text)
        self._taking = False
        self._fit()

    def _edited(self) -> None:
        self._fit()
        if not self._taking:
            self._dirty = True
            self.typing.emit(self._edit.toPlainText())

    def _frame(self) -> QRect:
        return QRect(0, 0, min(self.width(), 620), self.height())

    def _fit(self) -> None:
        rows = max(self._ROWS[0], min(self._ROWS[1], self._edit.document().blockCount() + 1))
        if rows != self._rows:
            self._rows = rows
            self.resized.emit()

    # Qt's own names from here on.

    def heightForWidth(self, _width: int) -> int:
        return QFontMetrics(self._edit.font()).lineSpacing() * self._rows + 26

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._edit.setGeometry(self._frame().adjusted(3, 3, -3, -3))

    def paintEvent(self, _event: QPaintEvent) -> None:
        paint.field(
            QPainter(self),
            QRectF(self._frame()),
            focused=self._edit.hasFocus(),
            enabled=not self._edit.isReadOnly(),
            invalid=self._view is not None and self._view.typed is not None,
        )
