"""One protocol, any carrier: whichever way the same envelopes come, the state is the same (I7)."""

from __future__ import annotations

import random
from pathlib import Path

import msgspec
import pytest
from nacl.public import PublicKey, SealedBox

from enumerator.store.answer import heard, item_hash
from enumerator.store.bundle import Entry, Index, Item, office_mark, read_answers, write_bundle
from enumerator.store.envelope import Envelope, read_header
from enumerator.store.receipt import PushResult
from sync.protocol import SealedItem
from sync.server import relaying
from sync.server.office.bundles import take_bundles
from tests.server.places import Place, family_id

ROUTES = ("http", "lan", "usb")


def work(place: Place) -> list[Envelope]:
    """Of two officers and their supervisor; with families that two of them interview."""
    one, two = place.one, place.two
    return [
        one.visit(1),
        one.interview(1, "SEBAGIAN", "first"),
        place.supervisor.reassign([1], two),
        two.visit(1),
        two.interview(1, "LENGKAP", "better"),
        one.interview(2, "LENGKAP", "only"),
        two.interview("BARU-0001", "LENGKAP", "found"),
        one.visit(3, "moved_out"),
        one.interview(7, "LENGKAP", "never assigned"),
        two.interview(4, "PINDAH", "gone"),
    ]


def carry(place: Place, route: str, envelope: Envelope, folder: Path) -> PushResult:
    """By its author's own session, over the supervisor's laptop, or on a stick."""
    if route == "http":
        author = {one.account_id: one for one in (place.one, place.two, place.supervisor)}
        return author[read_header(envelope.header).account_id].push_one(envelope)
    sealed = SealedBox(PublicKey(place.operation.keys.seal_public)).encrypt(
        msgspec.msgpack.encode(envelope)
    )
    if route == "lan":
        item = SealedItem(sealed=sealed)
        (answer,) = relaying.take(place.operation, place.supervisor.account, [item])
    else:
        entry = Entry(sha256=item_hash(sealed), size_bytes=len(sealed))
        index = Index(
            office=office_mark(place.operation.keys.seal_public),
            account_id="anybody",
            login="ppl-01",
            made_at="",
            entries=[entry],
        )
        path = folder / f"{entry.sha256.hex()}.bundle"
        write_bundle(path, index, [Item(entry, lambda: bytes(sealed))])
        take_bundles(place.operation, [path])
        (answer,) = read_answers(path.with_name(path.name + ".answer")).answers
    payload = heard(answer, place.operation.keys.receipt_public)
    assert payload is not None
    return payload.result


def state(place: Place) -> dict[str, object]:
    """What stands for each family, who has it, and what each envelope was judged to be."""
    families = [*(family_id(number) for number in range(1, 10)), "BARU-0001"]
    found: dict[str, object] = {}
    with place.operation.store.reading() as transaction:
        for family in families:
            case = transaction.cases.get(family)
            results = {one.envelope_id for one in transaction.cases.results(family)}
            visits = len(transaction.cases.visits(family))
            found[family] = (case is not None and case.officer_id, results, visits)
    for laptop in (place.one, place.two, place.supervisor):
        for family in families:
            body = laptop.case(family)
            if body is not None and body.result is not None:
                found[f"{laptop.login} {family}"] = (body.result.envelope_id, body.result.outcome)
    rows = place.rows("SELECT envelope_id, status, reason, account_id FROM envelope")
    found["envelopes"] = sorted(tuple(row) for row in rows)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_state_is_the_same_whichever_way_envelopes_come(place: Place, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 (a test's own)
    other_root = place.root / "other"
    other_root.mkdir()
    plain = Place(other_root)
    for envelope in work(plain):
        carry(plain, "http", envelope, other_root)

    sent: list[Envelope] = []
    for envelope in work(place):
        first = carry(place, chance.choice(ROUTES), envelope, place.root)
        sent.append(envelope)
        again = chance.choice(sent)
        repeated = carry(place, chance.choice(ROUTES), again, place.root)
        assert first.receipt is not None
        assert repeated.status == "duplicate"

    assert state(place) == state(plain)
    plain.operation.close()
