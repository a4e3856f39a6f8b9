"""Forms that cannot be used say why, and where, when they are loaded."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enumerator.errors import KnownError
from enumerator.xform import FolderMedia, FormError, LayeredMedia, MemoryMedia, load_form
from tests.xform.scenario import Scenario, ask, bind, repeat, rows, select_from, xform


def problems_of(form: bytes) -> list[str]:
    with pytest.raises(FormError) as error:
        load_form(form)
    assert error.value.code == "bad_form"
    return [problem.text for problem in error.value.problems if problem.severity == "error"]


@pytest.mark.parametrize(
    ("binds", "words"),
    [
        ([bind("a", calculate="nothing(1)")], "there is no function nothing()"),
        ([bind("a", calculate="substr('x')")], "too few arguments"),
        ([bind("a", relevant="/data/gone = 1")], "there is no node /data/gone"),
        ([bind("a", constraint="regex(., '(')")], "not a regular expression"),
        ([bind("a", calculate="1 +")], "unexpected end"),
        ([bind("a", calculate="instance('gone')/root/item")], "there is no instance 'gone'"),
        ([bind("a", calculate=". + 1")], "depend on each other"),
        (
            [bind("a", calculate="/data/b"), bind("b", relevant="/data/a = 1")],
            "depend on each other",
        ),
        (
            [bind("g/c", type="int"), bind("g", relevant="/data/g/c = 1")],
            "depend on each other",
        ),
    ],
)
def test_form_is_refused_when_an_expression_is_wrong(binds: list[str], words: str) -> None:
    form = xform("<a/><b/><g><c/></g>", binds, [ask("a"), ask("b"), ask("g/c")])
    assert any(words in text for text in problems_of(form)), problems_of(form)


def test_every_problem_is_named_with_its_element_and_line() -> None:
    form = xform(
        "<a/>",
        ["\n", bind("a", calculate="first()"), "\n", bind("a", relevant="second()")],
        ["\n", ask("gone")],
    )
    with pytest.raises(FormError) as error:
        load_form(form)
    found = [(p.path, p.line, p.text) for p in error.value.problems]
    assert ("/html/body/input", 4, "there is no node /data/gone") in found
    form = xform("<a/>", ["\n", bind("a", calculate="first()"), "\n", bind("a", relevant="f()")])
    with pytest.raises(FormError) as error:
        load_form(form)
    assert [(p.path, p.line) for p in error.value.problems] == [
        ("/html/head/model/bind", 2),
        ("/html/head/model/bind", 3),
    ]


def test_wrong_output_in_a_label_is_found_when_the_form_is_loaded() -> None:
    label = "Hello <output value='/data/gone'/>"
    assert any("/data/gone" in text for text in problems_of(xform("<a/>", [], [ask("a", label)])))


def test_relative_path_that_leads_nowhere_warns_and_stays_blank() -> None:
    scenario = Scenario(
        xform("<a/><b/>", [bind("b", calculate="concat('[', ../gone, ']')")], [ask("a")])
    )
    assert scenario["b"] == "[]"
    assert any("there is no node /data/gone" in text for text in scenario.warnings)


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"not xml",
        b"<html/>",
        b"<h:html xmlns:h='http://www.w3.org/1999/xhtml'><h:head/></h:html>",
        b"\x00\x01\x02",
        b"<a><b></a>",
        b'<?xml version="1.0" encoding="klingon"?><a/>',
    ],
)
def test_file_that_is_no_form_is_refused(source: bytes) -> None:
    assert problems_of(source)


def test_entities_are_refused() -> None:
    bomb = (
        b'<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
        b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><html>&c;</html>'
    )
    assert any("entities" in text for text in problems_of(bomb))
    outside = b'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]><html>&x;</html>'
    assert any("entities" in text for text in problems_of(outside))


def test_deep_nesting_is_refused() -> None:
    deep = 1000
    assert any("deep" in text for text in problems_of(xform("<g>" * deep + "</g>" * deep)))
    expression = "(" * deep + "1" + ")" * deep
    assert any(
        "nested" in text for text in problems_of(xform("<a/>", [bind("a", calculate=expression)]))
    )


def test_nested_conditions_of_a_long_classification_are_fine() -> None:
    expression = "'none'"
    for number in range(60):
        expression = f"if(/data/a = {number}, 'k{number}', {expression})"
    scenario = Scenario(xform("<a/><k/>", [bind("k", calculate=expression)], [ask("a")]))
    scenario.answers(a="0")
    assert scenario["k"] == "k0"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_random_damage_gives_a_form_error_or_a_form(data: st.DataObject) -> None:
    form = bytearray(
        xform(
            "<a/><p><x/></p>",
            [bind("a", calculate="sum(/data/p/x)"), bind("p/x", type="int", relevant="1 = 1")],
            [repeat("p", ask("p/x")), select_from("a", "instance('l')/root/item")],
            rows("l", {"name": "1", "label": "One"}),
        )
    )
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(form) - 1))
        form[place] = data.draw(st.integers(0, 255))
    try:
        session = load_form(bytes(form), MemoryMedia()).start()
        session.validate()
        session.finalize()
    except KnownError:
        pass


def test_large_forms_load_in_bounded_time() -> None:
    count = 2000
    chance = random.Random(1)  # noqa: S311 # a test wants the same every time
    names = [f"q{n}" for n in range(count)]
    binds = [
        bind(
            name,
            type="int",
            relevant=f"/data/{names[chance.randrange(n)]} != 1" if n else "true()",
            constraint=". < 100",
        )
        for n, name in enumerate(names)
    ]
    form = xform(
        "".join(f"<{n}/>" for n in names),
        binds,
        [ask(n, f"{n} of <output value='/data/q0'/>") for n in names],
    )
    begun = time.perf_counter()
    load_form(form).start()
    assert time.perf_counter() - begun < 5


def test_folder_media_stay_in_their_folder(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path)) / "media"
    folder.mkdir()
    (folder / "a.csv").write_bytes(b"a")
    (folder.parent / "secret").write_bytes(b"s")
    media = FolderMedia(folder)
    assert media.read("a.csv") == b"a"
    for name in ("../secret", "..", ".", "", "media/a.csv", "a\\b", "gone.csv"):
        with pytest.raises(FileNotFoundError):
            media.read(name)


def test_first_layer_wins() -> None:
    media = LayeredMedia(MemoryMedia({"a": b"1"}), MemoryMedia({"a": b"2", "b": b"3"}))
    assert (media.read("a"), media.read("b")) == (b"1", b"3")
    with pytest.raises(FileNotFoundError):
        media.read("c")
