"""The dictionary: used where both ends have it, never needed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
import requests
import zstandard

from sync.bench.interviews import interviews
from sync.bench.messages import Sealer
from sync.client.transport import HttpTransport
from sync.compression import ACCEPTED, DICTIONARY, common_dictionary, compress, decompress
from sync.protocol import (
    MSGPACK,
    ChallengeReply,
    ChallengeRequest,
    PushReply,
    PushRequest,
    pack,
    unpack,
)
from tests.helpers.server import RunningServer, start_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    with start_server(tmp_path / "operation") as running:
        yield running


def _push(count: int, seed: int) -> bytes:
    """Of families that the dictionary was not trained on."""
    chance = Random(seed)  # noqa: S311 (people, not secrets)
    sealer = Sealer("akun", "laptop", "hidup", chance.randbytes(32), chance.randbytes(32), chance)
    sealed = [sealer.interview("6300-0001", xml)[1] for xml in interviews(count, seed)]
    return pack(PushRequest(envelopes=sealed))


def test_interviews_weigh_below_700_bytes_with_the_dictionary() -> None:
    push = _push(6, 91)

    weight = len(compress(push, DICTIONARY, 19))

    assert weight / 6 < 700
    assert weight < 0.8 * len(compress(push, 0, 19))
    assert decompress(compress(push, DICTIONARY)) == push


def test_limit_holds_when_a_bomb_names_the_dictionary() -> None:
    with pytest.raises(ValueError, match="too large"):
        decompress(compress(bytes(2_000_000), DICTIONARY), 1_000_000)


def test_frame_with_a_dictionary_of_the_future_is_refused() -> None:
    samples: list[bytes | bytearray | memoryview[int]] = [
        b"rumah tangga %d anggota keluarga %d" % (n, n * 7) for n in range(4000)
    ]
    other = zstandard.train_dictionary(4096, samples, dict_id=DICTIONARY + 1)
    frame = zstandard.ZstdCompressor(dict_data=other).compress(b"anggota keluarga" * 20)

    with pytest.raises(ValueError, match="zstd"):
        decompress(frame)


@pytest.mark.parametrize("accepted", ["", "zstd", "gzip, deflate", "zstd;q=1", "zstd;d=2", "d=1"])
def test_end_that_names_no_dictionary_of_ours_gets_none(accepted: str) -> None:
    assert common_dictionary(accepted) == 0
    assert common_dictionary(f"gzip, {ACCEPTED}") == DICTIONARY


def test_laptop_uses_the_dictionary_when_the_server_has_offered_it(server: RunningServer) -> None:
    """An envelope of nobody is held all the same, and its session is refused: but read it was."""
    transport = HttpTransport(server.address)
    push = unpack(_push(1, 92), PushRequest)

    sizes = []
    for _ in range(2):
        before = transport.bytes_up
        with pytest.raises(Exception, match="hello"):
            transport.call("/v1/push", push, PushReply, "no token")
        sizes.append(transport.bytes_up - before)
        transport.call("/v1/challenge", ChallengeRequest(device_id="x"), ChallengeReply)
    transport.close()

    assert sizes[1] < 0.6 * sizes[0]


def test_old_laptop_is_answered_without_the_dictionary(server: RunningServer) -> None:
    answers = [
        requests.post(
            f"{server.address}/v1/challenge",
            data=pack(ChallengeRequest(device_id="x" * 200)),
            headers={"Content-Type": MSGPACK, "Accept": MSGPACK, "Accept-Encoding": accepted},
            timeout=20,
            stream=True,
        )
        for accepted in ("zstd", ACCEPTED)
    ]

    frames = [answer.raw.read(decode_content=False) for answer in answers]

    named = [zstandard.get_frame_parameters(frame).dict_id for frame in frames]
    assert named == [0, DICTIONARY]
    assert ["Accept-Encoding" in answer.headers for answer in answers] == [False, True]
    assert all(unpack(decompress(frame), ChallengeReply).nonce for frame in frames)


def test_laptop_goes_on_without_the_dictionary_when_another_server_lacks_it(
    server: RunningServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    transport = HttpTransport(server.address)
    request = ChallengeRequest(device_id="x" * 200)
    transport.call("/v1/challenge", request, ChallengeReply)

    def without(data: bytes, limit_bytes: int = 0) -> bytes:
        if zstandard.get_frame_parameters(data).dict_id:
            raise ValueError("not a zstd frame")
        return decompress(data, limit_bytes)

    monkeypatch.setattr("sync.server.wire_format.decompress", without)
    reply = transport.call("/v1/challenge", request, ChallengeReply)
    transport.close()

    assert reply.nonce
