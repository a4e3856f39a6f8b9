"""What a change sets off, and what it leaves alone."""

from __future__ import annotations

from enumerator.xform import Aspect
from tests.xform.scenario import Scenario, ask, bind, group, repeat, xform


def test_calculation_follows_when_what_it_reads_changes() -> None:
    scenario = Scenario(
        xform(
            "<a/><b/><c/>",
            [
                bind("a", type="int"),
                bind("c", calculate="/data/b * 2"),
                bind("b", calculate="/data/a + 1"),
            ],
            [ask("a")],
        )
    )
    scenario.answers(a="4")
    assert scenario.values("b", "c") == ["5", "10"]
    assert scenario.changed("c") == Aspect.VALUE


def test_change_set_leaves_out_what_kept_its_value() -> None:
    scenario = Scenario(
        xform(
            "<a/><big/><note/>",
            [bind("a", type="int"), bind("big", calculate="if(/data/a > 10, 1, 0)")],
            [ask("a"), ask("note", "Big: <output value='/data/big'/>")],
        )
    )
    scenario.answers(a="3")
    assert "/data/big" not in scenario.changes.changed
    assert "/data/note" not in scenario.changes.changed
    scenario.answers(a="30")
    assert scenario.changed("note") == Aspect.LABEL


def test_readers_see_a_blank_when_a_node_is_not_relevant() -> None:
    scenario = Scenario(
        xform(
            "<ask/><a>5</a><sum/><count/><text/>",
            [
                bind("a", type="int", relevant="/data/ask = 'yes'"),
                bind("sum", calculate="sum(/data/a) + 1"),
                bind("count", calculate="count(/data/a)"),
                bind("text", calculate="concat('[', /data/a, ']')"),
            ],
            [ask("ask"), ask("a")],
        )
    )
    assert scenario.values("sum", "count", "text") == ["1", "0", "[]"]
    scenario.answers(ask="yes")
    assert scenario.values("sum", "count", "text") == ["6", "1", "[5]"]
    assert scenario["a"] == "5"


def test_relevance_is_inherited_and_comes_back_with_the_group() -> None:
    scenario = Scenario(
        xform(
            "<on>1</on><g><in/><deep><x>1</x></deep></g>",
            [
                bind("g", relevant="/data/on = 1"),
                bind("g/in", type="string"),
                bind("g/deep", relevant="/data/g/in != 'no'"),
            ],
            [ask("on"), group("g", ask("g/in"), group("g/deep", ask("g/deep/x")))],
        )
    )
    scenario.answers(on="0")
    assert scenario.changed("g/deep/x") & Aspect.RELEVANT
    assert not scenario.is_relevant("g/deep/x")
    scenario.answers(on="1")
    assert scenario.is_relevant("g/deep/x")
    scenario.answer("g/in", "no")
    assert not scenario.is_relevant("g/deep/x")
    assert scenario.is_relevant("g/in")


def test_readonly_is_inherited_and_follows_its_condition() -> None:
    scenario = Scenario(
        xform(
            "<lock/><g><x/></g>",
            [bind("g", readonly="/data/lock = 'yes'")],
            [ask("lock"), group("g", ask("g/x"))],
        )
    )
    assert not scenario.element("g/x").readonly
    scenario.answers(lock="yes")
    assert scenario.element("g/x").readonly
    assert scenario.changed("g/x") & Aspect.READONLY


def test_required_follows_its_condition() -> None:
    scenario = Scenario(
        xform("<a/><b/>", [bind("b", required="/data/a = 1")], [ask("a"), ask("b")])
    )
    scenario.answers(a="1")
    assert scenario.changed("b") == Aspect.REQUIRED
    assert scenario.element("b").required


def test_chain_of_a_thousand_calculations_is_run_once_each() -> None:
    count = 1000
    scenario = Scenario(
        xform(
            "<a/>" + "".join(f"<c{i}/>" for i in range(count)),
            [
                bind("a", type="int"),
                *(
                    bind(f"c{i}", calculate=f"/data/{'a' if i == 0 else f'c{i - 1}'} + 1")
                    for i in reversed(range(count))
                ),
            ],
            [ask("a")],
        )
    )
    scenario.answers(a="1")
    assert scenario[f"c{count - 1}"] == str(count + 1)


def test_line_reads_its_own_line_and_only_that_one_changes() -> None:
    scenario = Scenario(
        xform(
            "<p><age/><adult/></p><p><age/><adult/></p>",
            [
                bind("p/age", type="int"),
                bind("p/adult", calculate="if(../age >= 18, 'yes', 'no')"),
            ],
            [repeat("p", ask("p/age"))],
        )
    )
    scenario.answer("p[2]/age", "30")
    assert scenario.values("p[1]/adult", "p[2]/adult") == ["no", "yes"]
    assert "/data/p/adult" not in scenario.changes.changed


def test_all_lines_follow_when_a_total_changes() -> None:
    """Ruling 2."""
    scenario = Scenario(
        xform(
            "<total/><p><income/><share/></p><p><income/><share/></p>",
            [
                bind("total", calculate="sum(/data/p/income)"),
                bind("p/income", type="int"),
                bind("p/share", calculate="round(../income div /data/total * 100, 0)"),
            ],
            [repeat("p", ask("p/income"))],
        )
    )
    scenario.answer("p[1]/income", "30")
    scenario.answer("p[2]/income", "10")
    assert scenario.values("p[1]/share", "p[2]/share") == ["75", "25"]


def test_absolute_path_means_the_current_line_when_it_follows_the_reader() -> None:
    """Ruling 7."""
    scenario = Scenario(
        xform(
            "<p><a/><b/><all/></p><p><a/><b/><all/></p>",
            [
                bind("p/a", type="int"),
                bind("p/b", calculate="/data/p/a + 1"),
                bind("p/all", calculate="count(/data/p)"),
            ],
            [repeat("p", ask("p/a"))],
        )
    )
    scenario.answer("p[2]/a", "5")
    assert scenario.values("p[1]/b", "p[2]/b", "p[2]/all") == ["", "6", "2"]
    assert any("current line" in text for text in scenario.warnings)


def test_predicate_reads_every_line_and_current_reads_ones_own() -> None:
    scenario = Scenario(
        xform(
            "<p><nik/><twice/></p><p><nik/><twice/></p><p><nik/><twice/></p>",
            [bind("p/twice", calculate="count(../../p[nik = current()/../nik]) > 1")],
            [repeat("p", ask("p/nik"))],
        )
    )
    for line, nik in enumerate(("1", "2", "1"), 1):
        scenario.answer(f"p[{line}]/nik", nik)
    assert scenario.values("p[1]/twice", "p[2]/twice", "p[3]/twice") == ["1", "0", "1"]
    scenario.answer("p[3]/nik", "2")
    assert scenario.values("p[1]/twice", "p[2]/twice", "p[3]/twice") == ["0", "1", "1"]


def test_once_keeps_its_first_value() -> None:
    scenario = Scenario(
        xform(
            "<a/><b/>",
            [bind("b", calculate="once(/data/a)")],
            [ask("a")],
        )
    )
    scenario.answers(a="first").answers(a="second")
    assert scenario["b"] == "first"


def test_group_read_as_text_follows_its_leaves() -> None:
    scenario = Scenario(
        xform(
            "<g><a/><b>!</b></g><t/>",
            [bind("t", calculate="concat(/data/g, '.')")],
            [group("g", ask("g/a"), ask("g/b"))],
        )
    )
    scenario.answer("g/a", "hi")
    assert scenario["t"] == "hi!."


def test_calculation_that_is_no_number_is_blank() -> None:
    scenario = Scenario(
        xform("<a/><b/>", [bind("b", calculate="/data/a + 1")], [ask("a")]),
    )
    scenario.answers(a="many")
    assert scenario["b"] == ""


def test_calculated_value_takes_the_form_of_its_type() -> None:
    scenario = Scenario(
        xform(
            "<i/><d/><t/><s/><b/>",
            [
                bind("i", type="int", calculate="7 div 2"),
                bind("d", type="date", calculate="date('2020-09-15') + 1"),
                bind("t", type="dateTime", calculate="'2020-09-15T02:00:00Z'"),
                bind("s", type="string", calculate="date('2020-09-15')"),
                bind("b", type="boolean", calculate="1 = 1"),
            ],
        )
    )
    assert scenario.values("i", "d", "t", "s", "b") == [
        "3",
        "2020-09-16",
        "2020-09-15T10:00:00.000+08:00",
        "2020-09-15T00:00:00.000+08:00",
        "1",
    ]


def test_day_kept_in_a_text_reads_as_a_day() -> None:
    scenario = Scenario(
        xform(
            "<s/><t/><u/>",
            [
                bind("s", calculate="date('2020-09-15')"),
                bind("t", calculate="concat(/data/s, '')"),
                bind("u", calculate="if(/data/s = '2020-09-15', 'same', 'other')"),
            ],
        )
    )
    assert scenario.values("t", "u") == ["2020-09-15", "same"]
