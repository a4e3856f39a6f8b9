"""Every screen, both languages, the smallest window: nothing cut, everything named, all of it
within reach of the keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QWidget,
)

from tests.gui.conftest import Opener
from tests.gui.driving import every_widget, settle, wait_until
from tests.gui.driving import open_on as open_accounts
from tests.gui.operation import Operation, Prepared
from tests.gui.screenshots import gate_shots, officer_shots, supervisor_shots
from ui import language
from ui.account import Accounts
from ui.language import Language
from ui.window import MainWindow

_FIELDS = (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)
Tour = Callable[[MainWindow], Iterator[tuple[str, Callable[[], object]]]]


@pytest.fixture(params=list(Language), ids=lambda tongue: tongue.value)
def tongue(request: pytest.FixtureRequest, application: QApplication) -> Language:
    chosen: Language = request.param
    language.install(application, chosen)
    return chosen


@pytest.fixture(params=["officer", "supervisor", "gate"])
def toured(
    request: pytest.FixtureRequest,
    tongue: Language,
    tmp_path: Path,
    open_on: Opener,
    prepared_officer: Prepared,
    prepared_supervisor: Prepared,
) -> Iterator[tuple[str, MainWindow]]:
    """Each screen in turn, with its name."""
    window, tour = _make(request.param, tmp_path, open_on, prepared_officer, prepared_supervisor)

    def visit_all() -> Iterator[tuple[str, MainWindow]]:
        for name, show in tour(window):
            show()
            settle(window)
            yield f"{name} ({tongue})", window

    return visit_all()


def _make(
    who: str, folder: Path, opener: Opener, officer: Prepared, supervisor: Prepared
) -> tuple[MainWindow, Tour]:
    if who == "officer":
        return opener(officer.copy(folder / "laptop")), officer_shots
    if who == "supervisor":
        return opener(supervisor.copy(folder / "laptop")), supervisor_shots
    first, second = Operation(folder), Operation(folder, login="ppl-02", account="a-2", seed=2)
    first.close()
    second.close()
    accounts = Accounts(first.folder, first.clock, first.chance)
    return open_accounts(accounts, unlocked=False), gate_shots


Screens = Iterator[tuple[str, MainWindow]]


def described(widget: QWidget) -> str:
    text = getattr(widget, "text", lambda: "")()
    return f"{type(widget).__name__} {text!r}"


def test_no_text_is_cut_in_the_smallest_window(toured: Screens) -> None:
    cut: list[str] = []
    for name, window in toured:
        for widget in every_widget(window):
            is_cut = getattr(widget, "is_cut", None)
            if is_cut is not None and is_cut():
                cut.append(f"{name}: {described(widget)}")
    assert cut == []


def test_nothing_hangs_over_the_edge_of_what_holds_it(toured: Screens) -> None:
    over: list[str] = []
    for name, window in toured:
        for widget in every_widget(window):
            holder = widget.parentWidget()
            if holder is None or widget.isWindow() or _is_scrolled(widget, holder):
                continue
            inside = QRect(QPoint(0, 0), holder.size())
            if widget.x() < 0 or widget.geometry().right() > inside.right():
                over.append(f"{name}: {described(widget)} {widget.geometry().getRect()}")
    assert over == []


def _is_scrolled(widget: QWidget, holder: QWidget) -> bool:
    area = holder.parentWidget()
    if isinstance(area, QScrollArea):
        # Down is what scroll areas are for; across, what is inside has to fit.
        return widget.width() <= holder.width()
    return isinstance(area, QAbstractScrollArea)


def _takes_focus(widget: QWidget) -> bool:
    return widget.focusPolicy() != Qt.FocusPolicy.NoFocus


def focusable(window: MainWindow) -> list[QWidget]:
    """What Tab should come to on this screen."""
    return [
        widget
        for widget in every_widget(window)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isEnabled()
        and widget.focusProxy() is None
        and isinstance(widget, _FIELDS)
        and not isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
        and not (isinstance(widget, QAbstractButton) and _is_other_of_group(widget))
    ]


def _is_other_of_group(button: QAbstractButton) -> bool:
    # Within an exclusive group the arrows move; Tab comes to one button.
    return button.group() is not None or (button.autoExclusive() and not button.isChecked())


def test_every_field_and_button_has_an_accessible_name(toured: Screens) -> None:
    nameless: list[str] = []
    for name, window in toured:
        for widget in every_widget(window):
            is_field = (
                isinstance(widget, _FIELDS) and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
            )
            is_inner = isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
            if not is_field or is_inner:
                continue
            text = widget.text() if isinstance(widget, QAbstractButton) else ""
            if not (widget.accessibleName() or text):
                nameless.append(f"{name}: {described(widget)}")
    assert nameless == []


def test_tab_comes_to_everything(toured: Screens) -> None:
    unreached: list[str] = []
    for name, window in toured:
        wanted = focusable(window)
        window.current().focus_first()
        seen: list[QWidget] = []
        for _ in range(3 * len(wanted) + 20):
            now = QApplication.focusWidget()
            if now is not None and now not in seen:
                seen.append(now)
            window.focusNextPrevChild(True)
        reached = {id(widget) for widget in seen}
        unreached += [
            f"{name}: {described(widget)}" for widget in wanted if id(widget) not in reached
        ]
    assert unreached == []


def test_work_starts_at_a_focused_widget_on_every_screen(toured: Screens) -> None:
    for name, window in toured:
        window.current().focus_first()
        focused = QApplication.focusWidget()
        assert focused is not None, name
        assert window.current().isAncestorOf(focused), name


def test_buttons_are_as_high_as_a_finger(toured: Screens) -> None:
    small: list[str] = []
    for name, window in toured:
        for widget in every_widget(window):
            if not isinstance(widget, QAbstractButton) or not _takes_focus(widget):
                continue
            if widget.height() < 40 or widget.width() < 40:
                small.append(f"{name}: {described(widget)} {widget.size().toTuple()}")
    assert small == []


def test_window_fits_a_screen_of_800_by_480(officer: MainWindow) -> None:
    for _, show in officer_shots(officer):
        show()
        officer.resize(800, 480)
        settle(officer)
        assert officer.size().toTuple() == (800, 480)


def test_words_change_at_once_when_the_language_changes(officer: MainWindow) -> None:
    assert officer.bar.custody.text() == "5 not yet sent"
    officer.appearance.switch_language()
    wait_until(lambda: officer.bar.custody.text() == "5 belum terkirim")
    assert officer.caseload.search.accessibleName() == "Cari keluarga"
    officer.appearance.switch_language()
    wait_until(lambda: officer.bar.custody.text() == "5 not yet sent")


def test_what_waits_is_in_sight_on_a_small_screen(officer: MainWindow) -> None:
    officer.resize(1024, 600)
    officer.show_custody()
    settle(officer)
    table = officer.custody.waiting
    first = table.rowViewportPosition(0) + table.rowHeight(0)
    wait_until(
        lambda: 0 < table.viewport().mapTo(officer, QPoint(0, first)).y() <= officer.height(),
        "the first waiting record to be in sight",
    )
