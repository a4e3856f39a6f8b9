"""Questionnaires and their files, by content hash; what is half here goes on where it ended.

They are public, so a half-loaded file may lie beside the encrypted database.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from enumerator.errors import KnownError
from sync.client.connection import Transport
from sync.protocol import FormOffer

if TYPE_CHECKING:
    from enumerator.store import OfficerStore

_FOLDER = "downloads"


def fetch_forms(
    store: OfficerStore,
    transport: Transport,
    offers: Iterable[FormOffer],
    token: str,
    fetched: Callable[[int], None],
) -> None:
    """Every offered form is current afterwards; ``fetched`` is told after each. KnownError of
    the link, ``bad_content`` when bytes do not have their hash."""
    known = set(store.forms.versions())
    folder = store.folder / _FOLDER
    for offer in offers:
        if (offer.form_id, offer.version) not in known:
            xml = _fetch(transport, folder, offer.sha256, offer.size_bytes, token)
            media = {
                file.name: _fetch(transport, folder, file.sha256, file.size_bytes, token)
                for file in offer.media
            }
            store.forms.put(offer.form_id, offer.version, xml, media)
            _clear(folder)
            fetched(1)
        elif store.forms.current_version(offer.form_id) != offer.version:
            store.forms.put(
                offer.form_id, offer.version, *store.forms.get(offer.form_id, offer.version)
            )


def _fetch(transport: Transport, folder: Path, sha256: str, size_bytes: int, token: str) -> bytes:
    if not (len(sha256) == 64 and sha256.isalnum()):
        raise _bad_content(sha256[:64])
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / sha256
    start = path.stat().st_size if path.exists() else 0
    if start < size_bytes or not path.exists():
        with path.open("ab") as file:
            for block in transport.fetch(sha256, start, token):
                file.write(block)
                start += len(block)
                if start > size_bytes:
                    break
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        path.unlink()
        raise _bad_content(sha256)
    return data


def _clear(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _bad_content(sha256: str) -> KnownError:
    return KnownError(
        "bad_content",
        "A file of the questionnaire was damaged on the way. It will be loaded again.",
        sha256=sha256,
    )
