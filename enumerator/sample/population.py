"""Synthetic families of real villages: any number of them, streamed, the same for the same seed."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from enumerator.model import AreaCode, Family, FamilyId, Member
from enumerator.sample import REGIONS, sample_file
from enumerator.sample.kinship import Kin, Relationship, compose, family_size
from enumerator.sample.names import FEMALE, name_of

CENSUS_DAY = date(2020, 9, 15)
"""The questionnaire's reference day; ages are counted on it."""

# Three regencies, four districts: every list that depends on another has something to choose.
VILLAGES = tuple(
    AreaCode(code)
    for code in (
        "63.03.05.1003",  # Pasayangan, Martapura
        "63.03.05.2034",  # Cindai Alus, Martapura
        "63.03.15.2016",  # Tambak Anyar Ilir, Martapura Timur
        "63.06.07.2001",  # Muning Baru, Daha Selatan
        "63.06.07.2009",  # Sungai Pinang, Daha Selatan
        "63.71.04.1010",  # Sungai Andai, Banjarmasin Utara
    )
)

# Serials that the issuing offices do not reach: a day sees a few births to a district.
FIRST_NIK_SERIAL = 9001
FIRST_CARD_SERIAL = 9002
_LAST_SERIAL = 9999

NOT_ANSWERED, INCOMPLETE = "belum", "tidak lengkap"
_INCOMPLETE_SHARE = 0.3
_JAVANESE_SHARE = 0.15
_REGISTERED_ELSEWHERE_SHARE = 0.12
_FAMILIES_PER_RT = 25
_RT_PER_RW = 4
_EARLIEST_CARD = date(2008, 1, 1)
_LATEST_CARD = date(2020, 6, 30)
_STREETS = (
    "Jl. Handil Bakti",
    "Jl. Keramat Raya",
    "Jl. Kuripan",
    "Jl. Martapura Lama",
    "Jl. Melati",
    "Jl. Pangeran Samudera",
    "Jl. Pasar Lama",
    "Jl. Pendidikan",
    "Jl. Sungai Andai",
    "Jl. Tepi Sungai",
    "Jl. Veteran",
    "Gg. Amanah",
    "Gg. Karya Bersama",
    "Gg. Rambai",
)


@dataclass(frozen=True, slots=True)
class RegisteredFamily:
    """A family of the register with its members; the head is the first."""

    family: Family
    members: tuple[Member, ...]


def population(
    families: int = 500, *, seed: int = 2020, villages: Sequence[AreaCode] = VILLAGES
) -> Iterator[RegisteredFamily]:
    """Stream ``families`` families, spread evenly over ``villages``, in the register's order.

    Pure in its arguments. Memory grows with the distinct birth dates, not with the families.
    """
    random = Random(seed)  # noqa: S311 -- invented people must come out the same again
    register = _Register(random)
    width = max(3, len(str(families)))
    number = 0
    for position, village in enumerate(villages):
        here = families // len(villages) + (position < families % len(villages))
        streets = random.sample(_STREETS, 4)
        for index in range(here):
            number += 1
            home = _home(random, village, index, streets)
            yield register.family(f"{number:0{width}d}", home)


def family_of(members: int, *, seed: int = 2020) -> RegisteredFamily:
    """One family of exactly so many members, whatever is usual."""
    random = Random(seed)  # noqa: S311 -- invented people must come out the same again
    home = _home(random, VILLAGES[0], 0, random.sample(_STREETS, 4))
    return _Register(random).family("001", home, members)


def area_codes(level: str) -> tuple[AreaCode, ...]:
    """All codes of one level (``district``, ``village`` …) of the bundled regions file."""
    text = sample_file(REGIONS).decode("utf-8")
    rows: Iterator[Mapping[str, str]] = csv.DictReader(io.StringIO(text))
    return tuple(AreaCode(row["code"]) for row in rows if row["level"] == level)


@dataclass(frozen=True, slots=True)
class _Home:
    village: AreaCode
    sls: str
    address: str

    @property
    def district(self) -> AreaCode:
        return AreaCode(self.village[:8])


def _home(random: Random, village: AreaCode, index: int, streets: Sequence[str]) -> _Home:
    """Address of the village's family ``index``: neighbourhoods of 25 families, house by house."""
    rt = index // _FAMILIES_PER_RT + 1
    rw = (rt - 1) // _RT_PER_RW + 1
    street = streets[rt % len(streets)]
    house = index % _FAMILIES_PER_RT * 3 + random.randint(1, 3) + 75 * ((rt - 1) // len(streets))
    return _Home(village, f"RT {rt:03d} RW {rw:03d}", f"{street} No. {house}")


class _Register:
    """The register office's memory: which numbers are taken."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._districts = area_codes("district")
        self._taken: Counter[int] = Counter()

    def family(self, number: str, home: _Home, size: int | None = None) -> RegisteredFamily:
        """``size`` None: as large as families are."""
        random = self._random
        people = compose(random, size or family_size(random))
        family_id = FamilyId(f"6300-{home.village.replace('.', '')}-{number}")
        is_javanese = random.random() < _JAVANESE_SHARE
        names: set[str] = set()
        members = tuple(
            self._member(family_id, line_no, kin, home, names, is_javanese=is_javanese)
            for line_no, kin in enumerate(people, start=1)
        )
        head = members[0]
        family = Family(
            id=family_id,
            head_name=head.name,
            card_number=self._card_number(home, date.fromisoformat(head.birth_date)),
            province=AreaCode(home.village[:2]),
            regency=AreaCode(home.village[:5]),
            district=home.district,
            village=home.village,
            sls=home.sls,
            address=home.address,
            online_status=INCOMPLETE if random.random() < _INCOMPLETE_SHARE else NOT_ANSWERED,
            stated_size=len(members),
        )
        return RegisteredFamily(family, members)

    def _member(
        self,
        family_id: FamilyId,
        line_no: int,
        kin: Kin,
        home: _Home,
        names: set[str],
        *,
        is_javanese: bool,
    ) -> Member:
        name = name_of(self._random, kin.sex, is_javanese=is_javanese)
        while name in names:
            name = name_of(self._random, kin.sex, is_javanese=is_javanese)
        names.add(name)
        nik, birth = self._nik(kin, home)
        return Member(family_id, line_no, name, nik, kin.sex, birth.isoformat(), kin.relationship)

    def _nik(self, kin: Kin, home: _Home) -> tuple[str, date]:
        """A free NIK and the birth date in it. The district is that of first registration."""
        born_here = kin.relationship in (Relationship.CHILD, Relationship.GRANDCHILD)
        district = home.district
        if not born_here and self._random.random() < _REGISTERED_ELSEWHERE_SHARE:
            district = self._random.choice(self._districts)
        birth = CENSUS_DAY - timedelta(days=int(kin.age_years * 365.2425))
        while True:
            day = birth.day + (40 if kin.sex == FEMALE else 0)
            prefix = f"{district.replace('.', '')}{day:02d}{birth:%m%y}"
            serial = self._next_serial(prefix, FIRST_NIK_SERIAL)
            if serial <= _LAST_SERIAL:
                return f"{prefix}{serial}", birth
            birth -= timedelta(days=1)

    def _card_number(self, home: _Home, head_born: date) -> str:
        """A free No. KK, recorded on a day when the head was at least 17."""
        earliest = max(_EARLIEST_CARD, head_born + timedelta(days=int(17 * 365.2425)))
        span_days = (_LATEST_CARD - earliest).days
        while True:
            recorded = earliest + timedelta(days=self._random.randint(0, span_days))
            # A marker keeps a man's NIK prefix and a card's from sharing a counter.
            prefix = f"{home.district.replace('.', '')}{recorded:%d%m%y}"
            serial = self._next_serial(f"9{prefix}", FIRST_CARD_SERIAL)
            if serial <= _LAST_SERIAL:
                return f"{prefix}{serial}"

    def _next_serial(self, prefix: str, first: int) -> int:
        key = int(prefix)
        serial = first + self._taken[key]
        self._taken[key] += 1
        return serial
