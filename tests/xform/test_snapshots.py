"""A session that goes on from a snapshot is the session that gave it."""

from __future__ import annotations

import copy
import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enumerator.errors import KnownError
from enumerator.xform import load_form
from enumerator.xform.engine import steps
from enumerator.xform.limits import MAX_UNDO
from tests.xform.scenario import Scenario, ask, bind, repeat, rows, seeded, select_from, xform
from tests.xform.test_properties import Steps, forms


def resumed(scenario: Scenario) -> Scenario:
    """From what the session says of itself now, by a form that was loaded anew."""
    found = copy.copy(scenario)
    found.session = scenario.form.resume(
        scenario.session.snapshot(), now=lambda: scenario.now, random=seeded(99)
    )
    return found


@settings(max_examples=60, deadline=None)
@given(forms(), st.data())
def test_resumed_session_goes_on_as_the_one_it_comes_from(form: bytes, data: st.DataObject) -> None:
    steps = Steps(Scenario(form))
    for _ in range(data.draw(st.integers(0, 8))):
        steps.take(data)
    mine = steps.scenario
    others = Steps(resumed(mine))
    assert others.scenario.session.state() == mine.session.state()
    for _ in range(data.draw(st.integers(1, 8))):
        steps.take(data)
        others.apply(*steps.taken[-1])
        assert others.scenario.session.state() == mine.session.state(), steps.taken
        assert others.scenario.changes == mine.changes
    assert others.scenario.session.finalize() == mine.session.finalize()


@settings(max_examples=40, deadline=None)
@given(forms(), st.data())
def test_resumed_session_undoes_what_was_done_before(form: bytes, data: st.DataObject) -> None:
    steps = Steps(Scenario(form))
    begin = steps.scenario.session.state()
    for _ in range(data.draw(st.integers(1, 10))):
        steps.take(data)
    other = resumed(resumed(steps.scenario))
    while (changes := other.session.undo()) is not None:
        assert steps.scenario.session.undo() == changes
    assert other.session.state() == begin == steps.scenario.session.state()


def counted() -> Scenario:
    return Scenario(
        xform(
            "<n>2</n><id/><p><name/><code/></p>",
            [
                bind("n", type="int"),
                bind("id", calculate="once(uuid())"),
                bind("p/code", calculate="once(random())"),
            ],
            [ask("n"), repeat("p", ask("p/name"), count="/data/n")],
        )
    )


def test_parked_lines_and_what_chance_gave_come_back() -> None:
    scenario = counted()
    scenario.answer("p[2]/name", "Ani")
    kept = scenario.values("id", "p[1]/code", "p[2]/code")
    scenario.answers(n="1")
    other = resumed(scenario)
    other.answers(n="2")
    assert other["p[2]/name"] == "Ani"
    assert other.values("id", "p[1]/code", "p[2]/code") == kept


def test_later_chance_is_the_same() -> None:
    scenario = counted()
    other = resumed(scenario)
    for each in (scenario, other):
        each.answers(n="3")
    assert other["p[3]/code"] == scenario["p[3]/code"] != ""


def test_removed_line_comes_back_by_undo() -> None:
    scenario = Scenario(
        xform("<p><q><name/></q></p>", [], [repeat("p", repeat("p/q", ask("p/q/name")))])
    )
    scenario.add("p[1]/q")
    scenario.answer("p[1]/q[2]/name", "Ani")
    scenario.remove("p[1]/q[2]")
    scenario.remove("p[1]")
    other = resumed(scenario)
    other.session.undo()
    other.session.undo()
    assert other["p[1]/q[2]/name"] == "Ani"
    other.answer("p[1]/q[2]/name", "Budi")
    assert other["p[1]/q[2]/name"] == "Budi"


def test_withdrawn_selection_comes_back_with_its_choice() -> None:
    areas = rows("areas", {"name": "11", "label": "x", "up": "1"})
    scenario = Scenario(
        xform(
            "<up>1</up><area>11</area>",
            [],
            [ask("up"), select_from("area", "instance('areas')/root/item[up = /data/up]")],
            areas,
        )
    )
    scenario.answers(up="2")
    other = resumed(scenario)
    assert other["area"] == ""
    other.answers(up="1")
    assert other["area"] == "11"


def test_language_stays_and_events_of_the_start_do_not_happen_again() -> None:
    itext = "".join(
        f'<translation lang="{lang}"><text id="q"><value>{lang}</value></text></translation>'
        for lang in ("id", "en")
    )
    action = '<setvalue event="odk-instance-load" ref="/data/n" value=". + 1"/>'
    scenario = Scenario(
        xform(
            "<n>0</n>",
            [],
            ["<input ref='/data/n'><label ref=\"jr:itext('q')\"/></input>"],
            f"<itext>{itext}</itext>{action}",
        )
    )
    scenario.session.set_language("en")
    other = resumed(scenario)
    assert other["n"] == "1"
    assert other.element("n").label == "en"


def test_snapshot_of_another_form_or_version_is_refused() -> None:
    form = xform("<a/>", [bind("a", type="int")], [ask("a")])
    snapshot = Scenario(form).session.snapshot()
    for other in (form.replace(b'type="int"', b'type="decimal"'), form.replace(b'"1"', b'"2"')):
        with pytest.raises(KnownError) as caught:
            load_form(other).resume(snapshot)
        assert caught.value.code == "other_form"


def test_damaged_snapshot_is_refused() -> None:
    form = load_form(xform("<a/>", [], [ask("a")]))
    whole = json.loads(form.start(random=seeded()).snapshot())
    for damaged in (
        b"",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        *(json.dumps({**whole, key: None}).encode() for key in ("tree", "taken", "chance")),
        json.dumps({**whole, "chance": [[3, [1, 2], None], None]}).encode(),
        json.dumps({**whole, "tree": [1, 31, "", None, []]}).encode(),
    ):
        with pytest.raises(KnownError) as caught:
            form.resume(damaged)
        assert caught.value.code == "bad_snapshot"


def test_snapshot_is_quick() -> None:
    """A generous bound; a roster of 200 lines."""
    scenario = Scenario(
        xform(
            "<p><a/><b/><c/></p>",
            [bind("p/c", calculate="concat(../a, ../b)")],
            [repeat("p", ask("p/a"), ask("p/b"))],
        )
    )
    for _ in range(199):
        scenario.add("p")
    begun = time.perf_counter()
    other = resumed(scenario)
    assert time.perf_counter() - begun < 1
    assert len(other.children("/data/p")) == 200


def test_steps_that_are_long_forgotten_do_not_count_against_those_that_can_be_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steps, "MAX_UNDO_CHANGES", MAX_UNDO + 50)
    session = load_form(xform("<a/>", [], [ask("a")])).start(random=seeded())
    for number in range(MAX_UNDO * 2):
        session.answer("/data/a", str(number))
    undone = 0
    while session.undo() is not None:
        undone += 1
    assert undone == MAX_UNDO
