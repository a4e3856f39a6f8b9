"""The wire between a laptop and the server, in memory, with every fault it can have."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

import msgspec

from enumerator.errors import KnownError
from sync.protocol import (
    ChallengeRequest,
    ClaimRequest,
    HaveRequest,
    HealthReply,
    HelloRequest,
    MediaChunk,
    PullReply,
    PullRequest,
    PushRequest,
    RelayRequest,
    compress,
    decompress,
    pack,
    unpack,
)
from sync.server.desk import Desk
from sync.server.store import StoreFailedError
from tests.simulation.full_disk import full_disk

Reply = TypeVar("Reply")
Carry = Callable[[str, bytes, str], bytes]

_FEW = 6
"""Old replies kept for replaying, of each kind."""


class Killed(BaseException):
    """The laptop's process ends here: nothing of it may catch this."""


class ServerDiedError(Exception):
    """The server's process ended within a transaction."""


@dataclass
class Wire:
    """What all links share: the server's desk, and what is still under way to it.

    ``watch`` is told whom the server really told of which families, before anything happens to
    the reply.
    """

    desk: Desk
    reopen: Callable[[], Desk]
    skip_minutes: Callable[[float], None]
    watch: Callable[[str, list[str]], None]
    faults: Counter[str] = field(default_factory=Counter)
    late: list[tuple[str, bytes, str]] = field(default_factory=list)

    def handle(self, path: str, body: bytes, token: str) -> bytes:
        """What the server answers, as it travels. KnownError as it would be told."""
        try:
            message = decompress(body)
        except ValueError as error:
            raise KnownError("bad_encoding", "The body is not one whole frame.") from error
        try:
            return compress(pack(self._answer(path, message, token)))
        except (ValueError, RecursionError) as error:
            raise KnownError("bad_request", "The request is not of our protocol.") from error
        except StoreFailedError as error:
            raise KnownError("server_busy", "The server cannot answer now.") from error
        except ServerDiedError as error:
            self.restart()
            raise KnownError("no_connection", "No connection to the server.") from error

    def restart(self) -> None:
        self.desk = self.reopen()

    def deliver_late(self) -> None:
        """Requests that everybody had given up arrive after all."""
        late, self.late = self.late, []
        for path, body, token in late:
            with contextlib.suppress(KnownError):
                self.handle(path, body, token)

    def _answer(self, path: str, message: bytes, token: str) -> object:
        desk = self.desk
        if path == "/v1/challenge":
            return desk.challenge(unpack(message, ChallengeRequest))
        if path == "/v1/hello":
            return desk.hello(unpack(message, HelloRequest))
        caller = desk.caller(f"Bearer {token}")
        if path == "/v1/push":
            return desk.push(caller, unpack(message, PushRequest))
        if path == "/v1/have":
            return desk.have(caller, unpack(message, HaveRequest))
        if path == "/v1/media":
            return desk.media(caller, unpack(message, MediaChunk))
        if path == "/v1/relay":
            return desk.relay(caller, unpack(message, RelayRequest))
        if path == "/v1/claim":
            request = unpack(message, ClaimRequest)
            claimed = desk.claim(caller, request)
            if claimed.others:
                self.watch(caller.account.account_id, [request.family_id])
            return claimed
        reply = desk.pull(caller, unpack(message, PullRequest))
        self.watch(caller.account.account_id, live_cases(reply))
        return reply


class Link:
    """A :class:`sync.client.connection.Transport`. ``rate``: how often a call meets a fault."""

    def __init__(self, wire: Wire, random: Random, rate: float) -> None:
        self._wire = wire
        self._random = random
        self._rate = rate
        self._heard: dict[str, list[bytes]] = {}
        self.bytes_up = 0
        self.bytes_down = 0

    def call(
        self, path: str, request: msgspec.Struct, reply: type[Reply], token: str = ""
    ) -> Reply:
        body = compress(pack(request))
        self.bytes_up += len(body)
        fault = self._fault()
        carry = _FAULTS[fault] if fault else _faithfully
        data = carry(self, path, body, token)
        heard = self._heard.setdefault(path, [])
        heard.append(data)
        del heard[:-_FEW]
        self.bytes_down += len(data)
        try:
            return unpack(decompress(data), reply)
        except (ValueError, RecursionError) as error:
            raise KnownError("bad_reply", "The answer was damaged on the way.") from error

    def probe(self, nonce: str) -> HealthReply:
        if self._fault() is not None:
            raise no_connection()
        return self._wire.desk.health(nonce)

    def fetch(self, sha256: str, start: int, token: str) -> Iterator[bytes]:
        raise KnownError("no_content", f"Nothing is published here: {sha256}, {start}, {token}")

    def stop_when(self, cancelled: Callable[[], bool]) -> None:
        """Nobody presses the button here: a session that is stopped is a fault of its own."""

    def close(self) -> None:
        """Nothing is open."""

    def _fault(self) -> str | None:
        if self._random.random() >= self._rate:
            return None
        fault = self._random.choice(sorted(_FAULTS))
        self._wire.faults[fault] += 1
        return fault

    # ------------------------------------------------------------------ what can happen

    def _lost_request(self, _path: str, _body: bytes, _token: str) -> bytes:
        raise no_connection()

    def _lost_reply(self, path: str, body: bytes, token: str) -> bytes:
        self._wire.handle(path, body, token)
        raise no_connection()

    def _sent_twice(self, path: str, body: bytes, token: str) -> bytes:
        first = self._wire.handle(path, body, token)
        try:
            return self._wire.handle(path, body, token)
        except KnownError:  # a hello's nonce is good for once
            return first

    def _late_request(self, path: str, body: bytes, token: str) -> bytes:
        self._wire.late.append((path, body, token))
        raise no_connection()

    def _old_reply(self, path: str, body: bytes, token: str) -> bytes:
        data = self._wire.handle(path, body, token)
        return self._random.choice([*self._heard.get(path, []), data])

    def _torn_request(self, path: str, body: bytes, token: str) -> bytes:
        return self._wire.handle(path, body[: self._place(body)], token)

    def _torn_reply(self, path: str, body: bytes, token: str) -> bytes:
        data = self._wire.handle(path, body, token)
        return data[: self._place(data)]

    def _changed_request(self, path: str, body: bytes, token: str) -> bytes:
        return self._wire.handle(path, compress(self._one_bit_off(decompress(body))), token)

    def _changed_reply(self, path: str, body: bytes, token: str) -> bytes:
        return compress(self._one_bit_off(decompress(self._wire.handle(path, body, token))))

    def _portal(self, _path: str, _body: bytes, _token: str) -> bytes:
        raise KnownError("captive_portal", "This network asks you to log in first.")

    def _busy(self, _path: str, _body: bytes, _token: str) -> bytes:
        raise KnownError("server_busy", "The server cannot answer now.")

    def _stopped_by_user(self, _path: str, _body: bytes, _token: str) -> bytes:
        raise KnownError("cancelled", "Stopped. Nothing is lost.")

    def _server_restarts(self, path: str, body: bytes, token: str) -> bytes:
        self._wire.restart()
        return self._wire.handle(path, body, token)

    def _server_dies_before_commit(self, path: str, body: bytes, token: str) -> bytes:
        with ending(self._wire.desk.operation.store, ServerDiedError(), committed=False):
            return self._wire.handle(path, body, token)

    def _server_dies_after_commit(self, path: str, body: bytes, token: str) -> bytes:
        with ending(self._wire.desk.operation.store, ServerDiedError(), committed=True):
            return self._wire.handle(path, body, token)

    def _server_disk_full(self, path: str, body: bytes, token: str) -> bytes:
        with full_disk(self._wire.desk.operation.store._writer, self._random.randrange(3)):  # type: ignore[attr-defined]
            return self._wire.handle(path, body, token)

    def _session_expires(self, path: str, body: bytes, token: str) -> bytes:
        self._wire.skip_minutes(20)
        return self._wire.handle(path, body, token)

    def _laptop_killed(self, path: str, body: bytes, token: str) -> bytes:
        if self._random.random() < 0.7:
            with contextlib.suppress(KnownError):
                self._wire.handle(path, body, token)
        raise Killed

    def _place(self, data: bytes | bytearray) -> int:
        """One draw whatever the length, which a clock's digits change once they are compressed."""
        return int(self._random.random() * len(data))

    def _one_bit_off(self, message: bytes) -> bytes:
        changed = bytearray(message)
        changed[self._place(changed)] ^= 1 << self._random.randrange(8)
        return bytes(changed)


def _faithfully(link: Link, path: str, body: bytes, token: str) -> bytes:
    return link._wire.handle(path, body, token)


_FAULTS: dict[str, Callable[[Link, str, bytes, str], bytes]] = {
    name.strip("_"): getattr(Link, name)
    for name in (
        "_lost_request",
        "_lost_reply",
        "_sent_twice",
        "_late_request",
        "_old_reply",
        "_torn_request",
        "_torn_reply",
        "_changed_request",
        "_changed_reply",
        "_portal",
        "_busy",
        "_stopped_by_user",
        "_server_restarts",
        "_server_dies_before_commit",
        "_server_dies_after_commit",
        "_server_disk_full",
        "_session_expires",
        "_laptop_killed",
    )
}


@contextlib.contextmanager
def ending(store: Any, error: BaseException, *, committed: bool) -> Iterator[None]:
    """Writing transactions of this store end with ``error``: rolled back, or just committed."""
    true_writing = store.writing

    @contextlib.contextmanager
    def writing() -> Iterator[Any]:
        with true_writing() as transaction:
            yield transaction
            if not committed:
                raise error
        raise error

    store.writing = writing
    try:
        yield
    finally:
        del store.writing


def no_connection() -> KnownError:
    return KnownError("no_connection", "No connection to the server.")


def live_cases(reply: PullReply) -> list[str]:
    """Families that a pull's reply holds anything of."""
    return [
        row.key.removeprefix("case:")
        for row in reply.rows
        if row.key.startswith("case:") and row.body
    ]
