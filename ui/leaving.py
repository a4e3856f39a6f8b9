"""Leaving when the system asks: a closed terminal, Ctrl+C, a shutdown.

Python's signal handlers run between bytecodes, and a resting Qt loop runs none: a socket wakes it.
"""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier

_SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


class Leaving(QObject):
    """Calls ``leave`` on the window's thread when the process is asked to end; of the main thread
    only. :meth:`stop` gives the signals back."""

    def __init__(self, leave: Callable[[], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._leave = leave
        self._near, self._far = socket.socketpair()
        for end in (self._near, self._far):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._near.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        self._wakeup = signal.set_wakeup_fd(self._far.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, _note) for number in _SIGNALS}

    def stop(self) -> None:
        """Idempotent."""
        if not self._before:
            return
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
        signal.set_wakeup_fd(self._wakeup)
        self._notifier.setEnabled(False)
        self._near.close()
        self._far.close()

    def _woken(self) -> None:
        self._near.recv(64)
        self._leave()


def _note(_number: int, _frame: FrameType | None) -> None:
    """The socket has said it already."""
