"""Some of the roads at every run; ``python -m tests.proxy`` travels all of them, many times."""

from __future__ import annotations

from pathlib import Path

import pytest

from enumerator.errors import KnownError
from sync.client.transport import HttpTransport
from sync.protocol import ChallengeReply, ChallengeRequest
from tests.helpers.server import start_server
from tests.proxy.faults import FAULTS, SIGNED
from tests.proxy.proxy import FaultProxy, Link
from tests.proxy.recipes import CARRYING, RECIPES, Playing, Recipe, Step
from tests.proxy.running import outcomes_of, summarise
from tests.proxy.thin_link import MOST_RATIO, bytes_ratio

_SHORT = (
    *("reply_lost_at_every_step", "everything_twice_at_once", "envelopes_damaged"),
    *("forged_receipts", "old_replies", "cut_every_4_kb", "anything"),
)


def test_nothing_is_lost_or_doubled_on_bad_roads(tmp_path: Path) -> None:
    chosen = [recipe for recipe in RECIPES if recipe.name in _SHORT]

    summary = summarise(outcomes_of(chosen, [1], 1, tmp_path))

    assert summary["ok"], summary
    assert summary["runs"] == len(_SHORT)


def test_recipes_are_forty_and_use_every_fault() -> None:
    used = {step.fault for recipe in RECIPES for step in recipe.steps}
    used |= {name for recipe in RECIPES for name in recipe.mixed}
    assert len({recipe.name for recipe in RECIPES}) == len(RECIPES) == 40
    assert used == set(FAULTS)


@pytest.mark.parametrize("path", CARRYING)
def test_every_fault_comes_where_more_than_envelopes_goes(path: str) -> None:
    stepped = {step.fault for recipe in RECIPES for step in recipe.steps if step.at == path}
    assert set(FAULTS) - stepped == (set() if path in SIGNED else {"wrong_signature"})


def test_link_that_cuts_every_32_kb_costs_little_more_than_a_whole_one(tmp_path: Path) -> None:
    assert bytes_ratio(tmp_path, 1) <= MOST_RATIO


_HARMLESS = {"duplicate", "duplicate_together", "late_duplicate", "old_replay"}
_BY_CHANCE = {"corrupt_up", "corrupt_message_up", "corrupt_down", "corrupt_head_down"}
_SIGNED_ONLY = {"wrong_signature"}
_SLOW = {"stall_up", "stall_down", "half_closed"}


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - _HARMLESS - _BY_CHANCE - _SIGNED_ONLY))
def test_fault_is_noticed_by_the_client(tmp_path: Path, fault: str) -> None:
    playing = Playing(Recipe("one", (Step(fault),)), "1")
    with start_server(tmp_path / "operation") as server, FaultProxy(server.address) as proxy:
        proxy.play(playing, Link(), 1)
        stall_s = 0.3 if fault in _SLOW else 5
        transport = HttpTransport(proxy.address, stall_s=stall_s, connect_s=5)
        with pytest.raises(KnownError):
            transport.call("/v1/challenge", ChallengeRequest(device_id="x"), ChallengeReply)
        assert (playing.is_over, proxy.faults[fault]) == (True, 1)
        again = HttpTransport(proxy.address, stall_s=5, connect_s=5)
        assert again.call("/v1/challenge", ChallengeRequest(device_id="x"), ChallengeReply).nonce
        transport.close()
        again.close()


def test_link_cuts_at_every_so_many_bytes(tmp_path: Path) -> None:
    with start_server(tmp_path / "operation") as server, FaultProxy(server.address) as proxy:
        proxy.play(lambda _path: None, Link(cut_every=300), 1)
        transport = HttpTransport(proxy.address, stall_s=5, connect_s=5)
        failed = 0
        for _ in range(12):
            try:
                transport.call("/v1/challenge", ChallengeRequest(device_id="x"), ChallengeReply)
            except KnownError:
                failed += 1
        transport.close()
    assert 0 < failed == proxy.cuts
