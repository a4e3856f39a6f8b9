"""Who else is at the door: advice, for as long as it may matter, to whom the case belongs."""

from __future__ import annotations

from datetime import timedelta

from enumerator.errors import KnownError
from sync.protocol import Claimant, ClaimReply
from sync.server.operation import Operation
from sync.server.store import Account, Case, Claim, Transaction

CLAIM_LIFE = timedelta(hours=2)


def claim(operation: Operation, account: Account, family_id: str) -> ClaimReply:
    """Notes that ``account`` is there. A former officer of the case is noted, since the present
    one may meet them, but told of nobody. KnownError ``not_assigned``, the same for a family that
    does not exist."""
    now_ms = int(operation.clock.now().timestamp() * 1000)
    since_ms = now_ms - int(CLAIM_LIFE.total_seconds() * 1000)

    def work(transaction: Transaction) -> ClaimReply:
        transaction.lock_families([family_id])
        case = transaction.cases.get(family_id)
        is_own = case is not None and _is_own(transaction, case, account)
        if not is_own and not transaction.cases.was_assigned(family_id, account.account_id):
            raise KnownError("not_assigned", "This family is not on your list.")
        transaction.claims.forget(since_ms)
        found = transaction.claims.at(family_id, since_ms) if is_own else []
        others = [one for one in found if one.account_id != account.account_id]
        transaction.claims.put(Claim(family_id, account.account_id, now_ms))
        return ClaimReply(
            is_yours=is_own, others=[_told(transaction, one, now_ms) for one in others]
        )

    return operation.store.write(work)


def _is_own(transaction: Transaction, case: Case, account: Account) -> bool:
    """The officer's, or the supervisor's of the officer's team."""
    if case.officer_id == account.account_id:
        return True
    officer = None if case.officer_id is None else transaction.accounts.get(case.officer_id)
    return officer is not None and officer.supervisor_id == account.account_id


def _told(transaction: Transaction, claim: Claim, now_ms: int) -> Claimant:
    who = transaction.accounts.get(claim.account_id)
    return Claimant(
        login="" if who is None else who.login,
        name="" if who is None else who.name,
        role="" if who is None else who.role,
        minutes_ago=max(0, (now_ms - claim.at_ms) // 60_000),
    )
