"""What holds for every form and every way of filling it in."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from enumerator.errors import KnownError
from tests.xform.scenario import (
    NOON,
    Scenario,
    ask,
    bind,
    repeat,
    rows,
    seeded,
    select_from,
    xform,
)

AREAS = rows(
    "areas",
    *({"name": f"{a}{b}", "label": f"L{a}{b}", "up": str(a)} for a in (1, 2) for b in (1, 2, 3)),
)

_OUTER = ("a", "b", "c")
_CONDITIONS = st.sampled_from(
    [
        "{x} > 1",
        "{x} != ''",
        "{x} = {y}",
        "sum({x}) + 1 > {y}",
        "not({x} = 2)",
        "{x} < 3 or {y} = 1",
    ]
)
_CALCULATIONS = st.sampled_from(
    [
        "{x} + {y}",
        "concat({x}, '-', {y})",
        "if({x} > {y}, {x}, 0)",
        "coalesce({x}, {y})",
        "count({x}) + count({y})",
        "max({x}, {y})",
    ]
)
_LINE_CALCULATIONS = st.sampled_from(
    [
        "../n * 2",
        "position(..)",
        "../n + /data/a",
        "count(../../p[n = current()/../n])",
        "/data/total - ../n",
        "sum(../../p/n)",
        "indexed-repeat(/data/p/n, /data/p, 1)",
        "if(position(..) > 1, /data/p[position() = 1]/n, 0)",
    ]
)
_ANSWERS = st.sampled_from(["", "0", "1", "2", "3"])


@st.composite
def forms(draw: st.DrawFn) -> bytes:
    """Three questions, three calculations on what stands before, lines, a cascade."""
    names = [f"/data/{name}" for name in _OUTER]
    binds = [bind("a", type="int")]
    for place, name in enumerate(_OUTER[1:], 1):
        before = names[:place]
        condition = draw(_CONDITIONS).format(
            x=draw(st.sampled_from(before)), y=draw(st.sampled_from(before))
        )
        binds.append(bind(name, type="int", relevant=condition))
    for number in range(3):
        expression = draw(_CALCULATIONS).format(
            x=draw(st.sampled_from(names)), y=draw(st.sampled_from(names))
        )
        binds.append(bind(f"k{number}", calculate=expression))
        names.append(f"/data/k{number}")
    binds.append(bind("total", calculate="sum(/data/p/n)"))
    binds.append(bind("p/n", type="int", relevant=draw(st.sampled_from(["/data/c != 3", "1 = 1"]))))
    # Lines may be parked while their surroundings change.
    binds.append(bind("p", relevant=draw(st.sampled_from(["/data/a != 3", "1 = 1"]))))
    binds.append(bind("p/m", calculate=draw(_LINE_CALCULATIONS)))
    binds.append(bind("share", calculate="join(',', /data/p/m)"))
    count = draw(st.sampled_from(["", "/data/b", "/data/k0"]))
    return xform(
        "<a/><b/><c/><k0/><k1/><k2/><total/><share/><prov/><kab/><p jr:template=''><n/><m/></p>",
        binds,
        [
            *(ask(name) for name in _OUTER),
            repeat("p", ask("p/n"), count=count),
            ask("prov"),
            select_from("kab", "instance('areas')/root/item[up = /data/prov]"),
        ],
        AREAS,
    )


@dataclass
class Steps:
    """Random steps; those that the form does not allow are left out."""

    scenario: Scenario
    taken: list[tuple[str, str]] = field(default_factory=list)

    def take(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(["answer", "answer", "line", "add", "remove", "undo"]))
        if kind == "answer":
            name = data.draw(st.sampled_from([*_OUTER, "prov", "kab"]))
            values = st.sampled_from(["11", "12", "21", ""]) if name == "kab" else _ANSWERS
            self.apply(name, data.draw(values))
        elif kind == "line":
            self.apply(f"p[{data.draw(st.integers(1, 3))}]/n", data.draw(_ANSWERS))
        else:
            self.apply(kind, str(data.draw(st.integers(1, 3))))

    def apply(self, what: str, value: str) -> None:
        self.taken.append((what, value))
        try:
            if what == "add":
                self.scenario.add("p")
            elif what == "remove":
                self.scenario.remove(f"p[{value}]")
            elif what == "undo":
                self.scenario.session.undo()
            else:
                self.scenario.answer(what, value)
        except KnownError:
            pass


@settings(max_examples=60, deadline=None)
@given(forms(), st.data())
def test_incremental_equals_from_scratch_after_every_step(form: bytes, data: st.DataObject) -> None:
    steps = Steps(Scenario(form))
    for _ in range(data.draw(st.integers(1, 12))):
        steps.take(data)
        before = steps.scenario.session.state()
        changes = steps.scenario.session.recalculate()
        assert steps.scenario.session.state() == before, steps.taken
        assert not changes.changed, steps.taken


@settings(max_examples=40, deadline=None)
@given(forms(), st.data())
def test_change_sets_tell_every_change_of_state(form: bytes, data: st.DataObject) -> None:
    """A window that asks again only for what a change set names shows the truth."""
    scenario = Scenario(form)
    for _ in range(8):
        before = scenario.session.state()
        name, value = data.draw(st.sampled_from([*_OUTER, "prov"])), data.draw(_ANSWERS)
        try:
            changes = scenario.answer(name, value).changes
        except KnownError:
            continue
        after = scenario.session.state()
        named = {str(ref).removesuffix("[1]") for ref in changes.changed}
        added = tuple(str(ref).removesuffix("[1]") for ref in changes.added)
        for ref in after:
            if before.get(ref) != after[ref] and not (added and str(ref).startswith(added)):
                assert str(ref) in named, (ref, before.get(ref), after[ref])


@settings(max_examples=30, deadline=None)
@given(forms(), st.data())
def test_undo_is_identity(form: bytes, data: st.DataObject) -> None:
    steps = Steps(Scenario(form))
    for _ in range(6):
        before = steps.scenario.session.state()
        count = len(steps.taken)
        steps.take(data)
        if steps.taken[count][0] == "undo" or steps.scenario.session.state() == before:
            continue
        steps.scenario.session.undo()
        assert steps.scenario.session.state() == before, steps.taken


@settings(max_examples=30, deadline=None)
@given(forms(), st.data())
def test_same_steps_give_the_same_state(form: bytes, data: st.DataObject) -> None:
    first = Steps(Scenario(form, seed=5))
    for _ in range(8):
        first.take(data)
    second = Steps(Scenario(form, seed=5))
    for what, value in first.taken:
        second.apply(what, value)
    assert second.scenario.session.state() == first.scenario.session.state()
    assert second.scenario.xml == first.scenario.xml


@settings(max_examples=30, deadline=None)
@given(forms(), st.data())
def test_reloaded_instance_is_written_the_same(form: bytes, data: st.DataObject) -> None:
    steps = Steps(Scenario(form))
    for _ in range(6):
        steps.take(data)
    saved = steps.scenario.session.xml()
    assert Scenario(form, instance=saved).session.xml() == saved


@settings(max_examples=25, deadline=None)
@given(forms(), st.permutations([("a", "2"), ("prov", "1"), ("kab", "12"), ("p[1]/n", "3")]))
def test_answers_in_any_order_give_the_same_state(
    form: bytes, order: list[tuple[str, str]]
) -> None:
    def fill(steps: list[tuple[str, str]]) -> Scenario:
        scenario = Scenario(form)
        if not scenario.element("p").count_fixed:
            scenario.add("p")
        for ref, value in steps:
            try:
                scenario.session.answer(f"/data/{ref}", value, force=True)
            except KnownError:
                continue
        return scenario

    # A line that a count makes is there only once the count is, a choice once its list is.
    late = ("kab", "p[1]/n")
    first = fill([*(s for s in order if s[0] not in late), *(s for s in order if s[0] in late)])
    second = fill([("prov", "1"), ("a", "2"), ("kab", "12"), ("p[1]/n", "3")])
    assert first.session.state() == second.session.state()


def test_labels_and_constraints_draw_from_their_own_chance() -> None:
    """Looking at a form must not change what a replay of its journal gives."""
    form = xform(
        "<a/><b/>",
        [
            bind("b", calculate="if(/data/a != '', random(), '')"),
            bind("a", constraint="random() < 2"),
        ],
        [ask("a", "Number <output value='random()'/>")],
    )
    looked = Scenario(form, seed=3)
    for _ in range(5):
        looked.element("a")
    looked.session.validate()
    looked.answers(a="1")
    replayed = Scenario(form, seed=3)
    replayed.answers(a="1")
    assert looked["b"] == replayed["b"] != ""


def test_step_is_of_one_moment() -> None:
    form = xform(
        "<a/><x/><y/>",
        [
            bind("x", type="dateTime", calculate="if(/data/a != '', now(), '')"),
            bind("y", type="dateTime", calculate="if(/data/a != '', now(), '')"),
        ],
        [ask("a")],
    )
    scenario = Scenario(form)
    ticks = iter(range(1000))
    from datetime import timedelta

    session = scenario.form.start(
        now=lambda: NOON + timedelta(seconds=next(ticks)), random=seeded()
    )
    session.answer("/data/a", "1")
    assert session.value("/data/x") == session.value("/data/y") != ""
