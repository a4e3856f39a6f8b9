"""Conflicts, decisions and drafts: what the store makes of the server's word and of the
supervisor's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from enumerator.errors import KnownError
from enumerator.model import CaseState
from enumerator.store import CaseRow
from enumerator.store.decisions import PendingDecision
from enumerator.store.envelope import (
    DraftBody,
    QuestionComment,
    ReturnBody,
    SettlementBody,
    read,
)
from enumerator.store.feed import ConflictBody, FeedRow, FieldDifference, HandedDraft, ResultBody
from tests.store.builders import FORM, Laptop, case, family_id, gone

FAMILY = family_id(1)


def conflict(other: str, state: str = "open", kept: str = "env-kept") -> ConflictBody:
    return ConflictBody(
        kept_envelope=kept,
        other_envelope=other,
        other_officer="acc-01",
        other_outcome="completed",
        other_received_at="2020-09-15T03:00:00+00:00",
        state=state,
        differences=[FieldDifference(path="/data/blok_i/alamat", kept="Jl. A", other="Jl. B")],
    )


def conflicted(*conflicts: ConflictBody, counter: int = 9) -> FeedRow:
    return case(
        1,
        counter=counter,
        version=counter,
        gone=True,
        reason="done_by_other",
        result=ResultBody(status="received", outcome="completed", officer_id="acc-02"),
        conflicts=list(conflicts),
    )


def row(laptop: Laptop, number: int = 1) -> CaseRow:
    found = laptop.store.caseload.row(family_id(number))
    assert found is not None
    return found


def kinds(laptop: Laptop) -> list[str]:
    return [each.header.kind for each in laptop.store.outbox.next_batch()]


@pytest.fixture
def head(tmp_path: Path) -> Iterator[Laptop]:
    """A supervisor's laptop with one family of the team in conflict."""
    laptop = Laptop(tmp_path / "head", role="supervisor")
    result = ResultBody(
        status="received", outcome="completed", officer_id="acc-02", envelope_id="env-kept"
    )
    laptop.pull(
        case(1, officer="acc-02", result=result, conflicts=[conflict("env-other")]),
        case(2, counter=2, officer="acc-02", result=result),
    )
    yield laptop
    laptop.store.close()


# ---------------------------------------------------------------------- my interview and another


@pytest.mark.parametrize(
    ("state", "notice"),
    [("open", "alternate"), ("confirmed", "confirmed"), ("settled", "overruled")],
)
def test_received_interview_tells_of_its_conflict_when_another_stands(
    laptop: Laptop, state: str, notice: str
) -> None:
    laptop.pull(case(1))
    mine = laptop.interview(FAMILY)
    laptop.push("alternate")
    laptop.pull(conflicted(conflict(mine.id, state)))
    assert (row(laptop).state, row(laptop).notice) == (CaseState.RECEIVED, notice)


def test_received_interview_says_nothing_when_it_is_the_one_that_stands(laptop: Laptop) -> None:
    laptop.pull(case(1))
    mine = laptop.interview(FAMILY)
    laptop.push()
    own = ResultBody(status="received", outcome="completed", officer_id="acc-01")
    others = conflict("env-other", kept=mine.id)
    laptop.pull(case(1, counter=9, version=9, result=own, conflicts=[others]))
    assert (row(laptop).state, row(laptop).notice) == (CaseState.RECEIVED, "")


def test_conflict_is_gone_when_the_server_tells_of_it_no_more(laptop: Laptop) -> None:
    laptop.pull(case(1))
    mine = laptop.interview(FAMILY)
    laptop.push("alternate")
    laptop.pull(conflicted(conflict(mine.id)))
    laptop.pull(gone(1, 10, "done_by_other"))
    assert laptop.store.decisions.conflicts(FAMILY) == ()
    assert row(laptop).notice == "done_by_other"


# ---------------------------------------------------------------------- the supervisor decides


def test_open_conflicts_are_listed_until_they_are_settled(head: Laptop) -> None:
    (listed,) = head.store.decisions.conflicted()
    assert (listed.family_id, listed.conflicts, listed.is_pending) == (FAMILY, 1, False)
    assert row(head).notice == "conflict"
    (both,) = head.store.decisions.conflicts(FAMILY)
    assert both.differences[0].other == "Jl. B"
    head.pull(case(1, counter=9, version=2, conflicts=[conflict("env-other", "settled")]))
    (settled,) = head.store.decisions.conflicted()
    assert (settled.conflicts, row(head).notice) == (0, "")
    head.pull(case(1, counter=10, version=3, conflicts=[conflict("env-other", "confirmed")]))
    assert head.store.decisions.conflicted() == ()
    head.pull(case(1, counter=11, version=4, conflicts=[conflict("env-other", "settled")]))
    assert head.store.decisions.conflicts(FAMILY)[0].state == "settled"


def test_settlement_is_sealed_and_pending_until_the_feed_confirms_it(head: Laptop) -> None:
    body = SettlementBody(family_id=FAMILY, envelope_id="env-other", reason="lebih lengkap")
    envelope = head.store.recording.settlement(body)
    assert (envelope.header.kind, envelope.header.family_id) == ("settlement", FAMILY)
    assert read(SettlementBody, envelope.body) == body
    assert envelope.id in head.store.spool.ids()
    assert head.store.decisions.pending(FAMILY) == (PendingDecision("settlement", "env-other"),)
    assert row(head).notice == "settlement_pending"
    assert head.store.decisions.conflicted()[0].is_pending

    head.pull(case(1, counter=8, version=2, conflicts=[conflict("env-other")]))
    assert row(head).notice == "settlement_pending", "the server cannot have known of it"

    head.push()
    head.pull(case(1, counter=9, version=3, conflicts=[conflict("env-other", "settled")]))
    assert head.store.decisions.pending(FAMILY) == ()
    assert row(head).notice == ""


def test_return_is_sealed_and_pending_until_the_feed_confirms_it(head: Laptop) -> None:
    body = ReturnBody(
        family_id=family_id(2),
        envelope_id="env-kept",
        comments="Periksa Blok III",
        questions=[QuestionComment(path="/data/blok_i/alamat", text="RT berapa?")],
    )
    envelope = head.store.recording.returned(body)
    assert (envelope.header.kind, read(ReturnBody, envelope.body)) == ("return", body)
    assert row(head, 2).notice == "return_pending"
    head.push()
    result = ResultBody(status="returned", outcome="completed", officer_id="acc-02")
    head.pull(case(2, counter=9, version=2, officer="acc-02", result=result))
    assert (row(head, 2).state, row(head, 2).notice) == (CaseState.RETURNED, "")


def test_decision_is_no_longer_pending_when_the_server_sets_it_aside(head: Laptop) -> None:
    head.store.recording.settlement(SettlementBody(family_id=FAMILY, envelope_id=None, reason="x"))
    head.push("quarantined")
    assert row(head).notice == "conflict"
    kinds = [event.kind for event in head.store.families.history(FAMILY)]
    assert kinds[-2:] == ["received", "settlement_refused"]


def test_reassignment_says_whether_drafts_go_along(head: Laptop) -> None:
    envelope = head.store.recording.reassignment([FAMILY], "acc-03", "sakit", with_drafts=True)
    assert b"with_drafts\xc3" in envelope.body


# ---------------------------------------------------------------------- drafts


def test_given_up_draft_is_sealed_as_evidence_and_keeps_its_answers(laptop: Laptop) -> None:
    laptop.pull(case(1))
    draft = laptop.draft(FAMILY)
    envelope = laptop.store.recording.stopped_draft(laptop.begun(draft))
    body = read(DraftBody, envelope.body)
    assert (body.interview_id, body.reason, body.form_id) == (draft, "stopped", FORM)
    assert laptop.store.interviews.get(draft).state == "stopped"
    assert len(laptop.store.interviews.journal(draft)) == 1
    assert row(laptop).state is CaseState.NOT_VISITED
    assert envelope.id in laptop.store.spool.ids()


def test_draft_is_given_up_once_only(laptop: Laptop) -> None:
    laptop.pull(case(1))
    begun = laptop.begun(laptop.draft(FAMILY))
    laptop.store.recording.stopped_draft(begun)
    with pytest.raises(KnownError) as caught:
        laptop.store.recording.stopped_draft(begun)
    assert caught.value.code == "not_a_draft"
    assert kinds(laptop) == ["draft"], "the second try left nothing"


def test_draft_of_a_reassigned_case_is_copied_once_and_stays(laptop: Laptop) -> None:
    laptop.pull(case(1))
    draft = laptop.draft(FAMILY)
    laptop.pull(gone(1, 2, "reassigned"))
    assert [record.id for record in laptop.store.interviews.parked()] == [draft]
    copy = laptop.store.recording.draft_copy(laptop.begun(draft, "reassigned"))
    assert copy is not None
    assert laptop.store.recording.draft_copy(laptop.begun(draft, "reassigned")) is None
    assert (kinds(laptop), row(laptop).state) == (["draft"], CaseState.PARKED)


def test_draft_is_copied_again_when_it_went_on_in_between(laptop: Laptop) -> None:
    laptop.pull(case(1))
    draft = laptop.draft(FAMILY)
    laptop.pull(gone(1, 2, "reassigned"))
    laptop.store.recording.draft_copy(laptop.begun(draft, "reassigned"))
    laptop.pull(case(1, counter=3, version=3))
    now = laptop.clock.now().isoformat()
    laptop.store.interviews.append(draft, "answer", "/data/b", "2", now)
    laptop.pull(gone(1, 4, "reassigned"))
    laptop.store.recording.draft_copy(laptop.begun(draft, "reassigned"))
    assert kinds(laptop) == ["draft", "draft"]


def test_detail_of_a_case_is_what_the_newest_row_says(laptop: Laptop) -> None:
    draft = HandedDraft(
        envelope_id="env-1",
        officer_id="acc-02",
        form_id=FORM,
        form_version="1",
        instance=b"<data/>",
    )
    laptop.pull(case(1, drafts=[draft], self_answers={"/data/a": "1"}))
    detail = laptop.store.decisions.detail(FAMILY)
    assert (detail.drafts, detail.self_answers) == ([draft], {"/data/a": "1"})
    laptop.pull(case(1, counter=2, version=2))
    assert laptop.store.decisions.detail(FAMILY).drafts == []


# ---------------------------------------------------------------------- a closed account


def test_list_goes_and_the_work_stays_when_the_account_was_closed(laptop: Laptop) -> None:
    laptop.pull(*(case(number, counter=number) for number in range(1, 5)))
    laptop.visit(family_id(2))
    laptop.draft(family_id(3))
    laptop.interview(family_id(4))
    laptop.store.note_revoked(revoked=True)
    laptop.reopen()
    assert laptop.store.is_revoked()
    states = [row(laptop, number).state for number in range(1, 5)]
    assert states == [
        CaseState.WITHDRAWN,
        CaseState.WITHDRAWN,
        CaseState.PARKED,
        CaseState.QUEUED,
    ]
    assert {row(laptop, number).notice for number in (3, 4)} == {"revoked"}
    assert len(laptop.store.caseload.ids()) == 2
    laptop.finish(laptop.store.interviews.parked()[0].id)
    assert laptop.push() == 5, "what was recorded is still sent"


def test_list_is_back_when_the_account_was_opened_again(laptop: Laptop) -> None:
    laptop.pull(case(1))
    laptop.store.note_revoked(revoked=True)
    laptop.store.note_revoked(revoked=False)
    assert row(laptop).state is CaseState.NOT_VISITED
