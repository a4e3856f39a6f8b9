"""The standard's features one by one: what the feature table of the README stands on.

Each is a small check that the feature works at all; how it works in detail is tested by concern
in the other files. ``features.py`` says which feature stands on which test.
"""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date, timedelta

import nacl.signing
import pytest

from enumerator.xform import Kind, load_form
from tests.xform.scenario import (
    NOON,
    Scenario,
    ask,
    bind,
    control,
    group,
    repeat,
    rows,
    select,
    select_from,
    xform,
)

# -------------------------------------------------------------------- functions
CSV = b"name,label\na,Alpha\nb,Beta\n"
KEY = nacl.signing.SigningKey(bytes(range(32)))
SIGNED = base64.b64encode(bytes(KEY.sign(b"signed words"))).decode()
PUBLIC = base64.b64encode(bytes(KEY.verify_key)).decode()
TRACE = "'0 0 0 0;1 1 0 0;0 1 0 0;1 0 0 0'"
SHAPE = "'0 0 0 0;0 2 0 0;2 2 0 0;2 0 0 0;0 0 0 0'"

FORM = xform(
    "<text>abc</text><blank/><many>x y</many><one>b</one><first>kept</first><days>2020-09-15</days>"
    "<p><n>1</n><m>x</m></p><p><n>2</n><m/></p><p><n>3</n><m>z</m></p>",
    [bind("p/n", type="int"), bind("days", type="date")],
    [
        ask("text"),
        select("one", "a", "b"),
        repeat("p", ask("p/n"), ask("p/m")),
    ],
    '<itext><translation lang="en"><text id="hello"><value>Hello</value></text></translation>'
    '</itext><instance id="l" src="jr://file-csv/l.csv"/>',
)

Expected = object
FUNCTIONS: list[tuple[str, str, Expected]] = [
    ("string()", "string(3.50)", "3.5"),
    ("concat()", "concat('a', 1, /data/p/n)", "a1123"),
    ("join()", "join('-', /data/p/n)", "1-2-3"),
    ("substr()", "substr('hello', 1, 3)", "el"),
    ("substring-before()", "substring-before('2020-09-15', '-')", "2020"),
    ("substring-after()", "substring-after('2020-09-15', '-')", "09-15"),
    ("translate()", "translate('abc', 'ab', 'xy')", "xyc"),
    ("string-length()", "string-length(/data/text)", 3.0),
    ("normalize-space()", "normalize-space('  a  b ')", "a b"),
    ("contains()", "contains('abc', 'bc')", True),
    ("starts-with()", "starts-with('abc', 'bc')", False),
    ("ends-with()", "ends-with('abc', 'bc')", True),
    ("uuid()", "regex(uuid(), '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}')", True),
    ("digest()", "digest('abc', 'MD5', 'hex')", "900150983cd24fb0d6963f7d28e17f72"),
    ("pulldata()", "pulldata('l', 'label', 'name', 'b')", "Beta"),
    ("if()", "if(1 > 2, 'yes', 'no')", "no"),
    ("coalesce()", "coalesce(/data/blank, /data/text)", "abc"),
    ("once()", "once('other')", "kept"),
    ("true()", "true()", True),
    ("false()", "false()", False),
    ("boolean()", "boolean('')", False),
    ("boolean-from-string()", "boolean-from-string('true')", True),
    ("not()", "not(1 = 1)", False),
    ("regex()", "regex('a1', '[a-z][0-9]')", True),
    ("checklist()", "checklist(1, 2, true(), true(), true())", False),
    ("weighted-checklist()", "weighted-checklist(3, 5, true(), 4, false(), 9)", True),
    ("number()", "number('3.5') + 1", 4.5),
    ("random()", "random() >= 0 and random() < 1", True),
    ("int()", "int(-3.7)", -3.0),
    ("sum()", "sum(/data/p/n)", 6.0),
    ("max()", "max(/data/p/n)", 3.0),
    ("min()", "min(/data/p/n)", 1.0),
    ("round()", "round(2.345, 2) = 2.35 and round(2.5) = 3", True),
    ("pow()", "pow(2, 10)", 1024.0),
    ("log()", "log(1)", 0.0),
    ("log10()", "log10(1000)", 3.0),
    ("abs()", "abs(-2)", 2.0),
    ("sin()", "round(sin(pi() div 2), 9)", 1.0),
    ("cos()", "round(cos(pi()), 9)", -1.0),
    ("tan()", "round(tan(pi() div 4), 9)", 1.0),
    ("asin()", "round(asin(1) * 2, 5)", 3.14159),
    ("acos()", "round(acos(-1), 5)", 3.14159),
    ("atan()", "round(atan(1) * 4, 5)", 3.14159),
    ("atan2()", "round(atan2(0, -1), 5)", 3.14159),
    ("sqrt()", "sqrt(9)", 3.0),
    ("exp()", "round(exp(1), 5)", 2.71828),
    ("exp10()", "exp10(2)", 100.0),
    ("pi()", "round(pi(), 5)", 3.14159),
    ("count()", "count(/data/p)", 3.0),
    ("count-non-empty()", "count-non-empty(/data/p/m)", 2.0),
    ("position()", "position(/data/p[2])", 2.0),
    ("instance()", "instance('l')/root/item[2]/label", "Beta"),
    ("current()", "instance('l')/root/item[name = current()/../one]/label", "Beta"),
    ("randomize()", "string-length(join('', randomize(/data/p/n, 7)))", 3.0),
    ("today()", "today()", date(2020, 9, 15)),
    ("now()", "now()", NOON),
    ("format-date()", "format-date('2020-09-05', '%e/%n/%y %d %b %a')", "5/9/20 05 Sep Sat"),
    ("format-date-time()", "format-date-time(now(), '%Y %H:%M:%S %h')", "2020 12:00:00 12"),
    ("date()", "date('2020-09-14') + 1 = today()", True),
    ("decimal-date-time()", "decimal-date-time('1970-01-02T00:00:00.000Z')", 1.0),
    ("decimal-time()", "decimal-time('18:00:00.000+08:00')", 0.75),
    ("selected()", "selected(/data/many, 'y')", True),
    ("selected-at()", "selected-at(/data/many, 1)", "y"),
    ("count-selected()", "count-selected(/data/many)", 2.0),
    ("jr:choice-name()", "jr:choice-name(/data/one, '/data/one')", "B"),
    ("jr:itext()", "jr:itext('hello')", "Hello"),
    ("indexed-repeat()", "indexed-repeat(/data/p/m, /data/p, 3)", "z"),
    ("area()", f"round(area({SHAPE}) div 1000000000)", 50.0),
    ("distance()", "round(distance('0 0 0 0;0 1 0 0') div 1000)", 111.0),
    ("base64-decode()", "base64-decode('aGVsbG8=')", "hello"),
    ("geofence()", f"geofence('1 1 0 0', {SHAPE})", True),
    ("intersects()", f"intersects({TRACE}) and not(intersects({SHAPE}))", True),
    ("extract-signed()", f"extract-signed('{SIGNED}', '{PUBLIC}')", "signed words"),
    ("substring()", "substring('hello', 2, 3)", "ell"),
    ("floor()", "floor(-1.5)", -2.0),
    ("ceiling()", "ceiling(-1.5)", -1.0),
    ("last()", "/data/p[last()]/n", 3.0),
    ("name()", "name(/data/p[1]/n)", "n"),
    ("local-name()", "local-name(/data/p[1]/n)", "n"),
    ("id()", "count(id('gone'))", 0.0),
    ("lang()", "lang('en')", False),
    ("date-time()", "date-time('2020-09-15T12:00:00.000+08:00') = now()", True),
]


@pytest.fixture(scope="module")
def functions() -> Scenario:
    return Scenario(FORM, files={"l.csv": CSV})


@pytest.mark.parametrize(("name", "expression", "expected"), FUNCTIONS)
def test_function(functions: Scenario, name: str, expression: str, expected: object) -> None:
    assert name.removesuffix("()") in expression
    found = functions.session.evaluate(expression, "/data/first")
    assert found == expected
    assert type(found) is type(expected)


def test_extract_signed_is_blank_when_the_words_are_not_the_signer_s(functions: Scenario) -> None:
    other = base64.b64encode(bytes(nacl.signing.SigningKey(b"x" * 32).verify_key)).decode()
    assert functions.session.evaluate(f"extract-signed('{SIGNED}', '{other}')") == ""


@pytest.mark.parametrize(
    "expression",
    [
        "/data/text = 'abc' and ../text = 'abc' and ./text() = 'kept' and . = 'kept'",
        "count(/data/p/n | /data/text) = 4 and (1 = 2 or 7 mod 4 = 3) and 6 div 4 = 1.5",
        "/data/days < '2020-09-16' and /data/days >= '2020-09-15' and -1 + 2 * 3 - 4 = 1",
        "/data/days != '2020-09-14' and 2 <= 2 and 3 > 2",
    ],
)
def test_paths_and_operators(functions: Scenario, expression: str) -> None:
    assert functions.session.evaluate(f"boolean({expression})", "/data/first") is True


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("/data/p[2]/n", 2.0),
        ("/data/p[n > 1][m != '']/n", 3.0),
        ("/data/p[position() = 3]/m", "z"),
        ("count(/data/p[count(../p[n > current()/../p[1]/n]) = 2])", 3.0),
        ("(/data/p/n)[2]", 2.0),
    ],
)
def test_predicates(functions: Scenario, expression: str, expected: object) -> None:
    assert functions.session.evaluate(expression, "/data/first") == expected


@pytest.mark.parametrize(
    "expression",
    [
        "count(child::p) = 3",
        "name(/data/p[1]/n/parent::p) = 'p'",
        "/data/text/self::text = 'abc'",
        "count(/descendant::n) = 3",
        "count(/data/p[1]/n/ancestor::*) = 2",
        "/data/p[1]/following-sibling::p[1]/n = 2",
        "/data/p[3]/preceding-sibling::p[1]/n = 2",
        "count(/data/p[1]/n/following::n) = 2",
        "count(/data/p[3]/n/preceding::n) = 2",
        "count(/data/p/descendant-or-self::p) = 3",
        "count(/data/p[1]/n/ancestor-or-self::n) = 1",
        "/data/@id = 'test' and /data/attribute::version = '1'",
        "count(//n) = 3",
    ],
)
def test_axes(functions: Scenario, expression: str) -> None:
    assert functions.session.evaluate(f"boolean({expression})", "/data") is True


# -------------------------------------------------------------------- structure and instance
def test_title_model_and_body_are_read() -> None:
    form = load_form(xform("<a/>", [], [ask("a", "Who")]))
    assert (form.title, form.id, form.version) == ("Test", "test", "1")
    assert form.start().element("/data/a").label == "Who"


def test_any_prefix_stands_for_a_namespace() -> None:
    form = b"""<html xmlns="http://www.w3.org/1999/xhtml"><head><title>T</title>
    <x:model xmlns:x="http://www.w3.org/2002/xforms" xmlns:j="http://openrosa.org/javarosa"
      xmlns:o="http://openrosa.org/xforms" xmlns:k="http://www.opendatakit.org/xforms"
      xmlns:e="http://www.w3.org/2001/xml-events">
    <x:instance><data xmlns="urn:mine" id="f" o:version="7"><a/><o:meta><o:instanceID/></o:meta>
    </data></x:instance>
    <x:bind nodeset="/data/o:meta/o:instanceID" j:preload="uid"/>
    <x:bind nodeset="/data/a" o:max-pixels="9" k:quality="low"/>
    <x:setvalue e:event="odk-instance-first-load" ref="/data/a">set</x:setvalue></x:model></head>
    <body><x:input xmlns:x="http://www.w3.org/2002/xforms" ref="/data/a"/></body></html>"""
    form = form.replace(b'<data xmlns="urn:mine"', b"<data")
    scenario = Scenario(form)
    assert scenario["a"] == "set"
    assert scenario["o:meta/o:instanceID"].startswith("uuid:")
    assert scenario.element("a").parameters == {"max-pixels": "9", "quality": "low"}
    assert scenario.form.version == "7"


def test_values_in_the_form_are_defaults() -> None:
    scenario = Scenario(xform("<a>one</a><n> 7 </n>", [bind("n", type="int")], [ask("a")]))
    assert scenario.values("a", "n") == ["one", "7"]


@pytest.mark.parametrize("file", ["l.xml", "l.csv", "l.geojson"])
def test_external_list_gives_choices(file: str) -> None:
    content = {
        "l.csv": CSV,
        "l.xml": b"<root><item><name>a</name><label>Alpha</label></item>"
        b"<item><name>b</name><label>Beta</label></item></root>",
        "l.geojson": b'{"type": "FeatureCollection", "features": ['
        b'{"type": "Feature", "geometry": {"type": "Point", "coordinates": [117, -1]},'
        b'"properties": {"name": "a", "label": "Alpha"}},'
        b'{"type": "Feature", "geometry": {"type": "Point", "coordinates": [118, -1]},'
        b'"properties": {"name": "b", "label": "Beta"}}]}',
    }
    folder = "file-csv" if file.endswith("csv") else "file"
    scenario = Scenario(
        xform(
            "<q/>",
            [],
            [select_from("q", "instance('l')/root/item")],
            f'<instance id="l" src="jr://{folder}/{file}"/>',
        ),
        files={file: content[file]},
    )
    assert scenario.labels("q") == ["Alpha", "Beta"]
    if file.endswith("geojson"):
        place = scenario.session.evaluate("instance('l')/root/item[name = 'b']/geometry")
        assert str(place).split()[:2] == ["-1", "118"]


def test_internal_list_gives_choices() -> None:
    scenario = Scenario(
        xform(
            "<q/>",
            [],
            [select_from("q", "instance('l')/root/item[name != 'a']")],
            rows("l", {"name": "a", "label": "Alpha"}, {"name": "b", "label": "Beta"}),
        )
    )
    assert scenario.labels("q") == ["Beta"]


def test_last_saved_instance_gives_a_default() -> None:
    form = load_form(
        xform(
            "<a/>",
            [],
            [ask("a")],
            '<instance id="__last-saved" src="jr://instance/last-saved"/>'
            '<setvalue ref="/data/a" event="odk-instance-first-load" '
            "value=\"instance('__last-saved')/data/a\"/>",
        )
    )
    session = form.start(last_saved=b'<data id="test" version="1"><a>before</a></data>')
    assert session.value("/data/a") == "before"


# -------------------------------------------------------------------- binds and types
TYPES: list[tuple[str, str, str]] = [
    ("string", " a  b ", " a  b "),
    ("int", "007", "7"),
    ("boolean", "true", "1"),
    ("decimal", "2.50", "2.5"),
    ("date", "2020-09-15", "2020-09-15"),
    ("time", "07:30:00.000+08:00", "07:30:00.000+08:00"),
    ("dateTime", "2020-09-15T07:30:00.000+08:00", "2020-09-15T07:30:00.000+08:00"),
    ("geopoint", "-0.5 117.1", "-0.5 117.1 0.0 0.0"),
    ("geotrace", "0 0;0 1", "0.0 0.0 0.0 0.0;0.0 1.0 0.0 0.0"),
    ("geoshape", "0 0;0 1;0 0", "0.0 0.0 0.0 0.0;0.0 1.0 0.0 0.0;0.0 0.0 0.0 0.0"),
    ("binary", "photo 1.jpg", "photo 1.jpg"),
    ("barcode", "899 1", "899 1"),
    ("intent", "x", "x"),
]


@pytest.mark.parametrize(("kind", "typed", "kept"), TYPES)
def test_type(kind: str, typed: str, kept: str) -> None:
    scenario = Scenario(xform("<q/>", [bind("q", type=kind)], [ask("q")]))
    scenario.answers(q=typed)
    assert scenario["q"] == kept
    saved = Scenario(
        xform("<q/>", [bind("q", type=kind)], [ask("q")]), instance=scenario.xml.encode()
    )
    assert saved["q"] == kept


def test_required_and_constraint_refuse() -> None:
    scenario = Scenario(
        xform(
            "<a/><b/>",
            [bind("a", required="true()"), bind("b", type="int", constraint=". > 1")],
            [ask("a"), ask("b")],
        )
    )
    assert scenario.answer("a", "").result.value == "required"
    assert scenario.answer("b", "1").result.value == "constraint"
    assert scenario.answer("b", "").result.value == "ok"


def test_type_is_a_string_when_none_is_given_or_known() -> None:
    scenario = Scenario(xform("<a/><b/>", [bind("b", type="colour")], [ask("a"), ask("b")]))
    assert [scenario.element(name).type for name in ("a", "b")] == ["string", "string"]
    assert any("'colour' is not known" in text for text in scenario.warnings)


# -------------------------------------------------------------------- metadata and preloads
PROPERTIES = {
    "deviceid": "laptop:7",
    "email": "ani@example.org",
    "username": "ani",
    "phonenumber": "0812",
}
META = xform(
    "<orx:meta><orx:instanceID/><orx:instanceName/><orx:timeStart/><orx:timeEnd/><orx:userID/>"
    "<orx:deviceID/><orx:deprecatedID/><orx:email/><orx:phoneNumber/><orx:audit/></orx:meta>"
    "<name/><today/>",
    [
        bind("orx:meta/orx:instanceID", jr_preload="uid"),
        bind("orx:meta/orx:instanceName", calculate="concat('Family of ', /data/name)"),
        bind(
            "orx:meta/orx:timeStart",
            type="dateTime",
            jr_preload="timestamp",
            jr_preloadParams="start",
        ),
        bind(
            "orx:meta/orx:timeEnd", type="dateTime", jr_preload="timestamp", jr_preloadParams="end"
        ),
        bind("orx:meta/orx:userID", jr_preload="property", jr_preloadParams="username"),
        bind("orx:meta/orx:deviceID", jr_preload="property", jr_preloadParams="deviceid"),
        bind("orx:meta/orx:email", jr_preload="property", jr_preloadParams="email"),
        bind("orx:meta/orx:phoneNumber", jr_preload="property", jr_preloadParams="phone number"),
        bind("today", type="date", jr_preload="date", jr_preloadParams="today"),
    ],
    [ask("name")],
)


def filled_meta() -> Scenario:
    scenario = Scenario(META, properties=PROPERTIES)
    scenario.answers(name="Ani")
    scenario.now = NOON + timedelta(minutes=5)
    scenario.session.finalize()
    return scenario


METADATA: list[tuple[str, str]] = [
    ("instanceID", r"uuid:[0-9a-f-]{36}"),
    ("instanceName", "Family of Ani"),
    ("timeStart", r"2020-09-15T12:00:00\.000\+08:00"),
    ("timeEnd", r"2020-09-15T12:05:00\.000\+08:00"),
    ("userID", "ani"),
    ("deviceID", "laptop:7"),
    ("email", r"ani@example\.org"),
    ("phoneNumber", "0812"),
    ("today", "2020-09-15"),
]


@pytest.mark.parametrize(("name", "pattern"), METADATA)
def test_metadata(name: str, pattern: str) -> None:
    ref = name if name == "today" else f"orx:meta/orx:{name}"
    assert re.fullmatch(pattern, filled_meta()[ref])


def test_corrected_submission_names_the_one_before() -> None:
    sent = filled_meta()
    before = sent["orx:meta/orx:instanceID"]
    session = sent.form.start(now=lambda: NOON, instance=sent.xml.encode(), edit=True)
    session.answer("/data/name", "Ani Susanti")
    found = ET.fromstring(session.finalize())  # noqa: S314 # our own output
    meta = "{http://openrosa.org/xforms}meta/{http://openrosa.org/xforms}"
    assert found.findtext(f"{meta}deprecatedID") == before
    assert found.findtext(f"{meta}instanceID") not in (before, "", None)


def test_property_of_a_telephone_s_card_is_blank() -> None:
    binds = [
        bind("sim", jr_preload="property", jr_preloadParams="simserial"),
        bind("who", jr_preload="property", jr_preloadParams="subscriberid"),
    ]
    assert Scenario(xform("<sim/><who/>", binds)).values("sim", "who") == ["", ""]


# -------------------------------------------------------------------- body
def test_input_and_selects_take_answers() -> None:
    scenario = Scenario(
        xform(
            "<a/><b/><c/>",
            [],
            [ask("a"), select("b", "x", "y"), select("c", "x", "y", element="select")],
        )
    )
    scenario.answers(a="text", b="x")
    scenario.answer("c", ["y", "x"])
    assert [scenario.element(name).control for name in "abc"] == ["input", "select1", "select"]
    assert scenario.values("a", "b", "c") == ["text", "x", "y x"]


def test_label_hint_item_and_output_are_shown() -> None:
    inner = (
        "<label>Hi <output value='/data/who'/></label><hint>For <output value='../who'/></hint>"
        "<item><label>X of <output value='/data/who'/></label><value>x</value></item>"
    )
    scenario = Scenario(xform("<who>Ani</who><q/>", [], [control("select1", "q", inner)]))
    element = scenario.element("q")
    assert (element.label, element.hint) == ("Hi Ani", "For Ani")
    assert scenario.labels("q") == ["X of Ani"]
    assert scenario.choices("q") == ["x"]


def test_shuffled_itemset_keeps_its_order_by_its_seed() -> None:
    def order(seed: int) -> list[str]:
        nodeset = f"randomize(instance('l')/root/item, {seed})"
        items = [{"name": name, "label": name} for name in "abcdef"]
        return Scenario(xform("<q/>", [], [select_from("q", nodeset)], rows("l", *items))).choices(
            "q"
        )

    assert order(42) == order(42)
    assert order(42) != order(1)
    assert sorted(order(42)) == list("abcdef")


def test_control_may_name_its_bind_or_its_node() -> None:
    form = xform(
        "<a/><b/>",
        [bind("a", id="of_a")],
        ['<input bind="of_a"><label>A</label></input>', '<input nodeset="/data/b"/>'],
    )
    assert Scenario(form).children() == ["/data/a", "/data/b"]


def test_page_is_a_group_whose_questions_are_asked_together() -> None:
    scenario = Scenario(
        xform(
            "<g><a/><b/></g>",
            [],
            [control("group", "g", ask("g/a") + ask("g/b"), appearance="field-list")],
        )
    )
    page = scenario.element("g")
    assert (page.kind, page.appearance) == (Kind.GROUP, ("field-list",))
    assert scenario.children("g") == ["/data/g/a", "/data/g/b"]


# -------------------------------------------------------------------- repeats
def test_lines_of_the_form_are_there_from_the_start() -> None:
    scenario = Scenario(xform("<p><n>1</n></p><p><n>2</n></p>", [], [repeat("p", ask("p/n"))]))
    assert scenario.values("p[1]/n", "p[2]/n") == ["1", "2"]


@pytest.mark.parametrize(("count", "lines"), [("3", 3), ("0", 0), ("''", 0)])
def test_count_may_be_a_number(count: str, lines: int) -> None:
    scenario = Scenario(
        xform("<p jr:template=''><n/></p>", [], [repeat("p", ask("p/n"), count=count)])
    )
    assert scenario.session.evaluate("count(/data/p)") == float(lines)


def test_fixed_repeat_takes_no_lines_by_hand() -> None:
    form = xform(
        "<p><n/></p>",
        [],
        ['<repeat nodeset="/data/p" jr:noAddRemove="true()"><input ref="/data/p/n"/></repeat>'],
    )
    assert Scenario(form).element("p").count_fixed


# -------------------------------------------------------------------- events
def setting(event: str, ref: str = "/data/q") -> str:
    return f'<setvalue event="{event}" ref="{ref}">set</setvalue>'


@pytest.mark.parametrize(
    "event", ["odk-instance-first-load", "odk-instance-load", "xforms-ready", "xforms-revalidate"]
)
def test_event_of_the_form_runs_its_actions(event: str) -> None:
    scenario = Scenario(xform("<q/>", [], [ask("q")], setting(event)))
    scenario.session.finalize()
    assert scenario["q"] == "set"


def places() -> list[tuple[str, Callable[[str], bytes]]]:
    """Where an action may stand."""
    return [
        ("model", lambda act: xform("<q/><g/><p><n/></p>", [], [ask("q")], act)),
        ("control", lambda act: xform("<q/><g/><p><n/></p>", [], [ask("q", inner=act)])),
        ("group", lambda act: xform("<q/><g><h/></g>", [], [group("g", act, ask("g/h"))])),
        ("repeat", lambda act: xform("<q/><p><n/></p>", [], [repeat("p", act, ask("p/n"))])),
    ]


@pytest.mark.parametrize(("place", "form"), places())
def test_setvalue_may_stand_anywhere(place: str, form: Callable[[str], bytes]) -> None:
    assert place
    assert Scenario(form(setting("odk-instance-first-load")))["q"] == "set"


def test_setvalue_takes_a_value_or_a_text() -> None:
    actions = (
        '<setvalue event="odk-instance-load" ref="/data/a" value="1 + 1"/>'
        '<setvalue event="odk-instance-load" ref="/data/b">1 + 1</setvalue>'
        '<setvalue event="odk-instance-load" ref="/data/c"/>'
    )
    scenario = Scenario(xform("<a/><b/><c>x</c>", [], [], actions))
    assert scenario.values("a", "b", "c") == ["2", "1 + 1", ""]


def test_action_may_name_several_events() -> None:
    form = xform(
        "<p><n/></p>",
        [],
        [repeat("p", setting("odk-instance-first-load odk-new-repeat", "/data/p/n"), ask("p/n"))],
    )
    scenario = Scenario(form)
    scenario.add("p")
    assert scenario.values("p[1]/n", "p[2]/n") == ["set", "set"]


# -------------------------------------------------------------------- files and versions
@pytest.mark.parametrize("folder", ["images", "audio", "video"])
def test_media_address_leads_to_its_file(folder: str) -> None:
    kind = {"images": "image"}.get(folder, folder)
    text = f'<text id="q"><value form="{kind}">jr://{folder}/a b.bin</value></text>'
    form = xform(
        "<q/>",
        [],
        [control("input", "q", "<label ref=\"jr:itext('q')\"/>")],
        f'<itext><translation lang="en">{text}</translation></itext>',
    )
    assert Scenario(form).element("q").media == {kind: "a b.bin"}


def test_compact_record_is_left_to_telephones() -> None:
    form = xform("<a/>", [], [ask("a")]).replace(
        b'id="test"', b'id="test" odk:prefix="p" odk:delimiter="+"'
    )
    scenario = Scenario(form)
    scenario.answers(a="1")
    assert "<a>1</a>" in scenario.xml
    assert any("compact records for SMS are not made" in text for text in scenario.warnings)
