"""The register list of one family as the questionnaire reads it: CSV bytes, in memory only."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

import msgspec

from enumerator.model import Family, Member

FAMILIES_FILE = "prelist_keluarga.csv"
MEMBERS_FILE = "prelist_anggota.csv"
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

EMPTY: dict[str, bytes] = {
    FAMILIES_FILE: (",".join(FAMILY_COLUMNS) + "\n").encode(),
    MEMBERS_FILE: (",".join(MEMBER_COLUMNS) + "\n").encode(),
}
"""Lists without rows: for a family that is not in the register, and to load a form with."""


def lists_of(family: Family, members: Sequence[Member]) -> dict[str, bytes]:
    """Both files with this family's rows and nobody else's."""
    return {
        FAMILIES_FILE: _csv(FAMILY_COLUMNS, [family_row(family, len(members))]),
        MEMBERS_FILE: _csv(MEMBER_COLUMNS, map(member_row, members)),
    }


def family_row(family: Family, members: int) -> tuple[str, ...]:
    """In the order of ``FAMILY_COLUMNS``; ``members`` 0 where the register names none."""
    rt = " ".join(family.sls.split()[:2])
    return (
        family.id,
        f"{family.head_name} - {family.address} {rt}".strip(),
        family.head_name,
        family.card_number,
        family.province,
        family.regency,
        family.district,
        family.village,
        family.sls,
        family.address,
        family.online_status,
        str(members or family.stated_size or 0),
    )


def member_row(member: Member) -> tuple[str, ...]:
    """In the order of ``MEMBER_COLUMNS``."""
    return (
        member.family_id,
        str(member.line_no),
        member.name,
        member.nik,
        member.sex,
        member.birth_date,
        member.relationship,
    )


def packed(lists: dict[str, bytes]) -> bytes:
    """For the draft's row in the encrypted database; equal lists give equal bytes."""
    return msgspec.msgpack.encode(dict(sorted(lists.items())))


def unpacked(data: bytes) -> dict[str, bytes]:
    return msgspec.msgpack.decode(data, type=dict[str, bytes])


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
