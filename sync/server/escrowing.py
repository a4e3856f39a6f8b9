"""The office's side of a forgotten passphrase: keeping laptops' sealed keys, opening one for a
recovery file.

A laptop's word counts when its present account key signed it for this very hello. What is kept is
opened by the office's command alone; no answer of the server holds it.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from nacl.exceptions import CryptoError

from enumerator.errors import KnownError
from enumerator.store.durable import sync_folder
from enumerator.store.escrow import (
    EscrowedKey,
    EscrowPayload,
    mark_of,
    open_escrow,
    verified_escrow,
)
from enumerator.store.folders import laptop_number
from enumerator.store.recovery_file import SALT_BYTES, RecoveryHead, new_code, recovery_file
from sync.protocol import HelloRequest
from sync.server import commanding
from sync.server.accounts import find_account
from sync.server.operation import Operation, iso
from sync.server.rows import stored_word
from sync.server.store import Account, ActRow, Device, EscrowRow, Transaction

DEFAULT_DAYS = 3
MOST_DAYS = 14
_CODE_BYTES = 12
_NONCE_BYTES = 24


@dataclass(frozen=True, slots=True)
class Recovery:
    """A recovery file that was written, and what is to be read out for it."""

    recovery_id: str
    device_id: str
    laptop: str
    """The number that the laptop shows."""
    code: str
    expires_at: str


def believed(request: HelloRequest, device: Device) -> EscrowPayload | None:
    """None where nothing was said, or nothing that counts: a former key's word does not, it may
    be a thief's."""
    word = request.escrow
    if word is None:
        return None
    said = verified_escrow(word.payload, word.signature, device.account_key)
    if said is None or (said.device_id, said.nonce) != (request.device_id, request.nonce):
        return None
    return said


def told(
    transaction: Transaction, device: Device, word: EscrowPayload | None, when: str
) -> EscrowRow | None:
    """What is held once this word is kept."""
    held = transaction.escrows.get(device.device_id)
    return held if word is None else _merged(held, device, word, when)


def keep(operation: Operation, device: Device, word: EscrowPayload) -> None:
    when = operation.now()

    def work(transaction: Transaction) -> None:
        held = transaction.escrows.get(device.device_id)
        row = _merged(held, device, word, when)
        if row is None or row == held:
            return
        transaction.escrows.put(row)
        if row.recovered != ("" if held is None else held.recovered):
            act = ActRow(
                when,
                "recovered",
                device.account_id,
                device.device_id,
                "",
                row.recovered,
                f"by the laptop's clock {stored_word(word.recovered_at)}",
            )
            transaction.escrows.note(act)

    operation.store.write(work)


def recover(
    operation: Operation,
    login: str,
    output: Path,
    *,
    days: int = DEFAULT_DAYS,
    laptop: str = "",
    by_user: str = "",
) -> Recovery:
    """Writes the file; noted before. ``laptop``: the number that it shows, or its id; blank: the
    account's only one. KnownError ``no_such_account``, ``closed_account``, ``no_such_device``,
    ``no_escrow``, ``several_laptops``, ``frozen_laptop``, ``wiped_laptop``, ``bad_escrow``,
    ``bad_days``, ``bad_output``."""
    if not 1 <= days <= MOST_DAYS:
        raise KnownError("bad_days", f"Choose 1 to {MOST_DAYS} days.", most=MOST_DAYS)
    with operation.store.reading() as transaction:
        account = find_account(transaction, login)
        row, escrowed = _chosen(operation, transaction, account, laptop)
        _check_standing(transaction, login, row.device_id)
    now = operation.clock.now()
    head = RecoveryHead(
        recovery_id=operation.chance.uuid(),
        login=account.login,
        place=escrowed.place,
        made_at=iso(now),
        expires_at=iso(now + timedelta(days=days)),
        salt=operation.chance.token(SALT_BYTES),
    )
    code = new_code(operation.chance.token(_CODE_BYTES))
    data = recovery_file(head, escrowed, code, operation.chance.token(_NONCE_BYTES))
    act = ActRow(
        head.made_at,
        "recover",
        account.account_id,
        row.device_id,
        by_user,
        head.recovery_id,
        f"until {head.expires_at}",
    )
    _write(output, data, lambda: operation.store.write(lambda tx: tx.escrows.note(act)))
    return Recovery(
        head.recovery_id, row.device_id, laptop_number(escrowed.place), code, head.expires_at
    )


def _merged(
    held: EscrowRow | None, device: Device, word: EscrowPayload, when: str
) -> EscrowRow | None:
    """A recovery alone has no place of its own: it is told again with the key."""
    recovered = stored_word(word.recovery_id)
    if word.sealed:
        recovered = recovered or ("" if held is None else held.recovered)
        return EscrowRow(
            device.device_id, device.account_id, word.mark, word.sealed, when, recovered
        )
    if held is None:
        return None
    return dataclasses.replace(held, recovered=recovered or held.recovered)


def _chosen(
    operation: Operation, transaction: Transaction, account: Account, laptop: str
) -> tuple[EscrowRow, EscrowedKey]:
    login = account.login
    if account.revoked:
        raise KnownError(
            "closed_account", f"'{login}' is closed: nobody is let in again.", login=login
        )
    devices = transaction.accounts.devices(account.account_id)
    rows = [transaction.escrows.get(one.device_id) for one in devices if not one.revoked]
    found = [
        (row, escrowed)
        for row in rows
        if row is not None
        and (escrowed := _opened(operation, row)) is not None
        and (not laptop or _plain(laptop) in (_plain(row.device_id), _plain(escrowed.place)))
    ]
    if len(found) == 1:
        return found[0]
    if found:
        shown = ", ".join(
            f"{laptop_number(escrowed.place)} (key of {row.stored_at[:10]})"
            for row, escrowed in found
        )
        raise KnownError(
            "several_laptops",
            f"'{login}' has several laptops: {shown}. Give the one whose number the laptop shows: "
            "--laptop NUMBER",
            login=login,
        )
    if not devices:
        raise KnownError("no_such_device", f"'{login}' has no laptop.", login=login)
    raise KnownError(
        "no_escrow",
        f"No key of such a laptop of '{login}' is kept here: it has not synchronised since its "
        "program sends one, or --laptop is another's number. Finished work can be brought with: "
        f"enumerator bundle. Drafts stay locked; enrol the officer anew: issue-code --login "
        f"{login}",
        login=login,
    )


def _opened(operation: Operation, row: EscrowRow) -> EscrowedKey | None:
    """None when it is not what this very laptop sent to this office."""
    try:
        escrowed = open_escrow(row.sealed, operation.keys.seal_seed)
    except (CryptoError, ValueError):
        return None
    is_its_own = (escrowed.account_id, escrowed.device_id) == (row.account_id, row.device_id)
    is_whole = mark_of(escrowed, operation.keys.seal_public) == row.mark
    return escrowed if is_its_own and is_whole else None


def _check_standing(transaction: Transaction, login: str, device_id: str) -> None:
    if commanding.is_frozen(transaction, device_id):
        raise KnownError(
            "frozen_laptop",
            f"This laptop of '{login}' is frozen. Once it is certain who has it, lift that with: "
            f"command {login} unfreeze --device {device_id}",
            login=login,
        )
    if any(
        one.device_id == device_id and one.command == "wipe" and one.status != "refused"
        for one in transaction.commands.all()
    ):
        raise KnownError(
            "wiped_laptop",
            f"This laptop of '{login}' was told to delete its data. Enrol it anew: issue-code "
            f"--login {login}",
            login=login,
        )


def _write(output: Path, data: bytes, note: Callable[[], None]) -> None:
    """Noted when it is certain that there is a place for it, and before it opens anything."""
    try:
        descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise _bad_output(output, error) from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            note()
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(output.parent)
    except OSError as error:
        output.unlink(missing_ok=True)
        raise _bad_output(output, error) from error
    except BaseException:
        output.unlink(missing_ok=True)
        raise


def _bad_output(output: Path, error: OSError) -> KnownError:
    return KnownError(
        "bad_output",
        f"The file {output} cannot be written ({error.strerror}). Choose another one that is not "
        "there yet: --output FILE",
    )


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())
