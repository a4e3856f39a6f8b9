"""Loading the frame: good rows enter, bad ones are told by file, line and reason."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from enumerator.errors import KnownError
from tests.helpers.field import (
    FAMILY_HEADING,
    MEMBER_HEADING,
    OTHER_VILLAGE,
    card_number,
    family_id,
    family_row,
    load_area_file,
    member_rows,
    write_csv,
    write_frame,
)
from tests.helpers.server import OfficeRun, office
from tests.server.places import Place

Faults = set[tuple[str, int, str]]


def _load(folder: Path, families: Path, members: Path) -> OfficeRun:
    return office(folder, "load-frame", families, members)


def _faults(run: OfficeRun, severity: str = "error") -> Faults:
    return {
        (Path(fault["file"]).stem, fault["line"], fault["reason"])
        for fault in run.facts["faults"]
        if fault["severity"] == severity
    }


@pytest.fixture
def areas(folder: Path, tmp_path: Path) -> Path:
    office(folder, "load-areas", load_area_file(tmp_path))
    return folder


def test_same_files_twice_change_nothing_and_say_so(areas: Path, tmp_path: Path) -> None:
    files = write_frame(tmp_path, range(1, 6))
    first = _load(areas, *files).facts
    again = _load(areas, *files).facts

    assert (first["families_new"], first["members_new"], first["unchanged"]) == (5, 10, False)
    assert (again["families_new"], again["families_changed"], again["unchanged"]) == (0, 0, True)
    assert (again["families_same"], again["members_same"]) == (5, 10)


def test_sample_frame_and_responses_load_without_a_fault(folder: Path, tmp_path: Path) -> None:
    from enumerator.sample import REGIONS, sample_file
    from enumerator.sample.population import population
    from enumerator.sample.prelist import (
        FAMILIES_FILE,
        MEMBERS_FILE,
        RESPONSES_FILE,
        write_prelist,
    )

    (tmp_path / REGIONS).write_bytes(sample_file(REGIONS))
    written = write_prelist(tmp_path, population(300))

    areas = office(folder, "load-areas", tmp_path / REGIONS)
    frame = _load(folder, tmp_path / FAMILIES_FILE, tmp_path / MEMBERS_FILE)
    responses = office(folder, "load-responses", tmp_path / RESPONSES_FILE)

    assert (areas.status, areas.facts["changed"]) == (0, 2186)
    assert (frame.status, frame.facts["faults"]) == (0, [])
    assert (frame.facts["families_new"], frame.facts["members_new"]) == (300, written.members)
    assert (responses.status, responses.facts["faults"]) == (0, [])
    assert responses.facts["complete"] > 0


def test_every_bad_row_is_told_and_the_good_ones_enter(areas: Path, tmp_path: Path) -> None:
    rows = [family_row(number) for number in range(1, 11)]
    rows[1][0] = ""  # line 3
    rows[2][0] = family_id(1)  # line 4
    rows[3][6] = "63.02.02.9999"  # line 5
    rows[4][5] = "63.02.09"  # line 6
    rows[5].append("one too many")  # line 7
    rows[6][9] = "lengkap"  # line 8
    rows[7][10] = "dua"  # line 9
    rows[8][2] = "123"  # line 10: a warning
    families = write_csv(tmp_path / "families.csv", FAMILY_HEADING, rows)
    data = families.read_bytes() + b'6300-0020,"unclosed\n' + b"6300-0021,\xff\xfe,x\n\n"
    families.write_bytes(data)  # lines 12 and 13
    lines = [row for number in (1, 9, 10) for row in member_rows(number)]
    lines[1][1] = "1"  # line 3: line 1 of family 1 again
    lines[2][1] = "x"  # line 4
    lines[3][3] = "6302021713129001"  # line 5: a warning
    lines.append([family_id(4), "1", "Anggota", "", "1", "", "1"])  # line 8: of a bad family
    lines.append(["", "1", "Anggota", "", "1", "", "1"])  # line 9
    members = write_csv(tmp_path / "members.csv", MEMBER_HEADING, lines)

    run = _load(areas, families, members)

    assert run.status == 1
    assert _faults(run) == {
        ("families", 3, "missing_id"),
        ("families", 4, "duplicate_id"),
        ("families", 5, "unknown_area"),
        ("families", 6, "inconsistent_area"),
        ("families", 7, "column_count"),
        ("families", 8, "bad_online_status"),
        ("families", 9, "bad_number"),
        ("families", 12, "bad_csv"),
        ("families", 13, "bad_encoding"),
        ("members", 3, "duplicate_line"),
        ("members", 4, "bad_number"),
        ("members", 8, "unknown_family"),
        ("members", 9, "missing_id"),
    }
    assert _faults(run, "warning") == {
        ("families", 10, "bad_card_number"),
        ("members", 5, "bad_nik"),
    }
    assert run.facts["families_new"] == 3
    assert run.facts["members_new"] == 4
    text = {fault["text"] for fault in run.facts["faults"]}
    assert "families.csv, line 13: the line is not UTF-8" in text


def test_report_file_holds_every_fault(areas: Path, tmp_path: Path) -> None:
    rows = [family_row(number, "00.00.00.0000") for number in range(1, 101)]
    families = write_csv(tmp_path / "families.csv", FAMILY_HEADING, rows)
    members = write_csv(tmp_path / "members.csv", MEMBER_HEADING, [])
    report = tmp_path / "report.json"

    run = office(areas, "load-frame", families, members, "--report", report)

    found = json.loads(report.read_text(encoding="utf-8"))
    assert found == run.facts
    assert found["errors"] == {"unknown_area": 100}
    assert [fault["line"] for fault in found["faults"]] == list(range(2, 102))


def test_report_names_nobody(areas: Path, tmp_path: Path) -> None:
    rows = member_rows(1)
    rows[0][3] = "6302021702119001x"
    families, _ = write_frame(tmp_path, [1])
    members = write_csv(tmp_path / "members.csv", MEMBER_HEADING, rows)

    output = _load(areas, families, members).output

    assert "bad_nik" in output
    assert "6302021702119001" not in output
    assert "Anggota" not in output


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_spreadsheets_delimiters_and_byte_order_mark_are_understood(
    areas: Path, tmp_path: Path, delimiter: str
) -> None:
    files = []
    for path in write_frame(tmp_path, [1, 2]):
        text = path.read_text(encoding="utf-8").replace(",", delimiter)
        path.write_text("\ufeff" + text, encoding="utf-8")
        files.append(path)

    run = _load(areas, files[0], files[1])

    assert (run.status, run.facts["families_new"], run.facts["members_new"]) == (0, 2, 4)


def test_file_without_a_column_is_refused_as_a_whole(areas: Path, tmp_path: Path) -> None:
    families, members = write_frame(tmp_path, [1])
    families.write_text("id_keluarga,nama_kk\nx,y\n", encoding="utf-8")

    with pytest.raises(KnownError, match="no_kk") as error:
        _load(areas, families, members)

    assert error.value.code == "bad_heading"


def test_missing_file_is_refused(areas: Path, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as error:
        _load(areas, tmp_path / "nowhere.csv", tmp_path / "nowhere.csv")

    assert error.value.code == "no_file"


def test_changed_register_data_reach_the_officer_with_a_new_version(place: Place) -> None:
    before = place.one.case(1)
    untouched = place.one.case(2)
    rows = [family_row(1), family_row(2)]
    rows[0][8] = "Jl. Pindahan No. 9"
    families = write_csv(place.root / "f.csv", FAMILY_HEADING, rows)
    lines = member_rows(1)[:1] + member_rows(2)
    members = write_csv(place.root / "m.csv", MEMBER_HEADING, lines)

    run = _load(place.root / "operation", families, members)

    after = place.one.case(1)
    assert before is not None
    assert after is not None
    assert (after.family.address, len(after.members)) == ("Jl. Pindahan No. 9", 1)
    assert after.version == before.version + 1
    assert place.one.case(2) == untouched
    facts = run.facts
    assert (facts["families_changed"], facts["members_gone"], facts["cases_shown_again"]) == (
        1,
        1,
        1,
    )


def test_lines_of_a_family_stay_when_one_of_its_rows_was_rejected(place: Place) -> None:
    rows = member_rows(1)
    rows[1][1] = "?"
    families, _ = write_frame(place.root, [1])
    members = write_csv(place.root / "m.csv", MEMBER_HEADING, rows)

    run = _load(place.root / "operation", families, members)

    assert run.facts["members_gone"] == 0
    case = place.one.case(1)
    assert case is not None
    assert len(case.members) == 2


def test_area_is_refused_when_its_parent_is_not_known(folder: Path, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "areas.csv",
        ("code", "name", "level", "parent"),
        [
            ("63.02.02", "Distrik", "district", "63.02"),
            ("63", "Provinsi", "province", ""),
            ("63.02", "Kabupaten", "regency", "63"),
            ("63.09.01", "Yatim", "district", "63.09"),
            ("63.1", "Salah", "hamlet", "63"),
        ],
    )

    run = office(folder, "load-areas", path)

    assert run.facts["changed"] == 3
    assert {(fault["line"], fault["reason"]) for fault in run.facts["faults"]} == {
        (5, "unknown_parent"),
        (6, "bad_level"),
    }


def test_200000_rows_load_in_well_under_a_minute(areas: Path, tmp_path: Path) -> None:
    """50,000 families with three members each, one row in 1,000 bad; then once more."""

    def families() -> Iterator[list[str]]:
        for number in range(50_000):
            row = family_row(number, OTHER_VILLAGE)
            row[0] = f"{number:06d}" if number % 1000 else ""
            row[2] = card_number(0)
            yield row

    def members() -> Iterator[list[str]]:
        for number in range(50_000):
            for line, nik in enumerate(("6302021702119001", "6302025702119002", ""), start=1):
                yield [f"{number:06d}", str(line), "Anggota", nik, "1", "1990-01-01", "1"]

    files = (
        write_csv(tmp_path / "families.csv", FAMILY_HEADING, families()),
        write_csv(tmp_path / "members.csv", MEMBER_HEADING, members()),
    )
    started = time.perf_counter()
    first = _load(areas, *files).facts
    first_s = time.perf_counter() - started
    started = time.perf_counter()
    again = _load(areas, *files).facts
    again_s = time.perf_counter() - started

    print(f"200,000 rows: {first_s:.1f} s, again {again_s:.1f} s")
    assert (first["families_new"], first["members_new"]) == (49_950, 149_850)
    assert first["errors"] == {"missing_id": 50, "unknown_family": 150}
    assert again["unchanged"]
    assert first_s < 40
    assert again_s < 40
