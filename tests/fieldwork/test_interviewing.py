from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime

import pytest

from enumerator.errors import KnownError
from enumerator.fieldwork import FormBinding, IncompleteError, OpenInterview, Workspace
from enumerator.model import CaseState, Custody, InterviewId, Outcome
from enumerator.sample.respondent import Respondent
from enumerator.store import CaseRow
from enumerator.xform import Ref, Result
from tests.fieldwork.builders import FORM_VERSION, Desk, put_questionnaire
from tests.store.builders import case, family_id, gone, returned

FAMILY = family_id(1)
HEAD_ANSWERS = ("/data/blok_i/no_bangunan", "/data/blok_i/temuan")
NOTE = Ref("/data/blok_vi/catatan")


def row(desk: Desk, number: int = 1) -> CaseRow:
    found = desk.store.caseload.row(family_id(number))
    assert found is not None
    return found


def code(act: Callable[[], object]) -> str:
    with pytest.raises(KnownError) as caught:
        act()
    return caught.value.code


def resumed(desk: Desk, interview: OpenInterview) -> OpenInterview:
    """The draft after the program was closed and opened again."""
    interview.close()
    desk.reopen()
    return desk.workspace.interviewing.resume(interview.id)


# ---------------------------------------------------------------------- starting


def test_interview_starts_with_what_the_register_knows(desk: Desk) -> None:
    session = desk.workspace.interviewing.start(FAMILY).session
    assert session.value("/data/blok_i/asal") == "1"
    assert session.value("/data/blok_i/id_keluarga") == FAMILY
    assert session.value("/data/blok_i/pre_k_nama_kk") == "Ahmad Contoh A"
    assert session.value("/data/blok_i/desa") == "63.02.02.2008"
    assert session.value("/data/blok_ii/jml_prelist") == "3"
    assert session.value("/data/id_petugas") == "ppl-01"
    assert row(desk).state is CaseState.DRAFT


def test_interview_sees_no_other_family_of_the_register(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    ids = [choice.value for choice in interview.session.choices("/data/blok_i/id_keluarga")]
    assert ids == [FAMILY]


def test_second_start_is_refused_because_the_draft_is_to_be_resumed(desk: Desk) -> None:
    interviewing = desk.workspace.interviewing
    interview = interviewing.start(FAMILY)
    assert interviewing.draft_of(FAMILY) == interview.id
    assert interviewing.draft_of(family_id(2)) is None
    assert code(lambda: interviewing.start(FAMILY)) == "draft_exists"


def test_start_is_refused_when_the_case_left_the_list_or_is_final(desk: Desk) -> None:
    start = desk.workspace.interviewing.start
    desk.pull(gone(2, 9, "answered_online"))
    assert code(lambda: start(family_id(2))) == "not_on_list"
    desk.interview_with(FAMILY).finalise()
    assert code(lambda: start(FAMILY)) == "already_final"
    desk.push()
    assert code(lambda: start(FAMILY)) == "already_final"
    assert code(lambda: start(family_id(99))) == "no_such_family"


def test_start_says_what_to_do_when_the_questionnaire_is_not_there_yet(desk: Desk) -> None:
    bare = Workspace(desk.store, binding=FormBinding(form_id="another"))
    assert code(lambda: bare.interviewing.start(FAMILY)) == "no_form"
    assert code(bare.interviewing.start_new_family) == "no_form"
    assert row(desk).state is CaseState.NOT_VISITED
    assert len(desk.store.caseload.ids()) == 3


# ---------------------------------------------------------------------- journal and replay


def test_answer_is_on_the_disk_when_the_call_returns(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    interview.answer("/data/blok_i/no_bangunan", "12")
    last = desk.store.interviews.journal(interview.id)[-1]
    assert (last.op, last.ref, last.value) == ("answer", "/data/blok_i/no_bangunan", "12")
    assert datetime.fromisoformat(last.wall_time).utcoffset() is not None


def test_reopened_draft_is_exactly_what_it_was(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    desk.answer_all(interview, Respondent(3, newborns=1, moved_line=2))
    interview.set_language(interview.session.form.languages[-1])
    before, state = interview.session.xml(), interview.session.state()
    desk.clock.advance(days=2)
    again = resumed(desk, interview)
    assert again.session.xml() == before
    assert again.session.state() == state
    assert again.unplaced == ()


@pytest.mark.parametrize("seed", range(4))
def test_replay_equals_the_session_after_any_steps(desk: Desk, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 (reproducible steps)
    interview = desk.workspace.interviewing.start(FAMILY)
    respondent = Respondent(seed, newborns=seed % 2)
    for _ in range(60):
        desk.clock.advance(seconds=dice.randint(1, 4000))
        step = dice.random()
        following = respondent.next_answer(interview.session)
        if step < 0.1:
            interview.undo()
        elif step < 0.2:
            interview.answer(NOTE, f"catatan {dice.random()}")
        elif step < 0.25:
            interview.answer("/data/blok_i/no_bangunan", str(dice.choice((3, 1000, -1))))
        elif step < 0.3:
            interview.set_language(dice.choice(interview.session.form.languages))
        elif following is not None:
            interview.answer(*following)
    before, typed = interview.session.xml(), dict(interview.typed_texts)
    undone = interview.session.state()
    again = resumed(desk, interview)
    assert again.session.xml() == before
    assert again.session.state() == undone
    assert again.typed_texts == typed
    assert again.unplaced == ()


def test_undo_goes_back_past_a_restart(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    before = interview.session.xml()
    interview.answer("/data/blok_i/no_bangunan", "12")
    again = resumed(desk, interview)
    again.undo()
    assert again.session.xml() == before
    third = resumed(desk, again)
    assert third.session.xml() == before


def test_clock_stands_still_within_a_step_and_is_replayed(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    started = interview.session.value("/data/waktu_mulai")
    assert started.startswith("2020-09-15T09:00:00.000+08:00")
    desk.clock.advance(days=3)
    assert resumed(desk, interview).session.value("/data/waktu_mulai") == started


def test_random_id_of_the_form_is_the_same_after_a_restart(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start_new_family()
    drawn = interview.session.value("/data/blok_i/id_baru")
    assert drawn
    assert resumed(desk, interview).session.value("/data/blok_i/id_baru") == drawn


def test_position_is_kept_over_a_restart(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    assert interview.position is None
    assert resumed(desk, interview).position is None
    again = desk.workspace.interviewing.resume(interview.id)
    again.answer("/data/blok_i/no_bangunan", "3")
    assert again.position == "/data/blok_i/no_bangunan"
    assert resumed(desk, again).position == "/data/blok_i/no_bangunan"
    last = desk.workspace.interviewing.resume(interview.id)
    last.moved_to("/data/blok_i/temuan")
    assert resumed(desk, last).position == "/data/blok_i/temuan"


def test_refused_text_is_kept_over_a_restart_until_the_question_is_answered(desk: Desk) -> None:
    ref = Ref("/data/blok_i/no_bangunan")
    interview = desk.workspace.interviewing.start(FAMILY)
    assert interview.answer(ref, "1000").result is Result.CONSTRAINT
    again = resumed(desk, interview)
    assert again.typed_texts == {ref: "1000"}
    assert again.session.value(ref) == ""
    again.typed(ref, "100")
    assert again.answer(ref, "100").result is Result.OK
    assert again.typed_texts == {}
    assert resumed(desk, again).typed_texts == {}


def test_draft_goes_on_with_the_form_version_that_it_was_started_with(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    put_questionnaire(desk.store, version="2020100101")
    assert desk.workspace.interviewing.start(family_id(2)).record.form_version == "2020100101"
    again = resumed(desk, interview)
    assert again.record.form_version == FORM_VERSION
    desk.answer_all(again, Respondent(7))
    envelope = desk.store.outbox.get(again.finalise().envelope_id)
    assert envelope.header.form_version == FORM_VERSION


def test_step_that_the_disk_does_not_take_is_taken_back(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    before = interview.session.xml()
    with desk.store._connections.writing() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
    assert code(lambda: interview.answer(NOTE, "x" * 20_000)) == "disk_full"
    assert interview.session.xml() == before
    with desk.store._connections.writing() as db:
        db.execute("PRAGMA max_page_count = 1000000")
    interview.answer(NOTE, "x" * 20_000)
    assert resumed(desk, interview).session.value(NOTE) == "x" * 20_000


@contextmanager
def full_disk(desk: Desk, interview: OpenInterview) -> Iterator[None]:
    """Not a single step finds room."""
    with desk.store._connections.writing() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
    with suppress(KnownError):
        for _ in range(10_000):
            desk.store.interviews.append(interview.id, "none", "", None, "2020-09-15")
    yield
    with desk.store._connections.writing() as db:
        db.execute("PRAGMA max_page_count = 1000000")


def test_earlier_answer_stays_when_the_disk_does_not_take_the_same_one_again(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    interview.answer(NOTE, "ada")
    with full_disk(desk, interview):
        assert code(lambda: interview.answer(NOTE, "ada")) == "disk_full"
    assert interview.session.value(NOTE) == "ada"
    assert resumed(desk, interview).session.value(NOTE) == "ada"


def test_steps_stay_those_of_the_disk_when_it_takes_no_undo_and_no_language(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    interview.answer(NOTE, "ada")
    language = interview.session.language
    other = next(each for each in interview.session.form.languages if each != language)
    with full_disk(desk, interview):
        assert code(interview.undo) == "disk_full"
        assert interview.session.value(NOTE) == "ada"
        assert code(lambda: interview.set_language(other)) == "disk_full"
        assert interview.session.language == language
    interview.undo()
    assert interview.session.value(NOTE) == ""
    assert resumed(desk, interview).session.value(NOTE) == ""


def test_undo_is_the_same_after_a_restart_when_saving_has_failed(desk: Desk) -> None:
    interview = desk.interview_with(FAMILY)
    with desk.store._connections.writing() as db:
        db.execute(
            "CREATE TRIGGER refusal BEFORE UPDATE OF state ON interview"
            " BEGIN SELECT raise(ABORT, 'not today'); END"
        )
    with pytest.raises(Exception, match="not today"):
        interview.finalise()
    with desk.store._connections.writing() as db:
        db.execute("DROP TRIGGER refusal")
    interview.undo()
    state = interview.session.state()
    again = resumed(desk, interview)
    assert again.session.state() == state
    assert again.finalise().outcome is Outcome.COMPLETED


# ---------------------------------------------------------------------- finishing


def test_incomplete_interview_is_not_final_and_says_what_is_missing(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    with pytest.raises(IncompleteError) as caught:
        interview.finalise()
    assert caught.value.code == "incomplete"
    assert caught.value.failures == interview.missing()
    assert "/data/blok_i/temuan" in {failure.ref for failure in caught.value.failures}
    assert row(desk).state is CaseState.DRAFT
    assert desk.store.outbox.pending().count == 0


def test_final_interview_is_a_visit_and_the_forms_bytes_in_two_envelopes(desk: Desk) -> None:
    interview = desk.interview_with(FAMILY)
    final = interview.finalise()
    visit, body = desk.store.outbox.next_batch()
    assert (visit.header.kind, body.header.kind) == ("visit", "interview")
    assert body.id == final.envelope_id
    assert body.body == interview.session.xml()
    assert body.header.form_id == "sp2020_c1"
    assert (final.outcome, row(desk).state) == (Outcome.COMPLETED, CaseState.QUEUED)
    (record,) = desk.store.families.visits(FAMILY)
    assert record.custody is Custody.LAPTOP
    assert record.visit.started_at == interview.opened_at
    assert record.visit.ended_at == final.saved_at
    assert record.visit.informant
    assert desk.store.spool.ids() == {visit.id, body.id}


@pytest.mark.parametrize(
    ("finding", "outcome", "state"),
    [
        ("interview", Outcome.COMPLETED, CaseState.QUEUED),
        ("nobody_home", Outcome.NO_CONTACT, CaseState.VISITED),
        ("appointment", Outcome.APPOINTMENT, CaseState.APPOINTMENT),
        ("refused", Outcome.SOFT_REFUSAL, CaseState.VISITED),
        ("moved", Outcome.MOVED_OUT, CaseState.QUEUED),
        ("vacant", Outcome.VACANT_REGULAR, CaseState.QUEUED),
    ],
)
def test_result_word_of_the_form_becomes_the_outcome_of_the_case(
    desk: Desk, finding: str, outcome: Outcome, state: CaseState
) -> None:
    assert desk.interview_with(FAMILY, finding).finalise().outcome is outcome
    assert (row(desk).outcome, row(desk).state) == (outcome, state)


def test_family_can_be_interviewed_after_a_form_that_found_nobody(desk: Desk) -> None:
    desk.interview_with(FAMILY, "nobody_home").finalise()
    desk.interview_with(FAMILY).finalise()
    assert row(desk).state is CaseState.QUEUED
    assert len(desk.store.families.visits(FAMILY)) == 2


def test_final_interview_takes_no_more_answers(desk: Desk) -> None:
    interview = desk.interview_with(FAMILY)
    interview.finalise()
    assert code(lambda: interview.answer(NOTE, "lagi")) == "not_open"
    assert code(interview.finalise) == "not_open"
    assert code(lambda: desk.workspace.interviewing.resume(interview.id)) == "not_a_draft"


def test_interview_that_was_too_quick_is_flagged_to_the_officer_and_in_the_visit(
    desk: Desk,
) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    respondent = Respondent(7)
    while (following := respondent.next_answer(interview.session)) is not None:
        interview.answer(*following)
    assert "too_fast" in interview.finalise().flags
    slow = desk.interview_with(family_id(2))
    assert slow.finalise().flags == ()


def test_photo_is_kept_encrypted_and_named_in_the_header_when_it_is_an_answer(
    desk: Desk,
) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    digest = interview.attach("kk-1.jpg", b"a photo")
    interview.attach("blurred.jpg", b"another")
    desk.answer_all(interview, Respondent(7))
    interview.answer("/data/blok_ii/foto_kk", "kk-1.jpg")
    final = interview.finalise()
    assert desk.store.outbox.get(final.envelope_id).header.media == [digest]
    assert interview.attachment("kk-1.jpg") == b"a photo"


# ---------------------------------------------------------------------- new families


def test_new_family_is_in_the_list_and_gets_its_name_when_final(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start_new_family()
    assert interview.session.value("/data/blok_i/asal") == "2"
    shown = desk.store.caseload.row(interview.family_id)
    assert shown is not None
    assert (shown.state, shown.head_name) == (CaseState.DRAFT, "")
    for ref, value in (
        ("/data/blok_i/prov", "63"),
        ("/data/blok_i/kab", "63.71"),
        ("/data/blok_i/kec", "63.71.01"),
        ("/data/blok_i/desa", "63.71.01.1001"),
        ("/data/blok_i/sls", "RT 003 RW 001"),
        ("/data/blok_i/alamat", "Jl. Baru No. 3"),
        ("/data/blok_i/temuan", "1"),
        ("/data/persetujuan/setuju", "1"),
        ("/data/blok_ii/nama_kk", "Rahmah Contoh"),
        ("/data/blok_ii/punya_kk", "3"),
        ("/data/blok_ii/jml_tinggal", "1"),
        ("/data/blok_ii/jml_tambahan", "1"),
    ):
        assert interview.answer(ref, value).result is Result.OK, ref
    again = resumed(desk, interview)
    desk.answer_all(again, NewFamily(5))
    again.finalise()
    shown = desk.store.caseload.row(interview.family_id)
    assert shown is not None
    assert (shown.head_name, shown.address) == ("Rahmah Contoh", "Jl. Baru No. 3")
    envelope = desk.store.outbox.next_batch()[-1]
    assert envelope.header.family_id == interview.family_id
    assert envelope.header.base_version is None


def test_new_family_that_was_given_up_can_be_started_again_as_a_new_one(desk: Desk) -> None:
    first = desk.workspace.interviewing.start_new_family()
    desk.workspace.parking.stop(first.id, "salah alamat")
    second = desk.workspace.interviewing.start(first.family_id)
    assert second.session.value("/data/blok_i/asal") == "2"
    assert second.id != first.id


class NewFamily(Respondent):
    """One person whom the register does not know."""

    def answer_to(self, element: object, session: object) -> str:
        name = str(getattr(element, "ref", "")).rpartition("/")[2]
        own = {"keberadaan": "5", "nama": "Rahmah Contoh", "nik_status": "6", "jk": "2"}
        own |= {"tgl_lahir": "1980-02-03", "hubungan": "1", "tahu_tgl": "1"}
        if name in own:
            return own[name]
        return super().answer_to(element, session)  # type: ignore[arg-type]  # passed through


# ---------------------------------------------------------------------- the server's events


def test_edited_register_shows_in_untouched_questions_and_leaves_touched_ones(
    desk: Desk,
) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    for ref, value in (
        ("/data/blok_i/alamat", "Jl. Yang Benar No. 1"),
        ("/data/blok_i/no_bangunan", "7"),
    ):
        interview.answer(ref, value)
    interview.close()
    desk.pull(case(1, counter=9, version=2, head_name="Ahmad Baru", address="Jl. Salah", members=3))
    again = desk.workspace.interviewing.resume(interview.id)
    assert again.register_changed
    assert again.session.value("/data/blok_i/pre_k_nama_kk") == "Ahmad Baru"
    assert again.session.value("/data/blok_i/alamat") == "Jl. Yang Benar No. 1"
    assert again.record.base_version == 2
    assert not resumed(desk, again).register_changed


def test_answers_stay_when_the_edited_register_has_no_place_for_them(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    desk.answer_all(interview, Respondent(7))
    before = interview.session.xml()
    interview.close()
    desk.pull(case(1, counter=9, version=2, members=1))
    again = desk.workspace.interviewing.resume(interview.id)
    assert again.session.xml() == before
    assert not again.register_changed
    assert again.unplaced == ()
    assert again.record.base_version == 1


def test_draft_of_a_reassigned_case_is_read_only_but_one_open_on_the_screen_may_be_finished(
    desk: Desk,
) -> None:
    closed, on_screen = desk.interview_with(FAMILY), desk.interview_with(family_id(2))
    closed.close()
    desk.pull(gone(1, 8, "reassigned"), gone(2, 9, "reassigned"))
    assert code(lambda: desk.workspace.interviewing.resume(closed.id)) == "read_only"
    on_screen.answer(NOTE, "masih di rumah responden")
    on_screen.finalise()
    assert (row(desk, 2).state, row(desk, 2).notice) == (CaseState.QUEUED, "reassigned")


@pytest.mark.parametrize("reason", ["withdrawn", "duplicate", "split", "merged"])
def test_parked_draft_is_finished_only_with_a_reason_that_goes_along_as_a_note(
    desk: Desk, reason: str
) -> None:
    interview = desk.interview_with(FAMILY)
    desk.pull(gone(1, 9, reason))
    assert row(desk).state is CaseState.PARKED
    assert code(interview.finalise) == "reason_needed"
    assert code(lambda: interview.finalise("  ")) == "reason_needed"
    interview.finalise("Keluarga meminta")
    kinds = [each.header.kind for each in desk.store.outbox.next_batch()]
    assert kinds == ["visit", "note", "interview"]
    assert row(desk).state is CaseState.QUEUED


def test_stopped_draft_keeps_its_answers_and_the_case_leaves_the_list(desk: Desk) -> None:
    interview = desk.interview_with(FAMILY)
    interview.close()
    desk.pull(gone(1, 9, "answered_online"))
    desk.workspace.parking.stop(interview.id, "answered_online")
    assert row(desk).state is CaseState.ANSWERED_ONLINE
    assert len(desk.store.interviews.journal(interview.id)) > 30


def test_open_session_is_never_closed_under_the_officers_hands(desk: Desk) -> None:
    interview = desk.workspace.interviewing.start(FAMILY)
    for counter, reason in enumerate(("answered_online", "withdrawn", "reassigned"), start=9):
        desk.pull(gone(1, counter, reason))
        assert interview.answer(NOTE, reason).result is Result.OK
    assert interview.session.value(NOTE) == "reassigned"


def test_returned_case_gets_a_revision_that_starts_from_what_was_sent(desk: Desk) -> None:
    first = desk.interview_with(FAMILY)
    sent = first.finalise()
    desk.push()
    desk.pull(returned(1, counter=9, version=2))
    assert row(desk).state is CaseState.RETURNED
    revision = desk.workspace.interviewing.start(FAMILY)
    assert revision.record.revision_of == first.id
    replaced = revision.session.value("/data/meta/deprecatedID")
    assert replaced == first.session.instance_id
    assert revision.session.instance_id.startswith("uuid:")
    assert revision.session.instance_id != replaced
    building = "/data/blok_i/no_bangunan"
    assert revision.session.value(building) == first.session.value(building)
    assert revision.answer(building, "77").result is Result.OK
    again = resumed(desk, revision)
    assert again.session.value(building) == "77"
    assert again.session.state() == revision.session.state()
    desk.answer_all(again, Respondent(7))
    second = again.finalise()
    assert second.envelope_id != sent.envelope_id
    assert row(desk).state is CaseState.QUEUED
    assert desk.store.interviews.get(InterviewId(first.id)).state == "final"
    desk.push()
    assert row(desk).state is CaseState.RECEIVED


def test_no_list_of_persons_touches_the_disk(desk: Desk) -> None:
    desk.workspace.interviewing.start(FAMILY)
    assert list(desk.folder.rglob("*.csv")) == []
