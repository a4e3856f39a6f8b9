"""The register's view of a family and its members: what the officer confirms or corrects."""

from __future__ import annotations

from dataclasses import dataclass

from enumerator.model.ids import AreaCode, FamilyId


@dataclass(frozen=True, slots=True)
class Family:
    """One family card of the register. ``card_number`` is a weak key: it changes over a life."""

    id: FamilyId
    head_name: str
    card_number: str
    province: AreaCode
    regency: AreaCode
    district: AreaCode
    village: AreaCode
    sls: str
    address: str
    online_status: str
    """``belum`` (no self-response) or ``tidak lengkap`` (incomplete)."""
    stated_size: int | None


@dataclass(frozen=True, slots=True)
class Member:
    """One line of the family's roster as the register has it; interview values never mix in."""

    family_id: FamilyId
    line_no: int
    name: str
    nik: str
    sex: str
    """``1`` man, ``2`` woman."""
    birth_date: str
    """ISO date, or empty where the register has none."""
    relationship: str
