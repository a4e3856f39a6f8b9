"""The catalogues: nothing unfinished, nothing stale, every code of an error has words."""

from __future__ import annotations

import ast
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from enumerator.errors import KnownError
from ui import language, words
from ui.errors import EXPLANATIONS, explain
from ui.language import Language
from ui.translations import __main__ as catalogues

ROOT = Path(__file__).parents[2]
FILES = (catalogues.INDONESIAN, catalogues.ENGLISH)
_PLACE = re.compile(r"\{[a-z_]*\}|%n|%1")

# Codes of the server, the office and the command line: the window never meets them.
_ELSEWHERE = re.compile(r"sync/(server|bench)/|enumerator/(cli|bench|sample)/")


def messages(file: Path) -> Iterator[tuple[str, str, list[str]]]:
    for context in ET.parse(file).getroot().iter("context"):  # noqa: S314 (our own catalogue)
        for message in context.iter("message"):
            found = message.find("translation")
            assert found is not None
            forms = [form.text or "" for form in found.findall("numerusform")]
            name = context.findtext("name", "")
            yield name, message.findtext("source", ""), forms or [found.text or ""]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_string_is_translated(file: Path) -> None:
    assert list(catalogues.unfinished(file)) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_catalogue_holds_the_strings_of_the_sources(file: Path, tmp_path: Path) -> None:
    fresh = tmp_path / file.name
    shutil.copy(file, fresh)
    catalogues.update(fresh, plurals_only=file == catalogues.ENGLISH)
    kept = {(context, source) for context, source, _ in messages(file)}
    assert {(context, source) for context, source, _ in messages(fresh)} == kept, (
        "run: python -m ui.translations"
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_compiled_catalogue_is_that_of_its_source(file: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh.qm"
    catalogues.compile_catalogue(file, fresh)
    assert fresh.read_bytes() == file.with_suffix(".qm").read_bytes(), (
        "run: python -m ui.translations"
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_translation_keeps_the_places_that_are_filled_in(file: Path) -> None:
    lost = [
        (source, form)
        for _, source, forms in messages(file)
        for form in forms
        if sorted(_PLACE.findall(form)) != sorted(_PLACE.findall(source))
    ]
    assert lost == []


def known_codes() -> Iterator[tuple[str, str]]:
    """(code, file) of every KnownError that the core or the laptop's end can raise."""
    for package in ("enumerator", "sync"):
        for file in sorted((ROOT / package).rglob("*.py")):
            path = file.relative_to(ROOT).as_posix()
            if _ELSEWHERE.search(path):
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and _raises_known(node):
                    code = node.args[0]
                    if isinstance(code, ast.Constant) and isinstance(code.value, str):
                        yield code.value, path


def _raises_known(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return bool(call.args) and name in ("KnownError", "_missing", "_known")


# Faults of a questionnaire's own making, and of programs that misuse the engine: the window
# shows their English text in the report that the supervisor gets.
_OF_THE_FORM = frozenset(
    {"count_fixed", "no_such_language", "no_such_question", "refused_now"}
    | {"too_many_lines", "missing_media", "other_form", "bad_snapshot", "bad_key"}
    | {"no_instance_id", "bad_audit_log", "bad_entity_list", "bad_entity_lists"}
)


def test_every_known_error_has_words() -> None:
    without = {
        code: path
        for code, path in known_codes()
        if code not in EXPLANATIONS and code not in _OF_THE_FORM
    }
    assert without == {}


def test_unknown_code_shows_the_errors_own_text() -> None:
    told = explain(KnownError("from_the_future", "Do it like this."))
    assert told.advice == "Do it like this."


def test_standard_buttons_speak_indonesian(application: QApplication) -> None:
    language.install(application, Language.INDONESIAN)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    assert box.button(QDialogButtonBox.StandardButton.Cancel).text() == "Batal"


def test_plurals_follow_the_language(application: QApplication) -> None:
    def count(number: int) -> str:
        return QCoreApplication.translate("FamilyDelegate", "%n member(s)", "", number)

    assert (count(1), count(4)) == ("1 member", "4 members")
    language.install(application, Language.INDONESIAN)
    assert (count(1), count(4)) == ("1 anggota", "4 anggota")


def test_every_code_of_the_domain_has_a_word_and_an_icon() -> None:
    from enumerator.model import CaseState, Custody, Outcome
    from ui import icons

    signs = [words.state_sign(state) for state in CaseState]
    signs += [words.custody_sign(custody) for custody in Custody]
    assert {sign.icon for sign in signs} <= set(icons.names())
    assert len({sign.word for sign in signs[: len(CaseState)]}) == len(CaseState)
    assert len({words.outcome_word(outcome) for outcome in Outcome}) == len(Outcome)
