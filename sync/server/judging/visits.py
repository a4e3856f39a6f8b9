"""A visit: a line of the case's history, and sometimes what closes it."""

from __future__ import annotations

from enumerator.store.envelope import VisitBody, canonical, read
from enumerator.store.register import has_readable_times
from sync.server.judging.arrival import Arrival, Bench, Judgement, quarantined
from sync.server.judging.cases import case_of
from sync.server.judging.standing import add_result
from sync.server.ranking import NOT_FINAL, visit_rank
from sync.server.store import Result, VisitRow


def judge_visit(bench: Bench, arrival: Arrival) -> Judgement:
    header = arrival.envelope.header
    try:
        body = read(VisitBody, arrival.envelope.body)
    except ValueError:
        return quarantined("bad_body")
    if (body.family_id, body.officer_id) != (header.family_id, header.account_id):
        return quarantined("bad_body")
    if not has_readable_times(body):
        return quarantined("bad_body")
    case = case_of(bench, arrival, body.family_id)
    if isinstance(case, Judgement):
        return case
    late = case.officer_id != header.account_id
    row = VisitRow(
        visit_id=body.visit_id,
        number=arrival.number,
        family_id=body.family_id,
        officer_id=body.officer_id,
        started_at=body.started_at,
        outcome=body.outcome,
        late_assignee=late,
        body=canonical(body),
    )
    if not bench.tx.cases.add_visit(row):
        return Judgement("stored", "known_visit")
    rank = visit_rank(body.outcome)
    if rank > NOT_FINAL:
        result = Result(
            number=arrival.number,
            family_id=case.family_id,
            officer_id=header.account_id,
            kind="visit",
            outcome=body.outcome,
            rank=rank,
            point=arrival.point,
            base_version=header.base_version,
            late_assignee=late,
        )
        add_result(bench, arrival, result)
    bench.touched.add(case.family_id)
    return Judgement("stored", "late_assignee" if late else "")
