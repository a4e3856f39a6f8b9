"""The one place where a thread meets Qt.

A worker posts a frozen :class:`Parcel`; Qt's event loop delivers it on the window's thread. Nothing
else crosses: workers hold no widget, and no widget is touched from a worker.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal


@dataclass(frozen=True, slots=True)
class Parcel:
    """Something that a worker has to say about one task."""

    task: int


@dataclass(frozen=True, slots=True)
class Finished(Parcel):
    """The task returned ``value``."""

    value: object


@dataclass(frozen=True, slots=True)
class Failed(Parcel):
    """The task raised ``error``."""

    error: BaseException


@dataclass(frozen=True, slots=True)
class Progressed(Parcel):
    """The task is under way; ``value`` is a frozen dataclass of the task's own."""

    value: object


class Bridge(QObject):
    """Carries parcels from any thread to the window's.

    Signals: ``arrived(Parcel)``, always on the thread that made the bridge.
    """

    arrived = Signal(object)
    _crossed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gate = threading.Lock()
        self._open = True
        self._crossed.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def post(self, parcel: Parcel) -> None:
        """Hands a parcel over; callable from any thread, also after :meth:`close` (then it is
        dropped: there is no window left to tell)."""
        with self._gate:
            if self._open:
                self._crossed.emit(parcel)

    def close(self) -> None:
        """Delivers nothing from now on."""
        with self._gate:
            self._open = False

    def _deliver(self, parcel: object) -> None:
        if self._open:
            self.arrived.emit(parcel)
