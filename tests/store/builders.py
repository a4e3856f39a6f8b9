"""A laptop, a server's signature and synthetic families for the tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nacl.public import PrivateKey
from nacl.signing import SigningKey

from enumerator.model import FamilyId, InterviewId, Outcome
from enumerator.store import Enrolment, KeyCost, OfficerStore, PushResult, SealedEnvelope
from enumerator.store.envelope import DraftBody, VisitBody, canonical
from enumerator.store.feed import (
    CaseBody,
    FamilyBody,
    FeedRow,
    MemberBody,
    ProgressBody,
    ResultBody,
)
from enumerator.store.interviews import InterviewRecord
from enumerator.store.receipt import Receipt, ReceiptPayload, sign_receipt
from enumerator.store.recording import BegunInterview, FinalInterview
from tests.helpers.hand_clock import HandClock, SeededChance

PASSPHRASE = "sasirangan-63"
CHEAP = KeyCost(memory_kib=8, passes=1, lanes=1)
STREAM = "acc-01"
VILLAGE = "63.02.02.2008"
FORM = "sp2020_c1"


@dataclass
class SigningServer:
    """What of a server the store can see: signed receipts."""

    receipt_key: SigningKey = field(default_factory=lambda: SigningKey(b"r" * 32))
    office_key: PrivateKey = field(default_factory=lambda: PrivateKey(b"o" * 32))
    lineage: str = "lineage-1"
    point: int = 100

    def results(
        self, envelopes: Iterable[SealedEnvelope], status: str = "stored"
    ) -> list[PushResult]:
        return [
            PushResult(envelope_id=each.id, status=status, receipt=self.receipt(each, status))
            for each in envelopes
        ]

    def receipt(self, envelope: SealedEnvelope, status: str = "stored") -> Receipt:
        self.point += 1
        payload = ReceiptPayload(
            receipt_no=f"R-{self.point}",
            envelope_id=envelope.id,
            envelope_hash=envelope.hash,
            status=status,
            point=self.point,
            lineage=self.lineage,
            received_at="2020-09-15T12:00:00+00:00",
        )
        return sign_receipt(payload, bytes(self.receipt_key))


def enrolment(server: SigningServer, role: str = "officer", account: str = STREAM) -> Enrolment:
    return Enrolment(
        server="http://127.0.0.1:8417",
        account_id=account,
        role=role,
        login="ppl-01" if role == "officer" else "pml-01",
        device_id="device-1",
        device_key=b"d" * 32,
        officer_key=b"a" * 32,
        server_receipt_key=bytes(server.receipt_key.verify_key),
        seal_key=bytes(server.office_key.public_key),
        lineage=server.lineage,
    )


class Laptop:
    """One officer's store in a folder, with a hand clock; reopen it as often as needed."""

    def __init__(self, folder: Path, role: str = "officer", seed: int = 1) -> None:
        self.server = SigningServer()
        self.clock = HandClock()
        self.chance = SeededChance(seed)
        self.folder = folder
        self.store = OfficerStore.create(
            folder,
            PASSPHRASE,
            enrolment(self.server, role),
            clock=self.clock,
            chance=self.chance,
            cost=CHEAP,
        )

    def reopen(self) -> OfficerStore:
        self.store.close()
        self.store = OfficerStore.open(
            self.folder, PASSPHRASE, clock=self.clock, chance=self.chance
        )
        return self.store

    # ------------------------------------------------------------------ the server's side

    def pull(self, *rows: FeedRow) -> int:
        cursor = max((row.counter for row in rows), default=0)
        return self.store.inbox.apply_page(STREAM, rows, cursor)

    def push(self, status: str = "stored") -> int:
        """Send all that waits; how many receipts held."""
        batch = self.store.outbox.next_batch(10_000, 10**9)
        return self.store.outbox.record_results(self.server.results(batch, status)).received

    # ------------------------------------------------------------------ the officer's side

    def visit(
        self,
        family_id: str,
        outcome: Outcome = Outcome.NO_CONTACT,
        appointment_at: str | None = None,
    ) -> VisitBody:
        body = self.visit_body(family_id, outcome, appointment_at)
        self.store.recording.visit(body, self._version(family_id))
        return body

    def visit_body(
        self, family_id: str, outcome: Outcome, appointment_at: str | None = None
    ) -> VisitBody:
        self.clock.advance(minutes=5)
        now = self.clock.now().isoformat()
        return VisitBody(
            visit_id=self.chance.uuid(),
            family_id=family_id,
            officer_id=STREAM,
            started_at=now,
            ended_at=now,
            mode="visit",
            outcome=outcome.value,
            appointment_at=appointment_at,
        )

    def draft(self, family_id: str) -> InterviewId:
        """A draft with one answer in its journal."""
        self.clock.advance(minutes=1)
        interview_id = InterviewId(self.chance.uuid())
        now = self.clock.now().isoformat()
        earlier = self.store.interviews.last_final(FamilyId(family_id))
        record = InterviewRecord(
            id=interview_id,
            family_id=FamilyId(family_id),
            form_id=FORM,
            form_version="1",
            seed="00",
            started_at=now,
            base_version=self._version(family_id),
            register=b"",
            revision_of=earlier.id if earlier else None,
        )
        self.store.interviews.create(record, [("answer", "/data/a", "1", now)])
        return interview_id

    def finish(
        self, interview_id: InterviewId, outcome: Outcome = Outcome.COMPLETED
    ) -> SealedEnvelope:
        record = self.store.interviews.get(interview_id)
        return self.store.recording.interview(self.final(record, outcome))

    def begun(self, interview_id: InterviewId, reason: str = "stopped") -> BegunInterview:
        """The draft as it would be sealed."""
        record = self.store.interviews.get(interview_id)
        body = DraftBody(
            interview_id=record.id,
            family_id=record.family_id,
            form_id=record.form_id,
            form_version=record.form_version,
            reason=reason,
            instance=f"<data><id>{record.id}</id></data>".encode(),
        )
        return BegunInterview(record.id, body, record.base_version)

    def final(
        self, record: InterviewRecord, outcome: Outcome = Outcome.COMPLETED
    ) -> FinalInterview:
        return FinalInterview(
            interview_id=record.id,
            family_id=record.family_id,
            instance=f"<data><id>{record.id}</id></data>".encode(),
            outcome=outcome,
            visit=self.visit_body(record.family_id, outcome),
            base_version=record.base_version,
            form_id=FORM,
            form_version="1",
        )

    def interview(self, family_id: str, outcome: Outcome = Outcome.COMPLETED) -> SealedEnvelope:
        return self.finish(self.draft(family_id), outcome)

    def _version(self, family_id: str) -> int | None:
        assignment = self.store.families.assignment(FamilyId(family_id))
        return assignment.version if assignment else None


def family_id(number: int) -> FamilyId:
    return FamilyId(f"6300-6302022008-{number:03}")


def letters(number: int) -> str:
    """A, B … Z, BA …: names have no digits."""
    rest, last = divmod(number - 1, 26)
    return (letters(rest + 1) if rest else "") + chr(ord("A") + last)


def case(
    number: int = 1,
    *,
    counter: int = 1,
    version: int = 1,
    gone: bool = False,
    reason: str = "",
    head_name: str = "",
    address: str = "",
    sls: str = "RT 005 RW 002",
    village: str = VILLAGE,
    officer: str = STREAM,
    self_response: str = "",
    prior_visits: Sequence[VisitBody] = (),
    result: ResultBody | None = None,
    returned_comments: str = "",
    progress: ProgressBody | None = None,
    members: int = 2,
    **more: Any,
) -> FeedRow:
    """A feed row of one synthetic family (serials from 9001 and 9002 upwards). ``more``: other
    fields of the body."""
    parts = village.split(".")
    family = FamilyBody(
        id=family_id(number),
        head_name=head_name or f"Ahmad Contoh {letters(number)}",
        card_number=f"630202011115{9001 + number:04}",
        province=parts[0],
        regency=".".join(parts[:2]),
        district=".".join(parts[:3]),
        village=village,
        sls=sls,
        address=address or f"Jl. Contoh No. {number}",
        stated_size=members,
    )
    body = CaseBody(
        version=version,
        family=family,
        members=[
            MemberBody(
                line_no=line,
                name=f"Anggota Contoh {letters(line)}",
                nik=f"6302022106{number % 90 + 10}{9000 + line:04}",
                sex="1",
                birth_date=f"19{number % 90 + 10}-06-21",
                relationship=str(line),
            )
            for line in range(1, members + 1)
        ],
        officer_id=officer,
        assigned_at="2020-09-01T00:00:00+00:00",
        self_response=self_response,
        prior_visits=list(prior_visits),
        result=result,
        returned_comments=returned_comments,
        progress=progress,
        **more,
    )
    return FeedRow(
        key=f"case:{family_id(number)}",
        counter=counter,
        gone=gone,
        reason=reason,
        body=canonical(body),
    )


def gone(number: int, counter: int, reason: str) -> FeedRow:
    """The case leaves the list, without a body."""
    return FeedRow(key=f"case:{family_id(number)}", counter=counter, gone=True, reason=reason)


def returned(number: int, *, counter: int, version: int, officer: str = STREAM) -> FeedRow:
    result = ResultBody(status="returned", outcome="completed", officer_id=officer)
    return case(
        number,
        counter=counter,
        version=version,
        result=result,
        returned_comments="Periksa kembali Blok III",
    )
