"""What comes before its reason is held, and counts when the reason has come."""

from __future__ import annotations

import pytest

from sync.server import accounts
from sync.server.office.frame import load_frame
from sync.server.operation import Operation
from tests.helpers.field import write_frame
from tests.server.any_order import in_any_order
from tests.server.places import Place, family_id

FOUND = "BARU-1b0d6a9e"


def _judged(place: Place, kind: str = "") -> list[tuple[str, str]]:
    """Status and reason of every envelope now, in the order of storing."""
    return place.rows(
        "SELECT status, reason FROM envelope WHERE ? IN ('', kind) ORDER BY number", kind
    )


def test_interview_counts_when_the_order_that_entitles_its_officer_comes_later(
    place: Place,
) -> None:
    early = place.two.push_one(place.two.interview(1))
    assert (early.status, early.reason) == ("quarantined", "not_assigned")

    place.supervisor.push(place.supervisor.reassign([1], place.two))

    assert _judged(place, "interview") == [("stored", "")]
    assert place.payload(early).status == "quarantined"
    case = place.two.case(1)
    assert case is not None
    assert case.result is not None
    assert case.result.officer_id == place.two.account_id


def test_interview_counts_when_the_office_assigns_its_officer_later(place: Place) -> None:
    place.one.push(place.one.visit(9), place.one.interview(9))

    place.assign("ppl-01", 9)

    assert _judged(place) == [("stored", ""), ("stored", "")]
    case = place.one.case(9)
    assert case is not None
    assert (case.result is not None, len(case.prior_visits)) == (True, 1)


def test_held_envelope_sent_again_keeps_its_receipt_and_counts_once(place: Place) -> None:
    envelope = place.one.interview(9)
    first = place.one.push_one(envelope)
    place.assign("ppl-01", 9)

    again = place.one.push_one(envelope)

    assert (again.status, again.receipt) == ("duplicate", first.receipt)
    assert place.rows("SELECT count(*) FROM result") == [(1,)]
    assert place.rows("SELECT count(*) FROM waiting") == [(0,)]


def test_held_interview_of_a_former_officer_is_late_when_it_counts(place: Place) -> None:
    place.two.push(place.two.interview(1))
    third = place.enrol("ppl-03", "officer", "pml-01")

    place.supervisor.push(
        place.supervisor.reassign([1], place.two), place.supervisor.reassign([1], third)
    )

    assert _judged(place, "interview") == [("stored", "late_assignee")]
    assert third.why_gone(1) == "done_by_other"


def test_held_interview_does_not_push_out_the_one_that_stands(place: Place) -> None:
    place.two.push(place.two.interview(1))
    place.one.push(place.one.interview(1))

    place.supervisor.push(place.supervisor.reassign([1], place.two))

    assert _judged(place, "interview") == [("alternate", ""), ("stored", "")]
    rows = place.rows("SELECT officer_id FROM result WHERE canonical")
    assert rows == [(place.one.account_id,)]


def test_envelopes_of_an_unknown_family_count_when_it_is_loaded_and_assigned(
    place: Place,
) -> None:
    place.one.push(place.one.visit(20), place.one.interview(20))
    assert _judged(place) == [("quarantined", "unknown_family")] * 2

    load_frame(place.operation, *write_frame(place.root, [20]))
    assert _judged(place) == [("quarantined", "not_assigned")] * 2

    place.assign("ppl-01", 20)
    assert _judged(place) == [("stored", "")] * 2


def test_order_for_a_case_that_nobody_has_yet_holds_when_somebody_gets_it(place: Place) -> None:
    place.supervisor.push(place.supervisor.reassign([9], place.two))

    place.assign("ppl-01", 9)

    assert _judged(place) == [("stored", "")]
    assert (place.one.case(9) is None, place.two.case(9) is None) == (True, False)


def test_order_held_for_one_family_does_not_overrule_a_newer_one_for_another(
    place: Place,
) -> None:
    place.supervisor.push(place.supervisor.reassign([1, 9], place.two))
    third = place.enrol("ppl-03", "officer", "pml-01")
    place.assign("ppl-03", 1, move=True)

    place.assign("ppl-01", 9)

    assert third.case(1) is not None
    assert place.two.case(9) is not None
    late = place.two.push_one(place.two.interview(1))
    assert (late.status, late.reason) == ("stored", "late_assignee")


def test_order_is_not_waited_for_when_another_team_has_the_case(place: Place) -> None:
    place.supervisor.push(place.supervisor.reassign([7], place.two))

    place.assign("ppl-01", 7, move=True)

    assert place.one.case(7) is not None
    assert _judged(place) == [("quarantined", "not_your_team")]


def _state(operation: Operation) -> dict[str, object]:
    """Who has each family, what stands there, and which envelopes have an effect."""
    found: dict[str, object] = {}
    with operation.store.reading() as transaction:
        for family in (family_id(1), family_id(2), FOUND):
            case = transaction.cases.get(family)
            results = transaction.cases.results(family)
            found[family] = (
                case and case.officer_id,
                sorted((one.envelope_id, one.canonical) for one in results),
                sorted(visit.visit_id for visit in transaction.cases.visits(family)),
            )
        found["quarantined"] = transaction.envelopes.count_by_reason()
    return found


@pytest.mark.parametrize("database", [None], ids=["sqlite"])
def test_orders_and_work_give_the_same_state_in_any_order(place: Place) -> None:
    third = place.enrol("ppl-03", "officer", "pml-01")
    envelopes = [
        place.supervisor.reassign([1], place.two),
        place.supervisor.reassign([1], third),
        place.two.interview(1, "SEBAGIAN"),
        place.one.visit(FOUND),
        place.supervisor.reassign([FOUND, 2], place.two),
        place.two.interview(FOUND, base_version=1),
        place.two.visit(2, base_version=3),
    ]

    states = in_any_order(place, envelopes, _state)

    assert all(state == states[0] for state in states)
    assert states[0]["quarantined"] == {}


def test_older_order_that_comes_last_overrules_no_other_laptops_newer_one(place: Place) -> None:
    """The newest of the first laptop was overruled: its older ones are no news either."""
    third = place.enrol("ppl-03", "officer", "pml-01")
    other_laptop = place.redeem("pml-01", accounts.issue_code(place.operation, "pml-01")[1])
    older, newer = (place.supervisor.reassign([1], to) for to in (place.two, place.one))
    place.supervisor.push(newer)
    other_laptop.push(other_laptop.reassign([1], third))

    place.supervisor.push(older)

    assert third.case(1) is not None


@pytest.mark.parametrize("kind", ["visit", "interview"])
def test_known_case_is_no_find_of_whoever_writes_first(place: Place, kind: str) -> None:
    """Its version was named: a server showed it, so somebody else had found it."""
    if kind == "visit":
        early = place.two.push_one(place.two.visit(FOUND, base_version=2))
    else:
        early = place.two.push_one(place.two.interview(FOUND, base_version=2))

    assert (early.status, early.reason) == ("quarantined", "unknown_family")
