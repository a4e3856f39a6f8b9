"""Assigning families to officers; the office's own hand, beside the supervisors'."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from enumerator.errors import KnownError
from sync.server.accounts import find_account
from sync.server.applying import Applying, lock_with_waiting
from sync.server.judging.orders import give
from sync.server.office.reading import CsvFile, Faults
from sync.server.operation import Operation
from sync.server.store import Account, Assignment, Case, Transaction
from sync.server.streaming import Streaming

_BATCH = 500
"""Families a transaction: laptops' pushes get their turn in between."""


@dataclass(frozen=True, slots=True)
class Assigned:
    by_login: dict[str, int]
    already: int
    """With the same officer before."""
    with_others: int
    """Left where they are, because moving was not asked for."""
    answered_online: int
    off_the_frame: int
    unknown: tuple[str, ...]

    def to_report(self) -> dict[str, object]:
        return {
            "assigned": self.by_login,
            "already_assigned": self.already,
            "left_with_other_officers": self.with_others,
            "answered_online": self.answered_online,
            "off_the_frame": self.off_the_frame,
            "unknown_families": list(self.unknown),
        }


def find_officers(operation: Operation, logins: Iterable[str]) -> list[Account]:
    """KnownError ``no_such_account``, ``not_an_officer``."""
    officers = []
    with operation.store.reading() as transaction:
        for login in logins:
            account = find_account(transaction, login.strip())
            if account.role != "officer" or account.revoked:
                raise KnownError(
                    "not_an_officer",
                    f"'{account.login}' cannot be given families: it is "
                    + ("closed." if account.revoked else "a supervisor."),
                )
            officers.append(account)
    return officers


def families_in(operation: Operation, areas: Sequence[str]) -> list[str]:
    """In walking order: village, neighbourhood, address. KnownError ``unknown_area``."""
    found = []
    with operation.store.reading() as transaction:
        for code in areas:
            if transaction.areas.get(code) is None:
                raise KnownError(
                    "unknown_area",
                    f"There is no area {code}. Use the codes of the file given to load-areas.",
                    area=code,
                )
            found += transaction.cases.in_area(code, unassigned_only=False)
    return found


def families_named_in(path: Path) -> list[str]:
    """The ``id_keluarga`` column of a CSV file. KnownError for the file as a whole."""
    return [row.values[0] for row in CsvFile(path, ("id_keluarga",), Faults()) if row.values[0]]


def assign(
    operation: Operation,
    officers: Sequence[Account],
    family_ids: Sequence[str],
    *,
    move: bool = False,
    reason: str = "",
) -> Assigned:
    """Split evenly in the given order, each officer one stretch. Doing it again changes nothing.

    Families of other officers stay there unless ``move``; those that answered online completely
    or are off the frame are not given to anybody.
    """
    work = _Work(operation, move=move, reason=reason)
    pairs = iter(_split(work.open_families(family_ids), officers))
    while batch := list(islice(pairs, _BATCH)):
        work.give(batch)
    return Assigned(
        by_login={officer.login: work.given[officer.account_id] for officer in officers},
        already=work.counts["already"],
        with_others=work.counts["with_others"],
        answered_online=work.counts["answered_online"],
        off_the_frame=work.counts["off_the_frame"],
        unknown=tuple(work.unknown),
    )


@dataclass
class _Given:
    """What one transaction did."""

    given: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)


class _Work:
    def __init__(self, operation: Operation, *, move: bool, reason: str) -> None:
        self._operation = operation
        self._move = move
        self._reason = reason
        self.given: Counter[str] = Counter()
        self.counts: Counter[str] = Counter()
        self.unknown: list[str] = []

    def open_families(self, family_ids: Sequence[str]) -> list[str]:
        """Those that somebody has to visit."""
        found = []
        with self._operation.store.reading() as transaction:
            for family_id in dict.fromkeys(family_ids):
                case = transaction.cases.get(family_id)
                if case is None:
                    self.unknown.append(family_id)
                elif case.self_response == "complete":
                    self.counts["answered_online"] += 1
                elif case.gone:
                    self.counts["off_the_frame"] += 1
                else:
                    found.append(family_id)
        return found

    def give(self, batch: Sequence[tuple[str, Account]]) -> None:
        done = self._operation.store.write(lambda transaction: self._give(transaction, batch))
        self.given += done.given
        self.counts += done.counts

    def _give(self, transaction: Transaction, batch: Sequence[tuple[str, Account]]) -> _Given:
        locked = lock_with_waiting(transaction, (family_id for family_id, _ in batch))
        applying = Applying(transaction, locked)
        done = _Given()
        point: int | None = None
        for family_id, officer in batch:
            case = transaction.cases.get(family_id)
            why_not = "" if case is None else self._why_not(case, officer)
            if case is None or why_not:
                done.counts[why_not] += 1
                continue
            point = point or transaction.next_point()
            give(
                applying.bench,
                Assignment(
                    family_id=family_id,
                    officer_id=officer.account_id,
                    place=0 if case.officer_id is None else point,
                    point=point,
                    assigned_at=self._operation.now(),
                    assigned_by="office",
                    reason=self._reason,
                ),
            )
            done.given[officer.account_id] += 1
        if point is not None:
            applying.judge_again(point)
        Streaming(transaction).show_cases(applying.bench.touched)
        return done

    def _why_not(self, case: Case, officer: Account) -> str:
        if case.officer_id == officer.account_id:
            return "already"
        if case.officer_id is not None and not self._move:
            return "with_others"
        return ""


def _split(family_ids: Sequence[str], officers: Sequence[Account]) -> Iterable[tuple[str, Account]]:
    count = len(family_ids)
    for place, family_id in enumerate(family_ids):
        yield family_id, officers[place * len(officers) // count]
