"""What the window tells its user beside the pages: banners above them, a short word below."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from enumerator.errors import KnownError
from enumerator.model import Outcome
from ui.dialogs import BugDialog
from ui.errors import explain
from ui.theme import Space, Tone
from ui.widgets.surfaces import Banner
from ui.widgets.toast import Toast
from ui.words import outcome_word

if TYPE_CHECKING:
    from enumerator.store.access import Restriction
    from sync.protocol import Claimant

log = logging.getLogger(__name__)

_JUST_NOW_MIN: Final = 15
"""Who was at a door this recently may still be there."""


class Telling(QObject):
    """Signals: ``leaving_confirmed()``: the window may close with work that is not sent;
    ``bug_shown(Exception)``: an error of ours was put before the user."""

    leaving_confirmed = Signal()
    bug_shown = Signal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._is_leaving = False
        self.banner = Banner(window)
        self.restriction = Banner(window)
        self.toast = Toast(window)
        self.banner.set_margin(Space.L)
        self.restriction.set_margin(Space.L)
        self.banner.pressed.connect(self._press)

    def hide(self) -> None:
        """Nothing of one officer is shown to the next."""
        self.banner.hide()
        self.restriction.hide()

    # ------------------------------------------------------------------ in passing

    def show_toast(self, tone: Tone, icon: str, text: str) -> None:
        self.toast.show_message(tone, icon, text)

    def tell_visit(self, outcome: str) -> None:
        word = outcome_word(Outcome(outcome))
        text = self.tr("Saved on this laptop: {word}").format(word=word)
        self.toast.show_message(Tone.GOOD, "check-circle", text)

    def tell_final(self) -> None:
        text = self.tr("Interview saved on this laptop as final")
        self.toast.show_message(Tone.GOOD, "check-circle", text)

    def tell_decided(self) -> None:
        text = self.tr("Saved: it is sent with the next synchronisation")
        self.toast.show_message(Tone.GOOD, "check-circle", text)

    def tell_reassigned(self, count: int) -> None:
        text = self.tr("%n families are waiting to be reassigned", "", count)
        self.toast.show_message(Tone.GOOD, "swap", text)

    def tell_received(self, count: int) -> None:
        text = self.tr("%n record(s) received by the server", "", count)
        self.toast.show_message(Tone.GOOD, "cloud-check", text)

    def tell_who_is_there(self, others: Sequence[Claimant]) -> None:
        """``others``: the last one first."""
        if not others:
            return
        last = others[0]
        name = last.name or last.login
        if last.minutes_ago <= _JUST_NOW_MIN:
            text = self.tr("{name} is with this family now").format(name=name)
        else:
            text = self.tr("{name} was with this family %n minute(s) ago", "", last.minutes_ago)
            text = text.format(name=name)
        self.toast.show_message(Tone.INFO, "info", text)

    # ------------------------------------------------------------------ above the pages

    def tell_restored(self, newer: int) -> None:
        """``newer``: records that only the sealed folder holds."""
        advice = self.tr("Everything finished before the damage is here.")
        if newer:
            advice = self.tr(
                "%n finished record(s) are newer than the backup. They are sealed on this laptop: "
                "let the office take them from it.",
                "",
                newer,
            )
        title = self.tr("You work on a backup")
        self._show_banner(Tone.CARE, "shield", title, advice, self.tr("Understood"))

    def show_restriction(self, restriction: Restriction | None) -> None:
        """Stays until there is none."""
        if restriction is None or restriction.code != "frozen":
            self.restriction.hide()
            return
        advice = self.tr(
            "Families are hidden and nothing new can be begun. Drafts can be finished, and what "
            "is finished is sent. Ask your supervisor."
        )
        if restriction.reason:
            reason = self.tr("Reason: {reason}.").format(reason=restriction.reason)
            advice = f"{reason} {advice}"
        title = self.tr("The office has frozen this laptop")
        self.restriction.show_message(Tone.CARE, "lock", title, advice)

    def show_error(self, error: Exception) -> None:
        """What the user can act on is told in a line; a bug in a dialog with its report."""
        if isinstance(error, KnownError):
            told = explain(error)
            tone, icon = (Tone.INFO, "cloud-off") if told.is_calm else (Tone.BAD, "alert")
            self._show_banner(tone, icon, told.title, told.advice, self.tr("Understood"))
            return
        log.error("bug: %s", type(error).__qualname__)
        self.bug_shown.emit(error)
        BugDialog(error, self._window).open()

    def may_leave(self, unsent: int) -> bool:
        """Whether the window may close; with work that is not sent it asks first."""
        if not unsent or self._is_leaving:
            return True
        title = self.tr("%n not yet sent", "", unsent)
        advice = self.tr("It is safe on this laptop and is sent the next time you synchronise.")
        self._show_banner(Tone.CARE, "laptop", title, advice, self.tr("Close anyway"))
        self._is_leaving = True
        return False

    def _show_banner(self, tone: Tone, icon: str, title: str, text: str, button: str) -> None:
        self._is_leaving = False
        self.banner.show_message(tone, icon, title, text, button)

    def _press(self) -> None:
        self.banner.hide()
        if self._is_leaving:
            self.leaving_confirmed.emit()
