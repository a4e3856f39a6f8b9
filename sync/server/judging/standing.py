"""Which result of a case stands, and what that makes of the others."""

from __future__ import annotations

from dataclasses import replace

from sync.server.judging.arrival import Arrival, Bench
from sync.server.ranking import standing_of
from sync.server.store import Case, Conflict, Result, Transaction


def add_result(bench: Bench, arrival: Arrival, result: Result) -> int | None:
    """The number of the canonical result after this one was added."""
    case_id, eligible = counting_case(bench.tx, result.family_id)
    bench.tx.cases.add_result(replace(result, counts_for=case_id, eligible=eligible))
    bench.happened.add(case_id)
    bench.touched.add(case_id)
    case = bench.tx.cases.get(case_id)
    return None if case is None else settle(bench.tx, case, arrival.received_at, arrival.point)


def counting_case(transaction: Transaction, family_id: str) -> tuple[str, bool]:
    """What took the family's place, where that is one family only, and so on; and whether its
    results may stand there by the rule: a withdrawn family's and a duplicate's do not."""
    seen = {family_id}
    eligible = True
    while True:
        case = transaction.cases.get(family_id)
        if case is None or not case.gone:
            return family_id, eligible
        successors = transaction.events.successors([family_id])
        if len(successors) != 1 or successors[0] in seen:
            return family_id, False
        eligible = eligible and case.gone != "duplicate"
        (family_id,) = successors
        seen.add(family_id)


def settle(transaction: Transaction, case: Case, when: str, point: int) -> int | None:
    """Choose the canonical result anew; every other final interview is in a conflict with it."""
    results = transaction.cases.results(case.family_id)
    standing = standing_of(case, results, transaction.decisions.of_case(case.family_id))
    number = None if standing.result is None else standing.result.number
    if any(one.canonical != (one.number == number) for one in results):
        transaction.cases.set_canonical(case.family_id, number)
    _note_conflicts(transaction, case.family_id, number or 0, standing.states, when, point)
    return number


def _note_conflicts(
    transaction: Transaction,
    family_id: str,
    kept: int,
    states: dict[int, tuple[str, int]],
    when: str,
    point: int,
) -> None:
    known = {one.other: one for one in transaction.decisions.conflicts(family_id)}
    for other in known.keys() - states.keys():
        transaction.decisions.drop_conflict(family_id, other)
    for other, (state, closed_by) in states.items():
        before = known.get(other)
        if before is not None and (before.kept, before.state, before.closed_by) == (
            kept,
            state,
            closed_by,
        ):
            continue
        is_same = before is not None and before.state == state
        closed_at = before.closed_at if before is not None and is_same else when
        transaction.decisions.put_conflict(
            Conflict(
                family_id=family_id,
                kept=kept,
                other=other,
                opened_at=when,
                point=point,
                state=state,
                closed_at=None if state == "open" else closed_at,
                closed_by=closed_by,
            )
        )
