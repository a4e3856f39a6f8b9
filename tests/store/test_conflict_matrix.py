"""What an instruction of the server does to the work that it meets: one test a cell.

Rows: nothing done yet, visits only, a draft, a final interview that waits, one that the server
has. Columns: late complete self-response, reassigned, withdrawn or duplicate, another officer's
final, returned, and the register's data edited. In every cell nothing recorded is lost.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from enumerator.model import CaseState, Outcome
from enumerator.store import CaseFilter, CaseRow
from enumerator.store.feed import FeedRow, ResultBody
from tests.store.builders import Laptop, case, family_id, gone, returned

FAMILY = family_id(1)
OTHERS = ResultBody(
    status="received", outcome="completed", officer_id="acc-02", received_at="2020-09-15T03:00:00Z"
)


def answered_online() -> FeedRow:
    return case(
        1,
        counter=2,
        version=2,
        gone=True,
        reason="answered_online",
        self_response="complete",
    )


def reassigned() -> FeedRow:
    return gone(1, 2, "reassigned")


def withdrawn() -> FeedRow:
    return gone(1, 2, "withdrawn")


def duplicate() -> FeedRow:
    return gone(1, 2, "duplicate")


def split() -> FeedRow:
    return case(1, counter=2, version=2, gone=True, reason="split", successors=[family_id(2)])


def merged() -> FeedRow:
    return gone(1, 2, "merged")


def done_by_other() -> FeedRow:
    return case(1, counter=2, version=2, gone=True, reason="done_by_other", result=OTHERS)


def sent_back() -> FeedRow:
    return returned(1, counter=2, version=2)


def edited() -> FeedRow:
    return case(1, counter=2, version=2, head_name="Ahmad Contoh Baru", members=3)


EVENTS = [
    answered_online,
    reassigned,
    withdrawn,
    duplicate,
    split,
    merged,
    done_by_other,
    sent_back,
    edited,
]


@pytest.fixture
def assigned(laptop: Laptop) -> Laptop:
    laptop.pull(case(1))
    return laptop


@pytest.fixture
def visited(assigned: Laptop) -> Laptop:
    assigned.visit(FAMILY)
    return assigned


@pytest.fixture
def drafted(assigned: Laptop) -> Laptop:
    assigned.draft(FAMILY)
    return assigned


@pytest.fixture
def queued(assigned: Laptop) -> Laptop:
    assigned.interview(FAMILY)
    return assigned


@pytest.fixture
def received(queued: Laptop) -> Laptop:
    queued.push()
    return queued


def shown(laptop: Laptop) -> CaseRow:
    row = laptop.store.caseload.row(FAMILY)
    assert row is not None
    return row


def is_listed(laptop: Laptop) -> bool:
    return shown(laptop).rowid in laptop.store.caseload.ids()


def is_findable(laptop: Laptop) -> bool:
    chosen = CaseFilter(states=frozenset({shown(laptop).state}))
    return shown(laptop).rowid in laptop.store.caseload.ids(chosen)


def events(laptop: Laptop) -> list[str]:
    return [event.kind for event in laptop.store.families.history(FAMILY)]


# ---------------------------------------------------------------------- not started


def test_not_started_leaves_the_list_when_the_family_answered_online(assigned: Laptop) -> None:
    assigned.pull(answered_online())
    assert shown(assigned).state is CaseState.ANSWERED_ONLINE
    assert not is_listed(assigned)
    assert is_findable(assigned)


def test_not_started_leaves_the_list_when_it_is_reassigned(assigned: Laptop) -> None:
    assigned.pull(reassigned())
    assert shown(assigned).state is CaseState.REASSIGNED
    assert not is_listed(assigned)
    assert is_findable(assigned)


@pytest.mark.parametrize("event", [withdrawn, duplicate, split, merged])
def test_not_started_leaves_the_list_when_it_is_withdrawn(
    assigned: Laptop, event: Callable[[], FeedRow]
) -> None:
    assigned.pull(event())
    assert shown(assigned).state is CaseState.WITHDRAWN
    assert not is_listed(assigned)
    assert is_findable(assigned)


def test_not_started_leaves_the_list_when_another_officer_did_it(assigned: Laptop) -> None:
    assigned.pull(done_by_other())
    assert shown(assigned).state is CaseState.DONE_BY_OTHER
    assert not is_listed(assigned)


def test_not_started_shows_done_by_other_when_the_result_comes_without_the_row_going(
    assigned: Laptop,
) -> None:
    assigned.pull(case(1, counter=2, version=2, result=OTHERS))
    assert shown(assigned).state is CaseState.DONE_BY_OTHER


def test_not_started_reappears_with_comments_when_it_is_returned(assigned: Laptop) -> None:
    assigned.pull(gone(1, 2, "withdrawn"), returned(1, counter=3, version=3))
    assert shown(assigned).state is CaseState.RETURNED
    assert is_listed(assigned)
    assignment = assigned.store.families.assignment(FAMILY)
    assert assignment is not None
    assert assignment.returned_comments == "Periksa kembali Blok III"


def test_not_started_is_updated_when_the_register_is_edited(assigned: Laptop) -> None:
    assigned.pull(edited())
    assert shown(assigned).state is CaseState.NOT_VISITED
    assert (shown(assigned).head_name, shown(assigned).members) == ("Ahmad Contoh Baru", 3)
    assert "register_changed" in events(assigned)


# ---------------------------------------------------------------------- visits only


@pytest.mark.parametrize(
    ("event", "state"),
    [
        (answered_online, CaseState.ANSWERED_ONLINE),
        (reassigned, CaseState.REASSIGNED),
        (withdrawn, CaseState.WITHDRAWN),
        (duplicate, CaseState.WITHDRAWN),
        (split, CaseState.WITHDRAWN),
        (merged, CaseState.WITHDRAWN),
        (done_by_other, CaseState.DONE_BY_OTHER),
    ],
)
def test_visited_leaves_the_list_and_its_visits_are_still_sent(
    visited: Laptop, event: Callable[[], FeedRow], state: CaseState
) -> None:
    visited.pull(event())
    assert shown(visited).state is state
    assert not is_listed(visited)
    assert shown(visited).unsent == 1
    assert [each.header.kind for each in visited.store.outbox.next_batch()] == ["visit"]
    assert visited.push() == 1
    assert (shown(visited).state, shown(visited).unsent) == (state, 0)


def test_visited_reappears_when_it_is_returned(visited: Laptop) -> None:
    visited.pull(sent_back())
    assert shown(visited).state is CaseState.RETURNED
    assert is_listed(visited)


def test_visited_stays_visited_when_the_register_is_edited(visited: Laptop) -> None:
    visited.pull(edited())
    assert (shown(visited).state, shown(visited).members) == (CaseState.VISITED, 3)


# ---------------------------------------------------------------------- draft


@pytest.mark.parametrize(
    ("event", "notice"),
    [
        (answered_online, ""),
        (reassigned, ""),
        (withdrawn, ""),
        (duplicate, "duplicate"),
        (split, "split"),
        (merged, "merged"),
        (done_by_other, ""),
    ],
)
def test_case_that_left_says_why_where_its_state_does_not(
    laptop: Laptop, event: Callable[[], FeedRow], notice: str
) -> None:
    laptop.pull(case(1))
    laptop.visit(FAMILY)
    laptop.pull(event())
    assert shown(laptop).notice == notice


@pytest.mark.parametrize(
    ("event", "notice"),
    [
        (answered_online, "answered_online"),
        (reassigned, "reassigned"),
        (withdrawn, "withdrawn"),
        (duplicate, "duplicate"),
        (split, "split"),
        (merged, "merged"),
        (done_by_other, "done_by_other"),
    ],
)
def test_draft_is_parked_with_all_its_answers_and_stays_in_sight(
    drafted: Laptop, event: Callable[[], FeedRow], notice: str
) -> None:
    drafted.pull(event())
    assert (shown(drafted).state, shown(drafted).notice) == (CaseState.PARKED, notice)
    assert is_listed(drafted)
    draft = drafted.store.interviews.draft_of(FAMILY)
    assert draft is not None
    assert len(drafted.store.interviews.journal(draft.id)) == 1


def test_draft_may_be_stopped_when_the_family_answered_online(drafted: Laptop) -> None:
    drafted.pull(answered_online())
    draft = drafted.store.interviews.draft_of(FAMILY)
    assert draft is not None
    drafted.store.recording.stopped_draft(drafted.begun(draft.id), "Sudah mengisi sendiri")
    assert shown(drafted).state is CaseState.ANSWERED_ONLINE
    assert [each.header.kind for each in drafted.store.outbox.next_batch()] == ["draft", "note"]
    assert len(drafted.store.interviews.journal(draft.id)) == 1


def test_draft_may_be_finished_anyway_and_is_sent(drafted: Laptop) -> None:
    drafted.pull(answered_online())
    draft = drafted.store.interviews.draft_of(FAMILY)
    assert draft is not None
    drafted.finish(draft.id)
    assert shown(drafted).state is CaseState.QUEUED
    assert drafted.push() == 2
    assert (shown(drafted).state, shown(drafted).notice) == (
        CaseState.RECEIVED,
        "answered_online",
    )


def test_draft_is_parked_when_another_result_comes_without_the_row_going(drafted: Laptop) -> None:
    drafted.pull(case(1, counter=2, version=2, result=OTHERS))
    assert (shown(drafted).state, shown(drafted).notice) == (CaseState.PARKED, "done_by_other")


def test_draft_goes_on_when_the_case_is_returned(drafted: Laptop) -> None:
    drafted.pull(sent_back())
    assert (shown(drafted).state, shown(drafted).notice) == (CaseState.DRAFT, "returned")


def test_draft_stays_a_draft_when_the_register_is_edited(drafted: Laptop) -> None:
    drafted.pull(edited())
    assert (shown(drafted).state, shown(drafted).members) == (CaseState.DRAFT, 3)
    assert "register_changed" in events(drafted)


def test_parked_draft_is_an_ordinary_one_again_when_the_case_comes_back(drafted: Laptop) -> None:
    drafted.pull(reassigned(), case(1, counter=3, version=3))
    assert shown(drafted).state is CaseState.DRAFT
    assert "back_on_list" in events(drafted)


# ---------------------------------------------------------------------- final, waiting


@pytest.mark.parametrize("event", EVENTS)
def test_queued_interview_stays_queued_and_is_sent_whatever_comes(
    queued: Laptop, event: Callable[[], FeedRow]
) -> None:
    before = queued.store.outbox.next_batch()
    queued.pull(event())
    assert shown(queued).state is CaseState.QUEUED
    assert is_listed(queued)
    assert queued.store.outbox.next_batch() == before
    assert queued.push() == 2


@pytest.mark.parametrize(
    ("event", "notice"),
    [
        (answered_online, "answered_online"),
        (reassigned, "reassigned"),
        (withdrawn, "withdrawn"),
        (duplicate, "duplicate"),
        (split, "split"),
        (merged, "merged"),
        (done_by_other, "done_by_other"),
    ],
)
def test_queued_interview_is_received_with_a_notice_of_what_came_meanwhile(
    queued: Laptop, event: Callable[[], FeedRow], notice: str
) -> None:
    queued.pull(event())
    queued.push("alternate")
    assert (shown(queued).state, shown(queued).notice) == (CaseState.RECEIVED, notice)


def test_return_stays_open_when_the_queued_interview_is_based_on_an_older_version(
    queued: Laptop,
) -> None:
    queued.pull(sent_back())
    queued.push()
    assert shown(queued).state is CaseState.RETURNED


def test_return_is_answered_when_the_interview_is_based_on_it(assigned: Laptop) -> None:
    assigned.pull(sent_back())
    assigned.interview(FAMILY)
    assert shown(assigned).state is CaseState.QUEUED
    assigned.push()
    assert (shown(assigned).state, shown(assigned).notice) == (CaseState.RECEIVED, "")


def test_return_stays_answered_when_the_register_is_edited_later(assigned: Laptop) -> None:
    assigned.pull(sent_back())
    assigned.interview(FAMILY)
    assigned.push()
    assigned.pull(returned(1, counter=3, version=7))
    assert shown(assigned).state is CaseState.RECEIVED


# ---------------------------------------------------------------------- final, received


@pytest.mark.parametrize(
    ("event", "notice"),
    [
        (answered_online, "answered_online"),
        (reassigned, "reassigned"),
        (withdrawn, "withdrawn"),
        (duplicate, "duplicate"),
        (split, "split"),
        (merged, "merged"),
        (done_by_other, "done_by_other"),
        (edited, ""),
    ],
)
def test_received_interview_stays_received_with_a_notice(
    received: Laptop, event: Callable[[], FeedRow], notice: str
) -> None:
    received.pull(event())
    assert (shown(received).state, shown(received).notice) == (CaseState.RECEIVED, notice)
    assert is_listed(received)


def test_received_interview_becomes_returned_and_a_second_revision_keeps_the_first(
    received: Laptop,
) -> None:
    received.pull(sent_back())
    assert shown(received).state is CaseState.RETURNED
    first = received.store.interviews.last_final(FAMILY)
    assert first is not None
    received.interview(FAMILY)
    second = received.store.interviews.last_final(FAMILY)
    assert second is not None
    assert second.revision_of == first.id
    assert received.store.interviews.get(first.id).state == "final"
    assert [state.kind for state in received.store.outbox.of_family(FAMILY)] == [
        "visit",
        "interview",
    ] * 2
    assert shown(received).state is CaseState.QUEUED


# ---------------------------------------------------------------------- closed by a visit


def test_case_closed_by_a_visit_is_closed_until_it_is_returned(assigned: Laptop) -> None:
    assigned.visit(FAMILY, Outcome.DEMOLISHED)
    assert shown(assigned).state is CaseState.CLOSED
    assigned.push()
    own = ResultBody(status="received", outcome="demolished", officer_id="acc-01")
    assigned.pull(case(1, counter=2, version=2, result=own))
    assert shown(assigned).state is CaseState.CLOSED
    assigned.pull(returned(1, counter=3, version=3))
    assert shown(assigned).state is CaseState.RETURNED


# ---------------------------------------------------------------------- in every cell


@pytest.fixture(params=["assigned", "visited", "drafted", "queued", "received"])
def any_work(request: pytest.FixtureRequest) -> Laptop:
    laptop: Laptop = request.getfixturevalue(request.param)
    return laptop


def work(laptop: Laptop) -> list[list[tuple[object, ...]]]:
    with laptop.store._connections.reading() as db:
        return [
            db.execute("SELECT id, hash, header, body FROM envelope ORDER BY position").fetchall(),
            db.execute("SELECT * FROM answer ORDER BY interview_id, seq").fetchall(),
            db.execute("SELECT id, body FROM visit ORDER BY id").fetchall(),
            db.execute("SELECT id, state FROM interview ORDER BY id").fetchall(),
        ]


@pytest.mark.parametrize("event", EVENTS)
def test_nothing_recorded_is_lost_or_changed_by_any_event(
    any_work: Laptop, event: Callable[[], FeedRow]
) -> None:
    before, spooled = work(any_work), any_work.store.spool.ids()
    any_work.pull(event())
    any_work.pull(event())
    assert work(any_work) == before
    assert any_work.store.spool.ids() == spooled
    any_work.reopen()
    assert work(any_work) == before


def test_second_return_counts_when_it_comes_with_the_same_comments(assigned: Laptop) -> None:
    first = assigned.interview(FAMILY)
    assigned.push()
    assigned.pull(sent_back_after(first.id, counter=2, version=2))
    second = assigned.interview(FAMILY)
    assigned.push()

    assigned.pull(sent_back_after(second.id, counter=3, version=3))

    assert shown(assigned).state is CaseState.RETURNED


def sent_back_after(envelope_id: str, *, counter: int, version: int) -> FeedRow:
    """The interview of this envelope is returned, as always with the same words."""
    result = ResultBody(
        status="returned", outcome="completed", officer_id="acc-01", envelope_id=envelope_id
    )
    return case(
        1, counter=counter, version=version, result=result, returned_comments="Lengkapi Blok III"
    )
