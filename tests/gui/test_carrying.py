"""Work on its way without a connection: sticks, and the supervisor's laptop nearby."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from enumerator.model import CaseState, Custody, Outcome
from enumerator.store import DataFolder
from enumerator.store.bundle import Bundle
from tests.gui.driving import close_window, open_on, settle, wait_until
from tests.gui.operation import hand_to_relay
from tests.gui.screenshots import family_in
from tests.gui.test_field_day import Awaited, enrol, record
from tests.helpers.field import FieldOperation
from tests.helpers.server import office
from ui.account import Accounts
from ui.window import MainWindow


@pytest.fixture
def operation(tmp_path: Path) -> Iterator[FieldOperation]:
    with FieldOperation.begin(tmp_path) as begun:
        yield begun


class Team:
    """An officer's window and the supervisor's, each on a laptop of its own."""

    def __init__(self, operation: FieldOperation, root: Path, closing: ExitStack) -> None:
        self._operation, self._root, self._closing = operation, root, closing
        self.officer = self._open("ppl-01")
        self.supervisor = self._open("pml-01")

    def _open(self, login: str) -> MainWindow:
        window = open_on(Accounts(DataFolder(self._root / login)), unlocked=False)
        self._closing.callback(close_window, window)
        enrol(window, self._operation, login)
        return window

    def switch_relay_on(self) -> str:
        """The address to type, on this machine."""
        self.supervisor.show_custody()
        settle(self.supervisor)
        self.supervisor.custody.relay.switch.click()
        settle(self.supervisor)
        port = self.supervisor.custody.relay.address.text().rpartition(":")[2]
        return f"127.0.0.1:{port}"

    def hand_over(self, code: str, address: str) -> None:
        self.officer.show_custody()
        settle(self.officer)
        card = self.officer.custody.hand_over
        card.code.setText(code)
        card.address.setText(address)
        QTest.keyClick(card.address, Qt.Key.Key_Return)
        settle(self.officer)


@pytest.fixture
def team(operation: FieldOperation, tmp_path: Path) -> Iterator[Team]:
    with ExitStack() as closing:
        yield Team(operation, tmp_path, closing)


def counts(window: MainWindow) -> dict[Custody, str]:
    window.show_custody()
    settle(window)
    return {custody: card.count() for custody, card in window.custody.cards.items()}


def choose(window: MainWindow, *paths: Path) -> None:
    """What the user will choose in the next dialogs."""

    def choose_target(*_: object) -> Path:
        return paths[0]

    def choose_files(*_: object) -> Sequence[Path]:
        return paths

    window.custody.choose_target = choose_target
    window.custody.choose_files = choose_files


def test_officer_hands_work_to_the_supervisor_and_fetches_its_receipts(team: Team) -> None:
    family = record(team.officer, Outcome.MOVED_OUT)
    address = team.switch_relay_on()
    code = team.supervisor.custody.relay.code.text()

    team.hand_over(code.lower().replace("-", " "), address)
    carried = counts(team.officer)
    assert team.officer.bar.custody.text() == "1 with the supervisor"
    assert "1 record is with pml-01 now" in team.officer.toast.message()
    words_of_rows = team.officer.custody.waiting.words
    where = words_of_rows.data(words_of_rows.index(0, 2), Qt.ItemDataRole.DisplayRole)
    assert str(where).startswith("With pml-01 · handed over at ")
    team.officer.open_family(family)
    settle(team.officer)
    (words,) = team.officer.family.record_words()

    team.supervisor.carrying.look()
    settle(team.supervisor)
    assert "Taken 1 · waiting to be sent 1" in team.supervisor.custody.relay.carried.text()
    assert counts(team.supervisor)[Custody.RELAYED] == "1"
    with Awaited(team.supervisor) as session:
        team.supervisor.synchronise()
    team.hand_over(code, address)

    assert carried == {
        Custody.LAPTOP: "0",
        Custody.RELAYED: "1",
        Custody.RECEIVED: "0",
        Custody.SAFE: "0",
    }
    assert "With the supervisor" in words
    assert session.reports[0].forwarded == 1
    assert counts(team.officer)[Custody.RECEIVED] == "1"
    assert team.officer.bar.custody.text() == "All received"


def test_work_taken_over_is_sent_on_by_itself(team: Team) -> None:
    record(team.officer, Outcome.MOVED_OUT)
    address = team.switch_relay_on()
    with Awaited(team.supervisor) as session:
        team.supervisor.synchronising.set_automatic(True)
        team.hand_over(team.supervisor.custody.relay.code.text(), address)
        team.supervisor.carrying.look()
    team.supervisor.synchronising.set_automatic(False)
    settle(team.supervisor)

    assert session.reports[0].forwarded == 1


def test_wrong_code_is_told_and_changes_nothing(team: Team) -> None:
    record(team.officer, Outcome.MOVED_OUT)
    address = team.switch_relay_on()

    team.hand_over("2222-2222", address)

    assert "The code is not the one" in team.officer.banner.message()
    assert team.officer.bar.custody.text() == "1 not yet sent"
    assert team.officer.custody.hand_over.give.isEnabled()


def test_relay_ends_when_the_supervisor_locks(team: Team) -> None:
    address = team.switch_relay_on()
    code = team.supervisor.custody.relay.code.text()
    team.supervisor.lock()
    settle(team.supervisor)
    record(team.officer, Outcome.MOVED_OUT)

    team.hand_over(code, address)

    assert "does not answer" in team.officer.banner.message()
    assert not team.supervisor.custody.relay.code.isVisible()


def test_switching_off_hides_the_code(team: Team) -> None:
    team.switch_relay_on()
    card = team.supervisor.custody.relay
    assert card.code.isVisible()

    card.switch.click()
    settle(team.supervisor)

    assert not card.code.isVisible()
    assert card.switch.text() == "Switch on"


def test_bundle_goes_to_the_office_and_its_answer_is_read(
    team: Team, operation: FieldOperation, tmp_path: Path
) -> None:
    record(team.officer, Outcome.MOVED_OUT)
    path = tmp_path / "ppl-01.bundle"
    team.officer.show_custody()
    choose(team.officer, path)
    team.officer.custody.stick.save.click()
    settle(team.officer)
    assert "1 record is on the stick, read back and whole" in team.officer.toast.message()
    assert team.officer.bar.custody.text() == "1 not yet sent"
    office(operation.folder, "take-bundle", path)

    choose(team.officer, tmp_path / "ppl-01.bundle.answer")
    team.officer.custody.stick.read.click()
    settle(team.officer)

    assert "1 record received by the server" in team.officer.toast.message()
    assert counts(team.officer)[Custody.RECEIVED] == "1"


def test_supervisor_takes_a_bundle_and_leaves_the_answers_on_the_stick(
    team: Team, tmp_path: Path
) -> None:
    record(team.officer, Outcome.MOVED_OUT)
    path = tmp_path / "ppl-01.bundle"
    for window in (team.officer, team.supervisor):
        window.show_custody()
        choose(window, path)
        settle(window)
    team.officer.custody.stick.save.click()
    settle(team.officer)
    take = team.supervisor.custody.stick.take
    take.click()
    settle(team.supervisor)
    assert "1 record taken over" in team.supervisor.toast.message()
    with Awaited(team.supervisor):
        team.supervisor.synchronise()
    settle(team.supervisor)

    take.click()
    settle(team.supervisor)
    assert "The answers are on the stick" in team.supervisor.toast.message()
    choose(team.officer, path.with_name("ppl-01.bundle.answer"))
    team.officer.custody.stick.read.click()
    settle(team.officer)

    assert counts(team.officer)[Custody.RECEIVED] == "1"


def test_bundle_s_name_tells_whose_and_when(officer: MainWindow, tmp_path: Path) -> None:
    proposed: list[str] = []

    def choose_target(_parent: object, _title: str, name: str, _suffix: str) -> Path:
        proposed.append(name)
        return tmp_path / name

    officer.custody.choose_target = choose_target
    officer.show_custody()
    officer.custody.stick.save.click()
    settle(officer)

    assert proposed == ["ppl-01-20200915-1710.bundle"]
    with Bundle(tmp_path / proposed[0]) as bundle:
        assert len(bundle.index.entries) == 5


def test_stick_that_cannot_be_written_is_told(officer: MainWindow, tmp_path: Path) -> None:
    officer.show_custody()
    choose(officer, tmp_path / "pulled out" / "a.bundle")

    officer.custody.stick.save.click()
    settle(officer)

    assert "could not be written or read whole" in officer.banner.message()
    assert officer.custody.stick.save.isEnabled()


@pytest.mark.parametrize("role", ["officer", "supervisor"])
def test_only_supervisors_take_others_work(role: str, request: pytest.FixtureRequest) -> None:
    window: MainWindow = request.getfixturevalue(role)
    window.show_custody()
    settle(window)
    custody = window.custody

    is_supervisor = role == "supervisor"
    assert custody.stick.take.isVisible() == is_supervisor
    assert custody.relay.isVisible() == is_supervisor
    assert custody.hand_over.isVisible() != is_supervisor


def test_relayed_work_is_shown_as_such_and_never_as_received(officer: MainWindow) -> None:
    account = officer.account()
    assert account is not None
    family = family_in(officer, CaseState.VISITED)
    received = counts(officer)[Custody.RECEIVED]

    hand_to_relay(account.workspace.store, 5)
    officer.go_home()
    shown = counts(officer)

    assert (shown[Custody.LAPTOP], shown[Custody.RELAYED]) == ("0", "5")
    assert shown[Custody.RECEIVED] == received
    officer.open_family(family)
    wait_until(lambda: bool(officer.family.record_words()))
    assert all(
        "Received" not in words for words in officer.family.record_words() if "With" in words
    )
