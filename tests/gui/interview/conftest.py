"""An interview's screen by itself, and a laptop to have real interviews on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.gui.interview.driver import InterviewDriver, shown
from tests.gui.interview.fakes import FakeForm, FakeInterview, FakeSession
from tests.gui.interview.real import Laptop
from tests.gui.interview.small_form import small_form
from tests.gui.operation import NOW
from tests.helpers.hand_clock import HandClock
from ui.demo.waiting import turn
from ui.operations import Operations
from ui.screens.interview import InterviewScreen


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
