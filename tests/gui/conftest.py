"""One application, dressed in light and speaking English; no Qt message goes unheard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from tests.gui.driving import close_window, open_window
from tests.gui.operation import Operation, lively, supervised
from ui import formats, language, theme
from ui.app import make_app
from ui.language import Language
from ui.operations import Operations
from ui.window import MainWindow

# What the offscreen platform says of itself.
_CALM = ("This plugin does not support propagateSizeHints()",)


@pytest.fixture(autouse=True)
def application() -> Iterator[QApplication]:
    """A Qt message fails the test."""
    app = make_app()
    language.install(app, Language.ENGLISH)
    theme.install(app)
    formats.set_zone(None)
    said: list[str] = []

    def hear(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        if kind is not QtMsgType.QtDebugMsg and text not in _CALM:
            said.append(text or "")

    former = qInstallMessageHandler(hear)
    yield app
    qInstallMessageHandler(former)
    assert not said, said


@pytest.fixture
def operations() -> Iterator[Operations]:
    """Executors of the test's own; an error that nobody took fails the test."""
    made = Operations()
    troubles: list[Exception] = []
    made.troubled.connect(troubles.append)
    yield made
    made.close()
    if troubles:
        raise troubles[0]


Opener = Callable[[Operation], MainWindow]


@pytest.fixture
def open_on() -> Iterator[Opener]:
    """Opens windows on operations, unlocked; closes them at the end. A bug's dialog fails."""
    windows: list[MainWindow] = []
    bugs: list[Exception] = []

    def open_it(operation: Operation, *, unlocked: bool = True) -> MainWindow:
        window = open_window(operation, unlocked=unlocked)
        window.bug_shown.connect(bugs.append)
        windows.append(window)
        return window

    yield open_it
    for window in windows:
        close_window(window)
    if bugs:
        raise bugs[0]


@pytest.fixture
def officer(tmp_path: Path, open_on: Opener) -> MainWindow:
    """An officer's window, a week into the field."""
    return open_on(lively(tmp_path / "laptop"))


@pytest.fixture
def supervisor(tmp_path: Path, open_on: Opener) -> MainWindow:
    """A supervisor's window."""
    return open_on(supervised(tmp_path / "laptop"))
