"""A synthetic family that answers the sample questionnaire, question by question.

The demonstration, the tests and the benchmarks ask it what an officer would ask at a door. It knows
the questions of SP2020-C1 by name, and reads the interview so far only as a person would: who is
being asked about, and how old they are.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from enumerator.xform import Element, FormSession, Kind, Ref

OFFICER_FINDS = {
    "interview": "1",
    "nobody_home": "2",
    "appointment": "3",
    "refused": "4",
    "moved": "5",
    "vacant": "6",
}
"""What the officer finds at the door, by the codes of question 108."""

_RESULT_OF_FINDING = {"1": "1", "2": "8", "3": "8", "4": "4", "5": "5", "6": "6"}
_BIRTHPLACES = ("Banjarmasin", "Martapura", "Kandangan", "Barabai", "Amuntai", "Rantau", "Kotabaru")
_FOUND_HEAD = "Rahmadi Saputra"
_OCCUPATIONS = (
    "Pedagang sayur keliling",
    "Buruh tani padi",
    "Guru sekolah dasar",
    "Pengemudi kelotok penumpang",
    "Pedagang ikan di pasar",
    "Penyadap karet",
    "Penjahit pakaian",
)


@dataclass
class Respondent:
    """One family's answers; equal seeds give equal answers.

    ``finding`` is a key of ``OFFICER_FINDS``; ``newborns`` persons live there who are not on the
    register list; line ``moved_line`` has moved away (never line 1, the head);
    ``corrected_line`` has a wrong birthplace district in the register and is typed anew.
    """

    seed: int
    finding: str = "interview"
    newborns: int = 0
    moved_line: int | None = None
    corrected_line: int | None = None
    _chance: random.Random = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311  not a secret: a made-up answer

    def next_answer(self, session: FormSession) -> tuple[Ref, str] | None:
        """The first question still open and what this family says to it; None when all is said."""
        for ref in session.questions():
            element = session.element(ref)
            if element.kind is not Kind.QUESTION or element.readonly or element.control == "note":
                continue
            if element.value and element.valid:
                continue
            value = self.answer_to(element, session)
            if value and value != element.value:
                return ref, value
        return None

    def answer_to(self, element: Element, session: FormSession) -> str:
        """The lexical answer to one question; "" where this family leaves it blank.

        Raises LookupError for a required question that it does not know.
        """
        name = element.ref.rpartition("/")[2]
        rule = getattr(self, f"_say_{name}", None)
        if rule is not None:
            said: str = rule(_Question(element, session))
            return said
        if element.control == "select1":
            return self._any_choice(element, session)
        if element.required:
            raise LookupError(f"the sample family has no answer to {element.ref}")
        return ""

    def _any_choice(self, element: Element, session: FormSession) -> str:
        choices = session.choices(element.ref)
        return self._chance.choice(choices).value if choices else ""

    # Block I: the place and what the officer finds

    def _say_no_bangunan(self, _: _Question) -> str:
        return str(self._chance.randint(1, 240))

    def _say_sls(self, _: _Question) -> str:
        return "RT 004 RW 002"

    def _say_alamat(self, _: _Question) -> str:
        return f"Gg. Teratai No. {self._chance.randint(1, 60)}"

    def _say_temuan(self, _: _Question) -> str:
        return OFFICER_FINDS[self.finding]

    def _say_janji(self, question: _Question) -> str:
        return "2099-01-02T17:00:00.000+08:00" if question.element.required else ""

    def _say_alasan_tolak(self, _: _Question) -> str:
        return "1 2"

    def _say_pindah_ke(self, _: _Question) -> str:
        return "Banjarbaru, sejak Maret 2020"

    def _say_sumber_info(self, _: _Question) -> str:
        return "2"

    def _say_setuju(self, _: _Question) -> str:
        return "1"

    # Block II: the family

    def _say_nama_kk(self, _: _Question) -> str:
        return _FOUND_HEAD

    def _say_punya_kk(self, question: _Question) -> str:
        return "3" if question.is_of_found_family else "1"

    def _say_alamat_sesuai(self, _: _Question) -> str:
        return self._chance.choice(("1", "1", "1", "2"))

    def _say_alamat_kk(self, _: _Question) -> str:
        return "Desa Sungai Rangas, Martapura Barat, Banjar, Kalimantan Selatan"

    def _say_jml_kk(self, question: _Question) -> str:
        return str(max(1, question.number("/data/blok_ii/jml_prelist")))

    def _say_jml_tinggal(self, question: _Question) -> str:
        on_list = question.number("/data/blok_ii/jml_prelist")
        return str(on_list + self.newborns - (1 if self.moved_line else 0))

    def _say_jml_tambahan(self, _: _Question) -> str:
        return str(self.newborns)

    # Block III: the members

    def _say_keberadaan(self, question: _Question) -> str:
        if question.of_line("is_pre") != "1":
            return "5"
        return "3" if question.line_no == self.moved_line else "1"

    def _say_tujuan(self, _: _Question) -> str:
        return "Kalimantan Tengah, Kota Palangka Raya"

    def _say_konf(self, question: _Question) -> str:
        return "2" if question.line_no == self.corrected_line else "1"

    def _say_nama(self, question: _Question) -> str:
        if question.is_of_found_head:
            return _FOUND_HEAD
        return question.of_line("pre_nama") or f"Bayi {('Aminah', 'Rusli')[question.line_no % 2]}"

    def _say_nik_status(self, question: _Question) -> str:
        if question.is_of_found_head:
            return "4"
        return "1" if question.of_line("pre_nik") else "3"

    def _say_nik(self, question: _Question) -> str:
        return question.of_line("pre_nik")

    def _say_jk(self, question: _Question) -> str:
        return question.of_line("pre_jk") or ("1" if question.line_no % 2 else "2")

    def _say_tempat_lahir(self, _: _Question) -> str:
        return self._chance.choice(_BIRTHPLACES)

    def _say_tahu_tgl(self, _: _Question) -> str:
        return "1"

    def _say_tgl_lahir(self, question: _Question) -> str:
        if question.is_of_found_head:
            return "1986-03-21"
        return question.of_line("pre_tgl_lahir") or f"2020-0{self._chance.randint(1, 8)}-15"

    def _say_hubungan(self, question: _Question) -> str:
        return question.of_line("pre_hubungan") or ("1" if question.is_of_found_head else "3")

    def _say_domisili(self, _: _Question) -> str:
        return "1"

    def _say_sejak(self, question: _Question) -> str:
        born = question.of_line("f_tgl")[:4]
        return str(max(int(born or 0), 2012))

    def _say_wn(self, _: _Question) -> str:
        return "1"

    def _say_suku(self, _: _Question) -> str:
        return self._chance.choice(("1", "1", "1", "2", "4"))

    def _say_agama(self, _: _Question) -> str:
        return "1"

    def _say_kawin(self, question: _Question) -> str:
        relationship = question.of_line("f_hub")
        if relationship in ("2", "4") and question.age >= 10:
            return "2"
        if relationship == "1":
            has_spouse = question.number("/data/jml_pasangan") > 0
            return "2" if has_spouse else ("4" if question.age >= 19 else "1")
        return "4" if relationship in ("6", "7") else "1"

    def _say_akta_nikah(self, _: _Question) -> str:
        return "1"

    def _say_ijazah(self, question: _Question) -> str:
        for age, level in ((22, "3"), (16, "2"), (13, "1")):
            if question.age >= age:
                return level
        return "0"

    def _say_aktivitas(self, question: _Question) -> str:
        if question.age < 18:
            return "3"
        return "1" if question.of_line("f_jk") == "1" else self._chance.choice(("1", "2"))

    def _say_pekerjaan(self, _: _Question) -> str:
        return self._chance.choice(_OCCUPATIONS)

    def _say_kedudukan(self, _: _Question) -> str:
        return self._chance.choice(("1", "3", "5"))

    def _say_w_tindakan(self, _: _Question) -> str:
        return "1"

    def _say_w_alasan(self, _: _Question) -> str:
        return "Sudah dicocokkan dengan KTP responden"

    # Blocks IV to VI

    def _say_jml_alasan(self, _: _Question) -> str:
        return "Anggota bekerja di luar kabupaten"

    def _say_pemberi_no(self, _: _Question) -> str:
        return "1"

    def _say_telepon(self, _: _Question) -> str:
        return f"0811{self._chance.randint(5000000, 5999999)}"

    def _say_hasil(self, _: _Question) -> str:
        return _RESULT_OF_FINDING[OFFICER_FINDS[self.finding]]


@dataclass(frozen=True)
class _Question:
    element: Element
    session: FormSession

    @property
    def _line(self) -> str:
        """The member's line: "/data/blok_iii/anggota[2]" of any question below it."""
        steps = self.element.ref.split("/")
        depth = next((i for i, step in enumerate(steps) if step.startswith("anggota")), 0)
        return "/".join(steps[: depth + 1])

    def of_line(self, name: str) -> str:
        return self.session.value(Ref(f"{self._line}/{name}"))

    @property
    def is_of_found_family(self) -> bool:
        """Of a family that is on no list."""
        return self.session.value(Ref("/data/blok_i/asal")) == "2"

    @property
    def is_of_found_head(self) -> bool:
        return self.is_of_found_family and self.line_no == 1

    @property
    def line_no(self) -> int:
        return int(self.of_line("no_urut"))

    @property
    def age(self) -> int:
        return int(float(self.of_line("umur") or 0))

    def number(self, ref: str) -> int:
        return int(float(self.session.value(Ref(ref)) or 0))


Answerer = Callable[[Ref, str], None]


def interview(session: FormSession, respondent: Respondent, answer: Answerer) -> int:
    """Ask until the family has said all; ``answer`` records each. Returns how many were asked.

    Raises RuntimeError when an answer does not settle its question.
    """
    asked = 0
    last: tuple[Ref, str] | None = None
    while (said := respondent.next_answer(session)) is not None:
        if said == last:
            raise RuntimeError(f"the answer to {said[0]} was not taken")
        answer(*said)
        asked += 1
        last = said
    return asked
