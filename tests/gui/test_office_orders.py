"""What the officer sees of the office's commands: a frozen laptop, and a wiped one."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from enumerator.errors import KnownError
from enumerator.model import CaseState
from enumerator.store.command import FREEZE, UNFREEZE, WIPE, CommandOrder
from tests.gui import operation
from tests.gui.conftest import Opener
from tests.gui.driving import settle
from tests.gui.operation import LINEAGE, PASSPHRASE, Prepared
from ui import language
from ui.account import Account
from ui.language import Language
from ui.window import MainWindow


def order(kind: str, point: int = 1, reason: str = "") -> CommandOrder:
    return CommandOrder(
        command_id=f"{kind}-{point}",
        device_id="device-1",
        command=kind,
        parameters={"reason": reason} if reason else {},
        lineage=LINEAGE,
        point=point,
        issued_at="2020-09-15T00:00:00+00:00",
    )


def obey(window: MainWindow, given: CommandOrder) -> None:
    """As a session with the server brings it."""
    account = window.account()
    assert account is not None
    account.workspace.store.obeying.obey(given)
    window._refresh(window.current())
    window._refresh_bar()
    settle(window)


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Prepared:
    """A laptop a week into the field, whose server does not answer."""
    monkeypatch.setattr(operation, "SERVER", "http://127.0.0.1:9")
    return operation.lively(tmp_path / "offline").prepared()


def shown(window: MainWindow) -> int:
    return window.caseload.table.model().rowCount()


def test_frozen_laptop_says_why_and_shows_drafts_only(officer: MainWindow) -> None:
    account = officer.account()
    assert account is not None
    before = shown(officer)
    drafts = sum(
        1
        for rowid in account.workspace.caseload.ids()
        for row in account.workspace.caseload.page([rowid])
        if account.workspace.store.interviews.draft_of(row.family_id) is not None
    )

    obey(officer, order(FREEZE, reason="laptop dilaporkan hilang"))

    assert officer.restriction.isVisible()
    assert "laptop dilaporkan hilang" in officer.restriction.message()
    assert 0 < drafts == shown(officer) < before


def test_nothing_new_is_begun_on_a_frozen_laptop(officer: MainWindow) -> None:
    obey(officer, order(FREEZE))

    officer.start_new_family()
    settle(officer)

    assert "frozen" in officer.banner.message()
    assert officer.interview() is None or not officer._interviews.is_open()


def test_no_visit_is_begun_on_a_frozen_laptop_but_to_finish_a_draft(officer: MainWindow) -> None:
    account = officer.account()
    assert account is not None
    workspace = account.workspace
    rows = workspace.caseload.page(workspace.caseload.ids())
    new = next(row for row in rows if row.state is CaseState.NOT_VISITED)
    begun = next(row for row in rows if row.state is CaseState.DRAFT)
    obey(officer, order(FREEZE))

    officer.open_family(new.family_id)
    settle(officer)
    buttons = (officer.family.visit.isEnabled(), officer.family.interview.isEnabled())
    officer.record_visit(new.family_id)
    settle(officer)
    refused = officer.current() is officer.family and "frozen" in officer.banner.message()
    officer.open_family(begun.family_id)
    settle(officer)
    of_draft = (officer.family.visit.isEnabled(), officer.family.interview.isEnabled())
    officer.record_visit(begun.family_id)
    settle(officer)

    assert (buttons, refused, of_draft) == ((False, False), True, (True, True))
    assert officer.current() is officer.visit


def test_new_family_is_not_offered_on_a_frozen_laptop(officer: MainWindow) -> None:
    before = officer.caseload._new_family.isEnabled()
    obey(officer, order(FREEZE, 1))
    frozen = officer.caseload._new_family.isEnabled()
    obey(officer, order(UNFREEZE, 2))

    assert (before, frozen, officer.caseload._new_family.isEnabled()) == (True, False, True)


def test_banner_goes_and_the_list_comes_back_when_the_office_unfreezes(
    officer: MainWindow,
) -> None:
    before = shown(officer)
    obey(officer, order(FREEZE, 1))

    obey(officer, order(UNFREEZE, 2))

    assert not officer.restriction.isVisible()
    assert shown(officer) == before


def test_gate_tells_what_happened_after_a_wipe(offline: Prepared, open_on: Opener) -> None:
    officer = open_on(offline)
    account = officer.account()
    assert account is not None
    folder = account.workspace.store.folder
    obey(officer, order(WIPE, reason="laptop dicuri"))

    officer._wipe_now()
    settle(officer)

    assert officer.current() is officer.enrol_screen
    told = officer.enrol_screen.banner.message()
    assert "ppl-01" in told
    assert "laptop dicuri" in told
    assert "sealed on this laptop" in told
    assert not (folder / "database.db").exists()
    assert list((folder / "spool").glob("*.sealed"))
    assert officer.account() is None


def test_gate_tells_it_in_indonesian_too(
    offline: Prepared, open_on: Opener, application: QApplication
) -> None:
    language.install(application, Language.INDONESIAN)
    window = open_on(offline)
    obey(window, order(WIPE))

    window._wipe_now()
    settle(window)

    assert "masih tersegel" in window.enrol_screen.banner.message()


def test_wipe_that_was_ordered_before_is_carried_out_instead_of_unlocking(
    offline: Prepared, open_on: Opener
) -> None:
    window = open_on(offline, unlocked=False)
    profile = window.accounts().profiles()[0].key
    account = window.accounts().unlock(profile, PASSPHRASE)
    account.workspace.store.obeying.obey(order(WIPE))
    account.close()

    window.unlock(profile, PASSPHRASE)
    settle(window)

    assert window.account() is None
    assert window.accounts().profiles() == []
    assert "ppl-01" in window.enrol_screen.banner.message()


def test_data_stays_when_the_disk_is_too_full_to_seal_it(
    officer: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    obey(officer, order(WIPE))

    def full(_account: Account) -> None:
        raise KnownError("disk_full", "The disk is full.")

    monkeypatch.setattr(Account, "wipe", full)
    officer._wipe_now()
    settle(officer)

    assert officer.current() is officer.unlock_screen
    assert "disk" in officer.banner.message().lower()
    assert officer.accounts().profiles()
