"""The sealed spool: each finished envelope once more as a file that only the office can open.

A second copy against a bad database page, the content of a USB bundle, and what survives a wipe
unreadable.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from nacl.public import PrivateKey, PublicKey, SealedBox

from enumerator.model import EnvelopeId
from enumerator.store.durable import write_durably
from enumerator.store.envelope import Envelope, SealedEnvelope, open_envelope

SUFFIX = ".sealed"
MEDIA_SUFFIX = ".media"


class Spool:
    """One file an envelope, named by its id; one a photo or sound, named by its hash."""

    def __init__(self, folder: Path, seal_key: bytes) -> None:
        self.folder = folder
        self._box = SealedBox(PublicKey(seal_key))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def path(self, envelope_id: EnvelopeId) -> Path:
        return self.folder / f"{envelope_id}{SUFFIX}"

    def ensure(self, envelope: SealedEnvelope) -> None:
        """Durably on disk when this returns; an existing whole file is left alone."""
        path = self.path(envelope.id)
        if not path.exists():
            self.renew(envelope)

    def renew(self, envelope: SealedEnvelope) -> None:
        """Over a file that may be damaged: only the office can tell."""
        write_durably(self.path(envelope.id), self.sealed(envelope))

    def sealed(self, envelope: SealedEnvelope) -> bytes:
        """What its file holds; sealed anew each time, it is another item each time."""
        sealed: bytes = self._box.encrypt(msgspec.msgpack.encode(envelope.wire()))
        return sealed

    def ids(self) -> frozenset[EnvelopeId]:
        return frozenset(
            EnvelopeId(path.name.removesuffix(SUFFIX)) for path in self.folder.glob(f"*{SUFFIX}")
        )

    def ensure_media(self, sha256: str, load: Callable[[], bytes | None]) -> None:
        """As :meth:`ensure`; nothing where there is no content to load."""
        content = None if self.media_path(sha256).exists() else load()
        if content is not None:
            write_durably(self.media_path(sha256), self.sealed_media(content))

    def media_names(self) -> frozenset[str]:
        """SHA-256 of every photo and sound that has its sealed file."""
        return frozenset(
            path.name.removesuffix(MEDIA_SUFFIX) for path in self.folder.glob(f"*{MEDIA_SUFFIX}")
        )

    def media_path(self, sha256: str) -> Path:
        return self.folder / f"{sha256}{MEDIA_SUFFIX}"

    def sealed_media(self, content: bytes) -> bytes:
        """As :meth:`sealed`."""
        sealed: bytes = self._box.encrypt(content)
        return sealed

    def sealed_files(self) -> Iterator[Path]:
        """Every file, for a bundle; uploading them needs no passphrase."""
        return iter(sorted(self.folder.glob(f"*{SUFFIX}")))


def open_sealed(data: bytes, office_private_key: bytes) -> SealedEnvelope:
    """Open one spool file at the office. ``nacl.exceptions.CryptoError`` or ValueError when it
    is not sealed to this office or torn."""
    wire = unsealed(data, office_private_key)
    return open_envelope(wire.header, wire.body, wire.signature)


def unsealed(data: bytes, office_private_key: bytes) -> Envelope:
    """As :func:`open_sealed`, with the header unread: it may be of a newer program."""
    box = SealedBox(PrivateKey(office_private_key))
    return msgspec.msgpack.decode(box.decrypt(data), type=Envelope)


def unsealed_media(data: bytes, office_private_key: bytes) -> bytes:
    """``nacl.exceptions.CryptoError`` when it is not sealed to this office or torn."""
    content: bytes = SealedBox(PrivateKey(office_private_key)).decrypt(data)
    return content
