"""The database key and the passphrase that unwraps it.

``keys.json`` holds the salt, Argon2's cost, the wrapped key and the count of wrong tries. The
database key itself is random, so that a changed passphrase rewraps 32 bytes and no database.
"""

from __future__ import annotations

import base64
import errno
import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from argon2.low_level import Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from enumerator.clock import Chance, Clock
from enumerator.errors import KnownError
from enumerator.store.durable import Ballast, disk_full, write_durably

KEYS_FILE = "keys.json"
LEAST_PASSPHRASE = 6
FREE_TRIES = 5
_FIRST_DELAY_S = 30
_LONGEST_DELAY_S = 3600

KeySeam = Callable[[bytes], bytes]
"""Further secrets (keyring, lease share) enter the key here: Argon2's output in, secret out."""


class KeyCost(msgspec.Struct, frozen=True):
    """Argon2id's cost; the default takes about half a second on a field laptop."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1


class _KeyFile(msgspec.Struct):
    salt: str
    cost: KeyCost
    wrapped: str
    wrong_tries: int = 0
    last_try_at: str = ""
    format: int = 1


class WrongPassphrase(KnownError):  # noqa: N818 (the name says what happened)
    """Code ``wrong_passphrase``; facts: ``tries`` so far."""

    def __init__(self, tries: int) -> None:
        super().__init__("wrong_passphrase", "The passphrase is wrong. Try again.", tries=tries)


def create_key(
    folder: Path,
    passphrase: str,
    chance: Chance,
    cost: KeyCost | None = None,
    seam: KeySeam | None = None,
) -> bytes:
    """A fresh database key (32 bytes), wrapped into the folder's key file.

    KnownError ``short_passphrase``.
    """
    _check_length(passphrase)
    key = chance.token(32)
    _store(folder, key, passphrase, chance, cost or KeyCost(), seam)
    return key


def unwrap_key(folder: Path, passphrase: str, clock: Clock, seam: KeySeam | None = None) -> bytes:
    """The database key. KnownError ``wrong_passphrase`` (tries), ``wait`` (seconds),
    ``no_keys``.

    The try is counted on disk before the passphrase is looked at, so that killing the program
    does not give free tries.
    """
    file = _load(folder)
    wait_s = _wait_s(file, clock.now())
    if wait_s > 0:
        raise KnownError(
            "wait", f"Too many wrong passphrases. Wait {wait_s} seconds.", seconds=wait_s
        )
    before = file.wrong_tries
    file.wrong_tries += 1
    file.last_try_at = clock.now().isoformat()
    _save(folder, file)
    wrapping_key = _wrapping_key(passphrase, base64.b64decode(file.salt), file.cost, seam)
    try:
        key = SecretBox(wrapping_key).decrypt(base64.b64decode(file.wrapped))
    except CryptoError:
        raise WrongPassphrase(before + 1) from None
    file.wrong_tries = 0
    file.last_try_at = ""
    _save(folder, file)
    return bytes(key)


def change_passphrase(
    folder: Path,
    old: str,
    new: str,
    *,
    clock: Clock,
    chance: Chance,
    seam: KeySeam | None = None,
) -> None:
    """Rewrap the same key. Errors as :func:`unwrap_key` and :func:`create_key`."""
    _check_length(new)
    key = unwrap_key(folder, old, clock, seam)
    _store(folder, key, new, chance, _load(folder).cost, seam)


def _check_length(passphrase: str) -> None:
    if len(passphrase) < LEAST_PASSPHRASE:
        raise KnownError(
            "short_passphrase",
            f"Choose a passphrase of at least {LEAST_PASSPHRASE} characters.",
            least=LEAST_PASSPHRASE,
        )


def _store(
    folder: Path,
    key: bytes,
    passphrase: str,
    chance: Chance,
    cost: KeyCost,
    seam: KeySeam | None,
) -> None:
    salt = chance.token(16)
    wrapping_key = _wrapping_key(passphrase, salt, cost, seam)
    wrapped = SecretBox(wrapping_key).encrypt(key, chance.token(SecretBox.NONCE_SIZE))
    _save(
        folder,
        _KeyFile(
            salt=base64.b64encode(salt).decode(),
            cost=cost,
            wrapped=base64.b64encode(bytes(wrapped)).decode(),
        ),
    )


def _wrapping_key(passphrase: str, salt: bytes, cost: KeyCost, seam: KeySeam | None) -> bytes:
    stretched = hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )
    secret = stretched if seam is None else stretched + seam(stretched)
    return _hkdf_sha256(secret, salt, b"enumerator database key 1")


def _hkdf_sha256(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """RFC 5869, one block (32 bytes)."""
    extracted = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)


def _wait_s(file: _KeyFile, now: datetime) -> int:
    """Seconds still to wait: 30 after the fifth wrong try, doubled by each further one.

    A clock set back waits the whole delay again; one set forward is let pass, because the
    stretching itself is the protection and a flat clock battery must not lock an officer out.
    """
    if file.wrong_tries < FREE_TRIES or not file.last_try_at:
        return 0
    delay_s = min(_LONGEST_DELAY_S, _FIRST_DELAY_S * (1 << min(file.wrong_tries - FREE_TRIES, 16)))
    elapsed_s = (now - datetime.fromisoformat(file.last_try_at)).total_seconds()
    if elapsed_s < 0:
        return delay_s
    return max(0, round(delay_s - elapsed_s))


def _load(folder: Path) -> _KeyFile:
    try:
        return msgspec.json.decode((folder / KEYS_FILE).read_bytes(), type=_KeyFile)
    except (FileNotFoundError, msgspec.MsgspecError) as error:
        raise KnownError(
            "no_keys",
            "This officer's key file is missing or damaged. Ask the office for the escrowed key.",
        ) from error


def _save(folder: Path, file: _KeyFile) -> None:
    data = msgspec.json.encode(file)
    try:
        write_durably(folder / KEYS_FILE, data)
    except OSError as error:
        # A full disk must not lock the officer out: the ballast makes room.
        if error.errno != errno.ENOSPC:
            raise
        if not Ballast(folder).drop():
            raise disk_full() from error
        write_durably(folder / KEYS_FILE, data)
