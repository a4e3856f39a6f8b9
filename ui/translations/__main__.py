"""Keeps the catalogues: ``python -m ui.translations``.

Reads every visible string of ``ui/`` into the two catalogues (lupdate), fills in translations from
a file of words if one is given, compiles both (lrelease) and lists what has no Indonesian yet.
English has a catalogue of its own for its plurals only.

``--fill words.json``: {"id": {"English": "Indonesian"}, "en": {"English": ["one", "many"]}}.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import PySide6

FOLDER: Final = Path(__file__).parent
SOURCES: Final = FOLDER.parent
INDONESIAN: Final = FOLDER / "enumerator_id.ts"
ENGLISH: Final = FOLDER / "enumerator_en.ts"
_HEAD: Final = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'


def main(argv: Sequence[str] | None = None) -> int:
    """Updates and compiles both; 1 where a string has no translation."""
    parser = argparse.ArgumentParser(prog="python -m ui.translations", description=__doc__)
    parser.add_argument("--fill", type=Path, help="a JSON file of words")
    options = parser.parse_args(argv)
    update(INDONESIAN, plurals_only=False)
    update(ENGLISH, plurals_only=True)
    words = json.loads(options.fill.read_text(encoding="utf-8")) if options.fill else {}
    # Also without words: it writes the layout that is kept, not lupdate's.
    fill(INDONESIAN, words.get("id", {}))
    fill(ENGLISH, words.get("en", {}))
    missing = [
        f"{file.name}: [{context}] {source}"
        for file in (INDONESIAN, ENGLISH)
        for context, source in unfinished(file)
    ]
    for file in (INDONESIAN, ENGLISH):
        compile_catalogue(file, file.with_suffix(".qm"))
    sys.stdout.write("".join(f"{line}\n" for line in missing))
    return 1 if missing else 0


def update(file: Path, *, plurals_only: bool) -> None:
    """Takes the strings of the sources into a catalogue; strings that are gone leave it."""
    sources = sorted(str(path.relative_to(SOURCES)) for path in SOURCES.rglob("*.py"))
    options = ["-locations", "none", "-no-obsolete", "-source-language", "en"]
    language = "en" if plurals_only else "id"
    options += ["-target-language", language, *(["-pluralonly"] if plurals_only else [])]
    _run("lupdate", *options, *sources, "-ts", str(file))


def compile_catalogue(source: Path, target: Path) -> None:
    """The catalogue as Qt loads it."""
    _run("lrelease", "-silent", str(source), "-qm", str(target))


def unfinished(file: Path) -> Iterator[tuple[str, str]]:
    """(context, source) of each string that has no translation."""
    for context, message in _messages(_parse(file).getroot()):
        translation = message.find("translation")
        if translation is None or not _is_whole(translation):
            yield context, message.findtext("source", "")


def fill(file: Path, words: Mapping[str, str | Sequence[str]]) -> None:
    """Translates what is untranslated, where ``words`` knows it."""
    tree = _parse(file)
    for _context, message in _messages(tree.getroot()):
        translation = message.find("translation")
        source = message.findtext("source", "")
        if translation is None or _is_whole(translation) or source not in words:
            continue
        word = words[source]
        forms = translation.findall("numerusform")
        if forms:
            texts = [word] if isinstance(word, str) else word
            for form, text in zip(forms, texts, strict=True):
                form.text = text
        else:
            translation.text = str(word)
        translation.attrib.pop("type", None)
    ET.indent(tree, space="    ")
    body = ET.tostring(tree.getroot(), encoding="unicode")
    file.write_text(f"{_HEAD}{body}\n", encoding="utf-8")


def _parse(file: Path) -> ET.ElementTree[ET.Element]:
    return ET.parse(file)  # noqa: S314 (a catalogue of our own)


def _messages(root: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    for context in root.iter("context"):
        for message in context.iter("message"):
            yield context.findtext("name", ""), message


def _is_whole(translation: ET.Element) -> bool:
    if translation.get("type") == "unfinished":
        return False
    forms = translation.findall("numerusform")
    return all(form.text for form in forms) if forms else bool(translation.text)


def _run(tool: str, *arguments: str) -> None:
    folder = Path(PySide6.__file__).parent
    found = next(path for path in (folder / tool, folder / f"{tool}.exe") if path.exists())
    # The tool of the installed package, on our own files.
    done = subprocess.run([str(found), *arguments], cwd=SOURCES, capture_output=True, text=True)  # noqa: S603
    if done.returncode or "error" in done.stderr.lower():
        raise SystemExit(f"{tool}: {done.stderr or done.stdout}")


if __name__ == "__main__":
    sys.exit(main())
