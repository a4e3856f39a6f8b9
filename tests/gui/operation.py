"""A small operation on the real store: one laptop, synthetic families in every state.

The server is not there: its feed and its signed receipts are made here, by the same functions.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Final

import msgspec
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from enumerator.fieldwork import prelist
from enumerator.model import Outcome
from enumerator.sample import QUESTIONNAIRE, REGIONS, sample_file
from enumerator.sample.population import VILLAGES, RegisteredFamily, population
from enumerator.settings import Settings, save_settings
from enumerator.store.enrolment import Enrolment
from enumerator.store.envelope import VisitBody, canonical, envelope_hash
from enumerator.store.feed import (
    AreaBody,
    CaseBody,
    ConflictBody,
    FamilyBody,
    FeedRow,
    FieldDifference,
    MemberBody,
    OfficerBody,
    ProgressBody,
    ResultBody,
)
from enumerator.store.folders import DataFolder
from enumerator.store.interviews import InterviewRecord
from enumerator.store.keys import KeyCost
from enumerator.store.receipt import PushResult, ReceiptPayload, sign_receipt
from enumerator.store.recording import FinalInterview
from enumerator.store.relay_receipt import RelayReceiptPayload, sign_relay_receipt
from enumerator.store.store import OfficerStore
from tests.helpers.hand_clock import HandClock, SeededChance

NOW: Final = datetime(2020, 9, 15, 8, 30, tzinfo=UTC)
"""Tuesday, 15 September 2020, 16.30 in South Kalimantan."""
PASSPHRASE: Final = "sungai martapura pagi"
LINEAGE: Final = "lineage-1"
SERVER: Final = "https://sensus.example.go.id"
OWN: Final = "acc-ppl-01"
_CHEAP: Final = KeyCost(memory_kib=8, passes=1)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A laptop that was prepared before: its folder, closed, and the moment."""

    folder: DataFolder
    clock: HandClock
    chance: SeededChance

    def close(self) -> None:
        """Closed already."""

    def copy(self, root: Path) -> Prepared:
        """The same laptop once more, at the same moment."""
        shutil.copytree(self.folder.root, root)
        return Prepared(DataFolder(root), HandClock(self.clock.now()), SeededChance(7))


def hand_to_relay(store: OfficerStore, count: int, login: str = "pml-01") -> None:
    """The oldest records are with this supervisor's laptop, says its receipt."""
    key = bytes(range(32))
    receipts = [
        sign_relay_receipt(
            RelayReceiptPayload(
                item=item.entry.sha256, login=login, taken_at=store.clock.now().isoformat()
            ),
            key,
        )
        for item in store.carriage.gather().items[:count]
    ]
    store.carriage.record_relayed(receipts, SigningKey(key).verify_key.encode())


def tell_troubles(
    store: OfficerStore, account: str, login: str, name: str, troubles: list[str], set_aside: int
) -> None:
    """The server's word on an officer's laptop reaches this supervisor's."""
    body = OfficerBody(
        account_id=account,
        login=login,
        name=name,
        last_contact=store.clock.now().isoformat(),
        troubles=troubles,
        set_aside=set_aside,
    )
    counter = store.inbox.cursor(store.stream) + 1
    row = FeedRow(key=f"officer:{account}", counter=counter, body=canonical(body))
    store.inbox.apply_page(store.stream, [row], counter)


def set_some_aside(store: OfficerStore) -> None:
    """The oldest record fails again and again; the server knows the next one's number."""
    first, second = [one.envelope_id for one in store.outbox.all_waiting()][:2]
    for _ in range(4):
        store.outbox.record_failure([first])
    store.outbox.record_results([PushResult(envelope_id=second, status="id_reuse")])


class Operation:
    """One officer's laptop and the part of the server that it can see."""

    def __init__(
        self,
        root: Path,
        *,
        role: str = "officer",
        login: str = "ppl-01",
        account: str = OWN,
        seed: int = 1,
    ) -> None:
        self.clock = HandClock(NOW)
        self.chance = SeededChance(seed)
        self.folder = DataFolder(root)
        save_settings(self.folder.settings_file, Settings(time_zone="Asia/Makassar"))
        self._server_key = self.chance.token(32)
        self._points = count(1)
        self._counters = count(1)
        self._account = account
        self.store = OfficerStore.create(
            self.folder.officers / self.chance.token(8).hex(),
            PASSPHRASE,
            Enrolment(
                server=SERVER,
                account_id=account,
                role=role,
                login=login,
                device_id="device-1",
                device_key=self.chance.token(32),
                officer_key=self.chance.token(32),
                server_receipt_key=bytes(SigningKey(self._server_key).verify_key),
                seal_key=bytes(PrivateKey(self.chance.token(32)).public_key),
                lineage=LINEAGE,
            ),
            clock=self.clock,
            chance=self.chance,
            cost=_CHEAP,
        )

    def close(self) -> None:
        """Leaves the folder to the window."""
        self.store.close()

    def prepared(self) -> Prepared:
        """Closes the laptop, to be copied."""
        self.close()
        return Prepared(self.folder, self.clock, self.chance)

    # ------------------------------------------------------------------ the server's side

    def load_areas(self) -> None:
        """The areas of South Kalimantan."""
        text = sample_file(REGIONS).decode()
        rows = [
            self._row(
                f"area:{row['code']}",
                AreaBody(
                    code=row["code"],
                    name=row["name"],
                    level=row["level"],
                    parent=row["parent"] or None,
                    bps_code=None,
                ),
            )
            for row in csv.DictReader(io.StringIO(text))
        ]
        self._apply(rows)

    def load_questionnaire(self) -> None:
        """The sample's own."""
        self.store.forms.put(
            "sp2020_c1",
            "2020091501",
            sample_file(QUESTIONNAIRE),
            {REGIONS: sample_file(REGIONS)},
        )

    def load_officers(self, officers: Iterable[tuple[str, str, str, str]]) -> None:
        """A supervisor's team: (account, login, name, last contact)."""
        self._apply(
            [
                self._row(
                    f"officer:{account}",
                    OfficerBody(
                        account_id=account,
                        login=login,
                        name=name,
                        role="officer",
                        last_contact=last or None,
                    ),
                )
                for account, login, name, last in officers
            ]
        )

    def assign(
        self,
        families: Iterable[RegisteredFamily],
        *,
        officer: str = "",
        **more: object,
    ) -> list[RegisteredFamily]:
        """Puts families on the list; ``more`` are fields of the case."""
        assigned = list(families)
        self._apply([self._case(family, officer or self._account, more) for family in assigned])
        return assigned

    def take_away(self, family: RegisteredFamily, reason: str, **more: object) -> None:
        """The case leaves the list."""
        body = self._case(family, self._account, {"version": 9, **more}).body
        row = FeedRow(
            key=f"case:{family.family.id}",
            counter=next(self._counters),
            gone=True,
            reason=reason,
            body=body,
        )
        self._apply([row])

    def receive_all(self) -> None:
        """Every envelope that waits gets its receipt."""
        while batch := self.store.outbox.next_batch():
            self.store.outbox.record_results(
                [
                    PushResult(
                        envelope_id=envelope.id,
                        status="stored",
                        receipt=sign_receipt(
                            ReceiptPayload(
                                receipt_no=f"R-{(point := next(self._points)):06d}",
                                envelope_id=envelope.id,
                                envelope_hash=envelope_hash(envelope.header_bytes),
                                status="stored",
                                point=point,
                                lineage=LINEAGE,
                                received_at=self.clock.now().isoformat(),
                            ),
                            self._server_key,
                        ),
                    )
                    for envelope in batch
                ]
            )
        self.meet_server()

    def meet_server(self, safe_point: int = 0) -> None:
        """A hello took place now."""
        self.store.note_server(
            lineage=LINEAGE,
            safe_point=safe_point,
            policy={"max_attempt_days": 6},
            server_time=self.clock.now(),
        )

    # ------------------------------------------------------------------ the officer's side

    def visit(
        self,
        family: RegisteredFamily,
        outcome: Outcome,
        *,
        days_ago: float = 0,
        note: str = "",
        appointment_at: datetime | None = None,
    ) -> None:
        """A visit recorded on this laptop."""
        self.store.recording.visit(
            self.visit_body(
                family, outcome, days_ago=days_ago, note=note, appointment_at=appointment_at
            ),
            1,
        )

    def visit_body(
        self,
        family: RegisteredFamily,
        outcome: Outcome,
        *,
        days_ago: float = 0,
        officer: str = "",
        note: str = "",
        appointment_at: datetime | None = None,
    ) -> VisitBody:
        start = self.clock.now() - timedelta(days=days_ago, minutes=20)
        return VisitBody(
            visit_id=self.chance.uuid(),
            family_id=family.family.id,
            officer_id=officer or self._account,
            started_at=start.isoformat(),
            ended_at=(start + timedelta(minutes=12)).isoformat(),
            mode="visit",
            outcome=outcome.value,
            note=note,
            appointment_at=appointment_at.isoformat() if appointment_at else None,
            notice_left=True if outcome is Outcome.NO_CONTACT else None,
        )

    def draft(self, family: RegisteredFamily) -> str:
        """An interview that was begun; its id."""
        interview_id = self.chance.uuid()
        self.store.interviews.create(
            InterviewRecord(
                id=interview_id,  # type: ignore[arg-type]  # a plain str is an id here
                family_id=family.family.id,
                form_id="sp2020_c1",
                form_version="2020091501",
                seed="1",
                started_at=self.clock.now().isoformat(),
                base_version=1,
                register=prelist.packed(prelist.EMPTY),
            )
        )
        return interview_id

    def interview(self, family: RegisteredFamily, outcome: Outcome = Outcome.COMPLETED) -> None:
        """An interview that was finished; its questionnaire is a stand-in."""
        interview_id = self.draft(family)
        self.store.recording.interview(
            FinalInterview(
                interview_id=interview_id,  # type: ignore[arg-type]  # a plain str is an id here
                family_id=family.family.id,
                instance=b"<data id='sp2020_c1'/>",
                outcome=outcome,
                visit=self.visit_body(family, outcome),
                base_version=1,
                form_id="sp2020_c1",
                form_version="2020091501",
            )
        )

    # ------------------------------------------------------------------ inside

    def _row(self, key: str, body: msgspec.Struct) -> FeedRow:
        return FeedRow(key=key, counter=next(self._counters), body=canonical(body))

    def _apply(self, rows: Sequence[FeedRow]) -> None:
        last = max(row.counter for row in rows)
        self.store.inbox.apply_page(self.store.stream, rows, last)

    def _case(self, family: RegisteredFamily, officer: str, more: dict[str, object]) -> FeedRow:
        register = family.family
        fields: dict[str, object] = {
            "version": 1,
            "family": FamilyBody(
                id=register.id,
                head_name=register.head_name,
                card_number=register.card_number,
                province=register.province,
                regency=register.regency,
                district=register.district,
                village=register.village,
                sls=register.sls,
                address=register.address,
                online_status=register.online_status,
                stated_size=register.stated_size,
            ),
            "members": [
                MemberBody(
                    line_no=member.line_no,
                    name=member.name,
                    nik=member.nik,
                    sex=member.sex,
                    birth_date=member.birth_date,
                    relationship=member.relationship,
                )
                for member in family.members
            ],
            "officer_id": officer,
            "assigned_at": (NOW - timedelta(days=9)).isoformat(),
        }
        fields.update(more)
        return self._row(f"case:{register.id}", msgspec.convert(fields, CaseBody))


def lively(root: Path, families: int = 60) -> Operation:
    """A week into the field: cases in every state, some work unsent."""
    operation = Operation(root)
    operation.load_areas()
    operation.load_questionnaire()
    people = list(population(families, villages=VILLAGES[:3]))
    _assign_with_history(operation, people)
    tomorrow = NOW + timedelta(days=1, hours=1)
    for place in range(8, 13):
        operation.interview(people[place])
    operation.visit(people[13], Outcome.MOVED_OUT, days_ago=3, note="Pindah ke Palangka Raya.")
    operation.visit(people[14], Outcome.VACANT_REGULAR, days_ago=2)
    operation.visit(people[2], Outcome.NO_CONTACT, days_ago=4)
    operation.visit(people[2], Outcome.NO_CONTACT, days_ago=2.3, note="Pagar terkunci.")
    operation.receive_all()
    operation.clock.advance(minutes=40)
    operation.visit(people[3], Outcome.NO_CONTACT, days_ago=1)
    operation.visit(people[4], Outcome.APPOINTMENT, days_ago=0.9, appointment_at=tomorrow)
    operation.visit(people[5], Outcome.SOFT_REFUSAL, days_ago=1.2)
    operation.interview(people[6])
    operation.draft(people[7])
    operation.draft(people[19])
    operation.take_away(people[15], "answered_online", self_response="complete")
    operation.take_away(people[16], "reassigned")
    operation.take_away(people[17], "done_by_other")
    operation.take_away(people[18], "withdrawn")
    operation.take_away(people[19], "answered_online", self_response="complete")
    operation.assign(
        [people[8]],
        version=3,
        returned_comments="Tanggal lahir anggota ke-2 tidak sesuai dengan NIK. Mohon dicek ulang.",
        result=ResultBody(status="returned", outcome="completed", officer_id=OWN),
    )
    return operation


def _assign_with_history(operation: Operation, people: Sequence[RegisteredFamily]) -> None:
    earlier = people[2]
    operation.assign(people[:2])
    operation.assign(
        [earlier],
        prior_visits=[
            operation.visit_body(
                earlier,
                Outcome.NO_CONTACT,
                days_ago=8,
                officer="acc-ppl-07",
                note="Tetangga: pulang setelah magrib.",
            )
        ],
        progress=ProgressBody(attempt_days=1, last_visit_at=(NOW - timedelta(days=8)).isoformat()),
    )
    operation.assign(people[3:6])
    operation.assign(people[6:30])
    operation.assign(people[30:], self_response="partial")


TEAM: Final = (
    ("acc-ppl-01", "ppl-01", "Hendra Wijaya", -25),
    ("acc-ppl-02", "ppl-02", "Nurul Aini", -190),
    ("acc-ppl-03", "ppl-03", "Rusdiansyah", -1500),
    ("acc-ppl-04", "ppl-04", "Siti Mahmudah", -4300),
    ("acc-ppl-05", "ppl-05", "Zainuddin", None),
)
"""(account, login, name, minutes since the last contact)"""


STANDS: Final = ResultBody(
    status="received",
    outcome="completed",
    officer_id="acc-ppl-01",
    received_at=(NOW - timedelta(days=2)).isoformat(),
    envelope_id="env-stands",
)
"""An interview that the server holds."""
RIVAL: Final = ConflictBody(
    kept_envelope="env-stands",
    other_envelope="env-other",
    other_officer="acc-ppl-02",
    other_outcome="partial",
    other_received_at=(NOW - timedelta(days=1)).isoformat(),
    differences=[
        FieldDifference(path="/data/blok_i/alamat", kept="Jl. Rambai No. 2", other="Jl. Rambai 12"),
        FieldDifference(path="/data/blok_iii/anggota[2]/sosial/kawin", kept="2", other="4"),
        FieldDifference(path="/data/blok_iii/anggota[2]/sosial/pekerjaan", kept="Guru", other=""),
    ],
)
"""Another interview of the same family."""


def supervised(root: Path, families: int = 120) -> Operation:
    """A supervisor's laptop: a team of five, their families in several states."""
    operation = Operation(root, role="supervisor", login="pml-01", account="acc-pml-01")
    operation.load_areas()
    operation.load_officers(
        (
            account,
            login,
            name,
            "" if minutes is None else (NOW + timedelta(minutes=minutes)).isoformat(),
        )
        for account, login, name, minutes in TEAM
    )
    operation.load_questionnaire()
    people = list(population(families, villages=VILLAGES[:3]))
    share = families // len(TEAM)
    for place, (account, *_rest) in enumerate(TEAM):
        own = people[place * share : (place + 1) * share]
        done = len(own) * (len(TEAM) - place) // (len(TEAM) + 2)
        operation.assign(
            own[:done],
            officer=account,
            result=ResultBody(status="received", outcome="completed", officer_id=account),
        )
        operation.assign(
            own[done : done + 3],
            officer=account,
            progress=ProgressBody(
                attempt_days=2, last_visit_at=(NOW - timedelta(days=1)).isoformat()
            ),
        )
        operation.assign(own[done + 3 :], officer=account)
    operation.assign(people[:2], officer=TEAM[0][0], version=2, result=STANDS, conflicts=[RIVAL])
    operation.assign([people[2]], officer=TEAM[0][0], version=2, result=STANDS)
    operation.meet_server()
    return operation
