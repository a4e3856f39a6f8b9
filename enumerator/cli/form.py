"""``enumerator form``: run and check questionnaires without a window.

``run`` speaks the form-running protocol: one JSON object a line in, one out. The operations are
load, answer, new_repeat, delete_repeat, language, eval, choices, walk, validate, finalize, xml
and state; every answer carries ``step``, ``op`` and ``ok``. Of our own: load's ``edit`` (true: the
``instance`` was sent, this corrects it).
"""

from __future__ import annotations

import argparse
import io
import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final, TextIO

from enumerator.cli import form_bench
from enumerator.cli.form_check import check_form
from enumerator.cli.form_describe import describe_form
from enumerator.cli.form_source import open_source
from enumerator.errors import EnumeratorError
from enumerator.xform import FolderMedia, FormError, LayeredMedia, Media, MemoryMedia, load_form
from enumerator.xform.engine.session import Session
from enumerator.xform.xpath.dates import write_date

Fields = Mapping[str, Any]
Reply = dict[str, Any]


# What a line may give, and as what.
_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(
        ("op", "form", "media", "ref", "expr", "lang", "instance", "last_saved"), (str,)
    ),
    **dict.fromkeys(("state", "commit"), (str,)),
    "value": (str, list, int, float),
    "repeat": (int,),
}
_NAMES: Final[Mapping[type, str]] = {str: "a text", int: "a whole number"}
_PATIENCE_NS: Final = 1_000_000_000  # for evaluating one expression again and again


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="enumerator form", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="answer a script of JSON lines from standard input")
    run.add_argument("form", nargs="?", help="an XForm (.xml) or XLSForm (.xlsx)")
    check = commands.add_parser("check", help="say everything that is wrong with a form")
    check.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    describe = commands.add_parser("describe", help="tell a form's fields and settings as JSON")
    for command in (check, describe):
        command.add_argument("form", help="an XForm (.xml) or XLSForm (.xlsx)")
    bench = commands.add_parser("bench", help="say what a script of commands takes")
    form_bench.add_arguments(bench)
    for command in (run, check, describe):
        command.add_argument("--media", type=Path, help="the folder of the form's files")
    options = parser.parse_args(list(arguments))
    if options.command == "check":
        return check_form(Path(options.form), options.media, sys.stdout, as_json=options.json)
    if options.command == "describe":
        return describe_form(Path(options.form), options.media, sys.stdout)
    if options.command == "bench":
        return form_bench.bench_script(
            options.form, options.script, sys.stdout, media=options.media, repeat=options.repeat
        )
    form = Path(options.form) if options.form else None
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    run_script(sys.stdin or (), sys.stdout, form=form, media=options.media)
    return 0


def run_script(
    lines: Iterable[str], out: TextIO, *, form: Path | None = None, media: Path | None = None
) -> None:
    """Answers every line; a command that fails says so and the script goes on."""
    runner = ScriptRunner(form, media)
    step = 0
    for line in lines:
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        reply: Reply = {"step": step}
        step += 1
        try:
            fields = _fields_of(stripped)
            reply["op"] = fields.get("op", "")
            runner.run(fields, reply)
            reply.setdefault("ok", True)
        except (EnumeratorError, ValueError, KeyError, OSError) as error:
            reply["ok"] = False
            text = f"{error} is missing" if isinstance(error, KeyError) else str(error)
            reply["error"] = f"{type(error).__name__}: {text}"
            if isinstance(error, FormError):
                reply["problems"] = [str(problem) for problem in error.problems]
        written = json.dumps(reply, ensure_ascii=False)
        print(written.encode("utf-8", "backslashreplace").decode(), file=out, flush=True)


def _fields_of(line: str) -> Fields:
    """Raises ValueError for what is no command."""
    try:
        fields = json.loads(line)
    except RecursionError:
        raise ValueError("a line with too many brackets") from None
    if not isinstance(fields, dict):
        raise ValueError("a line must be a JSON object")
    for word, kinds in _KINDS.items():
        value = fields.get(word)
        if value is not None and not isinstance(value, kinds):
            raise ValueError(f"{word!r} must be {_NAMES[kinds[0]]}")
    value = fields.get("value")
    if isinstance(value, int | float):
        fields["value"] = json.dumps(value)
    elif isinstance(value, list) and not all(isinstance(each, str) for each in value):
        raise ValueError("'value' must be a text or a list of texts")
    # Nothing given is the same as left out, but for an answer: null clears.
    return {name: value for name, value in fields.items() if value is not None or name == "value"}


class ScriptRunner:
    """One script's session and what the last answer reported of it."""

    def __init__(self, form: Path | None, media: Path | None) -> None:
        self._form = form
        self._media = media
        self._open: Session | None = None
        self._last: Mapping[str, Any] = {}
        self._prompts = True
        self._commit = "valid"
        self._operations: dict[str, Callable[[Fields, Reply], None]] = {
            "load": self._load,
            "answer": self._answer,
            "new_repeat": self._new_repeat,
            "delete_repeat": self._delete_repeat,
            "language": self._language,
            "eval": self._eval,
            "choices": self._choices,
            "walk": self._walk,
            "validate": self._validate,
            "finalize": self._finalize,
            "xml": self._xml,
            "state": lambda _fields, _reply: None,
        }

    def run(self, fields: Fields, reply: Reply) -> None:
        name = fields.get("op", "")
        operation = self._operations.get(name)
        if operation is None:
            raise ValueError(f"there is no operation {name!r}")
        if self._open is None and name != "load" and self._form is not None:
            self._load({}, {})
        operation(fields, reply)
        wanted = fields.get("state", "full" if name in ("load", "state") else "diff")
        if name in ("eval", "xml", "walk", "choices"):
            wanted = "none"
        if wanted != "none":
            self._report(wanted, reply)

    @property
    def _session(self) -> Session:
        if self._open is None:
            raise ValueError("no form is loaded")
        return self._open

    def _report(self, wanted: str, reply: Reply) -> None:
        state = dict(self._session.state(prompts=self._prompts))
        if wanted == "full":
            reply["state"] = state
        else:
            reply["changed"] = {k: v for k, v in state.items() if self._last.get(k) != v}
            gone = [key for key in self._last if key not in state]
            if gone:
                reply["gone"] = gone
        self._last = {str(key): value for key, value in state.items()}

    # ---------------------------------------------------------------- operations
    def _load(self, fields: Fields, reply: Reply) -> None:
        path = self._form or self._find(fields["form"])
        begun = time.perf_counter()
        source = open_source(path)
        files = LayeredMedia(self._files(fields, path), MemoryMedia(source.files))
        form = load_form(source.xform, files)
        parsed = time.perf_counter()
        instance = fields.get("instance")
        saved = fields.get("last_saved")
        self._open = form.start(
            language=fields.get("lang"),
            instance=self._find(instance).read_bytes() if instance else None,
            edit=fields.get("edit") is True,
            last_saved=self._find(saved).read_bytes() if saved else None,
        )
        reply["parse_ms"] = (parsed - begun) * 1e3
        reply["init_ms"] = (time.perf_counter() - parsed) * 1e3
        reply["title"] = form.title
        reply["languages"] = list(form.languages)
        reply["warnings"] = [str(problem) for problem in self._open.warnings]
        self._prompts = fields.get("prompts", True)
        self._commit = fields.get("commit", "valid")
        self._last = {}

    def _find(self, name: str) -> Path:
        """As it stands, or in the media folder."""
        path = Path(name)
        if not path.exists() and self._media is not None and (self._media / name).exists():
            return self._media / name
        return path

    def _files(self, fields: Fields, path: Path) -> Media:
        folders = [self._media, Path(fields["media"]) if fields.get("media") else None, path.parent]
        return LayeredMedia(*(FolderMedia(folder) for folder in folders if folder is not None))

    def _answer(self, fields: Fields, reply: Reply) -> None:
        session = self._session
        ref, value = fields["ref"], fields.get("value")
        force = bool(fields.get("force"))
        before = session.flags(ref)
        begun = time.perf_counter_ns()
        answer = session.answer(ref, value, commit="always" if force else self._commit, force=True)
        reply["us"] = (time.perf_counter_ns() - begun) / 1e3
        reply["relevant"], reply["readonly"] = before
        reply["result"] = "ok" if force else answer.result.value
        if answer.message and not force:
            reply["message"] = answer.message

    def _new_repeat(self, fields: Fields, reply: Reply) -> None:
        begun = time.perf_counter_ns()
        changes = self._session.add_repeat(fields["ref"])
        reply["us"] = (time.perf_counter_ns() - begun) / 1e3
        reply["allowed"] = True
        if changes.added:
            reply["ref"] = changes.added[0].removesuffix("[1]")

    def _delete_repeat(self, fields: Fields, reply: Reply) -> None:
        begun = time.perf_counter_ns()
        self._session.remove_repeat(fields["ref"])
        reply["us"] = (time.perf_counter_ns() - begun) / 1e3

    def _language(self, fields: Fields, _reply: Reply) -> None:
        self._session.set_language(fields["lang"])

    def _eval(self, fields: Fields, reply: Reply) -> None:
        session = self._session
        wanted, times = fields.get("repeat") or 1, 0
        begun = time.perf_counter_ns()
        while True:
            value = session.evaluate(fields["expr"], fields.get("ref"))
            times += 1
            taken_ns = time.perf_counter_ns() - begun
            if times >= wanted or taken_ns > _PATIENCE_NS:
                break
        reply["us"] = taken_ns / 1e3 / times
        if isinstance(value, date):
            reply["type"], reply["value"] = "date", write_date(value)
        elif isinstance(value, bool):
            reply["type"], reply["value"] = "boolean", value
        elif isinstance(value, float):
            reply["type"] = "number"
            reply["value"] = value if math.isfinite(value) else _word(value)
        else:
            reply["type"], reply["value"] = "string", value

    def _choices(self, fields: Fields, reply: Reply) -> None:
        begun = time.perf_counter_ns()
        reply["n"] = len(self._session.choices(fields["ref"]))
        reply["us"] = (time.perf_counter_ns() - begun) / 1e3

    def _walk(self, _fields: Fields, reply: Reply) -> None:
        session = self._session
        begun = time.perf_counter_ns()
        reply["n"] = len([session.element(ref) for ref in session.questions()])
        reply["us"] = (time.perf_counter_ns() - begun) / 1e3

    def _validate(self, _fields: Fields, reply: Reply) -> None:
        failures = self._session.validate()
        reply["result"] = failures[0].result.value if failures else "ok"
        if failures:
            reply["ref"] = failures[0].ref

    def _finalize(self, _fields: Fields, reply: Reply) -> None:
        reply["xml"] = self._session.finalize().decode()

    def _xml(self, _fields: Fields, reply: Reply) -> None:
        reply["xml"] = self._session.xml().decode()


def _word(number: float) -> str:
    if math.isnan(number):
        return "NaN"
    return "Infinity" if number > 0 else "-Infinity"
