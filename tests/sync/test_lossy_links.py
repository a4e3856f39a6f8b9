"""Links that lose, repeat, damage and lie: nothing is lost, nothing counts twice."""

from __future__ import annotations

from random import Random

import msgspec
import pytest
from nacl.signing import SigningKey

from enumerator.errors import KnownError
from enumerator.store.receipt import Receipt
from sync.client.engine import sync_once
from sync.client.transport import HttpTransport
from sync.protocol import (
    HealthReply,
    PullReply,
    PullRequest,
    PushReply,
    PushRequest,
    PushResult,
)
from sync.server import pulling
from tests.helpers.field import FieldOperation, Laptop, family_id
from tests.sync import strangers
from tests.sync.strangers import Lossy, no_connection


def _waiting(laptop: Laptop) -> int:
    return laptop.store.outbox.pending().count


def _contents(operation: FieldOperation) -> dict[str, list[tuple[object, ...]]]:
    """Rows that mean something: all but the last contact's moment."""
    rows = operation.dump()
    rows["account"] = [row[:6] + row[7:] for row in rows["account"]]
    return rows


def test_nothing_changes_at_the_server_when_a_reply_is_lost_and_all_is_sent_again(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    laptop.visit(2)

    def lose(path: str, reply: object) -> object:
        if path == "/v1/push":
            raise no_connection()
        return reply

    def dead(path: str, _message: object) -> None:
        if path == "/v1/health":
            raise no_connection()

    report = sync_once(laptop.store, Lossy(laptop.transport, before=dead, after=lose))
    assert report.failed is not None
    assert (report.failed.code, report.receipts) == ("no_connection", 0)
    assert _waiting(laptop) == 3
    after_loss = _contents(operation)

    report = laptop.sync()

    assert report.receipts == 3
    assert _waiting(laptop) == 0
    assert _contents(operation) == after_loss


def test_replayed_session_changes_no_row_at_the_server(operation: FieldOperation) -> None:
    """Every request of a session, sent once more, byte for byte."""
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    laptop.visit(2)
    sent: list[tuple[str, msgspec.Struct, str]] = []

    class Recording(Lossy):
        def call(self, path, request, reply, token=""):  # type: ignore[no-untyped-def]
            sent.append((path, request, token))
            return super().call(path, request, reply, token)

    assert sync_once(laptop.store, Recording(laptop.transport)).failed is None
    before = operation.dump()
    assert {path for path, _, _ in sent} == {
        "/v1/challenge",
        "/v1/hello",
        "/v1/push",
        "/v1/pull",
    }

    for _ in range(2):
        for path, request, token in sent:
            if path == "/v1/hello":
                with pytest.raises(KnownError, match="already used"):
                    laptop.transport.call(path, request, dict[str, object], token)
            else:
                laptop.transport.call(path, request, dict[str, object], token)

    assert operation.dump() == before


@pytest.mark.parametrize("step", ["/v1/challenge", "/v1/hello", "/v1/push", "/v1/pull"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_session_goes_on_where_it_was_cut(operation: FieldOperation, step: str, when: str) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    cuts = iter([True])

    def cut(path: str) -> None:
        if path == step and next(cuts, False):
            raise no_connection()

    def cut_before(path: str, _message: object) -> None:
        if when == "before":
            cut(path)
        if path == "/v1/health":
            raise no_connection()

    def cut_after(path: str, reply: object) -> object:
        if when == "after":
            cut(path)
        return reply

    report = sync_once(laptop.store, Lossy(laptop.transport, cut_before, cut_after))
    assert report.failed is not None
    laptop.sync()

    assert _waiting(laptop) == 0
    assert laptop.state_of(1) == "received"
    assert len(operation.dump()["envelope"]) == 2


_ANSWERS = [
    ("HTML", "captive_portal"),
    ("REDIRECT", "captive_portal"),
    ("NETWORK_LOGIN", "captive_portal"),
    ("LIAR", "bad_reply"),
    ("JSON_LIAR", "bad_reply"),
    ("TRUNCATED_GZIP", "bad_reply"),
    ("TRUNCATED_ZSTD", "bad_reply"),
    ("CUT_OFF", "no_connection"),
    ("BAD_GATEWAY", "server_busy"),
    ("UNAVAILABLE", "server_busy"),
    ("GARBAGE", "no_connection"),
    ("HANG_UP", "no_connection"),
]


@pytest.mark.parametrize(("answer", "code"), _ANSWERS)
def test_stranger_in_the_servers_place_is_noticed_and_costs_nothing(
    operation: FieldOperation, answer: str, code: str
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    envelope = laptop.interview(1)
    before = laptop.families()

    with strangers.stranger(getattr(strangers, answer)) as address:
        report = sync_once(laptop.store, operation.transport(address))

    assert report.failed is not None
    assert report.failed.code == code
    assert (report.receipts, _waiting(laptop)) == (0, 2)
    assert laptop.store.outbox.get(envelope.id).body == envelope.body
    assert laptop.families() == before
    assert laptop.sync().receipts == 2


@pytest.mark.parametrize("answer", ["HTML", "REDIRECT", "LIAR", "TRUNCATED_GZIP", "CUT_OFF"])
def test_push_answered_by_a_stranger_leaves_everything_waiting(
    operation: FieldOperation, answer: str
) -> None:
    """The portal comes up in mid-session, after the hello."""
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.interview(1)
    with strangers.stranger(getattr(strangers, answer)) as address:
        bad = operation.transport(address)

        class Switched(Lossy):
            def call(self, path, request, reply, token=""):  # type: ignore[no-untyped-def]
                real = bad if path == "/v1/push" else self.real
                return real.call(path, request, reply, token)

            def probe(self, nonce):  # type: ignore[no-untyped-def]
                return bad.probe(nonce)

        report = sync_once(laptop.store, Switched(laptop.transport))

    assert report.failed is not None
    assert (report.receipts, _waiting(laptop)) == (0, 2)
    assert laptop.sync().receipts == 2


def test_nobody_listening_is_a_normal_state(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)

    report = sync_once(laptop.store, operation.transport("http://127.0.0.1:9"))

    assert report.failed is not None
    assert report.failed.code == "no_connection"
    assert _waiting(laptop) == 1


def test_stalled_link_ends_in_bounded_time(operation: FieldOperation) -> None:
    from sync.client.transport import HttpTransport

    laptop = operation.laptop("ppl-01")
    with strangers.stranger(b"", silent_s=30) as address:
        transport = HttpTransport(address, stall_s=0.5, connect_s=0.5)
        report = sync_once(laptop.store, transport)
        transport.close()

    assert report.failed is not None
    assert report.failed.code == "no_connection"
    assert report.seconds < 5


def _forged(result: PushResult, how: str) -> PushResult:
    receipt = result.receipt
    assert receipt is not None
    if how == "other key":
        seed = SigningKey(b"f" * 32)
        receipt = Receipt(receipt.payload, seed.sign(receipt.payload).signature)
    elif how == "no signature":
        receipt = Receipt(receipt.payload, b"")
    elif how == "altered":
        receipt = Receipt(receipt.payload.replace(b"stored", b"storec"), receipt.signature)
    else:
        return msgspec.structs.replace(result, receipt=None)
    return msgspec.structs.replace(result, receipt=receipt)


@pytest.mark.parametrize("how", ["other key", "no signature", "altered", "none"])
def test_forged_receipt_ends_no_custody(operation: FieldOperation, how: str) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)

    def forge(_path: str, reply: object) -> object:
        if isinstance(reply, PushReply):
            return PushReply(results=[_forged(result, how) for result in reply.results])
        return reply

    report = sync_once(laptop.store, Lossy(laptop.transport, after=forge))

    assert report.failed is not None
    assert (report.failed.code, report.receipts) == ("bad_receipt", 0)
    assert _waiting(laptop) == 1
    assert laptop.sync().receipts == 1


def test_swapped_receipts_end_no_custody(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)
    laptop.visit(2)

    def swap(_path: str, reply: object) -> object:
        if not isinstance(reply, PushReply):
            return reply
        one, two = reply.results
        return PushReply(
            results=[
                msgspec.structs.replace(one, receipt=two.receipt),
                msgspec.structs.replace(two, receipt=one.receipt),
            ]
        )

    report = sync_once(laptop.store, Lossy(laptop.transport, after=swap))

    assert report.receipts == 0
    assert _waiting(laptop) == 2


def test_one_poisonous_envelope_does_not_hold_back_the_rest(operation: FieldOperation) -> None:
    """Something between laptop and server hangs up on one envelope, whoever travels with it."""
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    poison = [laptop.visit(1 + number % 3) for number in range(9)][4]

    def hang_up(_path: str, message: object) -> None:
        if isinstance(message, PushRequest) and any(
            envelope.header == poison.header_bytes for envelope in message.envelopes
        ):
            raise no_connection()

    report = sync_once(laptop.store, Lossy(laptop.transport, before=hang_up))

    assert (report.failed, report.receipts, report.set_aside) == (None, 8, 1)
    assert [line.envelope_id for line in laptop.store.outbox.all_waiting()] == [poison.id]
    laptop.store.outbox.retry_set_aside()
    assert laptop.sync().receipts == 1


def test_broken_server_sets_nothing_aside_at_the_first_try(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    for number in (1, 2, 3):
        laptop.visit(number)

    def fail(path: str, _message: object) -> None:
        if path == "/v1/push":
            raise KnownError("server_fault", "down")

    report = sync_once(laptop.store, Lossy(laptop.transport, before=fail))

    assert report.failed is not None
    assert report.failed.code == "server_fault"
    assert laptop.sync().receipts == 3


def test_session_that_runs_out_is_opened_again(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)
    expiries = iter([True])

    def expire(path: str, _message: object) -> None:
        if path == "/v1/push" and next(expiries, False):
            raise KnownError("session_expired", "late")

    transport = Lossy(laptop.transport, before=expire)
    report = sync_once(laptop.store, transport)

    assert (report.failed, report.receipts) == (None, 1)
    assert transport.calls.count("/v1/hello") == 2


def _digest_at_server(operation: FieldOperation, laptop: Laptop) -> bytes | None:
    served = operation.server.operation
    with served.store.reading() as transaction:
        account = transaction.accounts.get(laptop.account_id)
    assert account is not None
    return pulling.pull(served, account, PullRequest(cursor=10**9)).digest


def test_list_heals_when_it_differs_from_the_servers(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)
    with laptop.store._connections.writing() as db:
        damaged, lost = f"case:{family_id(2)}", f"case:{family_id(3)}"
        db.execute("UPDATE feed_row SET body_sha256 = x'00' WHERE key = ?", [damaged])
        db.execute("DELETE FROM feed_row WHERE key = ?", [lost])

    laptop.sync()

    held = laptop.store.inbox.digest(laptop.store.stream)
    assert held == _digest_at_server(operation, laptop)
    assert laptop.families() == {family_id(1), family_id(2), family_id(3)}
    report = laptop.sync()
    assert report.rows_pulled == 0
    assert laptop.store.inbox.digest(laptop.store.stream) == held


def test_list_stays_as_it_was_when_the_server_cannot_agree_with_itself(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    before = laptop.families()

    def lie(_path: str, reply: object) -> object:
        if isinstance(reply, PullReply):
            return msgspec.structs.replace(reply, digest=b"x" * 32, rows=[])
        return reply

    report = sync_once(laptop.store, Lossy(laptop.transport, after=lie))

    assert report.failed is not None
    assert report.failed.code == "feed_mismatch"
    assert laptop.families() == before


def test_cancelled_session_stops_and_loses_nothing(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)
    calls = iter(range(100))

    report = sync_once(laptop.store, laptop.transport, cancelled=lambda: next(calls) > 6)

    assert report.failed is not None
    assert report.failed.code == "cancelled"
    laptop.sync()
    assert _waiting(laptop) == 0


class _ThinLink(HttpTransport):
    """Dies for the rest of the attempt after so many bytes up."""

    budget_bytes = 32 * 1024
    _sent = 0

    @property
    def bytes_up(self) -> int:
        return self._sent

    @bytes_up.setter
    def bytes_up(self, value: int) -> None:
        self._sent = value
        self._pass_or_die()

    def probe(self, nonce: str) -> HealthReply:
        self._pass_or_die()
        return super().probe(nonce)

    def _pass_or_die(self) -> None:
        if self._sent > self.budget_bytes:
            raise no_connection()


def test_link_that_passes_32_kilobytes_an_attempt_drains_the_queue(
    operation: FieldOperation,
) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    noise = Random(1)  # noqa: S311 (noise, so that compression does not help)
    for _ in range(12):
        laptop.interview(1, text=noise.randbytes(6000).hex())
    attempts = 0

    while _waiting(laptop):
        attempts += 1
        transport = _ThinLink(operation.server.address, stall_s=5, connect_s=5)
        sync_once(laptop.store, transport)
        transport.close()
        assert attempts < 30

    assert laptop.store.outbox.summary().rejected == 0
    assert attempts > 2
