"""jr://instance/last-saved."""

from __future__ import annotations

import pytest

from enumerator.errors import KnownError
from enumerator.xform import FormError
from tests.xform.scenario import Scenario, ask, bind, repeat, xform

INSTANCE = '<instance id="__last-saved" src="jr://instance/last-saved"/>'
LAST = "instance('__last-saved')/data"


def default(ref: str, value: str) -> str:
    return f'<setvalue ref="/data/{ref}" event="odk-instance-first-load" value="{value}"/>'


FORM = xform(
    "<village/><day/><old/><people/><names/><there/><p jr:template=''><name/></p>"
    "<orx:meta><orx:instanceID/></orx:meta>",
    [
        bind("day", calculate="today()"),
        bind("old", calculate=f"{LAST}/day"),
        bind("people", calculate=f"count({LAST}/p)"),
        bind("names", calculate=f"join(',', {LAST}/p/name)"),
        bind("there", calculate=f"count({LAST}/village)"),
        bind("orx:meta/orx:instanceID", jr_preload="uid"),
    ],
    [ask("village"), repeat("p", ask("p/name"))],
    INSTANCE + default("village", f"{LAST}/village"),
)


def saved(village: str = "Sungai Duri", *names: str) -> bytes:
    scenario = Scenario(FORM).answers(village=village)
    for number, name in enumerate(names, 1):
        scenario.add("p")
        scenario.answer(f"p[{number}]/name", name)
    return scenario.session.finalize()


def test_first_one_reads_a_blank_instance_of_the_forms_own_structure() -> None:
    scenario = Scenario(FORM)
    assert scenario.values("village", "old", "people", "names", "there") == ["", "", "0", "", "1"]
    assert scenario.warnings == []


def test_next_one_starts_with_the_last_ones_values() -> None:
    scenario = Scenario(FORM, last_saved=saved("Sungai Duri", "Ani", "Budi"), seed=2)
    assert scenario["village"] == "Sungai Duri"
    assert scenario.values("people", "names") == ["2", "Ani,Budi"]


def test_default_is_drawn_once_and_an_edited_instance_keeps_its_own() -> None:
    scenario = Scenario(FORM, last_saved=saved())
    scenario.answers(village="Other")
    again = Scenario(FORM, instance=scenario.session.xml(), last_saved=saved("Third"))
    assert again["village"] == "Other"


def test_day_of_the_last_one_reads_as_a_day() -> None:
    assert Scenario(FORM, last_saved=saved())["old"] == "2020-09-15"
    form = FORM.replace(f"{LAST}/day".encode(), f"format-date({LAST}/day, '%d.%m')".encode())
    assert Scenario(form, last_saved=saved())["old"] == "15.09"


def test_metadata_of_the_last_one_can_be_read_whatever_its_prefix() -> None:
    form = FORM.replace(f"{LAST}/day".encode(), f"{LAST}/orx:meta/orx:instanceID".encode())
    last = (
        b'<data id="test" xmlns:o="http://openrosa.org/xforms">'
        b"<o:meta><o:instanceID>uuid:1</o:instanceID></o:meta></data>"
    )
    assert Scenario(form, last_saved=last)["old"] == "uuid:1"


def test_instance_of_another_form_is_refused() -> None:
    for other in (b'<data id="other"/>', b'<visit id="test"/>'):
        with pytest.raises(KnownError) as caught:
            Scenario(FORM, last_saved=other)
        assert caught.value.code == "other_form"


def test_older_version_of_the_form_serves() -> None:
    older = saved().replace(b'version="1"', b'version="0"')
    assert Scenario(FORM, last_saved=older)["village"] == "Sungai Duri"


def test_instance_that_is_no_xml_is_refused_where_it_is_asked_for() -> None:
    with pytest.raises(FormError):
        Scenario(FORM, last_saved=b"<data")
    Scenario(xform("<a/>", [], [ask("a")]), last_saved=b"<data")


def test_undo_and_language_leave_it_alone() -> None:
    scenario = Scenario(FORM, last_saved=saved())
    scenario.answers(village="Other")
    scenario.session.undo()
    assert scenario["village"] == "Sungai Duri"
