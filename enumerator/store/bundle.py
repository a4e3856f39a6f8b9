"""Bundles and answer files: what travels on a stick.

::

    enumerator bundle 1\\n | size of the index, 4 bytes | index | SHA-256 of all before
    | sealed items, one after the other | SHA-256 of all before
    enumerator answer 1\\n | AnswerFile | SHA-256 of all before

The index has a checksum of its own and a hash for each item, so that what is whole in a cut-off
file can be taken. Items are sealed to the office; the index holds ids, hashes and sizes only.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec

from enumerator.errors import KnownError
from enumerator.store.answer import Answer
from enumerator.store.durable import sync_folder

BUNDLE_SUFFIX = ".bundle"
ANSWER_SUFFIX = ".answer"
FORMAT = 1
_BUNDLE = b"enumerator bundle "
_ANSWER = b"enumerator answer "
_HASH_BYTES = 32
_SIZE_BYTES = 4
_MAX_INDEX_BYTES = 64 * 1024 * 1024
ENVELOPE = "envelope"
MEDIA = "media"
"""A photo or sound, its content sealed as it is."""
KINDS = frozenset({ENVELOPE, MEDIA})
"""A reader passes over others."""
MAX_ITEM_BYTES = 32 * 1024 * 1024
_BLOCK_BYTES = 1024 * 1024


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One item of the index."""

    sha256: bytes
    size_bytes: int
    kind: str = ENVELOPE
    """Of :data:`KINDS`."""
    envelope_id: str = ""
    """Empty for an item that is carried for somebody else: its carrier does not know."""


class Index(msgspec.Struct, frozen=True, kw_only=True):
    office: bytes
    """SHA-256 of the public key that the items are sealed to; blank where the laptop could not be
    unlocked, as is the account's id."""
    account_id: str
    """Whose laptop wrote it, and who reads the answer."""
    login: str
    made_at: str
    entries: list[Entry]


class AnswerFile(msgspec.Struct, frozen=True, kw_only=True):
    account_id: str
    """Who wrote the bundle that this answers."""
    login: str
    answers: list[Answer]


@dataclass(frozen=True, slots=True)
class Item:
    """A sealed item to be carried; ``load`` brings its bytes."""

    entry: Entry
    load: Callable[[], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was read back and found whole."""

    path: Path
    items: int
    size_bytes: int
    left_out: int = 0
    """Records whose sealed copy could neither be read nor be made anew."""


@dataclass(frozen=True, slots=True)
class Found:
    """An item as a bundle holds it; ``sealed`` is None when it is cut off or altered."""

    entry: Entry
    sealed: bytes | None = field(repr=False)


def office_mark(seal_key: bytes) -> bytes:
    """How an index names the office that can open its items."""
    return hashlib.sha256(b"office\x00" + seal_key).digest()


def write_bundle(path: Path, index: Index, items: Sequence[Item]) -> Written:
    """Durably and read back. KnownError ``stick_full``, ``stick_failed``; then nothing of that
    name is there, or what was there before."""

    def parts() -> Iterator[bytes]:
        packed = msgspec.msgpack.encode(index)
        head = _BUNDLE + b"%d\n" % FORMAT + len(packed).to_bytes(_SIZE_BYTES, "big") + packed
        yield head
        yield hashlib.sha256(head).digest()
        for item in items:
            yield item.load()

    _write(path, parts())
    with _reading(path) as bundle:
        whole = sum(found.sealed is not None for found in bundle.items())
        is_whole = bundle.is_whole()
    if whole != len(items) or not is_whole:
        with suppress(OSError):
            path.unlink()
        raise _stick_failed(path)
    return Written(path, whole, path.stat().st_size)


class Bundle:
    """A bundle being read. Close it, or use it as a context manager."""

    def __init__(self, path: Path) -> None:
        """KnownError ``no_file``, ``not_a_bundle``, ``newer_bundle``, ``damaged_bundle`` (not even
        its index is whole)."""
        self._path = path
        self._whole: bool | None = None
        self._file = _opened(path)
        try:
            self.index = self._read_index()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Bundle:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def items(self) -> Iterator[Found]:
        """In order, once; KnownError ``stick_failed`` when the stick goes away meanwhile."""
        with _on_stick(self._path):
            for entry in self.index.entries:
                sealed = self._read(entry.size_bytes)
                is_whole = hashlib.sha256(sealed).digest() == entry.sha256
                yield Found(entry, sealed if is_whole else None)
            expected = self._digest.digest()
            self._whole = self._file.read(_HASH_BYTES + 1) == expected

    def is_whole(self) -> bool:
        """After the last item: nothing is missing, altered or added."""
        return self._whole is True

    def _read_index(self) -> Index:
        with _on_stick(self._path):
            head = self._file.readline(64)
            _check_format(self._path, head, _BUNDLE)
            size = self._file.read(_SIZE_BYTES)
            length = int.from_bytes(size, "big")
            packed = self._file.read(length) if length <= _MAX_INDEX_BYTES else b""
            check = self._file.read(_HASH_BYTES)
        self._digest = hashlib.sha256(head + size + packed)
        if self._digest.digest() != check:
            raise _damaged(self._path)
        self._digest.update(check)
        try:
            index = msgspec.msgpack.decode(packed, type=Index)
        except ValueError as error:
            raise _damaged(self._path) from error
        if any(not 0 < entry.size_bytes <= MAX_ITEM_BYTES for entry in index.entries):
            raise _damaged(self._path)
        return index

    def _read(self, size_bytes: int) -> bytes:
        found = self._file.read(size_bytes)
        self._digest.update(found)
        return found


def _reading(path: Path) -> Bundle:
    """Of a file that was just written, from the stick and not from memory where that can be."""
    if hasattr(os, "posix_fadvise"):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)
    return Bundle(path)


def write_answers(path: Path, file: AnswerFile) -> None:
    """Durably. KnownError ``stick_full``, ``stick_failed``."""
    _write(path, iter([_ANSWER + b"%d\n" % FORMAT + msgspec.msgpack.encode(file)]))


def read_answers(path: Path) -> AnswerFile:
    """KnownError ``no_file``, ``not_an_answer``, ``newer_bundle``, ``damaged_answer``. Whether the
    answers are the server's is for the store to find."""
    with _opened(path) as file, _on_stick(path):
        data = file.read()
    head, newline, _ = data[:64].partition(b"\n")
    _check_format(path, head + newline, _ANSWER)
    content, check = data[:-_HASH_BYTES], data[-_HASH_BYTES:]
    try:
        if hashlib.sha256(content).digest() != check:
            raise ValueError("checksum")
        return msgspec.msgpack.decode(content[len(head) + 1 :], type=AnswerFile)
    except ValueError as error:
        raise KnownError(
            "damaged_answer",
            f"The answer file {path.name} is damaged or was cut off. Ask for it once more; "
            "nothing was changed here.",
            file=path.name,
        ) from error


# ---------------------------------------------------------------------- inside


def _write(path: Path, parts: Iterator[bytes]) -> None:
    """All parts and their checksum: whole under ``path``, or not there."""
    temporary = path.with_name(path.name + ".part")
    digest = hashlib.sha256()
    try:
        with _on_stick(path):
            with temporary.open("wb") as file:
                for part in parts:
                    digest.update(part)
                    file.write(part)
                file.write(digest.digest())
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Sticks with a simple file system refuse it: their rename is written through anyway."""
    with suppress(OSError):
        sync_folder(folder)


@contextmanager
def _on_stick(path: Path) -> Iterator[None]:
    """What goes wrong with a stick, as the user can act on it."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise KnownError(
                "stick_full",
                "There is not enough room on the stick. Make room or take another one; nothing "
                "was changed on this laptop.",
            ) from error
        raise _stick_failed(path) from error


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise KnownError("no_file", f"There is no file {path}. Check its name.") from error
    except OSError as error:
        raise _stick_failed(path) from error


def _check_format(path: Path, head: bytes, kind: bytes) -> None:
    is_kind = head.startswith(kind) and head.endswith(b"\n")
    number = head[len(kind) : -1]
    if not (is_kind and number.isdigit()):
        if kind == _BUNDLE:
            raise KnownError(
                "not_a_bundle",
                f"{path.name} is not a bundle of this program. Choose a file *{BUNDLE_SUFFIX}.",
                file=path.name,
            )
        raise KnownError(
            "not_an_answer",
            f"{path.name} is not an answer file. Choose a file *{ANSWER_SUFFIX}.",
            file=path.name,
        )
    if int(number) > FORMAT:
        raise KnownError(
            "newer_bundle",
            f"{path.name} was written by a newer program. Update this one, then try again.",
            file=path.name,
        )


def _damaged(path: Path) -> KnownError:
    return KnownError(
        "damaged_bundle",
        f"The bundle {path.name} is damaged from its beginning. Have the laptop write it again; "
        "nothing is lost, the laptop keeps everything.",
        file=path.name,
    )


def _stick_failed(path: Path) -> KnownError:
    return KnownError(
        "stick_failed",
        f"{path.name} could not be written or read whole: the stick was taken out, or it is "
        "damaged. Try again or take another one; nothing was changed on this laptop.",
        file=path.name,
    )
