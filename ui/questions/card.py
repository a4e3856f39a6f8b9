"""A question as it stands on a page: its words, its answer, and what is wrong with it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui import icons, paint, theme
from ui.markup import plain_text
from ui.questions.base import QuestionInput
from ui.questions.kinds import input_for
from ui.questions.moments import Now
from ui.questions.page_items import PAD_X, PageItem, TextBlock
from ui.questions.pictures import PictureInput
from ui.questions.views import Item, QuestionView
from ui.theme import Radius, Space, Text, Tone
from ui.widgets.buttons import IconButton

NUMBER_WIDTH = 58
_PAD_Y = 14
_NUMBERED = re.compile(r"\s*(\d{1,4}[a-z]?)\.\s+(?=\S)")
_BAR = 4


@dataclass(frozen=True, slots=True)
class Mark:
    """What somebody says of a question, beside it."""

    tone: Tone
    icon: str
    text: str


def split_number(label: str) -> tuple[str, str]:
    """("301a", "Tanggal meninggal") of "301a. Tanggal meninggal"; ("", label) without a number."""
    found = _NUMBERED.match(label)
    return (found[1], label[found.end() :]) if found else ("", label)


class QuestionCard(PageItem):
    """One question: number, words, hint, answer, and a line that says what is wrong.

    Signals carry the question's ref first: ``answered(ref, lexical, text)``,
    ``misread(ref, text)``, ``typing(ref, text)``, ``stepped(ref, +1 or -1)``,
    ``given_up(ref)``, ``picture_chosen(ref, path)``, ``picture_wanted(ref)``.
    """

    answered = Signal(str, str, str)
    misread = Signal(str, str)
    typing = Signal(str, str)
    stepped = Signal(str, int)
    given_up = Signal(str)
    picture_chosen = Signal(str, str)
    picture_wanted = Signal(str)

    def __init__(self, view: QuestionView, now: Now, parent: QWidget) -> None:
        super().__init__(view.ref, parent)
        self._view = view
        self._number = ""
        self._label = TextBlock(theme.font(Text.SUBTITLE))
        self._hint = TextBlock(theme.font(Text.SMALL))
        self._message = TextBlock(theme.font(Text.SMALL_STRONG))
        self._tail = TextBlock(theme.font(Text.SMALL))
        self._mark = TextBlock(theme.font(Text.SMALL_STRONG))
        self._mark_of: Mark | None = None
        self._tone = Tone.BAD
        self._trouble = ""
        self._is_current = False
        self._was_visited = False
        self._input = input_for(view, now)
        self._input.setParent(self)
        self._clear: IconButton | None = None
        self._connect()
        self.show_item(view)

    def _connect(self) -> None:
        ref = self.ref
        answer = self._input
        answer.answered.connect(lambda lexical, text: self.answered.emit(ref, lexical, text))
        answer.misread.connect(lambda text: self.misread.emit(ref, text))
        answer.typing.connect(self._on_typing)
        answer.stepped.connect(lambda by: self.stepped.emit(ref, by))
        answer.resized.connect(self.resized)
        if isinstance(answer, PictureInput):
            answer.chosen.connect(lambda path: self.picture_chosen.emit(ref, path))
            answer.wanted.connect(lambda: self.picture_wanted.emit(ref))

    # ------------------------------------------------------------------ asked by page and driver

    @property
    def view(self) -> QuestionView:
        return self._view

    @property
    def answer_widget(self) -> QuestionInput:
        return self._input

    def show_item(self, item: Item) -> None:
        if not isinstance(item, QuestionView):
            return
        self._view = item
        self._number, words = split_number(item.element.label)
        changed = self._label.set_text(words)
        changed |= self._hint.set_text(item.element.hint)
        self._input.show_view(item)
        changed |= self._say()
        if changed:
            self._place()
            self.resized.emit()
        self.update()

    def enter(self, value: str) -> None:
        """Answers as the officer does: the value is typed or picked, then Enter.

        Choices take the stored value ("1"), several separated by spaces; dates any usual way of
        writing; places "latitude; longitude; metres"; pictures a path.
        """
        self._input.enter(value)

    def take_focus(self) -> None:
        self._input.focus_target().setFocus(Qt.FocusReason.OtherFocusReason)

    def set_current(self, current: bool) -> None:
        """The focus came into this card, or left it."""
        if current == self._is_current:
            return
        self._is_current = current
        if not current:
            self._was_visited = True
            if self._say():
                self.resized.emit()
        self._place_clear()
        self.update()

    def set_trouble(self, words: str) -> None:
        """Storing failed: says so beside the question; "" when it worked at last."""
        self._trouble = words
        if self._say():
            self.resized.emit()
        self.update()

    def set_mark(self, mark: Mark | None) -> None:
        """What the supervisor or the register says of this question; None: nothing."""
        if mark == self._mark_of:
            return
        self._mark_of = mark
        if self._mark.set_text(mark.text if mark is not None else ""):
            self._place()
            self.resized.emit()
        self._describe()
        self.update()

    def mark(self) -> str:
        """What is said beside the question, "" for nothing."""
        return self._mark.text()

    def request_picture(self) -> None:
        """Asks for the stored picture, if there is one: said when somebody listens."""
        if isinstance(self._input, PictureInput) and self._view.element.value:
            self.picture_wanted.emit(self.ref)

    def set_picture(self, content: bytes) -> None:
        if isinstance(self._input, PictureInput):
            self._input.set_picture(content)

    def message(self) -> str:
        """What stands below the answer, "" where all is well."""
        return " ".join(part for part in (self._message.text(), self._tail.text()) if part)

    def label(self) -> str:
        return plain_text(self._view.element.label)

    def gap_above(self) -> int:
        return Space.XS if self._view.explains else Space.S

    # ------------------------------------------------------------------ what is wrong

    def _on_typing(self, text: str) -> None:
        if not text and self._view.typed is not None:
            self.given_up.emit(self.ref)
        self.typing.emit(self.ref, text)

    def _say(self) -> bool:
        words, tail = self._problem()
        changed = self._message.set_text(words)
        changed |= self._tail.set_text(tail)
        if changed:
            self._describe()
        return changed

    def _describe(self) -> None:
        parts = (self._mark.text(), self._hint.text(), self._message.text(), self._tail.text())
        said = " ".join(part for part in parts if part)
        self._input.focus_target().setAccessibleDescription(plain_text(said))

    def _problem(self) -> tuple[str, str]:
        view = self._view
        self._tone = Tone.BAD
        if self._trouble:
            if isinstance(self._input, PictureInput):
                return self._trouble, ""
            return self._trouble, self.tr("Not saved. Press Enter to try again.")
        if view.typed is not None:
            why = self._input.misreading() or view.refusal
            if not why:
                # Kept from before a crash, or right by now: another answer has changed.
                return self.tr("Not saved yet: press Enter to save it."), ""
            if view.element.value:
                return why, self.tr("Not saved. Correct it, or press Esc for the earlier answer.")
            return why, self.tr("Not saved. Correct it, or press Esc to empty the field.")
        if not view.element.valid:
            return view.element.message or self.tr("This answer is no longer right."), ""
        if view.is_missing and self._was_visited and not self._is_current:
            self._tone = Tone.CARE
            said = view.element.required_message or self.tr("Not answered yet.")
            return said, ""
        return "", ""

    # ------------------------------------------------------------------ geometry and paint

    def _left(self) -> int:
        return PAD_X + NUMBER_WIDTH

    def _inner_width(self, width: int) -> int:
        return max(80, width - self._left() - PAD_X)

    def _mark_height(self, width: int) -> int:
        """Of the mark above the question's words, with the gap below it."""
        if not self._mark.text():
            return 0
        return self._mark.height(self._inner_width(width) - 26) + Space.S

    def _parts(self, width: int) -> tuple[int, int, int, int, int]:
        """Heights of label, hint, answer, message and tail."""
        inner = self._inner_width(width)
        mark = 28 if self._has_state() else 0
        return (
            self._label.height(inner - max(mark, 76)),
            self._hint.height(inner),
            self._input.heightForWidth(inner),
            self._message.height(inner - 26),
            self._tail.height(inner - 26),
        )

    def _has_state(self) -> bool:
        return True

    def _place(self) -> None:
        if self.width() <= 0:
            return
        label, hint, answer, _, _ = self._parts(self.width())
        top = (
            self._mark_height(self.width())
            + _PAD_Y
            + label
            + (hint + 2 if hint else 0)
            + Space.S
            + 2
        )
        self._input.setGeometry(self._left(), top, self._inner_width(self.width()), answer)
        self._place_clear()

    def _place_clear(self) -> None:
        element = self._view.element
        wanted = (
            self._is_current
            and element.control in ("select1", "select")
            and bool(element.value)
            and not element.readonly
            and not element.required
        )
        if wanted and self._clear is None:
            self._clear = IconButton("close", parent=self)
            self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._clear.clicked.connect(lambda: self._input.answered.emit("", ""))
            self._clear.set_word(self.tr("Clear the answer"), self.tr("Del"))
        if self._clear is not None:
            self._clear.move(self.width() - self._clear.width() - 4, 2)
            self._clear.setVisible(wanted)

    # Qt's own names from here on.

    def heightForWidth(self, width: int) -> int:
        label, hint, answer, message, tail = self._parts(width)
        height = (
            self._mark_height(width)
            + _PAD_Y * 2
            + label
            + (hint + 2 if hint else 0)
            + Space.S
            + 2
            + answer
        )
        if message:
            height += Space.S + message + (tail + 2 if tail else 0)
        return height

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        """A finger on the question's words means the question."""
        if not self._is_current:
            self.take_focus()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        area = QRectF(self.rect())
        label, hint, answer, message, _ = self._parts(self.width())
        bad = bool(message) and self._tone is Tone.BAD
        paint.box(
            painter,
            area,
            Radius.CARD,
            tokens.surface,
            tokens.tones[Tone.BAD].ink if bad else tokens.line,
        )
        self._paint_bar(painter, area, bad)
        left = float(self._left())
        top = float(_PAD_Y)
        if self._mark_of is not None:
            ink = tokens.tones[self._mark_of.tone].ink
            icons.paint(painter, self._mark_of.icon, QRectF(left, top - 1, 18, 18), ink)
            self._mark.draw(painter, QPointF(left + 26, top), ink)
            top += self._mark_height(self.width())
        if self._number:
            painter.setFont(theme.figures(Text.SUBTITLE))
            painter.setPen(tokens.accent_ink)
            column = QRectF(PAD_X, top, NUMBER_WIDTH - Space.M, 26)
            painter.drawText(column, Qt.AlignmentFlag.AlignTop, self._number)
        self._label.draw(painter, QPointF(left, top), tokens.ink)
        self._paint_state(painter)
        top += label
        if hint:
            self._hint.draw(painter, QPointF(left, top + 2), tokens.ink_soft)
            top += hint + 2
        top += Space.S + 2 + answer
        if message:
            ink = tokens.tones[self._tone].ink
            icon = "stop" if self._tone is Tone.BAD else "alert"
            icons.paint(painter, icon, QRectF(left, top + Space.S - 1, 18, 18), ink)
            self._message.draw(painter, QPointF(left + 26, top + Space.S), ink)
            self._tail.draw(
                painter, QPointF(left + 26, top + Space.S + message + 2), tokens.ink_soft
            )

    def _paint_bar(self, painter: QPainter, area: QRectF, bad: bool) -> None:
        tokens = theme.colours()
        if bad:
            colour = tokens.tones[Tone.BAD].ink
        elif self._is_current:
            colour = tokens.focus
        elif self._view.explains:
            colour = tokens.tones[Tone.CARE].ink
        else:
            return
        bar = QRectF(area.left() + 5, area.top() + 8, _BAR, area.height() - 16)
        paint.box(painter, bar, _BAR / 2, colour)

    def _words_top(self) -> int:
        return _PAD_Y + self._mark_height(self.width())

    def _paint_state(self, painter: QPainter) -> None:
        tokens = theme.colours()
        view = self._view
        if self._clear is not None and self._clear.isVisible():
            return
        if view.element.value and view.typed is None and view.element.valid:
            place = QRectF(self.width() - PAD_X - 20, self._words_top(), 20, 20)
            icons.paint(painter, "check-circle", place, tokens.tones[Tone.GOOD].ink)
        elif not view.element.required and view.takes_answers and not view.element.value:
            painter.setFont(theme.font(Text.CAPTION))
            painter.setPen(tokens.ink_faint)
            place = QRectF(self.width() - PAD_X - 90, self._words_top() + 1, 90, 20)
            painter.drawText(
                place,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                self.tr("optional"),
            )
