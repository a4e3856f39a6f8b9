"""Nobody between laptop and server can play a restored server or call work safe."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from enumerator.store.envelope import canonical
from enumerator.store.outbox import Outbox
from sync.client.engine import sync_once
from sync.protocol import FormOffer, HelloFacts, HelloReply
from tests.helpers.field import FieldOperation, Laptop
from tests.helpers.server import office, start_server
from tests.sync.strangers import Lossy

Change = Callable[[HelloReply], HelloReply]


def _between(laptop: Laptop, change: Change) -> Lossy:
    """A proxy that hands on every hello's reply changed."""

    def after(path: str, reply: object) -> object:
        return change(reply) if path == "/v1/hello" and isinstance(reply, HelloReply) else reply

    return Lossy(laptop.transport, after=after)


def _facts(**changes: object) -> Change:
    def change(reply: HelloReply) -> HelloReply:
        facts = msgspec.msgpack.decode(reply.facts, type=HelloFacts)
        changed = msgspec.structs.replace(facts, **changes)
        return msgspec.structs.replace(reply, facts=canonical(changed))

    return change


def _unsigned(**changes: object) -> Change:
    """As a server before protocol 2 answers."""

    def change(reply: HelloReply) -> HelloReply:
        return msgspec.structs.replace(reply, facts=b"", signature=b"", **changes)

    return change


def _worked(operation: FieldOperation) -> Laptop:
    """A laptop whose interview was received by the server."""
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    laptop.sync()
    return laptop


def _custodies(laptop: Laptop) -> tuple[int, int, int]:
    summary = laptop.store.outbox.summary()
    return summary.waiting, summary.received, summary.safe


@pytest.mark.parametrize(
    "changes",
    [
        {"safe_point": 10_000},
        {"lineage": "another"},
        {"verdict": "behind", "common_sequence": 0},
        {"policy": {"lease_days": 9_999}},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_hello_is_refused_when_a_fact_was_changed(
    operation: FieldOperation, changes: dict[str, object]
) -> None:
    laptop = _worked(operation)

    report = sync_once(laptop.store, _between(laptop, _facts(**changes)))

    assert report.failed is not None
    assert report.failed.code == "bad_reply"
    assert _custodies(laptop) == (0, 2, 0)


def test_hello_is_refused_when_it_is_an_answer_to_an_earlier_one(
    operation: FieldOperation,
) -> None:
    laptop = _worked(operation)
    heard: list[HelloReply] = []

    def first(reply: HelloReply) -> HelloReply:
        heard.append(reply)
        return heard[0]

    proxy = _between(laptop, first)
    laptop.sync(proxy)

    report = sync_once(laptop.store, proxy)

    assert report.failed is not None
    assert report.failed.code == "bad_reply"


def test_hello_is_refused_when_it_was_meant_for_another_laptop(operation: FieldOperation) -> None:
    one, two = operation.laptop("ppl-01"), operation.laptop("ppl-02")
    heard: list[HelloReply] = []

    def listen(reply: HelloReply) -> HelloReply:
        heard.append(reply)
        return reply

    two.sync(_between(two, listen))

    report = sync_once(one.store, _between(one, lambda _: heard[0]))

    assert report.failed is not None
    assert report.failed.code == "bad_reply"


def test_unsigned_safe_point_ends_no_custody(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    old = _between(laptop, _unsigned(safe_point=10_000))
    laptop.sync(old)
    laptop.interview(1)

    laptop.sync(old)
    laptop.sync(old)

    assert _custodies(laptop) == (0, 2, 0)


def test_older_server_that_was_restored_is_sent_everything_again(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    old = _between(laptop, _unsigned())
    laptop.sync(old)
    laptop.interview(1)
    laptop.sync(old)
    restored = _unsigned(lineage="another", verdict="behind", common_sequence=0)
    sent_before = laptop.store.outbox.summary().received

    sync_once(laptop.store, _between(laptop, restored))

    assert (sent_before, _custodies(laptop)) == (2, (2, 0, 0))


def test_signature_cut_off_does_not_make_a_restored_server(operation: FieldOperation) -> None:
    laptop = _worked(operation)
    faked = _unsigned(lineage="another", verdict="behind", common_sequence=0, safe_point=10_000)

    laptop.interview(2)
    report = laptop.sync(_between(laptop, faked))

    assert report.receipts == 2
    assert _custodies(laptop) == (0, 4, 0)
    assert laptop.store.settings.lineage() == laptop.store.enrolment.lineage


def test_signed_safe_point_counts(operation: FieldOperation) -> None:
    laptop = _worked(operation)
    office(operation.folder, "backup", "--out", operation.root / "backup")

    laptop.sync()

    assert _custodies(laptop) == (0, 0, 2)


def test_restored_server_is_sent_safe_work_when_the_program_died_in_the_hello(
    operation: FieldOperation, monkeypatch: pytest.MonkeyPatch
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    office(operation.folder, "backup", "--out", operation.root / "older")
    laptop.interview(1)
    laptop.sync()
    office(operation.folder, "backup", "--out", operation.root / "newer")
    laptop.sync()
    assert laptop.store.outbox.summary().safe == 2
    operation.server.stop()

    def die(_outbox: Outbox, _common_sequence: int) -> int:
        raise KeyboardInterrupt

    with start_server(operation.root / "older") as restored:
        transport = operation.transport(restored.address)
        with monkeypatch.context() as patch:
            patch.setattr(Outbox, "server_went_back", die)
            with pytest.raises(KeyboardInterrupt):
                sync_once(laptop.store, transport)
        report = sync_once(laptop.store, transport)

    assert (report.failed, report.pushed) == (None, 2)


def _offering(form: FormOffer) -> Change:
    return lambda reply: msgspec.structs.replace(reply, forms=[*reply.forms, form])


def _without_signature(form: FormOffer) -> Change:
    return _unsigned(forms=[form])


@pytest.mark.parametrize(
    ("make", "code"),
    [(_offering, "bad_reply"), (_without_signature, "")],
    ids=["added", "signature cut off"],
)
def test_questionnaire_that_the_server_does_not_vouch_for_is_not_fetched(
    operation: FieldOperation, make: Callable[[FormOffer], Change], code: str
) -> None:
    laptop = _worked(operation)
    form = FormOffer(form_id="sp2020_c1", version="9", sha256="ab" * 32, size_bytes=10)

    report = sync_once(laptop.store, _between(laptop, make(form)))

    assert (report.failed.code if report.failed else "") == code
    assert laptop.store.forms.versions() == ()
