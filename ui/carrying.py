"""Work on its way without the laptop's own connection: sticks, and laptops in the same network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from enumerator.errors import KnownError
from ui.account import Account, RelayFacts
from ui.operations import Operations, Result

if TYPE_CHECKING:
    from enumerator.store.bundle import Written
    from sync.client.carrying import AnswersRead, BundleTakenIn
    from sync.relay.handing import HandOver
    from ui.screens.custody import CustodyScreen

_LOOK_MS: Final = 2000


class Carrying(QObject):
    """Signals: ``changed()``: something here is somewhere else now; ``told(str, str)``: icon and
    words of what was done; ``failed(Exception)``: why it was not; ``busy_changed(bool)``;
    ``relay_changed(RelayFacts)``: how it stands with helping others, None when that is off;
    ``work_taken()``: there is something of others to send on."""

    changed = Signal()
    told = Signal(str, str)
    failed = Signal(object)
    busy_changed = Signal(bool)
    relay_changed = Signal(object)
    work_taken = Signal()

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._account: Account | None = None
        self._waiting = 0
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self.look)

    def serve(self, screen: CustodyScreen) -> None:
        """Does what is asked there, and shows how it goes."""
        screen.save_asked.connect(self.save)
        screen.read_asked.connect(self.read_answers)
        screen.take_asked.connect(self.take)
        screen.hand_over_asked.connect(self.hand_over)
        screen.relay_asked.connect(self.switch_relay)
        self.busy_changed.connect(lambda is_busy: screen.set_busy(is_busy=is_busy))
        self.relay_changed.connect(screen.show_relay)

    def set_account(self, account: Account | None) -> None:
        """Whose work is carried. Closing an account ends its relay."""
        self._account = account
        self._look.stop()
        self._waiting = 0
        self.relay_changed.emit(None)

    def save(self, path: Path) -> None:
        """Everything that waits, as a bundle."""
        self._run(lambda account: account.save_bundle(path), self._saved)

    def read_answers(self, paths: Sequence[Path]) -> None:
        """What the office said to a bundle."""
        self._run(lambda account: account.read_answers(paths), self._answers_read)

    def take(self, paths: Sequence[Path]) -> None:
        """Officers' bundles, to be sent on from here."""
        self._run(lambda account: account.take_bundles(paths), self._taken)

    def hand_over(self, code: str, address: str) -> None:
        """To a relay in this network."""
        account = self._account
        if account is None:
            return
        self.busy_changed.emit(True)
        self._operations.carry(
            lambda is_cancelled: account.hand_over(code, address, is_cancelled),
            self._handed_over,
            self._fail,
            owner=self,
        )

    def switch_relay(self, is_on: bool) -> None:
        """Help officers send, or stop."""
        if is_on:
            self._run(lambda account: account.start_relay(), self._relay_started)
        else:
            self._run(lambda account: account.stop_relay(), self._relay_stopped)

    def look(self) -> None:
        """How the relay stands, now."""
        account = self._account
        if account is not None:
            self._operations.read(account.relay_facts, self._show, latest="relay", owner=self)

    def _run(self, work: Callable[[Account], Result], done: Callable[[Result], object]) -> None:
        account = self._account
        if account is None:
            return
        self.busy_changed.emit(True)

        def finish(result: Result) -> None:
            self.busy_changed.emit(False)
            done(result)

        self._operations.carry(lambda _cancelled: work(account), finish, self._fail, owner=self)

    def _fail(self, error: Exception) -> None:
        self.busy_changed.emit(False)
        self.changed.emit()
        if isinstance(error, KnownError):
            self.failed.emit(error)

    def _saved(self, written: Written) -> None:
        words = self.tr("%n record(s) are on the stick, read back and whole", "", written.items)
        if written.left_out:
            words += ". " + self.tr(
                "%n could not be read and stayed on this laptop: take it to your office",
                "",
                written.left_out,
            )
        self.told.emit("stick", words)
        self.changed.emit()

    def _answers_read(self, read: AnswersRead) -> None:
        words = self.tr("%n record(s) received by the server", "", read.received)
        if read.renewed:
            words += ". " + self.tr(
                "%n could not be opened there: save to the stick again", "", read.renewed
            )
        self.told.emit("cloud-check", words)
        self.changed.emit()

    def _taken(self, taken: Sequence[BundleTakenIn]) -> None:
        words = self.tr("%n record(s) taken over", "", sum(one.new for one in taken))
        damaged = sum(one.damaged for one in taken)
        if damaged:
            words += ". " + self.tr("%n damaged: have the file saved again", "", damaged)
        if any(one.answer for one in taken):
            words += ". " + self.tr("The answers are on the stick")
        self.told.emit("stick", words)
        self.changed.emit()
        self.work_taken.emit()

    def _handed_over(self, done: HandOver) -> None:
        self.busy_changed.emit(False)
        words = []
        if done.received:
            words.append(self.tr("%n record(s) received by the server", "", done.received))
        if done.given:
            words.append(
                self.tr("%n record(s) are with {login} now", "", done.given).format(
                    login=done.login
                )
            )
        if not words and done.failed is None:
            words.append(self.tr("{login} has everything already").format(login=done.login))
        if words:
            self.told.emit("people", ". ".join(words))
        self.changed.emit()
        if done.failed is not None:
            self.failed.emit(done.failed)

    def _relay_started(self, facts: RelayFacts) -> None:
        self._show(facts)
        self._look.start()

    def _relay_stopped(self, _nothing: None) -> None:
        self._look.stop()
        self.relay_changed.emit(None)

    def _show(self, facts: RelayFacts | None) -> None:
        self.relay_changed.emit(facts)
        if facts is not None:
            if facts.waiting > self._waiting:
                self.work_taken.emit()
            self._waiting = facts.waiting
