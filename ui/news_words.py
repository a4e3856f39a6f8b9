"""What a case's notice is called: said above the questions, on the family's page and where the
officer chooses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from PySide6.QtCore import QCoreApplication

from ui import formats
from ui.theme import Tone
from ui.words import Sign

translate = QCoreApplication.translate

_NEWS: Final[dict[str, tuple[Tone, str, Callable[[], str]]]] = {
    "answered_online": (
        Tone.CARE,
        "globe-check",
        lambda: translate("news", "This family has answered online"),
    ),
    "reassigned": (
        Tone.CARE,
        "swap",
        lambda: translate("news", "This family was given to another officer"),
    ),
    "withdrawn": (
        Tone.CARE,
        "stop",
        lambda: translate("news", "This family was taken off the list"),
    ),
    "duplicate": (
        Tone.CARE,
        "copy",
        lambda: translate("news", "This family is on the list twice"),
    ),
    "split": (Tone.CARE, "people", lambda: translate("news", "This family was split")),
    "merged": (
        Tone.CARE,
        "people",
        lambda: translate("news", "This family was joined with another"),
    ),
    "done_by_other": (
        Tone.CARE,
        "person",
        lambda: translate("news", "Another officer has interviewed this family"),
    ),
    "revoked": (Tone.CARE, "lock", lambda: translate("news", "Your account was closed")),
    "returned": (
        Tone.BAD,
        "return",
        lambda: translate("news", "Returned by your supervisor"),
    ),
    "register_changed": (
        Tone.INFO,
        "sync",
        lambda: translate("news", "The register has changed"),
    ),
    "partial": (Tone.INFO, "globe", lambda: translate("news", "Answered online in part")),
    "trouble": (Tone.BAD, "alert", lambda: translate("news", "Something was not saved")),
    "alternate": (
        Tone.CARE,
        "copy",
        lambda: translate("news", "Two interviews of this family differ"),
    ),
    "confirmed": (
        Tone.GOOD,
        "check-circle",
        lambda: translate("news", "Two interviews of this family agree"),
    ),
    "overruled": (
        Tone.NEUTRAL,
        "copy",
        lambda: translate("news", "Your supervisor chose another interview"),
    ),
}


def news_sign(notice: str) -> Sign:
    """Tone, icon and title; of a notice that only a newer program knows, a plain one."""
    known = _NEWS.get(notice)
    if known is None:
        return Sign(Tone.INFO, "info", translate("news", "News about this family"))
    tone, icon, word = known
    return Sign(tone, icon, word())


def open_words(notice: str) -> str:
    """What the officer may do while the interview is open."""
    words = {
        "answered_online": translate("news", "You may stop, or finish it anyway."),
        "done_by_other": translate("news", "You may stop, or finish: both interviews are kept."),
        "reassigned": translate(
            "news", "You may still finish: your interview is kept and marked as late."
        ),
        "revoked": translate("news", "Your answers are still saved. Ask your supervisor."),
    }
    return words.get(notice, translate("news", "You may stop, or finish it with a reason."))


def by_whom(at: datetime | None, now: datetime, name: str = "") -> str:
    """Whose interview stands, and since when; "" where nothing is known. An officer without a name
    here is not named: an account's id tells nobody anything."""
    if at is None:
        return ""
    when = formats.moment_short(at, now)
    if not name:
        return translate("news", "Received {when}.").format(when=when)
    return translate("news", "By officer {name}, {when}.").format(name=name, when=when)
