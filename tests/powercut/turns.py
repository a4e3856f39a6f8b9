"""The turns that change a laptop's whole disk or its way in: an upgrade, a salvage, a recovery, a
wipe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlite_utils import Database

from enumerator.clock import Chance, Clock
from enumerator.store import OfficerStore, recovering
from enumerator.store import recovery_file as recovery_files
from enumerator.store.command import WIPE, CommandOrder
from enumerator.store.connection import connect
from enumerator.store.device_secret import SECRET_FILE
from enumerator.store.escrow import EscrowedKey
from enumerator.store.folders import DATABASE_FILE
from enumerator.store.keys import unwrap_key
from enumerator.store.migrations import SCHEMA
from enumerator.store.wiping import finish
from tests.store.builders import PASSPHRASE, STREAM, Laptop

NEW_PASSPHRASE = "kain-baru-63"
_PAGE_BYTES = 4096


@contextmanager
def later_release() -> Iterator[None]:
    """A program with one step more in its schema."""
    before = list(SCHEMA._migrations)

    @SCHEMA(name="later")
    def later(db: Database) -> None:
        db.executescript("CREATE TABLE later (id TEXT PRIMARY KEY) STRICT;")
        db.execute("INSERT INTO later SELECT id FROM envelope")

    try:
        yield
    finally:
        SCHEMA._migrations[:] = before


def damage(laptop: Laptop) -> None:
    """After a backup, two pages of the closed database go bad: the roots of envelopes and of
    answers."""
    laptop.store.backup.make()
    laptop.store.close()
    path = laptop.folder / DATABASE_FILE
    key = unwrap_key(laptop.folder, PASSPHRASE, laptop.clock, laptop.chance)
    db = connect(path, key, read_only=True)
    sql = "SELECT rootpage FROM sqlite_schema WHERE name IN ('envelope', 'answer')"
    roots = [int(row[0]) for row in db.execute(sql).fetchall()]
    db.close()
    descriptor = os.open(path, os.O_RDWR)
    for root in roots:
        os.pwrite(descriptor, bytes(_PAGE_BYTES), (root - 1) * _PAGE_BYTES)
    os.fsync(descriptor)
    os.close(descriptor)


def salvage(laptop: Laptop) -> None:
    laptop.store = OfficerStore.restore(
        laptop.folder, PASSPHRASE, clock=laptop.clock, chance=laptop.chance
    )


def recover(laptop: Laptop) -> None:
    """The keyring is lost; the office's file lets the officer in, with a new passphrase."""
    laptop.store.close()
    key = unwrap_key(laptop.folder, PASSPHRASE, laptop.clock, laptop.chance)
    (laptop.folder / SECRET_FILE).unlink()
    take_recovery_file(laptop.folder, key, laptop.clock, laptop.chance)
    laptop.store = OfficerStore.open(
        laptop.folder, NEW_PASSPHRASE, clock=laptop.clock, chance=laptop.chance
    )


def take_recovery_file(folder: Path, key: bytes, clock: Clock, chance: Chance) -> None:
    """One that the office makes now."""
    code = recovery_files.new_code(bytes(12))
    made = clock.now()
    escrowed = EscrowedKey(account_id=STREAM, device_id="device-1", place=folder.name, key=key)
    head = recovery_files.RecoveryHead(
        recovery_id="r-1",
        login="ppl-01",
        place=folder.name,
        made_at=made.isoformat(),
        expires_at=(made + timedelta(days=3)).isoformat(),
        salt=bytes(16),
    )
    with _cheap_files():
        file = recovery_files.recovery_file(head, escrowed, code, bytes(24))
        recovering.recover(folder, file, code, NEW_PASSPHRASE, clock=clock, chance=chance)


@contextmanager
def _cheap_files() -> Iterator[None]:
    """Hundreds of states take a file: the stretching of its code is not what is tried here."""
    before = recovery_files._MEMORY_KIB
    recovery_files._MEMORY_KIB = 64
    try:
        yield
    finally:
        recovery_files._MEMORY_KIB = before


def order_wipe(laptop: Laptop) -> None:
    """The office's word reaches the laptop, and everything is sealed."""
    order = CommandOrder(
        command_id="command-1",
        device_id="device-1",
        command=WIPE,
        parameters={"reason": "laptop dicuri"},
        lineage=laptop.server.lineage,
        point=1,
        issued_at=laptop.clock.now().isoformat(),
    )
    laptop.store.obeying.obey(order)
    laptop.store.wiping.seal_all(lambda id_: f"<data><id>{id_}</id></data>".encode())


def wipe(laptop: Laptop) -> None:
    laptop.store.wiping.begin()
    laptop.store.close()
    finish(laptop.folder)
