"""Answering, refusing, taking back."""

from __future__ import annotations

from datetime import datetime

import pytest

from enumerator.errors import KnownError
from enumerator.xform import NO_CHANGES, Result
from tests.xform.scenario import WITA, Scenario, ask, bind, group, repeat, select, xform

FORM = xform(
    "<age/><name/><when/><day/><place/><calc/><fixed>x</fixed><hidden/><acts/>",
    [
        bind(
            "age",
            type="int",
            constraint=". >= 0 and . < 120",
            jr_constraintMsg="0 to 119",
            required="true()",
            jr_requiredMsg="Ask again",
        ),
        bind("when", type="dateTime", constraint=". > now()"),
        bind("day", type="date"),
        bind("place", type="geopoint"),
        bind("calc", calculate="/data/age + 1"),
        bind("fixed", readonly="true()"),
        bind("hidden", relevant="/data/age > 10"),
    ],
    [
        ask("age"),
        ask("name"),
        ask("when"),
        ask("day"),
        ask("place"),
        ask("calc"),
        ask("fixed"),
        ask("hidden"),
        select("acts", "work", "school", element="select"),
    ],
)


def test_several_choices_are_a_list_whatever_the_type_of_each() -> None:
    form = xform("<s/>", [bind("s", type="decimal")], [select("s", "1", "2.5", element="select")])
    scenario = Scenario(form)
    scenario.answer("s", ["1", "2.5"])
    assert scenario["s"] == "1 2.5"


def test_refused_answer_is_not_stored() -> None:
    """Ruling 11."""
    scenario = Scenario(FORM)
    scenario.answers(age="30")
    answer = scenario.answer("age", "130")
    assert (answer.result, answer.message) == (Result.CONSTRAINT, "0 to 119")
    assert answer.changes == NO_CHANGES
    assert scenario.values("age", "calc") == ["30", "31"]


def test_refused_answer_is_stored_when_asked_to() -> None:
    scenario = Scenario(FORM)
    answer = scenario.answer("age", "130", commit="always")
    assert answer.result == Result.CONSTRAINT
    assert scenario.values("age", "calc") == ["130", "131"]
    assert not scenario.element("age").valid


def test_required_question_is_cleared_only_when_asked_to() -> None:
    scenario = Scenario(FORM)
    scenario.answers(age="30")
    answer = scenario.answer("age", "")
    assert (answer.result, answer.message) == (Result.REQUIRED, "Ask again")
    assert scenario["age"] == "30"
    assert scenario.answer("age", None, commit="always").result == Result.REQUIRED
    assert scenario["age"] == ""


def test_check_says_what_answer_would_and_stores_nothing() -> None:
    scenario = Scenario(FORM)
    assert scenario.session.check("/data/age", "130").result == Result.CONSTRAINT
    assert scenario.session.check("/data/age", "13").result == Result.OK
    assert scenario.session.check("/data/age", "").result == Result.REQUIRED
    assert scenario["age"] == ""
    assert scenario.session.undo() is None


def test_blank_satisfies_every_constraint() -> None:
    scenario = Scenario(FORM)
    assert scenario.element("when").valid
    assert scenario.answer("when", "").result == Result.OK


def test_instant_compares_by_the_minute_not_by_the_day() -> None:
    scenario = Scenario(FORM, now=datetime(2020, 9, 15, 9, 0, tzinfo=WITA))
    assert scenario.answer("when", "2020-09-15T17:00").result == Result.OK
    assert scenario.answer("when", "2020-09-15T08:59:00.000+08:00").result == Result.CONSTRAINT


@pytest.mark.parametrize(
    ("ref", "text"),
    [
        ("age", "12.5"),
        ("age", "twelve"),
        ("age", "2147483648"),
        ("day", "2020-02-30"),
        ("day", "15/09/2020"),
        ("when", "now"),
        ("place", "100 10"),
        ("place", "here"),
    ],
)
def test_value_of_the_wrong_type_is_refused(ref: str, text: str) -> None:
    scenario = Scenario(FORM)
    with pytest.raises(KnownError) as error:
        scenario.answer(ref, text)
    assert error.value.code == "bad_value"
    assert text not in str(error.value)
    assert scenario[ref] == ""


@pytest.mark.parametrize(
    ("ref", "text", "kept"),
    [
        ("age", "007", "7"),
        ("day", "2020-9-5", "2020-09-05"),
        ("when", "2021-01-01T00:00:00Z", "2021-01-01T08:00:00.000+08:00"),
        ("place", "-3.3 114.6", "-3.3 114.6 0.0 0.0"),
        ("acts", "  work   school work ", "work school"),
        ("name", "  Ani  ", "  Ani  "),
    ],
)
def test_answer_is_kept_in_the_form_of_its_type(ref: str, text: str, kept: str) -> None:
    scenario = Scenario(FORM)
    scenario.answer(ref, text)
    assert scenario[ref] == kept


@pytest.mark.parametrize(
    ("ref", "code"),
    [
        ("hidden", "not_relevant"),
        ("fixed", "readonly"),
        ("calc", "readonly"),
        ("nothing", "no_such_question"),
        ("/other/age", "no_such_question"),
        ("age[2]", "no_such_question"),
        ("age[[", "no_such_question"),
        ("", "no_such_question"),
    ],
)
def test_what_cannot_be_answered_is_refused(ref: str, code: str) -> None:
    scenario = Scenario(FORM)
    with pytest.raises(KnownError) as error:
        scenario.answer(ref, "1")
    assert error.value.code == code


def test_validate_names_every_failure_in_body_order() -> None:
    scenario = Scenario(
        xform(
            "<b/><a/><off/><g><c>9</c></g>",
            [
                bind("a", required="true()"),
                bind("b", required="true()"),
                bind("off", required="true()", relevant="false()"),
                bind("g/c", type="int", constraint=". < 5", jr_constraintMsg="Too many"),
            ],
            [ask("a", "A?"), ask("b"), ask("off"), group("g", ask("g/c"))],
        )
    )
    failures = scenario.session.validate()
    assert [(f.ref, f.result, f.message, f.label) for f in failures] == [
        ("/data/a", Result.REQUIRED, "", "A?"),
        ("/data/b", Result.REQUIRED, "", "b"),
        ("/data/g/c", Result.CONSTRAINT, "Too many", "g/c"),
    ]


def test_undo_takes_an_answer_back_with_all_that_it_set_off() -> None:
    scenario = Scenario(FORM)
    scenario.answers(age="30")
    before = scenario.session.state()
    scenario.answers(age="5")
    changes = scenario.session.undo()
    assert changes is not None
    assert "/data/calc" in changes.changed
    assert scenario.session.state() == before
    scenario.session.undo()
    assert scenario.session.undo() is None
    assert scenario["age"] == ""


def test_undo_brings_removed_lines_back() -> None:
    scenario = Scenario(
        xform(
            "<p><x/><no/></p><p><x/><no/></p>",
            [bind("p/no", calculate="position(..)")],
            [repeat("p", ask("p/x"))],
        )
    )
    scenario.answer("p[1]/x", "a")
    scenario.answer("p[2]/x", "b")
    before = scenario.session.state()
    scenario.remove("p[1]")
    changes = scenario.session.undo()
    assert changes is not None
    assert changes.added
    assert scenario.session.state() == before
    assert scenario.element("p[2]/x").value == "b"


def test_answer_that_changes_nothing_is_no_step() -> None:
    scenario = Scenario(FORM)
    scenario.answers(name="Ani")
    assert scenario.answer("name", "Ani").changes == NO_CHANGES
    scenario.session.undo()
    assert scenario["name"] == ""
