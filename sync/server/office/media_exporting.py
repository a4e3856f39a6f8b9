"""Photos and sounds in an export: a list of what each interview names, and the files themselves."""

from __future__ import annotations

import csv
from pathlib import Path

from sync.server.store import Transaction

_COLUMNS = ("envelope_id", "family_id", "sha256", "size_bytes", "file")
_SUFFIXES = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"OggS", ".ogg"),
    (b"ID3", ".mp3"),
)
_HEAD_BYTES = 16


def write_media(transaction: Transaction, out: Path, *, with_content: bool) -> tuple[int, int]:
    """How many are held, and how many of those that interviews name are missing. ``media.csv``
    has a line for each time that one is named; the same content is one file. OSError."""
    files: dict[str, str] = {}
    missing: set[str] = set()
    with (out / "media.csv").open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table)
        writer.writerow(_COLUMNS)
        for result in transaction.cases.interviews():
            for sha256, size_bytes in transaction.media.named_by(result.number):
                if size_bytes is None:
                    missing.add(sha256)
                elif sha256 not in files:
                    files[sha256] = _write(transaction, out, sha256) if with_content else ""
                writer.writerow(
                    (
                        result.envelope_id,
                        result.family_id,
                        sha256,
                        "" if size_bytes is None else size_bytes,
                        files.get(sha256, ""),
                    )
                )
    return len(files), len(missing)


def _write(transaction: Transaction, out: Path, sha256: str) -> str:
    """The file's name below ``out``, after its content: nobody's word is taken for what it is."""
    folder = out / "media"
    folder.mkdir(mode=0o700, exist_ok=True)
    pieces = transaction.media.content(sha256, 0)
    first = next(pieces, b"")
    head = first[:_HEAD_BYTES]
    suffix = next((suffix for mark, suffix in _SUFFIXES if head.startswith(mark)), ".bin")
    path = folder / f"{sha256}{suffix}"
    with path.open("wb") as file:
        file.write(first)
        for piece in pieces:
            file.write(piece)
    return f"media/{path.name}"
