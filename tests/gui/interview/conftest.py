"""One application, the shipped theme, and no Qt warning left unheard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from tests.gui.interview.driver import InterviewDriver, shown, turn
from tests.gui.interview.fakes import FakeForm, FakeInterview, FakeSession
from tests.gui.interview.real import Laptop
from tests.gui.interview.small_form import small_form
from tests.gui.operation import NOW
from tests.helpers.hand_clock import HandClock
from ui import language, theme
from ui.operations import Operations
from ui.screens.interview import InterviewScreen

_CALM = "This plugin does not support "


@pytest.fixture(scope="session")
def running() -> QApplication:
    """The one application of the process, kept for all tests."""
    there = QApplication.instance()
    return there if isinstance(there, QApplication) else QApplication([])


@pytest.fixture(autouse=True)
def application(running: QApplication) -> Iterator[QApplication]:
    """Dressed in light, speaking English; a Qt message fails the test."""
    app = running
    language.install(app, language.Language.ENGLISH)
    theme.install(app)
    said: list[str] = []

    def hear(kind: QtMsgType, _context: QMessageLogContext, text: str | None) -> None:
        if kind is not QtMsgType.QtDebugMsg and not (text or "").startswith(_CALM):
            said.append(text or "")

    former = qInstallMessageHandler(hear)
    yield app
    qInstallMessageHandler(former)
    assert not said, said


@pytest.fixture
def operations() -> Iterator[Operations]:
    made = Operations()
    troubles: list[Exception] = []
    made.troubled.connect(troubles.append)
    yield made
    made.close()
    if troubles:
        raise troubles[0]


@pytest.fixture
def screen(operations: Operations) -> Iterator[InterviewScreen]:
    made = InterviewScreen(operations, clock=HandClock(NOW))
    with shown(made):
        yield made
    made.deleteLater()
    turn()


@pytest.fixture
def driver(screen: InterviewScreen) -> InterviewDriver:
    return InterviewDriver(screen)


@pytest.fixture
def open_fake(driver: InterviewDriver) -> Callable[..., FakeInterview]:
    """Opens a fake interview on the screen; keywords set the fake's attributes first."""

    def open_it(form: FakeForm | None = None, **facts: object) -> FakeInterview:
        interview = FakeInterview(FakeSession(form or small_form()))
        for name, value in facts.items():
            setattr(interview, name, value)
        driver.screen.set_interview(interview, "Ahmad Fauzi")
        driver.settle()
        return interview

    return open_it


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Laptop]:
    made = Laptop(tmp_path)
    yield made
    made.close()
