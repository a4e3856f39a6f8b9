"""The dialogs by keyboard alone: Esc changes nothing, Tab goes round, Enter presses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QTreeView, QWidget

from enumerator.fieldwork import Difference
from enumerator.xform import Ref
from ui import choosing, language
from ui.dialogs import ReasonDialog
from ui.language import Language
from ui.screens.comparing import CompareDialog
from ui.screens.parting import Choice, ChoiceDialog, PartingDialog


@dataclass
class Opened:
    """A dialog in sight, and what it has said."""

    dialog: QDialog
    said: list[tuple[str, ...]] = field(default_factory=list)

    def press(self, key: Qt.Key) -> None:
        focus = self.dialog.focusWidget()
        assert focus is not None
        QTest.keyClick(focus, key)

    def tab_to(self, widget: QWidget) -> None:
        for _ in range(20):
            if self.dialog.focusWidget() is widget:
                return
            self.press(Qt.Key.Key_Tab)
        raise AssertionError("Tab never gets there")


Maker = Callable[[], Opened]


def _reason() -> Opened:
    dialog = ReasonDialog("Give up this draft?", "It is sent.", "Give up")
    opened = Opened(dialog)
    dialog.given.connect(lambda reason: opened.said.append((reason,)))
    return opened


def _choice() -> Opened:
    choices = [Choice("new", "home", "Start anew"), Choice("old", "pencil", "Go on")]
    dialog = ChoiceDialog("From where?", "", choices)
    opened = Opened(dialog)
    dialog.chosen.connect(lambda key: opened.said.append((key,)))
    return opened


def _parting() -> Opened:
    dialog = PartingDialog("withdrawn", "", needs_reason=True)
    opened = Opened(dialog)
    dialog.stopped.connect(lambda note: opened.said.append(("stopped", note)))
    dialog.continued.connect(lambda note: opened.said.append(("continued", note)))
    return opened


def _comparison() -> Opened:
    differences = [
        Difference(Ref("/data/a"), "Address", "Gg. 1", "Gg. 11", "Gg. 11"),
        Difference(Ref("/data/b"), "School", "", "Three years", "3"),
    ]
    dialog = CompareDialog(differences)
    opened = Opened(dialog)
    dialog.taken.connect(lambda ref, value: opened.said.append((ref, value)))
    return opened


@pytest.fixture
def show() -> Iterator[Callable[[Maker], Opened]]:
    shown: list[QDialog] = []

    def open_it(make: Maker) -> Opened:
        opened = make()
        shown.append(opened.dialog)
        opened.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
        opened.dialog.open()
        QTest.qWaitForWindowActive(opened.dialog)
        return opened

    yield open_it
    for dialog in shown:
        dialog.close()
        dialog.deleteLater()


@pytest.mark.parametrize("make", [_reason, _choice, _parting, _comparison])
def test_escape_closes_and_decides_nothing(make: Maker, show: Callable[[Maker], Opened]) -> None:
    opened = show(make)
    opened.press(Qt.Key.Key_Escape)
    assert not opened.dialog.isVisible()
    assert opened.said == []


def test_reason_is_typed_and_given_without_a_mouse(show: Callable[[Maker], Opened]) -> None:
    opened = show(_reason)
    dialog = opened.dialog
    assert isinstance(dialog, ReasonDialog)
    opened.tab_to(dialog.confirm)
    opened.press(Qt.Key.Key_Return)
    assert dialog.isVisible(), "a blank reason is none"
    opened.tab_to(dialog.reason)
    QTest.keyClicks(dialog.reason, "moved away")
    opened.tab_to(dialog.confirm)
    opened.press(Qt.Key.Key_Return)
    assert (dialog.isVisible(), opened.said) == (False, [("moved away",)])


def test_enter_takes_the_likeliest_choice_and_tab_the_next(
    show: Callable[[Maker], Opened],
) -> None:
    first, second = show(_choice), show(_choice)
    first.press(Qt.Key.Key_Return)
    assert isinstance(second.dialog, ChoiceDialog)
    second.tab_to(second.dialog.buttons["old"])
    second.press(Qt.Key.Key_Return)
    assert (first.said, second.said) == ([("new",)], [("old",)])


def test_enter_stops_no_interview_unread(show: Callable[[Maker], Opened]) -> None:
    opened = show(_parting)
    dialog = opened.dialog
    assert isinstance(dialog, PartingDialog)
    opened.press(Qt.Key.Key_Return)
    assert (dialog.isVisible(), opened.said) == (True, [])
    opened.tab_to(dialog.go_on)
    opened.press(Qt.Key.Key_Return)
    assert dialog.error()
    opened.tab_to(dialog.stop)
    opened.press(Qt.Key.Key_Return)
    assert opened.said == [("stopped", "")]


def test_enter_takes_answer_after_answer_and_then_is_done(
    show: Callable[[Maker], Opened],
) -> None:
    opened = show(_comparison)
    for _ in range(3):
        opened.press(Qt.Key.Key_Return)
    assert opened.said == [("/data/a", "Gg. 11"), ("/data/b", "3")]
    assert not opened.dialog.isVisible()


# ---------------------------------------------------------------------- files


def in_file_dialog(act: Callable[[QFileDialog], None]) -> None:
    """Acts on the next file dialog once it is open."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QFileDialog):
            act(dialog)
        else:
            QTimer.singleShot(20, look)

    QTimer.singleShot(0, look)


def test_escape_in_the_file_dialog_saves_nothing() -> None:
    in_file_dialog(lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape))
    parent = QWidget()
    assert choosing.choose_target(parent, "Save to USB", "ppl-01.bundle", ".bundle") is None
    in_file_dialog(lambda dialog: QTest.keyClick(dialog, Qt.Key.Key_Escape))
    assert choosing.choose_files(parent, "Read answer", ".answer") == ()


def test_enter_in_the_file_dialog_saves_under_the_name_that_stands_there(tmp_path: Path) -> None:
    def press_enter(dialog: QFileDialog) -> None:
        dialog.setDirectory(str(tmp_path))
        dialog.selectFile("ppl-01.bundle")
        name = dialog.findChild(QLineEdit)
        assert name is not None
        QTest.keyClick(name, Qt.Key.Key_Return)

    in_file_dialog(press_enter)
    chosen = choosing.choose_target(QWidget(), "Save to USB", "ppl-01.bundle", ".bundle")
    assert chosen == tmp_path / "ppl-01.bundle"


def test_file_dialog_speaks_indonesian() -> None:
    app = QApplication.instance()
    assert app is not None
    language.install(app, Language.INDONESIAN)
    heads: list[str] = []

    def read(dialog: QFileDialog) -> None:
        view = dialog.findChild(QTreeView, "treeView")
        assert view is not None
        files = view.model()
        heads.extend(
            str(files.headerData(column, Qt.Orientation.Horizontal)) for column in range(4)
        )
        dialog.reject()

    in_file_dialog(read)
    choosing.choose_files(QWidget(), "Baca jawaban", ".answer")
    assert heads == ["Nama", "Ukuran", "Jenis", "Diubah"]
