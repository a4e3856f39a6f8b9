"""What is fuzzed: how an input of each target is made, and what is done with it.

An input is a JSON object, so that it can be kept in a file and run alone; bytes are kept as
Latin-1 text. Running one ends in an answer or in a KnownError; all else is a finding.
"""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

from enumerator.cli.form import run_script
from enumerator.errors import KnownError
from enumerator.xform import Kind, MemoryMedia, load_form
from enumerator.xform.engine.session import Session
from enumerator.xform.xpath.parser import parse
from enumerator.xform.xpath.syntax import XPathError
from tests.fuzz import expressions, forms, material
from tests.fuzz.clock import CLOCK
from tests.fuzz.mutation import mutated
from tests.xform.scenario import WITA, ask, bind, repeat, rows, xform

Input = dict[str, Any]

_STEPS = 12
_QUESTIONS = 40
_FIXED = datetime(2020, 9, 15, 12, 0, tzinfo=WITA)
_LIST = b"name,label,up\n1,One,a\n2,Two,a\na,Aye,b\n"
_POINTS = (
    b'{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point",'
    b'"coordinates":[106.8,-6.2]},"properties":{"name":"a","label":"A"}}]}'
)
_FILES = {"ext.csv": _LIST, "ext.geojson": _POINTS, "ext.xml": b"<root/>"}


def seeded(seed: int) -> Random:
    return Random(seed)  # noqa: S311 # no secret, but repeatable


# -------------------------------------------------------------------- expressions
@lru_cache(maxsize=1)
def _stage() -> Session:
    """A form to evaluate expressions in."""
    form = xform(
        "<a>3</a><b/><k/><g><s>1 2</s></g><p><n>1</n><q><m>5</m></q></p><p><n>2</n><q/></p>",
        [bind("a", type="int"), bind("k", calculate="/data/a + 1"), bind("p/n", type="date")],
        [ask("a"), repeat("p", ask("p/n"), repeat("p/q", ask("p/q/m")))],
        rows("l", {"name": "1", "label": "One"}, {"name": "3", "label": "Three"})
        + '<instance id="ext" src="jr://file-csv/ext.csv"/>',
    )
    return _start(form, _FILES)


def _start(form: bytes, files: Mapping[str, bytes], instance: bytes | None = None) -> Session:
    loaded = load_form(form, MemoryMedia(files))
    CLOCK.lap()
    session = loaded.start(now=lambda: _FIXED, random=seeded(1), instance=instance)
    CLOCK.lap()
    return session


def make_xpath(chance: Random) -> Input:
    kind = chance.random()
    if kind < 0.5:
        text = expressions.expression(chance, chance.choice((2, 3, 4, 5)))
    elif kind < 0.55:
        text = expressions.monster(chance)
    else:
        known = material.some_expressions()
        text = mutated(chance, chance.choice(known), "xpath", known)
    return {"expression": text[:20_000]}


def run_xpath(given: Input) -> str:
    text = given["expression"]
    try:
        parse(text)
    except XPathError as error:
        return f"refused: {error.args[0][:30]}"
    session = _stage()
    outcomes = []
    for ref in ("/data/a", "/data/p[2]/n"):
        try:
            outcomes.append(type(session.evaluate(text, ref)).__name__)
        except XPathError as error:
            outcomes.append(str(error)[:20])
        CLOCK.lap()
    return " ".join(outcomes)


# -------------------------------------------------------------------- forms
def make_form(chance: Random) -> Input:
    kind = chance.random()
    if kind < 0.45:
        form = forms.form(chance)
    elif kind < 0.52:
        form = forms.nested_xml(chance)
    elif kind < 0.55:
        form = chance.randbytes(chance.choice((0, 1, 10, 1000)))
    else:
        known = material.some_forms()
        form = mutated(chance, chance.choice(known), "form", known)
    return {"form": form.decode("latin-1"), "seed": chance.randrange(2**32)}


def run_form(given: Input) -> str:
    form = given["form"].encode("latin-1")
    try:
        session = _start(form, _FILES)
    except KnownError as error:
        return f"refused: {error!s:.80}"
    outcomes = fill_in(session, seeded(given["seed"]))
    saved = session.finalize()
    CLOCK.lap()
    try:
        again = _start(form, _FILES, saved)
        again.state()
        CLOCK.lap()
        again.finalize()
    except KnownError as error:
        outcomes.append(error.code)
    return " ".join(sorted(set(outcomes)))


def fill_in(session: Session, chance: Random) -> list[str]:
    """Random steps; what the form does not allow is its KnownError, and the session goes on."""
    outcomes: list[str] = []
    for _ in range(_STEPS):
        step = _random_step(session, chance)
        CLOCK.lap()
        try:
            step()
        except KnownError as error:
            outcomes.append(error.code)
        CLOCK.lap()
    for look in (session.validate, session.state, session.xml, lambda: list(session.warnings)):
        look()
        CLOCK.lap()
    return outcomes


def _random_step(session: Session, chance: Random) -> Callable[[], object]:
    spots = _some_spots(session)
    ref = chance.choice(spots)
    kind = chance.random()
    if kind < 0.55:
        text = forms.value(chance)
        return lambda: session.answer(ref, text, commit=chance.choice(("valid", "always")))
    if kind < 0.65:
        return lambda: session.add_repeat(ref)
    if kind < 0.70:
        return lambda: session.remove_repeat(ref)
    if kind < 0.78:
        return session.undo
    if kind < 0.82:
        names = (*session.form.languages, "gone")
        return lambda: session.set_language(chance.choice(names))
    if kind < 0.92:
        return lambda: (session.choices(ref), session.element(ref))
    odd = chance.choice((ref + "[" + "9" * 5000 + "]", "", "/", "/data/~9", "//", "\ud800", "x[0]"))
    return lambda: session.answer(odd, "1")


def _some_spots(session: Session) -> list[str]:
    """A few references of every kind, at most, breadth first."""
    found: list[str] = [session.root]
    for ref in found:
        if len(found) > _QUESTIONS:
            break
        found += session.children(ref)[:20]
        element = session.element(ref)
        if element.kind == Kind.QUESTION and element.control.startswith(("select", "rank")):
            session.choices(ref)
        CLOCK.lap()
    return found


# -------------------------------------------------------------------- lists
def make_lists(chance: Random) -> Input:
    name, data = forms.list_file(chance)
    kind = chance.random()
    if kind < 0.5:
        data = mutated(chance, data, "lists", (data, _LIST, _POINTS))
    elif kind < 0.55:
        data = chance.randbytes(chance.choice((0, 3, 100, 5000)))
    elif kind < 0.58:
        data = chance.choice((b"[" * 100_000, b'{"features":' * 50_000, b"a," * 100_000, b"\xff"))
    elif kind < 0.60:
        data = b"name,label\n" + b'"' + b"x" * 200_000 + b'"\n'
    form = forms.reader_form(chance, name)
    return {
        "form": form.decode("latin-1"),
        "name": name,
        "data": data.decode("latin-1"),
        "seed": chance.randrange(2**32),
    }


def run_lists(given: Input) -> str:
    files = {given["name"]: given["data"].encode("latin-1")}
    try:
        session = _start(given["form"].encode("latin-1"), files)
    except KnownError as error:
        return f"refused: {error!s:.80}"
    outcomes = fill_in(session, seeded(given["seed"]))
    session.finalize()
    return " ".join(sorted(set(outcomes)))


# -------------------------------------------------------------------- scripts
def make_script(chance: Random) -> Input:
    known = material.some_commands()
    lines = []
    for _ in range(chance.randint(1, 8)):
        line = chance.choice(known)
        kind = chance.random()
        if kind < 0.5:
            line = mutated(chance, line, "script", known)
        elif kind < 0.7:
            fields = json.loads(line)
            fields[chance.choice(("op", "ref", "value", "expr", "repeat", "lang", "state"))] = (
                chance.choice((None, 5, -1, 1e300, True, [], [1], {}, {"a": 1}, "x", "\ud800"))
            )
            line = json.dumps(fields)
        elif kind < 0.75:
            size = chance.choice((100, 1000, 100_000))
            line = chance.choice(("[", '{"op":', '{"op":["', "9")) * size
        elif kind < 0.85:
            fields = {"op": "eval", "expr": expressions.expression(chance, 3)}
            line = json.dumps(fields)
        lines.append(line)
    form = forms.form(chance) if chance.random() < 0.2 else None
    return {"lines": lines, "form": form.decode("latin-1") if form is not None else None}


class _Replies(io.StringIO):
    """Each reply ends one call."""

    def flush(self) -> None:
        CLOCK.lap()


@lru_cache(maxsize=1)
def _usual_form() -> bytes:
    for seed in range(1000):
        form = forms.form(seeded(seed))
        try:
            _start(form, _FILES)
        except KnownError:
            continue
        return form
    raise AssertionError("no form of the first thousand loads")


def run_scripted(given: Input) -> str:
    form = given["form"].encode("latin-1") if given["form"] is not None else _usual_form()
    out = _Replies()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        (place / "form.xml").write_bytes(form)
        (place / "ext.csv").write_bytes(_LIST)
        lines = [line for text in given["lines"] for line in text.splitlines()]
        run_script(lines, out, form=place / "form.xml", media=place)
    replies = [json.loads(line) for line in out.getvalue().encode().splitlines()]
    return " ".join(sorted({str(reply.get("error", "ok"))[:40] for reply in replies}))


TARGETS: Mapping[str, tuple[Callable[[Random], Input], Callable[[Input], str]]] = {
    "xpath": (make_xpath, run_xpath),
    "form": (make_form, run_form),
    "lists": (make_lists, run_lists),
    "script": (make_script, run_scripted),
}
