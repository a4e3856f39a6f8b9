"""A forgotten passphrase or a lost keyring: the office's file and code let the officer in again.

The database key itself comes out of the file, is tried on this laptop's data, and is wrapped anew.
One swap of the key file decides: before it the laptop is as it was, after it the new passphrase
opens. That it happened goes with the same swap, and from there into the database's history.

A file works once, and not after a younger one; the database remembers that. What no program can
mend: who has kept file, code and a copy of the disk has the key, until the laptop is wiped.
"""

from __future__ import annotations

import contextlib
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import sqlcipher3

from enumerator.clock import Chance, Clock
from enumerator.errors import KnownError
from enumerator.store.backup import generations
from enumerator.store.connection import connect, one
from enumerator.store.device_secret import DeviceSecrets
from enumerator.store.durable import FolderLock, write_durably
from enumerator.store.enrolment import Enrolment
from enumerator.store.escrow import RECOVERY_SETTING, EscrowedKey
from enumerator.store.folders import DATABASE_FILE, RECOVERY_TRIES_FILE, WIPING_FILE
from enumerator.store.keys import (
    KeyCost,
    RecoveryNote,
    check_length,
    delay_s,
    noted_recovery,
    rewrap_key,
    with_room,
)
from enumerator.store.recovery_file import RecoveryFile, RecoveryHead, is_code
from enumerator.store.swapping import complete_swaps

_EARLY = timedelta(days=1)
"""What a laptop's clock may be slow, as by a wrong time zone."""
_ASKED = ("enrolment", "server_time", "clock_offset_s", RECOVERY_SETTING)


class _Tries(msgspec.Struct, frozen=True):
    wrong_tries: int = 0
    last_try_at: str = ""


def recover(
    folder: Path,
    file: bytes,
    code: str,
    passphrase: str,
    *,
    clock: Clock,
    chance: Chance,
    cost: KeyCost | None = None,
    secrets: DeviceSecrets | None = None,
) -> None:
    """From now on ``passphrase`` opens this officer's data. KnownError ``short_passphrase``,
    ``recovery_damaged``, ``recovery_unknown``, ``recovery_elsewhere`` (login),
    ``mistyped_recovery_code`` (not counted), ``wait`` (seconds), ``wrong_recovery_code`` (tries),
    ``recovery_expired`` (until, now), ``recovery_early`` (made, now), ``recovery_used``,
    ``recovery_opens_nothing``, ``being_wiped``, ``in_use``, ``disk_full``.

    The try is counted on disk before the code is looked at, as of passphrases. ``secrets`` None:
    a file.
    """
    check_length(passphrase)
    lock = FolderLock(folder)
    try:
        if (folder / WIPING_FILE).exists():
            raise KnownError(
                "being_wiped",
                "The office has had this data deleted. Ask it for a new one-time code.",
            )
        opened = RecoveryFile(file)
        if opened.head.place != folder.name:
            raise _elsewhere(opened.head)
        escrowed = _opened(folder, opened, code, clock)
        complete_swaps(folder)
        _check(folder, opened.head, escrowed, clock)
        note = RecoveryNote(
            recovery_id=opened.head.recovery_id,
            made_at=opened.head.made_at,
            at=clock.now().isoformat(),
        )
        rewrap_key(
            folder, escrowed.key, passphrase, note, chance=chance, cost=cost, secrets=secrets
        )
    finally:
        lock.release()


def _opened(folder: Path, file: RecoveryFile, code: str, clock: Clock) -> EscrowedKey:
    if not is_code(code):
        raise KnownError(
            "mistyped_recovery_code",
            "A letter of this code is wrong. Have it read out again, letter by letter.",
        )
    path = folder / RECOVERY_TRIES_FILE
    tries = _tries(path)
    wait_s = delay_s(tries.wrong_tries, tries.last_try_at, clock.now())
    if wait_s > 0:
        raise KnownError("wait", f"Too many wrong codes. Wait {wait_s} seconds.", seconds=wait_s)
    counted = _Tries(tries.wrong_tries + 1, clock.now().isoformat())
    with_room(folder, lambda: write_durably(path, msgspec.json.encode(counted)))
    escrowed = file.opened(code)
    if escrowed is None:
        raise KnownError(
            "wrong_recovery_code",
            "This code does not belong to this file. Have it read out again, or ask the office "
            "for another file and code.",
            tries=counted.wrong_tries,
        )
    path.unlink()
    return escrowed


def _tries(path: Path) -> _Tries:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Tries)
    except (FileNotFoundError, msgspec.MsgspecError):
        return _Tries()


def _check(folder: Path, head: RecoveryHead, escrowed: EscrowedKey, clock: Clock) -> None:
    """By what the database itself says: the file's word alone would let anybody put a wrong key
    in the place of the right one."""
    facts = _facts(folder, escrowed.key)
    enrolment = msgspec.msgpack.decode(facts["enrolment"], type=Enrolment)
    asked = (escrowed.account_id, escrowed.device_id, escrowed.place)
    if asked != (enrolment.account_id, enrolment.device_id, folder.name):
        raise _elsewhere(head)
    _check_time(head, facts, clock.now())
    noted = facts.get(RECOVERY_SETTING)
    before = [noted_recovery(folder)]
    if noted is not None:
        before.append(msgspec.msgpack.decode(noted, type=RecoveryNote))
    made_at = datetime.fromisoformat(head.made_at)
    if any(one is not None and made_at <= datetime.fromisoformat(one.made_at) for one in before):
        raise KnownError(
            "recovery_used",
            "This recovery file was used already, or a newer one was. Ask the office for another.",
        )


def _check_time(head: RecoveryHead, facts: dict[str, bytes], now: datetime) -> None:
    """The laptop's clock may be wrong, and its offset of the last hello old: either will do. What
    the server's time is known to have been is certain."""
    made, until = (datetime.fromisoformat(text) for text in (head.made_at, head.expires_at))
    offset = timedelta(seconds=float(facts.get("clock_offset_s") or b"0"))
    clocks = (now, now + offset)
    known = (facts.get("server_time") or b"").decode()
    is_past = bool(known) and datetime.fromisoformat(known) > until
    if is_past or min(clocks) > until:
        raise KnownError(
            "recovery_expired",
            "This recovery file is too old. If this laptop's date is right, ask the office for "
            "another; if not, set the date and try again.",
            until=head.expires_at,
            now=now.isoformat(),
        )
    if max(clocks) < made - _EARLY:
        raise KnownError(
            "recovery_early",
            "By this laptop's date the recovery file is not made yet. Set the date and the time, "
            "then try again.",
            made=head.made_at,
            now=now.isoformat(),
        )


def _facts(folder: Path, key: bytes) -> dict[str, bytes]:
    """Of the database, or of a backup where it is damaged. KnownError
    ``recovery_opens_nothing``."""
    files = [folder / DATABASE_FILE, *generations(folder)]
    for path in files:
        with contextlib.suppress(KnownError, sqlcipher3.DatabaseError):
            return _facts_in(path, key)
    raise KnownError(
        "recovery_opens_nothing",
        "The key in this file opens neither this officer's data nor a backup of it. Do not delete "
        "the folder: its sealed files still hold the finished work.",
    )


def _facts_in(path: Path, key: bytes) -> dict[str, bytes]:
    if not path.exists():  # connecting would make an empty one
        raise KnownError("damaged_database", "There is no such database.")
    db = connect(path, key, read_only=True)
    try:
        rows = {
            name: one(db, "SELECT value FROM setting WHERE name = ?", (name,)) for name in _ASKED
        }
    finally:
        db.close()
    if rows["enrolment"] is None:
        raise KnownError("damaged_database", "This database was never finished.")
    return {name: bytes(row[0]) for name, row in rows.items() if row is not None}


def _elsewhere(head: RecoveryHead) -> KnownError:
    return KnownError(
        "recovery_elsewhere",
        "This recovery file is for another laptop or another officer. Tell the office the laptop's "
        "number that this window shows, and ask for a file for it.",
        login=head.login,
    )
