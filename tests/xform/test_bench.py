"""``enumerator bench forms`` and ``enumerator form bench``: they run, and say what they promise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from enumerator.bench import benchmark_form
from enumerator.bench.measuring import measure, spread
from enumerator.bench.tables import aligned, figure, growth_of
from enumerator.cli import main
from enumerator.xform import FolderMedia, load_form
from tests.xform.scenario import ask, xform

FIGURES = {"load_ms", "start_ms", "cached_load_ms", "cached_start_ms", "peak_mb"}
ANSWERS = {"answers", "median_us", "p95_us", "max_us", "all_ms"}


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return report


def test_bench_forms_reports_every_figure_when_there_is_no_material(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.chdir(tmp_path)
    assert main(["bench", "forms", "--quick"]) == 0
    report = last_line(capsys)
    assert report["peer_absent"]
    rows = report["rows"]
    assert {row["group"] for row in rows} == {"form", "questionnaire", "list", "roster", "lines"}
    assert {(row["engine"], row["state"]) for row in rows} == {
        ("enumerator", "fresh"),
        ("enumerator", "warm"),
    }
    for row in rows:
        assert set(row) >= FIGURES | ANSWERS | {"size", "changes", "refused"}
        assert row["answers"] > 0
    assert {step["group"] for step in report["growth"]} == {"list", "roster", "lines"}
    roster = [step for step in report["growth"] if step["group"] == "roster"]
    assert all(step["size"] == 4 and step["changes"] > 1 for step in roster)


def test_form_bench_reports_every_operation_of_the_script(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form, script = tmp_path / "form.xml", tmp_path / "script.jsonl"
    form.write_bytes(benchmark_form.form_xml())
    benchmark_form.write_lists(tmp_path, 600)
    commands = [{"op": "load", "commit": "always"}, *benchmark_form.line_script(3)]
    script.write_text("\n".join(map(json.dumps, commands)), encoding="utf-8")
    assert main(["form", "bench", str(form), str(script), "--repeat", "2"]) == 0
    report = last_line(capsys)
    assert len(report["runs"]) == 2
    operations = report["runs"][0]["operations"]
    assert {name: spread["n"] for name, spread in operations.items()} == {
        "new_repeat": 3,
        "answer": 6,
        "delete_repeat": 1,
        "language": 2,
        "validate": 1,
        "state": 1,
        "xml": 1,
    }
    assert report["runs"][0]["refused"] == 0


def test_form_bench_fails_with_words_when_the_script_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    form = tmp_path / "form.xml"
    form.write_bytes(benchmark_form.form_xml())
    assert main(["form", "bench", str(form), str(tmp_path / "none.jsonl")]) == 1
    assert "none.jsonl" in capsys.readouterr().err


def test_benchmark_form_takes_every_answer_when_its_script_runs(tmp_path: Path) -> None:
    path = tmp_path / "form.xml"
    path.write_bytes(benchmark_form.form_xml())
    benchmark_form.write_lists(tmp_path, 600)
    media = FolderMedia(tmp_path)
    assert load_form(path, media).warnings == ()
    run = measure(path, media, [*benchmark_form.script(3), {"op": "validate"}])
    assert run.refused == 0
    assert run.changes > len(run.times_us["answer"])


def test_with_lines_repeats_the_persons_when_more_are_wanted() -> None:
    commands = benchmark_form.script(2)
    grown = benchmark_form.with_lines(commands, 5)
    names = [c["ref"] for c in grown if c["ref"].endswith("]/name")]
    assert names == [f"/data/person[{place}]/name" for place in range(1, 6)]
    assert {"op": "answer", "ref": "/data/n", "value": "5", "state": "none"} in grown
    assert [c["ref"] for c in grown if "/person" not in c["ref"]] == [
        c["ref"] for c in commands if "/person" not in c["ref"]
    ]


def test_spread_is_of_nearest_ranks() -> None:
    found = spread([5.0, 1.0, 3.0])
    assert found == {"n": 3, "median_us": 3.0, "p95_us": 5.0, "max_us": 5.0, "all_ms": 0.009}


def test_figures_pass_to_the_next_unit_when_they_are_large() -> None:
    assert [figure(7.123, "us"), figure(1200, "us"), figure(1.2e6, "us"), figure(None, "ms")] == [
        "7.12 us",
        "1.20 ms",
        "1.20 s",
        "-",
    ]


def test_tables_are_aligned() -> None:
    assert aligned([["", "n"], ["long", "1"], ["x", "22"]]) == "       n\nlong   1\nx     22"


def test_growth_is_told_from_size_to_size_of_one_series() -> None:
    figures = dict.fromkeys(FIGURES | ANSWERS | {"changes"}, 2.0)
    about = {"group": "list", "name": "rows", "engine": "enumerator", "state": "fresh"}
    rows: list[dict[str, Any]] = [
        {**about, **figures, "size": 10},
        {**about, **figures, "size": 40, "all_ms": 3.0},
    ]
    (step,) = growth_of(rows)
    assert (step["from"], step["to"], step["size"], step["all_ms"]) == (10, 40, 4.0, 1.5)


@pytest.mark.parametrize(
    "line",
    [
        "rubbish",
        "[]",
        '{"op": 5}',
        '{"op": "nope"}',
        '{"op": "answer"}',
        '{"op":"choices","ref":1}',
    ],
)
def test_form_bench_names_the_line_that_is_no_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    form, script = tmp_path / "form.xml", tmp_path / "script.jsonl"
    form.write_bytes(xform("<a/>", [], [ask("a")]))
    script.write_text(line, encoding="utf-8")
    assert main(["form", "bench", str(form), str(script)]) == 1
    assert capsys.readouterr().err.startswith("enumerator: ")


def test_form_bench_takes_a_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pyxform")
    openpyxl: Any = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "survey"
    for row in (["type", "name", "label"], ["text", "a", "A"]):
        book.active.append(row)
    book.save(tmp_path / "f.xlsx")
    script = tmp_path / "script.jsonl"
    script.write_text('{"op": "walk"}', encoding="utf-8")
    assert main(["form", "bench", str(tmp_path / "f.xlsx"), str(script), "--repeat", "1"]) == 0
    assert last_line(capsys)["runs"][0]["operations"].keys() == {"walk"}
