"""Expressions that fail while the form is filled in: a blank and one warning, never a dead end."""

from __future__ import annotations

from enumerator.xform import Result
from tests.xform.scenario import Scenario, ask, bind, repeat, rows, select_from, xform
from tests.xform.test_actions import setvalue

# Fails whenever the pattern is a bracket that nothing closes.
BROKEN = "regex(/data/word, /data/pattern)"
FORM = xform(
    "<word>a</word><pattern/><format/><when>2020-09-15</when><shown/><made/><n/><asked/>"
    "<line><x/></line>",
    [
        bind("shown", relevant=BROKEN),
        bind("asked", required=BROKEN, readonly=BROKEN),
        bind("made", calculate="format-date(/data/when, /data/format)"),
        bind("n", type="int", constraint=BROKEN),
    ],
    [
        ask("word"),
        ask("pattern"),
        ask("format"),
        ask("when"),
        ask("shown"),
        ask("n", label="So: <output value='digest(/data/word, /data/pattern)'/>!"),
        ask("asked"),
        repeat("line", ask("line/x"), count="string-length(digest('a', /data/pattern))"),
    ],
)


def failures(scenario: Scenario) -> list[str]:
    known = {str(problem) for problem in scenario.form.warnings}
    return [str(each) for each in scenario.session.warnings if str(each) not in known]


def test_calculation_is_blank_and_warns_once_when_its_format_is_wrong() -> None:
    scenario = Scenario(FORM).answers(format="%Y", pattern="x")
    assert scenario["made"] == "2020"
    before = failures(scenario)
    scenario.answers(format="%Q")
    assert scenario["made"] == ""
    scenario.answers(when="2021-01-01")
    (warning,) = [each for each in failures(scenario) if each not in before]
    assert "%Q" in warning
    assert "calculate" in warning
    scenario.answers(format="%m")
    assert scenario["made"] == "01"


def test_nothing_is_hidden_locked_or_demanded_by_a_condition_that_fails() -> None:
    scenario = Scenario(FORM).answers(pattern="x")
    assert not scenario.is_relevant("shown")
    scenario.answers(pattern="(")
    assert scenario.is_relevant("shown")
    element = scenario.element("asked")
    assert not element.required
    assert not element.readonly
    assert scenario.session.validate() == ()
    scenario.session.finalize()


def test_answer_is_taken_when_its_constraint_fails_to_be_evaluated() -> None:
    scenario = Scenario(FORM).answers(pattern="b")
    assert scenario.answer("n", "1").result == Result.CONSTRAINT
    scenario.answers(pattern="[")
    assert scenario.answer("n", "1").result == Result.OK
    assert scenario.element("n").valid


def test_label_shows_the_rest_when_an_output_fails() -> None:
    scenario = Scenario(FORM).answers(pattern="MD4")
    assert scenario.element("n").label == "So: !"
    assert any("MD4" in each for each in failures(scenario))
    scenario.answers(pattern="MD5")
    assert scenario.element("n").label == "So: DMF1ucDxtqgxw5niaXcmYQ==!"


def test_repeat_has_no_lines_when_its_count_fails() -> None:
    scenario = Scenario(FORM).answers(pattern="MD5")
    assert len(scenario.children("line")) == 24
    scenario.answers(pattern="?")
    assert scenario.children("line") == []


def test_action_sets_a_blank_when_its_value_fails() -> None:
    scenario = Scenario(
        xform(
            "<a/><b>kept</b>",
            [],
            [ask("a", inner=setvalue("b", "xforms-value-changed", "digest('x', /data/a)"))],
        )
    )
    scenario.answers(a="nonsense")
    assert scenario["b"] == ""
    assert len(failures(scenario)) == 1


def test_select_offers_nothing_and_keeps_its_answer_when_its_list_fails() -> None:
    colours = rows("colours", {"name": "red", "label": "Red"}, {"name": "blue", "label": "Blue"})
    scenario = Scenario(
        xform(
            "<pattern>.*</pattern><colour/>",
            [],
            [
                ask("pattern"),
                select_from("colour", "instance('colours')/root/item[regex(name, /data/pattern)]"),
            ],
            colours,
        )
    ).answers(colour="red")
    scenario.answers(pattern="(")
    assert scenario.choices("colour") == []
    assert scenario["colour"] == "red"
    scenario.answers(pattern="b.*")
    assert scenario["colour"] == ""


def test_step_is_undone_as_a_whole_when_an_expression_failed_in_it() -> None:
    scenario = Scenario(FORM).answers(format="%Y", pattern="a")
    before = scenario.session.state()
    scenario.answers(format="%")
    scenario.session.undo()
    assert scenario.session.state() == before


def test_failing_expression_names_its_line() -> None:
    scenario = Scenario(FORM).answers(format="%Q", pattern="x")
    assert any("line " in each for each in failures(scenario))
