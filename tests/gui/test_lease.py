"""After too long without the server: locked, nothing lost, and open again by a code."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from enumerator.errors import KnownError
from enumerator.store.lease import LeaseTerms
from enumerator.store.lease_code import respond
from sync.client.engine import SyncReport
from tests.gui.conftest import Opener
from tests.gui.driving import settle
from tests.gui.operation import LINEAGE, PASSPHRASE, Prepared
from ui.account import Account
from ui.window import MainWindow

KEY = b"o" * 16
TERMS = LeaseTerms(days=7, office_key=KEY)


@pytest.fixture
def leased(tmp_path: Path, open_on: Opener, prepared_officer: Prepared) -> MainWindow:
    """At work, with a lease since now."""
    window = open_on(prepared_officer.copy(tmp_path / "laptop"))
    account = window.account()
    assert account is not None
    account.workspace.store.note_server(lineage=LINEAGE, safe_point=0, has_signed=True, lease=TERMS)
    return window


def pass_days(window: MainWindow, days: float) -> None:
    window.accounts().clock.advance(days=days)  # type: ignore[attr-defined]  # a hand clock


def unlock(window: MainWindow) -> None:
    QTest.keyClicks(window.unlock_screen.passphrase, PASSPHRASE)
    QTest.keyClick(window.unlock_screen.passphrase, Qt.Key.Key_Return)
    settle(window)


@pytest.fixture
def over(leased: MainWindow) -> MainWindow:
    pass_days(leased, 7)
    leased.gatekeeper().leases.look()
    settle(leased)
    assert leased.current() is leased.unlock_screen
    unlock(leased)
    return leased


def code_for(window: MainWindow, days: int = 3) -> str:
    return respond(KEY, window.lease_screen.challenge.text(), days)


def test_expired_lease_shows_no_family_and_says_what_to_do(over: MainWindow) -> None:
    assert over.current() is over.lease_screen
    assert over.account() is None
    over.show_custody()
    over.go_home()
    over.open_family("x")
    assert over.current() is not over.caseload


def test_synchronising_opens_when_the_server_grants_a_lease(
    over: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    failure = KnownError("no_connection", "offline")
    monkeypatch.setattr(Account, "synchronise", lambda *_: SyncReport(failed=failure))
    over.lease_screen.sync.click()
    settle(over)
    assert over.current() is over.lease_screen
    assert "use a code" in over.lease_screen.banner.message()

    def hear(account: Account, *_: object) -> SyncReport:
        account.workspace.store.note_server(
            lineage=LINEAGE, safe_point=0, has_signed=True, lease=TERMS
        )
        return SyncReport()

    monkeypatch.setattr(Account, "synchronise", hear)
    over.lease_screen.sync.click()
    settle(over)
    assert over.current() is over.caseload


def test_code_opens_the_list_by_keyboard_alone(over: MainWindow) -> None:
    assert over.lease_screen.code.hasFocus()
    QTest.keyClicks(over.lease_screen.code, code_for(over).lower())
    QTest.keyClick(over.lease_screen.code, Qt.Key.Key_Return)
    settle(over)
    assert over.current() is over.caseload
    assert over.account() is not None


def test_wrong_code_says_so_and_keeps_closed(over: MainWindow) -> None:
    screen = over.lease_screen
    screen.code.setText("ABCD")
    screen.submit.click()
    settle(over)
    assert "A letter of this code is wrong" in screen.code_error()
    for _ in range(6):
        screen.code.setText(respond(b"x" * 16, screen.challenge.text(), 3))
        screen.submit.click()
        settle(over)
    assert "Too many wrong codes" in screen.code_error()
    assert over.current() is screen
    screen.code.clear()
    screen.submit.click()
    assert "Enter the code" in screen.code_error()


def test_officer_may_lock_instead(over: MainWindow) -> None:
    over.lease_screen.lock.click()
    settle(over)
    assert over.current() is over.unlock_screen
    unlock(over)
    assert over.current() is over.lease_screen


def test_open_interview_is_finished_before_the_lease_locks(leased: MainWindow) -> None:
    leased.start_new_family()
    settle(leased)
    assert leased.interviews().is_open()
    pass_days(leased, 8)
    leased.gatekeeper().leases.look()
    settle(leased)
    assert leased.interviews().is_open()
    interview = leased.interview()
    assert interview is not None
    assert leased.current() is interview
    leased.interviews().leave_then(lambda: None)
    settle(leased)
    leased.gatekeeper().leases.look()
    settle(leased)
    assert leased.current() is leased.unlock_screen
