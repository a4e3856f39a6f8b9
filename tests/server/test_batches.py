"""A push is one batch: asked for and written at once where the store is a network away."""

from __future__ import annotations

import pytest

from enumerator.store.envelope import VisitBody, canonical
from enumerator.store.receipt import PushResult
from sync.server.store import Result, Transaction, Wanted
from tests.server.places import HandLaptop, Place, family_id


def _visit(laptop: HandLaptop, family: str, visit_id: str) -> bytes:
    return canonical(
        VisitBody(
            visit_id=visit_id,
            family_id=family,
            officer_id=laptop.account_id,
            started_at="2020-09-15T09:00:00+08:00",
            ended_at="2020-09-15T09:05:00+08:00",
            mode="visit",
            outcome="no_contact",
        )
    )


def _said(results: list[PushResult]) -> list[tuple[str, str]]:
    return [(result.status, result.reason) for result in results]


def test_batch_gives_what_the_same_envelopes_give_one_by_one(place: Place) -> None:
    """Results, conflicts, visits and an order on the same few cases, in one push and in twelve."""
    place.supervisor.push(place.supervisor.reassign([4, 5], place.one))
    officers = (place.one, place.two)
    for numbers in ((1, 4), (2, 5)):
        batch = [
            (laptop, envelope)
            for number in numbers
            for laptop in officers
            for envelope in (
                laptop.visit(number),
                laptop.interview(number, "SEBAGIAN"),
                laptop.interview(number),
            )
        ]
        if numbers == (1, 4):
            together = place.one.push(*(envelope for _, envelope in batch))
        else:
            apart = [place.one.push_one(envelope) for _, envelope in batch]

    assert _said(together) == _said(apart)
    for one, other in ((1, 2), (4, 5)):
        rows = [
            place.rows(
                "SELECT officer_id, kind, outcome, rank, late_assignee, canonical FROM result"
                " WHERE family_id = ? ORDER BY envelope_number",
                family_id(number),
            )
            for number in (one, other)
        ]
        assert rows[0] == rows[1] != []
    conflicts = place.rows("SELECT family_id, count(*) FROM conflict GROUP BY family_id")
    assert len(set(dict(conflicts).values())) <= 2
    live = place.supervisor.live_families()
    assert {family_id(number) for number in (1, 2, 4, 5)} <= live


def test_visit_is_known_when_another_family_had_its_id_in_the_same_push(place: Place) -> None:
    first, second = (
        place.one.seal("visit", _visit(place.one, number, "kunjungan"), number)
        for number in ("6300-0001", "6300-0002")
    )

    results = place.one.push(first, second)

    assert _said(results) == [("stored", ""), ("stored", "known_visit")]


def test_work_is_done_once_when_a_savepoint_in_it_was_undone(place: Place) -> None:
    """On PostgreSQL the batch has none: it is begun again without one."""

    def work(transaction: Transaction) -> list[str]:
        transaction.lock_families([family_id(1)])
        transaction.prefetch(Wanted(families=[family_id(1)]))
        transaction.next_point()
        transaction.cases.save_body(family_id(1), 70, b"kept", b"1" * 32)
        try:
            with transaction.savepoint():
                transaction.cases.save_body(family_id(1), 71, b"undone", b"2" * 32)
                transaction.set_fact("undone", 1)
                raise KeyError("ours")
        except KeyError:
            return ["undone"]

    assert place.operation.store.write(work) == ["undone"]

    with place.operation.store.reading() as transaction:
        case = transaction.cases.get(family_id(1))
        assert transaction.fact("undone") is None
    assert case is not None
    assert (case.version, case.body_sha256) == (70, b"1" * 32)


def test_batch_sees_what_it_wrote_before_anybody_else_does(place: Place) -> None:
    seen: list[list[Result]] = []

    def work(transaction: Transaction) -> None:
        transaction.lock_families([family_id(1)])
        transaction.prefetch(Wanted(families=[family_id(1)], envelopes=["none"]))
        number, point = transaction.envelopes.next_number(), transaction.next_point()
        result = Result(
            number,
            family_id(1),
            place.one.account_id,
            "visit",
            "refused",
            1,
            point,
            canonical=False,
        )
        transaction.cases.add_result(result)
        transaction.cases.set_canonical(family_id(1), number)
        seen.append(transaction.cases.results(family_id(1)))
        transaction.set_fact("between", "what was kept goes out first")
        seen.append(transaction.cases.results(family_id(1)))
        transaction.cases.set_canonical(family_id(1), None)
        seen.append(transaction.cases.results(family_id(1)))
        raise InterruptedError

    with pytest.raises(InterruptedError):
        place.operation.store.write(work)

    assert [[one.canonical for one in found] for found in seen] == [[True], [True], [False]]
    assert place.rows("SELECT count(*) FROM result") == [(0,)]


def test_push_counts_where_it_belongs_when_more_cases_hang_on_it_than_it_names(
    place: Place,
) -> None:
    """On PostgreSQL it begins again, with what took the family's place locked too."""

    def off(transaction: Transaction) -> None:
        transaction.events.take_off(family_id(1), "merged", [family_id(4)])

    place.operation.store.write(off)

    one, other = place.one.push(place.one.interview(1), place.one.interview(2))

    assert _said([one, other]) == [("stored", "merged"), ("stored", "")]
    counted = place.rows("SELECT family_id, counts_for FROM result ORDER BY envelope_number")
    assert counted == [(family_id(1), family_id(4)), (family_id(2), family_id(2))]
