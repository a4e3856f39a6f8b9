"""What the server or the register says about the case while it is open: told, never forced."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.news_words import news_sign
from ui.theme import Space
from ui.widgets.layouts import column
from ui.widgets.surfaces import Banner


class Notices(QWidget):
    """A stack of banners, one a kind; each can be taken note of, none closes the interview.

    Signals: ``pressed(str)``: the kind whose button was pressed.
    """

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners: dict[str, Banner] = {}
        self._texts: dict[str, tuple[str, str]] = {}
        self._layout = column(self, gap=Space.XS)
        self._layout.setContentsMargins(Space.L, Space.S, Space.L, 0)
        self.hide()

    def show_notice(self, kind: str, text: str, button: str = "") -> None:
        """Shows or replaces the notice of this kind; an empty text takes it away. Without a
        ``button`` of its own it is only taken note of."""
        if not text:
            self._take_away(kind)
            return
        self._texts[kind] = (text, button)
        banner = self._banners.get(kind)
        if banner is None:
            banner = Banner(self)
            banner.pressed.connect(lambda: self._press(kind))
            self._banners[kind] = banner
            self._layout.addWidget(banner)
        sign = news_sign(kind)
        banner.show_message(sign.tone, sign.icon, sign.word, text, button or self.tr("Noted"))
        self.show()

    def clear(self) -> None:
        for kind in tuple(self._banners):
            self._take_away(kind)

    def keep_only(self, *kinds: str) -> None:
        """Takes all others away: what was said of the case before is no longer the point."""
        for kind in tuple(self._banners):
            if kind not in kinds:
                self._take_away(kind)

    def text(self, kind: str) -> str:
        return self._texts.get(kind, ("", ""))[0]

    def retranslate(self) -> None:
        for kind, (text, button) in tuple(self._texts.items()):
            self.show_notice(kind, text, button)

    def _press(self, kind: str) -> None:
        self._take_away(kind)
        self.pressed.emit(kind)

    def _take_away(self, kind: str) -> None:
        self._texts.pop(kind, None)
        banner = self._banners.pop(kind, None)
        if banner is not None:
            banner.hide()
            self._layout.removeWidget(banner)
            banner.deleteLater()
        self.setVisible(bool(self._banners))
