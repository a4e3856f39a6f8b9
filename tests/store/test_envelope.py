from __future__ import annotations

import hashlib

import msgspec
import pytest
from nacl.signing import SigningKey

from enumerator.store.envelope import (
    Header,
    SealedEnvelope,
    VisitBody,
    canonical,
    chain_fault,
    is_body_intact,
    is_signature_valid,
    open_envelope,
    read,
    read_header,
    seal,
)
from enumerator.store.feed import CaseBody, FamilyBody, digest_of_hashes, feed_digest

KEY = b"d" * 32
PUBLIC = bytes(SigningKey(KEY).verify_key)


def envelope(
    sequence: int = 1, previous: bytes = b"", incarnation: str = "life", body: bytes = b"body"
) -> SealedEnvelope:
    header = Header(
        id=f"e{sequence}",
        kind="visit",
        device_id="device",
        account_id="account",
        incarnation=incarnation,
        sequence=sequence,
        previous=previous,
        created_at="2020-09-15T08:00:00+08:00",
        monotonic_ms=1,
        body_sha256=hashlib.sha256(body).digest(),
        body_size=len(body),
    )
    return seal(header, body, KEY)


def chain(length: int) -> list[SealedEnvelope]:
    links: list[SealedEnvelope] = []
    for sequence in range(1, length + 1):
        links.append(envelope(sequence, links[-1].hash if links else b""))
    return links


def test_header_encodes_in_one_way_only_so_that_its_hash_is_the_envelopes() -> None:
    sealed = envelope()
    assert canonical(sealed.header) == sealed.header_bytes
    assert canonical(read_header(sealed.header_bytes)) == sealed.header_bytes
    assert sealed.hash == hashlib.sha256(sealed.header_bytes).digest()
    # The first bytes are part of the protocol: a map of 18 fields that starts with "format": 1.
    assert sealed.header_bytes.startswith(b"\xde\x00\x12\xa6format\x01\xa2id\xa2e1")


def test_signature_holds_for_the_devices_key_only() -> None:
    sealed = envelope()
    assert is_signature_valid(sealed, PUBLIC)
    assert not is_signature_valid(sealed, bytes(SigningKey(b"x" * 32).verify_key))
    assert not is_signature_valid(sealed, b"no key")


def test_altered_body_is_found_by_its_hash() -> None:
    sealed = envelope()
    assert is_body_intact(sealed)
    assert not is_body_intact(open_envelope(sealed.header_bytes, b"bodY", sealed.signature))
    assert not is_body_intact(open_envelope(sealed.header_bytes, b"body.", sealed.signature))


def test_field_of_a_newer_version_is_ignored_when_an_older_one_reads() -> None:
    newer = msgspec.msgpack.decode(envelope().header_bytes) | {"mood": "good"}
    assert read_header(msgspec.msgpack.encode(newer)).id == "e1"
    body = msgspec.to_builtins(CaseBody(version=1, family=FamilyBody(id="f", head_name="n")))
    assert read(CaseBody, msgspec.msgpack.encode(body | {"new": [1]})).version == 1


def test_malformed_header_is_a_value_error() -> None:
    for data in (b"", b"\xc1", b"\x80", msgspec.msgpack.encode({"id": 3})):
        with pytest.raises(ValueError, match=r".*"):
            read_header(data)


def test_whole_chain_has_no_fault() -> None:
    assert chain_fault(chain(4)) is None
    assert chain_fault([]) is None


def test_chain_fault_is_named_when_a_link_is_missing_swapped_or_altered() -> None:
    links = chain(4)
    assert chain_fault([links[0], links[2]]) == "gap"
    assert chain_fault(links[1:]) == "gap"
    foreign = envelope(2, previous=b"x" * 32)
    assert chain_fault([links[0], foreign]) == "link"
    assert chain_fault([links[0], envelope(2, links[0].hash, "other life")]) == "incarnation"
    bent = open_envelope(links[1].header_bytes, b"BODY", links[1].signature)
    assert chain_fault([links[0], bent]) == "body"


def test_envelope_repr_shows_nothing_of_its_body() -> None:
    body = canonical(
        VisitBody(
            visit_id="v",
            family_id="f",
            officer_id="o",
            started_at="",
            ended_at="",
            mode="visit",
            outcome="no_contact",
            note="Ahmad Contoh",
        )
    )
    assert "Ahmad" not in repr(envelope(body=body))


def test_digest_is_of_sorted_keys_and_body_hashes() -> None:
    rows = [("case:b", b"two"), ("case:a", b"one")]
    expected = hashlib.sha256(
        b"case:a\x00"
        + hashlib.sha256(b"one").digest()
        + b"case:b\x00"
        + hashlib.sha256(b"two").digest()
    ).digest()
    assert feed_digest(rows) == feed_digest(reversed(rows)) == expected
    hashes = [(key, hashlib.sha256(body).digest()) for key, body in rows]
    assert digest_of_hashes(hashes) == expected
    assert feed_digest([]) == hashlib.sha256(b"").digest()
