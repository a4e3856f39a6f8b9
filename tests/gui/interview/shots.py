"""Draws the interview's states into PNG files, for the eye: ``python -m
tests.gui.interview.shots <folder>``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QDeadlineTimer, QEventLoop
from PySide6.QtWidgets import QApplication

from enumerator.xform import Ref
from tests.gui.interview.fakes import FakeInterview, FakeSession
from tests.gui.interview.small_form import small_form
from ui import theme
from ui.operations import Operations
from ui.screens.interview import InterviewScreen
from ui.theme import ThemeName


def settle(screen: InterviewScreen, timeout_ms: int = 5000) -> None:
    """Runs the event loop until every action is done and painted."""
    deadline = QDeadlineTimer(timeout_ms)
    while not screen.is_idle() and not deadline.hasExpired():
        QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
    QApplication.processEvents()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(app, QApplication)
    for name, size in (("small", (1024, 540)), ("large", (1440, 840))):
        for look in (ThemeName.LIGHT, ThemeName.DARK):
            theme.install(app, look)
            operations = Operations()
            screen = InterviewScreen(operations)
            screen.resize(*size)
            screen.show()
            screen.activateWindow()
            _story(screen, folder / f"{name}-{look.value}")
            screen.close()
            operations.close()


def _story(screen: InterviewScreen, prefix: Path) -> None:
    def shot(name: str) -> None:
        settle(screen)
        screen.grab().save(f"{prefix}-{name}.png")

    def enter(ref: str, value: str) -> None:
        card = screen.card(ref)
        if card is None:
            settle(screen)
            card = screen.card(ref)
        assert card is not None, ref
        card.enter(value)
        settle(screen)

    interview = FakeInterview(FakeSession(small_form()))
    screen.set_interview(interview, "Ahmad Fauzi · Jl. Keramat Raya No. 33")
    shot("1-section")
    enter("/data/visit/village", "63.71.0007")
    enter("/data/visit/building", "1200")
    shot("2-refused")
    enter("/data/visit/building", "12")
    enter("/data/visit/result", "4")
    shot("3-multiple")
    enter("/data/visit/result", "1")
    enter("/data/consent/agrees", "1")
    screen.go_to("/data/consent/agrees")
    shot("4-consent")
    enter("/data/family/card", "9971020111159002")
    shot("5-warning")
    enter("/data/family/why_odd", "Kartu keluarga baru")
    enter("/data/family/people", "5")
    screen.show_roster()
    shot("6-roster")
    enter("/data/members/person/name", "Ahmad Fauzi")
    enter("/data/members/person/relationship", "1")
    enter("/data/members/person/more/age", "101")
    enter("/data/members/person/more/married", "1")
    shot("7-member")
    screen.switch_language()
    shot("8-english")
    screen.switch_language()
    settle(screen)
    screen.set_notice("answered_online", "Bukti SP Online diterima server pukul 14.05.")
    screen.go_to("/data/close/place")
    shot("9-notice")
    screen.set_notice("answered_online", "")
    screen.show_end()
    shot("10-end")
    for line in ("person", *(f"person[{i}]" for i in range(2, 6))):
        base = f"/data/members/{line}"
        if line != "person":
            enter(f"{base}/name", "Dewi Lestari")
            enter(f"{base}/relationship", "3")
            enter(f"{base}/more/age", "30")
            enter(f"{base}/more/married", "2")
        else:
            enter(f"{base}/check/why", "Akta kelahiran ditunjukkan")
    screen.show_roster()
    shot("11-roster")
    enter("/data/close/outcome", "1")
    screen.show_end()
    shot("12-ready")
    screen.press_finish()
    shot("13-saved")
    assert interview.position is None or isinstance(Ref(interview.position), str)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
