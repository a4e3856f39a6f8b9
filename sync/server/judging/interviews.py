"""An interview: a possible final word on its family."""

from __future__ import annotations

from sync.server.judging.arrival import Arrival, Bench, Judgement, quarantined
from sync.server.judging.cases import case_of, describe_found
from sync.server.judging.standing import add_result
from sync.server.questionnaire_reading import UnreadableInterviewError, summarise
from sync.server.ranking import NOT_FINAL, interview_outcome, interview_rank


def judge_interview(bench: Bench, arrival: Arrival) -> Judgement:
    header = arrival.envelope.header
    try:
        summary = summarise(arrival.envelope.body)
    except UnreadableInterviewError:
        return quarantined("bad_body")
    case = case_of(bench, arrival, header.family_id)
    if isinstance(case, Judgement):
        return case
    late = case.officer_id != header.account_id
    outcome = interview_outcome(summary.result_word)
    rank = interview_rank(outcome)
    bench.touched.add(case.family_id)
    standing = add_result(bench, arrival, case, "interview", outcome.value, rank, late=late)
    if case.found_in_field and standing in (arrival.number, None):
        describe_found(bench, case.family_id, summary)
    status = "alternate" if rank > NOT_FINAL and standing != arrival.number else "stored"
    return Judgement(status, "late_assignee" if late else "")
