"""Which of several final words on a family stands, and what that makes of the others.

The published rule (``sync/PROTOCOL.md``): what a supervisor decided; else, of those that were not
done again after a return: complete over partial over closed by a questionnaire over closed by a
visit; answers that pass the hard edits over such that fail; then the first by the server's order.
A complete self-response ranks as a complete interview. Nothing that loses is ever deleted.

All of it are functions of the case, its results and the decisions about them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from enumerator.model import FORM_OUTCOMES, INTERVIEW_OUTCOMES, OUTCOME_RULES, Outcome
from sync.server.store import Case, Decision, Result

NOT_FINAL = 0
CLOSED_BY_VISIT = 1
CLOSED_BY_FORM = 2
PARTIAL = 3
COMPLETE = 4
SELF_RESPONSE = ""
"""What a settlement names when the family's own answer online stands."""

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


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds of a case."""

    result: Result | None
    """None: the self-response, or nothing."""
    settlement: Decision | None
    """The decision by which it stands."""
    open_return: Decision | None
    """What is to be done again, and was not yet."""
    states: dict[int, tuple[str, int]]
    """By number, for every final interview that does not stand: ``open``, ``confirmed`` or
    ``settled``, and the number of the decision that settled it (0: the rule)."""


def standing_of(case: Case, results: Sequence[Result], decisions: Sequence[Decision]) -> Standing:
    candidates = [result for result in results if result.rank > NOT_FINAL]
    redone = _redone(candidates, decisions)
    settlement = newest([one for one in decisions if _settles(case, candidates, one)])
    if settlement is not None and settlement.chosen is None:
        settlement = None
    if settlement is not None:
        best = _chosen(candidates, settlement)
    else:
        best = _by_rule(case, candidates, redone)
    states = {
        one.number: _state(one, best, settlement, redone)
        for one in candidates
        if one.kind == "interview" and one is not best
    }
    return Standing(best, settlement, _open_return(candidates, decisions, settlement), states)


def _chosen(candidates: Sequence[Result], settlement: Decision) -> Result | None:
    """None: the self-response. A result whose envelope is only being taken has no id yet."""
    if settlement.chosen == SELF_RESPONSE:
        return None
    return next((one for one in candidates if one.envelope_id == settlement.chosen), None)


def newest(decisions: Sequence[Decision]) -> Decision | None:
    """Of one laptop's only the newest counts; of what is left the last by the server's order."""
    last: dict[str, int] = {}
    for one in decisions:
        last[one.incarnation] = max(one.sequence, last.get(one.incarnation, 0))
    return max(
        (one for one in decisions if one.sequence == last[one.incarnation]),
        key=lambda one: (one.place, one.number),
        default=None,
    )


def is_answered_online(case: Case, standing: Standing) -> bool:
    """Whether the complete self-response is the family's canonical answer."""
    return case.self_response == "complete" and standing.result is None


def closes(result: Result, returned: Result, decision: Decision) -> bool:
    """Whether this interview is what the return asked for: it corrects the one that was sent
    back, or was begun when the return had been shown. It names that return itself; of an older
    laptop the version tells that it was begun on."""
    if result.number == returned.number or result.kind != "interview":
        return False
    corrects = bool(returned.instance_id) and result.replaces == returned.instance_id
    if corrects or result.answers is None:
        return corrects or (result.base_version or 0) >= decision.version
    return result.answers == decision.envelope_id


def _settles(case: Case, candidates: Sequence[Result], decision: Decision) -> bool:
    """Whether the settlement can hold: what it chose is here."""
    if decision.kind != "settlement":
        return False
    if decision.chosen is None:
        return True
    if decision.chosen == SELF_RESPONSE:
        return case.self_response == "complete"
    return any(one.envelope_id == decision.chosen for one in candidates)


def _redone(candidates: Sequence[Result], decisions: Sequence[Decision]) -> dict[int, int]:
    """Number of an interview that was sent back and done again → the return's number."""
    found: dict[int, int] = {}
    for decision in decisions:
        if decision.kind != "return":
            continue
        for returned in candidates:
            if returned.envelope_id == decision.chosen and any(
                closes(one, returned, decision) for one in candidates
            ):
                found[returned.number] = decision.number
    return found


def _open_return(
    candidates: Sequence[Result], decisions: Sequence[Decision], settlement: Decision | None
) -> Decision | None:
    """The newest return, unless it was answered, or a settlement came after it."""
    decision = newest([one for one in decisions if one.kind == "return"])
    if decision is None:
        return None
    if settlement is not None and (settlement.place, settlement.number) > (
        decision.place,
        decision.number,
    ):
        return None
    returned = next((one for one in candidates if one.envelope_id == decision.chosen), None)
    if returned is None or any(closes(one, returned, decision) for one in candidates):
        return None
    return decision


def _by_rule(case: Case, candidates: Sequence[Result], redone: dict[int, int]) -> Result | None:
    eligible = [one for one in candidates if one.eligible]
    if not eligible:
        return None
    best = min(
        eligible,
        key=lambda one: (
            one.number in redone,
            -one.rank,
            one.failing > 0,
            one.point,
            one.number,
        ),
    )
    return None if _self_response_wins(case, best) else best


def _self_response_wins(case: Case, best: Result) -> bool:
    if case.self_response != "complete":
        return False
    return best.rank < COMPLETE or case.self_response_point < best.point


def _state(
    result: Result, best: Result | None, settlement: Decision | None, redone: dict[int, int]
) -> tuple[str, int]:
    if result.number in redone:
        return "settled", redone[result.number]
    known = settlement is not None and (result.point, result.number) < (
        settlement.place,
        settlement.number,
    )
    if settlement is not None and known:
        return "settled", settlement.number
    is_same = (
        best is not None
        and best.kind == "interview"
        and bool(result.key_answers)
        and (result.key_answers, result.rank) == (best.key_answers, best.rank)
    )
    return ("confirmed", 0) if is_same else ("open", 0)
