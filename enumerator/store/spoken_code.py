"""Codes that are read out over the telephone.

Crockford's base 32, each code with a check letter (Luhn's, modulo 32): one wrong letter is always
noticed, two neighbours exchanged nearly always.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U to misread."""
_MISREAD = str.maketrans("OIL", "011")


def drawn(random: bytes) -> str:
    """A letter a byte, and the check letter."""
    return checked("".join(ALPHABET[byte % 32] for byte in random))


def grouped(code: str) -> str:
    """For reading aloud: ABCD-EFGH."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def plain(typed: str) -> str:
    """As it is meant: spaces, dashes, case and look-alike letters do not matter."""
    return "".join(letter for letter in typed.upper() if letter.isalnum()).translate(_MISREAD)


def checked(letters: str) -> str:
    return letters + ALPHABET[-_luhn(letters + "0") % 32]


def is_checked(letters: str) -> bool:
    return all(letter in ALPHABET for letter in letters) and _luhn(letters) == 0


def _luhn(letters: str) -> int:
    total = 0
    for place, letter in enumerate(reversed(letters)):
        value = ALPHABET.index(letter) << (place % 2)
        total += value // 32 + value % 32
    return total % 32
