from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from nacl.exceptions import CryptoError

from enumerator.errors import KnownError
from enumerator.store import OfficerStore
from enumerator.store.durable import FolderLock, write_durably
from enumerator.store.spool import open_sealed
from tests.store.builders import PASSPHRASE, Laptop, case, family_id

FAMILY = family_id(1)


@pytest.fixture
def finished(laptop: Laptop) -> Laptop:
    laptop.pull(case(1))
    laptop.interview(FAMILY)
    return laptop


def files(laptop: Laptop) -> list[Path]:
    return list(laptop.store.spool.sealed_files())


def test_every_finished_record_is_a_sealed_file_when_the_call_returns(finished: Laptop) -> None:
    assert finished.store.spool.ids() == finished.store.outbox.ids()
    assert len(files(finished)) == 2


def test_office_opens_a_sealed_file_and_finds_the_envelope(finished: Laptop) -> None:
    office = bytes(finished.server.office_key)
    found = {open_sealed(path.read_bytes(), office) for path in files(finished)}
    assert found == set(finished.store.outbox.next_batch())


def test_nobody_else_opens_a_sealed_file_nor_a_torn_one(finished: Laptop) -> None:
    data = files(finished)[0].read_bytes()
    with pytest.raises(CryptoError):
        open_sealed(data, b"x" * 32)
    with pytest.raises((CryptoError, ValueError)):
        open_sealed(data[:-7], bytes(finished.server.office_key))


def test_missing_files_are_written_again_when_the_store_opens(finished: Laptop) -> None:
    for path in files(finished):
        path.unlink()
    finished.reopen()
    assert finished.store.spool.ids() == finished.store.outbox.ids()


def test_files_are_written_again_until_a_backup_of_the_server_covers_them(
    finished: Laptop,
) -> None:
    _visit, interview = finished.store.outbox.next_batch()
    finished.push()  # points 101 and 102
    finished.store.note_server(lineage=finished.server.lineage, safe_point=102)
    for path in files(finished):
        path.unlink()

    finished.reopen()

    assert finished.store.spool.ids() == {interview.id}


def test_half_written_file_is_no_sealed_file(finished: Laptop) -> None:
    first = files(finished)[0]
    first.rename(first.with_name(first.name + ".part"))
    assert len(finished.store.spool.ids()) == 1
    finished.reopen()
    assert len(finished.store.spool.ids()) == 2


def test_older_database_that_was_put_back_starts_a_new_incarnation(finished: Laptop) -> None:
    finished.store.close()
    backup = finished.folder.with_name("backup.db")
    shutil.copy(finished.folder / "database.db", backup)
    finished.store = open_again(finished)
    first = finished.store.outbox.chain()
    finished.visit(FAMILY)
    finished.store.close()
    shutil.copy(backup, finished.folder / "database.db")

    finished.store = open_again(finished)
    second = finished.store.outbox.chain()
    assert (second.parent, second.length) == (first.incarnation, 0)
    finished.reopen()
    assert finished.store.outbox.chain() == second
    assert len(finished.store.spool.ids()) == 3


def test_incarnation_stays_when_nothing_was_put_back(finished: Laptop) -> None:
    before = finished.store.outbox.chain()
    finished.reopen()
    assert finished.store.outbox.chain() == before


def test_same_folder_cannot_be_opened_twice(laptop: Laptop) -> None:
    with pytest.raises(KnownError) as caught:
        open_again(laptop)
    assert caught.value.code == "in_use"
    laptop.reopen()


def test_folder_is_free_again_when_the_passphrase_was_wrong(laptop: Laptop) -> None:
    laptop.store.close()
    with pytest.raises(KnownError):
        OfficerStore.open(laptop.folder, "salah-sekali", clock=laptop.clock, chance=laptop.chance)
    lock = FolderLock(laptop.folder)
    lock.release()
    laptop.store = open_again(laptop)


def test_durable_file_is_whole_or_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_durably(path, b"old")
    (tmp_path / "file.part").write_bytes(b"ne")  # what a power cut leaves
    assert path.read_bytes() == b"old"
    write_durably(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["file"]


def open_again(laptop: Laptop) -> OfficerStore:
    return OfficerStore.open(laptop.folder, PASSPHRASE, clock=laptop.clock, chance=laptop.chance)


def test_store_opens_when_a_sealed_file_cannot_be_written(
    finished: Laptop, expect_log: Callable[[str], None]
) -> None:
    expect_log("WARNING enumerator.store.recording: no sealed file of .*: IsADirectoryError")
    (first, *_) = files(finished)
    first.unlink()
    first.with_name(first.name + ".part").mkdir()  # writing it fails

    finished.reopen()

    assert finished.store.outbox.pending().count > 0
    assert not first.exists()
    first.with_name(first.name + ".part").rmdir()
    finished.visit(FAMILY)
    assert first.exists(), "the next record writes what is missing"


def test_missing_database_is_told_as_damage_and_none_is_made(finished: Laptop) -> None:
    finished.store.backup.make()
    finished.store.close()
    database = finished.folder / "database.db"
    database.rename(finished.folder / "away.db")
    for _ in range(2):  # the folder is free again each time
        with pytest.raises(KnownError) as raised:
            OfficerStore.open(
                finished.folder, PASSPHRASE, clock=finished.clock, chance=finished.chance
            )
        assert raised.value.code == "damaged_database"
    assert not database.exists()

    finished.store = OfficerStore.restore(
        finished.folder, PASSPHRASE, clock=finished.clock, chance=finished.chance
    )
    assert finished.store.outbox.pending().count > 0
