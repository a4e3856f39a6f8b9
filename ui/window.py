"""The main window: the bar, the screens, and what leads from one to the other.

Driving it without a person (a demo, a test)::

    window = MainWindow(Accounts(DataFolder(path)), operations)
    window.show()
    window.enrol_screen / unlock_screen / caseload / family / visit / custody / team / reassign
    window.unlock(profile_key, passphrase)        # then wait: window.is_idle(), or ``idle``
    window.open_family(family_id); window.record_visit(family_id)
    window.start_interview(family_id); window.interview()   # the interview's screen, once idle
    window.synchronise()                          # ``synchronised(SyncReport)`` when it is over
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Final

import msgspec
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from enumerator.errors import KnownError
from enumerator.model import FamilyId, OfficerId, Outcome
from enumerator.settings import Settings, load_settings, save_settings
from ui import formats, language, shortcuts, theme
from ui.account import Account, Accounts
from ui.dialogs import BugDialog, ReasonDialog
from ui.errors import explain
from ui.language import Language
from ui.operations import Operations
from ui.screens.caseload import CaseloadScreen
from ui.screens.custody import CustodyScreen
from ui.screens.family import FamilyScreen
from ui.screens.gate import EnrolScreen, GateScreen, UnlockScreen
from ui.screens.help import HelpScreen
from ui.screens.visit import VisitScreen
from ui.supervisor.reassign import ReassignScreen
from ui.supervisor.team import TeamScreen
from ui.synchronising import Synchronising
from ui.theme import Space, ThemeName, Tone
from ui.widgets.layouts import column
from ui.widgets.screen import Screen
from ui.widgets.surfaces import Banner
from ui.widgets.toast import Toast
from ui.widgets.topbar import SyncStatus, TopBar
from ui.words import outcome_word

if TYPE_CHECKING:
    from enumerator.fieldwork import CaseloadSummary, OpenInterview
    from enumerator.store import CaseRow
    from sync.client.engine import SyncReport
    from ui.screens.interview import InterviewScreen

log = logging.getLogger(__name__)

AUTO_LOCK_MS: Final = 10 * 60_000
_LAST_PROFILE: Final = "last_profile"
_THEMES: Final = (ThemeName.LIGHT, ThemeName.DARK, ThemeName.SUNLIGHT)
_ACTIVITY: Final = frozenset(
    {QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.TouchBegin}
)


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
        self._settings = load_settings(accounts.folder.settings_file)
        formats.set_zone(self._settings.zone())
        self._account: Account | None = None
        self._trail: list[Screen] = []
        self._unsent = 0
        self._after_interview: Callable[[], object] | None = None
        self._is_leaving = False
        self._interview: InterviewScreen | None = None
        self._shortcuts: list[QShortcut] = []
        self.setWindowTitle("Enumerator")
        self.setMinimumSize(640, 440)
        self._make_screens()
        self._lay_out()
        self._connect()
        self._shortcuts = shortcuts.bind(self, self._actions())
        self._auto_lock = QTimer(self)
        self._auto_lock.setSingleShot(True)
        self._auto_lock.setInterval(AUTO_LOCK_MS)
        self._auto_lock.timeout.connect(self.lock)
        self._show_gate()

    # ------------------------------------------------------------------ building

    def _make_screens(self) -> None:
        operations = self._operations
        self.bar = TopBar()
        self.banner = Banner()
        self.stack = QStackedWidget()
        self.enrol_screen = EnrolScreen()
        self.unlock_screen = UnlockScreen()
        self.caseload = CaseloadScreen(operations)
        self.family = FamilyScreen(operations)
        self.visit = VisitScreen(operations)
        self.custody = CustodyScreen(operations)
        self.team = TeamScreen(operations)
        self.reassign = ReassignScreen(operations)
        self.help = HelpScreen()
        self.synchronising = Synchronising(operations, self)
        for screen in self._screens():
            self.stack.addWidget(screen)
            screen.back_asked.connect(self.go_back)

    def _screens(self) -> tuple[Screen, ...]:
        return (
            self.enrol_screen,
            self.unlock_screen,
            self.caseload,
            self.family,
            self.visit,
            self.custody,
            self.team,
            self.reassign,
            self.help,
        )

    def _lay_out(self) -> None:
        whole = column(self, gap=0)
        whole.addWidget(self.bar)
        whole.addWidget(self.banner)
        self.banner.set_margin(Space.L)
        whole.addWidget(self.stack, 1)
        self.toast = Toast(self)

    def _connect(self) -> None:
        self._operations.troubled.connect(self.show_error)
        self.bar.sync_pressed.connect(self._press_sync)
        self.bar.custody_pressed.connect(self.show_custody)
        self.bar.language_pressed.connect(self.switch_language)
        self.bar.theme_pressed.connect(self.switch_theme)
        self.bar.help_pressed.connect(self.show_help)
        self.bar.lock_pressed.connect(self.lock)
        self.synchronising.changed.connect(self._show_sync)
        self.synchronising.ended.connect(self._take_sync)
        self.synchronising.failed.connect(self._take_sync_failure)
        self.unlock_screen.unlock_asked.connect(self.unlock)
        self.unlock_screen.enrol_asked.connect(self._show_enrol)
        self.enrol_screen.enrol_asked.connect(self.enrol)
        self.caseload.family_opened.connect(self.open_family)
        self.caseload.new_family_asked.connect(self.start_new_family)
        self.caseload.reassign_asked.connect(self._ask_reassign)
        self.family.visit_asked.connect(self.record_visit)
        self.family.interview_asked.connect(self.start_interview)
        self.family.stop_asked.connect(self._ask_stop)
        self.visit.saved.connect(self._visit_saved)
        self.custody.sync_asked.connect(self.synchronise)
        self.team.officer_opened.connect(self._open_officer)
        self.team.families_asked.connect(lambda: self._open_officer(""))
        self.reassign.reassigned.connect(self._reassigned)
        self.banner.pressed.connect(self._leave_now)

    def _actions(self) -> dict[str, Callable[[], object]]:
        return {
            "help": self.show_help,
            "search": self._go_to_search,
            "back": self._press_escape,
            "sync": self._press_sync,
            "home": self.go_home,
            "families": self._show_families,
            "custody": self.show_custody,
            "visit": lambda: self._press_on_family(self.family.visit.click),
            "interview": lambda: self._press_on_family(self.family.interview.click),
            "new_family": self._press_new_family,
            "save": self._press_save,
            "lock": self.lock,
            "language": self.switch_language,
            "theme": self.switch_theme,
        }

    # ------------------------------------------------------------------ who is at work

    def account(self) -> Account | None:
        """None while locked."""
        return self._account

    def set_now(self, now: Callable[[], datetime]) -> None:
        """Another clock than the laptop's, for what is shown as today."""
        self.bar.connection.set_now(now)
        self.caseload.table.set_now(now)

    def is_idle(self) -> bool:
        """True when nothing is under way beside the window."""
        interview = self._interview
        return self._operations.is_idle() and (interview is None or interview.is_idle())

    def enrol(self, address: str, code: str, passphrase: str) -> None:
        """Makes this laptop an officer's, and unlocks it."""
        accounts = self._accounts
        self.enrol_screen.set_busy(True)
        self._operations.network(
            lambda _report, _cancelled: accounts.enrol(address, code, passphrase),
            lambda account: self._enrolled(account, address),
            self._take_enrol_error,
            owner=self,
        )

    def unlock(self, profile_key: str, passphrase: str) -> None:
        """Opens an officer's data."""
        accounts = self._accounts
        self.unlock_screen.set_busy(True)
        self._operations.run(
            lambda: accounts.unlock(profile_key, passphrase),
            self._take_account,
            self._take_unlock_error,
            owner=self,
        )

    def lock(self) -> None:
        """Closes the officer's data; an open interview is kept as a draft first."""
        if self._account is not None:
            self._leave_interview_then(self._lock_now)

    def _enrolled(self, account: Account, address: str) -> None:
        self.enrol_screen.set_busy(False)
        self.enrol_screen.clear()
        self._remember(server=address)
        self._take_account(account)
        self.synchronise()

    def _take_enrol_error(self, error: Exception) -> None:
        self.enrol_screen.set_busy(False)
        if isinstance(error, KnownError):
            self.enrol_screen.show_error(error)

    def _take_unlock_error(self, error: Exception) -> None:
        self.unlock_screen.set_busy(False)
        if isinstance(error, KnownError):
            self.unlock_screen.show_error(error)

    def _take_account(self, account: Account) -> None:
        self.unlock_screen.set_busy(False)
        self.unlock_screen.clear()
        self._account = account
        self._remember_account(account.profile_key)
        workspace = account.workspace
        is_supervisor = workspace.is_supervisor
        self.bar.set_account(account.login, account.role, "")
        self.caseload.set_workspace(workspace, is_supervisor=is_supervisor)
        for screen in (self.family, self.visit, self.custody, self.team, self.reassign):
            screen.set_workspace(workspace)
        self.go_home()
        self._refresh_bar()
        self.synchronising.set_account(account)
        self._auto_lock.start()
        self.unlocked.emit()

    def _lock_now(self) -> None:
        account, self._account = self._account, None
        if account is None:
            return
        self._auto_lock.stop()
        self.synchronising.set_account(None)
        self._drop_interview()
        self.caseload.set_workspace(None)
        for screen in (self.family, self.visit, self.custody, self.team, self.reassign):
            screen.set_workspace(None)
        self.bar.set_account("", "", "")
        self.banner.hide()
        self._operations.run(account.close, owner=self)
        self._show_gate()
        self.locked.emit()

    def _show_gate(self) -> None:
        profiles = self._accounts.profiles()
        if not profiles:
            self._show_enrol()
            return
        self.unlock_screen.set_profiles(profiles, self._settings.window.get(_LAST_PROFILE, ""))
        self.unlock_screen.clear()
        self._show(self.unlock_screen)

    def _show_enrol(self) -> None:
        self.enrol_screen.clear()
        self.enrol_screen.set_address(self._settings.server)
        self.enrol_screen.set_may_go_back(bool(self._accounts.profiles()))
        self._show(self.enrol_screen)

    # ------------------------------------------------------------------ going about

    def current(self) -> Screen:
        """The screen in sight."""
        screen = self.stack.currentWidget()
        if not isinstance(screen, Screen):
            raise TypeError("the stack holds screens only")
        return screen

    def home(self) -> Screen:
        """The first page: the list, or for a supervisor the team."""
        account = self._account
        if account is not None and account.workspace.is_supervisor:
            return self.team
        return self.caseload

    def go_home(self) -> None:
        if self._account is not None:
            self._leave_interview_then(lambda: self._go_to_root(self.home()))

    def go_back(self) -> None:
        """To the screen before this one."""
        if self.current() is self.enrol_screen:
            self._show_gate()
            return
        if self._account is None or len(self._trail) < 2:
            return
        self._trail.pop()
        self._enter(self._trail[-1])

    def open_family(self, family_id: str) -> None:
        self.family.set_family(FamilyId(family_id))
        self._push(self.family)

    def record_visit(self, family_id: str) -> None:
        """The page on which a visit is recorded; the visit begins now."""
        account = self._account
        if account is None:
            return
        self._operations.read(
            lambda: account.workspace.caseload.row(FamilyId(family_id)),
            self._begin_visit,
            latest="visit",
            owner=self,
        )

    def show_custody(self) -> None:
        if self._account is not None and not self._is_interviewing():
            self.custody.refresh()
            self._push(self.custody)

    def show_help(self) -> None:
        if self._account is not None and not self._is_interviewing():
            self._push(self.help)

    def _begin_visit(self, case: CaseRow | None) -> None:
        if case is not None:
            self.visit.set_family(case.family_id, case.head_name)
            self._push(self.visit)

    def _show_families(self) -> None:
        if self._account is not None:
            self._leave_interview_then(lambda: self._open_officer(""))

    def _open_officer(self, officer: str) -> None:
        if self._account is None:
            return
        if not self._account.workspace.is_supervisor:
            self._go_to_root(self.caseload)
            return
        self.caseload.set_officer(OfficerId(officer) if officer else None)
        self._go_to_root(self.team)
        self._push(self.caseload)

    def _ask_reassign(self) -> None:
        families = self.caseload.table.chosen_families()
        if families:
            self.reassign.set_families(families)
            self._push(self.reassign)

    def _reassigned(self, count: int) -> None:
        self.toast.show_message(
            Tone.GOOD, "swap", self.tr("%n families are waiting to be reassigned", "", count)
        )
        self._recorded()
        self.go_back()

    def _visit_saved(self, _family_id: str, outcome: str) -> None:
        word = outcome_word(Outcome(outcome))
        self.toast.show_message(
            Tone.GOOD, "check-circle", self.tr("Saved on this laptop: {word}").format(word=word)
        )
        self._recorded()
        self.go_back()

    def _go_to_root(self, screen: Screen) -> None:
        self._trail = [screen]
        self._enter(screen)

    def _push(self, screen: Screen) -> None:
        if screen in self._trail:
            del self._trail[self._trail.index(screen) :]
        self._trail.append(screen)
        self._enter(screen)

    def _enter(self, screen: Screen) -> None:
        self._show(screen)
        self._refresh(screen)

    def _show(self, screen: Screen) -> None:
        self.stack.setCurrentWidget(screen)
        self._keep_gate_bar(screen)
        self._free_keys(screen)
        screen.focus_first()

    def _keep_gate_bar(self, screen: Screen) -> None:
        is_gate = isinstance(screen, GateScreen)
        self.bar.help.setVisible(not is_gate)

    def _free_keys(self, screen: Screen) -> None:
        # A screen's own shortcut wins over the window's: two for one key cancel each other.
        own = {shortcut.key().toString() for shortcut in screen.findChildren(QShortcut)}
        for shortcut in self._shortcuts:
            shortcut.setEnabled(shortcut.key().toString() not in own)

    def _refresh(self, screen: Screen) -> None:
        for one in (self.caseload, self.family, self.custody, self.team):
            if one is screen:
                one.refresh()

    # ------------------------------------------------------------------ interviews

    def interview(self) -> InterviewScreen | None:
        """The open interview's screen."""
        return self._interview

    def start_interview(self, family_id: str) -> None:
        """Starts the family's interview, or resumes its draft."""
        account = self._account
        if account is None:
            return
        interviewing = account.workspace.interviewing

        def open_it() -> OpenInterview:
            draft = interviewing.draft_of(FamilyId(family_id))
            if draft is not None:
                return interviewing.resume(draft)
            return interviewing.start(FamilyId(family_id))

        self._operations.run(open_it, self.open_interview, owner=self)

    def start_new_family(self) -> None:
        """An interview with a family that is in no list."""
        account = self._account
        if account is None:
            return
        village = self.caseload.area.currentData()
        self._operations.run(
            lambda: account.workspace.interviewing.start_new_family(village),
            self.open_interview,
            owner=self,
        )

    def open_interview(self, interview: OpenInterview) -> None:
        """Shows an interview; its answers are kept from the first one on."""
        from ui.screens.interview import InterviewScreen

        if self._interview is None:
            made = InterviewScreen(self._operations)
            made.closed.connect(self._interview_closed)
            made.finalised.connect(self._interview_finalised)
            self.stack.addWidget(made)
            self._interview = made
        self._interview.set_interview(interview, self._heading_of(interview))
        self._push(self._interview)

    def _heading_of(self, interview: OpenInterview) -> str:
        case = None
        if self.family.family_id() == interview.family_id:
            case = self.family.shown_case()
        if case is None or not case.head_name:
            return self.tr("New family")
        return f"{case.head_name} · {case.address}"

    def _is_interviewing(self) -> bool:
        return self._interview is not None and self.current() is self._interview

    def _leave_interview_then(self, act: Callable[[], object]) -> None:
        if not self._is_interviewing() or self._interview is None:
            act()
            return
        self._after_interview = act
        self._interview.leave()

    def _interview_closed(self, _family_id: str) -> None:
        if self._interview in self._trail:
            self._trail.remove(self._interview)
        after, self._after_interview = self._after_interview, None
        self._recorded()
        if after is not None:
            after()
        elif self._trail:
            self._enter(self._trail[-1])

    def _interview_finalised(self, _family_id: str) -> None:
        self.toast.show_message(
            Tone.GOOD, "check-circle", self.tr("Interview saved on this laptop as final")
        )
        self._recorded()

    def _drop_interview(self) -> None:
        screen, self._interview = self._interview, None
        if screen is not None:
            self.stack.removeWidget(screen)
            screen.deleteLater()

    def _ask_stop(self, interview_id: str) -> None:
        account = self._account
        if account is None:
            return
        dialog = ReasonDialog(
            self.tr("Give up this draft?"),
            self.tr("Its answers stay on this laptop; the case follows the server."),
            self.tr("Give up"),
            self,
        )
        interviewing = account.workspace.interviewing

        def give_up(reason: str) -> None:
            self._operations.run(
                lambda: interviewing.stop(interview_id, reason),  # type: ignore[arg-type]
                lambda _nothing: self._recorded(),
                owner=self,
            )

        dialog.given.connect(give_up)
        dialog.open()

    # ------------------------------------------------------------------ the server

    def synchronise(self) -> None:
        """A session with the server, now."""
        self.synchronising.ask()

    def _press_sync(self) -> None:
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
        if report.receipts:
            self.toast.show_message(
                Tone.GOOD,
                "cloud-check",
                self.tr("%n record(s) received by the server", "", report.receipts),
            )
        self.synchronised.emit(report)

    def _take_sync_failure(self, error: KnownError, is_asked: bool) -> None:
        log.info("sync ended: %s", error.code)
        if is_asked and error.code != "cancelled":
            self.show_error(error)

    def _recorded(self) -> None:
        """Something new is on the disk."""
        self._refresh(self.current())
        self._refresh_bar()
        self.synchronising.work_arrived()

    def _refresh_bar(self) -> None:
        account = self._account
        if account is None:
            return
        self._operations.read(
            lambda: (account.area_name(), account.workspace.caseload.summary()),
            self._show_bar,
            latest="bar",
            owner=self,
        )

    def _show_bar(self, facts: tuple[str, CaseloadSummary]) -> None:
        account = self._account
        if account is None:
            return
        area, summary = facts
        self.bar.set_account(account.login, account.role, area)
        self.bar.set_unsent(summary.unsent_envelopes)
        self._unsent = summary.unsent_envelopes

    # ------------------------------------------------------------------ language, theme, errors

    def switch_language(self) -> None:
        other = (
            Language.ENGLISH if language.current() is Language.INDONESIAN else Language.INDONESIAN
        )
        self.set_language(other)

    def set_language(self, chosen: Language) -> None:
        """Says everything in another language, at once."""
        app = QApplication.instance()
        if app is not None:
            language.install(app, chosen)
            self._remember(language=chosen.value)

    def switch_theme(self) -> None:
        place = _THEMES.index(theme.colours().name)
        self.set_theme(_THEMES[(place + 1) % len(_THEMES)])

    def set_theme(self, chosen: ThemeName) -> None:
        """Dresses everything anew, at once."""
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.install(app, chosen)
            self._remember(theme=chosen.value)

    def show_error(self, error: Exception) -> None:
        """What the user can act on is told in a line; a bug in a dialog with its report."""
        if isinstance(error, KnownError):
            told = explain(error)
            tone, icon = (Tone.INFO, "cloud-off") if told.is_calm else (Tone.BAD, "alert")
            self._show_banner(tone, icon, told.title, told.advice, self.tr("Understood"))
            return
        log.error("bug: %s", type(error).__qualname__)
        BugDialog(error, self).open()

    def _show_banner(self, tone: Tone, icon: str, title: str, text: str, button: str) -> None:
        self._is_leaving = False
        self.banner.show_message(tone, icon, title, text, button)

    def _remember(self, **changes: str) -> None:
        chosen = msgspec.structs.replace(self._settings, **changes)
        self._save_settings(chosen)

    def _remember_account(self, profile_key: str) -> None:
        window = {**self._settings.window, _LAST_PROFILE: profile_key}
        self._save_settings(msgspec.structs.replace(self._settings, window=window))

    def _save_settings(self, chosen: Settings) -> None:
        if chosen != self._settings:
            self._settings = chosen
            file = self._accounts.folder.settings_file
            self._operations.run(lambda: save_settings(file, chosen), owner=self)

    # ------------------------------------------------------------------ keys

    def _press_escape(self) -> None:
        if self.banner.isVisible():
            self.banner.hide()
        elif not self.current().go_back():
            self.go_back()

    def _go_to_search(self) -> None:
        field = self.current().search_field()
        if field is not None:
            field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _press_on_family(self, press: Callable[[], None]) -> None:
        screen = self.current()
        if screen is self.family:
            press()
        elif screen is self.caseload and not self._is_supervisor():
            family_id = self.caseload.table.current_family()
            if family_id is not None:
                self.open_family(family_id)

    def _press_new_family(self) -> None:
        if self.current() is self.caseload and not self._is_supervisor():
            self.start_new_family()

    def _press_save(self) -> None:
        if self.current() is self.visit:
            self.visit.submit()
        elif self.current() is self.reassign:
            self.reassign.submit()

    def _is_supervisor(self) -> bool:
        return self._account is not None and self._account.workspace.is_supervisor

    # ------------------------------------------------------------------ leaving

    def _leave_now(self) -> None:
        is_leaving = self._is_leaving
        self.banner.hide()
        if is_leaving:
            self.close()

    # Qt's own names from here on.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _ACTIVITY and self._account is not None:
            self._auto_lock.start()
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
        if self._is_interviewing() and self._interview is not None:
            event.ignore()
            self._leave_interview_then(self.close)
            return
        if self._unsent and self._account is not None and not self._is_leaving:
            event.ignore()
            self._show_banner(
                Tone.CARE,
                "laptop",
                self.tr("%n not yet sent", "", self._unsent),
                self.tr("It is safe on this laptop and is sent the next time you synchronise."),
                self.tr("Close anyway"),
            )
            self._is_leaving = True
            return
        self.synchronising.set_account(None)
        self._operations.close()
        if self._account is not None:
            self._account.close()
            self._account = None
        super().closeEvent(event)
