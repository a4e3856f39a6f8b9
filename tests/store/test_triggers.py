"""The promises that SQL itself keeps, whatever the code above does."""

from __future__ import annotations

import pytest
import sqlcipher3

from tests.store.builders import Laptop, case, family_id

FAMILY = family_id(1)
ANSWER_A_FINAL_INTERVIEW = """
INSERT INTO answer SELECT id, 99, 'answer', '', '', '', 0 FROM interview WHERE state = 'final'
"""


def run(laptop: Laptop, sql: str) -> None:
    with laptop.store._connections.writing() as db:
        db.execute(sql)


@pytest.fixture
def worked(laptop: Laptop) -> Laptop:
    laptop.pull(case(1), case(2, counter=2))
    laptop.visit(FAMILY)
    laptop.interview(FAMILY)
    laptop.draft(family_id(2))
    return laptop


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("UPDATE envelope SET body = x'00'", "immutable"),
        ("UPDATE envelope SET sequence = sequence + 100", "immutable"),
        ("UPDATE answer SET value = '2'", "append-only"),
        ("DELETE FROM answer", "append-only"),
        ("UPDATE visit SET outcome = 'completed'", "append-only"),
        ("DELETE FROM visit", "append-only"),
        ("UPDATE history SET kind = 'nothing'", "append-only"),
        ("DELETE FROM history", "append-only"),
        ("DELETE FROM interview", "never deleted"),
        ("UPDATE interview SET outcome = 'partial' WHERE state = 'final'", "does not change"),
        (ANSWER_A_FINAL_INTERVIEW, "no draft"),
        ("DELETE FROM envelope", "until the server's backup"),
        ("DELETE FROM delivery", "until its envelope is safe"),
        ("UPDATE delivery SET envelope_id = 'other'", "belongs to one envelope"),
        ("UPDATE delivery SET custody = 'received'", "CHECK"),
        ("UPDATE delivery SET custody = 'nowhere'", "CHECK"),
    ],
)
def test_recorded_work_cannot_be_changed_or_deleted(worked: Laptop, sql: str, message: str) -> None:
    with pytest.raises(sqlcipher3.IntegrityError, match=message):
        run(worked, sql)


def test_envelope_stays_when_it_is_received_but_not_yet_safe(worked: Laptop) -> None:
    worked.push()
    with pytest.raises(sqlcipher3.IntegrityError, match="until the server's backup"):
        run(worked, "DELETE FROM envelope")


def test_envelope_may_go_with_its_delivery_when_the_server_says_safe(worked: Laptop) -> None:
    worked.push()
    worked.store.note_server(lineage=worked.server.lineage, safe_point=10_000)
    run(worked, "DELETE FROM envelope")
    assert worked.store.outbox.summary().safe == 0
