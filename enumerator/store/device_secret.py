"""This laptop's half of the key: a random secret in the keyring of the operating system.

A copied folder and a passphrase then open nothing on another machine. Where a laptop has no
keyring the secret is a file beside the database, readable by its user only: it protects from a
copied database, not from a copied folder. Which of the two it is stands in the key file, in the
log and once on the screen.
"""

from __future__ import annotations

import base64
import binascii
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from enumerator.store.durable import write_durably

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

log = logging.getLogger(__name__)

SECRET_FILE = "device.secret"  # noqa: S105 (a file's name)
KEYRING, FILE = "keyring", "file"
_SERVICE = "enumerator"
_TRUSTED = (
    "keyring.backends.SecretService",
    "keyring.backends.Windows",
    "keyring.backends.kwallet",
    "keyring.backends.libsecret",
    "keyring.backends.macOS",
)
"""The operating systems' own. Others write plain files or keep nothing."""


class DeviceSecrets(Protocol):
    """Keeps one secret an officer's folder."""

    def keep(self, folder: Path, secret: bytes) -> str:
        """Over an earlier one; where it is now: :data:`KEYRING` or :data:`FILE`. OSError."""

    def get(self, folder: Path, place: str) -> bytes | None:
        """None when the place does not give it (any more)."""


class FileSecrets:
    """Beside the database."""

    def keep(self, folder: Path, secret: bytes) -> str:
        write_durably(folder / SECRET_FILE, secret)
        return FILE

    def get(self, folder: Path, place: str) -> bytes | None:
        if place != FILE:
            return None
        try:
            return (folder / SECRET_FILE).read_bytes()
        except FileNotFoundError:
            return None


class KeyringSecrets:
    """In the keyring; in a file where there is none or it does not take the secret."""

    def __init__(self) -> None:
        self._file = FileSecrets()

    def keep(self, folder: Path, secret: bytes) -> str:
        backend = _backend()
        if backend is not None and _has_kept(backend, folder.name, secret):
            (folder / SECRET_FILE).unlink(missing_ok=True)
            log.info("device secret kept in the keyring %s", type(backend).__module__)
            return KEYRING
        log.info("device secret kept in a file (mode 0600): this laptop has no usable keyring")
        return self._file.keep(folder, secret)

    def get(self, folder: Path, place: str) -> bytes | None:
        if place != KEYRING:
            return self._file.get(folder, place)
        backend = _backend()
        return None if backend is None else _read(backend, folder.name)


def _backend() -> KeyringBackend | None:
    import keyring  # a quarter of a second, after the first picture

    chosen = keyring.get_keyring()
    for one in getattr(chosen, "backends", [chosen]):  # of a chain, the best first
        if type(one).__module__ in _TRUSTED:
            return one  # type: ignore[no-any-return]  # a chain's attribute is untyped
    return None


def _has_kept(backend: KeyringBackend, name: str, secret: bytes) -> bool:
    """Written and read back."""
    try:
        backend.set_password(_SERVICE, name, base64.b64encode(secret).decode())
    except Exception as error:  # each desktop's service has exceptions of its own
        log.info("the keyring took no secret: %s", type(error).__name__)
        return False
    return _read(backend, name) == secret


def _read(backend: KeyringBackend, name: str) -> bytes | None:
    try:
        text = backend.get_password(_SERVICE, name)
        return None if text is None else base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    except Exception as error:  # as above
        log.info("the keyring gave no secret: %s", type(error).__name__)
        return None
