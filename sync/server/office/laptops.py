"""Every laptop as the office sees it: what it last said, and what the server lacks of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sync.server import reporting
from sync.server.accounts import find_account
from sync.server.operation import Operation
from sync.server.store import Account, LaptopReport, LaptopStanding, Transaction

_HEADINGS = (
    *("", "login", "name", "supervisor", "laptop", "last contact", "unsent", "set aside"),
    *("photos", "program", "free disk", "clock", "database"),
)
_NUMBERS = frozenset({"unsent", "set aside", "photos", "free disk"})
_UNKNOWN = "-"


@dataclass(frozen=True, slots=True)
class Laptop:
    """None: it has not told yet. A program from before reports were kept tells of nothing set
    aside."""

    login: str
    name: str
    supervisor: str
    device_id: str
    state: str
    """``wiped``, ``closed`` (the account, or this laptop) or blank."""
    troubles: list[str]
    """Words of :class:`enumerator.model.Trouble`; none where there is a state."""
    last_contact: str | None
    unsent: int | None
    """Of the records that it had at its last contact in its present life: those that have come by
    no way since."""
    set_aside: int | None
    media_waiting: int | None
    program: str
    platform: str
    free_disk_bytes: int | None
    clock_difference_s: int | None
    """The server's time minus the laptop's."""
    database_ok: bool | None

    def cells(self) -> tuple[str, ...]:
        """For people, under :data:`_HEADINGS`."""
        return (
            "!" if self.troubles else "",
            self.login,
            self.name,
            self.supervisor or _UNKNOWN,
            self.device_id[:8],
            _UNKNOWN if self.last_contact is None else f"{self.last_contact[:16]}Z",
            _number(self.unsent),
            _number(self.set_aside),
            _number(self.media_waiting),
            self.program or _UNKNOWN,
            _UNKNOWN if not self.free_disk_bytes else f"{self.free_disk_bytes / 1e9:.1f} GB",
            _clock(self.clock_difference_s),
            self.state or {None: _UNKNOWN, True: "ok", False: "damaged"}[self.database_ok],
        )


def all_laptops(operation: Operation, login: str | None = None) -> list[Laptop]:
    """Those in trouble first, then by login; of one account only where it is given. KnownError
    ``no_such_account``."""
    with operation.store.reading() as transaction:
        chosen = None if login is None else find_account(transaction, login).account_id
        accounts = {one.account_id: one for one in transaction.accounts.all()}
        wiped = _wiped(transaction)
        standings = transaction.reports.standings()
    laptops = [
        _laptop(one, accounts, is_wiped=one.device.device_id in wiped)
        for one in standings
        if chosen in (None, one.device.account_id)
    ]
    return sorted(laptops, key=lambda one: (not one.troubles, bool(one.state), one.login.lower()))


def table(laptops: Sequence[Laptop]) -> list[str]:
    """Lines for people; numbers to the right."""
    rows = [_HEADINGS, *(one.cells() for one in laptops)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if heading in _NUMBERS else cell.ljust(width)
            for heading, cell, width in zip(_HEADINGS, row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _laptop(standing: LaptopStanding, accounts: dict[str, Account], *, is_wiped: bool) -> Laptop:
    device, report = standing.device, standing.report
    account = accounts[device.account_id]
    supervisor = accounts.get(account.supervisor_id or "")
    state = "wiped" if is_wiped else "closed" if account.revoked or device.revoked else ""
    troubles, _ = reporting.shown(None if state else report)
    return Laptop(
        login=account.login,
        name=account.name,
        supervisor="" if supervisor is None else supervisor.login,
        device_id=device.device_id,
        state=state,
        troubles=troubles,
        last_contact=None if report is None else report.at,
        unsent=None if report is None else _unsent(report, standing.held),
        set_aside=None if report is None else report.set_aside,
        media_waiting=None if report is None else report.media_waiting,
        program="" if report is None else report.program,
        platform="" if report is None else report.platform,
        free_disk_bytes=None if report is None else report.free_disk_bytes or None,
        clock_difference_s=None if report is None else report.clock_difference_s,
        database_ok=None if report is None else report.database_ok,
    )


def _unsent(report: LaptopReport, held: int) -> int:
    return max(0, report.chain_length - held)


def _wiped(transaction: Transaction) -> frozenset[str]:
    return frozenset(one.device_id for one in transaction.commands.all() if one.status == "wiped")


def _number(count: int | None) -> str:
    return _UNKNOWN if count is None else str(count)


def _clock(difference_s: int | None) -> str:
    """By how much the laptop's is slow or fast, in the largest unit that fits."""
    if difference_s is None:
        return _UNKNOWN
    size_s = abs(difference_s)
    for unit_s, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if size_s >= unit_s:
            return f"{size_s // unit_s} {unit} {'slow' if difference_s > 0 else 'fast'}"
    return "ok"
