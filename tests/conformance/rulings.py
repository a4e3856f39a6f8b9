"""The rulings, as the engine's README has them: where the peers part or err, what is done here.

``tests/xform/test_rulings.py`` holds that the README's table is this list, and that every ruling
has a test which shows it.
"""

from __future__ import annotations

from typing import NamedTuple


class Ruling(NamedTuple):
    number: int
    matter: str

    @property
    def name(self) -> str:
        return f"{self.number} {self.matter}"


RULINGS = tuple(
    Ruling(number, matter)
    for number, matter in enumerate(
        (
            "a selection that its list no longer offers",
            "a total changed by one line",
            "blanks in sum, min, max",
            "dates as numbers",
            "jr:count lowered, 0 or blank",
            "choice-name after a language switch",
            "absolute path inside a repeat",
            "regex()",
            "numbers as text",
            "nodes that are not relevant",
            "refused answer",
            "setvalue's relative paths",
            "defaults of new lines",
            "order of select multiple",
            "two instants",
            "day or truth in a text node",
            "relative path that leads nowhere, bind without a node",
            "calculation that is not a number, date that is none",
            "round(-1.5)",
            "exponents and decimal commas in texts",
            "numbers that are nearly equal",
            "functions without an argument",
            "groups in count-non-empty()",
            "jr:itext() as a node-set",
            "order of namespaces and attributes",
            "expression that fails while filling",
            "rules that depend on each other",
            "what a form may lack",
            "places and distances",
            "setvalue on what is hidden",
            "setvalue into several lines",
            "path as a condition",
            "lines that a form makes as it opens",
            "value changes that nobody typed",
            "JavaRosa's own area(), round() of tens, truth of 'TRUE', limit -1, line 0",
            "entities without entities:entities-version",
            "entity created once more that the server already has",
            "saved instance of another version of the form",
            "what of a saved instance the form has no place for",
            "jr://instance/last-saved",
            "lines within a new line",
            "audit log: a value that begins with a quotation mark",
            "text of several nodes, of a group",
            "choices where JavaRosa has none",
            "space in texts, texts that are none",
            "what a form writes into a node that is no value of its type",
            "numbers beyond 32 bits, infinite ones",
            "how places and offsets are written",
            "question in a hidden group of the body",
            "list that is missing, broken or has a column twice",
            "search() in an appearance",
        ),
        1,
    )
)


UNRECORDED = 0


def named(number: int) -> str:
    """The name of a ruling, as reports have it. UNRECORDED is none: the test used something that
    its record does not hold, so there is nothing to compare."""
    if number == UNRECORDED:
        return "0 what the record leaves out"
    return RULINGS[number - 1].name
