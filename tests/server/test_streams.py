"""Streams: complete, isolated, and true to what happened."""

from __future__ import annotations

import threading

from enumerator.store.feed import FeedRow, feed_digest
from sync.protocol import PullRequest
from sync.server import accounts, custody, pulling
from tests.server.places import HandLaptop, Place, family_id


def _families(*numbers: int) -> set[str]:
    return {family_id(number) for number in numbers}


def test_officer_sees_own_families_only_and_the_supervisor_the_team(place: Place) -> None:
    assert place.one.live_families() == _families(1, 2, 3)
    assert place.two.live_families() == _families(4, 5, 6)
    assert place.supervisor.live_families() == _families(1, 2, 3, 4, 5, 6)
    assert place.other_supervisor.live_families() == _families(7, 8)


def test_stream_holds_no_byte_of_a_foreign_family(place: Place) -> None:
    place.one.push(place.one.interview(1), place.one.visit(2))
    place.supervisor.push(place.supervisor.reassign([1, 2], place.two))
    place.self_response(4)

    for laptop, foreign in (
        (place.one, (1, 2, 4, 5, 6, 7, 8, 9)),
        (place.two, (3, 4, 7, 8, 9)),
        (place.supervisor, (7, 8, 9)),
        (place.stranger, (1, 2, 3, 4, 5, 6, 9)),
        (place.other_supervisor, (1, 2, 3, 4, 5, 6, 9)),
    ):
        seen = b"".join(row.body for row in laptop.stream().values())
        for number in foreign:
            assert f"Kepala Keluarga {number}".encode() not in seen
            assert family_id(number).encode() not in seen


def test_supervisors_stream_holds_the_teams_officers(place: Place) -> None:
    officers = {key for key in place.supervisor.stream() if key.startswith("officer:")}

    assert officers == {f"officer:{place.one.account_id}", f"officer:{place.two.account_id}"}
    assert not [key for key in place.one.stream() if key.startswith("officer:")]


def test_stream_names_the_areas_up_to_the_province(place: Place) -> None:
    areas = {key for key in place.one.stream() if key.startswith("area:")}

    assert areas == {"area:63", "area:63.02", "area:63.02.02", "area:63.02.02.2008"}


def test_both_lists_change_when_a_family_is_reassigned(place: Place) -> None:
    place.supervisor.push(place.supervisor.reassign([1, 2], place.two))

    assert place.one.live_families() == _families(3)
    assert place.one.why_gone(1) == "reassigned"
    assert place.two.live_families() == _families(1, 2, 4, 5, 6)
    case = place.supervisor.case(1)
    assert case is not None
    assert case.officer_id == place.two.account_id


def test_earlier_visits_reach_the_new_officer(place: Place) -> None:
    place.one.push(place.one.visit(1, "soft_refusal"))

    place.supervisor.push(place.supervisor.reassign([1], place.two))

    case = place.two.case(1)
    assert case is not None
    assert [(visit.officer_id, visit.outcome) for visit in case.prior_visits] == [
        (place.one.account_id, "soft_refusal")
    ]
    assert case.progress is not None
    assert case.progress.attempt_days == 1


def test_reassignment_reopens_what_was_closed_without_an_interview(place: Place) -> None:
    place.one.push(place.one.visit(1, "hard_refusal"))
    closed = place.one.case(1)
    assert closed is not None
    assert closed.result is not None

    place.supervisor.push(place.supervisor.reassign([1], place.two))

    case = place.two.case(1)
    assert case is not None
    assert case.result is None


def test_family_comes_back_when_it_is_reassigned_back(place: Place) -> None:
    place.supervisor.push(place.supervisor.reassign([1], place.two))
    place.supervisor.push(place.supervisor.reassign([1], place.one))

    assert place.one.live_families() == _families(1, 2, 3)
    assert place.two.why_gone(1) == "reassigned"


def test_older_reassignment_does_not_override_a_newer_one(place: Place) -> None:
    older = place.supervisor.reassign([1], place.two)
    newer = place.supervisor.reassign([1], place.one)
    third = place.enrol("ppl-03", "officer", "pml-01")
    newest = place.supervisor.reassign([1], third)

    place.supervisor.push(newest)
    results = place.supervisor.push(older, newer)

    assert [result.status for result in results] == ["stored", "stored"]
    assert family_id(1) in third.live_families()


def test_reassignment_is_quarantined_when_a_family_or_officer_is_not_of_the_team(
    place: Place,
) -> None:
    foreign_family = place.supervisor.push_one(place.supervisor.reassign([1, 7], place.two))
    foreign_officer = place.supervisor.push_one(place.supervisor.reassign([1], place.stranger))
    unassigned = place.supervisor.push_one(place.supervisor.reassign([9], place.two))

    for result in (foreign_family, foreign_officer, unassigned):
        assert (result.status, result.reason) == ("quarantined", "not_your_team")
    assert place.one.live_families() == _families(1, 2, 3)


def test_reassignment_to_a_closed_account_is_quarantined(place: Place) -> None:
    accounts.revoke(place.operation, "ppl-02")

    result = place.supervisor.push_one(place.supervisor.reassign([1], place.two))

    assert (result.status, result.reason) == ("quarantined", "revoked_officer")


def test_complete_self_response_takes_the_family_off_while_it_is_assigned(place: Place) -> None:
    place.self_response(1)

    assert place.one.live_families() == _families(2, 3)
    assert place.one.why_gone(1) == "answered_online"
    case = place.supervisor.case(1)
    assert case is not None
    assert case.self_response == "complete"


def test_version_rises_only_when_the_case_changes(place: Place) -> None:
    before = place.one.case(1)
    place.one.push(place.one.visit(2))
    unchanged = place.one.case(1)
    place.one.push(place.one.visit(1))
    after = place.one.case(1)

    assert before is not None
    assert after is not None
    assert unchanged == before
    assert after.version == before.version + 1


def test_digest_is_over_the_live_rows(place: Place) -> None:
    place.self_response(2)

    reply = pulling.pull(place.operation, place.one.account, PullRequest(cursor=0))

    live = [(row.key, row.body) for row in place.one.stream().values() if not row.gone]
    assert reply.digest == feed_digest(live)
    assert not reply.more


def test_pages_of_any_size_add_up_to_the_same_stream(place: Place) -> None:
    whole = pulling.pull(
        place.operation, place.supervisor.account, PullRequest(cursor=0, budget_bytes=10**9)
    )

    assert {row.key: row for row in whole.rows} == place.supervisor.stream()


def test_cursor_beyond_the_stream_is_answered_with_the_servers_own(place: Place) -> None:
    reply = pulling.pull(place.operation, place.one.account, PullRequest(cursor=10**6))

    assert reply.rows == []
    assert reply.cursor < 10**6
    assert reply.digest is not None


def test_reader_misses_no_row_while_many_write(place: Place) -> None:
    """A reader that only ever asks for what is above its cursor ends with everything."""
    rounds = 12
    failures: list[BaseException] = []

    def write(laptop: HandLaptop, number: int) -> None:
        try:
            for _ in range(rounds):
                custody.take(place.operation, laptop.account, [laptop.visit(number)])
        except BaseException as error:
            failures.append(error)

    held: dict[str, FeedRow] = {}
    cursor = 0

    def read() -> None:
        nonlocal cursor
        reply = pulling.pull(
            place.operation,
            place.supervisor.account,
            PullRequest(cursor=cursor, budget_bytes=4096),
        )
        held.update({row.key: row for row in reply.rows})
        cursor = reply.cursor

    writers = [
        threading.Thread(target=write, args=(laptop, number))
        for laptop, number in ((place.one, 1), (place.two, 4))
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        read()
    for _ in range(20):
        read()

    assert not failures
    assert held == place.supervisor.stream()
    case = place.supervisor.case(1)
    assert case is not None
    assert len(case.prior_visits) == rounds


def test_closed_account_is_shown_as_inactive(place: Place) -> None:
    accounts.revoke(place.operation, "ppl-01")

    row = place.supervisor.stream()[f"officer:{place.one.account_id}"]
    assert b"\xa6active\xc2" in row.body


def test_older_reassignment_does_not_override_a_newer_one_that_changed_nothing(
    place: Place,
) -> None:
    older = place.supervisor.reassign([1], place.two)
    newer = place.supervisor.reassign([1], place.one)  # it is with ppl-01 already

    place.supervisor.push(newer)
    place.supervisor.push(older)

    assert place.rows("SELECT officer_id FROM field_case WHERE family_id = ?", family_id(1)) == [
        (place.one.account_id,)
    ]
