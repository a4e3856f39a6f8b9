"""Drives the interview's screen as an officer does: keys, and the cards' own ``enter``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QDeadlineTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from enumerator.xform import Ref
from ui.demo.waiting import turn
from ui.questions.card import QuestionCard
from ui.screens.interview import InterviewScreen

TIMEOUT_MS = 10_000


class InterviewDriver:
    """Waits after every step until the screen is idle and painted."""

    def __init__(self, screen: InterviewScreen) -> None:
        self.screen = screen

    # ------------------------------------------------------------------ waiting

    def settle(self) -> None:
        """Runs the event loop until every action is done."""
        wait_until(self.screen.is_idle)
        wait_until(self.screen.is_idle)

    # ------------------------------------------------------------------ questions

    def card(self, ref: str) -> QuestionCard:
        """The card of a question, wherever it is; fails where it does not apply."""
        card = self.screen.card(ref)
        if card is None:
            self.settle()
            card = self.screen.page.card(Ref(ref))
        assert card is not None, f"{ref} is not on the screen"
        return card

    def enter(self, ref: str, value: str) -> None:
        self.card(ref).enter(value)
        self.settle()

    def go_to(self, ref: str) -> None:
        self.screen.go_to(ref)
        self.settle()

    def current(self) -> str:
        """The question that has the focus."""
        focused = QApplication.focusWidget()
        for card in self.screen.page.cards():
            if focused is not None and card.isAncestorOf(focused):
                return card.ref
        for roster in self.screen.page.rosters():
            if focused is not None and roster.isAncestorOf(focused):
                return roster.ref
        return ""

    def shows(self, ref: str) -> bool:
        """Whether the open page shows the question now."""
        item = next((card for card in self.screen.page.cards() if card.ref == ref), None)
        return item is not None and item.isVisible()

    # ------------------------------------------------------------------ keys

    def type(self, text: str) -> None:
        """Types into whatever has the focus."""
        for sign in text:
            QTest.keyClicks(self._focused(), sign)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        self.tap(key, modifiers)
        self.settle()

    def tap(self, key: Qt.Key, modifiers: Qt.KeyboardModifier | None = None) -> None:
        """A key, without waiting for what it does."""
        QTest.keyClick(self._focused(), key, modifiers or Qt.KeyboardModifier.NoModifier)

    def control(self, key: Qt.Key) -> None:
        self.press(key, Qt.KeyboardModifier.ControlModifier)

    def answer(self, text: str) -> None:
        """Types an answer and presses Enter."""
        self.type(text)
        self.press(Qt.Key.Key_Return)

    def _focused(self) -> QWidget:
        focused = QApplication.focusWidget()
        assert focused is not None, "nothing has the focus"
        return focused


def wait_until(is_true: Callable[[], bool]) -> None:
    """Runs the event loop until the condition holds; fails after ten seconds."""
    deadline = QDeadlineTimer(TIMEOUT_MS)
    turn()
    while not is_true():
        assert not deadline.hasExpired(), "waited too long"
        turn()


@contextmanager
def shown(screen: InterviewScreen, width: int = 1024, height: int = 540) -> Iterator[None]:
    """The screen in a window of its own, with the keyboard."""
    screen.resize(width, height)
    screen.show()
    screen.activateWindow()
    QTest.qWaitForWindowActive(screen)
    try:
        yield
    finally:
        screen.hide()
