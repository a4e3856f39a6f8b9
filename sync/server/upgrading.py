"""What a newer program understands: envelopes that an older one only held get their meaning."""

from __future__ import annotations

from enumerator.store.envelope import FORMAT
from sync.server import custody
from sync.server.applying import known_kinds
from sync.server.operation import Operation


def judge_held_again(operation: Operation) -> int:
    """At a server's start; how many envelopes have an effect now. Nothing is asked twice: what is
    understood is noted when all was judged. Signatures by keys that were registered when the
    program died are looked at every time; there are few."""
    with operation.store.reading() as transaction:
        before = transaction.fact("understands")
        devices = transaction.accounts.devices_with_former_keys()
    now = f"{FORMAT} {' '.join(known_kinds())}"
    judged = sum(custody.judge_signatures_again(operation, device) for device in devices)
    if before != now:
        judged += custody.judge_unknown_again(operation)
        with operation.store.writing() as transaction:
            transaction.set_fact("understands", now)
    return judged
