"""What a laptop says of itself with each hello, and who hears it in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from enumerator.clock import SystemClock
from enumerator.errors import KnownError
from enumerator.store import SealedEnvelope
from sync.client.engine import RETRY_SET_ASIDE_S, sync_once
from sync.protocol import HelloRequest, MediaChunk, PushRequest
from tests.helpers.field import FieldOperation, Laptop
from tests.helpers.server import office
from tests.sync.strangers import Lossy, no_connection
from tests.sync.test_versions import Between, Message


def _as_the_office_sees_it(operation: FieldOperation, login: str = "ppl-01") -> dict[str, Any]:
    (found,) = office(operation.folder, "laptops", "--login", login).facts["laptops"]
    return dict(found)


def _never(poison: SealedEnvelope) -> Callable[[str, object], None]:
    """Something on the way hangs up on this envelope and on photos."""

    def hang_up(_path: str, message: object) -> None:
        if isinstance(message, MediaChunk):
            raise KnownError("server_fault", "The server failed.")
        if isinstance(message, PushRequest) and any(
            envelope.header == poison.header_bytes for envelope in message.envelopes
        ):
            raise no_connection()

    return hang_up


def _with_poison(operation: FieldOperation) -> tuple[Laptop, Lossy]:
    """A laptop with an envelope and a photo that go nowhere, both set aside by now."""
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    poison = laptop.visit(1)
    laptop.interview(2, photos=[b"\xff\xd8" + b"p" * 300])
    wire = Lossy(laptop.transport, before=_never(poison))
    for _ in range(4):
        sync_once(laptop.store, wire)
    assert laptop.store.outbox.summary().rejected == 1
    assert laptop.store.media.summary().set_aside == 1
    return laptop, wire


def test_laptop_reports_what_it_set_aside(operation: FieldOperation) -> None:
    laptop, wire = _with_poison(operation)

    sync_once(laptop.store, wire)

    seen = _as_the_office_sees_it(operation)
    assert (seen["unsent"], seen["set_aside"], seen["media_waiting"]) == (1, 2, 1)
    assert seen["troubles"] == ["set_aside"]
    assert seen["database_ok"]
    assert seen["platform"]
    assert seen["free_disk_bytes"] > 0
    assert abs(seen["clock_difference_s"]) < 60


def test_trouble_is_over_when_everything_came(operation: FieldOperation) -> None:
    laptop, wire = _with_poison(operation)
    sync_once(laptop.store, wire)
    laptop.store.outbox.retry_set_aside()
    laptop.store.media.retry_set_aside()
    laptop.sync()

    laptop.sync()

    seen = _as_the_office_sees_it(operation)
    assert (seen["unsent"], seen["set_aside"], seen["media_waiting"]) == (0, 0, 0)
    assert seen["troubles"] == []


def test_laptop_that_comes_once_a_day_reports_before_it_tries_again(
    operation: FieldOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop, wire = _with_poison(operation)
    later = SystemClock().now() + timedelta(seconds=RETRY_SET_ASIDE_S)
    monkeypatch.setattr(laptop.store.clock, "now", lambda: later)
    said: list[HelloRequest] = []

    def listen(path: str, message: msgspec.Struct) -> None:
        if isinstance(message, HelloRequest):
            said.append(message)
            assert laptop.store.outbox.summary().rejected == 1
        wire.before(path, message)

    again = Lossy(laptop.transport, before=listen)
    sync_once(laptop.store, again)

    assert [one.set_aside for one in said] == [2]
    assert "/v1/push" in again.calls


def test_supervisor_hears_of_it_with_the_next_connection(operation: FieldOperation) -> None:
    laptop, wire = _with_poison(operation)
    sync_once(laptop.store, wire)
    supervisor = operation.laptop("pml-01")

    supervisor.sync()

    with supervisor.store._connections.reading() as db:
        rows = db.execute("SELECT login, troubles, set_aside FROM officer ORDER BY login")
        assert rows.fetchall() == [("ppl-01", "set_aside", 2), ("ppl-02", "", 0)]


def test_damaged_database_is_reported(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.store._connections.has_met_damage = True

    laptop.sync()

    assert _as_the_office_sees_it(operation)["database_ok"] is False


def test_laptop_of_before_reports_what_it_can(operation: FieldOperation) -> None:
    laptop, wire = _with_poison(operation)

    def older(_path: str, message: Message) -> Message:
        return {
            name: value
            for name, value in message.items()
            if name not in ("set_aside", "media_waiting")
        }

    report = sync_once(laptop.store, Between(wire, request=older))

    assert report.verdict == "ok"
    seen = _as_the_office_sees_it(operation)
    assert (seen["unsent"], seen["set_aside"], seen["troubles"]) == (1, 0, [])
