"""What an officer's laptop and a relay say to each other, and how both prove the code.

The code is spoken or shown, never sent. Stretched with the relay's salt it becomes a key, and from
that and both nonces comes the key of one visit, under which every request and every reply carries
its proof. Who knows no code learns nothing but that a relay is here.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated

import msgspec
from msgspec import Meta

from enumerator.clock import Chance
from enumerator.store.answer import Answer
from enumerator.store.relay_receipt import RelayReceipt
from sync.protocol import SealedItem

FORMAT = 1
PORT = 8418
"""Of the relay, and of the question who is one; the next ones are tried when it is taken."""
PROOF_HEADER = "X-Enumerator-Proof"
VISIT_HEADER = "X-Enumerator-Visit"
NONCE_BYTES = 16
MAX_BODY_BYTES = 8 * 1024 * 1024
MAX_ITEMS = 64
DEPOSIT_BYTES = 1024 * 1024
"""What one deposit aims to stay under; one larger item travels alone."""
MAX_ASKED = 256
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Nothing that is mistaken for something else."""
_CODE_LETTERS = 8
_STRETCH_KIB = 32 * 1024
"""Argon2id, one pass: 0.05 s on a laptop, and 600,000,000,000 codes are 1,000 years of them."""

Hash = Annotated[bytes, Meta(min_length=32, max_length=32)]
Nonce = Annotated[bytes, Meta(min_length=NONCE_BYTES, max_length=NONCE_BYTES)]


class Greet(msgspec.Struct, frozen=True, kw_only=True):
    """Anybody may; there is nothing in it."""

    format: int = FORMAT


class Greeting(msgspec.Struct, frozen=True, kw_only=True):
    format: int
    salt: Nonce
    nonce: Annotated[bytes, Meta(max_length=200)]
    """Good for one visit of ten minutes."""
    relay_key: Hash
    """Ed25519 public key of the relay's receipts; part of the visit's key."""


class Enter(msgspec.Struct, frozen=True, kw_only=True):
    """The first message of a visit: whoever answers with a proof knows the code too."""


class Entered(msgspec.Struct, frozen=True, kw_only=True):
    login: str
    """Whose laptop the relay is."""


class Collect(msgspec.Struct, frozen=True, kw_only=True):
    items: Annotated[list[Hash], Meta(max_length=MAX_ASKED)]


class Collected(msgspec.Struct, frozen=True, kw_only=True):
    answers: list[Answer]
    """The server's, of those that it has answered."""
    carried: list[RelayReceipt]
    """Of those that are still here. What is in neither list is not here."""


class Deposit(msgspec.Struct, frozen=True, kw_only=True):
    items: Annotated[list[SealedItem], Meta(max_length=MAX_ITEMS)]


class Deposited(msgspec.Struct, frozen=True, kw_only=True):
    receipts: list[RelayReceipt]
    """In the order of the items; durably kept."""


def new_code(chance: Chance) -> str:
    """To be read aloud: ``K7QM-2F9T``."""
    letters = [_ALPHABET[int(chance.fraction() * len(_ALPHABET))] for _ in range(_CODE_LETTERS)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def plain_code(code: str) -> str:
    """As it counts: capitals and digits only; blank when it cannot be a code."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    is_code = len(plain) == _CODE_LETTERS and all(letter in _ALPHABET for letter in plain)
    return plain if is_code else ""


def stretched(code: str, salt: bytes) -> bytes:
    """The key of a code; slow on purpose."""
    from argon2.low_level import Type, hash_secret_raw

    return hash_secret_raw(
        plain_code(code).encode(),
        salt,
        time_cost=1,
        memory_cost=_STRETCH_KIB,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )


def visit_key(code_key: bytes, visitor_nonce: bytes, greeting: Greeting) -> bytes:
    """Of one visit to one relay."""
    parts = (visitor_nonce, greeting.nonce, greeting.relay_key)
    message = b"enumerator visit\x00" + msgspec.msgpack.encode(parts)
    return hmac.digest(code_key, message, hashlib.sha256)


def request_proof(key: bytes, path: str, body: bytes) -> bytes:
    message = b"request\x00" + path.encode() + b"\x00" + body
    return hmac.digest(key, message, hashlib.sha256)


def reply_proof(key: bytes, asked: bytes, status: int, body: bytes) -> bytes:
    """``asked``: the proof of the request, so that a reply answers that one only."""
    message = b"reply\x00" + asked + status.to_bytes(2, "big") + body
    return hmac.digest(key, message, hashlib.sha256)
