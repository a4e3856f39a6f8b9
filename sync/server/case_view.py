"""What a case shows to those who may see it: to its officer, and to the supervisor, who sees
contradictions and drafts whether or not they concern the officer."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from enumerator.model import OUTCOME_RULES, Outcome
from enumerator.store.envelope import DraftBody, ReturnBody, VisitBody, read
from enumerator.store.feed import (
    STANDS,
    CaseBody,
    ConflictBody,
    FamilyBody,
    HandedDraft,
    InterviewBody,
    MemberBody,
    ProgressBody,
    ResultBody,
)
from sync.server.instance_reading import differences
from sync.server.judging.orders import standing_order
from sync.server.ranking import COMPLETE, Standing, is_answered_online, standing_of
from sync.server.store import Case, DraftRow, Result, Transaction, VisitRow

_MOST_CONFLICTS = 20


class CaseView:
    def __init__(self, transaction: Transaction, case: Case, family: FamilyBody) -> None:
        self._tx = transaction
        self.case = case
        self.family = family
        self._results = transaction.cases.results(case.family_id)
        self._standing = standing_of(
            case, self._results, transaction.decisions.of_case(case.family_id)
        )

    def for_officer(self) -> CaseBody:
        is_concerned = any(one.officer_id == self.case.officer_id for one in self._contradicting)
        return self._body(self._conflicts if is_concerned else [], self._handed_drafts())

    def for_supervisor(self) -> CaseBody:
        return self._body(self._conflicts, [self._draft(one) for one in self._newest_drafts])

    def why_gone(self) -> tuple[str, bool]:
        """Why the officer need not go there any more, empty when it is on the list; and whether
        what happened is shown with it."""
        has_own = self._has_own_interview
        if self.case.gone:
            return self.case.gone, True
        if is_answered_online(self.case, self._standing):
            return "answered_online", has_own
        result = shown_result(self.case, self._standing)
        by_other = result is not None and result.officer_id != self.case.officer_id
        if by_other and not has_own and self._standing.open_return is None:
            return "done_by_other", True
        return "", True

    def of_former_officers(self) -> list[tuple[str, InterviewBody]]:
        """By account: interviews in a contradiction, or without one any more, of those whom the
        case was taken from."""
        standing, states = self._standing.result, self._standing.states
        found = []
        for one in self._results:
            if one.kind != "interview" or one.officer_id == self.case.officer_id:
                continue
            state = states[one.number][0] if one.number in states else ""
            if standing is not None and one.number == standing.number:
                state = STANDS
            if state:
                word = InterviewBody(envelope_id=one.envelope_id, state=state)
                found.append((one.officer_id, word))
        return found

    @property
    def is_contradicted(self) -> bool:
        """Whether there is an interview beside what stands."""
        return bool(self._standing.states)

    @property
    def _has_own_interview(self) -> bool:
        return any(
            one.kind == "interview" and one.officer_id == self.case.officer_id
            for one in self._results
        )

    def _body(self, conflicts: list[ConflictBody], drafts: list[HandedDraft]) -> CaseBody:
        case = self.case
        returned = self._return
        result = self._result_body()
        mentioned = {visit.officer_id for visit in self._visits}
        mentioned |= {one.other_officer for one in conflicts} | {one.officer_id for one in drafts}
        mentioned |= set() if result is None else {result.officer_id}
        return CaseBody(
            version=case.version,
            family=self.family,
            members=self._members,
            officer_id=case.officer_id or "",
            assigned_at=case.assigned_at,
            self_response=case.self_response,
            self_responded_at=case.self_responded_at,
            prior_visits=[read(VisitBody, visit.body) for visit in self._visits],
            result=result,
            returned_comments="" if returned is None else returned.comments,
            progress=_progress(self._visits),
            question_comments=[] if returned is None else returned.questions,
            conflicts=conflicts,
            drafts=drafts,
            successors=self._successors,
            self_answers=self._self_answers,
            gone=case.gone,
            names=self._names(mentioned - {case.officer_id}),
            return_id=self._return_id,
        )

    def _names(self, mentioned: set[str]) -> dict[str, str]:
        """Of those of one team with the case's officer."""
        officer = self._tx.accounts.get(self.case.officer_id or "") if mentioned else None
        if officer is None or officer.supervisor_id is None:
            return {}
        team = self._tx.accounts.team(officer.supervisor_id)
        return {one.account_id: one.name for one in team if one.account_id in mentioned}

    @cached_property
    def _members(self) -> list[MemberBody]:
        return self._tx.cases.members(self.case.family_id)

    @cached_property
    def _visits(self) -> list[VisitRow]:
        return self._tx.cases.visits(self.case.family_id)

    @cached_property
    def _successors(self) -> list[str]:
        if not self.case.gone:
            return []
        return self._tx.events.successors([self.case.family_id])

    @cached_property
    def _self_answers(self) -> dict[str, str]:
        if self.case.self_response != "partial":
            return {}
        return self._tx.events.self_answers(self.case.family_id)

    @cached_property
    def _return(self) -> ReturnBody | None:
        decision = self._standing.open_return
        return None if decision is None else read(ReturnBody, decision.body)

    @property
    def _return_id(self) -> str:
        decision = self._standing.open_return
        return "" if decision is None else decision.envelope_id

    def _result_body(self) -> ResultBody | None:
        result = shown_result(self.case, self._standing)
        decision = self._standing.open_return
        if decision is not None and result is None:
            result = next(one for one in self._results if one.envelope_id == decision.chosen)
        if result is None:
            return None
        return ResultBody(
            status="received" if decision is None else "returned",
            outcome=result.outcome,
            officer_id=result.officer_id,
            receipt_no=result.receipt_no,
            received_at=result.received_at,
            envelope_id=result.envelope_id,
        )

    @cached_property
    def _contradicting(self) -> list[Result]:
        """What stands, and every interview beside it; empty when there is none."""
        beside = [one for one in self._results if one.number in self._standing.states]
        standing = self._standing.result
        return beside if not beside or standing is None else [standing, *beside]

    @cached_property
    def _conflicts(self) -> list[ConflictBody]:
        """The open ones first, then the newest."""
        states = self._standing.states
        beside = [one for one in self._results if one.number in states]
        if not beside:
            return []  # and no body is asked for
        beside.sort(key=lambda one: (states[one.number][0] != "open", -one.number))
        standing = self._standing.result
        kept = b"" if standing is None else self._instance(standing)
        return [
            ConflictBody(
                kept_envelope="" if standing is None else standing.envelope_id,
                other_envelope=one.envelope_id,
                other_officer=one.officer_id,
                other_outcome=one.outcome,
                other_received_at=one.received_at,
                other_receipt=one.receipt_no,
                state=states[one.number][0],
                differences=differences(kept, self._instance(one)) if kept else [],
            )
            for one in beside[:_MOST_CONFLICTS]
        ]

    def _instance(self, result: Result) -> bytes:
        if result.kind != "interview":
            return b""
        return next((body for _, body in self._tx.envelopes.bodies([result.number])), b"")

    @cached_property
    def _newest_drafts(self) -> list[DraftRow]:
        """One an officer."""
        return newest_drafts(self._tx.decisions.drafts(self.case.family_id))

    def _handed_drafts(self) -> list[HandedDraft]:
        former = [one for one in self._newest_drafts if one.officer_id != self.case.officer_id]
        if not former:
            return []
        order = standing_order(self._tx.cases.assignments(self.case.family_id))
        if order is None or not order.with_drafts:
            return []
        return [self._draft(one) for one in former]

    def _draft(self, row: DraftRow) -> HandedDraft:
        _, body = next(iter(self._tx.envelopes.bodies([row.number])))
        draft = read(DraftBody, body)
        return HandedDraft(
            envelope_id=self._tx.envelopes.id_of(row.number),
            officer_id=row.officer_id,
            form_id=draft.form_id,
            form_version=draft.form_version,
            instance=draft.instance,
        )


def shown_result(case: Case, standing: Standing) -> Result | None:
    """What stands, unless a later assignment took the case up again.

    Assigning anew reopens what was closed without a complete interview: a refusal is tried once
    more by another officer. What a supervisor decided stays.
    """
    result = standing.result
    if result is None or standing.settlement is not None:
        return result
    if result.rank < COMPLETE and result.point < case.assigned_point:
        return None
    return result


def newest_drafts(drafts: Iterable[DraftRow]) -> list[DraftRow]:
    """Of one laptop the last made, of an officer's laptops the last that came; by officer."""
    of_laptop: dict[tuple[str, str], DraftRow] = {}
    for one in drafts:
        key = (one.officer_id, one.incarnation)
        if key not in of_laptop or one.sequence > of_laptop[key].sequence:
            of_laptop[key] = one
    of_officer: dict[str, DraftRow] = {}
    for one in sorted(of_laptop.values(), key=lambda one: one.number):
        of_officer[one.officer_id] = one
    return [of_officer[officer_id] for officer_id in sorted(of_officer)]


def _progress(visits: list[VisitRow]) -> ProgressBody | None:
    if not visits:
        return None
    days = {visit.started_at[:10] for visit in visits if _is_attempt(visit.outcome)}
    last = max(visits, key=lambda visit: visit.number)
    return ProgressBody(attempt_days=len(days), last_visit_at=last.started_at)


def _is_attempt(outcome: str) -> bool:
    try:
        return OUTCOME_RULES[Outcome(outcome)].is_attempt
    except ValueError:  # a word that a newer laptop knows
        return True
