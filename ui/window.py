"""The main window: the bar, the screens, and what leads from one to the other.

Driving it without a person (a demo, a test)::

    window = MainWindow(Accounts(DataFolder(path)), operations)
    window.show()
    window.enrol_screen / unlock_screen / caseload / family / visit / custody / team
    window.unlock(profile_key, passphrase)        # then wait: window.is_idle(), or ``idle``
    window.open_family(family_id); window.record_visit(family_id)
    window.start_interview(family_id); window.interview()   # the interview's screen, once idle
    window.synchronise()                          # ``synchronised(SyncReport)`` when it is over
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from enumerator.errors import KnownError
from enumerator.model import FamilyId, InterviewId, OfficerId
from ui import formats
from ui.account import Account, Accounts
from ui.appearance import Appearance
from ui.carrying import Carrying
from ui.gatekeeping import Gatekeeper
from ui.interviews import InterviewDoor
from ui.navigating import Navigator
from ui.operations import Operations
from ui.remembering import Remembering
from ui.screens.caseload import CaseloadScreen
from ui.screens.custody import CustodyScreen
from ui.screens.family import FamilyScreen
from ui.screens.gate import GateScreen
from ui.screens.help import HelpScreen
from ui.screens.visit import VisitScreen
from ui.supervising import DecisionPages
from ui.supervisor.team import TeamScreen
from ui.synchronising import Synchronising
from ui.telling import Telling
from ui.theme import Tone
from ui.widgets.layouts import column
from ui.widgets.screen import Screen
from ui.widgets.topbar import SyncStatus, TopBar
from ui.window_keys import WindowKeys

if TYPE_CHECKING:
    from enumerator.fieldwork import OpenInterview, Workspace
    from enumerator.store import CaseRow
    from enumerator.store.access import Restriction
    from enumerator.store.whereabouts import Totals
    from sync.client.engine import SyncReport
    from ui.screens.interview import InterviewScreen

log = logging.getLogger(__name__)

_ACTIVITY: Final = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin}
)


@dataclass(frozen=True, slots=True)
class _Left:
    """What was on the screen when it was locked."""

    profile_key: str
    family_id: FamilyId
    is_interview: bool


class MainWindow(QWidget):
    """Signals: ``unlocked()``; ``locked()``; ``idle()``: nothing is under way any more;
    ``synchronised(SyncReport)``: a session with the server is over."""

    unlocked = Signal()
    locked = Signal()
    idle = Signal()
    synchronised = Signal(object)

    def __init__(
        self, accounts: Accounts, operations: Operations, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._accounts = accounts
        self._operations = operations
        self._remembering = Remembering(accounts.folder.settings_file, operations, self)
        formats.set_zone(self._remembering.settings.zone())
        self.appearance = Appearance(self._remembering)
        self._unsent = 0
        self._left: _Left | None = None
        self.setWindowTitle("Enumerator")
        self.setMinimumSize(640, 440)
        self._make_screens()
        self._lay_out()
        self._connect()
        self._keys = WindowKeys(self)
        self._gatekeeper.show_gate()

    # ------------------------------------------------------------------ building

    def _make_screens(self) -> None:
        operations = self._operations
        self.bar = TopBar()
        self.telling = Telling(self)
        self.banner, self.restriction = self.telling.banner, self.telling.restriction
        self.toast = self.telling.toast
        self.stack = QStackedWidget()
        self._navigator = Navigator(self.stack, self)
        self._gatekeeper = Gatekeeper(
            self._accounts, operations, self._navigator, self._remembering, self
        )
        self._interviews = InterviewDoor(
            operations, self._navigator, self.stack, self._heading_of, self.account, self
        )
        self.enrol_screen = self._gatekeeper.enrol_screen
        self.unlock_screen = self._gatekeeper.unlock_screen
        self.recover_screen = self._gatekeeper.recover_screen
        self.lease_screen = self._gatekeeper.leases.screen
        self.caseload = CaseloadScreen(operations)
        self.family = FamilyScreen(operations)
        self.visit = VisitScreen(operations)
        self.custody = CustodyScreen(operations)
        self.team = TeamScreen(operations)
        self.decisions = DecisionPages(
            operations, self._navigator, self.team, self.family, self.caseload, self
        )
        self.help = HelpScreen()
        self.synchronising = Synchronising(operations, self)
        self.carrying = Carrying(operations, self)
        for screen in self._screens():
            self.stack.addWidget(screen)
            if screen is not self.enrol_screen:
                screen.back_asked.connect(self.go_back)

    def _screens(self) -> tuple[Screen, ...]:
        return (
            self.enrol_screen,
            self.unlock_screen,
            self.recover_screen,
            self.lease_screen,
            self.caseload,
            self.family,
            self.visit,
            self.custody,
            self.team,
            *self.decisions.screens(),
            self.help,
        )

    def _lay_out(self) -> None:
        whole = column(self, gap=0)
        whole.addWidget(self.bar)
        whole.addWidget(self.restriction)
        whole.addWidget(self.banner)
        whole.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self._operations.troubled.connect(self.telling.show_error)
        self._operations.rested.connect(self.idle)
        self.bar.sync_pressed.connect(self.press_sync)
        self.bar.custody_pressed.connect(self.show_custody)
        self.bar.language_pressed.connect(self.appearance.switch_language)
        self.bar.theme_pressed.connect(self.appearance.switch_theme)
        self.bar.help_pressed.connect(self.show_help)
        self.bar.lock_pressed.connect(self.lock)
        self.synchronising.changed.connect(self._show_sync)
        self.synchronising.ended.connect(self._take_sync)
        self.synchronising.failed.connect(self._take_sync_failure)
        self._gatekeeper.opened.connect(self._take_account)
        self._gatekeeper.restored.connect(self.telling.tell_restored)
        self._gatekeeper.auto_lock_due.connect(self.lock)
        self._gatekeeper.leases.over.connect(self._lease_over)
        self._navigator.entered.connect(self._enter)
        self._interviews.closed.connect(lambda _family: self._recorded())
        self._interviews.finalised.connect(self._interview_finalised)
        self._interviews.stopped.connect(self._recorded)
        self.caseload.family_opened.connect(self.open_family)
        self.caseload.new_family_asked.connect(self.start_new_family)
        self.family.visit_asked.connect(self.record_visit)
        self.family.interview_asked.connect(self.start_interview)
        self.family.stop_asked.connect(self._ask_stop)
        self.family.successor_asked.connect(self._ask_successor)
        self.visit.saved.connect(self._visit_saved)
        self.custody.sync_asked.connect(self.synchronise)
        self.carrying.serve(self.custody)
        self.carrying.changed.connect(self._carried)
        self.carrying.told.connect(
            lambda icon, words: self.telling.show_toast(Tone.GOOD, icon, words)
        )
        self.carrying.failed.connect(self.telling.show_error)
        self.carrying.work_taken.connect(self.synchronising.work_arrived)
        self.team.officer_opened.connect(self._open_officer)
        self.team.families_asked.connect(lambda: self._open_officer(""))
        self.decisions.reassigned.connect(self._reassigned)
        self.decisions.decided.connect(self._decided)
        self.telling.leaving_confirmed.connect(self.close)

    # ------------------------------------------------------------------ who is at work

    def account(self) -> Account | None:
        """None while locked."""
        return self._gatekeeper.account()

    def is_supervisor(self) -> bool:
        """Whether who is at work has a team."""
        account = self.account()
        return account is not None and account.workspace.is_supervisor

    def accounts(self) -> Accounts:
        """The officers of this laptop."""
        return self._accounts

    def gatekeeper(self) -> Gatekeeper:
        """Who locks and unlocks."""
        return self._gatekeeper

    def set_now(self, now: Callable[[], datetime]) -> None:
        """Another clock than the laptop's, for what is shown as today."""
        self.bar.connection.set_now(now)
        self.caseload.table.set_now(now)

    def is_idle(self) -> bool:
        """True when nothing is under way beside the window."""
        return self._operations.is_idle() and self._interviews.is_idle()

    def enrol(self, address: str, code: str, passphrase: str) -> None:
        """Makes this laptop an officer's, and unlocks it."""
        self._gatekeeper.enrol(address, code, passphrase)

    def unlock(self, profile_key: str, passphrase: str) -> None:
        """Opens an officer's data."""
        self._gatekeeper.unlock(profile_key, passphrase)

    def lock(self) -> None:
        """Closes the officer's data; an open interview is kept as a draft first. The same officer
        finds the interview or the family again."""
        account = self.account()
        if account is not None:
            left = None
            if (family_id := self._interviews.family_id()) is not None:
                left = _Left(account.profile_key, family_id, is_interview=True)
            elif self.current() is self.family and (shown := self.family.family_id()):
                left = _Left(account.profile_key, FamilyId(shown), is_interview=False)
            self._interviews.leave_then(lambda: self._lock_now(left))

    def _lease_over(self) -> None:
        """An open interview is finished first."""
        if not self._interviews.is_open():
            self.lock()

    def _take_account(self, account: Account, is_new: bool) -> None:
        if account.is_wipe_due:
            self._wipe_now()
            return
        workspace = account.workspace
        self.bar.set_account(account.login, account.role, "")
        self.caseload.set_workspace(workspace, is_supervisor=workspace.is_supervisor)
        self._give_workspace(workspace)
        self._navigator.start_at(self.home())
        self._refresh_bar()
        self.synchronising.set_account(account)
        self.carrying.set_account(account)
        if account.new_secret_place:
            self._tell_secret_place(account.new_secret_place)
        if is_new:
            self.synchronise()
        left, self._left = self._left, None
        if left is not None and left.profile_key == account.profile_key:
            self._go_on(account, left)
        self.unlocked.emit()

    def _go_on(self, account: Account, left: _Left) -> None:
        """Where the officer was when the window locked."""
        interviewing = account.workspace.interviewing

        def go(draft: InterviewId | None) -> None:
            if draft is not None:
                self._interviews.start(account, left.family_id)

        if left.is_interview:
            self._operations.read(
                lambda: interviewing.draft_of(left.family_id), go, latest="left", owner=self
            )
        else:
            self.open_family(left.family_id)

    def _tell_secret_place(self, place: str) -> None:
        text = (
            self.tr("This laptop's part of the key is in its keyring")
            if place == "keyring"
            else self.tr("No keyring: this laptop's part of the key is a file of its user")
        )
        self.toast.show_message(Tone.INFO, "key", text)

    def _give_workspace(self, workspace: Workspace | None) -> None:
        for screen in (self.family, self.visit, self.custody, self.team):
            screen.set_workspace(workspace)
        self.decisions.set_workspace(workspace)

    def _lock_now(self, left: _Left | None) -> None:
        account = self._leave_work()
        if account is None:
            return
        self._left = left
        self._operations.run_last(account.close)
        self._gatekeeper.show_gate()
        self.locked.emit()

    def _wipe_now(self) -> None:
        """The office ordered it: the officer's data goes, their sealed work stays."""
        account = self._leave_work()
        if account is None:
            return
        self._gatekeeper.show_wiping()
        self._operations.run_last(
            account.wipe, lambda _nothing: self._gatekeeper.show_gate(), owner=self
        )
        self.locked.emit()

    def _leave_work(self) -> Account | None:
        """Nobody is at work any more; who was."""
        account = self._gatekeeper.release()
        if account is None:
            return None
        self.synchronising.set_account(None)
        self.carrying.set_account(None)
        self._interviews.drop()
        self.caseload.set_workspace(None)
        self._give_workspace(None)
        self.bar.set_account("", "", "")
        self.telling.hide()
        return account

    # ------------------------------------------------------------------ going about

    def current(self) -> Screen:
        """The screen in sight."""
        return self._navigator.current()

    def home(self) -> Screen:
        """The first page: the list, or for a supervisor the team."""
        return self.team if self.is_supervisor() else self.caseload

    def go_home(self) -> None:
        if self.account() is not None:
            self._interviews.leave_then(lambda: self._navigator.start_at(self.home()))

    def go_back(self) -> None:
        """To the screen before this one."""
        self._navigator.pop()

    def open_family(self, family_id: str) -> None:
        self.family.set_family(FamilyId(family_id))
        self._navigator.push(self.family)

    def record_visit(self, family_id: str) -> None:
        """The page on which a visit is recorded; the visit begins now."""
        account = self.account()
        if account is None:
            return

        def look() -> CaseRow | None:
            account.workspace.visiting.check_may_begin(FamilyId(family_id))
            return account.workspace.caseload.row(FamilyId(family_id))

        self._operations.read(look, self._begin_visit, latest="visit", owner=self)

    def show_custody(self) -> None:
        if self.account() is not None and not self._interviews.is_open():
            self.custody.refresh()
            self._navigator.push(self.custody)

    def show_help(self) -> None:
        if self.account() is not None and not self._interviews.is_open():
            self._navigator.push(self.help)

    def _begin_visit(self, case: CaseRow | None) -> None:
        if case is not None:
            self.visit.set_family(case.family_id, case.head_name)
            self._navigator.push(self.visit)
            self._ask_who_is_there(case.family_id)

    def _ask_who_is_there(self, family_id: FamilyId) -> None:
        """On a good link only, beside everything else: a quiet note, or nothing."""
        account = self.account()
        if account is None or not self.synchronising.status().is_online:
            return
        self._operations.network(
            lambda _report, _cancelled: account.claim(family_id),
            self.telling.tell_who_is_there,
            lambda _error: None,
            owner=self,
        )

    def show_families(self) -> None:
        """The list of families: an officer's own, or all of a team's."""
        if self.account() is not None:
            self._interviews.leave_then(lambda: self._open_officer(""))

    def _open_officer(self, officer: str) -> None:
        if self.account() is None:
            return
        if not self.is_supervisor():
            self._navigator.start_at(self.caseload)
            return
        self.caseload.set_officer(OfficerId(officer) if officer else None)
        self._navigator.start_at(self.team)
        self._navigator.push(self.caseload)

    def _reassigned(self, count: int) -> None:
        self.telling.tell_reassigned(count)
        self._recorded()
        self.go_back()

    def _decided(self) -> None:
        self.telling.tell_decided()
        self._recorded()
        self.go_back()

    def _visit_saved(self, _family_id: str, outcome: str) -> None:
        self.telling.tell_visit(outcome)
        self._recorded()
        self.go_back()

    def _enter(self, screen: Screen) -> None:
        self._keep_gate_bar(screen)
        self._keys.yield_to(screen)
        self._refresh(screen)
        screen.focus_first()

    def _keep_gate_bar(self, screen: Screen) -> None:
        is_gate = isinstance(screen, GateScreen)
        self.bar.help.setVisible(not is_gate)

    def _refresh(self, screen: Screen) -> None:
        for one in (self.caseload, self.family, self.custody, self.team):
            if one is screen:
                one.refresh()
        self.decisions.refresh(screen)

    # ------------------------------------------------------------------ interviews

    def interview(self) -> InterviewScreen | None:
        """The interview's screen, once there was one."""
        return self._interviews.screen()

    def start_interview(self, family_id: str) -> None:
        """Starts the family's interview, or resumes its draft."""
        account = self.account()
        if account is not None:
            self._interviews.start(account, FamilyId(family_id))
            self._ask_who_is_there(FamilyId(family_id))

    def start_new_family(self) -> None:
        """An interview with a family that is in no list."""
        account = self.account()
        if account is not None:
            self._interviews.start_new_family(account, self.caseload.area.currentData())

    def open_interview(self, interview: OpenInterview) -> None:
        """Shows an interview; its answers are kept from the first one on."""
        self._interviews.open(interview)

    def _heading_of(self, interview: OpenInterview) -> str:
        case = None
        if self.family.family_id() == interview.family_id:
            case = self.family.shown_case()
        if case is None or not case.head_name:
            return self.tr("New family")
        return f"{case.head_name} · {case.address}"

    def _interview_finalised(self, _family_id: str) -> None:
        self.telling.tell_final()
        self._recorded()

    def _ask_stop(self, interview_id: str) -> None:
        account = self.account()
        if account is not None:
            self._interviews.ask_to_stop(account, InterviewId(interview_id))

    def _ask_successor(self, interview_id: str) -> None:
        account = self.account()
        if account is not None:
            self._interviews.ask_successor(account, InterviewId(interview_id))

    def interviews(self) -> InterviewDoor:
        """The door to interviews."""
        return self._interviews

    # ------------------------------------------------------------------ the server

    def synchronise(self) -> None:
        """A session with the server, now."""
        self.synchronising.ask()

    def press_sync(self) -> None:
        """Starts a session, or stops the one under way."""
        if self.synchronising.is_running():
            self.synchronising.stop()
        else:
            self.synchronise()

    def _show_sync(self, status: SyncStatus) -> None:
        self.bar.set_sync(status)

    def _take_sync(self, report: SyncReport) -> None:
        if report.receipts or report.rows_pulled or report.failed is None:
            self._refresh(self.current())
            self._refresh_bar()
            account = self.account()
            if account is not None:
                self._interviews.show_news(account)
        if report.receipts:
            self.telling.tell_received(report.receipts)
        self.synchronised.emit(report)
        if report.is_wipe_ordered:
            self._interviews.leave_then(self._wipe_now)

    def _take_sync_failure(self, error: KnownError, is_asked: bool) -> None:
        log.info("sync ended: %s", error.code)
        if is_asked and error.code != "cancelled":
            self.telling.show_error(error)

    def _recorded(self) -> None:
        """Something new is on the disk."""
        self._refresh(self.current())
        self._refresh_bar()
        self.synchronising.work_arrived()

    def _carried(self) -> None:
        """Something is somewhere else now."""
        self._refresh(self.current())
        self._refresh_bar()

    def _refresh_bar(self) -> None:
        account = self.account()
        if account is None:
            return

        def facts() -> tuple[str, Totals, Restriction | None]:
            return account.area_name(), account.workspace.delivery.totals(), account.restriction()

        self._operations.read(
            facts,
            self._show_bar,
            latest="bar",
            owner=self,
        )

    def _show_bar(self, facts: tuple[str, Totals, Restriction | None]) -> None:
        account = self.account()
        if account is None:
            return
        area, totals, restriction = facts
        self._unsent = totals.waiting
        self.telling.show_restriction(restriction)
        self.bar.set_account(account.login, account.role, area)
        self.bar.set_unsent(totals.waiting, totals.relayed)

    # Qt's own names from here on.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTIVITY:
            self._gatekeeper.note_activity()
        return super().eventFilter(watched, event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        # Only the native window's events, a hundredth of what the widgets get.
        handle = self.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        self.current().focus_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.toast.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._interviews.is_open():
            event.ignore()
            self._interviews.leave_then(self.close)
            return
        if self.account() is not None and not self.telling.may_leave(self._unsent):
            event.ignore()
            return
        self.hide()
        self.synchronising.set_account(None)
        self._operations.close()
        account = self._gatekeeper.release()
        if account is not None:
            account.close()
        super().closeEvent(event)
