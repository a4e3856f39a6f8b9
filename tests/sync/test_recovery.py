"""From the hello that brings the key to the hello that tells of the recovery, with real ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from enumerator.clock import SystemChance, SystemClock
from enumerator.errors import KnownError
from enumerator.store import OfficerStore
from enumerator.store.device_secret import SECRET_FILE
from enumerator.store.envelope import canonical
from enumerator.store.interviews import InterviewRecord
from enumerator.store.recovering import recover
from sync.client.engine import sync_once
from sync.protocol import HelloFacts, facts_bytes
from tests.helpers.field import CHEAP, PASSPHRASE, FieldOperation, Laptop, family_id
from tests.helpers.server import office
from tests.sync.test_versions import Between, Message

NEW = "kain-baru-63"


def asked(laptop: Laptop) -> list[bool]:
    """Of each hello of a session: whether it told of an escrow."""
    told = []

    def noted(path: str, message: Message) -> Message:
        if path == "/v1/hello":
            told.append(message["escrow"] is not None)
        return message

    report = sync_once(laptop.store, Between(laptop.transport, request=noted))
    assert report.failed is None
    return told


def begin_draft(laptop: Laptop) -> None:
    laptop.store.interviews.create(
        InterviewRecord(
            id="i-1",  # type: ignore[arg-type]  # an id as it comes from the database
            family_id=family_id(1),
            form_id="sp2020_c1",
            form_version="2020091501",
            seed="00",
            started_at="2020-09-15T09:00:00+08:00",
            base_version=None,
            register=b"",
        )
    )


def let_in(laptop: Laptop, file: Path, code: str) -> None:
    """The laptop was locked; the officer types the code."""
    store = laptop.store
    asked: dict[str, Any] = {"clock": SystemClock(), "chance": SystemChance()}
    recover(store.folder, file.read_bytes(), code, NEW, cost=CHEAP, **asked)
    laptop.store = OfficerStore.open(store.folder, NEW, **asked)


def test_officer_is_let_in_again_and_the_office_hears_of_it(
    operation: FieldOperation, tmp_path: Path
) -> None:
    laptop = operation.laptop("ppl-01")
    operation.closing.callback(lambda: laptop.store.close())
    assert asked(laptop) == [True]
    assert asked(laptop) == [False]
    begin_draft(laptop)
    laptop.interview(2)
    laptop.store.close()
    (laptop.store.folder / SECRET_FILE).unlink()

    made = office(operation.folder, "recover", "ppl-01", "--output", tmp_path / "a.recovery")
    let_in(laptop, tmp_path / "a.recovery", made.facts["code"])

    assert laptop.store.interviews.draft_of(family_id(1)) is not None
    assert asked(laptop) == [True]
    assert asked(laptop) == [False]
    acts = office(operation.folder, "audit", "--login", "ppl-01").facts["acts"]
    assert [one["act"] for one in acts] == ["recover", "recovered"]
    assert {one["reference"] for one in acts} == {made.facts["recovery_id"]}
    assert laptop.store.outbox.summary().waiting == 0


def test_file_of_one_officer_lets_nobody_else_in(operation: FieldOperation, tmp_path: Path) -> None:
    laptop, other = operation.laptop("ppl-01"), operation.laptop("ppl-02")
    laptop.sync()
    other.sync()
    other.store.close()
    made = office(operation.folder, "recover", "ppl-01", "--output", tmp_path / "a.recovery")
    with pytest.raises(KnownError) as caught:
        let_in(other, tmp_path / "a.recovery", made.facts["code"])
    assert caught.value.code == "recovery_elsewhere"


def test_server_that_lost_the_escrow_gets_it_again(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.sync()
    with operation.server.operation.store.writing() as transaction:
        transaction._connection.execute("DELETE FROM escrow")  # type: ignore[attr-defined]
    assert asked(laptop) == [False]
    assert asked(laptop) == [True]
    assert asked(laptop) == [False]


def test_older_server_is_told_once_and_a_newer_one_again(operation: FieldOperation) -> None:
    """Of protocol 2, before there were escrows: it passes over the field and answers none."""
    laptop = operation.laptop("ppl-01")
    told = []

    def request(path: str, message: Message) -> Message:
        if path == "/v1/hello":
            told.append(message.pop("escrow") is not None)
        return message

    def reply(path: str, message: Message) -> Message:
        if path != "/v1/hello":
            return message
        facts = msgspec.msgpack.decode(message["facts"], type=HelloFacts)
        older = msgspec.msgpack.decode(canonical(facts))
        del older["escrow_mark"], older["recovery_heard"]
        said = msgspec.msgpack.encode(older)
        signature = operation.server.operation.keys.sign(facts_bytes(said))
        return {**message, "facts": said, "signature": signature}

    older = Between(laptop.transport, request, reply)
    laptop.sync(older)
    laptop.sync(older)
    assert told == [True, False]
    assert asked(laptop) == [False]  # the newer server says that it has none
    assert asked(laptop) == [True]
    assert asked(laptop) == [False]


def test_older_laptop_says_nothing_and_is_told_what_it_passes_over(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")

    def request(_path: str, message: Message) -> Message:
        return {key: value for key, value in message.items() if key != "escrow"}

    laptop.sync(Between(laptop.transport, request))

    with pytest.raises(KnownError) as caught:
        office(operation.folder, "recover", "ppl-01", "--output", operation.root / "a")
    assert caught.value.code == "no_escrow"


def test_stranger_between_changes_no_escrow(operation: FieldOperation, tmp_path: Path) -> None:
    """The hello's own signature does not cover the field; the word has one."""
    laptop = operation.laptop("ppl-01")

    def request(path: str, message: Message) -> Message:
        if path == "/v1/hello" and message["escrow"] is not None:
            payload = message["escrow"]["payload"]
            message["escrow"]["payload"] = payload[:-1] + bytes([payload[-1] ^ 1])
        return message

    laptop.sync(Between(laptop.transport, request))
    with pytest.raises(KnownError):
        office(operation.folder, "recover", "ppl-01", "--output", tmp_path / "a")
    laptop.sync()
    laptop.store.close()
    made = office(operation.folder, "recover", "ppl-01", "--output", tmp_path / "a")
    let_in(laptop, tmp_path / "a", made.facts["code"])
    laptop.store.close()


def test_passphrase_of_before_is_still_good_until_the_file_is_used(
    operation: FieldOperation, tmp_path: Path
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.store.close()
    made = office(operation.folder, "recover", "ppl-01", "--output", tmp_path / "a")
    laptop.store = OfficerStore.open(
        laptop.store.folder, PASSPHRASE, clock=SystemClock(), chance=SystemChance()
    )
    laptop.store.close()
    let_in(laptop, tmp_path / "a", made.facts["code"])
    laptop.store.close()
