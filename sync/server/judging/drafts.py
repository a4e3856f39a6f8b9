"""A draft: what was begun and not finished. Evidence, never a result."""

from __future__ import annotations

from enumerator.store.envelope import DraftBody, read
from sync.server.judging.arrival import STORED, Arrival, Bench, Judgement, quarantined
from sync.server.judging.cases import case_of
from sync.server.store import DraftRow


def judge_draft(bench: Bench, arrival: Arrival) -> Judgement:
    header = arrival.envelope.header
    try:
        body = read(DraftBody, arrival.envelope.body)
    except ValueError:
        return quarantined("bad_body")
    if body.family_id != header.family_id:
        return quarantined("bad_body")
    case = case_of(bench, arrival, body.family_id)
    if isinstance(case, Judgement):
        return case
    bench.tx.decisions.add_draft(
        DraftRow(
            number=arrival.number,
            family_id=case.family_id,
            officer_id=header.account_id,
            incarnation=header.incarnation,
            sequence=header.sequence,
        )
    )
    bench.touched.add(case.family_id)
    return STORED
