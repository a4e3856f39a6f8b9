"""Reading ends with the lease, by whatever clock; saving and sending do not."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enumerator.errors import KnownError
from enumerator.store.lease import LeaseTerms, key_of_member
from enumerator.store.lease_code import days_of, is_response, new_challenge
from enumerator.store.lease_code import respond as answer
from enumerator.store.spoken_code import ALPHABET, grouped
from tests.helpers.hand_clock import SeededChance
from tests.store.builders import Laptop

OFFICE_KEY, TEAM_KEY = b"o" * 16, b"t" * 16
TERMS = LeaseTerms(days=7, office_key=OFFICE_KEY, team_key=TEAM_KEY)


@pytest.fixture
def leased(laptop: Laptop) -> Laptop:
    grant(laptop)
    return laptop


def grant(laptop: Laptop, terms: LeaseTerms = TERMS) -> None:
    laptop.store.note_server(
        lineage=laptop.server.lineage, safe_point=0, has_signed=True, lease=terms
    )


def jump(laptop: Laptop, **time: float) -> None:
    """The wall clock is set."""
    laptop.clock.set_wall(laptop.clock.now() + timedelta(**time))


def is_over(laptop: Laptop) -> bool:
    state = laptop.store.lease.state()
    assert state is not None
    assert state.is_over == laptop.store.lease.is_over()
    return state.is_over


def challenge_of(laptop: Laptop) -> str:
    state = laptop.store.lease.state()
    assert state is not None
    return state.challenge


def refusal(laptop: Laptop, code: str) -> KnownError:
    with pytest.raises(KnownError) as caught:
        laptop.store.lease.extend(code)
    return caught.value


def test_lease_ends_after_its_days_and_a_hello_opens_again(leased: Laptop) -> None:
    leased.clock.advance(days=7, seconds=-1)
    assert not is_over(leased)
    leased.clock.advance(seconds=1)
    assert is_over(leased)
    grant(leased)
    assert not is_over(leased)


def test_nothing_ends_before_a_server_granted_a_lease(laptop: Laptop) -> None:
    laptop.clock.advance(days=4000)
    assert laptop.store.lease.state() is None
    laptop.store.access.check()


def test_clock_set_back_lengthens_nothing(leased: Laptop) -> None:
    """While the program runs, the monotonic clock counts whatever the wall clock says."""
    for _ in range(7):
        leased.clock.advance(days=1)
        jump(leased, days=-30)
        leased.store.lease.is_over()
    assert is_over(leased)


def test_clock_set_back_between_openings_costs_a_day_each(leased: Laptop) -> None:
    for opened in range(7):
        assert not is_over(leased), opened
        jump(leased, days=-1)
        leased.reopen()
    assert is_over(leased)


def test_clock_corrected_by_minutes_costs_nothing(leased: Laptop) -> None:
    for _ in range(20):
        jump(leased, minutes=-5)
        leased.reopen()
    state = leased.store.lease.state()
    assert state is not None
    assert state.left.total_seconds() == pytest.approx(7 * 86400)


def test_clock_set_far_forward_locks_and_a_code_opens_with_nothing_lost(leased: Laptop) -> None:
    jump(leased, days=3650)
    before = leased.store.outbox.summary()
    assert is_over(leased)
    assert leased.store.lease.extend(answer(OFFICE_KEY, challenge_of(leased), 3)) == 3
    assert not is_over(leased)
    assert leased.store.outbox.summary() == before
    leased.clock.advance(days=3)
    assert is_over(leased)


def test_count_survives_the_program(leased: Laptop) -> None:
    for _ in range(7):
        leased.clock.advance(days=1)
        leased.store.lease.is_over()
        jump(leased, minutes=-24 * 60 + 1)
        leased.reopen()
    assert is_over(leased)


@pytest.mark.parametrize("key", [OFFICE_KEY, TEAM_KEY], ids=["office", "supervisor"])
def test_code_opens_once(leased: Laptop, key: bytes) -> None:
    leased.clock.advance(days=8)
    code = answer(key, challenge_of(leased), 2)
    assert leased.store.lease.extend(grouped(code).lower().replace("0", "o")) == 2
    assert not is_over(leased)
    assert refusal(leased, code).code == "wrong_lease_code"


def test_code_for_another_challenge_or_days_or_key_opens_nothing(leased: Laptop) -> None:
    leased.clock.advance(days=8)
    challenge = challenge_of(leased)
    other = new_challenge(b"another")
    assert refusal(leased, answer(OFFICE_KEY, other, 2)).code == "wrong_lease_code"
    assert refusal(leased, answer(b"x" * 16, challenge, 2)).code == "wrong_lease_code"
    code = answer(OFFICE_KEY, challenge, 2)
    more = next(
        forged for check in ALPHABET if _is_whole(forged := ALPHABET[9] + code[1:-1] + check)
    )
    assert refusal(leased, more).code == "wrong_lease_code"
    assert is_over(leased)


def _is_whole(code: str) -> bool:
    try:
        return days_of(code) > 0
    except KnownError:
        return False


def test_wrong_codes_wait_longer_and_longer(leased: Laptop) -> None:
    leased.clock.advance(days=8)
    right = answer(OFFICE_KEY, challenge_of(leased), 2)
    wrong = answer(b"x" * 16, challenge_of(leased), 2)
    for tries in range(1, 6):
        assert refusal(leased, wrong).facts["tries"] == tries
    for delay_s in (30, 60, 120):
        assert refusal(leased, right).facts == {"seconds": delay_s}
        leased.reopen()
        assert refusal(leased, right).code == "wait"
        leased.clock.advance(seconds=delay_s)
        assert refusal(leased, wrong).code == "wrong_lease_code"
    leased.clock.advance(seconds=240)
    assert leased.store.lease.extend(right) == 2


def test_mistyped_code_counts_no_try(leased: Laptop) -> None:
    code = answer(OFFICE_KEY, challenge_of(leased), 2)
    for place, letter in enumerate(code):
        other = "7" if letter != "7" else "8"
        assert refusal(leased, code[:place] + other + code[place + 1 :]).code == "mistyped_code"
    assert refusal(leased, "").code == "mistyped_code"
    assert refusal(leased, "ÄÖÜ").code == "mistyped_code"
    assert leased.store.lease.extend(code) == 2


def test_no_code_is_possible_where_the_server_gave_no_key(laptop: Laptop) -> None:
    assert refusal(laptop, answer(OFFICE_KEY, new_challenge(b"another"), 2)).code == (
        "no_code_possible"
    )


def test_supervisor_answers_for_the_own_team_only(leased: Laptop) -> None:
    own = b"s" * 16
    grant(leased, LeaseTerms(days=7, office_key=OFFICE_KEY, own_team=own))
    challenge = new_challenge(b"officer")
    code = leased.store.lease.answer_for("acc-ppl-02", challenge, 3)
    assert is_response(key_of_member(own, "acc-ppl-02"), challenge, code)
    assert not is_response(key_of_member(own, "acc-ppl-03"), challenge, code)
    assert not is_response(key_of_member(b"z" * 16, "acc-ppl-02"), challenge, code)
    with pytest.raises(KnownError) as caught:
        leased.store.lease.answer_for("acc-ppl-02", challenge[:-1], 3)
    assert caught.value.code == "bad_challenge"
    with pytest.raises(KnownError):
        leased.store.lease.answer_for("acc-ppl-02", challenge, 0)


def test_codes_are_short_enough_for_the_telephone() -> None:
    challenge = new_challenge(SeededChance(1).token(7))
    assert len(challenge) == 8
    assert len(answer(OFFICE_KEY, challenge, 31)) == 12
