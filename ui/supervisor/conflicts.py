"""The team's families with interviews that differ: what is to be decided, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui import icons, paint, theme
from ui.operations import Operations
from ui.theme import Radius, Space, Text, Tone
from ui.widgets.buttons import take_enter
from ui.widgets.layouts import ScrollArea, column
from ui.widgets.screen import Screen, ScreenHeader
from ui.widgets.surfaces import EmptyState

if TYPE_CHECKING:
    from enumerator.fieldwork import Workspace
    from enumerator.store import ConflictedCase

_ROW: Final = 64
_WORD_PX: Final = 260


class ConflictRow(QAbstractButton):
    """One family; pressed, its interviews are shown side by side."""

    def __init__(self, case: ConflictedCase) -> None:
        super().__init__()
        self._case = case
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setText(case.head_name)
        self.setAccessibleName(f"{case.head_name}, {case.address}. {self._state()[2]}")

    def family_id(self) -> str:
        return self._case.family_id

    def _state(self) -> tuple[Tone, str, str]:
        if self._case.is_pending:
            return Tone.INFO, "hourglass", self.tr("Waits for the server")
        if self._case.conflicts:
            return Tone.CARE, "copy", self.tr("To be decided")
        return Tone.GOOD, "check-circle", self.tr("Decided")

    # Qt's own names from here on.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not take_enter(self, event):
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(480, _ROW)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        area = QRectF(self.rect())
        ground = tokens.raised if self.underMouse() or self.isDown() else tokens.surface
        paint.box(painter, area, Radius.CARD, ground, tokens.line)
        if self.hasFocus():
            paint.focus_ring(painter, area, Radius.CARD)
        tone, icon, word = self._state()
        left = area.adjusted(Space.L, 0, -_WORD_PX, 0)
        for font, ink, text, shift in (
            (theme.font(Text.STRONG), tokens.ink, self._case.head_name, -11),
            (theme.font(Text.SMALL), tokens.ink_faint, self._case.address, 11),
        ):
            painter.setFont(font)
            painter.setPen(ink)
            width = int(left.width())
            shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, width)
            painter.drawText(left.translated(0, shift), Qt.AlignmentFlag.AlignVCenter, shown)
        ink = tokens.tones[tone].ink
        start = area.right() - _WORD_PX + Space.L
        icons.paint(painter, icon, QRectF(start, area.center().y() - 10, 20, 20), ink)
        painter.setFont(theme.font(Text.SMALL_STRONG))
        painter.setPen(ink)
        place = QRectF(start + 28, area.top(), _WORD_PX - 80, area.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, word)
        arrow = QRectF(area.right() - 30, area.top(), 10, area.height())
        paint.chevron(painter, arrow, "right", tokens.ink_faint)


class ConflictsScreen(Screen):
    """Signals: ``family_opened(str)``: compare the interviews of this family."""

    family_opened = Signal(str)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._cases: tuple[ConflictedCase, ...] = ()
        self._rows: list[ConflictRow] = []
        self.header = ScreenHeader()
        self._empty = EmptyState()
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, 0)
        whole.addWidget(self.header)
        inside = QWidget()
        self._list = column(inside, gap=Space.S)
        self._list.setContentsMargins(0, 0, Space.XS, Space.L)
        self._list.addWidget(self._empty)
        self._list.addStretch(1)
        whole.addWidget(ScrollArea(inside), 1)
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
        return self._rows

    def _take(self, cases: tuple[ConflictedCase, ...]) -> None:
        self._cases = cases
        focused = next((row.family_id() for row in self._rows if row.hasFocus()), None)
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [ConflictRow(case) for case in cases]
        for place, row in enumerate(self._rows):
            self._list.insertWidget(place, row)
            row.clicked.connect(self._open)
            if focused in (None, row.family_id()) and self.isVisible():
                row.setFocus()
                focused = focused or row.family_id()
        self._empty.setVisible(not cases)
        self.header.title.setText(self.tr("Conflicts"))

    def _open(self) -> None:
        row = self.sender()
        if isinstance(row, ConflictRow):
            self.family_opened.emit(row.family_id())

    # What every screen has.

    def retranslate(self) -> None:
        self.header.set_trail(self.tr("My team"))
        self.header.back.set_word(self.tr("Back"), "Esc")
        self._empty.set_message(
            "check-circle",
            self.tr("No conflicts"),
            self.tr("Interviews of one family that differ are shown here."),
        )
        self._take(self._cases)

    def focus_first(self) -> None:
        (self._rows[0] if self._rows else self.header.back).setFocus()
