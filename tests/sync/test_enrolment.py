"""Enrolling: once, or again after a crash anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from enumerator.clock import SystemChance, SystemClock
from enumerator.errors import KnownError
from enumerator.store import DataFolder, OfficerStore, WrongPassphrase
from sync.client.enrolment import enrol
from sync.client.transport import HttpTransport
from tests.helpers.field import CHEAP, PASSPHRASE, FieldOperation
from tests.helpers.server import office
from tests.sync.strangers import Lossy, no_connection


class _PowerCutError(BaseException):
    """Not an Exception: nothing on the way may handle it."""


def _enrol(
    operation: FieldOperation,
    folder: DataFolder,
    code: str,
    transport: Lossy | None = None,
    passphrase: str = PASSPHRASE,
) -> OfficerStore:
    return enrol(
        operation.server.address,
        code,
        folder,
        passphrase,
        SystemClock(),
        SystemChance(),
        transport=transport or Lossy(operation.transport()),
        cost=CHEAP,
    )


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "laptop")


def test_enrolled_officer_is_listed_and_can_be_opened_again(
    operation: FieldOperation, folder: DataFolder
) -> None:
    with _enrol(operation, folder, operation.codes["ppl-01"]) as store:
        enrolment = store.enrolment

    (profile,) = folder.profiles()
    assert (profile.login, profile.role) == ("ppl-01", "officer")
    assert profile.server == operation.server.address
    with OfficerStore.open(
        folder.officer_folder(profile.key), PASSPHRASE, clock=SystemClock(), chance=SystemChance()
    ) as again:
        assert again.enrolment.device_id == enrolment.device_id
    assert {path.name for path in folder.root.iterdir()} == {"officers"}


def test_lost_reply_is_made_good_by_trying_again(
    operation: FieldOperation, folder: DataFolder
) -> None:
    code = operation.codes["ppl-01"]

    def lose(_path: str, _reply: object) -> object:
        raise no_connection()

    with pytest.raises(KnownError, match="cut by the test"):
        _enrol(operation, folder, code, Lossy(operation.transport(), after=lose))
    assert folder.profiles() == []

    _enrol(operation, folder, code).close()

    assert [profile.login for profile in folder.profiles()] == ["ppl-01"]
    assert len(operation.dump()["device"]) == 1


@pytest.mark.parametrize("moment", ["before the store", "in the store", "after the store"])
def test_power_cut_is_made_good_by_trying_again(
    operation: FieldOperation,
    folder: DataFolder,
    moment: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = operation.codes["ppl-01"]

    create = OfficerStore.create

    def cut(*_: object, **__: object) -> None:
        raise _PowerCutError

    def create_and_die(*arguments: Any, **options: Any) -> None:
        create(*arguments, **options).close()
        raise _PowerCutError

    with monkeypatch.context() as patch:
        if moment == "before the store":
            patch.setattr(OfficerStore, "create", cut)
        elif moment == "in the store":
            patch.setattr("enumerator.store.store.write_profile", cut)
        else:
            patch.setattr(OfficerStore, "create", create_and_die)
        with pytest.raises(_PowerCutError):
            _enrol(operation, folder, code)

    with _enrol(operation, folder, code) as store:
        assert store.enrolment.login == "ppl-01"
        assert store.outbox.chain().length == 0

    assert [profile.login for profile in folder.profiles()] == ["ppl-01"]
    assert len(operation.dump()["device"]) == 1
    assert len(list(folder.officers.iterdir())) == 1


def test_second_try_needs_the_passphrase_of_the_first(
    operation: FieldOperation, folder: DataFolder
) -> None:
    code = operation.codes["ppl-01"]

    def lose(_path: str, _reply: object) -> object:
        raise no_connection()

    with pytest.raises(KnownError):
        _enrol(operation, folder, code, Lossy(operation.transport(), after=lose))

    with pytest.raises(WrongPassphrase):
        _enrol(operation, folder, code, passphrase="another-one")

    _enrol(operation, folder, code).close()
    assert len(folder.profiles()) == 1


def test_pending_keys_are_sealed_on_the_disk(operation: FieldOperation, folder: DataFolder) -> None:
    def lose(_path: str, _reply: object) -> object:
        raise no_connection()

    code = operation.codes["ppl-01"]
    with pytest.raises(KnownError):
        _enrol(operation, folder, code, Lossy(operation.transport(), after=lose))

    for path in folder.root.rglob("*"):
        if path.is_file():
            assert code.encode() not in path.read_bytes()
            assert operation.server.address.encode() not in path.read_bytes()


def test_wrong_code_leaves_room_for_the_right_one(
    operation: FieldOperation, folder: DataFolder
) -> None:
    with pytest.raises(KnownError) as error:
        _enrol(operation, folder, "AAAA-BBBB-CCCC")
    assert error.value.code == "code_unknown"

    _enrol(operation, folder, operation.codes["ppl-01"]).close()

    assert len(folder.profiles()) == 1


def test_used_code_is_refused_on_another_laptop(
    operation: FieldOperation, folder: DataFolder, tmp_path: Path
) -> None:
    _enrol(operation, folder, operation.codes["ppl-01"]).close()

    with pytest.raises(KnownError) as error:
        _enrol(operation, DataFolder(tmp_path / "thief"), operation.codes["ppl-01"])

    assert error.value.code == "code_used"
    assert DataFolder(tmp_path / "thief").profiles() == []


def test_short_passphrase_is_refused_before_the_code_is_spent(
    operation: FieldOperation, folder: DataFolder
) -> None:
    transport = Lossy(operation.transport())

    with pytest.raises(KnownError) as error:
        _enrol(operation, folder, operation.codes["ppl-01"], transport, passphrase="x")

    assert (error.value.code, transport.calls) == ("short_passphrase", [])


def test_several_officers_share_one_laptop(operation: FieldOperation, folder: DataFolder) -> None:
    for login in ("ppl-01", "ppl-02"):
        _enrol(operation, folder, operation.codes[login]).close()

    assert {profile.login for profile in folder.profiles()} == {"ppl-01", "ppl-02"}


def test_new_code_works_beside_the_old_laptop(operation: FieldOperation, tmp_path: Path) -> None:
    old = operation.laptop("ppl-01")
    old.sync()
    code = office(operation.folder, "issue-code", "--login", "ppl-01").facts["code"]

    with _enrol(operation, DataFolder(tmp_path / "new"), code) as store:
        assert store.enrolment.account_id == old.account_id
        assert store.enrolment.device_id != old.store.enrolment.device_id


@pytest.mark.parametrize(
    "address", ["", "ftp://x", "server.example", "http://", "javascript:alert(1)"]
)
def test_address_is_refused_when_it_is_none(folder: DataFolder, address: str) -> None:
    with pytest.raises(KnownError) as error:
        enrol(address, "X", folder, PASSPHRASE, SystemClock(), SystemChance(), cost=CHEAP)

    assert error.value.code == "bad_address"
    assert not folder.root.exists()


@pytest.mark.parametrize("address", ["http://sensus.example.go.id", "http://192.0.2.7:8417"])
def test_address_is_refused_when_answers_would_travel_readable(
    folder: DataFolder, address: str
) -> None:
    with pytest.raises(KnownError) as error:
        enrol(address, "X", folder, PASSPHRASE, SystemClock(), SystemChance(), cost=CHEAP)

    assert error.value.code == "insecure_address"


@pytest.mark.parametrize("address", ["http://localhost:8417", "http://[::1]:8417/", "https://a.b"])
def test_address_is_taken_when_nobody_can_listen(address: str) -> None:
    HttpTransport(address).close()
