"""The screen on a fake interview: focus, refusals, failures, skip logic, language, the end."""

from __future__ import annotations

import threading
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from enumerator.errors import KnownError
from enumerator.xform import Ref
from tests.gui.interview.driver import InterviewDriver, wait_until
from tests.gui.interview.fakes import FakeInterview
from tests.gui.interview.small_form import wide_form
from ui.demo.waiting import turn
from ui.questions.views import Reply
from ui.screens.interview import InterviewScreen
from ui.widgets.interview_header import Saving

Opener = Callable[..., FakeInterview]

VILLAGE = "/data/visit/village"
BUILDING = "/data/visit/building"
RESULT = "/data/visit/result"
AGREES = "/data/consent/agrees"
CARD = "/data/family/card"
PEOPLE = "/data/family/people"
NAME = "/data/members/person/name"
AGE = "/data/members/person/more/age"
MARRIED = "/data/members/person/more/married"


def _to_family(driver: InterviewDriver) -> None:
    driver.enter(RESULT, "1")
    driver.enter(AGREES, "1")


def _to_members(driver: InterviewDriver, count: int = 2) -> None:
    _to_family(driver)
    driver.enter(CARD, "6371020111159002")
    driver.enter(PEOPLE, str(count))


# ---------------------------------------------------------------------- opening


def test_interview_opens_at_its_first_question_when_it_is_new(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    assert driver.current() == VILLAGE


def test_interview_opens_at_the_very_place_when_it_is_resumed(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    _to_family(driver)
    session = driver.screen._interview.session  # type: ignore[union-attr]  # it is open
    interview = FakeInterview(session)  # type: ignore[arg-type]  # the fake's own session
    interview.position = Ref(PEOPLE)
    driver.screen.set_interview(interview)
    driver.settle()
    assert driver.current() == PEOPLE


def test_position_is_told_to_the_interview_when_the_officer_rests_on_a_question(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    driver.go_to(RESULT)
    wait_until(lambda: interview.position == RESULT)


def test_text_typed_before_a_crash_stands_in_its_field_when_resumed(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake(typed_texts={Ref(BUILDING): "1200"})
    card = driver.card(BUILDING)
    assert card.answer_widget.focus_target().property("text") == "1200"
    assert "not saved" in card.message().lower()
    assert driver.screen.saving().kind is Saving.REFUSED


def test_register_notice_is_shown_when_the_register_changed_meanwhile(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake(register_changed=True)
    assert "new data" in driver.screen.notices.text("register_changed")


def test_text_on_its_way_is_noted_and_forgotten_when_it_is_given_up(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    driver.go_to(BUILDING)
    driver.type("12")
    wait_until(lambda: interview.typed_texts.get(Ref(BUILDING)) == "12")
    driver.press(Qt.Key.Key_Escape)
    assert interview.typed_texts[Ref(BUILDING)] == ""


# ---------------------------------------------------------------------- answering


def test_enter_stores_and_goes_to_the_next_question_when_the_answer_is_right(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    driver.go_to(BUILDING)
    driver.answer("12")
    assert interview.journal == [("answer", BUILDING, "12")]
    assert driver.current() == RESULT


def test_refused_answer_keeps_its_text_and_the_focus_when_it_breaks_a_rule(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    driver.go_to(BUILDING)
    driver.answer("1200")
    card = driver.card(BUILDING)
    assert driver.current() == BUILDING
    assert card.answer_widget.focus_target().property("text") == "1200"
    assert card.message().startswith("Isian 1 sampai 999")
    assert interview.session.value(BUILDING) == ""
    assert interview.typed_texts[Ref(BUILDING)] == "1200"
    entry = driver.screen.outline().entries[0]
    assert entry.errors == 1


def test_refused_answer_goes_when_escape_is_pressed(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    driver.enter(BUILDING, "12")
    driver.go_to(BUILDING)
    driver.answer("1200")
    driver.press(Qt.Key.Key_Escape)
    card = driver.card(BUILDING)
    assert card.answer_widget.focus_target().property("text") == "12"
    assert card.message() == ""
    assert not interview.typed_texts[Ref(BUILDING)]
    assert not driver.screen.has_unsaved()


def test_text_that_is_no_number_is_explained_in_the_interfaces_words_when_typed(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    driver.go_to(BUILDING)
    driver.answer("dua belas")
    assert driver.card(BUILDING).message().startswith("Type a whole number")
    assert interview.typed_texts[Ref(BUILDING)] == "dua belas"


def test_answer_is_stored_when_the_focus_leaves_by_tab(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    driver.go_to(BUILDING)
    driver.type("7")
    driver.press(Qt.Key.Key_Tab)
    assert interview.session.value(BUILDING) == "7"
    assert driver.current() == RESULT


def test_shift_enter_goes_back_when_pressed(open_fake: Opener, driver: InterviewDriver) -> None:
    open_fake()
    driver.go_to(BUILDING)
    driver.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert driver.current() == VILLAGE


def test_next_question_waits_for_the_disk_and_gets_what_was_typed_meanwhile(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    gate = threading.Event()
    interview = open_fake(gate=gate)
    driver.screen.go_to(BUILDING)
    turn()
    driver.type("12")
    driver.tap(Qt.Key.Key_Return)
    turn(30)
    assert driver.current() == BUILDING
    assert driver.screen.saving().kind is Saving.UNDER_WAY
    driver.type("4")
    gate.set()
    driver.settle()
    assert driver.current() == RESULT
    assert interview.session.value(BUILDING) == "12"
    assert interview.session.value(RESULT) == "4"


def test_answer_stays_and_says_why_when_the_disk_fails(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake(fail_next=KnownError("disk_full", "The disk is full. Make room."))
    driver.go_to(BUILDING)
    driver.answer("12")
    card = driver.card(BUILDING)
    assert "Press Enter to try again" in card.message()
    assert driver.screen.saving().kind is Saving.FAILED
    assert driver.current() == BUILDING
    driver.press(Qt.Key.Key_Return)
    assert interview.session.value(BUILDING) == "12"
    assert driver.screen.saving().kind is Saving.SAVED


def test_indicator_says_not_saved_when_something_is_typed_only(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    driver.go_to(BUILDING)
    driver.type("1")
    assert driver.screen.saving().kind is Saving.TYPING
    driver.press(Qt.Key.Key_Return)
    assert driver.screen.saving().kind is Saving.SAVED


def test_undo_takes_the_last_answer_back_when_nothing_is_typed(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    driver.enter(BUILDING, "12")
    driver.control(Qt.Key.Key_Z)
    assert interview.session.value(BUILDING) == ""
    assert driver.current() == BUILDING
    assert driver.card(BUILDING).answer_widget.focus_target().property("text") == ""


def test_undo_is_the_fields_own_when_something_is_typed(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    driver.enter(BUILDING, "12")
    driver.go_to("/data/close/place")
    driver.type("-3")
    driver.control(Qt.Key.Key_Z)
    assert interview.session.value(BUILDING) == "12"


def test_required_answer_is_empty_and_missing_when_it_is_cleared(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    driver.enter(RESULT, "2")
    driver.go_to(RESULT)
    driver.press(Qt.Key.Key_Delete)
    assert interview.session.value(RESULT) == ""
    assert not driver.screen.has_unsaved()
    driver.press(Qt.Key.Key_Tab)
    assert "Wajib diisi" in driver.card(RESULT).message()


# ---------------------------------------------------------------------- skip logic


def test_questions_come_and_go_when_an_answer_decides_it(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    driver.enter(RESULT, "3")
    assert driver.shows("/data/visit/back")
    assert not driver.shows("/data/visit/reasons")
    driver.enter(RESULT, "4")
    assert not driver.shows("/data/visit/back")
    assert driver.shows("/data/visit/reasons")


def test_card_at_work_stays_where_it_is_when_something_appears_above(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    """The clear button of a question's own card, answers of others: the eye keeps its place."""
    interview = open_fake(wide_form(40))
    driver.go_to("/data/all/q30")
    page = driver.screen.page
    card = driver.card("/data/all/q30")
    before = card.mapTo(page.viewport(), card.rect().topLeft()).y()
    driver.screen._desk.answer(Ref("/data/all/q2"), "abc", "abc", lambda _: None)
    driver.screen._desk.keep_typed(Ref("/data/all/q5"), "abc", lambda _: None)
    driver.settle()
    assert driver.card("/data/all/q5").message()
    assert interview.typed_texts[Ref("/data/all/q5")] == "abc"
    assert driver.current() == "/data/all/q30"
    assert card.mapTo(page.viewport(), card.rect().topLeft()).y() == before


def test_only_changed_questions_are_touched_when_an_answer_is_stored(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake(wide_form(40))
    driver.settle()
    replies: list[Reply] = []
    driver.screen._desk.replied.connect(replies.append)
    driver.enter("/data/all/q0", "1")
    (reply,) = [reply for reply in replies if reply.answer is not None]
    assert set(reply.items) == {"/data/all/q0", "/data/all/skipped"}


def test_roster_follows_when_the_number_of_people_changes(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    _to_members(driver, 2)
    driver.enter(NAME, "Ahmad Fauzi")
    driver.screen.show_roster()
    driver.settle()
    (roster,) = driver.screen.page.rosters()
    assert [line.name for line in roster.view.lines] == ["Ahmad Fauzi", ""]
    driver.enter(PEOPLE, "4")
    assert len([one for one in driver.screen.outline().entries if one.line]) == 4
    driver.enter(PEOPLE, "1")
    assert len([one for one in driver.screen.outline().entries if one.line]) == 1


def test_roster_comes_back_when_the_open_member_is_no_more(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    _to_members(driver, 3)
    driver.go_to("/data/members/person[3]/name")
    assert interview.session.value(PEOPLE) == "3"
    driver.screen._desk.answer(Ref(PEOPLE), "2", "2", lambda _: None)
    driver.settle()
    driver.settle()
    assert driver.current() == "/data/members/person"


# ---------------------------------------------------------------------- going about


def test_enter_on_the_last_question_goes_on_to_the_next_section(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    driver.go_to(RESULT)
    driver.answer("1")
    assert driver.current() == AGREES


def test_members_follow_each_other_when_enter_is_pressed_through(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    _to_members(driver, 2)
    driver.screen.show_roster()
    driver.settle()
    driver.press(Qt.Key.Key_Return)
    assert driver.current() == NAME
    driver.answer("Ahmad Fauzi")
    driver.answer("1")
    driver.answer("9")
    driver.press(Qt.Key.Key_Return)
    assert driver.current() == "/data/members/person[2]/name"


def test_keys_turn_sections_and_members_when_pressed(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    _to_members(driver, 2)
    driver.go_to(CARD)
    driver.control(Qt.Key.Key_PageUp)
    assert driver.current() == AGREES
    driver.control(Qt.Key.Key_M)
    assert driver.current() == "/data/members/person"
    driver.press(Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    assert driver.current() == NAME
    driver.press(Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    assert driver.current() == "/data/members/person[2]/name"
    driver.press(Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    assert driver.current() == NAME
    driver.press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert driver.current() == "/data/members/person[2]/name"


def test_control_e_finds_the_next_open_question_when_pressed(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    driver.enter(VILLAGE, "63.71.0007")
    driver.enter(RESULT, "2")
    driver.go_to(VILLAGE)
    driver.control(Qt.Key.Key_E)
    assert driver.current() == "/data/close/outcome"


def test_draft_is_kept_and_told_when_the_officer_leaves(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    left: list[str] = []
    driver.screen.closed.connect(left.append)
    driver.go_to(BUILDING)
    driver.type("12")
    driver.screen.leave()
    driver.settle()
    assert left == ["6300-1"]
    assert interview.is_closed
    assert interview.session.value(BUILDING) == "12"


def test_notice_stands_above_the_questions_when_news_come(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    driver.go_to(BUILDING)
    driver.screen.set_notice("answered_online", "Receipt of 14.05.")
    driver.settle()
    assert driver.screen.notices.isVisible()
    assert driver.current() == BUILDING
    driver.screen.set_notice("answered_online", "")
    assert not driver.screen.notices.isVisible()


# ---------------------------------------------------------------------- language


def test_language_changes_the_questions_and_nothing_else_when_f2_is_pressed(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    changed: list[str] = []
    driver.screen.language_changed.connect(changed.append)
    driver.enter(RESULT, "4")
    driver.enter("/data/visit/reasons", "98 1")
    driver.go_to(BUILDING)
    driver.type("3")
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    driver.press(Qt.Key.Key_F2)
    assert changed == ["English (en)"]
    assert driver.card(RESULT).label() == "108. Result of this visit"
    assert QApplication.focusWidget() is field
    assert field.text() == "3"
    assert interview.session.value("/data/visit/reasons") == "98 1"
    driver.press(Qt.Key.Key_F2)
    assert driver.card(RESULT).label() == "108. Hasil kunjungan ini"


def test_refusal_is_told_in_the_new_language_when_it_changes(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    driver.go_to(BUILDING)
    driver.answer("1200")
    driver.press(Qt.Key.Key_F2)
    assert driver.card(BUILDING).message().startswith("Enter 1 to 999")


# ---------------------------------------------------------------------- the end


def _complete(driver: InterviewDriver) -> None:
    driver.enter(VILLAGE, "63.71.0007")
    driver.enter(RESULT, "2")
    driver.enter("/data/close/outcome", "2")


def test_last_page_lists_what_is_missing_and_leads_there_when_chosen(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    driver.enter(RESULT, "2")
    driver.control(Qt.Key.Key_Return)
    end = driver.screen.end
    points = end.list.points
    refs = [points.point(row).ref for row in range(points.rowCount()) if points.point(row)]  # type: ignore[union-attr]  # filtered
    assert refs == [VILLAGE, "/data/close/outcome"]
    assert not end.finish.isEnabled()
    driver.press(Qt.Key.Key_Down)
    driver.press(Qt.Key.Key_Return)
    assert driver.current() == "/data/close/outcome"


def test_typed_text_that_was_refused_stands_in_the_way_when_finishing(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    _complete(driver)
    driver.go_to(BUILDING)
    driver.answer("1200")
    driver.screen.show_end()
    driver.settle()
    assert not driver.screen.end.finish.isEnabled()
    driver.card(BUILDING).answer_widget.give_up()
    driver.settle()
    driver.screen.show_end()
    driver.settle()
    assert driver.screen.end.finish.isEnabled()


def test_interview_is_finished_by_keys_when_nothing_is_missing(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake()
    finished: list[str] = []
    left: list[str] = []
    driver.screen.finalised.connect(finished.append)
    driver.screen.closed.connect(left.append)
    _complete(driver)
    driver.control(Qt.Key.Key_Return)
    driver.control(Qt.Key.Key_Return)
    assert finished == ["6300-1"]
    assert interview.is_closed
    assert driver.screen.pages.currentWidget() is driver.screen.saved
    driver.press(Qt.Key.Key_Space)
    assert left == ["6300-1"]


def test_reason_is_asked_when_the_case_has_left_the_list(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    interview = open_fake(reason_needed=True)
    _complete(driver)
    driver.screen.show_end()
    driver.settle()
    driver.screen.press_finish()
    driver.settle()
    assert driver.screen.end.reason.isVisible()
    assert not interview.is_closed
    driver.type("Keluarga ditemui sebelum kabar datang")
    driver.screen.press_finish()
    driver.settle()
    assert interview.is_closed


def test_warnings_are_summed_up_when_everything_is_answered(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    _to_family(driver)
    driver.enter(VILLAGE, "63.71.0007")
    driver.enter(CARD, "9971020111159002")
    driver.enter("/data/family/why_odd", "Kartu baru")
    driver.enter(PEOPLE, "0")
    driver.enter("/data/close/outcome", "1")
    driver.screen.show_end()
    driver.settle()
    end = driver.screen.end
    assert end.verdict.text() == "Everything is answered."
    assert end.warned.word() == "1 warning"
    assert "Terisi lengkap" in end.summary.text()


def test_screen_takes_another_interview_when_one_is_done(
    open_fake: Opener, driver: InterviewDriver, screen: InterviewScreen
) -> None:
    open_fake()
    _complete(driver)
    screen.press_finish()
    driver.settle()
    screen.press_finish()
    driver.settle()
    screen.leave()
    driver.settle()
    open_fake()
    assert driver.current() == VILLAGE
    assert screen.tree.isVisible()
    assert screen.saving().kind is Saving.NOTHING
