from __future__ import annotations

import pytest

from enumerator.model import FORM_OUTCOMES, INTERVIEW_OUTCOMES, OUTCOME_RULES, Outcome, Reopen

AAPOR = {
    "interview",
    "partial",
    "refusal",
    "non-contact",
    "other",
    "unknown eligibility",
    "not eligible",
}


def test_every_outcome_has_a_rule() -> None:
    assert set(OUTCOME_RULES) == set(Outcome)


@pytest.mark.parametrize("outcome", Outcome)
def test_rule_uses_known_words_only(outcome: Outcome) -> None:
    rule = OUTCOME_RULES[outcome]
    assert rule.aapor in AAPOR
    assert rule.form_result in FORM_OUTCOMES
    assert rule.reopen in {reopen.value for reopen in Reopen}


def test_every_result_word_of_the_form_leads_to_an_outcome_with_that_word() -> None:
    for word, outcome in FORM_OUTCOMES.items():
        assert OUTCOME_RULES[outcome].form_result == word


def test_guarded_outcomes_need_the_supervisor() -> None:
    guarded = {Outcome.NOT_FOUND, Outcome.DEMOLISHED, Outcome.DUPLICATE, Outcome.NOT_A_DWELLING}
    assert all(OUTCOME_RULES[outcome].needs_confirmation for outcome in guarded)


def test_refusals_need_a_reason_and_only_the_soft_one_is_tried_again() -> None:
    refusals = {o for o, rule in OUTCOME_RULES.items() if rule.refusal_reason_due}
    assert refusals == {Outcome.SOFT_REFUSAL, Outcome.HARD_REFUSAL, Outcome.THREATENING}
    assert {o for o in refusals if not OUTCOME_RULES[o].final} == {Outcome.SOFT_REFUSAL}


def test_outcomes_of_interviews_are_final() -> None:
    assert all(OUTCOME_RULES[outcome].final for outcome in INTERVIEW_OUTCOMES)
