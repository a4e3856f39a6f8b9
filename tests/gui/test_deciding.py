"""The supervisor decides in the window: which interview stands, and what is to be done again."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from enumerator.model import CaseState, FamilyId
from enumerator.store import CaseFilter, CaseRow
from enumerator.store.envelope import (
    QuestionComment,
    ReassignmentBody,
    ReturnBody,
    SettlementBody,
    read,
)
from enumerator.store.feed import ConflictBody
from tests.gui.driving import settle, wait_until
from tests.gui.operation import RIVAL, STANDS
from tests.gui.test_conflicts import tell
from ui.window import MainWindow

ADDRESS = "/data/blok_i/alamat"


def bodies(window: MainWindow, kind: str) -> list[bytes]:
    account = window.account()
    assert account is not None
    waiting = account.workspace.store.outbox.next_batch()
    return [each.body for each in waiting if each.header.kind == kind]


def case_of(window: MainWindow, family_id: str) -> CaseRow:
    account = window.account()
    assert account is not None
    row = account.workspace.caseload.row(FamilyId(family_id))
    assert row is not None
    return row


def open_conflict(window: MainWindow) -> str:
    QTest.keyClick(window.team.conflicts, Qt.Key.Key_Space)
    settle(window)
    first = window.decisions.conflicts.rows()[0]
    QTest.keyClick(first, Qt.Key.Key_Space)
    settle(window)
    assert window.current() is window.decisions.settling
    return first.key


def test_team_page_counts_the_conflicts_and_leads_to_them(supervisor: MainWindow) -> None:
    assert supervisor.team.conflicts.text() == "2 conflicts"
    open_conflict(supervisor)
    screen = supervisor.decisions.settling
    words = [button.text() for button in screen.choices.values()]
    assert words[0].startswith("Hendra Wijaya · ")
    assert words[0].endswith("stands now")
    assert words[1].startswith("Nurul Aini · Partly completed")


def test_chosen_interview_is_decided_with_a_reason_and_waits_for_the_server(
    supervisor: MainWindow,
) -> None:
    family_id = open_conflict(supervisor)
    screen = supervisor.decisions.settling
    screen.confirm.click()
    assert "Choose the interview" in screen.banner.message()
    QTest.keyClick(screen.choices["env-other"], Qt.Key.Key_Space)
    screen.confirm.click()
    settle(supervisor)
    assert screen.reason_error() == "Give a reason."
    screen.reason.setPlainText("Lebih lengkap")
    QTest.keyClick(supervisor, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    settle(supervisor)
    assert supervisor.current() is supervisor.decisions.conflicts
    (body,) = bodies(supervisor, "settlement")
    assert read(SettlementBody, body) == SettlementBody(
        family_id=family_id, envelope_id="env-other", reason="Lebih lengkap"
    )
    assert case_of(supervisor, family_id).notice == "settlement_pending"
    names = [row.accessibleName() for row in supervisor.decisions.conflicts.rows()]
    assert sum("Waits for the server" in name for name in names) == 1


def test_decision_is_taken_back_after_the_server_confirmed_it(supervisor: MainWindow) -> None:
    family_id = open_conflict(supervisor)
    supervisor.go_back()
    settled = ConflictBody(
        **{name: getattr(RIVAL, name) for name in RIVAL.__struct_fields__} | {"state": "settled"}
    )
    tell(supervisor, family_id, officer_id="acc-ppl-01", result=STANDS, conflicts=[settled])
    supervisor.decisions.compare_interviews(family_id)
    settle(supervisor)
    screen = supervisor.decisions.settling
    assert screen.take_back.isVisible()
    screen.reason.setPlainText("Keliru memilih")
    screen.take_back.click()
    settle(supervisor)
    (body,) = bodies(supervisor, "settlement")
    assert read(SettlementBody, body).envelope_id is None


def received(window: MainWindow) -> str:
    account = window.account()
    assert account is not None
    caseload = account.workspace.caseload
    rows = caseload.page(caseload.ids(CaseFilter(states=frozenset({CaseState.RECEIVED}))))
    supervising = account.workspace.supervising
    return next(
        row.family_id for row in rows if supervising.may_return(row.family_id) and not row.notice
    )


def test_received_interview_is_returned_with_remarks(supervisor: MainWindow) -> None:
    family_id = received(supervisor)
    supervisor.open_family(family_id)
    settle(supervisor)
    QTest.keyClick(supervisor.family.send_back, Qt.Key.Key_Space)
    settle(supervisor)
    screen = supervisor.decisions.returning
    assert supervisor.current() is screen
    screen.confirm.click()
    settle(supervisor)
    assert screen.comments_error() == "Say what is to be done again."
    screen.comments.setPlainText("Periksa alamat")
    screen.question.set_value(ADDRESS)
    screen.remark.setText("RT berapa?")
    QTest.keyClick(screen.remark, Qt.Key.Key_Return)
    assert screen.remarks() == {ADDRESS: "RT berapa?"}
    screen.confirm.click()
    settle(supervisor)
    (body,) = bodies(supervisor, "return")
    assert read(ReturnBody, body) == ReturnBody(
        family_id=family_id,
        envelope_id="env-stands",
        comments="Periksa alamat",
        questions=[QuestionComment(path=ADDRESS, text="RT berapa?")],
    )
    assert supervisor.current() is supervisor.family
    assert "waits for the server" in supervisor.family.banner.message()
    assert not supervisor.family.send_back.isVisible()


def test_remark_is_removed_again(supervisor: MainWindow) -> None:
    supervisor.open_family(received(supervisor))
    settle(supervisor)
    supervisor.family.send_back.click()
    settle(supervisor)
    screen = supervisor.decisions.returning
    screen.question.set_value(ADDRESS)
    screen.remark.setText("RT berapa?")
    screen.add.click()
    screen.removers[0].click()
    assert screen.remarks() == {}


def test_drafts_are_handed_on_unless_the_supervisor_says_otherwise(
    supervisor: MainWindow,
) -> None:
    screen = supervisor.decisions.reassign
    supervisor.team.families.click()
    wait_until(lambda: supervisor.caseload.model.rowCount() > 0)
    settle(supervisor)
    supervisor.caseload.table.selectRow(0)
    supervisor.caseload.reassign_asked.emit()
    wait_until(lambda: supervisor.current() is screen)
    settle(supervisor)
    assert screen.hand_on.isChecked()
    screen.hand_on.click()
    screen.officers[3][0].click()
    screen.reason.setPlainText("Sakit")
    screen.confirm.click()
    settle(supervisor)
    (body,) = bodies(supervisor, "reassignment")
    assert not read(ReassignmentBody, body).with_drafts


def test_officer_sees_nothing_of_the_supervisors_decisions(officer: MainWindow) -> None:
    account = officer.account()
    assert account is not None
    row = account.workspace.caseload.page(account.workspace.caseload.ids())[0]
    officer.open_family(row.family_id)
    settle(officer)
    assert not officer.family.send_back.isVisible()
