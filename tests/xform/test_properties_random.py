"""What holds for random forms: groups, lines in lines, cascades, actions, two languages.

The forms are those that the engine is compared on with its peer. Each property says how far it
reaches: an action makes the order of answers matter, which is what actions are for.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from enumerator.errors import KnownError
from enumerator.xform import Element, Kind, MemoryMedia, load_form
from enumerator.xform.engine.session import Session
from tests.differential.choosing import Chooser
from tests.differential.forms import random_form
from tests.xform.scenario import NOON, Scenario, ask, bind, control, repeat, seeded, xform

State = Mapping[Any, Mapping[str, Any]]
Step = dict[str, Any]

COUNTED = rb'jr:count="[./a-z0-9]*/q\d+"'
BY_HAND = rb'<repeat nodeset="[^"]*">'
TRANSLATED = b"<itext>"

SEEDS = st.integers(0, 2**32)
COUNTS = st.integers(0, 16)


class Filling:
    """A random form that has something in it, and random steps in it."""

    def __init__(self, seed: int, *, having: bytes = b"", actions: bool = True) -> None:
        made = (random_form(f"property-{seed}-{n}", actions=actions) for n in count())
        self.source = next(form for form in made if re.search(having, form))
        self.form = load_form(self.source, MemoryMedia())
        self.chance = seeded(seed)
        self.chooser = Chooser(self.chance, self.source, NOON)
        self.session = self.begun()

    def begun(self, *, instance: bytes | None = None, language: str | None = None) -> Session:
        return self.form.start(
            now=lambda: NOON, random=seeded(), instance=instance, language=language
        )

    def step(self) -> Step:
        """One that is possible now, taken."""
        step = self.chooser.step(self.session)
        take(self.session, step)
        return step

    def steps(self, number: int) -> list[Step]:
        return [self.step() for _ in range(number)]


def take(session: Session, step: Step) -> bool:
    """False where the form refuses it: then it is not done."""
    try:
        match step["op"]:
            case "answer":
                session.answer(step["ref"], step["value"], commit=step.get("commit", "always"))
            case "new_repeat":
                session.add_repeat(step["ref"])
            case "delete_repeat":
                session.remove_repeat(step["ref"])
            case "language":
                session.set_language(step["lang"])
            case _:
                session.validate()
    except KnownError:
        return False
    return True


def offers(session: Session, ref: str, value: str | list[str] | None) -> bool:
    """True of a question without choices."""
    wanted = value if isinstance(value, list) else (value or "").split()
    if not session.element(ref).control.startswith("select"):
        return True
    return {choice.value for choice in session.choices(ref)}.issuperset(wanted)


def relevant(state: State) -> dict[Any, Mapping[str, Any]]:
    return {ref: each for ref, each in state.items() if each["relevant"]}


def asked(session: Session) -> Iterator[Element]:
    """Questions that a person may answer now."""
    for ref in session.questions():
        element = session.element(ref)
        if not element.readonly:
            yield element


def repeats(session: Session, ref: Any = None) -> Iterator[Element]:
    """Relevant ones, at any depth."""
    for child in session.children(ref or session.root):
        element = session.element(child)
        if not element.relevant or element.kind == Kind.QUESTION:
            continue
        if element.kind == Kind.REPEAT:
            yield element
        yield from repeats(session, child)


# ---------------------------------------------------------------- order
Answers = dict[str, str]
Wanted = dict[str, int]


def goal(session: Session) -> tuple[Answers, Wanted]:
    """Answers, and lines that a person adds, which together lead to one state."""
    answers = {str(each.ref): each.value for each in asked(session) if each.value}
    lines = {
        str(each.ref): len(session.children(each.ref))
        for each in repeats(session)
        if not each.count_fixed
    }
    return answers, lines


def fill(session: Session, answers: Answers, lines: Wanted, chance: random.Random) -> None:
    """In a random order; what cannot be done yet is tried again when other things are."""
    todo: list[tuple[str, str]] = [*answers.items(), *((ref, "") for ref in lines)]
    while todo:
        chance.shuffle(todo)
        left = [each for each in todo if not done(session, *each, lines.get(each[0], 0))]
        if len(left) == len(todo):
            return
        todo = left


def done(session: Session, ref: str, value: str, lines: int) -> bool:
    try:
        element = session.element(ref)
        if element.kind == Kind.REPEAT:
            for _ in range(len(session.children(ref)), lines):
                session.add_repeat(ref)
        else:
            if not offers(session, ref, value):
                return False
            session.answer(ref, value, commit="always")
    except KnownError:
        return False
    return True


@settings(max_examples=60)
@given(SEEDS, COUNTS)
def test_answers_in_any_order_give_the_same_state(seed: int, steps: int) -> None:
    """Of forms without actions, and of answers that are still asked for in the end: what was
    answered on the way and is not relevant now is no part of the result."""
    filling = Filling(seed, actions=False)
    filling.steps(steps + 6)
    answers, lines = goal(filling.session)
    one, other = filling.begun(), filling.begun()
    fill(one, answers, lines, filling.chance)
    fill(other, answers, lines, filling.chance)
    event(f"{min(len(answers), 9)} answers")
    assert relevant(one.state()) == relevant(other.state())
    assert one.xml() == other.xml()


# ---------------------------------------------------------------- languages
@settings(max_examples=60)
@given(SEEDS, COUNTS)
def test_language_and_back_gives_the_same_state(seed: int, steps: int) -> None:
    filling = Filling(seed, having=TRANSLATED)
    session = filling.session
    filling.steps(steps)
    before, written, first = session.state(), session.xml(), session.language
    other = next(name for name in session.form.languages if name != first)
    session.set_language(other)
    between = session.state()
    session.set_language(first)
    assert session.state() == before
    assert session.xml() == written
    assert before.keys() == between.keys()
    for ref, each in between.items():
        told = {"label", "hint", "choices"}
        assert {key: each[key] for key in each.keys() - told} == {
            key: before[ref][key] for key in before[ref].keys() - told
        }


@settings(max_examples=40)
@given(SEEDS, COUNTS)
def test_language_of_the_answers_leaves_no_trace(seed: int, steps: int) -> None:
    """Of forms whose values are none of a language's words: these texts are only shown."""
    filling = Filling(seed, having=TRANSLATED)
    languages = filling.form.languages
    taken = filling.steps(steps)
    other = filling.begun(language=languages[1])
    for step in taken:
        if step["op"] != "language":
            take(other, step)
    filling.session.set_language(languages[1])
    assert other.state() == filling.session.state()


def words(*ids: str) -> str:
    """Each in two languages."""
    return "".join(
        f'<translation lang="{language}">'
        + "".join(f'<text id="{id_}"><value>{language}-{id_}</value></text>' for id_ in ids)
        + "</translation>"
        for language in ("en", "id")
    )


_COLOURS = "".join(
    f"<item><label ref=\"jr:itext('{name}')\"/><value>{name}</value></item>"
    for name in ("red", "blue")
)
_NAME = "jr:choice-name({0}, '{0}')"
_WORDED = xform(
    "<c/><name/><of_red/><shown/><p jr:template=''><c/><name/></p><names/>",
    [
        bind("name", calculate=_NAME.format("/data/c")),
        bind("of_red", relevant="/data/name = 'en-red'"),
        bind("p/name", calculate=_NAME.format("/data/p/c")),
        bind("p", relevant="/data/c != 'blue'"),
        bind("names", calculate="join(' ', /data/p/name)"),
        bind("shown", calculate="concat(jr:itext('red'), /data/names)"),
    ],
    [
        control("select1", "c", f"<label ref=\"jr:itext('red')\"/>{_COLOURS}"),
        ask("of_red", "Of <output value='/data/name'/>"),
        repeat("p", control("select1", "p/c", f"<label>c</label>{_COLOURS}")),
    ],
    f"<itext>{words('red', 'blue')}</itext>",
)
_WORDED_STEPS = st.lists(
    st.one_of(
        st.builds(
            lambda ref, value: {"op": "answer", "ref": f"/data/{ref}", "value": value},
            st.sampled_from(["c", "p[1]/c", "p[2]/c", "of_red"]),
            st.sampled_from(["", "red", "blue"]),
        ),
        st.sampled_from(
            [
                {"op": "new_repeat", "ref": "/data/p"},
                {"op": "delete_repeat", "ref": "/data/p[1]"},
                {"op": "language", "lang": "en"},
                {"op": "language", "lang": "id"},
            ]
        ),
    ),
    max_size=12,
)


@settings(max_examples=100)
@given(_WORDED_STEPS)
def test_values_made_of_words_are_those_of_the_language_shown(steps: list[Step]) -> None:
    """Here a value is a choice's name, and relevance hangs on it: the question that only one
    language asks has to be answered in it."""
    one, other = Scenario(_WORDED).session, Scenario(_WORDED, language="id").session
    for step in steps:
        if step["op"] == "answer" and step["ref"] == "/data/of_red":
            continue
        take(one, step)
        if step["op"] != "language":
            take(other, step)
        before = one.state()
        language = one.language
        for name in ("en", "id", language):
            one.set_language(name)
        assert one.state() == before, steps
    one.set_language("id")
    assert one.state() == other.state(), steps


# ---------------------------------------------------------------- undo
@settings(max_examples=60)
@given(SEEDS, COUNTS)
def test_undo_takes_back_any_step_and_the_step_again_gives_the_same(seed: int, steps: int) -> None:
    filling = Filling(seed)
    session = filling.session
    for _ in range(steps):
        before, written, kept = session.state(), session.xml(), len(session._steps.taken)
        step = filling.step()
        event(step["op"])
        after, later = session.state(), session.xml()
        if len(session._steps.taken) == kept:
            assert (after, later) == (before, written), step
            continue
        session.undo()
        assert session.state() == before, step
        assert session.xml() == written, step
        assert not session.recalculate().changed, step
        take(session, step)
        assert session.state() == after, step
        assert session.xml() == later, step


@settings(max_examples=40)
@given(SEEDS, COUNTS)
def test_undoing_all_steps_gives_the_beginning(seed: int, steps: int) -> None:
    filling = Filling(seed)
    session = filling.session
    states = [session.state()]
    for _ in range(steps):
        kept = len(session._steps.taken)
        filling.step()
        if len(session._steps.taken) > kept:
            states.append(session.state())
    while len(states) > 1:
        assert session.state() == states.pop()
        assert session.undo() is not None
    assert session.undo() is None
    assert session.state() == states[0] == filling.begun().state()


@settings(max_examples=60)
@given(SEEDS, COUNTS)
def test_line_deleted_and_undone_is_as_it_was(seed: int, steps: int) -> None:
    filling = Filling(seed, having=BY_HAND)
    session = filling.session
    for each in list(repeats(session)):
        take(session, {"op": "new_repeat", "ref": each.ref})
    filling.steps(steps)
    for each in [each for each in repeats(session) if not each.count_fixed]:
        for line in session.children(each.ref):
            before, written = session.state(), session.xml()
            session.remove_repeat(line)
            event("deleted")
            session.undo()
            assert session.state() == before, line
            assert session.xml() == written, line
            assert not session.recalculate().changed, line


# ---------------------------------------------------------------- parked lines
@settings(max_examples=60)
@given(SEEDS, COUNTS)
def test_answer_changed_and_changed_back_leaves_no_trace(seed: int, steps: int) -> None:
    """Counts go down and up, groups go and come, lists offer other choices meanwhile.

    Of forms without actions: what an action has set stays set. Undo plays no part in it."""
    filling = Filling(seed, actions=False)
    session = filling.session
    filling.steps(steps)
    before, written = session.state(), session.xml()
    for element in list(asked(session)):
        for _ in range(3):
            meanwhile = filling.chooser.value(session, element)
            take(session, {"op": "answer", "ref": element.ref, "value": meanwhile})
            take(session, {"op": "answer", "ref": element.ref, "value": element.value})
            assert relevant(session.state()) == relevant(before), (element.ref, meanwhile)
            assert session.xml() == written, (element.ref, meanwhile)


@settings(max_examples=60)
@given(SEEDS, COUNTS)
def test_parked_lines_come_back_as_if_they_had_never_gone(seed: int, steps: int) -> None:
    """Of forms without actions, and with nothing else done meanwhile."""
    filling = Filling(seed, having=COUNTED, actions=False)
    counting = set(re.findall(rb'jr:count="[^"]*/(q\d+)"', filling.source))
    session = filling.session
    lines = tuple(f"{each.ref}{mark}" for each in repeats(session) for mark in "/[")
    for number in list(asked(session)):
        name = number.ref.rpartition("/")[2].encode()
        if name not in counting or number.ref.startswith(lines):
            continue
        more, fewer = ({"op": "answer", "ref": number.ref, "value": text} for text in "41")
        take(session, more)
        filling.steps(steps)
        take(session, more)
        if "4" not in [each.value for each in asked(session) if each.ref == number.ref]:
            continue
        before, written, here = session.state(), session.xml(), lines_in_all(session)
        take(session, fewer)
        event(f"parked: {lines_in_all(session) < here}")
        take(session, more)
        assert relevant(session.state()) == relevant(before), number.ref
        assert session.xml() == written, number.ref


def lines_in_all(session: Session) -> int:
    return sum(len(session.children(each.ref)) for each in repeats(session))


# ---------------------------------------------------------------- kept and read again
@settings(max_examples=60)
@given(SEEDS, COUNTS)
def test_instance_written_and_read_again_is_the_same(seed: int, steps: int) -> None:
    """What is not relevant is not written: of the rest, everything but parked lines."""
    filling = Filling(seed)
    filling.steps(steps)
    session = filling.session
    again = filling.begun(instance=session.xml(), language=session.language or None)
    assert again.xml() == session.xml()
    assert relevant(again.state()) == relevant(session.state())
    assert again.finalize() == session.finalize()


@settings(max_examples=40)
@given(SEEDS, COUNTS, st.integers(1, 6))
def test_session_goes_on_from_a_snapshot_as_it_would_have(seed: int, steps: int, more: int) -> None:
    filling = Filling(seed)
    session = filling.session
    filling.steps(steps)
    kept = session.snapshot()
    again = load_form(filling.source, MemoryMedia()).resume(
        kept, now=lambda: NOON, random=seeded(99)
    )
    assert again.state() == session.state()
    assert again.snapshot() == kept
    for step in filling.steps(more):
        take(again, step)
        event(step["op"])
    assert again.state() == session.state()
    assert again.snapshot() == session.snapshot()
    while session.undo() is not None:
        again.undo()
        assert again.state() == session.state()
    assert again.undo() is None


@settings(max_examples=60)
@given(SEEDS, COUNTS)
def test_nothing_is_left_to_recalculate_after_any_step(seed: int, steps: int) -> None:
    filling = Filling(seed)
    session = filling.session
    for _ in range(steps):
        step = filling.step()
        before = session.state()
        assert not session.recalculate().changed, step
        assert session.state() == before, step
