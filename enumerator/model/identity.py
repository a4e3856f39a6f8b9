"""NIK and No. KK: the two numbers of the population register, read and judged.

Format is a hard check (``errors``), consistency a soft one (``warnings``): a number that a person
has stays that person's for life even when its date or sex is wrong, so neither is ever a primary
key nor a reason to refuse an interview. Codes are stable words; the window has their texts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Generic, TypeVar

_PROVINCE = r"(?:1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7])"
_NIK = re.compile(
    _PROVINCE + r"\d{4}(?:0[1-9]|[12]\d|3[01]|4[1-9]|[56]\d|7[01])(?:0[1-9]|1[0-2])\d{6}",
    re.ASCII,
)
_CARD = re.compile(
    _PROVINCE + r"\d{4}(?:0[1-9]|[12]\d|3[01])(?:0[1-9]|1[0-2])\d{6}",
    re.ASCII,
)
_REGION = re.compile(_PROVINCE + r"\d{4}", re.ASCII)
_SEPARATORS = re.compile(r"[\s.\-]+")
_LENGTH = 16
_WOMAN_DAY_OFFSET = 40

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Parsed(Generic[T_co]):
    """A number read from text. ``value`` is None exactly when there are errors."""

    value: T_co | None
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class NikSentinel(Enum):
    """BPS's stand-ins for a missing NIK; they identify nobody."""

    REFUSED = "9999999999999994"
    NONE_UNDER_17 = "9999999999999995"
    NONE_17_OR_OVER = "9999999999999996"
    FOREIGNER = "9999999999999999"

    @classmethod
    def of(cls, text: str) -> NikSentinel | None:
        """The sentinel that ``text`` is, if it is one."""
        found = cls._value2member_map_.get(_digits(text))
        return found if isinstance(found, cls) else None


def masked(number: str) -> str:
    """``637101********01``: region and the last two digits, for lists and logs."""
    digits = _digits(number)
    if len(digits) <= 8:
        return "*" * len(digits)
    return digits[:6] + "*" * (len(digits) - 8) + digits[-2:]


@dataclass(frozen=True, slots=True)
class Nik:
    """A well-formed NIK (16 digits). Construct with :meth:`parse`."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Parsed[Nik]:
        """Errors: ``empty``, ``not_digits``, ``length``, ``sentinel``, ``placeholder``,
        ``region``, ``date``, ``serial``. Warning: ``impossible_date`` (31 February)."""
        digits = _digits(text)
        if errors := _basic_errors(digits):
            return Parsed(None, errors)
        if NikSentinel.of(digits) is not None:
            return Parsed(None, ("sentinel",))
        if errors := _shape_errors(digits, _NIK):
            return Parsed(None, errors)
        nik = cls(digits)
        return Parsed(nik, (), () if nik._possible_dates() else ("impossible_date",))

    @property
    def region(self) -> str:
        """Six digits of the district where it was first registered; it never follows moves."""
        return self.digits[:6]

    @property
    def sex(self) -> str:
        """``1`` man, ``2`` woman (40 was added to the day)."""
        return "2" if int(self.digits[6:8]) > _WOMAN_DAY_OFFSET else "1"

    @property
    def serial(self) -> str:
        return self.digits[12:]

    def birth_date(self, reference: date, stated: date | None = None) -> date | None:
        """The coded birth date; None where no century has that day.

        The century is not coded: the latest one that is not after ``reference``, unless the
        person's ``stated`` date agrees with the digits (people over 100 exist).
        """
        possible = self._possible_dates()
        if stated in possible:
            return stated
        return max((day for day in possible if day <= reference), default=None)

    def check(
        self,
        *,
        reference: date,
        birth_date: date | None = None,
        sex: str = "",
        region: str = "",
    ) -> tuple[str, ...]:
        """Soft warnings against what the person says: ``birth_date_differs``, ``sex_differs``,
        ``region_differs``, ``impossible_date``. A blank statement is not compared."""
        coded = self.birth_date(reference, birth_date)
        warnings = []
        if coded is None:
            warnings.append("impossible_date")
        elif birth_date is not None and coded != birth_date:
            warnings.append("birth_date_differs")
        if sex and sex != self.sex:
            warnings.append("sex_differs")
        if region and region.replace(".", "")[:6] != self.region:
            warnings.append("region_differs")
        return tuple(warnings)

    def masked(self) -> str:
        return masked(self.digits)

    def __str__(self) -> str:
        """Masked, so that a stray format string betrays nobody."""
        return self.masked()

    def __repr__(self) -> str:
        return f"Nik({self.masked()})"

    def _possible_dates(self) -> tuple[date, ...]:
        day = int(self.digits[6:8]) % _WOMAN_DAY_OFFSET
        month, year = int(self.digits[8:10]), int(self.digits[10:12])
        return _dates(day, month, year)


@dataclass(frozen=True, slots=True)
class FamilyCardNumber:
    """A No. KK (16 digits): region and date of recording (no 40 added), serial."""

    digits: str

    @classmethod
    def parse(cls, text: str) -> Parsed[FamilyCardNumber]:
        """Errors: ``empty``, ``not_digits``, ``length``, ``placeholder``, ``serial``. Old cards
        deviate from the pattern, so ``region`` and ``date`` are warnings."""
        digits = _digits(text)
        if errors := _basic_errors(digits):
            return Parsed(None, errors)
        if digits.endswith("0000"):
            return Parsed(None, ("serial",))
        warnings = _shape_errors(digits, _CARD)
        return Parsed(cls(digits), (), warnings)

    @property
    def region(self) -> str:
        return self.digits[:6]

    def recorded_on(self, reference: date) -> date | None:
        """The date of recording, not after ``reference``; None where there is no such day."""
        possible = _dates(int(self.digits[6:8]), int(self.digits[8:10]), int(self.digits[10:12]))
        return max((day for day in possible if day <= reference), default=None)

    def masked(self) -> str:
        return masked(self.digits)

    def __str__(self) -> str:
        return self.masked()

    def __repr__(self) -> str:
        return f"FamilyCardNumber({self.masked()})"


def same_person(one: str, other: str) -> bool:
    """Whether two register texts carry the same real NIK; sentinels and placeholders never do."""
    left, right = Nik.parse(one).value, Nik.parse(other).value
    return left is not None and left == right


def _digits(text: str) -> str:
    return _SEPARATORS.sub("", text)


def _basic_errors(digits: str) -> tuple[str, ...]:
    if not digits:
        return ("empty",)
    if not (digits.isascii() and digits.isdigit()):
        return ("not_digits",)
    if len(set(digits)) == 1 and NikSentinel.of(digits) is None:
        return ("placeholder",)
    if len(digits) != _LENGTH:
        return ("length",)
    return ()


def _shape_errors(digits: str, shape: re.Pattern[str]) -> tuple[str, ...]:
    errors = []
    if not shape.fullmatch(digits):
        errors.append("date" if _REGION.match(digits) else "region")
    if digits.endswith("0000"):
        errors.append("serial")
    return tuple(errors)


def _dates(day: int, month: int, year_of_century: int) -> tuple[date, ...]:
    found = []
    for century in (1800, 1900, 2000, 2100):
        try:
            found.append(date(century + year_of_century, month, day))
        except ValueError:
            continue
    return tuple(found)
