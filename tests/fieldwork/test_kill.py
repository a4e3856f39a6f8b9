"""The program is killed (SIGKILL) at thirty random moments; nothing that it called done is lost.

The child answers the real questionnaire for one family after the other. Whatever stood on its
standard output as done before the kill must be in the store that is opened after it.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from enumerator.fieldwork import Workspace
from enumerator.model import CaseState, FamilyId
from enumerator.store.envelope import chain_fault
from tests.fieldwork.builders import Desk
from tests.store.builders import case

KILLS = 30
KILLED = 1 if sys.platform == "win32" else -signal.SIGKILL
MOST_LINES = 120
LONGEST_WAIT_S = 0.01
FAMILIES = 60


@dataclass
class Witness:
    """What the child said over all its lives."""

    answered: dict[str, dict[str, str]] = field(default_factory=dict)
    """Answers called done, by family and reference."""
    places: dict[str, list[str]] = field(default_factory=dict)
    """Where the officer was last said to be, and where to be going when it died."""
    saved: set[str] = field(default_factory=set)
    finalising: str | None = None
    answers: int = 0

    def hear(self, lines: list[str]) -> None:
        self.finalising = None
        for line in lines:
            word, *rest = line.split("\t")
            family = rest[0] if rest else ""
            if word == "answered":
                self.answered.setdefault(family, {})[rest[1]] = rest[2]
                self.answers += 1
            if word in ("answering", "moving"):
                self.places.setdefault(family, [""]).append(rest[1])
            elif word in ("answered", "moved"):
                self.places[family] = [rest[1]]
            elif word == "finalising":
                self.finalising = family
            elif word == "saved":
                self.saved.add(family)
                self.finalising = None


def live_and_die(folder: Path, seed: int, lines: int, then_s: float) -> list[str]:
    """Start the child, hear so many lines, wait so long, kill it without warning; all the whole
    lines that it wrote. Counted in lines, so that a slow machine kills at the same places."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.fieldwork.typist", str(folder), str(seed)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "ready\n"
    heard = "".join(child.stdout.readline() for _ in range(lines))
    time.sleep(then_s)
    child.kill()
    heard += child.stdout.read()
    assert child.wait() == KILLED, "the child ended before it was killed"
    child.stdout.close()
    return heard.split("\n")[:-1]


def check(workspace: Workspace, witness: Witness) -> None:
    store = workspace.store
    for family in witness.saved:
        row = store.caseload.row(FamilyId(family))
        assert row is not None
        assert row.state is CaseState.QUEUED, family
    for family, answers in witness.answered.items():
        if family in witness.saved:
            continue
        draft = workspace.interviewing.draft_of(FamilyId(family))
        if draft is None:
            assert family == witness.finalising, "a draft is gone that nobody finished"
            row = store.caseload.row(FamilyId(family))
            assert row is not None
            assert row.state is CaseState.QUEUED
            witness.saved.add(family)
            continue
        interview = workspace.interviewing.resume(draft)
        assert interview.unplaced == ()
        found = {ref: interview.session.value(ref) for ref in answers}
        assert found == answers
        if family in witness.places:
            assert (interview.position or "") in witness.places[family]
    assert store.spool.ids() == store.outbox.ids()
    batch = store.outbox.next_batch(10_000, 10**9)
    assert chain_fault(batch) is None
    assert len([each for each in batch if each.header.kind == "interview"]) == len(witness.saved)


@pytest.mark.timeout(200)
def test_nothing_called_done_is_lost_when_the_program_is_killed(tmp_path: Path) -> None:
    dice = random.Random(20200915)  # noqa: S311 (reproducible moments)
    desk = Desk(tmp_path / "officer")
    desk.pull(*(case(number, counter=number, members=4) for number in range(1, FAMILIES + 1)))
    desk.store.close()
    witness = Witness()
    for seed in range(KILLS):
        lines, then_s = dice.randrange(MOST_LINES), dice.random() * LONGEST_WAIT_S
        witness.hear(live_and_die(desk.folder, seed, lines, then_s))
        desk.reopen()
        check(desk.workspace, witness)
        assert desk.store.is_database_ok()
        desk.store.close()
    assert witness.answers > 10 * KILLS, "the child hardly worked: the test proves nothing"
    assert witness.saved, "the child finished nothing: the test proves nothing of finishing"
