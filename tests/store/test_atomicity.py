"""A finished action is wholly there or not at all, wherever the program dies."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from enumerator.model import CaseState, Outcome
from enumerator.store import OfficerStore
from enumerator.store.envelope import chain_fault
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.store.builders import PASSPHRASE, Laptop, case, family_id

FAMILY = family_id(1)


class DyingClock(HandClock):
    """Dies at the n-th reading of the monotonic clock: there is one in each step of a
    recording, so every place between two statements is reached."""

    def __init__(self) -> None:
        super().__init__()
        self.readings_left = 10**9

    def monotonic_ms(self) -> int:
        self.readings_left -= 1
        if self.readings_left < 0:
            raise SystemExit
        return super().monotonic_ms()


class DyingChance(SeededChance):
    """Dies at the n-th id that is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.ids_left = 10**9

    def uuid(self) -> str:
        self.ids_left -= 1
        if self.ids_left < 0:
            raise SystemExit
        return super().uuid()


def snapshot(laptop: Laptop) -> list[object]:
    with laptop.store._connections.reading() as db:
        tables = ["envelope", "delivery", "visit", "interview", "incarnation", "caseload"]
        counts = [db[table].count for table in tables]
    row = laptop.store.caseload.row(FAMILY)
    assert row is not None
    return [counts, row.state, row.unsent, laptop.store.outbox.chain()]


def finalise(laptop: Laptop) -> None:
    draft = laptop.store.interviews.draft_of(FAMILY)
    assert draft is not None
    laptop.finish(draft.id)


def visit(laptop: Laptop) -> None:
    laptop.visit(FAMILY, Outcome.DEMOLISHED)


@pytest.mark.parametrize("action", [finalise, visit])
@pytest.mark.parametrize("dying", ["clock", "chance"])
def test_action_is_done_wholly_or_not_at_all_wherever_it_dies(
    tmp_path: Path, action: Callable[[Laptop], None], dying: str
) -> None:
    died = 0
    for place in range(30):
        laptop = Laptop(tmp_path / f"{place}")
        laptop.store.close()
        laptop.clock, laptop.chance = DyingClock(), DyingChance()
        laptop.store = OfficerStore.open(
            laptop.folder, PASSPHRASE, clock=laptop.clock, chance=laptop.chance
        )
        laptop.pull(case(1))
        laptop.draft(FAMILY)
        before = snapshot(laptop)
        if dying == "clock":
            laptop.clock.readings_left = place
        else:
            laptop.chance.ids_left = place
        try:
            action(laptop)
        except SystemExit:
            died += 1
        else:
            laptop.store.close()
            break
        laptop.clock.readings_left = laptop.chance.ids_left = 10**9
        laptop.reopen()
        assert snapshot(laptop) == before
        laptop.store.close()
    else:
        pytest.fail("the action never came to its end")
    assert died >= 1


def test_finalised_interview_is_saved_when_the_spool_cannot_be_written(
    laptop: Laptop, expect_log: Callable[[str], None]
) -> None:
    """The database has it; the second copy follows with the next record or opening."""
    laptop.pull(case(1))
    draft = laptop.draft(FAMILY)
    spool = laptop.store.spool.folder
    shutil.rmtree(spool)
    spool.write_text("in the way")
    expect_log("WARNING enumerator.store.recording: no sealed file of .*: NotADirectoryError")
    laptop.finish(draft)
    row = laptop.store.caseload.row(FAMILY)
    assert row is not None
    assert row.state is CaseState.QUEUED
    spool.unlink()
    spool.mkdir()
    laptop.visit(FAMILY)
    assert len(laptop.store.spool.ids()) == 3
    shutil.rmtree(spool)
    laptop.reopen()
    assert laptop.store.spool.ids() == laptop.store.outbox.ids()
    assert chain_fault(laptop.store.outbox.next_batch()) is None


def test_committed_work_survives_a_copy_of_the_disk_made_without_closing(
    laptop: Laptop, tmp_path: Path
) -> None:
    """What is on the disk the moment a call returns is what a power cut leaves."""
    laptop.pull(case(1))
    laptop.interview(FAMILY)
    copy = tmp_path / "after the cut"
    shutil.copytree(laptop.folder, copy)
    store = OfficerStore.open(copy, PASSPHRASE, clock=laptop.clock, chance=laptop.chance)
    assert store.outbox.chain() == laptop.store.outbox.chain()
    assert store.outbox.next_batch() == laptop.store.outbox.next_batch()
    assert store.is_database_ok()
    store.close()


def test_flipped_byte_in_a_page_is_noticed(laptop: Laptop) -> None:
    laptop.pull(*(case(number, counter=number) for number in range(1, 40)))
    assert laptop.store.is_database_ok()
    laptop.store.close()
    path = laptop.folder / "database.db"
    data = bytearray(path.read_bytes())
    data[-1000] ^= 1  # of a page that opening does not read
    path.write_bytes(data)
    laptop.reopen()
    assert not laptop.store.is_database_ok()
