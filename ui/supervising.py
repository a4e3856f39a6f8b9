"""The supervisor's pages of decisions, and what leads from one to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from enumerator.errors import KnownError
from enumerator.model import FamilyId
from ui.navigating import Navigator
from ui.operations import Operations
from ui.screens.caseload import CaseloadScreen
from ui.screens.family import FamilyScreen
from ui.supervisor.conflicts import ConflictsScreen
from ui.supervisor.extending import ExtendDialog
from ui.supervisor.reassign import ReassignScreen
from ui.supervisor.returning import ReturnScreen
from ui.supervisor.settling import SettleScreen
from ui.supervisor.team import TeamScreen
from ui.widgets.screen import Screen

if TYPE_CHECKING:
    from enumerator.fieldwork import Workspace


class DecisionPages(QObject):
    """Signals: ``decided()``: a decision is on the disk; ``reassigned(int)``: an order for so many
    families is."""

    decided = Signal()
    reassigned = Signal(int)

    def __init__(
        self,
        operations: Operations,
        navigator: Navigator,
        team: TeamScreen,
        family: FamilyScreen,
        caseload: CaseloadScreen,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._navigator = navigator
        self._family = family
        self._caseload = caseload
        self._workspace: Workspace | None = None
        self._team = team
        self.conflicts = ConflictsScreen(operations)
        self.settling = SettleScreen(operations)
        self.returning = ReturnScreen(operations)
        self.reassign = ReassignScreen(operations)
        team.conflicts_asked.connect(self.show_conflicts)
        team.code_asked.connect(self.open_laptop)
        self.conflicts.family_opened.connect(self.compare_interviews)
        family.settle_asked.connect(self.compare_interviews)
        family.return_asked.connect(self.return_interview)
        caseload.reassign_asked.connect(self._ask_reassign)
        self.settling.decided.connect(self.decided)
        self.returning.returned.connect(self.decided)
        self.reassign.reassigned.connect(self.reassigned)

    def screens(self) -> tuple[Screen, ...]:
        return (self.conflicts, self.settling, self.returning, self.reassign)

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        for screen in (self.conflicts, self.settling, self.returning, self.reassign):
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
        elif screen is self.reassign:
            self.reassign.submit()

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

    def open_laptop(self) -> ExtendDialog:
        """Makes codes for laptops of the team that are locked for want of a network."""
        dialog = ExtendDialog(self._team.members(), self._team)

        def make(officer: str, challenge: str, days: int) -> None:
            workspace = self._workspace
            if workspace is not None:
                self._operations.read(
                    lambda: workspace.supervising.code_for(officer, challenge, days),
                    dialog.show_code,
                    lambda error: _tell(dialog, error),
                    latest="code",
                    owner=dialog,
                )

        dialog.asked.connect(make)
        dialog.open()
        return dialog

    def _ask_reassign(self) -> None:
        workspace, rowids = self._workspace, self._caseload.table.chosen_rowids()
        if workspace is None or not rowids:
            return

        def chosen() -> list[FamilyId]:
            return [case.family_id for case in workspace.caseload.page(rowids)]

        self._operations.read(chosen, self._begin_reassign, latest="chosen", owner=self)

    def _begin_reassign(self, families: list[FamilyId]) -> None:
        self.reassign.set_families(families)
        self._navigator.push(self.reassign)


def _tell(dialog: ExtendDialog, error: Exception) -> None:
    if isinstance(error, KnownError):
        dialog.show_error(error)
