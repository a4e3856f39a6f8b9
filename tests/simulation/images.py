"""A folder's contents in memory, to be laid down again: faster than copying it on a disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_WEIGHT_ONLY = "ballast"
"""Of this file only the size matters: it is laid as a hole."""


@dataclass(frozen=True, slots=True)
class Image:
    """Files by their path below the folder, contents or, for :data:`_WEIGHT_ONLY`, a size."""

    folders: tuple[str, ...]
    files: dict[str, bytes]
    holes: dict[str, int]

    @classmethod
    def of(cls, folder: Path) -> Image:
        folders: list[str] = []
        files: dict[str, bytes] = {}
        holes: dict[str, int] = {}
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.is_dir():
                folders.append(name)
            elif path.name == _WEIGHT_ONLY:
                holes[name] = path.stat().st_size
            else:
                files[name] = path.read_bytes()
        return cls(tuple(folders), files, holes)

    def lay(self, folder: Path) -> None:
        """``folder`` must not be there yet."""
        folder.mkdir()
        for name in self.folders:
            (folder / name).mkdir()
        for name, contents in self.files.items():
            (folder / name).write_bytes(contents)
        for name, size in self.holes.items():
            with (folder / name).open("wb") as file:
                file.truncate(size)
