"""Files that a form refers to."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from enumerator.xform.facade import Media


class FolderMedia:
    """The files of one folder; a name that leaves the folder is not found."""

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)

    def read(self, name: str) -> bytes:
        if not name or name in (".", "..") or "/" in name or "\\" in name or "\0" in name:
            raise FileNotFoundError(name)
        try:
            return (self._folder / name).read_bytes()
        except (NotADirectoryError, IsADirectoryError):
            raise FileNotFoundError(name) from None


class MemoryMedia:
    """Files that never touch the disk: personal lists come this way."""

    def __init__(self, files: Mapping[str, bytes] | None = None) -> None:
        self._files = dict(files or {})

    def read(self, name: str) -> bytes:
        try:
            return self._files[name]
        except KeyError:
            raise FileNotFoundError(name) from None


class LayeredMedia:
    """The first layer that has a file wins."""

    def __init__(self, *layers: Media) -> None:
        self._layers = layers

    def read(self, name: str) -> bytes:
        for layer in self._layers:
            try:
                return layer.read(name)
            except FileNotFoundError:
                continue
        raise FileNotFoundError(name)
