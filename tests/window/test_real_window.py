"""The real program on a real X server: the one thing that the offscreen platform cannot show."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    not (shutil.which("Xvfb") and shutil.which("xwininfo")),
    reason="needs Xvfb and xwininfo (Debian: xvfb, x11-utils)",
)

_WINDOW_WITHIN_S = 60


@pytest.fixture
def display() -> Iterator[str]:
    """The name of a fresh X server's display."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x800x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(30)


def program(display: str, folder: Path, **extra: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "enumerator", "--folder", folder],
        env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb", **extra},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def viewable_windows(display: str) -> list[str]:
    """Names of the mapped windows of some size."""
    tree = _xwininfo(display, "-root", "-tree")
    found = []
    for window, name, width in re.findall(r'(0x[0-9a-f]+) "([^"]+)":.*?(\d+)x\d+\+', tree):
        if int(width) > 200 and "IsViewable" in _xwininfo(display, "-id", window):
            found.append(name)
    return found


def _xwininfo(display: str, *options: str) -> str:
    run = subprocess.run(
        ["xwininfo", "-display", display, *options], capture_output=True, text=True, check=False
    )
    return run.stdout


def test_window_is_on_the_screen_when_the_program_starts(display: str, tmp_path: Path) -> None:
    started = program(display, tmp_path / "data")
    try:
        late = time.monotonic() + _WINDOW_WITHIN_S
        while not (names := viewable_windows(display)) and started.poll() is None:
            assert time.monotonic() < late, "no window"
            time.sleep(0.2)
        assert started.poll() is None, started.communicate()[1]
        assert any("Enumerator" in name for name in names)
    finally:
        started.terminate()
        _, complaints = started.communicate(timeout=30)
    assert complaints == ""


def test_program_ends_well_when_told_to_stop_after_its_first_paint(
    display: str, tmp_path: Path
) -> None:
    started = program(display, tmp_path / "data", ENUMERATOR_EXIT_AFTER_PAINT="1")
    _, complaints = started.communicate(timeout=_WINDOW_WITHIN_S)
    assert (started.returncode, complaints) == (0, "")


_TAKES_CTRL_E = """
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from ui.questions.base import AnswerEdit
app = QApplication([])
for made in (QLineEdit(), AnswerEdit()):
    keys = (QEvent.Type.ShortcutOverride, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    event = QKeyEvent(*keys, "\\x05")
    event.ignore()
    app.sendEvent(made, event)
    print(event.isAccepted())
"""


def test_answers_leave_ctrl_e_to_the_interview_when_x11_takes_it_for_the_lines_end(
    display: str,
) -> None:
    told = subprocess.run(
        [sys.executable, "-c", _TAKES_CTRL_E],
        env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=_WINDOW_WITHIN_S,
    )
    assert told.stdout.split() == ["True", "False"]


def test_unusable_folder_is_told_without_a_traceback_when_the_window_opens(
    display: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    running = program(display, tmp_path / "file")
    _, told = running.communicate(timeout=_WINDOW_WITHIN_S)
    assert running.returncode == 1
    assert "cannot be used" in told
    assert "Traceback" not in told
