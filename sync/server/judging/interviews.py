"""An interview: a possible final word on its family."""

from __future__ import annotations

from sync.server.judging.arrival import Arrival, Bench, Judgement, quarantined
from sync.server.judging.cases import case_of, describe_found
from sync.server.judging.standing import add_result
from sync.server.questionnaire_reading import UnreadableInterviewError, summarise
from sync.server.ranking import NOT_FINAL, interview_outcome, interview_rank
from sync.server.store import Result


def judge_interview(bench: Bench, arrival: Arrival) -> Judgement:
    header = arrival.envelope.header
    try:
        summary = summarise(arrival.envelope.body)
    except UnreadableInterviewError:
        return quarantined("bad_body")
    case = case_of(bench, arrival, header.family_id)
    if isinstance(case, Judgement):
        return case
    outcome = interview_outcome(summary.result_word)
    result = Result(
        number=arrival.number,
        family_id=case.family_id,
        officer_id=header.account_id,
        kind="interview",
        outcome=outcome.value,
        rank=interview_rank(outcome),
        point=arrival.point,
        form_id=header.form_id or "",
        form_version=header.form_version or "",
        base_version=header.base_version,
        late_assignee=case.officer_id != header.account_id,
        failing=summary.failing,
        key_answers=summary.key_answers,
        instance_id=summary.instance_id,
        replaces=summary.replaces,
        answers=header.answers,
    )
    standing = add_result(bench, arrival, result)
    bench.touched.add(case.family_id)
    if case.found_in_field and standing in (arrival.number, None):
        describe_found(bench, case.family_id, summary)
    is_alternate = result.rank > NOT_FINAL and standing != arrival.number
    reason = case.gone or ("late_assignee" if result.late_assignee else "")
    return Judgement("alternate" if is_alternate else "stored", reason)
