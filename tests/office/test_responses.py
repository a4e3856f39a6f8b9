"""Self-responses: matched by No. KK and a member's NIK, both agreeing on one family."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tests.helpers.field import (
    FAMILY_HEADING,
    MEMBER_HEADING,
    card_number,
    family_id,
    family_row,
    member_rows,
    nik,
    write_csv,
)
from tests.helpers.server import OfficeRun, office
from tests.server.places import Place

TIME = "2020-09-14T20:00:00+08:00"


def _load(place: Place, *rows: Sequence[str]) -> OfficeRun:
    path = write_csv(place.root / "responses.csv", ("no_kk", "nik", "status", "submitted_at"), rows)
    return office(place.root / "operation", "load-responses", path)


def test_any_members_nik_matches_with_the_familys_card(place: Place) -> None:
    run = _load(
        place,
        (card_number(1), nik(1, 1), "complete", TIME),
        (card_number(2), nik(2, 2), "complete", TIME),
    )

    assert (run.status, run.facts["complete"]) == (0, 2)
    assert place.one.live_families() == {family_id(3)}


def test_rows_that_fit_no_family_are_told_by_line(place: Place) -> None:
    run = _load(
        place,
        (card_number(1), nik(2, 1), "complete", TIME),
        (card_number(77), nik(1, 1), "complete", TIME),
        (card_number(1), "9999999999999996", "complete", TIME),
        (card_number(1), "0", "complete", TIME),
        (card_number(1), nik(1, 1), "selesai", TIME),
        (card_number(1), nik(1, 1), "complete", "kemarin"),
    )

    assert run.status == 1
    assert [(fault["line"], fault["reason"]) for fault in run.facts["faults"]] == [
        (2, "unmatched"),
        (3, "unmatched"),
        (4, "unusable_nik"),
        (5, "unusable_nik"),
        (6, "bad_status"),
        (7, "bad_time"),
    ]
    assert len(place.one.live_families()) == 3
    assert nik(2, 1) not in run.output


def test_row_is_ambiguous_when_two_families_hold_the_same_pair(place: Place) -> None:
    twin = family_row(2)
    twin[2] = card_number(1)
    lines = member_rows(2)
    lines[0][3] = nik(1, 1)
    families = write_csv(place.root / "f.csv", FAMILY_HEADING, [twin])
    members = write_csv(place.root / "m.csv", MEMBER_HEADING, lines)
    office(place.root / "operation", "load-frame", families, members)

    run = _load(place, (card_number(1), nik(1, 1), "complete", TIME))

    assert [fault["reason"] for fault in run.facts["faults"]] == ["ambiguous"]
    assert len(place.one.live_families()) == 3


def test_same_file_again_changes_nothing(place: Place) -> None:
    row = (card_number(1), nik(1, 1), "complete", TIME)
    _load(place, row)
    before = place.one.stream()

    run = _load(place, row)

    assert run.facts["unchanged"] == 1
    assert place.one.stream() == before


def test_partial_after_complete_is_no_news_and_complete_after_partial_is(place: Place) -> None:
    pair = (card_number(1), nik(1, 1))
    first = _load(place, (*pair, "partial", TIME))
    second = _load(place, (*pair, "complete", TIME), (*pair, "partial", TIME))

    assert (first.facts["partial"], second.facts["complete"]) == (1, 1)
    assert second.facts["unchanged"] == 1
    assert place.one.why_gone(1) == "answered_online"


def test_response_after_the_interview_is_counted_apart(place: Place) -> None:
    place.one.push(place.one.interview(1))

    run = _load(place, (card_number(1), nik(1, 1), "complete", TIME))

    assert run.facts["after_interview"] == 1
    assert family_id(1) in place.one.live_families()


def test_unassigned_family_is_given_to_nobody_after_it_answered(place: Place) -> None:
    _load(place, (card_number(9), nik(9, 1), "complete", TIME))

    run = office(
        place.root / "operation", "assign", "--officer", "ppl-01", "--all-of", "63", "--move"
    )

    assert run.facts["answered_online"] == 1
    assert family_id(9) not in place.one.live_families()


def test_missing_heading_names_the_columns(place: Place, tmp_path: Path) -> None:
    import pytest

    from enumerator.errors import KnownError

    path = tmp_path / "x.csv"
    path.write_text("a,b\n", encoding="utf-8")

    with pytest.raises(KnownError, match="no_kk, nik, status, submitted_at"):
        office(place.root / "operation", "load-responses", path)


def test_words_instead_of_numbers_match_no_family(place: Place) -> None:
    family = family_row(61)
    family[2] = "-"
    members = member_rows(61)
    members[0][3] = "TIDAK ADA"
    files = (
        write_csv(place.root / "f.csv", FAMILY_HEADING, [family]),
        write_csv(place.root / "m.csv", MEMBER_HEADING, members),
    )
    office(place.root / "operation", "load-frame", *files)

    run = _load(place, ("-", "TIDAK ADA", "complete", TIME))

    assert [fault["reason"] for fault in run.facts["faults"]] == ["unusable_nik"]
    assert place.rows("SELECT count(*) FROM field_case WHERE self_response <> ''") == [(0,)]
