"""Draws the interview's states into PNG files, for the eye.

``python -m tests.gui.interview.shots <folder> [--fast]``: the real questionnaire in a real store,
at both sizes, in the three themes.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from tests.gui.interview.driver import InterviewDriver, shown
from tests.gui.interview.real import Laptop
from ui import language, theme
from ui.operations import Operations
from ui.screens.interview import InterviewScreen
from ui.theme import ThemeName

SIZES = {"small": (1024, 540), "large": (1440, 840)}
VISIT = "/data/blok_i"
FAMILY = "/data/blok_ii"
MEMBER = "/data/blok_iii/anggota"


def main(folder: Path, looks: tuple[ThemeName, ...], sizes: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(app, QApplication)
    language.install(app, language.Language.INDONESIAN)
    for size in sizes:
        for look in looks:
            theme.install(app, look)
            with tempfile.TemporaryDirectory() as place:
                laptop = Laptop(Path(place), families=12)
                operations = Operations()
                screen = InterviewScreen(operations, clock=laptop.operation.clock)
                with shown(screen, *SIZES[size]):
                    Story(screen, laptop, folder / f"{size}-{look.value}").tell()
                operations.close()
                laptop.close()


class Story:
    """One interview from the door to the receipt, with what goes wrong on the way."""

    def __init__(self, screen: InterviewScreen, laptop: Laptop, prefix: Path) -> None:
        self.screen = screen
        self.driver = InterviewDriver(screen)
        self.laptop = laptop
        self.prefix = prefix
        self.count = 0

    def shot(self, name: str) -> None:
        self.count += 1
        self.driver.settle()
        self.screen.grab().save(f"{self.prefix}-{self.count:02}-{name}.png")

    def tell(self) -> None:
        driver, screen = self.driver, self.screen
        family = self.laptop.family_of(4)
        interview = self.laptop.start(family)
        register = family.family
        screen.set_interview(interview, f"{register.head_name} · {register.address}")
        self.shot("section")
        driver.go_to(f"{VISIT}/desa")
        driver.type("a")
        self.shot("searching")
        driver.card(f"{VISIT}/desa").answer_widget.give_up()
        driver.enter(f"{VISIT}/no_bangunan", "1200")
        self.shot("refused")
        driver.enter(f"{VISIT}/no_bangunan", "12")
        driver.enter(f"{VISIT}/temuan", "3")
        driver.enter(f"{VISIT}/janji", "17-9-2020; 16.30")
        driver.go_to(f"{VISIT}/janji")
        self.shot("appointment")
        driver.enter(f"{VISIT}/temuan", "4")
        driver.enter(f"{VISIT}/alasan_tolak", "1 98")
        driver.go_to(f"{VISIT}/alasan_tolak")
        self.shot("multiple")
        driver.enter(f"{VISIT}/temuan", "1")
        driver.enter("/data/persetujuan/setuju", "1")
        driver.go_to("/data/persetujuan/setuju")
        self.shot("consent")
        self._family(len(family.members))
        self._members(len(family.members))
        self._close()

    def _family(self, count: int) -> None:
        driver = self.driver
        driver.enter(f"{FAMILY}/punya_kk", "1")
        driver.enter(f"{FAMILY}/no_kk", "6371020111159002")
        picture = QImage(1600, 1100, QImage.Format.Format_RGB32)
        picture.fill(0x3E7C87)
        path = self.prefix.with_name("photo.png")
        picture.save(str(path))
        driver.enter(f"{FAMILY}/foto_kk", str(path))
        driver.enter(f"{FAMILY}/alamat_sesuai", "1")
        driver.enter(f"{FAMILY}/jml_kk", str(count))
        driver.enter(f"{FAMILY}/jml_tinggal", str(count))
        driver.go_to(f"{FAMILY}/no_kk")
        self.shot("family")
        driver.go_to(f"{FAMILY}/foto_kk")
        self.shot("photo")
        self.screen.show_roster()
        self.shot("roster")

    def _members(self, count: int) -> None:
        driver = self.driver
        for number in range(1, count + 1):
            line = MEMBER if number == 1 else f"{MEMBER}[{number}]"
            driver.enter(f"{line}/keberadaan", "1")
            driver.enter(f"{line}/identitas/konf", "2" if number == 2 else "1")
            if number == 2:
                driver.enter(f"{line}/identitas/nik_status", "1")
                driver.enter(f"{line}/identitas/nik", "637101420368")
                self.shot("nik-refused")
                driver.card(f"{line}/identitas/nik").answer_widget.give_up()
                driver.settle()
                driver.enter(f"{line}/identitas/tgl_lahir", "2-3-1911")
            driver.enter(f"{line}/identitas/tempat_lahir", "Banjarmasin")
            self._person(line, first=number == 1, odd=number == 2)

    def _person(self, line: str, *, first: bool, odd: bool) -> None:
        driver = self.driver
        married = "2" if first or odd else "1"
        for name, value in (
            ("domisili", "1"),
            ("sejak", "2015"),
            ("wn", "1"),
            ("suku", "1"),
            ("agama", "1"),
            ("akta_lahir", "1"),
            ("kawin", married),
            ("akta_nikah", "1"),
            ("bisa_bi", "1"),
            ("ijazah", "2" if first or odd else "0"),
            ("aktivitas", "1"),
            ("pekerjaan", "Pedagang sayur keliling"),
            ("kedudukan", "1"),
        ):
            ref = f"{line}/sosial/{name}"
            driver.go_to(ref)
            if driver.shows(ref):
                driver.enter(ref, value)
        if first:
            driver.go_to(f"{line}/sosial/kawin")
            self.shot("member")
        if odd:
            driver.go_to(f"{line}/peringatan/w_tindakan")
            self.shot("member-warnings")
            self.screen.switch_language()
            self.shot("english")
            self.screen.switch_language()
            self.driver.settle()
            self.screen.show_end()
            self.shot("end-open")
            driver.enter(f"{line}/peringatan/w_tindakan", "2")
            self.shot("soft-refused")
            driver.enter(f"{line}/peringatan/w_tindakan", "1")
            driver.enter(f"{line}/peringatan/w_alasan", "Akta kelahiran ditunjukkan")

    def _close(self) -> None:
        driver, screen = self.driver, self.screen
        screen.show_roster()
        self.shot("roster-filled")
        for ref, value in (
            ("blok_iv/cek_kepala", "1"),
            ("blok_v/status_rumah", "1"),
            ("blok_v/lantai", "2"),
            ("blok_v/penerangan", "1"),
            ("blok_v/daya", "2"),
            ("blok_v/air", "3"),
            ("blok_v/bab", "1"),
            ("blok_vi/pemberi_no", "1"),
            ("blok_vi/telepon", "081234567890"),
            ("blok_vi/lokasi", "-3,3186; 114,5944; 12"),
            ("blok_vi/hasil", "1"),
            ("blok_vi/catatan", "Rumah di tepi sungai, jalan papan."),
        ):
            driver.enter(f"/data/{ref}", value)
        driver.settle()
        driver.go_to("/data/blok_v/air")
        self.shot("housing")
        screen.set_notice("answered_online", "Bukti SP Online diterima server pukul 14.05.")
        driver.go_to("/data/blok_vi/lokasi")
        self.shot("notice")
        screen.set_notice("answered_online", "")
        screen.show_end()
        self.shot("ready")
        screen.press_finish()
        self.shot("saved")


if __name__ == "__main__":
    if "--fast" in sys.argv:
        main(Path(sys.argv[1]), (ThemeName.LIGHT,), ("small",))
    else:
        main(Path(sys.argv[1]), tuple(theme.THEMES), tuple(SIZES))
