"""A forgotten passphrase: the office's file and code let the officer in, by keyboard alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from enumerator.store.device_secret import SECRET_FILE
from enumerator.store.escrow import EscrowedKey
from enumerator.store.keys import KEYS_FILE
from enumerator.store.recovery_file import RecoveryHead, new_code, recovery_file
from tests.gui.conftest import Opener
from tests.gui.driving import settle
from tests.gui.operation import PASSPHRASE, Operation
from ui.screens.recover import RecoverScreen
from ui.window import MainWindow

NEW = "kain sasirangan baru"
CODE = new_code(bytes(range(40, 52)))
OTHER_CODE = new_code(bytes(range(12)))


class Office:
    """A laptop that its officer cannot unlock, and the file for it."""

    def __init__(self, root: Path, open_on: Opener) -> None:
        self.operation = Operation(root / "laptop")
        self.operation.load_areas()
        store = self.operation.store
        self.folder, self._key = store.folder, store._key
        self._enrolment = store.enrolment
        self.path = root / "ppl-01.recovery"
        self.make_file()
        self._open_on = open_on

    def make_file(self, place: str = "", days: int = 3) -> None:
        made = self.operation.clock.now()
        escrowed = EscrowedKey(
            account_id=self._enrolment.account_id,
            device_id=self._enrolment.device_id,
            place=place or self.folder.name,
            key=self._key,
        )
        head = RecoveryHead(
            recovery_id="r-1",
            login="ppl-01",
            place=escrowed.place,
            made_at=made.isoformat(),
            expires_at=(made + timedelta(days=days)).isoformat(),
            salt=b"s" * 16,
        )
        self.path.write_bytes(recovery_file(head, escrowed, CODE, b"n" * 24))

    def window(self) -> MainWindow:
        """At the gate, the office's file on the stick."""
        window = self._open_on(self.operation, unlocked=False)
        window.recover_screen.choose_file = lambda _parent, _title: self.path
        return window

    def recovering(self) -> tuple[MainWindow, RecoverScreen]:
        window = self.window()
        window.unlock_screen.forgotten.click()
        settle(window)
        return window, window.recover_screen


def focused() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


@pytest.fixture
def office(tmp_path: Path, open_on: Opener) -> Office:
    return Office(tmp_path, open_on)


def fill(window: MainWindow, code: str = CODE, again: str = NEW) -> None:
    screen = window.recover_screen
    screen.choose.click()
    screen.code.setText(code)
    screen.passphrase.setText(NEW)
    screen.again.setText(again)
    screen.submit.click()
    settle(window)


def test_officer_is_let_in_by_the_keyboard_alone(office: Office) -> None:
    window = office.window()
    for _ in range(2):
        QTest.keyClick(focused(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is window.unlock_screen.forgotten
    QTest.keyClick(focused(), Qt.Key.Key_Return)
    settle(window)
    screen = window.recover_screen
    assert window.current() is screen
    assert QApplication.focusWidget() is screen.choose
    QTest.keyClick(screen.choose, Qt.Key.Key_Return)
    for words in (CODE.lower(), NEW, NEW):
        QTest.keyClicks(focused(), words)
        if QApplication.focusWidget() is not screen.again:
            QTest.keyClick(focused(), Qt.Key.Key_Tab)
    QTest.keyClick(screen.again, Qt.Key.Key_Return)
    settle(window)

    assert window.current() is window.caseload
    assert [edit.text() for edit in (screen.code, screen.passphrase, screen.again)] == [""] * 3
    assert window.unlock_screen.passphrase.text() == ""
    window.lock()
    settle(window)
    for passphrase, opens in ((PASSPHRASE, False), (NEW, True)):
        window.unlock(window.accounts().profiles()[0].key, passphrase)
        settle(window)
        assert (window.account() is not None) is opens


def test_escape_and_cancel_lead_back_and_what_was_typed_is_forgotten(office: Office) -> None:
    window, screen = office.recovering()
    fill(window, again="anders")
    QTest.keyClick(screen.again, Qt.Key.Key_Escape)
    assert window.current() is window.unlock_screen
    window.unlock_screen.forgotten.click()
    typed = [edit.text() for edit in (screen.code, screen.passphrase, screen.again)]
    assert (typed, screen.errors(), screen.choose.text()) == ([""] * 3, {}, "Choose the file…")
    screen.back.click()
    assert window.current() is window.unlock_screen


def test_laptops_number_is_shown_to_be_read_out(office: Office) -> None:
    _window, screen = office.recovering()
    name = office.folder.name.upper()
    assert "-".join(name[at : at + 4] for at in range(0, 16, 4)) in screen.lead.text()
    assert "ppl-01" in screen.lead.text()


def test_long_name_of_a_file_does_not_widen_the_card(office: Office) -> None:
    window, screen = office.recovering()
    office.path = Path("pemulihan-" + "sangat-" * 20 + "panjang.recovery")
    screen.choose.click()
    settle(window)
    assert screen.choose.sizeHint().width() <= screen.card.contentsRect().width()
    assert screen.choose.text().endswith(".recovery")
    assert screen.choose.toolTip() == office.path.name


def test_missing_entries_are_said_beside_their_fields(office: Office) -> None:
    _window, screen = office.recovering()
    screen.submit.click()
    assert set(screen.errors()) == {"file", "code", "passphrase"}
    assert QApplication.focusWidget() is screen.choose


def test_code_that_is_mistyped_wrong_or_tried_too_often_is_said_below_it(office: Office) -> None:
    window, screen = office.recovering()
    fill(window, ("1" if CODE[0] != "1" else "2") + CODE[1:])
    assert "A letter of this code is wrong" in screen.errors()["code"]
    for _ in range(5):
        fill(window, OTHER_CODE)
        assert "does not belong to this file" in screen.errors()["code"]
    assert QApplication.focusWidget() is screen.code
    fill(window)
    assert "You can try again in" in screen.errors()["code"]
    office.operation.clock.advance(seconds=31)
    fill(window)
    assert window.current() is window.caseload


def test_file_of_another_laptop_old_or_broken_is_told_with_what_to_do(office: Office) -> None:
    window, screen = office.recovering()
    office.make_file(place="77aa")
    fill(window)
    assert "for another laptop" in screen.banner.message()
    assert "Tell the office the number" in screen.banner.message()
    office.path.write_bytes(office.path.read_bytes()[:-5])
    fill(window)
    assert "Copy it again" in screen.banner.message()
    office.path.unlink()
    fill(window)
    assert "cannot be read" in screen.banner.message()
    office.make_file()
    office.operation.clock.advance(days=4)
    fill(window)
    assert "too old" in screen.banner.message()
    assert window.account() is None


def test_error_is_in_sight_although_the_button_stands_below(office: Office) -> None:
    window, screen = office.recovering()
    window.resize(800, 480)
    office.make_file(place="77aa")
    screen._scroll.ensureWidgetVisible(screen.submit)
    fill(window)
    QApplication.processEvents()
    assert _is_in_sight(screen.banner, screen)


def _is_in_sight(widget: QWidget, screen: RecoverScreen) -> bool:
    view = screen._scroll.viewport()
    place = QRect(widget.mapTo(view, widget.rect().topLeft()), widget.size())
    return view.rect().contains(place)


@pytest.mark.parametrize("lost", [SECRET_FILE, KEYS_FILE])
def test_lost_keyring_or_key_file_offers_the_way_and_ends_in_the_list(
    lost: str, office: Office
) -> None:
    window = office.window()
    (office.folder / lost).unlink()
    window.unlock(window.accounts().profiles()[0].key, PASSPHRASE)
    settle(window)
    assert "your office lets you in again" in window.unlock_screen.banner.message()

    window.unlock_screen.banner.pressed.emit()
    fill(window)

    assert window.current() is window.caseload


def test_damaged_data_are_opened_by_their_backup_after_the_recovery(
    tmp_path: Path, open_on: Opener
) -> None:
    office = Office(tmp_path, open_on)
    office.operation.store.backup.make()
    window = office.window()
    (office.folder / "database.db").write_bytes(b"\x00" * 8192)
    window.unlock_screen.forgotten.click()
    fill(window)
    assert window.current() is window.unlock_screen
    assert "cannot be read" in window.unlock_screen.banner.message()

    window.unlock_screen.banner.pressed.emit()
    settle(window)

    assert window.current() is window.caseload
