"""The language of the interface: English in the source, Indonesian from the catalogue.

Changing it installs other translators; Qt then sends every widget a ``LanguageChange``.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

CATALOGUES: Final = Path(__file__).parent / "translations"


class Language(StrEnum):
    INDONESIAN = "id"
    ENGLISH = "en"


_active: Language = Language.ENGLISH
_translator: QTranslator | None = None


def current() -> Language:
    """The language in force."""
    return _active


def install(app: QCoreApplication, language: Language) -> None:
    """Speaks ``language`` from now on. English has a catalogue too: its plurals."""
    global _active, _translator
    _active = language
    QLocale.setDefault(
        QLocale(QLocale.Language.Indonesian, QLocale.Country.Indonesia)
        if language is Language.INDONESIAN
        else QLocale(QLocale.Language.English, QLocale.Country.UnitedKingdom)
    )
    fresh = QTranslator(app)
    if not fresh.load(_catalogue(language)):
        raise ValueError(f"the catalogue enumerator_{language.value}.qm is damaged")
    former = _translator
    _translator = fresh
    if former is not None:
        app.removeTranslator(former)
        former.deleteLater()
    app.installTranslator(fresh)


@cache
def _catalogue(language: Language) -> bytes:
    """From memory, and kept there: Qt makes no copy. By its name Qt would map the file, and an
    update that rewrites a mapped file kills the program (SIGBUS, seen)."""
    return (CATALOGUES / f"enumerator_{language.value}.qm").read_bytes()
