"""The two short codes that extend a laptop's lease over the telephone.

The laptop shows a challenge; who may extend it answers with a response that holds the days and a
MAC of challenge and days. Crockford's base 32, each with a check letter (Luhn's, modulo 32): one
wrong letter is always noticed, two neighbours exchanged nearly always.
"""

from __future__ import annotations

import hashlib
import hmac

from enumerator.errors import KnownError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U to misread."""
MOST_DAYS = 31
_CHALLENGE_LETTERS = 7
_MAC_LETTERS = 10
_MISREAD = str.maketrans("OIL", "011")


def new_challenge(random: bytes) -> str:
    """Of at least 7 bytes."""
    return _checked("".join(ALPHABET[byte % 32] for byte in random[:_CHALLENGE_LETTERS]))


def respond(key: bytes, challenge: str, days: int) -> str:
    """KnownError ``bad_challenge``, ``bad_days``."""
    plain = _plain(challenge)
    if len(plain) != _CHALLENGE_LETTERS + 1 or not _is_checked(plain):
        raise KnownError(
            "bad_challenge",
            "This is no challenge of a laptop. Have it read out again, letter by letter.",
        )
    if not 1 <= days <= MOST_DAYS:
        raise KnownError("bad_days", f"Choose 1 to {MOST_DAYS} days.", most=MOST_DAYS)
    return _checked(ALPHABET[days] + _mac(key, plain, days))


def days_of(response: str) -> int:
    """Before anything is compared. KnownError ``mistyped_code``."""
    plain = _plain(response)
    is_whole = len(plain) == _MAC_LETTERS + 2 and _is_checked(plain)
    if not is_whole or ALPHABET.index(plain[0]) == 0:
        raise KnownError(
            "mistyped_code",
            "A letter of this code is wrong. Have it read out again, letter by letter.",
        )
    return ALPHABET.index(plain[0])


def is_response(key: bytes, challenge: str, response: str) -> bool:
    """KnownError ``mistyped_code``."""
    expected = respond(key, challenge, days_of(response))
    return hmac.compare_digest(expected, _plain(response))


def grouped(code: str) -> str:
    """For reading aloud: ABCD-EFGH."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _plain(typed: str) -> str:
    return "".join(letter for letter in typed.upper() if letter.isalnum()).translate(_MISREAD)


def _mac(key: bytes, challenge: str, days: int) -> str:
    said = b"enumerator lease\x00" + challenge.encode() + bytes([days])
    number = int.from_bytes(hmac.digest(key, said, hashlib.sha256)[:8]) >> 14
    return "".join(ALPHABET[number >> shift & 31] for shift in range(45, -1, -5))


def _checked(letters: str) -> str:
    return letters + ALPHABET[-_luhn(letters + "0") % 32]


def _is_checked(letters: str) -> bool:
    return all(letter in ALPHABET for letter in letters) and _luhn(letters) == 0


def _luhn(letters: str) -> int:
    total = 0
    for place, letter in enumerate(reversed(letters)):
        value = ALPHABET.index(letter) << (place % 2)
        total += value // 32 + value % 32
    return total % 32
