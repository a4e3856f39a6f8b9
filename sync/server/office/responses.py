"""Loading self-responses: a family that answered online completely leaves its officer's list."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from enumerator.model import Nik
from sync.server.judging.standing import settle
from sync.server.office.reading import CsvFile, Faults, Row
from sync.server.operation import Operation
from sync.server.store import Transaction
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
        with operation.store.writing() as transaction:
            matched = list(_matched(transaction, file, batch))
            transaction.lock_families(family_id for _, family_id in matched)
            point: int | None = None
            entered: list[str] = []
            for row, family_id in matched:
                if not _is_news(transaction, family_id, row.values[2]):
                    done["unchanged"] += 1
                    continue
                point = point or transaction.next_point()
                done.update(_enter(operation, transaction, family_id, row, point))
                entered.append(family_id)
            Streaming(transaction).show_cases(entered)
    return ResponsesLoaded(
        rows=file.rows,
        complete=done["complete"],
        partial=done["partial"],
        unchanged=done["unchanged"],
        after_interview=done["after_interview"],
        faults=faults,
    )


def _matched(transaction: Transaction, file: CsvFile, rows: list[Row]) -> Iterator[tuple[Row, str]]:
    for row in rows:
        card_number, nik, status, submitted_at = row.values
        reason = _why_unusable(nik, status, submitted_at)
        if reason:
            file.fault(row.line, reason)
            continue
        families = transaction.cases.by_identity(card_number, nik)
        if len(families) == 1:
            yield row, families[0]
        else:
            file.fault(row.line, "ambiguous" if families else "unmatched")


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


def _is_news(transaction: Transaction, family_id: str, status: str) -> bool:
    case = transaction.cases.get(family_id)
    return case is not None and case.self_response not in (status, "complete")


def _enter(
    operation: Operation, transaction: Transaction, family_id: str, row: Row, point: int
) -> list[str]:
    """What to count."""
    status, submitted_at = row.values[2:]
    transaction.cases.self_responded(family_id, status, submitted_at, point)
    case = transaction.cases.get(family_id)
    counted = [status]
    if case is not None:
        canonical = settle(transaction, case, operation.now(), point)
        if status == "complete" and canonical is not None:
            counted.append("after_interview")
    return counted
