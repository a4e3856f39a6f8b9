"""``enumerator form check FORM``: everything that is wrong with a form or is not supported.

With ``--json`` one document: ``{"form", "usable", "id", "version", "title", "problems": [{
"severity", "text", "path", "line", "sheet", "row"}]}``; severity is error, warning; path, line,
sheet and row are null where there is none. A workbook's problems have no line: the rows count.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from enumerator.cli.form_columns import missing_columns
from enumerator.cli.form_source import Source, open_source, row_named_in
from enumerator.cli.form_workbook import Place
from enumerator.errors import KnownError
from enumerator.xform import FolderMedia, FormError, LayeredMedia, Media, MemoryMedia, Problem
from enumerator.xform.form import LoadedForm, load_form


def check_form(path: Path, media: Path | None, out: TextIO, *, as_json: bool = False) -> int:
    """Prints one problem a line; 1 where the form cannot be used. KnownError: no_such_file,
    no_compiler."""
    form: LoadedForm | None = None
    source: Source | None = None
    try:
        source = open_source(path, rows=True)
        files = LayeredMedia(FolderMedia(media or path.parent), MemoryMedia(source.files))
        form = load_form(source.xform, files)
        problems = [*source.remarks, *form.warnings, *_missing_lists(form, files)]
        problems += missing_columns(form)
        problems += _from_use(form, problems)
    except FormError as error:
        problems = [*(source.remarks if source else ()), *error.problems]
    usable = form is not None and all(problem.severity != "error" for problem in problems)
    found = [(problem, _place(problem, source)) for problem in problems]
    if source is not None and source.workbook is not None:
        # A line of what the compiler made is nothing that anybody can open.
        found = [(replace(problem, line=None), place) for problem, place in found]
    if as_json:
        print(json.dumps(_document(path, form, found, usable=usable), ensure_ascii=False), file=out)
        return 0 if usable else 1
    for problem, place in found:
        print(_line(problem, place), file=out)
    if form is not None and usable:
        print(f"{form.title} ({form.id}, version {form.version or 'none'}): usable", file=out)
    return 0 if usable else 1


def _place(problem: Problem, source: Source | None) -> Place | None:
    return source.place(problem) if source is not None else row_named_in(problem.text)


def _line(problem: Problem, place: Place | None) -> str:
    if place is None:
        return str(problem)
    return f"{problem.severity}: {problem.text} at {place}"


def _document(
    path: Path,
    form: LoadedForm | None,
    found: Iterable[tuple[Problem, Place | None]],
    *,
    usable: bool,
) -> dict[str, Any]:
    return {
        "form": str(path),
        "usable": usable,
        "id": form.id if form else None,
        "version": form.version if form else None,
        "title": form.title if form else None,
        "problems": [
            {
                "severity": problem.severity,
                "text": problem.text,
                "path": problem.path or None,
                "line": problem.line,
                "sheet": place.sheet if place else None,
                "row": (place.row or None) if place else None,
            }
            for problem, place in found
        ],
    }


def _missing_lists(form: LoadedForm, media: Media) -> list[Problem]:
    found: dict[str, Problem] = {}
    for instance in form.program.definition.instances.values():
        if instance.file not in form.lists or instance.file in found:
            continue
        try:
            media.read(instance.file)
        except OSError:
            text = f"the list {instance.file} is not in the media folder"
            found[instance.file] = Problem(
                "warning", text, f"instance('{instance.id}')", instance.line
            )
    return list(found.values())


def _from_use(form: LoadedForm, known: Iterable[Problem]) -> list[Problem]:
    """What only a start and a look at every question bring to light: lists that cannot be read."""
    try:
        session = form.start()
        for ref in session.questions():
            session.element(ref)
            session.choices(ref)
    except (KnownError, OSError) as error:
        return [Problem("error", f"the form cannot be started: {error}")]
    told = {problem.text for problem in known}
    missing = {f"the list {name} is missing" for name in form.lists}
    return [
        problem
        for problem in session.warnings
        if problem.text not in told
        and problem.text.partition(":")[0] not in missing
        and not any(text.startswith(problem.text.partition(", in which")[0]) for text in told)
    ]
