"""Every place the keyboard can go has a name; nothing that is pressed is too small or cut."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollBar, QWidget

from tests.gui.interview.driver import InterviewDriver
from tests.gui.interview.fakes import FakeInterview
from ui import language, theme
from ui.theme import TARGET, ThemeName

Opener = Callable[..., FakeInterview]


def _places(root: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisible()
        and widget.isEnabled()
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not isinstance(widget, QScrollBar)
    ]


def _walk(driver: InterviewDriver) -> None:
    """Every page of the small form, and the end."""
    driver.enter("/data/visit/result", "4")
    _check(driver)
    driver.enter("/data/visit/result", "1")
    driver.enter("/data/consent/agrees", "1")
    driver.enter("/data/family/card", "9971020111159002")
    driver.enter("/data/family/people", "2")
    for ref in ("/data/consent/agrees", "/data/family/card"):
        driver.go_to(ref)
        _check(driver)
    driver.screen.show_roster()
    driver.settle()
    _check(driver)
    driver.enter("/data/members/person/more/age", "101")
    _check(driver)
    driver.go_to("/data/close/place")
    _check(driver)
    driver.screen.show_end()
    driver.settle()
    _check(driver)


def _check(driver: InterviewDriver) -> None:
    driver.settle()
    for widget in _places(driver.screen):
        # A button without a name of its own is called by its word.
        word = widget.text() if isinstance(widget, QAbstractButton) else ""
        assert widget.accessibleName() or word, f"{type(widget).__name__} has no name"
    for button in driver.screen.findChildren(QAbstractButton):
        if button.isVisible() and button.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert button.height() >= 40, (
                f"{button.accessibleName()} is only {button.height()} high"
            )
            assert button.width() >= 40
    cut = [
        widget
        for widget in driver.screen.findChildren(QWidget)
        if widget.isVisible() and hasattr(widget, "is_cut") and widget.is_cut()
    ]
    assert not cut, [(type(one).__name__, one.accessibleName()) for one in cut]


@pytest.mark.parametrize("speech", list(language.Language))
@pytest.mark.parametrize("size", [(1024, 540), (1440, 840)])
def test_every_place_has_a_name_and_room_when_the_interview_is_walked(
    open_fake: Opener,
    driver: InterviewDriver,
    application: QApplication,
    speech: language.Language,
    size: tuple[int, int],
) -> None:
    language.install(application, speech)
    driver.screen.resize(*size)
    open_fake()
    driver.settle()
    _walk(driver)


def test_every_card_is_reached_when_only_tab_is_pressed(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    driver.enter("/data/visit/result", "4")
    driver.go_to("/data/visit/village")
    seen = []
    for _ in range(12):
        seen.append(driver.current())
        driver.press(Qt.Key.Key_Tab)
    ways = [ref for ref in dict.fromkeys(seen) if ref]
    assert ways == [
        "/data/visit/village",
        "/data/visit/building",
        "/data/visit/result",
        "/data/visit/reasons",
    ]


@pytest.mark.parametrize("look", list(theme.THEMES))
def test_screen_paints_in_every_theme_when_it_changes_while_open(
    open_fake: Opener, driver: InterviewDriver, application: QApplication, look: ThemeName
) -> None:
    open_fake()
    driver.enter("/data/visit/building", "1200")
    theme.install(application, look)
    driver.settle()
    shot = driver.screen.grab().toImage()
    ground = shot.pixelColor(driver.screen.tree.width() + 8, driver.screen.height() - 60)
    assert ground == theme.THEMES[look].canvas


def test_options_are_as_high_as_a_finger_when_shown(
    open_fake: Opener, driver: InterviewDriver
) -> None:
    open_fake()
    options = driver.card("/data/visit/result").answer_widget.findChildren(QAbstractButton)
    assert len(options) == 6
    assert min(option.height() for option in options) >= TARGET
