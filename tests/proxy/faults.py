"""Every fault by its name. Each is what a real network between laptop and server was seen to do."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Mapping, Sequence

import msgspec

from enumerator.store.answer import Answer
from enumerator.store.receipt import PushResult, Receipt
from sync.protocol import (
    ZSTD,
    HaveReply,
    HealthReply,
    MediaHeld,
    PushReply,
    RelayReply,
    compress,
    decompress,
    pack,
    unpack,
)
from tests.proxy.proxy import Exchange, Fault, HttpAnswer, header, with_body
from tests.sync import strangers

_SHORT_BYTES = 40


async def cut_up_at_once(exchange: Exchange) -> bool:
    """The link dies after a few bytes of the upload."""
    await exchange.forward_part(exchange.random.randrange(_SHORT_BYTES))
    exchange.reset()
    return False


async def cut_up(exchange: Exchange) -> bool:
    """… after any number of bytes."""
    await exchange.forward_part(exchange.random.randrange(max(1, exchange.length)))
    exchange.reset()
    return False


async def cut_down_at_once(exchange: Exchange) -> bool:
    """Within the reply's head."""
    answer = await exchange.forward()
    await exchange.send(answer.head[: exchange.random.randrange(1, len(answer.head))])
    exchange.reset()
    return False


async def cut_down(exchange: Exchange) -> bool:
    """Within the reply's body."""
    answer = await exchange.forward()
    part = exchange.random.randrange(max(1, len(answer.body)))
    await exchange.send(answer.head + answer.body[:part])
    exchange.reset()
    return False


async def lost_request(exchange: Exchange) -> bool:
    await exchange.body()
    exchange.reset()
    return False


async def lost_reply(exchange: Exchange) -> bool:
    """The server has done it, and nobody hears so."""
    await exchange.forward()
    exchange.reset()
    return False


async def stall_up(exchange: Exchange) -> bool:
    """The request never arrives; no word comes back."""
    await exchange.wait_for_hanging_up()
    return False


async def stall_down(exchange: Exchange) -> bool:
    """Half a reply, then nothing."""
    answer = await exchange.forward()
    await exchange.send(answer.data[: len(answer.data) // 2])
    await exchange.wait_for_hanging_up()
    return False


async def reset(exchange: Exchange) -> bool:
    exchange.reset()
    return False


async def hang_up(exchange: Exchange) -> bool:
    """An orderly end without a reply."""
    await exchange.forward()
    return False


async def half_closed(exchange: Exchange) -> bool:
    """The far end stops sending in mid-reply and goes on listening."""
    answer = await exchange.forward()
    await exchange.send(answer.data[: exchange.random.randrange(len(answer.data))])
    exchange.end_of_replies()
    await exchange.wait_for_hanging_up()
    return False


async def duplicate(exchange: Exchange) -> bool:
    """The request arrives twice; the second reply is heard."""
    await exchange.forward()
    await exchange.send((await exchange.forward()).data)
    return True


async def duplicate_together(exchange: Exchange) -> bool:
    """Both at the same moment."""
    await exchange.body()
    first, second = await asyncio.gather(exchange.forward(), exchange.forward())
    await exchange.send(exchange.random.choice((first, second)).data)
    return True


async def late_duplicate(exchange: Exchange) -> bool:
    """It arrives once more when everything is over."""
    exchange.proxy.late.append(exchange.head + await exchange.body())
    await exchange.send((await exchange.forward()).data)
    return True


async def late_request(exchange: Exchange) -> bool:
    """The client gives up, and then it does arrive."""
    exchange.proxy.late.append(exchange.head + await exchange.body())
    exchange.reset()
    return False


async def corrupt_up(exchange: Exchange) -> bool:
    damaged = _damaged(await exchange.body(), exchange)
    await exchange.send((await exchange.forward(damaged)).data)
    return True


async def corrupt_message_up(exchange: Exchange) -> bool:
    """Damage that compression does not show: within the message itself."""
    body = await exchange.body()
    if header(exchange.head, b"content-encoding") == ZSTD.encode():
        damaged = compress(_damaged(decompress(body), exchange))
        head = with_body(HttpAnswer(exchange.head, b""), damaged).head
        exchange.head = head
    else:
        damaged = _damaged(body, exchange)
    await exchange.send((await exchange.forward(damaged)).data)
    return True


async def corrupt_down(exchange: Exchange) -> bool:
    answer = await exchange.forward()
    await exchange.send(answer.head + _damaged(answer.body, exchange))
    return True


async def corrupt_head_down(exchange: Exchange) -> bool:
    answer = await exchange.forward()
    await exchange.send(_damaged(answer.head, exchange) + answer.body)
    return False


async def wrong_signature(exchange: Exchange) -> bool:
    """Receipts, carried answers or the health answer, of somebody else's key."""
    answer = await exchange.forward()
    packed = header(answer.head, b"content-encoding") == ZSTD.encode()
    plain = decompress(answer.body) if packed else answer.body
    forged = _FORGERS[exchange.path](plain) if b" 200 " in answer.head[:15] else plain
    await exchange.send(with_body(answer, compress(forged) if packed else forged).data)
    return True


async def old_replay(exchange: Exchange) -> bool:
    """The reply to an earlier request of this kind, in place of this one's."""
    old = exchange.proxy.history.get(exchange.path)
    answer = await exchange.forward()
    exchange.proxy.history.setdefault(exchange.path, answer)
    await exchange.send((old or answer).data)
    return True


async def old_replay_alone(exchange: Exchange) -> bool:
    """… and this request does not even arrive."""
    old = exchange.proxy.history.get(exchange.path)
    if old is None:
        return await lost_request(exchange)
    await exchange.body()
    await exchange.send(old.data)
    return True


async def truncated_gzip(exchange: Exchange) -> bool:
    """Thirteen bytes that some libraries take for an empty success."""
    answer = await exchange.forward()
    cut = gzip.compress(answer.body)[:13]
    await exchange.send(strangers.http("200 OK", cut, _TYPE, "Content-Encoding: gzip"))
    return False


async def truncated_zstd(exchange: Exchange) -> bool:
    answer = await exchange.forward()
    whole = answer.body
    if header(answer.head, b"content-encoding") != ZSTD.encode():
        whole = compress(whole)
    cut = whole[: exchange.random.randrange(1, len(whole))]
    await exchange.send(strangers.http("200 OK", cut, _TYPE, "Content-Encoding: zstd"))
    return False


async def length_too_long(exchange: Exchange) -> bool:
    answer = await exchange.forward()
    await exchange.send(with_body(answer, answer.body, len(answer.body) + 7).data)
    return False


async def length_too_short(exchange: Exchange) -> bool:
    """The rest of the body stands where the next reply should begin."""
    answer = await exchange.forward()
    short = max(0, len(answer.body) - 7)
    await exchange.send(with_body(answer, answer.body, short).data)
    return True


async def timeout_after_commit(exchange: Exchange) -> bool:
    """A gateway that gives up although the server did it."""
    await exchange.forward()
    await exchange.send(strangers.http("504 Gateway Timeout", b"", "Content-Type: text/plain"))
    return False


_TYPE = "Content-Type: application/msgpack"


def _stranger(answer: bytes) -> Fault:
    """Somebody else answers; the request does not arrive."""

    async def say(exchange: Exchange) -> bool:
        await exchange.body()
        await exchange.send(answer)
        return False

    return say


FAULTS: Mapping[str, Fault] = {
    **{
        fault.__name__: fault
        for fault in (
            *(cut_up_at_once, cut_up, cut_down_at_once, cut_down, lost_request, lost_reply),
            *(stall_up, stall_down, reset, hang_up, half_closed),
            *(duplicate, duplicate_together, late_duplicate, late_request),
            *(corrupt_up, corrupt_message_up, corrupt_down, corrupt_head_down),
            *(wrong_signature, old_replay, old_replay_alone, truncated_gzip, truncated_zstd),
            *(length_too_long, length_too_short, timeout_after_commit),
        )
    },
    "bad_gateway_502": _stranger(strangers.BAD_GATEWAY),
    "unavailable_503": _stranger(strangers.UNAVAILABLE),
    "too_many_429": _stranger(
        strangers.http("429 Too Many Requests", b"", "Content-Type: text/plain", "Retry-After: 9")
    ),
    "html_200": _stranger(strangers.HTML),
    "portal_302": _stranger(strangers.REDIRECT),
    "login_511": _stranger(strangers.NETWORK_LOGIN),
    "liar_200": _stranger(strangers.LIAR),
    "no_http": _stranger(strangers.GARBAGE),
}


def _damaged(data: bytes, exchange: Exchange) -> bytes:
    """One to four bytes are others."""
    found = bytearray(data)
    for _ in range(exchange.random.randrange(1, 5)):
        if found:
            found[exchange.random.randrange(len(found))] ^= exchange.random.randrange(1, 256)
    return bytes(found)


def _forged_health(plain: bytes) -> bytes:
    return pack(msgspec.structs.replace(unpack(plain, HealthReply), signature=bytes(64)))


def _forged_push(plain: bytes) -> bytes:
    reply = unpack(plain, PushReply)
    return pack(msgspec.structs.replace(reply, results=_forged_results(reply.results)))


def _forged_have(plain: bytes) -> bytes:
    reply = unpack(plain, HaveReply)
    held = _forged_results(reply.held)
    media = [_forged_held(one) for one in reply.media]
    return pack(msgspec.structs.replace(reply, held=held, media=media))


def _forged_media(plain: bytes) -> bytes:
    return pack(_forged_held(unpack(plain, MediaHeld)))


def _forged_relay(plain: bytes) -> bytes:
    answers = [Answer(one.payload, bytes(64)) for one in unpack(plain, RelayReply).answers]
    return pack(RelayReply(answers=answers))


def _forged_results(results: Sequence[PushResult]) -> list[PushResult]:
    return [
        msgspec.structs.replace(result, receipt=Receipt(result.receipt.payload, bytes(64)))
        if result.receipt is not None
        else result
        for result in results
    ]


def _forged_held(held: MediaHeld) -> MediaHeld:
    """A receipt even for what the server has only in part."""
    payload = held.receipt.payload if held.receipt is not None else b""
    return msgspec.structs.replace(held, receipt=Receipt(payload, bytes(64)))


_FORGERS: Mapping[str, Callable[[bytes], bytes]] = {
    "/v1/health": _forged_health,
    "/v1/push": _forged_push,
    "/v1/have": _forged_have,
    "/v1/media": _forged_media,
    "/v1/relay": _forged_relay,
}
SIGNED = frozenset(_FORGERS)
"""Paths whose replies the server signs, in part or whole."""
