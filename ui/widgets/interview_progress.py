"""How far a page is, as icon, tone and words; never by colour alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from ui.questions.views import LineView, OutlineEntry, Progress
from ui.theme import Tone
from ui.words import Sign

translate = QCoreApplication.translate


def progress_sign(counted: OutlineEntry | LineView) -> Sign:
    """The sign of a page; the word counts what is left where something is."""
    progress = counted.progress
    if progress is Progress.ERRORS:
        word = translate("progress", "%n error(s)", "", counted.errors)
        return Sign(Tone.BAD, "stop", word)
    if progress is Progress.IN_PROGRESS:
        word = translate("progress", "%n left", "", counted.missing)
        return Sign(Tone.INFO, "pencil", word)
    if progress is Progress.WARNINGS:
        word = translate("progress", "%n warning(s)", "", counted.warnings)
        return Sign(Tone.CARE, "alert", word)
    if progress is Progress.COMPLETE:
        return Sign(Tone.GOOD, "check-circle", translate("progress", "Complete"))
    if progress is Progress.NOT_STARTED:
        return Sign(Tone.NEUTRAL, "minus", translate("progress", "Not started"))
    return Sign(Tone.NEUTRAL, "minus", translate("progress", "Does not apply"))


def progress_words(counted: OutlineEntry | LineView) -> str:
    """The sign's word, and the warnings where the word is about something else."""
    sign = progress_sign(counted)
    if counted.warnings and counted.progress is not Progress.WARNINGS:
        warned = translate("progress", "%n warning(s)", "", counted.warnings)
        return f"{sign.word} · {warned}"
    return sign.word


def line_title(line: LineView) -> str:
    """2. Dewi Lestari; a line without a name yet says so."""
    name = line.name or translate("progress", "(no name yet)")
    return f"{line.number}. {name}"
