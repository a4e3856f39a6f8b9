"""Taking laptops' sealed files into custody: what a lost database held, its spool still holds.

They are copied from the ``spool`` folder of a laptop that cannot send them any more. Taking them
is a push: what is known already is told as such, and no file twice does harm.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nacl.exceptions import CryptoError

from enumerator.errors import KnownError
from enumerator.store.envelope import Envelope
from enumerator.store.spool import MEDIA_SUFFIX, SUFFIX, unsealed, unsealed_media
from sync.server import custody, media
from sync.server.operation import Operation
from sync.server.relaying import OFFICE, batches


@dataclass(frozen=True, slots=True)
class SealedTaken:
    files: int
    by_status: dict[str, int]
    """As a push would have answered."""
    unreadable: tuple[str, ...]
    """Files that are torn, not sealed to this operation, or photos that nothing names and that
    are too many, by name."""
    media: int = 0
    """Photos and sounds among ``files`` that are held now."""


def take_sealed(operation: Operation, folder: Path) -> SealedTaken:
    """Every sealed file in ``folder`` and below. KnownError ``no_file`` when there is none."""
    paths = sorted(folder.rglob(f"*{SUFFIX}"))
    photos = sorted(folder.rglob(f"*{MEDIA_SUFFIX}"))
    if not paths and not photos:
        raise KnownError("no_file", f"There is no sealed file (*{SUFFIX}) in {folder}.")
    statuses: Counter[str] = Counter()
    unreadable: list[str] = []
    envelopes = _opened(operation, paths, unreadable)
    for batch in batches(envelopes, lambda one: len(one.body)):
        results = custody.take(operation, OFFICE, batch)
        statuses.update(result.status for result in results)
    held = sum(_take_media(operation, path, unreadable) for path in photos)
    return SealedTaken(len(paths) + len(photos), dict(statuses), tuple(unreadable), held)


def _take_media(operation: Operation, path: Path, unreadable: list[str]) -> bool:
    """After the envelopes, which name it."""
    try:
        content = unsealed_media(path.read_bytes(), operation.keys.seal_seed)
    except (CryptoError, OSError, ValueError):
        unreadable.append(path.name)
        return False
    held = media.take_whole(operation, OFFICE, content)
    if held.receipt is None:
        unreadable.append(path.name)
    return held.receipt is not None


def _opened(operation: Operation, paths: list[Path], unreadable: list[str]) -> Iterator[Envelope]:
    for path in paths:
        try:
            yield unsealed(path.read_bytes(), operation.keys.seal_seed)
        except (CryptoError, OSError, ValueError):
            unreadable.append(path.name)
