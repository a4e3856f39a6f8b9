"""Choices: filtered, labelled, withdrawn."""

from __future__ import annotations

from enumerator.xform import Aspect
from tests.xform.scenario import Scenario, ask, bind, repeat, rows, select, select_from, xform

AREAS = rows(
    "areas",
    {"name": "63", "label": "Kalsel", "parent": ""},
    {"name": "64", "label": "Kaltim", "parent": ""},
    {"name": "63.01", "label": "Tanah Laut", "parent": "63"},
    {"name": "63.02", "label": "Kotabaru", "parent": "63"},
    {"name": "64.01", "label": "Paser", "parent": "64"},
)
CASCADE = xform(
    "<prov/><kab/><name/><size/>",
    [
        bind("name", calculate="instance('areas')/root/item[name = /data/kab]/label"),
        bind("size", calculate="string-length(/data/name)"),
    ],
    [
        select_from("prov", "instance('areas')/root/item[parent = '']"),
        select_from("kab", "instance('areas')/root/item[parent = /data/prov]"),
    ],
    AREAS,
)


def test_choices_follow_the_filter() -> None:
    scenario = Scenario(CASCADE)
    assert scenario.choices("prov") == ["63", "64"]
    scenario.answers(prov="63")
    assert scenario.labels("kab") == ["Tanah Laut", "Kotabaru"]
    assert scenario.changed("kab") & Aspect.CHOICES


def test_selection_is_cleared_and_its_readers_run_when_its_choice_goes() -> None:
    """Ruling 1."""
    scenario = Scenario(CASCADE)
    scenario.answers(prov="63", kab="63.02")
    assert scenario.values("name", "size") == ["Kotabaru", "8"]
    scenario.answers(prov="64")
    assert scenario.values("kab", "name", "size") == ["", "", "0"]
    assert scenario.changed("kab") & Aspect.VALUE


def test_selection_in_a_parked_line_is_checked_when_the_line_comes_back() -> None:
    scenario = Scenario(
        xform(
            "<n>2</n><up/><p><kab/></p>",
            [bind("n", type="int")],
            [
                ask("n"),
                ask("up"),
                repeat(
                    "p",
                    select_from("p/kab", "instance('areas')/root/item[parent = /data/up]"),
                    count="/data/n",
                ),
            ],
            AREAS,
        )
    )
    scenario.answers(up="63")
    scenario.answer("p[2]/kab", "63.01")
    scenario.answers(n="1", up="64")
    scenario.answers(n="2")
    assert scenario["p[2]/kab"] == ""
    scenario.answers(n="1", up="63")
    scenario.answers(n="2")
    assert scenario["p[2]/kab"] == "63.01"
    scenario.session.undo()
    scenario.session.undo()
    assert scenario.children("p") == ["/data/p[1]"]


def test_selection_comes_back_when_its_choice_does() -> None:
    scenario = Scenario(CASCADE)
    scenario.answers(
        prov="63",
        kab="63.02",
    )
    scenario.answers(prov="64").answers(prov="63")
    assert scenario["kab"] == "63.02"


def test_selection_stays_away_when_another_answer_was_given_meanwhile() -> None:
    scenario = Scenario(CASCADE)
    scenario.answers(prov="63", kab="63.02")
    scenario.answers(prov="64", kab="64.01").answers(prov="63")
    assert scenario["kab"] == ""
    scenario.answers(prov="64", kab="").answers(prov="63").answers(prov="64")
    assert scenario["kab"] == ""


def test_select_multiple_keeps_what_is_still_offered_and_the_order_picked() -> None:
    """Rulings 1 and 14."""
    scenario = Scenario(
        xform(
            "<from/><many/>",
            [],
            [
                ask("from"),
                select_from(
                    "many", "instance('areas')/root/item[name >= /data/from]", element="select"
                ),
            ],
            AREAS,
        )
    )
    scenario.answers(**{"from": "0"})
    assert scenario.answer("many", ["64.01", "63", "63.01"]).result.value == "ok"
    assert scenario["many"] == "64.01 63 63.01"
    scenario.answer("from", "63.005")
    assert scenario["many"] == "64.01 63.01"


def test_rank_takes_new_choices_at_its_end() -> None:
    scenario = Scenario(
        xform(
            "<picked/><order/>",
            [],
            [
                select("picked", "a", "b", "c", element="select"),
                select_from(
                    "order",
                    "instance('l')/root/item[selected(/data/picked, name)]",
                    element="odk:rank",
                ),
            ],
            rows("l", *({"name": n, "label": n} for n in "abc")),
        )
    )
    scenario.answers(picked="a b")
    scenario.answers(order="b a").answers(picked="a c")
    assert scenario["order"] == "a c"


def test_hidden_selection_is_left_alone_until_it_is_shown() -> None:
    scenario = Scenario(
        xform(
            "<on>1</on><prov>63</prov><kab>63.01</kab>",
            [bind("prov", relevant="/data/on = 1"), bind("kab", relevant="/data/on = 1")],
            [
                ask("on"),
                ask("prov"),
                select_from("kab", "instance('areas')/root/item[parent = /data/prov]"),
            ],
            AREAS,
        )
    )
    scenario.answers(on="0").answers(on="1")
    assert scenario["kab"] == "63.01"


def test_choices_of_a_line_read_their_own_line() -> None:
    scenario = Scenario(
        xform(
            "<p><new>1</new><there/></p><p><new>0</new><there/></p>",
            [],
            [
                repeat(
                    "p",
                    ask("p/new"),
                    select_from(
                        "p/there",
                        "instance('l')/root/item[(current()/../new = 1 and young = '1') "
                        "or (current()/../new = 0 and young = '0')]",
                    ),
                )
            ],
            rows(
                "l",
                {"name": "old", "label": "Old", "young": "0"},
                {"name": "new", "label": "New", "young": "1"},
            ),
        )
    )
    assert scenario.choices("p[1]/there") == ["new"]
    assert scenario.choices("p[2]/there") == ["old"]
    scenario.answer("p[2]/new", "1")
    assert scenario.choices("p[2]/there") == ["new"]


def test_choices_can_be_lines_of_the_form_itself() -> None:
    scenario = Scenario(
        xform(
            "<p><name/><label/></p><p><name/><label/></p><head/>",
            [bind("p/label", calculate="concat('Person ', ../name)")],
            [
                repeat("p", ask("p/name")),
                select_from("head", "/data/p[name != '']"),
            ],
        )
    )
    scenario.answer("p[1]/name", "Ani")
    scenario.answer("p[2]/name", "Budi")
    assert scenario.labels("head") == ["Person Ani", "Person Budi"]
    scenario.answers(head="Budi")
    scenario.answer("p[2]/name", "Bejo")
    assert scenario["head"] == ""


def test_choice_name_gives_the_label_of_a_value() -> None:
    scenario = Scenario(
        xform(
            "<s/><t/>",
            [bind("t", calculate="jr:choice-name(/data/s, '/data/s')")],
            [select("s", "male", "female")],
        )
    )
    scenario.answers(s="female")
    assert scenario["t"] == "Female"


def test_static_items_show_their_labels() -> None:
    scenario = Scenario(xform("<s/>", [], [select("s", "yes", "no")]))
    assert scenario.labels("s") == ["Yes", "No"]
    assert scenario.element("s").control == "select1"
