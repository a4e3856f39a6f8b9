from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from enumerator.errors import KnownError
from enumerator.store import DataFolder, OfficerStore
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.store.builders import (
    CHEAP,
    PASSPHRASE,
    SigningServer,
    enrolment,
)


def enrol(root: DataFolder, login: str, clock: HandClock, chance: SeededChance) -> Path:
    folder = root.officers / chance.token(8).hex()
    server = SigningServer()
    role = "supervisor" if login.startswith("pml") else "officer"
    OfficerStore.create(
        folder, PASSPHRASE, enrolment(server, role), clock=clock, chance=chance, cost=CHEAP
    ).close()
    return folder


def test_officers_who_share_a_laptop_have_folders_of_their_own(tmp_path: Path) -> None:
    root, clock, chance = DataFolder(tmp_path), HandClock(), SeededChance()
    first = enrol(root, "ppl-01", clock, chance)
    clock.advance(days=1)
    second = enrol(root, "pml-01", clock, chance)
    profiles = root.profiles()
    assert [profile.login for profile in profiles] == ["ppl-01", "pml-01"]
    assert [root.officer_folder(profile.key) for profile in profiles] == [first, second]
    assert "ppl" not in first.name


def test_half_made_or_damaged_folder_is_not_offered(tmp_path: Path) -> None:
    root = DataFolder(tmp_path)
    half_made, damaged = root.officers / "00", root.officers / "01"
    for folder in (half_made, damaged):
        folder.mkdir(parents=True)
    (damaged / "profile.json").write_text("{")
    assert root.profiles() == []
    assert DataFolder(tmp_path / "never used").profiles() == []


@pytest.mark.parametrize("key", ["none", "..", "../officers", "/etc", ""])
def test_unknown_key_never_leads_out_of_the_folder(tmp_path: Path, key: str) -> None:
    root = DataFolder(tmp_path)
    enrol(root, "ppl-01", HandClock(), SeededChance())
    with pytest.raises(KnownError) as caught:
        root.officer_folder(key)
    assert caught.value.code == "no_such_officer"


def test_second_enrolment_never_overwrites_an_officers_data(tmp_path: Path) -> None:
    root, clock, chance = DataFolder(tmp_path), HandClock(), SeededChance()
    folder = enrol(root, "ppl-01", clock, chance)
    before = (folder / "database.db").read_bytes()
    with pytest.raises(KnownError) as caught:
        OfficerStore.create(
            folder, "another-one", enrolment(SigningServer()), clock=clock, chance=chance
        )
    assert caught.value.code == "already_enrolled"
    assert (folder / "database.db").read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps user folders private itself")
def test_folder_and_key_files_are_the_users_own(tmp_path: Path) -> None:
    folder = enrol(DataFolder(tmp_path), "ppl-01", HandClock(), SeededChance())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "keys.json").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "spool").stat().st_mode) == 0o700


def test_store_cannot_be_made_with_a_short_passphrase_and_leaves_no_database(
    tmp_path: Path,
) -> None:
    with pytest.raises(KnownError) as caught:
        OfficerStore.create(
            tmp_path / "o",
            "1234",
            enrolment(SigningServer()),
            clock=HandClock(),
            chance=SeededChance(),
        )
    assert caught.value.code == "short_passphrase"
    assert not (tmp_path / "o" / "database.db").exists()
    OfficerStore.create(
        tmp_path / "o",
        PASSPHRASE,
        enrolment(SigningServer()),
        clock=HandClock(),
        chance=SeededChance(),
        cost=CHEAP,
    ).close()


def test_enrolment_tells_its_keys_to_no_log() -> None:
    text = repr(enrolment(SigningServer()))
    assert text == "Enrolment(acc-01, device device-1)"
