"""What each account's stream shows: a pure function of the case, put wherever it changed.

An officer sees the cases assigned to them that still need them; the supervisor sees the team's,
answered ones too. A case that leaves a stream stays there as a tombstone without a body.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from enumerator.model import OUTCOME_RULES, Outcome
from enumerator.store.envelope import VisitBody, canonical, read
from enumerator.store.feed import (
    CaseBody,
    FamilyBody,
    OfficerBody,
    ProgressBody,
    ResultBody,
)
from sync.server.ranking import COMPLETE, is_answered_online
from sync.server.store import Account, Case, Result, StreamState, Transaction, VisitRow


class Streaming:
    """Publishes within one transaction; remembers what it already did there."""

    def __init__(self, transaction: Transaction) -> None:
        self._tx = transaction
        self._area_rows: dict[str, list[StreamState]] = {}
        self._accounts: dict[str, Account | None] = {}

    def show_cases(self, family_ids: Iterable[str]) -> None:
        """Bring every stream that has, had or should have one of these cases up to date."""
        self.put([row for family_id in sorted(set(family_ids)) for row in self.case(family_id)])

    def put(self, rows: Iterable[tuple[str, StreamState]]) -> None:
        """By account, so that all who write take the streams' locks in one order."""
        for (account_id, _), state in sorted(
            {(account_id, state.key): state for account_id, state in rows}.items(),
            key=lambda entry: entry[0],
        ):
            self._tx.streams.put(account_id, state)

    def case(self, family_id: str) -> list[tuple[str, StreamState]]:
        """What this case is to be in which account's stream; its body is saved."""
        case = self._tx.cases.get(family_id)
        family = self._tx.cases.family(family_id)
        if case is None or family is None or case.officer_id is None:
            return []
        if case.found_in_field and not (family.head_name or family.address or family.village):
            return []  # the officer's own laptop still knows more of it than we do
        results = self._tx.cases.results(family_id)
        sha256 = self._save_body(case, family, results)
        key = f"case:{family_id}"
        audience = self._audience(case, results)
        rows = []
        for account_id in sorted({*audience, *self._tx.streams.accounts_with(key)}):
            reason = audience.get(account_id, "reassigned")
            if reason:
                rows.append((account_id, StreamState(key, True, reason)))
            else:
                state = StreamState(key, False, "", family_id, None, sha256)
                rows += [(account_id, area) for area in self._areas(family.village)]
                rows.append((account_id, state))
        return rows

    def show_officer(self, account_id: str) -> None:
        """The officer's row in the supervisor's stream."""
        account = self._tx.accounts.get(account_id)
        if account is None or account.supervisor_id is None:
            return
        body = OfficerBody(
            account_id=account.account_id,
            login=account.login,
            name=account.name,
            role=account.role,
            last_contact=account.last_contact_at,
            active=not account.revoked,
        )
        self._tx.streams.put(account.supervisor_id, _state(f"officer:{account_id}", body))

    def _audience(self, case: Case, results: list[Result]) -> dict[str, str]:
        """Account → why the case is gone from its stream, empty when it is live there."""
        if case.officer_id is None:
            return {}
        audience = {case.officer_id: _why_gone(case, results)}
        officer = self._account(case.officer_id)
        if officer is not None and officer.supervisor_id is not None:
            audience[officer.supervisor_id] = ""
        return audience

    def _account(self, account_id: str) -> Account | None:
        if account_id not in self._accounts:
            self._accounts[account_id] = self._tx.accounts.get(account_id)
        return self._accounts[account_id]

    def _save_body(self, case: Case, family: FamilyBody, results: list[Result]) -> bytes:
        """Hash of the case's body; a new version when anything in it changed."""
        body = self._body(case, family, results)
        data = canonical(body)
        sha256 = hashlib.sha256(data).digest()
        if sha256 != case.body_sha256:
            version = case.version + 1
            data = canonical(msgspec.structs.replace(body, version=version))
            sha256 = hashlib.sha256(data).digest()
            self._tx.cases.save_body(case.family_id, version, data, sha256)
        return sha256

    def _body(self, case: Case, family: FamilyBody, results: list[Result]) -> CaseBody:
        visits = self._tx.cases.visits(case.family_id)
        result = standing_result(case, results)
        return CaseBody(
            version=case.version,
            family=family,
            members=self._tx.cases.members(case.family_id),
            officer_id=case.officer_id or "",
            assigned_at=case.assigned_at,
            self_response=case.self_response,
            self_responded_at=case.self_responded_at,
            prior_visits=[read(VisitBody, visit.body) for visit in visits],
            result=None if result is None else _result_body(result),
            progress=_progress(visits),
        )

    def _areas(self, village: str) -> list[StreamState]:
        """The village and what it lies in."""
        if village not in self._area_rows:
            rows = []
            code: str | None = village
            while code is not None and (area := self._tx.areas.get(code)) is not None:
                rows.append(_state(f"area:{code}", area))
                code = area.parent
            self._area_rows[village] = rows
        return self._area_rows[village]


def _state(key: str, body: msgspec.Struct) -> StreamState:
    data = canonical(body)
    return StreamState(key, False, "", None, data, hashlib.sha256(data).digest())


def standing_result(case: Case, results: list[Result]) -> Result | None:
    """The canonical result, unless a later assignment took the case up again.

    Assigning anew reopens what was closed without a complete interview: a refusal is tried once
    more by another officer.
    """
    result = next((one for one in results if one.canonical), None)
    if result is None or (result.rank < COMPLETE and result.point < case.assigned_point):
        return None
    return result


def _why_gone(case: Case, results: list[Result]) -> str:
    result = standing_result(case, results)
    if is_answered_online(case, results):
        return "answered_online"
    if result is not None and result.officer_id != case.officer_id:
        return "done_by_other"
    return ""


def _result_body(result: Result) -> ResultBody:
    return ResultBody(
        status="received",
        outcome=result.outcome,
        officer_id=result.officer_id,
        receipt_no=result.receipt_no,
        received_at=result.received_at,
        envelope_id=result.envelope_id,
    )


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
