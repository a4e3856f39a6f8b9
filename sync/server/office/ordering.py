"""Commands to laptops, and who was let in again: what was ordered, and how far it came."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sync.server.operation import Operation
from sync.server.store import CommandRow


@dataclass(frozen=True, slots=True)
class Ordered:
    """One command as the office sees it."""

    command_id: str
    login: str
    device_id: str
    command: str
    reason: str
    state: str
    """``issued``, ``delivered`` (the laptop was told) or ``acknowledged``."""
    status: str
    """The laptop's word: ``done``, ``refused`` or ``wiped``."""
    detail: str
    issued_at: str
    delivered_at: str | None
    acknowledged_at: str | None

    @property
    def line(self) -> str:
        """For people."""
        end = f" {self.status} {self.detail}".rstrip() if self.status else ""
        return f"{self.issued_at} {self.login} {self.command}: {self.state}{end}"


@dataclass(frozen=True, slots=True)
class Act:
    """What let an officer in again; see :class:`sync.server.store.ActRow`."""

    at: str
    act: str
    login: str
    device_id: str
    by_user: str
    reference: str
    detail: str

    @property
    def line(self) -> str:
        """For people."""
        by = f" by {self.by_user}" if self.by_user else ""
        return f"{self.at} {self.login} {self.act} {self.reference}{by}: {self.detail}"


def all_acts(operation: Operation, login: str | None = None) -> list[Act]:
    """In their order; of one account only where it is given."""
    with operation.store.reading() as transaction:
        logins = {one.account_id: one.login for one in transaction.accounts.all()}
        rows = transaction.escrows.acts()
    acts = [
        Act(
            at=row.at,
            act=row.act,
            login=logins[row.account_id],
            device_id=row.device_id,
            by_user=row.by_user,
            reference=row.reference,
            detail=row.detail,
        )
        for row in rows
    ]
    return [one for one in acts if login is None or one.login.lower() == login.lower()]


def all_ordered(operation: Operation, login: str | None = None) -> list[Ordered]:
    """In the order of issuing; of one account only where it is given."""
    with operation.store.reading() as transaction:
        logins = {one.account_id: one.login for one in transaction.accounts.all()}
        rows = transaction.commands.all()
    ordered = as_ordered(rows, logins)
    return [one for one in ordered if login is None or one.login.lower() == login.lower()]


def as_ordered(rows: Iterable[CommandRow], logins: dict[str, str]) -> list[Ordered]:
    """``logins``: by account id."""
    return [
        Ordered(
            command_id=row.command_id,
            login=logins[row.account_id],
            device_id=row.device_id,
            command=row.command,
            reason=row.reason,
            state=_state(row),
            status=row.status,
            detail=row.detail,
            issued_at=row.issued_at,
            delivered_at=row.delivered_at,
            acknowledged_at=row.acknowledged_at,
        )
        for row in rows
    ]


def _state(row: CommandRow) -> str:
    if row.acknowledged_at is not None:
        return "acknowledged"
    return "issued" if row.delivered_at is None else "delivered"
