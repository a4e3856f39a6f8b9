"""A supervisor's laptop helps officers send: over real sockets, good, bad and hostile."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import msgspec
import pytest
from nacl.public import PublicKey, SealedBox

from enumerator.clock import SystemChance
from enumerator.errors import KnownError
from enumerator.model import Custody
from enumerator.store.relay_receipt import RelayReceipt
from enumerator.store.shelf import MAX_ITEM_BYTES
from sync.client.engine import sync_once
from sync.protocol import SealedItem, pack
from sync.relay import desk as relay_desk
from sync.relay.finding import find_relays
from sync.relay.handing import HandOver, find_and_hand_over
from sync.relay.link import RelayLink
from sync.relay.messages import (
    Collect,
    Collected,
    Deposit,
    Deposited,
    Enter,
    Entered,
    new_code,
    plain_code,
)
from sync.relay.serving import RelayServer
from tests.helpers.field import FieldOperation, Laptop
from tests.helpers.server import office, start_server


@pytest.fixture
def laptop(operation: FieldOperation) -> Laptop:
    """ppl-01's, with three envelopes that were never sent."""
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)
    laptop.interview(2)
    return laptop


@pytest.fixture
def supervisor(operation: FieldOperation) -> Laptop:
    return operation.laptop("pml-01")


@contextmanager
def relaying(supervisor: Laptop) -> Iterator[RelayServer]:
    server = RelayServer(supervisor.store, host="127.0.0.1", port=0)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def relay(supervisor: Laptop) -> Iterator[RelayServer]:
    with relaying(supervisor) as server:
        yield server


def give(laptop: Laptop, relay: RelayServer, *, port: int = 0, code: str = "") -> HandOver:
    return find_and_hand_over(
        laptop.store, code or relay.code, address=f"127.0.0.1:{port or relay.port}"
    )


def why_not(laptop: Laptop, relay: RelayServer, port: int) -> str:
    """The code of what ended the visit; empty when nothing did."""
    try:
        failed = give(laptop, relay, port=port).failed
    except KnownError as error:
        return error.code
    return "" if failed is None else failed.code


def link_to(relay: RelayServer, code: str = "") -> RelayLink:
    link = RelayLink(f"127.0.0.1:{relay.port}", code or relay.code, SystemChance(), stall_s=10)
    link.greet()
    return link


def places(laptop: Laptop) -> list[Custody]:
    return [
        line.custody
        for number in range(1, 7)
        for line in laptop.store.outbox.of_family(f"6300-{number:04d}")  # type: ignore[arg-type]
    ]


# ---------------------------------------------------------------------- the whole way


def test_work_goes_over_the_supervisor_and_receipts_come_back_the_same_way(
    operation: FieldOperation, laptop: Laptop, supervisor: Laptop, relay: RelayServer
) -> None:
    first = give(laptop, relay)
    carried = places(laptop)
    again = give(laptop, relay)

    report = supervisor.sync()
    last = give(laptop, relay)

    assert (first.login, first.given, first.received) == ("pml-01", 3, 0)
    assert carried == [Custody.RELAYED] * 3
    assert (again.given, again.lost) == (0, 0)
    assert report.forwarded == 3
    assert (last.given, last.received) == (0, 3)
    assert places(laptop) == [Custody.RECEIVED] * 3
    assert office(operation.folder, "status").facts["visits"] == 2


def test_carried_work_is_sent_on_when_the_carriers_account_was_closed(
    operation: FieldOperation, laptop: Laptop, supervisor: Laptop, relay: RelayServer
) -> None:
    give(laptop, relay)
    office(operation.folder, "revoke", "--login", "pml-01")

    report = sync_once(supervisor.store, supervisor.transport)

    assert report.failed is not None
    assert (report.failed.code, report.forwarded) == ("revoked", 3)


def test_relay_receipt_ends_no_custody(
    laptop: Laptop, supervisor: Laptop, relay: RelayServer
) -> None:
    give(laptop, relay)

    report = laptop.sync()  # the connection came back before the supervisor's

    assert (report.pushed, report.receipts) == (3, 3)
    assert places(laptop) == [Custody.RECEIVED] * 3
    supervisor.sync()
    assert give(laptop, relay).failed is None
    assert places(laptop) == [Custody.RECEIVED] * 3


def test_relayed_work_is_counted_apart_and_not_as_received(
    laptop: Laptop, relay: RelayServer
) -> None:
    give(laptop, relay)
    laptop.visit(3)

    summary = laptop.store.outbox.summary()

    assert (summary.waiting, summary.relayed, summary.received) == (1, 3, 0)
    assert summary.unreceived == laptop.store.outbox.pending().count == 4
    (line,) = laptop.store.outbox.of_family("6300-0001")  # type: ignore[arg-type]
    assert (line.relay_login, line.receipt_no) == ("pml-01", None)


def test_photos_go_over_the_relay_too(
    operation: FieldOperation, laptop: Laptop, supervisor: Laptop, relay: RelayServer
) -> None:
    laptop.interview(3, photos=[b"isi foto" * 5000])
    give(laptop, relay)
    shown = laptop.store.whereabouts.totals()

    report = supervisor.sync()
    done = give(laptop, relay)

    assert (shown.relayed, shown.received, shown.media_waiting) == (5, 0, 1)
    assert (report.forwarded, done.failed) == (6, None)
    totals = laptop.store.whereabouts.totals()
    assert (totals.received, totals.media_waiting) == (5, 0)
    assert office(operation.folder, "status").facts["interviews_without_media"] == 0


def test_photo_too_large_for_a_relay_keeps_no_other_back(
    laptop: Laptop, supervisor: Laptop, relay: RelayServer
) -> None:
    laptop.interview(3, photos=[bytes(MAX_ITEM_BYTES)])
    laptop.interview(1, photos=[b"isi foto" * 5000])

    handed = give(laptop, relay)

    assert handed.failed is None
    kinds = [one.entry.kind for one in supervisor.store.shelf.items()]
    assert kinds.count("media") == 1


def test_relay_reads_nothing(laptop: Laptop, supervisor: Laptop, relay: RelayServer) -> None:
    laptop.interview(3, text="rahasia keluarga")
    give(laptop, relay)

    sealed = b"".join(one.sealed for one in supervisor.store.shelf.next_batch(64, 10**7))

    for plain in (b"rahasia", b"catatan", b"6300-0003", b"ppl-01", laptop.account_id.encode()):
        assert plain not in sealed


def test_shelf_outlives_the_supervisors_program(
    operation: FieldOperation, laptop: Laptop, supervisor: Laptop
) -> None:
    from enumerator.store import OfficerStore
    from tests.helpers.field import PASSPHRASE

    with relaying(supervisor) as relay:
        give(laptop, relay)
    folder, clock, chance = supervisor.store.folder, supervisor.store.clock, supervisor.store.chance
    supervisor.store.close()
    supervisor.store = OfficerStore.open(folder, PASSPHRASE, clock=clock, chance=chance)
    operation.closing.callback(supervisor.store.close)

    assert supervisor.sync().forwarded == 3
    with relaying(supervisor) as relay:
        assert give(laptop, relay).received == 3


# ---------------------------------------------------------------------- never better than true


def test_work_is_back_on_the_laptop_when_the_relay_lost_it(
    laptop: Laptop, supervisor: Laptop, relay: RelayServer
) -> None:
    give(laptop, relay)
    with supervisor.store._connections.writing() as db:  # its disk died
        db.execute("DELETE FROM relay_item")

    done = give(laptop, relay)

    assert (done.lost, done.given) == (3, 3)
    with supervisor.store._connections.writing() as db:
        db.execute("DELETE FROM relay_item")
    link = link_to(relay)
    items = [item.entry.sha256 for item in laptop.store.carriage.gather().items]
    assert laptop.store.carriage.forget_relayed(items, link.relay_key) == 3
    assert places(laptop) == [Custody.LAPTOP] * 3
    link.close()


def test_relay_of_another_supervisor_says_nothing_of_the_first(
    operation: FieldOperation, laptop: Laptop, relay: RelayServer
) -> None:
    operation.add_supervisor("pml-02")
    give(laptop, relay)
    with relaying(operation.laptop("pml-02")) as other:
        done = give(laptop, other)

    assert (done.lost, done.given) == (0, 3)
    (line,) = laptop.store.outbox.of_family("6300-0001")  # type: ignore[arg-type]
    assert line.relay_login == "pml-01"


def test_restored_server_puts_relayed_and_received_work_back_to_waiting(
    operation: FieldOperation,
    laptop: Laptop,
    supervisor: Laptop,
    relay: RelayServer,
    tmp_path: Path,
) -> None:
    office(operation.folder, "backup", "--out", tmp_path / "backup")
    give(laptop, relay)
    supervisor.sync()
    give(laptop, relay)
    operation.server.stop()
    with start_server(tmp_path / "backup") as restored:
        transport = operation.transport(restored.address)
        supervisor.sync(transport)
        laptop.store.note_server(
            lineage=restored.operation.lineage,
            safe_point=0,
            server_time=restored.operation.clock.now(),
        )
        assert places(laptop) == [Custody.LAPTOP] * 3

        again = give(laptop, relay)
        report = supervisor.sync(transport)
        last = give(laptop, relay)

    assert (again.received, again.given, report.forwarded) == (0, 3, 3)
    assert (last.received, places(laptop)) == (3, [Custody.RECEIVED] * 3)


def test_relay_that_lies_changes_nothing_but_where_a_copy_is_said_to_be(
    laptop: Laptop, supervisor: Laptop, relay: RelayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It signs for what it throws away, and makes up answers of the server."""
    from enumerator.store.answer import AnswerPayload, sign_answer
    from enumerator.store.receipt import PushResult, ReceiptPayload, sign_receipt

    def lie(one: relay_desk.RelayDesk, request: Collect) -> Collected:
        own_key = supervisor.store.enrolment.officer_key
        answers = []
        for envelope in laptop.store.outbox.next_batch():
            lineage = laptop.store.settings.lineage()
            payload = ReceiptPayload(
                receipt_no="X-1",
                envelope_id=envelope.id,
                envelope_hash=envelope.hash,
                status="stored",
                point=1,
                lineage=lineage,
                received_at="2030-01-01T00:00:00+00:00",
            )
            result = PushResult(
                envelope_id=envelope.id, status="stored", receipt=sign_receipt(payload, own_key)
            )
            answer = AnswerPayload(
                item=request.items[0],
                result=result,
                lineage=lineage,
                safe_point=10**9,
                server_time="2030-01-01T00:00:00+00:00",
            )
            answers.append(sign_answer(answer, own_key))
        return Collected(answers=answers, carried=[one._receipt(i) for i in request.items])

    monkeypatch.setattr(relay_desk.RelayDesk, "_collect", lie)
    done = give(laptop, relay)

    assert (done.received, places(laptop)) == (0, [Custody.RELAYED] * 3)
    assert laptop.store.settings.safe_point() == 0
    assert laptop.sync().receipts == 3


def test_relay_receipt_of_somebody_else_counts_nothing(laptop: Laptop, relay: RelayServer) -> None:
    items = [item.entry.sha256 for item in laptop.store.carriage.gather().items]
    link = link_to(relay)
    taken = link.ask(
        "/deposit",
        Deposit(
            items=[SealedItem(sealed=item.load()) for item in laptop.store.carriage.gather().items]
        ),
        Deposited,
    )
    link.close()
    other_key = bytes(32)
    forged = [RelayReceipt(receipt.payload, bytes(64)) for receipt in taken.receipts]

    assert laptop.store.carriage.record_relayed(taken.receipts, other_key) == set()
    assert laptop.store.carriage.record_relayed(forged, link.relay_key) == set()
    assert places(laptop) == [Custody.LAPTOP] * 3
    assert laptop.store.carriage.record_relayed(taken.receipts, link.relay_key) == set(items)


# ---------------------------------------------------------------------- the code


def test_wrong_code_gets_nothing_and_soon_no_more_tries(
    laptop: Laptop, supervisor: Laptop, relay: RelayServer
) -> None:
    codes = []
    for _ in range(relay_desk.WRONG_PROOFS + 1):
        with pytest.raises(KnownError) as caught:
            give(laptop, relay, code="2222-2222")
        codes.append(caught.value.code)

    assert codes == ["wrong_code"] * relay_desk.WRONG_PROOFS + ["slow_down"]
    assert supervisor.store.shelf.summary().waiting == 0
    with pytest.raises(KnownError, match="Wait a minute"):
        give(laptop, relay)


def test_impostor_without_the_code_is_noticed(
    laptop: Laptop, operation: FieldOperation, relay: RelayServer
) -> None:
    """It takes the supervisor's place in the network and says yes to everything."""

    class Impostor(relay_desk.RelayDesk):
        def _admit(self, *_: object) -> bytes:
            return bytes(32)

    operation.add_supervisor("pml-02")
    stranger = operation.laptop("pml-02")
    server = RelayServer(stranger.store, host="127.0.0.1", port=0)
    server._http.desk = Impostor(stranger.store, "3333-3333")
    server.start()
    try:
        with pytest.raises(KnownError) as caught:
            give(laptop, relay, port=server.port)
    finally:
        server.stop()
    assert caught.value.code == "wrong_relay"
    assert places(laptop) == [Custody.LAPTOP] * 3


def test_code_is_read_as_it_is_meant() -> None:
    code = new_code(SystemChance())

    assert plain_code(code.lower().replace("-", " ")) == plain_code(code)
    assert len(plain_code(code)) == 8
    assert plain_code("12345") == plain_code("ABCD-EFGI") == ""


def test_visit_without_proof_is_told_nothing(laptop: Laptop, relay: RelayServer) -> None:
    give(laptop, relay)
    items = [item.entry.sha256 for item in laptop.store.carriage.gather().items]
    link = link_to(relay)
    link._key = bytes(32)

    with pytest.raises(KnownError) as caught:
        link.ask("/collect", Collect(items=items), Collected)

    assert caught.value.code == "wrong_code"
    link.close()


# ---------------------------------------------------------------------- floods and rubbish


@pytest.mark.parametrize(
    ("path", "headers", "body", "status"),
    [
        ("/greet", {}, b"\xc1", 400),
        ("/enter", {}, b"\x80", 403),
        ("/enter", {"X-Enumerator-Visit": "zz"}, b"\x80", 403),
        ("/deposit", {"X-Enumerator-Visit": "00" * 300}, b"\x80", 403),
        ("/../etc/passwd", {}, b"", 403),
    ],
)
def test_stranger_gets_an_error_and_nothing_else(
    relay: RelayServer, path: str, headers: dict[str, str], body: bytes, status: int
) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", relay.port, timeout=10)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    found = answer.read()
    connection.close()

    assert answer.status == status
    assert set(msgspec.msgpack.decode(found)) == {"code", "text"}


def test_body_over_the_limit_is_refused_unread(relay: RelayServer) -> None:
    with socket.create_connection(("127.0.0.1", relay.port), timeout=10) as raw:
        raw.sendall(b"POST /deposit HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        assert b" 413 " in raw.recv(100)


def test_shelf_takes_a_flood_up_to_its_limit(
    laptop: Laptop, supervisor: Laptop, relay: RelayServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from enumerator.store import shelf

    monkeypatch.setattr(shelf, "MAX_BYTES", 1500)

    done = give(laptop, relay)

    assert done.failed is not None
    assert done.failed.code == "shelf_full"
    assert 0 < supervisor.store.shelf.summary().waiting < 3
    assert Custody.LAPTOP in places(laptop)


def test_more_visitors_than_places_are_turned_away_and_the_rest_is_served(
    laptop: Laptop, relay: RelayServer
) -> None:
    idle = [socket.create_connection(("127.0.0.1", relay.port), timeout=10) for _ in range(12)]
    with pytest.raises(KnownError) as caught:
        give(laptop, relay)
    for one in idle:
        one.close()

    assert caught.value.code == "no_relay"
    for _ in range(50):  # until the relay has noticed that they left
        try:
            assert give(laptop, relay).given == 3
            break
        except KnownError:
            threading.Event().wait(0.1)
    assert places(laptop) == [Custody.RELAYED] * 3


def test_rubbish_of_a_visitor_who_knows_the_code_blocks_nobodys_work(
    operation: FieldOperation, laptop: Laptop, supervisor: Laptop, relay: RelayServer
) -> None:
    link = link_to(relay)
    rubbish = [SealedItem(sealed=b"rubbish %d" % number) for number in range(40)]
    link.ask("/deposit", Deposit(items=rubbish), Deposited)
    link.close()
    give(laptop, relay)

    report = supervisor.sync()

    assert (report.forwarded, give(laptop, relay).received) == (43, 3)
    assert office(operation.folder, "status").facts["quarantined"] == {"unreadable": 40}


def test_carried_item_that_the_server_does_not_hold_ends_no_session(
    laptop: Laptop, supervisor: Laptop
) -> None:
    whole = laptop.visit(1).wire()
    damaged = msgspec.structs.replace(whole, body=whole.body + b"x")
    box = SealedBox(PublicKey(supervisor.store.enrolment.seal_key))
    supervisor.store.shelf.take(box.encrypt(msgspec.msgpack.encode(damaged)))

    report = supervisor.sync()

    assert (report.failed, report.forwarded) == (None, 0)
    assert supervisor.store.shelf.summary().set_aside == 1


# ---------------------------------------------------------------------- bad links


class CuttingProxy:
    """Passes so many bytes of each connection's answer, then drops it."""

    def __init__(self, port: int, budgets: list[int]) -> None:
        self._target = port
        self._budgets = budgets
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            budget = self._budgets.pop(0) if self._budgets else 10**9
            far = socket.create_connection(("127.0.0.1", self._target))
            up = threading.Thread(target=partial(_pipe, near, far, 10**9), daemon=True)
            up.start()
            _pipe(far, near, budget)
            up.join(5)
            near.close()
            far.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


def _pipe(source: socket.socket, sink: socket.socket, budget: int) -> None:
    try:
        while budget > 0 and (data := source.recv(min(4096, budget))):
            sink.sendall(data)
            budget -= len(data)
    except OSError:
        pass
    for end in (source, sink):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue


@pytest.mark.parametrize("budget", [0, 200, 500, 900, 1300])
def test_visit_goes_on_where_a_cut_link_ended_it(
    operation: FieldOperation, laptop: Laptop, supervisor: Laptop, relay: RelayServer, budget: int
) -> None:
    """Wherever the answer is cut: nothing is lost, nothing twice, no state too good."""
    codes: list[str] = []
    proxy = CuttingProxy(relay.port, [budget, budget + 333])
    try:
        for _ in range(3):
            codes.append(why_not(laptop, relay, proxy.port))
            relayed = places(laptop).count(Custody.RELAYED)
            assert relayed <= supervisor.store.shelf.summary().waiting
        assert places(laptop) == [Custody.RELAYED] * 3
        supervisor.sync()
        proxy._budgets += [budget]
        codes += [why_not(laptop, relay, proxy.port) for _ in range(2)]
    finally:
        proxy.close()
    assert set(codes) <= {"", "no_relay"}
    assert places(laptop) == [Custody.RECEIVED] * 3
    assert office(operation.folder, "status").facts["envelopes"] == {"stored": 3}


# ---------------------------------------------------------------------- finding


def test_relay_is_found_without_its_address(laptop: Laptop, supervisor: Laptop) -> None:
    server = RelayServer(supervisor.store, host="127.0.0.1", port=_free_port())
    server.start()
    try:
        port = server._questions.getsockname()[1] if server._questions else 0
        find = partial(find_relays, SystemChance(), port=port, targets=["127.0.0.1"], wait_s=0.6)
        done = find_and_hand_over(laptop.store, server.code, find=find)
    finally:
        server.stop()

    assert (done.login, done.given) == ("pml-01", 3)


def test_nobody_is_found_when_nobody_relays(laptop: Laptop) -> None:
    find = partial(
        find_relays, SystemChance(), port=_free_port(), targets=["127.0.0.1"], wait_s=0.2
    )

    with pytest.raises(KnownError, match="No supervisor's laptop was found"):
        find_and_hand_over(laptop.store, "2222-2222", find=find)


def test_question_holds_neither_code_nor_name(supervisor: Laptop) -> None:
    from sync.relay.finding import QUESTION, here

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(10)
        port = ear.getsockname()[1]
        find_relays(SystemChance(), port=port, targets=["127.0.0.1"], wait_s=0.1)
        heard = ear.recv(1000)

    assert heard.startswith(QUESTION)
    assert len(heard) == len(QUESTION) + 16
    assert supervisor.store.enrolment.login.encode() not in here(8418, heard)


@pytest.mark.parametrize("address", ["", "a b", "1.2.3.4:x", "1.2.3.4:99999", "host/path"])
def test_address_that_cannot_be_one_is_told(laptop: Laptop, address: str) -> None:
    with pytest.raises(KnownError) as caught:
        RelayLink(address, "2222-2222", laptop.store.chance)

    assert caught.value.code == "bad_relay_address"


def test_entering_twice_tells_whose_laptop_it_is(relay: RelayServer) -> None:
    link = link_to(relay)

    logins = {link.ask("/enter", Enter(), Entered).login for _ in range(2)}

    assert logins == {"pml-01"}
    assert pack(Enter()) == b"\x80"
    link.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
