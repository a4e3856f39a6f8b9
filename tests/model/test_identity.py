from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enumerator.model import FamilyCardNumber, Nik, NikSentinel, masked, same_person

CENSUS_DAY = date(2020, 9, 15)
WOMAN = "6371014203689001"


def nik(text: str) -> Nik:
    value = Nik.parse(text).value
    assert value is not None
    return value


def test_nik_is_a_woman_born_2_march_1968_when_40_was_added_to_the_day() -> None:
    woman = nik(WOMAN)
    assert woman.sex == "2"
    assert woman.birth_date(CENSUS_DAY) == date(1968, 3, 2)
    assert woman.region == "637101"


@pytest.mark.parametrize(
    ("digits", "born"),
    [
        ("6371011509209001", date(2020, 9, 15)),
        ("6371011609209001", date(1920, 9, 16)),
        ("6371012902009001", date(2000, 2, 29)),
        ("6371017112999001", date(1999, 12, 31)),
    ],
)
def test_century_is_the_latest_that_is_not_after_the_reference_date(
    digits: str, born: date
) -> None:
    assert nik(digits).birth_date(CENSUS_DAY) == born


def test_stated_birth_date_decides_the_century_when_its_digits_agree() -> None:
    centenarian = nik("6371011005159001")
    assert centenarian.birth_date(CENSUS_DAY) == date(2015, 5, 10)
    assert centenarian.birth_date(CENSUS_DAY, date(1915, 5, 10)) == date(1915, 5, 10)
    assert centenarian.birth_date(CENSUS_DAY, date(1915, 5, 11)) == date(2015, 5, 10)


def test_a_day_that_no_century_has_is_a_warning_and_no_birth_date() -> None:
    parsed = Nik.parse("6371013102689001")
    assert parsed.warnings == ("impossible_date",)
    assert parsed.value is not None
    assert parsed.value.birth_date(CENSUS_DAY) is None


@pytest.mark.parametrize(
    ("text", "errors"),
    [
        ("", ("empty",)),
        ("   ", ("empty",)),
        ("637101420368900", ("length",)),
        ("63710142036890011", ("length",)),
        ("63710142O3689001", ("not_digits",)),
        ("٦٣٧١٠١٤٢٠٣٦٨٩٠٠١", ("not_digits",)),
        ("0", ("placeholder",)),
        ("0000000000000000", ("placeholder",)),
        ("1111111111111111", ("placeholder",)),
        ("2371014203689001", ("region",)),
        ("6371017203689001", ("date",)),
        ("6371014003689001", ("date",)),
        ("6371014213689001", ("date",)),
        ("6371014203680000", ("serial",)),
        ("9999999999999994", ("sentinel",)),
        ("9999999999999999", ("sentinel",)),
    ],
)
def test_malformed_nik_has_no_value_and_says_why(text: str, errors: tuple[str, ...]) -> None:
    parsed = Nik.parse(text)
    assert parsed.value is None
    assert parsed.errors == errors


def test_sentinels_are_told_apart_when_a_nik_is_missing() -> None:
    assert NikSentinel.of("9999999999999995") is NikSentinel.NONE_UNDER_17
    assert NikSentinel.of("9999 9999 9999 9996") is NikSentinel.NONE_17_OR_OVER
    assert NikSentinel.of(WOMAN) is None


@pytest.mark.parametrize(
    "placeholder", ["0", "0000000000000000", "9999999999999994", "9999999999999999", "", "123"]
)
def test_placeholders_never_match_two_people_as_one(placeholder: str) -> None:
    assert not same_person(placeholder, placeholder)


def test_same_nik_matches_when_written_with_separators() -> None:
    assert same_person("6371.0142.0368.9001", WOMAN)
    assert not same_person(WOMAN, "6371014203689002")


def test_check_warns_only_of_what_was_stated_differently() -> None:
    woman = nik(WOMAN)
    assert woman.check(reference=CENSUS_DAY) == ()
    agreeing = woman.check(
        reference=CENSUS_DAY, birth_date=date(1968, 3, 2), sex="2", region="63.71.01"
    )
    assert agreeing == ()
    differing = woman.check(
        reference=CENSUS_DAY, birth_date=date(1968, 3, 3), sex="1", region="63.71.02"
    )
    assert differing == ("birth_date_differs", "sex_differs", "region_differs")


def test_masked_hides_the_birth_date_in_lists_and_in_reprs() -> None:
    assert masked(WOMAN) == "637101********01"
    woman = nik(WOMAN)
    assert {str(woman), repr(woman)[4:-1], woman.masked()} == {"637101********01"}
    assert masked("1234") == "****"
    assert masked("") == ""


def test_family_card_number_has_a_recording_date_without_40_added() -> None:
    card = FamilyCardNumber.parse("6302020111159002").value
    assert card is not None
    assert card.recorded_on(CENSUS_DAY) == date(2015, 11, 1)
    assert card.masked() == "630202********02"


def test_family_card_number_pattern_is_a_warning_when_an_old_card_deviates() -> None:
    parsed = FamilyCardNumber.parse("6302024111159002")
    assert parsed.value is not None
    assert parsed.warnings == ("date",)
    assert FamilyCardNumber.parse("6302020111150000").errors == ("serial",)
    assert FamilyCardNumber.parse("0").errors == ("placeholder",)


@given(
    born=st.dates(date(1921, 1, 1), date(2020, 9, 15)),
    woman=st.booleans(),
    serial=st.integers(9001, 9999),
)
def test_nik_gives_back_the_birth_date_and_sex_that_it_was_made_of(
    born: date, woman: bool, serial: int
) -> None:
    day = born.day + (40 if woman else 0)
    value = nik(f"637101{day:02}{born:%m%y}{serial:04}")
    assert value.birth_date(CENSUS_DAY, born) == born
    assert value.sex == ("2" if woman else "1")
    if born > date(1920, 9, 15):
        assert value.birth_date(CENSUS_DAY) == born


@given(st.text(max_size=20))
def test_parsing_any_text_gives_a_value_or_reasons(text: str) -> None:
    for parsed in (Nik.parse(text), FamilyCardNumber.parse(text)):
        assert (parsed.value is None) == bool(parsed.errors)
