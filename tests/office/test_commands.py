"""The rest of the office: accounts, assigning, publishing, export, backup, status."""

from __future__ import annotations

import csv
import json
import re
import stat
import sys
from pathlib import Path

import pytest

from enumerator.errors import KnownError
from enumerator.sample import sample_file
from sync.server.office import main
from tests.helpers.field import OTHER_VILLAGE, family_id, write_csv, write_frame
from tests.helpers.server import office
from tests.server.places import HandLaptop, Place


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# ---------------------------------------------------------------------- accounts


def test_code_is_printed_for_people_and_as_json(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(
        ["--folder", str(folder), "add-supervisor", "--login", "pml-01", "--name", "Budi"]
    )
    printed = capsys.readouterr().out

    assert status == 0
    assert re.search(r"supervisor pml-01: enrolment code (\w{4}-){2}\w{4}", printed)
    facts = office(folder, "issue-code", "--login", "PML-01").facts
    assert re.fullmatch(r"(\w{4}-){2}\w{4}", facts["code"])


def test_login_is_refused_when_it_is_taken(folder: Path) -> None:
    office(folder, "add-supervisor", "--login", "pml-01", "--name", "Budi")

    with pytest.raises(KnownError, match="issue-code --login Pml-01") as error:
        office(folder, "add-supervisor", "--login", "Pml-01", "--name", "Budi")

    assert error.value.code == "login_taken"


@pytest.mark.parametrize("login", ["", "  ", "two words", "x" * 61, "tab\there"])
def test_login_is_refused_when_it_is_not_one_word(folder: Path, login: str) -> None:
    with pytest.raises(KnownError) as error:
        office(folder, "add-supervisor", "--login", login, "--name", "Budi")

    assert error.value.code == "bad_login"


def test_officer_is_refused_when_the_supervisor_is_none(place: Place) -> None:
    for supervisor in ("nobody", "ppl-01"):
        with pytest.raises(KnownError) as error:
            office(
                place.root / "operation",
                *("add-officer", "--login", "x", "--name", "X", "--supervisor", supervisor),
            )
        assert error.value.code == "no_such_supervisor"


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_server_keys_are_readable_by_their_owner_only(folder: Path) -> None:
    office(folder, "add-supervisor", "--login", "pml-01", "--name", "Budi")

    assert stat.S_IMODE((folder / "operation.key").stat().st_mode) == 0o600


# ---------------------------------------------------------------------- assigning


def test_even_split_gives_each_officer_one_stretch(place: Place) -> None:
    families, members = write_frame(place.root, range(20, 27), OTHER_VILLAGE)
    office(place.root / "operation", "load-frame", families, members)

    run = office(
        place.root / "operation", "assign", "--even", "ppl-01,ppl-02", "--village", OTHER_VILLAGE
    )

    assert run.facts["assigned"] == {"ppl-01": 4, "ppl-02": 3}
    assert place.one.live_families() == {family_id(n) for n in (1, 2, 3, 20, 21, 22, 23)}


def test_assigned_families_stay_where_they_are_unless_moved(place: Place) -> None:
    arguments = ("assign", "--officer", "ppl-01", "--all-of", "63.02")

    kept = office(place.root / "operation", *arguments).facts
    moved = office(place.root / "operation", *arguments, "--move", "--reason", "sakit").facts

    assert (kept["assigned"], kept["already_assigned"]) == ({"ppl-01": 1}, 3)
    assert kept["left_with_other_officers"] == 5
    assert moved["assigned"] == {"ppl-01": 5}
    assert place.two.live_families() == set()
    assert place.two.why_gone(4) == "reassigned"
    assert place.other_supervisor.live_families() == set()


def test_families_can_be_named_in_a_file(place: Place) -> None:
    path = write_csv(place.root / "pick.csv", ("id_keluarga",), [(family_id(9),), ("6300-9998",)])

    run = office(place.root / "operation", "assign", "--officer", "ppl-02", "--families", path)

    assert run.status == 1
    assert run.facts["unknown_families"] == ["6300-9998"]
    assert family_id(9) in place.two.live_families()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--officer", "nobody", "--all-of", "63"), "no_such_account"),
        (("--officer", "pml-01", "--all-of", "63"), "not_an_officer"),
        (("--officer", "ppl-01", "--all-of", "99"), "unknown_area"),
    ],
)
def test_assignment_is_refused_with_the_reason(
    place: Place, arguments: tuple[str, ...], code: str
) -> None:
    with pytest.raises(KnownError) as error:
        office(place.root / "operation", "assign", *arguments)

    assert error.value.code == code


# ---------------------------------------------------------------------- publishing


@pytest.fixture
def form(tmp_path: Path) -> Path:
    for name in ("sp2020_c1.xml", "sp2020_c1.xlsx", "regions_63.csv"):
        (tmp_path / name).write_bytes(sample_file(name))
    return tmp_path / "sp2020_c1.xml"


def test_xlsform_and_its_compiled_xml_publish_the_same(folder: Path, form: Path) -> None:
    media = form.with_name("regions_63.csv")
    first = office(folder, "publish", form.with_suffix(".xlsx"), "--media", media).facts

    again = office(folder, "publish", form, "--media", form.parent).facts

    assert (first["form_id"], first["version"]) == ("sp2020_c1", "2020091501")
    assert first["media"] == ["regions_63.csv"]
    assert (first["is_unchanged"], again["is_unchanged"]) == (False, True)


def test_form_is_refused_when_a_public_file_is_missing(folder: Path, form: Path) -> None:
    with pytest.raises(KnownError, match="regions_63") as error:
        office(folder, "publish", form)

    assert error.value.code == "missing_media"


def test_published_version_never_changes(folder: Path, form: Path) -> None:
    media = form.with_name("regions_63.csv")
    office(folder, "publish", form, "--media", media)
    media.write_bytes(media.read_bytes() + b"99,Lain,province,\n")

    with pytest.raises(KnownError, match="new version") as error:
        office(folder, "publish", form, "--media", media)

    assert error.value.code == "version_taken"


def test_new_version_takes_the_place_of_the_old_one(folder: Path, form: Path) -> None:
    media = form.with_name("regions_63.csv")
    office(folder, "publish", form, "--media", media)
    newer = form.with_name("newer.xml")
    newer.write_bytes(form.read_bytes().replace(b"2020091501", b"2020091502"))

    office(folder, "publish", newer, "--media", media)

    forms = office(folder, "status").facts["forms"]
    assert forms == [{"form_id": "sp2020_c1", "version": "2020091502"}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.xml", b"<h:html"),
        ("broken.xlsx", b"not a workbook"),
        ("notes.txt", b"hello"),
    ],
)
def test_form_is_refused_when_it_is_none(folder: Path, name: str, content: bytes) -> None:
    path = folder.parent / name
    path.write_bytes(content)

    with pytest.raises(KnownError):
        office(folder, "publish", path)

    assert office(folder, "status").facts["forms"] == []


# ---------------------------------------------------------------------- export

_NIK = "6302021702119001"
_FORM = b"""<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>K</h:title><model><instance><data id="k" version="1"><no_kk/><kode_hasil/>
<anggota><nama/><nik/></anggota></data></instance>
<bind nodeset="/data/no_kk" type="string"/><bind nodeset="/data/kode_hasil" type="string"/>
<bind nodeset="/data/anggota/nama" type="string"/><bind nodeset="/data/anggota/nik" type="string"/>
</model></h:head><h:body><input ref="/data/no_kk"><label>KK</label></input>
<group ref="/data/anggota"><label>A</label><repeat nodeset="/data/anggota">
<input ref="/data/anggota/nama"><label>N</label></input>
<input ref="/data/anggota/nik"><label>NIK</label></input></repeat></group></h:body></h:html>"""


@pytest.fixture
def interviewed(place: Place) -> Place:
    path = place.root / "k.xml"
    path.write_bytes(_FORM)
    office(place.root / "operation", "publish", path)
    xml = (
        f'<data id="k" version="1"><no_kk>6302020101019002</no_kk><kode_hasil>LENGKAP</kode_hasil>'
        f"<anggota><nama>Siti</nama><nik>{_NIK}</nik></anggota>"
        f"<anggota><nama>Umar</nama><nik/></anggota></data>"
    )
    laptop: HandLaptop = place.one
    laptop.push(laptop.seal("interview", xml.encode(), 1, form_id="k", form_version="1"))
    laptop.push(laptop.seal("interview", xml.encode(), 1, form_id="k", form_version="1"))
    place.two.push(place.two.visit(4, "moved_out"))
    place.self_response(2)
    return place


def test_export_masks_every_identity_number(interviewed: Place) -> None:
    out = interviewed.root / "out"

    run = office(interviewed.root / "operation", "export", "--out", out)

    assert (run.facts["families"], run.facts["interviews"]) == (9, 2)
    written = [path for path in out.rglob("*") if path.is_file()]
    assert len(written) == 10
    for path in written:
        assert not re.search(r"(?<!\d)\d{16}(?!\d)", path.read_text(encoding="utf-8")), path
    assert _read(out / "k.anggota.csv")[0]["nik"] == "630202********01"
    assert json.loads((out / "export.json").read_text())["identified"] is False


def test_identified_export_holds_the_numbers(interviewed: Place) -> None:
    out = interviewed.root / "out"

    office(interviewed.root / "operation", "export", "--out", out, "--identified")

    assert _read(out / "k.anggota.csv")[0]["nik"] == _NIK
    assert _read(out / "families.csv")[0]["card_number"].isdigit()


def test_export_tells_where_every_family_stands(interviewed: Place) -> None:
    out = interviewed.root / "out"

    office(interviewed.root / "operation", "export", "--out", out)

    rows = {row["family_id"]: row for row in _read(out / "families.csv")}
    shown = {
        number: tuple(rows[family_id(number)][column] for column in ("status", "source", "officer"))
        for number in (1, 2, 3, 4, 9)
    }
    assert shown == {
        1: ("received", "interview", "ppl-01"),
        2: ("answered_online", "self_response", "ppl-01"),
        3: ("open", "", "ppl-01"),
        4: ("received", "visit", "ppl-02"),
        9: ("unassigned", "", ""),
    }
    assert rows[family_id(1)]["receipt_no"]
    assert rows[family_id(4)]["visits"] == "1"


def test_interviews_are_flat_tables_with_their_members(interviewed: Place) -> None:
    out = interviewed.root / "out"

    office(interviewed.root / "operation", "export", "--out", out)

    interviews = _read(out / "k.csv")
    assert [row["canonical"] for row in interviews] == ["yes", "no"]
    assert interviews[0]["kode_hasil"] == "LENGKAP"
    lines = _read(out / "k.anggota.csv")
    assert [(row["line"], row["nama"]) for row in lines] == [("1", "Siti"), ("2", "Umar")] * 2
    assert lines[0]["envelope_id"] == interviews[0]["envelope_id"]
    assert (out / "interviews" / f"{interviews[0]['envelope_id']}.xml").exists()


def test_export_never_writes_into_a_used_folder(interviewed: Place) -> None:
    (interviewed.root / "out").mkdir()
    (interviewed.root / "out" / "mine.txt").write_text("keep")

    with pytest.raises(KnownError) as error:
        office(interviewed.root / "operation", "export", "--out", interviewed.root / "out")

    assert error.value.code == "bad_folder"


def test_export_stays_in_its_folder_when_ids_try_to_leave_it(place: Place) -> None:
    xml = b'<data id="x" version="1"><kode_hasil>LENGKAP</kode_hasil></data>'
    place.one.push(place.one.seal("interview", xml, 1, id="../../etc/x", form_id="../y"))
    before = {path for path in place.root.rglob("*") if "operation" not in path.parts}

    office(place.root / "operation", "export", "--out", place.root / "out")

    added = {path for path in place.root.rglob("*") if "operation" not in path.parts} - before
    assert all((place.root / "out") in (path, *path.parents) for path in added)


# ---------------------------------------------------------------------- backup and status


def test_status_counts_what_is_held(interviewed: Place) -> None:
    facts = office(interviewed.root / "operation", "status").facts

    assert (facts["families"], facts["assigned"], facts["visits"]) == (9, 8, 1)
    assert facts["envelopes"] == {"stored": 2, "alternate": 1}
    assert (facts["conflicts"], facts["answered_online"]) == (1, 1)
    assert (facts["officers"], facts["supervisors"]) == (3, 2)


def test_backup_makes_receipts_safe_and_starts_another_lineage(interviewed: Place) -> None:
    out = interviewed.root / "backup"
    point = office(interviewed.root / "operation", "status").facts["point"]

    covered = office(interviewed.root / "operation", "backup", "--out", out).facts["point"]

    live = office(interviewed.root / "operation", "status").facts
    copy = office(out, "status").facts
    assert covered == point
    assert (live["safe_point"], copy["safe_point"]) == (point + 1, 0)
    assert live["lineage"] != copy["lineage"]
    assert copy["envelopes"] == live["envelopes"]


def test_wrong_usage_exits_with_two(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as error:
        main(["--folder", str(folder), "assign", "--officer", "x"])

    assert error.value.code == 2
    assert "--village" in capsys.readouterr().err


# ---------------------------------------------------------------------- wrong input


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.xlsx", b""),
        ("rubbish.xlsx", bytes(range(256)) * 9),
        ("empty.csv", b""),
        ("rubbish.csv", bytes(range(128, 256)) * 9),
        ("foreign.csv", b"a,b,c\n1,2,3\n"),
    ],
)
def test_form_is_refused_with_what_to_do_when_it_is_no_xlsform(
    folder: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    with pytest.raises(KnownError, match="spreadsheet") as error:
        office(folder, "publish", source)
    assert error.value.code == "bad_form"


def test_form_is_refused_when_its_xml_is_rubbish(folder: Path, tmp_path: Path) -> None:
    source = tmp_path / "form.xml"
    source.write_bytes(bytes(range(256)))
    with pytest.raises(KnownError, match="form"):
        office(folder, "publish", source)


@pytest.mark.parametrize(
    "words", [("status",), ("export", "--out", "x"), ("revoke", "--login", "a")]
)
def test_no_operation_is_begun_when_a_command_asks_for_what_is_there(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    folder = tmp_path / "mistyped"
    with pytest.raises(KnownError, match="Check --folder") as error:
        office(folder, *words)
    assert error.value.code == "no_operation"
    assert not folder.exists()


def test_frame_does_not_claim_to_be_known_when_all_its_rows_were_rejected(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    families, members = write_frame(tmp_path, range(1, 3))
    status = main(["--folder", str(folder), "load-frame", str(families), str(members)])
    assert status == 1
    assert capsys.readouterr().out.splitlines()[-1] == "nothing was loaded: see the rejected rows"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_files_with_personal_data_are_their_owners_in_folders_that_others_may_enter(
    tmp_path: Path,
) -> None:
    shared, copy = tmp_path / "shared", tmp_path / "copy"
    for each in (shared, copy):
        each.mkdir(mode=0o755)
    office(shared, "add-supervisor", "--login", "pml-01", "--name", "Budi")
    office(shared, "backup", "--out", copy)
    office(shared, "export", "--out", tmp_path / "export")

    private = [shared / "operation.db", copy / "operation.db"]
    assert [stat.S_IMODE(path.stat().st_mode) for path in private] == [0o600, 0o600]
    assert stat.S_IMODE((tmp_path / "export").stat().st_mode) == 0o700
