"""Going on with a saved instance, and correcting one that was sent."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from enumerator.errors import KnownError
from tests.xform.scenario import NOON, Scenario, ask, bind, group, repeat, seeded, xform

META = "<orx:meta><orx:instanceID/><orx:instanceName/></orx:meta>"
BINDS = [
    bind("orx:meta/orx:instanceID", jr_preload="uid"),
    bind("orx:meta/orx:instanceName", calculate="concat('Visit of ', /data/a)"),
]
FORM = xform(f"<a/>{META}", BINDS, [ask("a")])
NAME = "{http://openrosa.org/xforms}"


def ids_of(scenario: Scenario) -> tuple[str, str | None]:
    """(instanceID, deprecatedID) of the submission."""
    meta = ET.fromstring(scenario.session.finalize()).find(f"{NAME}meta")  # noqa: S314 # ours
    assert meta is not None
    return meta.findtext(f"{NAME}instanceID") or "", meta.findtext(f"{NAME}deprecatedID")


def warnings_about_saved(scenario: Scenario) -> list[str]:
    return [p.text for p in scenario.session.warnings if p not in scenario.form.warnings]


def wrapped(inner: str, attributes: str = 'id="test" version="1"') -> bytes:
    return f"<data {attributes}>{inner}</data>".encode()


# ---------------------------------------------------------------- corrections
def test_correction_gets_a_new_id_and_names_the_old_one() -> None:
    sent = Scenario(FORM).answers(a="1").session
    before = sent.instance_id
    scenario = Scenario(FORM, instance=sent.finalize(), edit=True, seed=2)
    instance, deprecated = ids_of(scenario)
    assert deprecated == before
    assert instance != before
    assert instance.startswith("uuid:")
    assert scenario.session.instance_id == instance
    assert scenario["orx:meta/orx:deprecatedID"] == before
    assert warnings_about_saved(scenario) == []


def test_correction_of_a_correction_names_the_last_one_only() -> None:
    first = Scenario(FORM).session.finalize()
    second = Scenario(FORM, instance=first, edit=True, seed=2)
    third = Scenario(FORM, instance=second.session.finalize(), edit=True, seed=3)
    instance, deprecated = ids_of(third)
    assert deprecated == second.session.instance_id
    assert instance not in (deprecated, Scenario(FORM, instance=first).session.instance_id)


def test_draft_of_a_correction_keeps_both_ids() -> None:
    draft = Scenario(FORM, instance=Scenario(FORM).session.finalize(), edit=True, seed=2)
    draft.answers(a="half")
    again = Scenario(FORM, instance=draft.session.xml(), seed=3)
    assert ids_of(again) == ids_of(draft)
    assert warnings_about_saved(again) == []
    assert again.session.xml() == draft.session.xml()


def test_correction_goes_on_from_a_snapshot_with_both_ids() -> None:
    scenario = Scenario(FORM, instance=Scenario(FORM).session.finalize(), edit=True, seed=2)
    scenario.answers(a="half")
    again = scenario.form.resume(scenario.session.snapshot(), now=lambda: NOON, random=seeded(9))
    assert again.xml() == scenario.session.xml()
    assert again.value("/data/orx:meta/orx:deprecatedID") != again.instance_id
    again.undo()
    assert again.value("/data/orx:meta/orx:deprecatedID") != ""


def test_draft_that_goes_on_keeps_its_id_and_gets_no_other() -> None:
    draft = Scenario(FORM)
    again = Scenario(FORM, instance=draft.session.xml(), seed=2)
    assert ids_of(again) == (draft.session.instance_id, None)
    assert "deprecatedID" not in again.xml


def test_form_with_a_deprecated_id_of_its_own_uses_it() -> None:
    form = xform(
        "<a/><b/><meta><instanceID/><deprecatedID/></meta>",
        [
            bind("meta/instanceID", jr_preload="uid"),
            bind("b", calculate="concat(/data/meta/deprecatedID, '|', /data/meta/instanceID)"),
        ],
        [ask("a")],
    )
    sent = Scenario(form)
    scenario = Scenario(form, instance=sent.session.finalize(), edit=True, seed=2)
    old, new = sent.session.instance_id, scenario.session.instance_id
    assert scenario["meta/deprecatedID"] == old
    assert scenario["b"] == f"{old}|{new}"
    assert scenario.xml.count("<deprecatedID>") == 1


def test_correction_without_an_id_says_so() -> None:
    scenario = Scenario(FORM, instance=wrapped("<a>1</a>"), edit=True)
    assert any("instanceID" in text for text in warnings_about_saved(scenario))
    scenario = Scenario(xform("<a/>", [], [ask("a")]), instance=wrapped("<a>1</a>"), edit=True)
    assert any("instanceID" in text for text in warnings_about_saved(scenario))


def test_edit_of_a_new_instance_changes_nothing() -> None:
    assert ids_of(Scenario(FORM, edit=True)) == ids_of(Scenario(FORM))


# ---------------------------------------------------------------- events and preloads
EVENTS = xform(
    "<a/><first/><every/><start/><end/><id/><p jr:template=''><n/></p>",
    [
        bind("start", type="dateTime", jr_preload="timestamp", jr_preloadParams="start"),
        bind("end", type="dateTime", jr_preload="timestamp", jr_preloadParams="end"),
        bind("id", jr_preload="uid"),
        bind("p/n", jr_preload="uid"),
    ],
    [ask("a"), repeat("p", ask("p/n"))],
    '<setvalue ref="/data/first" event="odk-instance-first-load" '
    "value=\"concat(/data/first, 'x')\"/>"
    '<setvalue ref="/data/every" event="odk-instance-load" value="concat(/data/every, \'x\')"/>',
)


def test_first_load_is_the_first_only_and_preloads_stay() -> None:
    scenario = Scenario(EVENTS)
    scenario.add("p")
    scenario.now = NOON + timedelta(minutes=5)
    sent = scenario.session.finalize()
    again = Scenario(EVENTS, instance=sent, now=NOON + timedelta(days=1), seed=2, edit=True)
    assert again.values("first", "every") == ["x", "xx"]
    for ref in ("start", "id", "p/n"):
        assert again[ref] == scenario[ref]
    assert again["end"] == "2020-09-15T12:05:00.000+08:00"
    again.session.finalize()
    assert again["end"] == "2020-09-16T12:00:00.000+08:00"


def test_preloads_fill_new_lines_each_by_itself() -> None:
    scenario = Scenario(EVENTS)
    scenario.add("p")
    scenario.add("p")
    first, second = scenario.values("p/n", "p[2]/n")
    assert first.startswith("uuid:")
    assert first != second
    again = Scenario(EVENTS, instance=scenario.session.xml(), seed=2)
    again.add("p")
    assert again.values("p/n", "p[2]/n") == [first, second]
    assert again["p[3]/n"] not in (first, second, "")


def test_preloads_fill_counted_lines_and_stamp_their_end() -> None:
    form = xform(
        "<n>2</n><p><id/><end/></p>",
        [
            bind("p/id", jr_preload="uid"),
            bind("p/end", type="dateTime", jr_preload="timestamp", jr_preloadParams="end"),
        ],
        [ask("n"), repeat("p", ask("p/id"), count="/data/n")],
    )
    scenario = Scenario(form)
    assert len({*scenario.values("p[1]/id", "p[2]/id")}) == 2
    assert scenario["p[2]/end"] == ""
    scenario.session.finalize()
    assert scenario.values("p[1]/end", "p[2]/end") == ["2020-09-15T12:00:00.000+08:00"] * 2


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("deviceid", "laptop-7"),
        ("username", "ani"),
        ("email", "ani@example.org"),
        ("phonenumber", "0812"),
        ("phone number", "0812"),
        ("uri:deviceid", "laptop-7"),
        ("uri:username", "username:ani"),
        ("uri:email", "mailto:ani@example.org"),
        ("uri:phonenumber", "tel:0812"),
        ("simserial", ""),
        ("uri:simserial", ""),
    ],
)
def test_property_preloads(parameter: str, value: str) -> None:
    properties = {
        "deviceid": "laptop-7",
        "username": "ani",
        "email": "ani@example.org",
        "phonenumber": "0812",
    }
    form = xform("<x/>", [bind("x", jr_preload="property", jr_preloadParams=parameter)])
    assert Scenario(form, properties=properties)["x"] == value
    assert Scenario(form)["x"] == ""


def test_metadata_of_the_specification_is_filled() -> None:
    names = {
        "instanceID": ("uid", ""),
        "timeStart": ("timestamp", "start"),
        "timeEnd": ("timestamp", "end"),
        "userID": ("property", "username"),
        "deviceID": ("property", "deviceid"),
        "email": ("property", "email"),
        "phoneNumber": ("property", "phonenumber"),
    }
    inner = "".join(f"<orx:{name}/>" for name in names)
    form = xform(
        f"<orx:meta>{inner}<orx:instanceName/></orx:meta>",
        [
            *(
                bind(f"orx:meta/orx:{name}", jr_preload=kind, jr_preloadParams=parameter)
                for name, (kind, parameter) in names.items()
            ),
            bind("orx:meta/orx:instanceName", calculate="'Visit 1'"),
        ],
    )
    properties = {"deviceid": "d", "username": "u", "email": "e", "phonenumber": "p"}
    scenario = Scenario(form, properties=properties)
    scenario.session.finalize()
    values = {name: scenario[f"orx:meta/orx:{name}"] for name in names}
    assert values["instanceID"] == scenario.session.instance_id
    assert values["timeStart"] == values["timeEnd"] == "2020-09-15T12:00:00.000+08:00"
    assert [values[n] for n in ("userID", "deviceID", "email", "phoneNumber")] == list("udep")
    assert scenario.session.instance_name == "Visit 1"


def test_form_without_metadata_has_no_names() -> None:
    session = Scenario(xform("<a/>", [], [ask("a")])).session
    assert (session.instance_id, session.instance_name) == ("", "")


# ---------------------------------------------------------------- whose instance
def test_instance_of_another_form_is_refused_with_both_names() -> None:
    for saved in (wrapped("<a>1</a>", 'id="other"'), b'<visit id="test"/>'):
        with pytest.raises(KnownError) as caught:
            Scenario(FORM, instance=saved)
        assert caught.value.code == "other_form"
        assert "'test'" in str(caught.value)


def test_instance_of_another_version_is_taken_with_a_warning() -> None:
    newer = FORM.replace(b'version="1"', b'version="2"')
    sent = Scenario(FORM).answers(a="1").session.finalize()
    scenario = Scenario(newer, instance=sent)
    assert scenario["a"] == "1"
    (text,) = warnings_about_saved(scenario)
    assert "version 1" in text
    assert "version 2" in text
    assert 'version="2"' in scenario.xml
    assert warnings_about_saved(Scenario(FORM, instance=sent)) == []


@pytest.mark.parametrize(
    ("inner", "attributes", "named"),
    [
        ("<z>secret</z>", "", "<z>"),
        ("<g><z><y>secret</y></z></g>", "", "<z>"),
        ("<g><b z='secret'/></g>", "", "the attribute z"),
        ("<g>secret<b/></g>", "", "text between elements"),
        ("<a>1</a><a>secret</a>", "", "<a>"),
        ("", " by='secret'", "the attribute by"),
        ("<p><z>secret</z></p>", "", "<z>"),
    ],
)
def test_what_the_form_has_no_place_for_is_named(inner: str, attributes: str, named: str) -> None:
    form = xform("<a/><g><b/></g><p jr:template=''><c/></p>", [], [repeat("p", ask("p/c"))])
    saved = wrapped(inner, f'id="test" version="1"{attributes}')
    (text,) = warnings_about_saved(Scenario(form, instance=saved))
    assert named in text
    assert "secret" not in text


def test_blank_strangers_are_passed_over() -> None:
    assert warnings_about_saved(Scenario(FORM, instance=wrapped("<z/><y> <x/> </y>"))) == []


# ---------------------------------------------------------------- there and back
MIXED = xform(
    "<a/><day/><file/><code/><hidden>kept</hidden><p jr:template=''><x/><q><y at='1'/></q></p>"
    f"<odk:e one='1'/>{META}",
    [
        *BINDS,
        bind("day", type="date"),
        bind("file", type="binary"),
        bind("code", type="barcode"),
        bind("hidden", relevant="/data/a = 'show'"),
        bind("p/q", relevant="../x != ''"),
        bind("p/q/y/@at", calculate="position(../../..)"),
    ],
    [
        ask("a"),
        ask("day"),
        ask("file"),
        ask("code"),
        repeat("p", ask("p/x"), repeat("p/q", ask("p/q/y"))),
        ask("hidden"),
    ],
)


def test_instance_comes_back_as_it_was_saved() -> None:
    scenario = Scenario(MIXED).answers(a=" two  words ", day="2020-02-29", file=" f .jpg ")
    scenario.answers(code=" 0 1 ")
    for number in (1, 2, 3):
        scenario.add("p")
        scenario.answer(f"p[{number}]/x", "x")
        scenario.add(f"p[{number}]/q")
        scenario.add(f"p[{number}]/q")
    scenario.answer("p[2]/x", "<&>\n\t\"'")
    scenario.answer("p[2]/q[2]/y", "\U0001f600")
    scenario.answer("p[3]/x", None)
    saved = scenario.session.xml()
    assert saved.count(b"<q>") == 6
    again = Scenario(MIXED, instance=saved, seed=9, now=NOON + timedelta(days=3))
    assert again.session.xml() == saved
    assert again["p[2]/q[2]/y"] == "\U0001f600"
    assert warnings_about_saved(again) == []
    relevant = {ref: state for ref, state in scenario.session.state().items() if state["relevant"]}
    assert relevant.items() <= again.session.state().items()


def test_prefixes_of_the_saved_instance_do_not_matter() -> None:
    saved = (
        b'<data id="test" version="1" xmlns:o="http://openrosa.org/xforms"><a>1</a>'
        b"<o:meta><o:instanceID>uuid:x</o:instanceID></o:meta></data>"
    )
    scenario = Scenario(FORM, instance=saved)
    assert scenario.session.instance_id == "uuid:x"
    assert warnings_about_saved(scenario) == []


def test_group_that_was_not_relevant_starts_anew() -> None:
    form = xform(
        "<a/><g><b>default</b></g>", [bind("g", relevant="/data/a = '1'")], [group("g", ask("g/b"))]
    )
    again = Scenario(form, instance=Scenario(form).session.xml())
    assert again["g/b"] == "default"
