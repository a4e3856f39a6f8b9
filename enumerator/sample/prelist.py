"""The office's files: the register list (prelist) and the self-responses, as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from random import Random

from enumerator.model import Family, Member
from enumerator.sample.population import INCOMPLETE, RegisteredFamily

FAMILIES_FILE = "prelist_keluarga.csv"
MEMBERS_FILE = "prelist_anggota.csv"
RESPONSES_FILE = "responses.csv"

FAMILY_COLUMNS = (
    "id_keluarga",
    "tampilan",
    "nama_kk",
    "no_kk",
    "prov",
    "kab",
    "kec",
    "desa",
    "sls",
    "alamat",
    "status_spo",
    "jml",
)
MEMBER_COLUMNS = ("id_keluarga", "no_urut", "nama", "nik", "jk", "tgl_lahir", "hubungan")
RESPONSE_COLUMNS = ("no_kk", "nik", "status", "submitted_at")

_WITA = timezone(timedelta(hours=8))  # South Kalimantan's zone
# The online census ran from 15 February to 29 May 2020; officers went out in September.
_ONLINE_FROM = datetime(2020, 2, 15, tzinfo=_WITA)
_ONLINE_DAYS = 104
_FOLLOW_UP_FROM = datetime(2020, 9, 1, tzinfo=_WITA)
_FOLLOW_UP_DAYS = 14
LATE_SHARE = 0.03


@dataclass(frozen=True, slots=True)
class SelfResponse:
    """One online answer of a family, handed in by its head."""

    card_number: str
    nik: str
    status: str
    """``partial`` or ``complete``."""
    submitted_at: datetime


@dataclass(frozen=True, slots=True)
class Written:
    families: int
    members: int
    responses: int


def self_responses(
    families: Iterable[RegisteredFamily], *, seed: int = 2020, late_share: float = LATE_SHARE
) -> Iterator[SelfResponse]:
    """What these families sent online: the incomplete answers of the online census and, of
    ``late_share`` of all families, a complete one while officers are already out."""
    random = Random(f"{seed}:responses")  # noqa: S311 -- reproducible sample data
    for registered in families:
        card, nik = registered.family.card_number, registered.members[0].nik
        if registered.family.online_status == INCOMPLETE:
            moment = _moment(random, _ONLINE_FROM, _ONLINE_DAYS)
            yield SelfResponse(card, nik, "partial", moment)
        if random.random() < late_share:
            moment = _moment(random, _FOLLOW_UP_FROM, _FOLLOW_UP_DAYS)
            yield SelfResponse(card, nik, "complete", moment)


def write_prelist(
    folder: Path,
    families: Iterable[RegisteredFamily],
    *,
    seed: int = 2020,
    late_share: float = LATE_SHARE,
) -> Written:
    """Write the three files into ``folder`` in one pass over ``families``; replaces old ones."""
    folder.mkdir(parents=True, exist_ok=True)
    counted = {FAMILIES_FILE: 0, MEMBERS_FILE: 0, RESPONSES_FILE: 0}
    with ExitStack() as stack:

        def table(name: str, columns: tuple[str, ...]) -> csv.DictWriter[str]:
            path = folder / name
            file = stack.enter_context(path.open("w", encoding="utf-8", newline=""))
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            return writer

        family_table = table(FAMILIES_FILE, FAMILY_COLUMNS)
        member_table = table(MEMBERS_FILE, MEMBER_COLUMNS)
        response_table = table(RESPONSES_FILE, RESPONSE_COLUMNS)

        def recorded() -> Iterator[RegisteredFamily]:
            for registered in families:
                family_table.writerow(_family_row(registered.family))
                member_table.writerows(_member_row(member) for member in registered.members)
                counted[FAMILIES_FILE] += 1
                counted[MEMBERS_FILE] += len(registered.members)
                yield registered

        for response in self_responses(recorded(), seed=seed, late_share=late_share):
            response_table.writerow(_response_row(response))
            counted[RESPONSES_FILE] += 1
    return Written(*counted.values())


def _moment(random: Random, start: datetime, days: int) -> datetime:
    """A second of the waking hours (6 to 22) of one of ``days`` days."""
    return start + timedelta(
        days=random.randrange(days), hours=6, seconds=random.randrange(16 * 3600)
    )


def _family_row(family: Family) -> dict[str, object]:
    rt = family.sls.partition(" RW")[0]
    return {
        "id_keluarga": family.id,
        "tampilan": f"{family.head_name} - {family.address} {rt}",
        "nama_kk": family.head_name,
        "no_kk": family.card_number,
        "prov": family.province,
        "kab": family.regency,
        "kec": family.district,
        "desa": family.village,
        "sls": family.sls,
        "alamat": family.address,
        "status_spo": family.online_status,
        "jml": family.stated_size,
    }


def _member_row(member: Member) -> dict[str, object]:
    return {
        "id_keluarga": member.family_id,
        "no_urut": member.line_no,
        "nama": member.name,
        "nik": member.nik,
        "jk": member.sex,
        "tgl_lahir": member.birth_date,
        "hubungan": member.relationship,
    }


def _response_row(response: SelfResponse) -> dict[str, object]:
    return {
        "no_kk": response.card_number,
        "nik": response.nik,
        "status": response.status,
        "submitted_at": response.submitted_at.isoformat(),
    }
