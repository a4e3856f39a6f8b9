"""Lines: added, removed, counted, parked, numbered."""

from __future__ import annotations

import pytest

from enumerator.errors import KnownError
from enumerator.xform import Aspect, Kind, Ref
from tests.xform.scenario import Scenario, ask, bind, group, repeat, xform

PEOPLE = xform(
    "<p jr:template=''><name/><no/><first/></p><names/><n/>",
    [
        bind("p/no", calculate="position(..)"),
        bind("p/first", calculate="indexed-repeat(/data/p/name, /data/p, 1)"),
        bind("names", calculate="join(',', /data/p/name)"),
        bind("n", calculate="count(/data/p)"),
    ],
    [repeat("p", ask("p/name", "Name of <output value='../no'/>"), label="Person")],
)

COUNTED = xform(
    "<n/><p jr:template=''><name/><kids jr:template=''><k/></kids></p><names/>",
    [
        bind("n", type="int"),
        bind("names", calculate="join(',', /data/p/name)"),
    ],
    [ask("n"), repeat("p", ask("p/name"), repeat("p/kids", ask("p/kids/k")), count="/data/n")],
)


def people(*names: str) -> Scenario:
    scenario = Scenario(PEOPLE)
    for place, name in enumerate(names, 1):
        scenario.add("p")
        scenario.answer(f"p[{place}]/name", name)
    return scenario


def test_line_is_made_from_the_template_and_named_by_position() -> None:
    scenario = Scenario(PEOPLE)
    assert scenario["n"] == "0"
    changes = scenario.add("p")
    assert changes.added == (Ref("/data/p[1]"),)
    assert scenario.changed("p") & Aspect.LINES
    assert scenario.children("p") == ["/data/p[1]"]
    assert scenario["n"] == "1"


def test_line_is_blank_when_the_form_has_no_template() -> None:
    form = xform(
        "<p><n>John</n><q><m>1</m></q></p>",
        [],
        [repeat("p", ask("p/n"), repeat("p/q", ask("p/q/m")))],
    )
    scenario = Scenario(form)
    scenario.add("p")
    assert scenario["p[1]/n"] == "John"
    assert scenario["p[2]/n"] == ""
    assert scenario.children("p[2]/q") == []


def test_later_lines_are_renumbered_when_one_before_them_goes() -> None:
    scenario = people("Ani", "Budi", "Citra")
    changes = scenario.remove("p[1]")
    assert changes.removed == (Ref("/data/p[1]"),)
    assert scenario.values("p[1]/no", "p[2]/no") == ["1", "2"]
    assert scenario.values("p[1]/first", "p[2]/first") == ["Budi", "Budi"]
    assert scenario["names"] == "Budi,Citra"
    assert scenario.element("p[2]/name").label == "Name of 2"


def test_line_number_follows_when_the_line_comes_into_sight() -> None:
    form = xform(
        "<a/><p jr:template=''><n/><no/></p><p><n/><no/></p>",
        [bind("p", relevant="/data/a = '1'"), bind("p/no", calculate="position(..)")],
        [ask("a"), repeat("p", ask("p/n"))],
    )
    scenario = Scenario(form)
    scenario.answers(a="1")
    shown = scenario["p[1]/no"]
    assert not scenario.session.recalculate().changed
    assert shown == "1"


def test_line_and_repeat_are_told_apart_by_the_position() -> None:
    scenario = people("Ani")
    assert scenario.element("/data/p").kind == Kind.REPEAT
    assert scenario.element("/data/p").label == "Person"
    assert scenario.element("/data/p[1]").kind == Kind.LINE
    assert scenario.session.parent("/data/p/name") == "/data/p[1]"
    assert scenario.session.parent("/data/p[1]") == "/data/p"
    assert scenario.element("/data/p[1]/name").ref == "/data/p/name"


def test_lines_are_parked_when_the_count_falls_and_come_back_when_it_rises() -> None:
    """Ruling 5."""
    scenario = Scenario(COUNTED)
    scenario.answers(n="3")
    for place, name in enumerate(("Ani", "Budi", "Citra"), 1):
        scenario.answer(f"p[{place}]/name", name)
    changes = scenario.answer("n", "1").changes
    assert changes.removed == (Ref("/data/p[2]"), Ref("/data/p[3]"))
    assert scenario["names"] == "Ani"
    assert "Budi" not in scenario.xml
    changes = scenario.answer("n", "3").changes
    assert changes.added == (Ref("/data/p[2]"), Ref("/data/p[3]"))
    assert scenario["names"] == "Ani,Budi,Citra"


@pytest.mark.parametrize("count", ["0", "", "-2"])
def test_count_gives_no_line_when_it_is_not_positive(count: str) -> None:
    scenario = Scenario(COUNTED)
    scenario.answers(n="2")
    scenario.answer("n", count)
    assert scenario.children("p") == []


def test_lines_wait_parked_when_a_count_runs_away() -> None:
    scenario = Scenario(COUNTED)
    scenario.answers(n="2")
    scenario.answer("p[2]/name", "Budi")
    scenario.answers(n="999999999")
    assert scenario.children("p") == []
    assert any("999999999 lines" in problem.text for problem in scenario.session.warnings)
    scenario.answers(n="2")
    assert scenario["p[2]/name"] == "Budi"


def test_counted_lines_cannot_be_added_or_removed_by_hand() -> None:
    scenario = Scenario(COUNTED)
    scenario.answers(n="1")
    assert scenario.element("p").count_fixed
    for step in (scenario.add, scenario.remove):
        with pytest.raises(KnownError) as error:
            step("p")
        assert error.value.code == "count_fixed"


def test_nested_lines_belong_to_their_outer_line() -> None:
    scenario = Scenario(COUNTED)
    scenario.answers(n="2")
    scenario.add("p[2]/kids")
    assert scenario.children("p[1]/kids") == []
    assert scenario.children("p[2]/kids") == ["/data/p[2]/kids[1]"]
    scenario.answer("p[2]/kids[1]/k", "x")
    assert "<k>x</k>" in scenario.xml


def test_count_inside_its_own_repeat_asks_for_one_more_line() -> None:
    scenario = Scenario(
        xform(
            "<n/><p jr:template=''><more/></p>",
            [bind("n", calculate="count(/data/p[more = 'yes']) + 1")],
            [repeat("p", ask("p/more"), count="/data/n")],
        )
    )
    assert len(scenario.children("p")) == 1
    scenario.answer("p[1]/more", "yes")
    assert len(scenario.children("p")) == 2


def test_repeat_is_shown_without_lines_and_hides_with_its_condition() -> None:
    scenario = Scenario(
        xform(
            "<on>1</on><p jr:template=''><x/></p>",
            [bind("p", relevant="/data/on = 1")],
            [ask("on"), repeat("p", ask("p/x"))],
        )
    )
    assert scenario.element("p").relevant
    scenario.answers(on="0")
    assert not scenario.element("p").relevant
    with pytest.raises(KnownError) as error:
        scenario.add("p")
    assert error.value.code == "not_relevant"


def test_line_that_is_not_relevant_is_left_out_of_counts() -> None:
    scenario = Scenario(
        xform(
            "<gone/><p><x>1</x></p><p><x>1</x></p><n/>",
            [
                bind("p", relevant="position(.) != /data/gone"),
                bind("n", calculate="count(/data/p)"),
            ],
            [ask("gone"), repeat("p", ask("p/x"))],
        )
    )
    assert scenario["n"] == "2"
    scenario.answers(gone="2")
    assert scenario["n"] == "1"
    assert scenario.children("p") == ["/data/p[1]", "/data/p[2]"]
    assert scenario.xml.count("<p>") == 1


def test_unknown_line_and_repeat_are_refused() -> None:
    scenario = people("Ani")
    with pytest.raises(KnownError) as error:
        scenario.remove("p[7]")
    assert error.value.code == "no_such_line"
    with pytest.raises(KnownError) as error:
        scenario.add("names")
    assert error.value.code == "no_such_repeat"


def test_repeat_without_count_that_is_fixed_has_the_lines_of_the_form() -> None:
    scenario = Scenario(
        xform(
            "<p jr:template=''><x/></p>",
            [],
            [
                '<repeat nodeset="/data/p" jr:noAddRemove="true()">' + ask("p/x") + "</repeat>",
            ],
        )
    )
    assert scenario.children("p") == ["/data/p[1]"]


def test_group_in_a_line_stays_in_its_line() -> None:
    scenario = Scenario(
        xform(
            "<p><g><x/></g></p><p><g><x/></g></p>",
            [],
            [repeat("p", group("p/g", ask("p/g/x")))],
        )
    )
    assert scenario.children("p[2]") == ["/data/p[2]/g"]
    assert scenario.children("p[2]/g") == ["/data/p[2]/g/x"]
    assert scenario.session.parent("/data/p[2]/g/x") == "/data/p[2]/g"


def test_new_line_is_blank_but_for_its_attributes_when_there_is_no_template() -> None:
    """Specification, Default Values in Repeats: the values of a form's own lines are theirs."""
    scenario = Scenario(
        xform('<p><n unit="kg">5</n></p>', [], [repeat("p", ask("p/n"))]),
    )
    scenario.add("p")
    assert scenario.values("p[1]/n", "p[2]/n", "p[2]/n/@unit") == ["5", "", "kg"]


def test_new_line_has_the_values_of_the_template_and_the_lines_in_it() -> None:
    template = '<p jr:template=""><n>5</n><q><m>1</m></q><q><m>2</m></q></p>'
    scenario = Scenario(
        xform(
            f"{template}<p><n>6</n></p>", [], [repeat("p", ask("p/n"), repeat("p/q", ask("p/q/m")))]
        )
    )
    scenario.add("p")
    assert scenario.values("p[1]/n", "p[2]/n", "p[2]/q[2]/m") == ["6", "5", "2"]
    scenario.add("p[2]/q")
    assert scenario["p[2]/q[3]/m"] == ""


def test_undo_restores_lines_that_were_parked_while_their_group_was_hidden() -> None:
    scenario = Scenario(
        xform(
            "<n>2</n><show>y</show><g><p><a/></p></g>",
            [
                bind("n", type="int"),
                bind("g", relevant="/data/show = 'y'", readonly="/data/show = 'n'"),
            ],
            [ask("n"), ask("show"), group("g", repeat("g/p", ask("g/p/a"), count="/data/n"))],
        )
    )
    scenario.answer("g/p[2]/a", "x")
    before = scenario.session.state()
    for ref, value in (("n", "1"), ("show", "n"), ("n", "2")):
        scenario.answer(ref, value)
    for _ in range(3):
        scenario.session.undo()
    assert scenario.session.state() == before


@pytest.mark.parametrize("path", ["/data/p/n", "./n", "/data/p/q/m"])
def test_count_that_asks_its_own_lines_makes_none_and_is_told(path: str) -> None:
    form = xform(
        "<p jr:template=''><n>3</n><q><m>2</m></q></p>",
        [],
        [repeat("p", ask("p/n"), repeat("p/q", ask("p/q/m")), count=path)],
    )
    scenario = Scenario(form)
    assert scenario.children("p") == []
    told = [problem.text for problem in scenario.form.warnings if "own lines" in problem.text]
    assert len(told) == 1


def test_count_that_asks_how_many_lines_say_more_grows_by_one() -> None:
    form = xform(
        "<p><more/></p><c/>",
        [bind("c", calculate="count(/data/p[./more = '1']) + 1")],
        [repeat("p", ask("p/more"), count="/data/c")],
    )
    scenario = Scenario(form)
    scenario.answer("p/more", "1")
    assert scenario.children("p") == ["/data/p[1]", "/data/p[2]"]
    scenario.answer("p[1]/more", "2")
    assert scenario.children("p") == ["/data/p[1]"]
