"""Enrolling an officer on this laptop with a one-time code.

The keys are made here and never leave. Until the officer's store exists they wait, sealed with
the passphrase, in a pending folder: when the program dies between the server's answer and the
store, the same code and passphrase again give the same keys, and the server the same answer.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import msgspec
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.signing import SigningKey

from enumerator.clock import Chance, Clock
from enumerator.errors import KnownError
from enumerator.store import DataFolder, Enrolment, KeyCost, OfficerStore
from enumerator.store.device_secret import DeviceSecrets
from enumerator.store.durable import write_durably
from enumerator.store.folders import PROFILE_FILE
from enumerator.store.keys import create_key, unwrap_key
from sync.client.connection import Transport
from sync.client.transport import HttpTransport
from sync.protocol import EnrolReply, EnrolRequest, Versions

_PENDING_FOLDER = "enrolling"
_PENDING_FILE = "pending"


class _Pending(msgspec.Struct, frozen=True):
    """What has to survive a crash: who asked, with which keys, for which folder."""

    code_hash: bytes
    address: str
    device_seed: bytes
    account_seed: bytes
    officer_folder: str


def enrol(
    address: str,
    code: str,
    folder: DataFolder,
    passphrase: str,
    clock: Clock,
    chance: Chance,
    *,
    transport: Transport | None = None,
    cost: KeyCost | None = None,
    device_name: str = "",
    secrets: DeviceSecrets | None = None,
) -> OfficerStore:
    """The officer's open store. Safe to repeat with the same code and passphrase.

    KnownError of the link, ``code_unknown``, ``code_used``, ``code_expired``,
    ``short_passphrase``, ``wrong_passphrase`` (another one was chosen at the first try),
    ``bad_address``.
    """
    wire = transport or HttpTransport(address, roots=folder.roots)
    try:
        pending = _pending(address, code, folder, passphrase, clock, chance, cost)
        target = folder.officers / pending.officer_folder
        if not (target / PROFILE_FILE).exists():
            reply = _redeem(wire, code, pending, device_name)
            if target.exists():  # made by a try that died: without a profile it holds nothing
                shutil.rmtree(target)
            enrolment = _enrolment(address, pending, reply)
            store = OfficerStore.create(
                target,
                passphrase,
                enrolment,
                clock=clock,
                chance=chance,
                cost=cost,
                secrets=secrets,
            )
        else:
            store = OfficerStore.open(
                target, passphrase, clock=clock, chance=chance, secrets=secrets
            )
    finally:
        if transport is None:
            wire.close()
    # What cannot be deleted now goes at the next enrolment; the store exists already.
    shutil.rmtree(folder.root / _PENDING_FOLDER, ignore_errors=True)
    return store


def _pending(
    address: str,
    code: str,
    folder: DataFolder,
    passphrase: str,
    clock: Clock,
    chance: Chance,
    cost: KeyCost | None,
) -> _Pending:
    """Of the try before with this code, or new and on the disk."""
    place = folder.root / _PENDING_FOLDER
    code_hash = _code_hash(code)
    if (place / _PENDING_FILE).exists() and _is_for(place, code_hash):
        found = _read(place, unwrap_key(place, passphrase, clock, chance))
        if found is not None and found.address == address:
            return found
    if place.exists():  # of another code: its store was never made
        shutil.rmtree(place)
    place.mkdir(parents=True, mode=0o700)
    key = create_key(place, passphrase, chance, cost)
    pending = _Pending(
        code_hash, address, chance.token(32), chance.token(32), chance.token(8).hex()
    )
    sealed = SecretBox(key).encrypt(
        msgspec.msgpack.encode(pending), chance.token(SecretBox.NONCE_SIZE)
    )
    write_durably(place / _PENDING_FILE, code_hash + sealed)
    return pending


def _is_for(place: Path, code_hash: bytes) -> bool:
    return (place / _PENDING_FILE).read_bytes().startswith(code_hash)


def _read(place: Path, key: bytes) -> _Pending | None:
    data = (place / _PENDING_FILE).read_bytes()[hashlib.sha256().digest_size :]
    try:
        return msgspec.msgpack.decode(SecretBox(key).decrypt(data), type=_Pending)
    except (CryptoError, ValueError):
        return None


def _redeem(wire: Transport, code: str, pending: _Pending, device_name: str) -> EnrolReply:
    request = EnrolRequest(
        code=code,
        device_public_key=SigningKey(pending.device_seed).verify_key.encode(),
        account_public_key=SigningKey(pending.account_seed).verify_key.encode(),
        versions=Versions(),
        device_name=device_name,
    )
    return wire.call("/v1/enrol", request, EnrolReply)


def _enrolment(address: str, pending: _Pending, reply: EnrolReply) -> Enrolment:
    if len(reply.server_receipt_key) != 32 or len(reply.office_seal_key) != 32:
        raise KnownError("bad_reply", "The server's answer to the enrolment is not usable.")
    return Enrolment(
        server=address,
        account_id=reply.account_id,
        role=reply.role,
        login=reply.login,
        device_id=reply.device_id,
        device_key=pending.device_seed,
        officer_key=pending.account_seed,
        server_receipt_key=reply.server_receipt_key,
        seal_key=reply.office_seal_key,
        lineage=reply.lineage,
    )


def _code_hash(code: str) -> bytes:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return hashlib.sha256(b"pending\x00" + plain.encode()).digest()
