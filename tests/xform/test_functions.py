"""Functions and operators, evaluated in a form."""

from __future__ import annotations

import math

import pytest

from enumerator.xform.xpath.registry import FUNCTIONS
from enumerator.xform.xpath.syntax import XPathError
from tests.xform.scenario import Scenario, ask, bind, repeat, xform

FORM = xform(
    "<text>abc</text><number>7</number><half>2.5</half><day>2020-09-15</day>"
    "<moment>2020-09-15T10:30:00.000+08:00</moment><blank/><blank_number/><yes>1</yes>"
    "<many>a b c</many><hidden>5</hidden>"
    "<line><n>1</n></line><line><n>2</n></line><line><n/></line>",
    [
        bind("number", type="int"),
        bind("half", type="decimal"),
        bind("day", type="date"),
        bind("moment", type="dateTime"),
        bind("blank_number", type="int"),
        bind("yes", type="boolean"),
        bind("hidden", type="int", relevant="/data/number = 8"),
        bind("line/n", type="int"),
    ],
    [ask("text"), repeat("line", ask("line/n"))],
)


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return Scenario(FORM)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7.0),
        ("7 mod 3", 1.0),
        ("-7 mod 3", -1.0),
        ("1 div 0", math.inf),
        ("-1 div 0", -math.inf),
        ("string(0 div 0)", "NaN"),
        ("string(1000000 * 10000)", "10000000000"),
        ("string(0.00001)", "0.00001"),
        ("string(1 div 3)", "0.3333333333333333"),
        ("string(true())", "true"),
        ("concat('a', 1, true())", "a1true"),
        ("concat(/data/line/n)", "12"),
        ("join('-', /data/line/n, 'x')", "1-2--x"),
        ("substr('hello', 1, 3)", "el"),
        ("substr('hello', -3)", "llo"),
        ("substring('12345', 2, 3)", "234"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring-before('a/b/c', '/')", "a"),
        ("substring-after('a/b/c', '/')", "b/c"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("normalize-space('  a   b ')", "a b"),
        ("string-length('héé')", 3.0),
        ("contains('abc', 'b')", True),
        ("starts-with('abc', 'b')", False),
        ("ends-with('abc', 'bc')", True),
        ("regex('abc', 'b')", False),
        ("regex('abc', '.b.')", True),
        ("int(-2.7)", -2.0),
        ("round(2.5)", 3.0),
        ("round(-2.5)", -2.0),
        ("round(1.005, 2)", 1.01),
        ("round(1234, -2)", 1200.0),
        ("pow(2, 10)", 1024.0),
        ("sqrt(-1) = sqrt(-1)", False),
        ("abs(-3)", 3.0),
        ("floor(-1.5)", -2.0),
        ("ceiling(-1.5)", -1.0),
        ("log10(1000)", 3.0),
        ("exp10(2)", 100.0),
        ("boolean-from-string('0')", False),
        ("not(false())", True),
        ("if('', 'a', 'b')", "b"),
        ("coalesce(/data/blank, 'x')", "x"),
        ("checklist(1, 2, true(), true(), false())", True),
        ("weighted-checklist(5, 9, true(), 4, true(), 2)", True),
        ("selected(/data/many, 'b')", True),
        ("selected(/data/many, 'a b')", True),
        ("selected-at(/data/many, 2)", "c"),
        ("selected-at(/data/many, 3)", ""),
        ("count-selected(/data/many)", 3.0),
        (
            "digest('abc', 'SHA-256', 'hex')",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        ),
        ("digest('abc', 'MD5')", "kAFQmDzST7DWlj99KOF/cg=="),
        ("base64-decode('aGk=')", "hi"),
        ("sum(/data/line/n)", 3.0),
        ("max(/data/line/n)", 2.0),
        ("min(-4, -1)", -4.0),
        ("max(-4, -1)", -1.0),
        ("count(/data/line)", 3.0),
        ("count-non-empty(/data/line/n)", 2.0),
        ("position(/data/line[2])", 2.0),
        ("/data/line[position() = 2]/n", 2.0),
        ("/data/line[last()]/n", ""),
        ("/data/line[n > 1]/n", 2.0),
        ("name(/data/line[1]/n)", "n"),
        ("/data/*[name() = 'text']", "abc"),
        ("string(/data/line[1]/following-sibling::line[1]/n)", "2"),
        ("count(/data//n)", 3.0),
        ("count(/data/line | /data/text)", 4.0),
        ("indexed-repeat(/data/line/n, /data/line, 2)", 2.0),
        ("string(indexed-repeat(/data/line/n, /data/line, 9))", ""),
    ],
)
def test_expression_gives(scenario: Scenario, expression: str, expected: object) -> None:
    assert scenario.session.evaluate(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "/data/number = '7'",
        "/data/number = '07'",
        "/data/blank = ''",
        "/data/blank_number = ''",
        "not(/data/blank_number = 0)",
        "/data/hidden = ''",
        "count(/data/hidden) = 0",
        "/data/day < '2020-09-16'",
        "'2020-09-15' < '2020-09-16'",
        "/data/day = date('2020-09-15')",
        "/data/day = '2020-09-15'",
        "/data/day + 1 = date('2020-09-16')",
        "date(/data/day + 1) = '2020-09-16'",
        "/data/moment > '2020-09-15T10:29:00.000+08:00'",
        "/data/moment = '2020-09-15T02:30:00.000Z'",
        "/data/moment = /data/day",
        "today() = /data/day",
        "now() > /data/moment",
        "/data/yes",
        "/data/yes = true()",
        "string(/data/yes) = 'true'",
        "/data/line/n = 2",
        "format-date(/data/day, '%d/%m/%Y %e %n %b %a %y') = '15/09/2020 15 9 Sep Tue 20'",
        "format-date-time(/data/moment, '%H.%M') = '10.30'",
        "decimal-time('12:00:00.000+08:00') = 0.5",
        "decimal-date-time('1970-01-02T00:00:00.000Z') = 1",
        "date(decimal-date-time(/data/day) + 30) = '2020-10-15'",
        "string(date('2020-09-15')) = '2020-09-15'",
        "number(date('1970-01-11')) = 10",
    ],
)
def test_condition_holds(scenario: Scenario, expression: str) -> None:
    assert scenario.session.evaluate(f"boolean({expression})") is True


def test_and_and_or_stop_when_the_answer_is_known(scenario: Scenario) -> None:
    broken = "regex('a', concat('(', ''))"
    assert scenario.session.evaluate(f"false() and {broken}") is False
    assert scenario.session.evaluate(f"true() or {broken}") is True
    assert scenario.session.evaluate(f"if(true(), 1, {broken})") == 1.0


@pytest.mark.parametrize(
    "expression",
    ["nothing()", "concat2('a')", "substr()", "not()", "if(1, 2)", "indexed-repeat(/data/text)"],
)
def test_expression_is_refused_when_a_call_is_wrong(scenario: Scenario, expression: str) -> None:
    with pytest.raises(XPathError):
        scenario.session.evaluate(expression)


def test_distance_and_area_are_in_metres(scenario: Scenario) -> None:
    side = scenario.session.evaluate("distance('0 0 0 0; 0 1 0 0')")
    assert isinstance(side, float)
    assert side == pytest.approx(111_318.85, abs=0.01)
    area = scenario.session.evaluate("area('0 0; 0 1; 1 1; 1 0; 0 0')")
    assert area == pytest.approx(side**2, rel=0.001)


def test_geofence_tells_inside_from_outside(scenario: Scenario) -> None:
    fence = "'0 0; 0 2; 2 2; 2 0; 0 0'"
    assert scenario.session.evaluate(f"geofence('1 1', {fence})") is True
    assert scenario.session.evaluate(f"geofence('3 1', {fence})") is False


def test_randomize_orders_as_the_peers_do_when_seeded() -> None:
    names = "".join(f"<i><n>{letter}</n></i>" for letter in "ABCDEF")
    scenario = Scenario(
        xform("<x/>", [], [ask("x")], f'<instance id="l"><root>{names}</root></instance>')
    )
    order = "join('', randomize(instance('l')/root/i/n, {}))"
    assert scenario.session.evaluate(order.format(42)) == "AFCBDE"
    assert scenario.session.evaluate(order.format(1)) == "BFEACD"


def test_every_function_states_its_arity() -> None:
    for function in FUNCTIONS.values():
        assert function.arity()
        assert function.most is None or function.most >= function.least
