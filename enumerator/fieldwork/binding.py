"""How a questionnaire's questions map to the case: data, so that another one can differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

from enumerator.model import FORM_OUTCOMES, Outcome


@dataclass(frozen=True, slots=True)
class FormBinding:
    """References of the questions that the program fills in or reads; one that the form does not
    have is left out. The defaults are those of SP2020-C1."""

    form_id: str = "sp2020_c1"
    origin: str = "/data/blok_i/asal"
    origin_register: str = "1"
    origin_new: str = "2"
    family_id: str = "/data/blok_i/id_keluarga"
    outcome: str = "/data/kode_hasil"
    outcomes: MappingProxyType[str, Outcome] = field(
        default_factory=lambda: MappingProxyType(dict(FORM_OUTCOMES))
    )
    informant: str = "/data/blok_vi/pemberi_nama"
    note: str = "/data/blok_vi/catatan"
    location: str = "/data/blok_vi/lokasi"
    appointment: str = "/data/blok_i/janji"
    refusal_reasons: str = "/data/blok_i/alasan_tolak"
    persons: str = "/data/jml_hadir"
    head_name: str = "/data/blok_ii/nama_kk"
    address: str = "/data/blok_i/alamat"
    village: str = "/data/blok_i/desa"
    sls: str = "/data/blok_i/sls"
    openers: tuple[tuple[str, str], ...] = (
        ("/data/blok_i/temuan", "1"),
        ("/data/persetujuan/setuju", "1"),
    )
    """Answers with which the members' part of the form is asked: for who names its questions."""


SP2020_C1 = FormBinding()
