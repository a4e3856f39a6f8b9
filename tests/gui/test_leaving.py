"""Ending when the system asks."""

from __future__ import annotations

import os
import signal

import pytest
from PySide6.QtCore import QEventLoop, QTimer

from ui.leaving import Leaving

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGTERM")


def test_resting_window_is_told_when_the_process_is_asked_to_end() -> None:
    loop = QEventLoop()
    asked: list[str] = []

    def leave() -> None:
        asked.append("leave")
        loop.quit()

    leaving = Leaving(leave)
    QTimer.singleShot(0, lambda: os.kill(os.getpid(), signal.SIGTERM))
    QTimer.singleShot(5000, loop.quit)
    loop.exec()
    leaving.stop()
    assert asked == ["leave"]


def test_signals_are_given_back_when_stopped() -> None:
    before = signal.getsignal(signal.SIGTERM)
    leaving = Leaving(lambda: None)
    assert signal.getsignal(signal.SIGTERM) is not before
    leaving.stop()
    leaving.stop()
    assert signal.getsignal(signal.SIGTERM) is before
