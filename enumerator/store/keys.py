"""The database key, and the passphrase and the laptop's secret that unwrap it together.

``keys.json`` holds the salt, Argon2's cost, the wrapped key, where the laptop's secret is and the
count of wrong tries. The database key itself is random, so that a changed passphrase rewraps 32
bytes and no database.

A secret that only the keyring holds is trusted after it came back once: until the next unlocking
the same file also wraps the key with the passphrase alone (``former``), because nobody can tell
when a keyring's file is on the disk. The file is swapped whole, so there is always a way in.
"""

from __future__ import annotations

import base64
import errno
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec
from argon2.low_level import Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from enumerator.clock import Chance, Clock
from enumerator.errors import KnownError
from enumerator.store.derivation import hkdf_sha256
from enumerator.store.device_secret import KEYRING, DeviceSecrets, FileSecrets
from enumerator.store.durable import Ballast, disk_full, write_durably

log = logging.getLogger(__name__)

Result = TypeVar("Result")

KEYS_FILE = "keys.json"
LEAST_PASSPHRASE = 6
FREE_TRIES = 5
_FIRST_DELAY_S = 30
_LONGEST_DELAY_S = 3600


class KeyCost(msgspec.Struct, frozen=True):
    """Argon2id's cost; the default takes about half a second on a field laptop."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 1


class RecoveryNote(msgspec.Struct, frozen=True, kw_only=True):
    """That a laptop was opened with a recovery file."""

    recovery_id: str
    made_at: str
    """By the office."""
    at: str
    """On the laptop, by its clock."""


class _Wrapped(msgspec.Struct, frozen=True):
    """The database key under a passphrase alone, at the file's cost."""

    salt: str
    wrapped: str


class _KeyFile(msgspec.Struct):
    salt: str
    cost: KeyCost
    wrapped: str
    wrong_tries: int = 0
    last_try_at: str = ""
    format: int = 1
    device: str = ""
    """Where the laptop's secret is; empty in files of older programs, which have none."""
    former: _Wrapped | None = None
    recovered: RecoveryNote | None = None
    """A recovery that the database has not noted yet."""


class WrongPassphrase(KnownError):  # noqa: N818 (the name says what happened)
    """Code ``wrong_passphrase``; facts: ``tries`` so far."""

    def __init__(self, tries: int) -> None:
        super().__init__("wrong_passphrase", "The passphrase is wrong. Try again.", tries=tries)


def create_key(
    folder: Path,
    passphrase: str,
    chance: Chance,
    cost: KeyCost | None = None,
    secrets: DeviceSecrets | None = None,
) -> bytes:
    """A fresh database key (32 bytes), wrapped into the folder's key file.

    KnownError ``short_passphrase``.
    """
    check_length(passphrase)
    key = chance.token(32)
    _wrap(folder, key, passphrase, chance, cost or KeyCost(), secrets or FileSecrets())
    return key


def unwrap_key(
    folder: Path,
    passphrase: str,
    clock: Clock,
    chance: Chance,
    secrets: DeviceSecrets | None = None,
) -> bytes:
    """The database key. KnownError ``wrong_passphrase`` (tries), ``wait`` (seconds),
    ``no_keys``, ``no_device_secret``.

    The try is counted on disk before the passphrase is looked at, so that killing the program
    does not give free tries. A key file of an older program gets the laptop's secret.
    """
    secrets = secrets or FileSecrets()
    file = _load(folder)
    wait_s = delay_s(file.wrong_tries, file.last_try_at, clock.now())
    if wait_s > 0:
        raise KnownError(
            "wait", f"Too many wrong passphrases. Wait {wait_s} seconds.", seconds=wait_s
        )
    secret = secrets.get(folder, file.device) if file.device else b""
    if secret is None and file.former is None:
        raise KnownError(
            "no_device_secret",
            "This laptop's keyring does not give the secret that belongs to this officer's data. "
            "Log in to the laptop as always and unlock its keyring, then try again. If the keyring "
            "is lost, ask the office for a recovery file and its code.",
        )
    before = file.wrong_tries
    file.wrong_tries += 1
    file.last_try_at = clock.now().isoformat()
    _save(folder, file)
    latest = _Wrapped(file.salt, file.wrapped)
    key = None if secret is None else _opened(latest, passphrase, secret, file.cost)
    if key is None and file.former is not None:
        key = _opened(file.former, passphrase, b"", file.cost)
        secret = None
    if key is None:
        raise WrongPassphrase(before + 1)
    if not file.device or secret is None:
        _add_secret(folder, key, passphrase, chance, file.cost, secrets)
        return key
    file.wrong_tries = 0
    file.last_try_at = ""
    file.former = None
    _save(folder, file)
    return key


def change_passphrase(
    folder: Path,
    old: str,
    new: str,
    *,
    clock: Clock,
    chance: Chance,
    secrets: DeviceSecrets | None = None,
) -> None:
    """Rewrap the same key. Errors as :func:`unwrap_key` and :func:`create_key`."""
    check_length(new)
    key = unwrap_key(folder, old, clock, chance, secrets)
    _wrap(folder, key, new, chance, _load(folder).cost, secrets or FileSecrets())


def rewrap_key(
    folder: Path,
    key: bytes,
    passphrase: str,
    note: RecoveryNote,
    *,
    chance: Chance,
    cost: KeyCost | None = None,
    secrets: DeviceSecrets | None = None,
) -> None:
    """The same key under another passphrase, whatever has become of the key file and of the
    laptop's secret; the note goes with it until the database has it."""
    known = _load_or_none(folder)
    chosen = cost or (KeyCost() if known is None else known.cost)
    _wrap(folder, key, passphrase, chance, chosen, secrets or FileSecrets(), note)


def noted_recovery(folder: Path) -> RecoveryNote | None:
    """One that the database may not have noted yet."""
    known = _load_or_none(folder)
    return None if known is None else known.recovered


def forget_recovery(folder: Path) -> None:
    """The database has it. KnownError ``no_keys``."""
    file = _load(folder)
    file.recovered = None
    _save(folder, file)


def check_length(passphrase: str) -> None:
    """KnownError ``short_passphrase``."""
    if len(passphrase) < LEAST_PASSPHRASE:
        raise KnownError(
            "short_passphrase",
            f"Choose a passphrase of at least {LEAST_PASSPHRASE} characters.",
            least=LEAST_PASSPHRASE,
        )


def secret_place(folder: Path) -> str:
    """Where the laptop's secret is: ``keyring``, ``file``, or empty before there is one.
    KnownError ``no_keys``."""
    return _load(folder).device


def _wrap(
    folder: Path,
    key: bytes,
    passphrase: str,
    chance: Chance,
    cost: KeyCost,
    secrets: DeviceSecrets,
    note: RecoveryNote | None = None,
) -> None:
    """With the laptop's secret, a new one where there is none yet or none any more."""
    known = _load_or_none(folder)
    place = known.device if known is not None else ""
    secret = secrets.get(folder, place) if place else None
    is_proven = secret is not None and known is not None and known.former is None
    if secret is None:
        fresh = secret = chance.token(32)
        place = with_room(folder, lambda: secrets.keep(folder, fresh))
    sealed = _sealed(key, passphrase, secret, chance, cost)
    is_trusted = is_proven or place != KEYRING
    _save(
        folder,
        _KeyFile(
            salt=sealed.salt,
            cost=cost,
            wrapped=sealed.wrapped,
            device=place,
            former=None if is_trusted else _sealed(key, passphrase, b"", chance, cost),
            recovered=note or (None if known is None else known.recovered),
        ),
    )


def _add_secret(
    folder: Path,
    key: bytes,
    passphrase: str,
    chance: Chance,
    cost: KeyCost,
    secrets: DeviceSecrets,
) -> None:
    """The passphrase was right: what goes wrong now must shut nobody out."""
    try:
        _wrap(folder, key, passphrase, chance, cost, secrets)
    except (OSError, KnownError) as error:
        log.info("the laptop's secret is added at the next unlocking: %s", type(error).__name__)
    file = _load(folder)
    if file.wrong_tries:
        file.wrong_tries = 0
        file.last_try_at = ""
        _save(folder, file)


def _opened(wrapped: _Wrapped, passphrase: str, secret: bytes, cost: KeyCost) -> bytes | None:
    """None when the passphrase (or the secret) is wrong."""
    wrapping_key = _wrapping_key(passphrase, base64.b64decode(wrapped.salt), cost, secret)
    try:
        return bytes(SecretBox(wrapping_key).decrypt(base64.b64decode(wrapped.wrapped)))
    except CryptoError:
        return None


def _sealed(key: bytes, passphrase: str, secret: bytes, chance: Chance, cost: KeyCost) -> _Wrapped:
    salt = chance.token(16)
    wrapping_key = _wrapping_key(passphrase, salt, cost, secret)
    wrapped = SecretBox(wrapping_key).encrypt(key, chance.token(SecretBox.NONCE_SIZE))
    return _Wrapped(base64.b64encode(salt).decode(), base64.b64encode(bytes(wrapped)).decode())


def _wrapping_key(passphrase: str, salt: bytes, cost: KeyCost, secret: bytes) -> bytes:
    stretched = hash_secret_raw(
        passphrase.encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=32,
        type=Type.ID,
    )
    return hkdf_sha256(stretched + secret, salt, b"enumerator database key 1")


def delay_s(wrong_tries: int, last_try_at: str, now: datetime) -> int:
    """Seconds still to wait: 30 after the fifth wrong try, doubled by each further one.

    A clock set back waits the whole delay again; one set forward is let pass, because the
    stretching itself is the protection and a flat clock battery must not lock an officer out.
    """
    if wrong_tries < FREE_TRIES or not last_try_at:
        return 0
    whole_s = min(_LONGEST_DELAY_S, _FIRST_DELAY_S * (1 << min(wrong_tries - FREE_TRIES, 16)))
    elapsed_s = (now - datetime.fromisoformat(last_try_at)).total_seconds()
    if elapsed_s < 0:
        return whole_s
    return max(0, round(whole_s - elapsed_s))


def _load_or_none(folder: Path) -> _KeyFile | None:
    """None where it is missing or damaged."""
    try:
        return _load(folder)
    except KnownError:
        return None


def _load(folder: Path) -> _KeyFile:
    try:
        return msgspec.json.decode((folder / KEYS_FILE).read_bytes(), type=_KeyFile)
    except (FileNotFoundError, msgspec.MsgspecError) as error:
        raise KnownError(
            "no_keys",
            "This officer's key file is missing or damaged. Ask the office for a recovery file and "
            "its code; finished work can be brought to it meanwhile: enumerator bundle.",
        ) from error


def _save(folder: Path, file: _KeyFile) -> None:
    data = msgspec.json.encode(file)
    with_room(folder, lambda: write_durably(folder / KEYS_FILE, data))


def with_room(folder: Path, write: Callable[[], Result]) -> Result:
    """A full disk must not lock the officer out: the ballast makes room."""
    try:
        return write()
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        if not Ballast(folder).drop():
            raise disk_full() from error
        return write()
