"""From the list into an interview and back: nothing on the screen is lost on any way out."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from enumerator.model import CaseState, FamilyId
from tests.gui.driving import settle, wait_until
from tests.gui.operation import PASSPHRASE
from tests.gui.screenshots import family_in
from ui.dialogs import ReasonDialog
from ui.questions.base import AnswerEdit
from ui.screens.interview import InterviewScreen
from ui.window import MainWindow


def start(window: MainWindow, state: CaseState = CaseState.NOT_VISITED) -> str:
    family_id = family_in(window, state)
    window.open_family(family_id)
    settle(window)
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    settle(window)
    assert isinstance(window.current(), InterviewScreen)
    return family_id


def state_of(window: MainWindow, family_id: str) -> CaseState:
    account = window.account()
    assert account is not None
    row = account.workspace.caseload.row(FamilyId(family_id))
    assert row is not None
    return row.state


def test_interview_starts_from_the_family_and_leads_back_to_it(officer: MainWindow) -> None:
    family_id = start(officer)
    screen = officer.interview()
    assert screen is not None
    screen.leave()
    wait_until(lambda: officer.current() is officer.family)
    settle(officer)
    assert officer.family.interview.text() == "Resume interview"
    assert state_of(officer, family_id) is CaseState.DRAFT


def test_escape_takes_back_what_was_typed_when_the_interview_is_in_the_window(
    officer: MainWindow,
) -> None:
    start(officer)
    screen = officer.interview()
    assert screen is not None
    edit = next(edit for edit in screen.findChildren(AnswerEdit) if edit.isVisible())
    before = edit.text()
    edit.setFocus()
    QTest.keyClicks(edit, "zz")
    assert edit.text() != before
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert edit.text() == before
    assert officer.current() is screen


def test_enter_presses_the_focused_button_once_when_it_is_not_held(officer: MainWindow) -> None:
    officer.open_family(family_in(officer, CaseState.NOT_VISITED))
    settle(officer)
    assert officer.family.interview.hasFocus()
    held = QKeyEvent(
        QEvent.Type.KeyPress, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", True
    )
    QApplication.sendEvent(officer.family.interview, held)
    settle(officer)
    assert officer.current() is officer.family
    QTest.keyClick(officer.family.interview, Qt.Key.Key_Return)
    settle(officer)
    assert isinstance(officer.current(), InterviewScreen)


def test_going_home_keeps_the_draft(officer: MainWindow) -> None:
    family_id = start(officer)
    QTest.keyClick(officer, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    wait_until(lambda: officer.current() is officer.caseload)
    settle(officer)
    assert state_of(officer, family_id) is CaseState.DRAFT


def test_locking_in_an_interview_keeps_the_draft(officer: MainWindow) -> None:
    account = officer.account()
    assert account is not None
    family_id = start(officer)
    officer.lock()
    wait_until(lambda: officer.account() is None)
    settle(officer)
    assert officer.interview() is None
    officer.unlock(account.profile_key, PASSPHRASE)
    settle(officer)
    assert state_of(officer, family_id) is CaseState.DRAFT


def test_closing_in_an_interview_keeps_the_draft_and_then_closes(officer: MainWindow) -> None:
    start(officer)
    officer.close()
    wait_until(lambda: officer.current() is officer.family)
    settle(officer)
    wait_until(lambda: "not yet sent" in officer.banner.message())
    officer.close()
    assert not officer.isVisible()


def test_new_family_starts_an_interview_without_a_register(officer: MainWindow) -> None:
    before = officer.caseload.model.rowCount()
    officer.go_home()
    QTest.keyClick(officer, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(officer)
    screen = officer.interview()
    assert officer.current() is screen
    assert screen is not None
    screen.leave()
    wait_until(lambda: officer.current() is officer.caseload)
    settle(officer)
    assert officer.caseload.model.rowCount() == before + 1


def test_family_that_answered_online_offers_no_interview(officer: MainWindow) -> None:
    officer.open_family(family_in(officer, CaseState.ANSWERED_ONLINE))
    settle(officer)
    assert not officer.family.interview.isEnabled()
    assert not officer.family.visit.isEnabled()


def test_parked_draft_is_given_up_with_a_reason(officer: MainWindow) -> None:
    family_id = family_in(officer, CaseState.PARKED)
    officer.open_family(family_id)
    settle(officer)
    officer.family.banner.pressed.emit()
    dialog = next(
        widget for widget in QApplication.topLevelWidgets() if isinstance(widget, ReasonDialog)
    )
    dialog.confirm.click()
    assert dialog.isVisible()
    dialog.reason.setPlainText("Sudah menjawab daring")
    dialog.confirm.click()
    settle(officer)
    assert state_of(officer, family_id) is CaseState.ANSWERED_ONLINE
    assert officer.family.state.word() == "Answered online"
