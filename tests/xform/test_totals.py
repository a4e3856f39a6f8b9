"""Totals over lines are kept line by line, and always what a fresh evaluation gives."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enumerator.errors import KnownError
from enumerator.xform import Result
from enumerator.xform.xpath.functions import numbers
from enumerator.xform.xpath.values import to_text
from tests.xform.scenario import Scenario, ask, bind, group, repeat, seeded, xform

TOTALS = {
    "total": "sum(/data/p/money)",
    "least": "min(/data/p/money)",
    "most": "max(/data/p/money)",
    "adults": "count(/data/p[age >= 18 and string-length(name) > 0])",
    "lines": "count(/data/p)",
    "named": "count-non-empty(/data/p/name)",
    "names": "join(';', /data/p[age >= 18]/name)",
    "kids": "sum(/data/p/kid/k)",
    "all_kids": "count(/data/p/kid)",
}
FORM = xform(
    "<n/><hide/><p jr:template=''><name/><age/><box><money/></box><share/><own/><alike/>"
    "<kid jr:template=''><k/></kid></p><open jr:template=''><x/></open><sum_x/>"
    + "".join(f"<{name}/>" for name in TOTALS),
    [
        bind("n", type="int"),
        bind("p/age", type="int"),
        bind("p/box", relevant="../age > 9"),
        bind("p/box/money", type="decimal", constraint="sum(../../../p/box/money) <= 1000"),
        bind("p/share", calculate="round(../box/money div sum(../../p/box/money), 2)"),
        bind("p/alike", calculate="count(../../p[name = current()/../name])"),
        bind("p/own", calculate="sum(../kid/k)"),
        bind("p/kid/k", type="int", relevant="/data/hide != 'kids'"),
        bind("p", relevant="/data/hide != 'all'"),
        bind("open/x", type="int"),
        bind("sum_x", calculate="sum(/data/open/x)"),
        *(
            bind(name, calculate=expression.replace("p/money", "p/box/money"))
            for name, expression in TOTALS.items()
        ),
    ],
    [
        ask("n"),
        ask("hide"),
        repeat(
            "p",
            ask("p/name"),
            ask("p/age"),
            group("p/box", ask("p/box/money")),
            repeat("p/kid", ask("p/kid/k")),
            count="/data/n",
        ),
        repeat("open", ask("open/x")),
    ],
)


def step(scenario: Scenario, chance: random.Random) -> None:
    """One thing that an officer might do, possible or not."""
    place = chance.randint(1, 4)
    line = f"p[{place}]"
    answers = [
        ("n", str(chance.randint(0, 4))),
        ("hide", chance.choice(["", "kids", "all"])),
        (f"{line}/name", chance.choice(["", "Ani", "Budi"])),
        (f"{line}/age", str(chance.randint(0, 40))),
        (f"{line}/box/money", chance.choice(["", "0.1", "7", "950"])),
        (f"{line}/kid[{chance.randint(1, 2)}]/k", str(chance.randint(0, 9))),
        (f"open[{place}]/x", str(chance.randint(0, 9))),
    ]
    what = chance.randrange(len(answers) + 5)
    try:
        if what < len(answers):
            scenario.answer(*answers[what], commit=chance.choice(["valid", "always"]))
        elif what == len(answers):
            scenario.session.undo()
        elif what == len(answers) + 1:
            scenario.remove(f"{line}/kid[1]")
        elif what == len(answers) + 2:
            scenario.remove(f"open[{place}]")
        else:
            scenario.add(chance.choice(["open", f"{line}/kid"]))
    except KnownError:
        pass


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000))
def test_totals_equal_a_fresh_evaluation_after_any_steps(seed: int) -> None:
    chance = seeded(seed)
    scenario = Scenario(FORM)
    scenario.answers(n="3")
    expressions = {name: text.replace("p/money", "p/box/money") for name, text in TOTALS.items()}
    expressions["sum_x"] = "sum(/data/open/x)"
    for _ in range(25):
        step(scenario, chance)
        for name, expression in expressions.items():
            fresh = to_text(scenario.session.evaluate(expression))
            assert scenario[name] == fresh.replace("NaN", ""), (name, seed)
        for place in range(1, int(scenario["lines"]) + 1):
            fresh = to_text(scenario.session.evaluate("sum(kid/k)", f"/data/p[{place}]"))
            assert scenario[f"p[{place}]/own"] == fresh, (place, seed)
            alike = "count(../../p[name = current()/../name])"
            fresh = to_text(scenario.session.evaluate(alike, f"/data/p[{place}]/alike"))
            assert scenario[f"p[{place}]/alike"] == fresh, (place, seed)


def test_constraint_reads_the_total_with_the_answer_under_test() -> None:
    scenario = Scenario(FORM)
    scenario.answers(n="2")
    for place, money in ((1, "600"), (2, "300")):
        scenario.answer(f"p[{place}]/age", "20")
        assert scenario.answer(f"p[{place}]/box/money", money).result == Result.OK
    assert scenario.answer("p[2]/box/money", "500").result == Result.CONSTRAINT
    assert scenario["total"] == "900"
    assert scenario.answer("p[2]/box/money", "400").result == Result.OK
    assert scenario.values("total", "p[1]/share", "p[2]/share") == ["1000", "0.6", "0.4"]


def test_total_reads_the_changed_line_only(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []
    plain = numbers.numbers_of

    def counting(context: object, values: object) -> list[float]:
        read.append(values)
        return plain(context, values)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(numbers, "numbers_of", counting)
    scenario = Scenario(FORM)
    for place in range(1, 31):
        scenario.add("open")
        scenario.answer(f"open[{place}]/x", "1")
    read.clear()
    scenario.answer("open[7]/x", "5")
    assert scenario["sum_x"] == "34"
    assert len(read) == 1
    scenario.remove("open[1]")
    assert scenario["sum_x"] == "33"
    assert len(read) == 1


def test_total_of_a_line_follows_what_changed_while_the_line_was_parked() -> None:
    scenario = Scenario(FORM)
    scenario.answers(n="2")
    scenario.add("p[2]/kid")
    scenario.answer("p[2]/kid/k", "4")
    assert scenario["p[2]/own"] == "4"
    scenario.answers(n="1")
    scenario.answers(hide="kids")
    scenario.answers(n="2")
    assert scenario["p[2]/own"] == "0"
    scenario.answers(hide="none")
    assert scenario["p[2]/own"] == "4"
