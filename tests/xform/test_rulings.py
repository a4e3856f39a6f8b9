"""The README's table of rulings, kept true: every row is a ruling that conformance reports know,
and every ruling has a test here that shows it."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest

from enumerator.clock import SystemClock
from enumerator.errors import KnownError
from enumerator.xform import AuditSettings, EntityChange, EntityLists, FormError, Ref, Result
from enumerator.xform.audit import AuditLog, Event
from enumerator.xform.xpath.syntax import XPathError
from tests.conformance.rulings import RULINGS
from tests.xform import test_peers
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

README = Path(__file__).parents[2] / "enumerator" / "xform" / "README.md"


def test_table_of_the_readme_is_the_list_of_rulings() -> None:
    table = re.findall(r"^\| (\d+) \| (.+?) \|", README.read_text(encoding="utf-8"), re.MULTILINE)
    assert [(int(number), matter) for number, matter in table] == [*map(tuple, RULINGS)]


def test_every_ruling_has_a_test_that_names_it() -> None:
    names = [*globals(), *vars(test_peers)]
    shown = {int(name[12:14]) for name in names if re.match(r"test_ruling_\d\d_", name)}
    assert shown == {ruling.number for ruling in RULINGS}


def worth(expression: str, kind: str = "string") -> str:
    """What a calculation gives in a node of that type."""
    return Scenario(xform("<out/>", [bind("out", type=kind, calculate=expression)]))["out"]


def setvalue(ref: str, event: str, value: str) -> str:
    return f'<setvalue ref="/data/{ref}" event="{event}" value="{value}"/>'


def cascade() -> Scenario:
    villages = rows(
        "villages",
        {"name": "v1", "label": "One", "in": "a"},
        {"name": "v2", "label": "Two", "in": "b"},
    )
    return Scenario(
        xform(
            "<province/><village/><copy/>",
            [bind("copy", calculate="/data/village")],
            [
                select("province", "a", "b"),
                select_from("village", "instance('villages')/root/item[in = /data/province]"),
            ],
            villages,
        )
    )


def test_ruling_01_selection_no_longer_offered_is_cleared_with_its_readers() -> None:
    form = cascade().answers(province="a", village="v1")
    form.answers(province="b")
    assert form.values("village", "copy") == ["", ""]
    form.answers(province="a")
    assert form.values("village", "copy") == ["v1", "v1"]


def lines(count: int, *, calculations: str = "") -> Scenario:
    form = Scenario(
        xform(
            "<sum/><rep><n/><share/></rep>",
            [
                bind("rep/n", type="int"),
                bind("sum", type="int", calculate="sum(/data/rep/n)"),
                bind("rep/share", calculate=calculations or "../n div /data/sum"),
            ],
            [repeat("rep", ask("rep/n"))],
        )
    )
    for _ in range(count - 1):
        form.add("rep")
    return form


def test_ruling_02_total_changed_by_one_line_changes_every_line() -> None:
    form = lines(2)
    form.answer("rep[1]/n", "1")
    form.answer("rep[2]/n", "3")
    assert form.values("rep[1]/share", "rep[2]/share") == ["0.25", "0.75"]


def test_ruling_03_blanks_are_skipped_in_sums_and_extremes() -> None:
    form = Scenario(
        xform(
            "<n>-4</n><n/><n>-1</n><out/><none/>",
            [
                bind("out", calculate="concat(sum(/data/n), ' ', max(/data/n), ' ', min(/data/n))"),
                bind("none", type="int", calculate="sum(/data/n[. = 'x'])"),
            ],
            [repeat("n", ask("n"))],
        )
    )
    assert form.values("out", "none") == ["-5 -1 -4", "0"]


def test_ruling_04_dates_are_whole_local_days() -> None:
    assert worth("date(decimal-date-time(today()) + 1)", "date") == "2020-09-16"
    assert worth("if(today() > '2020-01-01', 'later', 'sooner')") == "later"


def test_ruling_05_surplus_lines_are_parked_and_come_back() -> None:
    form = Scenario(
        xform(
            "<n>2</n><rep><name/></rep>",
            [bind("n", type="int")],
            [ask("n"), repeat("rep", ask("rep/name"), count="/data/n")],
        )
    )
    form.answer("rep[2]/name", "Ani")
    for surplus in ("1", "0", None):
        form.answer("n", surplus)
        assert "Ani" not in form.xml
    form.answers(n="2")
    assert form["rep[2]/name"] == "Ani"


def test_ruling_06_choice_name_follows_the_language() -> None:
    itext = "".join(
        f'<translation lang="{lang}"><text id="y"><value>{word}</value></text></translation>'
        for lang, word in (("id", "Ya"), ("en", "Yes"))
    )
    item = "<item><label ref=\"jr:itext('y')\"/><value>y</value></item>"
    form = Scenario(
        xform(
            "<a>y</a><name/>",
            [bind("name", calculate="jr:choice-name(/data/a, '/data/a')")],
            [control("select1", "a", item)],
            f"<itext>{itext}</itext>",
        )
    )
    assert form["name"] == "Ya"
    form.session.set_language("en")
    assert form["name"] == "Yes"


def test_ruling_07_absolute_path_inside_a_repeat_is_the_current_line() -> None:
    form = lines(2, calculations="/data/rep/n * 10")
    form.answer("rep[2]/n", "3")
    assert form.values("rep[1]/share", "rep[2]/share") == ["", "30"]
    assert any("current line" in text for text in form.warnings)


def test_ruling_08_regex_is_about_the_whole_string() -> None:
    assert worth("if(regex('ab1', '[a-z]+'), 'yes', 'no')") == "no"


def test_ruling_09_numbers_become_plain_decimals() -> None:
    assert worth("concat(12345678.9, '')") == "12345678.9"
    assert worth("10000000 * 10") == "100000000"


def test_ruling_10_what_is_not_relevant_is_left_out() -> None:
    form = Scenario(
        xform(
            "<a>7</a><show/><count/><copy/>",
            [
                bind("a", relevant="/data/show = 'y'"),
                bind("count", calculate="count(/data/a)"),
                bind("copy", calculate="/data/a"),
            ],
            [ask("a"), ask("show")],
        )
    )
    assert form.values("count", "copy") == ["0", ""]
    form.answers(show="y")
    assert form.values("count", "copy") == ["1", "7"]


def test_ruling_11_refused_answer_is_stored_only_where_the_caller_says_so() -> None:
    form = Scenario(xform("<a/>", [bind("a", type="int", constraint=". > 5")], [ask("a")]))
    assert form.answer("a", "3").result == Result.CONSTRAINT
    assert form["a"] == ""
    assert form.answer("a", "3", commit="always").result == Result.CONSTRAINT
    assert form["a"] == "3"


def test_ruling_12_paths_of_a_setvalue_start_from_its_target() -> None:
    action = setvalue("g/b", "xforms-value-changed", "../c")
    form = Scenario(
        xform("<a/><g><b/><c>near</c></g><c>far</c>", [], [ask("a", inner=action), ask("g/b")])
    )
    form.answers(a="x")
    assert form["g/b"] == "near"


def test_ruling_13_new_line_calculates_before_its_defaults() -> None:
    action = setvalue("rep/b", "odk-new-repeat", "../a")
    form = Scenario(
        xform(
            "<rep><a/><b/></rep>",
            [bind("rep/a", calculate="position(..) * 10")],
            [repeat("rep", ask("rep/b"), action)],
        )
    )
    form.add("rep")
    assert form["rep[2]/b"] == "20"


def test_ruling_14_several_choices_stay_as_picked() -> None:
    form = Scenario(xform("<a/>", [], [select("a", "x", "y", "z", element="select")]))
    form.answers(a="z x")
    assert form["a"] == "z x"


def test_ruling_15_two_instants_compare_as_instants() -> None:
    form = xform(
        "<at/><ok/>",
        [
            bind("at", type="dateTime"),
            bind("ok", calculate="if(/data/at > now(), 'later', 'sooner')"),
        ],
        [ask("at")],
    )
    scenario = Scenario(form)
    scenario.answers(at=(NOON + timedelta(hours=3)).isoformat(timespec="milliseconds"))
    assert scenario["ok"] == "later"


def test_ruling_16_day_in_a_text_is_written_as_an_instant_and_read_as_a_day() -> None:
    form = Scenario(
        xform(
            "<day/><true/><read/>",
            [
                bind("day", calculate="date('2020-02-01')"),
                bind("true", calculate="1 = 1"),
                bind("read", calculate="concat(/data/day, ' ', /data/true)"),
            ],
        )
    )
    assert form["day"] == "2020-02-01T00:00:00.000+08:00"
    assert form.values("true", "read") == ["1", "2020-02-01 true"]


def test_ruling_17_path_that_leads_nowhere_warns_or_is_an_error() -> None:
    lost = xform("<a/>", [bind("a", calculate="../nothing"), bind("gone", type="int")], [ask("a")])
    assert len(Scenario(lost).warnings) == 2
    with pytest.raises(FormError, match="no node /data/gone"):
        Scenario(xform("<a/>", [], [ask("gone")]))


def test_ruling_18_calculation_without_a_value_is_blank() -> None:
    assert worth("1 + 'x'", "decimal") == ""
    assert worth("date('2020-02-30')", "date") == ""


def test_ruling_19_halves_are_rounded_up() -> None:
    assert worth("round(-1.5)") == "-1"


def test_ruling_20_exponents_and_decimal_commas_are_no_numbers() -> None:
    assert worth("number('1e3')") == ""
    assert worth("number('1,5')") == ""


def test_ruling_21_nearly_equal_is_not_equal() -> None:
    assert worth("if(0.1 + 0.2 = 0.3, 'same', 'other')") == "other"


def test_ruling_22_functions_without_an_argument_take_the_context_node() -> None:
    form = xform("<a>12</a>", [bind("a", constraint="string-length() = 2 and number() = 12")])
    assert Scenario(form).session.evaluate("number() + 1", "/data/a") == 13


def test_ruling_23_group_is_as_empty_as_its_text() -> None:
    form = xform(
        "<g><a/></g><g2><a>x</a></g2><n/>",
        [bind("n", calculate="concat(count-non-empty(/data/g), count-non-empty(/data/g2))")],
    )
    assert Scenario(form)["n"] == "01"


def test_ruling_24_itext_is_a_text() -> None:
    itext = '<itext><translation lang="en"><text id="y"><value>Yes</value></text></translation>'
    form = xform("<n/>", [bind("n", calculate="jr:itext('y')")], [], f"{itext}</itext>")
    assert Scenario(form)["n"] == "Yes"
    with pytest.raises(XPathError):
        Scenario(form).session.evaluate("jr:itext('y')/..")


def test_ruling_25_namespaces_come_before_attributes() -> None:
    """Only in documents that keep them: the trees of the XPath cases."""
    from tests.xform.xpath_material import evaluate

    case = {
        "id": 0, "kind": "string", "expr": "name((@a | namespace::p)[1])", "doc": "d",
        "context": "/0", "now": "2020-01-01T00:00:00Z", "source": "here",
    }  # fmt: skip
    material = {
        "tz": "UTC",
        "namespaces": {},
        "documents": {"d": '<x xmlns:p="urn:p" a="1"/>'},
    }
    assert evaluate(case, material) == "p"


def test_ruling_26_expression_that_fails_is_blank_with_a_warning() -> None:
    form = Scenario(
        xform(
            "<a>[</a><out>x</out>",
            [bind("out", calculate="if(regex('x', /data/a), 'yes', 'no')")],
            [ask("a")],
        )
    )
    assert form["out"] == ""
    assert len(form.warnings) == 1


def test_ruling_27_rules_that_need_each_other_are_an_error() -> None:
    with pytest.raises(FormError, match="depend on each other"):
        Scenario(xform("<a/>", [bind("a", relevant=". > 0")], [ask("a")]))


def test_ruling_28_form_may_lack_id_and_title() -> None:
    form = xform("<a/>", [], [ask("a")])
    bare = form.replace(b' id="test" version="1"', b"").replace(b"<h:title>Test</h:title>", b"")
    assert Scenario(bare).form.title == ""
    method = form.replace(b"</model>", b'<submission method="pigeon"/></model>')
    assert any("pigeon" in text for text in Scenario(method).warnings)


def test_ruling_29_places_have_four_numbers_and_metres_are_not_rounded() -> None:
    form = Scenario(
        xform(
            "<a/><b>0 1 0 0;0 2 0 0</b><m/>",
            [
                bind("a", type="geopoint"),
                bind("b", type="geotrace"),
                bind("m", type="decimal", calculate="distance(/data/b)"),
            ],
            [ask("a"), ask("b")],
        )
    )
    form.answers(a="20.5 16")
    assert form["a"] == "20.5 16.0 0.0 0.0"
    assert len(form["m"].partition(".")[2]) > 2


def test_ruling_30_hidden_node_is_set_all_the_same() -> None:
    form = Scenario(
        xform(
            "<a/><b/>",
            [bind("b", relevant="/data/a = 'show'")],
            [ask("a"), ask("b")],
            setvalue("b", "odk-instance-first-load", "'set'"),
        )
    )
    assert "set" not in form.xml
    form.answers(a="show")
    assert form["b"] == "set"


def test_ruling_31_setvalue_from_outside_sets_every_line() -> None:
    action = setvalue("rep/b", "xforms-value-changed", "/data/a")
    form = Scenario(
        xform("<a/><rep><b/></rep>", [], [ask("a", inner=action), repeat("rep", ask("rep/b"))])
    )
    form.add("rep")
    form.answers(a="all")
    assert form.values("rep[1]/b", "rep[2]/b") == ["all", "all"]


def test_ruling_32_path_as_a_condition_is_judged_by_its_value() -> None:
    form = Scenario(
        xform(
            "<lock/><g><a/></g>",
            [bind("lock", type="boolean"), bind("g", readonly="/data/lock")],
            [ask("lock"), group("g", ask("g/a"))],
        )
    )
    assert not form.element("g/a").readonly
    form.answers(lock="true")
    assert form.element("g/a").readonly
    with pytest.raises(KnownError):
        form.answer("g/a", "x")


def test_ruling_33_counted_lines_are_new_lines_as_the_form_opens() -> None:
    actions = setvalue("rep/new", "odk-new-repeat", "'new'") + setvalue(
        "rep/held", "odk-instance-first-load", "'held'"
    )
    form = Scenario(
        xform(
            "<n>2</n><rep><new/><held/></rep>",
            [bind("n", type="int")],
            [ask("n"), repeat("rep", ask("rep/new"), actions, count="/data/n")],
        )
    )
    assert form.values("rep[1]/new", "rep[1]/held") == ["", "held"]
    assert form.values("rep[2]/new", "rep[2]/held") == ["new", ""]


def test_ruling_34_calculated_change_raises_the_event() -> None:
    action = setvalue("seen", "xforms-value-changed", "/data/twice")
    form = Scenario(
        xform(
            "<a/><twice/><seen/>",
            [bind("a", type="int"), bind("twice", type="int", calculate="/data/a * 2")],
            [ask("a"), ask("twice", inner=action)],
        )
    )
    form.answers(a="4")
    assert form["seen"] == "8"


def test_ruling_35_functions_follow_the_specification_where_javarosa_does_not() -> None:
    square = "'0 0 0 0;0 1 0 0;1 1 0 0;1 0 0 0;0 0 0 0'"
    assert worth(f"round(area({square}), -5)") == "12391300000"
    assert worth("round(-26, -1)") == "-30"
    assert worth("if(boolean-from-string('TRUE'), 'yes', 'no')") == "no"
    assert worth("if(weighted-checklist(1, -1, true(), 3), 'yes', 'no')") == "yes"
    lines = "<line><n>1</n></line><out/>"
    nothing = bind("out", calculate="indexed-repeat(/data/line/n, /data/line, 0)")
    assert Scenario(xform(lines, [nothing], [repeat("line", ask("line/n"))]))["out"] == ""


def test_ruling_36_entities_without_a_version_are_left_out() -> None:
    meta = "<meta><entity dataset='people' id='' create='1'><label/></entity></meta>"
    form = Scenario(xform(f"<a/>{meta}", [bind("a", saveto="a")], [ask("a")]))
    assert form.session.entities() == ()
    assert any("entities-version" in text for text in form.warnings)
    with pytest.raises(FormError):
        Scenario(xform(f"<a/>{meta}", [], [ask("a")], entities="2031.1.0"))


def test_ruling_37_creation_of_what_the_server_has_is_not_shown() -> None:
    name = "c46ce0f5-5c9e-4a0a-9c1f-9d8cf3a4a001"
    made = EntityLists()
    made.receive("people", f"name,label,__version\n{name},Ani,3\n".encode())
    again = EntityChange(
        "people", name, "create", "Other", {}, None, None, "", offline=True, ref=Ref("/data")
    )
    assert made.apply([again]) == (again,)
    assert [entity.label for entity in made.entities("people")] == ["Ani"]


def test_ruling_38_submission_carries_the_version_of_the_form() -> None:
    form = xform("<a/>", [], [ask("a")], version="2")
    saved = Scenario(form, instance=b'<data id="test" version="1"><a>x</a></data>')
    assert 'version="2"' in saved.xml
    assert saved["a"] == "x"
    assert any("version 1" in text for text in saved.warnings)


def test_ruling_39_strangers_in_a_saved_instance_are_named() -> None:
    form = xform("<a/><meta><instanceID/></meta>", [], [ask("a")])
    saved = Scenario(
        form,
        instance=b'<data id="test" version="1" by="x"><z>1</z>'
        b"<meta><deprecatedID>uuid:0</deprecatedID></meta></data>",
    )
    assert [("<z>" in text, "attribute by" in text) for text in saved.warnings] == [
        (True, False),
        (False, True),
    ]
    assert "<deprecatedID>uuid:0</deprecatedID>" in saved.xml


def test_ruling_40_last_saved_instance_reads_like_the_forms_own() -> None:
    form = xform(
        "<yes/><seen/><lines/><p><x/></p>",
        [
            bind("yes", calculate="1 = 1"),
            bind("seen", calculate="concat(instance('last')/data/yes, '|')"),
            bind("lines", calculate="count(instance('last')/data/p)"),
        ],
        [repeat("p", ask("p/x"))],
        '<instance id="last" src="jr://instance/last-saved"/>',
    )
    first = Scenario(form)
    assert first.values("seen", "lines") == ["|", "0"]
    again = Scenario(form, last_saved=first.session.finalize())
    assert again.values("seen", "lines") == ["true|", "1"]


def test_ruling_41_lines_within_a_new_line_are_new() -> None:
    action = setvalue("p/q/id", "odk-new-repeat", "concat('new ', position(../..))")
    form = Scenario(
        xform(
            "<p jr:template=''><x/><q><id/></q><q><id/></q></p>",
            [],
            [repeat("p", ask("p/x"), repeat("p/q", ask("p/q/id"), action))],
        )
    )
    form.add("p")
    form.add("p")
    assert form.values("p[2]/q[1]/id", "p[2]/q[2]/id") == ["new 2", "new 2"]


def test_ruling_42_audited_value_that_begins_with_a_quotation_mark_is_quoted() -> None:
    form = Scenario(xform("<a/>", [], [ask("a")]))
    settings = AuditSettings(Ref("/data/meta/audit"), track_changes=True)
    log = AuditLog(settings, SystemClock(), form.session.value)
    for value in ('"never', 'say "hi"'):
        log.show(Event.QUESTION, "/data/a")
        form.answers(a=value)
        log.leave()
    rows_read = list(csv.DictReader(io.StringIO(log.csv().decode(), newline="")))
    assert [row["new-value"] for row in rows_read] == ['"never', 'say "hi"']
    assert b',say "hi"\n' in log.csv()


def with_list(data: bytes | None) -> Scenario:
    form = xform(
        "<a/><both/>",
        [bind("both", calculate="join('+', instance('l')/root/item[name = 'x']/label)")],
        [select_from("a", "instance('l')/root/item")],
        '<instance id="l" src="jr://file-csv/l.csv"/>',
    )
    saved = b"<data id='test' version='1'><a>x</a><both/></data>"
    return Scenario(form, files={} if data is None else {"l.csv": data}, instance=saved)


def test_ruling_50_missing_or_broken_list_warns_and_clears_nothing_and_both_cells_count() -> None:
    missing = with_list(None)
    assert missing["a"] == "x"
    assert any("l.csv is missing" in text for text in missing.warnings)
    broken = with_list(b'name,label\ny,Y\nx,"X')
    assert broken["a"] == "x"
    assert any("l.csv cannot be read, line 3" in text for text in broken.warnings)
    assert with_list(b"name,label,label\nx,X,again\n").values("a", "both") == ["x", "X+again"]


def test_ruling_51_search_is_literal_and_clears_what_it_no_longer_finds() -> None:
    item = "<label>a</label><item><label>label</label><value>name</value></item>"
    look = "search('l', 'contains', 'label', /data/key)"
    form = Scenario(
        xform("<key/><a/>", [], [ask("key"), control("select1", "a", item, appearance=look)]),
        files={"l.csv": b"name,label\nx,10%\ny,100\n"},
    )
    form.answers(key="%")
    assert [choice.value for choice in form.session.choices("/data/a")] == ["x"]
    form.answers(a="x")
    form.answers(key="100")
    assert form["a"] == ""
