"""Keeps in touch with the server by itself: when something waits, when the network is back, and
every quarter of an hour. The window only shows what it tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from enumerator.errors import KnownError
from sync.client.schedule import Attempt, Schedule
from ui.account import Account, SyncProgress
from ui.operations import Operations, Task
from ui.widgets.topbar import SyncStatus

if TYPE_CHECKING:
    from sync.client.engine import SyncReport


class Synchronising(QObject):
    """Signals: ``changed(SyncStatus)``; ``ended(SyncReport)``: a session is over, whatever it
    did; ``failed(KnownError, bool)``: why, and whether the user had asked for it."""

    changed = Signal(object)
    ended = Signal(object)
    failed = Signal(object, bool)

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._account: Account | None = None
        self._schedule: Schedule | None = None
        self._status = SyncStatus()
        self._task: Task | None = None
        self._is_asked = False
        self._is_automatic = True
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._attempt)

    def set_automatic(self, automatic: bool) -> None:
        """False: only when asked (a demo, a test)."""
        self._is_automatic = automatic

    def set_account(self, account: Account | None) -> None:
        """Whose work is sent; None stops."""
        self.stop()
        self._account = account
        self._timer.stop()
        if account is None:
            self._set(SyncStatus())
            return
        store = account.workspace.store
        self._schedule = Schedule(store.chance, store.clock.monotonic_ms())
        self._set(SyncStatus(last_at=account.last_contact))
        self._plan()

    def status(self) -> SyncStatus:
        return self._status

    def work_arrived(self) -> None:
        """Something was recorded."""
        if self._schedule is not None:
            self._schedule.work_arrived(self._now_ms())
            self._plan()

    def ask(self) -> None:
        """The user wants it now."""
        if self._schedule is None or self._task is not None:
            return
        self._is_asked = True
        self._schedule.network_changed(self._now_ms())
        self._sync()

    def stop(self) -> None:
        """Ends a session under way at the next byte."""
        if self._task is not None:
            self._task.cancel()

    def is_running(self) -> bool:
        return self._task is not None

    def _now_ms(self) -> int:
        return 0 if self._account is None else self._account.workspace.store.clock.monotonic_ms()

    def _plan(self) -> None:
        if self._schedule is None or self._task is not None or not self._is_automatic:
            return
        self._timer.start(max(50, self._schedule.next(self._now_ms()).in_ms))

    def _attempt(self) -> None:
        if self._schedule is None or self._task is not None:
            return
        if self._schedule.next(self._now_ms()).attempt is Attempt.PROBE:
            self._probe()
        else:
            self._sync()

    def _probe(self) -> None:
        account = self._account
        if account is None:
            return
        self._task = self._operations.network(
            lambda _report, _cancelled: account.probe(),
            lambda _nothing: self._probed(account),
            lambda error: self._take_failure(account, error),
            owner=self,
        )

    def _probed(self, account: Account) -> None:
        self._task = None
        if account is self._account and self._schedule is not None:
            self._schedule.probed(self._now_ms())
            self._sync()

    def _sync(self) -> None:
        account = self._account
        if account is None:
            return
        self._timer.stop()
        self._set(replace(self._status, is_running=True, phase="hello", bytes_moved=0, done=0))
        self._task = self._operations.network(
            account.synchronise,
            lambda report: self._take_report(account, report),
            lambda error: self._take_failure(account, error),
            progress=self._show_progress,
            owner=self,
        )

    def _show_progress(self, value: object) -> None:
        if not isinstance(value, SyncProgress) or self._task is None:
            return
        self._set(
            replace(
                self._status,
                phase=value.step,
                done=value.done,
                total=value.total,
                bytes_moved=value.size_bytes,
            )
        )

    def _take_report(self, account: Account, report: SyncReport) -> None:
        self._task = None
        if account is not self._account or self._schedule is None:
            return
        if report.failed is not None:
            self._fail(report.failed)
        else:
            self._schedule.succeeded(self._now_ms())
            self._set(self._rested(is_online=True))
        self.ended.emit(report)
        self._is_asked = False
        self._plan()

    def _take_failure(self, account: Account, error: Exception) -> None:
        self._task = None
        if account is not self._account or self._schedule is None:
            return
        if isinstance(error, KnownError):
            self._fail(error)
        else:
            # A bug is shown by the operations; the next attempt waits its turn like any other.
            self._schedule.failed(self._now_ms(), "bug")
            self._set(self._rested(is_online=False))
        self._is_asked = False
        self._plan()

    def _fail(self, error: KnownError) -> None:
        from sync.client.connection import LINK_CODES

        if self._schedule is not None:
            self._schedule.failed(self._now_ms(), error.code)
        is_link = error.code in LINK_CODES or error.code == "cancelled"
        self._set(self._rested(is_online=not is_link))
        self.failed.emit(error, self._is_asked)

    def _rested(self, *, is_online: bool) -> SyncStatus:
        last_at = None if self._account is None else self._account.last_contact
        return SyncStatus(is_online=is_online, last_at=last_at)

    def _set(self, status: SyncStatus) -> None:
        self._status = status
        self.changed.emit(status)
