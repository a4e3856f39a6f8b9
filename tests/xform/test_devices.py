"""odk:setgeopoint and odk:recordaudio: the form asks, the program supplies."""

from __future__ import annotations

import pytest

from enumerator.errors import KnownError
from enumerator.xform import Aspect, DeviceRequest, Ref
from tests.xform.scenario import Scenario, ask, bind, repeat, xform

HERE = "-0.5 117.1 12 4.5"


def place(ref: str, event: str) -> str:
    return f'<odk:setgeopoint event="{event}" ref="/data/{ref}"/>'


def told(requests: tuple[DeviceRequest, ...]) -> list[tuple[str, str, dict[str, str]]]:
    return [(each.kind, each.ref, dict(each.parameters)) for each in requests]


AT_START = xform(
    "<where/><far/><voice/>",
    [bind("where", type="geopoint", readonly="true()"), bind("far", calculate="/data/where != ''")],
    [],
    place("where", "odk-instance-first-load")
    + '<odk:recordaudio event="odk-instance-load" ref="/data/voice" odk:quality="voice-only"/>',
)


def test_start_asks_the_machine_for_a_place_and_a_recording() -> None:
    scenario = Scenario(AT_START)
    assert not scenario.warnings
    assert told(scenario.session.requests) == [
        ("geopoint", "/data/where", {"event": "odk-instance-first-load"}),
        ("audio", "/data/voice", {"event": "odk-instance-load", "quality": "voice-only"}),
    ]


def test_saved_instance_asks_only_for_what_every_load_asks() -> None:
    saved = Scenario(AT_START).session.finalize()
    again = Scenario(AT_START, instance=saved)
    assert [each.kind for each in again.session.requests] == ["audio"]


def test_supplied_place_is_a_step_whose_readers_run_and_which_undo_takes_back() -> None:
    scenario = Scenario(AT_START)
    where, voice = scenario.session.requests
    changes = scenario.session.supply(where, HERE)
    assert changes.changed[Ref("/data/where")] == Aspect.VALUE
    assert scenario["where"] == "-0.5 117.1 12.0 4.5"
    assert scenario["far"] == "1"
    scenario.session.supply(voice.ref, "talk.m4a")
    assert scenario["voice"] == "talk.m4a"
    scenario.session.undo()
    scenario.session.undo()
    assert scenario.values("where", "voice") == ["", ""]
    assert scenario.session.supply(where, "").changed == {}


def test_value_that_is_no_place_is_refused() -> None:
    scenario = Scenario(AT_START)
    with pytest.raises(KnownError) as error:
        scenario.session.supply("/data/where", "here")
    assert error.value.code == "bad_value"
    assert scenario["where"] == ""


def test_nothing_else_can_be_supplied() -> None:
    scenario = Scenario(AT_START)
    for ref in ("/data/far", "/data", "/data/gone", "rubbish"):
        with pytest.raises(KnownError) as error:
            scenario.session.supply(ref, "1")
        assert error.value.code == "no_such_question"


def test_changed_answer_asks_for_a_place_each_time() -> None:
    scenario = Scenario(
        xform("<a/><at/>", [], [ask("a", inner=place("at", "xforms-value-changed"))])
    )
    assert scenario.session.requests == ()
    for value in ("x", "y"):
        assert told(scenario.answer("a", value).changes.requests) == [
            ("geopoint", "/data/at", {"event": "xforms-value-changed"})
        ]
    assert scenario.answer("a", "y").changes.requests == ()


LINES = xform(
    "<p jr:template=''><name/><at/></p>",
    [bind("p/at", type="geopoint")],
    [repeat("p", ask("p/name"), place("p/at", "odk-new-repeat"))],
)


def test_new_line_asks_for_its_own_place() -> None:
    scenario = Scenario(LINES)
    first, second = (scenario.add("p").requests[0] for _ in range(2))
    assert (first.ref, second.ref) == ("/data/p/at", "/data/p[2]/at")
    scenario.session.supply(second, HERE)
    assert scenario.values("p[1]/at", "p[2]/at") == ["", "-0.5 117.1 12.0 4.5"]


def test_place_finds_its_line_when_lines_before_it_went() -> None:
    scenario = Scenario(LINES)
    first, second = (scenario.add("p").requests[0] for _ in range(2))
    scenario.remove("p[1]")
    scenario.session.supply(second, HERE)
    assert scenario["p[1]/at"] == "-0.5 117.1 12.0 4.5"
    with pytest.raises(KnownError) as error:
        scenario.session.supply(first, HERE)
    assert error.value.code == "no_such_question"
    with pytest.raises(KnownError):
        scenario.session.supply("/data/p[2]/at", HERE)


def test_first_and_new_lines_ask_when_one_action_names_both_events() -> None:
    scenario = Scenario(
        xform(
            "<p><at/></p>",
            [],
            [repeat("p", ask("p/at"), place("p/at", "odk-instance-first-load odk-new-repeat"))],
        )
    )
    assert [each.ref for each in scenario.session.requests] == ["/data/p/at"]
    assert [each.ref for each in scenario.add("p").requests] == ["/data/p[2]/at"]
