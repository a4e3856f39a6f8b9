"""Questionnaires on their way to the laptop: whole, checked, resumed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from enumerator.sample import sample_file
from sync.client.engine import sync_once
from tests.helpers.field import FieldOperation
from tests.helpers.server import office
from tests.sync.strangers import Lossy, no_connection


@pytest.fixture
def form(operation: FieldOperation) -> Path:
    """Published, with one file of media."""
    for name in ("sp2020_c1.xml", "regions_63.csv"):
        (operation.root / name).write_bytes(sample_file(name))
    office(
        operation.folder,
        *("publish", operation.root / "sp2020_c1.xml"),
        *("--media", operation.root / "regions_63.csv"),
    )
    return operation.root / "sp2020_c1.xml"


def test_questionnaire_arrives_with_its_files(operation: FieldOperation, form: Path) -> None:
    laptop = operation.laptop("ppl-01")

    report = laptop.sync()

    xml, media = laptop.store.forms.current("sp2020_c1")
    assert report.forms_fetched == 1
    assert xml == form.read_bytes()
    assert media == {"regions_63.csv": sample_file("regions_63.csv")}
    assert laptop.sync().forms_fetched == 0


def test_new_version_is_current_and_the_old_one_stays(
    operation: FieldOperation, form: Path
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    form.write_bytes(form.read_bytes().replace(b"2020091501", b"2020091502"))
    office(operation.folder, "publish", form, "--media", operation.root / "regions_63.csv")

    laptop.sync()

    assert laptop.store.forms.current_version("sp2020_c1") == "2020091502"
    assert laptop.store.forms.get("sp2020_c1", "2020091501")


@pytest.mark.usefixtures("form")
def test_cut_download_goes_on_where_it_ended(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    blocks = iter(range(1000))

    def cut(path: str, reply: object) -> object:
        if path == "/v1/content" and next(blocks) == 8:
            raise no_connection()
        return reply

    report = sync_once(laptop.store, Lossy(laptop.transport, after=cut))
    assert report.failed is not None
    assert laptop.store.forms.versions() == ()
    resumed = Lossy(laptop.transport)
    report = laptop.sync(resumed)

    fetches = [call for call in resumed.calls if call.startswith("/v1/content")]
    starts = [int(call.split()[1]) for call in fetches]
    assert starts[0] > 0
    assert report.forms_fetched == 1
    assert laptop.store.forms.current("sp2020_c1")[0] == sample_file("sp2020_c1.xml")
    assert list((laptop.store.folder / "downloads").iterdir()) == []


@pytest.mark.usefixtures("form")
def test_damaged_download_is_thrown_away_and_loaded_again(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    damages = iter([True])

    def damage(path: str, reply: object) -> object:
        if path == "/v1/content" and isinstance(reply, bytes) and next(damages, False):
            return b"\x00" + reply[1:]
        return reply

    report = sync_once(laptop.store, Lossy(laptop.transport, after=damage))
    assert report.failed is not None
    assert report.failed.code == "bad_content"
    assert laptop.store.forms.versions() == ()

    assert laptop.sync().forms_fetched == 1


def test_questionnaire_arrives_when_one_of_its_files_is_empty(
    operation: FieldOperation, form: Path
) -> None:
    from sync.server.store import FormRow, MediaRow

    empty = hashlib.sha256(b"").hexdigest()
    xml = form.read_bytes()
    with operation.server.operation.store.writing() as transaction:
        transaction.questionnaires.put_content(empty, [])
        transaction.questionnaires.put_form(
            FormRow(
                form_id="sp2020_c1",
                version="2020091501",
                title="",
                sha256=hashlib.sha256(xml).hexdigest(),
                size_bytes=len(xml),
                in_force=True,
                media=(MediaRow("kosong.txt", empty, 0),),
            ),
            "2020-09-15T00:00:00+00:00",
        )
    laptop = operation.laptop("ppl-01")

    laptop.sync()

    _, media = laptop.store.forms.current("sp2020_c1")
    assert media["kosong.txt"] == b""
