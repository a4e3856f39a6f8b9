from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from enumerator.store.connection import connect
from enumerator.store.migrations import SCHEMA
from tests.store.builders import Laptop, case, family_id

STEPS = (
    "m001_settings_and_chain",
    "m002_register",
    "m003_work",
    "m004_caseload",
    "m005_carriers",
    "m006_decisions",
    "m007_commands",
    "m008_media",
    "m009_answered_return",
    "m010_interview_words",
    "m011_troubles",
)
"""Append only: a new step is added at the end, a released one never changes its name."""
KEY = b"k" * 32


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    made = connect(tmp_path / "database.db", KEY)
    yield made
    made.close()


def test_steps_are_the_known_ones_in_their_order(db: Database) -> None:
    assert tuple(step.name for step in SCHEMA.pending(db)) == STEPS


@pytest.mark.parametrize("step", STEPS)
def test_database_that_stopped_before_a_step_comes_to_the_same_schema(
    tmp_path: Path, db: Database, step: str
) -> None:
    SCHEMA.apply(db, stop_before=step)
    other = connect(tmp_path / "fresh.db", KEY)
    SCHEMA.apply(other)
    with_step = {row[0] for row in other.execute("SELECT sql FROM sqlite_schema")}
    before = {row[0] for row in db.execute("SELECT sql FROM sqlite_schema")}
    assert before != with_step
    SCHEMA.apply(db)
    assert {row[0] for row in db.execute("SELECT sql FROM sqlite_schema")} == with_step
    other.close()


def test_step_that_fails_leaves_nothing_of_itself(db: Database) -> None:
    SCHEMA.apply(db, stop_before="m003_work")
    db.execute("CREATE TABLE attachment (in_the_way TEXT)")
    with pytest.raises(Exception, match="attachment"):
        SCHEMA.apply(db)
    assert "envelope" not in db.table_names()
    assert [step.name for step in SCHEMA.pending(db)] == list(STEPS[2:])


def test_every_table_is_strict(db: Database) -> None:
    SCHEMA.apply(db)
    own = [
        row
        for row in db.execute("PRAGMA table_list").fetchall()
        if row[2] == "table" and not row[1].startswith(("sqlite_", "_sqlite_"))
    ]
    assert len(own) > 15
    assert [row[1] for row in own if not row[5]] == []


def test_work_of_an_earlier_opening_is_there_when_the_store_is_opened_again(
    laptop: Laptop,
) -> None:
    laptop.pull(case(1))
    laptop.interview(family_id(1))
    before = laptop.store.outbox.chain()
    store = laptop.reopen()
    assert store.outbox.chain() == before
    assert store.families.family(family_id(1)).head_name == "Ahmad Contoh A"
