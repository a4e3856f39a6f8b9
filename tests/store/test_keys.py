from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from enumerator.errors import KnownError
from enumerator.store import KeyCost, WrongPassphrase, change_passphrase, keys
from enumerator.store.durable import Ballast
from enumerator.store.keys import KEYS_FILE, create_key, unwrap_key
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.store.builders import CHEAP, PASSPHRASE


@pytest.fixture
def made(tmp_path: Path) -> tuple[Path, bytes, HandClock]:
    key = create_key(tmp_path, PASSPHRASE, SeededChance(), CHEAP)
    return tmp_path, key, HandClock()


def fail(folder: Path, clock: HandClock) -> KnownError:
    with pytest.raises(KnownError) as caught:
        unwrap_key(folder, "salah-sekali", clock, SeededChance(7))
    return caught.value


def test_right_passphrase_gives_the_key_back(made: tuple[Path, bytes, HandClock]) -> None:
    folder, key, clock = made
    assert unwrap_key(folder, PASSPHRASE, clock, SeededChance(7)) == key
    assert len(key) == 32


def test_wrong_passphrase_says_how_many_tries_were_made(
    made: tuple[Path, bytes, HandClock],
) -> None:
    folder, _, clock = made
    assert [fail(folder, clock).facts["tries"] for _ in range(3)] == [1, 2, 3]


def test_right_passphrase_clears_the_count(made: tuple[Path, bytes, HandClock]) -> None:
    folder, _, clock = made
    fail(folder, clock)
    unwrap_key(folder, PASSPHRASE, clock, SeededChance(7))
    assert fail(folder, clock).facts["tries"] == 1


def test_delay_doubles_after_the_fifth_wrong_try(made: tuple[Path, bytes, HandClock]) -> None:
    folder, _, clock = made
    for _ in range(5):
        assert fail(folder, clock).code == "wrong_passphrase"
    for delay_s in (30, 60, 120, 240):
        waiting = fail(folder, clock)
        assert (waiting.code, waiting.facts["seconds"]) == ("wait", delay_s)
        clock.advance(seconds=delay_s - 1)
        assert fail(folder, clock).facts == {"seconds": 1}
        clock.advance(seconds=1)
        assert fail(folder, clock).code == "wrong_passphrase"


def test_right_passphrase_waits_too_when_five_tries_were_wrong(
    made: tuple[Path, bytes, HandClock],
) -> None:
    folder, key, clock = made
    for _ in range(5):
        fail(folder, clock)
    with pytest.raises(KnownError) as caught:
        unwrap_key(folder, PASSPHRASE, clock, SeededChance(7))
    assert caught.value.code == "wait"
    clock.advance(seconds=30)
    assert unwrap_key(folder, PASSPHRASE, clock, SeededChance(7)) == key


def test_clock_set_back_gives_no_free_tries(made: tuple[Path, bytes, HandClock]) -> None:
    folder, _, clock = made
    for _ in range(5):
        fail(folder, clock)
    clock.advance(days=-400)
    assert fail(folder, clock).facts == {"seconds": 30}


def test_try_is_counted_when_the_program_dies_before_the_verdict(
    made: tuple[Path, bytes, HandClock], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, _, clock = made

    def die(*_: object, **__: object) -> bytes:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(keys, "hash_secret_raw", die)
        for _ in range(5):
            with pytest.raises(SystemExit):
                unwrap_key(folder, "salah-sekali", clock, SeededChance(7))
    assert fail(folder, clock).code == "wait"


def test_changed_passphrase_keeps_the_key_and_shuts_the_old_one_out(
    made: tuple[Path, bytes, HandClock],
) -> None:
    folder, key, clock = made
    change_passphrase(folder, PASSPHRASE, "kain-baru-6", clock=clock, chance=SeededChance(2))
    assert unwrap_key(folder, "kain-baru-6", clock, SeededChance(7)) == key
    with pytest.raises(WrongPassphrase):
        unwrap_key(folder, PASSPHRASE, clock, SeededChance(7))


def test_key_file_holds_neither_key_nor_passphrase(made: tuple[Path, bytes, HandClock]) -> None:
    folder, key, _ = made
    data = (folder / KEYS_FILE).read_bytes()
    assert key not in data
    assert key.hex().encode() not in data
    assert PASSPHRASE.encode() not in data


def test_short_passphrase_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        create_key(tmp_path, "12345", SeededChance(), CHEAP)
    assert caught.value.code == "short_passphrase"
    assert not (tmp_path / KEYS_FILE).exists()


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"salt": 3}'])
def test_damaged_key_file_is_told_as_such(tmp_path: Path, damage: str) -> None:
    (tmp_path / KEYS_FILE).write_text(damage)
    with pytest.raises(KnownError) as caught:
        unwrap_key(tmp_path, PASSPHRASE, HandClock(), SeededChance(7))
    assert caught.value.code == "no_keys"


def test_cost_is_64_mib_and_three_passes_unless_a_test_says_otherwise(tmp_path: Path) -> None:
    assert KeyCost() == KeyCost(memory_kib=64 * 1024, passes=3)
    create_key(tmp_path, PASSPHRASE, SeededChance())
    cost = json.loads((tmp_path / KEYS_FILE).read_text())["cost"]
    assert cost == {"memory_kib": 65536, "passes": 3, "lanes": 1}


def test_full_disk_does_not_lock_the_officer_out(
    made: tuple[Path, bytes, HandClock], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, key, clock = made
    ballast = Ballast(folder)
    ballast.load()

    def replace_when_there_is_room(path: Path, target: Path) -> Path:
        if (folder / "ballast").exists():
            raise OSError(errno.ENOSPC, "No space left on device")
        return real_replace(path, target)

    real_replace = Path.replace
    monkeypatch.setattr(Path, "replace", replace_when_there_is_room)
    assert unwrap_key(folder, PASSPHRASE, clock, SeededChance(7)) == key
    assert not (folder / "ballast").exists()
