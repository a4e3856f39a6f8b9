"""Who is at work: enrolling, unlocking, locking."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from enumerator.errors import KnownError
from ui import formats
from ui.account import Account, Accounts
from ui.leasing import LeaseGate
from ui.navigating import Navigator
from ui.operations import Operations
from ui.remembering import Remembering
from ui.screens.gate import EnrolScreen, GateScreen, UnlockScreen
from ui.screens.recover import RecoverScreen
from ui.theme import Tone

_MINUTE_MS: Final = 60_000


class Gatekeeper(QObject):
    """Signals: ``opened(Account, bool)``: an officer is at work, and whether newly enrolled;
    ``restored(int)``: after ``opened``, that the data is a backup's, and how many finished records
    are newer; ``auto_lock_due()``: nobody touched the window for as
    many minutes as the office's rules say."""

    opened = Signal(object, bool)
    restored = Signal(int)
    auto_lock_due = Signal()

    def __init__(
        self,
        accounts: Accounts,
        operations: Operations,
        navigator: Navigator,
        remembering: Remembering,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._accounts = accounts
        self._operations = operations
        self._navigator = navigator
        self._remembering = remembering
        self._account: Account | None = None
        self._is_new = False
        self.leases = LeaseGate(operations, navigator, self)
        self.leases.opened.connect(self._admit)
        self.leases.left.connect(self._turn_away)
        self.enrol_screen = EnrolScreen()
        self.unlock_screen = UnlockScreen()
        self.unlock_screen.unlock_asked.connect(self.unlock)
        self.unlock_screen.restore_asked.connect(self.restore)
        self.unlock_screen.enrol_asked.connect(self.show_enrol)
        self.recover_screen = RecoverScreen()
        self.unlock_screen.recover_asked.connect(self.show_recover)
        self.recover_screen.recover_asked.connect(self.recover)
        self.enrol_screen.enrol_asked.connect(self.enrol)
        self.enrol_screen.back_asked.connect(self.show_gate)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.auto_lock_due)

    def account(self) -> Account | None:
        """None while locked."""
        return self._account

    def show_gate(self) -> None:
        """Unlock, or enrol where nobody is enrolled yet."""
        profiles = self._accounts.profiles()
        if not profiles:
            self.show_enrol()
            return
        self.unlock_screen.set_profiles(profiles, self._remembering.last_profile)
        self.unlock_screen.set_busy(False)
        self.unlock_screen.clear()
        self._tell_wiped(self.unlock_screen)
        self._navigator.start_at(self.unlock_screen)

    def show_wiping(self) -> None:
        """While the office's order is carried out nobody is let in."""
        self.show_gate()
        self.unlock_screen.set_busy(True)
        self.unlock_screen.show_wiping()

    def show_enrol(self) -> None:
        self.enrol_screen.clear()
        self._tell_wiped(self.enrol_screen)
        self.enrol_screen.set_address(self._remembering.settings.server)
        self.enrol_screen.set_may_go_back(bool(self._accounts.profiles()))
        self._navigator.start_at(self.enrol_screen)

    def _tell_wiped(self, screen: GateScreen) -> None:
        """Why an officer's data is not here any more, and where their work is."""
        receipt = next(iter(self._accounts.wiped()), None)
        if receipt is None:
            return
        moment = formats.moment_long(datetime.fromisoformat(receipt.wiped_at))
        parts = [self.tr("On {moment}.").format(moment=moment)]
        if receipt.reason:
            parts.append(self.tr("Reason: {reason}.").format(reason=receipt.reason))
        if receipt.unsent:
            parts.append(
                self.tr(
                    "%n finished record(s) are still sealed on this laptop, and only the office "
                    "can open them: bring it the laptop or a copy of its data folder.",
                    "",
                    receipt.unsent,
                )
            )
        else:
            parts.append(self.tr("All finished work had reached the server before."))
        title = self.tr("The office had the data of {login} deleted").format(login=receipt.login)
        screen.banner.show_message(Tone.CARE, "shield", title, " ".join(parts))

    def enrol(self, address: str, code: str, passphrase: str) -> None:
        """Makes this laptop an officer's, and unlocks it."""
        accounts = self._accounts
        self.enrol_screen.set_busy(True)
        self._operations.network(
            lambda _report, _cancelled: accounts.enrol(address, code, passphrase),
            lambda account: self._enrolled(account, address),
            self._take_enrol_error,
            owner=self,
        )

    def unlock(self, profile_key: str, passphrase: str) -> None:
        """Opens an officer's data."""
        accounts = self._accounts
        self.unlock_screen.set_busy(True)
        self._operations.run(
            lambda: accounts.unlock(profile_key, passphrase),
            self._unlocked,
            self._take_unlock_error,
            owner=self,
        )

    def restore(self, profile_key: str, passphrase: str) -> None:
        """Opens the backup of an officer's damaged data."""
        accounts = self._accounts

        def open_backup() -> tuple[Account, int]:
            account = accounts.restore(profile_key, passphrase)
            return account, account.workspace.store.sealed_only()

        self.unlock_screen.set_busy(True)
        self._operations.run(open_backup, self._take_restored, self._take_unlock_error, owner=self)

    def show_recover(self, profile_key: str) -> None:
        """The passphrase is forgotten, or the key's other half is lost."""
        profiles = {profile.key: profile for profile in self._accounts.profiles()}
        if profile_key in profiles:
            self.recover_screen.set_profile(profiles[profile_key])
            self._navigator.push(self.recover_screen)

    def recover(self, profile_key: str, file: Path, code: str, passphrase: str) -> None:
        """Takes the office's file and code, then unlocks with the new passphrase."""
        accounts = self._accounts

        def unlock() -> None:
            self.recover_screen.set_busy(False)
            self.recover_screen.clear()
            self.show_gate()
            self.unlock_screen.account.set_value(profile_key)
            self.unlock_screen.passphrase.setText(passphrase)  # should a backup be asked for
            self.unlock(profile_key, passphrase)

        self.recover_screen.set_busy(True)
        self._operations.run(
            lambda: accounts.recover(profile_key, file, code, passphrase),
            lambda _done: unlock(),
            self._take_recover_error,
            owner=self,
        )

    def release(self) -> Account | None:
        """Nobody is at work any more; whoever asked closes the account."""
        account, self._account = self._account, None
        self._timer.stop()
        self.leases.watch(None)
        return account or self.leases.release()

    def note_activity(self) -> None:
        """Somebody is there: the minutes begin anew."""
        if self._account is not None:
            self._timer.start()

    def _enrolled(self, account: Account, address: str) -> None:
        self.enrol_screen.set_busy(False)
        self.enrol_screen.clear()
        self._remembering.remember(server=address)
        self._take(account, is_new=True)

    def _unlocked(self, account: Account) -> None:
        self.unlock_screen.set_busy(False)
        self.unlock_screen.clear()
        self._take(account, is_new=False)

    def _take_restored(self, opened: tuple[Account, int]) -> None:
        account, newer = opened
        self._unlocked(account)
        self.restored.emit(newer)

    def _take(self, account: Account, *, is_new: bool) -> None:
        self._is_new = is_new
        self._remembering.remember_profile(account.profile_key)
        state = account.lease_at_opening
        if state is not None and state.is_over and not account.is_wipe_due:
            self.leases.hold(account, state)
        else:
            self._admit(account)

    def _admit(self, account: Account) -> None:
        self._account = account
        self._timer.start(account.auto_lock_minutes * _MINUTE_MS)
        self.leases.watch(account)
        self.opened.emit(account, self._is_new)

    def _turn_away(self, account: Account) -> None:
        self._operations.run_last(account.close)
        self.show_gate()

    def _take_enrol_error(self, error: Exception) -> None:
        self.enrol_screen.set_busy(False)
        if isinstance(error, KnownError):
            self.enrol_screen.show_error(error)

    def _take_recover_error(self, error: Exception) -> None:
        self.recover_screen.set_busy(False)
        if isinstance(error, KnownError):
            self.recover_screen.show_error(error)

    def _take_unlock_error(self, error: Exception) -> None:
        self.unlock_screen.set_busy(False)
        if isinstance(error, KnownError):
            self.unlock_screen.show_error(error)
