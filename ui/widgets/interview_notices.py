"""What the server or the register says about the case while it is open: told, never forced."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ui.theme import Space, Tone
from ui.widgets.layouts import column
from ui.widgets.surfaces import Banner

_LOOKS = {
    "answered_online": (Tone.CARE, "globe-check"),
    "reassigned": (Tone.CARE, "swap"),
    "withdrawn": (Tone.CARE, "stop"),
    "returned": (Tone.BAD, "return"),
    "register_changed": (Tone.INFO, "sync"),
    "trouble": (Tone.BAD, "alert"),
}


class Notices(QWidget):
    """A stack of banners, one a kind; each can be taken note of, none closes the interview."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banners: dict[str, Banner] = {}
        self._texts: dict[str, str] = {}
        self._layout = column(self, gap=Space.XS)
        self._layout.setContentsMargins(Space.L, Space.S, Space.L, 0)
        self.hide()

    def show_notice(self, kind: str, text: str) -> None:
        """Shows or replaces the notice of this kind; an empty text takes it away."""
        if not text:
            self._take_away(kind)
            return
        self._texts[kind] = text
        banner = self._banners.get(kind)
        if banner is None:
            banner = Banner(self)
            banner.pressed.connect(lambda: self._take_away(kind))
            self._banners[kind] = banner
            self._layout.addWidget(banner)
        tone, icon = _LOOKS.get(kind, (Tone.INFO, "info"))
        banner.show_message(tone, icon, self._title(kind), text, self.tr("Noted"))
        self.show()

    def clear(self) -> None:
        for kind in tuple(self._banners):
            self._take_away(kind)

    def text(self, kind: str) -> str:
        return self._texts.get(kind, "")

    def retranslate(self) -> None:
        for kind, text in tuple(self._texts.items()):
            self.show_notice(kind, text)

    def _take_away(self, kind: str) -> None:
        self._texts.pop(kind, None)
        banner = self._banners.pop(kind, None)
        if banner is not None:
            banner.hide()
            self._layout.removeWidget(banner)
            banner.deleteLater()
        self.setVisible(bool(self._banners))

    def _title(self, kind: str) -> str:
        return {
            "answered_online": self.tr("This family has answered online"),
            "reassigned": self.tr("This family was given to another officer"),
            "withdrawn": self.tr("This family was taken off the list"),
            "returned": self.tr("The supervisor returned this interview"),
            "register_changed": self.tr("The register has changed"),
            "trouble": self.tr("Something was not saved"),
        }.get(kind, self.tr("News about this family"))
