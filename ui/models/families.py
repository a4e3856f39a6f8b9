"""The caseload as a table: ids first, rows by the page as they come into sight.

Sorting and filtering are the query's work. Pages are fetched beside the window (a page takes a
millisecond from a warm cache and a tenth of a second from a cold disk); until one is there its
rows are blank.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from enum import IntEnum
from typing import Any, Final, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtCore import Signal as QtSignal

from enumerator.store import CaseFilter, CaseRow, Sort
from ui.operations import Operations
from ui.words import state_sign

PAGE_ROWS: Final = 50
# 40 pages are 2,000 rows: more than a screen of any size shows while it is dragged through.
_PAGES_KEPT: Final = 40

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()


class Cases(Protocol):
    """Where rows come from: the workspace's caseload, or a stand-in."""

    def ids(self, chosen: CaseFilter) -> list[int]: ...

    def page(self, ids: Sequence[int]) -> list[CaseRow]: ...


class Column(IntEnum):
    HEAD = 0
    ADDRESS = 1
    STATE = 2
    VISITS = 3
    APPOINTMENT = 4
    OFFICER = 5


SORTS: Final[dict[Column, Sort]] = {
    Column.HEAD: "head",
    Column.ADDRESS: "address",
    Column.STATE: "state",
    Column.VISITS: "last_visit",
    Column.APPOINTMENT: "appointment",
    Column.OFFICER: "officer",
}

CASE_ROLE: Final = int(Qt.ItemDataRole.UserRole)


class FamilyTableModel(QAbstractTableModel):
    """Signals: ``loaded(int)``: a query answered, with so many families."""

    loaded = QtSignal(int)

    def __init__(self, operations: Operations, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._cases: Cases | None = None
        self._filter = CaseFilter()
        self._ids: list[int] = []
        self._pages: OrderedDict[int, list[CaseRow | None]] = OrderedDict()
        self._wanted: set[int] = set()
        self._generation = 0

    def set_cases(self, cases: Cases | None) -> None:
        """Another officer's cases; None empties the table."""
        self._cases = cases
        self._take_ids([])

    def load(self, chosen: CaseFilter) -> None:
        """Asks for the families of a filter; an older question is dropped."""
        self._filter = chosen
        cases = self._cases
        if cases is None:
            return
        self._operations.read(lambda: cases.ids(chosen), self._take_ids, latest="ids", owner=self)

    def reload(self) -> None:
        """Asks again: something was recorded or received."""
        self.load(self._filter)

    def shown_filter(self) -> CaseFilter:
        return self._filter

    def case(self, row: int) -> CaseRow | None:
        """The row's case; None while its page is under way."""
        page = self._pages.get(row // PAGE_ROWS)
        if page is None:
            return None
        place = row % PAGE_ROWS
        return page[place] if place < len(page) else None

    def row_of(self, rowid: int) -> int | None:
        """Where a case stands now."""
        try:
            return self._ids.index(rowid)
        except ValueError:
            return None

    def rowid(self, row: int) -> int:
        return self._ids[row]

    def _take_ids(self, ids: list[int]) -> None:
        self.beginResetModel()
        self._ids = ids
        self._pages.clear()
        self._wanted.clear()
        self._generation += 1
        self.endResetModel()
        self.loaded.emit(len(ids))

    def _want(self, number: int) -> None:
        cases = self._cases
        if cases is None or number in self._wanted:
            return
        self._wanted.add(number)
        ids = self._ids[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]
        generation = self._generation

        def fetch() -> tuple[int, int, list[int], list[CaseRow]]:
            return generation, number, ids, cases.page(ids)

        self._operations.read(fetch, self._take_page, owner=self)

    def _take_page(self, fetched: tuple[int, int, list[int], list[CaseRow]]) -> None:
        generation, number, ids, rows = fetched
        if generation != self._generation:
            return
        self._wanted.discard(number)
        by_id = {row.rowid: row for row in rows}
        self._pages[number] = [by_id.get(id_) for id_ in ids]
        while len(self._pages) > _PAGES_KEPT:
            self._pages.popitem(last=False)
        first = number * PAGE_ROWS
        last = min(first + PAGE_ROWS, len(self._ids)) - 1
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    # Qt's own names from here on.

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(Column)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        if role not in (
            CASE_ROLE,
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        number = index.row() // PAGE_ROWS
        if number not in self._pages:
            self._want(number)
            return None
        self._pages.move_to_end(number)
        case = self.case(index.row())
        if case is None or role == CASE_ROLE:
            return case
        return self._text(case, Column(index.column()))

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = int(Qt.ItemDataRole.DisplayRole),
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return {
            Column.HEAD: self.tr("Head of family"),
            Column.ADDRESS: self.tr("Address"),
            Column.STATE: self.tr("State"),
            Column.VISITS: self.tr("Visits"),
            Column.APPOINTMENT: self.tr("Appointment"),
            Column.OFFICER: self.tr("Officer"),
        }[Column(section)]

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        chosen = self._filter
        descending = order is Qt.SortOrder.DescendingOrder
        wanted = SORTS[Column(column)]
        if (chosen.sort, chosen.descending) == (wanted, descending):
            return
        self.load(
            CaseFilter(
                text=chosen.text,
                area=chosen.area,
                states=chosen.states,
                officer=chosen.officer,
                unsent_only=chosen.unsent_only,
                sort=wanted,
                descending=descending,
            )
        )

    def _text(self, case: CaseRow, column: Column) -> str:
        if column is Column.HEAD:
            return f"{case.head_name}, {case.card_masked}"
        if column is Column.ADDRESS:
            return f"{case.address}, {case.sls}, {case.village_name}"
        if column is Column.STATE:
            return state_sign(case.state).word
        if column is Column.VISITS:
            return str(case.attempt_days)
        if column is Column.APPOINTMENT:
            return "" if case.appointment_at is None else case.appointment_at.isoformat()
        return str(case.officer_id)
