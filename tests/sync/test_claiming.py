"""Asking who else is at the door never gets in the way."""

from __future__ import annotations

import msgspec

from enumerator.errors import KnownError
from sync.client.claiming import claim
from tests.helpers.field import FieldOperation, family_id
from tests.sync.strangers import Lossy, no_connection


def test_supervisor_at_the_same_door_is_told(operation: FieldOperation) -> None:
    officer, supervisor = operation.laptop("ppl-01"), operation.laptop("pml-01")
    claim(officer.store, officer.transport, family_id(1))

    (other,) = claim(supervisor.store, supervisor.transport, family_id(1))

    assert (other.login, other.minutes_ago) == ("ppl-01", 0)


def test_nobody_is_there_when_the_link_is_not(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")

    def dead(_path: str, _message: msgspec.Struct) -> None:
        raise no_connection()

    assert claim(laptop.store, Lossy(laptop.transport, before=dead), family_id(1)) == []


def test_nobody_is_there_when_the_server_is_older(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")

    def unknown(path: str, _message: msgspec.Struct) -> None:
        if path == "/v1/claim":
            raise KnownError("not_found", "Not Found")

    assert claim(laptop.store, Lossy(laptop.transport, before=unknown), family_id(1)) == []


def test_claim_sends_and_fetches_nothing_else(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    link = Lossy(laptop.transport)

    claim(laptop.store, link, family_id(1))

    assert link.calls == ["/v1/challenge", "/v1/hello", "/v1/claim"]
