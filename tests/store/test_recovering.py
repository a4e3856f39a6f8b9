"""A forgotten passphrase, a lost keyring: the office's file and code, and what they do not do."""

from __future__ import annotations

import copy
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from enumerator.errors import KnownError
from enumerator.store import OfficerStore, WrongPassphrase
from enumerator.store import keys as key_files
from enumerator.store import recovery_file as recovery_file_module
from enumerator.store.device_secret import SECRET_FILE
from enumerator.store.durable import write_durably
from enumerator.store.escrow import EscrowedKey, mark_of, open_escrow
from enumerator.store.folders import DATABASE_FILE, RECOVERY_TRIES_FILE, WIPING_FILE
from enumerator.store.keys import KEYS_FILE, RecoveryNote
from enumerator.store.recovering import recover
from enumerator.store.recovery_file import RecoveryFile, RecoveryHead, new_code, recovery_file
from tests.helpers.hand_clock import SeededChance
from tests.store.builders import CHEAP, PASSPHRASE, Laptop, case, family_id
from tests.store.test_device_secret import Died, HandKeyring

NEW = "kain-baru-63"
CODE = new_code(bytes(range(40, 52)))
OTHER_CODE = new_code(bytes(range(12)))
FAMILY = family_id(1)


def escrowed_of(laptop: Laptop) -> EscrowedKey:
    """As the office opens what the laptop would send."""
    due = laptop.store.escrow.due(b"n")
    assert due is not None
    return open_escrow(due.sealed, bytes(laptop.server.office_key))


def file_for(
    escrowed: EscrowedKey, made: datetime, *, days: float = 3, recovery_id: str = "r-1"
) -> bytes:
    head = RecoveryHead(
        recovery_id=recovery_id,
        login="ppl-01",
        place=escrowed.place,
        made_at=made.isoformat(),
        expires_at=(made + timedelta(days=days)).isoformat(),
        salt=b"s" * 16,
    )
    return recovery_file(head, escrowed, CODE, b"n" * 24)


class Locked:
    """A laptop with a draft and a finished interview, closed, and the office's file for it."""

    def __init__(self, folder: Path) -> None:
        laptop = Laptop(folder)
        laptop.pull(case(1), case(2))
        laptop.draft(FAMILY)
        self.escrowed = escrowed_of(laptop)
        self.clock = laptop.clock
        self.folder = folder
        self.file = file_for(self.escrowed, self.clock.now())
        laptop.store.close()

    def recover(
        self,
        file: bytes | None = None,
        code: str = CODE,
        passphrase: str = NEW,
        secrets: HandKeyring | None = None,
    ) -> None:
        recover(
            self.folder,
            self.file if file is None else file,
            code,
            passphrase,
            clock=self.clock,
            chance=SeededChance(5),
            cost=CHEAP,
            secrets=secrets,
        )

    def open(self, passphrase: str = NEW, secrets: HandKeyring | None = None) -> OfficerStore:
        return OfficerStore.open(
            self.folder, passphrase, clock=self.clock, chance=SeededChance(6), secrets=secrets
        )

    def refusal(self, file: bytes | None = None, code: str = CODE) -> KnownError:
        with pytest.raises(KnownError) as caught:
            self.recover(file, code)
        return caught.value

    def assert_recovered(self, secrets: HandKeyring | None = None) -> None:
        with self.open(secrets=secrets) as store:
            assert store.interviews.draft_of(FAMILY) is not None


@pytest.fixture(scope="module", autouse=True)
def cheap_files() -> Iterator[None]:
    """The stretching is tried at its real cost in tests/sync."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(recovery_file_module, "_MEMORY_KIB", 64)
        yield


@pytest.fixture(scope="module")
def template(
    cheap_files: None,  # noqa: ARG001 (before the first file)
    tmp_path_factory: pytest.TempPathFactory,
) -> Locked:
    return Locked(tmp_path_factory.mktemp("template") / "3f9a")


@pytest.fixture
def locked(template: Locked, tmp_path: Path) -> Locked:
    """With files and a clock of its own."""
    folder = tmp_path / "3f9a"
    shutil.copytree(template.folder, folder)
    copied = copy.copy(template)
    copied.folder, copied.clock = folder, copy.copy(template.clock)
    return copied


def test_drafts_are_there_again_under_the_new_passphrase_alone(locked: Locked) -> None:
    locked.recover(code=CODE.lower().replace("-", " "))
    with pytest.raises(WrongPassphrase):
        locked.open(PASSPHRASE)
    locked.assert_recovered()


@pytest.mark.parametrize("damage", ["missing", "garbage", "empty"])
def test_lost_key_file_is_made_anew(damage: str, locked: Locked) -> None:
    path = locked.folder / KEYS_FILE
    if damage == "missing":
        path.unlink()
    else:
        path.write_bytes(b"" if damage == "empty" else b"\x00" * 80)
    with pytest.raises(KnownError) as caught:
        locked.open(PASSPHRASE)
    assert (caught.value.code, "recovery file" in str(caught.value)) == ("no_keys", True)

    locked.recover()

    locked.assert_recovered()


def test_lost_secret_of_the_laptop_is_replaced(locked: Locked) -> None:
    (locked.folder / SECRET_FILE).unlink()
    with pytest.raises(KnownError) as caught:
        locked.open(PASSPHRASE)
    assert (caught.value.code, "recovery file" in str(caught.value)) == ("no_device_secret", True)

    locked.recover(passphrase=PASSPHRASE)

    with locked.open(PASSPHRASE):
        assert (locked.folder / SECRET_FILE).exists()


def test_lost_keyring_gets_a_new_secret_that_then_is_needed(locked: Locked) -> None:
    keyring = HandKeyring()
    (locked.folder / SECRET_FILE).unlink()
    locked.recover(secrets=keyring)
    locked.assert_recovered(keyring)
    keyring.held.clear()
    with pytest.raises(KnownError) as caught:
        locked.open(NEW, keyring)
    assert caught.value.code == "no_device_secret"
    locked.file = file_for(
        locked.escrowed, locked.clock.now() + timedelta(seconds=1), recovery_id="r-2"
    )
    locked.recover(secrets=keyring)
    locked.assert_recovered(keyring)
    with pytest.raises(KnownError) as caught:
        locked.open(NEW, HandKeyring())
    assert caught.value.code == "no_device_secret"


def test_passphrase_that_is_too_short_is_refused_before_anything(locked: Locked) -> None:
    with pytest.raises(KnownError) as caught:
        locked.recover(passphrase="12345")
    assert caught.value.code == "short_passphrase"
    assert not (locked.folder / RECOVERY_TRIES_FILE).exists()


# ---------------------------------------------------------------------- what is refused


def test_file_of_another_laptop_is_refused_and_counts_no_try(locked: Locked) -> None:
    another = msgspec.structs.replace(locked.escrowed, place="77aa")
    refusal = locked.refusal(file_for(another, locked.clock.now()))
    assert (refusal.code, refusal.facts["login"]) == ("recovery_elsewhere", "ppl-01")
    assert not (locked.folder / RECOVERY_TRIES_FILE).exists()
    locked.open(PASSPHRASE).close()


def test_file_that_names_this_laptop_but_holds_anothers_key_changes_nothing(
    locked: Locked,
) -> None:
    wrong = msgspec.structs.replace(locked.escrowed, key=b"k" * 32)
    assert locked.refusal(file_for(wrong, locked.clock.now())).code == "recovery_opens_nothing"
    locked.open(PASSPHRASE).close()


@pytest.mark.parametrize("field", ["account_id", "device_id"])
def test_key_of_another_officer_or_device_is_refused(field: str, locked: Locked) -> None:
    wrong = msgspec.structs.replace(locked.escrowed, **{field: "another"})
    assert locked.refusal(file_for(wrong, locked.clock.now())).code == "recovery_elsewhere"
    locked.open(PASSPHRASE).close()


def test_mistyped_code_counts_nothing_and_a_wrong_one_slows_down(locked: Locked) -> None:
    mistyped = ("1" if CODE[0] != "1" else "2") + CODE[1:]
    for _ in range(7):
        assert locked.refusal(code=mistyped).code == "mistyped_recovery_code"
    for tries in range(1, 6):
        refusal = locked.refusal(code=OTHER_CODE)
        assert (refusal.code, refusal.facts["tries"]) == ("wrong_recovery_code", tries)
    refusal = locked.refusal()
    assert (refusal.code, refusal.facts["seconds"]) == ("wait", 30)
    locked.clock.advance(seconds=31)
    assert locked.refusal(code=OTHER_CODE).code == "wrong_recovery_code"
    assert locked.refusal().facts["seconds"] == 60
    locked.clock.advance(seconds=61)
    locked.recover()
    locked.assert_recovered()


def test_wrong_codes_count_when_the_program_is_killed_while_it_looks(
    locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(_self: RecoveryFile, _code: str) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(RecoveryFile, "opened", dies)
        for _ in range(5):
            with pytest.raises(Died):
                locked.recover()
    assert locked.refusal().code == "wait"


def test_expired_file_is_refused_by_the_clock_and_by_what_the_server_said(locked: Locked) -> None:
    locked.clock.advance(days=3, seconds=1)
    refusal = locked.refusal()
    assert refusal.code == "recovery_expired"
    locked.clock.advance(days=-1)
    with locked.open(PASSPHRASE) as store:  # a clock set back: the server was heard since
        later = locked.clock.now() + timedelta(days=2)
        store.note_server(lineage="lineage-1", safe_point=0, server_time=later)
    assert locked.refusal().code == "recovery_expired"


def test_wrong_clock_is_no_hindrance_where_its_fault_is_known(locked: Locked) -> None:
    now = locked.clock.now()
    locked.clock.set_wall(now.replace(year=2016))
    with locked.open(PASSPHRASE) as store:
        store.note_server(lineage="lineage-1", safe_point=0, server_time=now)
    locked.recover()
    locked.assert_recovered()


def test_date_that_was_set_right_after_a_wrong_one_is_no_hindrance(locked: Locked) -> None:
    now = locked.clock.now()
    locked.clock.set_wall(now.replace(year=2016))
    assert locked.refusal().code == "recovery_early"
    with locked.open(PASSPHRASE) as store:
        store.note_server(lineage="lineage-1", safe_point=0, server_time=now)
    locked.clock.set_wall(now)
    locked.recover()
    locked.assert_recovered()


@pytest.mark.parametrize("place", [0, 30, 200, -40, -1])
def test_damaged_file_is_told_from_a_wrong_code(place: int, locked: Locked) -> None:
    broken = bytearray(locked.file)
    broken[place] ^= 1
    assert locked.refusal(bytes(broken)).code == "recovery_damaged"
    for cut in (b"", locked.file[:50], locked.file[:-1], locked.file + b"x", bytes(10**6)):
        assert locked.refusal(cut).code == "recovery_damaged"


def test_file_of_a_newer_program_is_told(locked: Locked) -> None:
    newer = locked.file.replace(b"recovery 1\n", b"recovery 2\n")
    assert locked.refusal(newer).code == "recovery_unknown"


def test_longer_life_written_into_a_file_does_not_open_it(locked: Locked) -> None:
    """Whoever rewrites the head does not know the code, and the checksum keeps nobody out."""
    until = (locked.clock.now() + timedelta(days=3)).isoformat().encode()
    longer = locked.file[:-32].replace(until, until.replace(b"2020", b"2030"))
    assert longer != locked.file[:-32]
    refusal = locked.refusal(longer + hashlib.sha256(longer).digest())
    assert refusal.code == "wrong_recovery_code"


# ---------------------------------------------------------------------- once


def test_used_file_and_older_ones_are_refused_and_a_younger_one_is_not(locked: Locked) -> None:
    older = file_for(locked.escrowed, locked.clock.now() - timedelta(hours=1), recovery_id="r-0")
    locked.recover()
    assert locked.refusal().code == "recovery_used"  # before the database has noted it
    locked.open().close()
    assert locked.refusal().code == "recovery_used"
    assert locked.refusal(older).code == "recovery_used"
    younger = file_for(locked.escrowed, locked.clock.now() + timedelta(hours=1), recovery_id="r-2")
    locked.recover(younger, passphrase="kain-ketiga")
    locked.open("kain-ketiga").close()


def test_recovery_is_in_the_history_once_and_due_for_the_hello(locked: Locked) -> None:
    locked.recover()
    for _ in range(2):
        with locked.open() as store, store._connections.reading() as db:
            events = db.execute("SELECT detail FROM history WHERE kind = 'recovered'").fetchall()
            due = store.escrow.due(b"n")
        assert [json.loads(detail)["recovery_id"] for (detail,) in events] == ["r-1"]
        assert due is not None
        assert due.recovery_id == "r-1"
    assert json.loads((locked.folder / KEYS_FILE).read_text())["recovered"] is None


def test_note_survives_a_change_of_passphrase_before_the_database_has_it(locked: Locked) -> None:
    locked.recover()
    key_files.change_passphrase(
        locked.folder, NEW, "kain-ketiga", clock=locked.clock, chance=SeededChance(2)
    )
    assert key_files.noted_recovery(locked.folder) == RecoveryNote(
        recovery_id="r-1",
        made_at=locked.clock.now().isoformat(),
        at=locked.clock.now().isoformat(),
    )


# ---------------------------------------------------------------------- damage and death


def test_full_disk_gives_the_ballast_up_and_lets_in(
    locked: Locked, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed: list[str] = []

    def is_full_once(path: Path, data: bytes) -> None:
        if not failed:
            failed.append(path.name)
            raise OSError(errno.ENOSPC, "full")
        write_durably(path, data)

    monkeypatch.setattr("enumerator.store.recovering.write_durably", is_full_once)
    locked.recover()
    assert failed == [RECOVERY_TRIES_FILE]
    locked.assert_recovered()


def test_laptop_that_is_being_wiped_is_not_opened_again(locked: Locked) -> None:
    (locked.folder / WIPING_FILE).write_bytes(b"mark")
    (locked.folder / KEYS_FILE).unlink()
    assert locked.refusal().code == "being_wiped"
    assert not (locked.folder / KEYS_FILE).exists()


def test_damaged_database_is_opened_by_its_backup_afterwards(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "3f9a")
    laptop.pull(case(1))
    laptop.draft(FAMILY)
    laptop.store.backup.make()
    file = file_for(escrowed_of(laptop), laptop.clock.now())
    laptop.store.close()
    database = laptop.folder / DATABASE_FILE
    with database.open("r+b") as opened:
        opened.write(os.urandom(4096))
    asked = {"clock": laptop.clock, "chance": laptop.chance}

    recover(laptop.folder, file, CODE, NEW, clock=laptop.clock, chance=laptop.chance, cost=CHEAP)

    with pytest.raises(KnownError, match="damaged"):
        OfficerStore.open(laptop.folder, NEW, **asked)  # type: ignore[arg-type]
    with OfficerStore.restore(laptop.folder, NEW, **asked) as store:  # type: ignore[arg-type]
        assert store.interviews.draft_of(FAMILY) is not None


@pytest.mark.parametrize("lost", ["", "keyring", "key file"])
def test_kill_at_any_write_leaves_the_old_state_or_the_new_one(
    lost: str, template: Locked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every system call that writes is the last one, in turn; then the same file finishes it, or
    the new passphrase opens."""
    lost_file = {"keyring": SECRET_FILE, "key file": KEYS_FILE}.get(lost)
    step, states, is_over = 0, set(), False
    while not is_over:
        locked = copy.copy(template)
        locked.folder = tmp_path / f"{step}" / "3f9a"
        shutil.copytree(template.folder, locked.folder)
        if lost_file is not None:
            (locked.folder / lost_file).unlink()
        is_over = _dies_at(step, locked, monkeypatch)
        state = _state(locked, lost)
        states.add(state)
        if state != "new":
            locked.recover()
        with locked.open() as store, store._connections.reading() as db:
            assert store.interviews.draft_of(FAMILY) is not None
            count = "SELECT count(*) FROM history WHERE kind = 'recovered'"
            assert db.execute(count).fetchone()[0] == 1
        step += 1
    assert states == {"old", "new"}
    assert step > 8


def _state(locked: Locked, lost: str) -> str:
    """Never both, never neither, but where nothing opened before."""
    opened = []
    for name, passphrase in (("old", PASSPHRASE), ("new", NEW)):
        try:
            locked.open(passphrase).close()
        except KnownError:
            continue
        opened.append(name)
    if lost and not opened:
        return "old"
    (state,) = opened
    return state


def _dies_at(step: int, locked: Locked, monkeypatch: pytest.MonkeyPatch) -> bool:
    """True when it came to its end before that step."""
    left = [step]

    def counted(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if left[0] == 0:
                raise Died
            left[0] -= 1
            return real(*arguments, **named)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", counted(os.open))
        patched.setattr(os, "fsync", counted(os.fsync))
        patched.setattr(Path, "replace", counted(Path.replace))
        patched.setattr(Path, "unlink", counted(Path.unlink))
        try:
            locked.recover()
        except Died:
            return False
    return True


# ---------------------------------------------------------------------- the escrow itself


def test_escrow_is_told_until_the_server_has_it_and_again_when_it_has_not(tmp_path: Path) -> None:
    laptop = Laptop(tmp_path / "3f9a")
    escrow = laptop.store.escrow
    due = escrow.due(b"nonce")
    assert due is not None
    assert (due.device_id, due.nonce) == ("device-1", b"nonce")
    escrow.heard(due.mark, "")
    assert escrow.due(b"nonce") is None
    laptop.reopen()
    assert laptop.store.escrow.due(b"nonce") is None
    for lacking in (b"", b"another escrow"):
        laptop.store.escrow.heard(lacking, "")
        again = laptop.store.escrow.due(b"nonce")
        assert again is not None
        assert again.mark == due.mark
        assert again.sealed != due.sealed  # sealed anew; only the mark tells that it is the same
    laptop.store.escrow.heard(None, "")
    assert laptop.store.escrow.due(b"nonce") is None


def test_mark_tells_officers_laptops_folders_and_offices_apart() -> None:
    one = EscrowedKey(account_id="a", device_id="d", place="p", key=b"k" * 32)
    others = [
        msgspec.structs.replace(one, **{name: value})
        for name, value in (("account_id", "b"), ("device_id", "e"), ("place", "q"))
    ]
    others.append(msgspec.structs.replace(one, key=b"l" * 32))
    marks = {mark_of(each, b"o" * 32) for each in (one, *others)} | {mark_of(one, b"p" * 32)}
    assert len(marks) == 6


def test_nothing_of_the_key_or_the_code_is_in_a_file_or_the_log(
    locked: Locked, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        locked.refusal(code=OTHER_CODE)
        locked.recover()
        locked.open().close()
    key = locked.escrowed.key
    canaries = [key, key.hex().encode(), CODE.encode(), CODE.replace("-", "").encode()]
    texts = [path.read_bytes() for path in locked.folder.rglob("*") if path.is_file()]
    texts += [caplog.text.encode(), locked.file, repr(locked.escrowed).encode()]
    assert len(texts) > 5
    assert not [word for word in canaries for text in texts if word in text]
