"""The proxy itself: an asyncio program in a thread of its own, between one client and one server.

It understands as much of HTTP/1.1 as both of our ends speak. What it does to a request is the
recipe's next fault; bytes, moments and places of damage are drawn from the seed.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import urlsplit

TIME_SCALE = 30
"""A second here stands for this many on the road: 2 kbit/s are played as 60, 30 s as one."""
_HEAD_END = b"\r\n\r\n"
_STEP_BYTES = 512
_LONGEST_S = 30
_RESET = struct.pack("ii", 1, 0)


class CutError(Exception):
    """This connection is over; the client was told nothing more."""


@dataclass(frozen=True, slots=True)
class Link:
    """What the road does to every byte, heads included. ``cut_every``: the connection that carries
    the n-th byte of either direction is reset."""

    latency_s: float = 0
    bits_per_s: float = 0
    cut_every: int = 0


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """A whole reply as the server sent it."""

    head: bytes
    body: bytes

    @property
    def data(self) -> bytes:
        return self.head + self.body


class Exchange:
    """One request that is under way, and the means to spoil it."""

    def __init__(
        self,
        proxy: FaultProxy,
        head: bytes,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.proxy = proxy
        self.random = proxy.random
        self.head = head
        self.path = head.split(b" ", 2)[1].decode("latin-1").partition("?")[0]
        self.length = int(header(head, b"content-length") or 0)
        self._reader = reader
        self._writer = writer
        self._body: bytes | None = None

    async def body(self) -> bytes:
        if self._body is None:
            self._body = await self.read(self.length)
        return self._body

    async def read(self, size: int) -> bytes:
        """So much of the request's body, at the link's speed."""
        found = bytearray()
        while len(found) < size:
            block = await self._reader.read(min(_STEP_BYTES, size - len(found)))
            if not block:
                raise CutError
            self.proxy.bytes_up += len(block)
            await self.carry(len(block))
            found += block
        return bytes(found)

    async def forward(self, body: bytes | None = None) -> HttpAnswer:
        """Hand the request on, with another body if there is one; the server's whole reply."""
        data = await self.body() if body is None else body
        reader, writer = await asyncio.open_connection(*self.proxy.upstream)
        try:
            writer.write(self.head + data)
            await writer.drain()
            return await _read_answer(reader)
        finally:
            writer.close()

    async def forward_part(self, size: int) -> None:
        """Hand on the head and so much of the body, then leave."""
        data = await self.read(min(size, self.length))
        _, writer = await asyncio.open_connection(*self.proxy.upstream)
        try:
            writer.write(self.head + data)
            await writer.drain()
        finally:
            writer.close()

    async def send(self, data: bytes) -> None:
        """To the client, at the link's speed."""
        for start in range(0, len(data), _STEP_BYTES):
            block = data[start : start + _STEP_BYTES]
            self.proxy.bytes_down += len(block)
            await self.carry(len(block))
            self._writer.write(block)
            await self._writer.drain()

    def reset(self) -> None:
        """RST: what was on the way is gone too."""
        found = self._writer.get_extra_info("socket")
        if found is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._writer.transport.abort()
        raise CutError

    def end_of_replies(self) -> None:
        """FIN of this direction only."""
        self._writer.write_eof()

    async def wait_for_hanging_up(self) -> None:
        """Say nothing until the client has had enough."""
        with contextlib.suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(_LONGEST_S):
                while await self._reader.read(65536):
                    pass
        raise CutError

    async def carry(self, size: int) -> None:
        """Over the link, which may end here."""
        proxy = self.proxy
        if proxy.link.bits_per_s:
            await asyncio.sleep(size * 8 / proxy.link.bits_per_s / TIME_SCALE)
        cut_every = proxy.link.cut_every
        before = proxy.carried
        if cut_every:
            proxy.carried += size
            if proxy.carried // cut_every != before // cut_every:
                proxy.cuts += 1
                proxy.faults["cut_every"] += 1
                self.reset()


Fault = Callable[[Exchange], Awaitable[bool]]
"""True: the connection may go on."""
Chooser = Callable[[str], tuple[str, Fault] | None]
"""The fault for a request to this path, or None to let it pass."""


class FaultProxy:
    """Use as a context manager. ``upstream``: the server's ``http://`` address."""

    def __init__(self, upstream: str) -> None:
        parts = urlsplit(upstream)
        self.upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self.random = Random(0)  # noqa: S311 (faults, not secrets)
        self.link = Link()
        self.faults: Counter[str] = Counter()
        self.history: dict[str, HttpAnswer] = {}
        """The last reply of each path: what a replay repeats."""
        self.late: list[bytes] = []
        """Requests that arrive once more, when all is over."""
        self.bytes_up = self.bytes_down = self.carried = self.cuts = 0
        self._choose: Chooser = lambda _path: None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self.address = ""
        self._server: asyncio.Server | None = None

    def play(self, choose: Chooser, link: Link, seed: int | str) -> None:
        """A new recipe; what was counted before is forgotten."""
        self._choose, self.link = choose, link
        self.random = Random(seed)  # noqa: S311
        self.history.clear()
        self.late.clear()
        self.bytes_up = self.bytes_down = self.carried = self.cuts = 0

    def heal(self) -> None:
        """From now on a good link, and what the network still held arrives."""
        self._choose, self.link = lambda _path: None, Link()
        for request in self.late:
            self._wait_for(self._deliver(request))
        self.late.clear()

    def __enter__(self) -> FaultProxy:
        self._thread.start()
        self._server = self._wait_for(asyncio.start_server(self._serve, "127.0.0.1", 0))
        port = self._server.sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._wait_for(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_LONGEST_S)
        self._loop.close()

    # ------------------------------------------------------------------ inside

    def _wait_for(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(2 * _LONGEST_S)

    async def _close(self) -> None:
        assert self._server is not None
        self._server.close()
        running = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _deliver(self, request: bytes) -> None:
        reader, writer = await asyncio.open_connection(*self.upstream)
        writer.write(request)
        await writer.drain()
        await _read_answer(reader)
        writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(
            CutError, ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError
        ):
            while True:
                head = await reader.readuntil(_HEAD_END)
                self.bytes_up += len(head)
                exchange = Exchange(self, head, reader, writer)
                await exchange.carry(len(head))
                if not await self._answer(exchange):
                    break
        with contextlib.suppress(OSError):
            writer.close()

    async def _answer(self, exchange: Exchange) -> bool:
        if self.link.latency_s:
            self.faults["latency"] += 1
            await asyncio.sleep(self.link.latency_s / TIME_SCALE)
        self.faults["slow"] += bool(self.link.bits_per_s)
        chosen = self._choose(exchange.path)
        if chosen is None:
            answer = await exchange.forward()
            self.history[exchange.path] = answer
            await exchange.send(answer.data)
            return True
        name, fault = chosen
        self.faults[name] += 1
        return await fault(exchange)


async def _read_answer(reader: asyncio.StreamReader) -> HttpAnswer:
    head = await reader.readuntil(_HEAD_END)
    return HttpAnswer(head, await reader.readexactly(int(header(head, b"content-length") or 0)))


def header(head: bytes, name: bytes) -> bytes:
    """Its value; empty when there is none."""
    for line in head.split(b"\r\n")[1:]:
        found, _, value = line.partition(b":")
        if found.strip().lower() == name:
            return value.strip()
    return b""


def with_body(answer: HttpAnswer, body: bytes, length: int | None = None) -> HttpAnswer:
    """The same head with the new body's length, or with a lie about it."""
    size = len(body) if length is None else length
    lines = answer.head.removesuffix(_HEAD_END).split(b"\r\n")
    kept = [line for line in lines if not line.lower().startswith(b"content-length:")]
    return HttpAnswer(b"\r\n".join([*kept, b"content-length: %d" % size]) + _HEAD_END, body)
