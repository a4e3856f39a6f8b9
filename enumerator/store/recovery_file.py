"""The file with which the office lets an officer in again, and the code that opens it.

::

    enumerator recovery 1\\n
    msgpack: head (whose laptop, until when, a salt), the key sealed under the code and the head
    SHA-256 of all before

The file travels by any way, the code by voice: neither opens anything without the other. Who has
both, and the laptop's disk, has the key of its database; so files are short-lived and end with the
first use (``recovering``).
"""

from __future__ import annotations

import hashlib

import msgspec
from argon2.low_level import Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from enumerator.errors import KnownError
from enumerator.store.derivation import hkdf_sha256
from enumerator.store.envelope import canonical
from enumerator.store.escrow import EscrowedKey
from enumerator.store.spoken_code import drawn, grouped, is_checked, plain

MOST_BYTES = 4096
"""A file that is larger is none of these."""
SALT_BYTES = 16
_MAGIC = b"enumerator recovery 1\n"
_CODE_LETTERS = 12
"""60 bits, and stretched: nobody tries them all on a file."""
_DIGEST_BYTES = hashlib.sha256().digest_size
_MEMORY_KIB, _PASSES = 64 * 1024, 3


class RecoveryHead(msgspec.Struct, frozen=True, kw_only=True):
    """What may be read without the code, and not be changed."""

    recovery_id: str
    login: str
    place: str
    """The officer's folder on the laptop that it is for."""
    made_at: str
    expires_at: str
    salt: bytes


class _Parts(msgspec.Struct, frozen=True, kw_only=True):
    head: bytes
    sealed: bytes


class RecoveryFile:
    """One that is whole."""

    def __init__(self, data: bytes) -> None:
        """KnownError ``recovery_damaged``, ``recovery_unknown`` (of a newer program)."""
        if not data.startswith(_MAGIC) or len(data) > MOST_BYTES:
            is_newer = data.startswith(b"enumerator recovery ") and len(data) <= MOST_BYTES
            raise _unknown() if is_newer else _damaged()
        content, digest = data[:-_DIGEST_BYTES], data[-_DIGEST_BYTES:]
        if hashlib.sha256(content).digest() != digest:
            raise _damaged()
        try:
            self._parts = msgspec.msgpack.decode(content[len(_MAGIC) :], type=_Parts)
            self.head = msgspec.msgpack.decode(self._parts.head, type=RecoveryHead)
        except ValueError as error:
            raise _damaged() from error
        if len(self.head.salt) != SALT_BYTES:
            raise _damaged()

    def opened(self, code: str) -> EscrowedKey | None:
        """None when the code is another's. KnownError ``recovery_damaged``."""
        try:
            box = SecretBox(_key(code, self._parts.head, self.head.salt))
            return msgspec.msgpack.decode(box.decrypt(self._parts.sealed), type=EscrowedKey)
        except CryptoError:
            return None
        except ValueError as error:
            raise _damaged() from error


def new_code(random: bytes) -> str:
    """Of at least 12 bytes; to be read out."""
    return grouped(drawn(random[:_CODE_LETTERS]))


def is_code(typed: str) -> bool:
    """Whether it may be one: of the right length, with the right check letter."""
    said = plain(typed)
    return len(said) == _CODE_LETTERS + 1 and is_checked(said)


def recovery_file(head: RecoveryHead, escrowed: EscrowedKey, code: str, nonce: bytes) -> bytes:
    """The whole file. ``nonce``: 24 random bytes."""
    said = canonical(head)
    sealed = SecretBox(_key(code, said, head.salt)).encrypt(canonical(escrowed), nonce)
    content = _MAGIC + canonical(_Parts(head=said, sealed=bytes(sealed)))
    return content + hashlib.sha256(content).digest()


def _key(code: str, head: bytes, salt: bytes) -> bytes:
    stretched = hash_secret_raw(
        plain(code).encode(),
        salt,
        time_cost=_PASSES,
        memory_cost=_MEMORY_KIB,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
    return hkdf_sha256(stretched, salt, b"enumerator recovery 1" + head)


def _damaged() -> KnownError:
    return KnownError(
        "recovery_damaged",
        "This is no recovery file, or it was damaged on its way. Copy it again, or ask the office "
        "for another.",
    )


def _unknown() -> KnownError:
    return KnownError(
        "recovery_unknown",
        "This recovery file is of a newer version of the program. Update this one first.",
    )
