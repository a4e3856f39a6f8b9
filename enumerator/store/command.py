"""Commands of the office to one laptop: signed by the server, so that nobody else can give one."""

from __future__ import annotations

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

from enumerator.store.envelope import KeyChange, canonical

FREEZE, UNFREEZE, WIPE, RESEND, ROTATE = "freeze", "unfreeze", "wipe", "resend", "rotate"
KINDS = (FREEZE, UNFREEZE, WIPE, RESEND, ROTATE)


class CommandOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What is signed. ``parameters``: ``reason`` for people, ``from_sequence`` of a resend (in
    the present incarnation; 0 is everything, earlier incarnations too)."""

    command_id: str
    device_id: str
    command: str
    parameters: dict[str, str] = {}
    lineage: str
    point: int
    """The server's order: of two that contradict each other the larger one holds."""
    issued_at: str


def order_bytes(payload: bytes) -> bytes:
    """What the receipt key signs for a command."""
    return b"enumerator command\x00" + payload


def verified_order(payload: bytes, signature: bytes, receipt_key: bytes) -> CommandOrder | None:
    """None when the signature is not the server's or the payload malformed."""
    try:
        VerifyKey(receipt_key).verify(order_bytes(payload), signature)
        return msgspec.msgpack.decode(payload, type=CommandOrder)
    except (BadSignatureError, ValueError):
        return None


def change_keys(
    device_id: str,
    command_id: str,
    old_account_seed: bytes,
    device_seed: bytes,
    account_seed: bytes,
) -> KeyChange:
    """New keys, vouched for by the old account key; both prove that they are held. The old device
    key signs the envelope that carries this."""
    change = KeyChange(
        device_key=SigningKey(device_seed).verify_key.encode(),
        account_key=SigningKey(account_seed).verify_key.encode(),
    )
    message = _change_bytes(device_id, command_id, change)
    return msgspec.structs.replace(
        change,
        by_old_account=SigningKey(old_account_seed).sign(message).signature,
        by_device=SigningKey(device_seed).sign(message).signature,
        by_account=SigningKey(account_seed).sign(message).signature,
    )


def is_change_valid(
    device_id: str, command_id: str, old_account_key: bytes, change: KeyChange
) -> bool:
    message = _change_bytes(device_id, command_id, change)
    signed = (
        (old_account_key, change.by_old_account),
        (change.device_key, change.by_device),
        (change.account_key, change.by_account),
    )
    try:
        for key, signature in signed:
            VerifyKey(key).verify(message, signature)
    except (BadSignatureError, ValueError):
        return False
    return True


def _change_bytes(device_id: str, command_id: str, change: KeyChange) -> bytes:
    bare = KeyChange(device_key=change.device_key, account_key=change.account_key)
    subject = f"enumerator keys\x00{device_id}\x00{command_id}\x00".encode()
    return subject + canonical(bare)
