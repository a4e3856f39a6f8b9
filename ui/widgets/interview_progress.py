"""How far a page is, as icon, tone and words; never by colour alone."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QObject

from ui.questions.views import LineView, OutlineEntry, Progress
from ui.theme import Tone
from ui.words import Sign


class _ProgressWords(QObject):
    """Says numbers: lupdate knows a plural by ``tr`` only."""

    def errors(self, count: int) -> str:
        return self.tr("%n error(s)", "", count)

    def left(self, count: int) -> str:
        return self.tr("%n left", "", count)

    def warnings(self, count: int) -> str:
        return self.tr("%n warning(s)", "", count)

    def complete(self) -> str:
        return self.tr("Complete")

    def not_started(self) -> str:
        return self.tr("Not started")

    def not_applicable(self) -> str:
        return self.tr("Does not apply")

    def nameless(self) -> str:
        return self.tr("(no name yet)")


@cache
def _words() -> _ProgressWords:
    return _ProgressWords()


def progress_sign(counted: OutlineEntry | LineView) -> Sign:
    """The sign of a page; the word counts what is left where something is."""
    progress, words = counted.progress, _words()
    if progress is Progress.ERRORS:
        return Sign(Tone.BAD, "stop", words.errors(counted.errors))
    if progress is Progress.IN_PROGRESS:
        return Sign(Tone.INFO, "pencil", words.left(counted.missing))
    if progress is Progress.WARNINGS:
        return Sign(Tone.CARE, "alert", words.warnings(counted.warnings))
    if progress is Progress.COMPLETE:
        return Sign(Tone.GOOD, "check-circle", words.complete())
    if progress is Progress.NOT_STARTED:
        return Sign(Tone.NEUTRAL, "minus", words.not_started())
    return Sign(Tone.NEUTRAL, "minus", words.not_applicable())


def progress_words(counted: OutlineEntry | LineView) -> str:
    """The sign's word, and the warnings where the word is about something else."""
    sign = progress_sign(counted)
    if counted.warnings and counted.progress is not Progress.WARNINGS:
        return f"{sign.word} · {_words().warnings(counted.warnings)}"
    return sign.word


def line_title(line: LineView) -> str:
    """2. Dewi Lestari; a line without a name yet says so."""
    name = line.name or _words().nameless()
    return f"{line.number}. {name}"
