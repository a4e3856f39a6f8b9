"""Sealed files: the finished work of a laptop whose database is gone reaches the office."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from enumerator.errors import KnownError
from tests.helpers.field import FieldOperation, Laptop
from tests.helpers.server import office


@pytest.fixture
def operation(tmp_path: Path) -> Iterator[FieldOperation]:
    with FieldOperation.begin(tmp_path) as begun:
        yield begun


@pytest.fixture
def laptop(operation: FieldOperation) -> Laptop:
    """With a visit and an interview (two envelopes) that were never sent."""
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)
    laptop.interview(2)
    return laptop


def test_work_of_a_lost_database_is_taken_from_its_sealed_files(
    operation: FieldOperation, laptop: Laptop
) -> None:
    run = office(operation.folder, "take-sealed", laptop.store.spool.folder)

    assert (run.status, run.facts["files"]) == (0, 3)
    assert run.facts["by_status"] == {"stored": 3}
    status = office(operation.folder, "status").facts
    assert (status["visits"], status["with_result"]) == (2, 1)


def test_sealed_file_does_nothing_when_it_was_taken_or_sent_before(
    operation: FieldOperation, laptop: Laptop
) -> None:
    office(operation.folder, "take-sealed", laptop.store.spool.folder)
    before = office(operation.folder, "status").facts

    again = office(operation.folder, "take-sealed", laptop.store.spool.folder)
    report = laptop.sync()

    assert again.facts["by_status"] == {"duplicate": 3}
    assert (report.verdict, report.receipts) == ("ok", 3)
    assert office(operation.folder, "status").facts == before


def test_torn_sealed_file_is_told_and_the_rest_is_taken(
    operation: FieldOperation, laptop: Laptop
) -> None:
    (first, *_) = laptop.store.spool.sealed_files()
    first.write_bytes(first.read_bytes()[:-9])

    run = office(operation.folder, "take-sealed", laptop.store.spool.folder)

    assert (run.status, run.facts["unreadable"]) == (1, [first.name])
    assert run.facts["by_status"] == {"stored": 2}


def test_folder_without_sealed_files_is_told(operation: FieldOperation, tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="no sealed file"):
        office(operation.folder, "take-sealed", tmp_path / "operation")
