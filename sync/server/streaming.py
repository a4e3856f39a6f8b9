"""What each account's stream shows: a pure function of the case, put wherever it changed.

An officer sees the cases assigned to them that still need them or that they finished; the
supervisor sees the team's, answered ones too. A case that leaves a stream stays there as a
tombstone; with a body only for whom the case is still assigned to. Who lost a case hears of it only
what became of their own interview, where others stood beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import msgspec

from enumerator.store.envelope import canonical
from enumerator.store.feed import CaseBody, OfficerBody
from sync.server import reporting
from sync.server.case_view import CaseView
from sync.server.store import Account, Case, StreamState, Transaction


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
        view = CaseView(self._tx, case, family)
        sha256, version = self._save_body(case, view.for_officer())
        key = f"case:{family_id}"
        shown = {case.officer_id: _officers_row(key, family_id, view, sha256)}
        officer = self._account(case.officer_id)
        if officer is not None and officer.supervisor_id is not None:
            body = msgspec.structs.replace(view.for_supervisor(), version=version)
            shown[officer.supervisor_id] = _supervisors_row(key, family_id, body, sha256)
        rows = []
        for account_id in sorted({*shown, *self._tx.streams.accounts_with(key)}):
            state = shown.get(account_id, StreamState(key, True, "reassigned"))
            if not state.gone:
                rows += [(account_id, area) for area in self._areas(family.village)]
            rows.append((account_id, state))
        return rows + self._words_to_former_officers(view)

    def _words_to_former_officers(self, view: CaseView) -> list[tuple[str, StreamState]]:
        """What became of their own interviews: once others stood beside them, from then on."""
        rows = []
        for account_id, word in view.of_former_officers():
            state = _state(f"interview:{word.envelope_id}", word)
            if view.is_contradicted or account_id in self._tx.streams.accounts_with(state.key):
                rows.append((account_id, state))
        return rows

    def show_officer(self, account_id: str) -> None:
        """The officer's row in the supervisor's stream."""
        account = self._tx.accounts.get(account_id)
        if account is None or account.supervisor_id is None:
            return
        troubles, set_aside = reporting.shown(self._tx.reports.latest(account_id))
        body = OfficerBody(
            account_id=account.account_id,
            login=account.login,
            name=account.name,
            role=account.role,
            last_contact=account.last_contact_at,
            active=not account.revoked,
            troubles=troubles,
            set_aside=set_aside,
        )
        self._tx.streams.put(account.supervisor_id, _state(f"officer:{account_id}", body))

    def _account(self, account_id: str) -> Account | None:
        if account_id not in self._accounts:
            self._accounts[account_id] = self._tx.accounts.get(account_id)
        return self._accounts[account_id]

    def _save_body(self, case: Case, body: CaseBody) -> tuple[bytes, int]:
        """Hash and version of the case's body; a new version when anything in it changed."""
        sha256 = hashlib.sha256(canonical(body)).digest()
        if sha256 == case.body_sha256:
            return sha256, case.version
        version = case.version + 1
        data = canonical(msgspec.structs.replace(body, version=version))
        sha256 = hashlib.sha256(data).digest()
        self._tx.cases.save_body(case.family_id, version, data, sha256)
        return sha256, version

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


def _officers_row(key: str, family_id: str, view: CaseView, sha256: bytes) -> StreamState:
    reason, is_shown = view.why_gone()
    if not is_shown:
        return StreamState(key, True, reason)
    return StreamState(key, bool(reason), reason, family_id, None, sha256)


def _supervisors_row(key: str, family_id: str, body: CaseBody, shared: bytes) -> StreamState:
    """With a body of its own where the supervisor sees more."""
    data = canonical(body)
    sha256 = hashlib.sha256(data).digest()
    if sha256 == shared:
        return StreamState(key, False, "", family_id, None, shared)
    return StreamState(key, False, "", family_id, data, sha256)
