"""enumerator form: the protocol on standard input and output."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from enumerator.cli.form import main, run_script
from enumerator.cli.form_check import check_form
from enumerator.errors import KnownError
from tests.xform.scenario import ask, bind, repeat, select_from, xform

FORM = xform(
    "<a/><b/><s/><p jr:template=''><x/></p><meta><instanceID/></meta>",
    [
        bind("a", type="int", constraint=". < 10", jr_constraintMsg="Too many"),
        bind("b", calculate="/data/a + 1"),
        bind("s", relevant="/data/a > 1", required="true()"),
    ],
    [ask("a", "How many"), select_from("s", "instance('l')/root/item"), repeat("p", ask("p/x"))],
    '<instance id="l" src="jr://file-csv/l.csv"/>',
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "form.xml").write_bytes(FORM)
    (tmp_path / "l.csv").write_text("name,label\nx,X\ny,Y\n")
    return tmp_path


def run(folder: Path, *commands: dict[str, Any], form: str | None = "form.xml") -> list[Any]:
    out = io.StringIO()
    run_script(
        [json.dumps(command) + "\n" for command in commands],
        out,
        form=folder / form if form else None,
        media=folder,
    )
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_script_is_answered_line_by_line(folder: Path) -> None:
    replies = run(
        folder,
        {"op": "load"},
        {"op": "answer", "ref": "/data/a", "value": "3"},
        {"op": "answer", "ref": "/data/a", "value": "30", "state": "none"},
        {"op": "choices", "ref": "/data/s"},
        {"op": "validate", "state": "none"},
        {"op": "new_repeat", "ref": "/data/p", "state": "none"},
        {"op": "delete_repeat", "ref": "/data/p"},
        {"op": "eval", "expr": "/data/a * 2"},
        {"op": "eval", "expr": "1 div 0"},
        {"op": "eval", "expr": "date('2020-09-15')"},
        {"op": "walk"},
        {"op": "finalize", "state": "none"},
    )
    assert [reply["step"] for reply in replies] == list(range(12))
    assert all(reply["ok"] for reply in replies)
    load, answer, refused, choices, invalid, added, removed, *rest = replies
    assert load["state"]["/data/a"] == {"relevant": True, "value": "", "label": "How many"}
    assert (answer["result"], answer["relevant"], answer["readonly"]) == ("ok", True, False)
    assert set(answer["changed"]) == {"/data/a", "/data/b", "/data/s"}
    assert (refused["result"], refused["message"]) == ("constraint", "Too many")
    assert choices["n"] == 2
    assert (invalid["result"], invalid["ref"]) == ("required", "/data/s")
    assert added["ref"] == "/data/p"
    assert removed.get("gone") is None
    assert (rest[0]["type"], rest[0]["value"]) == ("number", 6.0)
    assert rest[1]["value"] == "Infinity"
    assert (rest[2]["type"], rest[2]["value"]) == ("date", "2020-09-15")
    assert rest[3]["n"] == 2
    assert "<a>3</a>" in rest[4]["xml"]


def test_failing_command_says_why_and_the_script_goes_on(folder: Path) -> None:
    replies = run(
        folder,
        {"op": "load", "state": "none"},
        {"op": "answer", "ref": "/data/gone", "value": "1"},
        {"op": "nothing"},
        {"op": "eval", "expr": "1 +"},
        {"op": "answer", "value": "1"},
        {"op": "state"},
    )
    assert [reply["ok"] for reply in replies] == [True, False, False, False, False, True]
    assert "/data/gone" in replies[1]["error"]


def test_form_of_the_script_is_looked_for_in_the_media_folder(folder: Path) -> None:
    replies = run(folder, {"op": "load", "form": "form.xml", "state": "none"}, form=None)
    assert replies[0]["ok"]
    assert replies[0]["title"] == "Test"


def test_nothing_can_be_answered_before_a_form_is_loaded(folder: Path) -> None:
    assert not run(folder, {"op": "state"}, form=None)[0]["ok"]


def test_protocol_answers_what_is_not_relevant(folder: Path) -> None:
    reply = run(folder, {"op": "load"}, {"op": "answer", "ref": "/data/s", "value": "x"})[1]
    assert (reply["relevant"], reply["result"]) == (False, "ok")


def test_check_prints_every_problem(folder: Path) -> None:
    out = io.StringIO()
    assert check_form(folder / "form.xml", None, out) == 0
    assert "usable" in out.getvalue()
    (folder / "bad.xml").write_bytes(xform("<a/>", [bind("a", calculate="nope()")]))
    out = io.StringIO()
    assert check_form(folder / "bad.xml", None, out) == 1
    assert "there is no function nope()" in out.getvalue()


def test_command_runs_from_its_arguments(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO('{"op": "xml"}\n'))
    assert main(["run", str(folder / "form.xml"), "--media", str(folder)]) == 0
    assert "<data" in json.loads(capsys.readouterr().out)["xml"]
    assert main(["check", str(folder / "form.xml")]) == 0


def test_missing_form_and_missing_compiler_are_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(KnownError) as error:
        main(["check", str(folder / "gone.xml")])
    assert error.value.code == "no_such_file"
    (folder / "form.xlsx").write_bytes(b"PK")
    monkeypatch.setitem(sys.modules, "pyxform.xls2xform", None)
    with pytest.raises(KnownError) as error:
        main(["check", str(folder / "form.xlsx")])
    assert error.value.code == "no_compiler"
    assert "enumerator[server]" in str(error.value)


@pytest.mark.parametrize(
    "line",
    [
        *("rubbish", "[]", "5", '{"op": 5}', '{"op": "answer", "ref": 5}', '{"op": "eval"}'),
        *("[" * 100_000, '{"op": "answer", "ref": "/data/a", "value": [1]}', '{"op": []}'),
        *('{"op": "eval", "expr": "1", "repeat": []}', '{"op": "state", "state": {}}'),
        *('{"op": "answer", "ref": "/data/\\ud800", "value": "1"}', "9" * 10_000),
        '{"op": "choices", "ref": null}',
        '{"op": "answer", "ref": "/data/p[' + "9" * 5000 + ']/x", "value": "1"}',
    ],
)
def test_script_goes_on_when_a_line_is_rubbish(folder: Path, line: str) -> None:
    out = io.StringIO()
    run_script([line, '{"op": "state"}'], out, form=folder / "form.xml", media=folder)
    refused, state = (json.loads(reply) for reply in out.getvalue().splitlines())
    assert not refused["ok"]
    assert refused["error"]
    assert state["ok"]


def test_reply_can_be_written_when_an_answer_holds_half_a_character(folder: Path) -> None:
    reply = run(
        folder,
        {"op": "answer", "ref": "/data/s", "value": "\ud800", "force": True, "state": "full"},
        {"op": "eval", "expr": "'\ud800'"},
    )
    assert reply[0]["state"]["/data/s"]["value"] == "\ufffd"
    assert reply[1]["value"] == "\ud800"


def test_number_counts_as_its_text_when_it_is_an_answer(folder: Path) -> None:
    reply = run(folder, {"op": "answer", "ref": "/data/a", "value": 7, "state": "full"})[0]
    assert reply["state"]["/data/a"]["value"] == "7"


def test_saved_instance_is_loaded_and_corrected(folder: Path) -> None:
    sent = (
        '<data id="test" version="1"><a>7</a><meta><instanceID>uuid:old</instanceID></meta></data>'
    )
    (folder / "sent.xml").write_text(sent)
    draft, corrected = run(
        folder,
        {"op": "load", "instance": "sent.xml"},
        {"op": "load", "instance": "sent.xml", "edit": True},
    )
    assert draft["state"]["/data/a"]["value"] == "7"
    assert draft["state"]["/data/meta/instanceID"]["value"] == "uuid:old"
    assert "/data/meta/deprecatedID" not in draft["state"]
    assert corrected["state"]["/data/meta/deprecatedID"]["value"] == "uuid:old"
    assert corrected["state"]["/data/meta/instanceID"]["value"] != "uuid:old"


def test_command_ends_without_a_word_when_nobody_reads_on(folder: Path) -> None:
    command = [sys.executable, "-m", "enumerator", "form", "run", str(folder / "form.xml")]
    script = '{"op": "load"}\n' + '{"op": "eval", "expr": "1"}\n' * 2000
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            running.stdin.write(script)
        with contextlib.suppress(BrokenPipeError):
            running.stdin.close()
        said = running.stderr.read()
    assert (running.returncode, said) == (1, "")


@pytest.mark.parametrize(
    ("raised", "status", "said"),
    [
        (KeyboardInterrupt(), 130, ""),
        (OSError(errno.ENOSPC, "No space left on device"), 1, "enumerator: No space"),
    ],
)
def test_command_that_is_interrupted_gives_no_traceback(
    raised: BaseException, status: int, said: str
) -> None:
    code = (
        "import sys, errno\nfrom enumerator.cli import form, main\n"
        f"def fail(*_a, **_k): raise {raised!r}\n"
        "form.run_script = fail\nsys.exit(main(['form', 'run']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=False, stdin=subprocess.DEVNULL, capture_output=True
    )
    assert done.returncode == status
    assert done.stderr.decode().partition(" left")[0] == said


def test_field_that_is_missing_is_named(folder: Path) -> None:
    assert run(folder, {"op": "answer"})[0]["error"] == "KeyError: 'ref' is missing"
