"""Which photos and sounds an envelope names: what it says of them is a laptop's word."""

from __future__ import annotations

import re
from collections.abc import Sequence

from enumerator.store.envelope import read_header
from sync.server.store import Store

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOST = 1000
_BATCH = 500
_DONE = "media_named"


def names_in(media: Sequence[str]) -> list[str]:
    """What can be a name, each once; a header may hold anything."""
    found = dict.fromkeys(name for name in media[:_MOST] if _SHA256.fullmatch(name))
    return list(found)


def name_older(store: Store) -> None:
    """Once for each operation: of envelopes that came before the server took media."""
    with store.reading() as transaction:
        if transaction.fact(_DONE) is not None:
            return
    above = 0
    while True:
        with store.writing() as transaction:
            rows = transaction.envelopes.headers(above, _BATCH)
            for number, header in rows:
                transaction.media.name(number, _names_of(header))
            if not rows:
                transaction.set_fact(_DONE, 1)
                return
        above = rows[-1][0]


def _names_of(header: bytes) -> list[str]:
    try:
        return names_in(read_header(header).media)
    except (ValueError, RecursionError):
        return []
