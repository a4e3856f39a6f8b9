"""Which result of a case stands, and what that makes of the others."""

from __future__ import annotations

from sync.server.judging.arrival import Arrival, Bench
from sync.server.ranking import NOT_FINAL, canonical_result
from sync.server.store import Case, Result, Transaction


def add_result(
    bench: Bench, arrival: Arrival, case: Case, kind: str, outcome: str, rank: int, *, late: bool
) -> int | None:
    """The number of the canonical result after this one was added."""
    header = arrival.envelope.header
    bench.tx.cases.add_result(
        Result(
            number=arrival.number,
            family_id=case.family_id,
            officer_id=header.account_id,
            kind=kind,
            outcome=outcome,
            rank=rank,
            point=arrival.point,
            form_id=header.form_id or "",
            form_version=header.form_version or "",
            base_version=header.base_version,
            late_assignee=late,
        )
    )
    bench.happened.add(case.family_id)
    return settle(bench.tx, case, arrival.received_at, arrival.point)


def settle(transaction: Transaction, case: Case, when: str, point: int) -> int | None:
    """Choose the canonical result anew; every other final interview becomes a conflict."""
    results = transaction.cases.results(case.family_id)
    best = canonical_result(case, results)
    number = None if best is None else best.number
    transaction.cases.set_canonical(case.family_id, number)
    for result in results:
        if result.kind == "interview" and result.rank > NOT_FINAL and result.number != number:
            transaction.cases.note_conflict(case.family_id, number or 0, result.number, when, point)
    return number
