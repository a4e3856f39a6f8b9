"""An officer who has unlocked, and may not read before the server or a code says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from enumerator.errors import KnownError
from ui.account import Account
from ui.navigating import Navigator
from ui.operations import Operations
from ui.screens.lease import LeaseScreen

if TYPE_CHECKING:
    from enumerator.store.lease import LeaseState
    from sync.client.engine import SyncReport

_LOOK_MS: Final = 60_000


class LeaseGate(QObject):
    """Signals: ``opened(Account)``: may read again; ``left(Account)``: the officer locked instead;
    ``over()``: who is at work may not read any more, told each minute until it is heeded."""

    opened = Signal(object)
    left = Signal(object)
    over = Signal()

    def __init__(
        self, operations: Operations, navigator: Navigator, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._navigator = navigator
        self._held: Account | None = None
        self._working: Account | None = None
        self.is_automatic = True
        """Whether the server is asked unasked; a test that has none says no."""
        self.screen = LeaseScreen()
        self.screen.sync_asked.connect(self.synchronise)
        self.screen.code_given.connect(self.extend)
        self.screen.lock_asked.connect(self.leave)
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def hold(self, account: Account, state: LeaseState) -> None:
        """Nothing but the screen's few ways from here on; the server is asked at once."""
        self._held = account
        self.screen.set_state(account.login, state)
        self._navigator.start_at(self.screen)
        if self.is_automatic:
            self.synchronise()

    def release(self) -> Account | None:
        """Whoever was held back; the caller closes the account."""
        held, self._held = self._held, None
        return held

    def watch(self, account: Account | None) -> None:
        """Whose lease may end meanwhile; None: nobody is at work."""
        self._working = account
        if account is None:
            self._timer.stop()
        else:
            self._timer.start()

    def look(self) -> None:
        """Whether the lease of who is at work is over."""
        account = self._working
        if account is not None:
            self._operations.read(account.lease, self._take_look, latest="lease", owner=self)

    def synchronise(self) -> None:
        """Sends what waits; the server's hello opens."""
        account = self._held
        if account is None:
            return

        def ask() -> tuple[SyncReport, LeaseState | None]:
            report = account.synchronise(lambda _progress: None, lambda: False)
            return report, account.lease()

        self.screen.set_busy(True)
        self._operations.network(
            lambda _report, _cancelled: ask(), self._take_sync, self._take_error, owner=self
        )

    def extend(self, code: str) -> None:
        """With what the supervisor read out."""
        account = self._held
        if account is None:
            return

        def give() -> LeaseState | None:
            account.extend_lease(code)
            return account.lease()

        self.screen.set_busy(True)
        self._operations.run(give, self._take_state, self._take_error, owner=self)

    def leave(self) -> None:
        held = self.release()
        if held is not None:
            self.left.emit(held)

    def _take_look(self, state: LeaseState | None) -> None:
        if self._working is not None and state is not None and state.is_over:
            self.over.emit()

    def _take_sync(self, answer: tuple[SyncReport, LeaseState | None]) -> None:
        report, state = answer
        if self._held is not None and report.is_wipe_ordered:
            self._held.is_wipe_due = True
            state = None  # whoever takes the account wipes it
        self._take_state(state)
        if self._held is not None and report.failed is not None:
            self.screen.show_error(report.failed)

    def _take_state(self, state: LeaseState | None) -> None:
        self.screen.set_busy(False)
        if self._held is None:
            return
        if state is not None and state.is_over:
            self.screen.set_state(self._held.login, state)
            self.screen.focus_first()
            return
        held = self.release()
        self.opened.emit(held)

    def _take_error(self, error: Exception) -> None:
        self.screen.set_busy(False)
        if isinstance(error, KnownError):
            self.screen.show_error(error)
