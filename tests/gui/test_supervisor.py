"""The supervisor: the team's progress, and giving families to another officer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from enumerator.model import OfficerId
from enumerator.store import CaseFilter, CaseRow
from enumerator.store.lease import LeaseTerms, key_of_member
from enumerator.store.lease_code import days_of, is_response, new_challenge
from tests.gui.driving import settle
from tests.gui.operation import LINEAGE, tell_troubles
from ui.supervisor.extending import ExtendDialog
from ui.window import MainWindow


def tell(window: MainWindow, troubles: list[str], set_aside: int = 0) -> None:
    account = window.account()
    assert account is not None
    store = account.workspace.store
    tell_troubles(store, "acc-ppl-04", "ppl-04", "Siti Mahmudah", troubles, set_aside)
    window.team.refresh()
    settle(window)


def cases(window: MainWindow, officer: str | None = None) -> list[CaseRow]:
    account = window.account()
    assert account is not None
    caseload = account.workspace.caseload
    chosen = CaseFilter(officer=OfficerId(officer) if officer else None)
    return caseload.page(caseload.ids(chosen))


def test_team_is_the_first_page_and_tells_each_officers_progress(supervisor: MainWindow) -> None:
    assert supervisor.current() is supervisor.team
    names = [row.accessibleName() for row in supervisor.team.rows()]
    assert len(names) == 5
    assert names[0].startswith("Hendra Wijaya, ppl-01. 17 of 24 done · 71%. Contact")
    assert names[4].endswith("No contact yet")


def test_officer_whose_laptop_needs_somebody_stands_first_with_what_to_do(
    supervisor: MainWindow,
) -> None:
    settle(supervisor)
    row = supervisor.team.rows()[3]
    plain = row.sizeHint().height()
    assert row.trouble_words() == []
    tell(supervisor, ["database_damaged", "set_aside", "disk_low", "clock_wrong", "unheard_of"], 3)

    first, second, *_ = supervisor.team.rows()
    assert first.key == "acc-ppl-04"
    assert second.accessibleName().startswith("Hendra Wijaya, ppl-01.")
    assert first.accessibleName().startswith("Siti Mahmudah, ppl-04.")
    words = first.trouble_words()
    assert [word.partition(":")[0] for word in words] == [
        "The laptop's database is damaged",
        "3 records or photos could not be sent",
        "The laptop's disk is nearly full",
        "The laptop's clock is wrong by more than a day",
    ]
    assert all(word in first.accessibleName() and word in first.toolTip() for word in words)
    assert first.sizeHint().height() > plain + 4 * 20
    assert supervisor.team.header.trail.text().endswith(" · 1 laptop needs you")

    tell(supervisor, [])
    assert supervisor.team.rows()[0].key == "acc-ppl-01"
    assert "need" not in supervisor.team.header.trail.text()


def test_officer_leads_to_the_officers_families(supervisor: MainWindow) -> None:
    QTest.keyClick(supervisor.team.rows()[1], Qt.Key.Key_Space)
    settle(supervisor)
    assert supervisor.current() is supervisor.caseload
    assert supervisor.caseload.model.rowCount() == 24
    assert supervisor.caseload.officer.currentData() == "acc-ppl-02"
    supervisor.caseload.officer.setCurrentIndex(0)
    settle(supervisor)
    assert supervisor.caseload.model.rowCount() == 120


def choose(window: MainWindow, count: int) -> None:
    window.team.families.click()
    settle(window)
    window.caseload.table.selectRow(0)
    for _ in range(count - 1):
        QTest.keyClick(window.caseload.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    window.caseload.reassign_asked.emit()
    settle(window)


def test_families_are_reassigned_with_a_reason(supervisor: MainWindow) -> None:
    choose(supervisor, 3)
    screen = supervisor.decisions.reassign
    assert supervisor.current() is screen
    assert screen.header.title.text() == "Reassign 3 families"
    screen.officers[3][0].click()
    screen.reason.setPlainText("Beban tugas terlalu besar")
    screen.confirm.click()
    settle(supervisor)
    assert supervisor.current() is supervisor.caseload
    waiting = [case for case in cases(supervisor) if case.pending_officer]
    assert {case.pending_officer for case in waiting} == {"acc-ppl-04"}
    assert len(waiting) == 3
    assert supervisor.bar.custody.text() == "1 not yet sent"
    assert "3 families are waiting" in supervisor.toast.message()


def test_all_chosen_families_count_even_those_out_of_sight(supervisor: MainWindow) -> None:
    supervisor.team.families.click()
    settle(supervisor)
    supervisor.caseload.table.selectAll()
    supervisor.caseload.reassign_asked.emit()
    settle(supervisor)
    assert supervisor.decisions.reassign.header.title.text() == "Reassign 120 families"


def test_reassigning_says_what_is_missing(supervisor: MainWindow) -> None:
    choose(supervisor, 2)
    screen = supervisor.decisions.reassign
    screen.confirm.click()
    assert "Choose an officer first" in screen.banner.message()
    screen.officers[0][0].click()
    screen.confirm.click()
    settle(supervisor)
    assert "Say why" in screen.reason_error()
    assert not [case for case in cases(supervisor) if case.pending_officer]


def test_supervisor_starts_no_new_family(supervisor: MainWindow) -> None:
    supervisor.team.families.click()
    settle(supervisor)
    QTest.keyClick(supervisor, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    settle(supervisor)
    assert supervisor.current() is supervisor.caseload


def test_supervisor_reads_out_a_code_that_opens_an_officers_laptop(supervisor: MainWindow) -> None:
    own_team = b"s" * 16
    account = supervisor.account()
    assert account is not None
    settle(supervisor)
    supervisor.team.codes.click()
    dialog = next(iter(supervisor.team.findChildren(ExtendDialog)))
    QTest.keyClicks(dialog.challenge, new_challenge(b"officer"))
    QTest.keyClick(dialog.challenge, Qt.Key.Key_Return)
    settle(supervisor)
    assert "cannot give codes yet" in dialog.error()

    account.workspace.store.note_server(
        lineage=LINEAGE,
        safe_point=0,
        has_signed=True,
        lease=LeaseTerms(days=7, office_key=b"o" * 16, own_team=own_team),
    )
    QTest.keyClick(dialog.challenge, Qt.Key.Key_Return)
    settle(supervisor)
    key = key_of_member(own_team, str(dialog.officer.currentData()))
    assert is_response(key, new_challenge(b"officer"), dialog.code.text())
    assert days_of(dialog.code.text()) == 3

    QTest.keyClick(dialog.challenge, Qt.Key.Key_A)
    assert dialog.code.text() == ""
    QTest.keyClick(dialog.challenge, Qt.Key.Key_Return)
    settle(supervisor)
    assert "not what an officer's laptop shows" in dialog.error()
    closed: list[int] = []
    dialog.finished.connect(closed.append)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert len(closed) == 1
