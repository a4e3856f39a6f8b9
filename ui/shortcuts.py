"""The keyboard: every shortcut of the window in one table, and its list for the help screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Binding:
    """``action`` names what the window does; ``word`` says it."""

    action: str
    keys: tuple[str, ...]
    word: Callable[[], str]


BINDINGS: Final[tuple[Binding, ...]] = (
    Binding("help", ("F1",), lambda: translate("shortcuts", "This list")),
    Binding("search", ("Ctrl+F",), lambda: translate("shortcuts", "Search")),
    Binding("back", ("Esc",), lambda: translate("shortcuts", "Back, or take the filter off")),
    Binding("sync", ("F5",), lambda: translate("shortcuts", "Synchronise")),
    Binding("home", ("Alt+1",), lambda: translate("shortcuts", "First page")),
    Binding("families", ("Alt+2",), lambda: translate("shortcuts", "Families")),
    Binding("custody", ("Alt+3",), lambda: translate("shortcuts", "Where is my data?")),
    Binding("visit", ("Ctrl+K",), lambda: translate("shortcuts", "Record visit")),
    Binding("interview", ("Ctrl+I",), lambda: translate("shortcuts", "Start or resume interview")),
    Binding("new_family", ("Ctrl+N",), lambda: translate("shortcuts", "New family")),
    Binding("save", ("Ctrl+S",), lambda: translate("shortcuts", "Save visit")),
    Binding("lock", ("Ctrl+L",), lambda: translate("shortcuts", "Lock")),
    Binding("language", ("Ctrl+Shift+L",), lambda: translate("shortcuts", "Change language")),
    Binding("theme", ("Ctrl+T",), lambda: translate("shortcuts", "Change theme")),
)

# Keys that widgets handle by themselves; listed, not bound.
STANDARD: Final[tuple[Binding, ...]] = (
    Binding("", ("Enter",), lambda: translate("shortcuts", "Open the family under the cursor")),
    Binding("", ("Tab", "Shift+Tab"), lambda: translate("shortcuts", "Next or previous field")),
    Binding("", ("↑", "↓"), lambda: translate("shortcuts", "Move in a list")),
)


def bind(window: QWidget, actions: Mapping[str, Callable[[], object]]) -> list[QShortcut]:
    """Binds each action's keys for as long as the window lives; every action must be named."""
    made: list[QShortcut] = []
    for binding in BINDINGS:
        act = actions[binding.action]
        for keys in binding.keys:
            shortcut = QShortcut(QKeySequence(keys), window)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(act)
            made.append(shortcut)
    return made
