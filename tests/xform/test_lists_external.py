"""Choices and values from files that the form does not declare."""

from __future__ import annotations

import pytest

from enumerator.xform import FormError, MemoryMedia, load_form
from tests.xform.scenario import Scenario, ask, bind, control, xform

FRUITS = (
    b"name,label,label_id,colour,photo,sortby\n"
    b"f1,Apple,Apel,red,apple.png,10\n"
    b"f2,Banana,Pisang,yellow,,9\n"
    b"f3,Pineapple,Nanas,yellow,,\n"
    b"f2,Banana again,,green,,1\n"
)
ITEMSETS = (
    b"list_name,name,label,label::Bahasa Indonesia,province\n"
    b"district,d1,Banjar,Kabupaten Banjar,p1\n"
    b"district,d2,Tapin,Kabupaten Tapin,p2\n"
    b"town,t1,Martapura,Martapura,p1\n"
)


def searching(appearance: str, label: str = "label", *items: tuple[str, str]) -> Scenario:
    given = "".join(
        f"<item><label>{text}</label><value>{value}</value></item>"
        for value, text in (*items, ("name", label))
    )
    return Scenario(
        xform(
            "<key/><fruit/><named/>",
            [bind("named", calculate="jr:choice-name(/data/fruit, '/data/fruit')")],
            [
                ask("key"),
                control("select1", "fruit", f"<label>Fruit</label>{given}", appearance=appearance),
            ],
        ),
        files={"fruits.csv": FRUITS},
    )


def choices(scenario: Scenario, ref: str = "/data/fruit") -> list[tuple[str, str]]:
    return [(choice.value, choice.label) for choice in scenario.session.choices(ref)]


def test_search_offers_each_value_once_in_the_order_of_sortby() -> None:
    scenario = searching("minimal search('fruits')")
    assert scenario.form.lists == ("fruits.csv",)
    assert choices(scenario) == [("f2", "Banana again"), ("f1", "Apple"), ("f3", "Pineapple")]
    assert "minimal" in scenario.session.element("/data/fruit").appearance


@pytest.mark.parametrize(
    ("kind", "text", "wanted"),
    [
        ("contains", "APPLE", ["f1", "f3"]),
        ("matches", "apple", ["f1"]),
        ("startsWith", "pine", ["f3"]),
        ("endswith", "an", []),
        ("endswith", "na", ["f2"]),
        ("contains", "", ["f2", "f1", "f3"]),
        ("matches", "", []),
        ("contains", "%", []),
    ],
)
def test_search_compares_texts_as_its_kind_says(kind: str, text: str, wanted: list[str]) -> None:
    scenario = searching(f"search('fruits', '{kind}', 'label', /data/key)")
    scenario.answers(key=text)
    assert [value for value, _ in choices(scenario)] == wanted


def test_search_looks_into_several_columns_and_filters() -> None:
    scenario = searching(
        "search('fruits.csv', 'contains', 'label, label_id', 'an', 'colour', /data/key)"
    )
    scenario.answers(key="yellow")
    assert [value for value, _ in choices(scenario)] == ["f2", "f3"]
    scenario.answers(key="blue")
    assert choices(scenario) == []


def test_selection_is_cleared_when_the_search_no_longer_offers_it() -> None:
    scenario = searching("search('fruits', 'matches', 'colour', /data/key)")
    scenario.answers(key="red")
    scenario.answers(fruit="f1")
    assert scenario["named"] == "Apple"
    scenario.answers(key="yellow")
    assert (scenario["fruit"], scenario["named"]) == ("", "")


def test_whole_number_stays_a_choice_and_more_columns_stand_in_brackets() -> None:
    scenario = searching(
        "search('fruits', 'matches', 'name', 'f1')", "label,colour", ("99", "None")
    )
    assert choices(scenario) == [("99", "None"), ("f1", "Apple (colour: red)")]


def test_search_columns_follow_the_language_and_images_are_shown() -> None:
    itext = "".join(
        f'<translation lang="{language}"><text id="c"><value>{column}</value>'
        f'<value form="image">jr://images/photo</value></text></translation>'
        for language, column in (("en", "label"), ("id", "label_id"))
    )
    form = xform(
        "<fruit/>",
        [],
        [
            control(
                "select1",
                "fruit",
                "<label>F</label><item><label ref=\"jr:itext('c')\"/><value>name</value></item>",
                appearance="search('fruits', 'matches', 'colour', 'red')",
            )
        ],
        f"<itext>{itext}</itext>",
    )
    scenario = Scenario(form, files={"fruits.csv": FRUITS}, language="id")
    (choice,) = scenario.session.choices("/data/fruit")
    assert (choice.label, dict(choice.media)) == ("Apel", {"image": "apple.png"})
    scenario.session.set_language("en")
    assert choices(scenario) == [("f1", "Apple")]


@pytest.mark.parametrize(
    "appearance", ["search('fruits', 'contains')", "search(/data/key)", "search('fruits', )"]
)
def test_wrong_search_is_an_error_when_the_form_is_loaded(appearance: str) -> None:
    with pytest.raises(FormError):
        searching(appearance)


def test_search_without_brackets_is_an_appearance_like_any_other() -> None:
    scenario = searching("search")
    assert choices(scenario) == [("name", "label")]


def test_search_in_a_missing_list_leaves_what_does_not_need_it() -> None:
    form = searching("search('fruits')", "label", ("99", "None")).form
    session = form.start(media=MemoryMedia({"fruits.csv": b"name,label\n"}))
    assert [choice.value for choice in session.choices("/data/fruit")] == ["99"]


# -------------------------------------------------------------------- query
def querying(query: str, files: dict[str, bytes], extra: str = "") -> Scenario:
    itext = "".join(
        f'<translation lang="{language}"><text id="q"><value>Q</value></text></translation>'
        for language in ("English", "Bahasa Indonesia")
    )
    return Scenario(
        xform(
            "<province/><district/><named/>",
            [bind("named", calculate="jr:choice-name(/data/district, '/data/district')")],
            [ask("province"), control("input", "district", "<label>D</label>", query=query)],
            f"<itext>{itext}</itext>{extra}",
        ),
        files=files,
    )


QUERY = "instance('district')/root/item[province = /data/province ]"


def test_query_chooses_from_its_part_of_itemsets() -> None:
    scenario = querying(QUERY, {"itemsets.csv": ITEMSETS})
    assert scenario.form.lists == ("itemsets.csv",)
    assert scenario.session.element("/data/district").control == "select1"
    assert choices(scenario, "/data/district") == []
    scenario.answers(province="p1")
    assert choices(scenario, "/data/district") == [("d1", "Banjar")]
    scenario.answers(district="d1")
    assert scenario["named"] == "Banjar"
    scenario.session.set_language("Bahasa Indonesia")
    assert choices(scenario, "/data/district") == [("d1", "Kabupaten Banjar")]
    assert scenario["named"] == "Kabupaten Banjar"
    scenario.answers(province="p2")
    assert scenario["district"] == ""


def test_query_of_a_declared_instance_chooses_from_it() -> None:
    extra = (
        '<instance id="district"><root><item><name>x</name><label>X</label>'
        "<province>p1</province></item></root></instance>"
    )
    scenario = querying(QUERY, {}, extra)
    scenario.answers(province="p1")
    assert choices(scenario, "/data/district") == [("x", "X")]
    assert scenario.form.lists == ()


def test_query_without_its_file_warns_and_loads() -> None:
    scenario = querying(QUERY, {})
    assert choices(scenario, "/data/district") == []
    assert any("itemsets.csv is missing" in text for text in scenario.warnings)


# -------------------------------------------------------------------- pulldata
@pytest.mark.parametrize(
    ("call", "wanted"),
    [
        ("pulldata('fruits', 'label', 'name', 'f3')", "Pineapple"),
        ("pulldata('fruits.csv', 'label', 'name', 'f3')", "Pineapple"),
        ("pulldata('fruits', 'label', 'name', 'f2')", "Banana"),
        ("pulldata('fruits', 'label', 'name', 'f9')", ""),
        ("pulldata('fruits', 'label', 'name', '')", ""),
        ("pulldata('fruits', 'nothing', 'name', 'f1')", ""),
        ("pulldata('fruits', 'label', 'nothing', 'f1')", ""),
        ("pulldata('nowhere', 'label', 'name', 'f1')", ""),
        ("pulldata('fruits', 'sortby', 'sortby', 9)", "9"),
    ],
)
def test_pulldata_needs_no_declaration(call: str, wanted: str) -> None:
    form = xform("<out/>", [bind("out", calculate=call)])
    scenario = Scenario(form, files={"fruits.csv": FRUITS})
    assert scenario["out"] == wanted
    missing = [text for text in scenario.warnings if "is missing" in text]
    assert len(missing) == (1 if "nowhere" in call else 0)


def test_file_that_two_instances_have_is_one_of_the_form_s_lists() -> None:
    form = load_form(
        xform(
            "<a/>",
            [bind("a", calculate="pulldata('fruits', 'label', 'name', 'f1')")],
            [],
            '<instance id="other" src="jr://file-csv/fruits.csv"/>',
        ),
        MemoryMedia({"fruits.csv": FRUITS}),
    )
    assert form.lists == ("fruits.csv",)
    assert form.start().value("/data/a") == "Apple"
