"""A file laid in state after state; only what differs is written."""

from __future__ import annotations

from pathlib import Path

from tests.powercut.disk import File, Key, Operation


class LaidFile:
    """Whoever lets something else write to it says :meth:`forget`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sure_key: Key | None = None
        self._kept: tuple[Operation, ...] = ()

    def lay(self, file: File | None) -> None:
        if file is None:
            self.path.unlink(missing_ok=True)
            self.forget()
        elif self._sure_key != file.sure_key or not self.path.exists():
            self.path.write_bytes(file.contents())
        else:
            self._change(file)
        if file is not None:
            self._sure_key, self._kept = file.sure_key, file.kept

    def _change(self, file: File) -> None:
        """Take the former state's changes back, then make this one's."""
        size = len(file.surely)
        with self.path.open("r+b", buffering=0) as laid:
            laid.truncate(size)  # a longer one loses its end, a shorter one gets it below
            for operation in self._kept:
                if operation.kind == "t":
                    laid.seek(operation.offset)
                    laid.write(memoryview(file.surely)[operation.offset :])
                elif operation.offset < size:
                    end = operation.offset + len(operation.data)
                    laid.seek(operation.offset)
                    laid.write(memoryview(file.surely)[operation.offset : end])
            for operation in file.kept:
                if operation.kind == "t":
                    laid.truncate(operation.offset)
                else:
                    laid.seek(operation.offset)
                    laid.write(operation.data)

    def forget(self) -> None:
        self._sure_key, self._kept = None, ()

    def time(self) -> tuple[int, int]:
        """Of the last change, and the size; zeros without a file."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)
