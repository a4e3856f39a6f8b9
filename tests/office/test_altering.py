"""The frame after it was loaded: withdrawn, duplicate, split, merged, restored."""

from __future__ import annotations

import csv
from pathlib import Path

import msgspec
import pytest

from enumerator.errors import KnownError
from enumerator.store.feed import CaseBody
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
from tests.server.places import HandLaptop, Place, id_of


def _office(place: Place, *words: object) -> OfficeRun:
    return office(place.root / "operation", *(str(word) for word in words))


def _gone(laptop: HandLaptop, number: int) -> tuple[str, list[str]]:
    """Why it is off the list, and what took its place."""
    row = laptop.stream()[f"case:{family_id(number)}"]
    assert row.gone
    return row.reason, msgspec.msgpack.decode(row.body, type=CaseBody).successors


def _stands(place: Place) -> list[tuple[str, str]]:
    """Case and family of every result that stands."""
    return place.rows("SELECT counts_for, family_id FROM result WHERE canonical ORDER BY 1")


def _conflicts(place: Place) -> list[tuple[str, str]]:
    return place.rows("SELECT family_id, state FROM conflict ORDER BY 1")


def test_withdrawn_family_leaves_its_officers_list_and_stays_on_the_supervisors(
    place: Place,
) -> None:
    run = _office(place, "withdraw", family_id(1), "--reason", "withdrawn")

    assert (run.status, run.facts["changed"]) == (0, [family_id(1)])
    assert _gone(place.one, 1) == ("withdrawn", [])
    case = place.supervisor.case(1)
    assert case is not None
    assert case.gone == "withdrawn"


def test_interview_of_a_withdrawn_family_is_a_conflict_for_the_supervisor(place: Place) -> None:
    _office(place, "withdraw", family_id(1), "--reason", "withdrawn")
    interview = place.one.interview(1)

    result = place.one.push_one(interview)

    assert (result.status, result.reason) == ("alternate", "withdrawn")
    assert (_stands(place), _conflicts(place)) == ([], [(family_id(1), "open")])
    place.supervisor.push(place.supervisor.settle(1, interview))
    assert (_stands(place), _conflicts(place)) == ([(family_id(1), family_id(1))], [])


def test_conflict_of_the_only_interview_ends_when_its_family_is_restored(place: Place) -> None:
    _office(place, "withdraw", family_id(1), "--reason", "withdrawn")
    place.one.push(place.one.interview(1))

    _office(place, "restore", family_id(1))

    assert (_stands(place), _conflicts(place)) == ([(family_id(1), family_id(1))], [])


@pytest.mark.parametrize("interview_first", [True, False])
def test_interview_of_a_duplicate_is_an_alternate_of_the_surviving_family(
    place: Place, *, interview_first: bool
) -> None:
    if interview_first:
        place.one.push(place.one.interview(1))
    _office(place, "withdraw", family_id(1), "--reason", "duplicate", "--of", family_id(2))
    if not interview_first:
        place.one.push(place.one.interview(1))

    assert _gone(place.one, 1) == ("duplicate", [family_id(2)])
    assert (_stands(place), _conflicts(place)) == ([], [(family_id(2), "open")])
    place.one.push(place.one.interview(2))
    assert _stands(place) == [(family_id(2), family_id(2))]


@pytest.mark.parametrize("interview_first", [True, False])
def test_interview_of_a_merged_family_counts_for_what_took_its_place(
    place: Place, *, interview_first: bool
) -> None:
    if interview_first:
        place.one.push(place.one.interview(1))
    merged = f"{family_id(1)},{family_id(2)}"
    _office(place, "merge", merged, "--into", family_id(3))
    if not interview_first:
        result = place.one.push_one(place.one.interview(1))
        assert (result.status, result.reason) == ("stored", "merged")

    assert _stands(place) == [(family_id(3), family_id(1))]
    assert _gone(place.one, 2) == ("merged", [family_id(3)])
    place.one.push(place.one.interview(2, text="b"))
    assert _conflicts(place) == [(family_id(3), "open")]


def test_interview_of_a_split_family_is_a_conflict_when_several_took_its_place(
    place: Place,
) -> None:
    _office(place, "split", family_id(1), "--into", f"{family_id(2)},{family_id(3)}")

    result = place.one.push_one(place.one.interview(1))

    assert (result.status, result.reason) == ("alternate", "split")
    assert _conflicts(place) == [(family_id(1), "open")]
    assert _gone(place.one, 1) == ("split", [family_id(2), family_id(3)])


def test_interview_counts_for_the_end_of_a_chain(place: Place) -> None:
    _office(place, "merge", family_id(1), "--into", family_id(2))
    _office(place, "split", family_id(2), "--into", family_id(3))

    place.one.push(place.one.interview(1))

    assert _stands(place) == [(family_id(3), family_id(1))]


def test_restored_family_has_its_results_and_its_place_on_the_list_again(place: Place) -> None:
    place.one.push(place.one.interview(1))
    _office(place, "withdraw", family_id(1), "--reason", "duplicate", "--of", family_id(2))

    run = _office(place, "restore", family_id(1))

    assert run.facts["changed"] == [family_id(1)]
    assert (_stands(place), _conflicts(place)) == ([(family_id(1), family_id(1))], [])
    assert family_id(1) in place.one.live_families()


def test_older_word_does_not_override_a_newer_one(place: Place) -> None:
    family = family_id(1)
    _office(place, "restore", family, "--dated", "2020-09-10T08:00:00+07:00")

    run = _office(
        place,
        *("withdraw", family, "--reason", "withdrawn"),
        *("--dated", "2020-09-09T08:00:00+07:00"),
    )

    assert (run.facts["changed"], run.facts["older"]) == ([], [family])
    assert family in place.one.live_families()


def test_withdrawn_family_counts_again_when_it_is_loaded_with_other_data(place: Place) -> None:
    _office(place, "withdraw", family_id(1), "--reason", "withdrawn")
    row = family_row(1)
    row[8] = "Jl. Baru No. 9"
    families = write_csv(place.root / "f.csv", FAMILY_HEADING, [row])
    members = write_csv(place.root / "m.csv", MEMBER_HEADING, member_rows(1))

    _office(place, "load-frame", families, members)

    case = place.one.case(1)
    assert case is not None
    assert case.family.address == "Jl. Baru No. 9"


def test_family_off_the_frame_is_given_to_nobody(place: Place) -> None:
    _office(place, "withdraw", family_id(9), "--reason", "withdrawn")

    run = _office(place, "assign", "--officer", "ppl-01", "--all-of", "63")

    assert run.facts["off_the_frame"] == 1
    assert place.rows("SELECT officer_id FROM field_case WHERE family_id = ?", family_id(9)) == [
        (None,)
    ]


def test_families_may_stand_in_a_file_and_unknown_ones_are_told(
    place: Place, tmp_path: Path
) -> None:
    path = write_csv(tmp_path / "x.csv", ("id_keluarga",), [[family_id(1)], ["6300-7777"]])

    run = _office(place, "withdraw", "--families", path, "--reason", "withdrawn")

    assert (run.status, run.facts["unknown"]) == (1, ["6300-7777"])
    assert run.facts["changed"] == [family_id(1)]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("merge", family_id(1), "--into", "6300-7777"), "unknown_family"),
        (("merge", family_id(1), "--into", family_id(1)), "circular"),
        (("restore", family_id(1), "--dated", "kemarin"), "bad_time"),
        (("restore", family_id(1), "--dated", "2020-09-09T08:00:00"), "bad_time"),
    ],
)
def test_senseless_word_changes_nothing(place: Place, words: tuple[str, ...], code: str) -> None:
    with pytest.raises(KnownError) as caught:
        _office(place, *words)

    assert caught.value.code == code
    assert place.rows("SELECT count(*) FROM frame_event") == [(0,)]


def test_two_families_cannot_take_each_others_place(place: Place) -> None:
    _office(place, "merge", family_id(1), "--into", family_id(2))

    with pytest.raises(KnownError, match="replaced by"):
        _office(place, "merge", family_id(2), "--into", family_id(1))


def test_partial_answers_go_to_the_officer_until_the_answer_is_complete(place: Place) -> None:
    heading = ("no_kk", "nik", "status", "submitted_at", "/data/blok_v/lantai", "/data/blok_v/air")
    pair = (card_number(1), nik(1, 1))
    when = "2020-09-14T20:00:00+08:00"

    def load(*row: str) -> OfficeRun:
        return _office(place, "load-responses", write_csv(place.root / "r.csv", heading, [row]))

    load(*pair, "partial", when, "3", "")
    case = place.one.case(1)
    assert case is not None
    assert case.self_answers == {"/data/blok_v/lantai": "3"}

    assert load(*pair, "partial", when, "3", "").facts["unchanged"] == 1
    load(*pair, "partial", when, "3", "2")
    case = place.one.case(1)
    assert case is not None
    assert case.self_answers == {"/data/blok_v/lantai": "3", "/data/blok_v/air": "2"}

    load(*pair, "complete", when, "", "")
    case = place.supervisor.case(1)
    assert case is not None
    assert case.self_answers == {}


def test_export_lists_conflicts_decisions_and_what_the_office_said(
    place: Place, tmp_path: Path
) -> None:
    first, second = place.one.interview(1, text="a"), place.one.interview(1, text="b")
    place.one.push(first, second)
    settled = place.supervisor.settle(1, second)
    place.supervisor.push(settled)
    _office(place, "withdraw", family_id(4), "--reason", "withdrawn", "--note", "kosong")

    _office(place, "export", "--out", tmp_path / "out")

    def rows(name: str) -> list[dict[str, str]]:
        with (tmp_path / "out" / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    (conflict,) = rows("conflicts.csv")
    assert (conflict["state"], conflict["kept_envelope"], conflict["other_envelope"]) == (
        "settled",
        id_of(second),
        id_of(first),
    )
    assert conflict["closed_by"] == id_of(settled)
    (decision,) = rows("decisions.csv")
    assert (decision["chosen_envelope"], decision["decided_by"]) == (id_of(second), "pml-01")
    (event,) = rows("frame_events.csv")
    assert (event["family_id"], event["note"]) == (family_id(4), "kosong")
    statuses = {row["family_id"]: row["status"] for row in rows("families.csv")}
    assert statuses[family_id(4)] == "withdrawn"
