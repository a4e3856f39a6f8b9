"""Names of invented people: common given names of South Kalimantan, put together at random."""

from __future__ import annotations

from random import Random

MALE, FEMALE = "1", "2"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Parts that open a name, parts that stand alone or close one, and the two parts of Javanese names.
_OPENING = {
    MALE: _words(
        "Abdul Ahmad Akhmad Anang Fikri Gusti Hairul Ibnu Khairul Muhammad Noor Nor Rahmat "
        "Rizki Syaiful Taufik Utuh Yusuf Zainal"
    ),
    FEMALE: _words(
        "Aluh Anisa Dewi Diang Fatimah Galuh Hajar Maulida Noor Nor Norma Nurul Putri "
        "Rabiatul Rina Siti Sri Umi Wahidah"
    ),
}
_OWN = {
    MALE: _words(
        "Abdurrahman Aminullah Anshari Arbain Aspiannor Azhari Badruddin Baihaqi Bahrani Darmawi "
        "Fahrurrazi Faisal Fauzan Fauzi Fitriadi Ghazali Hadi Hamdani Hamidhan Hasan Husaini "
        "Idris Ilham Iskandar Jamhuri Junaidi Kaspul Mahfuz Mahyuni Marwan Mawardi Muslim "
        "Nasrullah Norhadi Pahrudin Rahmadi Rahman Ramadhani Ridwan Rusdi Saberi Salman "
        "Samsudin Sarwani Supian Suriansyah Syahrani Syahrul Syarifuddin Tarmiji Umar "
        "Wahyuni Yuliansyah Zaini"
    ),
    FEMALE: _words(
        "Adawiyah Aisyah Aminah Arbayah Asiah Astuti Aulia Azizah Barkiah Ernawati Fauziah "
        "Fitriani Habibah Hafizah Hairiyah Halimah Hamidah Hartini Hasanah Hayati Helda "
        "Jamilah Jannah Jumiati Juwairiyah Khadijah Khairunnisa Laila Lestari Mahmudah Mariani "
        "Masitah Mastora Maulidah Mursidah Mutmainnah Norhayati Puspita Rahmah Raudah Rusmini "
        "Salasiah Salamah Sapiah Saudah Syarifah Wahyuni Yuliani Zahra Zubaidah Zulaikha"
    ),
}
_JAVANESE_FIRST = {
    MALE: _words("Agus Bambang Budi Eko Heri Joko Slamet Sugeng Suparno Tri Wahyu Yanto"),
    FEMALE: _words("Endang Indah Kartini Lilis Ratna Rini Sri Sulastri Suparmi Tri Wiwik Yanti"),
}
_JAVANESE_LAST = {
    MALE: _words(
        "Hartono Hidayat Kurniawan Nugroho Prasetyo Purnomo Riyadi Santoso Saputra Setiawan "
        "Susanto Utomo Wibowo Widodo"
    ),
    FEMALE: _words(
        "Andayani Handayani Kusumawati Lestari Mulyani Ningsih Purwanti Rahayu Rahmawati "
        "Sulistyowati Utami Wahyuningsih Widiastuti Wulandari"
    ),
}


def name_of(random: Random, sex: str, *, is_javanese: bool) -> str:
    """One full name; the letters are those that the questionnaire's own rule for names allows."""
    if is_javanese:
        first = random.choice(_JAVANESE_FIRST[sex])
        return first if random.random() < 0.1 else f"{first} {random.choice(_JAVANESE_LAST[sex])}"
    own = random.choice(_OWN[sex])
    draw = random.random()
    if draw < 0.3:
        return own
    opening = random.choice(_OPENING[sex])
    if draw < 0.85:
        return f"{opening} {own}"
    second = random.choice(_OWN[sex])
    return f"{opening} {own}" if second == own else f"{opening} {own} {second}"
