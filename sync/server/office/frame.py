"""Loading areas and the family frame. The good rows of a file enter, the bad ones are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from enumerator.model import FamilyCardNumber, Nik
from enumerator.model.area import LEVELS
from enumerator.store.feed import AreaBody, FamilyBody, MemberBody
from sync.server.applying import Applying, lock_with_waiting
from sync.server.judging.mapping import RESTORED, lineage_of, note_event
from sync.server.office.reading import CsvFile, Fault, Faults, Row
from sync.server.operation import Operation
from sync.server.store import (
    BadRow,
    FrameChange,
    FrameEvent,
    FrameTransaction,
    StagedFamily,
    StagedMember,
)
from sync.server.streaming import Streaming

_AREA_COLUMNS = ("code", "name", "level", "parent")
_FAMILY_COLUMNS = (
    "id_keluarga",
    "nama_kk",
    "no_kk",
    "prov",
    "kab",
    "kec",
    "desa",
    "sls",
    "alamat",
    "status_spo",
    "jml",
)
_MEMBER_COLUMNS = ("id_keluarga", "no_urut", "nama", "nik", "jk", "tgl_lahir", "hubungan")
_ONLINE_STATUSES = ("belum", "tidak lengkap")


@dataclass(frozen=True, slots=True)
class AreasLoaded:
    rows: int
    changed: int
    faults: Faults


@dataclass(frozen=True, slots=True)
class FrameLoaded:
    family_rows: int
    member_rows: int
    change: FrameChange
    shown_again: int
    """Assigned cases whose changed register data goes to their officers."""
    faults: Faults

    @property
    def is_unchanged(self) -> bool:
        change = self.change
        return not (
            change.families_new
            or change.families_changed
            or change.members_new
            or change.members_changed
            or change.members_gone
        )

    def to_report(self) -> dict[str, object]:
        return {
            "family_rows": self.family_rows,
            "member_rows": self.member_rows,
            **asdict(self.change),
            "cases_shown_again": self.shown_again,
            "unchanged": self.is_unchanged,
            **self.faults.to_report(),
        }


def load_areas(operation: Operation, path: Path) -> AreasLoaded:
    """Parents first, whatever the order of the lines. KnownError for the file as a whole."""
    faults = Faults()
    file = CsvFile(path, _AREA_COLUMNS, faults)
    found: dict[str, list[tuple[int, AreaBody]]] = {level: [] for level in LEVELS}
    for row in file:
        code, name, level, parent = row.values
        if not code:
            file.fault(row.line, "missing_code")
        elif level not in found:
            file.fault(row.line, "bad_level", code)
        else:
            area = AreaBody(code=code, name=name, level=level, parent=parent or None)
            found[level].append((row.line, area))
    changed = 0
    with operation.store.writing() as transaction:
        for level in LEVELS:
            for line, area in found[level]:
                above = LEVELS.index(level) - 1
                parent_area = transaction.areas.get(area.parent) if area.parent else None
                if above >= 0 and (parent_area is None or parent_area.level != LEVELS[above]):
                    file.fault(line, "unknown_parent", area.code)
                    continue
                changed += transaction.areas.put([area])
    return AreasLoaded(file.rows, changed, faults)


def load_frame(operation: Operation, families: Path, members: Path) -> FrameLoaded:
    """All good rows in one transaction; the same files again change nothing.

    The server goes on while the files are read; the write lock is held from the judging of the
    staged rows to the end. KnownError for a file as a whole.
    """
    faults = Faults()
    family_file = CsvFile(families, _FAMILY_COLUMNS, faults)
    member_file = CsvFile(members, _MEMBER_COLUMNS, faults)
    names = {"families": families.name, "members": members.name}
    with operation.store.loading() as transaction:
        frame = transaction.frame
        frame.stage_families(_families(family_file))
        spared: list[str] = []
        frame.stage_members(_members(member_file, spared))
        for family_id in spared:
            frame.spare(family_id)
        for kind, bad in frame.reject():
            faults.add(_fault(names[kind], bad))
        change = frame.merge()
        shown = _show_touched(operation, transaction)
        if change.families_new:
            _judge_awaiting(transaction)
    return FrameLoaded(family_file.rows, member_file.rows, change, shown, faults)


def _show_touched(operation: Operation, transaction: FrameTransaction) -> int:
    """A family that was withdrawn and is loaded with other data counts again."""
    streaming = Streaming(transaction)
    shown = 0
    for family_id in transaction.frame.touched():
        case = transaction.cases.get(family_id)
        if case is not None and case.gone in ("withdrawn", "duplicate"):
            streaming.show_cases(_restored(operation, transaction, family_id))
        streaming.show_cases([family_id])  # one by one: nobody else writes, and memory is bounded
        shown += 1
    return shown


def _restored(operation: Operation, transaction: FrameTransaction, family_id: str) -> set[str]:
    """The families that it concerns."""
    applying = Applying(transaction, lineage_of(transaction, [family_id]))
    event = FrameEvent(
        family_id=family_id,
        reason=RESTORED,
        successors=(),
        dated=operation.now(),
        noted_at=operation.now(),
        point=transaction.next_point(),
        note="load-frame",
    )
    note_event(applying.bench, event)
    return applying.bench.touched


def _judge_awaiting(transaction: FrameTransaction) -> None:
    """Envelopes that came before their family."""
    families = transaction.envelopes.awaited()
    if not families:
        return
    applying = Applying(transaction, lock_with_waiting(transaction, families))
    applying.bench.happened.update(families)
    applying.judge_again(transaction.next_point())
    Streaming(transaction).show_cases(applying.bench.touched)


def _fault(file: str, bad: BadRow) -> Fault:
    return Fault(file, bad.line, bad.reason, bad.subject)


def _families(file: CsvFile) -> Iterator[StagedFamily]:
    for row in file:
        family = _family(file, row)
        if family is not None:
            yield StagedFamily(row.line, family)


def _family(file: CsvFile, row: Row) -> FamilyBody | None:
    id_, head, card, province, regency, district, village, sls, address, online, size = row.values
    if not id_:
        file.fault(row.line, "missing_id")
        return None
    if online not in _ONLINE_STATUSES:
        file.fault(row.line, "bad_online_status", id_)
        return None
    stated_size = _whole_number(size) if size else None
    if size and stated_size is None:
        file.fault(row.line, "bad_number", id_)
        return None
    if card and FamilyCardNumber.parse(card).errors:
        file.fault(row.line, "bad_card_number", id_, warning=True)
    return FamilyBody(
        id=id_,
        head_name=head,
        card_number=card,
        province=province,
        regency=regency,
        district=district,
        village=village,
        sls=sls,
        address=address,
        online_status=online,
        stated_size=stated_size,
    )


def _members(file: CsvFile, spared: list[str]) -> Iterator[StagedMember]:
    for row in file:
        family_id, line_no, name, nik, sex, birth_date, relationship = row.values
        if not family_id:
            file.fault(row.line, "missing_id")
            continue
        number = _whole_number(line_no)
        if number is None:
            file.fault(row.line, "bad_number", family_id)
            spared.append(family_id)
            continue
        if nik and set(Nik.parse(nik).errors) - {"sentinel"}:
            file.fault(row.line, "bad_nik", f"{family_id} line {number}", warning=True)
        yield StagedMember(
            row.line,
            family_id,
            MemberBody(
                line_no=number,
                name=name,
                nik=nik,
                sex=sex,
                birth_date=birth_date,
                relationship=relationship,
            ),
        )


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
