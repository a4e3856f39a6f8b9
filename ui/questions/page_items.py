"""What is read on a page: a paragraph that is painted, a heading, a note or a warning.

Words are painted, not labels: a page of a hundred questions is then some three hundred widgets
instead of a thousand. Screen readers get them as names and descriptions.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QStaticText
from PySide6.QtWidgets import QWidget

from enumerator.xform import Ref
from ui import icons, paint, theme
from ui.markup import has_markup, plain_text, rich_text
from ui.questions.views import HeadingView, Item, QuestionView
from ui.theme import Radius, Space, Text, Tone

PAD_X = 18


class TextBlock:
    """A paragraph that knows its height at a width, laid out once a width."""

    __slots__ = ("_static", "_text", "_width", "font")

    def __init__(self, font: QFont) -> None:
        self.font = font
        self._text = ""
        self._width = -1.0
        self._static = QStaticText()

    def set_text(self, markdown: str) -> bool:
        """True where the text is another one now."""
        if markdown == self._text:
            return False
        self._text = markdown
        self._width = -1.0
        if has_markup(markdown):
            self._static.setTextFormat(Qt.TextFormat.RichText)
            self._static.setText(rich_text(markdown))
        else:
            self._static.setTextFormat(Qt.TextFormat.PlainText)
            self._static.setText(markdown)
        return True

    def text(self) -> str:
        return self._text

    def height(self, width: float) -> int:
        if not self._text:
            return 0
        if width != self._width:
            self._width = width
            self._static.setTextWidth(max(40.0, width))
            self._static.prepare(font=self.font)
        return round(self._static.size().height())

    def draw(self, painter: QPainter, place: QPointF, ink: QColor) -> None:
        if self._text:
            painter.setFont(self.font)
            painter.setPen(ink)
            painter.drawStaticText(place, self._static)


class PageItem(QWidget):
    """One thing on a page. Signals: ``resized()``: its height has changed."""

    resized = Signal()

    def __init__(self, ref: Ref, parent: QWidget) -> None:
        super().__init__(parent)
        self.ref = ref

    def show_item(self, item: Item) -> None:
        raise NotImplementedError

    def gap_above(self) -> int:
        return Space.S

    # Qt's own names from here on.

    def hasHeightForWidth(self) -> bool:
        return True


class HeadingStrip(PageItem):
    """The name of a group of questions."""

    def __init__(self, view: HeadingView, parent: QWidget) -> None:
        super().__init__(view.ref, parent)
        self._block = TextBlock(theme.font(Text.SUBTITLE))
        self._is_check = False
        self.show_item(view)

    def show_item(self, item: Item) -> None:
        if isinstance(item, HeadingView):
            self._is_check = item.is_check
            if self._block.set_text(item.label):
                self.resized.emit()
            self.update()

    def gap_above(self) -> int:
        return Space.XL

    # Qt's own names from here on.

    def heightForWidth(self, width: int) -> int:
        return self._block.height(width - 40) + Space.S

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        left = float(Space.XS)
        ink = tokens.accent_ink
        if self._is_check:
            ink = tokens.tones[Tone.CARE].ink
            icons.paint(painter, "alert", QRectF(left, 1, 20, 20), ink)
            left += 28
        self._block.height(self.width() - 40)
        self._block.draw(painter, QPointF(left, 0), ink)


class NoteCard(PageItem):
    """Something to read: the form's notes, and its soft checks in amber."""

    def __init__(self, view: QuestionView, parent: QWidget) -> None:
        super().__init__(view.ref, parent)
        self._is_warning = False
        self._block = TextBlock(theme.font(Text.BODY))
        self._hint = TextBlock(theme.font(Text.SMALL))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.show_item(view)

    def show_item(self, item: Item) -> None:
        if not isinstance(item, QuestionView):
            return
        self._is_warning = item.is_warning
        self._block.font = theme.font(Text.STRONG if self._is_warning else Text.BODY)
        label = item.element.label.lstrip()
        words = label.lstrip("⚠\ufe0f ") if self._is_warning else label
        changed = self._block.set_text(words)
        changed |= self._hint.set_text(item.element.hint)
        self.setAccessibleName(plain_text(words))
        if changed:
            self.resized.emit()
        self.update()

    def is_warning(self) -> bool:
        return self._is_warning

    def words(self) -> str:
        """What is read, without markup."""
        return plain_text(self._block.text())

    def _inner(self, width: int) -> float:
        return width - PAD_X * 2 - 30

    # Qt's own names from here on.

    def heightForWidth(self, width: int) -> int:
        inner = self._inner(width)
        hint = self._hint.height(inner)
        return max(44, self._block.height(inner) + (hint + 4 if hint else 0) + 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        area = QRectF(self.rect())
        if self._is_warning:
            tones = tokens.tones[Tone.CARE]
            paint.box(painter, area, Radius.CARD, tones.fill, tones.line)
            ink, icon = tones.ink, "alert"
        else:
            paint.box(painter, area, Radius.CARD, tokens.raised, tokens.line)
            ink, icon = tokens.ink_soft, "info"
        inner = self._inner(self.width())
        height = self._block.height(inner)
        hint = self._hint.height(inner)
        top = (area.height() - height - (hint + 4 if hint else 0)) / 2
        icons.paint(painter, icon, QRectF(PAD_X, top - 1, 20, 20), ink)
        left = PAD_X + 30
        self._block.draw(painter, QPointF(left, top), ink if self._is_warning else tokens.ink)
        self._hint.draw(painter, QPointF(left, top + height + 4), ink)
