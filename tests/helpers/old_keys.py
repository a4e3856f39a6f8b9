"""Key files as programs wrote them before laptops had a secret of their own."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import msgspec
from nacl.secret import SecretBox

from enumerator.store import KeyCost, keys
from tests.helpers.hand_clock import SeededChance


def write_old_key_file(folder: Path, key: bytes, passphrase: str, cost: KeyCost) -> None:
    salt = SeededChance(4).token(16)
    wrapping_key = keys._wrapping_key(passphrase, salt, cost, b"")
    wrapped = SecretBox(wrapping_key).encrypt(key, SeededChance(5).token(SecretBox.NONCE_SIZE))
    file = {
        "salt": base64.b64encode(salt).decode(),
        "cost": msgspec.to_builtins(cost),
        "wrapped": base64.b64encode(bytes(wrapped)).decode(),
        "wrong_tries": 0,
        "last_try_at": "",
        "format": 1,
    }
    (folder / keys.KEYS_FILE).write_text(json.dumps(file))
