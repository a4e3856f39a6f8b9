"""Lines that read one other line: the right ones follow, and only those."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from enumerator.errors import KnownError
from enumerator.xform import Aspect, Ref
from enumerator.xform.xpath.values import to_text
from tests.xform.scenario import Scenario, ask, bind, repeat, seeded, xform

READS = {
    "first": "indexed-repeat(../name, .., 1)",
    "third": "indexed-repeat(../name, .., 3)",
    "before": "indexed-repeat(../name, .., position(..) - 1)",
    "after": "indexed-repeat(../name, .., position(..) + 1)",
    "later": "indexed-repeat(../name, .., position(..) + 2)",
    "chosen": "indexed-repeat(../name, .., ../which)",
}
NAMES = "<name/><which/>" + "".join(f"<{name}/>" for name in READS)


def reading(line: str) -> list[str]:
    return [
        bind(f"{line}/name", relevant="/data/hide = '' or /data/hide != ../which"),
        bind(f"{line}/which", type="int"),
        *(bind(f"{line}/{name}", calculate=text) for name, text in READS.items()),
    ]


FORM = xform(
    f"<n/><hide/><head/><p jr:template=''>{NAMES}</p><open jr:template=''>{NAMES}</open>",
    [
        bind("n", type="int"),
        bind("head", calculate="indexed-repeat(/data/open/name, /data/open, 2)"),
        *reading("p"),
        *reading("open"),
    ],
    [
        ask("n"),
        ask("hide"),
        repeat("p", ask("p/name"), ask("p/which"), count="/data/n"),
        repeat("open", ask("open/name", "<output value='../before'/>"), ask("open/which")),
    ],
)


def step(scenario: Scenario, chance: random.Random) -> None:
    what, place = chance.randrange(9), chance.randint(1, 5)
    line = f"{chance.choice(['p', 'open'])}[{place}]"
    try:
        if what < 3:
            scenario.answer(f"{line}/name", chance.choice(["", "Ani", "Budi", "Citra"]))
        elif what == 3:
            scenario.answer(f"{line}/which", str(chance.randint(0, 4)))
        elif what == 4:
            scenario.answer("hide", str(chance.randint(0, 4)))
        elif what == 5:
            scenario.answer("n", str(chance.randint(0, 5)))
        elif what == 6:
            scenario.remove(f"open[{place}]")
        elif what == 7:
            scenario.session.undo()
        else:
            scenario.add("open")
    except KnownError:
        pass


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_lines_that_read_others_are_as_a_fresh_evaluation_after_any_steps(seed: int) -> None:
    chance, scenario = seeded(seed), Scenario(FORM)
    for _ in range(4):
        scenario.add("open")
    for _ in range(25):
        step(scenario, chance)
        session = scenario.session
        for line in (*session.children("/data/p"), *session.children("/data/open")):
            for name, expression in READS.items():
                fresh = session.evaluate(expression, f"{line}/{name}")
                assert session.value(Ref(f"{line}/{name}")) == to_text(fresh), (line, name, seed)
        head = session.evaluate("indexed-repeat(/data/open/name, /data/open, 2)")
        assert scenario["head"] == to_text(head)


def test_a_name_concerns_its_own_readers_only() -> None:
    scenario = Scenario(FORM)
    for _ in range(6):
        scenario.add("open")
    changes = scenario.answer("open[4]/name", "Dewi").changes
    assert changes.changed.keys() == {
        "/data/open[4]/name",
        "/data/open[2]/later",
        "/data/open[3]/after",
        "/data/open[5]/before",
        "/data/open[5]/name",  # its label says who comes before
    }
    assert changes.changed[Ref("/data/open[5]/name")] == Aspect.LABEL
