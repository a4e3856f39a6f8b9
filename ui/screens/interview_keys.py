"""The interview's keys, and the words that tell of them at the window's lower edge."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ui.questions.card import QuestionCard
from ui.questions.choice_search import SearchInput

Hint = tuple[str, str]


def make_shortcuts(screen: QWidget, acts: Mapping[str, Callable[[], object]]) -> None:
    """Keys that work wherever the focus is inside the screen."""
    for keys, act in acts.items():
        shortcut = QShortcut(QKeySequence(keys), screen)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(act)


class InterviewHints(QObject):
    """(key, what it does) for each situation, in the interface's language."""

    def when_saved(self) -> list[Hint]:
        return [("Enter", self.tr("back to the families"))]

    def at_the_end(self) -> list[Hint]:
        return [
            ("Enter", self.tr("go there")),
            ("Ctrl+Enter", self.tr("finish and save")),
            ("Alt+←", self.tr("back")),
        ]

    def on_roster(self) -> list[Hint]:
        return [
            ("Enter", self.tr("open the member")),
            ("↑ ↓", self.tr("choose")),
            *self._everywhere(),
        ]

    def on_question(self, card: QuestionCard | None) -> list[Hint]:
        return [
            ("Enter", self.tr("next")),
            ("Shift+Enter", self.tr("back")),
            *self._of_kind(card),
            *self._everywhere(),
        ]

    def _of_kind(self, card: QuestionCard | None) -> list[Hint]:
        if card is None:
            return []
        element = card.view.element
        if isinstance(card.answer_widget, SearchInput):
            return [("↓", self.tr("list"))]
        if element.control in ("select1", "select"):
            return [("1–99", self.tr("choose"))]
        if "multiline" in element.appearance:
            return [("Alt+Enter", self.tr("new line"))]
        return []

    def _everywhere(self) -> list[Hint]:
        return [
            ("Ctrl+E", self.tr("next open question")),
            ("Ctrl+M", self.tr("members")),
            ("Ctrl+PgDn", self.tr("next section")),
            ("F2", self.tr("language")),
            ("Ctrl+Z", self.tr("undo")),
            ("Ctrl+Enter", self.tr("finish")),
        ]
