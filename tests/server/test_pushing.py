"""Pushes that come at the same time share a transaction and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import requests

from enumerator.store.envelope import Envelope
from sync.compression import ACCEPTED, ZSTD, compress, decompress
from sync.protocol import MSGPACK, Problem, PushReply, PushRequest, pack, unpack
from sync.server import accounts
from sync.server.desk import Desk
from sync.server.pushing import Pushing, _Call, _Reply
from sync.server.sessions import Caller
from sync.server.store import no_space
from tests.helpers.server import serve
from tests.server.places import HandLaptop, Place, id_of
from tests.server.test_http import Site


class CountingDesk(Desk):
    """Notes how many pushes each transaction had; fails as it is told."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.operation)
        self.groups: list[int] = []
        self.failing: Exception | None = None
        self.poison = ""

    def push_together(self, pushes: Sequence[tuple[Caller, PushRequest]]) -> list[PushReply]:
        self.groups.append(len(pushes))
        if self.failing is not None:
            raise self.failing
        if self.poison in {id_of(one) for _, request in pushes for one in request.envelopes}:
            raise ArithmeticError("of our own making")
        return super().push_together(pushes)


class Lane:
    """The work of one group."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.desk = CountingDesk(place)
        self._pushing = Pushing(_nobody, self.desk)

    def call(self, laptop: HandLaptop, *envelopes: Envelope) -> _Call:
        hello = laptop.hello(self.desk._sessions.challenge(laptop.device_id))
        token = self.desk.hello(hello).token
        body = pack(PushRequest(envelopes=list(envelopes)))
        return _Call(f"Bearer {token}", body, is_compressed=False, accepted="")

    def answer(self, *calls: _Call) -> list[_Reply]:
        return self._pushing.answer(calls)


async def _nobody(*_: Any) -> None:
    raise AssertionError("not for the framework")


def _results(reply: _Reply) -> list[tuple[str, str]]:
    assert reply.status == 200
    return [(one.envelope_id, one.status) for one in unpack(reply.body, PushReply).results]


def _code(reply: _Reply) -> tuple[int, str]:
    return reply.status, unpack(reply.body, Problem).code


def test_each_of_a_group_is_let_in_or_refused_by_itself(place: Place) -> None:
    lane = Lane(place)
    one, two = place.one.visit(1), place.two.visit(4)
    stranger = _Call("Bearer bm9ib2R5", b"", is_compressed=False, accepted="")
    torn = _Call(lane.call(place.one).authorization, b"\x92", is_compressed=False, accepted="")
    bomb = _Call(torn.authorization, b"no zstd", is_compressed=True, accepted="")

    replies = lane.answer(
        lane.call(place.one, one), stranger, torn, bomb, lane.call(place.two, two)
    )

    assert _results(replies[0]) == [(id_of(one), "stored")]
    assert _code(replies[1]) == (401, "session_expired")
    assert _code(replies[2]) == (400, "bad_request")
    assert _code(replies[3]) == (400, "bad_encoding")
    assert _results(replies[4]) == [(id_of(two), "stored")]
    assert lane.desk.groups == [2]
    carried = place.rows("SELECT envelope_id, carried_by FROM envelope")
    expected = {(id_of(one), place.one.account_id), (id_of(two), place.two.account_id)}
    assert {tuple(row) for row in carried} == expected


def test_group_answers_as_pushes_one_after_the_other_do(place: Place) -> None:
    lane = Lane(place)
    visit, interview = place.one.visit(1), place.one.interview(1)
    foreign = place.two.interview(1)
    place.one.device_seed = b"\x01" * 32
    forged = place.one.visit(2)

    replies = lane.answer(
        lane.call(place.one, visit),
        lane.call(place.two, foreign),
        lane.call(place.one, interview, visit),
        lane.call(place.two, forged),
    )

    assert [_results(reply) for reply in replies] == [
        [(id_of(visit), "stored")],
        [(id_of(foreign), "quarantined")],
        [(id_of(interview), "stored"), (id_of(visit), "duplicate")],
        [(id_of(forged), "quarantined")],
    ]


def test_revocation_counts_for_the_next_group_already(place: Place) -> None:
    lane = Lane(place)
    calls = [lane.call(place.one, place.one.visit(1)), lane.call(place.two, place.two.visit(4))]
    accounts.revoke(place.operation, "ppl-01")

    revoked, other = lane.answer(*calls)

    assert [status for _, status in _results(revoked)] == ["quarantined"]
    assert [status for _, status in _results(other)] == ["stored"]


def test_fault_over_one_push_costs_the_others_nothing(
    place: Place, expect_log: Callable[[str], None]
) -> None:
    expect_log("POST /v1/push failed")
    lane = Lane(place)
    good, poison = place.one.visit(1), place.two.visit(4)
    lane.desk.poison = id_of(poison)

    replies = lane.answer(lane.call(place.one, good), lane.call(place.two, poison))

    assert _results(replies[0]) == [(id_of(good), "stored")]
    assert _code(replies[1]) == (500, "server_fault")
    assert lane.desk.groups == [2, 1, 1]
    assert len(place.rows("SELECT number FROM envelope")) == 1


def test_full_disk_is_told_to_all_of_a_group(
    place: Place, expect_log: Callable[[str], None]
) -> None:
    expect_log("POST /v1/push failed: no_space")
    lane = Lane(place)
    lane.desk.failing = no_space()

    replies = lane.answer(
        lane.call(place.one, place.one.visit(1)), lane.call(place.two, place.two.visit(4))
    )

    assert [_code(reply) for reply in replies] == [(503, "no_space")] * 2
    assert lane.desk.groups == [2]


def test_group_that_is_too_large_for_one_transaction_takes_several(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.server.pushing.MAX_ENVELOPES", 2)
    lane = Lane(place)
    calls = [lane.call(place.one, place.one.visit(number)) for number in (1, 2, 3)]

    replies = lane.answer(*calls)

    assert [status for reply in replies for _, status in _results(reply)] == ["stored"] * 3
    assert lane.desk.groups == [2, 1]


@pytest.mark.parametrize("envelopes", [1, 200], ids=["small", "large"])
def test_push_is_the_same_in_every_encoding(place: Place, envelopes: int) -> None:
    with serve(place.operation) as address:
        site = Site(place, address)
        token = site.token(place.one)
        for zipped in (False, True):
            for accept in (MSGPACK, f"{MSGPACK}, */*"):  # the second goes the framework's way
                work = [place.one.visit(1 + n % 3) for n in range(envelopes)]
                body = pack(PushRequest(envelopes=work))
                headers = {"Content-Encoding": ZSTD} if zipped else {}
                reply = requests.post(
                    f"{address}/v1/push",
                    data=compress(body, 1) if zipped else body,
                    headers={
                        **headers,
                        "Content-Type": MSGPACK,
                        "Accept": accept,
                        "Accept-Encoding": ACCEPTED if zipped else "identity",
                        "Authorization": f"Bearer {token}",
                    },
                    timeout=20,
                    stream=True,
                )
                content = reply.raw.read(decode_content=False)
                assert reply.status_code == 200
                assert reply.headers["Content-Type"] == MSGPACK
                assert reply.headers.get("Content-Encoding") == (ZSTD if zipped else None)
                results = unpack(decompress(content) if zipped else content, PushReply).results
                assert [(one.envelope_id, one.status) for one in results] == [
                    (id_of(one), "stored") for one in work
                ]
