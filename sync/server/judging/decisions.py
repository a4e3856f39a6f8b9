"""Supervisors' decisions about results: which one stands, and which is to be done again.

Both are held until the interview that they name is here, and kept with all others: what holds
follows from all of them (:mod:`sync.server.ranking`).
"""

from __future__ import annotations

import msgspec

from enumerator.store.envelope import ReturnBody, SettlementBody, canonical, read
from sync.server.judging.arrival import STORED, Arrival, Bench, Judgement, held, quarantined
from sync.server.judging.cases import describe_found
from sync.server.judging.orders import teams_cases
from sync.server.judging.standing import settle
from sync.server.questionnaire_reading import summarise
from sync.server.ranking import NOT_FINAL, SELF_RESPONSE
from sync.server.store import Case, Decision


def judge_settlement(bench: Bench, arrival: Arrival) -> Judgement:
    try:
        body = read(SettlementBody, arrival.envelope.body)
    except ValueError:
        return quarantined("bad_body")
    case = _case_of(bench, arrival, body.family_id)
    if isinstance(case, Judgement):
        return case
    if body.envelope_id == SELF_RESPONSE:
        if case.self_response != "complete":
            return held("unknown_interview", case.family_id)
    elif body.envelope_id is not None and not _has_interview(bench, case, body.envelope_id):
        return held("unknown_interview", case.family_id)
    return _decide(bench, arrival, case, body.envelope_id, body.reason, body)


def judge_return(bench: Bench, arrival: Arrival) -> Judgement:
    try:
        body = read(ReturnBody, arrival.envelope.body)
    except ValueError:
        return quarantined("bad_body")
    case = _case_of(bench, arrival, body.family_id)
    if isinstance(case, Judgement):
        return case
    if not _has_interview(bench, case, body.envelope_id):
        return held("unknown_interview", case.family_id)
    return _decide(bench, arrival, case, body.envelope_id, body.comments, body)


def _case_of(bench: Bench, arrival: Arrival, family_id: str) -> Case | Judgement:
    if family_id != arrival.envelope.header.family_id:
        return quarantined("bad_body")
    supervisor = arrival.author
    if supervisor.role != "supervisor":
        return quarantined("not_supervisor")
    team = {one.account_id: one for one in bench.tx.accounts.team(supervisor.account_id)}
    cases = teams_cases(bench, [family_id], team)
    return cases if isinstance(cases, Judgement) else cases[0]


def _has_interview(bench: Bench, case: Case, envelope_id: str) -> bool:
    return any(
        one.envelope_id == envelope_id and one.kind == "interview" and one.rank > NOT_FINAL
        for one in bench.tx.cases.results(case.family_id)
    )


def _decide(
    bench: Bench,
    arrival: Arrival,
    case: Case,
    chosen: str | None,
    reason: str,
    body: msgspec.Struct,
) -> Judgement:
    header = arrival.envelope.header
    bench.tx.decisions.add(
        Decision(
            number=arrival.number,
            family_id=case.family_id,
            kind=header.kind,
            chosen=chosen,
            officer_id=header.account_id,
            incarnation=header.incarnation,
            sequence=header.sequence,
            place=arrival.place,
            point=arrival.point,
            version=case.version + 1,
            decided_at=arrival.received_at,
            reason=reason,
            body=canonical(body),
            envelope_id=header.id,
        )
    )
    number = settle(bench.tx, case, arrival.received_at, arrival.point)
    if case.found_in_field and number is not None:
        _describe(bench, case, number)
    bench.touched.add(case.family_id)
    return STORED


def _describe(bench: Bench, case: Case, number: int) -> None:
    """A family found in the field is described by the interview that stands."""
    results = bench.tx.cases.results(case.family_id)
    if any(one.number == number and one.kind == "interview" for one in results):
        for _, instance in bench.tx.envelopes.bodies([number]):
            describe_found(bench, case.family_id, summarise(instance))
