"""One application, dressed in light and speaking English; no Qt message goes unheard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest
from PySide6.QtCore import QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.gui.driving import close_window, open_window
from tests.gui.operation import Operation, Prepared, lively, supervised
from ui import formats, language, theme
from ui.app import make_app
from ui.language import Language
from ui.operations import Operations
from ui.window import MainWindow

# What the offscreen platform says of itself.
_CALM = (
    "This plugin does not support propagateSizeHints()",
    "This plugin does not support raise()",
    "This plugin does not support grabbing the keyboard",
)


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
    # A test that pressed Ctrl+S has left Qt in the belief that Ctrl is down.
    QTest.keyRelease(QWidget(), Qt.Key.Key_Control)
    assert app.keyboardModifiers() == Qt.KeyboardModifier.NoModifier
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


class Opener(Protocol):
    def __call__(self, operation: Operation | Prepared, *, unlocked: bool = True) -> MainWindow: ...


@pytest.fixture
def open_on() -> Iterator[Opener]:
    """Opens windows on operations, unlocked; closes them at the end. A bug's dialog fails."""
    windows: list[MainWindow] = []
    bugs: list[Exception] = []

    def open_it(operation: Operation | Prepared, *, unlocked: bool = True) -> MainWindow:
        window = open_window(operation, unlocked=unlocked)
        window.telling.bug_shown.connect(bugs.append)
        windows.append(window)
        return window

    yield open_it
    for window in windows:
        close_window(window)
    if bugs:
        raise bugs[0]


@pytest.fixture(scope="session")
def prepared_officer(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """An officer's laptop a week into the field, made once; tests work on copies."""
    return lively(tmp_path_factory.mktemp("officer")).prepared()


@pytest.fixture(scope="session")
def prepared_supervisor(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A supervisor's laptop, made once; tests work on copies."""
    return supervised(tmp_path_factory.mktemp("supervisor")).prepared()


@pytest.fixture
def officer(tmp_path: Path, open_on: Opener, prepared_officer: Prepared) -> MainWindow:
    """An officer's window, a week into the field."""
    return open_on(prepared_officer.copy(tmp_path / "laptop"))


@pytest.fixture
def supervisor(tmp_path: Path, open_on: Opener, prepared_supervisor: Prepared) -> MainWindow:
    """A supervisor's window."""
    return open_on(prepared_supervisor.copy(tmp_path / "laptop"))
