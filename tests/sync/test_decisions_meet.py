"""The conflict matrix with both sides at once: real laptops' stores, a real server, one session
after another. What one side writes the other must read as it was meant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC

import pytest

from enumerator.errors import KnownError
from enumerator.fieldwork import OpenInterview, Workspace
from enumerator.model import CaseState, Outcome
from enumerator.sample.respondent import Respondent
from enumerator.store import CaseRow
from enumerator.store.envelope import QuestionComment, SealedEnvelope, SettlementBody, read
from enumerator.store.feed import InterviewBody
from enumerator.xform import Ref, Result
from sync.client.engine import sync_once
from tests.fieldwork.builders import put_questionnaire
from tests.helpers.field import FieldOperation, Laptop, card_number, family_id, nik, write_csv
from tests.helpers.server import office

ONE = family_id(1)
BUILDING = Ref("/data/blok_i/no_bangunan")
FOUND = Ref("/data/blok_i/temuan")


@dataclass
class Crew:
    """Two officers and their supervisor, each with a program on a laptop."""

    operation: FieldOperation
    one: Laptop
    two: Laptop
    supervisor: Laptop

    def sync(self, *laptops: Laptop) -> None:
        for laptop in laptops or (self.supervisor, self.one, self.two):
            laptop.sync()

    def office(self, *words: str) -> None:
        run = office(self.operation.folder, *words)
        assert run.status == 0, run

    def contradict(self) -> tuple[SealedEnvelope, SealedEnvelope]:
        """Family 1 was given to the second officer; both finish it, the second one first."""
        former = self.one.interview(1, text="pertama")
        self.supervisor.reassign([1], self.two)
        self.sync(self.supervisor, self.two)
        current = self.two.interview(1, text="kedua")
        self.sync(self.two, self.one, self.supervisor, self.two)
        return current, former


@pytest.fixture
def crew(operation: FieldOperation) -> Crew:
    laptops = [operation.laptop(login) for login in ("ppl-01", "ppl-02", "pml-01")]
    for laptop in laptops:
        put_questionnaire(laptop.store)
        laptop.sync()
    return Crew(operation, *laptops)


def fieldwork(laptop: Laptop) -> Workspace:
    return Workspace(laptop.store, zone=UTC)


def row(laptop: Laptop, number: int = 1) -> CaseRow:
    found = laptop.store.caseload.row(family_id(number))
    assert found is not None
    return found


def standing(laptop: Laptop) -> str:
    assignment = laptop.store.families.assignment(ONE)
    assert assignment is not None
    return assignment.result_envelope


def begun(laptop: Laptop) -> OpenInterview:
    interview = fieldwork(laptop).interviewing.start(ONE)
    for ref, value in ((FOUND, "1"), (BUILDING, "7")):
        assert interview.answer(ref, value).result is Result.OK
    return interview


# ---------------------------------------------------------------------- contradicting interviews


def test_conflict_is_shown_to_the_supervisor_and_to_the_officer_whose_own_is_beside(
    crew: Crew,
) -> None:
    current, former = crew.contradict()

    (conflicted,) = fieldwork(crew.supervisor).supervising.conflicts()
    assert (conflicted.family_id, conflicted.conflicts, conflicted.is_pending) == (ONE, 1, False)
    contest = fieldwork(crew.supervisor).supervising.contest(ONE)
    assert contest.standing.envelope_id == current.id
    assert [other.envelope_id for other in contest.others] == [former.id]
    assert [other.officer_name for other in contest.others] == ["Nama ppl-01"]
    assert [(pair.kept, pair.other) for pair in contest.others[0].answers] == [("kedua", "pertama")]
    (shown,) = crew.two.store.decisions.conflicts(ONE)
    assert (shown.kept_envelope, shown.other_envelope) == (current.id, former.id)
    (line,) = [one for one in crew.one.store.outbox.of_family(ONE) if one.kind == "interview"]
    assert line.status == "alternate"


def test_settlement_of_the_supervisor_holds_in_all_three_stores(crew: Crew) -> None:
    _, former = crew.contradict()
    supervising = fieldwork(crew.supervisor).supervising

    supervising.settle(ONE, former.id, "Keluarga sudah diwawancara lebih dahulu")
    assert row(crew.supervisor).notice == "settlement_pending"
    crew.sync()

    for laptop in (crew.supervisor, crew.two):
        assert standing(laptop) == former.id
        assert {one.state for one in laptop.store.decisions.conflicts(ONE)} == {"settled"}
        assert laptop.store.decisions.pending(ONE) == ()
    assert (row(crew.one).state, row(crew.one).notice) == (CaseState.RECEIVED, "reassigned")
    assert row(crew.supervisor).notice != "settlement_pending"


def test_settlement_that_is_taken_back_lets_the_rule_decide_again(crew: Crew) -> None:
    current, former = crew.contradict()
    supervising = fieldwork(crew.supervisor).supervising
    supervising.settle(ONE, former.id, "Yang pertama")
    crew.sync(crew.supervisor)

    supervising.settle(ONE, None, "Keliru")
    crew.sync()

    assert standing(crew.supervisor) == standing(crew.two) == current.id
    assert supervising.contest(ONE).is_open
    assert supervising.contest(ONE).pending == ()


def test_settlement_for_what_stands_already_closes_the_conflict_and_is_not_pending(
    crew: Crew,
) -> None:
    current, _ = crew.contradict()
    supervising = fieldwork(crew.supervisor).supervising

    supervising.settle(ONE, current.id, "Yang kedua benar")
    crew.sync()

    assert standing(crew.supervisor) == current.id
    assert not supervising.contest(ONE).is_open
    assert supervising.contest(ONE).pending == ()


def test_settlement_that_changes_nothing_does_not_stay_pending(crew: Crew) -> None:
    """The server has no news of it: the end of the stream is the answer."""
    current, _ = crew.contradict()
    fieldwork(crew.supervisor).supervising.settle(ONE, current.id, "Yang kedua benar")
    crew.sync(crew.supervisor)

    crew.supervisor.store.recording.settlement(
        SettlementBody(family_id=ONE, envelope_id=current.id, reason="Sekali lagi")
    )
    assert crew.supervisor.store.decisions.pending(ONE)
    crew.sync(crew.supervisor)

    assert crew.supervisor.store.decisions.pending(ONE) == ()
    assert row(crew.supervisor).notice != "settlement_pending"


# ---------------------------------------------------------------------- returned


def test_returned_interview_shows_its_comments_and_the_revision_closes_it(crew: Crew) -> None:
    desk = fieldwork(crew.one)
    interview = desk.interviewing.start(ONE)
    while following := (Respondent(7, finding="interview")).next_answer(interview.session):
        assert interview.answer(*following).result is Result.OK, following
    first = interview.finalise()
    interview.close()
    crew.sync(crew.one, crew.supervisor)

    fieldwork(crew.supervisor).supervising.send_back(
        ONE, "Periksa bangunannya", {str(BUILDING): "Nomor berapa?"}
    )
    crew.sync(crew.supervisor, crew.one)

    assert row(crew.one).state is CaseState.RETURNED
    assert crew.one.store.decisions.detail(ONE).question_comments == [
        QuestionComment(path=str(BUILDING), text="Nomor berapa?")
    ]
    revision = desk.interviewing.start(ONE)
    assert dict(revision.comments) == {BUILDING: "Nomor berapa?"}
    assert revision.answer(BUILDING, "9").result is Result.OK
    second = revision.finalise()
    crew.sync(crew.one, crew.supervisor, crew.one)

    assert row(crew.one).state is CaseState.RECEIVED
    for laptop in (crew.one, crew.supervisor):
        assert standing(laptop) == second.envelope_id
        assert laptop.store.decisions.pending(ONE) == ()
    (beside,) = crew.supervisor.store.decisions.conflicts(ONE)
    assert (beside.other_envelope, beside.state) == (first.envelope_id, "settled")


# ---------------------------------------------------------------------- drafts


def test_draft_of_the_former_officer_is_handed_to_the_new_one_by_name(crew: Crew) -> None:
    begun(crew.one).close()
    fieldwork(crew.supervisor).supervising.reassign([ONE], crew.two.account_id, "Sakit")  # type: ignore[arg-type]
    crew.sync(crew.supervisor, crew.one)
    assert row(crew.one).state is CaseState.PARKED

    assert fieldwork(crew.one).parking.send_parked() == 1
    crew.sync(crew.one, crew.two)

    offer = fieldwork(crew.two).interviewing.offer(ONE)
    (draft,) = offer.drafts
    assert offer.names[draft.officer_id] == "Nama ppl-01"
    taken = fieldwork(crew.two).interviewing.start(ONE, draft=draft.envelope_id)
    assert taken.session.value(BUILDING) == "7"


def test_draft_goes_on_when_the_case_is_given_back(crew: Crew) -> None:
    interview = begun(crew.one)
    interview.close()
    supervising = fieldwork(crew.supervisor).supervising
    supervising.reassign([ONE], crew.two.account_id, "Sakit")  # type: ignore[arg-type]
    crew.sync(crew.supervisor, crew.one)
    fieldwork(crew.one).parking.send_parked()
    with pytest.raises(KnownError, match="read"):
        fieldwork(crew.one).interviewing.resume(interview.id)
    crew.sync()

    supervising.reassign([ONE], crew.one.account_id, "Sembuh")  # type: ignore[arg-type]
    crew.sync(crew.supervisor, crew.one)

    assert row(crew.one).state is CaseState.DRAFT
    resumed = fieldwork(crew.one).interviewing.resume(interview.id)
    assert resumed.session.value(BUILDING) == "7"


# ---------------------------------------------------------------------- the office and others


@pytest.mark.parametrize("reason", ["withdrawn", "duplicate"])
def test_draft_of_a_withdrawn_family_is_parked_until_the_family_is_restored(
    crew: Crew, reason: str
) -> None:
    interview = begun(crew.one)
    interview.close()
    of = ["--of", family_id(2)] if reason == "duplicate" else []
    crew.office("withdraw", ONE, "--reason", reason, *of)
    crew.sync()
    assert (row(crew.one).state, row(crew.one).notice) == (CaseState.PARKED, reason)
    assert ONE in crew.supervisor.families()

    crew.office("restore", ONE)
    crew.sync()

    assert row(crew.one).state is CaseState.DRAFT


def test_draft_of_a_split_family_moves_to_a_successor(crew: Crew) -> None:
    interview = begun(crew.one)
    interview.close()
    crew.office("split", ONE, "--into", f"{family_id(2)},{family_id(3)}")
    crew.sync()
    assert (row(crew.one).state, row(crew.one).notice) == (CaseState.PARKED, "split")

    parking = fieldwork(crew.one).parking
    assert set(parking.successors(ONE)) == {family_id(2), family_id(3)}
    moved = parking.move(interview.id, family_id(2))

    resumed = fieldwork(crew.one).interviewing.resume(moved)
    assert resumed.session.value(BUILDING) == "7"
    crew.sync(crew.one)
    assert {one.status for one in crew.one.store.outbox.of_family(ONE)} == {"stored"}


def test_merged_family_names_what_it_became(crew: Crew) -> None:
    begun(crew.one).close()
    crew.office("merge", f"{ONE},{family_id(2)}", "--into", family_id(3))
    crew.sync()

    assert (row(crew.one).state, row(crew.one).notice) == (CaseState.PARKED, "merged")
    assert fieldwork(crew.one).parking.successors(ONE) == (family_id(3),)
    assert crew.one.state_of(2) == "withdrawn"
    assert fieldwork(crew.one).parking.successors(family_id(2)) == (family_id(3),)


def test_officer_learns_by_name_and_time_who_finished_the_family(crew: Crew) -> None:
    crew.supervisor.reassign([1], crew.two)
    crew.one.interview(1)
    crew.sync(crew.supervisor, crew.two)
    interview = begun(crew.two)
    crew.sync(crew.one, crew.two)

    news = fieldwork(crew.two).interviewing.news_of(interview)

    assert (news.notice, news.officer_name) == ("done_by_other", "Nama ppl-01")
    assert news.at is not None


def test_visits_of_the_former_officer_come_with_the_name(crew: Crew) -> None:
    crew.one.visit(1, Outcome.SOFT_REFUSAL)
    crew.sync(crew.one)
    crew.supervisor.reassign([1], crew.two)
    crew.sync(crew.supervisor, crew.two)

    assert crew.two.store.decisions.detail(ONE).names == {crew.one.account_id: "Nama ppl-01"}


def test_answers_of_a_partial_self_response_are_offered_at_the_start(crew: Crew) -> None:
    path = write_csv(
        crew.operation.root / "responses.csv",
        ("no_kk", "nik", "status", "submitted_at", str(BUILDING)),
        [(card_number(1), nik(1, 1), "partial", "2020-09-14T20:00:00+08:00", "12")],
    )
    crew.office("load-responses", str(path))
    crew.sync()

    interviewing = fieldwork(crew.one).interviewing
    assert interviewing.offer(ONE).answers == {str(BUILDING): "12"}
    interview = interviewing.start(ONE, with_answers=True)
    assert interview.answer(FOUND, "1").result is Result.OK
    assert interview.session.value(BUILDING) == "12"


def test_revoked_officers_list_goes_and_the_draft_reaches_custody(crew: Crew) -> None:
    interview = begun(crew.one)
    crew.office("revoke", "--login", "ppl-01")

    report = sync_once(crew.one.store, crew.one.transport)
    assert report.failed is not None
    assert report.failed.code == "revoked"
    assert interview.answer(BUILDING, "8").result is Result.OK
    interview.close()
    assert fieldwork(crew.one).parking.send_parked() == 1
    again = sync_once(crew.one.store, crew.one.transport)

    assert again.receipts == 1
    assert crew.one.families() <= {ONE}
    assert row(crew.one).state is CaseState.PARKED
    quarantined = office(crew.operation.folder, "status").facts["quarantined"]
    assert quarantined == {"revoked": 1}


def test_former_officer_hears_what_became_of_the_own_interview_and_nothing_else(
    crew: Crew,
) -> None:
    current, former = crew.contradict()
    crew.sync(crew.one)
    told = [crew.one.store.caseload.row(ONE)]
    for chosen in (former, current):
        crew.supervisor.store.recording.settlement(
            SettlementBody(family_id=ONE, envelope_id=chosen.id, reason="alasan rahasia")
        )
        crew.sync(crew.supervisor, crew.one)
        told.append(crew.one.store.caseload.row(ONE))

    assert [(row.state, row.notice) for row in told if row is not None] == [
        (CaseState.RECEIVED, "alternate"),
        (CaseState.RECEIVED, "reassigned"),
        (CaseState.RECEIVED, "overruled"),
    ]
    with crew.operation.server.operation.store.reading() as transaction:
        rows = [
            row
            for row in transaction.streams.page(crew.one.account_id, 0)
            if row.key.startswith("interview:") or row.key == f"case:{ONE}"
        ]
    lost, word = sorted(rows, key=lambda row: row.key)
    assert (lost.gone, lost.reason, lost.body) == (True, "reassigned", b"")
    assert read(InterviewBody, word.body) == InterviewBody(envelope_id=former.id, state="settled")
    for secret in (ONE, current.id, crew.two.account_id, "alasan rahasia", "Kepala Keluarga"):
        assert secret.encode() not in word.body
