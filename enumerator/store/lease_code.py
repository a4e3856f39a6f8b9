"""The two short codes that extend a laptop's lease over the telephone.

The laptop shows a challenge; who may extend it answers with a response that holds the days and a
MAC of challenge and days.
"""

from __future__ import annotations

import hashlib
import hmac

from enumerator.errors import KnownError
from enumerator.store.spoken_code import ALPHABET, checked, drawn, is_checked, plain

MOST_DAYS = 31
_CHALLENGE_LETTERS = 7
_MAC_LETTERS = 10


def new_challenge(random: bytes) -> str:
    """Of at least 7 bytes."""
    return drawn(random[:_CHALLENGE_LETTERS])


def respond(key: bytes, challenge: str, days: int) -> str:
    """KnownError ``bad_challenge``, ``bad_days``."""
    asked = plain(challenge)
    if len(asked) != _CHALLENGE_LETTERS + 1 or not is_checked(asked):
        raise KnownError(
            "bad_challenge",
            "This is no challenge of a laptop. Have it read out again, letter by letter.",
        )
    if not 1 <= days <= MOST_DAYS:
        raise KnownError("bad_days", f"Choose 1 to {MOST_DAYS} days.", most=MOST_DAYS)
    return checked(ALPHABET[days] + _mac(key, asked, days))


def days_of(response: str) -> int:
    """Before anything is compared. KnownError ``mistyped_code``."""
    said = plain(response)
    is_whole = len(said) == _MAC_LETTERS + 2 and is_checked(said)
    if not is_whole or ALPHABET.index(said[0]) == 0:
        raise KnownError(
            "mistyped_code",
            "A letter of this code is wrong. Have it read out again, letter by letter.",
        )
    return ALPHABET.index(said[0])


def is_response(key: bytes, challenge: str, response: str) -> bool:
    """KnownError ``mistyped_code``."""
    expected = respond(key, challenge, days_of(response))
    return hmac.compare_digest(expected, plain(response))


def _mac(key: bytes, challenge: str, days: int) -> str:
    said = b"enumerator lease\x00" + challenge.encode() + bytes([days])
    number = int.from_bytes(hmac.digest(key, said, hashlib.sha256)[:8]) >> 14
    return "".join(ALPHABET[number >> shift & 31] for shift in range(45, -1, -5))
