"""What a form declares of entities, and what a submission changes."""

from __future__ import annotations

import pytest

from enumerator.xform import EntityChange, FormError, load_form
from tests.xform.scenario import Scenario, ask, bind, group, repeat, select, xform

CREATES = "<meta><entity dataset='people' id='' create='1'><label/></entity></meta>"
UPDATES = (
    "<meta><entity dataset='people' id='' update='1' baseVersion='' trunkVersion='' branchId=''>"
    "<label/></entity></meta>"
)
NEW_ID = '<setvalue ref="/data/meta/entity/@id" event="odk-instance-first-load" value="uuid()"/>'
ANI = "c46ce0f5-5c9e-4a0a-9c1f-9d8cf3a4a001"

PERSON = xform(
    f"<name/><age/><moved/><new/>{CREATES}",
    [
        bind("name", saveto="full_name"),
        bind("age", type="int", saveto="age"),
        bind("moved", relevant="/data/age > 17", saveto="moved"),
        bind("meta/entity/@create", calculate="/data/new = 'yes'"),
        bind("meta/entity/label", calculate="concat(/data/name, ', ', /data/age)"),
    ],
    [ask("name"), ask("age"), ask("moved"), select("new", "yes", "no")],
    NEW_ID,
    entities="2024.1.0",
)


def errors_of(form: bytes) -> list[str]:
    with pytest.raises(FormError) as caught:
        load_form(form)
    return [problem.text for problem in caught.value.problems if problem.severity == "error"]


def warnings_of(form: bytes) -> list[str]:
    return [problem.text for problem in load_form(form).warnings]


def only(scenario: Scenario) -> EntityChange:
    (change,) = scenario.session.entities()
    return change


# ---------------------------------------------------------------- declarations
def test_declaration_names_dataset_container_and_properties() -> None:
    (declared,) = load_form(PERSON).entities
    assert (declared.dataset, declared.path) == ("people", "/data/meta/entity")
    assert declared.container == "/data"
    assert declared.properties == {
        "full_name": "/data/name",
        "age": "/data/age",
        "moved": "/data/moved",
    }
    assert (declared.creates, declared.updates, declared.offline) == (True, False, True)


@pytest.mark.parametrize("version", ["2022.1.0", "2023.1.0", "2024.1", "2024.1.7", "2025.1.0"])
def test_known_versions_load(version: str) -> None:
    form = load_form(xform(f"<a/>{CREATES}", [], [ask("a")], NEW_ID, entities=version))
    assert form.entities[0].offline == (version >= "2024")


@pytest.mark.parametrize("version", ["2026.1.0", "2025.2.0", "2024.10.0", "2021.1.0", "v2", "1"])
def test_unknown_version_is_refused_with_and_without_entities(version: str) -> None:
    for instance in ("<a/>", f"<a/>{CREATES}"):
        (text,) = errors_of(xform(instance, [], [ask("a")], entities=version))
        assert version in text
        assert "2025.1" in text


def test_declarations_without_a_version_are_left_out_with_a_warning() -> None:
    form = xform(f"<a/>{CREATES}", [bind("a", saveto="a")], [ask("a")], NEW_ID)
    assert any("entities-version" in text for text in warnings_of(form))
    scenario = Scenario(form)
    assert scenario.form.entities == ()
    assert scenario.session.entities() == ()


@pytest.mark.parametrize("name", ["my.list", "__list", "1list", "", "my list"])
def test_bad_dataset_name_is_an_error(name: str) -> None:
    instance = f"<a/>{CREATES.replace('people', name)}"
    assert any(
        "entity list" in t for t in errors_of(xform(instance, [], [ask("a")], entities="2024.1.0"))
    )


@pytest.mark.parametrize("name", ["name", "Label", "__secret", "1st", "two words"])
def test_bad_property_name_is_an_error(name: str) -> None:
    form = xform(f"<a/>{CREATES}", [bind("a", saveto=name)], [ask("a")], entities="2024.1.0")
    assert errors_of(form) == [f"saveto: {name!r} is no name of a property"]


def test_names_may_use_letters_of_any_script() -> None:
    form = xform(
        f"<a/>{CREATES.replace('people', 'Bürger')}",
        [bind("a", saveto="straße.nr-1")],
        [ask("a")],
        entities="2024.1.0",
    )
    assert load_form(form).entities[0].properties == {"straße.nr-1": "/data/a"}


def test_saveto_without_a_declaration_is_an_error() -> None:
    form = xform("<a/>", [bind("a", saveto="a")], [ask("a")], entities="2024.1.0")
    assert errors_of(form) == ["saveto 'a': no entity is declared around it"]


def test_saveto_twice_is_an_error_and_names_the_other_place() -> None:
    form = xform(
        f"<a/><b/>{CREATES}",
        [bind("a", saveto="x"), bind("b", saveto="x")],
        [ask("a"), ask("b")],
        entities="2024.1.0",
    )
    assert errors_of(form) == ["saveto 'x' is there twice, also at /data/a"]


def test_saveto_of_a_group_is_an_error() -> None:
    form = xform(
        f"<g><a/></g>{CREATES}",
        [bind("g", saveto="x")],
        [group("g", ask("g/a"))],
        entities="2024.1",
    )
    assert errors_of(form) == ["saveto 'x': only a question can be saved"]


def test_saveto_in_a_repeat_needs_a_declaration_inside() -> None:
    form = xform(
        f"<p><a/></p>{CREATES}",
        [bind("p/a", saveto="x")],
        [repeat("p", ask("p/a"))],
        entities="2025.1.0",
    )
    assert "in a repeat" in errors_of(form)[0]


def test_two_declarations_in_one_meta_are_an_error() -> None:
    two = CREATES.replace("</meta>", "<entity dataset='dogs' id='' create='1'/></meta>")
    form = xform(f"<a/>{two}", [], [ask("a")], entities="2025.1.0")
    assert "more than one <entity> in one <meta>" in errors_of(form)


def test_missing_parts_are_warned_of() -> None:
    meta = "<meta><entity dataset='people' update='1' id=''/></meta>"
    texts = warnings_of(xform(f"<a/>{meta}", [], [ask("a")], entities="2024.1.0"))
    assert "the <entity> lacks baseVersion, trunkVersion, branchId" in texts
    meta = "<meta><entity dataset='people' id=''/></meta>"
    texts = warnings_of(xform(f"<a/>{meta}", [], [ask("a")], entities="2024.1.0"))
    assert "an <entity> with neither create nor update changes nothing" in texts
    meta = "<meta><entity dataset='people' id='' create='1'/></meta>"
    texts = warnings_of(xform(f"<a/>{meta}", [], [ask("a")], entities="2024.1.0"))
    assert "a new entity needs a <label>" in texts


# ---------------------------------------------------------------- changes
def test_creation_carries_label_properties_and_a_new_id() -> None:
    scenario = Scenario(PERSON).answers(name="Ani", age="20", moved="yes", new="yes")
    change = only(scenario)
    assert (change.dataset, change.action, change.label) == ("people", "create", "Ani, 20")
    assert change.properties == {"full_name": "Ani", "age": "20", "moved": "yes"}
    assert change.ref == "/data/meta/entity"
    assert change.problem == ""
    assert f'id="{change.id}"' in scenario.xml
    assert change.offline


def test_condition_that_does_not_hold_creates_nothing() -> None:
    scenario = Scenario(PERSON).answers(name="Ani", age="20", new="no")
    assert scenario.session.entities() == ()
    scenario.answers(new="yes")
    assert only(scenario).action == "create"


def test_question_that_is_not_relevant_saves_nothing_and_a_blank_one_clears() -> None:
    scenario = Scenario(PERSON).answers(name="Ani", age="9", new="yes")
    assert only(scenario).properties == {"full_name": "Ani", "age": "9"}
    scenario.answers(age="18")
    assert only(scenario).properties["moved"] == ""


def test_missing_id_or_label_is_told_as_the_server_will() -> None:
    form = xform(f"<name/>{CREATES}", [], [ask("name")], entities="2024.1.0")
    assert only(Scenario(form)).problem == "it has no id"
    with_id = xform(
        f"<name/>{CREATES}",
        [bind("meta/entity/@id", calculate="/data/name")],
        [ask("name")],
        entities="2024.1.0",
    )
    assert only(Scenario(with_id).answers(name="Ani")).problem == "its id is no UUID"
    assert only(Scenario(with_id).answers(name=ANI)).problem == "a new entity needs a label"


def test_update_carries_the_versions_that_the_form_saw() -> None:
    lists = "<instance id='people' src='jr://file-csv/people.csv'/>"
    seen = "instance('people')/root/item[name = /data/who]/"
    form = xform(
        f"<who/><age/>{UPDATES}",
        [
            bind("age", type="int", saveto="age"),
            bind("meta/entity/@id", calculate="/data/who"),
            bind("meta/entity/@baseVersion", calculate=f"{seen}__version"),
            bind("meta/entity/@trunkVersion", calculate=f"{seen}__trunkVersion"),
            bind("meta/entity/@branchId", calculate=f"{seen}__branchId"),
        ],
        [ask("who"), ask("age")],
        lists,
        entities="2024.1.0",
    )
    csv = f"name,label,__version,__trunkVersion,__branchId\n{ANI},Ani,7,5,b-1\n".encode()
    scenario = Scenario(form, files={"people.csv": csv}).answers(who=ANI, age="21")
    change = only(scenario)
    assert (change.action, change.id, change.label) == ("update", ANI, "")
    assert (change.base_version, change.trunk_version, change.branch_id) == (7, 5, "b-1")
    assert change.problem == ""
    scenario.answers(who="c46ce0f5-5c9e-4a0a-9c1f-9d8cf3a4a002")
    assert only(scenario).base_version is None


def test_both_create_and_update_is_one_upsert() -> None:
    meta = UPDATES.replace("update='1'", "create='1' update='true'")
    form = xform(
        f"<a/>{meta}",
        [bind("meta/entity/@id", calculate=f"'{ANI}'")],
        [ask("a")],
        entities="2024.1.0",
    )
    assert only(Scenario(form)).action == "upsert"


@pytest.mark.parametrize(("text", "creates"), [("1", True), ("true", True), ("TRUE", True)])
@pytest.mark.parametrize("blank", ["yes", "0", "false", "", "2"])
def test_only_1_and_true_create(text: str, creates: bool, blank: str) -> None:
    form = xform(
        f"<a/>{CREATES}",
        [bind("meta/entity/@create", calculate="string(/data/a)")],
        [ask("a")],
        entities="2024.1.0",
    )
    scenario = Scenario(form).answers(a=text)
    assert bool(scenario.session.entities()) == creates
    scenario.answer("a", blank)
    assert scenario.session.entities() == ()


# ---------------------------------------------------------------- repeats and groups
LINES = xform(
    "<head/><p jr:template=''><name/><old/><g><job/></g>"
    "<meta><entity dataset='people' id='' create='1'><label/></entity></meta></p>"
    "<meta><entity dataset='families' id='' create='1'><label/></entity><instanceID/></meta>",
    [
        bind("head", saveto="head"),
        bind("p/name", saveto="full_name"),
        bind("p/g", relevant="../old = 'yes'"),
        bind("p/g/job", saveto="job"),
        bind("p/meta/entity", relevant="../../name != 'guest'"),
        bind("p/meta/entity/label", calculate="../../../name"),
        bind("meta/entity/label", calculate="/data/head"),
    ],
    [
        ask("head"),
        repeat(
            "p",
            ask("p/name"),
            ask("p/old"),
            group("p/g", ask("p/g/job")),
            '<setvalue ref="/data/p/meta/entity/@id" event="odk-new-repeat" value="uuid()"/>',
        ),
    ],
    NEW_ID,
    entities="2025.1.0",
)


def test_every_line_is_an_entity_of_its_own() -> None:
    scenario = Scenario(LINES).answers(head="Budi")
    for number, name in enumerate(("Budi", "Ani"), 1):
        scenario.add("p")
        scenario.answer(f"p[{number}]/name", name)
    scenario.answer("p[2]/old", "yes")
    scenario.answer("p[2]/g/job", "teacher")
    first, second, family = scenario.session.entities()
    assert [first.ref, second.ref] == ["/data/p/meta/entity", "/data/p[2]/meta/entity"]
    assert first.properties == {"full_name": "Budi"}
    assert second.properties == {"full_name": "Ani", "job": "teacher"}
    assert (family.dataset, family.label) == ("families", "Budi")
    assert family.properties == {"head": "Budi"}
    assert len({first.id, second.id, family.id}) == 3
    assert not any(change.problem for change in (first, second, family))


def test_line_whose_declaration_is_not_relevant_changes_nothing() -> None:
    scenario = Scenario(LINES)
    scenario.add("p")
    scenario.answer("p/name", "guest")
    assert [change.dataset for change in scenario.session.entities()] == ["families"]
    scenario.answer("p/name", "Ani")
    assert [change.dataset for change in scenario.session.entities()] == ["people", "families"]


def test_saveto_belongs_to_the_nearest_declaration() -> None:
    form = load_form(LINES)
    properties = {each.dataset: dict(each.properties) for each in form.entities}
    assert properties == {
        "people": {"full_name": "/data/p/name", "job": "/data/p/g/job"},
        "families": {"head": "/data/head"},
    }


def test_group_may_declare_since_2025() -> None:
    inner = CREATES.replace("people", "dogs")
    instance = f"<g><a/>{inner}</g><meta><instanceID/></meta>"
    arguments = ([bind("g/a", saveto="a")], [group("g", ask("g/a"))])
    assert not any(
        "2025.1" in t for t in warnings_of(xform(instance, *arguments, entities="2025.1"))
    )
    texts = warnings_of(xform(instance, *arguments, entities="2024.1.0"))
    assert "entities in groups and repeats belong to entities-version 2025.1" in texts
