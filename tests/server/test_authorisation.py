"""Every route × every caller: the expected status, and no word of a family that the caller is not
entitled to now, in body, headers, address or log.

A new route fails :func:`test_every_route_has_a_row_in_the_matrix` until it has one in ``MATRIX``.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import dataclasses
import hashlib
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from litestar.routes import HTTPRoute
from nacl.public import PublicKey, SealedBox

from enumerator.store.envelope import NoteBody, VisitBody, canonical
from sync.protocol import (
    MSGPACK,
    ChallengeReply,
    ChallengeRequest,
    ClaimRequest,
    EnrolRequest,
    EnvelopeMark,
    HaveRequest,
    HelloReply,
    HelloRequest,
    MediaChunk,
    MediaMark,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    RelayRequest,
    SealedItem,
    pack,
    unpack,
)
from sync.server import accounts
from sync.server.app import make_app
from sync.server.desk import Desk
from sync.server.store import EscrowRow, FormRow, LaptopReport
from tests.helpers.field import card_number, family_id, nik
from tests.helpers.postgres import postgres
from tests.helpers.server import serve
from tests.server.places import HandLaptop, Place

FORM = b"<form>" + b"isi kuesioner " * 500 + b"</form>"
FORM_SHA256 = hashlib.sha256(FORM).hexdigest()

_HEADERS = {"Accept": MSGPACK, "Content-Type": MSGPACK}
ESCROW = b"kanari: kunci tersegel"
"""In place of every laptop's sealed key: no answer holds it, not even to its own laptop."""
REPORT = "kanari-laporan"
"""Of every laptop; no answer says what another one reported, a supervisor's only what to do."""
_MARKS = "SELECT envelope_id, envelope_hash FROM envelope ORDER BY number"

TEAM = frozenset({1, 2, 3, 4, 5, 6})
NONE: frozenset[int] = frozenset()
ENTITLED: Mapping[str, frozenset[int]] = {
    "officer": frozenset({1, 2, 3}),
    "other officer": frozenset({4, 5}),
    "former assignee": frozenset({6}),  # had family 1, visited and interviewed it
    "own supervisor": TEAM,
    "other supervisor": frozenset({7, 8}),
    "office": NONE,  # works on the server's folder; the wire knows no such account
    "revoked account": NONE,
    "revoked device": NONE,
    "nobody": NONE,
    "expired token": NONE,
    "other lineage": NONE,
}
"""Families whose data the caller may see; 9 is nobody's yet."""
CALLERS = tuple(ENTITLED)
OPEN = frozenset({"officer", "other officer", "former assignee", "own supervisor"}) | {
    "other supervisor"
}
CLOSED = frozenset({"revoked account", "revoked device"})


def expected(*, opened: int = 200, closed: int = 403, without: int = 401) -> dict[str, int]:
    """By caller: with a session, with one of a closed account or laptop, and without any."""
    return {
        caller: opened if caller in OPEN else closed if caller in CLOSED else without
        for caller in CALLERS
    }


ALL = expected(closed=200, without=200)


@dataclass
class Caller:
    token: str = ""
    laptop: HandLaptop | None = None


@dataclass
class Site:
    """One operation with planted families, served over loopback; callers with their tokens."""

    place: Place
    address: str
    callers: dict[str, Caller] = field(default_factory=dict)

    def send(
        self, method: str, path: str, caller: str, data: bytes | None = None, media: str = MSGPACK
    ) -> requests.Response:
        headers = {"Accept": media, "Content-Type": media}
        if token := self.callers[caller].token:
            headers["Authorization"] = f"Bearer {token}"
        return requests.request(method, self.address + path, data=data, headers=headers, timeout=20)

    def token(self, laptop: HandLaptop) -> str:
        return unpack(self.hello(laptop).content, HelloReply).token

    def hello(self, laptop: HandLaptop) -> requests.Response:
        return self.say_hello(self.hello_request(laptop))

    def hello_request(self, laptop: HandLaptop) -> HelloRequest:
        asked = ChallengeRequest(device_id=laptop.device_id)
        reply = requests.post(
            f"{self.address}/v1/challenge", data=pack(asked), headers=_HEADERS, timeout=20
        )
        return laptop.hello(unpack(reply.content, ChallengeReply).nonce)

    def say_hello(self, request: HelloRequest) -> requests.Response:
        return requests.post(
            f"{self.address}/v1/hello", data=pack(request), headers=_HEADERS, timeout=20
        )


# ---------------------------------------------------------------------- the matrix

Ask = Callable[[Site, str], requests.Response]


@dataclass(frozen=True)
class Row:
    ask: Ask
    statuses: Mapping[str, int]
    shows: bool = False
    """Whether the caller's own families come; nobody else's may, in any row."""


def _health(site: Site, caller: str) -> requests.Response:
    return site.send("GET", "/v1/health?nonce=abc", caller)


def _get(path: str) -> Ask:
    return lambda site, caller: site.send("GET", path, caller)


def _enrol(site: Site, caller: str) -> requests.Response:
    """A stranger to the code gets nothing of whose it is; what was typed is not repeated."""
    wrong = EnrolRequest(
        code="Kepala Keluarga 9",
        device_public_key=bytes(32),
        account_public_key=bytes(32),
        device_name=nik(9, 1),
    )
    return site.send("POST", "/v1/enrol", caller, pack(wrong))


def _challenge(site: Site, caller: str) -> requests.Response:
    laptop = site.callers[caller].laptop
    device_id = "nobody's" if laptop is None else laptop.device_id
    return site.send("POST", "/v1/challenge", caller, pack(ChallengeRequest(device_id=device_id)))


def _hello(site: Site, caller: str) -> requests.Response:
    """With another account's signature where the caller has no laptop of this operation."""
    laptop = site.callers[caller].laptop
    if laptop is not None:
        return site.hello(laptop)
    forged = site.place.stranger.hello(b"no nonce of this server")
    forged = msgspec.structs.replace(forged, account_id=site.place.one.account_id)
    return site.send("POST", "/v1/hello", caller, pack(forged))


def _push(site: Site, caller: str) -> requests.Response:
    """A visit to a family of another team, with a note that must not be repeated."""
    laptop = site.callers[caller].laptop or site.place.stranger
    note = NoteBody(family_id=family_id(9), text="catatan kanari 9")
    request = PushRequest(envelopes=[laptop.seal("note", canonical(note), family_id(9))])
    return site.send("POST", "/v1/push", caller, pack(request))


def _relay(site: Site, caller: str) -> requests.Response:
    box = SealedBox(PublicKey(site.place.operation.keys.seal_public))
    wire = _noted_visit(site.place.one, 1)
    request = RelayRequest(items=[SealedItem(sealed=box.encrypt(msgspec.msgpack.encode(wire)))])
    return site.send("POST", "/v1/relay", caller, pack(request))


def _have(site: Site, caller: str) -> requests.Response:
    """Everybody's envelopes and photos may be asked for; that they are there is all that comes."""
    marks = [EnvelopeMark(id=id_, hash=hash_) for id_, hash_ in site.place.rows(_MARKS)]
    request = HaveRequest(envelopes=marks, media=[MediaMark(sha256="0" * 64, size_bytes=5)])
    return site.send("POST", "/v1/have", caller, pack(request))


def _media(site: Site, caller: str) -> requests.Response:
    chunk = MediaChunk(sha256="0" * 64, size_bytes=100, offset=0, data=b"gambar kanari")
    return site.send("POST", "/v1/media", caller, pack(chunk))


def _pull(site: Site, caller: str) -> requests.Response:
    request = PullRequest(cursor=0, budget_bytes=10**6)
    return site.send("POST", "/v1/pull", caller, pack(request))


def _claim(site: Site, caller: str) -> requests.Response:
    """The door of family 4, where its own officer was."""
    request = ClaimRequest(family_id=family_id(4))
    return site.send("POST", "/v1/claim", caller, pack(request))


def _content(site: Site, caller: str) -> requests.Response:
    return site.send("GET", f"/v1/content/{FORM_SHA256}", caller)


MATRIX: Mapping[tuple[str, str], Row] = {
    ("GET", "/v1/health"): Row(_health, ALL),
    ("GET", "/v1/ready"): Row(_get("/v1/ready"), ALL),
    # To everybody here, because the tests ask from the server's own machine; see test_watching.
    ("GET", "/metrics"): Row(_get("/metrics"), ALL),
    ("POST", "/v1/enrol"): Row(_enrol, expected(opened=404, closed=404, without=404)),
    ("POST", "/v1/challenge"): Row(_challenge, ALL),
    # A closed account may say hello, to push what it has; an expired token is no hindrance.
    ("POST", "/v1/hello"): Row(_hello, expected(closed=200) | {"expired token": 200}),
    ("POST", "/v1/push"): Row(_push, expected(closed=200)),
    ("POST", "/v1/relay"): Row(_relay, expected(closed=200)),
    ("POST", "/v1/have"): Row(_have, expected(closed=200)),
    ("POST", "/v1/media"): Row(_media, expected(closed=200)),
    ("POST", "/v1/pull"): Row(_pull, expected(), shows=True),
    ("POST", "/v1/claim"): Row(
        _claim, expected(opened=403) | {"other officer": 200, "own supervisor": 200}
    ),
    ("GET", "/v1/content/{sha256:str}"): Row(_content, expected()),
    ("GET", "/schema"): Row(_get("/schema"), ALL),
    ("GET", "/schema/openapi.json"): Row(_get("/schema/openapi.json"), ALL),
    ("GET", "/schema/{path:str}"): Row(
        _get("/schema/other"), expected(opened=404, closed=404, without=404)
    ),
}


# ---------------------------------------------------------------------- canaries


def canaries(number: int) -> list[bytes]:
    """What is unique to this family, wherever it is planted: register, visits, interviews."""
    words = [
        f"Kepala Keluarga {number}",
        f"Anggota {number} 1",
        f"Anggota {number} 2",
        card_number(number),
        nik(number, 1),
        nik(number, 2),
        f"Jl. Contoh No. {number:04d}",
        f"catatan kanari {number}",
        f"jawaban kanari {number}",
    ]
    return [word.encode() for word in words]


def opened(data: bytes) -> bytes:
    """With everything that is base64 inside it, and the JSON it may be, once more in plain."""
    found = [data]
    with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
        found += _strings(msgspec.json.decode(data))
    return b"\n".join(found)


def _strings(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _strings(key)
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value.encode()
        with contextlib.suppress(binascii.Error, ValueError):
            yield base64.b64decode(value, validate=True)


def families_in(data: bytes) -> set[int]:
    plain = opened(data)
    return {number for number in range(1, 10) for word in canaries(number) if word in plain}


# ---------------------------------------------------------------------- the planted operation


class Sites:
    """One planted operation a store, made when first asked for."""

    def __init__(self, root: Path, closing: contextlib.ExitStack) -> None:
        self._root = root
        self._closing = closing
        self._made: dict[str, Site] = {}

    def on(self, database: str) -> Site:
        if database not in self._made:
            folder = self._root / database
            folder.mkdir()
            address = None
            if database == "postgres":
                address = postgres().new_database()
                self._closing.callback(postgres().drop, address)
            place = Place(folder, address)
            self._closing.callback(place.operation.close)
            site = Site(place, self._closing.enter_context(serve(place.operation)))
            self._made[database] = _planted(site)
        return self._made[database]


def _report_of(laptop: HandLaptop) -> LaptopReport:
    return LaptopReport(
        device_id=laptop.device_id,
        account_id=laptop.account_id,
        at="2020-09-14T00:00:00+00:00",
        program=REPORT,
        platform=REPORT,
        incarnation=REPORT,
        chain_length=1,
        set_aside=1,
        media_waiting=1,
        free_disk_bytes=1,
        database_ok=False,
        clock_difference_s=None,
    )


def _planted(site: Site) -> Site:
    place = site.place
    former = place.enrol("ppl-03", "officer", "pml-01")
    closed = place.enrol("ppl-04", "officer", "pml-01")
    closed_device = place.enrol("ppl-05", "officer", "pml-01")
    place.assign("ppl-03", 1, 6, move=True)
    laptops = {1: former, 2: place.one, 4: place.two, 6: former, 7: place.stranger}
    for number, laptop in laptops.items():
        assert laptop.push_one(_noted_visit(laptop, number)).status == "stored"
    interviews = [former.interview(1, "SEBAGIAN", "jawaban kanari 1")]
    assert former.push_one(interviews[0]).status == "stored"
    place.assign("ppl-01", 1, move=True)
    with place.operation.store.writing() as transaction:
        transaction.questionnaires.put_content(FORM_SHA256, [FORM])
        form = FormRow("sp2020_c1", "1", "", FORM_SHA256, len(FORM), in_force=True)
        transaction.questionnaires.put_form(form, place.operation.now())
        for one in (place.one, place.two, former, place.supervisor, closed, closed_device):
            row = EscrowRow(one.device_id, one.account_id, b"mark", ESCROW, "2020-09-15")
            transaction.escrows.put(row)
            transaction.reports.put(_report_of(one))

    expired = Caller(site.token(place.one), place.one)
    place.clock.advance(minutes=16)
    elsewhere = _token_of_another_lineage(site)
    laptops_by_name = {
        "officer": place.one,
        "other officer": place.two,
        "former assignee": former,
        "own supervisor": place.supervisor,
        "other supervisor": place.other_supervisor,
        "revoked account": closed,
        "revoked device": closed_device,
    }
    site.callers = {
        "office": Caller(base64.urlsafe_b64encode(place.operation.keys.receipt_seed).decode()),
        "nobody": Caller(),
        "expired token": expired,
        "other lineage": Caller(elsewhere),
        **{name: Caller(site.token(one), one) for name, one in laptops_by_name.items()},
    }
    accounts.revoke(place.operation, "ppl-04")
    place.execute(
        "UPDATE device SET revoked_at = '2020-09-15T01:00:00+00:00'"  # noqa: S608 (a test's own id)
        f" WHERE device_id = '{closed_device.device_id}'"
    )
    assert set(site.callers) == set(CALLERS)
    return site


def _noted_visit(laptop: HandLaptop, number: int) -> Any:
    body = VisitBody(
        visit_id=laptop.place.chance.uuid(),
        family_id=family_id(number),
        officer_id=laptop.account_id,
        started_at="2020-09-15T09:00:00+08:00",
        ended_at="2020-09-15T09:05:00+08:00",
        mode="visit",
        outcome="no_contact",
        note=f"catatan kanari {number}",
    )
    return laptop.seal("visit", canonical(body), number)


def _token_of_another_lineage(site: Site) -> str:
    """Of a server that was started from this one's backup: same keys, same accounts."""
    other = dataclasses.replace(site.place.operation, lineage="of another history")
    with serve(other) as address:
        return Site(site.place, address).token(site.place.one)


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    with contextlib.ExitStack() as closing:
        yield Sites(tmp_path_factory.mktemp("authorisation"), closing)


@pytest.fixture(params=["sqlite", "postgres"])
def site(request: pytest.FixtureRequest, sites: Sites) -> Site:
    return sites.on(request.param)


# ---------------------------------------------------------------------- tests


def test_every_route_has_a_row_in_the_matrix(sites: Sites) -> None:
    app = make_app(Desk(sites.on("sqlite").place.operation))
    routes = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
        if method != "OPTIONS"  # answered by the framework: the methods of the route
    }
    assert routes == set(MATRIX), "say in MATRIX who may call it, and how the tests ask for it"


@pytest.mark.parametrize("caller", CALLERS)
@pytest.mark.parametrize("route", MATRIX, ids=lambda route: " ".join(route))
def test_caller_gets_the_expected_answer_and_no_word_of_others(
    site: Site, route: tuple[str, str], caller: str, caplog: pytest.LogCaptureFixture
) -> None:
    row = MATRIX[route]
    with caplog.at_level(logging.DEBUG):
        reply = row.ask(site, caller)

    assert reply.status_code == row.statuses[caller], reply.text
    entitled = ENTITLED[caller] if row.shows else NONE
    assert families_in(reply.content) == entitled
    elsewhere = f"{reply.headers} {reply.url} {caplog.text}".encode()
    assert families_in(elsewhere) == NONE
    assert ESCROW not in opened(reply.content) + elsewhere
    assert REPORT.encode() not in opened(reply.content) + elsewhere
    token = site.callers[caller].token
    assert not token or token not in caplog.text


@pytest.mark.parametrize("caller", sorted(OPEN))
def test_same_holds_for_plain_json(site: Site, caller: str) -> None:
    data = msgspec.json.encode(PullRequest(cursor=0, budget_bytes=10**6))

    reply = site.send("POST", "/v1/pull", caller, data, media="application/json")

    assert families_in(reply.content) == ENTITLED[caller]


def test_former_assignee_hears_only_that_the_case_is_gone(site: Site) -> None:
    reply = unpack(_pull(site, "former assignee").content, PullReply)

    (row,) = [row for row in reply.rows if row.key == f"case:{family_id(1)}"]
    assert (row.gone, row.reason, row.body) == (True, "reassigned", b"")


@pytest.mark.parametrize(
    ("caller", "names"),
    [("officer", {b"Nama ppl-03"}), ("other officer", set()), ("former assignee", set())],
)
def test_officer_hears_the_names_only_of_teammates_who_worked_on_an_own_case(
    site: Site, caller: str, names: set[bytes]
) -> None:
    """Family 1 was visited and interviewed before it was reassigned to the officer."""
    assert set(re.findall(rb"Nama p[a-z]+-[0-9]+", opened(_pull(site, caller).content))) == names


@pytest.mark.parametrize(
    ("caller", "team"), [("own supervisor", 5), ("other supervisor", 1)], ids=["own", "other"]
)
def test_supervisor_hears_of_the_own_team_only(site: Site, caller: str, team: int) -> None:
    rows = unpack(_pull(site, caller).content, PullReply).rows

    names = {row.key for row in rows if row.key.startswith("officer:")}
    assert len(names) == team
    assert not names & {f"officer:{site.place.supervisor.account_id}"}


@pytest.mark.parametrize("caller", sorted(CLOSED))
def test_closed_account_or_laptop_is_told_of_no_questionnaire(site: Site, caller: str) -> None:
    assert unpack(_hello(site, caller).content, HelloReply).forms == []


@pytest.mark.parametrize("caller", sorted(CLOSED))
def test_what_a_closed_account_or_laptop_brings_is_held_without_effect(
    site: Site, caller: str
) -> None:
    laptop = site.callers[caller].laptop
    assert laptop is not None
    request = PushRequest(envelopes=[laptop.visit(2)])

    (result,) = unpack(
        site.send("POST", "/v1/push", caller, pack(request)).content, PushReply
    ).results

    assert (result.status, result.reason) == ("quarantined", "revoked")
    assert site.place.payload(result)


@pytest.mark.parametrize(
    "path",
    [
        *("/v1/enrol", "/v1/challenge", "/v1/hello", "/v1/push"),
        *("/v1/relay", "/v1/have", "/v1/media", "/v1/pull"),
    ],
)
@pytest.mark.parametrize("media", [MSGPACK, "application/json"])
@pytest.mark.parametrize(
    "shape",
    [
        {"code": ["Kepala Keluarga 9"], "device_id": ["Anggota 9 1"]},
        {"cursor": "Kepala Keluarga 9", "envelopes": "Anggota 9 1"},
        {"device_id": "Kepala Keluarga 9" * 30, "envelopes": [{"header": "Anggota 9 1"}]},
        "Kepala Keluarga 9",
    ],
    ids=["list", "word", "long", "bare"],
)
def test_what_was_sent_is_not_repeated_when_it_does_not_fit(
    sites: Sites, path: str, media: str, shape: object, caplog: pytest.LogCaptureFixture
) -> None:
    """A body is full of names: an error that quotes it would carry them into logs."""
    site = sites.on("sqlite")
    encode = msgspec.msgpack.encode if media == MSGPACK else msgspec.json.encode

    with caplog.at_level(logging.DEBUG):
        reply = site.send("POST", path, "officer", encode(shape), media)

    assert 400 <= reply.status_code < 500
    assert families_in(reply.content) == NONE
    assert families_in(caplog.text.encode()) == NONE


def test_canaries_are_found_where_they_are() -> None:
    inside = {"rows": [{"body": base64.b64encode(b"x " + nik(7, 1).encode()).decode()}]}

    assert families_in(msgspec.json.encode(inside)) == {7}
    assert families_in(pack({"name": "Anggota 8 2"})) == {8}
    assert families_in(b"nothing") == NONE
