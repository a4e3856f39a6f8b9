"""``enumerator --selftest``: one whole case on this machine, in a folder that is gone afterwards.

The store is created and encrypted, a synthetic family comes in, the bundled questionnaire is
answered to its end, finalised, packed as a push packs it and receipted; then the store is opened
again. What is broken in an installation (a missing library, a file left out, a disk that does not
keep its word) shows here. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import zstandard
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from enumerator.clock import SystemChance, SystemClock
from enumerator.errors import KnownError
from enumerator.fieldwork import prelist
from enumerator.fieldwork.workspace import Workspace
from enumerator.model import Outcome
from enumerator.sample import QUESTIONNAIRE, REGIONS, sample_file
from enumerator.sample.population import RegisteredFamily, population
from enumerator.sample.respondent import Respondent, interview
from enumerator.store import Enrolment, Envelope, OfficerStore, PushResult, SealedEnvelope
from enumerator.store.envelope import canonical, chain_fault, is_signature_valid, open_envelope
from enumerator.store.feed import CaseBody, FamilyBody, FeedRow, MemberBody
from enumerator.store.folders import DATABASE_FILE
from enumerator.store.receipt import ReceiptPayload, sign_receipt
from enumerator.xform import MemoryMedia, Ref, load_form

_PASSPHRASE = "a passphrase for the selftest only"  # noqa: S105 -- of a store that is thrown away
_ACCOUNT = "selftest"
_LINEAGE = "selftest"


class _Server(NamedTuple):
    """The keys of a server that exists only here."""

    receipts: SigningKey
    sealing: PrivateKey
    device: SigningKey


def main(argv: Sequence[str]) -> int:
    """Exit status 0 when all is well. KnownError ``selftest_failed``, or whatever broke."""
    parser = argparse.ArgumentParser(
        prog="enumerator --selftest", description="Check that this installation works."
    )
    parser.parse_args(argv)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="enumerator-selftest-") as folder:
        figures = run(Path(folder))
    seconds = round(time.monotonic() - begun, 2)
    print(json.dumps({"ok": True, "python": platform.python_version(), **figures, "s": seconds}))
    return 0


def run(folder: Path) -> dict[str, int]:
    """The whole story below ``folder``; KnownError ``selftest_failed`` at the first fault."""
    server = _Server(SigningKey.generate(), PrivateKey.generate(), SigningKey.generate())
    registered = next(population(1))
    place = folder / "officer"
    clock, chance = SystemClock(), SystemChance()
    enrolment = _enrolment(server)
    with OfficerStore.create(place, _PASSPHRASE, enrolment, clock=clock, chance=chance) as store:
        _furnish(store, registered)
        answers = _interview(store, registered)
        batch = store.outbox.next_batch()
        packed = _pack(batch)
        _check_batch(packed, server)
        _receipt(store, batch, server)
    check_encrypted(place, registered)
    with OfficerStore.open(place, _PASSPHRASE, clock=clock, chance=chance) as store:
        _expect(store.outbox.summary().received == len(batch), "receipts outlive the program")
        _expect(store.is_database_ok(), "the database is whole")
    return {"answers": answers, "envelopes": len(batch), "push_bytes": len(packed)}


def _enrolment(server: _Server) -> Enrolment:
    return Enrolment(
        server="http://127.0.0.1",
        account_id=_ACCOUNT,
        role="officer",
        login=_ACCOUNT,
        device_id=_ACCOUNT,
        device_key=bytes(server.device),
        officer_key=bytes(SigningKey.generate()),
        server_receipt_key=bytes(server.receipts.verify_key),
        seal_key=bytes(server.sealing.public_key),
        lineage=_LINEAGE,
    )


def _furnish(store: OfficerStore, registered: RegisteredFamily) -> None:
    """Questionnaire and family, through the doors by which the server's come in."""
    xml, regions = sample_file(QUESTIONNAIRE), sample_file(REGIONS)
    form = load_form(xml, MemoryMedia({REGIONS: regions, **prelist.EMPTY}))
    store.forms.put(form.id, form.version, xml, {REGIONS: regions})
    family, members = registered.family, registered.members
    body = CaseBody(
        version=1,
        family=msgspec.convert(family, FamilyBody, from_attributes=True),
        members=[msgspec.convert(member, MemberBody, from_attributes=True) for member in members],
        officer_id=_ACCOUNT,
    )
    row = FeedRow(key=f"case:{family.id}", counter=1, body=canonical(body))
    _expect(store.inbox.apply_page(store.stream, [row], 1) == 1, "the family comes in")


def _interview(store: OfficerStore, registered: RegisteredFamily) -> int:
    """Answer everything and finalise; how many answers it took."""
    opened = Workspace(store).interviewing.start(registered.family.id)

    def answer(ref: Ref, value: str) -> None:
        opened.answer(ref, value)

    asked = interview(opened.session, Respondent(seed=1), answer)
    finalised = opened.finalise()
    _expect(finalised.outcome is Outcome.COMPLETED, "the interview is complete")
    instance = store.outbox.get(finalised.envelope_id).body
    head = registered.members[0].name.encode()
    _expect(head in instance, "the submission holds the family")
    return asked


def _pack(batch: Sequence[SealedEnvelope]) -> bytes:
    """As on the wire: MessagePack in a Zstandard frame."""
    encoded = msgspec.msgpack.encode({"envelopes": [envelope.wire() for envelope in batch]})
    return zstandard.ZstdCompressor().compress(encoded)


def _check_batch(packed: bytes, server: _Server) -> None:
    """As a server reads it: the chain is whole and every signature the device's."""
    encoded = zstandard.ZstdDecompressor().decompress(packed)
    wire = msgspec.msgpack.decode(encoded, type=dict[str, list[Envelope]])["envelopes"]
    arrived = [open_envelope(each.header, each.body, each.signature) for each in wire]
    kinds = [envelope.header.kind for envelope in arrived]
    _expect(kinds == ["visit", "interview"], "a visit and an interview are packed")
    _expect(chain_fault(arrived) is None, "the chain of envelopes is whole")
    device = bytes(server.device.verify_key)
    _expect(all(is_signature_valid(each, device) for each in arrived), "signatures hold")


def _receipt(store: OfficerStore, batch: Sequence[SealedEnvelope], server: _Server) -> None:
    results = []
    for point, envelope in enumerate(batch, start=1):
        payload = ReceiptPayload(
            receipt_no=str(point),
            envelope_id=envelope.id,
            envelope_hash=envelope.hash,
            status="stored",
            point=point,
            lineage=_LINEAGE,
            received_at=store.clock.now().isoformat(),
        )
        receipt = sign_receipt(payload, bytes(server.receipts))
        results.append(PushResult(envelope_id=envelope.id, status="stored", receipt=receipt))
    recorded = store.outbox.record_results(results)
    _expect(recorded.received == len(batch), "receipts end the laptop's custody")


def check_encrypted(place: Path, registered: RegisteredFamily) -> None:
    """No file of the officer's folder shows the family; KnownError ``selftest_failed``."""
    secrets = [text.encode() for text in (registered.family.head_name, registered.members[0].nik)]
    for path in place.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            readable = any(secret in content for secret in secrets)
            _expect(not readable, f"{path.name} is encrypted")
    header = (place / DATABASE_FILE).read_bytes()[:16]
    _expect(not header.startswith(b"SQLite"), "the database is encrypted")


def _expect(is_so: bool, what: str) -> None:
    if not is_so:
        raise KnownError(
            "selftest_failed",
            f"The selftest failed: not so that {what}. Install the program again; if it stays, "
            "report it with the log.",
        )
