"""Ending the program after its first paint, for what measures the start from outside."""

from __future__ import annotations

import os
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

VARIABLE: Final = "ENUMERATOR_EXIT_AFTER_PAINT"


class FirstPaint(QObject):
    """Closes ``window`` once its first picture is out, when the environment says so."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        if os.environ.get(VARIABLE):
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            # Not now: the picture is painted when this event is over.
            QTimer.singleShot(0, self._window.close)
        return False
