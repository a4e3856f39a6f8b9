"""How long the window holds its event loop: ``python -m tests.bench.window``.

A heartbeat of one millisecond measures the longest gap during each thing an officer does, on a
list of real size. No call on the window's thread should hold it over 16 ms; figures are of this
machine, and other work on it shows.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt, QTimer

from enumerator.model import CaseState
from enumerator.sample.population import RegisteredFamily, population
from tests.gui.driving import close_window, open_window, settle, wait_until
from tests.gui.operation import PASSPHRASE, Operation
from tests.gui.screenshots import family_in
from ui.app import make_app
from ui.models.families import Column
from ui.window import MainWindow

BUDGET_MS: Final = 16.0


class Heartbeat(QObject):
    """Beats every millisecond; remembers the longest pause between two beats."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(self._beat)
        self._last = time.perf_counter()
        self.longest_ms = 0.0

    def start(self) -> None:
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_ms = max(self.longest_ms, (now - self._last) * 1000)
        self._last = now


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--families", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    make_app()
    with tempfile.TemporaryDirectory() as scratch:
        operation = Operation(Path(scratch, "laptop"))
        operation.load_areas()
        for some in batched(population(options.families), 500):
            operation.assign(some)
        window = open_window(operation)
        beat = Heartbeat()
        print(f"{options.families} families; longest pause of the event loop in ms")
        for name, act in acts(window):
            figures = [measured(window, beat, act) for _ in range(options.rounds)]
            mark = "" if min(figures) <= BUDGET_MS else "  over the budget"
            print(f"  {name:32} " + " ".join(f"{one:7.1f}" for one in figures) + mark)
        close_window(window)
    return 0


def measured(window: MainWindow, beat: Heartbeat, act: Callable[[], object]) -> float:
    """The longest pause from the act until the window rests again."""
    wait_until(lambda: True)
    beat.start()
    act()
    settle(window)
    beat.stop()
    return beat.longest_ms


def acts(window: MainWindow) -> Iterator[tuple[str, Callable[[], object]]]:
    """What an officer does, in turn."""
    caseload, account = window.caseload, window.account()
    assert account is not None
    family = family_in(window, CaseState.NOT_VISITED)

    def search() -> None:
        caseload.search.setText("salman" if not caseload.search.text() else "")
        caseload.search.searched.emit("")

    def scroll() -> None:
        bar = caseload.table.verticalScrollBar()
        bar.setValue((bar.value() + bar.maximum() // 7) % max(1, bar.maximum()))

    def relock() -> None:
        window.lock()
        settle(window)
        window.unlock(account.profile_key, PASSPHRASE)

    yield "list, from another page", window.go_home
    yield "sort by name", lambda: caseload.table.sort_shown(Column.HEAD)
    yield "search", search
    yield "filter by state", lambda: caseload.states.press(CaseState.NOT_VISITED)
    yield "scroll a seventh of the list", scroll
    yield "open a family", lambda: window.open_family(family)
    yield "page of a visit", lambda: window.record_visit(family)
    yield "where is my data", window.show_custody
    yield "language", window.appearance.switch_language
    yield "theme", window.appearance.switch_theme
    yield "lock and unlock", relock


def batched(families: Iterator[RegisteredFamily], size: int) -> Iterator[list[RegisteredFamily]]:
    some: list[RegisteredFamily] = []
    for family in families:
        some.append(family)
        if len(some) == size:
            yield some
            some = []
    if some:
        yield some


if __name__ == "__main__":
    sys.exit(main())
