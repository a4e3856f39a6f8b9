"""Rulings that random runs beside JavaRosa asked for; ``test_rulings`` counts them."""

from __future__ import annotations

import pytest

from enumerator.errors import KnownError
from tests.xform.scenario import Scenario, ask, bind, control, group, rows, select_from, xform

AREAS = rows("areas", {"name": "1", "label": "One"}, {"name": "2", "label": "Two"})


def calculated(expression: str, type_: str = "string", instance: str = "") -> Scenario:
    form = xform(
        f"{instance}<a/><k/>",
        [bind("k", type=type_, calculate=expression)],
        [ask("a")],
        AREAS,
    )
    return Scenario(form)


def test_ruling_43_text_of_several_nodes_is_the_first_one_s() -> None:
    assert calculated("instance('areas')/root/item/label")["k"] == "One"


def test_ruling_43_text_of_a_group_is_all_that_is_in_it() -> None:
    assert calculated("concat(/data/g, '!')", instance="<g><x>1</x><y>2</y></g>")["k"] == "12!"


def test_ruling_44_choice_shows_its_value_when_it_has_no_label() -> None:
    item = "<item><label/><value>v</value></item>"
    scenario = Scenario(xform("<s/>", [], [control("select1", "s", f"<label>S</label>{item}")]))
    assert scenario.labels("s") == ["v"]


def test_ruling_46_what_a_form_puts_into_a_node_is_kept_when_it_is_no_value_of_the_type() -> None:
    assert Scenario(xform("<n>foo</n>", [bind("n", type="int")], [ask("n")]))["n"] == "foo"


def test_ruling_47_calculated_whole_number_keeps_all_its_digits() -> None:
    assert calculated("2147483647 * 2", "int")["k"] == "4294967294"
    assert calculated("1 div 0", "int")["k"] == ""


def test_ruling_45_answer_of_spaces_alone_is_none() -> None:
    scenario = Scenario(xform("<a/>", [bind("a", required="true()")], [ask("a")]))
    assert scenario.answer("a", "  ").result.value == "required"


def test_ruling_48_trace_is_parted_by_semicolons_alone() -> None:
    scenario = Scenario(xform("<t/>", [bind("t", type="geotrace")], [ask("t")]))
    scenario.answers(t="1 2 0 0; 3 4 0 0")
    assert scenario["t"] == "1.0 2.0 0.0 0.0;3.0 4.0 0.0 0.0"
    with pytest.raises(KnownError):
        scenario.answer("t", "1e3")


def test_ruling_45_text_that_no_language_has_is_blank() -> None:
    form = xform("<a/>", [], [control("input", "a", "<label ref=\"jr:itext('gone')\"/>")])
    assert Scenario(form).element("a").label == ""


def test_ruling_44_input_with_an_itemset_offers_it() -> None:
    form = xform("<a/>", [], [select_from("a", "instance('areas')/root/item", "input")], AREAS)
    assert Scenario(form).choices("a") == ["1", "2"]


def test_ruling_45_space_about_a_text_outlives_a_reload() -> None:
    scenario = Scenario(xform("<a/>", [], [ask("a")])).answers(a=" x ")
    again = scenario.form.start(instance=scenario.session.xml())
    assert again.value("/data/a") == " x "


def test_ruling_47_stored_infinity_is_no_number() -> None:
    form = xform(
        "<k/><m/>",
        [
            bind("k", type="decimal", calculate="1 div 0"),
            bind("m", calculate="if(/data/k > 1, 'more', 'none')"),
        ],
    )
    assert Scenario(form)["m"] == "none"


def test_ruling_44_list_whose_file_is_missing_offers_nothing() -> None:
    form = xform(
        "<a/>",
        [],
        [select_from("a", "instance('far')/root/item")],
        '<instance id="far" src="jr://file-csv/far.csv"/>',
    )
    assert Scenario(form).choices("a") == []


def test_ruling_49_question_in_a_hidden_group_of_the_body_is_not_missing() -> None:
    form = xform(
        "<shut/><a/>",
        [bind("shut", relevant="false()"), bind("a", required="true()")],
        [group("shut", ask("a"))],
    )
    scenario = Scenario(form)
    assert scenario.is_relevant("a")
    assert scenario.session.validate() == ()
