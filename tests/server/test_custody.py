"""Custody first: whatever arrives is held, with a receipt that never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import msgspec
import psycopg
import pytest

from enumerator.store.envelope import (
    Envelope,
    SealedEnvelope,
    VisitBody,
    canonical,
    envelope_hash,
    read,
    read_header,
)
from sync.server import accounts, custody
from sync.server.sqlite.connecting import IntegrityError
from sync.server.upgrading import judge_held_again
from tests.server.places import HandLaptop, Place, family_id


def test_envelope_gets_a_signed_receipt_for_exactly_its_bytes(place: Place) -> None:
    envelope = place.one.visit(1)

    result = place.one.push_one(envelope)

    payload = place.payload(result)
    assert (result.status, payload.status) == ("stored", "stored")
    assert payload.envelope_hash == envelope_hash(envelope.header)
    assert payload.lineage == place.operation.lineage
    assert place.rows("SELECT header, body, signature FROM envelope") == [
        (envelope.header, envelope.body, envelope.signature)
    ]


def test_resend_gets_an_equal_receipt_and_changes_nothing(place: Place) -> None:
    envelopes = [place.one.visit(1), place.one.interview(1), place.one.visit(2)]
    first = place.one.push(*envelopes)
    place.clock.advance(hours=3)
    before = _everything(place)

    second = place.one.push(*reversed(envelopes))

    assert [result.status for result in second] == ["duplicate"] * 3
    assert [result.receipt for result in reversed(second)] == [one.receipt for one in first]
    assert _everything(place) == before


def test_points_rise_with_every_push(place: Place) -> None:
    first = place.payload(place.one.push_one(place.one.visit(1)))
    second = place.payload(place.two.push_one(place.two.visit(4)))

    assert second.point > first.point
    assert first.receipt_no != second.receipt_no


def test_same_id_with_other_content_is_held_apart(place: Place) -> None:
    envelope = place.one.visit(1)
    id_ = read_header(envelope.header).id
    place.one.push(envelope)

    result = place.one.push_one(place.one.visit(2, id=id_))

    assert result.status == "id_reuse"
    assert place.payload(result).status == "id_reuse"
    assert place.rows("SELECT count(*) FROM envelope") == [(2,)]
    assert place.rows("SELECT family_id FROM visit") == [(family_id(1),)]


def test_damaged_body_is_asked_for_again(place: Place) -> None:
    envelope = place.one.visit(1)
    damaged = Envelope(envelope.header, envelope.body[:-1], envelope.signature)

    result = place.one.push_one(damaged)

    assert (result.status, result.receipt) == ("retry", None)
    assert place.one.push_one(envelope).status == "stored"


def _not_assigned(place: Place) -> Envelope:
    return place.one.interview(4)


def _unknown_family(place: Place) -> Envelope:
    return place.one.visit("6300-9999")


def _unknown_account(place: Place) -> Envelope:
    return place.one.visit(1, account_id="nobody")


def _unknown_device(place: Place) -> Envelope:
    return place.one.visit(1, device_id="no-device")


def _foreign_device(place: Place) -> Envelope:
    return place.one.visit(1, account_id=place.two.account_id)


def _unknown_kind(place: Place) -> Envelope:
    return place.one.seal("hologram", b"\xc0", 1)


def _unknown_format(place: Place) -> Envelope:
    return place.one.visit(1, format=2)


def _bad_signature(place: Place) -> Envelope:
    envelope = place.one.visit(1)
    return Envelope(envelope.header, envelope.body, bytes(64))


def _bad_visit(place: Place) -> Envelope:
    return place.one.seal("visit", b"\xff\x00 not a visit", 1)


def _visit_of_another_family(place: Place) -> Envelope:
    return place.one.visit(1, family_id=family_id(2))


def _bad_xml(place: Place) -> Envelope:
    return place.one.seal("interview", b"<data><kode_hasil>LENGKAP", 1)


def _entity_bomb(place: Place) -> Envelope:
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><data>&b;</data>'
    return place.one.seal("interview", bomb, 1)


def _entity_bomb_in_other_bytes(place: Place) -> Envelope:
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><data>&b;</data>'
    return place.one.seal("interview", bomb.encode("utf-16"), 1)


def _element_bomb(place: Place) -> Envelope:
    return place.one.seal("interview", b"<data>" + b"<a/>" * 200_000 + b"</data>", 1)


def _attribute_bomb(place: Place) -> Envelope:
    return place.one.seal("interview", b"<data>" + b"<a b='' c='' d=''/>" * 40_000 + b"</data>", 1)


def _unknown_encoding(place: Place) -> Envelope:
    return place.one.seal("interview", b"<?xml version='1.0' encoding='nonesuch'?><data/>", 1)


def _deep_xml(place: Place) -> Envelope:
    return place.one.seal("interview", b"<a>" * 5000 + b"</a>" * 5000, 1)


def _nul_in_xml(place: Place) -> Envelope:
    return place.one.seal("interview", b"<data>\x00</data>", 1)


def _officer_reassigns(place: Place) -> Envelope:
    return place.one.reassign([1], place.two)


def _revoked(place: Place) -> Envelope:
    accounts.revoke(place.operation, "ppl-01")
    return place.one.visit(1)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_not_assigned, "not_assigned"),
        (_unknown_family, "unknown_family"),
        (_unknown_account, "unknown_account"),
        (_unknown_device, "unknown_device"),
        (_foreign_device, "foreign_device"),
        (_unknown_kind, "unknown_kind"),
        (_unknown_format, "unknown_format"),
        (_bad_signature, "bad_signature"),
        (_bad_visit, "bad_body"),
        (_visit_of_another_family, "bad_body"),
        (_bad_xml, "bad_body"),
        (_entity_bomb, "bad_body"),
        (_entity_bomb_in_other_bytes, "bad_body"),
        (_element_bomb, "bad_body"),
        (_attribute_bomb, "bad_body"),
        (_unknown_encoding, "bad_body"),
        (_deep_xml, "bad_body"),
        (_nul_in_xml, "bad_body"),
        (_officer_reassigns, "not_supervisor"),
        (_revoked, "revoked"),
    ],
)
def test_envelope_is_quarantined_but_held_when_it_cannot_count(
    place: Place, make: Callable[[Place], Envelope], reason: str
) -> None:
    envelope = make(place)
    meaning = _meaning(place)

    result = place.one.push_one(envelope)

    assert (result.status, result.reason) == ("quarantined", reason)
    assert place.payload(result).status == "quarantined"
    assert place.rows("SELECT header, body FROM envelope") == [(envelope.header, envelope.body)]
    assert _meaning(place) == meaning


def test_unreadable_header_is_held_when_nobody_can_decode_it(place: Place) -> None:
    good = place.one.visit(1)
    for header in (b"", b"\xff\xff\xff", msgspec.msgpack.encode({"id": "from-the-future"})):
        (result, after) = place.one.push(Envelope(header, b"?", b""), good)

        assert (result.status, result.reason) == ("quarantined", "unreadable")
        assert place.payload(result).envelope_hash == hashlib.sha256(header).digest()
        assert after.status in ("stored", "duplicate")


def test_header_damaged_on_the_way_does_not_take_the_true_envelopes_place(place: Place) -> None:
    envelope = place.one.visit(1)
    header = msgspec.structs.replace(read_header(envelope.header), device_id="damaged")
    damaged = Envelope(canonical(header), envelope.body, envelope.signature)
    assert place.two.push_one(damaged).status == "quarantined"

    result = place.one.push_one(envelope)

    assert (result.status, result.reason) == ("stored", "")
    assert place.rows("SELECT family_id FROM visit") == [(family_id(1),)]


def test_header_that_cannot_be_read_does_not_take_the_true_envelopes_place(place: Place) -> None:
    envelope = place.one.visit(1)
    fields = msgspec.msgpack.decode(envelope.header)
    del fields["kind"]
    place.two.push(Envelope(msgspec.msgpack.encode(fields), envelope.body, envelope.signature))

    result = place.one.push_one(envelope)

    assert (result.status, result.reason) == ("stored", "")


def test_spoilt_signature_does_not_take_the_true_envelopes_place(place: Place) -> None:
    envelope = place.one.visit(1)
    place.two.push(Envelope(envelope.header, envelope.body, b"x" * 64))

    result = place.one.push_one(envelope)

    assert result.status == "stored"
    assert place.rows("SELECT count(*) FROM visit") == [(1,)]


def test_colleague_may_carry_an_envelope(place: Place) -> None:
    result = place.two.push_one(place.one.interview(1))

    assert result.status == "stored"
    assert place.rows("SELECT account_id, carried_by FROM envelope") == [
        (place.one.account_id, place.two.account_id)
    ]


def test_newer_laptops_extra_fields_do_no_harm(place: Place) -> None:
    envelope = place.one.visit(1)
    header = msgspec.msgpack.decode(envelope.header) | {"invented_later": [1, 2, 3]}
    body = msgspec.msgpack.decode(envelope.body) | {"mood": "good"}
    data = msgspec.msgpack.encode(body)
    header |= {"body_sha256": hashlib.sha256(data).digest(), "body_size": len(data)}

    result = place.one.push_one(_signed(place.one, header, data))

    assert result.status == "stored"


def test_our_own_fault_costs_no_interview(
    place: Place,
    monkeypatch: pytest.MonkeyPatch,
    expect_log: Callable[[str], None],
) -> None:
    def fail(*_: Any) -> None:
        raise ZeroDivisionError

    expect_log("ERROR .*could not be interpreted")
    monkeypatch.setattr("sync.server.judging.interviews.summarise", fail)
    envelope = place.one.interview(1)

    (result, after) = place.one.push(envelope, place.one.visit(2))

    assert (result.status, result.reason) == ("quarantined", "interpretation_failed")
    assert place.rows("SELECT body FROM envelope WHERE kind = 'interview'") == [(envelope.body,)]
    assert after.status == "stored"


@pytest.mark.parametrize("statement", ["DELETE FROM envelope", "UPDATE envelope SET body = header"])
def test_database_refuses_to_touch_what_is_in_custody(place: Place, statement: str) -> None:
    place.one.push(place.one.visit(1))

    with pytest.raises((IntegrityError, psycopg.errors.RaiseException), match="custody"):
        place.execute(statement)


def _signed(laptop: HandLaptop, header: dict[str, Any], body: bytes) -> Envelope:
    from nacl.signing import SigningKey

    data = msgspec.msgpack.encode(header)
    return Envelope(data, body, SigningKey(laptop.device_seed).sign(data).signature)


def _meaning(place: Place) -> list[Any]:
    tables = ("visit", "result", "conflict", "assignment", "field_case", "stream_row", "family")
    return [place.rows(f"SELECT * FROM {table}") for table in tables]  # noqa: S608


def _everything(place: Place) -> list[Any]:
    return [
        *_meaning(place),
        place.rows("SELECT * FROM envelope"),
        place.rows("SELECT * FROM state"),
        place.rows("SELECT * FROM account"),
    ]


def test_canonical_header_bytes_are_what_is_signed(place: Place) -> None:
    envelope = place.one.visit(1)

    assert canonical(read_header(envelope.header)) == envelope.header


def test_reused_id_is_told_again_as_such_when_it_is_sent_again(place: Place) -> None:
    envelope = place.one.visit(1)
    place.one.push(envelope)
    other = place.one.visit(2, id=read_header(envelope.header).id)
    first = place.one.push_one(other)

    again = place.one.push_one(other)

    assert (again.status, again.receipt) == ("id_reuse", first.receipt)
    assert place.one.push_one(envelope).status == "duplicate"


@pytest.mark.parametrize("name", ["started_at", "ended_at"])
@pytest.mark.parametrize("time", ["kemarin", "2020-09-15T09:00:00"])
def test_visit_is_quarantined_when_a_time_is_no_moment(place: Place, name: str, time: str) -> None:
    whole = place.one.visit(1)
    body = msgspec.structs.replace(read(VisitBody, whole.body), **{name: time})

    result = place.one.push_one(place.one.seal("visit", canonical(body), 1))

    assert (result.status, result.reason) == ("quarantined", "bad_body")
    assert place.rows("SELECT count(*) FROM visit") == [(0,)]


def test_body_of_a_newer_header_is_asked_for_again_when_it_was_damaged(place: Place) -> None:
    body = b"of a later version"
    header = msgspec.msgpack.encode(
        {"id": "later-1", "kind": 7, "body_sha256": hashlib.sha256(body).digest()}
    )

    damaged = place.one.push_one(Envelope(header, body[:-1], b"s" * 64))
    whole = place.one.push_one(Envelope(header, body, b"s" * 64))

    assert (damaged.status, damaged.receipt) == ("retry", None)
    assert (whole.status, whole.reason) == ("quarantined", "unreadable")
    assert place.rows("SELECT body FROM envelope") == [(body,)]


def test_header_that_is_understood_later_tells_its_place_in_the_chain(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = place.one.visit(1), place.one.interview(2, media=["ab" * 32])
    place.one.push(first)
    monkeypatch.setattr(custody, "open_envelope", _reads_nothing)
    assert place.one.push_one(second).reason == "unreadable"
    monkeypatch.undo()
    place.execute("DELETE FROM state WHERE name = 'understands'")

    assert judge_held_again(place.operation) == 1

    header = read_header(second.header)
    assert place.rows(
        "SELECT kind, account_id, device_id, incarnation, sequence, family_id, status"
        " FROM envelope ORDER BY number DESC LIMIT 1"
    ) == [
        (
            "interview",
            header.account_id,
            header.device_id,
            header.incarnation,
            2,
            header.family_id,
            "stored",
        )
    ]
    with place.operation.store.reading() as transaction:
        chain = transaction.envelopes.chain(header.incarnation, header.device_id)
        assert (chain.held, chain.whole_to) == (2, 2)
        assert transaction.media.counts()["interviews_without_media"] == 1
    table = "envelope" if place.database is None else "custody"
    with pytest.raises((IntegrityError, psycopg.Error), match="never changed"):
        place.execute(f"UPDATE {table} SET kind = 'visit'")  # noqa: S608 (one of two names)


def _reads_nothing(*_: bytes) -> SealedEnvelope:
    raise ValueError("of a program to come")
