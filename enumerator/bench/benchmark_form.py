"""A large questionnaire made for measuring: its form, its lists and the answers to it.

A household block with skips, a cascade of lists, a roster that the form counts, a repeat that
the officer opens, totals over both, two languages. Deterministic: equal sizes give equal bytes.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

Command = dict[str, Any]

ROSTER, ROSTER_COUNT, OPEN_REPEAT = "/data/person", "/data/n", "/data/plot"
LANGUAGES = ("English (en)", "Bahasa Indonesia (id)")
DISTRICTS, PROVINCES = 514, 34
_HOUSEHOLD, _CLOSING, _OF_PERSON = 130, 120, 16

_NAMESPACES = (
    'xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" '
    'xmlns:jr="http://openrosa.org/javarosa" xmlns:orx="http://openrosa.org/xforms" '
    'xmlns:odk="http://www.opendatakit.org/xforms"'
)
_CODES = {
    "sex": ("m", "f"),
    "relation": ("head", "spouse", "child", "other"),
    "activity": ("work", "school", "home", "seeking"),
    "crop": ("rice", "maize", "rubber", "fish"),
}


@dataclass(frozen=True, slots=True)
class _Question:
    """``label`` may hold ``{expression}``; ``items`` is the node-set that a select chooses from."""

    name: str
    label: str = ""
    kind: str = "int"
    control: str = "input"
    items: str = ""
    binds: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Repeat:
    name: str
    label: str
    count: str
    questions: tuple[_Question, ...]


_Block = list[_Question | _Repeat]


def _calculate(name: str, expression: str, kind: str = "string") -> _Question:
    return _Question(name, kind=kind, binds={"calculate": expression})


def _select(
    name: str, label: str, items: str, *, where: str = "", many: bool = False, relevant: str = ""
) -> _Question:
    nodes = f"instance('{items}')/root/item" + (f"[{where}]" if where else "")
    binds = {"relevant": relevant} if relevant else {}
    return _Question(name, label, "string", "select" if many else "select1", nodes, binds)


# ---------------------------------------------------------------- what is asked
def _household() -> _Block:
    found: _Block = [
        _select("prov", "Province", "province"),
        _select("kab", "District", "kab", where="prov = /data/prov"),
        _select("village", "Village", "villages", where="kab = /data/kab"),
        _calculate("village_name", "instance('villages')/root/item[name = /data/village]/label"),
        _calculate("village_size", "pulldata('villages', 'pop', 'name', /data/village)", "int"),
        _Question("visit", "Date of the visit", "date", binds={"constraint": ". <= today()"}),
        _Question(
            "n", "Persons", binds={"constraint": ". > 0 and . <= 2000", "required": "true()"}
        ),
    ]
    for number in range(_HOUSEHOLD):
        binds = {}
        if number % 5 == 4:
            binds["relevant"] = f"/data/q{number - 1} > 2"
        if number % 3 == 0:
            binds["constraint"] = ". >= 0 and . <= 999"
        place = " in {/data/village_name}" if number % 12 == 0 else ""
        found.append(_Question(f"q{number}", f"Household question {number}{place}", binds=binds))
    for number in range(0, _HOUSEHOLD, 6):
        sum_of_two = f"/data/q{number} + /data/q{number + 1}"
        found.append(
            _calculate(
                f"s{number}",
                f"if(/data/q{number} > 4, {sum_of_two}, coalesce(/data/q{number + 2}, 0))",
            )
        )
    return found


def _person() -> tuple[_Question, ...]:
    adult = "../age >= 15"
    found = [
        _calculate("place", "position(..)", "int"),
        _Question("name", "Name of person {../place}", "string"),
        _Question("age", "Age of {../name}", binds={"constraint": ". >= 0 and . < 120"}),
        _select("sex", "Sex of {../name}", "sex"),
        _select("relation", "Relation of {../name}", "relation"),
        _Question("born", "Born", "date", binds={"constraint": ". <= today()"}),
        _calculate(
            "months",
            "int((decimal-date-time(date('2020-09-15')) - decimal-date-time(../born)) div 30.44)",
            "int",
        ),
        _select("activity", "Activities", "activity", many=True, relevant=adult),
        _calculate("working", "if(selected(../activity, 'work'), 1, 0)", "int"),
        _Question("income", "Income of {../name}", binds={"relevant": "../working = 1"}),
        _calculate("share", "if(/data/income > 0, round(../income div /data/income * 100, 1), 0)"),
        _calculate("title", "concat(../name, ', ', jr:choice-name(../sex, '../sex'))"),
    ]
    for number in range(_OF_PERSON):
        relevant = f"../age > {number * 3}" if number % 2 else ""
        if number % 4 == 2:
            relevant = f"../d{number - 2} = 1"
        binds = {"constraint": ". >= 0 and . <= 99"} | ({"relevant": relevant} if relevant else {})
        found.append(_Question(f"d{number}", f"Detail {number} of {{../name}}", binds=binds))
    return tuple(found)


def _totals() -> _Block:
    found: _Block = [
        _calculate("adults", "count(/data/person[age >= 18])", "int"),
        _calculate("heads", "count(/data/person[relation = 'head'])", "int"),
        _calculate("income", "sum(/data/person/income)"),
        _calculate("oldest", "max(/data/person/age)"),
        _calculate("workers", "sum(/data/person/working)", "int"),
        _calculate("names", "join(', ', /data/person/name)"),
        _Question(
            "one_head",
            "There are {/data/heads} heads",
            "string",
            binds={"relevant": "/data/heads != 1", "readonly": "true()"},
        ),
        _Repeat(
            "plot",
            "Plot",
            "",
            (
                _Question("area", "Area of plot {position(..)}", "decimal"),
                _select("crop", "Crop", "crop"),
                _calculate("part", "round(../area div /data/area * 100, 1)"),
            ),
        ),
        _calculate("area", "sum(/data/plot/area)"),
    ]
    for number in range(_CLOSING):
        relevant = {0: "/data/adults > 0", 4: "/data/workers > 0 and /data/income > 100"}
        binds = {"relevant": relevant[number % 8]} if number % 8 in relevant else {}
        found.append(_Question(f"z{number}", f"Closing question {number}", binds=binds))
    found += [
        _calculate(f"t{number}", f"sum(/data/person/d{number}) + /data/z{number}")
        for number in range(1, 6)
    ]
    return found


# ---------------------------------------------------------------- the form
def form_xml() -> bytes:
    """The form as an XForm; its external lists are kab.csv and villages.csv."""
    roster = _Repeat("person", "Person", ROSTER_COUNT, _person())
    return _Writer([*_household(), roster, *_totals()]).xml().encode()


class _Writer:
    def __init__(self, blocks: _Block) -> None:
        self._binds: list[str] = []
        self._texts: list[tuple[str, str]] = []
        self._instance, self._body = self._block(blocks, "/data")

    def xml(self) -> str:
        codes = {**_CODES, "province": tuple(f"p{number}" for number in range(PROVINCES))}
        lists = "".join(
            f'<instance id="{name}"><root>{_items(values)}</root></instance>'
            for name, values in codes.items()
        )
        translations = self._translation(LANGUAGES[0], ' default="true()"', "")
        translations += self._translation(LANGUAGES[1], "", " (id)")
        return (
            f"<h:html {_NAMESPACES}><h:head><h:title>Benchmark</h:title><model>"
            f"<itext>{translations}</itext>"
            f'<instance><data id="benchmark" version="1">{self._instance}'
            "<orx:meta><orx:instanceID/></orx:meta></data></instance>"
            f'{lists}<instance id="kab" src="jr://file-csv/kab.csv"/>'
            f'<instance id="villages" src="jr://file-csv/villages.csv"/>{"".join(self._binds)}'
            '<bind nodeset="/data/orx:meta/orx:instanceID" jr:preload="uid" readonly="true()"/>'
            f"</model></h:head><h:body>{self._body}</h:body></h:html>"
        )

    def _translation(self, language: str, default: str, ending: str) -> str:
        texts = "".join(
            f'<text id="{key}"><value>{_label(label + ending)}</value></text>'
            for key, label in self._texts
        )
        return f'<translation lang="{language}"{default}>{texts}</translation>'

    def _block(self, blocks: Iterable[_Question | _Repeat], above: str) -> tuple[str, str]:
        """(instance, body); fills in binds and texts on the way."""
        instance, body = "", ""
        for block in blocks:
            path = f"{above}/{block.name}"
            if isinstance(block, _Question):
                instance += f"<{block.name}/>"
                body += self._question(block, path)
                continue
            inner, controls = self._block(block.questions, path)
            instance += f'<{block.name} jr:template="">{inner}</{block.name}>'
            count = f" jr:count={quoteattr(block.count)}" if block.count else ""
            body += (
                f'<group ref="{path}"><label>{block.label}</label>'
                f'<repeat nodeset="{path}"{count}>{controls}</repeat></group>'
            )
        return instance, body

    def _question(self, question: _Question, path: str) -> str:
        binds = "".join(f" {name}={quoteattr(text)}" for name, text in question.binds.items())
        self._binds.append(f'<bind nodeset="{path}" type="{question.kind}"{binds}/>')
        if "calculate" in question.binds:
            return ""
        self._texts.append((path, question.label))
        items = ""
        if question.items:
            items = (
                f"<itemset nodeset={quoteattr(question.items)}>"
                '<value ref="name"/><label ref="label"/></itemset>'
            )
        label = f"<label ref=\"jr:itext('{path}')\"/>"
        return f'<{question.control} ref="{path}">{label}{items}</{question.control}>'


def _label(text: str) -> str:
    """``{expression}`` becomes an output."""
    parts = text.split("{")
    found = escape(parts[0])
    for part in parts[1:]:
        expression, _, rest = part.partition("}")
        found += f"<output value={quoteattr(expression)}/>{escape(rest)}"
    return found


def _items(codes: Iterable[str]) -> str:
    return "".join(
        f"<item><name>{code}</name><label>{code.title()}</label></item>" for code in codes
    )


# ---------------------------------------------------------------- the lists
def write_lists(folder: Path, rows: int) -> None:
    """kab.csv, and villages.csv with ``rows`` rows: name, label, kab, pop, lat, lon."""
    folder.mkdir(parents=True, exist_ok=True)
    districts = (f"k{n},District {n},p{n % PROVINCES}\n" for n in range(DISTRICTS))
    _write(folder / "kab.csv", "name,label,prov\n", districts)
    villages = (
        f"v{n},Village {n},k{n % DISTRICTS},{100 + n % 5000},"
        f"{n % 1000 / 100 - 8:.2f},{100 + n % 3000 / 100:.2f}\n"
        for n in range(rows)
    )
    _write(folder / "villages.csv", "name,label,kab,pop,lat,lon\n", villages)


def _write(path: Path, header: str, lines: Iterator[str]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(header)
        file.writelines(lines)


# ---------------------------------------------------------------- the answers
def script(lines: int) -> list[Command]:
    """Answers to every question, ``lines`` persons on the roster."""
    chance = random.Random(lines)  # noqa: S311 # repeatable
    found = [
        _answer("/data/prov", "p3"),
        _answer("/data/kab", "k37"),
        _answer("/data/village", "v551"),
        _answer("/data/visit", "2020-09-15"),
        _answer(ROSTER_COUNT, str(lines)),
    ]
    values = [chance.randint(0, 9) for _ in range(_HOUSEHOLD)]
    for number, value in enumerate(values):
        if number % 5 != 4 or values[number - 1] > 2:
            found.append(_answer(f"/data/q{number}", str(value)))
    for place in range(1, lines + 1):
        found += _of_person(place, chance)
    found += [_answer(f"/data/z{n}", str(chance.randint(0, 99))) for n in range(_CLOSING)]
    return found


def _answer(ref: str, value: str) -> Command:
    return {"op": "answer", "ref": ref, "value": value, "state": "none"}


def _of_person(place: int, chance: random.Random) -> Iterator[Command]:
    line = f"{ROSTER}[{place}]"
    age = chance.randint(25, 60) if place < 3 else chance.randint(0, 80)
    relation = "head" if place == 1 else "spouse" if place == 2 else "child"
    yield _answer(f"{line}/name", f"Person {place}")
    yield _answer(f"{line}/age", str(age))
    yield _answer(f"{line}/sex", "mf"[place % 2])
    yield _answer(f"{line}/relation", relation)
    yield _answer(f"{line}/born", f"{2020 - age}-03-{place % 28 + 1:02d}")
    if age >= 15:
        yield _answer(f"{line}/activity", "work home" if age > 20 else "school")
    if age > 20:
        yield _answer(f"{line}/income", str(50 * place))
    for number in range(_OF_PERSON):
        if number % 4 == 2 or (number % 2 and age <= number * 3):
            continue
        yield _answer(f"{line}/d{number}", str(chance.randint(0, 1)))


def line_script(lines: int) -> list[Command]:
    """Opens ``lines`` lines by hand, answers them, then takes the first away; looks at all."""
    found: list[Command] = []
    for place in range(1, lines + 1):
        found.append({"op": "new_repeat", "ref": OPEN_REPEAT, "state": "none"})
        found.append(_answer(f"{OPEN_REPEAT}[{place}]/area", f"{place % 7 + 1}.5"))
        found.append(_answer(f"{OPEN_REPEAT}[{place}]/crop", "rice"))
    found.append({"op": "delete_repeat", "ref": f"{OPEN_REPEAT}[1]", "state": "none"})
    found += [{"op": "language", "lang": name, "state": "none"} for name in reversed(LANGUAGES)]
    found += [{"op": op, "state": "none"} for op in ("validate", "state", "xml")]
    return found


def with_lines(commands: Iterable[Command], lines: int) -> list[Command]:
    """The same answers with another number of persons: those of the script, over and over."""
    before: list[Command] = []
    persons: dict[int, list[tuple[str, Command]]] = {}
    after: list[Command] = []
    for command in commands:
        ref = str(command.get("ref", ""))
        if ref.startswith((f"{ROSTER}[", f"{ROSTER}/")):
            position, _, rest = ref.removeprefix(ROSTER).partition("/")
            place = int(position.strip("[]") or 1)
            persons.setdefault(place, []).append((rest, command))
        elif persons:
            after.append(command)
        else:
            is_count = ref == ROSTER_COUNT
            before.append({**command, "value": str(lines)} if is_count else command)
    answered = [persons[place] for place in sorted(persons)]
    middle = [
        {**command, "ref": f"{ROSTER}[{place + 1}]/{rest}"}
        for place in range(lines)
        for rest, command in answered[place % len(answered)]
    ]
    return [*before, *middle, *after]
