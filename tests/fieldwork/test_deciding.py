"""A supervisor decides: which interview stands, and what is to be done again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from enumerator.errors import KnownError
from enumerator.model import CaseState
from enumerator.store import CaseRow, PendingDecision
from enumerator.store.envelope import QuestionComment, ReturnBody, SettlementBody, read
from enumerator.store.feed import ConflictBody, FieldDifference, ResultBody
from tests.fieldwork.builders import Desk
from tests.store.builders import case, family_id

FAMILY = family_id(1)
AT = "2020-09-15T03:00:00+00:00"
STANDS = ResultBody(
    status="received",
    outcome="completed",
    officer_id="acc-02",
    received_at=AT,
    envelope_id="env-1",
)


def other(state: str = "open", kept: str = "env-1") -> ConflictBody:
    return ConflictBody(
        kept_envelope=kept,
        other_envelope="env-2",
        other_officer="acc-03",
        other_outcome="partial",
        other_received_at=AT,
        state=state,
        differences=[
            FieldDifference(path="/data/blok_i/temuan", kept="1", other="2"),
            FieldDifference(path="/data/blok_i/baru_nanti", kept="", other="x"),
            FieldDifference(path="/data/blok_iii/anggota[9]/sosial/kawin", kept="1", other="2"),
        ],
    )


@pytest.fixture
def team(supervisor: Desk) -> Desk:
    supervisor.pull(
        case(1, officer="acc-02", result=STANDS, conflicts=[other()]),
        case(2, counter=2, officer="acc-02", result=STANDS),
        case(3, counter=3, officer="acc-02"),
    )
    return supervisor


def code(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def row(desk: Desk, number: int = 1) -> CaseRow:
    found = desk.store.caseload.row(family_id(number))
    assert found is not None
    return found


def test_two_interviews_stand_side_by_side_in_the_words_of_the_questionnaire(team: Desk) -> None:
    (listed,) = team.workspace.supervising.conflicts()
    contest = team.workspace.supervising.contest(listed.family_id)
    assert (contest.standing.envelope_id, contest.standing.officer_id) == ("env-1", "acc-02")
    (rival,) = contest.others
    assert (rival.officer_id, rival.outcome, rival.received_at is not None) == (
        "acc-03",
        "partial",
        True,
    )
    known, unknown, of_no_line = rival.answers
    assert (known.line, of_no_line.line) == ("", "Anggota keluarga 9")
    assert of_no_line.question.startswith("317.")
    assert known.question.startswith("108.")
    assert known.kept.startswith("Ditemukan")
    assert known.other.startswith("Tidak ada orang")
    assert (unknown.question, unknown.other) == ("baru_nanti", "x")


def test_contest_is_shown_without_a_questionnaire_too(team: Desk) -> None:
    with team.store._connections.writing() as db:
        db.execute("DELETE FROM form_media")
        db.execute("DELETE FROM form")
    (rival,) = team.workspace.supervising.contest(FAMILY).others
    assert rival.answers[0].question == "temuan"


def test_answer_given_online_may_be_what_stands(team: Desk) -> None:
    team.pull(
        case(
            1,
            counter=9,
            version=2,
            self_response="complete",
            self_responded_at=AT,
            conflicts=[other(kept="")],
        )
    )
    standing = team.workspace.supervising.contest(FAMILY).standing
    assert (standing.envelope_id, standing.outcome) == ("", "answered_online")
    team.workspace.supervising.settle(FAMILY, "", "Sudah lengkap")
    (envelope,) = team.store.outbox.next_batch()
    assert read(SettlementBody, envelope.body).envelope_id == ""


def test_decision_is_sealed_with_its_reason_and_pending(team: Desk) -> None:
    team.workspace.supervising.settle(FAMILY, "env-2", " Lebih lengkap ")
    (envelope,) = team.store.outbox.next_batch()
    assert read(SettlementBody, envelope.body) == SettlementBody(
        family_id=FAMILY, envelope_id="env-2", reason="Lebih lengkap"
    )
    contest = team.workspace.supervising.contest(FAMILY)
    assert contest.pending == (PendingDecision("settlement", "env-2"),)


def test_decision_is_taken_back_once_it_was_made(team: Desk) -> None:
    settle = team.workspace.supervising.settle
    assert code(lambda: settle(FAMILY, None, "keliru")) == "nothing_to_decide"
    team.pull(
        case(1, counter=9, version=2, officer="acc-02", result=STANDS, conflicts=[other("settled")])
    )
    settle(FAMILY, None, "keliru")
    (envelope,) = team.store.outbox.next_batch()
    assert read(SettlementBody, envelope.body).envelope_id is None


def test_decision_is_refused_when_something_is_missing(team: Desk) -> None:
    settle = team.workspace.supervising.settle
    assert code(lambda: settle(FAMILY, "env-2", " ")) == "reason_needed"
    assert code(lambda: settle(FAMILY, "env-9", "x")) == "no_such_result"
    assert code(lambda: settle(family_id(2), "env-1", "x")) == "nothing_to_decide"
    assert team.store.outbox.pending().count == 0


def test_interview_is_returned_with_remarks_on_its_questions(team: Desk) -> None:
    supervising = team.workspace.supervising
    assert supervising.may_return(family_id(2))
    supervising.send_back(family_id(2), "Periksa", {"/data/a": " RT? ", "/data/b": " "})
    (envelope,) = team.store.outbox.next_batch()
    assert read(ReturnBody, envelope.body) == ReturnBody(
        family_id=family_id(2),
        envelope_id="env-1",
        comments="Periksa",
        questions=[QuestionComment(path="/data/a", text="RT?")],
    )
    assert row(team, 2).notice == "return_pending"
    assert not supervising.may_return(family_id(2))
    assert code(lambda: supervising.send_back(family_id(2), "x", {})) == "nothing_to_return"


def test_return_is_refused_when_something_is_missing(team: Desk) -> None:
    supervising = team.workspace.supervising
    assert code(lambda: supervising.send_back(family_id(3), "x", {})) == "nothing_to_return"
    assert code(lambda: supervising.send_back(family_id(2), " ", {})) == "reason_needed"
    assert row(team, 2).state is CaseState.RECEIVED


def test_questions_to_remark_on_are_named_with_their_section_and_member(team: Desk) -> None:
    names = team.workspace.supervising.questions(FAMILY)
    by_ref = {name.ref: name for name in names}
    assert by_ref["/data/blok_i/alamat"].label.startswith("106.")
    assert by_ref["/data/blok_i/alamat"].section.startswith("BLOK I")
    second = by_ref["/data/blok_iii/anggota[2]/keberadaan"]
    assert second.section == "Anggota keluarga 2"
    assert "Anggota Contoh B" in second.label
    assert len(by_ref) == len(names)


def test_officers_decide_nothing(desk: Desk) -> None:
    supervising = desk.workspace.supervising
    assert code(supervising.conflicts) == "not_supervisor"
    assert code(lambda: supervising.settle(FAMILY, "x", "x")) == "not_supervisor"
    assert code(lambda: supervising.send_back(FAMILY, "x", {})) == "not_supervisor"
