"""Laptops and servers of other versions: what they do not know they pass over; uploads go on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import msgspec
import pytest

from enumerator.errors import KnownError
from enumerator.store.chain import Sealing
from enumerator.store.envelope import canonical
from enumerator.store.feed import FeedRow, digest_of_hashes
from sync.client import engine
from sync.client.connection import Transport
from sync.client.engine import sync_once
from sync.protocol import PROTOCOL_VERSION, HealthReply, Versions, pack, unpack
from tests.helpers.field import FieldOperation, Laptop, family_id

Reply = TypeVar("Reply")
Message = dict[str, Any]
_OF_PROTOCOL_1 = {
    "/v1/hello": {
        *("token", "expires_s", "server_time", "lineage", "safe_point", "verdict"),
        *("common_sequence", "policy", "forms", "commands"),
    },
    "/v1/challenge": {"nonce"},
    "/v1/push": {"results"},
    "/v1/pull": {"rows", "cursor", "more", "digest"},
}


class Between:
    """A transport in front of a real one, on which messages are plain maps for a moment: fields
    can be missing, or there can be more of them than either end knows."""

    def __init__(
        self,
        real: Transport,
        request: Callable[[str, Message], Message] = lambda _path, message: message,
        reply: Callable[[str, Message], Message] = lambda _path, message: message,
    ) -> None:
        self._real = real
        self._request = request
        self._reply = reply
        self.calls: list[str] = []

    @property
    def bytes_up(self) -> int:
        return self._real.bytes_up

    @property
    def bytes_down(self) -> int:
        return self._real.bytes_down

    def call(
        self, path: str, request: msgspec.Struct, reply: type[Reply], token: str = ""
    ) -> Reply:
        self.calls.append(path)
        said = self._request(path, unpack(pack(request), dict))
        # A map goes on the wire as the struct would.
        answer = self._real.call(path, said, dict, token)  # type: ignore[arg-type]
        return unpack(pack(self._reply(path, answer)), reply)

    def probe(self, nonce: str) -> HealthReply:
        return self._real.probe(nonce)

    def fetch(self, sha256: str, start: int, token: str) -> Iterator[bytes]:
        return self._real.fetch(sha256, start, token)

    def stop_when(self, cancelled: Callable[[], bool]) -> None:
        self._real.stop_when(cancelled)

    def close(self) -> None:
        self._real.close()


def _more(message: Any) -> Any:
    """As a newer program says it: a field more in every map that is a message."""
    if isinstance(message, list):
        return [_more(one) for one in message]
    if not isinstance(message, dict) or set(message) <= {"max_attempt_days", "lease_days"}:
        return message
    more = {key: value if key == "policy" else _more(value) for key, value in message.items()}
    return {**more, "from_the_future": {"who": ["knows", 1, b"\x00"]}}


def _of_an_older_server(path: str, reply: Message) -> Message:
    """Of protocol 1: fields that came later are not there, nor is what it has no route for."""
    known = _OF_PROTOCOL_1.get(path)
    if known is None:
        raise KnownError("not_found", "Not Found")
    return {key: value for key, value in reply.items() if key in known}


def _says(monkeypatch: pytest.MonkeyPatch, protocol: int) -> None:
    """Every hello from here on is of this version."""
    monkeypatch.setattr(engine, "Versions", lambda **more: Versions(protocol=protocol, **more))


def _worked(operation: FieldOperation) -> Laptop:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    return laptop


@pytest.mark.parametrize("protocol", range(PROTOCOL_VERSION - 2, PROTOCOL_VERSION + 2))
def test_laptop_of_a_neighbouring_version_does_everything(
    operation: FieldOperation, monkeypatch: pytest.MonkeyPatch, protocol: int
) -> None:
    _says(monkeypatch, protocol)
    laptop = _worked(operation)

    report = laptop.sync()

    assert (report.receipts, report.verdict) == (2, "ok")
    assert laptop.families() == {family_id(1), family_id(2), family_id(3)}


def test_laptop_that_is_too_old_uploads_and_is_told_to_upgrade(
    operation: FieldOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = _worked(operation)
    _says(monkeypatch, PROTOCOL_VERSION - 3)

    report = sync_once(laptop.store, laptop.transport)

    assert report.receipts == 2
    assert report.failed is not None
    assert report.failed.code == "upgrade_needed"
    assert laptop.state_of(1) == "received"


def test_newer_laptop_is_understood_when_it_says_more(operation: FieldOperation) -> None:
    laptop = _worked(operation)
    newer = Between(laptop.transport, request=lambda _path, message: _more(message))

    report = laptop.sync(newer)

    assert report.receipts == 2


def test_newer_server_is_understood_when_it_says_more(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    newer = Between(laptop.transport, reply=lambda _path, message: _more(message))

    laptop.sync(newer)
    laptop.interview(1)
    report = laptop.sync(newer)

    assert (report.receipts, report.verdict) == (2, "ok")
    assert laptop.families() == {family_id(1), family_id(2), family_id(3)}


def test_unknown_verdict_of_a_newer_server_changes_nothing(operation: FieldOperation) -> None:
    laptop = _worked(operation)
    laptop.sync()

    def sideways(path: str, reply: Message) -> Message:
        if path != "/v1/hello":
            return reply
        return {**reply, "verdict": "sideways", "facts": b"", "signature": b""}

    report = laptop.sync(Between(laptop.transport, reply=sideways))

    assert report.failed is None
    assert laptop.store.outbox.summary().received == 2


def test_older_server_gets_everything_from_a_newer_laptop(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    older = Between(laptop.transport, reply=_of_an_older_server)
    laptop.sync(older)
    laptop.interview(1)

    report = laptop.sync(older)

    assert report.receipts == 2
    assert laptop.store.outbox.summary().waiting == 0
    assert laptop.families() == {family_id(1), family_id(2), family_id(3)}


def test_envelopes_of_a_newer_laptop_are_received_although_nobody_knows_them(
    operation: FieldOperation,
) -> None:
    laptop = _worked(operation)
    store = laptop.store
    with store._connections.writing() as db:
        strange = store.chain.add(db, Sealing("dance", canonical(Versions())))
    laptop.interview(2)

    report = laptop.sync()

    assert report.receipts == 5
    assert store.outbox.summary().waiting == 0
    assert ("quarantined", "unknown_kind") in {
        (row[-5], row[-4]) for row in operation.dump()["envelope"] if strange.id in row
    }


def test_rows_of_a_newer_server_are_kept_for_the_program_that_knows_them(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    strange = FeedRow(key="survey:7", counter=1, body=pack({"what": "nobody knows"}))

    def more(path: str, reply: Message) -> Message:
        if path != "/v1/pull":
            return reply
        rows = [*reply["rows"], msgspec.to_builtins(strange, builtin_types=(bytes,))]
        return {**reply, "rows": rows, "digest": _digest(laptop, strange)}

    report = laptop.sync(Between(laptop.transport, reply=more))

    assert report.rows_pulled == 1
    with laptop.store._connections.reading() as db:
        kept = db.execute("SELECT unread FROM feed_row WHERE key = 'survey:7'").fetchone()
    assert bytes(kept[0]) == strange.body


def _digest(laptop: Laptop, more: FeedRow) -> bytes:
    """Of the stream as it is here, and one row more."""
    with laptop.store._connections.reading() as db:
        rows = db.execute("SELECT key, body_sha256 FROM feed_row WHERE gone = 0").fetchall()
    live = {key: bytes(sha256) for key, sha256 in rows}
    live[more.key] = hashlib.sha256(more.body).digest()
    return digest_of_hashes(live.items())
