"""Forms from files: an XForm as it stands, an XLSForm compiled, with the way back to its rows."""

from __future__ import annotations

import importlib
import io
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from enumerator.cli.form_workbook import Place, Workbook
from enumerator.errors import KnownError
from enumerator.xform import FormError, Problem
from enumerator.xform.limits import MAX_BYTES

_ROW = re.compile(r"\[row : (\d+)\]")
_QUOTED = re.compile(r"['\"‘“]([^'\"‘’“”]+)['\"’”]")
_SHEET = re.compile(r"\b(?:the|On the) '(\w+)' sheet")
_SHEETS = (".xlsx", ".xls", ".xlsm")
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # .xls is no archive


@dataclass(frozen=True)
class Source:
    """``files`` come with the form itself: the external choices of a workbook."""

    xform: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)
    remarks: tuple[Problem, ...] = ()
    workbook: Workbook | None = None

    def place(self, problem: Problem) -> Place | None:
        """The row of the workbook that a problem comes from, as far as it can be told."""
        found = row_named_in(problem.text)
        if found is None and self.workbook is not None:
            found = self.workbook.place(problem)
        return found


def row_named_in(text: str) -> Place | None:
    """The compiler's own words: "[row : 5] …"."""
    row = _ROW.search(text)
    if row is None:
        return None
    sheet = _SHEET.search(text)
    return Place(sheet[1] if sheet else "survey", int(row[1]))


def open_source(path: Path, *, rows: bool = False) -> Source:
    """``rows``: as the rows of a workbook are to be found again. KnownError: no_such_file,
    no_compiler, bad_form."""
    if path.is_dir():
        raise KnownError("no_such_file", f"{path} is a folder, not a form.", path=str(path))
    if not path.is_file():
        raise KnownError("no_such_file", f"There is no form at {path}.", path=str(path))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KnownError(
            "no_such_file", f"The form at {path} cannot be read: {error.strerror}.", path=str(path)
        ) from None
    if path.suffix.lower() in _SHEETS:
        return _compile(path, data, rows=rows)
    return Source(data)


def _refuse_rubbish(path: Path, data: bytes) -> None:
    """Raises FormError for what is no workbook, or one that would fill the memory."""
    text = ""
    if not data:
        text = "the file is empty"
    elif data.startswith(_OLD_WORKBOOK):
        return
    else:
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = archive.infolist()
        except (zipfile.BadZipFile, OSError, ValueError):
            text = "this is no workbook, whatever its name says: save it as .xlsx"
        else:
            if not any(part.filename == "xl/workbook.xml" for part in parts):
                text = "this is an archive, but no workbook: save it as .xlsx"
            elif sum(part.file_size for part in parts) > MAX_BYTES:
                text = (
                    f"the workbook unpacks to more than {MAX_BYTES >> 20} MB: "
                    "keep long lists as CSV files beside it"
                )
    if text:
        raise FormError([Problem("error", text, str(path))])


def _compile(path: Path, data: bytes, *, rows: bool) -> Source:
    try:
        compiler = importlib.import_module("pyxform.xls2xform")
    except ModuleNotFoundError:
        raise KnownError(
            "no_compiler",
            "Spreadsheets need the XLSForm compiler. Install it with: "
            'python -m pip install "enumerator[server]"',
        ) from None
    errors = importlib.import_module("pyxform.errors")
    _refuse_rubbish(path, data)
    try:
        with warnings.catch_warnings():
            # What a spreadsheet holds beside its cells is not the form's.
            warnings.simplefilter("ignore")
            # Every element on a line of its own is what leads back from a line to a row.
            compiled = compiler.convert(str(path), pretty_print=rows)
            workbook = _workbook(path, compiled.xform) if rows else None
    except errors.PyXFormError as error:
        texts = [text for text in str(error).split("\n") if text.strip()]
        rows_of = _survey(path) if rows else ()
        found = [Problem("error", _with_row(text, rows_of), str(path)) for text in texts]
        raise FormError(found or [Problem("error", "it cannot be compiled", str(path))]) from None
    except Exception as error:  # the compiler meets a file that is no workbook in many ways
        text = f"not a spreadsheet that can be compiled: {type(error).__name__}: {error}"
        raise FormError([Problem("error", text, str(path))]) from None
    files = {} if compiled.itemsets is None else {"itemsets.csv": compiled.itemsets.encode()}
    remarks = tuple(
        Problem("warning", " ".join(str(text).split("\n"))) for text in compiled.warnings
    )
    xform: str = compiled.xform
    return Source(xform.encode(), files, remarks, workbook)


def _survey(path: Path) -> Sequence[Mapping[str, object]]:
    """() where the file is no workbook at all."""
    reader = importlib.import_module("pyxform.xls2json_backends")
    errors = importlib.import_module("pyxform.errors")
    try:
        found: Sequence[Mapping[str, object]] | None = reader.get_xlsform(str(path)).survey
    except errors.PyXFormError:
        return ()
    return found or ()


def _with_row(text: str, survey: Sequence[Mapping[str, object]]) -> str:
    """Where the compiler names no row, but a word that stands in one row only."""
    if _ROW.search(text):
        return text
    words = set(_QUOTED.findall(text))
    named = [
        number
        for number, row in enumerate(survey, 2)
        if words & {str(row.get(column) or "").strip() for column in ("type", "name")}
    ]
    return f"[row : {named[0]}] {text}" if len(named) == 1 else text


def _workbook(path: Path, xform: str) -> Workbook:
    reader = importlib.import_module("pyxform.xls2json_backends")
    sheets: Any = reader.get_xlsform(str(path))
    # A sheet that is not there is None: most forms without a select have no choices.
    return Workbook(sheets.survey or (), sheets.choices or (), xform.encode())
