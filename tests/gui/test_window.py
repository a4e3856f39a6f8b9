"""The window as a whole: what stays in sight, the keys, locking, closing, errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from enumerator.errors import BugError, KnownError
from enumerator.model import CaseState, Custody, FamilyId
from enumerator.settings import load_settings
from enumerator.store import CaseFilter
from tests.gui.conftest import Opener
from tests.gui.driving import settle, wait_until
from tests.gui.operation import LINEAGE, PASSPHRASE, lively
from tests.gui.screenshots import family_in
from ui import language, shortcuts, theme
from ui.app import parse
from ui.dialogs import BugDialog
from ui.errors import report_of
from ui.language import Language
from ui.theme import ThemeName
from ui.widgets.chips import FilterRow
from ui.window import MainWindow

CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier


def test_unsent_work_is_in_sight_on_every_screen(officer: MainWindow) -> None:
    for show in (officer.go_home, officer.show_custody, officer.show_help):
        show()
        settle(officer)
        assert officer.bar.custody.isVisible()
        assert officer.bar.custody.text() == "5 not yet sent"


def test_keys_lead_to_the_screens(officer: MainWindow) -> None:
    for key, modifier, screen in (
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, officer.help),
        (Qt.Key.Key_3, ALT, officer.custody),
        (Qt.Key.Key_1, ALT, officer.caseload),
    ):
        QTest.keyClick(officer, key, modifier)
        settle(officer)
        assert officer.current() is screen
    QTest.keyClick(officer, Qt.Key.Key_F, CTRL)
    assert QApplication.focusWidget() is officer.caseload.search


def test_back_leads_the_way_one_came(officer: MainWindow) -> None:
    officer.open_family(family_in(officer, CaseState.VISITED))
    settle(officer)
    officer.show_custody()
    settle(officer)
    for screen in (officer.family, officer.caseload, officer.caseload):
        officer.go_back()
        settle(officer)
        assert officer.current() is screen


def test_every_shortcut_is_bound_and_listed_once() -> None:
    keys = [key for binding in shortcuts.BINDINGS for key in binding.keys]
    assert len(keys) == len(set(keys))
    actions = [binding.action for binding in shortcuts.BINDINGS]
    assert len(actions) == len(set(actions))


def test_locking_closes_the_data_and_unlocking_brings_it_back(officer: MainWindow) -> None:
    account = officer.account()
    assert account is not None
    QTest.keyClick(officer, Qt.Key.Key_L, CTRL)
    settle(officer)
    assert officer.account() is None
    assert officer.current() is officer.unlock_screen
    assert officer.caseload.model.rowCount() == 0
    assert not officer.bar.custody.isVisible()
    officer.unlock(account.profile_key, PASSPHRASE)
    settle(officer)
    assert officer.current() is officer.caseload
    assert officer.caseload.model.rowCount() == 56


def test_unlocking_returns_to_the_family_that_was_shown(officer: MainWindow) -> None:
    account = officer.account()
    assert account is not None
    caseload = account.workspace.caseload
    shown = caseload.page(caseload.ids(CaseFilter()))[3].family_id
    officer.open_family(shown)
    settle(officer)
    officer.gatekeeper().auto_lock_due.emit()
    settle(officer)
    officer.unlock(account.profile_key, PASSPHRASE)
    settle(officer)
    assert officer.current() is officer.family
    assert officer.family.family_id() == shown
    officer.go_home()
    officer.lock()
    settle(officer)
    officer.unlock(account.profile_key, PASSPHRASE)
    settle(officer)
    assert officer.current() is officer.caseload


def test_unlocking_returns_to_the_interview_with_its_answers(officer: MainWindow) -> None:
    account = officer.account()
    assert account is not None
    drafts = CaseFilter(states=frozenset({CaseState.DRAFT}))
    caseload = account.workspace.caseload
    officer.start_interview(caseload.page(caseload.ids(drafts))[0].family_id)
    settle(officer)
    before = officer.interviews().family_id()
    assert before is not None
    officer.gatekeeper().auto_lock_due.emit()
    settle(officer)
    assert officer.account() is None
    assert officer.interviews().family_id() is None
    officer.unlock(account.profile_key, PASSPHRASE)
    settle(officer)
    assert officer.interviews().family_id() == before
    assert officer.current() is officer.interview()


@pytest.mark.parametrize(
    ("rule", "minutes"), [({}, 10), ({"auto_lock_minutes": 5}, 5), ({"auto_lock_minutes": 0}, 2)]
)
def test_office_says_after_how_many_minutes_the_window_locks(
    officer: MainWindow, rule: dict[str, int], minutes: int
) -> None:
    account = officer.account()
    assert account is not None
    account.workspace.store.note_server(lineage=LINEAGE, safe_point=0, policy=rule)
    officer.lock()
    settle(officer)
    officer.unlock(account.profile_key, PASSPHRASE)
    settle(officer)
    account = officer.account()
    assert account is not None
    assert account.auto_lock_minutes == minutes


def test_window_locks_itself_when_nobody_is_there(officer: MainWindow) -> None:
    officer.gatekeeper().auto_lock_due.emit()
    settle(officer)
    assert officer.account() is None


def test_keys_do_nothing_while_locked(officer: MainWindow) -> None:
    officer.lock()
    settle(officer)
    for binding in shortcuts.BINDINGS:
        if binding.action in ("language", "theme"):
            continue
        for key in binding.keys:
            QTest.keySequence(officer, key)
    settle(officer)
    assert officer.current() is officer.unlock_screen


def test_closing_says_what_is_unsent_and_closes_when_asked_again(officer: MainWindow) -> None:
    officer.close()
    assert officer.isVisible()
    assert "5 not yet sent" in officer.banner.message()
    officer.close()
    assert not officer.isVisible()
    assert officer.account() is None


def test_closing_asks_nothing_when_all_is_received(tmp_path: Path, open_on: Opener) -> None:
    operation = lively(tmp_path)
    operation.receive_all()
    window = open_on(operation)
    assert window.bar.custody.text() == "All received"
    window.close()
    assert not window.isVisible()


def test_language_and_theme_are_remembered(officer: MainWindow) -> None:
    file = officer.accounts().folder.settings_file
    officer.appearance.set_language(Language.INDONESIAN)
    officer.appearance.set_theme(ThemeName.SUNLIGHT)
    settle(officer)
    settings = load_settings(file)
    assert (settings.language, settings.theme) == ("id", "sunlight")
    assert settings.time_zone == "Asia/Makassar"


def test_theme_button_goes_round(officer: MainWindow) -> None:
    seen = []
    for _ in range(3):
        officer.bar.theme.click()
        seen.append(theme.colours().name)
    assert seen == [ThemeName.DARK, ThemeName.SUNLIGHT, ThemeName.LIGHT]
    settle(officer)


def test_known_error_is_told_with_what_to_do_next(officer: MainWindow) -> None:
    officer.telling.show_error(KnownError("disk_full", "full"))
    assert "The disk is full" in officer.banner.message()
    assert "Delete other files" in officer.banner.message()
    QTest.keyClick(officer, Qt.Key.Key_Escape)
    assert not officer.banner.isVisible()


def secret() -> None:
    raise BugError("Ahmad Fauzi 6371014203689001 answered")


def test_report_of_a_bug_names_places_but_no_words_of_the_error() -> None:
    with pytest.raises(BugError) as caught:
        secret()
    report = report_of(caught.value)
    assert "BugError" in report
    assert "test_window.py" in report
    assert "Ahmad" not in report
    assert "637101" not in report


def test_report_can_be_copied(officer: MainWindow) -> None:
    with pytest.raises(BugError) as caught:
        secret()
    dialog = BugDialog(caught.value, officer)
    dialog.open()
    dialog.copy.click()
    assert "BugError" in QApplication.clipboard().text()
    dialog.close_button.click()


def test_custody_adds_up(officer: MainWindow) -> None:
    officer.bar.custody.click()
    settle(officer)
    assert officer.current() is officer.custody
    counts = {custody: card.count() for custody, card in officer.custody.cards.items()}
    assert counts == {
        Custody.LAPTOP: "5",
        Custody.RELAYED: "0",
        Custody.RECEIVED: "14",
        Custody.SAFE: "0",
    }
    assert officer.custody.waiting.words.rowCount() == 5


def test_family_page_shows_where_its_data_is(officer: MainWindow) -> None:
    officer.open_family(family_in(officer, CaseState.VISITED))
    settle(officer)
    words = officer.family.record_words()
    assert any("Received by server" in word and "R-0000" in word for word in words)


def test_received_answers_do_not_hide_that_a_photo_waits(officer: MainWindow) -> None:
    account = officer.account()
    assert account is not None
    workspace = account.workspace
    family = family_in(officer, CaseState.RECEIVED)
    line = workspace.delivery.where(FamilyId(family))[-1]
    with workspace.store._connections.writing() as db:
        db.execute("INSERT INTO media (sha256, size_bytes) VALUES ('ab', 250000)")
        db.execute("INSERT INTO envelope_media VALUES (?, 'ab')", (line.envelope_id,))
    officer.open_family(family)
    settle(officer)

    assert any("1 photo still to be sent" in words for words in officer.family.record_words())
    officer.show_custody()
    settle(officer)
    name = officer.custody.cards[Custody.LAPTOP].accessibleName()
    assert "1 photo to be sent: 250" in name


def test_family_page_masks_numbers(officer: MainWindow) -> None:
    officer.open_family(family_in(officer, CaseState.NOT_VISITED))
    settle(officer)
    model = officer.family.members.words
    for row in range(model.rowCount()):
        nik = model.index(row, 2).data()
        assert nik.count("*") == 8
        assert len(nik) == 16


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (CaseState.RETURNED, "Returned by your supervisor Tanggal lahir"),
        (CaseState.ANSWERED_ONLINE, "No visit is needed any more"),
        (CaseState.REASSIGNED, "given to another officer"),
        (CaseState.DONE_BY_OTHER, "Another officer has interviewed"),
        (CaseState.WITHDRAWN, "taken off the list"),
        (CaseState.PARKED, "What you began is kept"),
    ],
)
def test_family_page_says_what_became_of_the_case(
    officer: MainWindow, state: CaseState, words: str
) -> None:
    officer.open_family(family_in(officer, state))
    settle(officer)
    assert words in officer.family.banner.message()


@pytest.mark.parametrize(
    ("state", "is_told"),
    [
        (CaseState.NOT_VISITED, True),
        (CaseState.VISITED, True),
        (CaseState.PARKED, False),
        (CaseState.ANSWERED_ONLINE, False),
        (CaseState.RECEIVED, False),
    ],
)
def test_family_page_speaks_of_a_next_visit_only_where_one_is_due(
    officer: MainWindow, state: CaseState, is_told: bool
) -> None:
    officer.open_family(family_in(officer, state))
    settle(officer)
    words = [label.text() for label in officer.family.findChildren(QLabel) if label.isVisible()]
    assert ("Next visit" in words) is is_told


def test_options_of_the_command_line_are_read(tmp_path: Path) -> None:
    options = parse(["--folder", str(tmp_path), "--language", "en", "--theme", "dark"])
    assert (options.folder, options.language, options.theme) == (
        tmp_path,
        Language.ENGLISH,
        ThemeName.DARK,
    )


def test_language_switch_needs_no_restart(officer: MainWindow) -> None:
    officer.open_family(family_in(officer, CaseState.VISITED))
    settle(officer)
    QTest.keyClick(officer, Qt.Key.Key_L, CTRL | Qt.KeyboardModifier.ShiftModifier)
    wait_until(lambda: officer.family.visit.text() == "Catat kunjungan")
    assert language.current() is Language.INDONESIAN
    assert officer.family.state.word() == "Dikunjungi"
    settle(officer)


def test_next_officer_finds_nothing_chosen_when_another_one_was_here(
    officer: MainWindow,
) -> None:
    table = officer.caseload.table
    officer.go_home()
    settle(officer)
    table.selectRow(3)
    chosen = table.current_family()
    officer.lock()
    settle(officer)
    officer.unlock_screen.passphrase.setText(PASSPHRASE)
    officer.unlock_screen.submit.click()
    settle(officer)
    assert chosen is not None
    assert table.model().rowCount() > 3
    assert table.current_family() != chosen


def test_enter_presses_a_filter_when_it_has_the_focus(officer: MainWindow) -> None:
    officer.go_home()
    settle(officer)
    row = next(one for one in officer.caseload.findChildren(FilterRow) if not one.isChecked())
    QTest.keyClick(row, Qt.Key.Key_Return)
    settle(officer)
    assert row.isChecked()


def test_family_page_tells_the_appointment(officer: MainWindow) -> None:
    officer.open_family(family_in(officer, CaseState.APPOINTMENT))
    settle(officer)
    words = [label.text() for label in officer.family.findChildren(QLabel) if label.isVisible()]
    assert any(word.startswith("Appointment: ") for word in words)
