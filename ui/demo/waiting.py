"""Waiting without stopping the window: the event loop runs meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEventLoop, QTimer

from enumerator.errors import BugError

_TURN_MS: Final = 2


def wait_until(is_so: Callable[[], bool], what: str, patience_s: float) -> None:
    """Returns a turn after it is so; BugError, which says ``what``, when patience is at an end."""
    end = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > end:
            raise BugError(f"waited {patience_s:.0f} s for {what}")
        turn()
    turn()


def turn(ms: int = _TURN_MS) -> None:
    """A real turn of the event loop: what was to be deleted is gone afterwards."""
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()
