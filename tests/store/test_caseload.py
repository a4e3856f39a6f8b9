from __future__ import annotations

import pytest

from enumerator.model import AreaCode, CaseState, OfficerId, Outcome
from enumerator.store import CaseFilter, Sort
from enumerator.store.feed import ProgressBody
from tests.store.builders import Laptop, case, family_id, gone

OTHER_VILLAGE = "63.02.03.2001"


@pytest.fixture
def listed(laptop: Laptop) -> Laptop:
    laptop.pull(
        case(1, counter=1, head_name="Siti Contoh", address="Jl. Keramat No. 10", sls="RT 010"),
        case(2, counter=2, head_name="ahmad Contoh", address="Jl. Keramat No. 9", sls="RT 002"),
        case(3, counter=3, head_name='Budi "Kecil" O\'Contoh', village=OTHER_VILLAGE),
        case(4, counter=4, head_name="Ziyad Contoh", address="Gg. Musang 4", sls="RT 002"),
    )
    return laptop


def heads(laptop: Laptop, chosen: CaseFilter) -> list[str]:
    caseload = laptop.store.caseload
    return [row.head_name.split()[0] for row in caseload.page(caseload.ids(chosen))]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("head", ["ahmad", "Budi", "Siti", "Ziyad"]),
        ("address", ["Ziyad", "ahmad", "Siti", "Budi"]),
        ("area", ["ahmad", "Ziyad", "Siti", "Budi"]),
    ],
)
def test_list_sorts_as_a_person_would_numbers_included(
    listed: Laptop, sort: Sort, order: list[str]
) -> None:
    assert heads(listed, CaseFilter(sort=sort)) == order


def test_descending_turns_the_order_round(listed: Laptop) -> None:
    up, down = CaseFilter(sort="head"), CaseFilter(sort="head", descending=True)
    assert heads(listed, down) == heads(listed, up)[::-1]


def test_state_sort_goes_from_work_to_do_to_work_done(listed: Laptop) -> None:
    listed.visit(family_id(1))
    listed.interview(family_id(2))
    assert heads(listed, CaseFilter(sort="state")) == ["Ziyad", "Budi", "Siti", "ahmad"]


@pytest.mark.parametrize("descending", [False, True])
def test_families_without_a_visit_come_last_in_both_directions(
    listed: Laptop, descending: bool
) -> None:
    listed.visit(family_id(3))
    listed.visit(family_id(1))
    first = heads(listed, CaseFilter(sort="last_visit", descending=descending))[:2]
    assert first == (["Siti", "Budi"] if descending else ["Budi", "Siti"])


def test_appointments_come_first_when_sorted_by_them(listed: Laptop) -> None:
    listed.visit(family_id(4), Outcome.APPOINTMENT, "2020-09-17T16:00:00+08:00")
    listed.visit(family_id(3), Outcome.APPOINTMENT, "2020-09-16T09:00:00+09:00")
    assert heads(listed, CaseFilter(sort="appointment"))[:2] == ["Budi", "Ziyad"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("contoh", ["ahmad", "Budi", "Siti", "Ziyad"]),
        ("KERAMAT", ["ahmad", "Siti"]),
        ("keramat siti", ["Siti"]),
        ("keramat ziyad", []),
        ("si", ["Siti"]),
        ("si 10", ["Siti"]),
        ("si 9", []),
        ("9 keramat", ["ahmad"]),
        ("6302022008-003", ["Budi"]),
        ("159002", ["Siti"]),
        ("9003", ["ahmad"]),
        ("6302021111502", []),
        ("rt 010", ["Siti"]),
        ('"', ["Budi"]),
        ("o'contoh", ["Budi"]),
        ('"kecil"', ["Budi"]),
        ("%", []),
        ("* OR", []),
        ("  ", ["ahmad", "Budi", "Siti", "Ziyad"]),
    ],
)
def test_search_finds_name_address_family_id_and_end_of_the_card_number(
    listed: Laptop, text: str, found: list[str]
) -> None:
    assert heads(listed, CaseFilter(text=text, sort="head")) == found


def test_search_follows_when_the_register_is_edited(listed: Laptop) -> None:
    listed.pull(case(1, counter=9, version=2, head_name="Rahmah Contoh"))
    assert heads(listed, CaseFilter(text="siti")) == []
    assert heads(listed, CaseFilter(text="rahmah")) == ["Rahmah"]


@pytest.mark.parametrize(
    ("area", "number"),
    [("63", 4), ("63.02", 4), ("63.02.02", 3), (OTHER_VILLAGE, 1), ("63.0", 0), ("63.03", 0)],
)
def test_area_filter_takes_an_area_of_any_level(listed: Laptop, area: str, number: int) -> None:
    assert len(heads(listed, CaseFilter(area=AreaCode(area)))) == number


def test_areas_are_those_of_the_list_with_their_families(listed: Laptop) -> None:
    assert [(area.code, count) for area, count in listed.store.caseload.areas()] == [
        ("63.02.02.2008", 3),
        (OTHER_VILLAGE, 1),
    ]


def test_gone_cases_are_out_of_sight_until_a_filter_names_their_state(listed: Laptop) -> None:
    listed.pull(gone(1, 9, "answered_online"))
    assert "Siti" not in heads(listed, CaseFilter())
    both = frozenset({CaseState.ANSWERED_ONLINE, CaseState.NOT_VISITED})
    assert len(heads(listed, CaseFilter(states=both))) == 4
    open_states = frozenset({CaseState.NOT_VISITED})
    for sort in ("address", "state", "head"):
        assert len(heads(listed, CaseFilter(states=open_states, sort=sort))) == 3
    states = frozenset({CaseState.ANSWERED_ONLINE})
    assert heads(listed, CaseFilter(states=states)) == ["Siti"]
    assert heads(listed, CaseFilter(states=frozenset())) == []


def test_unsent_filter_shows_what_the_server_does_not_have(listed: Laptop) -> None:
    listed.visit(family_id(2))
    assert heads(listed, CaseFilter(unsent_only=True)) == ["ahmad"]
    assert listed.store.caseload.unsent() == (1, 1)
    listed.push()
    assert heads(listed, CaseFilter(unsent_only=True)) == []


def test_officer_filter_and_counts_serve_a_supervisor(supervisor: Laptop) -> None:
    supervisor.pull(
        case(1, counter=1, officer="acc-02"),
        case(2, counter=2, officer="acc-03", progress=ProgressBody(attempt_days=2)),
        case(3, counter=3, officer="acc-03"),
    )
    caseload = supervisor.store.caseload
    assert len(caseload.ids(CaseFilter(officer=OfficerId("acc-03")))) == 2
    assert caseload.counts(OfficerId("acc-03")) == {
        CaseState.NOT_VISITED: 1,
        CaseState.VISITED: 1,
    }
    assert caseload.counts_by_officer()[OfficerId("acc-02")] == {CaseState.NOT_VISITED: 1}
    officers = [row.officer_id for row in caseload.page(caseload.ids(CaseFilter(sort="officer")))]
    assert officers == ["acc-02", "acc-03", "acc-03"]


def test_page_keeps_the_order_asked_for_and_leaves_out_what_is_no_more(listed: Laptop) -> None:
    ids = listed.store.caseload.ids(CaseFilter(sort="head"))
    asked = [ids[2], 999_999, ids[0]]
    assert [row.rowid for row in listed.store.caseload.page(asked)] == [ids[2], ids[0]]
    assert listed.store.caseload.page([]) == []


def test_row_masks_the_card_number(listed: Laptop) -> None:
    row = listed.store.caseload.row(family_id(1))
    assert row is not None
    assert row.card_masked == "630202********02"


def test_attempt_days_count_days_and_not_knocks(listed: Laptop) -> None:
    for hours in (0, 2, 24):
        listed.clock.advance(hours=hours)
        listed.visit(family_id(1))
    listed.visit(family_id(1), Outcome.NOT_FOUND)  # no attempt to reach anybody
    row = listed.store.caseload.row(family_id(1))
    assert row is not None
    assert row.attempt_days == 2


def test_appointment_is_shown_until_another_visit_follows_it(listed: Laptop) -> None:
    listed.visit(family_id(1), Outcome.APPOINTMENT, "2020-09-17T16:00:00+08:00")
    row = listed.store.caseload.row(family_id(1))
    assert row is not None
    assert row.state is CaseState.APPOINTMENT
    assert row.appointment_at is not None
    assert row.appointment_at.isoformat() == "2020-09-17T08:00:00+00:00"
    listed.visit(family_id(1))
    row = listed.store.caseload.row(family_id(1))
    assert row is not None
    assert (row.state, row.appointment_at) == (CaseState.VISITED, None)


def test_list_uses_an_index_for_every_sort_of_the_open_list(listed: Laptop) -> None:
    """A sort without its index costs 100,000 families a quarter of a second."""
    for column in (
        "address_key",
        "head_key",
        "area_key",
        "state_rank, address_key",
        "last_visit_at NULLS LAST",
        "appointment_at NULLS LAST",
        "officer_id, address_key",
    ):
        order = f"ORDER BY {column}, position"
        with listed.store._connections.reading() as db:
            plan = db.execute(
                f"EXPLAIN QUERY PLAN SELECT position FROM caseload WHERE listed = 1 {order}"  # noqa: S608
            ).fetchall()
        assert "COVERING INDEX" in plan[0][-1], column
        assert len(plan) == 1, column


def test_caseload_row_is_the_same_when_rebuilt_from_its_sources(listed: Laptop) -> None:
    listed.visit(family_id(1))
    listed.interview(family_id(2))
    listed.pull(gone(3, 9, "reassigned"))
    with listed.store._connections.writing() as db:
        before = db.execute("SELECT * FROM caseload ORDER BY position").fetchall()
        db.execute("UPDATE caseload SET state = 'parked', unsent = 99, search = 'x'")
        listed.store.outbox._board.refresh(db, [family_id(number) for number in range(1, 5)])
        assert db.execute("SELECT * FROM caseload ORDER BY position").fetchall() == before
    assert heads(listed, CaseFilter(text="keramat", sort="head")) == ["ahmad", "Siti"]
