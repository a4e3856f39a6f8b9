"""Reading the office's CSV files: every fault is told with its line, the rest goes on.

One physical line is one row: a stray quotation mark spoils its own line only. Comma, semicolon
(spreadsheets with Indonesian settings) and tab are told apart by the heading.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from enumerator.errors import KnownError

KEPT_FAULTS = 10_000
"""Beyond this many a report only counts: memory stays bounded."""

_REASONS = {
    "bad_encoding": "the line is not UTF-8",
    "bad_csv": "the line is not CSV (an unclosed quotation mark?)",
    "column_count": "the line has another number of columns than the heading",
    "missing_id": "the family id is missing",
    "missing_code": "the area code is missing",
    "bad_number": "a number is expected",
    "bad_online_status": "the status is neither 'belum' nor 'tidak lengkap'",
    "bad_level": "the level is none of province, regency, district, village",
    "bad_status": "the status is neither 'complete' nor 'partial'",
    "bad_time": "the time is not an ISO date and time",
    "duplicate_id": "the family id stands in an earlier line already",
    "duplicate_line": "the family has this line number already",
    "unknown_area": "the village is not among the loaded areas",
    "inconsistent_area": "village, district, regency and province do not belong together",
    "unknown_family": "the family is neither in the file nor loaded",
    "unknown_parent": "the parent area is not known",
    "unmatched": "no family has this No. KK and a member with this NIK",
    "ambiguous": "more than one family has this No. KK and a member with this NIK",
    "unusable_nik": "this NIK identifies nobody",
    "bad_nik": "the NIK does not have the form of one (the row is loaded)",
    "bad_card_number": "the No. KK does not have the form of one (the row is loaded)",
}


@dataclass(frozen=True, slots=True)
class Fault:
    file: str
    line: int
    reason: str
    subject: str = ""
    """An id, never a name or a NIK."""
    is_warning: bool = False

    @property
    def text(self) -> str:
        about = f" ({self.subject})" if self.subject else ""
        return f"{self.file}, line {self.line}: {_REASONS.get(self.reason, self.reason)}{about}"


@dataclass
class Faults:
    """Faults as they come; counts all, keeps the first ones."""

    kept: list[Fault] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)

    def add(self, fault: Fault) -> None:
        (self.warnings if fault.is_warning else self.errors)[fault.reason] += 1
        if len(self.kept) < KEPT_FAULTS:
            self.kept.append(fault)

    @property
    def error_count(self) -> int:
        return self.errors.total()

    @property
    def warning_count(self) -> int:
        return self.warnings.total()

    def to_report(self) -> dict[str, object]:
        return {
            "errors": dict(self.errors),
            "warnings": dict(self.warnings),
            "faults": [
                {
                    "file": fault.file,
                    "line": fault.line,
                    "severity": "warning" if fault.is_warning else "error",
                    "reason": fault.reason,
                    "subject": fault.subject,
                    "text": fault.text,
                }
                for fault in self.kept
            ],
            "faults_left_out": self.error_count + self.warning_count - len(self.kept),
        }


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    values: tuple[str, ...]
    """In the order of the columns that were asked for, without blanks around them."""
    answers: dict[str, str] = field(default_factory=dict)
    """What columns named by a question (``/data/…``) hold, blanks left out."""


class CsvFile:
    """One pass over a CSV file. KnownError ``no_file``, ``bad_heading``."""

    def __init__(self, path: Path, columns: Sequence[str], faults: Faults) -> None:
        self._path = path
        self._columns = tuple(columns)
        self._faults = faults
        self.rows = 0
        """Lines read below the heading, blank ones not counted."""

    def __iter__(self) -> Iterator[Row]:
        try:
            with self._path.open("rb") as file:
                yield from self._rows(file)
        except OSError as error:
            raise KnownError(
                "no_file", f"The file {self._path} cannot be read ({error.strerror})."
            ) from error

    def fault(self, line: int, reason: str, subject: str = "", *, warning: bool = False) -> None:
        self._faults.add(Fault(self._path.name, line, reason, subject, warning))

    def _rows(self, lines: Iterator[bytes]) -> Iterator[Row]:
        heading = next(lines, b"").decode("utf-8-sig", errors="replace").strip()
        delimiter = max(",;\t", key=heading.count)
        names = [name.strip().strip('"') for name in heading.split(delimiter)]
        missing = [name for name in self._columns if name not in names]
        if missing:
            raise KnownError(
                "bad_heading",
                f"The first line of {self._path} must name the columns; missing: "
                + ", ".join(missing),
            )
        places = [names.index(name) for name in self._columns]
        questions = [(name, place) for place, name in enumerate(names) if name.startswith("/")]
        for line, raw in enumerate(lines, start=2):
            if not raw.strip():
                continue
            self.rows += 1
            values = self._split(line, raw, delimiter, len(names))
            if values is not None:
                answers = {name: values[place].strip() for name, place in questions}
                yield Row(
                    line,
                    tuple(values[place].strip() for place in places),
                    {name: value for name, value in answers.items() if value},
                )

    def _split(self, line: int, raw: bytes, delimiter: str, width: int) -> list[str] | None:
        try:
            text = raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            self.fault(line, "bad_encoding")
            return None
        try:
            values = next(csv.reader([text], delimiter=delimiter, strict=True), [])
        except csv.Error:
            self.fault(line, "bad_csv")
            return None
        if len(values) != width:
            self.fault(line, "column_count", f"{len(values)} instead of {width}")
            return None
        return values
