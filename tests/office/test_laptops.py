"""``enumerator office laptops``: who needs somebody, and what has not come in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from enumerator.errors import KnownError
from sync.protocol import Versions
from sync.server import accounts
from sync.server.office import main
from sync.server.sessions import Sessions
from tests.helpers.server import office
from tests.server.places import HandLaptop, Place


def _hello(laptop: HandLaptop, **changes: Any) -> None:
    sessions = Sessions(laptop.place.operation)
    said = {"versions": Versions(program="0.1", platform="Linux 6"), **changes}
    sessions.hello(laptop.hello(sessions.challenge(laptop.device_id), **said))


def _laptops(place: Place, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = office(place.root / "operation", "laptops", *arguments).facts[
        "laptops"
    ]
    return found


@pytest.fixture
def printed(place: Place, capsys: pytest.CaptureFixture[str]) -> Callable[..., list[str]]:
    def run(*arguments: str) -> list[str]:
        assert main(["--folder", str(place.root / "operation"), "laptops", *arguments]) == 0
        return capsys.readouterr().out.splitlines()

    return run


def test_laptops_in_trouble_come_first_and_the_silent_are_there_too(
    place: Place, printed: Callable[..., list[str]]
) -> None:
    place.one.visit(1)
    _hello(place.one, pending=1)
    _hello(place.stranger, database_ok=False, set_aside=2, media_waiting=3)

    lines = printed()

    words = [line.split() for line in lines]
    assert words[0][:4] == ["login", "name", "supervisor", "laptop"]
    assert words[1][:2] == ["!", "ppl-09"]
    assert words[1][-1] == "damaged"
    assert [row[0] for row in words[2:6]] == ["pml-01", "pml-09", "ppl-01", "ppl-02"]
    assert lines[-1] == "1 of 5 need somebody: those marked with !"
    cells = " ".join(words[4])
    assert cells == (
        f"ppl-01 Nama ppl-01 pml-01 {place.one.device_id[:8]} "
        f"{place.operation.now()[:16]}Z 1 0 0 0.1 - - ok"
    )
    assert words[5][-8:] == ["-"] * 8, "this one has never been here"


def test_facts_are_json_of_one_account_when_its_login_is_given(place: Place) -> None:
    place.one.push(place.one.visit(1))
    place.one.visit(2)
    _hello(
        place.one,
        pending=1,
        set_aside=1,
        wall_time="2020-09-01T00:00:00+08:00",
        free_disk_bytes=400_000_000,
    )

    (one,) = _laptops(place, "--login", "PPL-01")

    assert one["troubles"] == ["set_aside", "disk_low", "clock_wrong"]
    assert (one["unsent"], one["set_aside"], one["media_waiting"]) == (1, 1, 0)
    assert (one["supervisor"], one["platform"], one["state"]) == ("pml-01", "Linux 6", "")
    assert one["free_disk_bytes"] == 400_000_000
    assert one["clock_difference_s"] > 86_400


@pytest.mark.parametrize(
    ("wall_time", "shown"),
    [
        ("2020-09-15T01:00:30+00:00", "ok"),
        ("2020-09-15T00:58:00+00:00", "2 min slow"),
        ("2020-09-15T04:00:00+00:00", "3 h fast"),
        ("2019-09-15T01:00:00+00:00", "366 d slow"),
    ],
)
def test_clock_is_told_in_words(
    place: Place, printed: Callable[..., list[str]], wall_time: str, shown: str
) -> None:
    place.clock.set_wall(datetime(2020, 9, 15, 1, tzinfo=UTC))
    _hello(place.one, wall_time=wall_time)

    headings, line, *_ = printed("--login", "ppl-01")
    place_of_clock = headings.index("clock")
    assert line[place_of_clock : headings.index("database")].strip() == shown


def test_closed_laptop_is_nobodys_trouble(place: Place) -> None:
    _hello(place.one, set_aside=2)
    accounts.revoke(place.operation, "ppl-01")

    (one,) = _laptops(place, "--login", "ppl-01")

    assert (one["state"], one["troubles"], one["set_aside"]) == ("closed", [], 2)


def test_unknown_login_is_refused(place: Place) -> None:
    with pytest.raises(KnownError) as error:
        office(place.root / "operation", "laptops", "--login", "nobody")

    assert error.value.code == "no_such_account"
