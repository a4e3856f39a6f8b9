"""A small census operation: areas, families, a supervisor with officers, and their laptops.

Everything is real but the people: server folder, HTTP over loopback, encrypted stores.
"""

from __future__ import annotations

import csv
import uuid
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from enumerator.clock import SystemChance, SystemClock
from enumerator.model import FamilyId, InterviewId, Outcome
from enumerator.store import DataFolder, KeyCost, OfficerStore, SealedEnvelope, VisitBody
from enumerator.store.interviews import InterviewRecord
from enumerator.store.recording import FinalInterview
from sync.client.connection import Transport
from sync.client.engine import SyncReport, sync_once
from sync.client.enrolment import enrol
from sync.client.transport import HttpTransport
from tests.helpers.server import RunningServer, office, start_server

CHEAP = KeyCost(memory_kib=64, passes=1)
PASSPHRASE = "rahasia-lapangan"
VILLAGE = "63.02.02.2008"
OTHER_VILLAGE = "63.02.02.2009"
_AREAS = (
    ("63", "Kalimantan Selatan", "province", ""),
    ("63.02", "Kotabaru", "regency", "63"),
    ("63.02.02", "Kelumpang Hulu", "district", "63.02"),
    (VILLAGE, "Sungai Kupang", "village", "63.02.02"),
    (OTHER_VILLAGE, "Bangkalan", "village", "63.02.02"),
)
FAMILY_HEADING = (
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
MEMBER_HEADING = ("id_keluarga", "no_urut", "nama", "nik", "jk", "tgl_lahir", "hubungan")


def family_id(number: int | str) -> FamilyId:
    """Of the ``number``-th family of the frame; any other id as it is."""
    return FamilyId(f"6300-{number:04d}" if isinstance(number, int) else number)


def card_number(number: int) -> str:
    return f"630202010101{9001 + number:04d}"


def nik(number: int, line: int) -> str:
    return f"63020217{number % 12 + 1:02d}{line % 90 + 10:02d}{9000 + number:04d}"


def family_row(number: int, village: str = VILLAGE) -> list[str]:
    return [
        family_id(number),
        f"Kepala Keluarga {number}",
        card_number(number),
        "63",
        "63.02",
        "63.02.02",
        village,
        "RT 001",
        f"Jl. Contoh No. {number:04d}",
        "belum",
        "2",
    ]


def member_rows(number: int) -> list[list[str]]:
    return [
        [
            family_id(number),
            str(line),
            f"Anggota {number} {line}",
            nik(number, line),
            "1",
            f"19{line % 90 + 10}-{number % 12 + 1:02d}-17",
            str(line),
        ]
        for line in (1, 2)
    ]


def write_csv(path: Path, heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heading)
        writer.writerows(rows)
    return path


def write_frame(
    folder: Path, numbers: Iterable[int], village: str = VILLAGE, name: str = "frame"
) -> tuple[Path, Path]:
    numbers = list(numbers)
    families = write_csv(
        folder / f"{name}_families.csv",
        FAMILY_HEADING,
        [family_row(number, village) for number in numbers],
    )
    members = write_csv(
        folder / f"{name}_members.csv",
        MEMBER_HEADING,
        [row for number in numbers for row in member_rows(number)],
    )
    return families, members


def interview_xml(result: str, text: str = "jawaban") -> bytes:
    return (
        '<data id="sp2020_c1" version="2020091501"><blok_i><alamat>Jl. Contoh</alamat></blok_i>'
        f"<catatan>{text}</catatan><kode_hasil>{result}</kode_hasil></data>"
    ).encode()


@dataclass
class Laptop:
    """One officer's or supervisor's store and the way to the server."""

    store: OfficerStore
    transport: Transport

    @property
    def account_id(self) -> str:
        return self.store.enrolment.account_id

    def sync(self, transport: Transport | None = None) -> SyncReport:
        """A session that must succeed."""
        report = sync_once(self.store, transport or self.transport)
        if report.failed is not None:
            raise report.failed
        return report

    def families(self) -> set[str]:
        """Families on the list now."""
        from enumerator.store import CaseFilter

        rows = self.store.caseload.page(self.store.caseload.ids(CaseFilter()))
        return {row.family_id for row in rows}

    def state_of(self, number: int) -> str:
        row = self.store.caseload.row(family_id(number))
        return "" if row is None else row.state.value

    def visit(self, number: int, outcome: Outcome = Outcome.NO_CONTACT) -> SealedEnvelope:
        return self.store.recording.visit(self._visit_body(number, outcome), None)

    def interview(
        self,
        number: int | str,
        result: str = "LENGKAP",
        text: str = "a",
        photos: Sequence[bytes] = (),
    ) -> SealedEnvelope:
        """Visit and interview, as the officer's program finalises one."""
        outcome = {
            "LENGKAP": Outcome.COMPLETED,
            "SEBAGIAN": Outcome.PARTIAL,
            "PINDAH": Outcome.MOVED_OUT,
        }[result]
        interview_id = InterviewId(str(uuid.uuid4()))
        self.store.interviews.create(
            InterviewRecord(
                id=interview_id,
                family_id=family_id(number),
                form_id="sp2020_c1",
                form_version="2020091501",
                seed="00",
                started_at="2020-09-05T09:00:00+08:00",
                base_version=None,
                register=b"",
            )
        )
        names = [
            self.store.interviews.attach(interview_id, f"{place}.jpg", photo)
            for place, photo in enumerate(photos)
        ]
        return self.store.recording.interview(
            FinalInterview(
                interview_id=interview_id,
                family_id=family_id(number),
                instance=interview_xml(result, text),
                outcome=outcome,
                visit=self._visit_body(number, outcome, interview_id),
                base_version=None,
                form_id="sp2020_c1",
                form_version="2020091501",
                media=tuple(names),
            )
        )

    def reassign(self, numbers: Iterable[int], to: Laptop) -> SealedEnvelope:
        return self.store.recording.reassignment(
            [family_id(number) for number in numbers], to.account_id, "alasan"
        )

    def _visit_body(
        self, number: int | str, outcome: Outcome, interview_id: str | None = None
    ) -> VisitBody:
        return VisitBody(
            visit_id=str(uuid.uuid4()),
            family_id=family_id(number),
            officer_id=self.account_id,
            started_at="2020-09-05T09:00:00+08:00",
            ended_at="2020-09-05T09:10:00+08:00",
            mode="visit",
            outcome=outcome.value,
            note="catatan kunjungan",
            interview_id=interview_id,
        )


@dataclass
class FieldOperation:
    """``folder`` is the server's; laptops' data lies beside it."""

    root: Path
    server: RunningServer
    closing: ExitStack
    codes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begin(
        cls,
        root: Path,
        *,
        families: int = 6,
        officers: Sequence[str] = ("ppl-01", "ppl-02"),
        supervisor: str = "pml-01",
    ) -> FieldOperation:
        """Families 1 to ``families``, given to the officers in equal stretches."""
        folder = root / "operation"
        office(folder, "load-areas", load_area_file(root))
        office(folder, "load-frame", *write_frame(root, range(1, families + 1)))
        operation = cls(root, start_server(folder), ExitStack())
        operation.add_supervisor(supervisor)
        for login in officers:
            operation.add_officer(login, supervisor)
        office(folder, "assign", "--even", ",".join(officers), "--all-of", "63")
        return operation

    @property
    def folder(self) -> Path:
        return self.root / "operation"

    def add_supervisor(self, login: str) -> None:
        run = office(self.folder, "add-supervisor", "--login", login, "--name", f"Nama {login}")
        self.codes[login] = run.facts["code"]

    def add_officer(self, login: str, supervisor: str) -> None:
        run = office(
            self.folder,
            *("add-officer", "--login", login, "--name", f"Nama {login}"),
            *("--supervisor", supervisor),
        )
        self.codes[login] = run.facts["code"]

    def laptop(self, login: str) -> Laptop:
        """Enrol this account on a laptop of its own."""
        store = enrol(
            self.server.address,
            self.codes[login],
            DataFolder(self.root / f"laptop-{login}"),
            PASSPHRASE,
            SystemClock(),
            SystemChance(),
            cost=CHEAP,
        )
        self.closing.callback(store.close)
        return Laptop(store, self.transport())

    def transport(self, address: str | None = None) -> HttpTransport:
        transport = HttpTransport(address or self.server.address, stall_s=10, connect_s=5)
        self.closing.callback(transport.close)
        return transport

    def dump(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table of the server."""
        from sync.server.operation import DATABASE_FILE
        from sync.server.sqlite.connecting import connect

        connection = connect(self.folder / DATABASE_FILE, read_only=True)
        try:
            names = connection.execute(
                "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name"
            ).fetchall()
            return {
                name: sorted(connection.execute(f'SELECT * FROM "{name}"'), key=repr)  # noqa: S608
                for (name,) in names
            }
        finally:
            connection.close()

    def end(self) -> None:
        self.closing.close()
        self.server.stop()

    def __enter__(self) -> FieldOperation:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def load_area_file(scratch: Path) -> Path:
    return write_csv(scratch / "areas.csv", ("code", "name", "level", "parent"), _AREAS)
