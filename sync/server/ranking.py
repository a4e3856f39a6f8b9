"""Which of several final words on a family is the canonical one.

The published rule: complete over partial over closed without an interview; an interview over a
bare visit; then the first by the server's point. A complete self-response ranks as a complete
interview. Nothing that loses is ever deleted.
"""

from __future__ import annotations

from collections.abc import Sequence

from enumerator.model import FORM_OUTCOMES, INTERVIEW_OUTCOMES, OUTCOME_RULES, Outcome
from sync.server.store import Case, Result

NOT_FINAL = 0
CLOSED_BY_VISIT = 1
CLOSED_BY_FORM = 2
PARTIAL = 3
COMPLETE = 4

_COMPLETE_OUTCOMES = frozenset({Outcome.COMPLETED, Outcome.COMPLETED_PROXY, Outcome.NEW_FAMILY})


def interview_outcome(result_word: str | None) -> Outcome:
    """Of a questionnaire's result word; a form without one counts as complete."""
    if result_word is None:
        return Outcome.COMPLETED
    return FORM_OUTCOMES.get(result_word.strip().upper(), Outcome.PARTIAL)


def interview_rank(outcome: Outcome) -> int:
    if outcome in _COMPLETE_OUTCOMES:
        return COMPLETE
    if outcome in INTERVIEW_OUTCOMES:
        return PARTIAL
    return CLOSED_BY_FORM if OUTCOME_RULES[outcome].final else NOT_FINAL


def visit_rank(outcome: str) -> int:
    """A visit closes a case by a final outcome; what only an interview may say does not count."""
    try:
        known = Outcome(outcome)
    except ValueError:
        return NOT_FINAL
    if known in INTERVIEW_OUTCOMES or not OUTCOME_RULES[known].final:
        return NOT_FINAL
    return CLOSED_BY_VISIT


def canonical_result(case: Case, results: Sequence[Result]) -> Result | None:
    """The winner among the envelopes; None when there is none or the self-response wins."""
    candidates = [result for result in results if result.rank > NOT_FINAL]
    if not candidates:
        return None
    best = min(candidates, key=lambda one: (-one.rank, one.point, one.number))
    return None if _self_response_wins(case, best) else best


def is_answered_online(case: Case, results: Sequence[Result]) -> bool:
    """Whether the complete self-response is the family's canonical answer."""
    return case.self_response == "complete" and canonical_result(case, results) is None


def _self_response_wins(case: Case, best: Result) -> bool:
    if case.self_response != "complete":
        return False
    return best.rank < COMPLETE or case.self_response_point < best.point
