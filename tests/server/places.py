"""An open operation without HTTP, and laptops that seal envelopes by hand."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import psycopg
from nacl.signing import SigningKey

from enumerator.store.envelope import (
    DraftBody,
    Envelope,
    Header,
    QuestionComment,
    ReassignmentBody,
    ReturnBody,
    SettlementBody,
    VisitBody,
    canonical,
    envelope_hash,
    read_header,
    seal,
)
from enumerator.store.feed import CaseBody, FeedRow
from enumerator.store.receipt import PushResult, ReceiptPayload, verified
from sync.protocol import EnrolRequest, HelloRequest, PullRequest, hello_bytes
from sync.server import accounts, custody, pulling
from sync.server.office.assigning import assign, find_officers
from sync.server.office.frame import load_areas, load_frame
from sync.server.office.responses import load_responses
from sync.server.operation import DATABASE_FILE, Operation, open_operation
from sync.server.sqlite.connecting import connect
from sync.server.store import Account
from tests.helpers.field import (
    VILLAGE,
    card_number,
    family_id,
    interview_xml,
    load_area_file,
    nik,
    write_csv,
    write_frame,
)
from tests.helpers.hand_clock import HandClock, SeededChance


def id_of(envelope: Envelope) -> str:
    return read_header(envelope.header).id


def family_xml(
    *members: tuple[str, str, str, str],
    result: str = "LENGKAP",
    text: str = "",
    heads: str = "1",
    instance_id: str = "",
    replaces: str = "",
) -> bytes:
    """An interview with present members: name, NIK, birth date, relationship."""
    rows = "".join(
        f"<anggota><hadir>1</hadir><f_nama>{name}</f_nama><f_nik>{nik_}</f_nik><f_jk>1</f_jk>"
        f"<f_tgl>{birth}</f_tgl><f_hub>{relationship}</f_hub><umur>30</umur></anggota>"
        for name, nik_, birth, relationship in members
    )
    return (
        '<data id="sp2020_c1" version="2020091501"><tgl_ref>2020-09-15</tgl_ref>'
        f"<blok_iii>{rows}</blok_iii><jml_kepala>{heads}</jml_kepala><catatan>{text}</catatan>"
        f"<kode_hasil>{result}</kode_hasil><meta><instanceID>{instance_id}</instanceID>"
        f"<deprecatedID>{replaces}</deprecatedID></meta></data>"
    ).encode()


@dataclass
class HandLaptop:
    """A laptop that only knows how to seal."""

    place: Place
    login: str
    device_seed: bytes
    account_seed: bytes
    device_id: str
    account_id: str
    incarnation: str
    sequence: int = 0
    previous: bytes = b""

    @property
    def account(self) -> Account:
        with self.place.operation.store.reading() as transaction:
            found = transaction.accounts.get(self.account_id)
        assert found is not None
        return found

    def seal(
        self, kind: str, body: bytes, family: int | str | None = None, **changes: Any
    ) -> Envelope:
        """The next of this laptop's chain; ``changes`` overrule header fields."""
        self.sequence += 1
        subject = family_id(family) if isinstance(family, int) else family
        values: dict[str, Any] = {
            "id": self.place.chance.uuid(),
            "kind": kind,
            "device_id": self.device_id,
            "account_id": self.account_id,
            "incarnation": self.incarnation,
            "sequence": self.sequence,
            "previous": self.previous,
            "family_id": subject,
            "created_at": "2020-09-15T09:00:00+08:00",
            "monotonic_ms": self.sequence,
            "body_sha256": hashlib.sha256(body).digest(),
            "body_size": len(body),
        }
        header = Header(**(values | changes))
        sealed = seal(header, body, self.device_seed)
        self.previous = sealed.hash
        return sealed.wire()

    def visit(self, family: int | str, outcome: str = "no_contact", **changes: Any) -> Envelope:
        subject = family_id(family) if isinstance(family, int) else family
        body = VisitBody(
            visit_id=self.place.chance.uuid(),
            family_id=subject,
            officer_id=self.account_id,
            started_at="2020-09-15T09:00:00+08:00",
            ended_at="2020-09-15T09:05:00+08:00",
            mode="visit",
            outcome=outcome,
        )
        return self.seal("visit", canonical(body), subject, **changes)

    def interview(
        self, family: int | str, result: str = "LENGKAP", text: str = "a", **changes: Any
    ) -> Envelope:
        xml = interview_xml(result, text)
        return self.seal(
            "interview", xml, family, form_id="sp2020_c1", form_version="2020091501", **changes
        )

    def reassign(
        self,
        families: Sequence[int | str],
        to: HandLaptop,
        *,
        with_drafts: bool = False,
        **changes: Any,
    ) -> Envelope:
        body = ReassignmentBody(
            family_ids=[family_id(number) for number in families],
            to_account=to.account_id,
            reason="sakit",
            with_drafts=with_drafts,
        )
        return self.seal("reassignment", canonical(body), **changes)

    def settle(self, family: int | str, chosen: Envelope | str | None) -> Envelope:
        """The interview in this envelope stands; ``""``: the self-response; None: the rule."""
        subject = family_id(family) if isinstance(family, int) else family
        envelope_id = chosen if chosen is None or isinstance(chosen, str) else id_of(chosen)
        body = SettlementBody(family_id=subject, envelope_id=envelope_id, reason="lebih lengkap")
        return self.seal("settlement", canonical(body), subject)

    def give_back(self, family: int | str, interview: Envelope, comments: str = "") -> Envelope:
        """The interview in this envelope is to be done again."""
        subject = family_id(family) if isinstance(family, int) else family
        body = ReturnBody(
            family_id=subject,
            envelope_id=id_of(interview),
            comments=comments or "tanya lagi",
            questions=[QuestionComment(path="/data/blok_i/alamat", text="alamat mana?")],
        )
        return self.seal("return", canonical(body), subject)

    def draft(self, family: int | str, instance: bytes = b"<data/>") -> Envelope:
        subject = family_id(family) if isinstance(family, int) else family
        body = DraftBody(
            interview_id=self.place.chance.uuid(),
            family_id=subject,
            form_id="sp2020_c1",
            form_version="2020091501",
            reason="reassigned",
            instance=instance,
        )
        return self.seal("draft", canonical(body), subject)

    def push(self, *envelopes: Envelope) -> list[PushResult]:
        return custody.take(self.place.operation, self.account, envelopes)

    def push_one(self, envelope: Envelope) -> PushResult:
        (result,) = self.push(envelope)
        return result

    def stream(self) -> dict[str, FeedRow]:
        """The newest row of every key, as a laptop would hold them."""
        rows: dict[str, FeedRow] = {}
        cursor, more = 0, True
        while more:
            reply = pulling.pull(
                self.place.operation, self.account, PullRequest(cursor=cursor, budget_bytes=1)
            )
            rows |= {row.key: row for row in reply.rows}
            cursor, more = reply.cursor, reply.more
        return rows

    def case(self, family: int | str) -> CaseBody | None:
        """As the stream shows it now; None when it is not live there."""
        subject = family_id(family) if isinstance(family, int) else family
        row = self.stream().get(f"case:{subject}")
        if row is None or row.gone:
            return None
        return msgspec.msgpack.decode(row.body, type=CaseBody)

    def live_families(self) -> set[str]:
        return {
            key.removeprefix("case:")
            for key, row in self.stream().items()
            if key.startswith("case:") and not row.gone
        }

    def why_gone(self, family: int) -> str:
        return self.stream()[f"case:{family_id(family)}"].reason

    def hello(self, nonce: bytes, **changes: Any) -> HelloRequest:
        values: dict[str, Any] = {
            "device_id": self.device_id,
            "account_id": self.account_id,
            "nonce": nonce,
            "incarnation": self.incarnation,
            "chain_head": self.previous,
            "chain_length": self.sequence,
            "cursor": 0,
        }
        request = HelloRequest(**(values | changes))
        signature = SigningKey(self.account_seed).sign(hello_bytes(request)).signature
        return msgspec.structs.replace(request, signature=signature)


@dataclass
class Place:
    """Families 1 to 6: three with ppl-01, three with ppl-02, both of pml-01's team; ppl-09 is
    of pml-09's team and has families 7 and 8."""

    root: Path
    database: str | None = None
    """An address of PostgreSQL; None is SQLite in the folder."""
    clock: HandClock = field(default_factory=HandClock)
    chance: SeededChance = field(default_factory=SeededChance)

    def __post_init__(self) -> None:
        self.operation: Operation = open_operation(
            self.root / "operation", self.database, clock=self.clock, chance=self.chance
        )
        load_areas(self.operation, load_area_file(self.root))
        load_frame(self.operation, *write_frame(self.root, range(1, 10)))
        self.supervisor = self.enrol("pml-01", "supervisor")
        self.one = self.enrol("ppl-01", "officer", "pml-01")
        self.two = self.enrol("ppl-02", "officer", "pml-01")
        self.other_supervisor = self.enrol("pml-09", "supervisor")
        self.stranger = self.enrol("ppl-09", "officer", "pml-09")
        self.assign("ppl-01", 1, 2, 3)
        self.assign("ppl-02", 4, 5, 6)
        self.assign("ppl-09", 7, 8)

    def enrol(self, login: str, role: str, supervisor: str | None = None) -> HandLaptop:
        _, code = accounts.add_account(
            self.operation, login=login, name=f"Nama {login}", role=role, supervisor=supervisor
        )
        return self.redeem(login, code)

    def redeem(self, login: str, code: str) -> HandLaptop:
        device, account = self.chance.token(32), self.chance.token(32)
        reply = accounts.enrol(
            self.operation,
            EnrolRequest(
                code=code,
                device_public_key=SigningKey(device).verify_key.encode(),
                account_public_key=SigningKey(account).verify_key.encode(),
            ),
        )
        return HandLaptop(
            self, login, device, account, reply.device_id, reply.account_id, self.chance.uuid()
        )

    def assign(self, login: str, *numbers: int, move: bool = False) -> None:
        officers = find_officers(self.operation, [login])
        assign(self.operation, officers, [family_id(number) for number in numbers], move=move)

    def payload(self, result: PushResult) -> ReceiptPayload:
        """Of a receipt that holds."""
        assert result.receipt is not None
        payload = verified(result.receipt, self.operation.keys.receipt_public)
        assert payload is not None
        return payload

    def self_response(self, number: int, status: str = "complete") -> None:
        path = write_csv(
            self.root / "responses.csv",
            ("no_kk", "nik", "status", "submitted_at"),
            [(card_number(number), nik(number, 1), status, "2020-09-14T20:00:00+08:00")],
        )
        load_responses(self.operation, path)

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """``?`` stands for a parameter, whatever the database."""
        if self.database is not None:
            with contextlib.closing(psycopg.connect(self.database, autocommit=True)) as reader:
                reader.execute("SET enumerator.account = '*'")
                return reader.execute(sql.replace("?", "%s"), parameters).fetchall()
        connection = connect(self.root / "operation" / DATABASE_FILE, read_only=True)
        try:
            return [tuple(row) for row in connection.execute(sql, parameters)]
        finally:
            connection.close()

    def execute(self, sql: str) -> None:
        """Past the server."""
        if self.database is not None:
            with contextlib.closing(psycopg.connect(self.database, autocommit=True)) as writer:
                writer.execute(sql)
            return
        connection = connect(self.root / "operation" / DATABASE_FILE)
        try:
            connection.execute(sql)
        finally:
            connection.close()


__all__ = ["VILLAGE", "HandLaptop", "Place", "envelope_hash", "family_id", "interview_xml"]
