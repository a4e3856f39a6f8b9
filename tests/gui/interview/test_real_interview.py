"""The real questionnaire, the real store, the keyboard alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from enumerator.fieldwork.open_interview import OpenInterview
from enumerator.model import CaseState, Outcome
from enumerator.xform import Ref
from tests.gui.interview.driver import InterviewDriver, wait_until
from tests.gui.interview.real import Laptop
from ui.questions.views import Progress

MEMBER = "/data/blok_iii/anggota"

# What the officer types at each question; anything else is passed with Enter.
ANSWERS = {
    "temuan": "1",
    "setuju": "1",
    "punya_kk": "1",
    "alamat_sesuai": "1",
    "keberadaan": "1",
    "konf": "1",
    "tempat_lahir": "Banjarmasin",
    "domisili": "1",
    "sejak": "2019",
    "wn": "1",
    "suku": "1",
    "agama": "1",
    "akta_lahir": "1",
    "kawin": "1",
    "akta_nikah": "1",
    "bisa_bi": "1",
    "ijazah": "0",
    "aktivitas": "4",
    "aktivitas_lain": "Pensiun",
    "w_tindakan": "1",
    "w_alasan": "Sudah ditanyakan",
    "cek_kepala": "1",
    "status_rumah": "1",
    "lantai": "2",
    "penerangan": "1",
    "daya": "2",
    "air": "3",
    "bab": "1",
    "pemberi_no": "1",
    "hasil": "1",
}


def _open(driver: InterviewDriver, interview: OpenInterview) -> None:
    driver.screen.set_interview(interview, "Keluarga")
    driver.settle()


def _walk(driver: InterviewDriver, answers: dict[str, str]) -> list[str]:
    """Types and presses Enter until the last page is open; the questions on the way."""
    way: list[str] = []
    while driver.screen.pages.currentWidget() is not driver.screen.end:
        ref = driver.current()
        assert ref, f"the focus was lost after {way[-3:]}"
        way.append(ref)
        assert len(way) < 400, f"going round in circles at {way[-6:]}"
        driver.answer(answers.get(ref.rpartition("/")[2], ""))
    return way


def test_whole_interview_is_finished_when_only_keys_are_used(
    laptop: Laptop, driver: InterviewDriver
) -> None:
    family = min(laptop.families, key=lambda one: len(one.members))
    size = len(family.members)
    answers = {**ANSWERS, "jml_kk": str(size), "jml_tinggal": str(size)}
    interview = laptop.start(family)
    _open(driver, interview)
    way = _walk(driver, answers)
    assert way[0] == "/data/blok_i/asal"
    assert sum(1 for ref in way if ref.endswith("/keberadaan")) == size
    assert driver.screen.end.verdict.text() == "Everything is answered."
    finished: list[str] = []
    driver.screen.finalised.connect(finished.append)
    driver.control(Qt.Key.Key_Return)
    assert finished == [family.family.id]
    row = laptop.operation.store.caseload.row(family.family.id)
    assert row is not None
    assert (row.state, row.outcome) == (CaseState.QUEUED, Outcome.COMPLETED)
    assert laptop.operation.store.outbox.summary().waiting >= 1


def test_visit_without_interview_is_finished_when_nobody_is_home(
    laptop: Laptop, driver: InterviewDriver
) -> None:
    family = laptop.families[0]
    _open(driver, laptop.start(family))
    _walk(driver, {"temuan": "2", "hasil": "3"})
    driver.control(Qt.Key.Key_Return)
    row = laptop.operation.store.caseload.row(family.family.id)
    assert row is not None
    assert row.outcome is Outcome.NO_CONTACT


def test_answers_and_place_are_there_when_the_program_died(
    laptop: Laptop, driver: InterviewDriver
) -> None:
    family = laptop.family_of(2)
    interview = laptop.start(family)
    _open(driver, interview)
    driver.enter("/data/blok_i/temuan", "1")
    driver.enter("/data/persetujuan/setuju", "1")
    driver.enter(f"{MEMBER}[2]/keberadaan", "1")
    driver.enter(f"{MEMBER}[2]/identitas/konf", "2")
    driver.go_to(f"{MEMBER}[2]/identitas/tgl_lahir")
    driver.answer("31-2-1990")
    wait_until(lambda: interview.position == f"{MEMBER}[2]/identitas/tgl_lahir")
    # Nothing is closed: the draft is opened anew from what the disk has.
    again = laptop.workspace.interviewing.resume(interview.id)
    _open(driver, again)
    assert driver.current() == f"{MEMBER}[2]/identitas/tgl_lahir"
    card = driver.card(f"{MEMBER}[2]/identitas/tgl_lahir")
    assert card.answer_widget.focus_target().property("text") == "31-2-1990"
    assert again.session.value(f"{MEMBER}[2]/identitas/konf") == "2"
    assert driver.screen.head.title.text().startswith("2. ")


def test_hard_check_refuses_and_soft_check_asks_when_a_member_is_odd(
    laptop: Laptop, driver: InterviewDriver
) -> None:
    interview = laptop.start(laptop.family_of(2))
    _open(driver, interview)
    driver.enter("/data/blok_i/temuan", "1")
    driver.enter("/data/persetujuan/setuju", "1")
    line = f"{MEMBER}[2]"
    driver.enter(f"{line}/keberadaan", "1")
    driver.enter(f"{line}/identitas/konf", "2")
    driver.enter(f"{line}/identitas/tgl_lahir", "16-9-2020")
    assert "15-9-2020" in driver.card(f"{line}/identitas/tgl_lahir").message()
    driver.enter(f"{line}/identitas/tgl_lahir", "2-3-1911")
    assert driver.card(f"{line}/identitas/tgl_lahir").message() == ""
    warnings = [note for note in driver.screen.page.notes() if note.is_warning()]
    assert any("109 tahun" in note.words() for note in warnings)
    driver.enter(f"{line}/peringatan/w_tindakan", "2")
    card = driver.card(f"{line}/peringatan/w_tindakan")
    assert "Kembali dan perbaiki" in card.message()
    assert interview.session.value(f"{line}/peringatan/w_tindakan") == ""


def test_roster_grows_and_keeps_names_when_people_are_added(
    laptop: Laptop, driver: InterviewDriver
) -> None:
    family = laptop.family_of(2)
    size = len(family.members)
    interview = laptop.start(family)
    _open(driver, interview)
    driver.enter("/data/blok_i/temuan", "1")
    driver.enter("/data/persetujuan/setuju", "1")
    driver.enter("/data/blok_ii/jml_tambahan", "1")
    driver.screen.show_roster()
    driver.settle()
    (roster,) = driver.screen.page.rosters()
    lines = roster.view.lines
    assert [line.name for line in lines] == [*(m.name for m in family.members), ""]
    new = f"{MEMBER}[{size + 1}]"
    driver.enter(f"{new}/keberadaan", "5")
    driver.enter(f"{new}/identitas/nama", "Siti Rahmah")
    assert driver.screen.head.title.text() == f"{size + 1}. Siti Rahmah"
    driver.enter("/data/blok_ii/jml_tambahan", "0")
    driver.enter("/data/blok_ii/jml_tambahan", "1")
    assert interview.session.value(f"{new}/identitas/nama") == "Siti Rahmah"


def test_cursor_stays_when_an_answer_brings_the_members_lines(
    laptop: Laptop, driver: InterviewDriver
) -> None:
    _open(driver, laptop.start(laptop.family_of(3)))
    driver.enter("/data/blok_i/temuan", "1")
    driver.go_to("/data/persetujuan/setuju")
    driver.press(Qt.Key.Key_1)
    assert driver.current() == "/data/persetujuan/setuju"
    driver.press(Qt.Key.Key_Return)
    assert driver.current() == "/data/blok_ii/nama_kk"


def test_everything_stays_when_the_questionnaires_language_is_switched(
    laptop: Laptop, driver: InterviewDriver
) -> None:
    interview = laptop.start(laptop.family_of(2))
    _open(driver, interview)
    driver.enter("/data/blok_i/temuan", "1")
    driver.enter("/data/persetujuan/setuju", "1")
    driver.go_to("/data/blok_ii/nama_kk")
    driver.type("Haji ")
    before = interview.session.xml()
    driver.press(Qt.Key.Key_F2)
    assert driver.current() == "/data/blok_ii/nama_kk"
    assert driver.card("/data/blok_ii/nama_kk").label() == "201. Name of the head of family"
    text = driver.card("/data/blok_ii/nama_kk").answer_widget.focus_target().property("text")
    assert text == "Haji "
    assert interview.session.xml() == before
    driver.press(Qt.Key.Key_F2)
    assert driver.card("/data/blok_ii/nama_kk").label() == "201. Nama kepala keluarga"


def test_village_is_cleared_on_the_screen_when_another_district_is_chosen(
    laptop: Laptop, driver: InterviewDriver
) -> None:
    interview = laptop.start(laptop.families[0])
    _open(driver, interview)
    assert interview.session.value("/data/blok_i/desa")
    here = interview.session.value("/data/blok_i/kec")
    other = next(c.value for c in interview.session.choices("/data/blok_i/kec") if c.value != here)
    driver.enter("/data/blok_i/kec", other)
    village = driver.card("/data/blok_i/desa")
    assert village.answer_widget.focus_target().property("text") == ""
    assert driver.screen.outline().entries[0].progress is Progress.IN_PROGRESS


def test_photo_is_kept_encrypted_and_shown_again_when_resumed(
    laptop: Laptop, driver: InterviewDriver, tmp_path: Path
) -> None:
    source = tmp_path / "kk.png"
    QImage(2400, 1200, QImage.Format.Format_RGB32).save(str(source))
    interview = laptop.start(laptop.families[0])
    _open(driver, interview)
    for ref, value in (
        ("/data/blok_i/temuan", "1"),
        ("/data/persetujuan/setuju", "1"),
        ("/data/blok_ii/punya_kk", "1"),
        ("/data/blok_ii/foto_kk", str(source)),
    ):
        driver.enter(ref, value)
    name = interview.session.value("/data/blok_ii/foto_kk")
    kept = interview.attachment(name)
    assert kept is not None
    picture = QImage.fromData(kept)
    assert max(picture.width(), picture.height()) == 1600
    for file in (tmp_path / "officers").rglob("*") if (tmp_path / "officers").exists() else ():
        assert not file.is_file() or kept[:64] not in file.read_bytes()
    _open(driver, laptop.workspace.interviewing.resume(interview.id))
    driver.go_to("/data/blok_ii/foto_kk")
    card = driver.card("/data/blok_ii/foto_kk")
    wait_until(lambda: card.answer_widget._picture is not None)  # type: ignore[attr-defined]  # drawn


def _milliseconds(act: Callable[[], object]) -> float:
    before = time.perf_counter()
    act()
    return (time.perf_counter() - before) * 1000


def test_member_page_opens_and_answers_show_within_a_moment(
    laptop: Laptop, driver: InterviewDriver
) -> None:
    """Generous bounds for a busy machine; the figures themselves are in the README."""
    _open(driver, laptop.start(laptop.family_of(2)))
    driver.enter("/data/blok_i/temuan", "1")
    driver.enter("/data/persetujuan/setuju", "1")
    driver.enter(f"{MEMBER}/keberadaan", "1")
    driver.enter(f"{MEMBER}/identitas/konf", "2")
    screen = driver.screen
    first = Ref(f"{MEMBER}/keberadaan")
    opened: list[float] = []
    updated: list[float] = []
    show_page, update_items = screen.page.show_page, screen.page.update_items
    screen.page.show_page = lambda *a: opened.append(_milliseconds(lambda: show_page(*a)))  # type: ignore[method-assign]  # timed
    screen.page.update_items = lambda items: updated.append(  # type: ignore[method-assign]  # timed
        _milliseconds(lambda: update_items(items))
    )
    for _ in range(3):
        driver.go_to("/data/blok_i/asal")
        driver.go_to(first)
    for value in ("1", "2", "1", "2"):
        driver.enter(f"{MEMBER}/identitas/konf", value)
    assert sorted(opened)[len(opened) // 2] < 100
    assert sorted(updated)[len(updated) // 2] < 40
