"""Carrying out a wipe that the office ordered: seal, send what the link takes, delete, tell.

Nothing depends on the link: what is not sent stays as sealed files, for the office to fetch.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from enumerator.errors import KnownError
from sync.client.connection import Transport
from sync.client.engine import push_only
from sync.protocol import PushReply, PushRequest

if TYPE_CHECKING:
    from enumerator.store import OfficerStore
    from enumerator.store.folders import WipeReceipt
    from enumerator.store.wiping import InstanceOf


def wipe(store: OfficerStore, instance_of: InstanceOf, transport: Transport | None) -> WipeReceipt:
    """The store is closed and gone afterwards. Nobody may be working in it. ``instance_of``: a
    draft's answers as XML. KnownError ``not_ordered``, ``disk_full``: nothing was deleted."""
    from enumerator.store.wiping import finish

    store.wiping.seal_all(instance_of)
    token = "" if transport is None else push_only(store, transport)
    receipt, last = store.wiping.begin()
    store.close()
    finish(store.folder)
    if transport is not None and token:
        # When it fails: the file beside the sealed ones says the same.
        with contextlib.suppress(KnownError):
            transport.call("/v1/push", PushRequest(envelopes=[last.wire()]), PushReply, token)
    return receipt
