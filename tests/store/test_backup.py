from __future__ import annotations

from pathlib import Path

import pytest
import sqlcipher3

from enumerator.errors import KnownError
from enumerator.store import OfficerStore
from tests.store.builders import PASSPHRASE, Laptop, case, family_id

FAMILY = family_id(1)


@pytest.fixture
def worked(laptop: Laptop) -> Laptop:
    laptop.pull(*(case(number, counter=number) for number in range(1, 30)))
    laptop.visit(FAMILY)
    return laptop


def backups(laptop: Laptop) -> list[str]:
    return sorted(path.name for path in (laptop.folder / "backup").iterdir())


def restored(laptop: Laptop) -> OfficerStore:
    laptop.store.close()
    laptop.store = OfficerStore.restore(
        laptop.folder, PASSPHRASE, clock=laptop.clock, chance=laptop.chance
    )
    return laptop.store


def spoil(path: Path, every: int = 4096) -> None:
    data = bytearray(path.read_bytes())
    for place in range(every // 2, len(data), every):
        data[place] ^= 0xFF
    path.write_bytes(data)


def test_backup_is_encrypted_and_two_generations_are_kept(worked: Laptop) -> None:
    for _ in range(3):
        path = worked.store.backup.make()
        assert b"Ahmad Contoh" not in path.read_bytes()
        assert b"SQLite format 3" not in path.read_bytes()
    assert backups(worked) == ["latest.db", "previous.db"]


def test_backup_is_made_when_the_last_one_is_twelve_hours_old(worked: Laptop) -> None:
    backup = worked.store.backup
    assert backup.make_if_due()
    worked.clock.advance(hours=11)
    assert not backup.make_if_due()
    worked.clock.advance(hours=1)
    assert backup.make_if_due()
    worked.clock.advance(days=-300)
    assert backup.make_if_due()


def test_damaged_database_is_not_copied_over_a_good_backup(worked: Laptop) -> None:
    latest = worked.store.backup.make()
    before = latest.read_bytes()
    worked.store.close()
    spoil(worked.folder / "database.db", every=40_960)

    def open_and_copy() -> None:
        worked.reopen()
        worked.store.backup.make()

    with pytest.raises(KnownError) as caught:
        open_and_copy()
    assert caught.value.code == "damaged_database"
    assert latest.read_bytes() == before
    assert backups(worked) == ["latest.db"]


def test_damage_that_a_copy_met_is_known_at_the_next_opening(worked: Laptop) -> None:
    worked.store.backup.make()
    worked.store.close()
    database = worked.folder / "database.db"
    data = bytearray(database.read_bytes())
    data[-1000] ^= 1  # of a page that opening does not read
    database.write_bytes(data)
    worked.reopen()
    assert not worked.store.backup.has_met_damage()
    with pytest.raises(KnownError):
        worked.store.backup.make()
    assert worked.store.backup.has_met_damage()
    worked.reopen()
    assert worked.store.backup.has_met_damage()
    assert not restored(worked).backup.has_met_damage()


def test_damage_that_reading_met_makes_a_copy_due(worked: Laptop) -> None:
    backup = worked.store.backup
    backup.make()
    assert not backup.make_if_due()

    def read() -> None:
        with worked.store._connections.reading():
            raise sqlcipher3.DatabaseError("database disk image is malformed")

    with pytest.raises(KnownError):
        read()
    assert backup.has_met_damage()
    assert backup.make_if_due()
    assert not backup.has_met_damage(), "all of it could be read"


def test_restored_store_has_the_work_of_the_backup_and_starts_a_new_incarnation(
    worked: Laptop,
) -> None:
    worked.store.backup.make()
    worked.visit(FAMILY)
    before = worked.store.outbox.chain()
    worked.store.close()
    spoil(worked.folder / "database.db")
    store = restored(worked)
    assert store.is_database_ok()
    assert len(store.families.visits(FAMILY)) == 1
    assert store.outbox.chain().parent == before.incarnation
    assert len(store.spool.ids()) == 2, "the lost visit is still there for the office"
    assert (worked.folder / "damaged-1.db").exists()


def test_older_generation_is_restored_when_the_newer_is_spoilt_too(worked: Laptop) -> None:
    worked.store.backup.make()
    worked.visit(FAMILY)
    spoil(worked.store.backup.make())
    worked.store.close()
    spoil(worked.folder / "database.db")
    assert len(restored(worked).families.visits(FAMILY)) == 1


def test_restoring_changes_nothing_when_there_is_no_backup_and_nothing_can_be_read(
    worked: Laptop,
) -> None:
    worked.store.close()
    database = worked.folder / "database.db"
    whole = database.read_bytes()
    spoil(database)
    before = sorted(path.name for path in worked.folder.iterdir())
    with pytest.raises(KnownError) as caught:
        restored(worked)
    assert caught.value.code == "no_backup"
    assert sorted(path.name for path in worked.folder.iterdir()) == before
    database.write_bytes(whole)
    worked.reopen()
    assert len(worked.store.families.visits(FAMILY)) == 1


def test_second_restore_keeps_the_first_damaged_database(worked: Laptop) -> None:
    worked.store.backup.make()
    restored(worked)
    restored(worked)
    assert {path.name for path in worked.folder.glob("damaged-*.db")} == {
        "damaged-1.db",
        "damaged-2.db",
    }
