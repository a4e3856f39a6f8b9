"""A hand on the window: presses what an officer presses, and waits until the window rests.

It drives the very window classes that an officer uses; only the fingers are ours. Nothing here
reaches behind the screens to change anything; the caseload is read to choose the next door.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QLabel, QWidget

from enumerator.errors import BugError
from enumerator.model import CaseState, FamilyId, OfficerId, Outcome
from enumerator.sample.respondent import Respondent, interview
from enumerator.store import CaseFilter, CaseRow
from enumerator.store.folders import DataFolder
from enumerator.xform import FormSession, Ref
from ui.account import Account, Accounts
from ui.demo.waiting import turn, wait_until
from ui.operations import Operations
from ui.window import MainWindow

if TYPE_CHECKING:
    from enumerator.fieldwork.open_interview import OpenInterview
    from sync.client.engine import SyncReport

_PATIENCE_S: Final = 120.0


class Hand:
    """One person at one laptop, whose data is below ``folder``."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self.window = MainWindow(Accounts(DataFolder(folder)), Operations())
        self.window.synchronising.set_automatic(False)
        self.window.resize(*size)
        self.window.show()
        self.rest()

    # ------------------------------------------------------------------ waiting

    def rest(self) -> None:
        """Until nothing is under way beside the window; one answer may ask the next."""
        for _ in range(3):
            self.wait_until(self.window.is_idle, "the window to rest")

    def wait_until(self, is_so: Callable[[], bool], what: str) -> None:
        """BugError when it is not so after two minutes."""
        wait_until(is_so, what, _PATIENCE_S)

    # ------------------------------------------------------------------ coming and going

    def enrol(self, address: str, code: str, passphrase: str) -> None:
        """Fill in the first screen; returns after the first session with the server."""
        window, screen = self.window, self.window.enrol_screen
        if window.current() is not screen:
            window.unlock_screen.add.click()
        self.fill_in_enrolment(address, code, passphrase)
        with _Awaited(self, window.synchronised, "the first synchronisation"):
            screen.submit.click()

    def fill_in_enrolment(self, address: str, code: str, passphrase: str) -> None:
        screen = self.window.enrol_screen
        screen.address.setText(address)
        screen.code.setText(code)
        screen.passphrase.setText(passphrase)
        screen.again.setText(passphrase)

    def unlock(self, passphrase: str) -> bool:
        """Whether the passphrase was right."""
        self.window.unlock_screen.passphrase.setText(passphrase)
        self.window.unlock_screen.submit.click()
        self.rest()
        return self.window.account() is not None

    def lock(self) -> None:
        self.window.lock()
        self.rest()

    def leave(self) -> None:
        """Close the window for good: what is unsent stays on the laptop."""
        self.window.close()
        if self.window.isVisible():
            self.window.close()
        self.window.deleteLater()
        turn()

    # ------------------------------------------------------------------ looking

    @property
    def account(self) -> Account:
        account = self.window.account()
        if account is None:
            raise BugError("nobody is signed in")
        return account

    def cases(self, *states: CaseState, officer: str = "") -> list[CaseRow]:
        """The list in its order; without ``states`` all that is on it."""
        caseload = self.account.workspace.caseload
        chosen = CaseFilter(
            states=frozenset(states) or None, officer=OfficerId(officer) if officer else None
        )
        return list(caseload.page(caseload.ids(chosen)))

    def state_of(self, family_id: FamilyId) -> CaseState | None:
        row = self.account.workspace.caseload.row(family_id)
        return None if row is None else row.state

    # ------------------------------------------------------------------ working

    def synchronise(self) -> SyncReport:
        """Press the button and wait for the end of the session, whatever it is."""
        with _Awaited(self, self.window.synchronised, "the synchronisation") as awaited:
            self.window.synchronise()
        report: SyncReport = awaited.value  # type: ignore[assignment]  # Signal(object)
        return report

    def open_family(self, family_id: FamilyId) -> None:
        self.window.open_family(family_id)
        self.rest()

    def visit(self, family_id: FamilyId, outcome: Outcome, note: str = "") -> None:
        """Record a visit without an interview."""
        self.begin_visit(family_id, outcome, note)
        self.finish_visit()

    def begin_visit(self, family_id: FamilyId, outcome: Outcome, note: str = "") -> None:
        """Fill in the visit's page as far as the outcome asks for it."""
        self.open_family(family_id)
        self.window.family.visit.click()
        self.rest()
        screen = self.window.visit
        screen.picker.set_outcome(outcome)
        if screen.notice.isVisible():
            screen.notice.set_value(True)
        for box in list(screen.reasons.values())[:2]:
            box.setChecked(box.isVisible())
        screen.note.setPlainText(note)

    def finish_visit(self) -> None:
        """Save; a quality flag is read and the visit saved anyway. BugError when it stays open."""
        screen = self.window.visit
        for _ in range(2):
            if self.window.current() is screen:
                screen.save.click()
                self.rest()
        if self.window.current() is screen:
            raise BugError(f"the visit was not saved: {_words_of(screen)}")

    def begin_interview(self, family_id: FamilyId) -> None:
        """Start it, or resume its draft."""
        self.open_family(family_id)
        self.window.family.interview.click()
        self.rest()

    def begin_new_family(self) -> None:
        """A family that is on no list."""
        self.window.go_home()
        self.rest()
        self.window.start_new_family()
        self.rest()

    @property
    def open_interview(self) -> OpenInterview:
        screen = self.window.interview()
        shown = None if screen is None else screen.interview()
        if shown is None:
            raise BugError("no interview is open")
        opened: OpenInterview = shown  # type: ignore[assignment]  # the screen asks for less of it
        return opened

    @property
    def session(self) -> FormSession:
        """Read it while the window rests."""
        return self.open_interview.session

    def enter(self, ref: Ref, value: str) -> None:
        """Go to one question and answer it there."""
        screen = self.window.interview()
        if screen is None:
            raise BugError("no interview is open")
        screen.go_to(ref)
        self.wait_until(screen.is_idle, f"the page of {ref}")
        card = screen.page.card(ref)
        if card is None:
            raise BugError(f"{ref} is not on the screen")
        card.enter(value)
        self.wait_until(screen.is_idle, f"the answer to {ref}")

    def ask_all(
        self, respondent: Respondent, *, after_each: Callable[[int], None] | None = None
    ) -> int:
        """Ask what is still open; how many questions that were. ``after_each`` gets their count
        so far."""
        asked = 0

        def answer(ref: Ref, value: str) -> None:
            nonlocal asked
            self.enter(ref, value)
            asked += 1
            if after_each is not None:
                after_each(asked)

        return interview(self.session, respondent, answer)

    def finish_interview(self) -> None:
        """To the last page, finish, and back to where the interview was started from."""
        screen = self.window.interview()
        if screen is None:
            raise BugError("no interview is open")
        screen.show_end()
        self.rest()
        screen.press_finish()
        self.rest()
        if screen.pages.currentWidget() is not screen.saved:
            raise BugError(f"the interview was not finished: {_words_of(screen)}")

    def leave_interview(self) -> None:
        """Keep the draft, or go on from the page that says it is saved."""
        screen = self.window.interview()
        if screen is not None:
            screen.leave()
            self.rest()

    def interview(self, family_id: FamilyId, respondent: Respondent) -> int:
        """A whole interview; how many questions were asked."""
        self.begin_interview(family_id)
        asked = self.ask_all(respondent)
        self.finish_interview()
        self.leave_interview()
        return asked

    # ------------------------------------------------------------------ supervising

    def reassign(self, families: Sequence[CaseRow], to_officer: str, reason: str) -> None:
        """Mark families on the team's list and fill in the page that gives them away."""
        window = self.window
        window.go_home()
        self.rest()
        window.team.families.click()
        self.rest()
        table = window.caseload.table
        rows = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        table.clearSelection()
        for case in families:
            row = window.caseload.model.row_of(case.rowid)
            table.selectionModel().select(window.caseload.model.index(row or 0, 0), rows)
        window.caseload.reassign.click()
        self.rest()
        for button, officer in window.decisions.reassign.officers:
            if officer == to_officer:
                button.setChecked(True)
        window.decisions.reassign.reason.setPlainText(reason)

    def confirm_reassignment(self) -> None:
        screen = self.window.decisions.reassign
        screen.confirm.click()
        self.rest()
        if self.window.current() is screen:
            raise BugError(f"the families were not reassigned: {_words_of(screen)}")


class _Awaited:
    """Waits at its end for a signal that came since its beginning."""

    def __init__(self, hand: Hand, signal: object, what: str) -> None:
        self._hand = hand
        self._signal = signal
        self._what = what
        self._values: list[object] = []

    @property
    def value(self) -> object:
        return self._values[0]

    def __enter__(self) -> _Awaited:
        self._signal.connect(self._values.append)  # type: ignore[attr-defined]  # a bound Signal
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._hand.wait_until(lambda: bool(self._values), self._what)
                self._hand.rest()
        finally:
            self._signal.disconnect(self._values.append)  # type: ignore[attr-defined]


def _words_of(screen: QWidget) -> str:
    """What a screen says of itself, for the error of a step that did not go on."""
    labels = [label.text() for label in screen.findChildren(QLabel) if label.isVisibleTo(screen)]
    return " | ".join(filter(None, labels))[:600]
