"""The database key in the office's safekeeping: for a forgotten passphrase, for a lost keyring.

The laptop seals its key to the office and sends that with a hello, once. Inside stand the officer,
the laptop and the folder, so that no escrow can be taken for another's. Who has the server's
database alone reads nothing of it; the office's private key opens it.
"""

from __future__ import annotations

import hashlib
import hmac

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey, VerifyKey

from enumerator.clock import Clock
from enumerator.store.connection import Connections
from enumerator.store.enrolment import Enrolment
from enumerator.store.envelope import canonical
from enumerator.store.history import History
from enumerator.store.keys import RecoveryNote
from enumerator.store.settings import StoreSettings

RECOVERY_SETTING = "recovery"
"""The newest recovery of this database: a :class:`RecoveryNote`."""
_TOLD_SETTING = "escrow_told"
_MARK_BYTES = 16


class EscrowedKey(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    device_id: str
    place: str
    """The officer's folder on that laptop, a random name."""
    key: bytes

    def __repr__(self) -> str:
        return f"EscrowedKey({self.account_id}, device {self.device_id})"


class EscrowPayload(msgspec.Struct, frozen=True, kw_only=True):
    """What a laptop tells of its key, bound to one hello. Blank ``sealed``: nothing new of it."""

    device_id: str
    nonce: bytes
    mark: bytes = b""
    sealed: bytes = b""
    """An :class:`EscrowedKey`."""
    recovery_id: str = ""
    """Of a recovery that the server has not heard of; blank: none."""
    recovered_at: str = ""


def mark_of(escrowed: EscrowedKey, seal_key: bytes) -> bytes:
    """The same for each sealing of the same key to the same office; tells nothing of the key."""
    words = (escrowed.account_id, escrowed.device_id, escrowed.place)
    said = b"\x00".join((b"enumerator escrow", *(word.encode() for word in words), seal_key))
    return hmac.digest(escrowed.key, said, hashlib.sha256)[:_MARK_BYTES]


def seal_escrow(escrowed: EscrowedKey, seal_key: bytes) -> bytes:
    sealed: bytes = SealedBox(PublicKey(seal_key)).encrypt(canonical(escrowed))
    return sealed


def open_escrow(sealed: bytes, office_private_key: bytes) -> EscrowedKey:
    """``nacl.exceptions.CryptoError`` or ValueError when it is not sealed to this office."""
    box = SealedBox(PrivateKey(office_private_key))
    return msgspec.msgpack.decode(box.decrypt(sealed), type=EscrowedKey)


def sign_escrow(payload: bytes, account_key: bytes) -> bytes:
    signature: bytes = SigningKey(account_key).sign(_said(payload)).signature
    return signature


def verified_escrow(payload: bytes, signature: bytes, account_key: bytes) -> EscrowPayload | None:
    """None when it is not this account's."""
    try:
        VerifyKey(account_key).verify(_said(payload), signature)
        return msgspec.msgpack.decode(payload, type=EscrowPayload)
    except (BadSignatureError, ValueError):
        return None


def _said(payload: bytes) -> bytes:
    return b"enumerator escrow word\x00" + payload


class _Told(msgspec.Struct, frozen=True):
    """What the server said last of what it holds. ``mark`` None: it keeps no escrows."""

    mark: bytes | None
    recovery_id: str


class Escrow:
    """This laptop's side: what the next hello tells, and what the server says that it has."""

    def __init__(
        self,
        connections: Connections,
        settings: StoreSettings,
        history: History,
        enrolment: Enrolment,
        clock: Clock,
        escrowed: EscrowedKey,
    ) -> None:
        self._connections = connections
        self._settings = settings
        self._history = history
        self._seal_key = enrolment.seal_key
        self._clock = clock
        self._escrowed = escrowed

    def due(self, nonce: bytes) -> EscrowPayload | None:
        """What this hello is to tell: what the server is not known to have."""
        told = self._told()
        if told is not None and told.mark is None:
            return None
        mark = mark_of(self._escrowed, self._seal_key)
        is_held = told is not None and told.mark == mark
        note = self.recovery()
        is_heard = note is None or (told is not None and told.recovery_id == note.recovery_id)
        if is_held and is_heard:
            return None
        return EscrowPayload(
            device_id=self._escrowed.device_id,
            nonce=nonce,
            mark=b"" if is_held else mark,
            sealed=b"" if is_held else seal_escrow(self._escrowed, self._seal_key),
            recovery_id="" if note is None or is_heard else note.recovery_id,
            recovered_at="" if note is None or is_heard else note.at,
        )

    def heard(self, mark: bytes | None, recovery_id: str) -> None:
        """What a signed hello said of what the server holds."""
        told = _Told(mark, recovery_id)
        if told != self._told():
            with self._connections.writing() as db:
                self._settings.put(db, _TOLD_SETTING, msgspec.msgpack.encode(told))

    def recovery(self) -> RecoveryNote | None:
        """The newest of this database."""
        data = self._settings.get(RECOVERY_SETTING)
        return None if data is None else msgspec.msgpack.decode(data, type=RecoveryNote)

    def note_recovery(self, note: RecoveryNote) -> None:
        """Into the history and for the next hello, once."""
        if note == self.recovery():
            return
        with self._connections.writing() as db:
            self._settings.put(db, RECOVERY_SETTING, msgspec.msgpack.encode(note))
            self._history.add(
                db, None, "recovered", recovery_id=note.recovery_id, made_at=note.made_at
            )

    def _told(self) -> _Told | None:
        data = self._settings.get(_TOLD_SETTING)
        return None if data is None else msgspec.msgpack.decode(data, type=_Told)
