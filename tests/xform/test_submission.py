"""What leaves the engine: XML, preloads, reloading."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest

from enumerator.errors import KnownError
from enumerator.xform import FormError
from tests.xform.scenario import NOON, Scenario, ask, bind, group, repeat, xform

FORM = xform(
    "<start/><end/><day/><device/><a/><g><b>kept</b></g><p jr:template=''><x/></p>"
    "<orx:meta><orx:instanceID/></orx:meta>",
    [
        bind("start", type="dateTime", jr_preload="timestamp", jr_preloadParams="start"),
        bind("end", type="dateTime", jr_preload="timestamp", jr_preloadParams="end"),
        bind("day", type="date", jr_preload="date", jr_preloadParams="today"),
        bind("device", jr_preload="property", jr_preloadParams="deviceid"),
        bind("g", relevant="/data/a != ''"),
        bind("orx:meta/orx:instanceID", jr_preload="uid"),
    ],
    [ask("a"), group("g", ask("g/b")), repeat("p", ask("p/x"))],
)


def test_preloads_fill_a_new_instance() -> None:
    scenario = Scenario(FORM, properties={"deviceid": "laptop-7"})
    assert scenario.values("start", "day", "device", "end") == [
        "2020-09-15T12:00:00.000+08:00",
        "2020-09-15",
        "laptop-7",
        "",
    ]
    assert scenario["orx:meta/orx:instanceID"].startswith("uuid:")


def test_finalize_stamps_the_end_and_gives_the_submission() -> None:
    scenario = Scenario(FORM)
    scenario.now = NOON + timedelta(minutes=20)
    submission = scenario.session.finalize()
    assert b"<end>2020-09-15T12:20:00.000+08:00</end>" in submission
    assert b"<start>2020-09-15T12:00:00.000+08:00</start>" in submission
    assert submission == scenario.session.xml()


def test_what_is_not_relevant_stays_out_but_is_not_lost() -> None:
    scenario = Scenario(FORM)
    assert "<g>" not in scenario.xml
    scenario.answers(a="1")
    assert "<g><b>kept</b></g>" in scenario.xml


def test_xml_is_well_formed_and_keeps_every_character() -> None:
    scenario = Scenario(FORM)
    text = "a < b & \"c\" > 'd'\n\tö \U0001f600 ]]>"
    scenario.answers(a=text)
    root = ET.fromstring(scenario.xml)  # noqa: S314 # our own output
    assert root.attrib == {"id": "test", "version": "1"}
    assert root.findtext("a") == text
    scenario.answers(a="bell \x07 and \x00 gone")
    assert ET.fromstring(scenario.xml).findtext("a") == "bell  and  gone"  # noqa: S314 # ours


def test_prefixes_are_declared_and_kept() -> None:
    root = ET.fromstring(Scenario(FORM).xml)  # noqa: S314 # our own output
    name = "{http://openrosa.org/xforms}"
    assert root.find(f"{name}meta/{name}instanceID") is not None


def test_reloading_gives_the_same_xml_and_state() -> None:
    scenario = Scenario(FORM)
    scenario.answers(a="1").answers(**{"g/b": " b "})
    scenario.add("p")
    scenario.add("p")
    scenario.answer("p[2]/x", "second")
    saved = scenario.session.xml()
    again = Scenario(FORM, instance=saved, now=NOON + timedelta(days=1), seed=2)
    assert again.session.xml() == saved
    assert again.session.state() == scenario.session.state()


def test_saved_instance_that_lacks_what_was_not_relevant_is_filled_up() -> None:
    again = Scenario(FORM, instance=Scenario(FORM).session.xml())
    again.answers(a="1")
    assert again["g/b"] == "kept"


def test_instance_of_another_form_is_refused() -> None:
    with pytest.raises(KnownError) as caught:
        Scenario(FORM, instance=b"<other/>")
    assert caught.value.code == "other_form"
    with pytest.raises(FormError):
        Scenario(FORM, instance=b"<data>")


def test_attributes_are_nodes_with_binds_of_their_own() -> None:
    scenario = Scenario(
        xform(
            "<name/><meta><entity dataset='people' id='' create=''/></meta>",
            [
                bind("meta/entity/@create", calculate="if(/data/name != '', '1', '')"),
                bind("meta/entity/@id", calculate="concat('e-', /data/name)"),
            ],
            [ask("name")],
        )
    )
    scenario.answers(name="Ani")
    assert '<entity dataset="people" id="e-Ani" create="1"/>' in scenario.xml
    assert scenario.session.evaluate("/data/meta/entity/@id") == "e-Ani"


def test_last_saved_instance_can_be_read() -> None:
    form = xform(
        "<a/>",
        [],
        [ask("a")],
        '<instance id="last" src="jr://instance/last-saved"/>'
        '<setvalue ref="/data/a" event="odk-instance-first-load" '
        "value=\"instance('last')/data/a\"/>",
    )
    scenario = Scenario(form)
    assert scenario["a"] == ""
    session = scenario.form.start(last_saved=b"<data><a>before</a></data>")
    assert session.value("/data/a") == "before"
