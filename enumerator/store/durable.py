"""Files that are wholly there or not at all, also after a power cut."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from enumerator.errors import KnownError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def write_durably(path: Path, data: bytes, *, private: bool = True) -> None:
    """Write, fsync, rename over ``path``, fsync the folder."""
    temporary = path.with_name(path.name + ".part")
    mode = 0o600 if private else 0o644
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename durable. Windows has no such call: NTFS journals the rename itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def disk_full() -> KnownError:
    """``disk_full``, to be raised."""
    return KnownError(
        "disk_full",
        "The disk is full. Delete other files, then try again; nothing was lost.",
    )


class FolderLock:
    """One program at a time in an officer's folder; the system frees it when a program dies."""

    def __init__(self, folder: Path) -> None:
        """KnownError ``in_use``."""
        descriptor = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if sys.platform == "win32":
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            else:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise KnownError(
                "in_use", "This officer's data is open in another window. Close that one first."
            ) from error

        self._descriptor: int | None = descriptor

    def release(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)


class Ballast:
    """A file that is given up when the disk is full, so that the open interview can be saved."""

    SIZE_BYTES = 1_000_000
    ROOMY_BYTES = 50_000_000

    def __init__(self, folder: Path) -> None:
        self._path = folder / "ballast"

    def load(self) -> None:
        """Lay it (again) where there is room; a full disk is no error here."""
        if self._path.exists() and self._path.stat().st_size == self.SIZE_BYTES:
            return
        try:
            write_durably(self._path, os.urandom(self.SIZE_BYTES))
        except OSError:
            self.drop()

    def load_if_roomy(self) -> bool:
        """Lay it again once there is room for much more than it; whether there was."""
        try:
            free = shutil.disk_usage(self._path.parent).free
        except OSError:
            return False
        if free < self.ROOMY_BYTES:
            return False
        self.load()
        return True

    def drop(self) -> bool:
        """Whether there was any left to give."""
        for path in (self._path, self._path.with_name("ballast.part")):
            if path.exists():
                path.unlink()
                return True
        return False
