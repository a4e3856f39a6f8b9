"""The team's families with interviews that differ: what is to be decided, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from ui import icons, theme
from ui.operations import Operations
from ui.supervisor.rows import ListRow, RowList, paint_two_lines
from ui.theme import Space, Text, Tone
from ui.widgets.layouts import column
from ui.widgets.screen import Screen, ScreenHeader

if TYPE_CHECKING:
    from enumerator.fieldwork import Workspace
    from enumerator.store import ConflictedCase

_ROW: Final = 64
_WORD_PX: Final = 260


class ConflictRow(ListRow):
    """One family; pressed, its interviews are shown side by side."""

    def __init__(self, case: ConflictedCase) -> None:
        super().__init__(case.family_id, case.head_name, _ROW)
        self._case = case
        self.setAccessibleName(f"{case.head_name}, {case.address}. {self._state()[2]}")

    def _state(self) -> tuple[Tone, str, str]:
        if self._case.is_pending:
            return Tone.INFO, "hourglass", self.tr("Waits for the server")
        if self._case.conflicts:
            return Tone.CARE, "copy", self.tr("To be decided")
        return Tone.GOOD, "check-circle", self.tr("Decided")

    def paint_content(self, painter: QPainter, area: QRectF) -> None:
        tone, icon, word = self._state()
        left = area.adjusted(Space.L, 0, -_WORD_PX, 0)
        paint_two_lines(painter, left, self._case.head_name, self._case.address)
        ink = theme.colours().tones[tone].ink
        start = area.right() - _WORD_PX + Space.L
        icons.paint(painter, icon, QRectF(start, area.center().y() - 10, 20, 20), ink)
        painter.setFont(theme.font(Text.SMALL_STRONG))
        painter.setPen(ink)
        place = QRectF(start + 28, area.top(), _WORD_PX - 80, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, word)


class ConflictsScreen(Screen):
    """Signals: ``family_opened(str)``: compare the interviews of this family."""

    family_opened = Signal(str)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._cases: tuple[ConflictedCase, ...] = ()
        self.header = ScreenHeader()
        self._list: RowList[ConflictRow] = RowList()
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, 0)
        whole.addWidget(self.header)
        whole.addWidget(self._list, 1)
        self.header.back_pressed.connect(self.back_asked)
        self.retranslate()

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        self._take(())

    def refresh(self) -> None:
        """Asks for the conflicts again."""
        workspace = self._workspace
        if workspace is not None and workspace.is_supervisor:
            self._operations.read(
                workspace.supervising.conflicts, self._take, latest="conflicts", owner=self
            )

    def rows(self) -> list[ConflictRow]:
        return self._list.rows()

    def _take(self, cases: tuple[ConflictedCase, ...]) -> None:
        self._cases = cases
        rows = [ConflictRow(case) for case in cases]
        for row in rows:
            row.opened.connect(self.family_opened)
        self._list.set_rows(rows)
        if rows and self.isVisible() and not any(row.hasFocus() for row in rows):
            rows[0].setFocus()
        self.header.title.setText(self.tr("Conflicts"))

    # What every screen has.

    def retranslate(self) -> None:
        self.header.set_trail(self.tr("My team"))
        self.header.back.set_word(self.tr("Back"), "Esc")
        self._list.empty.set_message(
            "check-circle",
            self.tr("No conflicts"),
            self.tr("Interviews of one family that differ are shown here."),
        )
        self._take(self._cases)

    def focus_first(self) -> None:
        rows = self.rows()
        (rows[0] if rows else self.header.back).setFocus()
