"""What each of the window's keys does, which depends on the screen in sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut

from ui import shortcuts
from ui.widgets.screen import Screen

if TYPE_CHECKING:
    from ui.window import MainWindow


class WindowKeys:
    """Bound as long as the window lives."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._shortcuts = shortcuts.bind(window, self._actions())

    def yield_to(self, screen: Screen) -> None:
        """A screen's own shortcut wins over the window's: two for one key cancel each other."""
        own = {shortcut.key().toString() for shortcut in screen.findChildren(QShortcut)}
        for shortcut in self._shortcuts:
            shortcut.setEnabled(shortcut.key().toString() not in own)

    def _actions(self) -> dict[str, Callable[[], object]]:
        window = self._window
        return {
            "help": window.show_help,
            "search": self._go_to_search,
            "back": self._press_escape,
            "sync": window.press_sync,
            "home": window.go_home,
            "families": window.show_families,
            "custody": window.show_custody,
            "visit": lambda: self._press_on_family(window.family.visit.click),
            "interview": lambda: self._press_on_family(window.family.interview.click),
            "new_family": self._press_new_family,
            "save": self._press_save,
            "lock": window.lock,
            "language": window.appearance.switch_language,
            "theme": window.appearance.switch_theme,
        }

    def _press_escape(self) -> None:
        window = self._window
        if window.banner.isVisible():
            window.banner.hide()
        elif not window.current().go_back():
            window.go_back()

    def _go_to_search(self) -> None:
        field = self._window.current().search_field()
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _press_on_family(self, press: Callable[[], None]) -> None:
        window = self._window
        screen = window.current()
        if screen is window.family:
            press()
        elif screen is window.caseload and not window.is_supervisor():
            family_id = window.caseload.table.current_family()
            if family_id is not None:
                window.open_family(family_id)

    def _press_new_family(self) -> None:
        window = self._window
        if window.current() is window.caseload and not window.is_supervisor():
            window.start_new_family()

    def _press_save(self) -> None:
        window = self._window
        if window.current() is window.visit:
            window.visit.submit()
        else:
            window.decisions.submit(window.current())
