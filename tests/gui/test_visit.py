"""Recording a visit: by keyboard alone, in one transaction, with errors beside their fields."""

from __future__ import annotations

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from enumerator.model import INTERVIEW_OUTCOMES, CaseState, FamilyId, Outcome, Visit
from tests.gui.driving import settle
from tests.gui.screenshots import family_in
from ui.widgets.outcome_picker import CODES
from ui.window import MainWindow


@pytest.fixture
def family(officer: MainWindow) -> FamilyId:
    """A family that was not visited yet, its visit page open."""
    family_id = family_in(officer, CaseState.NOT_VISITED)
    officer.open_family(family_id)
    settle(officer)
    QTest.keyClick(officer, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    settle(officer)
    assert officer.current() is officer.visit
    return FamilyId(family_id)


def visits(window: MainWindow, family: FamilyId) -> list[Visit]:
    account = window.account()
    assert account is not None
    return [record.visit for record in account.workspace.store.families.visits(family)]


def press(window: MainWindow, key: Qt.Key, ctrl: bool = False) -> None:
    """A key where the focus is."""
    modifier = Qt.KeyboardModifier.ControlModifier if ctrl else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(QApplication.focusWidget() or window, key, modifier)
    settle(window)


def type_in(window: MainWindow, text: str) -> None:
    """Text where the focus is."""
    QTest.keyClicks(QApplication.focusWidget() or window, text)


def save(window: MainWindow) -> None:
    press(window, Qt.Key.Key_S, ctrl=True)


def test_visit_is_recorded_by_keyboard_alone(officer: MainWindow, family: FamilyId) -> None:
    unsent = officer.bar.custody.unsent()
    type_in(officer, "41")
    press(officer, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is officer.visit.note
    type_in(officer, "Pindah ke Banjarbaru")
    save(officer)
    assert officer.current() is officer.family
    (visit,) = visits(officer, family)
    assert (visit.outcome, visit.note) == (Outcome.MOVED_OUT, "Pindah ke Banjarbaru")
    assert officer.bar.custody.unsent() == unsent + 1
    assert "Whole family moved" in officer.toast.message()
    assert officer.family.state.word() == "Closed"


@pytest.mark.usefixtures("family")
def test_number_chooses_its_outcome(officer: MainWindow) -> None:
    for outcome, code in CODES.items():
        officer.visit.picker.search.setText(code)
        assert officer.visit.picker.outcome() is outcome


@pytest.mark.usefixtures("family")
def test_word_finds_its_outcomes(officer: MainWindow) -> None:
    officer.visit.picker.search.setText("vacant")
    assert officer.visit.picker.model.outcomes() == [
        Outcome.VACANT_REGULAR,
        Outcome.VACANT_SEASONAL,
        Outcome.VACANT_FOR_SALE,
    ]


def test_outcomes_that_need_an_interview_are_not_offered() -> None:
    offered = set(CODES)
    assert not offered & INTERVIEW_OUTCOMES
    assert offered | INTERVIEW_OUTCOMES | {Outcome.NEW_FAMILY} == set(Outcome)


def test_missing_outcome_is_said_when_saving(officer: MainWindow, family: FamilyId) -> None:
    save(officer)
    assert "Choose the outcome" in officer.visit.banner.message()
    assert visits(officer, family) == []


@pytest.mark.parametrize(
    ("outcome", "field", "words"),
    [
        (Outcome.NO_CONTACT, "notice_left", "Say whether a notice"),
        (Outcome.HARD_REFUSAL, "refusal_reasons", "Choose at least one reason"),
    ],
)
def test_missing_answer_is_said_beside_its_field(
    officer: MainWindow, family: FamilyId, outcome: Outcome, field: str, words: str
) -> None:
    officer.visit.picker.set_outcome(outcome)
    save(officer)
    assert words in officer.visit.field(field).error()
    assert officer.visit.field(field).isVisible()
    assert officer.visit.field(field).isAncestorOf(QApplication.focusWidget() or officer)
    assert visits(officer, family) == []


def test_reason_is_asked_when_no_notice_was_left(officer: MainWindow, family: FamilyId) -> None:
    screen = officer.visit
    screen.picker.set_outcome(Outcome.NO_CONTACT)
    assert not screen.field("no_notice_reason").isVisible()
    screen.notice.buttons()[1].click()
    assert screen.field("no_notice_reason").isVisible()
    save(officer)
    assert "Say why no notice" in screen.field("no_notice_reason").error()
    screen.no_notice_reason.setText("Anjing galak")
    save(officer)
    (visit,) = visits(officer, family)
    assert (visit.notice_left, visit.no_notice_reason) == (False, "Anjing galak")


def test_no_notice_is_asked_for_when_the_contact_was_by_telephone(
    officer: MainWindow, family: FamilyId
) -> None:
    screen = officer.visit
    screen.picker.set_outcome(Outcome.NO_CONTACT)
    screen.mode.buttons()[1].click()
    assert not screen.field("notice_left").isVisible()
    save(officer)
    (visit,) = visits(officer, family)
    assert visit.mode == "phone"


def test_appointment_is_kept_to_the_minute(officer: MainWindow, family: FamilyId) -> None:
    screen = officer.visit
    screen.picker.set_outcome(Outcome.APPOINTMENT)
    wanted = screen.appointment.value() + timedelta(hours=2)
    screen.appointment.set_value(wanted)
    save(officer)
    (visit,) = visits(officer, family)
    assert visit.appointment_at == wanted
    assert officer.family.state.word() == "Appointment"


def test_refusal_reasons_are_recorded(officer: MainWindow, family: FamilyId) -> None:
    screen = officer.visit
    screen.picker.set_outcome(Outcome.SOFT_REFUSAL)
    screen.reasons["2"].click()
    screen.reasons["98"].click()
    screen.notice.buttons()[0].click()
    save(officer)
    (visit,) = visits(officer, family)
    assert visit.refusal_reasons == ("2", "98")
    assert visit.notice_left is True


def test_quality_flag_is_told_once_before_saving(officer: MainWindow, family: FamilyId) -> None:
    officer.visit.picker.set_outcome(Outcome.MOVED_OUT)
    save(officer)
    officer.record_visit(family)
    settle(officer)
    officer.visit.picker.set_outcome(Outcome.MOVED_OUT)
    save(officer)
    assert "only a short time ago" in officer.visit.banner.message()
    assert officer.visit.save.text() == "Save anyway"
    assert len(visits(officer, family)) == 1
    save(officer)
    assert len(visits(officer, family)) == 2


def test_leaving_without_saving_records_nothing(officer: MainWindow, family: FamilyId) -> None:
    officer.visit.picker.set_outcome(Outcome.MOVED_OUT)
    QTest.keyClick(officer, Qt.Key.Key_Escape)
    settle(officer)
    assert officer.current() is officer.family
    assert visits(officer, family) == []


def test_next_visit_begins_with_empty_fields(officer: MainWindow, family: FamilyId) -> None:
    officer.visit.picker.set_outcome(Outcome.SOFT_REFUSAL)
    officer.visit.reasons["2"].click()
    officer.visit.note.setPlainText("catatan")
    officer.go_back()
    officer.record_visit(family)
    settle(officer)
    assert officer.visit.picker.outcome() is None
    assert not officer.visit.reasons["2"].isChecked()
    assert officer.visit.note.toPlainText() == ""
