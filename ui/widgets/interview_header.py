"""Above and below the questionnaire: whose it is, whether it is saved, which keys help."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import formats, icons, paint, theme
from ui.markup import plain_text
from ui.paint import Kind
from ui.questions.views import LineView, OutlineEntry
from ui.theme import Ink, Radius, Space, Text, Tone
from ui.widgets.buttons import Button, IconButton
from ui.widgets.chips import Chip
from ui.widgets.interview_progress import line_title, progress_sign
from ui.widgets.labels import ElidedLabel, Label
from ui.widgets.layouts import column, row

_CODE = re.compile(r"\s*\(\w+\)\s*$")


class Saving(Enum):
    """What is true of the last thing typed."""

    NOTHING = "nothing"
    SAVED = "saved"
    UNDER_WAY = "under_way"
    TYPING = "typing"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SavingState:
    """``at``: when the journal last had an answer, in this sitting; ``count``: of REFUSED."""

    kind: Saving
    at: datetime | None = None
    count: int = 0


class SaveIndicator(QWidget):
    """Whether all that is on the screen is on the disk; never better than the truth."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = SavingState(Saving.NOTHING)
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_state(self, state: SavingState) -> None:
        if state == self._state and self._words:
            return
        self._state = state
        self.retranslate()

    def state(self) -> SavingState:
        return self._state

    def words(self) -> str:
        return self._words

    def retranslate(self) -> None:
        state = self._state
        saved = self.tr("Draft saved")
        if state.at is not None:
            saved = self.tr("Saved {when}").format(when=formats.time_of_day(state.at))
        count = state.count
        words = {
            Saving.NOTHING: self.tr("Draft saved"),
            Saving.SAVED: saved,
            Saving.UNDER_WAY: self.tr("Saving…"),
            Saving.TYPING: self.tr("Not saved yet"),
            Saving.REFUSED: self.tr("%n answer(s) not saved", "", count),
            Saving.FAILED: self.tr("Not saved"),
        }[state.kind]
        if words != self._words:
            self._words = words
            self.setAccessibleName(words)
            self.updateGeometry()
        self.update()

    def _look(self) -> tuple[Tone, str]:
        return {
            Saving.NOTHING: (Tone.NEUTRAL, "check-circle"),
            Saving.SAVED: (Tone.GOOD, "check-circle"),
            Saving.UNDER_WAY: (Tone.NEUTRAL, "hourglass"),
            Saving.TYPING: (Tone.INFO, "pencil"),
            Saving.REFUSED: (Tone.BAD, "stop"),
            Saving.FAILED: (Tone.BAD, "alert"),
        }[self._state.kind]

    # Qt's own names from here on.

    def sizeHint(self) -> QSize:
        # As wide as the widest of the common states: the header does not dance while typing.
        metrics = QFontMetrics(theme.figures(Text.SMALL_STRONG))
        common = (self._words, self.tr("Saved {when}").format(when="pukul 00.00"))
        return QSize(max(metrics.horizontalAdvance(words) for words in common) + 44, 32)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tone, icon = self._look()
        ink = theme.colours().tones[tone].ink
        area = QRectF(self.rect())
        if tone is Tone.BAD:
            paint.tone_box(painter, area, tone, Radius.SMALL)
        icons.paint(painter, icon, QRectF(8, area.center().y() - 9, 18, 18), ink)
        painter.setFont(theme.figures(Text.SMALL_STRONG))
        painter.setPen(ink)
        painter.drawText(area.adjusted(34, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, self._words)


class InterviewHeader(QWidget):
    """Signals: ``back_pressed()``, ``tree_pressed()``, ``language_pressed()``."""

    back_pressed = Signal()
    tree_pressed = Signal()
    language_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = IconButton("back")
        self.tree = IconButton("list")
        self.title = ElidedLabel("", Text.SUBTITLE)
        self.trail = ElidedLabel("", Text.CAPTION, Ink.FAINT)
        self.saving = SaveIndicator()
        self.language = Button(icon="globe", kind=Kind.QUIET)
        self._language = ""
        self._languages: tuple[str, ...] = ()
        self.language.hide()
        self.back.clicked.connect(self.back_pressed)
        self.tree.clicked.connect(self.tree_pressed)
        self.language.clicked.connect(self.language_pressed)
        layout = row(self, gap=Space.S)
        layout.setContentsMargins(Space.S, Space.XS, Space.M, Space.XS)
        words = column(gap=0)
        words.addStretch(1)
        words.addWidget(self.title)
        words.addWidget(self.trail)
        words.addStretch(1)
        layout.addWidget(self.back)
        layout.addWidget(self.tree)
        layout.addSpacing(Space.XS)
        layout.addLayout(words, 1)
        layout.addWidget(self.saving, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.language)
        self.setFixedHeight(54)
        self.retranslate()

    def set_title(self, title: str, trail: str) -> None:
        self.title.setText(title)
        self.trail.setText(trail)
        self.trail.setVisible(bool(trail))

    def set_language(self, languages: Sequence[str], language: str) -> None:
        """The questionnaire's languages, and the one in force."""
        self._languages, self._language = tuple(languages), language
        self.language.setVisible(len(self._languages) > 1)
        self.retranslate()

    def retranslate(self) -> None:
        self.back.set_word(self.tr("Leave the interview; the draft is kept"), "Alt+←")
        self.tree.set_word(self.tr("Show or hide the sections"), "Ctrl+B")
        shown = _CODE.sub("", self._language)
        self.language.setText(shown)
        self.language.setAccessibleName(
            self.tr("Language of the questionnaire: {language}").format(language=shown)
        )
        self.language.setToolTip(self.tr("Language of the questionnaire (F2)"))
        self.saving.retranslate()

    # Qt's own names from here on.

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        painter.fillRect(self.rect(), tokens.surface)
        painter.fillRect(0, self.height() - 1, self.width(), 1, tokens.line)


class HintLine(QWidget):
    """The keys that help here, in one slim line; what does not fit is left out from the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hints: tuple[tuple[str, str], ...] = ()
        self.setFixedHeight(26)

    def set_hints(self, hints: Sequence[tuple[str, str]]) -> None:
        """(key, what it does)."""
        self._hints = tuple(hints)
        self.setAccessibleName(", ".join(f"{key}: {words}" for key, words in hints))
        self.update()

    # Qt's own names from here on.

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        painter.fillRect(self.rect(), tokens.surface)
        painter.fillRect(0, 0, self.width(), 1, tokens.line)
        strong, plain = theme.font(Text.CAPTION), theme.font(Text.CAPTION)
        metrics = QFontMetrics(strong)
        left = Space.L
        for key, words in self._hints:
            key_width = metrics.horizontalAdvance(key) + 12
            words_width = metrics.horizontalAdvance(words)
            if left + key_width + 6 + words_width > self.width() - Space.S:
                break
            cap = QRectF(left, 5, key_width, 17)
            paint.box(painter, cap, 4, tokens.raised, tokens.line)
            painter.setFont(strong)
            painter.setPen(tokens.ink_soft)
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
            left += key_width + 6
            painter.setFont(plain)
            painter.setPen(tokens.ink_faint)
            place = QRectF(left, 1, words_width + 2, self.height() - 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
            left += words_width + Space.L


class PageHead(QWidget):
    """The page's title, how far it is, and on a member's page the way to the others.

    Signals: ``before_pressed()``, ``after_pressed()``, ``roster_pressed()``,
    ``left_pressed()``: to the first open point of the page.
    """

    before_pressed = Signal()
    after_pressed = Signal()
    roster_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Label("", Text.TITLE, wrap=True)
        self.facts = ElidedLabel("", Text.SMALL, Ink.SOFT)
        self.progress = Chip()
        self.warned = Chip()
        self.before = IconButton("chevron-left", kind=Kind.SECONDARY)
        self.after = IconButton("chevron-right", kind=Kind.SECONDARY)
        self.roster = Button(icon="people")
        self.before.clicked.connect(self.before_pressed)
        self.after.clicked.connect(self.after_pressed)
        self.roster.clicked.connect(self.roster_pressed)
        self._entry: OutlineEntry | None = None
        self._relationship = ""
        layout = row(self, gap=Space.S)
        words = column(gap=Space.XS)
        words.addWidget(self.title)
        chips = row(gap=Space.S)
        chips.addWidget(self.progress)
        chips.addWidget(self.warned)
        chips.addWidget(self.facts, 1)
        words.addLayout(chips)
        layout.addLayout(words, 1)
        layout.addWidget(self.roster, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.before, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self.after, 0, Qt.AlignmentFlag.AlignTop)
        self.retranslate()

    def show_entry(self, entry: OutlineEntry) -> None:
        self._entry = entry
        self.retranslate()

    def retranslate(self) -> None:
        self.before.set_word(self.tr("Member before this one"), "Alt+PgUp")
        self.after.set_word(self.tr("Next member"), "Alt+PgDn")
        self.roster.setText(self.tr("Members"))
        self.roster.setToolTip(self.tr("All members (Ctrl+M)"))
        entry = self._entry
        if entry is None:
            return
        line = entry.line
        for button in (self.before, self.after, self.roster):
            button.setVisible(line is not None)
        self.title.setText(line_title(line) if line else plain_text(entry.title))
        sign = progress_sign(entry)
        self.progress.set_state(sign.tone, sign.icon, sign.word)
        warned = ""
        if entry.warnings and sign.icon != "alert":
            warned = self.tr("%n warning(s)", "", entry.warnings)
        self.warned.set_state(Tone.CARE, "alert", warned)
        self.facts.setText(self._facts(entry, line))

    def _facts(self, entry: OutlineEntry, line: LineView | None) -> str:
        answered = self.tr("{answered} of {questions} answered").format(
            answered=entry.answered, questions=entry.questions
        )
        parts = [answered] if entry.questions else []
        if line is not None:
            age = self.tr("%n year(s)", "", int(line.age)) if line.age.isdigit() else line.age
            parts = [part for part in (line.relationship, age, *parts) if part]
        return " · ".join(parts)

    # Qt's own names from here on.

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        buttons = sum(
            button.sizeHint().width() + Space.S
            for button in (self.before, self.after, self.roster)
            if not button.isHidden()
        )
        title = self.title.heightForWidth(max(120, width - buttons))
        return max(48, title + Space.XS + 30)
