"""Which result of a case stands, and what that makes of the others."""

from __future__ import annotations

from sync.server.judging.arrival import Arrival, Bench
from sync.server.ranking import standing_of
from sync.server.store import Case, Conflict, Result, Transaction


def add_result(bench: Bench, arrival: Arrival, case: Case, result: Result) -> int | None:
    """The number of the canonical result after this one was added."""
    bench.tx.cases.add_result(result)
    bench.happened.add(case.family_id)
    return settle(bench.tx, case, arrival.received_at, arrival.point)


def settle(transaction: Transaction, case: Case, when: str, point: int) -> int | None:
    """Choose the canonical result anew; every other final interview is in a conflict with it."""
    results = transaction.cases.results(case.family_id)
    standing = standing_of(case, results, transaction.decisions.of_case(case.family_id))
    number = None if standing.result is None else standing.result.number
    if any(one.canonical != (one.number == number) for one in results):
        transaction.cases.set_canonical(case.family_id, number)
    if len(results) > 1 or standing.states:
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
