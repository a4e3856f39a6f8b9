"""setvalue: at load, when a value changes, in new lines."""

from __future__ import annotations

from tests.xform.scenario import Scenario, ask, bind, repeat, select, xform


def setvalue(ref: str, event: str, value: str = "", text: str = "") -> str:
    written = f' value="{value}"' if value else ""
    path = ref if ref.startswith("/") else f"/data/{ref}"
    return f'<setvalue ref="{path}" event="{event}"{written}>{text}</setvalue>'


def test_first_load_sets_a_new_instance_and_leaves_a_saved_one() -> None:
    form = xform(
        "<a/><b/>",
        [bind("b", calculate="concat(/data/a, '!')")],
        [ask("a")],
        setvalue("a", "odk-instance-first-load", "'set'"),
    )
    fresh = Scenario(form)
    assert fresh.values("a", "b") == ["set", "set!"]
    fresh.answers(a="mine")
    again = Scenario(form, instance=fresh.session.xml())
    assert again.values("a", "b") == ["mine", "mine!"]


def test_load_event_sets_a_saved_instance_too() -> None:
    form = xform("<a/>", [], [ask("a")], setvalue("a", "odk-instance-load", text="loaded"))
    assert Scenario(form, instance=b"<data><a>old</a></data>")["a"] == "loaded"


def test_value_change_sets_others_after_recalculation() -> None:
    """The action sees what the calculations made of the new value."""
    scenario = Scenario(
        xform(
            "<a/><twice/><copy/>",
            [bind("a", type="int"), bind("twice", calculate="/data/a * 2")],
            [ask("a", inner=setvalue("copy", "xforms-value-changed", "/data/twice"))],
        )
    )
    scenario.answers(a="4")
    assert scenario["copy"] == "8"
    scenario.answers(a="5")
    assert scenario["copy"] == "10"


def test_value_change_is_silent_when_the_answer_is_the_same() -> None:
    scenario = Scenario(
        xform(
            "<a/><n>0</n>",
            [],
            [ask("a", inner=setvalue("n", "xforms-value-changed", ". + 1"))],
        )
    )
    scenario.answers(a="x")
    scenario.answers(a="x")
    assert scenario["n"] == "1"


def test_actions_of_one_question_run_in_order_and_set_each_other_off() -> None:
    scenario = Scenario(
        xform(
            "<a/><b/><c/>",
            [],
            [
                ask("a", inner=setvalue("b", "xforms-value-changed", "concat(/data/a, 'b')")),
                ask("b", inner=setvalue("c", "xforms-value-changed", "concat(/data/b, 'c')")),
            ],
        )
    )
    scenario.answers(a="x")
    assert scenario.values("b", "c") == ["xb", "xbc"]


def test_action_in_a_line_stays_in_its_line_and_reads_from_its_target() -> None:
    """Ruling 12."""
    scenario = Scenario(
        xform(
            "<p><pre>A</pre><ok/><g><name/></g></p><p><pre>B</pre><ok/><g><name/></g></p>",
            [],
            [
                repeat(
                    "p",
                    select(
                        "p/ok",
                        "yes",
                        "no",
                        inner=setvalue(
                            "p/g/name",
                            "xforms-value-changed",
                            "if(../name != '', ../name, ../../pre)",
                        ),
                    ),
                    ask("p/g/name"),
                )
            ],
        )
    )
    scenario.answer("p[2]/ok", "yes")
    assert scenario.values("p[1]/g/name", "p[2]/g/name") == ["", "B"]


def test_new_line_s_default_reads_calculations_of_its_line() -> None:
    """Ruling 13."""
    scenario = Scenario(
        xform(
            "<p jr:template=''><no/><label/></p>",
            [bind("p/no", calculate="position(..)")],
            [
                repeat(
                    "p",
                    ask("p/label"),
                    setvalue("p/label", "odk-new-repeat", "concat('No. ', ../no)"),
                )
            ],
        )
    )
    scenario.add("p")
    scenario.add("p")
    assert scenario.values("p[1]/label", "p[2]/label") == ["No. 1", "No. 2"]


def test_lines_that_are_counted_at_the_start_are_new_too() -> None:
    form = xform(
        "<p jr:template=''><x/></p>",
        [],
        [repeat("p", ask("p/x"), setvalue("p/x", "odk-new-repeat", "'set'"), count="2")],
    )
    scenario = Scenario(form)
    assert scenario.values("p[1]/x", "p[2]/x") == ["set", "set"]
    saved = scenario.answers(**{"p[1]/x": "mine"}).session.xml()
    assert Scenario(form, instance=saved).values("p[1]/x", "p[2]/x") == ["mine", "set"]


def test_predicate_in_the_target_picks_the_line() -> None:
    scenario = Scenario(
        xform(
            "<a/><p><x/></p><p><x/></p>",
            [],
            [
                ask("a", inner=setvalue("p[position() = 2]/x", "xforms-value-changed", "/data/a")),
                repeat("p", ask("p/x")),
            ],
        )
    )
    scenario.answers(a="v")
    assert scenario.values("p[1]/x", "p[2]/x") == ["", "v"]


def test_actions_stop_with_a_warning_when_they_set_each_other_off_for_ever() -> None:
    scenario = Scenario(
        xform(
            "<a>0</a><b>0</b>",
            [],
            [
                ask("a", inner=setvalue("b", "xforms-value-changed", "/data/a + 1")),
                ask("b", inner=setvalue("a", "xforms-value-changed", "/data/b + 1")),
            ],
        )
    )
    scenario.answer("a", "1")
    assert any("sets itself off" in problem.text for problem in scenario.session.warnings)
    scenario.session.undo()
    assert scenario.values("a", "b") == ["0", "0"]


def test_calculation_sets_off_the_actions_of_its_question() -> None:
    scenario = Scenario(
        xform(
            "<a/><c/><log/>",
            [bind("c", calculate="if(/data/a > 1, 'big', 'small')")],
            [ask("a"), ask("c", inner=setvalue("log", "xforms-value-changed", "/data/c"))],
        )
    )
    assert scenario["log"] == ""
    scenario.answers(a="5")
    assert scenario["log"] == "big"
