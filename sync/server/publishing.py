"""Publishing questionnaires: the one place that knows pyxform, XLSForm's reference compiler.

A published form is its XML and its media under content hashes; a version never changes once it
is out, because laptops keep drafts on it.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from enumerator.errors import KnownError
from enumerator.xform import LayeredMedia, MemoryMedia, load_form
from sync.server.operation import Operation
from sync.server.store import FormRow, MediaRow, Transaction

PERSONAL_LISTS = "prelist_"
"""Lists of this name are each officer's own, made from the caseload, and never published."""

_PIECE_BYTES = 128 * 1024
_REFERENCE = re.compile(r"jr://(?:images|audio|video|file|file-csv)/([^\"'<>\s]+)")


@dataclass(frozen=True, slots=True)
class Published:
    form_id: str
    version: str
    title: str
    media: tuple[str, ...]
    warnings: tuple[str, ...]
    is_unchanged: bool


def publish(operation: Operation, source: Path, media: Iterable[Path]) -> Published:
    """Compile, check and put in force. KnownError ``bad_form``, ``missing_media``,
    ``version_taken``; FormError when the engine refuses the form."""
    xml, warnings = _xml_of(source)
    files = _media_files(media)
    needed = sorted(set(_REFERENCE.findall(xml.decode(errors="replace"))))
    public = [name for name in needed if not name.startswith(PERSONAL_LISTS)]
    missing = [name for name in public if name not in files]
    if missing:
        raise KnownError(
            "missing_media",
            "The form names files that were not given: " + ", ".join(missing) + ". Add --media.",
        )
    content = {name: files[name].read_bytes() for name in public}
    form = load_form(xml, LayeredMedia(MemoryMedia(content), _PersonalLists()))
    row = FormRow(
        form_id=form.id,
        version=form.version,
        title=form.title,
        sha256=_sha256(xml),
        size_bytes=len(xml),
        in_force=True,
        media=tuple(MediaRow(name, _sha256(data), len(data)) for name, data in content.items()),
    )
    with operation.store.writing() as transaction:
        is_unchanged = _put(transaction, row, xml, content, operation.now())
    return Published(
        form_id=form.id,
        version=form.version,
        title=form.title,
        media=tuple(public),
        warnings=(*warnings, *(problem.text for problem in form.warnings)),
        is_unchanged=is_unchanged,
    )


class _PersonalLists:
    """Stands in for the officers' own lists while a form is checked: headings without rows."""

    _HEADINGS: Mapping[str, bytes] = {
        "prelist_keluarga.csv": b"id_keluarga,tampilan,nama_kk,no_kk,prov,kab,kec,desa,sls,alamat,"
        b"status_spo,jml\n",
        "prelist_anggota.csv": b"id_keluarga,no_urut,nama,nik,jk,tgl_lahir,hubungan\n",
    }

    def read(self, name: str) -> bytes:
        if name not in self._HEADINGS:
            raise FileNotFoundError(name)
        return self._HEADINGS[name]


def _put(
    transaction: Transaction, row: FormRow, xml: bytes, media: Mapping[str, bytes], when: str
) -> bool:
    """True when exactly this was in force already."""
    known = transaction.questionnaires.get(row.form_id, row.version)
    if known is not None and (known.sha256, set(known.media)) != (row.sha256, set(row.media)):
        raise KnownError(
            "version_taken",
            f"Version {row.version} of {row.form_id} is already published with other content, and "
            "laptops may have drafts on it. Give the form a new version and publish that.",
            form=row.form_id,
            version=row.version,
        )
    if known is not None and known.in_force:
        return True
    transaction.questionnaires.put_content(row.sha256, _pieces(xml))
    for data in media.values():
        transaction.questionnaires.put_content(_sha256(data), _pieces(data))
    transaction.questionnaires.put_form(row, when)
    return False


def _xml_of(source: Path) -> tuple[bytes, list[str]]:
    if not source.is_file():
        raise KnownError("bad_form", f"There is no file {source}.")
    if source.suffix.lower() == ".xml":
        return source.read_bytes(), []
    if source.suffix.lower() not in (".xlsx", ".xls", ".csv", ".md"):
        raise KnownError("bad_form", f"{source.name} is neither an XLSForm nor an XForm (.xml).")
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    if source.suffix.lower() == ".xlsx" and not zipfile.is_zipfile(source):
        raise _unreadable(source)
    try:
        result = convert(xlsform=source, validate=False)
    except PyXFormError as error:
        if "'definition'" in str(error):  # pyxform's word for a file without a usable sheet
            raise _unreadable(source) from error
        raise KnownError("bad_form", f"{source.name}: {error}") from error
    except Exception as error:  # what its readers meet in a damaged file, as it comes
        raise _unreadable(source) from error
    return result.xform.encode(), list(result.warnings)


def _unreadable(source: Path) -> KnownError:
    return KnownError(
        "bad_form",
        f"{source.name} cannot be read as an XLSForm. Open it in a spreadsheet program, see that "
        "it has the sheets survey and choices with their headings, and save it as .xlsx again.",
    )


def _media_files(given: Iterable[Path]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for path in given:
        if not path.exists():
            raise KnownError("missing_media", f"There is no file {path}.")
        found = sorted(path.iterdir()) if path.is_dir() else [path]
        files.update({entry.name: entry for entry in found if entry.is_file()})
    return files


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), _PIECE_BYTES):
        yield data[start : start + _PIECE_BYTES]
