"""Claims at the door, on both stores."""

from __future__ import annotations

import pytest

from enumerator.errors import KnownError
from sync.protocol import Claimant
from sync.server.claiming import claim
from sync.server.operation import Operation, open_operation
from tests.server.places import HandLaptop, Place, family_id


def _claim(place: Place, laptop: HandLaptop, number: int) -> list[Claimant]:
    return claim(place.operation, laptop.account, family_id(number)).others


def test_who_is_at_the_door_is_told_to_the_next(place: Place) -> None:
    assert _claim(place, place.one, 1) == []
    place.clock.advance(minutes=12)

    (other,) = _claim(place, place.supervisor, 1)

    assert (other.login, other.name, other.role) == ("ppl-01", "Nama ppl-01", "officer")
    assert other.minutes_ago == 12
    assert [one.login for one in _claim(place, place.one, 1)] == ["pml-01"]


def test_nobody_is_told_of_himself(place: Place) -> None:
    _claim(place, place.one, 1)

    assert _claim(place, place.one, 1) == []


def test_claim_expires_after_two_hours(place: Place) -> None:
    _claim(place, place.one, 1)
    place.clock.advance(hours=1, minutes=59)
    assert len(_claim(place, place.supervisor, 1)) == 1
    place.clock.advance(minutes=2)

    assert [one.login for one in _claim(place, place.supervisor, 1)] == []
    place.clock.advance(hours=3)
    _claim(place, place.two, 4)
    assert place.rows("SELECT count(*) FROM claim") == [(1,)]


def test_former_officer_is_met_but_told_of_nobody(place: Place) -> None:
    place.assign("ppl-02", 1, move=True)
    _claim(place, place.two, 1)

    former = claim(place.operation, place.one.account, family_id(1))

    assert (former.is_yours, former.others) == (False, [])
    assert [one.login for one in _claim(place, place.two, 1)] == ["ppl-01"]


@pytest.mark.parametrize("number", [4, 9, 8888])
def test_family_of_others_or_of_nobody_is_told_nothing(place: Place, number: int) -> None:
    with pytest.raises(KnownError) as error:
        _claim(place, place.one, number)

    assert error.value.code == "not_assigned"
    assert place.rows("SELECT count(*) FROM claim") == [(0,)]


def test_other_teams_supervisor_is_told_nothing(place: Place) -> None:
    with pytest.raises(KnownError) as error:
        _claim(place, place.other_supervisor, 1)

    assert error.value.code == "not_assigned"


def test_claim_outlives_a_restart(place: Place) -> None:
    _claim(place, place.one, 1)
    place.operation.close()
    again: Operation = open_operation(
        place.root / "operation", place.database, clock=place.clock, chance=place.chance
    )
    place.operation = again

    assert [one.login for one in _claim(place, place.supervisor, 1)] == ["ppl-01"]
