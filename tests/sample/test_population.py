"""Synthetic families: valid numbers, people who can be related, and the same for the same seed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enumerator.model import FamilyCardNumber, Member, Nik
from enumerator.sample.kinship import LARGEST_FAMILY, Kin, Relationship, compose
from enumerator.sample.population import (
    CENSUS_DAY,
    FIRST_CARD_SERIAL,
    FIRST_NIK_SERIAL,
    VILLAGES,
    RegisteredFamily,
    _Home,
    _Register,
    area_codes,
    population,
)

NIK_SHAPE = re.compile(
    r"^(1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7])\d{4}"
    r"(0[1-9]|[12]\d|3[01]|4[1-9]|[56]\d|7[01])(0[1-9]|1[0-2])\d{2}\d{4}$"
)
# The questionnaire's own rule for a name.
NAME_SHAPE = re.compile(r"^[A-Za-z][A-Za-z .,'/-]{0,99}$")


@pytest.fixture(scope="module")
def families() -> tuple[RegisteredFamily, ...]:
    return tuple(population(2000, seed=7))


def everyone(families: tuple[RegisteredFamily, ...]) -> Iterator[Member]:
    for registered in families:
        yield from registered.members


def age(member: Member) -> int:
    born = date.fromisoformat(member.birth_date)
    had_no_birthday = (CENSUS_DAY.month, CENSUS_DAY.day) < (born.month, born.day)
    return CENSUS_DAY.year - born.year - had_no_birthday


def test_nik_has_the_issued_shape_but_an_unissued_serial(
    families: tuple[RegisteredFamily, ...],
) -> None:
    for member in everyone(families):
        assert NIK_SHAPE.match(member.nik)
        assert Nik.parse(member.nik).errors == ()
        assert int(member.nik[-4:]) >= FIRST_NIK_SERIAL


def test_nik_agrees_with_birth_date_and_sex(families: tuple[RegisteredFamily, ...]) -> None:
    for member in everyone(families):
        nik = Nik.parse(member.nik).value
        assert nik is not None
        born = date.fromisoformat(member.birth_date)
        assert nik.check(reference=CENSUS_DAY, birth_date=born, sex=member.sex) == ()
        assert nik.birth_date(CENSUS_DAY) == born  # without a stated date too


def test_nik_region_is_a_district_of_the_regions_file(
    families: tuple[RegisteredFamily, ...],
) -> None:
    districts = {code.replace(".", "") for code in area_codes("district")}
    assert {member.nik[:6] for member in everyone(families)} <= districts


def test_numbers_are_unique(families: tuple[RegisteredFamily, ...]) -> None:
    niks = [member.nik for member in everyone(families)]
    cards = [registered.family.card_number for registered in families]
    assert len(set(niks)) == len(niks)
    assert len(set(cards)) == len(cards)
    assert len({registered.family.id for registered in families}) == len(families)


def test_family_card_was_recorded_for_a_grown_head(families: tuple[RegisteredFamily, ...]) -> None:
    for registered in families:
        parsed = FamilyCardNumber.parse(registered.family.card_number)
        assert parsed.value is not None
        assert parsed.warnings == ()
        assert int(parsed.value.digits[-4:]) >= FIRST_CARD_SERIAL
        recorded = parsed.value.recorded_on(CENSUS_DAY)
        assert recorded is not None
        born = date.fromisoformat(registered.members[0].birth_date)
        assert (recorded - born).days >= 17 * 365


def test_family_has_one_head_who_comes_first(families: tuple[RegisteredFamily, ...]) -> None:
    for registered in families:
        codes = [member.relationship for member in registered.members]
        assert codes.count(Relationship.HEAD) == 1
        assert codes[0] == Relationship.HEAD
        assert codes.count(Relationship.SPOUSE) <= 1
        assert registered.family.head_name == registered.members[0].name
        assert registered.family.stated_size == len(registered.members)
        assert [member.line_no for member in registered.members] == [
            number for number, _ in enumerate(codes, start=1)
        ]


def test_names_pass_the_questionnaire_and_differ_within_a_family(
    families: tuple[RegisteredFamily, ...],
) -> None:
    for registered in families:
        names = [member.name for member in registered.members]
        assert len(set(names)) == len(names)
        assert all(NAME_SHAPE.match(name) for name in names)


# (relationship, least and most years by which the head is older). The questionnaire warns below
# 13 years to a child or a parent and below 26 to a grandchild.
HEAD_OLDER_BY = {
    Relationship.SPOUSE: (-4, 25),
    Relationship.CHILD: (18, 70),
    Relationship.GRANDCHILD: (36, 90),
    Relationship.PARENT: (-37, -18),
}


@pytest.mark.parametrize("relationship", HEAD_OLDER_BY)
def test_age_gap_to_the_head_is_one_that_happens(
    families: tuple[RegisteredFamily, ...], relationship: str
) -> None:
    least, most = HEAD_OLDER_BY[relationship]
    gaps = [
        age(registered.members[0]) - age(member)
        for registered in families
        for member in registered.members
        if member.relationship == relationship
    ]
    assert gaps
    assert least <= min(gaps)
    assert max(gaps) <= most


def test_spouses_are_of_different_sex_and_grown(families: tuple[RegisteredFamily, ...]) -> None:
    for registered in families:
        head = registered.members[0]
        assert age(head) >= 19
        for member in registered.members:
            if member.relationship == Relationship.SPOUSE:
                assert member.sex != head.sex
                assert age(member) >= 19


def test_parents_in_law_are_older_than_the_spouse(families: tuple[RegisteredFamily, ...]) -> None:
    seen = 0
    for registered in families:
        by_code = {member.relationship: member for member in registered.members}
        if in_law := by_code.get(Relationship.PARENT_IN_LAW):
            seen += 1
            assert age(in_law) - age(by_code[Relationship.SPOUSE]) >= 18
    assert seen


def test_children_in_law_come_with_a_grown_child(families: tuple[RegisteredFamily, ...]) -> None:
    seen = 0
    for registered in families:
        codes = {member.relationship for member in registered.members}
        if Relationship.CHILD_IN_LAW in codes:
            seen += 1
            eldest = next(
                member for member in registered.members if member.relationship == Relationship.CHILD
            )
            assert age(eldest) >= 21
    assert seen


def test_every_relationship_of_the_questionnaire_occurs(
    families: tuple[RegisteredFamily, ...],
) -> None:
    counted = Counter(member.relationship for member in everyone(families))
    assert set(counted) == {str(code) for code in range(1, 10)}


def test_sizes_and_ages_look_like_a_population(families: tuple[RegisteredFamily, ...]) -> None:
    sizes = [len(registered.members) for registered in families]
    assert 3.4 <= mean(sizes) <= 3.8
    assert min(sizes) == 1
    assert max(sizes) <= LARGEST_FAMILY
    people = list(everyone(families))
    men = sum(member.sex == "1" for member in people) / len(people)
    assert 0.46 <= men <= 0.54
    ages = [age(member) for member in people]
    assert min(ages) >= 0
    assert max(ages) <= 98
    assert 0.2 <= sum(years < 15 for years in ages) / len(ages) <= 0.35
    assert 0.03 <= sum(years >= 65 for years in ages) / len(ages) <= 0.14


def test_families_are_spread_over_real_villages(families: tuple[RegisteredFamily, ...]) -> None:
    assert set(VILLAGES).issubset(area_codes("village"))
    assert len({village[:5] for village in VILLAGES}) in (2, 3)
    counted = Counter(registered.family.village for registered in families)
    assert set(counted) == set(VILLAGES)
    assert max(counted.values()) - min(counted.values()) <= 1


def test_addresses_differ_within_a_village(families: tuple[RegisteredFamily, ...]) -> None:
    places = [
        (registered.family.village, registered.family.sls, registered.family.address)
        for registered in families
    ]
    assert len(set(places)) == len(places)


def test_online_status_is_one_of_the_two_that_are_followed_up(
    families: tuple[RegisteredFamily, ...],
) -> None:
    counted = Counter(registered.family.online_status for registered in families)
    assert set(counted) == {"belum", "tidak lengkap"}
    assert 0.2 <= counted["tidak lengkap"] / len(families) <= 0.4


@given(seed=st.integers(min_value=0), size=st.integers(min_value=1, max_value=LARGEST_FAMILY))
@settings(deadline=None)
def test_composition_has_the_size_asked_for_and_possible_ages(seed: int, size: int) -> None:
    people = compose(Random(seed), size)  # noqa: S311 -- the sample's own source of chance
    assert len(people) == size
    assert all(0 <= kin.age_years <= 98 for kin in people)


@given(seed=st.integers(min_value=0), size=st.integers(min_value=0, max_value=40))
@settings(max_examples=40, deadline=None)
def test_population_is_the_same_when_the_seed_is(seed: int, size: int) -> None:
    once = list(population(size, seed=seed))
    assert len(once) == size
    assert list(population(size, seed=seed)) == once


def test_population_differs_when_the_seed_does() -> None:
    assert list(population(5, seed=1)) != list(population(5, seed=2))


def test_population_streams_when_it_is_larger_than_anybody_waits_for() -> None:
    first = list(islice(population(80_000_000), 3))
    assert [registered.family.id[-8:] for registered in first] == [
        "00000001",
        "00000002",
        "00000003",
    ]


def test_numbers_stay_unique_when_a_day_runs_out_of_serials(
    exhausted_day: Callable[[], tuple[list[str], list[str]]],
) -> None:
    niks, cards = exhausted_day()
    assert len(set(niks)) == len(niks) == 1100
    assert len(set(cards)) == len(cards) == 1100
    assert {len(number) for number in niks + cards} == {16}


@pytest.fixture
def exhausted_day() -> Callable[[], tuple[list[str], list[str]]]:
    def numbers() -> tuple[list[str], list[str]]:
        register = _Register(Random(1))  # noqa: S311 -- the sample's own source of chance
        home = _Home(VILLAGES[0], "RT 001 RW 001", "Jl. Melati No. 1")
        child = Kin(Relationship.CHILD, "2", 10.0)
        niks = [register._nik(child, home)[0] for _ in range(1100)]
        young_head = date(2003, 6, 28)  # 17 two days before the last card
        cards = [register._card_number(home, young_head) for _ in range(1100)]
        return niks, cards

    return numbers
