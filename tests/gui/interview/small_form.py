"""A small census questionnaire for the fake session: every kind of page and question."""

from __future__ import annotations

from enumerator.xform import Kind
from tests.gui.interview.fakes import FakeForm, FakeSession, Node, group, note

YES_NO = (("1", "Ya|Yes"), ("2", "Tidak|No"))
RESULTS = (
    ("1", "Ditemukan, dapat diwawancarai|Found, can be interviewed"),
    ("2", "Tidak ada orang/tidak dapat ditemui|Nobody home/no contact"),
    ("3", "Minta dijadwalkan ulang|Asked for another time"),
    ("4", "Menolak|Refused"),
    ("10", "Seluruh anggota meninggal|All members deceased"),
    ("11", "Tidak memenuhi syarat|Not eligible"),
)
RELATIONSHIPS = (
    ("1", "Kepala keluarga|Head of family"),
    ("2", "Istri/suami|Wife/husband"),
    ("3", "Anak|Child"),
)
REASONS = (
    ("1", "Tidak punya waktu|No time"),
    ("2", "Khawatir kerahasiaan data|Worried about confidentiality"),
    ("98", "Lainnya|Other"),
)
VILLAGES = tuple(
    (f"63.71.{number:04}", f"{name} {number}")
    for number, name in enumerate(
        ("Sungai Andai", "Pelambuan", "Kelayan Barat", "Teluk Dalam", "Pemurus") * 400
    )
)


def _is(session: FakeSession, ref: str, value: str) -> bool:
    return session.value(ref) == value


def _met(session: FakeSession, _line: str) -> bool:
    return _is(session, "/data/visit/result", "1")


def _agreed(session: FakeSession, _line: str) -> bool:
    return _met(session, "") and _is(session, "/data/consent/agrees", "1")


def _always(_session: FakeSession, _line: str) -> bool:
    return True


def _digits(ref: str, length: int) -> bool:
    return len(ref) == length and ref.isdigit()


def _age(session: FakeSession, line: str) -> int:
    text = session.value(f"{line}/age")
    return int(text) if text else -1


VISIT = group(
    "visit",
    "BLOK I. HASIL KUNJUNGAN|BLOCK I. VISIT",
    Node(
        "village",
        label="104. Desa/Kelurahan|104. Village",
        control="select1",
        appearance=("minimal", "autocomplete"),
        choices=VILLAGES,
        required=_always,
    ),
    Node(
        "building",
        label="107. Nomor urut bangunan|107. Building serial number",
        type="int",
        valid=lambda session, _: 1 <= int(session.value("/data/visit/building")) <= 999,
        message="Isian 1 sampai 999|Enter 1 to 999",
    ),
    Node(
        "result",
        label="108. Hasil kunjungan ini|108. Result of this visit",
        control="select1",
        choices=RESULTS,
        required=_always,
    ),
    Node(
        "back",
        label="109. Waktu kunjungan ulang|109. Time of the return visit",
        type="dateTime",
        relevant=lambda session, _: _is(session, "/data/visit/result", "3"),
        required=_always,
    ),
    Node(
        "reasons",
        label="110. Alasan menolak|110. Reason for refusal",
        control="select",
        choices=REASONS,
        relevant=lambda session, _: _is(session, "/data/visit/result", "4"),
        required=_always,
    ),
)

CONSENT = group(
    "consent",
    "PERSETUJUAN|CONSENT",
    note(
        "words",
        "Selamat pagi. Saya petugas **Sensus Penduduk 2020** dari BPS.|"
        "Good day. I am an enumerator of the **2020 Population Census**.",
    ),
    Node(
        "agrees",
        label="114. Apakah Bapak/Ibu bersedia diwawancarai sekarang?|"
        "114. Are you willing to be interviewed now?",
        control="select1",
        choices=YES_NO,
        required=_always,
    ),
    relevant=_met,
)

FAMILY = group(
    "family",
    "BLOK II. KETERANGAN KELUARGA|BLOCK II. FAMILY",
    Node(
        "card",
        label="203. Nomor KK (16 digit)|203. Family card number (16 digits)",
        appearance=("numbers",),
        required=_always,
        valid=lambda session, _: _digits(session.value("/data/family/card"), 16),
        message="Nomor KK harus tepat 16 digit|Exactly 16 digits",
    ),
    note(
        "odd_card",
        "⚠ PERINGATAN: nomor KK berbeda dari daftar penduduk.|"
        "⚠ WARNING: the KK number differs from the register.",
        lambda session, _: session.value("/data/family/card").startswith("99"),
    ),
    Node(
        "why_odd",
        label="203a. Penjelasan perbedaan|203a. Explanation",
        relevant=lambda session, _: session.value("/data/family/card").startswith("99"),
        required=_always,
    ),
    Node(
        "people",
        label="208. Jumlah orang yang menetap di sini|208. Persons usually living here",
        hint="Termasuk bayi.|Include babies.",
        type="int",
        required=_always,
        valid=lambda session, _: 0 <= int(session.value("/data/family/people")) <= 50,
        message="Isian 0 sampai 50|Enter 0 to 50",
    ),
    Node(
        "photo",
        label="204. Foto KK|204. Photo of the family card",
        control="upload",
        type="binary",
        mediatype="image/*",
        parameters={"max-pixels": "400"},
    ),
    relevant=_agreed,
)

MEMBER = (
    Node("name", label="303. Nama lengkap|303. Full name", required=_always),
    Node(
        "relationship",
        label="310. Hubungan dengan kepala keluarga|310. Relationship to the head",
        control="select1",
        choices=RELATIONSHIPS,
        required=_always,
    ),
    group(
        "more",
        lambda session, line: (
            f"Keterangan {session.value(_name_ref(line))}|About {session.value(_name_ref(line))}"
        ),
        Node(
            "age",
            label="309b. Umur (tahun)|309b. Age (years)",
            type="int",
            required=_always,
            valid=lambda session, line: 0 <= _age(session, line) <= 120,
            message="0 sampai 120|0 to 120",
        ),
        Node("born", label="309. Tanggal lahir|309. Date of birth", type="date"),
        Node(
            "married",
            label="317. Pernah kawin?|317. Ever married?",
            control="select1",
            choices=YES_NO,
            required=_always,
            relevant=lambda session, line: _age(session, line) >= 10,
        ),
    ),
    group(
        "check",
        "PERIKSA|CHECK",
        note(
            "old",
            "⚠ PERINGATAN: umur lebih dari 98 tahun|⚠ WARNING: older than 98",
            lambda session, line: _age(session, _more(line)) > 98,
        ),
        Node(
            "why",
            label="Penjelasan (mengapa isian tetap benar)|Explanation (why it is right)",
            required=_always,
        ),
        relevant=lambda session, line: _age(session, f"{line.removesuffix('/check')}/more") > 98,
    ),
)


def _name_ref(line: str) -> str:
    return f"{line.removesuffix('/more')}/name"


def _more(line: str) -> str:
    return f"{line.removesuffix('/check')}/more"


def _people(session: FakeSession) -> int:
    text = session.value("/data/family/people") if _agreed(session, "") else ""
    return int(text) if text else 0


MEMBERS = group(
    "members",
    "BLOK III. ANGGOTA KELUARGA|BLOCK III. MEMBERS",
    Node(
        "person",
        Kind.REPEAT,
        "Anggota keluarga|Family member",
        control="",
        type="",
        count=_people,
        nodes=MEMBER,
    ),
    relevant=_agreed,
)

CLOSE = group(
    "close",
    "BLOK VI. PENUTUP|BLOCK VI. CLOSE",
    Node("place", label="603. Lokasi bangunan|603. Location", type="geopoint"),
    Node(
        "remarks",
        label="605. Catatan petugas|605. Remarks",
        appearance=("multiline",),
    ),
    Node("done", label="606. Ucapkan terima kasih|606. Say thank you", control="trigger"),
    Node("shape", label="607. Batas lahan|607. Plot", type="geoshape"),
    Node(
        "outcome",
        label="604. Hasil pendataan|604. Result",
        control="select1",
        choices=(("1", "Terisi lengkap|Completed"), ("2", "Terisi sebagian|Partly")),
        required=_always,
    ),
)


def small_form() -> FakeForm:
    """Visit, consent, family, members, close."""
    return FakeForm("Sensus kecil", VISIT, CONSENT, FAMILY, MEMBERS, CLOSE)


def wide_form(questions: int) -> FakeForm:
    """One page of many questions of the usual mixture."""
    nodes: list[Node] = []
    for number in range(questions):
        label = f"{number + 1}. Pertanyaan nomor {number + 1}|{number + 1}. Question {number + 1}"
        if number % 3 == 0:
            nodes.append(Node(f"q{number}", label=label, control="select1", choices=RESULTS))
        elif number % 3 == 1:
            nodes.append(Node(f"q{number}", label=label, hint="Isi dengan jelas|Write clearly"))
        else:
            nodes.append(Node(f"q{number}", label=label, type="int"))
    nodes.append(
        Node(
            "skipped",
            label="900. Hanya bila perlu|900. Only if needed",
            relevant=lambda session, _: session.value("/data/all/q0") == "1",
        )
    )
    return FakeForm("Lebar", group("all", "Semua|All", *nodes))
