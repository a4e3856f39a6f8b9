"""Filter by state: one line a state with its count, many may be pressed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from enumerator.model import GONE_STATES, CaseState
from ui.theme import Tone
from ui.widgets.chips import FilterRow
from ui.widgets.layouts import column
from ui.words import state_sign

# What an officer acts on first stands first.
ORDER: Final = (
    CaseState.RETURNED,
    CaseState.APPOINTMENT,
    CaseState.DRAFT,
    CaseState.NOT_VISITED,
    CaseState.VISITED,
    CaseState.QUEUED,
    CaseState.RECEIVED,
    CaseState.CLOSED,
    CaseState.PARKED,
    CaseState.ANSWERED_ONLINE,
    CaseState.REASSIGNED,
    CaseState.DONE_BY_OTHER,
    CaseState.WITHDRAWN,
)


class StateFilter(QWidget):
    """Signals: ``changed()``: other states are pressed, or the unsent line."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = column(self, gap=2)
        self._all = FilterRow()
        self._all.clicked.connect(self._press_all)
        layout.addWidget(self._all)
        self._rows: dict[CaseState, FilterRow] = {}
        for state in ORDER:
            row = FilterRow()
            row.clicked.connect(self._press_one)
            self._rows[state] = row
            layout.addWidget(row)
        self._unsent = FilterRow()
        self._unsent.clicked.connect(self._press_one)
        layout.addWidget(self._unsent)
        layout.addStretch(1)
        self._counts: Mapping[CaseState, int] = {}
        self._unsent_count = 0
        self.set_counts({}, 0)
        self._all.setChecked(True)

    def set_counts(self, counts: Mapping[CaseState, int], unsent: int) -> None:
        """How many families are in each state; a state without any is not shown."""
        self._counts, self._unsent_count = counts, unsent
        listed = sum(count for state, count in counts.items() if state not in GONE_STATES)
        self._all.set_filter(Tone.NEUTRAL, "list", self.tr("On the list"), listed)
        for state, row in self._rows.items():
            sign = state_sign(state)
            count = counts.get(state, 0)
            row.set_filter(sign.tone, sign.icon, sign.word, count)
            row.setVisible(count > 0 or row.isChecked())
        self._unsent.set_filter(Tone.CARE, "laptop", self.tr("Unsent work"), unsent)
        self._unsent.setVisible(unsent > 0 or self._unsent.isChecked())

    def states(self) -> frozenset[CaseState] | None:
        """None for everything that is on the list."""
        pressed = frozenset(state for state, row in self._rows.items() if row.isChecked())
        if self._unsent.isChecked() and not pressed:
            # Unsent work of a family that left the list is what must be found most of all.
            return frozenset(CaseState)
        return pressed or None

    def is_unsent_only(self) -> bool:
        return self._unsent.isChecked()

    def clear(self) -> None:
        """Back to the whole list."""
        self._press_all()

    def press(self, state: CaseState) -> None:
        """As a click on the state's line would."""
        self._rows[state].click()

    def retranslate(self) -> None:
        self.set_counts(self._counts, self._unsent_count)

    def _press_all(self) -> None:
        for row in (*self._rows.values(), self._unsent):
            row.setChecked(False)
        self._all.setChecked(True)
        self.set_counts(self._counts, self._unsent_count)
        self.changed.emit()

    def _press_one(self) -> None:
        others = (*self._rows.values(), self._unsent)
        self._all.setChecked(not any(row.isChecked() for row in others))
        self.set_counts(self._counts, self._unsent_count)
        self.changed.emit()
