"""Whole sessions between real laptops and the real server."""

from __future__ import annotations

from enumerator.model import Outcome
from tests.helpers.field import FieldOperation, family_id


def test_first_session_brings_the_officers_own_families(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")

    report = laptop.sync()

    assert laptop.families() == {family_id(1), family_id(2), family_id(3)}
    assert report.verdict == "ok"
    family = laptop.store.families.family(family_id(1))
    assert (family.head_name, family.village) == ("Kepala Keluarga 1", "63.02.02.2008")
    assert len(laptop.store.families.members(family_id(1))) == 2


def test_interview_is_received_with_a_receipt(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    envelope = laptop.interview(1)

    report = laptop.sync()

    assert (report.pushed, report.receipts) == (2, 2)
    lines = laptop.store.outbox.of_family(family_id(1))
    assert {line.custody.value for line in lines} == {"received"}
    assert all(line.receipt_no for line in lines)
    assert laptop.state_of(1) == "received"
    assert envelope.id in {line.envelope_id for line in lines}


def test_second_session_changes_nothing_when_nothing_happened(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    laptop.sync()
    before = operation.dump()

    report = laptop.sync()

    assert (report.pushed, report.rows_pulled, report.forms_fetched) == (0, 0, 0)
    assert operation.dump() == before


def test_supervisor_sees_the_team_with_its_progress(operation: FieldOperation) -> None:
    officer, supervisor = operation.laptop("ppl-01"), operation.laptop("pml-01")
    officer.sync()
    officer.visit(1, Outcome.NO_CONTACT)
    officer.interview(2)
    officer.sync()

    supervisor.sync()

    assert supervisor.families() == {family_id(number) for number in range(1, 7)}
    states = [supervisor.state_of(number) for number in (1, 2, 3)]
    assert states == ["visited", "received", "not_visited"]
    team = supervisor.store.families.team()
    assert {member.login for member in team} == {"ppl-01", "ppl-02"}
