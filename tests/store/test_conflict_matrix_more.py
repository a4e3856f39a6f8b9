"""The second table of the conflict matrix: one test a cell, as far as the store decides it.

Rows: nothing done yet, a draft, a final interview that waits. Columns: a partial self-response, the
register edited, the family split or merged, a new questionnaire, the account closed, the server
restored.
"""

from __future__ import annotations

import pytest

from enumerator.model import CaseState
from enumerator.store import CaseRow
from enumerator.store.feed import FeedRow
from tests.store.builders import FORM, STREAM, Laptop, case, family_id, gone

FAMILY = family_id(1)
ANSWERS = {"/data/a": "1"}


def partly_answered() -> FeedRow:
    return case(1, counter=2, version=2, self_response="partial", self_answers=ANSWERS)


def edited() -> FeedRow:
    return case(1, counter=2, version=2, head_name="Ahmad Contoh Baru", members=3)


def split() -> FeedRow:
    return case(1, counter=2, version=2, gone=True, reason="split", successors=[family_id(2)])


def merged() -> FeedRow:
    return gone(1, 2, "merged")


@pytest.fixture
def assigned(laptop: Laptop) -> Laptop:
    laptop.store.forms.put(FORM, "1", b"<html/>", {})
    laptop.pull(case(1))
    return laptop


@pytest.fixture
def drafted(assigned: Laptop) -> Laptop:
    assigned.draft(FAMILY)
    return assigned


@pytest.fixture
def queued(assigned: Laptop) -> Laptop:
    assigned.interview(FAMILY)
    return assigned


def shown(laptop: Laptop) -> tuple[CaseState, str]:
    row = laptop.store.caseload.row(FAMILY)
    assert row is not None
    return row.state, row.notice


def listed(laptop: Laptop) -> list[CaseRow]:
    caseload = laptop.store.caseload
    return caseload.page(caseload.ids())


# ---------------------------------------------------------------------- partial self-response


def test_not_started_is_still_visited_and_offers_the_partial_answers(assigned: Laptop) -> None:
    assigned.pull(partly_answered())
    assert shown(assigned) == (CaseState.NOT_VISITED, "")
    assert assigned.store.decisions.detail(FAMILY).self_answers == ANSWERS


def test_draft_goes_on_beside_the_partial_answers(drafted: Laptop) -> None:
    drafted.pull(partly_answered())
    assert shown(drafted) == (CaseState.DRAFT, "")
    assert drafted.store.decisions.detail(FAMILY).self_answers == ANSWERS


def test_queued_interview_is_sent_beside_the_partial_answers(queued: Laptop) -> None:
    queued.pull(partly_answered())
    assert queued.push() == 2
    assert shown(queued) == (CaseState.RECEIVED, "")


# ---------------------------------------------------------------------- register edited


def test_queued_interview_keeps_the_version_that_it_was_based_on(queued: Laptop) -> None:
    queued.pull(edited())
    interview = queued.store.outbox.next_batch()[-1]
    assert (interview.header.kind, interview.header.base_version) == ("interview", 1)
    assert queued.push() == 2


# ---------------------------------------------------------------------- split, merged


def test_not_started_makes_room_for_the_families_that_it_was_split_into(assigned: Laptop) -> None:
    assigned.pull(split(), case(2, counter=3), case(3, counter=4))
    assert [row.family_id for row in listed(assigned)] == [family_id(2), family_id(3)]


@pytest.mark.parametrize(("event", "notice"), [(split(), "split"), (merged(), "merged")])
def test_draft_is_parked_until_somebody_chooses(
    drafted: Laptop, event: FeedRow, notice: str
) -> None:
    drafted.pull(event)
    assert shown(drafted) == (CaseState.PARKED, notice)


def test_draft_knows_the_families_to_choose_from(drafted: Laptop) -> None:
    drafted.pull(split(), case(2, counter=3))
    assert drafted.store.decisions.detail(FAMILY).successors == [family_id(2)]


@pytest.mark.parametrize(("event", "notice"), [(split(), "split"), (merged(), "merged")])
def test_queued_interview_of_a_family_that_is_no_more_is_sent(
    queued: Laptop, event: FeedRow, notice: str
) -> None:
    queued.pull(event)
    assert shown(queued)[0] is CaseState.QUEUED
    assert queued.push() == 2
    assert shown(queued) == (CaseState.RECEIVED, notice)


# ---------------------------------------------------------------------- new questionnaire


def test_not_started_will_use_the_new_questionnaire(assigned: Laptop) -> None:
    assigned.store.forms.put(FORM, "2", b"<html/>", {})
    assert assigned.store.forms.current_version(FORM) == "2"


def test_draft_and_its_old_questionnaire_stay_when_a_new_one_comes(drafted: Laptop) -> None:
    drafted.store.forms.put(FORM, "2", b"<html/>", {})
    draft = drafted.store.interviews.draft_of(FAMILY)
    assert draft is not None
    assert drafted.store.forms.get(FORM, draft.form_version) == (b"<html/>", {})


def test_queued_interview_names_the_questionnaire_that_it_was_made_with(queued: Laptop) -> None:
    queued.store.forms.put(FORM, "2", b"<html/>", {})
    assert queued.store.outbox.next_batch()[-1].header.form_version == "1"
    assert queued.push() == 2


# ---------------------------------------------------------------------- account closed


def test_not_started_leaves_with_the_closed_account(assigned: Laptop) -> None:
    assigned.store.note_revoked(revoked=True)
    assert (shown(assigned), listed(assigned)) == ((CaseState.WITHDRAWN, "revoked"), [])


def test_draft_still_takes_answers_when_the_account_was_closed(drafted: Laptop) -> None:
    drafted.store.note_revoked(revoked=True)
    draft = drafted.store.interviews.draft_of(FAMILY)
    assert draft is not None
    now = drafted.clock.now().isoformat()
    assert drafted.store.interviews.append(draft.id, "answer", "/data/b", "2", now) == 2
    assert shown(drafted) == (CaseState.PARKED, "revoked")


def test_queued_interview_is_taken_into_custody_when_the_account_was_closed(
    queued: Laptop,
) -> None:
    queued.store.note_revoked(revoked=True)
    assert queued.push("quarantined") == 2
    assert shown(queued) == (CaseState.RECEIVED, "revoked")


# ---------------------------------------------------------------------- server restored


def restore(laptop: Laptop, *rows: FeedRow) -> None:
    laptop.store.inbox.replace_stream(STREAM, rows, max(row.counter for row in rows))


def test_not_started_is_what_the_restored_server_says(assigned: Laptop) -> None:
    assigned.pull(edited())
    restore(assigned, case(1, counter=1))
    assert listed(assigned)[0].head_name == "Ahmad Contoh A"


def test_draft_is_untouched_by_a_restored_server(drafted: Laptop) -> None:
    draft = drafted.store.interviews.draft_of(FAMILY)
    restore(drafted, case(1, counter=1))
    assert drafted.store.interviews.draft_of(FAMILY) == draft
    assert shown(drafted) == (CaseState.DRAFT, "")


def test_received_interview_goes_again_to_a_restored_server(queued: Laptop) -> None:
    queued.push()
    assert queued.store.outbox.server_went_back(0) == 2
    assert shown(queued)[0] is CaseState.QUEUED
    assert queued.push() == 2
