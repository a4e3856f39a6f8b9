"""A day with a real server on loopback: enrol, fetch, interview, lose the network, send."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from enumerator.model import CaseState, Outcome
from enumerator.store import DataFolder
from sync.client.engine import SyncReport
from tests.fieldwork.builders import put_questionnaire
from tests.gui.driving import close_window, open_on, settle, wait_until
from tests.gui.screenshots import family_in
from tests.helpers.field import PASSPHRASE, FieldOperation
from tests.helpers.field import family_id as family_number
from ui.account import Accounts
from ui.synchronising import Synchronising
from ui.widgets.topbar import SyncStatus
from ui.window import MainWindow

FAMILY = family_number(1)


@pytest.fixture
def operation(tmp_path: Path) -> Iterator[FieldOperation]:
    with FieldOperation.begin(tmp_path) as begun:
        yield begun


@pytest.fixture
def window(operation: FieldOperation, tmp_path: Path) -> Iterator[MainWindow]:
    """An officer's laptop, newly enrolled through the window."""
    made = open_on(Accounts(DataFolder(tmp_path / "laptop")), unlocked=False)
    enrol(made, operation, "ppl-01")
    yield made
    close_window(made)


def enrol(window: MainWindow, operation: FieldOperation, login: str) -> None:
    screen = window.enrol_screen
    screen.address.setText(operation.server.address)
    screen.code.setText(operation.codes[login])
    for field in (screen.passphrase, screen.again):
        field.setText(PASSPHRASE)
    with Awaited(window):
        screen.submit.click()
    settle(window)


class Awaited:
    """Waits for the session with the server that is begun inside."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.reports: list[SyncReport] = []

    def __enter__(self) -> Awaited:
        self._window.synchronised.connect(self.reports.append)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            wait_until(lambda: bool(self.reports), "the server")
        self._window.synchronised.disconnect(self.reports.append)


def test_enrolling_fetches_the_list(window: MainWindow) -> None:
    assert window.current() is window.caseload
    assert window.caseload.model.rowCount() == 3
    assert window.bar.connection.words().startswith("Online · Synchronised")
    assert window.bar.custody.text() == "All received"


def record(window: MainWindow, outcome: Outcome) -> str:
    family_id = family_in(window, CaseState.NOT_VISITED)
    window.record_visit(family_id)
    settle(window)
    window.visit.picker.set_outcome(outcome)
    window.visit.save.click()
    settle(window)
    return family_id


def test_visit_is_sent_and_its_receipt_shown(window: MainWindow) -> None:
    family_id = record(window, Outcome.MOVED_OUT)
    assert window.bar.custody.text() == "1 not yet sent"
    with Awaited(window) as session:
        QTest.keyClick(window, Qt.Key.Key_F5)
    settle(window)
    assert session.reports[0].receipts == 1
    assert window.bar.custody.text() == "All received"
    assert "1 record received" in window.toast.message()
    window.open_family(family_id)
    settle(window)
    (words,) = window.family.record_words()
    assert "Received by server" in words
    assert "Receipt " in words


def test_lost_network_is_calm_and_loses_nothing(
    window: MainWindow, operation: FieldOperation
) -> None:
    operation.server.stop()
    record(window, Outcome.MOVED_OUT)
    with Awaited(window) as session:
        window.synchronise()
    settle(window)
    assert session.reports[0].failed is not None
    assert "No connection to the server" in window.banner.message()
    assert "You can go on working" in window.banner.message()
    assert window.bar.connection.words().startswith("Offline · Synchronised")
    assert window.bar.custody.text() == "1 not yet sent"


def test_network_that_comes_back_is_noticed_by_itself(window: MainWindow) -> None:
    record(window, Outcome.MOVED_OUT)
    with Awaited(window) as session:
        window.synchronising.set_automatic(True)
        window.synchronising.work_arrived()
    window.synchronising.set_automatic(False)
    settle(window)
    assert session.reports[0].receipts == 1
    assert window.banner.message() == "" or not window.banner.isVisible()


def test_progress_is_shown_while_the_session_runs(window: MainWindow) -> None:
    phases: list[SyncStatus] = []
    window.synchronising.changed.connect(phases.append)
    record(window, Outcome.MOVED_OUT)
    with Awaited(window):
        window.synchronise()
    settle(window)
    assert [status.is_running for status in (phases[0], phases[-1])] == [True, False]
    assert {"hello", "push", "forms"} <= {status.phase for status in phases}
    assert max(status.bytes_moved for status in phases) > 0


def test_family_given_away_leaves_the_list(window: MainWindow, operation: FieldOperation) -> None:
    supervisor = operation.laptop("pml-01")
    supervisor.sync()
    other = operation.laptop("ppl-02")
    other.sync()
    supervisor.reassign([1], other)
    supervisor.sync()
    with Awaited(window):
        window.synchronise()
    settle(window)
    assert window.caseload.model.rowCount() == 2


def test_news_of_the_case_stands_above_an_open_interview(
    window: MainWindow, operation: FieldOperation
) -> None:
    account = window.account()
    assert account is not None
    put_questionnaire(account.workspace.store)
    supervisor, other = operation.laptop("pml-01"), operation.laptop("ppl-02")
    supervisor.sync()
    other.sync()
    window.start_interview(FAMILY)
    settle(window)
    screen = window.interview()
    assert screen is not None
    supervisor.reassign([1], other)
    supervisor.sync()
    with Awaited(window):
        window.synchronise()
    wait_until(lambda: bool(screen.notices.text("reassigned")))
    assert window.current() is screen
    assert "marked as late" in screen.notices.text("reassigned")
    settle(window)


def test_locking_while_a_session_runs_harms_nothing(window: MainWindow) -> None:
    record(window, Outcome.MOVED_OUT)
    window.synchronise()
    window.lock()
    settle(window)
    assert window.account() is None
    profile = window.accounts().profiles()[0]
    window.unlock(profile.key, PASSPHRASE)
    settle(window)
    assert window.current() is window.caseload


def test_nothing_is_asked_of_the_server_when_nobody_is_at_work(window: MainWindow) -> None:
    window.lock()
    settle(window)
    synchronising: Synchronising = window.synchronising
    synchronising.ask()
    assert not synchronising.is_running()
