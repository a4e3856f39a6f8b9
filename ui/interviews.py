"""The door to interviews: start, resume, leave; and giving up a parked draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from enumerator.model import AreaCode, FamilyId, InterviewId
from ui.account import Account
from ui.dialogs import ReasonDialog
from ui.navigating import Navigator
from ui.operations import Operations

if TYPE_CHECKING:
    from enumerator.fieldwork import OpenInterview
    from ui.screens.interview import InterviewScreen


class InterviewDoor(QObject):
    """Signals: ``closed(str)``, ``finalised(str)``: the family's id; ``stopped()``: a draft was
    given up."""

    closed = Signal(str)
    finalised = Signal(str)
    stopped = Signal()

    def __init__(
        self,
        operations: Operations,
        navigator: Navigator,
        stack: QStackedWidget,
        heading_of: Callable[[OpenInterview], str],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._navigator = navigator
        self._stack = stack
        self._heading_of = heading_of
        self._window = parent
        self._screen: InterviewScreen | None = None
        self._family_id: FamilyId | None = None
        self._afterwards: Callable[[], object] | None = None

    def screen(self) -> InterviewScreen | None:
        """None before the first interview and while locked."""
        return self._screen

    def is_open(self) -> bool:
        """Whether an interview is in sight."""
        return self._screen is not None and self._navigator.current() is self._screen

    def is_idle(self) -> bool:
        return self._screen is None or self._screen.is_idle()

    def start(self, account: Account, family_id: FamilyId) -> None:
        """Starts the family's interview, or resumes its draft."""
        interviewing = account.workspace.interviewing

        def open_it() -> OpenInterview:
            draft = interviewing.draft_of(family_id)
            return interviewing.start(family_id) if draft is None else interviewing.resume(draft)

        self._operations.run(open_it, self.open, owner=self)

    def start_new_family(self, account: Account, village: AreaCode | None) -> None:
        """An interview with a family that is in no list."""
        interviewing = account.workspace.interviewing
        self._operations.run(lambda: interviewing.start_new_family(village), self.open, owner=self)

    def open(self, interview: OpenInterview) -> None:
        """Shows an interview; its answers are kept from the first one on."""
        from ui.screens.interview import InterviewScreen

        if self._screen is None:
            self._screen = InterviewScreen(self._operations)
            self._screen.closed.connect(self._close)
            self._screen.finalised.connect(self.finalised)
            self._stack.addWidget(self._screen)
        self._family_id = interview.family_id
        self._screen.set_interview(interview, self._heading_of(interview))
        self._navigator.push(self._screen)

    def show_news(self, account: Account) -> None:
        """What the server has said of the family whose interview is in sight: told above the
        questions, closing nothing."""
        if self._screen is None or self._family_id is None or not self.is_open():
            return
        family_id, workspace = self._family_id, account.workspace

        def ask() -> tuple[FamilyId, str, str]:
            case = workspace.caseload.row(family_id)
            assignment = workspace.store.families.assignment(family_id)
            notice = case.notice if case is not None else ""
            return family_id, notice, assignment.returned_comments if assignment else ""

        self._operations.read(ask, self._take_news, latest="news", owner=self)

    def _take_news(self, news: tuple[FamilyId, str, str]) -> None:
        family_id, notice, comments = news
        if self._screen is None or family_id != self._family_id or not notice:
            return
        words = {
            "answered_online": self.tr("You may stop, or finish the interview with a reason."),
            "reassigned": self.tr(
                "You may still finish: your interview is kept and marked as late."
            ),
            "done_by_other": self.tr("You may stop, or finish: both interviews are kept."),
            "returned": comments,
        }
        text = words.get(notice, self.tr("You may finish the interview with a reason."))
        self._screen.set_notice(notice, text)

    def leave_then(self, act: Callable[[], object]) -> None:
        """Acts once nothing on the screen is unsaved; at once where no interview is in sight."""
        if self._screen is None or not self.is_open():
            act()
            return
        self._afterwards = act
        self._screen.leave()

    def drop(self) -> None:
        """Forgets the screen and what it shows."""
        screen, self._screen = self._screen, None
        if screen is not None:
            self._stack.removeWidget(screen)
            screen.deleteLater()

    def ask_to_stop(self, account: Account, interview_id: InterviewId) -> None:
        """Asks for a reason, then gives the draft up."""
        dialog = ReasonDialog(
            self.tr("Give up this draft?"),
            self.tr("Its answers stay on this laptop; the case follows the server."),
            self.tr("Give up"),
            self._window,
        )
        parking = account.workspace.parking

        def give_up(reason: str) -> None:
            self._operations.run(
                lambda: parking.stop(interview_id, reason),
                lambda _nothing: self.stopped.emit(),
                owner=self,
            )

        dialog.given.connect(give_up)
        dialog.open()

    def _close(self, family_id: str) -> None:
        afterwards, self._afterwards = self._afterwards, None
        if self._screen is not None:
            self._navigator.drop(self._screen)
        self.closed.emit(family_id)
        if afterwards is not None:
            afterwards()
