"""Escrows at the server: whose word counts, what is given out, and to whom."""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path

import msgspec
import pytest

from enumerator.errors import KnownError
from enumerator.store.envelope import canonical
from enumerator.store.escrow import (
    EscrowedKey,
    EscrowPayload,
    mark_of,
    seal_escrow,
    sign_escrow,
)
from enumerator.store.lease_code import new_challenge
from enumerator.store.recovery_file import RecoveryFile
from sync.protocol import EscrowWord, HelloFacts, HelloReply, HelloRequest
from sync.server import accounts, commanding, escrowing, leasing
from sync.server.office import ordering
from sync.server.sessions import Sessions
from sync.server.store import ActRow, EscrowRow
from tests.server.places import HandLaptop, Place
from tests.server.test_commanding import _acknowledge

KEY = b"Kanari-kunci-basis-data-ppl-01.."
PLACE = "3f9a1b2c4d5e6f70"


def escrowed(laptop: HandLaptop, key: bytes = KEY, place: str = PLACE) -> EscrowedKey:
    return EscrowedKey(
        account_id=laptop.account_id, device_id=laptop.device_id, place=place, key=key
    )


def payload_of(laptop: HandLaptop, nonce: bytes, one: EscrowedKey | None = None) -> EscrowPayload:
    office = laptop.place.operation.keys.seal_public
    one = one or escrowed(laptop)
    return EscrowPayload(
        device_id=laptop.device_id,
        nonce=nonce,
        mark=mark_of(one, office),
        sealed=seal_escrow(one, office),
    )


def word_of(laptop: HandLaptop, payload: EscrowPayload) -> EscrowWord:
    said = canonical(payload)
    return EscrowWord(payload=said, signature=sign_escrow(said, laptop.account_seed))


class Desk:
    """Hellos with what they say of escrows."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.sessions = Sessions(place.operation)

    def nonce(self, laptop: HandLaptop) -> bytes:
        return self.sessions.challenge(laptop.device_id)

    def say(self, request: HelloRequest) -> HelloFacts:
        reply: HelloReply = self.sessions.hello(request)
        return msgspec.msgpack.decode(reply.facts, type=HelloFacts)

    def hello(self, laptop: HandLaptop, one: EscrowedKey | None = None) -> HelloFacts:
        """That brings the laptop's escrow."""
        nonce = self.nonce(laptop)
        word = word_of(laptop, payload_of(laptop, nonce, one))
        return self.say(laptop.hello(nonce, escrow=word))

    def plain(self, laptop: HandLaptop) -> HelloFacts:
        return self.say(laptop.hello(self.nonce(laptop)))

    def held(self, laptop: HandLaptop) -> EscrowRow | None:
        with self.place.operation.store.reading() as transaction:
            return transaction.escrows.get(laptop.device_id)

    def acts(self) -> list[tuple[str, str]]:
        return [(one.act, one.login) for one in ordering.all_acts(self.place.operation)]

    def recover(self, login: str = "ppl-01", **asked: object) -> tuple[escrowing.Recovery, Path]:
        number = len(list(self.place.root.glob("*.recovery")))
        path = self.place.root / f"{number}.recovery"
        done = escrowing.recover(self.place.operation, login, path, **asked)  # type: ignore[arg-type]
        return done, path

    def refusal(self, login: str = "ppl-01", **asked: object) -> str:
        with pytest.raises(KnownError) as caught:
            self.recover(login, **asked)
        assert not list(self.place.root.glob("*.recovery"))
        return caught.value.code


@pytest.fixture
def desk(place: Place) -> Desk:
    return Desk(place)


# ---------------------------------------------------------------------- what is kept


def test_escrow_is_kept_and_its_mark_told(desk: Desk) -> None:
    laptop = desk.place.one
    assert desk.plain(laptop).escrow_mark == b""
    mark = desk.hello(laptop).escrow_mark
    assert mark == mark_of(escrowed(laptop), desk.place.operation.keys.seal_public)
    assert desk.plain(laptop).escrow_mark == mark
    assert desk.plain(desk.place.two).escrow_mark == b""


def test_newer_escrow_takes_the_place_of_the_former_one(desk: Desk) -> None:
    laptop = desk.place.one
    first = desk.hello(laptop).escrow_mark
    second = desk.hello(laptop, escrowed(laptop, b"n" * 32)).escrow_mark
    assert first != second
    assert desk.plain(laptop).escrow_mark == second
    done, path = desk.recover()
    opened = RecoveryFile(path.read_bytes()).opened(done.code)
    assert opened is not None
    assert opened.key == b"n" * 32


@pytest.mark.parametrize("fault", ["another's signature", "another device", "old nonce", "garbage"])
def test_word_that_is_not_this_laptops_for_this_hello_changes_nothing(
    fault: str, desk: Desk
) -> None:
    laptop = desk.place.one
    old = desk.nonce(laptop)
    nonce = desk.nonce(laptop)
    payload = payload_of(laptop, old if fault == "old nonce" else nonce)
    if fault == "another device":
        payload = msgspec.structs.replace(payload, device_id=desk.place.two.device_id)
    word = word_of(desk.place.two if fault == "another's signature" else laptop, payload)
    if fault == "garbage":
        said = b"\xc1 no struct"
        word = EscrowWord(payload=said, signature=sign_escrow(said, laptop.account_seed))

    facts = desk.say(laptop.hello(nonce, escrow=word))

    assert facts.escrow_mark == b""
    assert desk.held(laptop) is None


def test_former_key_of_a_laptop_does_not_replace_its_escrow(desk: Desk) -> None:
    """What is stolen with it would else lock the officer out of the way back."""
    place, laptop = desk.place, desk.place.one
    mark = desk.hello(laptop).escrow_mark
    with place.operation.store.writing() as transaction:
        device = transaction.accounts.device(laptop.device_id)
        assert device is not None
        changed = dataclasses.replace(device, account_key=b"k" * 32)
        transaction.accounts.change_keys(changed, "envelope", place.operation.now())

    facts = desk.hello(laptop, escrowed(laptop, b"t" * 32))

    assert facts.escrow_mark == mark
    held = desk.held(laptop)
    assert held is not None
    assert held.mark == mark


def test_recovery_is_noted_once_and_told_back(desk: Desk) -> None:
    laptop = desk.place.one
    desk.hello(laptop)
    for _ in range(2):
        nonce = desk.nonce(laptop)
        payload = EscrowPayload(
            device_id=laptop.device_id,
            nonce=nonce,
            recovery_id="r-1",
            recovered_at="2020-09-15T09:00:00+08:00\x00\x1b[2J",
        )
        facts = desk.say(laptop.hello(nonce, escrow=word_of(laptop, payload)))
        assert facts.recovery_heard == "r-1"
    (act,) = ordering.all_acts(desk.place.operation)
    assert (act.act, act.reference, act.by_user) == ("recovered", "r-1", "")
    assert act.detail.isprintable()
    assert desk.hello(laptop, escrowed(laptop, b"n" * 32)).recovery_heard == "r-1"


def test_recovery_that_a_restored_server_hears_before_the_key_is_asked_for_again(
    desk: Desk,
) -> None:
    laptop = desk.place.one
    nonce = desk.nonce(laptop)
    payload = EscrowPayload(device_id=laptop.device_id, nonce=nonce, recovery_id="r-1")
    facts = desk.say(laptop.hello(nonce, escrow=word_of(laptop, payload)))
    assert (facts.escrow_mark, facts.recovery_heard) == (b"", "")
    assert desk.acts() == []


# ---------------------------------------------------------------------- what the office makes


def test_file_is_for_this_officer_and_laptop_until_its_day(desk: Desk) -> None:
    laptop = desk.place.one
    desk.hello(laptop)

    done, path = desk.recover(days=2, by_user="petugas")

    file = RecoveryFile(path.read_bytes())
    assert file.opened(done.code) == escrowed(laptop)
    assert (file.head.login, file.head.place) == ("ppl-01", PLACE)
    assert (file.head.made_at[:10], file.head.expires_at[:10]) == ("2020-09-15", "2020-09-17")
    assert done.laptop == "3F9A-1B2C-4D5E-6F70"
    (act,) = ordering.all_acts(desk.place.operation)
    assert (act.act, act.by_user, act.reference) == ("recover", "petugas", done.recovery_id)
    assert path.stat().st_mode & 0o077 == 0


def test_each_file_has_a_code_of_its_own(desk: Desk) -> None:
    desk.hello(desk.place.one)
    (one, first), (two, _second) = desk.recover(), desk.recover()
    assert one.code != two.code
    assert RecoveryFile(first.read_bytes()).opened(two.code) is None


def test_office_chooses_by_the_number_that_the_laptop_shows(desk: Desk) -> None:
    place = desk.place
    _, code = accounts.issue_code(place.operation, "ppl-01")
    second = place.redeem("ppl-01", code)
    desk.hello(place.one)
    desk.hello(second, escrowed(second, b"2" * 32, "0011223344556677"))

    assert desk.refusal() == "several_laptops"
    assert desk.refusal(laptop="9999-9999-9999-9999") == "no_escrow"
    by_number, _ = desk.recover(laptop="0011 2233 4455 6677")
    by_id, _ = desk.recover(laptop=place.one.device_id)

    assert by_number.device_id == second.device_id
    assert by_id.device_id == place.one.device_id


def test_account_without_an_escrow_is_told_so(desk: Desk) -> None:
    assert desk.refusal() == "no_escrow"
    assert desk.refusal("nobody") == "no_such_account"
    accounts.add_account(
        desk.place.operation, login="ppl-77", name="N", role="officer", supervisor="pml-01"
    )
    assert desk.refusal("ppl-77") == "no_such_device"


def test_closed_account_frozen_and_wiped_laptops_get_none(desk: Desk) -> None:
    operation = desk.place.operation
    desk.hello(desk.place.one)
    desk.hello(desk.place.two)
    desk.hello(desk.place.stranger)
    commanding.issue(operation, "ppl-01", "freeze")
    commanding.issue(operation, "ppl-02", "wipe")
    accounts.revoke(operation, "ppl-09")

    assert desk.refusal("ppl-01") == "frozen_laptop"
    assert desk.refusal("ppl-02") == "wiped_laptop"
    assert desk.refusal("ppl-09") == "closed_account"
    assert desk.acts() == []
    commanding.issue(operation, "ppl-01", "unfreeze")
    desk.recover("ppl-01")


def test_escrow_goes_when_the_laptop_is_wiped(desk: Desk) -> None:
    """It opens nothing any more but a copy of that disk."""
    place, laptop = desk.place, desk.place.one
    desk.hello(laptop)
    desk.hello(place.two)
    (row,) = commanding.issue(place.operation, "ppl-01", "wipe")
    for status, is_held in (("done", True), ("wiped", False)):
        laptop.push(_acknowledge(laptop, row, status))
        assert (desk.held(laptop) is not None) is is_held
    assert desk.held(place.two) is not None


def test_escrow_of_another_laptop_in_its_row_opens_nothing(desk: Desk) -> None:
    """Whoever can write the server's database still cannot have another's key given out."""
    one, two = desk.place.one, desk.place.two
    desk.hello(one)
    desk.hello(two, escrowed(two, b"2" * 32))
    foreign, own = desk.held(two), desk.held(one)
    assert foreign is not None
    assert own is not None
    with desk.place.operation.store.writing() as transaction:
        transaction.escrows.put(
            EscrowRow(own.device_id, own.account_id, foreign.mark, foreign.sealed, own.stored_at)
        )
    assert desk.refusal() == "no_escrow"


def test_database_without_the_offices_key_opens_no_escrow(desk: Desk) -> None:
    desk.hello(desk.place.one)
    thief = msgspec.structs.replace(desk.place.operation.keys, seal_seed=b"t" * 32)
    held = desk.held(desk.place.one)
    assert held is not None
    operation = desk.place.operation
    assert escrowing._opened(operation, held) == escrowed(desk.place.one)
    assert escrowing._opened(dataclasses.replace(operation, keys=thief), held) is None
    rows = repr(desk.place.rows("SELECT * FROM escrow"))
    assert KEY not in rows.encode()


@pytest.mark.parametrize("days", [0, 15, -1])
def test_file_lives_for_days_not_for_ever(days: int, desk: Desk) -> None:
    desk.hello(desk.place.one)
    assert desk.refusal(days=days) == "bad_days"


def test_file_that_is_there_is_not_overwritten_and_nothing_is_noted(desk: Desk) -> None:
    desk.hello(desk.place.one)
    taken = desk.place.root / "taken"
    taken.write_bytes(b"other")
    for path in (taken, desk.place.root / "no" / "folder"):
        with pytest.raises(KnownError) as caught:
            escrowing.recover(desk.place.operation, "ppl-01", path)
        assert caught.value.code == "bad_output"
    assert taken.read_bytes() == b"other"
    assert desk.acts() == []


def test_no_file_is_left_when_it_cannot_be_noted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.hello(desk.place.one)

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(desk.place.operation.store, "write", fails)
    with pytest.raises(ZeroDivisionError):
        desk.recover()
    assert not list(desk.place.root.glob("*.recovery"))


def test_codes_for_leases_are_noted_without_the_code(desk: Desk) -> None:
    operation = desk.place.operation
    challenge = new_challenge(bytes(7))
    codes = leasing.extend(operation, "ppl-01", challenge, 3, by_user="petugas")
    (act,) = ordering.all_acts(operation, "PPL-01")
    assert (act.act, act.by_user, act.reference, act.detail) == (
        "extend-lease",
        "petugas",
        challenge,
        "3 days",
    )
    (code,) = codes.values()
    assert code not in repr(act)
    assert ordering.all_acts(operation, "ppl-02") == []


def test_what_was_done_is_neither_changed_nor_deleted(desk: Desk) -> None:
    store, laptop = desk.place.operation.store, desk.place.one
    with store.writing() as transaction:
        transaction.escrows.note(
            ActRow("2020", "recover", laptop.account_id, laptop.device_id, "u", "r", "d")
        )
    for statement in ("UPDATE office_act SET by_user = ''", "DELETE FROM office_act"):
        with pytest.raises(Exception, match=r"never (changed|deleted)"):
            desk.place.execute(statement)
    assert desk.acts() == [("recover", "ppl-01")]


def test_nothing_of_key_blob_or_code_is_in_an_answer_a_log_or_the_folder(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    laptop = desk.place.one
    with caplog.at_level(logging.DEBUG):
        nonce = desk.nonce(laptop)
        payload = payload_of(laptop, nonce)
        replies = [
            desk.sessions.hello(laptop.hello(nonce, escrow=word_of(laptop, payload))),
            *(
                desk.sessions.hello(one.hello(desk.nonce(one)))
                for one in (laptop, desk.place.two, desk.place.supervisor)
            ),
        ]
        done, path = desk.recover()
    answers = b"".join(msgspec.msgpack.encode(reply) for reply in replies)
    acts = repr(ordering.all_acts(desk.place.operation)).encode()
    secrets = [KEY, KEY.hex().encode(), done.code.encode(), done.code.replace("-", "").encode()]
    files = [one.read_bytes() for one in desk.place.root.rglob("*") if one.is_file()]
    files.append(repr(desk.place.rows("SELECT * FROM escrow, office_act")).encode())
    assert path.read_bytes() in files
    for secret in secrets:
        assert not [
            text for text in (answers, acts, caplog.text.encode(), *files) if secret in text
        ]
    assert payload.sealed not in answers
