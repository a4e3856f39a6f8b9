"""The office's CSV files of the sample operation."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from enumerator.fieldwork.prelist import FAMILIES_FILE, MEMBERS_FILE
from enumerator.sample.population import population
from enumerator.sample.prelist import (
    RESPONSES_FILE,
    self_responses,
    write_prelist,
)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_files_have_the_columns_that_the_questionnaire_reads(tmp_path: Path) -> None:
    written = write_prelist(tmp_path, population(60), late_share=0.5)
    families, members = rows(tmp_path / FAMILIES_FILE), rows(tmp_path / MEMBERS_FILE)
    responses = rows(tmp_path / RESPONSES_FILE)
    assert ",".join(families[0]) == (
        "id_keluarga,tampilan,nama_kk,no_kk,prov,kab,kec,desa,sls,alamat,status_spo,jml"
    )
    assert ",".join(members[0]) == "id_keluarga,no_urut,nama,nik,jk,tgl_lahir,hubungan"
    assert ",".join(responses[0]) == "no_kk,nik,status,submitted_at"
    assert (written.families, written.members, written.responses) == (
        len(families),
        len(members),
        len(responses),
    )


def test_members_belong_to_the_families_and_count_as_stated(tmp_path: Path) -> None:
    write_prelist(tmp_path, population(60))
    members = rows(tmp_path / MEMBERS_FILE)
    for family in rows(tmp_path / FAMILIES_FILE):
        own = [member for member in members if member["id_keluarga"] == family["id_keluarga"]]
        assert len(own) == int(family["jml"])
        assert own[0]["nama"] == family["nama_kk"]
        assert family["tampilan"].startswith(f"{family['nama_kk']} - {family['alamat']} RT ")
        assert family["desa"].startswith(family["kec"] + ".")


def test_incomplete_families_have_a_partial_response_of_the_online_census() -> None:
    families = list(population(200))
    incomplete = {
        registered.family.card_number
        for registered in families
        if registered.family.online_status == "tidak lengkap"
    }
    partial = [answer for answer in self_responses(families) if answer.status == "partial"]
    assert {answer.card_number for answer in partial} == incomplete
    assert all(answer.submitted_at < _moment("2020-05-30T00:00:00+08:00") for answer in partial)


def test_late_share_of_families_answers_completely_during_the_follow_up() -> None:
    families = list(population(400))
    late = [
        answer
        for answer in self_responses(families, late_share=0.25)
        if answer.status == "complete"
    ]
    assert 70 <= len(late) <= 130
    heads = {registered.family.card_number: registered.members[0].nik for registered in families}
    for answer in late:
        assert heads[answer.card_number] == answer.nik
        assert answer.submitted_at >= _moment("2020-09-01T00:00:00+08:00")


def test_files_are_the_same_bytes_when_the_seed_is(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_prelist(tmp_path / folder, population(50, seed=3), seed=3)
    for name in (FAMILIES_FILE, MEMBERS_FILE, RESPONSES_FILE):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_command_writes_all_files_of_the_operation(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "enumerator.sample", tmp_path, "--families", "12"],
        check=True,
        capture_output=True,
    )
    assert {path.name for path in tmp_path.iterdir()} == {
        "prelist_anggota.csv",
        "prelist_keluarga.csv",
        "regions_63.csv",
        "responses.csv",
        "sp2020_c1.xlsx",
        "sp2020_c1.xml",
    }
    assert len(rows(tmp_path / FAMILIES_FILE)) == 12


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
