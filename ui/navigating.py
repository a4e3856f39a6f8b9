"""The way from screen to screen: a trail of those that were passed, the last one in sight."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget

from ui.widgets.screen import Screen


class Navigator(QObject):
    """Signals: ``entered(Screen)``: this screen is in sight now."""

    entered = Signal(object)

    def __init__(self, stack: QStackedWidget, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stack = stack
        self._trail: list[Screen] = []

    def current(self) -> Screen:
        """The screen in sight."""
        screen = self._stack.currentWidget()
        if not isinstance(screen, Screen):
            raise TypeError("the stack holds screens only")
        return screen

    def start_at(self, screen: Screen) -> None:
        """A new trail."""
        self._trail = [screen]
        self._enter(screen)

    def push(self, screen: Screen) -> None:
        """Further on; a screen that was passed already ends the detour."""
        if screen in self._trail:
            del self._trail[self._trail.index(screen) :]
        self._trail.append(screen)
        self._enter(screen)

    def pop(self) -> bool:
        """One back; False at the beginning."""
        if len(self._trail) < 2:
            return False
        self._trail.pop()
        self._enter(self._trail[-1])
        return True

    def drop(self, screen: Screen) -> None:
        """Takes a screen out of the trail; where it was in sight, the one before comes back."""
        if screen in self._trail:
            self._trail.remove(screen)
        if screen is self.current() and self._trail:
            self._enter(self._trail[-1])

    def _enter(self, screen: Screen) -> None:
        self._stack.setCurrentWidget(screen)
        self.entered.emit(screen)
