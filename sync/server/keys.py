"""The server's own secrets: one small file beside the database, readable by its owner only."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import msgspec
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from enumerator.clock import Chance
from enumerator.errors import KnownError


class ServerKeys(msgspec.Struct, frozen=True, kw_only=True):
    """32 random bytes each. Losing them voids no data, but laptops must be enrolled again."""

    receipt_seed: bytes
    seal_seed: bytes
    session_secret: bytes

    @property
    def receipt_public(self) -> bytes:
        """Ed25519."""
        return SigningKey(self.receipt_seed).verify_key.encode()

    @property
    def seal_public(self) -> bytes:
        """X25519: what laptops seal their spool to."""
        return PrivateKey(self.seal_seed).public_key.encode()

    def sign(self, message: bytes) -> bytes:
        return SigningKey(self.receipt_seed).sign(message).signature

    def __repr__(self) -> str:
        return "ServerKeys(…)"


def load_keys(path: Path, chance: Chance) -> ServerKeys:
    """Made at the first start; of two processes that start at once, both get the same.

    KnownError ``bad_keys`` when the file is damaged.
    """
    if not path.exists():
        _make(path, chance)
    try:
        return msgspec.json.decode(path.read_bytes(), type=ServerKeys)
    except msgspec.MsgspecError as error:
        raise KnownError(
            "bad_keys", f"The key file {path} is damaged. Restore it from your backup."
        ) from error


def _make(path: Path, chance: Chance) -> None:
    keys = ServerKeys(
        receipt_seed=chance.token(32),
        seal_seed=chance.token(32),
        session_secret=chance.token(32),
    )
    draft = path.with_name(f"{path.name}.{chance.token(6).hex()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(keys))
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):  # the other process was faster
            os.link(draft, path)
    except OSError:  # a file system without hard links
        draft.replace(path)
    draft.unlink(missing_ok=True)
