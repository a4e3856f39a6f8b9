"""Functions on places, bytes, dates and lists beyond the plain ones."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from nacl.signing import SigningKey

from enumerator.xform.xpath.functions import FUNCTIONS
from enumerator.xform.xpath.syntax import XPathError
from tests.xform.scenario import Scenario, ask, bind, repeat, xform

FORM = xform(
    "<day>2020-09-13</day><moment>2020-09-15T08:05:09.042+08:00</moment>"
    "<clock>08:05:00.000+08:00</clock><blank/><trace/><word>abc</word>"
    "<line><n>4</n></line><line><n>2</n></line>",
    [
        bind("day", type="date"),
        bind("moment", type="dateTime"),
        bind("clock", type="time"),
        bind("trace", type="geotrace"),
        bind("line/n", type="int"),
    ],
    [ask("trace"), ask("word"), repeat("line", ask("line/n"))],
)

Evaluate = Callable[[str], object]


@pytest.fixture(scope="module")
def evaluate() -> Evaluate:
    return Scenario(FORM).session.evaluate


def trace(*places: tuple[float, float]) -> str:
    return "'" + ";".join(f"{latitude} {longitude} 0 0" for latitude, longitude in places) + "'"


# ---------------------------------------------------------------- places
@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([(0, 0), (0, 1), (1, 1), (1, 0)], False),
        ([(0, 0), (1, 1), (1, 0), (0, 1)], True),
        ([(0, 0), (0, 1), (1, 1), (1, 0), (0, 0)], False),
        ([(0, 0), (1, 1), (1, 0), (0, 1), (0, 0)], True),
        ([(0, 0), (0, 2), (0, 1)], True),
        ([(0, 0), (0, 1), (0, 2)], False),
        ([(0, 0), (0, 2), (1, 1), (0, 1)], True),
        ([(0, 0), (0, 0), (0, 1)], False),
        ([(0, 0), (0, 1)], False),
        ([(0, 0), (0, 1), (0, 0)], True),
        ([(0, 0), (0, 3), (2, 3), (2, 1), (0, 1)], True),
    ],
)
def test_intersects_says_whether_a_trace_meets_itself(
    evaluate: Evaluate, places: list[tuple[float, float]], expected: bool
) -> None:
    assert evaluate(f"intersects({trace(*places)})") is expected
    assert evaluate(f"intersects({trace(*reversed(places))})") is expected


def test_intersects_is_false_when_nothing_has_been_traced(evaluate: Evaluate) -> None:
    assert evaluate("intersects(/data/trace)") is False
    assert evaluate("intersects('')") is False


def test_intersects_fails_when_the_value_is_no_trace(evaluate: Evaluate) -> None:
    with pytest.raises(XPathError, match="trace or a shape"):
        evaluate("intersects(/data/word)")


def test_intersects_takes_long_traces_in_a_moment(evaluate: Evaluate) -> None:
    zigzag = [(index / 1000, index % 2) for index in range(4000)]
    assert evaluate(f"intersects({trace(*zigzag)})") is False
    assert evaluate(f"intersects({trace(*zigzag, (1.0005, 0.5))})") is True


def test_intersects_gives_up_when_a_trace_is_endless(evaluate: Evaluate) -> None:
    across = [
        (index % 2 * 50 + index / 1000, index % 2 * 50 - index / 1000) for index in range(1800)
    ]
    with pytest.raises(XPathError, match="too long"):
        evaluate(f"intersects({trace(*across)})")


def test_geofence_is_false_when_the_fence_is_open(evaluate: Evaluate) -> None:
    corners = [(0, 0), (0, 2), (2, 2), (2, 0)]
    assert evaluate(f"geofence('1 1', {trace(*corners)})") is False
    assert evaluate(f"geofence('1 1', {trace(*corners, (0, 0))})") is True
    assert evaluate(f"geofence('', {trace(*corners, (0, 0))})") is False


# ---------------------------------------------------------------- signatures and digests
def coded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_signed_message_is_extracted_when_the_signature_is_right(evaluate: Evaluate) -> None:
    key = SigningKey(b"9" * 32)
    signed, public = coded(key.sign("nomor urut 7 é".encode())), coded(bytes(key.verify_key))
    assert evaluate(f"extract-signed('{signed}', '{public}')") == "nomor urut 7 é"
    assert evaluate(f"extract-signed('{coded(key.sign(b''))}', '{public}')") == ""


def test_signed_message_is_blank_when_anything_about_it_is_wrong(evaluate: Evaluate) -> None:
    key, other = SigningKey(b"9" * 32), SigningKey(b"8" * 32)
    signed, public = coded(key.sign(b"text")), coded(bytes(key.verify_key))
    forged = coded(bytes(key.sign(b"text"))[:-1] + b"T")
    for contents, verifying in (
        (forged, public),
        (signed, coded(bytes(other.verify_key))),
        (signed, coded(b"short")),
        (signed, "no base64!"),
        ("no base64!", public),
        (coded(b"short"), public),
        ("", public),
        (signed, ""),
        (signed, coded(b"\xff" * 32)),
    ):
        assert evaluate(f"extract-signed('{contents}', '{verifying}')") == ""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("digest('abc', 'MD5')", "kAFQmDzST7DWlj99KOF/cg=="),
        ("digest('abc', 'SHA-1', 'hex')", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("digest('abc', 'SHA-256')", "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="),
        ("substr(digest('abc', 'SHA-384', 'hex'), 0, 8)", "cb00753f"),
        ("substr(digest('abc', 'SHA-512', 'base64'), 0, 8)", "3a81oZNh"),
        ("digest('', 'MD5', 'hex')", "d41d8cd98f00b204e9800998ecf8427e"),
        ("base64-decode('aGFsbyDDqQ==')", "halo é"),
        ("base64-decode('nothing of the kind!')", ""),
        ("base64-decode('')", ""),
    ],
)
def test_bytes_are_read_and_digested(evaluate: Evaluate, expression: str, expected: str) -> None:
    assert evaluate(expression) == expected


# ---------------------------------------------------------------- dates
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("format-date(/data/day, '%Y %y %m %n %b %d %e %a %%')", "2020 20 09 9 Sep 13 13 Sun %"),
        ("format-date-time(/data/moment, '%H:%h:%M:%S.%3')", "08:8:05:09.042"),
        ("format-date-time(/data/moment, 'w%W d%j')", "w38 d259"),
        ("format-date(/data/day, '%H:%M')", "00:00"),
        ("format-date-time(/data/clock, '%H.%M')", "08.05"),
        ("format-date('no date', '%Y')", ""),
        ("format-date('', '%Y')", ""),
        ("format-date-time(0.5, '%Y-%m-%d %H')", "1970-01-01 20"),
        ("decimal-time('12:00')", 0.5),
        ("round(decimal-time(/data/clock) * 1440)", 485.0),
        ("decimal-time(3.25)", 0.25),
        ("decimal-date-time('1970-01-02T08:00:00.000+08:00')", 1.0),
        ("string(date(/data/moment))", "2020-09-15"),
        ("string(date(now()))", "2020-09-15"),
        ("date(decimal-date-time(/data/day) + 1) = '2020-09-14'", True),
        ("number('1970-01-03T00:00:00.000+08:00')", 2.0),
        ("number('1970-01-03T23:00:00Z')", 2.0),
        ("string(number('1970-01-03T25:00:00Z'))", "NaN"),
        ("/data/day < /data/moment", True),
    ],
)
def test_dates_are_written_and_counted(
    evaluate: Evaluate, expression: str, expected: object
) -> None:
    assert evaluate(expression) == expected


@pytest.mark.parametrize(
    "calculation",
    ["format-date(today(), '%B')", "format-date(today(), '%')", "digest('a', 'MD4')"],
)
def test_loading_warns_when_what_is_written_out_can_only_fail(calculation: str) -> None:
    scenario = Scenario(xform("<a/>", [bind("a", calculate=calculation)], [ask("a")]))
    assert scenario["a"] == ""
    warning = next(each for each in scenario.form.warnings if "without effect" in each.text)
    assert warning.severity == "warning"
    assert warning.line is not None
    assert calculation in warning.text


# ---------------------------------------------------------------- lists of values
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("checklist(1, 2, true(), 'yes', false())", True),
        ("checklist(-1, 1, 1, 1)", False),
        ("checklist(2, -1, 1, 1, 0)", True),
        ("weighted-checklist(5, 9, true(), 4, true(), 2, false(), 90)", True),
        ("weighted-checklist(-1, 3, true(), 4)", False),
        ("weighted-checklist(1, -1, true(), 400)", True),
        ("coalesce('', /data/blank, 'c')", "c"),
        ("coalesce(0 div 0, 5)", 5.0),
        ("join(', ', /data/line/n, 'end')", "4, 2, end"),
        ("selected-at('a b', 1)", "b"),
        ("selected-at('a b', 2)", ""),
        ("is-selected('a b', 'b')", True),
        ("boolean-from-string('TRUE')", False),
        ("round(0.49999999999999994)", 0.0),
        ("round(4503599627370497.5)", 4503599627370498.0),
        ("round(-26, -1)", -30.0),
        ("string(indexed-repeat(/data/line/n, /data/line, 2))", "2"),
        ("string(indexed-repeat(/data/line/n, /data/line, 3))", ""),
        ("atan2(1, -1) * 4 div pi()", 3.0),
        ("exp10(-2)", 0.01),
        ("exp10(400)", float("inf")),
        ("pow(-8, 1 div 3) = pow(-8, 1 div 3)", False),
    ],
)
def test_values_are_counted_and_chosen(
    evaluate: Evaluate, expression: str, expected: object
) -> None:
    assert evaluate(expression) == expected


@pytest.mark.parametrize("seed", ["-5", "1e0", "0", "99999999999999999999", "1 div 0", "'Budi'"])
def test_randomize_gives_every_row_once_for_any_seed(seed: str) -> None:
    names = "".join(f"<i><n>{letter}</n></i>" for letter in "ABCDEFGH")
    evaluate = Scenario(
        xform("<x/>", [], [ask("x")], f'<instance id="l"><root>{names}</root></instance>')
    ).session.evaluate
    order = f"join('', randomize(instance('l')/root/i/n, {seed}))"
    assert sorted(str(evaluate(order))) == list("ABCDEFGH")
    assert evaluate(order) == evaluate(order)


# ---------------------------------------------------------------- all of them
ODD = ("''", "'x'", "0 div 0", "1 div 0", "-1", "1e300", "'2020-02-30'", "/data/line/n", "true()")


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_function_gives_a_value_or_says_why_not_when_its_arguments_are_odd(
    evaluate: Evaluate, name: str
) -> None:
    function = FUNCTIONS[name]
    most = function.least + 2 if function.most is None else min(function.most, 4)
    for count in range(function.least, most + 1):
        for first in ODD:
            arguments = ", ".join([first, "2", *ODD][:count])
            try:
                evaluate(f"{name}({arguments})")
            except XPathError:
                continue
