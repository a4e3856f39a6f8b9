"""The supervisor's pages of decisions, and what leads from one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from enumerator.model import FamilyId
from ui.navigating import Navigator
from ui.operations import Operations
from ui.screens.family import FamilyScreen
from ui.supervisor.conflicts import ConflictsScreen
from ui.supervisor.returning import ReturnScreen
from ui.supervisor.settling import SettleScreen
from ui.supervisor.team import TeamScreen
from ui.widgets.screen import Screen

if TYPE_CHECKING:
    from enumerator.fieldwork import Workspace


class DecisionPages(QObject):
    """Signals: ``decided()``: a decision is on the disk."""

    decided = Signal()

    def __init__(
        self,
        operations: Operations,
        navigator: Navigator,
        team: TeamScreen,
        family: FamilyScreen,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._navigator = navigator
        self._family = family
        self.conflicts = ConflictsScreen(operations)
        self.settling = SettleScreen(operations)
        self.returning = ReturnScreen(operations)
        team.conflicts_asked.connect(self.show_conflicts)
        self.conflicts.family_opened.connect(self.compare_interviews)
        family.settle_asked.connect(self.compare_interviews)
        family.return_asked.connect(self.return_interview)
        self.settling.decided.connect(self.decided)
        self.returning.returned.connect(self.decided)

    def screens(self) -> tuple[Screen, ...]:
        return (self.conflicts, self.settling, self.returning)

    def set_workspace(self, workspace: Workspace | None) -> None:
        for screen in (self.conflicts, self.settling, self.returning):
            screen.set_workspace(workspace)

    def refresh(self, screen: Screen) -> None:
        """Asks again for what this screen shows."""
        for one in (self.conflicts, self.settling):
            if one is screen:
                one.refresh()

    def submit(self, screen: Screen) -> None:
        """Ctrl+S on one of these pages."""
        if screen is self.settling:
            self.settling.submit()
        elif screen is self.returning:
            self.returning.submit()

    def show_conflicts(self) -> None:
        """The families with interviews that differ."""
        self._navigator.push(self.conflicts)

    def compare_interviews(self, family_id: str) -> None:
        """The interviews of a family side by side, to decide which stands."""
        self.settling.set_family(FamilyId(family_id))
        self._navigator.push(self.settling)

    def return_interview(self, family_id: str) -> None:
        """The page on which an interview is sent back."""
        case = self._family.shown_case()
        name = case.head_name if case is not None and case.family_id == family_id else ""
        self.returning.set_family(FamilyId(family_id), name)
        self._navigator.push(self.returning)
