"""The transport alone: what it refuses to believe."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from enumerator.clock import SystemChance
from enumerator.errors import KnownError
from sync.client.pace import FIRST_BYTES, HEADS_BYTES, LEAST_BYTES, Pace
from sync.client.probing import probe
from sync.client.transport import HttpTransport
from sync.protocol import (
    MAX_ENVELOPES,
    PUSH_BYTES,
    ChallengeReply,
    ChallengeRequest,
    HealthReply,
    compress,
    decompress,
    pack,
)
from tests.helpers.field import FieldOperation
from tests.sync.strangers import http, stranger

_CHALLENGE = ChallengeRequest(device_id="x")


def _call(answer: bytes) -> KnownError:
    with stranger(answer) as address:
        transport = HttpTransport(address, stall_s=5, connect_s=5)
        with pytest.raises(KnownError) as error:
            transport.call("/v1/challenge", _CHALLENGE, ChallengeReply)
        transport.close()
    return error.value


def test_importing_the_engine_does_not_import_requests() -> None:
    code = (
        "import sys, sync.client.engine, sync.client.transport, sync.client.schedule;"
        "heavy = {'requests', 'urllib3', 'litestar', 'pyxform', 'uvicorn'} & set(sys.modules);"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stderr


_GOOD = pack(ChallengeReply(nonce=b"n"))


def test_redirect_is_never_followed() -> None:
    """Not even to somebody who would give a valid answer."""
    with stranger(http("200 OK", _GOOD, "Content-Type: application/msgpack")) as elsewhere:
        error = _call(http("307 Temporary Redirect", b"", f"Location: {elsewhere}/v1/challenge"))

    assert error.code == "captive_portal"


@pytest.mark.parametrize("media", ["application/json", "text/plain", "", "application/x-msgpack"])
def test_answer_of_another_type_is_not_read(media: str) -> None:
    error = _call(http("200 OK", _GOOD, f"Content-Type: {media}"))

    assert error.code == "bad_reply"


def test_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with stranger(http("200 OK", _GOOD, "Content-Type: application/msgpack")) as address:
        transport = HttpTransport(address)
        reply = transport.call("/v1/challenge", _CHALLENGE, ChallengeReply)
        transport.close()

    assert reply.nonce == b"n"


def test_servers_own_error_keeps_its_code() -> None:
    body = pack({"code": "code_used", "text": "used"})

    error = _call(http("409 Conflict", body, "Content-Type: application/msgpack"))

    assert (error.code, str(error)) == ("code_used", "used")


def test_bomb_in_a_reply_is_refused() -> None:
    bomb = compress(bytes(40 * 1024 * 1024))

    error = _call(
        http("200 OK", bomb, "Content-Type: application/msgpack", "Content-Encoding: zstd")
    )

    assert error.code == "bad_reply"


def test_reply_over_the_limit_is_refused() -> None:
    error = _call(http("200 OK", bytes(9 * 1024 * 1024), "Content-Type: application/msgpack"))

    assert error.code == "bad_reply"


@pytest.mark.parametrize("cut", [1, 5, 9])
def test_frame_is_refused_when_it_is_cut(cut: int) -> None:
    with pytest.raises(ValueError, match="zstd"):
        decompress(compress(bytes(range(256)) * 20)[:-cut])


def test_probe_believes_the_enrolled_server_only(operation: FieldOperation) -> None:
    transport = operation.transport()
    chance = SystemChance()

    probe(transport, operation.server.operation.keys.receipt_public, chance)

    with pytest.raises(KnownError) as error:
        probe(transport, b"k" * 32, chance)
    assert error.value.code == "captive_portal"


def test_probe_is_not_fooled_by_a_recorded_answer(operation: FieldOperation) -> None:
    recorded = operation.transport().probe("nonce-of-yesterday")

    class Replaying(HttpTransport):
        def probe(self, nonce: str) -> HealthReply:
            del nonce
            return recorded

    with pytest.raises(KnownError) as error:
        probe(
            Replaying(operation.server.address),
            operation.server.operation.keys.receipt_public,
            SystemChance(),
        )
    assert error.value.code == "captive_portal"


def test_pushes_grow_on_a_fast_link_and_stay_small_on_a_slow_one() -> None:
    fast, slow = Pace(), Pace()
    for _ in range(5):
        fast.passed(MAX_ENVELOPES, fast.max_bytes, 50, fast.max_bytes // 6)
        slow.passed(3, slow.max_bytes, slow.max_bytes // 2, slow.max_bytes // 6)  # 2 kB/s

    assert fast.max_bytes == PUSH_BYTES
    assert slow.max_bytes == 20_000


def test_failing_pushes_shrink_to_one_envelope() -> None:
    pace = Pace()
    assert pace.max_bytes == FIRST_BYTES
    sent = MAX_ENVELOPES
    for _ in range(8):
        pace.failed(sent, is_cut=True)
        sent = pace.max_envelopes

    assert (pace.max_envelopes, pace.max_bytes) == (1, LEAST_BYTES)


def test_pushes_end_before_the_next_cut() -> None:
    """Of a link that cuts every 32 kB, after the first cut showed what it carries."""
    pace, left, lost = Pace(), 32_768, []
    for _ in range(60):
        size = pace.max_bytes
        carried = size // 6
        if carried + HEADS_BYTES > left:
            lost.append(left)
            pace.failed(MAX_ENVELOPES, is_cut=True)
            left = 32_768
        else:
            pace.passed(MAX_ENVELOPES, size, 50, carried)
            left -= carried + HEADS_BYTES

    assert len(lost) > 5
    assert max(lost[2:]) < 32_768 / 8


def test_pushes_grow_again_where_only_one_was_cut() -> None:
    pace = Pace()
    pace.passed(4, 32_000, 50, 5_000)
    pace.failed(MAX_ENVELOPES, is_cut=True)
    assert pace.max_bytes < 40_000
    for _ in range(12):
        pace.passed(MAX_ENVELOPES, pace.max_bytes, 50, pace.max_bytes // 6)

    assert pace.max_bytes == PUSH_BYTES


def test_only_the_transport_imports_requests() -> None:
    root = Path(__file__).parents[2]
    importers = [
        path.relative_to(root).as_posix()
        for package in ("sync", "enumerator", "ui")
        for path in (root / package).rglob("*.py")
        if "import requests" in path.read_text(encoding="utf-8")
    ]

    assert importers == ["sync/client/transport.py"]
