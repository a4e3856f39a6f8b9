"""I12, bounded authority: offline access ends with the lease, sending and saving never do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from enumerator.clock import SystemClock
from enumerator.errors import KnownError
from enumerator.store import OfficerStore
from sync.client.engine import sync_once
from tests.helpers.field import PASSPHRASE, FieldOperation, Laptop, family_id
from tests.helpers.server import office


class LaterClock:
    """The system's, some days on."""

    def __init__(self, days: float) -> None:
        self._real = SystemClock()
        self._days = days

    def now(self) -> datetime:
        return self._real.now() + timedelta(days=self._days)

    def monotonic_ms(self) -> int:
        return self._real.monotonic_ms()


def days_later(laptop: Laptop, days: float) -> None:
    """Opened again then."""
    store = laptop.store
    store.close()
    laptop.store = OfficerStore.open(
        store.folder, PASSPHRASE, clock=LaterClock(days), chance=store.chance
    )


def challenge_of(laptop: Laptop) -> str:
    state = laptop.store.lease.state()
    assert state is not None
    assert state.is_over
    return state.challenge


@pytest.fixture
def expired(operation: FieldOperation) -> Laptop:
    laptop = operation.laptop("ppl-01")
    operation.closing.callback(lambda: laptop.store.close())
    laptop.sync()
    laptop.interview(1)
    days_later(laptop, 7.01)
    return laptop


def test_i12_offline_access_ends_with_the_lease(operation: FieldOperation, expired: Laptop) -> None:
    assert expired.families() == set()
    with pytest.raises(KnownError) as caught:
        expired.store.access.check()
    assert caught.value.code == "lease_over"

    expired.visit(2)  # what the officer has in hand is saved
    office(operation.folder, "revoke", "--login", "ppl-01")

    report = sync_once(expired.store, expired.transport)

    assert report.receipts == 3  # in custody all the same, and not open again
    assert expired.store.outbox.summary().waiting == 0
    assert expired.families() == set()
    assert expired.store.lease.is_over()


def test_expired_lease_sends_what_waits_and_the_hello_opens(expired: Laptop) -> None:
    report = expired.sync()
    assert report.receipts == 2
    assert family_id(2) in expired.families()


def test_office_extends_over_the_telephone(operation: FieldOperation, expired: Laptop) -> None:
    run = office(
        operation.folder, "extend-lease", "ppl-01", challenge_of(expired).lower(), "--days", "2"
    )
    code = run.facts["codes"][expired.store.enrolment.device_id]
    assert expired.store.lease.extend(code) == 2
    assert family_id(2) in expired.families()


def test_office_extends_no_closed_account(operation: FieldOperation, expired: Laptop) -> None:
    office(operation.folder, "revoke", "--login", "ppl-01")
    with pytest.raises(KnownError) as caught:
        office(operation.folder, "extend-lease", "ppl-01", challenge_of(expired))
    assert caught.value.code == "closed_account"


def test_office_extends_no_laptop_of_somebody_else(
    operation: FieldOperation, expired: Laptop
) -> None:
    operation.laptop("ppl-02")
    run = office(operation.folder, "extend-lease", "ppl-02", challenge_of(expired))
    for code in run.facts["codes"].values():
        with pytest.raises(KnownError) as caught:
            expired.store.lease.extend(code)
        assert caught.value.code == "wrong_lease_code"


def test_supervisor_extends_the_own_team_without_a_network(
    operation: FieldOperation, expired: Laptop
) -> None:
    operation.add_supervisor("pml-09")
    own, other = operation.laptop("pml-01"), operation.laptop("pml-09")
    own.sync()
    other.sync()
    challenge = challenge_of(expired)
    foreign = other.store.lease.answer_for(expired.account_id, challenge, 3)
    with pytest.raises(KnownError) as caught:
        expired.store.lease.extend(foreign)
    assert caught.value.code == "wrong_lease_code"

    code = own.store.lease.answer_for(expired.account_id, challenge, 3)

    assert expired.store.lease.extend(code) == 3
    assert family_id(2) in expired.families()


def test_officer_is_given_no_key_of_a_team(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    with pytest.raises(KnownError) as caught:
        laptop.store.lease.answer_for(laptop.account_id, "ABCDEFGH", 3)
    assert caught.value.code == "no_team_key"


def test_frozen_laptop_gets_no_longer_lease(operation: FieldOperation) -> None:
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    before = laptop.store.lease.state()
    office(operation.folder, "command", "ppl-01", "freeze")
    laptop.sync()
    after = laptop.store.lease.state()
    assert before is not None
    assert after is not None
    assert (after.granted_at, after.challenge) == (before.granted_at, before.challenge)
