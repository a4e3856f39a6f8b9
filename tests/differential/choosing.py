"""The next step of a random run: sensible mostly, at the edges often, rubbish sometimes."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from enumerator.xform import Element, Kind
from enumerator.xform.engine.session import Session

MOST_LINES = 4

_LITERAL = re.compile(
    r"'([^'&<>\n]{1,20})'|&quot;([^&<>\n]{1,20})&quot;|(?<![\w.])(\d{1,6})(?![\w.])"
)
# New years, leap days, and days about which zones of the runs changed their clocks.
_DAYS = [
    "2020-02-28",
    "2020-02-29",
    "2020-03-01",
    "2019-12-31",
    "2020-01-01",
    "2000-02-29",
    "1999-12-31",
    "2021-12-31",
    "1970-01-01",
    "1970-01-02",
    "1985-06-15",
    "1972-01-01",
    "2038-01-19",
    "2026-02-28",
    "2024-12-30",
]  # shorter to read
_TIMES = ("00:00:00.000", "23:59:59.000", "12:00:00.000", "06:59:00.000", "17:00:00.000")
_WORDS = ("a", "b", "ab", "Ani", "x y", "yes", "no", "Ñandú", "it's", "<b>&", "10", "007", "-")
_RUBBISH = ("abc", "1,5", "2020-13-40", "--", "1e3", " ", "99999999999", "NaN", "true")


@dataclass
class Chooser:
    """``literals``: the constants that the form's own expressions compare with."""

    chance: random.Random
    form: bytes
    now: datetime
    literals: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        model = self.form.decode("utf-8", "replace")
        attributes = " ".join(re.findall(r'"([^"]*)"', model))
        found = {next(filter(None, groups)) for groups in _LITERAL.findall(attributes)}
        self.literals = sorted(found)

    def step(self, session: Session) -> dict[str, Any]:
        roll = self.chance.random()
        languages = session.form.languages
        if roll < 0.03 and len(languages) > 1:
            return {"op": "language", "lang": self.chance.choice(languages)}
        if roll < 0.05:
            return {"op": "validate"}
        if roll < 0.20:
            step = self._lines(session)
            if step is not None:
                return step
        refs = list(session.questions())
        self.chance.shuffle(refs)
        for ref in refs:
            element = session.element(ref)
            if not element.readonly:
                return self._answer(session, element)
        return {"op": "validate"}

    def _lines(self, session: Session) -> dict[str, Any] | None:
        repeats = _repeats(session, session.root)
        if not repeats:
            return None
        ref = self.chance.choice(repeats)
        lines = session.children(ref)
        if lines and (len(lines) >= MOST_LINES or self.chance.random() < 0.4):
            return {"op": "delete_repeat", "ref": str(self.chance.choice(lines))}
        return {"op": "new_repeat", "ref": str(ref)}

    # ---------------------------------------------------------------- values
    def _answer(self, session: Session, element: Element) -> dict[str, Any]:
        step: dict[str, Any] = {"op": "answer", "ref": str(element.ref)}
        if element.control == "input" and self.chance.random() < 0.03:
            rubbish = self.chance.choice(_RUBBISH)
            return {**step, "value": rubbish, "rubbish": True}
        return {**step, "value": self.value(session, element)}

    def value(self, session: Session, element: Element) -> Any:
        if self.chance.random() < 0.08:
            return None
        choices = [choice.value for choice in session.choices(element.ref)]
        if element.control in ("select1", "select", "rank"):
            return self._choice(element.control, [value for value in choices if value])
        if element.control == "trigger":
            return "OK"
        maker = getattr(self, f"_{element.type.lower()}", self._string)
        made: str = maker()
        return made

    def _choice(self, control: str, values: Sequence[str]) -> Any:
        distinct = list(dict.fromkeys(values))
        if not distinct:
            return None
        if control == "select1":
            return self.chance.choice(distinct)
        if control == "rank":
            self.chance.shuffle(distinct)
            return distinct
        return self.chance.sample(distinct, self.chance.randint(1, min(3, len(distinct))))

    def _int(self) -> str:
        if b"jr:count" in self.form:
            return str(self.chance.randint(-1, 5))  # each line costs the other engine dearly
        numbers = [int(text) for text in self.literals if text.isdigit()]
        if numbers and self.chance.random() < 0.5:
            return str(self.chance.choice(numbers) + self.chance.choice((-1, 0, 1)))
        return self.chance.choice(("0", "1", "2", "3", "4", "7", "-1", "18", "100", "2147483647"))

    def _decimal(self) -> str:
        if self.chance.random() < 0.4 or b"jr:count" in self.form:
            return self._int()
        return self.chance.choice(("0.5", "1.25", "-0.1", "3.0", "12345678.9", "0.001", "99.99"))

    def _string(self) -> str:
        if self.literals and self.chance.random() < 0.5:
            return self.chance.choice(self.literals)
        return self.chance.choice(_WORDS)

    def _date(self) -> str:
        if self.chance.random() < 0.3:
            days = self.chance.choice((-366, -365, -1, 0, 1, 30))
            return (self.now.date() + timedelta(days=days)).isoformat()
        return self.chance.choice(_DAYS)

    def _time(self) -> str:
        return self.chance.choice(_TIMES) + self._offset(self.now.date())

    def _datetime(self) -> str:
        day = self._date()
        return f"{day}T{self.chance.choice(_TIMES)}{self._offset(date.fromisoformat(day))}"

    def _offset(self, day: date) -> str:
        if self.chance.random() < 0.1:
            return self.chance.choice(("Z", "+07:00", "-03:30"))
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=self.now.tzinfo)
        text = noon.strftime("%z")
        return f"{text[:3]}:{text[3:5]}"

    def _boolean(self) -> str:
        return self.chance.choice(("1", "0"))

    def _geopoint(self) -> str:
        return self.chance.choice(("-2.5 140.7 10 5", "0.5 0 0 0", "33.45 -112.07 331.0 4.5"))

    def _geotrace(self) -> str:
        return "; ".join(self._geopoint() for _ in range(self.chance.randint(2, 4)))

    def _geoshape(self) -> str:
        corners = ["1 2 0 0", "1 3 0 0", "2 3 0 0", "2 2 0 0"]
        return "; ".join([*corners, corners[0]])

    def _binary(self) -> str:
        return self.chance.choice(("a.jpg", "b.mp4"))


def _repeats(session: Session, ref: Any) -> list[Any]:
    """Relevant ones whose lines a person adds and removes."""
    found = []
    for child in session.children(ref):
        element = session.element(child)
        if not element.relevant or element.kind == Kind.QUESTION:
            continue
        if element.kind == Kind.REPEAT and not element.count_fixed:
            found.append(child)
        found += _repeats(session, child)
    return found
