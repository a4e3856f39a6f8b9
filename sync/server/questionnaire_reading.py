"""What the server needs to know of an interview: which form, its result word, whom it is about,
who lives there, and whether the answers pass the form's hard edits.

Reads hostile XML safely: no document type, hence no entities; bounded size and depth.
"""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from enumerator.fieldwork.binding import SP2020_C1
from enumerator.model import Nik

_MAX_DEPTH = 200
_MOST_MARKS = 100_000
"""Of ``<`` and ``=``: the whole tree is in memory. An interview of SP2020 has some 600."""
_MOST_MEMBERS = 1000
_EVER_MARRIED_FROM = 10
_IDENTITY_DIGITS = 16
_BINDING = SP2020_C1


class UnreadableInterviewError(ValueError):
    """Not the XML of an interview."""


@dataclass(frozen=True, slots=True)
class KeyQuestions:
    """Where the answers stand by which two interviews are compared and the hard edits judged:
    data, so that another questionnaire can differ. A form without them passes and confirms
    nothing."""

    heads: str
    reference_date: str
    card_number: str
    members: str
    present: str
    """Below ``members``, like all that follow: ``1`` for who lives there."""
    nik: str
    name: str
    sex: str
    birth_date: str
    relationship: str
    marital_status: str
    never_married: str
    age: str
    not_answers: frozenset[str]
    """What two interviews never have in common."""


SP2020_KEYS = KeyQuestions(
    heads="/data/jml_kepala",
    reference_date="/data/tgl_ref",
    card_number="/data/blok_ii/no_kk",
    members="/data/blok_iii/anggota",
    present="hadir",
    nik="f_nik",
    name="f_nama",
    sex="f_jk",
    birth_date="f_tgl",
    relationship="f_hub",
    marital_status="sosial/kawin",
    never_married="1",
    age="umur",
    not_answers=frozenset(
        {
            "/data/meta",
            "/data/waktu_mulai",
            "/data/waktu_selesai",
            "/data/tanggal_isi",
            "/data/id_perangkat",
            "/data/id_petugas",
            "/data/blok_i/id_baru",
        }
    ),
)


@dataclass(frozen=True, slots=True)
class InterviewSummary:
    """Blank where the form lacks the question or it was not answered."""

    form_id: str
    form_version: str
    result_word: str | None
    """None when the form has no result word at all."""
    head_name: str
    address: str
    village: str
    sls: str
    instance_id: str
    replaces: str
    """The instance id that it corrects."""
    failing: int
    """How many hard edits the answers do not pass."""
    key_answers: str
    """A hash of who lives there with NIK, sex, birth date and relationship, in no order; blank
    when nobody does."""


class _Place:
    """Of an element: what is asked for here (``key``) and below. A tree, so that an element that
    nobody asks for costs one look."""

    __slots__ = ("below", "is_in_row", "is_row", "key")

    def __init__(self) -> None:
        self.below: dict[str, _Place] = {}
        self.key = ""
        self.is_row = False
        self.is_in_row = False

    def at(self, path: str) -> _Place:
        place = self
        for name in path.split("/"):
            place = place.below.setdefault(name, _Place())
        return place


class _Reader:
    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.rows: list[dict[str, str]] = []

    def read(self, above: ET.Element, place: _Place) -> None:
        """What is asked for below ``above``; goes as deep as ``place`` does."""
        below = place.below
        for element in above:
            tag = element.tag
            found = below.get(tag[tag.rindex("}") + 1 :] if tag[0] == "{" else tag)
            if found is None:
                continue
            if found.is_row and len(self.rows) < _MOST_MEMBERS:
                self.rows.append({})
            if found.key:
                texts = self.rows[-1] if found.is_in_row else self.values
                texts[found.key] = element.text or ""
            if found.below:
                self.read(element, found)


def _tree(xml: bytes) -> ET.Element:
    """UnreadableInterviewError as :func:`summarise`."""
    if xml.count(b"<") + xml.count(b"=") > _MOST_MARKS:
        raise UnreadableInterviewError("too much")
    if b"<!DOCTYPE" in xml.replace(b"\0", b""):  # in UTF-16 too
        raise UnreadableInterviewError("document type")
    try:
        root = ET.fromstring(xml)  # noqa: S314  (no document type, so no entities)
    except (ET.ParseError, ValueError, LookupError) as error:  # or of an unknown encoding
        raise UnreadableInterviewError("malformed") from error
    level, depth = [root], 1
    while level := [child for element in level if len(element) for child in element]:
        depth += 1
        if depth > _MAX_DEPTH:
            raise UnreadableInterviewError("too deep")
    return root


def summarise(xml: bytes) -> InterviewSummary:
    """UnreadableInterviewError when ``xml`` is malformed, too deep, has a document type, or more
    elements and attributes than any questionnaire."""
    root = _tree(xml)
    reader = _Reader()
    reader.read(root, _ASKED)
    found = {name: reader.values.get(name) for name in _PLACES}
    texts = {name: (value or "").strip() for name, value in found.items()}
    members = [one for one in reader.rows if one.get(SP2020_KEYS.present, "").strip() == "1"]
    return InterviewSummary(
        form_id=root.get("id", ""),
        form_version=root.get("version", ""),
        result_word=found["outcome"],
        head_name=texts["head_name"],
        address=texts["address"],
        village=texts["village"],
        sls=texts["sls"],
        instance_id=texts["instance_id"],
        replaces=texts["replaces"],
        failing=_failing(texts, members),
        key_answers=_key_answers(members),
    )


def _failing(texts: Mapping[str, str], members: Sequence[Mapping[str, str]]) -> int:
    """Exactly one head; NIK and No. KK of 16 digits; nobody born after the census day; nobody
    under ten ever married."""
    keys = SP2020_KEYS
    count = int(bool(members) and texts["heads"] not in ("", "1"))
    count += _is_no_number(texts["card_number"])
    for member in members:
        birth_date = member.get(keys.birth_date, "").strip()
        marital = member.get(keys.marital_status, "").strip()
        age = member.get(keys.age, "").strip()
        count += _is_no_number(member.get(keys.nik, "").strip())
        count += birth_date > texts["reference_date"] != ""
        count += (
            marital not in ("", keys.never_married)
            and age.isdigit()
            and int(age[:4]) < _EVER_MARRIED_FROM
        )
    return count


def _is_no_number(text: str) -> bool:
    """Blank is no fault of form."""
    return bool(text) and not (text.isascii() and text.isdigit() and len(text) == _IDENTITY_DIGITS)


def _key_answers(members: Sequence[Mapping[str, str]]) -> str:
    if not members:
        return ""
    keys = SP2020_KEYS
    rows = []
    for member in members:
        nik = member.get(keys.nik, "").strip()
        is_nobody = Nik.parse(nik).value is None
        who = [nik, member.get(keys.name, "").casefold().strip() if is_nobody else ""]
        answers = (keys.sex, keys.birth_date, keys.relationship)
        rows.append(who + [member.get(answer, "").strip() for answer in answers])
    return hashlib.sha256(msgspec.json.encode(sorted(rows))).hexdigest()


def _below_root(ref: str) -> str:
    return ref.strip("/").partition("/")[2]


def _asked() -> _Place:
    root = _Place()
    for name, path in _PLACES.items():
        root.at(path).key = name
    keys = SP2020_KEYS
    row = root.at(_below_root(keys.members))
    row.is_row = True
    in_row = (keys.present, keys.nik, keys.name, keys.sex, keys.birth_date, keys.relationship)
    for path in (*in_row, keys.marital_status, keys.age):
        place = row.at(path)
        place.key, place.is_in_row = path, True
    return root


_PLACES: Mapping[str, str] = MappingProxyType(
    {
        name: _below_root(ref)
        for name, ref in {
            "outcome": _BINDING.outcome,
            "head_name": _BINDING.head_name,
            "address": _BINDING.address,
            "village": _BINDING.village,
            "sls": _BINDING.sls,
            "heads": SP2020_KEYS.heads,
            "reference_date": SP2020_KEYS.reference_date,
            "card_number": SP2020_KEYS.card_number,
        }.items()
    }
    | {"instance_id": "meta/instanceID", "replaces": "meta/deprecatedID"}
)
_ASKED = _asked()
