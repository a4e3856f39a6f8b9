"""The trace of one process, and the disks that a power cut may leave of it.

A file's writes and truncations since its last fsync may each be there, not there, or there in
some 512-byte sectors only, in any combination. A folder's operations (a new name, a rename, a
removal) hold in order; those before the folder's last fsync surely, of the later ones a beginning.
Folders themselves are taken as there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from random import Random

SECTOR = 512
_HEAD = struct.Struct("<cQII")


@dataclass(frozen=True, slots=True)
class Operation:
    """``kind``: o(pen new) w(rite) t(runcate) s(ync) r(ename) u(nlink). ``offset`` is a
    truncation's length; ``data`` of a rename is the new name."""

    kind: str
    name: str
    offset: int
    data: bytes


def read_trace(path: Path) -> Iterator[Operation]:
    data = path.read_bytes()
    position = 0
    while position < len(data):
        kind, offset, name_length, data_length = _HEAD.unpack_from(data, position)
        position += _HEAD.size
        name = data[position : position + name_length].decode()
        position += name_length
        yield Operation(kind.decode(), name, offset, data[position : position + data_length])
        position += data_length


@dataclass(eq=False, slots=True)
class Inode:
    """``surely``: contents that an fsync promised; ``maybe``: changes since."""

    number: int
    surely: bytearray = field(default_factory=bytearray)
    syncs: int = 0
    maybe: list[Operation] = field(default_factory=list)
    sure: File | None = None
    """``surely`` alone, as it would be left."""


@dataclass(frozen=True, slots=True)
class NameChange:
    """``inode`` None: the name goes. A rename is both, at once."""

    gone: str
    name: str
    inode: Inode | None


Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class File:
    """Contents after the cut: what an fsync promised, and the changes since that were kept. Good
    until the disk moves on. ``key`` is equal for equal contents, ``sure_key`` for equal
    ``surely``."""

    key: Key
    sure_key: Key
    surely: bytearray
    kept: tuple[Operation, ...] = ()

    def contents(self) -> bytes:
        contents = bytearray(self.surely)
        for operation in self.kept:
            _perform(contents, operation)
        return bytes(contents)


@dataclass(frozen=True, slots=True)
class Left:
    """A disk after the cut, by name."""

    files: dict[str, File]

    def key(self) -> int:
        """Equal for equal disks."""
        return hash(frozenset((name, file.key) for name, file in self.files.items()))


class Disk:
    """Follows a trace; :meth:`cut` at any moment."""

    def __init__(self) -> None:
        self._surely: dict[str, Inode] = {}
        self._maybe: dict[str, list[NameChange]] = {}
        self._now: dict[str, Inode] = {}
        self._inodes = 0

    def apply(self, operation: Operation) -> None:
        name = operation.name
        if operation.kind == "o":
            self._inodes += 1
            self._rename("", name, Inode(self._inodes))
        elif operation.kind == "u":
            self._rename(name, "", None)
        elif operation.kind == "r":
            self._rename(name, operation.data.decode(), self._now[name])
        elif operation.kind == "s":
            self._sync(name)
        else:
            self._now[name].maybe.append(operation)

    def _rename(self, gone: str, name: str, inode: Inode | None) -> None:
        if gone:
            del self._now[gone]
        if name and inode is not None:
            self._now[name] = inode
        folder = _folder(name or gone)
        if gone and name and _folder(gone) != folder:
            raise ValueError("a rename between folders: the model does not know it")
        self._maybe.setdefault(folder, []).append(NameChange(gone, name, inode))

    def _sync(self, name: str) -> None:
        inode = self._now.get(name)
        if inode is None:
            for change in self._maybe.pop(name, []):
                _change(self._surely, change)
            return
        for operation in inode.maybe:
            _perform(inode.surely, operation)
        inode.syncs += bool(inode.maybe)
        inode.maybe = []
        inode.sure = None

    def cut(self, random: Random | None, *, keep: bool = False) -> Left:
        """Without ``random``: all that was not synced is dropped, or all of it kept."""
        names = dict(self._surely)
        for changes in self._maybe.values():
            held = len(changes) if keep else 0
            if random is not None:
                held = random.randrange(len(changes) + 1)
            for change in changes[:held]:
                _change(names, change)
        return Left({name: _file(inode, random, keep) for name, inode in names.items()})


def _folder(name: str) -> str:
    parent = str(PurePosixPath(name).parent)
    return "" if parent == "." else parent


def _change(names: dict[str, Inode], change: NameChange) -> None:
    if change.gone:
        names.pop(change.gone, None)
    if change.name and change.inode is not None:
        names[change.name] = change.inode


def _file(inode: Inode, random: Random | None, keep: bool) -> File:
    if not inode.maybe or (random is None and not keep):
        if inode.sure is None:
            sure_key = (inode.number, inode.syncs)
            inode.sure = File(sure_key, sure_key, inode.surely)
        return inode.sure
    sure_key = (inode.number, inode.syncs)
    key: list[object] = list(sure_key)
    kept: list[Operation] = []
    for index, operation in enumerate(inode.maybe):
        if random is not None:
            fate = int(random.random() * 3)
            if fate == 0:
                continue
            if fate == 2 and operation.kind == "w":
                torn = _torn(operation, random)
                kept += torn
                key.append((index, tuple(part.offset for part in torn)))
                continue
        kept.append(operation)
        key.append(index)
    return File(tuple(key), sure_key, inode.surely, tuple(kept))


def _torn(write: Operation, random: Random) -> list[Operation]:
    """Some of the sectors that a write touched, whole."""
    parts = []
    position = write.offset
    end = write.offset + len(write.data)
    while position < end:
        stop = min(end, (position // SECTOR + 1) * SECTOR)
        if random.random() < 0.5:
            data = write.data[position - write.offset : stop - write.offset]
            parts.append(Operation("w", write.name, position, data))
        position = stop
    return parts


def _perform(contents: bytearray, operation: Operation) -> None:
    if operation.kind == "t":
        missing = operation.offset - len(contents)
        if missing > 0:
            contents.extend(bytes(missing))
        else:
            del contents[operation.offset :]
        return
    end = operation.offset + len(operation.data)
    if len(contents) < end:
        contents.extend(bytes(end - len(contents)))
    contents[operation.offset : end] = operation.data
