"""What an envelope means. Custody holds the bytes whatever is decided here.

Every rule is a function of what the store holds, so that the same envelopes give the same state
whatever way and however often they come.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass

from enumerator.store.envelope import (
    ReassignmentBody,
    SealedEnvelope,
    VisitBody,
    canonical,
    read,
)
from enumerator.store.feed import FamilyBody
from enumerator.store.register import has_readable_times
from sync.server.questionnaire_reading import (
    InterviewSummary,
    UnreadableInterviewError,
    summarise,
)
from sync.server.ranking import NOT_FINAL, canonical_result, interview_outcome, interview_rank
from sync.server.ranking import visit_rank as rank_of_visit
from sync.server.store import (
    Account,
    Assignment,
    Case,
    Result,
    StreamState,
    Transaction,
    TryAgainError,
    VisitRow,
)
from sync.server.streaming import Streaming

log = logging.getLogger(__name__)

FOUND_PREFIX = "BARU-"
"""Ids of families that officers meet in the field begin like this."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """``status`` of the receipt and, as a stable word, why."""

    status: str
    reason: str = ""


STORED = Judgement("stored")


def quarantined(reason: str) -> Judgement:
    return Judgement("quarantined", reason)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An admitted envelope with its place in the server's order."""

    envelope: SealedEnvelope
    author: Account
    number: int
    point: int
    received_at: str


def families_of(envelope: SealedEnvelope) -> list[str]:
    """The cases that it may change."""
    family_id = envelope.header.family_id
    found = [] if family_id is None else [family_id]
    if envelope.header.kind == "reassignment":
        with contextlib.suppress(ValueError):
            found += read(ReassignmentBody, envelope.body).family_ids
    return found


class Applying:
    """Interprets envelopes within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._touched: set[str] = set()
        self._kinds: dict[str, Callable[[Arrival], Judgement]] = {
            "visit": self._apply_visit,
            "interview": self._apply_interview,
            "reassignment": self._apply_reassignment,
            "note": self._keep,
            "acknowledgement": self._keep,
        }

    def knows(self, kind: str) -> bool:
        return kind in self._kinds

    def apply(self, arrival: Arrival) -> Judgement:
        return self._kinds[arrival.envelope.header.kind](arrival)

    def finish(self) -> None:
        """Show what changed in the streams, once a family, in a fixed order of locks."""
        streaming = Streaming(self._tx)
        rows: list[tuple[str, StreamState]] = []
        for family_id in sorted(self._touched):
            try:
                with self._tx.savepoint():
                    rows += streaming.case(family_id)
            except TryAgainError:
                raise
            except Exception:
                # Never at the price of custody: the streams keep what they showed before.
                log.exception("case %s could not be shown", family_id)
        try:
            with self._tx.savepoint():
                streaming.put(rows)
        except TryAgainError:
            raise
        except Exception:
            log.exception("%d stream rows could not be put", len(rows))
        self._touched.clear()

    def _apply_visit(self, arrival: Arrival) -> Judgement:
        header = arrival.envelope.header
        try:
            body = read(VisitBody, arrival.envelope.body)
        except ValueError:
            return quarantined("bad_body")
        if (body.family_id, body.officer_id) != (header.family_id, header.account_id):
            return quarantined("bad_body")
        if not has_readable_times(body):
            return quarantined("bad_body")
        case = self._case_of(arrival, body.family_id)
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
        if not self._tx.cases.add_visit(row):
            return Judgement("stored", "known_visit")
        rank = rank_of_visit(body.outcome)
        if rank > NOT_FINAL:
            self._add_result(arrival, case, "visit", body.outcome, rank, late=late)
        self._touched.add(case.family_id)
        return Judgement("stored", "late_assignee" if late else "")

    def _apply_interview(self, arrival: Arrival) -> Judgement:
        header = arrival.envelope.header
        try:
            summary = summarise(arrival.envelope.body)
        except UnreadableInterviewError:
            return quarantined("bad_body")
        case = self._case_of(arrival, header.family_id)
        if isinstance(case, Judgement):
            return case
        late = case.officer_id != header.account_id
        outcome = interview_outcome(summary.result_word)
        rank = interview_rank(outcome)
        self._touched.add(case.family_id)
        canonical_number = self._add_result(
            arrival, case, "interview", outcome.value, rank, late=late
        )
        if case.found_in_field and canonical_number in (arrival.number, None):
            self._describe_found(case.family_id, summary)
        if rank > NOT_FINAL and canonical_number != arrival.number:
            return Judgement("alternate", "late_assignee" if late else "")
        return Judgement("stored", "late_assignee" if late else "")

    def _case_of(self, arrival: Arrival, family_id: str | None) -> Case | Judgement:
        """The case, if its author was ever assigned to it; made now for a family that the
        officer found in the field."""
        author = arrival.author
        case = None if family_id is None else self._tx.cases.get(family_id)
        if case is not None:
            entitled = case.officer_id == author.account_id or self._tx.cases.was_assigned(
                case.family_id, author.account_id
            )
            return case if entitled else quarantined("not_assigned")
        if family_id is None or not family_id.startswith(FOUND_PREFIX) or author.role != "officer":
            return quarantined("unknown_family")
        self._tx.cases.add_found(family_id)
        self._tx.cases.assign(
            Assignment(
                family_id=family_id,
                officer_id=author.account_id,
                point=arrival.point,
                assigned_at=arrival.received_at,
                assigned_by=arrival.envelope.id,
                reason="found_in_field",
            )
        )
        return self._tx.cases.get(family_id) or quarantined("unknown_family")

    def _describe_found(self, family_id: str, summary: InterviewSummary) -> None:
        """A blank description never takes the place of one that was written."""
        if summary.head_name or summary.address or summary.village:
            self._tx.cases.describe_found(self._found_family(family_id, summary))

    def _found_family(self, family_id: str, summary: InterviewSummary) -> FamilyBody:
        above: dict[str, str] = {}
        code: str | None = summary.village
        while code is not None and (area := self._tx.areas.get(code)) is not None:
            above[area.level] = area.code
            code = area.parent
        return FamilyBody(
            id=family_id,
            head_name=summary.head_name,
            province=above.get("province", ""),
            regency=above.get("regency", ""),
            district=above.get("district", ""),
            village=summary.village,
            sls=summary.sls,
            address=summary.address,
        )

    def _apply_reassignment(self, arrival: Arrival) -> Judgement:
        header = arrival.envelope.header
        supervisor = arrival.author
        try:
            body = read(ReassignmentBody, arrival.envelope.body)
        except ValueError:
            return quarantined("bad_body")
        if supervisor.role != "supervisor":
            return quarantined("not_supervisor")
        team = {
            account.account_id: account for account in self._tx.accounts.team(supervisor.account_id)
        }
        cases = [self._tx.cases.get(family_id) for family_id in sorted(set(body.family_ids))]
        own = [case for case in cases if case is not None and case.officer_id in team]
        if body.to_account not in team or len(own) != len(cases):
            return quarantined("not_your_team")
        if team[body.to_account].revoked:
            return quarantined("revoked_officer")
        for case in own:
            if _is_older(arrival, case):
                continue
            if case.officer_id == body.to_account:
                self._tx.cases.note_order(case.family_id, header.incarnation, header.sequence)
                continue
            self._tx.cases.assign(
                Assignment(
                    family_id=case.family_id,
                    officer_id=body.to_account,
                    point=arrival.point,
                    assigned_at=arrival.received_at,
                    assigned_by=header.id,
                    reason=body.reason,
                    incarnation=header.incarnation,
                    sequence=header.sequence,
                )
            )
            self._touched.add(case.family_id)
        return STORED

    def _keep(self, _arrival: Arrival) -> Judgement:
        """Notes and acknowledgements: in custody, readable, without an effect on a case."""
        return STORED

    def _add_result(
        self, arrival: Arrival, case: Case, kind: str, outcome: str, rank: int, *, late: bool
    ) -> int | None:
        """The number of the canonical result after this one was added."""
        header = arrival.envelope.header
        self._tx.cases.add_result(
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
        return settle(self._tx, case, arrival.received_at, arrival.point)


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


def _is_older(arrival: Arrival, case: Case) -> bool:
    """An older instruction of the same laptop never overrides a newer one."""
    header = arrival.envelope.header
    return (
        case.assigned_incarnation == header.incarnation and header.sequence < case.assigned_sequence
    )
