"""Driving the window as a person would, and waiting until it rests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from tests.gui.operation import PASSPHRASE, Operation, Prepared
from ui.account import Accounts
from ui.demo import waiting
from ui.operations import Operations
from ui.window import MainWindow

PATIENCE_S: Final = 20.0


def wait_until(is_so: Callable[[], bool], what: str = "the window to rest") -> None:
    """Runs the event loop until it is so; BugError when it is not so in 20 s."""
    waiting.wait_until(is_so, what, PATIENCE_S)


def settle(window: MainWindow) -> None:
    """Until nothing is under way beside the window, twice: one answer may ask the next."""
    for _ in range(3):
        wait_until(window.is_idle)


def open_window(operation: Operation | Prepared, *, unlocked: bool = True) -> MainWindow:
    """The window on an operation's folder; ``operation`` gives its store up."""
    operation.close()
    accounts = Accounts(operation.folder, operation.clock, operation.chance)
    return open_on(accounts, unlocked=unlocked)


def open_on(accounts: Accounts, *, unlocked: bool = True) -> MainWindow:
    """The window on a folder, its clock that of ``accounts``."""
    window = MainWindow(accounts, Operations())
    window.synchronising.set_automatic(False)
    window.gatekeeper().leases.is_automatic = False
    window.set_now(accounts.clock.now)
    window.resize(1024, 600)
    window.show()
    settle(window)
    if unlocked:
        window.unlock(accounts.profiles()[0].key, PASSPHRASE)
        settle(window)
    return window


def close_window(window: MainWindow) -> None:
    """Closes for good, unsent work or not."""
    window.close()
    if window.isVisible():
        window.close()
    window.deleteLater()
    QTest.qWait(0)


def every_widget(root: QWidget) -> Iterator[QWidget]:
    """The widgets in sight below ``root``."""
    for widget in root.findChildren(QWidget):
        if widget.isVisibleTo(root):
            yield widget
