"""Holding what was recorded against what arrived."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Final

from enumerator.fieldwork import Workspace
from enumerator.model import CaseState

_DONE: Final = frozenset({CaseState.QUEUED, CaseState.RECEIVED, CaseState.CLOSED})
_SHORTEST_WORD: Final = 6
_RUNS: Final = re.compile(rb"[\x20-\x7e]{6,}")
_RUNS_UTF_16: Final = re.compile(rb"(?:[\x20-\x7e]\x00){6,}")
_CUSTODY_WORDS: Final = ("stored", "duplicate", "alternate", "quarantined")


@dataclass(frozen=True, slots=True)
class LaptopCount:
    """One laptop's own count of what it recorded."""

    envelopes: int
    waiting: int
    visits: int
    interviews: int
    done: int
    """Families interviewed or closed."""


@dataclass
class Reckoning:
    """``facts`` are told; ``checks`` must all hold: the word "ok", or what was expected and what
    was found."""

    facts: dict[str, Any] = field(default_factory=dict)
    checks: dict[str, str] = field(default_factory=dict)

    def holds(self) -> bool:
        return bool(self.checks) and all(word == "ok" for word in self.checks.values())

    def note(self, name: str, value: object) -> None:
        self.facts[name] = value

    def check(self, what: str, holds: bool) -> None:
        self.checks[what] = "ok" if holds else "does not hold"

    def equal(self, what: str, expected: object, found: object) -> None:
        if expected == found:
            self.checks[what] = "ok"
        elif isinstance(expected, set) and isinstance(found, set):
            lacking, more = sorted(expected - found), sorted(found - expected)
            self.checks[what] = f"{len(lacking)} lacking {lacking[:5]}, {len(more)} more {more[:5]}"
        else:
            self.checks[what] = f"expected {_text(expected)}, found {_text(found)}"

    def compare(
        self, laptops: Sequence[LaptopCount], boss: LaptopCount, status: dict[str, Any]
    ) -> None:
        """The officers' laptops and the supervisor's against the server."""
        envelopes = sum(one.envelopes for one in (*laptops, boss))
        visits = sum(one.visits for one in laptops)
        interviews = sum(one.interviews for one in laptops)
        done = sum(one.done for one in laptops)
        held = sum(status["envelopes"].get(word, 0) for word in _CUSTODY_WORDS)
        self.note("visits_recorded", visits)
        self.note("interviews_recorded", interviews)
        self.note("families_interviewed_or_closed", done)
        self.note("at_the_laptops", {"envelopes": envelopes, "visits": visits})
        self.note("at_the_server", {"envelopes": held, "visits": status["visits"]})
        self.note("server", status)
        self.equal("nothing waits on a laptop", 0, sum(one.waiting for one in (*laptops, boss)))
        self.equal("envelopes at the server", envelopes, held)
        self.equal("visits at the server", visits, status["visits"])
        self.equal("interviews at the server", interviews, status["kinds"].get("interview", 0))
        self.equal("nothing is in quarantine", {}, status["quarantined"])
        self.check("at least 40 families interviewed or closed", done >= 40)


def count_laptop(workspace: Workspace) -> LaptopCount:
    """Reads the laptop's own database."""
    totals = workspace.delivery.totals()
    kinds = workspace.store.outbox.count_by_kind()
    by_state = workspace.caseload.summary().by_state
    return LaptopCount(
        envelopes=sum(kinds.values()),
        waiting=totals.waiting + totals.rejected,
        visits=kinds.get("visit", 0),
        interviews=kinds.get("interview", 0),
        done=sum(by_state.get(state, 0) for state in _DONE),
    )


def find_plaintext(folder: Path, words: Iterable[str]) -> list[str]:
    """Files below ``folder`` that hold one of the words in clear, as UTF-8 or UTF-16."""
    wanted = [word.encode() for word in {*words} if len(word) >= _SHORTEST_WORD]
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            readable = _readable(path.read_bytes())
            if any(word in readable for word in wanted):
                found.append(str(path.relative_to(folder)))
    return found


def _readable(content: bytes) -> bytes:
    """What ``strings`` finds, in both encodings: the needles are many, readable bytes few."""
    utf_16 = (run[::2] for run in _RUNS_UTF_16.findall(content))
    return b"\n".join([*_RUNS.findall(content), *utf_16])


def _text(value: object) -> str:
    return value.value if isinstance(value, Enum) else repr(value)[:300]
