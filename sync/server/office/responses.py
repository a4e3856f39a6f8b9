"""Loading self-responses: a family that answered online completely leaves its officer's list."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from enumerator.model import Nik
from sync.server.applying import Applying, lock_with_waiting
from sync.server.judging.standing import settle
from sync.server.office.reading import CsvFile, Faults, Row
from sync.server.operation import Operation
from sync.server.store import Case, Transaction
from sync.server.streaming import Streaming

_COLUMNS = ("no_kk", "nik", "status", "submitted_at")
_NOBODY = frozenset({"sentinel", "placeholder", "empty", "not_digits", "length"})
"""Faults of a NIK that identifies nobody; an odd region or date is still somebody's."""
_BATCH = 500
"""Rows a transaction: laptops' pushes get their turn in between."""


@dataclass(frozen=True, slots=True)
class ResponsesLoaded:
    rows: int
    complete: int
    partial: int
    unchanged: int
    """Known already, or a partial one after a complete one."""
    after_interview: int
    """Complete ones of families whose own interview stands: both are kept."""
    faults: Faults

    def to_report(self) -> dict[str, object]:
        return {
            "rows": self.rows,
            "complete": self.complete,
            "partial": self.partial,
            "unchanged": self.unchanged,
            "after_interview": self.after_interview,
            **self.faults.to_report(),
        }


def load_responses(operation: Operation, path: Path) -> ResponsesLoaded:
    """No. KK and NIK must agree on one family. KnownError for the file as a whole."""
    faults = Faults()
    file = CsvFile(path, _COLUMNS, faults)
    done: Counter[str] = Counter()
    rows = iter(file)
    while batch := list(itertools.islice(rows, _BATCH)):
        loading = _Loading(operation, batch)
        entered = operation.store.write(loading.enter)
        done += entered.done
        for line, reason in entered.faults:
            file.fault(line, reason)
    return ResponsesLoaded(
        rows=file.rows,
        complete=done["complete"],
        partial=done["partial"],
        unchanged=done["unchanged"],
        after_interview=done["after_interview"],
        faults=faults,
    )


@dataclass
class _Entered:
    """What one transaction did."""

    done: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[int, str]] = field(default_factory=list)


class _Loading:
    def __init__(self, operation: Operation, rows: list[Row]) -> None:
        self._operation = operation
        self._rows = rows

    def enter(self, transaction: Transaction) -> _Entered:
        entered = _Entered()
        matched = list(self._matched(transaction, entered))
        locked = lock_with_waiting(transaction, (family_id for _, family_id in matched))
        applying = Applying(transaction, locked)
        point: int | None = None
        for row, family_id in matched:
            case = transaction.cases.get(family_id)
            status, submitted_at = row.values[2:]
            if case is None or not _is_news(transaction, case, row):
                entered.done["unchanged"] += 1
                continue
            point = point or transaction.next_point()
            transaction.events.save_self_answers(family_id, row.answers)
            transaction.cases.self_responded(family_id, status, submitted_at, point)
            entered.done.update(self._settle(transaction, family_id, status, point))
            applying.bench.touched.add(family_id)
            applying.bench.happened.add(family_id)
        if point is not None:
            applying.judge_again(point)
        Streaming(transaction).show_cases(applying.bench.touched)
        return entered

    def _matched(self, transaction: Transaction, entered: _Entered) -> Iterator[tuple[Row, str]]:
        for row in self._rows:
            card_number, nik, status, submitted_at = row.values
            if reason := _why_unusable(nik, status, submitted_at):
                entered.faults.append((row.line, reason))
                continue
            families = transaction.cases.by_identity(card_number, nik)
            if len(families) == 1:
                yield row, families[0]
            else:
                entered.faults.append((row.line, "ambiguous" if families else "unmatched"))

    def _settle(
        self, transaction: Transaction, family_id: str, status: str, point: int
    ) -> list[str]:
        """What to count."""
        case = transaction.cases.get(family_id)
        if case is None:
            return []
        canonical = settle(transaction, case, self._operation.now(), point)
        is_after = status == "complete" and canonical is not None
        return [status, "after_interview"] if is_after else [status]


def _why_unusable(nik: str, status: str, submitted_at: str) -> str:
    if status not in ("complete", "partial"):
        return "bad_status"
    try:
        datetime.fromisoformat(submitted_at)
    except ValueError:
        return "bad_time"
    # What stands for nobody must never match two people as one.
    if _NOBODY & set(Nik.parse(nik).errors):
        return "unusable_nik"
    return ""


def _is_news(transaction: Transaction, case: Case, row: Row) -> bool:
    status = row.values[2]
    if case.self_response == "complete":
        return False
    if case.self_response != status:
        return True
    return bool(row.answers) and row.answers != transaction.events.self_answers(case.family_id)
