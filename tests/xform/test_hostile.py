"""Forms, lists and answers that mean harm or are damaged: a clear end in bounded time."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import pairwise

import pytest

from enumerator.errors import KnownError
from enumerator.xform import FormError, MemoryMedia, load_form
from enumerator.xform.definition.markup import read_markup
from enumerator.xform.limits import (
    MAX_DEPTH,
    MAX_LABEL,
    MAX_LINES,
    MAX_NODES,
    MAX_TEXT,
    PATTERN_SECONDS,
)
from tests.xform.scenario import Scenario, ask, bind, group, repeat, rows, select_from, xform

PATIENCE_S = 10.0  # of processor time; a second or two on a machine of its own


@contextmanager
def promptly() -> Iterator[None]:
    begun = time.process_time()
    yield
    assert time.process_time() - begun < PATIENCE_S


def refusal(form: bytes) -> str:
    with promptly(), pytest.raises(FormError) as error:
        load_form(form)
    return str(error.value)


def warnings_of(scenario: Scenario) -> str:
    return "\n".join(str(problem) for problem in scenario.session.warnings)


# -------------------------------------------------------------------- markup
@pytest.mark.parametrize(
    "declaration",
    [
        "<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>",
        "<!ENTITY a SYSTEM 'file:///etc/passwd'>",
        "<!ENTITY % a SYSTEM 'http://127.0.0.1:9/'> %a;",
        f"<!ATTLIST d b CDATA '{'x' * 100_000}'>",
        "<!ELEMENT d ANY>",
    ],
)
def test_declarations_are_refused(declaration: str) -> None:
    form = f"<!DOCTYPE d [{declaration}]><d>{'<d/>' * 10_000}</d>".encode()
    assert "entities or a document type" in refusal(form) or "entities" in refusal(form)


def test_document_type_from_elsewhere_is_not_fetched() -> None:
    assert read_markup(b"<!DOCTYPE d SYSTEM 'http://127.0.0.1:9/d.dtd'><d/>").name == "d"


@pytest.mark.parametrize("depth", [MAX_DEPTH, 1000, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    assert "deep" in refusal(b"<a>" * depth + b"</a>" * depth + b"<b/>") or depth == MAX_DEPTH
    assert "deep" in refusal(xform("<a>" * depth + "</a>" * depth))
    assert "deep" in refusal(xform("<a/>", body=["<group>" * depth + "</group>" * depth]))


def test_form_as_deep_as_may_be_works_with_little_stack_left() -> None:
    """The window calls the engine from a stack of its own."""
    depth = MAX_DEPTH - 10
    names = [f"x{place}" for place in range(depth)]
    inner = "".join(f"<{name}>" for name in names) + "<q/>"
    inner += "".join(f"</{name}>" for name in reversed(names))
    path = "/".join(names) + "/q"
    form = xform(inner, [bind(path, relevant="1 = string-length('a')")], [ask(path)])

    def below(frames: int) -> str:
        if frames:
            return below(frames - 1)
        scenario = Scenario(form)
        scenario.answer(path, "1")
        assert scenario.session.validate() == ()
        scenario.session.state()
        return Scenario(form, instance=scenario.session.finalize())[path]

    assert below(250) == "1"


def test_body_as_deep_as_may_be_works() -> None:
    depth = MAX_DEPTH - 10
    scenario = Scenario(xform("<a/>", body=["<group>" * depth + ask("a") + "</group>" * depth]))
    [question] = scenario.session.questions()
    assert scenario.session.parent(question) is not None
    assert len(list(scenario.session.children(scenario.session.root))) == 1


def test_more_choices_inside_a_form_than_there_may_be_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("enumerator.xform.definition.markup.MAX_ELEMENTS", 10_000)
    item = "<item><name>x</name></item>"
    listed = f'<instance id="l"><root>{item * 5_000}</root></instance>'
    body = [select_from("a", "instance('l')/root/item")]
    assert "CSV" in refusal(xform("<a/>", [], body, listed))


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"\0" * 1000,
        b"\xff\xfe" * 500,
        b"<?xml version='1.0' encoding='utf-16'?><a/>",
        b"<?xml version='1.0' encoding='zlib'?><a/>",
        b"<?xml version='1.0' encoding='x-none'?><a/>",
        xform("<a/>").replace(b"<a/>", b"<a>\xed\xa0\x80</a>"),
        xform("<a/>").replace(b"<a/>", b"<a>&#0;</a>"),
        xform("<a/>")[:-20],
        b"PK\x03\x04" + b"\0" * 100,
    ],
)
def test_rubbish_is_refused(form: bytes) -> None:
    assert refusal(form)


def test_utf_16_is_read() -> None:
    text = xform("<a>é</a>").decode()
    assert Scenario(text.encode("utf-16"))["a"] == "é"


# -------------------------------------------------------------------- definitions
def test_expressions_that_read_everything_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enumerator.xform.engine.program.MAX_READS", 10_000)
    names = [f"a{place}" for place in range(200)]
    binds = [bind(name, readonly=f"count(//*) > {name[1:]}") for name in names]
    assert "name nodes by their paths" in refusal(xform("".join(f"<{n}/>" for n in names), binds))


def test_long_expressions_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enumerator.xform.definition.reader.MAX_EXPRESSIONS", 100_000)
    text = " or ".join(["/data/a = 1"] * 300)
    binds = [bind("a", constraint=f"{text} or {n}") for n in range(50)]
    assert "characters" in refusal(xform("<a/>", binds))


def test_problems_are_told_but_not_without_end() -> None:
    names = range(4_000)
    form = xform(
        "".join(f"<a{n}/>" for n in names), [bind(f"gone{n}", calculate="1") for n in names]
    )
    with promptly():
        assert 100 < len(load_form(form).warnings) < 1000
    with promptly(), pytest.raises(FormError) as error:
        load_form(xform("<a/>", body=[ask(f"gone{n}") for n in names]))
    assert 100 < len(error.value.problems) < 1000


def test_long_cycle_is_told() -> None:
    count = 3000
    binds = [bind(f"a{n}", calculate=f"/data/a{(n + 1) % count}") for n in range(count)]
    assert "depend on each other" in refusal(
        xform("".join(f"<a{n}/>" for n in range(count)), binds)
    )


def test_kinds_of_values_follow_a_long_chain_promptly() -> None:
    count = 3000
    binds = [bind(f"a{n}", calculate=f"/data/a{n + 1}") for n in range(count - 1)]
    binds.append(bind(f"a{count - 1}", calculate="1 = 1"))
    with promptly():
        scenario = Scenario(xform("".join(f"<a{n}/>" for n in range(count)), binds))
    assert scenario.session.evaluate("/data/a0") is True


def test_paths_of_stars_are_followed_once() -> None:
    deep = "".join(f"<x{n}>" for n in range(100)) + "".join(
        f"</x{n}>" for n in reversed(range(100))
    )
    with promptly():
        load_form(xform(f"{deep}<b/>", [bind("b", readonly="//*//*//*//*//*/../*/../*/../*")]))


# -------------------------------------------------------------------- expressions
@pytest.mark.parametrize(
    "expression",
    [
        "//*[//*[//*[//*[//*[//*[//*[//*]]]]]]]",
        "count(//*[count(//*[count(//*[count(//*) > 1]) > 1]) > 1])",
        "//*/following::*/preceding::*/following::*/preceding::*/following::*[. = 1]",
        "//* = //*[. != //*[. != //*]]",
    ],
)
def test_expression_that_walks_too_far_gives_a_blank_and_a_warning(expression: str) -> None:
    lines = "".join(f"<p><n>{n}</n></p>" for n in range(30))
    form = xform(
        f"<a/>{lines}", [bind("a", constraint=f"boolean({expression}) or true()")], [ask("a")]
    )
    scenario = Scenario(form)
    with promptly():
        scenario.answers(a="1")
    with promptly():
        scenario.session.validate()


@pytest.mark.parametrize(
    "pattern", ["(a|aa)+$b", "(a|a?)+b", "(([a-z])+.)+[A-Z]([a-z])+$", "(a*)*b", "(.*)*x(.*)*y"]
)
@pytest.mark.parametrize("written", ["'{}'", "concat('{}', '')"])
def test_catastrophic_pattern_ends_in_a_warning_or_an_answer(pattern: str, written: str) -> None:
    constraint = f"regex(., {written.format(pattern)})"
    form = xform("<a/>", [bind("a", constraint=constraint)], [ask("a")])
    scenario = Scenario(form)
    with promptly():
        result = scenario.answer("a", "a" * 2000).result
    assert result.value in ("ok", "constraint")
    if result.value == "ok":
        assert "takes too long" in warnings_of(scenario)


def test_many_slow_patterns_end_together() -> None:
    lines = "".join(f"<p><n>{'a' * 200}</n><r/></p>" for _ in range(60))
    binds = [bind("p/r", calculate="regex(../n, '(a|aa)+$b') + /data/a"), bind("a", type="int")]
    body = [ask("a"), repeat("p", ask("p/n"))]
    begun = time.monotonic()
    scenario = Scenario(xform(f"<a>1</a>{lines}", binds, body))
    assert time.monotonic() - begun < 60 * PATTERN_SECONDS / 4
    assert "takes too long" in warnings_of(scenario)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"[a-z&&[^b]]+", "ac", True),
        (r"[a-z&&[^b]]+", "abc", False),
        (r"\Qa.b\E", "a.b", True),
        (r"\Qa.b\E", "axb", False),
        (r"\d+", "12", True),
        (r"\d+", "\u0661\u0662", False),
        (r"\p{L}+", "é", True),
        (r"(?<y>\d{4})-\d\d", "2020-09", True),
        (r"(?i)abc", "ABC", True),
        (r"a|ab", "ab", True),
        (r"(08|\+62)[0-9]{8,12}", "081234567890", True),
        (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,4}", "a.b@c.id", True),
        (r"(\w+ ?)*", "x " * 600, True),
    ],
)
def test_patterns_are_java_s(pattern: str, text: str, expected: bool) -> None:
    scenario = Scenario(xform("<a/><p/>", [], [ask("a"), ask("p")]))
    scenario.answers(a=text.strip(), p=pattern)
    expression = "regex(/data/a, /data/p)"
    assert scenario.session.evaluate(expression) is expected


@pytest.mark.parametrize("pattern", ["(", "a{5,2}", "[z-a]", "*a", "\\", "(?P<a", "a" * 6000])
def test_pattern_that_is_none_is_told_when_the_form_is_loaded(pattern: str) -> None:
    assert "regular expression" in refusal(
        xform("<a/>", [bind("a", constraint=f"regex(., '{pattern}')")])
    )


def test_texts_that_double_each_other_stop_growing() -> None:
    names = [f"k{place}" for place in range(60)]
    binds = [bind("k0", calculate="concat(/data/a, /data/a)")]
    binds += [
        bind(later, calculate=f"concat(/data/{name}, /data/{name})")
        for name, later in pairwise(names)
    ]
    body = [ask("a", "<output value='/data/k12'/>" * 100)]
    scenario = Scenario(xform("<a/>" + "".join(f"<{name}/>" for name in names), binds, body))
    with promptly():
        scenario.answers(a="abcdefghij")
    assert max(len(scenario[name]) for name in names) <= MAX_TEXT
    assert "characters" in warnings_of(scenario)
    assert len(scenario.element("a").label) == MAX_LABEL


@pytest.mark.parametrize("fan", [1, 10])
def test_texts_that_name_themselves_end(fan: int) -> None:
    texts = "".join(
        f"<text id='t{n}'><value>x"
        + f"<output value=\"jr:itext('t{(n + 1) % 30}')\"/>" * fan
        + "</value></text>"
        for n in range(30)
    )
    itext = f"<itext><translation lang='en'>{texts}</translation></itext>"
    label = "<output value=\"jr:itext('t0')\"/>"
    scenario = Scenario(xform("<a/>", [], [ask("a", label)], itext))
    with promptly():
        assert scenario.element("a").label.startswith("xx")
    assert "too many levels" in warnings_of(scenario)


def test_choice_name_of_the_choice_itself_ends() -> None:
    names = rows("l", {"name": "v", "label": "V"})
    form = xform(
        "<a/>",
        [],
        [
            select_from("a", "instance('l')/root/item").replace(
                "<label ref='label'/>", "<label ref=\"jr:choice-name('v', '/data/a')\"/>"
            )
        ],
        names,
    )
    with promptly():
        assert Scenario(form).choices("a") == ["v"]


# -------------------------------------------------------------------- while filling in
@pytest.mark.parametrize("count", ["1000000000", "9" * 400, "5001"])
def test_no_lines_when_their_count_is_beyond_measure(count: str) -> None:
    form = xform("<n/><p><x/></p>", [], [ask("n"), repeat("p", ask("p/x"), count="/data/n")])
    scenario = Scenario(form)
    with promptly():
        scenario.answers(n=count)
    assert scenario.children("p") == []
    assert f"more than {MAX_LINES}" in warnings_of(scenario)


def test_lines_within_lines_stop_at_a_size_of_the_whole() -> None:
    inner = repeat("p/q", ask("p/q/x"), count="/data/n")
    form = xform("<n/><p><q><x/></q></p>", [], [ask("n"), repeat("p", inner, count="/data/n")])
    scenario = Scenario(form)
    with promptly():
        scenario.answers(n="2000")
    assert f"beyond {MAX_NODES} nodes" in warnings_of(scenario)
    scenario.answers(n="2")
    assert scenario.children("p[2]/q") == ["/data/p[2]/q[1]", "/data/p[2]/q[2]"]


def test_line_added_by_hand_is_refused_when_there_are_too_many() -> None:
    form = xform("<n/><p><x/></p>", [], [ask("n"), repeat("p", ask("p/x"))])
    saved = f"<data id='test' version='1'><n/>{'<p><x/></p>' * MAX_LINES}</data>".encode()
    scenario = Scenario(form, instance=saved)
    with pytest.raises(KnownError) as error:
        scenario.add("p")
    assert error.value.code == "too_many_lines"


def test_count_that_grows_by_itself_stops() -> None:
    body = [ask("n"), repeat("p", ask("p/x"), count="count(/data/p) + 1")]
    with promptly():
        scenario = Scenario(xform("<n/><p><x/></p>", [], body))
    assert "sets itself off" in warnings_of(scenario)


def test_selection_and_list_that_change_each_other_stop() -> None:
    listed = rows("l", *({"name": name, "x": x} for name, x in (("v", "1"), ("w", "2"))))
    form = xform(
        "<b/><k/>",
        [bind("k", calculate="if(/data/b = '', 1, 2)")],
        [select_from("b", "instance('l')/root/item[x = /data/k]")],
        listed,
    )
    scenario = Scenario(form)
    with promptly():
        scenario.answers(b="v")
    assert "sets itself off" in warnings_of(scenario)


@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\0\x0b\x1f", "\ufffe\uffff", "\u202e"])
def test_odd_characters_do_not_spoil_the_submission(text: str) -> None:
    scenario = Scenario(
        xform("<a/><b/>", [bind("b", calculate="digest(/data/a, 'MD5')")], [ask("a")])
    )
    scenario.answer("a", text)
    saved = scenario.session.finalize()
    assert read_markup(saved).name == "data"


@pytest.mark.parametrize(
    "kind", ["int", "decimal", "date", "dateTime", "time", "geopoint", "boolean"]
)
@pytest.mark.parametrize("text", ["9" * 400, "-" + "9" * 5000, "1e999", "NaN", "\0", "x" * 99_999])
def test_value_that_is_none_is_refused_or_kept_whole(kind: str, text: str) -> None:
    form = xform(
        f"<a/><k>{text if text.isprintable() else ''}</k>",
        [bind("a", type=kind), bind("k", type=kind)],
        [ask("a")],
    )
    scenario = Scenario(form)
    with promptly(), suppress(KnownError):
        scenario.answer("a", text)
    scenario.session.finalize()


@pytest.mark.parametrize(
    "expression",
    [
        "substr(/data/a, -1e300, 1e300)",
        "substring(/data/a, -1e308, 1e308)",
        "pow(10, 1e308) - pow(10, 1e308)",
        "round(1e308, 1e308) + round(1e308, -1e308)",
        "sum(/data/b | /data/c)",
        "uuid(1e308)",
        "selected-at(/data/a, 1e308)",
        "format-date('9999-12-31', '%Y%%%j')",
        "format-date(1e308, '%Q')",
        "date(-1e308)",
        "decimal-date-time('0001-01-01T00:00:00+14:00')",
        "instance('l')/root/item[1e999]/name",
        "join(',', randomize(instance('l')/root/item/name, 1e308))",
        "indexed-repeat(/data/p/n, /data/p, 1e999)",
        "/data/p[0 div 0]/n",
        "translate(/data/a, '', 'x')",
        "1 mod 0 + 1e308 mod 1e-320",
        "area('1 1') + distance('91 181')",
    ],
)
def test_extreme_arguments_give_a_value(expression: str) -> None:
    form = xform(
        "<a>abc</a><b>1e308</b><c/><k/><p><n>1</n></p>",
        [bind("k", calculate=expression), bind("b", type="decimal")],
        [ask("a"), repeat("p", ask("p/n"))],
        rows("l", {"name": "v", "label": "V"}),
    )
    with promptly():
        scenario = Scenario(form)
        scenario.answers(a="1e308")
    scenario.session.finalize()


def test_siblings_of_one_name_outside_a_repeat_can_be_asked_for() -> None:
    scenario = Scenario(xform("<a/><a/><a/>", [bind("a", type="int")], [ask("a")]))
    [question] = scenario.session.children(scenario.session.root)
    assert scenario.session.element(question).control == "input"
    scenario.session.answer(question, "1")
    assert scenario["a"] == "1"


# -------------------------------------------------------------------- lists
@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("l.csv", b"name,label\n\0,\0\n"),
        ("l.csv", b'name,label\n"open,x\n'),
        ("l.csv", b"\xff\xfen\x00a\x00"),
        ("l.csv", b"\x80\x81"),
        ("l.geojson", b"[" * 100_000),
        ("l.geojson", b'{"features": [null, 5, {"geometry": 5}]}'),
        ("l.geojson", b'{"features": [{"geometry": {"type": "Point", "coordinates": [1]}}]}'),
        ("l.geojson", b'{"features": [{"properties": {"name": "\\ud800"}}]}'),
        ("l.xml", b"<a>" * 1000),
        ("l.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
    ],
)
def test_list_that_cannot_be_read_counts_as_empty_with_a_warning(name: str, data: bytes) -> None:
    form = xform(
        "<a/><k/>",
        [bind("k", calculate="count(instance('l')/root/item)")],
        [select_from("a", "instance('l')/root/item")],
        f'<instance id="l" src="jr://file/{name}"/>',
    )
    with promptly():
        scenario = Scenario(form, files={name: data})
        scenario.choices("a")
        scenario.session.finalize()
    assert scenario["k"] == "0" or "ud800" in str(data)


def test_list_of_a_million_columns_is_read() -> None:
    count = 300_000
    names, cells = (",".join(f"{sign}{n}" for n in range(count)) for sign in "cv")
    form = xform(
        "<k/>",
        [bind("k", calculate="instance('l')/root/item[c5 = 'v5']/c6")],
        [],
        '<instance id="l" src="jr://file-csv/l.csv"/>',
    )
    with promptly():
        assert Scenario(form, files={"l.csv": f"{names}\n{cells}\n".encode()})["k"] == "v6"


# -------------------------------------------------------------------- everything at random
@pytest.mark.parametrize("seed", range(30))
def test_damaged_form_loads_or_is_refused(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 # no secret, but repeatable
    form = bytearray(
        xform(
            "<a/><g><b/></g><p jr:template=''><n/></p>",
            [bind("a", type="int", constraint=". < 10"), bind("p/n", calculate="position(..)")],
            [ask("a"), group("g", ask("g/b")), repeat("p", ask("p/n"))],
            rows("l", {"name": "v", "label": "V"}),
        )
    )
    for _ in range(chance.randint(1, 8)):
        form[chance.randrange(len(form))] = chance.randrange(256)
    try:
        session = load_form(bytes(form), MemoryMedia()).start()
        session.state()
        session.finalize()
    except KnownError:
        pass
