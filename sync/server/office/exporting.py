"""Export: families with where they stand, and the interviews as XML and as tables.

NIK and No. KK are masked wherever they stand, in the XML too, unless the export is marked as
identified; that choice is the office's to make and is written beside the data. Nothing masks a
photo of a card or a face: their content is in identified exports only, the list of them in all.
"""

from __future__ import annotations

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enumerator.errors import KnownError
from enumerator.model import masked
from sync.server.case_view import shown_result
from sync.server.office.exporting_judgements import Shown, write_judgements
from sync.server.office.flattening import FlatRow, flatten, repeats_of
from sync.server.office.media_exporting import write_media
from sync.server.operation import Operation
from sync.server.ranking import is_answered_online, standing_of
from sync.server.store import ExportRow, Result, Transaction

_IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{16}(?!\d)")
_FAMILY_COLUMNS = (
    "family_id",
    "head_name",
    "card_number",
    "province",
    "regency",
    "district",
    "village",
    "sls",
    "address",
    "online_status",
    "self_response",
    "self_responded_at",
    "officer",
    "visits",
    "status",
    "outcome",
    "source",
    "receipt_no",
    "received_at",
)
_INTERVIEW_COLUMNS = (
    "envelope_id",
    "family_id",
    "officer",
    "form_version",
    "outcome",
    "canonical",
    "late_assignee",
    "receipt_no",
    "received_at",
)
_LINE_COLUMNS = ("envelope_id", "family_id", "line")
Tables = dict[str, dict[str, None]]
"""By table name its columns, in the order in which they were met."""


@dataclass(frozen=True, slots=True)
class Exported:
    families: int
    interviews: int
    tables: tuple[str, ...]
    media_held: int = 0
    media_missing: int = 0
    """Named by interviews, not here yet."""


def export(operation: Operation, out: Path, *, identified: bool) -> Exported:
    """KnownError ``bad_folder`` when ``out`` holds something already or cannot be written."""
    shown: Shown = str if identified else _mask
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise KnownError("bad_folder", f"The folder {out} is not empty. Give an empty one.")
        (out / "interviews").mkdir(mode=0o700)
        with operation.store.reading() as transaction:
            families = _write_families(out / "families.csv", transaction, shown)
            write_judgements(out, transaction, shown)
            tables, interviews = _Interviews(transaction, shown).write(out)
            held, missing = write_media(transaction, out, with_content=identified)
        note = {
            "identified": identified,
            "exported_at": operation.now(),
            "families": families,
            "interviews": interviews,
            "media_held": held,
            "media_missing": missing,
        }
        (out / "export.json").write_text(json.dumps(note, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise KnownError(
            "bad_folder", f"The folder {out} cannot be written ({error.strerror})."
        ) from error
    return Exported(families, interviews, tables, held, missing)


def _mask(text: str) -> str:
    return _IDENTITY_NUMBER.sub(lambda number: masked(number.group()), text)


def _write_families(path: Path, transaction: Transaction, shown: Shown) -> int:
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_FAMILY_COLUMNS)
        for row in transaction.cases.export():
            writer.writerow([shown(value) for value in _family_values(transaction, row)])
            count += 1
    return count


def _family_values(transaction: Transaction, row: ExportRow) -> list[str]:
    family, case = row.family, row.case
    result = None
    status, source = "open" if case.officer_id else "unassigned", ""
    if row.result is not None or case.self_response:
        standing = standing_of(
            case,
            transaction.cases.results(family.id),
            transaction.decisions.of_case(family.id),
        )
        result = shown_result(case, standing)
        if is_answered_online(case, standing):
            status, source = "answered_online", "self_response"
        elif result is not None:
            status = "received" if standing.open_return is None else "returned"
            source = result.kind
    if case.gone:
        status = case.gone
    return [
        family.id,
        family.head_name,
        family.card_number,
        family.province,
        family.regency,
        family.district,
        family.village,
        family.sls,
        family.address,
        family.online_status,
        case.self_response,
        case.self_responded_at,
        row.officer_login,
        str(row.visits),
        status,
        "" if result is None else result.outcome,
        source,
        "" if result is None else result.receipt_no,
        "" if result is None else result.received_at,
    ]


class _Interviews:
    """Two passes over the bodies, so that the tables' columns need not be held with their rows."""

    def __init__(self, transaction: Transaction, shown: Shown) -> None:
        self._tx = transaction
        self._shown = shown
        self._logins = {one.account_id: one.login for one in transaction.accounts.all()}
        self._repeats: dict[str, frozenset[str]] = {}

    def write(self, out: Path) -> tuple[tuple[str, ...], int]:
        tables = self._columns()
        count = 0
        with ExitStack() as stack:
            writers = {}
            for name, columns in tables.items():
                path = out / f"{name}.csv"
                file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
                writers[name] = csv.DictWriter(file, columns, restval="")
                writers[name].writeheader()
            for result, body in self._bodies():
                count += 1
                text = self._shown(body.decode("utf-8", errors="replace"))
                path = out / "interviews" / f"{_file_name(result.envelope_id)}.xml"
                path.write_text(text, encoding="utf-8")
                for row in flatten(body, self._repeats_of(result.form_id)):
                    values = {name: self._shown(value) for name, value in row.values.items()}
                    writers[_table_name(result, row)].writerow(self._key(result, row) | values)
        return tuple(sorted(tables)), count

    def _columns(self) -> Tables:
        tables: Tables = defaultdict(dict)
        for result, body in self._bodies():
            for row in flatten(body, self._repeats_of(result.form_id)):
                columns = tables[_table_name(result, row)]
                columns.update(dict.fromkeys(_LINE_COLUMNS if row.table else _INTERVIEW_COLUMNS))
                columns.update(dict.fromkeys(row.values))
        return tables

    def _bodies(self) -> Iterator[tuple[Result, bytes]]:
        for result in self._tx.cases.interviews():
            for _, body in self._tx.envelopes.bodies([result.number]):
                yield result, body

    def _repeats_of(self, form_id: str) -> frozenset[str]:
        if form_id not in self._repeats:
            found: set[str] = set()
            for sha256 in self._tx.questionnaires.contents_of(form_id):
                xml = b"".join(self._tx.questionnaires.content(sha256, 0))
                found |= repeats_of(xml)
            self._repeats[form_id] = frozenset(found)
        return self._repeats[form_id]

    def _key(self, result: Result, row: FlatRow) -> dict[str, Any]:
        key = {"envelope_id": result.envelope_id, "family_id": result.family_id}
        if row.table:
            return key | {"line": row.line}
        return key | {
            "officer": self._logins.get(result.officer_id, ""),
            "form_version": result.form_version,
            "outcome": result.outcome,
            "canonical": "yes" if result.canonical else "no",
            "late_assignee": "yes" if result.late_assignee else "no",
            "receipt_no": result.receipt_no,
            "received_at": result.received_at,
        }


def _table_name(result: Result, row: FlatRow) -> str:
    form = _file_name(result.form_id) or "form"
    return f"{form}.{_file_name(row.table)}" if row.table else form


def _file_name(text: str) -> str:
    """Ids come from laptops: nothing in them may leave the folder."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", text)[:120]
