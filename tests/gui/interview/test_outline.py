"""The tree and the open page, kept up to date by change sets, against reading all of it anew."""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random

import pytest

from enumerator.xform import Form, FormSession, MemoryMedia, Ref
from tests.gui.interview.fakes import FakeInterview, FakeSession
from tests.gui.interview.real import real_form
from tests.gui.interview.small_form import small_form
from ui.questions.outline import Outline
from ui.questions.reader import InterviewReader
from ui.questions.views import PageKey, PageKind, Progress, QuestionView

KELUARGA = (
    "id_keluarga,tampilan,nama_kk,no_kk,prov,kab,kec,desa,sls,alamat,status_spo,jml\n"
    "K1,Ahmad Fauzi - Jl. Keramat,Ahmad Fauzi,6302020111159002,63,63.02,63.02.02,"
    "63.02.02.2008,RT 005,Jl. Keramat Raya 33,belum,2\n"
)
ANGGOTA = (
    "id_keluarga,no_urut,nama,nik,jk,tgl_lahir,hubungan\n"
    "K1,1,Ahmad Fauzi,6302022106579001,1,1957-06-21,1\n"
    "K1,2,Dewi Lestari,6302027005629001,2,1962-05-30,2\n"
)
LISTS = MemoryMedia(
    {"prelist_keluarga.csv": KELUARGA.encode(), "prelist_anggota.csv": ANGGOTA.encode()}
)


@pytest.fixture(scope="module")
def form() -> Form:
    return real_form()


def _now() -> datetime:
    return datetime(2020, 9, 15, 8, 30, tzinfo=UTC)


def _begun(form: Form) -> FormSession:
    session = form.start(media=LISTS, now=_now)
    for ref, value in (
        ("/data/blok_i/asal", "1"),
        ("/data/blok_i/id_keluarga", "K1"),
        ("/data/blok_i/temuan", "1"),
        ("/data/persetujuan/setuju", "1"),
    ):
        session.answer(ref, value)
    return session


def _some_answer(session: FormSession, random: Random) -> tuple[Ref, str]:
    while True:
        ref = random.choice(list(session.questions()))
        element = session.element(ref)
        if element.control in ("note", "upload") or element.readonly:
            continue
        choices = session.choices(ref) if element.control in ("select1", "select") else ()
        if element.control in ("select1", "select"):
            if not choices:
                continue
            # The family and whether there is an interview stay: the tree is to be large.
            if (
                ref.endswith(("/asal", "/id_keluarga", "/temuan", "/setuju"))
                and random.random() < 0.9
            ):
                continue
            return ref, random.choice(choices).value
        if element.type == "int":
            return ref, str(random.choice((0, 1, 2, 3, 15, 1980, 2015)))
        if element.type == "date":
            return ref, random.choice(("1957-06-21", "2012-01-01", "1899-01-01"))
        if element.type == "geopoint":
            return ref, "-3.3 114.5 0 5"
        if element.type == "dateTime":
            return ref, "2030-01-01T10:00:00.000+08:00"
        return ref, random.choice(("Siti Aisyah", "6302027005629001", "081234567890"))


@pytest.mark.parametrize("seed", range(6))
def test_tree_and_page_equal_reading_anew_when_answers_come_in_any_order(
    form: Form, seed: int
) -> None:
    random = Random(seed)  # noqa: S311 (reproducible on purpose)
    interview = FakeInterview(FakeSession(small_form()))
    interview.session = _begun(form)
    reader = InterviewReader(interview, _now)
    reply = reader.begin()
    shown = {item.ref: item for item in reply.page.items} if reply.page else {}
    page = reply.page.key if reply.page else None
    outline = reply.outline
    for step in range(60):
        if step % 12 == 11 and outline is not None:
            keys = [entry.key for entry in outline.entries]
            reply = reader.show(random.choice(keys))
            assert reply.page is not None
            page, shown = reply.page.key, {item.ref: item for item in reply.page.items}
        ref, value = _some_answer(interview.session, random)
        reply = reader.answer(ref, value, value)
        outline = reply.outline or outline
        if reply.page is not None:
            page, shown = reply.page.key, {item.ref: item for item in reply.page.items}
        if reply.gone:
            reply = reader.begin()
            assert reply.page is not None
            page, shown = reply.page.key, {item.ref: item for item in reply.page.items}
        shown.update(reply.items)
        fresh = InterviewReader(interview, _now)
        fresh._kept = dict(reader._kept)
        fresh._outline.set_refused(set(reader._kept))
        assert outline == fresh._outline.view()
        assert page is not None
        again = fresh.show(page)
        assert again.page is not None
        assert list(shown.values()) == list(again.page.items), f"after {ref} = {value}"


def test_section_does_not_apply_when_its_group_is_not_relevant(form: Form) -> None:
    session = form.start(media=LISTS, now=_now)
    outline = Outline(session)
    entry = outline.view().entry(PageKey(Ref("/data/blok_ii"), PageKind.SECTION))
    assert entry is not None
    assert entry.progress is Progress.NOT_APPLICABLE


def test_lines_carry_the_registers_names_when_nobody_confirmed_them(form: Form) -> None:
    outline = Outline(_begun(form))
    lines = outline.lines(Ref("/data/blok_iii/anggota"))
    assert [(line.number, line.name, line.relationship) for line in lines] == [
        (1, "Ahmad Fauzi", "Kepala keluarga"),
        (2, "Dewi Lestari", "Istri/suami"),
    ]


def test_next_stop_passes_notes_and_enters_the_first_line_when_a_section_ends(form: Form) -> None:
    session = _begun(form)
    session.answer("/data/blok_ii/punya_kk", "3")
    outline = Outline(session)
    last = Ref("/data/blok_ii/jml_tambahan")
    roster = outline.stop_after(last, 1)
    assert roster == (PageKey(Ref("/data/blok_iii"), PageKind.SECTION), "/data/blok_iii/anggota")
    assert outline.stop_after(Ref("/data/blok_iii/anggota"), 1) == (
        PageKey(Ref("/data/blok_iii/anggota[1]"), PageKind.LINE),
        "/data/blok_iii/anggota/keberadaan",
    )
    assert outline.stop_after(Ref("/data/blok_iii/anggota"), -1) == (
        PageKey(Ref("/data/blok_ii"), PageKind.SECTION),
        last,
    )


def test_refused_text_makes_an_error_of_its_page_when_it_is_kept(form: Form) -> None:
    interview = FakeInterview(FakeSession(small_form()))
    interview.session = _begun(form)
    reader = InterviewReader(interview, _now)
    reader.begin()
    reply = reader.answer(Ref("/data/blok_i/no_bangunan"), "1200", "1200")
    assert reply.outline is not None
    entry = reply.outline.entry(PageKey(Ref("/data/blok_i"), PageKind.SECTION))
    assert entry is not None
    assert (entry.progress, entry.errors) == (Progress.ERRORS, 1)
    item = reply.items[Ref("/data/blok_i/no_bangunan")]
    assert isinstance(item, QuestionView)
    assert (item.typed, item.refusal) == ("1200", "Isian 1 sampai 999")
    assert interview.session.value("/data/blok_i/no_bangunan") == ""


def test_questions_of_a_check_explain_when_the_group_begins_with_a_warning(form: Form) -> None:
    session = _begun(form)
    line = "/data/blok_iii/anggota"
    session.answer(f"{line}/keberadaan", "1")
    session.answer(f"{line}/identitas/konf", "2")
    session.answer(f"{line}/identitas/tgl_lahir", "1912-01-01")
    interview = FakeInterview(FakeSession(small_form()))
    interview.session = session
    reader = InterviewReader(interview, _now)
    page = reader.show(PageKey(Ref(f"{line}[1]"), PageKind.LINE)).page
    assert page is not None
    explaining = [
        item.ref.rpartition("/")[2]
        for item in page.items
        if isinstance(item, QuestionView) and item.explains and not item.is_note
    ]
    assert explaining == ["w_tindakan", "w_alasan"]
