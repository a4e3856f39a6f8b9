"""The office's commands on real laptops: signed, obeyed once, acknowledged, over the real wire."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from enumerator.clock import SystemChance, SystemClock
from enumerator.errors import KnownError
from enumerator.store import AcknowledgementBody, OfficerStore
from enumerator.store.command import CommandOrder
from enumerator.store.envelope import read
from sync.client.engine import sync_once
from sync.protocol import Command, HelloReply
from sync.server.operation import DATABASE_FILE
from sync.server.sqlite.connecting import connect
from tests.helpers.field import PASSPHRASE, FieldOperation, Laptop, family_id
from tests.helpers.server import RunningServer, office, start_server
from tests.sync.strangers import Lossy


def _order(operation: FieldOperation, *words: str) -> dict[str, Any]:
    """The one command that this gives."""
    run = office(operation.folder, "command", *words)
    (command,) = run.facts["commands"]
    return dict(command)


def _states(operation: FieldOperation) -> list[tuple[str, str, str]]:
    run = office(operation.folder, "commands")
    return [(one["command"], one["state"], one["status"]) for one in run.facts["commands"]]


def _acknowledgements(laptop: Laptop) -> list[AcknowledgementBody]:
    store = laptop.store
    with store._connections.reading() as db:
        rows = db.execute(
            "SELECT body FROM envelope WHERE kind = 'acknowledgement' ORDER BY position"
        ).fetchall()
    return [read(AcknowledgementBody, bytes(body)) for (body,) in rows]


def _voided(laptop: Laptop) -> int:
    """Receipts that were given up."""
    with laptop.store._connections.reading() as db:
        row = db.execute("SELECT count(*) FROM history WHERE kind = 'receipt_void'").fetchone()
    return int(row[0])


def _listening(laptop: Laptop, change: Callable[[HelloReply], HelloReply]) -> Lossy:
    def after(path: str, reply: object) -> object:
        return change(reply) if path == "/v1/hello" and isinstance(reply, HelloReply) else reply

    return Lossy(laptop.transport, after=after)


def test_command_is_issued_then_delivered_then_acknowledged(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    _order(operation, "ppl-01", "freeze", "--reason", "laptop hilang")
    issued = _states(operation)

    def cut(path: str, _message: msgspec.Struct) -> None:
        if path == "/v1/push":
            raise KnownError("cancelled", "stopped by the test")

    sync_once(laptop.store, Lossy(laptop.transport, before=cut))
    delivered = _states(operation)
    laptop.sync()

    assert issued == [("freeze", "issued", "")]
    assert delivered == [("freeze", "delivered", "")]
    assert _states(operation) == [("freeze", "acknowledged", "done")]
    assert len(_acknowledgements(laptop)) == 1


def test_freeze_hides_the_list_and_stops_pulls_but_not_uploads(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    office(operation.folder, "assign", "--officer", "ppl-01", "--all-of", "63", "--move")
    _order(operation, "ppl-01", "freeze", "--reason", "pemeriksaan")

    report = laptop.sync()

    restriction = laptop.store.access.restriction()
    assert restriction is not None
    assert (restriction.code, restriction.reason) == ("frozen", "pemeriksaan")
    assert (report.receipts, report.rows_pulled) == (3, 0)
    assert laptop.families() == set()
    assert laptop.store.caseload.counts() == {}
    with pytest.raises(KnownError) as error:
        laptop.store.access.check()
    assert error.value.code == "frozen"


def test_frozen_laptop_gets_nothing_when_it_does_not_obey(operation: FieldOperation) -> None:
    """An altered program pulls all the same: the server does not wait for its word."""
    laptop = operation.laptop("ppl-01")
    _order(operation, "ppl-01", "freeze")

    def deaf(reply: HelloReply) -> HelloReply:
        return msgspec.structs.replace(reply, commands=[])

    report = sync_once(laptop.store, _listening(laptop, deaf))

    assert report.failed is not None
    assert report.failed.code == "frozen"
    assert laptop.families() == set()


def test_unfreeze_brings_the_list_back_in_the_same_session(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    _order(operation, "ppl-01", "freeze")
    laptop.sync()
    _order(operation, "ppl-01", "unfreeze")

    laptop.sync()

    assert laptop.store.access.restriction() is None
    assert laptop.families() == {family_id(1), family_id(2), family_id(3)}
    assert [state[1:] for state in _states(operation)] == [("acknowledged", "done")] * 2


def test_older_freeze_does_not_override_a_newer_unfreeze(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    _order(operation, "ppl-01", "freeze")
    _order(operation, "ppl-01", "unfreeze")

    def late(reply: HelloReply) -> HelloReply:
        return msgspec.structs.replace(reply, commands=list(reversed(reply.commands)))

    laptop.sync(_listening(laptop, late))

    assert laptop.store.access.restriction() is None
    assert [(one.command, one.detail) for one in _acknowledgements(laptop)] == [
        ("unfreeze", ""),
        ("freeze", "overtaken"),
    ]


def test_freeze_survives_closing_the_store(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    _order(operation, "ppl-01", "freeze")
    laptop.sync()
    store = laptop.store
    store.close()

    with OfficerStore.open(
        store.folder, PASSPHRASE, clock=store.clock, chance=store.chance
    ) as again:
        assert again.access.is_frozen()
        assert again.caseload.ids() == []


@pytest.mark.parametrize(("kept", "given"), [("freeze", "unfreeze"), ("unfreeze", "freeze")])
def test_database_put_back_hears_the_last_word_on_freezing_again(
    operation: FieldOperation, kept: str, given: str
) -> None:
    """It was acknowledged, by a later state of the same laptop."""
    laptop = operation.laptop("ppl-01")
    _order(operation, "ppl-01", kept)
    laptop.sync()
    folder = laptop.store.folder
    laptop.store.close()
    shutil.copytree(folder, operation.root / "kept")
    laptop.store = OfficerStore.open(folder, PASSPHRASE, clock=SystemClock(), chance=SystemChance())
    _order(operation, "ppl-01", given)
    laptop.sync()
    laptop.store.close()

    with OfficerStore.open(
        operation.root / "kept", PASSPHRASE, clock=SystemClock(), chance=SystemChance()
    ) as put_back:
        was_frozen = put_back.access.is_frozen()
        report = sync_once(put_back, laptop.transport)

        assert (was_frozen, report.verdict) == (kept == "freeze", "fork")
        assert put_back.access.is_frozen() == (given == "freeze")
        assert put_back.outbox.pending().count == 0
    assert [state for _, state, _ in _states(operation)] == ["acknowledged", "acknowledged"]


def test_resend_sends_everything_again_and_changes_nothing(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    laptop.interview(2)
    laptop.sync()
    before = operation.dump()
    _order(operation, "ppl-01", "resend")

    report = laptop.sync()

    after = operation.dump()
    assert report.failed is None
    assert laptop.store.outbox.summary().waiting == 0
    assert _voided(laptop) == 4
    assert after["result"] == before["result"]
    assert len(after["envelope"]) == len(before["envelope"]) + 1
    assert _acknowledgements(laptop)[0].detail == "4"


def test_resend_sends_photos_again_too(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1, photos=[b"\xff\xd8 foto"])
    laptop.sync()
    laptop.interview(2, photos=[b"\xff\xd8 foto lain"])
    laptop.sync()
    third = laptop.store.outbox.chain().length - 1
    before = laptop.store.media.summary()

    laptop.store.obeying.obey(_resend_order(third))

    assert (before.waiting, before.received) == (0, 2)
    assert laptop.store.media.summary().received == 1
    assert laptop.state_of(2) == "queued"
    report = laptop.sync()
    assert (report.failed, laptop.store.media.summary().received) == (None, 2)
    laptop.store.obeying.obey(_resend_order(0))
    assert laptop.store.media.summary().waiting == 2


def _resend_order(from_sequence: int) -> CommandOrder:
    return CommandOrder(
        command_id=f"c-{from_sequence}",
        device_id="",
        command="resend",
        parameters={"from_sequence": str(from_sequence)},
        lineage="",
        point=1,
        issued_at="2020-09-15T08:00:00+08:00",
    )


def test_resend_begins_where_the_office_says(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    laptop.interview(2)
    laptop.sync()
    _order(operation, "ppl-01", "resend", "--from-sequence", "4")

    laptop.sync()

    assert _voided(laptop) == 1
    assert laptop.store.outbox.summary().waiting == 0
    assert _acknowledgements(laptop)[0].detail == "1"


def test_rotate_gives_new_keys_and_old_envelopes_stay_verifiable(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    before = laptop.store.enrolment
    _order(operation, "ppl-01", "rotate")

    laptop.sync()
    laptop.interview(2)
    report = laptop.sync()

    after = laptop.store.enrolment
    assert after.device_key != before.device_key
    assert after.officer_key != before.officer_key
    assert _states(operation) == [("rotate", "acknowledged", "done")]
    assert report.receipts == 2
    lines = laptop.store.outbox.of_family(family_id(2))
    assert {line.status for line in lines} == {"stored"}


def test_envelope_of_the_old_key_counts_when_it_comes_after_the_change(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    held_back = [laptop.store.outbox.get(id_) for id_ in laptop.store.outbox.unreceived_ids()]
    _order(operation, "ppl-01", "rotate")

    def only_the_last(path: str, message: msgspec.Struct) -> None:
        if path == "/v1/push" and any(
            envelope.header == held.header_bytes
            for envelope in message.envelopes  # type: ignore[attr-defined]
            for held in held_back
        ):
            raise KnownError("server_busy", "cut by the test")

    sync_once(laptop.store, Lossy(laptop.transport, before=only_the_last))
    laptop.sync()

    lines = laptop.store.outbox.of_family(family_id(1))
    assert {line.status for line in lines} == {"stored"}


def test_rotation_is_found_out_when_its_reply_was_lost(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    _order(operation, "ppl-01", "rotate")

    def lose(path: str, reply: object) -> object:
        if path == "/v1/push":
            raise KnownError("cancelled", "stopped by the test")
        return reply

    sync_once(laptop.store, Lossy(laptop.transport, after=lose))
    report = laptop.sync()

    assert report.failed is None
    assert _states(operation) == [("rotate", "acknowledged", "done")]
    assert laptop.store.outbox.summary().waiting == 0
    assert laptop.families() == {family_id(1), family_id(2), family_id(3)}


def test_laptop_with_new_keys_is_heard_by_a_server_restored_from_before(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    office(operation.folder, "backup", "--out", operation.root / "backup")
    _order(operation, "ppl-01", "rotate")
    laptop.sync()
    laptop.interview(1)
    laptop.sync()
    restored = start_restored(operation)

    report = sync_once(laptop.store, operation.transport(restored.address))
    again = sync_once(laptop.store, operation.transport(restored.address))

    assert report.failed is None
    assert again.failed is None
    lines = laptop.store.outbox.of_family(family_id(1))
    assert {(line.custody.value, line.status) for line in lines} == {("received", "stored")}


def start_restored(operation: FieldOperation) -> RunningServer:
    server = start_server(operation.root / "backup")
    operation.closing.callback(server.stop)
    return server


def test_one_acknowledgement_is_sent_again_when_the_command_is_told_again(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    _order(operation, "ppl-01", "freeze")
    kept: list[Command] = []

    def keep(reply: HelloReply) -> HelloReply:
        kept.extend(reply.commands)
        return reply

    laptop.sync(_listening(laptop, keep))
    order = msgspec.msgpack.decode(kept[0].payload, type=CommandOrder)
    sent = []
    for _ in range(3):
        laptop.store.obeying.obey(order)
        sent.append(laptop.sync().pushed)

    assert sent == [1, 1, 1]
    assert len(_acknowledgements(laptop)) == 1
    assert _states(operation) == [("freeze", "acknowledged", "done")]


def test_crash_between_obeying_and_the_reply_loses_and_doubles_nothing(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    laptop.sync()
    _order(operation, "ppl-01", "resend")

    def crash(path: str, _message: msgspec.Struct) -> None:
        if path == "/v1/push":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync_once(laptop.store, Lossy(laptop.transport, before=crash))
    store = laptop.store
    store.close()
    opened = OfficerStore.open(store.folder, PASSPHRASE, clock=store.clock, chance=store.chance)
    operation.closing.callback(opened.close)
    again = Laptop(opened, laptop.transport)

    report = again.sync()

    assert report.failed is None
    assert again.store.outbox.summary().waiting == 0
    assert len(_acknowledgements(again)) == 1
    assert _states(operation) == [("resend", "acknowledged", "done")]


def _kept(operation: FieldOperation, laptop: Laptop) -> Command:
    """A freeze for this laptop that a proxy keeps to itself."""
    _order(operation, laptop.store.enrolment.login, "freeze")
    kept: list[Command] = []

    def keep(reply: HelloReply) -> HelloReply:
        kept.extend(reply.commands)
        return msgspec.structs.replace(reply, commands=[])

    sync_once(laptop.store, _listening(laptop, keep))
    (command,) = kept
    return command


def _told(laptop: Laptop, **changes: object) -> None:
    """A session in which a proxy changes what the hello says."""
    proxy = _listening(laptop, lambda reply: msgspec.structs.replace(reply, **changes))
    sync_once(laptop.store, proxy)


def test_command_counts_when_it_is_signed_and_vouched_for(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")

    _told(laptop, commands=[_kept(operation, laptop)])

    assert laptop.store.access.is_frozen()


def test_command_is_not_obeyed_when_its_signature_is_not_the_servers(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    command = _kept(operation, laptop)

    _told(laptop, commands=[msgspec.structs.replace(command, signature=b"x" * 64)])

    assert not laptop.store.access.is_frozen()


def test_command_is_not_obeyed_when_it_is_for_another_laptop(operation: FieldOperation) -> None:
    laptop, other = operation.laptop("ppl-01"), operation.laptop("ppl-02")

    _told(laptop, commands=[_kept(operation, other)])

    assert not laptop.store.access.is_frozen()


def test_command_is_not_obeyed_when_the_hello_is_unsigned(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")

    _told(laptop, commands=[_kept(operation, laptop)], facts=b"", signature=b"")

    assert not laptop.store.access.is_frozen()


def test_command_is_not_obeyed_when_the_office_no_longer_gives_it(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    command = _kept(operation, laptop)
    connection = connect(operation.folder / DATABASE_FILE)
    connection.execute("UPDATE command SET acknowledged_at = 'now', status = 'done'")
    connection.close()

    _told(laptop, commands=[command])

    assert not laptop.store.access.is_frozen()


def test_unknown_command_is_refused_and_said_so(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    order = CommandOrder(
        command_id="of-a-newer-office",
        device_id=laptop.store.enrolment.device_id,
        command="dance",
        lineage=laptop.store.settings.lineage(),
        point=1,
        issued_at="2020-09-15T00:00:00+00:00",
    )

    laptop.store.obeying.obey(order)

    (said,) = _acknowledgements(laptop)
    assert (said.status, said.detail) == ("refused", "unknown_command")
    assert laptop.sync().receipts == 1
