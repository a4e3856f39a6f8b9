"""How long the window's thread is held: ``python -m tests.gui.interview.figures``.

Pages are opened and answers given on the real questionnaire in a real, encrypted store; a wide
form adds a page of a hundred questions.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from enumerator.xform import Ref
from tests.gui.interview.driver import InterviewDriver, shown
from tests.gui.interview.fakes import FakeInterview, FakeSession
from tests.gui.interview.real import Laptop
from tests.gui.interview.small_form import wide_form
from ui import theme
from ui.demo.waiting import turn
from ui.operations import Operations
from ui.screens.interview import InterviewScreen

MEMBER = "/data/blok_iii/anggota"


class Stopwatch:
    """Times the calls of a bound method while it is in place, in the thread's own CPU time:
    other work on the machine does not count."""

    def __init__(self, owner: object, name: str) -> None:
        self.took_ms: list[float] = []
        former: Callable[..., object] = getattr(owner, name)

        def timed(*args: object) -> object:
            before = time.thread_time()
            result = former(*args)
            self.took_ms.append((time.thread_time() - before) * 1000)
            return result

        setattr(owner, name, timed)


def tell(words: str, took_ms: list[float]) -> None:
    print(f"{words:<58} median {median(took_ms):6.1f} ms   max {max(took_ms):6.1f} ms")


def main() -> None:
    app = QApplication.instance() or QApplication(sys.argv)
    assert isinstance(app, QApplication)
    theme.install(app)
    operations = Operations()
    screen = InterviewScreen(operations)
    with shown(screen), tempfile.TemporaryDirectory() as place:
        laptop = Laptop(Path(place), families=12)
        _real(screen, laptop)
        _wide(screen)
        laptop.close()
    operations.close()


def _real(screen: InterviewScreen, laptop: Laptop) -> None:
    driver = InterviewDriver(screen)
    screen.set_interview(laptop.start(laptop.family_of(4)))
    driver.settle()
    for ref, value in (
        ("/data/blok_i/temuan", "1"),
        ("/data/persetujuan/setuju", "1"),
        (f"{MEMBER}/keberadaan", "1"),
        (f"{MEMBER}[2]/keberadaan", "1"),
        (f"{MEMBER}/identitas/konf", "2"),
        (f"{MEMBER}[2]/identitas/konf", "2"),
    ):
        driver.enter(ref, value)
    opened = Stopwatch(screen.page, "show_page")
    updated = Stopwatch(screen.page, "update_items")
    slices = Stopwatch(screen.page, "_make_waiting")
    whole: list[float] = []
    for _ in range(10):
        for line in (f"{MEMBER}[2]", MEMBER):
            before = time.perf_counter()
            driver.go_to(f"{line}/keberadaan")
            whole.append((time.perf_counter() - before) * 1000)
    tell("member page: until it stands on the screen", opened.took_ms)
    tell("member page: asked to read, drawn and idle", whole)
    seen: list[float] = []
    for _ in range(10):
        for value in ("1", "2"):
            card = driver.card(f"{MEMBER}/identitas/konf")
            before = time.perf_counter()
            card.enter(value)
            while not screen.is_idle():
                turn(0)
            seen.append((time.perf_counter() - before) * 1000)
    tell("answer that shows or hides 8 questions: window's thread", updated.took_ms)
    tell("the same from key to screen, engine and disk included", seen)
    seen = []
    for number in range(20):
        card = driver.card("/data/blok_i/no_bangunan")
        before = time.perf_counter()
        card.enter(str(number + 1))
        while not screen.is_idle():
            turn(0)
        seen.append((time.perf_counter() - before) * 1000)
    tell("plain answer from key to screen", seen)
    tell("one slice of cards", slices.took_ms)


def _wide(screen: InterviewScreen) -> None:
    driver = InterviewDriver(screen)
    opened = Stopwatch(screen.page, "show_page")
    whole: list[float] = []
    for _ in range(10):
        before = time.perf_counter()
        screen.set_interview(FakeInterview(FakeSession(wide_form(100))))
        driver.settle()
        screen.page.cards()
        whole.append((time.perf_counter() - before) * 1000)
    tell("page of 100 questions: until it stands on the screen", opened.took_ms)
    tell("page of 100 questions: every card made", whole)
    updated = Stopwatch(screen.page, "update_items")
    for number in range(10):
        driver.enter(str(Ref("/data/all/q0")), str(number % 2 + 1))
    tell("page of 100 questions: one answer, window's thread", updated.took_ms)


if __name__ == "__main__":
    main()
