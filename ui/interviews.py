"""The door to interviews: start, resume, leave; and what becomes of a parked draft."""

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
from ui.screens.parting import Choice, ChoiceDialog

if TYPE_CHECKING:
    from enumerator.fieldwork import CaseNews, Offer, OpenInterview, Workspace
    from enumerator.store import CaseRow
    from ui.screens.interview import InterviewScreen


_SENT_BY_THEMSELVES = frozenset({"reassigned", "revoked"})


class InterviewDoor(QObject):
    """Signals: ``closed(str)``, ``finalised(str)``: the family's id; ``stopped()``: a draft was
    given up, or sent as it stood."""

    closed = Signal(str)
    finalised = Signal(str)
    stopped = Signal()

    def __init__(
        self,
        operations: Operations,
        navigator: Navigator,
        stack: QStackedWidget,
        heading_of: Callable[[OpenInterview], str],
        account: Callable[[], Account | None],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._operations = operations
        self._navigator = navigator
        self._stack = stack
        self._heading_of = heading_of
        self._account = account
        self._window = parent
        self.dialog: ChoiceDialog | None = None
        self._screen: InterviewScreen | None = None
        self._family_id: FamilyId | None = None
        self._interview: OpenInterview | None = None
        self._afterwards: Callable[[], object] | None = None

    def screen(self) -> InterviewScreen | None:
        """None before the first interview and while locked."""
        return self._screen

    def is_open(self) -> bool:
        """Whether an interview is in sight."""
        return self._screen is not None and self._navigator.current() is self._screen

    def family_id(self) -> FamilyId | None:
        """Of the open interview."""
        return self._family_id if self.is_open() else None

    def is_idle(self) -> bool:
        return self._screen is None or self._screen.is_idle()

    def start(self, account: Account, family_id: FamilyId) -> None:
        """Starts the family's interview, or resumes its draft. Where somebody has begun already,
        the officer says what to start from."""
        interviewing = account.workspace.interviewing

        def look() -> tuple[OpenInterview | None, Offer]:
            offer = interviewing.offer(family_id)
            if offer.own is not None:
                return interviewing.resume(offer.own), offer
            is_offered = bool(offer.answers or offer.drafts)
            return None if is_offered else interviewing.start(family_id), offer

        def found(result: tuple[OpenInterview | None, Offer]) -> None:
            interview, offer = result
            if interview is not None:
                self.open(interview)
            else:
                self._ask_beginning(account, family_id, offer)

        self._operations.run(look, found, owner=self)

    def _begun_by(self, name: str) -> str:
        """``name``: empty for an officer whom this laptop cannot name."""
        if not name:
            return self.tr("Go on from what another officer began")
        return self.tr("Go on from what officer {name} began").format(name=name)

    def _ask_beginning(self, account: Account, family_id: FamilyId, offer: Offer) -> None:
        choices = [
            Choice(
                f"draft:{draft.envelope_id}",
                "pencil",
                self._begun_by(offer.names.get(draft.officer_id, "")),
            )
            for draft in offer.drafts
        ]
        if offer.answers:
            word = self.tr("Start with %n online answer(s)", "", len(offer.answers))
            detail = self.tr("Confirm or correct them with the family.")
            choices.append(Choice("answers", "globe", word, detail))
        choices.append(Choice("afresh", "clipboard", self.tr("Start afresh")))
        interviewing = account.workspace.interviewing

        def begin(key: str) -> None:
            kind, _, draft = key.partition(":")
            self._operations.run(
                lambda: interviewing.start(family_id, with_answers=kind == "answers", draft=draft),
                self.open,
                owner=self,
            )

        self._ask(self.tr("How do you start?"), "", choices, begin)

    def _ask(
        self, title: str, text: str, choices: list[Choice], then: Callable[[str], None]
    ) -> None:
        dialog = ChoiceDialog(title, text, choices, self._window)
        dialog.chosen.connect(then)
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()

    def _forget_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None

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
            self._screen.stop_asked.connect(self._stop_open)
            self._stack.addWidget(self._screen)
        self._family_id = interview.family_id
        self._interview = interview
        self._screen.set_interview(interview, self._heading_of(interview))
        self._navigator.push(self._screen)
        account = self._account()
        if account is not None:
            self._tell_news(account, at_opening=True)

    def show_news(self, account: Account) -> None:
        """What the server has said: of the family whose interview is in sight it is told above
        the questions, closing nothing; drafts of families that were given away are sealed."""
        if self.is_open():
            self._tell_news(account, at_opening=False)
        self.send_parked(account)

    def send_parked(self, account: Account) -> None:
        """Seals what was begun of families that were given to others, to be sent."""
        self._operations.run(account.workspace.parking.send_parked, self._take_sent, owner=self)

    def _take_sent(self, sealed: int) -> None:
        if sealed:
            self.stopped.emit()

    def _tell_news(self, account: Account, *, at_opening: bool) -> None:
        screen, interview = self._screen, self._interview
        if screen is None or interview is None:
            return

        def tell(news: CaseNews) -> None:
            if screen is self._screen and interview is self._interview:
                screen.take_news(news, at_opening=at_opening)

        # Among the answers' own jobs: it reads the questionnaire's session.
        self._operations.run(
            lambda: account.workspace.interviewing.news_of(interview), tell, owner=self
        )

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
            self.tr("What you began is sent to the office. Nothing more is asked of you here."),
            self.tr("Give up"),
            self._window,
        )
        dialog.given.connect(lambda reason: self._stop(account, interview_id, reason))
        dialog.open()

    def ask_successor(self, account: Account, interview_id: InterviewId) -> None:
        """With which of the families that took its place the draft goes on."""
        workspace = account.workspace

        def look() -> list[CaseRow]:
            return _successors(workspace, interview_id)

        def ask(rows: list[CaseRow]) -> None:
            choices = [
                Choice(row.family_id, "home", f"{row.head_name} · {row.address}") for row in rows
            ]
            choices.append(
                Choice(
                    "", "stop", self.tr("None of them: give up"), self.tr("It is sent as it is.")
                )
            )
            self._ask(self.tr("With which family do your answers go on?"), "", choices, choose)

        def choose(key: str) -> None:
            if not key:
                self._stop(account, interview_id, "")
                return
            self._operations.run(
                lambda: workspace.interviewing.resume(
                    workspace.parking.move(interview_id, FamilyId(key))
                ),
                self.open,
                owner=self,
            )

        self._operations.read(look, ask, latest="successors", owner=self)

    def _stop(self, account: Account, interview_id: InterviewId, note: str) -> None:
        parking = account.workspace.parking
        self._operations.run(
            lambda: parking.stop(interview_id, note),
            lambda _nothing: self.stopped.emit(),
            owner=self,
        )

    def _stop_open(self, note: str) -> None:
        """The officer stops the interview in sight: of a family that was given to another it is
        sealed by itself once it is closed."""
        account, interview = self._account(), self._interview
        if account is None or interview is None:
            return

        def stop() -> None:
            def act() -> None:
                case = account.workspace.caseload.row(interview.family_id)
                if case is None or case.notice not in _SENT_BY_THEMSELVES:
                    account.workspace.parking.stop(interview.id, note)

            self._operations.run(act, lambda _nothing: self.stopped.emit(), owner=self)

        self.leave_then(stop)

    def _close(self, family_id: str) -> None:
        afterwards, self._afterwards = self._afterwards, None
        self._interview = None
        if self._screen is not None:
            self._navigator.drop(self._screen)
        self.closed.emit(family_id)
        account = self._account()
        if account is not None:
            self.send_parked(account)
        if afterwards is not None:
            afterwards()


def _successors(workspace: Workspace, interview_id: InterviewId) -> list[CaseRow]:
    family_id = workspace.store.interviews.get(interview_id).family_id
    rows = (workspace.caseload.row(name) for name in workspace.parking.successors(family_id))
    return [row for row in rows if row is not None]
