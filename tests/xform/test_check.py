"""enumerator form check and describe: what is wrong, and in which row; what a form holds."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from enumerator.cli import main
from enumerator.cli.form_check import check_form
from enumerator.cli.form_describe import describe_form
from enumerator.cli.form_workbook import Workbook
from enumerator.xform import Problem
from tests.xform.scenario import ask, bind, control, repeat, rows, select, select_from, xform

Rows = list[list[str | None]]


def workbook(path: Path, survey: Rows, choices: Rows | None = None) -> Path:
    """Rows as they are typed, the first with the columns' names."""
    pytest.importorskip("pyxform")
    openpyxl: Any = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "survey"
    settings: Rows = [["form_id", "version"], ["f", "3"]]
    for name, content in (("survey", survey), ("choices", choices or []), ("settings", settings)):
        page = sheet if name == "survey" else book.create_sheet(name)
        for row in content:
            page.append(row)
    book.save(path)
    return path


def without_sheets(path: Path, *names: str) -> None:
    openpyxl: Any = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(path)
    for name in names:
        del book[name]
    book.save(path)


def check(path: Path, media: Path | None = None) -> tuple[int, list[str]]:
    out = io.StringIO()
    status = check_form(path, media, out)
    return status, out.getvalue().splitlines()


def problems(path: Path) -> list[tuple[str, str | None, int | None]]:
    """(text, sheet, row)"""
    out = io.StringIO()
    check_form(path, None, out, as_json=True)
    document = json.loads(out.getvalue())
    return [(each["text"], each["sheet"], each["row"]) for each in document["problems"]]


SURVEY: Rows = [
    ["type", "name", "label", "calculation", "constraint", "appearance"],
    ["begin group", "g", "G"],
    [],
    ["text", "a", "A"],
    ["integer", "b", "B", None, ". > 1"],
    ["end group"],
    ["begin repeat", "r", "R"],
    ["select_one l", "s", "S"],
    ["calculate", "c", None, "${a}"],
    ["end repeat"],
    ["text", "d", "D"],
]
CHOICES: Rows = [
    ["list_name", "name", "label"],
    ["l", "x", "X"],
    [None, None, None],
    ["l", "y", "Y"],
]


def with_cell(row: int, column: str, value: str) -> Rows:
    survey = [list(each) for each in SURVEY]
    at = [str(name) for name in SURVEY[0]].index(column)
    line = survey[row - 1]
    line += [None] * (at + 1 - len(line))
    line[at] = value
    return survey


def test_sound_workbook_is_usable(tmp_path: Path) -> None:
    status, lines = check(workbook(tmp_path / "f.xlsx", SURVEY, CHOICES))
    assert (status, lines) == (0, ["f (f, version 3): usable"])


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        (5, "constraint", "nope(.) > 1", "there is no function nope()"),
        (9, "calculation", "/data/gone + 1", "there is no node /data/gone"),
        (9, "calculation", "1 +", "unexpected end"),
        (4, "appearance", "ex:org.example", "'ex:' is passed on"),
        (8, "appearance", "image-map", "'image-map' is passed on"),
        (11, "calculation", "${d} + 1", "depend on each other"),
    ],
)
def test_problem_names_the_row_of_the_survey(
    tmp_path: Path, row: int, column: str, value: str, words: str
) -> None:
    path = workbook(tmp_path / "f.xlsx", with_cell(row, column, value), CHOICES)
    ((text, sheet, found),) = problems(path)
    assert words in text
    assert (sheet, found) == ("survey", row)
    status, lines = check(path)
    assert f"at survey, row {row}" in lines[0]
    assert status == (0 if "passed on" in words else 1)


def test_problem_of_a_choice_names_the_row_of_the_choices(tmp_path: Path) -> None:
    choices: Rows = [*CHOICES[:3], ["l", "y", "Y ${nope}"]]
    ((_, sheet, row),) = problems(workbook(tmp_path / "f.xlsx", SURVEY, choices))
    assert (sheet, row) == ("choices", 4)


@pytest.mark.parametrize(
    ("problem", "place"),
    [
        (
            Problem("warning", "a text", "/html/head/model/itext/translation/text/value", 8),
            "choices, row 4",
        ),
        (
            Problem("warning", "a label", "/html/head/model/itext/translation/text", 11),
            "survey, row 3",
        ),
        (Problem("warning", "a list", "instance('l')"), "choices, row 2"),
        (Problem("warning", "a reference", "/data/r[2]/a"), "survey, row 3"),
        (Problem("warning", "sending", "/html/head/model/submission", 15), "settings"),
    ],
)
def test_element_leads_back_to_its_row(problem: Problem, place: str) -> None:
    survey = [{"type": "begin_repeat", "name": "r"}, {"type": "text", "name": "a"}, {}]
    choices = [{"list_name": "l", "name": "x"}, {}, {"list_name": "l", "name": "y"}]
    form = (
        "<html><head><model><itext>\n<translation>\n<text id='l-0'>\n<value>X</value>\n</text>\n"
        "<text id='l-1'>\n\n<value>Y</value>\n</text>\n\n<text id='/data/r/a:label'/>\n"
        "</translation></itext>\n\n\n<submission/></model></head></html>"
    )
    found = Workbook(survey, choices, form.encode()).place(problem)
    assert str(found) == place


def test_workbook_without_a_choices_sheet_is_usable(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", [["type", "name", "label"], ["text", "a", "A"]])
    without_sheets(path, "choices", "settings")
    status, lines = check(path)
    assert (status, lines) == (0, ["f (f, version none): usable"])


def test_workbook_without_a_survey_sheet_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", SURVEY, CHOICES)
    without_sheets(path, "survey")
    status, lines = check(path)
    assert (status, len(lines)) == (1, 1)
    assert "sheet named 'survey'" in lines[0]


def test_count_of_a_repeat_names_the_row_of_the_repeat(tmp_path: Path) -> None:
    survey: Rows = [
        ["type", "name", "label", "repeat_count"],
        ["begin repeat", "r", "R", "abc"],
        ["text", "a", "A"],
        ["end repeat"],
    ]
    [(text, sheet, row)] = problems(workbook(tmp_path / "f.xlsx", survey))
    assert "no node" in text
    assert (sheet, row) == ("survey", 2)


def test_compiler_s_own_row_is_kept(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", with_cell(4, "type", "no_such_type"), CHOICES)
    ((text, sheet, row),) = problems(path)
    assert "no_such_type" in text
    assert (sheet, row) == ("survey", 4)
    assert check(path)[0] == 1


def test_list_that_is_not_in_the_folder_names_its_row(tmp_path: Path) -> None:
    survey = with_cell(8, "type", "select_one_from_file towns.csv")
    path = workbook(tmp_path / "f.xlsx", survey, CHOICES)
    assert problems(path) == [("the list towns.csv is not in the media folder", "survey", 8)]
    (tmp_path / "towns.csv").write_text("name,label\na,A\n")
    assert problems(path) == []


def test_list_that_the_form_declares_itself_names_its_row(tmp_path: Path) -> None:
    path = workbook(tmp_path / "f.xlsx", [*SURVEY, ["csv-external", "towns"]], CHOICES)
    assert problems(path) == [("the list towns.csv is not in the media folder", "survey", 12)]


def test_picture_of_a_question_names_its_row(tmp_path: Path) -> None:
    survey: Rows = [
        ["type", "name", "label", "media::image"],
        ["text", "a", "A", None],
        ["text", "b", "B", "door.png"],
    ]
    found = problems(workbook(tmp_path / "f.xlsx", survey))
    assert ("image labels (1) are passed on, but not shown", "survey", 3) in found


def test_list_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    extra = '<instance id="l" src="jr://file/l.geojson"/>'
    form = xform("<q/>", [], [select_from("q", "instance('l')/root/item")], extra)
    (tmp_path / "f.xml").write_bytes(form)
    (tmp_path / "l.geojson").write_text("rubbish")
    status, lines = check(tmp_path / "f.xml")
    assert "cannot be read" in lines[0]
    assert status == 0


def test_xform_s_problem_names_element_and_line(tmp_path: Path) -> None:
    form = xform("<a/>", ["\n", bind("a", calculate="nope()")], [ask("a")])
    (tmp_path / "f.xml").write_bytes(form)
    status, lines = check(tmp_path / "f.xml")
    assert status == 1
    assert lines == [
        "error: there is no function nope(), in 'nope()' at /html/head/model/bind, line 2"
    ]


SEARCH = "<select1 appearance=\"search('l'{})\""
LISTED = "instance('l')/root/item"
COLUMNS = [
    (bind("a", calculate=f"{LISTED}[nmae = /data/q]/label"), "", "l.csv has no column 'nmae'"),
    (bind("a", calculate=f"{LISTED}[./name = /data/q]/labl"), "", "l.csv has no column 'labl'"),
    (bind("a", calculate=f"count({LISTED}[not(nmae)])"), "", "l.csv has no column 'nmae'"),
    (bind("a", calculate="pulldata('l', 'labl', 'name', 1)"), "", "l.csv has no column 'labl'"),
    (bind("a", relevant="pulldata('l.csv', 'label', 'id', 1)"), "", "l.csv has no column 'id'"),
    (bind("a", calculate=f"{LISTED}[name = instance('m')/root/item[x = 1]/y]/label"), "", ""),
    (bind("a", calculate=f"{LISTED}[1]/__version"), "", ""),
    ("", select_from("q", f"{LISTED}[up = /data/a]"), "l.csv has no column 'up'"),
    ("", select_from("q", LISTED).replace("'name'", "'nam'"), "l.csv has no column 'nam'"),
    ("", select("q", "nmae").replace("<select1", SEARCH.format("")), "no column 'nmae'"),
    ("", select("q", "name").replace("<select1", SEARCH.format(", 'like', 'name', 'x'")), "kind"),
    ("", select("q", "name").replace("<select1", SEARCH.format(", 'contains', 'name', 'x'")), ""),
]


@pytest.mark.parametrize(("made", "shown", "words"), COLUMNS)
def test_column_that_a_list_does_not_have_is_named(
    tmp_path: Path, made: str, shown: str, words: str
) -> None:
    (tmp_path / "l.csv").write_text("name,label\n1,One\n")
    (tmp_path / "m.csv").write_text("x,y\n1,1\n")
    lists = "".join(f'<instance id="{n}" src="jr://file-csv/{n}.csv"/>' for n in "lm")
    form = xform("<a/><q/>", [made], [shown or ask("q")], lists)
    (tmp_path / "f.xml").write_bytes(form)
    status, lines = check(tmp_path / "f.xml")
    assert status == 0
    assert len(lines) == (2 if words else 1)
    assert words in lines[0]


def test_list_that_is_not_there_has_no_columns_to_miss(tmp_path: Path) -> None:
    lists = '<instance id="l" src="jr://file-csv/l.csv"/>'
    form = xform("<q/>", [], [select_from("q", LISTED)], lists)
    (tmp_path / "f.xml").write_bytes(form)
    assert ["column" in line for line in check(tmp_path / "f.xml")[1]] == [False, False]


def test_what_only_a_start_brings_to_light_is_told(tmp_path: Path) -> None:
    body = [repeat("p", ask("p/x"), count="100000")]
    (tmp_path / "f.xml").write_bytes(xform("<p jr:template=''><x/></p>", [], body))
    status, lines = check(tmp_path / "f.xml")
    assert status == 0
    assert "100000 lines are more than" in lines[0]


@pytest.mark.parametrize("command", ["check", "describe"])
@pytest.mark.parametrize("name", ["f.xml", "f.xlsx", "f.xls", "f"])
@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"PK\x03\x04rubbish", b"\x00\xff" * 99, b"<a>" * 999]
)
def test_rubbish_gives_no_traceback(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    name: str,
    content: bytes,
) -> None:
    pytest.importorskip("pyxform")
    (tmp_path / name).write_bytes(content)
    assert main(["form", command, str(tmp_path / name)]) == 1
    said = capsys.readouterr()
    assert "error" in said.out or "cannot be used" in said.err


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (None, "the file is empty"),
        ({"a.txt": 1}, "no workbook"),
        ({"xl/workbook.xml": 1, "xl/worksheets/sheet1.xml": 129 * 2**20}, "unpacks to more"),
    ],
)
def test_workbook_that_is_none_or_unpacks_without_end_is_refused(
    tmp_path: Path, parts: dict[str, int] | None, words: str
) -> None:
    pytest.importorskip("pyxform")
    path = tmp_path / "f.xlsx"
    if parts is None:
        path.touch()
    else:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, size in parts.items():
                archive.writestr(name, bytes(size))
    status, lines = check(path)
    assert (status, len(lines)) == (1, 1)
    assert words in lines[0]


@pytest.mark.parametrize("command", ["check", "describe"])
def test_form_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    for path, words in ((tmp_path / "gone.xml", "There is no form at"), (tmp_path, "is a folder")):
        assert main(["form", command, str(path)]) == 1
        assert words in capsys.readouterr().err


def test_media_folder_that_is_none_counts_as_empty(tmp_path: Path) -> None:
    extra = '<instance id="l" src="jr://file-csv/l.csv"/>'
    form = xform("<q/>", [], [select_from("q", "instance('l')/root/item")], extra)
    (tmp_path / "f.xml").write_bytes(form)
    status, lines = check(tmp_path / "f.xml", tmp_path / "f.xml")
    assert status == 0
    assert "l.csv is not in the media folder" in lines[0]


# -------------------------------------------------------------------- describe
def described(form: bytes, folder: Path) -> Any:
    path = folder / "form.xml"
    path.write_bytes(form)
    out = io.StringIO()
    assert describe_form(path, None, out) == 0
    return json.loads(out.getvalue())


def test_form_is_described_with_its_settings_fields_and_lists(tmp_path: Path) -> None:
    texts = (
        '<itext><translation lang="en"><text id="n"><value>Name of <output value="/data/a"/>'
        '</value></text></translation><translation lang="id"><text id="n"><value>Nama</value>'
        "</text></translation></itext>"
    )
    form = xform(
        "<a/><g><s/></g><p jr:template=''><n/></p><c/><u/><orx:meta><orx:audit/></orx:meta>",
        [
            bind("a", type="int", required="true()", constraint=". < 9"),
            bind("c", calculate="/data/a + 1"),
            bind("u", jr_preload="uid"),
            bind("orx:meta/orx:audit", type="binary", **{"odk:track-changes": "true"}),
        ],
        [
            control("input", "a", "<label>How many</label>", appearance="numbers w1", rows="2"),
            control(
                "group",
                "g",
                "<label>G</label>" + select_from("g/s", "randomize(instance('l')/root/item)"),
            ),
            repeat(
                "p",
                control("input", "p/n", "<label ref=\"jr:itext('n')\"/>"),
                count="/data/a",
            ),
        ],
        texts
        + rows("own", {"name": "1", "label": "One"})
        + '<instance id="l" src="jr://file-csv/l.csv"/>'
        + '<submission action="https://example.org" base64RsaPublicKey="MIIB"/>',
    )
    document = described(form, tmp_path)
    assert (document["id"], document["version"], document["title"]) == ("test", "1", "Test")
    assert (document["languages"], document["default_language"]) == (["en", "id"], "en")
    assert document["submission"] == {
        "action": "https://example.org",
        "method": "post",
        "encrypted": True,
        "auto_send": None,
        "auto_delete": None,
    }
    assert document["audit"]["track_changes"] is True
    assert document["audit"]["repeats"] == ["/data/p"]
    assert document["lists"] == [{"id": "l", "file": "l.csv"}]
    fields = {field["ref"]: field for field in document["fields"]}
    assert {ref: field["kind"] for ref, field in fields.items()} == {
        "/data/a": "question",
        "/data/g": "group",
        "/data/g/s": "question",
        "/data/p": "repeat",
        "/data/p/n": "question",
        "/data/c": "calculation",
        "/data/u": "metadata",
        "/data/orx:meta": "group",
        "/data/orx:meta/orx:audit": "value",
    }
    assert fields["/data/a"] == {
        "ref": "/data/a",
        "kind": "question",
        "type": "int",
        "control": "input",
        "required": "true()",
        "constraint": ". < 9",
        "appearance": ["numbers", "w1"],
        "label": {"en": "How many", "id": "How many"},
        "parameters": {"rows": "2"},
    }
    assert fields["/data/g/s"]["list"] == "l"
    assert fields["/data/p"]["count"] == "/data/a"
    assert fields["/data/p/n"]["repeat"] == "/data/p"
    assert fields["/data/p/n"]["label"] == {"en": "Name of {/data/a}", "id": "Nama"}


def test_choices_written_in_the_question_are_described(tmp_path: Path) -> None:
    document = described(xform("<q/>", [], [select("q", "yes", "no")]), tmp_path)
    (field,) = document["fields"]
    assert field["choices"] == [
        {"value": "yes", "label": {"": "Yes"}},
        {"value": "no", "label": {"": "No"}},
    ]
    assert field["label"] == {"": "q"}


def test_entities_of_a_form_are_described(tmp_path: Path) -> None:
    form = xform(
        "<name/><meta><entity dataset='people' id='' create='1'><label/></entity></meta>",
        [bind("name", saveto="full_name")],
        [ask("name")],
        entities="2024.1.0",
    )
    (entity,) = described(form, tmp_path)["entities"]
    assert (entity["dataset"], entity["creates"]) == ("people", True)
    assert entity["properties"] == {"full_name": "/data/name"}
