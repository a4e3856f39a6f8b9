"""The officer's list: a table of any length, searched, filtered and sorted by the query."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from enumerator.model import AreaCode, CaseState, FamilyId, OfficerId
from enumerator.store import CaseFilter, CaseRow
from tests.gui.conftest import Opener
from tests.gui.driving import settle, wait_until
from tests.gui.operation import Operation
from ui.models.families import CASE_ROLE, PAGE_ROWS, Column, FamilyTableModel
from ui.operations import Operations
from ui.widgets.family_table import FamilyTable
from ui.window import MainWindow

MANY = 100_000


class ManyCases:
    """A hundred thousand families; counts what is asked for."""

    def __init__(self, count: int = MANY) -> None:
        self.count = count
        self.asked: list[CaseFilter] = []
        self.pages: list[Sequence[int]] = []

    def ids(self, chosen: CaseFilter) -> list[int]:
        self.asked.append(chosen)
        ids = list(range(self.count))
        return ids[::-1] if chosen.descending else ids

    def page(self, ids: Sequence[int]) -> list[CaseRow]:
        self.pages.append(ids)
        return [case(id_) for id_ in ids]


def case(rowid: int) -> CaseRow:
    return CaseRow(
        rowid=rowid,
        family_id=FamilyId(f"F-{rowid}"),
        head_name=f"Keluarga {rowid}",
        card_masked="630305********02",
        address=f"Jl. Melati No. {rowid}",
        sls="RT 001",
        village_name="Pasayangan",
        members=3,
        state=CaseState.NOT_VISITED,
        outcome=None,
        attempt_days=0,
        last_visit_at=None,
        appointment_at=None,
        unsent=0,
        officer_id=OfficerId("acc-1"),
    )


@pytest.fixture
def cases() -> ManyCases:
    return ManyCases()


@pytest.fixture
def model(operations: Operations, cases: ManyCases) -> FamilyTableModel:
    made = FamilyTableModel(operations)
    made.set_cases(cases)
    made.load(CaseFilter())
    wait_until(operations.is_idle)
    return made


def test_only_pages_in_sight_are_fetched_when_the_list_is_long(
    model: FamilyTableModel, cases: ManyCases, operations: Operations
) -> None:
    table = FamilyTable(model)
    table.resize(900, 500)
    table.show()
    wait_until(operations.is_idle)
    assert model.rowCount() == MANY
    assert {len(page) for page in cases.pages} == {PAGE_ROWS}
    assert len(cases.pages) <= 2
    table.scrollToBottom()
    wait_until(lambda: model.case(MANY - 1) is not None, "the last page")
    assert len(cases.pages) <= 6
    assert model.index(MANY - 1, Column.HEAD).data(CASE_ROLE) == case(MANY - 1)
    table.deleteLater()


def test_row_is_blank_until_its_page_is_there(
    model: FamilyTableModel, operations: Operations
) -> None:
    far = model.index(50_000, Column.HEAD)
    assert far.data() is None
    wait_until(operations.is_idle)
    assert far.data() == "Keluarga 50000, 630305********02"


def test_page_of_an_older_list_is_not_shown(
    model: FamilyTableModel, operations: Operations
) -> None:
    first = model.index(0, Column.HEAD)
    assert first.data() is None  # asks for its page
    model.load(CaseFilter(sort="head", descending=True))
    wait_until(operations.is_idle)
    assert model.case(0) is None or model.case(0) == case(MANY - 1)
    assert model.index(0, Column.HEAD).data() in (None, f"Keluarga {MANY - 1}, 630305********02")
    wait_until(operations.is_idle)
    assert model.case(0) == case(MANY - 1)


def test_header_click_sorts_in_the_query(
    model: FamilyTableModel, cases: ManyCases, operations: Operations
) -> None:
    table = FamilyTable(model)
    table.sort_shown(Column.HEAD)
    wait_until(operations.is_idle)
    assert cases.asked[-1].sort == "head"
    table.sortByColumn(Column.HEAD, Qt.SortOrder.DescendingOrder)
    wait_until(operations.is_idle)
    assert cases.asked[-1].descending
    table.deleteLater()


def test_cursor_stays_on_its_family_when_the_list_is_sorted_anew(
    model: FamilyTableModel, operations: Operations
) -> None:
    table = FamilyTable(model)
    table.resize(900, 500)
    table.show()
    wait_until(operations.is_idle)
    table.setCurrentIndex(model.index(3, 0))
    table.sortByColumn(Column.HEAD, Qt.SortOrder.DescendingOrder)
    wait_until(operations.is_idle)
    assert table.currentIndex().row() == MANY - 4
    wait_until(lambda: table.current_family() is not None, "the row to be read")
    assert table.current_family() == "F-3"
    table.deleteLater()


# ---------------------------------------------------------------------- on the real store


def heads(window: MainWindow) -> list[str]:
    """The heads of the families that the table shows."""
    model = window.caseload.model
    for row in range(model.rowCount()):
        model.index(row, Column.HEAD).data()
    settle(window)
    found = [model.case(row) for row in range(model.rowCount())]
    return [row.head_name for row in found if row is not None]


def test_search_finds_families_by_part_of_a_name(officer: MainWindow) -> None:
    everybody = heads(officer)
    QTest.keyClicks(officer.caseload.search, "salman")
    QTest.keyClick(officer.caseload.search, Qt.Key.Key_Return)
    settle(officer)
    found = heads(officer)
    assert 0 < len(found) < len(everybody)
    assert all("salman" in head.casefold() for head in found)
    assert QApplication.focusWidget() is officer.caseload.table


def test_search_waits_until_typing_rests(officer: MainWindow) -> None:
    asked: list[str] = []
    officer.caseload.search.searched.connect(asked.append)
    QTest.keyClicks(officer.caseload.search, "salman", delay=10)
    wait_until(lambda: bool(asked))
    assert asked == ["salman"]


def test_state_line_filters_and_says_how_many(officer: MainWindow) -> None:
    officer.caseload.states.press(CaseState.RECEIVED)
    settle(officer)
    model = officer.caseload.model
    assert model.rowCount() == 4
    assert {row.state for row in map(model.case, range(4)) if row} == {CaseState.RECEIVED}
    officer.caseload.states.press(CaseState.DRAFT)
    settle(officer)
    assert model.rowCount() == 5


def test_case_that_left_the_list_is_found_under_its_state_only(officer: MainWindow) -> None:
    everybody = len(heads(officer))
    officer.caseload.states.press(CaseState.ANSWERED_ONLINE)
    settle(officer)
    assert officer.caseload.model.rowCount() == 1
    officer.caseload.clear_filters()
    settle(officer)
    assert officer.caseload.model.rowCount() == everybody


def test_village_filter_narrows_the_list(officer: MainWindow) -> None:
    everybody = len(heads(officer))
    officer.caseload.area.setCurrentIndex(2)
    settle(officer)
    assert isinstance(officer.caseload.area.currentData(), str)
    assert 0 < officer.caseload.model.rowCount() < everybody


def test_empty_result_says_so_and_offers_the_whole_list(officer: MainWindow) -> None:
    everybody = len(heads(officer))
    officer.caseload.search.setText("tidak ada yang bernama ini")
    QTest.keyClick(officer.caseload.search, Qt.Key.Key_Return)
    settle(officer)
    assert officer.caseload.model.rowCount() == 0
    assert "No family matches" in officer.caseload.empty_words()
    QTest.keyClick(officer, Qt.Key.Key_Escape)
    settle(officer)
    assert len(heads(officer)) == everybody


def test_enter_opens_the_family_under_the_cursor(officer: MainWindow) -> None:
    officer.caseload.table.setFocus()
    QTest.keyClick(officer.caseload.table, Qt.Key.Key_Down)
    wanted = officer.caseload.table.current_family()
    QTest.keyClick(officer.caseload.table, Qt.Key.Key_Return)
    settle(officer)
    assert officer.current() is officer.family
    assert officer.family.family_id() == wanted
    QTest.keyClick(officer, Qt.Key.Key_Escape)
    settle(officer)
    assert officer.current() is officer.caseload
    assert officer.caseload.table.current_family() == wanted


def test_new_list_without_families_tells_to_synchronise(tmp_path: Path, open_on: Opener) -> None:
    window = open_on(Operation(tmp_path))
    assert "Synchronise" in window.caseload.empty_words()


def test_area_codes_of_the_filter_are_those_of_the_list(officer: MainWindow) -> None:
    codes = [officer.caseload.area.itemData(place) for place in range(1, 4)]
    assert all(isinstance(code, str) for code in codes)
    assert AreaCode("63.03.05.1003") in codes
