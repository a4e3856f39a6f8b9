"""Commands and what is judged anew, on both stores."""

from __future__ import annotations

import msgspec
import pytest
from nacl.signing import SigningKey

from enumerator.errors import KnownError
from enumerator.store.command import change_keys, verified_order
from enumerator.store.envelope import AcknowledgementBody, Envelope, KeyChange, canonical
from sync.protocol import HelloFacts, HelloReply
from sync.server import accounts, commanding
from sync.server.desk import Desk, active
from sync.server.sessions import Sessions
from sync.server.store import CommandRow
from sync.server.upgrading import judge_held_again
from tests.server.places import HandLaptop, Place, family_id


def _hello(place: Place, laptop: HandLaptop) -> HelloReply:
    sessions = Sessions(place.operation)
    return sessions.hello(laptop.hello(sessions.challenge(laptop.device_id)))


def _all(place: Place) -> list[CommandRow]:
    with place.operation.store.reading() as transaction:
        return transaction.commands.all()


def _acknowledge(
    laptop: HandLaptop, row: CommandRow, status: str = "done", keys: KeyChange | None = None
) -> Envelope:
    body = AcknowledgementBody(
        command_id=row.command_id, command=row.command, status=status, detail=status, keys=keys
    )
    return laptop.seal("acknowledgement", canonical(body))


def test_command_goes_to_its_laptop_until_it_is_acknowledged(place: Place) -> None:
    (row,) = commanding.issue(place.operation, "ppl-01", "resend", reason="alasan")

    reply = _hello(place, place.one)
    (command,) = reply.commands
    order = verified_order(command.payload, command.signature, place.operation.keys.receipt_public)
    facts = msgspec.msgpack.decode(reply.facts, type=HelloFacts)
    assert order is not None
    assert (order.device_id, order.parameters) == (place.one.device_id, {"reason": "alasan"})
    assert facts.commands == [row.command_id]
    assert _hello(place, place.two).commands == []
    first_delivery = _all(place)[0].delivered_at
    assert first_delivery is not None

    place.clock.advance(minutes=5)
    assert len(_hello(place, place.one).commands) == 1
    assert place.one.push_one(_acknowledge(place.one, row)).status == "stored"

    assert _hello(place, place.one).commands == []
    (now,) = _all(place)
    assert (now.delivered_at, now.status, now.detail) == (first_delivery, "done", "done")


def test_commands_of_an_account_go_to_all_its_laptops_unless_one_is_named(place: Place) -> None:
    _, code = accounts.issue_code(place.operation, "ppl-01")
    second = place.redeem("ppl-01", code)

    both = commanding.issue(place.operation, "ppl-01", "freeze")
    one = commanding.issue(place.operation, "PPL-01", "unfreeze", device_id=second.device_id)

    assert {row.device_id for row in both} == {place.one.device_id, second.device_id}
    assert [row.device_id for row in one] == [second.device_id]
    with pytest.raises(KnownError) as error:
        commanding.issue(place.operation, "ppl-02", "freeze", device_id=second.device_id)
    assert error.value.code == "no_such_device"


def test_acknowledgement_of_another_laptop_ends_nothing(place: Place) -> None:
    (row,) = commanding.issue(place.operation, "ppl-01", "wipe")

    assert place.two.push_one(_acknowledge(place.two, row)).status == "stored"

    assert _all(place)[0].acknowledged_at is None


def test_later_stage_of_a_wipe_stands_whatever_comes_first(place: Place) -> None:
    (row,) = commanding.issue(place.operation, "ppl-01", "wipe")
    done = _acknowledge(place.one, row)
    wiped = _acknowledge(place.one, row, "wiped")

    place.one.push(wiped)
    place.one.push(done)

    assert _all(place)[0].status == "wiped"


def test_closed_account_still_gets_and_acknowledges_its_commands(place: Place) -> None:
    accounts.revoke(place.operation, "ppl-01")
    (row,) = commanding.issue(place.operation, "ppl-01", "wipe")

    assert len(_hello(place, place.one).commands) == 1
    assert place.one.push_one(_acknowledge(place.one, row)).status == "stored"

    assert _all(place)[0].status == "done"
    assert place.one.push_one(place.one.visit(1)).reason == "revoked"


def test_freeze_counts_from_its_issuing_in_a_running_session(place: Place) -> None:
    desk = Desk(place.operation)
    token = _hello(place, place.one).token
    assert active(desk.caller(f"Bearer {token}")).account.login == "ppl-01"

    commanding.issue(place.operation, "ppl-01", "freeze")
    with pytest.raises(KnownError) as error:
        active(desk.caller(f"Bearer {token}"))
    commanding.issue(place.operation, "ppl-01", "unfreeze")

    assert error.value.code == "frozen"
    assert active(desk.caller(f"Bearer {token}")).account.login == "ppl-01"


def _rotated(laptop: HandLaptop, command_id: str, seed: bytes) -> tuple[KeyChange, HandLaptop]:
    device, account = seed * 32, seed.upper() * 32
    change = change_keys(laptop.device_id, command_id, laptop.account_seed, device, account)
    new = HandLaptop(
        laptop.place,
        laptop.login,
        device,
        account,
        laptop.device_id,
        laptop.account_id,
        laptop.incarnation,
    )
    return change, new


def test_new_keys_hold_and_what_the_old_ones_signed_stays_verifiable(place: Place) -> None:
    (row,) = commanding.issue(place.operation, "ppl-01", "rotate")
    old = place.one
    late = old.visit(1)
    change, new = _rotated(old, row.command_id, b"n")
    acknowledgement = _acknowledge(old, row, keys=change)
    new.sequence, new.previous = old.sequence, old.previous

    statuses = [new.push_one(envelope).status for envelope in (acknowledgement, late, new.visit(2))]

    assert statuses == ["stored"] * 3
    assert _hello(place, new).verdict == "ok"


def test_session_of_a_former_key_may_push_and_only_that(place: Place) -> None:
    desk = Desk(place.operation)
    (row,) = commanding.issue(place.operation, "ppl-01", "rotate")
    token = _hello(place, place.one).token
    change, _ = _rotated(place.one, row.command_id, b"n")
    place.one.push(_acknowledge(place.one, row, keys=change))

    again = _hello(place, place.one).token

    for used in (token, again):
        caller = desk.caller(f"Bearer {used}")
        with pytest.raises(KnownError) as error:
            active(caller)
        assert error.value.code == "session_expired"


def test_envelope_of_a_new_key_counts_when_it_comes_before_the_change(place: Place) -> None:
    (row,) = commanding.issue(place.operation, "ppl-01", "rotate")
    change, new = _rotated(place.one, row.command_id, b"n")
    acknowledgement = _acknowledge(place.one, row, keys=change)
    new.sequence, new.previous = place.one.sequence, place.one.previous
    early = new.interview(1)

    assert new.push_one(early).reason == "bad_signature"
    place.one.push(acknowledgement)

    assert place.rows(
        "SELECT count(*) FROM result WHERE canonical = 1"
        if place.database is None
        else "SELECT count(*) FROM result WHERE canonical"
    ) == [(1,)]
    assert new.push_one(early).reason == ""
    hello = _hello(place, new)
    assert (hello.verdict, hello.common_sequence) == ("ok", 2)


@pytest.mark.parametrize("fault", ["by_old_account", "by_device", "by_account"])
def test_keys_do_not_change_when_somebody_did_not_sign(place: Place, fault: str) -> None:
    (row,) = commanding.issue(place.operation, "ppl-01", "rotate")
    change, new = _rotated(place.one, row.command_id, b"n")
    strange = SigningKey(b"s" * 32).sign(b"anything").signature
    spoilt = msgspec.structs.replace(change, **{fault: strange})

    place.one.push(_acknowledge(place.one, row, keys=spoilt))

    with pytest.raises(KnownError) as error:
        _hello(place, new)
    assert error.value.code == "bad_signature"


def _of_a_newer_program(place: Place) -> tuple[Envelope, Envelope]:
    """As this server held them when it was older: unknown kind, unknown format."""
    return place.one.seal("dance", b"\x80", 1), place.one.seal("note", b"\x80", 1, format=2)


def test_unknown_envelopes_are_held(place: Place) -> None:
    results = place.one.push(*_of_a_newer_program(place))

    assert [(one.status, one.reason) for one in results] == [
        ("quarantined", "unknown_kind"),
        ("quarantined", "unknown_format"),
    ]
    assert all(place.payload(one).status == "quarantined" for one in results)


def test_held_envelopes_get_their_meaning_from_a_newer_server(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sync.server import applying

    older = applying.Applying.knows
    monkeypatch.setattr(
        applying.Applying, "knows", lambda self, kind: kind != "interview" and older(self, kind)
    )
    interview = place.one.interview(1)
    place.one.push(interview)
    judge_held_again(place.operation)
    assert place.rows("SELECT count(*) FROM result") == [(0,)]
    receipt = place.one.push_one(interview).receipt
    monkeypatch.undo()
    place.execute("DELETE FROM state WHERE name = 'understands'")

    judged = judge_held_again(place.operation)

    assert judged == 1
    assert judge_held_again(place.operation) == 0
    case = place.one.case(1)
    assert case is not None
    assert case.result is not None
    assert case.result.envelope_id
    again = place.one.push_one(interview)
    assert (again.status, again.reason, again.receipt) == ("duplicate", "", receipt)
    with place.operation.store.reading() as transaction:
        assert transaction.envelopes.count_by_status() == {"stored": 1}
        assert transaction.envelopes.count_by_reason() == {}
    assert family_id(1) in place.one.live_families()
