"""Unlocking and enrolling: clear errors, tries counted, nothing kept of what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from enumerator.errors import KnownError
from enumerator.store import KeyCost
from enumerator.store.keys import unwrap_key
from tests.gui.conftest import Opener
from tests.gui.driving import close_window, open_on, settle, wait_until
from tests.gui.operation import NOW, PASSPHRASE, Operation
from tests.helpers.hand_clock import HandClock
from tests.helpers.old_keys import write_old_key_file
from ui.account import Accounts
from ui.screens.strength import strength
from ui.window import MainWindow


@pytest.fixture
def operation(tmp_path: Path) -> Operation:
    return Operation(tmp_path)


@pytest.fixture
def locked(operation: Operation, open_on: Opener) -> MainWindow:
    return open_on(operation, unlocked=False)


def type_passphrase(window: MainWindow, words: str) -> None:
    QTest.keyClicks(window.unlock_screen.passphrase, words)
    QTest.keyClick(window.unlock_screen.passphrase, Qt.Key.Key_Return)
    settle(window)


def test_right_passphrase_opens_the_list(locked: MainWindow) -> None:
    assert locked.current() is locked.unlock_screen
    type_passphrase(locked, PASSPHRASE)
    assert locked.current() is locked.caseload
    assert locked.unlock_screen.passphrase.text() == ""


def test_wrong_passphrase_says_so_and_counts(locked: MainWindow) -> None:
    for tries in (1, 2):
        type_passphrase(locked, "salah")
        told = locked.unlock_screen.passphrase_error()
        assert "not right" in told
        assert f"Wrong tries: {tries}" in told
    assert locked.current() is locked.unlock_screen
    assert locked.account() is None


def test_too_many_tries_count_down_and_open_again(operation: Operation, locked: MainWindow) -> None:
    for _ in range(6):
        type_passphrase(locked, "salah")
    screen = locked.unlock_screen
    assert 0 < screen.wait_s() <= 60
    assert screen.passphrase.isReadOnly()
    assert screen.passphrase.hasFocus()  # what is typed on presses no button
    assert "You can try again in" in screen.banner.message()
    operation.clock.advance(seconds=60)
    for _ in range(screen.wait_s()):
        screen.tick()
    assert not screen.passphrase.isReadOnly()
    type_passphrase(locked, PASSPHRASE)
    assert locked.current() is locked.caseload


def test_account_is_chosen_when_several_share_the_laptop(tmp_path: Path) -> None:
    first = Operation(tmp_path)
    second = Operation(tmp_path, login="ppl-02", account="acc-ppl-02", seed=2)
    first.close()
    second.close()
    window = open_on(Accounts(first.folder, first.clock, first.chance), unlocked=False)
    screen = window.unlock_screen
    assert screen.account.isVisible()
    logins = [screen.account.itemText(place) for place in range(screen.account.count())]
    assert sorted(logins) == ["ppl-01 · Officer", "ppl-02 · Officer"]
    screen.account.setCurrentIndex(logins.index("ppl-02 · Officer"))
    type_passphrase(window, PASSPHRASE)
    account = window.account()
    assert account is not None
    assert account.login == "ppl-02"
    window.lock()
    settle(window)
    assert screen.account.currentText().startswith("ppl-02")
    close_window(window)


@pytest.fixture
def fresh(tmp_path: Path) -> MainWindow:
    """A window on a folder where nobody is enrolled."""
    from enumerator.store.folders import DataFolder

    return open_on(Accounts(DataFolder(tmp_path / "new"), HandClock(NOW)), unlocked=False)


def enrol(window: MainWindow, address: str, again: str = "kata sandi panjang") -> None:
    screen = window.enrol_screen
    screen.address.setText(address)
    screen.code.setText("ABCD-EFGH")
    screen.passphrase.setText("kata sandi panjang")
    screen.again.setText(again)
    screen.submit.click()
    settle(window)


def test_laptop_without_officers_begins_with_enrolling(fresh: MainWindow) -> None:
    assert fresh.current() is fresh.enrol_screen
    assert not fresh.enrol_screen.back.isVisible()
    assert QApplication.focusWidget() is fresh.enrol_screen.address
    close_window(fresh)


def test_enrolling_says_beside_each_field_what_is_missing(fresh: MainWindow) -> None:
    fresh.enrol_screen.submit.click()
    assert set(fresh.enrol_screen.errors()) == {"address", "code", "passphrase"}
    enrol(fresh, "https://server.example", again="anders")
    assert fresh.enrol_screen.errors() == {"again": "The two passphrases differ."}
    close_window(fresh)


def test_enrolling_without_a_connection_says_so_calmly(fresh: MainWindow) -> None:
    enrol(fresh, "http://127.0.0.1:9")
    assert "No connection to the server" in fresh.enrol_screen.banner.message()
    assert fresh.enrol_screen.submit.isEnabled()
    assert fresh.enrol_screen.passphrase.text() == "kata sandi panjang"
    close_window(fresh)


def test_wrong_address_is_said(fresh: MainWindow) -> None:
    enrol(fresh, "bukan alamat")
    assert "address is not complete" in fresh.enrol_screen.banner.message()
    close_window(fresh)


def test_wrong_code_puts_the_cursor_on_the_code(fresh: MainWindow) -> None:
    fresh.enrol_screen.show_error(KnownError("code_unknown", "?"))
    assert "does not know this code" in fresh.enrol_screen.banner.message()
    assert QApplication.focusWidget() is fresh.enrol_screen.code
    close_window(fresh)


@pytest.mark.parametrize(
    ("passphrase", "level"),
    [
        ("", 0),
        ("abcde", 0),
        ("aaaaaaaaaaaaaaaaaaaa", 1),
        ("123456", 1),
        ("19450817194508171945", 2),
        ("sungai", 1),
        ("sungai martapura", 3),
        ("sungai martapura pagi hari", 4),
    ],
)
def test_strength_grows_with_length_and_variety(passphrase: str, level: int) -> None:
    assert strength(passphrase) == level


def test_passphrase_is_hidden_until_the_eye_is_pressed(locked: MainWindow) -> None:
    field = locked.unlock_screen.passphrase
    assert field.echoMode() is field.EchoMode.Password
    field.actions()[0].trigger()
    assert field.echoMode() is field.EchoMode.Normal
    wait_until(locked.is_idle)


def test_damaged_data_are_replaced_by_their_backup_when_asked(
    operation: Operation, open_on: Opener
) -> None:
    operation.store.backup.make()
    operation.close()
    accounts = Accounts(operation.folder, operation.clock, operation.chance)
    folder = operation.folder.officer_folder(accounts.profiles()[0].key)
    (folder / "database.db").write_bytes(b"\x00" * 8192)
    window = open_on(operation, unlocked=False)
    type_passphrase(window, PASSPHRASE)
    assert window.account() is None
    assert "cannot be read" in window.unlock_screen.banner.message()
    window.unlock_screen.banner.pressed.emit()
    settle(window)
    assert window.account() is not None
    assert window.current() is window.caseload
    assert "You work on a backup" in window.banner.message()


def test_laptop_says_once_where_its_part_of_the_key_is(
    operation: Operation, locked: MainWindow
) -> None:
    """An older program's key file has none."""
    type_passphrase(locked, PASSPHRASE)
    assert "part of the key" not in locked.toast.message()
    locked.lock()
    settle(locked)
    folder = operation.store.folder
    key = unwrap_key(folder, PASSPHRASE, operation.clock, operation.chance)
    write_old_key_file(folder, key, PASSPHRASE, KeyCost(memory_kib=8, passes=1))
    type_passphrase(locked, PASSPHRASE)
    assert "No keyring: this laptop's part of the key is a file" in locked.toast.message()
