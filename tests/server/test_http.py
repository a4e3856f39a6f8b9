"""The HTTP face: every endpoint for every role, both encodings, limits, silence about people."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest
import requests
import zstandard

from sync.protocol import (
    ChallengeReply,
    ChallengeRequest,
    HelloReply,
    HelloRequest,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    compress,
    decompress,
    pack,
    unpack,
)
from sync.server import accounts
from sync.server.store import FormRow
from tests.helpers.server import serve
from tests.server.places import HandLaptop, Place, family_id
from tests.server.test_authorisation import MATRIX

MSGPACK = {"Content-Type": "application/msgpack", "Accept": "application/msgpack"}
CONTENT = b"isi berkas " * 5000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@dataclass
class Site:
    place: Place
    address: str

    def post(self, path: str, body: bytes, **headers: str) -> requests.Response:
        return requests.post(
            self.address + path,
            data=body,
            headers=MSGPACK | {name.replace("_", "-"): text for name, text in headers.items()},
            timeout=20,
        )

    def call(self, path: str, message: object, token: str = "") -> requests.Response:
        return self.post(path, pack(message), Authorization=f"Bearer {token}")

    def hello(self, laptop: HandLaptop) -> HelloRequest:
        reply = self.call("/v1/challenge", ChallengeRequest(device_id=laptop.device_id))
        return laptop.hello(unpack(reply.content, ChallengeReply).nonce)

    def token(self, laptop: HandLaptop) -> str:
        reply = self.call("/v1/hello", self.hello(laptop))
        return unpack(reply.content, HelloReply).token


@pytest.fixture
def site(place: Place) -> Iterator[Site]:
    with place.operation.store.writing() as transaction:
        transaction.questionnaires.put_content(
            SHA256, [CONTENT[start : start + 7000] for start in range(0, len(CONTENT), 7000)]
        )
        form = FormRow("sp2020_c1", "1", "", SHA256, len(CONTENT), in_force=True)
        transaction.questionnaires.put_form(form, place.operation.now())
    with serve(place.operation) as address:
        yield Site(place, address)


# ---------------------------------------------------------------------- every endpoint × role

ROLES = ("none", "expired", "officer", "supervisor", "stranger", "revoked")


def _token_of(site: Site, role: str) -> str:
    place = site.place
    if role == "none":
        return ""
    if role == "expired":
        token = site.token(place.one)
        place.clock.advance(minutes=16)
        return token
    laptop = {
        "officer": place.one,
        "supervisor": place.supervisor,
        "stranger": place.stranger,
        "revoked": place.one,
    }[role]
    token = site.token(laptop)
    if role == "revoked":
        accounts.revoke(place.operation, "ppl-01")
    return token


@pytest.mark.parametrize(
    ("role", "families"),
    [
        ("none", None),
        ("expired", None),
        ("revoked", None),
        ("officer", (1, 2, 3)),
        ("supervisor", (1, 2, 3, 4, 5, 6)),
        ("stranger", (7, 8)),
    ],
)
def test_pull_shows_each_role_its_own(
    site: Site, role: str, families: tuple[int, ...] | None
) -> None:
    reply = site.call("/v1/pull", PullRequest(cursor=0), _token_of(site, role))

    if families is None:
        assert reply.status_code == (403 if role == "revoked" else 401)
        assert "case:" not in reply.text
        return
    keys = {row.key for row in unpack(reply.content, PullReply).rows}
    shown = {key for key in keys if key.startswith("case:")}
    assert shown == {f"case:{family_id(number)}" for number in families}
    for number in range(1, 10):
        assert (f"Kepala Keluarga {number}".encode() in reply.content) == (number in families)


@pytest.mark.parametrize("role", ROLES)
def test_push_takes_from_every_session_and_from_nobody_without_one(site: Site, role: str) -> None:
    token = _token_of(site, role)
    envelope = site.place.one.visit(1)

    reply = site.call("/v1/push", PushRequest(envelopes=[envelope]), token)

    if role in ("none", "expired"):
        assert reply.status_code == 401
        assert site.place.rows("SELECT count(*) FROM envelope") == [(0,)]
        return
    (result,) = unpack(reply.content, PushReply).results
    expected = ("quarantined", "revoked") if role == "revoked" else ("stored", "")
    assert (result.status, result.reason) == expected
    assert site.place.payload(result)


@pytest.mark.parametrize("role", ROLES)
def test_content_is_for_open_accounts_only(site: Site, role: str) -> None:
    token = _token_of(site, role)

    reply = requests.get(
        f"{site.address}/v1/content/{SHA256}",
        headers={"Authorization": f"Bearer {token}"},
        timeout=20,
    )

    if role in ("officer", "supervisor", "stranger"):
        assert (reply.status_code, reply.content) == (200, CONTENT)
    else:
        assert reply.status_code == (403 if role == "revoked" else 401)
        assert b"isi berkas" not in reply.content


@pytest.mark.parametrize("role", ["officer", "revoked"])
def test_hello_offers_questionnaires_to_open_accounts_only(site: Site, role: str) -> None:
    if role == "revoked":
        accounts.revoke(site.place.operation, "ppl-01")

    reply = unpack(site.call("/v1/hello", site.hello(site.place.one)).content, HelloReply)

    assert [form.sha256 for form in reply.forms] == ([SHA256] if role == "officer" else [])


def test_hello_is_refused_when_the_laptop_is_unknown(site: Site) -> None:
    hello = msgspec.structs.replace(site.hello(site.place.one), device_id="nobody")

    reply = site.call("/v1/hello", hello)

    assert (reply.status_code, unpack(reply.content, dict)["code"]) == (401, "unknown_device")


# ---------------------------------------------------------------------- ranges


@pytest.mark.parametrize("start", [1, 6999, 7000, 7001, len(CONTENT) - 1])
def test_content_resumes_at_any_byte(site: Site, start: int) -> None:
    headers = {
        "Authorization": f"Bearer {site.token(site.place.one)}",
        "Range": f"bytes={start}-",
    }

    reply = requests.get(f"{site.address}/v1/content/{SHA256}", headers=headers, timeout=20)

    assert (reply.status_code, reply.content) == (206, CONTENT[start:])
    assert reply.headers["Content-Range"] == f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"


def test_content_behind_the_end_is_refused(site: Site) -> None:
    headers = {
        "Authorization": f"Bearer {site.token(site.place.one)}",
        "Range": f"bytes={len(CONTENT)}-",
    }

    reply = requests.get(f"{site.address}/v1/content/{SHA256}", headers=headers, timeout=20)

    assert reply.status_code == 416


# ---------------------------------------------------------------------- encodings and limits


def test_whole_session_works_in_plain_json(site: Site) -> None:
    laptop = site.place.one
    challenge = requests.post(
        f"{site.address}/v1/challenge", json={"device_id": laptop.device_id}, timeout=20
    ).json()
    hello = laptop.hello(base64.b64decode(challenge["nonce"]))
    token = requests.post(
        f"{site.address}/v1/hello", data=msgspec.json.encode(hello), timeout=20
    ).json()["token"]
    push = PushRequest(envelopes=[laptop.visit(1)])
    headers = {"Authorization": f"Bearer {token}"}

    pushed = requests.post(
        f"{site.address}/v1/push", data=msgspec.json.encode(push), headers=headers, timeout=20
    ).json()
    pulled = requests.post(
        f"{site.address}/v1/pull", json={"cursor": 0}, headers=headers, timeout=20
    ).json()

    assert pushed["results"][0]["status"] == "stored"
    assert any(row["key"] == f"case:{family_id(1)}" for row in pulled["rows"])


def test_zstd_is_understood_both_ways(site: Site) -> None:
    token = site.token(site.place.supervisor)

    with requests.post(
        f"{site.address}/v1/pull",
        data=compress(pack(PullRequest(cursor=0))),
        headers=MSGPACK
        | {
            "Content-Encoding": "zstd",
            "Accept-Encoding": "zstd",
            "Authorization": f"Bearer {token}",
        },
        stream=True,
        timeout=20,
    ) as reply:
        raw = reply.raw.read(decode_content=False)

    assert reply.headers["Content-Encoding"] == "zstd"
    assert reply.headers["Content-Type"] == "application/msgpack"
    assert unpack(decompress(raw), PullReply).rows


def test_decompression_bomb_is_refused(site: Site) -> None:
    compressor = zstandard.ZstdCompressor().compressobj()
    bomb = b"".join(compressor.compress(bytes(1_000_000)) for _ in range(100))
    bomb += compressor.flush()

    reply = site.post("/v1/pull", bomb, Content_Encoding="zstd")

    assert (reply.status_code, reply.json()["code"]) == (400, "bad_encoding")


def test_small_request_of_a_stranger_makes_no_mountain_of_objects(site: Site) -> None:
    """Two million empty maps weigh 150 bytes as zstd and 130 MB as objects."""
    count = 2_000_000
    maps = b"\xdd" + count.to_bytes(4, "big") + b"\x80" * count
    body = b"\x82" + pack("cursor") + pack(0) + pack("future") + maps
    tracemalloc.start()
    try:
        reply = site.post("/v1/pull", compress(body), Content_Encoding="zstd")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert reply.status_code == 401, "what a newer laptop adds is no fault"
    assert peak < 40_000_000


def test_body_over_the_limit_is_refused(site: Site) -> None:
    try:
        reply = site.post("/v1/pull", bytes(9 * 1024 * 1024))
    except requests.ConnectionError:
        return  # the server answered and hung up before all was sent
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)  # no store is reached
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"\xc1\xff", {}),
        (b"", {}),
        (pack({"cursor": "x"}), {}),
        (pack({"envelopes": []}), {}),
        (pack([1, 2]), {}),
        (pack({1: 2}), {}),
        (b"\x93" * 5000, {}),
        (b"[" * 100_000, {"Content_Type": "application/json"}),
        (b"{", {"Content_Type": "application/json"}),
        (b"x", {"Content_Encoding": "zstd"}),
        (b"x", {"Content_Encoding": "gzip"}),
        (b"<xml/>", {"Content_Type": "application/xml"}),
    ],
)
def test_malformed_request_is_refused_with_a_code(
    site: Site, body: bytes, headers: dict[str, str]
) -> None:
    token = site.token(site.place.one)

    reply = site.post("/v1/pull", body, Authorization=f"Bearer {token}", **headers)

    assert 400 <= reply.status_code < 500
    problem = _problem(reply)
    assert set(problem) == {"code", "text"}


def _problem(reply: requests.Response) -> dict[str, Any]:
    if reply.headers["Content-Type"].startswith("application/json"):
        found: dict[str, Any] = reply.json()
        return found
    return unpack(reply.content, dict)


def test_schema_describes_every_route(site: Site) -> None:
    schema = requests.get(f"{site.address}/schema", timeout=20).json()

    routes = {path.replace(":str}", "}") for _, path in MATRIX if not path.startswith("/schema")}
    assert set(schema["paths"]) == routes
    assert "PushRequest" in json.dumps(schema["paths"]["/v1/push"])


def test_health_answer_is_signed(site: Site) -> None:
    from nacl.signing import VerifyKey

    from sync.protocol import health_bytes

    reply = requests.get(f"{site.address}/v1/health?nonce=abc", timeout=20).json()

    signed = health_bytes("abc", reply["server_time"])
    key = VerifyKey(site.place.operation.keys.receipt_public)
    key.verify(signed, base64.b64decode(reply["signature"]))


def test_logs_and_addresses_hold_no_personal_data(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        token = site.token(site.place.one)
        site.call("/v1/push", PushRequest(envelopes=[site.place.one.interview(1)]), token)
        site.call("/v1/push", PushRequest(envelopes=[site.place.one.interview(5)]), token)
        site.call("/v1/pull", PullRequest(cursor=0), token)
        site.post("/v1/pull", b"\xc1", Authorization=f"Bearer {token}")

    text = "\n".join(record.getMessage() for record in caplog.records)
    assert "/v1/pull" in text
    assert not re.search(r"\d{16}|Kepala|Anggota|Contoh|Nama ppl", text)
    assert token not in text
