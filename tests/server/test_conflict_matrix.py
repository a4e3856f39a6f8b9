"""What the server does in every cell of the conflict matrix: the laptop's state × the event.

A draft that is open on a screen is the laptop's alone; here are what is sent and what is answered.
"""

from __future__ import annotations

import msgspec
import pytest

from enumerator.store.envelope import Envelope
from enumerator.store.feed import CaseBody, FeedRow
from sync.server import accounts
from sync.server.office.altering import alter
from sync.server.office.frame import load_frame
from tests.helpers.field import (
    FAMILY_HEADING,
    MEMBER_HEADING,
    family_row,
    member_rows,
    write_csv,
)
from tests.server.places import HandLaptop, Place, family_id, family_xml, id_of


def _row(laptop: HandLaptop, number: int = 1) -> FeedRow:
    return laptop.stream()[f"case:{family_id(number)}"]


def _body(laptop: HandLaptop, number: int = 1) -> CaseBody:
    return msgspec.msgpack.decode(_row(laptop, number).body, type=CaseBody)


def _happen(place: Place, event: str) -> None:
    """To family 1, which is with ``one``."""
    if event == "self-response":
        place.self_response(1)
    elif event == "reassigned":
        place.supervisor.push(place.supervisor.reassign([1], place.two))
    elif event == "withdrawn":
        alter(place.operation, [family_id(1)], "withdrawn")
    elif event == "duplicate":
        alter(place.operation, [family_id(1)], "duplicate", [family_id(2)])
    elif event == "other's final":
        late = place.one.interview(1, text="other")
        place.supervisor.push(place.supervisor.reassign([1], place.two))
        place.one.push(late)
    elif event == "split":
        alter(place.operation, [family_id(1)], "split", [family_id(2), family_id(3)])
    elif event == "merged":
        alter(place.operation, [family_id(1)], "merged", [family_id(2)])


_LEAVING = {
    "self-response": "answered_online",
    "reassigned": "reassigned",
    "withdrawn": "withdrawn",
    "duplicate": "duplicate",
    "split": "split",
    "merged": "merged",
}


# ------------------------------------------------------------------ not started


@pytest.mark.parametrize("event", list(_LEAVING))
def test_not_started_case_leaves_the_list_with_the_reason(place: Place, event: str) -> None:
    _happen(place, event)

    row = _row(place.one)
    assert (row.gone, row.reason) == (True, _LEAVING[event])


def test_not_started_case_leaves_with_who_did_it_when_another_officer_did(place: Place) -> None:
    _happen(place, "other's final")

    row = _row(place.two)
    assert (row.gone, row.reason) == (True, "done_by_other")
    result = _body(place.two).result
    assert result is not None
    assert (result.officer_id, result.received_at != "") == (place.one.account_id, True)


def test_not_started_case_of_a_former_officer_reappears_with_comments_when_it_is_returned(
    place: Place,
) -> None:
    interview = place.one.interview(1)
    place.one.push(interview)
    _happen(place, "reassigned")
    assert _row(place.two).reason == "done_by_other"

    place.supervisor.push(place.supervisor.give_back(1, interview))

    assert not _row(place.two).gone
    assert _body(place.two).returned_comments == "tanya lagi"


# ------------------------------------------------------------------ visits only


@pytest.mark.parametrize("event", [*_LEAVING, "other's final"])
def test_visits_of_a_case_that_left_join_its_history(place: Place, event: str) -> None:
    visit = place.one.visit(1)
    _happen(place, event)

    result = place.one.push_one(visit)

    assert result.status == "stored"
    case = place.supervisor.case(1)
    assert case is not None
    assert len(case.prior_visits) == 1


def test_visits_are_handed_to_the_new_officer(place: Place) -> None:
    visit = place.one.visit(1)
    _happen(place, "reassigned")
    place.one.push(visit)

    assert [one.officer_id for one in _body(place.two).prior_visits] == [place.one.account_id]


# ------------------------------------------------------------------ draft, closed


@pytest.mark.parametrize("event", [*_LEAVING, "other's final"])
def test_draft_of_a_case_that_left_is_evidence_and_no_result(place: Place, event: str) -> None:
    draft = place.one.draft(1, b"<data>awal</data>")
    _happen(place, event)

    result = place.one.push_one(draft)

    assert result.status == "stored"
    case = place.supervisor.case(1)
    assert case is not None
    assert [one.instance for one in case.drafts] == [b"<data>awal</data>"]
    assert place.rows(
        "SELECT count(*) FROM result JOIN envelope ON number = envelope_number"
        " WHERE envelope.kind = 'draft'"
    ) == [(0,)]


def test_draft_is_handed_on_or_given_back_by_the_supervisor(place: Place) -> None:
    _happen(place, "reassigned")
    place.one.push(place.one.draft(1, b"<data>awal</data>"))

    place.supervisor.push(place.supervisor.reassign([1], place.one))
    assert not _row(place.one).gone
    place.supervisor.push(place.supervisor.reassign([1], place.two, with_drafts=True))

    assert [one.officer_id for one in _body(place.two).drafts] == [place.one.account_id]


# ------------------------------------------------------------------ final, queued


@pytest.mark.parametrize(
    ("event", "status", "reason", "stands"),
    [
        ("self-response", "alternate", "", False),
        ("reassigned", "stored", "late_assignee", True),
        ("withdrawn", "alternate", "withdrawn", False),
        ("duplicate", "alternate", "duplicate", False),
        ("other's final", "alternate", "late_assignee", False),
        ("split", "alternate", "split", False),
        ("merged", "stored", "merged", True),
    ],
)
def test_final_interview_on_its_way_is_taken_and_stands_or_is_in_a_conflict(
    place: Place, event: str, status: str, reason: str, stands: bool
) -> None:
    mine = place.one.interview(1)
    _happen(place, event)

    result = place.one.push_one(mine)

    assert (result.status, result.reason) == (status, reason)
    rows = place.rows(
        "SELECT canonical FROM result JOIN envelope ON number = envelope_number"
        " WHERE envelope_id = ?",
        id_of(mine),
    )
    assert [bool(canonical) for (canonical,) in rows] == [stands]
    open_conflicts = place.rows("SELECT count(*) FROM conflict WHERE state = 'open'")
    assert open_conflicts == [(0 if stands else 1,)]


def test_new_officers_list_shows_done_when_the_late_final_comes(place: Place) -> None:
    mine = place.one.interview(1)
    _happen(place, "reassigned")

    place.one.push(mine)

    assert _row(place.two).reason == "done_by_other"


def test_final_that_says_the_same_as_anothers_is_a_confirmation_by_rule(place: Place) -> None:
    person = ("Budi", "6302021702909001", "1990-02-17", "1")
    bodies = (family_xml(person, text="pagi"), family_xml(person, text="sore"))
    place.one.push(*(place.one.seal("interview", body, 1) for body in bodies))

    assert place.rows("SELECT state FROM conflict") == [("confirmed",)]


def test_return_stays_open_when_a_final_was_on_its_way(place: Place) -> None:
    first = place.one.interview(1, "SEBAGIAN")
    place.one.push(first)
    on_its_way = place.one.interview(1, base_version=_body(place.one).version)
    place.supervisor.push(place.supervisor.give_back(1, first))

    place.one.push(on_its_way)

    result = _body(place.one).result
    assert result is not None
    assert (result.status, result.envelope_id) == ("returned", id_of(on_its_way))


# ------------------------------------------------------------------ final, received


def test_received_final_shows_that_the_familys_own_answer_came_after_it(place: Place) -> None:
    place.one.push(place.one.interview(1))

    _happen(place, "self-response")

    case = place.one.case(1)
    assert case is not None
    assert case.result is not None
    assert (case.self_response, case.result.officer_id) == ("complete", place.one.account_id)


def test_received_final_gets_a_note_when_its_family_is_withdrawn(place: Place) -> None:
    place.one.push(place.one.interview(1))

    _happen(place, "withdrawn")

    assert (_row(place.one).gone, _row(place.one).reason) == (True, "withdrawn")


def test_received_final_shows_the_conflict_to_its_officer_when_anothers_stands(
    place: Place,
) -> None:
    mine = place.two.interview(1, text="mine")
    _happen(place, "other's final")
    place.two.push(mine)

    row, body = _row(place.two), _body(place.two)
    assert not row.gone
    assert [(one.other_envelope, one.state) for one in body.conflicts] == [(id_of(mine), "open")]


def test_returned_final_and_its_revision_are_both_kept_and_linked(place: Place) -> None:
    first = place.one.seal("interview", family_xml(instance_id="uuid:1"), 1)
    place.one.push(first)
    place.supervisor.push(place.supervisor.give_back(1, first))
    second = place.one.seal("interview", family_xml(instance_id="uuid:2", replaces="uuid:1"), 1)

    place.one.push(second)

    assert place.rows("SELECT instance_id, replaces FROM result ORDER BY envelope_number") == [
        ("uuid:1", ""),
        ("uuid:2", "uuid:1"),
    ]
    result = _body(place.one).result
    assert result is not None
    assert (result.status, result.envelope_id) == ("received", id_of(second))


# ------------------------------------------------------------------ the second table


def test_partial_self_response_leaves_the_case_and_a_final_stands_over_it(place: Place) -> None:
    place.self_response(1, "partial")

    assert _body(place.one).self_response == "partial"
    assert place.one.push_one(place.one.interview(1)).status == "stored"


def test_edited_register_goes_to_the_officer_and_a_final_on_its_way_is_taken(
    place: Place,
) -> None:
    mine = place.one.interview(1, base_version=_body(place.one).version)
    row = family_row(1)
    row[8] = "Jl. Baru No. 9"
    load_frame(
        place.operation,
        write_csv(place.root / "f.csv", FAMILY_HEADING, [row]),
        write_csv(place.root / "m.csv", MEMBER_HEADING, member_rows(1)),
    )

    assert _body(place.one).family.address == "Jl. Baru No. 9"
    assert place.one.push_one(mine).status == "stored"


def test_final_on_another_version_of_the_form_is_accepted(place: Place) -> None:
    xml = b'<data id="sp2020_c1" version="old"><kode_hasil>LENGKAP</kode_hasil></data>'

    result = place.one.push_one(place.one.seal("interview", xml, 1, form_version="old"))

    assert result.status == "stored"


@pytest.mark.parametrize("kind", ["visit", "interview", "draft"])
def test_closed_accounts_work_is_taken_into_custody_without_an_effect(
    place: Place, kind: str
) -> None:
    made: dict[str, Envelope] = {
        "visit": place.one.visit(1),
        "interview": place.one.interview(1),
        "draft": place.one.draft(1),
    }
    accounts.revoke(place.operation, "ppl-01")

    result = place.one.push_one(made[kind])

    assert (result.status, result.reason) == ("quarantined", "revoked")
    assert result.receipt is not None
    assert place.rows("SELECT count(*) FROM envelope") == [(1,)]


# ------------------------------------------------------------------ late and out of order


def test_cancel_then_update_reopens_and_the_older_cancel_changes_nothing(place: Place) -> None:
    family = [family_id(1)]
    alter(place.operation, family, "withdrawn", dated="2020-09-10T00:00:00+00:00")
    alter(place.operation, family, "restored", dated="2020-09-12T00:00:00+00:00")
    alter(place.operation, family, "withdrawn", dated="2020-09-11T00:00:00+00:00")

    assert not _row(place.one).gone


def test_order_applied_twice_is_applied_once(place: Place) -> None:
    order = place.supervisor.reassign([1], place.two)
    place.supervisor.push(order, order)
    before = place.two.stream()

    place.supervisor.push(order)

    assert place.two.stream() == before
    assert place.rows("SELECT count(*) FROM assignment WHERE family_id = ?", family_id(1)) == [(2,)]
