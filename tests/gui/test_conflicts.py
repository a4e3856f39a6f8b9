"""The server's word meets work in the window: told, asked at the right moment, never forced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from enumerator.model import CaseState, FamilyId
from enumerator.store.envelope import DraftBody, NoteBody, QuestionComment, read
from enumerator.store.feed import CaseBody, FeedRow, HandedDraft, ResultBody
from enumerator.xform import Ref
from tests.gui.driving import settle, wait_until
from tests.gui.screenshots import family_in
from ui.screens.interview import InterviewScreen
from ui.screens.parting import PartingDialog
from ui.window import MainWindow

BUILDING = Ref("/data/blok_i/no_bangunan")
ADDRESS = Ref("/data/blok_i/alamat")
NEXT_DAY = datetime(2020, 9, 14, 2, 30, tzinfo=UTC)


def tell(window: MainWindow, family_id: str, *, gone: str = "", **more: Any) -> None:
    """The server says something new of this family, and the window hears of it."""
    account = window.account()
    assert account is not None
    store = account.workspace.store
    body = b"" if gone and not more else body_of(window, family_id, **more)
    counter = store.inbox.cursor(store.stream) + 1
    row = FeedRow(key=f"case:{family_id}", counter=counter, gone=bool(gone), reason=gone, body=body)
    store.inbox.apply_page(store.stream, [row], counter)
    window.interviews().show_news(account)
    settle(window)


def body_of(window: MainWindow, family_id: str, **more: Any) -> bytes:
    account = window.account()
    assert account is not None
    families = account.workspace.store.families
    family = families.family(FamilyId(family_id))
    fields = {name: getattr(family, name) for name in family.__slots__}
    members = [
        {name: getattr(member, name) for name in member.__slots__ if name != "family_id"}
        for member in families.members(FamilyId(family_id))
    ]
    given = {"version": 50, "family": fields, "members": members, **more}
    if "officer_id" not in given:
        given["officer_id"] = account.workspace.store.enrolment.account_id
    return msgspec.msgpack.encode(msgspec.convert(given, CaseBody, from_attributes=True))


def press_interview(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_I, Qt.KeyboardModifier.ControlModifier)
    settle(window)


def start(window: MainWindow, state: CaseState = CaseState.NOT_VISITED) -> str:
    family_id = family_in(window, state)
    window.open_family(family_id)
    settle(window)
    press_interview(window)
    return family_id


def screen_of(window: MainWindow) -> InterviewScreen:
    screen = window.current()
    assert isinstance(screen, InterviewScreen)
    return screen


def state_of(window: MainWindow, family_id: str) -> CaseState:
    account = window.account()
    assert account is not None
    row = account.workspace.caseload.row(FamilyId(family_id))
    assert row is not None
    return row.state


def sent(window: MainWindow, family_id: str) -> list[tuple[str, bytes]]:
    """Kind and body of what waits for the server, of this family."""
    account = window.account()
    assert account is not None
    outbox = account.workspace.store.outbox
    return [
        (each.header.kind, each.body)
        for each in outbox.next_batch(1000, 10**8)
        if each.header.family_id == family_id
    ]


def turn_page(window: MainWindow) -> PartingDialog:
    """To the next section: there the choice is."""
    screen = screen_of(window)
    screen.turn_section(1)
    settle(window)
    dialog = screen.news.dialog
    assert dialog is not None
    return dialog


# ---------------------------------------------------------------------- open on the screen


@pytest.mark.parametrize("reason", ["answered_online", "reassigned", "withdrawn", "done_by_other"])
def test_open_interview_is_told_and_asked_at_the_next_page_only(
    officer: MainWindow, reason: str
) -> None:
    family_id = start(officer)
    screen = screen_of(officer)
    tell(officer, family_id, gone=reason)
    assert officer.current() is screen
    assert screen.notices.text(reason)
    assert screen.news.dialog is None
    dialog = turn_page(officer)
    dialog.reject()
    settle(officer)
    assert officer.current() is screen
    assert turn_page(officer).isVisible()


def test_stopped_interview_is_sent_as_evidence(officer: MainWindow) -> None:
    family_id = start(officer)
    tell(officer, family_id, gone="answered_online")
    dialog = turn_page(officer)
    dialog.reason.setPlainText("Sudah mengisi sendiri")
    assert dialog.stop.hasFocus() or dialog.reason.hasFocus()
    dialog.stop.click()
    wait_until(lambda: officer.current() is officer.family)
    settle(officer)
    (draft, body), (note, text) = sent(officer, family_id)
    assert (draft, note) == ("draft", "note")
    assert read(DraftBody, body).reason == "stopped"
    assert read(NoteBody, text).text == "Sudah mengisi sendiri"
    assert state_of(officer, family_id) is CaseState.ANSWERED_ONLINE


def test_interview_of_a_withdrawn_family_goes_on_with_a_reason_only(officer: MainWindow) -> None:
    family_id = start(officer)
    tell(officer, family_id, gone="withdrawn")
    dialog = turn_page(officer)
    dialog.go_on.click()
    assert dialog.error() == "Give a reason."
    dialog.reason.setPlainText("Keluarga masih tinggal di sini")
    dialog.go_on.click()
    settle(officer)
    screen = screen_of(officer)
    assert screen.news.reason == "Keluarga masih tinggal di sini"
    screen.turn_section(1)
    settle(officer)
    assert screen.news.dialog is None, "asked once"


def test_interview_of_a_family_given_to_another_is_sealed_when_it_is_left(
    officer: MainWindow,
) -> None:
    family_id = start(officer)
    tell(officer, family_id, gone="reassigned")
    assert sent(officer, family_id) == []
    screen_of(officer).leave()
    wait_until(lambda: officer.current() is officer.family)
    settle(officer)
    settle(officer)
    ((kind, body),) = sent(officer, family_id)
    assert (kind, read(DraftBody, body).reason) == ("draft", "reassigned")
    assert state_of(officer, family_id) is CaseState.PARKED
    assert not officer.family.interview.isEnabled()
    assert "Your supervisor decides" in officer.family.banner.message()


def test_remarks_of_a_return_stand_beside_the_questions_of_the_open_interview(
    officer: MainWindow,
) -> None:
    family_id = start(officer)
    screen = screen_of(officer)
    remark = QuestionComment(path=ADDRESS, text="RT berapa?")
    tell(
        officer,
        family_id,
        result=ResultBody(status="returned", outcome="completed", officer_id="acc-ppl-01"),
        returned_comments="Periksa Blok I",
        question_comments=[remark],
    )
    assert screen.notices.text("returned") == "Periksa Blok I"
    screen.go_to(ADDRESS)
    settle(officer)
    card = screen.card(ADDRESS)
    assert card is not None
    assert card.mark() == "RT berapa?"
    assert "RT berapa?" in card.answer_widget.focus_target().accessibleDescription()


def test_answers_given_online_are_compared_and_taken_one_by_one(officer: MainWindow) -> None:
    family_id = start(officer)
    screen = screen_of(officer)
    for ref, value in (("/data/blok_i/temuan", "1"), (BUILDING, "7")):
        if (card := screen.card(ref)) is None:
            settle(officer)
            card = screen.card(ref)
        assert card is not None, ref
        card.enter(value)
        settle(officer)
    tell(officer, family_id, self_response="partial", self_answers={BUILDING: "15"})
    assert screen.notices.text("partial") == "1 answer given online differs."
    screen.notices.pressed.emit("partial")
    comparison = screen.news.comparison
    assert comparison is not None
    comparison.takes[BUILDING].click()
    settle(officer)
    assert not comparison.takes[BUILDING].isEnabled()
    comparison.done_button.click()
    interview = screen.interview()
    assert interview is not None
    assert interview.session.value(BUILDING) == "15"


# ---------------------------------------------------------------------- closed drafts


def leave(window: MainWindow) -> None:
    screen_of(window).leave()
    wait_until(lambda: window.current() is window.family)
    settle(window)


def test_draft_of_a_family_done_by_another_says_when_and_may_be_finished(
    officer: MainWindow,
) -> None:
    family_id = start(officer)
    leave(officer)
    result = ResultBody(
        status="received",
        outcome="completed",
        officer_id="acc-ppl-07",
        received_at=NEXT_DAY.isoformat(),
    )
    tell(officer, family_id, gone="done_by_other", result=result)
    officer.family.refresh()
    settle(officer)
    told = officer.family.banner.message()
    assert "Received 14 Sep" in told
    assert "acc-ppl-07" not in told, "an id is no name"
    assert officer.family.interview.text() == "Finish anyway"
    press_interview(officer)
    screen = screen_of(officer)
    assert screen.notices.text("done_by_other")
    screen.turn_section(1)
    settle(officer)
    assert screen.news.dialog is None, "the officer chose before"


def test_draft_of_a_split_family_goes_on_with_the_chosen_family(officer: MainWindow) -> None:
    family_id = start(officer)
    leave(officer)
    account = officer.account()
    assert account is not None
    other = next(
        row
        for row in account.workspace.caseload.page(account.workspace.caseload.ids())
        if row.state is CaseState.NOT_VISITED and row.family_id != family_id
    )
    tell(officer, family_id, gone="split", successors=[other.family_id])
    officer.family.refresh()
    settle(officer)
    assert not officer.family.interview.isEnabled()
    officer.family.banner.pressed.emit()
    settle(officer)
    dialog = officer.interviews().dialog
    assert dialog is not None
    dialog.buttons[other.family_id].click()
    settle(officer)
    interview = screen_of(officer).interview()
    assert interview is not None
    assert interview.family_id == other.family_id
    assert [kind for kind, _ in sent(officer, family_id)] == ["draft"]


# ---------------------------------------------------------------------- what to start from


def offered(window: MainWindow, **more: Any) -> str:
    family_id = family_in(window, CaseState.NOT_VISITED)
    tell(window, family_id, **more)
    window.open_family(family_id)
    settle(window)
    press_interview(window)
    assert window.current() is window.family
    return family_id


def press(window: MainWindow, key: str) -> None:
    dialog = window.interviews().dialog
    assert dialog is not None
    dialog.buttons[key].click()
    settle(window)


@pytest.mark.parametrize(("key", "value"), [("answers", "15"), ("afresh", "")])
def test_officer_chooses_whether_to_start_with_the_online_answers(
    officer: MainWindow, key: str, value: str
) -> None:
    answers = {"/data/blok_i/temuan": "1", BUILDING: "15"}
    offered(officer, self_response="partial", self_answers=answers)
    press(officer, key)
    interview = screen_of(officer).interview()
    assert interview is not None
    assert interview.session.value(BUILDING) == value


def test_officer_goes_on_from_what_another_began(officer: MainWindow) -> None:
    family_id = start(officer)
    interview = screen_of(officer).interview()
    assert interview is not None
    instance = interview.session.xml()
    leave(officer)
    tell(officer, family_id, gone="reassigned")
    draft = HandedDraft(
        envelope_id="env-1",
        officer_id="acc-ppl-07",
        form_id="sp2020_c1",
        form_version="2020091501",
        instance=instance,
    )
    offered(officer, drafts=[draft])
    dialog = officer.interviews().dialog
    assert dialog is not None
    assert list(dialog.buttons) == ["draft:env-1", "afresh"]
    assert dialog.buttons["draft:env-1"].text() == "Go on from what another officer began"
    QTest.keyClick(dialog.buttons["draft:env-1"], Qt.Key.Key_Space)
    settle(officer)
    assert screen_of(officer).interview() is not None


def open_dialogs() -> Sequence[object]:
    return [one for one in QApplication.topLevelWidgets() if one.isVisible() and one.isModal()]


def test_nothing_is_begun_when_the_officer_cancels_the_choice(officer: MainWindow) -> None:
    family_id = offered(officer, self_response="partial", self_answers={BUILDING: "15"})
    dialog = officer.interviews().dialog
    assert dialog is not None
    dialog.cancel.click()
    settle(officer)
    assert open_dialogs() == []
    assert state_of(officer, family_id) is CaseState.NOT_VISITED
