"""A wipe leaves nothing that can be read and loses nothing, wherever it is cut off."""

from __future__ import annotations

import hashlib
import uuid
from pathlib import Path
from typing import Any

import msgspec
import pytest

from enumerator.clock import SystemChance, SystemClock
from enumerator.errors import KnownError
from enumerator.model import InterviewId
from enumerator.store import DataFolder, OfficerStore
from enumerator.store import wiping as store_wiping
from enumerator.store.envelope import AcknowledgementBody, DraftBody, read, read_header
from enumerator.store.interviews import InterviewRecord
from enumerator.store.outbox import DeliveryState
from enumerator.store.spool import MEDIA_SUFFIX, unsealed
from sync.client.engine import push_only
from sync.client.wiping import wipe
from sync.server.keys import load_keys
from sync.server.operation import KEYS_FILE
from tests.helpers.field import PASSPHRASE, FieldOperation, Laptop, family_id
from tests.helpers.server import office

DRAFT = b"<data><catatan>separuh jalan</catatan></data>"


def _draft(laptop: Laptop, number: int) -> InterviewId:
    interview_id = InterviewId(str(uuid.uuid4()))
    laptop.store.interviews.create(
        InterviewRecord(
            id=interview_id,
            family_id=family_id(number),
            form_id="sp2020_c1",
            form_version="2020091501",
            seed="00",
            started_at="2020-09-05T09:00:00+08:00",
            base_version=None,
            register=b"",
        ),
        [("answer", "/data/catatan", "separuh jalan", "2020-09-05T09:01:00+08:00")],
    )
    return interview_id


def _deliveries(laptop: Laptop) -> list[DeliveryState]:
    return [one for number in (1, 2) for one in laptop.store.outbox.of_family(family_id(number))]


def _instance(_interview_id: InterviewId) -> bytes:
    return DRAFT


def _told_to_wipe(operation: FieldOperation) -> Laptop:
    """A laptop with an interview that was received, one that was not sent, and a draft with a
    photo; it knows that it is to be wiped."""
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    office(operation.folder, "command", "ppl-01", "wipe", "--reason", "laptop dicuri")
    assert laptop.sync().is_wipe_ordered
    laptop.interview(2)
    laptop.store.interviews.attach(_draft(laptop, 3), "foto.jpg", b"a photo of a house")
    return laptop


def _at_the_office(operation: FieldOperation) -> dict[str, Any]:
    """What the sealed files bring."""
    return office(operation.folder, "take-sealed", operation.root / "laptop-ppl-01").facts


def _kinds(operation: FieldOperation) -> dict[str, int]:
    return dict(office(operation.folder, "status").facts["kinds"])


def _readable(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith((".sealed", MEDIA_SUFFIX))
    }


def test_wipe_without_a_network_leaves_everything_to_the_office(
    operation: FieldOperation,
) -> None:
    laptop = _told_to_wipe(operation)
    folder = laptop.store.folder

    receipt = wipe(laptop.store, _instance, None)

    assert set(_readable(folder)) == {"lock", "wipe-receipt.json"}
    assert (receipt.login, receipt.reason, receipt.unsent) == ("ppl-01", "laptop dicuri", 4)
    taken = _at_the_office(operation)
    assert taken["unreadable"] == []
    kinds = _kinds(operation)
    assert (kinds["interview"], kinds["draft"], kinds["acknowledgement"]) == (2, 1, 2)
    (command,) = office(operation.folder, "commands").facts["commands"]
    assert (command["state"], command["status"]) == ("acknowledged", "wiped")


def test_wipe_with_a_network_sends_everything_first(operation: FieldOperation) -> None:
    laptop = _told_to_wipe(operation)

    receipt = wipe(laptop.store, _instance, laptop.transport)

    assert receipt.unsent == 0
    kinds = _kinds(operation)
    assert (kinds["interview"], kinds["draft"], kinds["acknowledgement"]) == (2, 1, 2)
    (command,) = office(operation.folder, "commands").facts["commands"]
    assert (command["state"], command["status"]) == ("acknowledged", "wiped")
    taken = _at_the_office(operation)
    assert set(taken["by_status"]) == {"duplicate"}


def test_wipe_that_was_ordered_twice_is_carried_out_at_once(operation: FieldOperation) -> None:
    laptop = _told_to_wipe(operation)
    office(operation.folder, "command", "ppl-01", "wipe")
    assert laptop.sync().is_wipe_ordered
    folder = laptop.store.folder

    wipe(laptop.store, _instance, laptop.transport)

    assert set(_readable(folder)) == {"lock", "wipe-receipt.json"}
    commands = office(operation.folder, "commands").facts["commands"]
    assert sorted(command["status"] for command in commands) == ["done", "wiped"]


def test_nothing_that_stays_can_be_read(operation: FieldOperation) -> None:
    laptop = _told_to_wipe(operation)
    laptop.store.backup.make()
    folder = laptop.store.folder

    wipe(laptop.store, _instance, None)

    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for canary in (b"Kepala Keluarga", b"Jl. Contoh", b"separuh jalan", b"a photo of a house"):
        assert canary not in everything
    with pytest.raises(KnownError) as error:
        OfficerStore.open(folder, PASSPHRASE, clock=SystemClock(), chance=SystemChance())
    assert error.value.code == "no_keys"
    data = DataFolder(operation.root / "laptop-ppl-01")
    assert data.profiles() == []
    assert [one.login for one in data.wiped()] == ["ppl-01"]


def test_draft_and_its_photo_come_to_the_office_as_they_stood(operation: FieldOperation) -> None:
    laptop = _told_to_wipe(operation)
    spool = laptop.store.spool.folder

    wipe(laptop.store, _instance, None)

    key = load_keys(operation.folder / KEYS_FILE, SystemChance()).seal_seed
    wires = [unsealed(path.read_bytes(), key) for path in spool.glob("*.sealed")]
    (draft,) = [
        read(DraftBody, wire.body) for wire in wires if read_header(wire.header).kind == "draft"
    ]
    assert (draft.family_id, draft.instance, draft.reason) == (family_id(3), DRAFT, "wiped")
    photo = hashlib.sha256(b"a photo of a house").hexdigest()
    assert [path.name for path in spool.glob(f"*{MEDIA_SUFFIX}")] == [photo + MEDIA_SUFFIX]


def test_what_no_backup_covers_is_sealed_anew(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    content = b"a photo of a house"
    sha256 = hashlib.sha256(content).hexdigest()
    covered = laptop.interview(1, photos=[content])
    wire = laptop.transport
    assert push_only(laptop.store, wire)
    office(operation.folder, "backup", "--out", operation.root / "backup")
    assert push_only(laptop.store, wire)
    received = laptop.interview(2)
    office(operation.folder, "command", "ppl-01", "wipe", "--reason", "laptop dicuri")
    assert push_only(laptop.store, wire)
    spool = laptop.store.spool
    custody = {one.envelope_id: one.custody.value for one in _deliveries(laptop)}
    assert (custody[covered.id], custody[received.id]) == ("safe", "received")
    for path in spool.folder.iterdir():
        path.unlink()

    laptop.store.wiping.seal_all(_instance)

    assert received.id in spool.ids()
    assert covered.id not in spool.ids()
    assert spool.media_names() == {sha256}


def test_draft_is_sealed_even_when_its_questionnaire_cannot_be_opened(
    operation: FieldOperation,
) -> None:
    laptop = _told_to_wipe(operation)
    spool = laptop.store.spool.folder

    def broken(_interview_id: InterviewId) -> bytes:
        raise KnownError("no_form", "There is no such questionnaire.")

    wipe(laptop.store, broken, None)

    key = load_keys(operation.folder / KEYS_FILE, SystemChance()).seal_seed
    wires = [unsealed(path.read_bytes(), key) for path in spool.glob("*.sealed")]
    (draft,) = [
        read(DraftBody, wire.body) for wire in wires if read_header(wire.header).kind == "draft"
    ]
    assert b"separuh jalan" in draft.instance


def test_receipt_is_the_laptops_own_signed_word(operation: FieldOperation) -> None:
    laptop = _told_to_wipe(operation)
    chain = laptop.store.outbox.chain()

    receipt = wipe(laptop.store, _instance, None)

    header = read_header(receipt.header)
    said = read(AcknowledgementBody, receipt.body)
    assert (said.command, said.status, said.command_id) == ("wipe", "wiped", receipt.command_id)
    assert header.sequence == chain.length + 3  # the draft, "done", and this
    stored = msgspec.json.decode(
        (laptop.store.folder / "wipe-receipt.json").read_bytes(), type=type(receipt)
    )
    assert stored == receipt


def test_nothing_is_deleted_when_it_was_not_ordered(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)

    with pytest.raises(KnownError) as error:
        wipe(laptop.store, _instance, None)

    assert error.value.code == "not_ordered"
    assert laptop.sync().receipts == 2


def test_nothing_is_deleted_when_sealing_fails(
    operation: FieldOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = _told_to_wipe(operation)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(laptop.store.spool, "ensure_media", full)
    with pytest.raises(KnownError) as error:
        wipe(laptop.store, _instance, None)
    monkeypatch.undo()

    assert error.value.code == "disk_full"
    laptop.visit(3)  # the officer goes on
    wipe(laptop.store, _instance, None)
    kinds = _kinds(operation) if _at_the_office(operation) else {}
    assert (kinds["draft"], kinds["visit"], kinds["acknowledgement"]) == (1, 3, 2)


class Stopped(BaseException):
    """The power goes."""


@pytest.mark.parametrize("step", [0, 1, 2, 4, 6, 8])
def test_wipe_goes_on_where_it_was_cut_off(
    operation: FieldOperation, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """After any deletion, without the passphrase."""
    laptop = _told_to_wipe(operation)
    laptop.store.backup.make()
    folder = laptop.store.folder
    done = 0
    true_delete = store_wiping._delete

    def delete(path: Path) -> None:
        nonlocal done
        if done == step:
            raise Stopped
        done += 1
        true_delete(path)

    monkeypatch.setattr(store_wiping, "_delete", delete)
    try:
        wipe(laptop.store, _instance, None)
    except Stopped:
        monkeypatch.undo()
        assert DataFolder(operation.root / "laptop-ppl-01").finish_wipes() == 1

    assert set(_readable(folder)) == {"lock", "wipe-receipt.json"}
    _at_the_office(operation)
    kinds = _kinds(operation)
    assert (kinds["interview"], kinds["draft"], kinds["acknowledgement"]) == (2, 1, 2)


def test_wipe_that_was_sealed_only_is_carried_out_at_the_next_opening(
    operation: FieldOperation,
) -> None:
    laptop = _told_to_wipe(operation)
    store = laptop.store
    store.wiping.seal_all(_instance)
    store.close()

    opened = OfficerStore.open(store.folder, PASSPHRASE, clock=store.clock, chance=store.chance)
    assert opened.wiping.is_due()
    wipe(opened, _instance, None)

    _at_the_office(operation)
    kinds = _kinds(operation)
    assert (kinds["interview"], kinds["draft"], kinds["acknowledgement"]) == (2, 1, 2)
