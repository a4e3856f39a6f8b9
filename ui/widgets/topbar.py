"""The bar that is always in sight: who, what is unsent, the server, sync, language, theme, lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import formats, icons, paint, theme
from ui.language import Language, current
from ui.paint import Kind
from ui.theme import TARGET, Ink, Radius, Space, Text, ThemeName, Tone
from ui.widgets.buttons import Button, IconButton
from ui.widgets.labels import ElidedLabel, Icon
from ui.widgets.layouts import column, row
from ui.words import role_word

HEIGHT: Final = 60
# Below this width the words of the connection and of the sync button give way to their icons.
_NARROW_PX: Final = 900


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """What the bar tells of the server. ``is_online`` is None before the first try."""

    is_running: bool = False
    is_online: bool | None = None
    last_at: datetime | None = None
    done: int = 0
    total: int = 0
    bytes_moved: int = 0
    phase: str = ""
    """``hello``, ``push``, ``pull``, ``forms`` or ""."""


class CustodyButton(Button):
    """How much is on this laptop only; pressed it opens the whole account of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(kind=Kind.BAR, parent=parent)
        self._unsent = 0
        self._relayed = 0
        self.set_unsent(0)

    def set_unsent(self, unsent: int, relayed: int = 0) -> None:
        """``relayed``: not received either, but a supervisor's laptop carries a copy."""
        self._unsent, self._relayed = unsent, relayed
        if unsent:
            self.setText(self.tr("%n not yet sent", "", unsent))
            self.set_icon_name("cloud-up")
        elif relayed:
            self.setText(self.tr("%n with the supervisor", "", relayed))
            self.set_icon_name("people")
        else:
            self.setText(self.tr("All received"))
            self.set_icon_name("cloud-check")
        self.setAccessibleName(self.text())
        self.setToolTip(self.tr("Where is my data?"))

    def unsent(self) -> int:
        return self._unsent

    def retranslate(self) -> None:
        self.set_unsent(self._unsent, self._relayed)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        return QSize(hint.width() + Space.XS, TARGET)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        tone = Tone.CARE if self._unsent else Tone.INFO if self._relayed else Tone.GOOD
        colours = tokens.tones[tone]
        area = QRectF(self.rect()).adjusted(0, 4, 0, -4)
        paint.box(painter, area, Radius.FIELD, colours.fill)
        if self.hasFocus():
            paint.box(painter, QRectF(self.rect()), Radius.FIELD + 2, None, tokens.on_bar, 2.0)
        self._paint_content(painter, area, colours.ink)


class ConnectionState(QWidget):
    """In touch with the server or not (which is calm: the work goes on), and since when."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = row(self, gap=Space.S)
        self._icon = Icon("cloud-off", 20, ink=Ink.SOFT)
        self._word = ElidedLabel("", Text.SMALL_STRONG)
        self._since = ElidedLabel("", Text.CAPTION, Ink.SOFT)
        words = column(gap=0)
        words.addStretch(1)
        words.addWidget(self._word)
        words.addWidget(self._since)
        words.addStretch(1)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(words)
        self._status = SyncStatus()
        self._now: Callable[[], datetime] = lambda: datetime.now().astimezone()

    def set_now(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def set_status(self, status: SyncStatus) -> None:
        self._status = status
        if status.is_running:
            self._icon.set_name("sync")
            self._word.setText(self._phase_word(status.phase))
            self._since.setText(self._progress_words(status))
        else:
            self._icon.set_name("globe" if status.is_online else "cloud-off")
            self._word.setText(self.tr("Online") if status.is_online else self.tr("Offline"))
            self._since.setText(self._since_words(status))
        self.setAccessibleName(f"{self._word.text()}. {self._since.text()}")
        self.setToolTip(f"{self._word.text()} · {self._since.text()}")

    def retranslate(self) -> None:
        self.set_status(self._status)

    def words(self) -> str:
        return f"{self._word.text()} · {self._since.text()}"

    def _phase_word(self, phase: str) -> str:
        if phase == "push":
            return self.tr("Sending")
        if phase == "media":
            return self.tr("Sending photos")
        if phase in ("pull", "forms"):
            return self.tr("Fetching")
        return self.tr("Connecting")

    def _progress_words(self, status: SyncStatus) -> str:
        moved = formats.size(status.bytes_moved)
        if status.phase == "media":  # counted in bytes
            return self.tr("{done} of {total}").format(
                done=formats.size(status.done), total=formats.size(status.total)
            )
        if status.total:
            return self.tr("{done} of {total} · {size}").format(
                done=formats.number(status.done),
                total=formats.number(status.total),
                size=moved,
            )
        return moved

    def _since_words(self, status: SyncStatus) -> str:
        if status.last_at is None:
            return self.tr("Not yet synchronised")
        return self.tr("Synchronised {when}").format(
            when=formats.moment_short(status.last_at, self._now())
        )

    def sizeHint(self) -> QSize:
        return QSize(204, TARGET)


class TopBar(QWidget):
    """Signals: ``sync_pressed``, ``custody_pressed``, ``language_pressed``, ``theme_pressed``,
    ``help_pressed``, ``lock_pressed``."""

    sync_pressed = Signal()
    custody_pressed = Signal()
    language_pressed = Signal()
    theme_pressed = Signal()
    help_pressed = Signal()
    lock_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._status = SyncStatus()
        self._role = ""
        self._login = ""
        self._area = ""
        self._account = ElidedLabel("", Text.SMALL_STRONG)
        self._place = ElidedLabel("", Text.CAPTION, Ink.SOFT)
        self.custody = CustodyButton()
        self.connection = ConnectionState()
        self.sync = Button(icon="sync", kind=Kind.BAR)
        self.language = Button(icon="globe", kind=Kind.BAR)
        self.theme = IconButton("sun", kind=Kind.BAR)
        self.help = IconButton("help", kind=Kind.BAR)
        self.lock = IconButton("lock", kind=Kind.BAR)
        self._lay_out()
        theme.tint_for_bar(self)
        self.custody.clicked.connect(self.custody_pressed)
        self.sync.clicked.connect(self.sync_pressed)
        self.language.clicked.connect(self.language_pressed)
        self.theme.clicked.connect(self.theme_pressed)
        self.help.clicked.connect(self.help_pressed)
        self.lock.clicked.connect(self.lock_pressed)
        self.set_account("", "", "")
        self.retranslate()

    def _lay_out(self) -> None:
        layout = row(self, gap=Space.XS)
        layout.setContentsMargins(HEIGHT, 0, Space.S, 0)
        words = column(gap=0)
        words.addStretch(1)
        words.addWidget(self._account)
        words.addWidget(self._place)
        words.addStretch(1)
        layout.addLayout(words, 1)
        layout.addWidget(self.custody)
        layout.addSpacing(Space.M)
        layout.addWidget(self.connection)
        layout.addWidget(self.sync)
        layout.addSpacing(Space.XS)
        layout.addWidget(self.language)
        layout.addWidget(self.theme)
        layout.addWidget(self.help)
        layout.addWidget(self.lock)

    def set_account(self, login: str, role: str, area: str) -> None:
        """Who is at work; "" while nobody is."""
        self._login, self._role, self._area = login, role, area
        self._account.setText(f"{login} · {role_word(role)}" if login else "Enumerator")
        self._place.setText(area)
        self._place.setVisible(bool(area))
        for widget in (self.custody, self.sync, self.lock):
            widget.setVisible(bool(login))
        self._fit()

    def _fit(self) -> None:
        self.connection.setVisible(bool(self._login) and self.width() >= _NARROW_PX)
        self._word_sync()

    def set_unsent(self, unsent: int, relayed: int = 0) -> None:
        self.custody.set_unsent(unsent, relayed)

    def set_sync(self, status: SyncStatus) -> None:
        was_running, self._status = self._status.is_running, status
        self.connection.set_status(status)
        if status.is_running != was_running:
            self._word_sync()
        self.update()

    def retranslate(self) -> None:
        self.set_account(self._login, self._role, self._area)
        self.custody.retranslate()
        self.connection.retranslate()
        self._word_sync()
        self.language.setText("EN" if current() is Language.ENGLISH else "ID")
        self.language.setAccessibleName(self.tr("Language"))
        self.language.setToolTip(self.tr("Bahasa Indonesia / English (Ctrl+Shift+L)"))
        self._word_theme()
        self.help.set_word(self.tr("Keyboard shortcuts and help"), "F1")
        self.lock.set_word(self.tr("Lock"), "Ctrl+L")

    def _word_sync(self) -> None:
        word = self.tr("Stop") if self._status.is_running else self.tr("Synchronise")
        self.sync.set_icon_name("close" if self._status.is_running else "sync")
        self.sync.setText("" if self.width() < _NARROW_PX else word)
        self.sync.setAccessibleName(word)
        self.sync.setToolTip(f"{word} (F5) · {self.connection.words()}")

    def _word_theme(self) -> None:
        name = theme.colours().name
        icon = {ThemeName.LIGHT: "sun", ThemeName.DARK: "moon"}.get(name, "contrast")
        self.theme.set_icon_name(icon)
        word = {
            ThemeName.LIGHT: self.tr("Theme: light"),
            ThemeName.DARK: self.tr("Theme: dark"),
            ThemeName.SUNLIGHT: self.tr("Theme: sunlight"),
        }[name]
        self.theme.set_word(word, "Ctrl+T")

    # Qt's own names from here on.

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        elif event.type() == QEvent.Type.PaletteChange and hasattr(self, "lock"):
            theme.tint_for_bar(self)
            self._word_theme()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.size().width() < _NARROW_PX) != (event.oldSize().width() < _NARROW_PX):
            self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = theme.colours()
        painter.fillRect(self.rect(), tokens.bar)
        self._paint_mark(painter, tokens.on_bar)
        if self._status.is_running:
            self._paint_progress(painter, tokens.tones[Tone.GOOD].fill)

    def _paint_mark(self, painter: QPainter, colour: QColor) -> None:
        # The program's mark: a door in a house, as large as the bar allows.
        box = QRectF(Space.L, (HEIGHT - 32) / 2, 32, 32)
        paint.box(painter, box, Radius.FIELD, theme.colours().bar_raised)
        icons.paint(painter, "clipboard", box.adjusted(5, 5, -5, -5), colour)

    def _paint_progress(self, painter: QPainter, colour: QColor) -> None:
        total, done = self._status.total, self._status.done
        share = done / total if total else 0.08
        painter.fillRect(QRectF(0, HEIGHT - 3, self.width() * share, 3), colour)
