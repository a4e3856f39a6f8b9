"""Answers that are typed: text, numbers, dates, times, places. One or more line edits in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui import theme
from ui.questions.base import AnswerEdit, QuestionInput
from ui.questions.lexical import NotUnderstood
from ui.questions.views import QuestionView
from ui.theme import TARGET, Space, Text

_CAPTION_HEIGHT = 20
_PART_SEPARATOR = "; "


@dataclass(frozen=True, slots=True)
class Part:
    """One line edit of a typed answer. ``width`` in logical pixels; 0 takes what is left."""

    name: str
    width: int = 0
    placeholder: str = ""
    max_length: int = 0


class FieldsInput(QuestionInput):
    """A typed answer. Subclasses read texts into a lexical value and write it back as texts."""

    def __init__(self, parts: Sequence[Part], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts = tuple(parts)
        self._edits: list[AnswerEdit] = []
        self._dirty = False
        self._note = ""
        for part in self._parts:
            edit = AnswerEdit(self)
            edit.setPlaceholderText(part.placeholder)
            if part.max_length:
                edit.setMaxLength(part.max_length)
            edit.textEdited.connect(self._edited)
            edit.left.connect(self._left)
            edit.stepped.connect(self.step)
            edit.escaped.connect(self.give_up)
            self._edits.append(edit)

    # ------------------------------------------------------------------ for subclasses

    def _read(self, texts: list[str]) -> str:
        """The lexical value; raises NotUnderstood."""
        raise NotImplementedError

    def _write(self, lexical: str) -> list[str]:
        raise NotImplementedError

    def _say(self, texts: list[str]) -> str:  # noqa: ARG002 - a hook
        """What stands to the right of the field: how the text was understood."""
        return ""

    def _why(self, word: str) -> str:
        """The sentence for a NotUnderstood's word."""
        raise NotImplementedError

    def _extra_width(self) -> int:
        """Room for a subclass's own button after the last edit."""
        return 0

    # ------------------------------------------------------------------ the question's life

    def commit(self) -> bool:
        texts = [edit.text() for edit in self._edits]
        kept = self.view.typed
        if not self._dirty and kept is None:
            return False
        self._set_dirty(False)
        joined = _PART_SEPARATOR.join(texts)
        if not any(text.strip() for text in texts):
            lexical = ""
            joined = ""
        else:
            try:
                lexical = self._read(texts)
            except NotUnderstood:
                self.misread.emit(joined)
                return True
        if lexical == self.view.element.value and kept is None:
            self._show_texts(self._write(lexical))
            self.typing.emit("")
            return False
        self.answered.emit(lexical, joined)
        return True

    def is_dirty(self) -> bool:
        return self._dirty

    def give_up(self) -> None:
        self._set_dirty(False)
        self._show_texts(self._write(self.view.element.value))
        for edit in self._edits:
            edit.set_invalid(False)
        self.typing.emit("")

    def keep_for_retry(self) -> None:
        self._set_dirty(True)

    def misreading(self) -> str:
        texts = [edit.text() for edit in self._edits]
        if not any(text.strip() for text in texts):
            return ""
        try:
            self._read(texts)
        except NotUnderstood as error:
            return self._why(str(error.args[0]))
        return ""

    def step(self, by: int) -> None:
        focused = next((i for i, edit in enumerate(self._edits) if edit.hasFocus()), None)
        if focused is not None and 0 <= focused + by < len(self._edits):
            neighbour = self._edits[focused + by]
            if by < 0 or self._edits[focused].text().strip():
                neighbour.setFocus(Qt.FocusReason.OtherFocusReason)
                return
        super().step(by)

    def focus_target(self) -> QWidget:
        return self._edits[0]

    def enter(self, value: str) -> None:
        texts = value.split(_PART_SEPARATOR.strip()) if len(self._edits) > 1 else [value]
        self._edits[0].setFocus(Qt.FocusReason.OtherFocusReason)
        for edit, text in zip(self._edits, texts, strict=False):
            edit.selectAll()
            edit.insert(text.strip())
            edit.textEdited.emit(edit.text())
        super().step(1)

    def _take(self, view: QuestionView) -> None:
        is_locked = view.element.readonly
        for edit in self._edits:
            if edit.isReadOnly() != is_locked:
                edit.setReadOnly(is_locked)
                edit.setEnabled(not is_locked)
        if not self._dirty:
            if view.typed is not None:
                texts = view.typed.split(_PART_SEPARATOR) if len(self._edits) > 1 else [view.typed]
                self._show_texts(texts)
            else:
                self._show_texts(self._write(view.element.value))
        for edit in self._edits:
            edit.set_invalid(view.typed is not None)
            edit.is_mine_to_undo = self._dirty or view.typed is not None
        self._say_again()

    def _show_texts(self, texts: list[str]) -> None:
        for i, edit in enumerate(self._edits):
            text = texts[i] if i < len(texts) else ""
            if edit.text() != text:
                edit.setText(text)
                edit.setCursorPosition(0 if not edit.hasFocus() else len(text))
        self._say_again()

    def _edited(self) -> None:
        self._set_dirty(True)
        for edit in self._edits:
            edit.set_invalid(False)
        self._say_again()
        self.typing.emit(_PART_SEPARATOR.join(edit.text() for edit in self._edits))

    def _left(self) -> None:
        inside = QApplication.focusWidget()
        if inside is not None and self.isAncestorOf(inside):
            return
        if self._dirty:
            self.commit()

    def _set_dirty(self, dirty: bool) -> None:
        self._dirty = dirty
        for edit in self._edits:
            edit.is_mine_to_undo = dirty or self.view.typed is not None

    def _say_again(self) -> None:
        note = self._say([edit.text() for edit in self._edits])
        if note != self._note:
            self._note = note
            self.update()

    def _name_parts(self, name: str) -> None:
        for part, edit in zip(self._parts, self._edits, strict=True):
            edit.setAccessibleName(f"{name}, {part.name}" if len(self._parts) > 1 else name)

    # ------------------------------------------------------------------ geometry

    def _has_captions(self) -> bool:
        return len(self._parts) > 1

    def edit_areas(self, width: int) -> list[QRect]:
        """Where the edits stand, in this widget's coordinates."""
        top = _CAPTION_HEIGHT if self._has_captions() else 0
        gap = Space.M
        fixed = sum(part.width for part in self._parts) + gap * (len(self._parts) - 1)
        spare = max(0, width - fixed - self._extra_width())
        areas: list[QRect] = []
        left = 0
        for part in self._parts:
            wanted = part.width or spare
            share = min(wanted, max(TARGET, width - left - self._extra_width()))
            areas.append(QRect(left, top, share, TARGET))
            left += share + gap
        return areas

    # Qt's own names from here on.

    def heightForWidth(self, _width: int) -> int:
        return TARGET + (_CAPTION_HEIGHT if self._has_captions() else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for edit, area in zip(self._edits, self.edit_areas(self.width()), strict=True):
            edit.setGeometry(area)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        areas = self.edit_areas(self.width())
        if self._has_captions():
            painter.setFont(theme.font(Text.CAPTION))
            painter.setPen(tokens.ink_faint)
            for part, area in zip(self._parts, areas, strict=True):
                caption = QRect(area.left() + 2, 0, area.width(), _CAPTION_HEIGHT - 2)
                painter.drawText(caption, Qt.AlignmentFlag.AlignVCenter, part.name)
        if self._note:
            painter.setFont(theme.font(Text.BODY))
            painter.setPen(tokens.ink_soft)
            left = areas[-1].right() + self._extra_width() + Space.M
            place = QRect(QPoint(left, areas[-1].top()), QPoint(self.width(), areas[-1].bottom()))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, self._note)
