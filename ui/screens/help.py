"""Help: every shortcut, and what this program is made of."""

from __future__ import annotations

from importlib.metadata import version

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from ui import paint, theme
from ui.shortcuts import BINDINGS, STANDARD, Binding
from ui.theme import Ink, Radius, Space, Text
from ui.widgets.labels import Label
from ui.widgets.layouts import ScrollArea, Sides, column
from ui.widgets.screen import Screen, ScreenHeader
from ui.widgets.surfaces import Card


class KeyCaps(QWidget):
    """Keys as they look on a keyboard."""

    def __init__(self, keys: tuple[str, ...]) -> None:
        super().__init__()
        self._keys = keys
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(", ".join(keys))

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(theme.font(Text.SMALL_STRONG))
        return [max(28, metrics.horizontalAdvance(key) + 18) for key in self._keys]

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + Space.XS * (len(self._keys) - 1), 28)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        left = 0.0
        for key, width in zip(self._keys, self._widths(), strict=True):
            cap = QRectF(left, 0, width, 28)
            paint.box(painter, cap, Radius.SMALL, tokens.raised, tokens.edge)
            painter.setFont(theme.font(Text.SMALL_STRONG))
            painter.setPen(tokens.ink)
            painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, key)
            left += width + Space.XS


class HelpScreen(Screen):
    """The list of shortcuts and the program's papers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = ScreenHeader()
        self._keys = Card()
        self._about = Card()
        self._rows: list[tuple[Binding, Label]] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.L)
        grid.setVerticalSpacing(Space.S)
        grid.setColumnStretch(1, 1)
        for place, binding in enumerate((*BINDINGS, *STANDARD)):
            word = Label("", Text.BODY, wrap=True)
            grid.addWidget(KeyCaps(binding.keys), place, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(word, place, 1)
            self._rows.append((binding, word))
        self._keys.body.addLayout(grid)
        self._keys.body.addStretch(1)
        self._program = Label("", Text.BODY, wrap=True)
        self._made_of = Label("", Text.SMALL, Ink.SOFT, wrap=True)
        self._privacy = Label("", Text.SMALL, Ink.SOFT, wrap=True)
        for label in (self._program, self._privacy, self._made_of):
            self._about.body.addWidget(label)
        self._about.body.addStretch(1)
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, 0)
        whole.addWidget(self.header)
        inside = QWidget()
        content = column(inside)
        content.setContentsMargins(0, 0, Space.XS, Space.L)
        content.addWidget(Sides(self._keys, self._about, side_px=360, narrow_px=820))
        whole.addWidget(ScrollArea(inside), 1)
        self.header.back_pressed.connect(self.back_asked)
        self.retranslate()

    def retranslate(self) -> None:
        self.header.set_trail("Enumerator")
        self.header.title.setText(self.tr("Help"))
        self.header.back.set_word(self.tr("Back"), "Esc")
        self._keys.set_title(self.tr("Keyboard shortcuts"))
        self._about.set_title(self.tr("About"))
        for binding, word in self._rows:
            word.setText(binding.word())
        self._program.setText(
            self.tr("Enumerator {version}: visits to families that did not answer online").format(
                version=version("enumerator")
            )
        )
        self._privacy.setText(
            self.tr(
                "Everything on this laptop is encrypted with your passphrase. Lists show numbers "
                "such as NIK and No. KK masked."
            )
        )
        self._made_of.setText(
            self.tr(
                "Licensed under Apache 2.0. Made with Qt for Python (LGPL 3), SQLCipher (BSD) and "
                "the typeface Inter (SIL Open Font License 1.1)."
            )
        )

    def focus_first(self) -> None:
        self.header.back.setFocus()
