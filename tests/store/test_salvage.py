"""A bad page anywhere in an officer's database; ``python -m tests.salvage`` takes them all."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from enumerator.errors import KnownError
from enumerator.store import OfficerStore
from tests.salvage import PAGE_BYTES, Original, Salvages, damage_and_salvage, make_original
from tests.store.builders import PASSPHRASE, Laptop, case, family_id

FAMILY = family_id(1)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Original:
    return make_original(tmp_path_factory.mktemp("salvage"))


def test_nothing_acknowledged_is_lost_whichever_page_is_bad(
    original: Original, tmp_path: Path
) -> None:
    found = Salvages()
    chance = Random(original.pages)  # noqa: S311 (which pages, no secret)
    for page in [1, 2, *chance.sample(range(3, original.pages + 1), 8)]:
        damage_and_salvage(original, page, tmp_path, found)

    assert found.lost == []
    assert found.pages == 10
    assert found.whole > 0


def _restored(laptop: Laptop) -> OfficerStore:
    laptop.store.close()
    laptop.store = OfficerStore.restore(
        laptop.folder, PASSPHRASE, clock=laptop.clock, chance=laptop.chance
    )
    return laptop.store


def test_answers_since_the_backup_come_from_the_damaged_file(laptop: Laptop) -> None:
    laptop.pull(*(case(number, counter=number) for number in range(1, 4)))
    laptop.store.backup.make()
    interview_id = laptop.draft(FAMILY)
    laptop.store.interviews.append(interview_id, "answer", "/data/b", "dua", "2020-09-15")
    journal = laptop.store.interviews.journal(interview_id)
    _spoil_a_page_of(laptop, "caseload")

    store = _restored(laptop)

    assert store.interviews.journal(interview_id) == journal
    store.interviews.append(interview_id, "answer", "/data/c", "tiga", "2020-09-15")
    assert (laptop.folder / "damaged-1.db").exists()


def test_database_without_a_backup_is_salvaged_from_itself(laptop: Laptop) -> None:
    laptop.pull(*(case(number, counter=number) for number in range(1, 4)))
    laptop.interview(FAMILY)
    before = laptop.store.outbox.ids()
    _spoil_a_page_of(laptop, "caseload")

    store = _restored(laptop)

    assert store.outbox.ids() == before
    row = store.caseload.row(FAMILY)
    assert row is not None
    assert row.unsent == 2, "the list is built anew"


def test_list_is_fetched_again_when_the_register_has_gaps(laptop: Laptop) -> None:
    laptop.pull(*(case(number, counter=number) for number in range(1, 4)))
    laptop.store.backup.make()
    laptop.draft(family_id(3))
    _spoil_a_page_of(laptop, "family")

    store = _restored(laptop)

    assert store.inbox.cursor(store.stream) == 0
    assert store.families.family(family_id(3)).head_name


def test_final_interview_is_protected_after_a_salvage(laptop: Laptop) -> None:
    laptop.pull(case(1))
    laptop.interview(FAMILY)
    _spoil_a_page_of(laptop, "caseload")

    store = _restored(laptop)

    with (
        pytest.raises(Exception, match="immutable"),
        store._connections.writing() as db,
    ):
        db.execute("UPDATE envelope SET body = x''")


def test_all_is_as_it_was_when_the_disk_is_too_full_to_salvage(
    laptop: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop.pull(case(1))
    laptop.store.backup.make()
    _spoil_a_page_of(laptop, "caseload")
    before = {path.name: path.read_bytes() for path in laptop.folder.glob("*.db")}

    def full(_source: Path, target: Path) -> None:
        target.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("enumerator.store.salvage.shutil.copyfile", full)
        with pytest.raises(KnownError) as error:
            OfficerStore.restore(
                laptop.folder, PASSPHRASE, clock=laptop.clock, chance=laptop.chance
            )

    assert error.value.code == "disk_full"
    after = {path.name: path.read_bytes() for path in laptop.folder.glob("*.db")}
    assert after.keys() == before.keys()
    _restored(laptop)


def _spoil_a_page_of(laptop: Laptop, table: str) -> None:
    """The root page of a table; the store is closed afterwards."""
    with laptop.store._connections.reading() as db:
        (page,) = db.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)
        ).fetchone()
    laptop.store.close()
    with (laptop.folder / "database.db").open("rb+") as file:
        file.seek((page - 1) * PAGE_BYTES + 1000)
        file.write(b"spoilt")
