"""What officers type, and how it is understood."""

from __future__ import annotations

from datetime import date, time, timedelta, timezone

import pytest

from ui.questions.lexical import (
    NotUnderstood,
    compact_digits,
    in_fours,
    lexical_moment,
    parse_date,
    parse_decimal,
    parse_degrees,
    parse_integer,
    parse_time,
    split_place,
    typed_date,
    typed_time,
)

TODAY = date(2020, 9, 15)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2-1-1990", date(1990, 1, 2)),
        ("02/01/1990", date(1990, 1, 2)),
        ("2 1 90", date(1990, 1, 2)),
        ("020190", date(1990, 1, 2)),
        ("02011990", date(1990, 1, 2)),
        ("2 Januari 1990", date(1990, 1, 2)),
        ("2 agu 2001", date(2001, 8, 2)),
        ("1990-01-02", date(1990, 1, 2)),
        ("2.1.1990", date(1990, 1, 2)),
        ("150920", date(2020, 9, 15)),
        ("160920", date(1920, 9, 16)),
        ("290220", date(2020, 2, 29)),
    ],
)
def test_date_is_understood_when_written_in_a_usual_way(text: str, meant: date) -> None:
    assert parse_date(text, TODAY) == meant


@pytest.mark.parametrize("text", ["", "31-2-1990", "1990", "2-13-1990", "dua", "2-1-990", "12345"])
def test_date_is_refused_when_it_is_no_day(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_date(text, TODAY)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("16.30", time(16, 30)), ("1630", time(16, 30)), ("9", time(9)), ("09:05", time(9, 5))],
)
def test_time_is_understood_when_written_in_a_usual_way(text: str, meant: time) -> None:
    assert parse_time(text) == meant


@pytest.mark.parametrize("text", ["24.00", "7.61", "pagi", "123456"])
def test_time_is_refused_when_there_is_none(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_time(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("1300", "1300"), ("1.300", "1300"), ("1 300 000", "1300000"), ("-5", "-5"), ("007", "7")],
)
def test_whole_number_is_plain_when_typed_with_groups(text: str, meant: str) -> None:
    assert parse_integer(text) == meant


@pytest.mark.parametrize("text", ["1,5", "1.5", "abc", "1.30", "", "12a"])
def test_whole_number_is_refused_when_it_is_none(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse_integer(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [("12,5", "12.5"), ("12.5", "12.5"), ("1.234,50", "1234.5"), ("0.125", "0.125"), ("-3", "-3")],
)
def test_decimal_is_understood_when_comma_or_point(text: str, meant: str) -> None:
    assert parse_decimal(text) == meant


def test_decimal_is_refused_when_it_has_two_readings() -> None:
    with pytest.raises(NotUnderstood, match="ambiguous_decimal"):
        parse_decimal("1.234")


def test_degrees_are_refused_when_beyond_the_limit() -> None:
    assert parse_degrees("-3,3186", 90) == "-3.3186"
    with pytest.raises(NotUnderstood):
        parse_degrees("114,5", 90)


def test_pasted_pair_is_split_when_both_coordinates_are_in_it() -> None:
    assert split_place("-3.3186, 114.5944") == ("-3.3186", "114.5944")
    assert split_place("-3,3186") is None


def test_numbers_stand_in_fours_when_shown_and_lose_the_gaps_when_stored() -> None:
    assert in_fours("6371014203689001") == "6371 0142 0368 9001"
    assert compact_digits("6371 0142 0368 9001") == "6371014203689001"
    assert compact_digits("tidak tahu") == "tidak tahu"


def test_moment_carries_the_zone_when_stored() -> None:
    wita = timezone(timedelta(hours=8))
    stored = lexical_moment(date(2020, 9, 17), time(16, 30), wita)
    assert stored == "2020-09-17T16:30:00.000+08:00"
    assert (typed_date(stored), typed_time(stored)) == ("17-09-2020", "16.30")
