"""The recorded process: an officer's work on a real store, from the making of the folder on.

Run as ``python -m tests.powercut.workload FOLDER ROUNDS``. What its screen would call saved it
writes, a line each, to the file ``acknowledged`` in the same folder: so the trace tells between
which two disk operations the officer was told so.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from enumerator.model import InterviewId
from tests.powercut import turns
from tests.store.builders import Laptop, case, family_id

ACKNOWLEDGED = "acknowledged"
FAMILIES = 12
_ANSWERS = 5
_PHOTO_BYTES = 30_000


class Screen:
    """Tells the officer, and the trace, what is saved."""

    def __init__(self, laptop: Laptop) -> None:
        self._laptop = laptop
        self._told: set[str] = set()
        self._descriptor = os.open(
            laptop.folder / ACKNOWLEDGED, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
        )

    def answer_is_saved(self, interview_id: str, seq: int) -> None:
        self._say(f"answer {interview_id} {seq}")

    def photo_is_kept(self, sha256: str) -> None:
        self._say(f"photo {sha256} -")

    def turn_begins(self, turn: str) -> None:
        """What a cut may leave is judged by it."""
        self._say(f"turn {turn} -")

    def records_are_saved(self) -> None:
        outbox = self._laptop.store.outbox
        for id_ in sorted(outbox.ids() - self._told):
            self._told.add(id_)
            self._say(f"record {id_} {outbox.get(id_).hash.hex()}")

    def _say(self, line: str) -> None:
        os.write(self._descriptor, f"{line}\n".encode())


def main(folder: Path, rounds: int) -> None:
    laptop = Laptop(folder)
    screen = Screen(laptop)
    laptop.pull(*(case(number, counter=number) for number in range(1, FAMILIES + 1)))
    for round_ in range(rounds):
        _one_family(laptop, screen, round_)
        if round_ % 4 == 3:
            laptop.push()
        if round_ % 7 == 6:
            number = round_ % FAMILIES + 1
            laptop.pull(case(number, counter=100 + round_, version=round_, sls=f"RT {round_:03}"))
        if round_ % 19 == 18:
            laptop.store.backup.make()
        if round_ % 23 == 22:
            laptop.reopen()
        if round_ == rounds // 3:
            _upgrade(laptop, screen)
        if round_ == 2 * rounds // 3:
            _salvage(laptop, screen)
    _recover(laptop, screen)
    _one_family(laptop, screen, rounds)
    _wipe(laptop, screen)


def _upgrade(laptop: Laptop, screen: Screen) -> None:
    screen.turn_begins("upgrade")
    with turns.later_release():
        laptop.reopen()
    screen.turn_begins("work")


def _salvage(laptop: Laptop, screen: Screen) -> None:
    screen.turn_begins("salvage")
    turns.damage(laptop)
    with turns.later_release():
        turns.salvage(laptop)
    screen.turn_begins("work")


def _recover(laptop: Laptop, screen: Screen) -> None:
    screen.turn_begins("recover")
    with turns.later_release():
        turns.recover(laptop)
    screen.turn_begins("work")


def _wipe(laptop: Laptop, screen: Screen) -> None:
    """With a draft that has a photo; the last acknowledgement is the screen's."""
    draft = laptop.draft(family_id(FAMILIES))
    screen.answer_is_saved(draft, 1)
    _photo(laptop, screen, draft)
    screen.turn_begins("wipe")
    turns.order_wipe(laptop)
    screen.records_are_saved()
    turns.wipe(laptop)


def _one_family(laptop: Laptop, screen: Screen, round_: int) -> None:
    family = family_id(round_ % FAMILIES + 1)
    draft = laptop.draft(family)
    screen.answer_is_saved(draft, 1)
    for number in range(_ANSWERS):
        now = laptop.clock.now().isoformat()
        ref = f"/data/blok_{number}/pertanyaan"
        seq = laptop.store.interviews.append(draft, "answer", ref, f"jawaban {round_}", now)
        screen.answer_is_saved(draft, seq)
    if round_ % 5 == 4:
        _photo(laptop, screen, draft)
    laptop.finish(draft)
    screen.records_are_saved()
    laptop.visit(family_id((round_ + 5) % FAMILIES + 1))
    screen.records_are_saved()


def _photo(laptop: Laptop, screen: Screen, draft: InterviewId) -> None:
    photo = laptop.chance.token(_PHOTO_BYTES)
    screen.photo_is_kept(laptop.store.interviews.attach(draft, "rumah.jpg", photo))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
