"""The cells of the conflict matrix in which the officer decides, and what the program does by
itself with the questionnaire's drafts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from enumerator.errors import KnownError
from enumerator.fieldwork import OpenInterview
from enumerator.model import CaseState, FamilyId
from enumerator.sample.respondent import Respondent
from enumerator.store import CaseRow
from enumerator.store.envelope import DraftBody, NoteBody, QuestionComment, SealedEnvelope, read
from enumerator.store.feed import FeedRow, HandedDraft, ResultBody
from enumerator.xform import Ref, Result
from tests.fieldwork.builders import FORM_VERSION, Desk, put_questionnaire
from tests.store.builders import FORM, case, family_id, gone

FAMILY = family_id(1)
ADDRESS = Ref("/data/blok_i/alamat")
BUILDING = Ref("/data/blok_i/no_bangunan")
FOUND = Ref("/data/blok_i/temuan")
NOTE = Ref("/data/blok_vi/catatan")


def code(desk: Desk, interview: OpenInterview) -> str:
    with pytest.raises(KnownError) as caught:
        desk.workspace.interviewing.resume(interview.id)
    return caught.value.code


def row(desk: Desk, number: int = 1) -> CaseRow:
    found = desk.store.caseload.row(family_id(number))
    assert found is not None
    return found


def waiting(desk: Desk) -> list[SealedEnvelope]:
    return desk.store.outbox.next_batch()


def begun(desk: Desk, family: FamilyId = FAMILY) -> OpenInterview:
    """An interview with two answers."""
    interview = desk.workspace.interviewing.start(family)
    for ref, value in ((FOUND, "1"), (BUILDING, "7")):
        assert interview.answer(ref, value).result is Result.OK
    return interview


def handed(instance: bytes, version: str = FORM_VERSION) -> HandedDraft:
    return HandedDraft(
        envelope_id="env-draft",
        officer_id="acc-02",
        form_id=FORM,
        form_version=version,
        instance=instance,
    )


# ---------------------------------------------------------------------- given up, finished


def test_stopped_draft_is_sent_as_evidence_with_the_answers_and_the_reason(desk: Desk) -> None:
    interview = begun(desk)
    interview.close()
    desk.pull(gone(1, 9, "answered_online"))
    desk.workspace.parking.stop(interview.id, " Sudah mengisi sendiri ")
    draft, note = waiting(desk)
    body = read(DraftBody, draft.body)
    assert (body.reason, body.interview_id, body.form_version) == (
        "stopped",
        interview.id,
        FORM_VERSION,
    )
    assert b"<no_bangunan>7</no_bangunan>" in body.instance
    assert read(NoteBody, note.body).text == "Sudah mengisi sendiri"
    assert row(desk).state is CaseState.ANSWERED_ONLINE


@pytest.mark.parametrize("reason", ["answered_online", "done_by_other"])
def test_interview_is_finished_without_a_reason_when_both_answers_are_kept(
    desk: Desk, reason: str
) -> None:
    interview = desk.interview_with(FAMILY)
    desk.pull(gone(1, 9, reason))
    interview.finalise()
    desk.push("alternate")
    assert (row(desk).state, row(desk).notice) == (CaseState.RECEIVED, reason)


# ---------------------------------------------------------------------- reassigned


def test_draft_of_a_reassigned_case_is_sent_by_itself_once(desk: Desk) -> None:
    interview = begun(desk)
    interview.close()
    desk.pull(gone(1, 9, "reassigned"))
    assert desk.workspace.parking.send_parked() == 1
    assert desk.workspace.parking.send_parked() == 0
    (draft,) = waiting(desk)
    assert read(DraftBody, draft.body).reason == "reassigned"
    assert code(desk, interview) == "read_only"
    assert row(desk).state is CaseState.PARKED


def test_draft_on_the_screen_is_sent_when_it_is_closed_and_not_before(desk: Desk) -> None:
    interview = begun(desk)
    desk.pull(gone(1, 9, "reassigned"))
    assert desk.workspace.parking.send_parked() == 0
    interview.answer(BUILDING, "8")
    interview.close()
    assert desk.workspace.parking.send_parked() == 1
    assert b"<no_bangunan>8</no_bangunan>" in waiting(desk)[0].body


@pytest.mark.parametrize("reason", ["answered_online", "withdrawn", "done_by_other", "split"])
def test_draft_that_the_officer_decides_about_is_not_sent_by_itself(
    desk: Desk, reason: str
) -> None:
    begun(desk).close()
    desk.pull(gone(1, 9, reason))
    assert desk.workspace.parking.send_parked() == 0


def test_draft_that_cannot_be_read_now_keeps_no_other_back(
    desk: Desk, expect_log: Callable[[str], None]
) -> None:
    expect_log("WARNING enumerator.fieldwork.parking: ")
    for number in (1, 2):
        begun(desk, family_id(number)).close()
    desk.pull(gone(1, 8, "reassigned"), gone(2, 9, "reassigned"))
    with desk.store._connections.writing() as db:
        db.execute("UPDATE interview SET form_version = '1999' WHERE family_id = ?", (FAMILY,))
    assert desk.workspace.parking.send_parked() == 1
    assert [each.header.family_id for each in waiting(desk)] == [family_id(2)]


def test_draft_that_was_given_back_goes_on(desk: Desk) -> None:
    interview = begun(desk)
    interview.close()
    desk.pull(gone(1, 8, "reassigned"))
    desk.workspace.parking.send_parked()
    desk.pull(case(1, counter=9, version=3, members=3))
    again = desk.workspace.interviewing.resume(interview.id)
    assert again.session.value(BUILDING) == "7"


# ---------------------------------------------------------------------- handed on


def test_new_officer_goes_on_from_what_the_former_one_began(desk: Desk) -> None:
    former = begun(desk, family_id(2))
    instance = former.session.xml()
    desk.pull(case(1, counter=9, version=2, members=3, drafts=[handed(instance)]))
    (offered,) = desk.workspace.interviewing.offer(FAMILY).drafts
    assert offered.officer_id == "acc-02"
    mine = desk.workspace.interviewing.start(FAMILY, draft="env-draft")
    assert mine.session.value(BUILDING) == "7"
    assert mine.session.instance_id != former.session.instance_id
    mine.close()
    again = desk.workspace.interviewing.resume(mine.id)
    assert again.session.value(BUILDING) == "7"
    assert again.record.form_version == FORM_VERSION


def test_new_officer_may_start_afresh(desk: Desk) -> None:
    instance = begun(desk, family_id(2)).session.xml()
    desk.pull(case(1, counter=9, version=2, members=3, drafts=[handed(instance)]))
    mine = desk.workspace.interviewing.start(FAMILY)
    assert mine.session.value(BUILDING) == ""


def test_handed_draft_of_an_unknown_version_goes_on_with_the_current_one(desk: Desk) -> None:
    instance = begun(desk, family_id(2)).session.xml()
    desk.pull(case(1, counter=9, version=2, members=3, drafts=[handed(instance, "1999")]))
    mine = desk.workspace.interviewing.start(FAMILY, draft="env-draft")
    assert mine.record.form_version == FORM_VERSION
    assert mine.session.value(BUILDING) == "7"


def test_draft_that_is_no_longer_offered_is_not_begun(desk: Desk) -> None:
    with pytest.raises(KnownError) as caught:
        desk.workspace.interviewing.start(FAMILY, draft="env-draft")
    assert caught.value.code == "no_such_draft"
    assert desk.workspace.interviewing.draft_of(FAMILY) is None


# ---------------------------------------------------------------------- split, merged


def divided(counter: int = 9) -> FeedRow:
    successors = [family_id(2), "6300-elsewhere"]
    return case(1, counter=counter, version=2, gone=True, reason="split", successors=successors)


def test_draft_of_a_split_family_goes_on_with_the_chosen_successor(desk: Desk) -> None:
    interview = begun(desk)
    interview.close()
    desk.pull(divided())
    parking = desk.workspace.parking
    assert parking.successors(FAMILY) == (family_id(2),)
    moved = desk.workspace.interviewing.resume(parking.move(interview.id, family_id(2)))
    assert moved.family_id == family_id(2)
    assert moved.session.value("/data/blok_i/id_keluarga") == family_id(2)
    assert moved.session.value(BUILDING) == "7"
    assert [each.header.family_id for each in waiting(desk)] == [FAMILY]
    assert (row(desk).state, row(desk, 2).state) == (CaseState.WITHDRAWN, CaseState.DRAFT)


def test_draft_stays_parked_when_the_chosen_family_is_no_successor(desk: Desk) -> None:
    interview = begun(desk)
    desk.pull(divided())
    with pytest.raises(KnownError) as caught:
        desk.workspace.parking.move(interview.id, family_id(3))
    assert caught.value.code == "no_successor"
    assert (row(desk).state, waiting(desk)) == (CaseState.PARKED, [])


def test_draft_stays_parked_when_the_successor_has_a_draft_of_its_own(desk: Desk) -> None:
    interview = begun(desk)
    begun(desk, family_id(2))
    desk.pull(divided())
    with pytest.raises(KnownError) as caught:
        desk.workspace.parking.move(interview.id, family_id(2))
    assert caught.value.code == "draft_exists"
    assert (row(desk).state, waiting(desk)) == (CaseState.PARKED, [])


# ---------------------------------------------------------------------- partial self-response


SELF = {BUILDING: "15", FOUND: "1", "/data/blok_i/tidak_ada": "1", "/data/blok_i/temuan_2": "x"}


def test_answers_given_online_are_filled_in_when_the_officer_wants_them(desk: Desk) -> None:
    desk.pull(case(1, counter=9, version=2, members=3, self_response="partial", self_answers=SELF))
    assert desk.workspace.interviewing.offer(FAMILY).answers == SELF
    interview = desk.workspace.interviewing.start(FAMILY, with_answers=True)
    assert (interview.session.value(FOUND), interview.session.value(BUILDING)) == ("1", "15")
    interview.close()
    again = desk.workspace.interviewing.resume(interview.id)
    assert again.session.value(BUILDING) == "15"
    assert again.unplaced == ()


def test_answers_given_online_stay_out_when_the_officer_starts_without_them(desk: Desk) -> None:
    desk.pull(case(1, counter=9, version=2, members=3, self_response="partial", self_answers=SELF))
    assert desk.workspace.interviewing.start(FAMILY).session.value(BUILDING) == ""


# ---------------------------------------------------------------------- register, version


def test_question_that_keeps_my_answer_against_the_edited_register_is_marked(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    before = interview.session.value(ADDRESS)
    interview.answer(ADDRESS, "Jl. Yang Benar No. 1")
    interview.answer(BUILDING, "7")
    interview.close()
    desk.pull(case(1, counter=9, version=2, members=3, address="Jl. Baru No. 9"))
    again = desk.workspace.interviewing.resume(interview.id)
    assert before != ""
    assert again.kept_against == {ADDRESS: "Jl. Baru No. 9"}
    assert again.session.value(ADDRESS) == "Jl. Yang Benar No. 1"


def test_nothing_is_marked_when_the_register_agrees_with_the_officer(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    interview.answer(ADDRESS, "Jl. Baru No. 9")
    interview.close()
    desk.pull(case(1, counter=9, version=2, members=3, address="Jl. Baru No. 9"))
    again = desk.workspace.interviewing.resume(interview.id)
    assert (again.register_changed, again.kept_against) == (True, {})


def test_draft_is_finished_on_its_own_version_after_a_new_one_came(desk: Desk) -> None:
    interview = begun(desk)
    put_questionnaire(desk.store, version="2020100101")
    desk.answer_all(interview, Respondent(7))
    final = desk.store.outbox.get(interview.finalise().envelope_id)
    assert final.header.form_version == FORM_VERSION
    assert desk.workspace.interviewing.start(family_id(2)).record.form_version == "2020100101"


# ---------------------------------------------------------------------- returned


def comments(*paths: str) -> list[QuestionComment]:
    return [QuestionComment(path=path, text="Mohon diperiksa") for path in paths]


def test_revision_shows_the_remarks_beside_the_questions(desk: Desk) -> None:
    desk.interview_with(FAMILY).finalise()
    desk.push()
    desk.pull(sent_back(9, comments(BUILDING, "/data/blok_i/tidak_ada")))
    revision = desk.workspace.interviewing.start(FAMILY)
    assert revision.comments == {BUILDING: "Mohon diperiksa"}


def test_draft_on_the_screen_answers_the_return_that_came_meanwhile(desk: Desk) -> None:
    interview = begun(desk)
    desk.pull(sent_back(9, comments(BUILDING)))
    news = desk.workspace.interviewing.news_of(interview)
    assert (news.notice, news.comments) == ("returned", "Periksa kembali Blok III")
    assert interview.comments == {BUILDING: "Mohon diperiksa"}
    desk.answer_all(interview, Respondent(7))
    interview.finalise()
    desk.push()
    assert row(desk).state is CaseState.RECEIVED


@pytest.mark.parametrize(
    ("named", "answers"), [("return-1", "return-1"), ("", None)], ids=["named", "older server"]
)
def test_interview_names_the_return_that_it_was_shown(
    desk: Desk, named: str, answers: str | None
) -> None:
    interview = begun(desk)
    desk.pull(sent_back(9, [], return_id=named))
    desk.workspace.interviewing.news_of(interview)
    interview.close()
    again = desk.workspace.interviewing.resume(interview.id)
    desk.answer_all(again, Respondent(7))

    first = desk.store.outbox.get(again.finalise().envelope_id)
    other = desk.interview_with(family_id(2))
    second = desk.store.outbox.get(other.finalise().envelope_id)

    assert (first.header.answers, second.header.answers) == (answers, "")


def test_case_reappears_when_a_restored_server_counts_its_versions_from_lower_on(
    desk: Desk,
) -> None:
    desk.pull(case(1, counter=8, version=800, members=3))
    desk.interview_with(FAMILY).finalise()
    desk.push()
    desk.pull(sent_back(9, [], return_id="return-1"))
    assert row(desk).state is CaseState.RETURNED

    desk.interview_with(FAMILY).finalise()
    desk.push()
    desk.pull(sent_back(10, [], return_id="return-1"))
    assert row(desk).state is CaseState.RECEIVED

    desk.pull(sent_back(11, [], return_id="return-2"))
    assert row(desk).state is CaseState.RETURNED


def sent_back(counter: int, remarks: list[QuestionComment], return_id: str = "") -> FeedRow:
    return case(
        1,
        counter=counter,
        version=counter,
        members=3,
        result=ResultBody(status="returned", outcome="completed", officer_id="acc-01"),
        returned_comments="Periksa kembali Blok III",
        question_comments=remarks,
        return_id=return_id,
    )


# ---------------------------------------------------------------------- a closed account


def test_interview_on_the_screen_is_saved_and_sealed_when_the_account_was_closed(
    desk: Desk,
) -> None:
    interview = begun(desk)
    desk.store.note_revoked(revoked=True)
    assert interview.answer(NOTE, "masih disimpan").result is Result.OK
    assert desk.workspace.parking.send_parked() == 0
    interview.close()
    assert desk.workspace.parking.send_parked() == 1
    (draft,) = waiting(desk)
    assert read(DraftBody, draft.body).reason == "revoked"
    assert code(desk, interview) == "read_only"


def test_interview_on_the_screen_may_be_finished_when_the_account_was_closed(desk: Desk) -> None:
    interview = desk.interview_with(FAMILY)
    desk.store.note_revoked(revoked=True)
    interview.finalise()
    assert desk.push("quarantined") == 2
    assert row(desk).state is CaseState.RECEIVED


def test_nothing_new_is_started_when_the_account_was_closed(desk: Desk) -> None:
    desk.store.note_revoked(revoked=True)
    with pytest.raises(KnownError) as caught:
        desk.workspace.interviewing.start(FAMILY)
    assert caught.value.code == "not_on_list"
    with pytest.raises(KnownError) as caught:
        desk.workspace.interviewing.start_new_family()
    assert caught.value.code == "revoked"
