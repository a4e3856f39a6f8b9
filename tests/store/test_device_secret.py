"""The laptop's half of the key: where it is, how it gets there, and that a way in always stays."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring
import pytest
from keyring.backend import KeyringBackend

from enumerator.errors import KnownError
from enumerator.store import WrongPassphrase, change_passphrase
from enumerator.store.device_secret import FILE, KEYRING, SECRET_FILE, FileSecrets, KeyringSecrets
from enumerator.store.keys import KEYS_FILE, create_key, secret_place, unwrap_key
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.helpers.old_keys import write_old_key_file
from tests.store.builders import CHEAP, PASSPHRASE


class Died(BaseException):
    """The program ended here."""


class HandKeyring:
    """A keyring that does as it is told."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.is_locked = False
        self.dies_after_keeping = False

    def keep(self, folder: Path, secret: bytes) -> str:
        if self.is_locked:
            return FileSecrets().keep(folder, secret)
        self.held[folder.name] = secret
        if self.dies_after_keeping:
            raise Died
        return KEYRING

    def get(self, folder: Path, place: str) -> bytes | None:
        if place == FILE:
            return FileSecrets().get(folder, place)
        return None if self.is_locked else self.held.get(folder.name)


def of_an_older_program(folder: Path) -> bytes:
    """A key file without a laptop's secret; the key."""
    key = SeededChance(3).token(32)
    write_old_key_file(folder, key, PASSPHRASE, CHEAP)
    return key


def unwrap(folder: Path, secrets: HandKeyring | None = None, passphrase: str = PASSPHRASE) -> bytes:
    return unwrap_key(folder, passphrase, HandClock(), SeededChance(7), secrets)


def test_copied_folder_opens_nothing_without_the_keyring(tmp_path: Path) -> None:
    secrets = HandKeyring()
    key = create_key(tmp_path, PASSPHRASE, SeededChance(), CHEAP, secrets)
    assert unwrap(tmp_path, secrets) == key
    with pytest.raises(KnownError) as caught:
        unwrap(tmp_path, HandKeyring())
    assert caught.value.code == "no_device_secret"
    another = HandKeyring()
    another.held[tmp_path.name] = b"x" * 32
    with pytest.raises(WrongPassphrase):
        unwrap(tmp_path, another)


def test_locked_keyring_counts_no_wrong_try(tmp_path: Path) -> None:
    secrets = HandKeyring()
    key = create_key(tmp_path, PASSPHRASE, SeededChance(), CHEAP, secrets)
    unwrap(tmp_path, secrets)
    secrets.is_locked = True
    for _ in range(9):
        with pytest.raises(KnownError, match="keyring"):
            unwrap(tmp_path, secrets)
    secrets.is_locked = False
    assert unwrap(tmp_path, secrets) == key


def test_new_laptop_opens_once_more_when_its_keyring_forgot(tmp_path: Path) -> None:
    """A power cut may take what a keyring had not written yet."""
    secrets = HandKeyring()
    key = create_key(tmp_path, PASSPHRASE, SeededChance(), CHEAP, secrets)
    secrets.held.clear()
    assert unwrap(tmp_path, secrets) == key
    assert unwrap(tmp_path, secrets) == key
    assert json.loads((tmp_path / KEYS_FILE).read_text())["former"] is None


def test_passphrase_alone_counts_nothing_once_the_keyring_gave_the_secret_back(
    tmp_path: Path,
) -> None:
    secrets = HandKeyring()
    create_key(tmp_path, PASSPHRASE, SeededChance(), CHEAP, secrets)
    unwrap(tmp_path, secrets)
    change_passphrase(
        tmp_path,
        PASSPHRASE,
        "kain-baru-6",
        clock=HandClock(),
        chance=SeededChance(2),
        secrets=secrets,
    )
    assert json.loads((tmp_path / KEYS_FILE).read_text())["former"] is None
    secrets.held.clear()
    with pytest.raises(KnownError) as caught:
        unwrap(tmp_path, secrets, "kain-baru-6")
    assert caught.value.code == "no_device_secret"


def test_laptop_of_an_older_program_gets_its_secret_at_the_next_unlocking(tmp_path: Path) -> None:
    key, secrets = of_an_older_program(tmp_path), HandKeyring()
    assert unwrap(tmp_path, secrets) == key
    assert secret_place(tmp_path) == KEYRING
    assert unwrap(tmp_path, secrets) == key
    with pytest.raises(KnownError):
        unwrap(tmp_path, HandKeyring())


def test_wrong_passphrase_changes_no_old_key_file_and_is_counted(tmp_path: Path) -> None:
    of_an_older_program(tmp_path)
    secrets = HandKeyring()
    with pytest.raises(WrongPassphrase):
        unwrap(tmp_path, secrets, "salah-sekali")
    assert (secret_place(tmp_path), secrets.held) == ("", {})


def test_secret_is_a_file_of_its_user_alone_where_there_is_no_keyring(tmp_path: Path) -> None:
    key = create_key(tmp_path, PASSPHRASE, SeededChance(), CHEAP)
    assert secret_place(tmp_path) == FILE
    if os.name != "nt":
        assert stat.S_IMODE((tmp_path / SECRET_FILE).stat().st_mode) == 0o600
    assert unwrap(tmp_path) == key
    (tmp_path / SECRET_FILE).unlink()
    with pytest.raises(KnownError) as caught:
        unwrap(tmp_path)
    assert caught.value.code == "no_device_secret"


@pytest.mark.parametrize("kind", ["file", "keyring"])
@pytest.mark.parametrize("is_change", [False, True], ids=["upgrade", "change"])
def test_laptop_opens_after_a_kill_at_any_step_of_wrapping_anew(
    kind: str, is_change: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every system call that writes is the last one, in turn."""
    former = tmp_path / "former"
    former.mkdir()
    key = of_an_older_program(former)
    step, is_over = 0, False
    while not is_over:
        folder = tmp_path / f"{kind}{step}"
        shutil.copytree(former, folder)
        secrets = HandKeyring()
        if kind == "file":
            secrets.is_locked = True
        if is_change:
            unwrap(folder, secrets)
        is_over = _dies_at(step, folder, secrets, is_change, monkeypatch)
        chosen = ["kain-baru-6", PASSPHRASE] if is_change else [PASSPHRASE]
        opened = [found for word in chosen if (found := _opened(folder, secrets, word)) is not None]
        assert opened == [key], f"step {step}"
        step += 1
    assert step > 8


def _dies_at(
    step: int,
    folder: Path,
    secrets: HandKeyring,
    is_change: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> bool:
    """True when it came to its end before that step."""
    left = [step]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if left[0] == 0:
                raise Died
            left[0] -= 1
            return real(*arguments, **named)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", counted(os.open))
        patched.setattr(os, "fsync", counted(os.fsync))
        patched.setattr(Path, "replace", counted(Path.replace))
        patched.setattr(secrets, "keep", counted(secrets.keep))
        try:
            if is_change:
                change_passphrase(
                    folder,
                    PASSPHRASE,
                    "kain-baru-6",
                    clock=HandClock(),
                    chance=SeededChance(2),
                    secrets=secrets,
                )
            else:
                unwrap(folder, secrets)
        except Died:
            return False
    return True


def _opened(folder: Path, secrets: HandKeyring, passphrase: str) -> bytes | None:
    try:
        return unwrap(folder, secrets, passphrase)
    except WrongPassphrase:
        return None


def test_laptop_opens_after_a_kill_between_keyring_and_key_file(tmp_path: Path) -> None:
    """The keyring has a newer secret than the one that the key file was wrapped with."""
    secrets = HandKeyring()
    key = create_key(tmp_path, PASSPHRASE, SeededChance(), CHEAP, secrets)
    secrets.is_locked = True
    shown, secrets.held[tmp_path.name] = secrets.held[tmp_path.name], b"n" * 32
    secrets.is_locked = False
    assert shown != b"n" * 32
    assert unwrap(tmp_path, secrets) == key
    assert unwrap(tmp_path, secrets) == key


class _Backend(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.error: Exception | None = None
        self.is_deaf = False

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.error is not None:
            raise self.error
        if not self.is_deaf:
            self.held[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        if self.error is not None:
            raise self.error
        return self.held.get((service, username))


class _Plain(_Backend):
    """Of no operating system."""


class _System(_Backend):
    pass


_System.__module__ = "keyring.backends.SecretService"


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch) -> _System:
    backend = _System()
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    return backend


def test_system_keyring_holds_the_secret_and_no_file_does(tmp_path: Path, system: _System) -> None:
    secrets = KeyringSecrets()
    assert secrets.keep(tmp_path, b"s" * 32) == KEYRING
    assert secrets.get(tmp_path, KEYRING) == b"s" * 32
    assert list(system.held) == [("enumerator", tmp_path.name)]
    assert list(tmp_path.iterdir()) == []


def test_file_holds_the_secret_when_the_keyring_refuses_or_forgets(
    tmp_path: Path, system: _System
) -> None:
    system.error = RuntimeError("locked")
    assert KeyringSecrets().keep(tmp_path, b"s" * 32) == FILE
    assert KeyringSecrets().get(tmp_path, KEYRING) is None
    system.error, system.is_deaf = None, True
    assert KeyringSecrets().keep(tmp_path, b"t" * 32) == FILE
    assert KeyringSecrets().get(tmp_path, FILE) == b"t" * 32


def test_keyring_that_is_no_operating_systems_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = _Plain()
    monkeypatch.setattr(keyring, "get_keyring", lambda: plain)
    assert KeyringSecrets().keep(tmp_path, b"s" * 32) == FILE
    assert plain.held == {}
