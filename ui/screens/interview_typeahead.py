"""Keys typed while an answer is on its way to the disk: kept, then given to the next question.

The next question gets the focus only when the answer is stored. On a slow disk that may take
longer than an officer's fingers; without this, the first digits of the next answer would be lost
or, worse, change the one before.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

_PASSED = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier


class TypeAhead(QObject):
    """Holds keys back between :meth:`hold` and :meth:`release` or :meth:`drop`."""

    def __init__(self, screen: QWidget) -> None:
        super().__init__(screen)
        self._screen = screen
        self._held: list[QKeyEvent] = []
        self._is_holding = False

    def is_holding(self) -> bool:
        return self._is_holding

    def hold(self) -> None:
        if not self._is_holding:
            self._is_holding = True
            QCoreApplication.instance().installEventFilter(self)  # type: ignore[union-attr]  # a widget exists, so an application does

    def release(self) -> None:
        """The next question has the focus: what was typed meanwhile is its."""
        held = self._stop()
        target = QApplication.focusWidget()
        if target is None or not self._screen.isAncestorOf(target):
            return
        for event in held:
            QCoreApplication.postEvent(target, event)

    def drop(self) -> None:
        """The answer was refused: what was typed was meant for a question that is not next."""
        self._stop()

    def _stop(self) -> list[QKeyEvent]:
        held, self._held = self._held, []
        if self._is_holding:
            self._is_holding = False
            QCoreApplication.instance().removeEventFilter(self)  # type: ignore[union-attr]  # as above
        return held

    # Qt's own names from here on.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.modifiers() & _PASSED or not self._is_mine(watched):
            return False
        self._held.append(
            QKeyEvent(
                QEvent.Type.KeyPress,
                event.key(),
                event.modifiers(),
                event.text(),
                event.isAutoRepeat(),
                event.count(),
            )
        )
        return True

    def _is_mine(self, watched: QObject) -> bool:
        if isinstance(watched, QWindow):
            return watched is self._screen.window().windowHandle()
        return isinstance(watched, QWidget) and self._screen.isAncestorOf(watched)
