"""Commands to laptops: issued here, obeyed there, ended by an acknowledgement."""

from __future__ import annotations

from enumerator.errors import KnownError
from enumerator.store.command import KINDS, CommandOrder, is_change_valid, order_bytes
from enumerator.store.envelope import AcknowledgementBody, Header, canonical
from sync.protocol import Command
from sync.server.accounts import find_account
from sync.server.operation import Operation
from sync.server.store import CommandRow, Device, Transaction

_RANKS = {"refused": 1, "done": 2, "wiped": 3}
"""Of acknowledgements of one command: a later stage is not undone by an earlier one that was
under way for longer."""


def issue(
    operation: Operation,
    login: str,
    command: str,
    *,
    reason: str = "",
    from_sequence: int = 0,
    device_id: str = "",
) -> list[CommandRow]:
    """One for each laptop of the account, or for the one named. Closed accounts and laptops get
    theirs too. KnownError ``no_such_account``, ``no_such_device``, ``unknown_command``."""
    if command not in KINDS:
        raise KnownError(
            "unknown_command",
            f"There is no command '{command}'. Choose one of: {', '.join(KINDS)}.",
        )
    parameters = {"reason": reason.strip()[:500]} if reason.strip() else {}
    if from_sequence > 0:
        parameters["from_sequence"] = str(from_sequence)

    def work(transaction: Transaction) -> list[CommandRow]:
        account = find_account(transaction, login)
        devices = transaction.accounts.devices(account.account_id)
        chosen = [device for device in devices if device_id in ("", device.device_id)]
        if not chosen:
            raise KnownError(
                "no_such_device",
                f"'{login}' has no such laptop. Nobody has enrolled one with this account, or "
                "--device is of another account; see: commands",
                login=login,
            )
        point = transaction.next_point()
        rows = [_signed(operation, device, command, parameters, point) for device in chosen]
        for row in rows:
            transaction.commands.add(row)
        return rows

    return operation.store.write(work)


def wire(row: CommandRow) -> Command:
    return Command(
        command_id=row.command_id,
        command=row.command,
        payload=row.payload,
        signature=row.signature,
    )


def is_frozen(transaction: Transaction, device_id: str) -> bool:
    """From the moment of issuing: the server does not wait for the laptop's word."""
    last = transaction.commands.last_freeze(device_id)
    return last is not None and freezes(last.command)


def freezes(command: str) -> bool:
    """Whether a laptop is frozen whose newest ``freeze`` or ``unfreeze`` this is."""
    return command == "freeze"


def acknowledge(
    transaction: Transaction, header: Header, body: AcknowledgementBody, when: str
) -> tuple[str, bool]:
    """A word on what was made of it, and whether the laptop has new keys. Nothing happens twice:
    a further acknowledgement of the same stage finds it done. Keys change on the laptop's own word:
    a server that was restored may not know that it asked for them."""
    has_new_keys = body.keys is not None and _change_keys(transaction, header, body, when)
    row = transaction.commands.get(body.command_id)
    if row is None or row.device_id != header.device_id:
        return "unknown_command", has_new_keys
    if _RANKS.get(body.status, 0) > _RANKS.get(row.status, 0):
        transaction.commands.acknowledge(row.command_id, body.status, body.detail[:500], when)
        if body.status == "wiped":
            transaction.escrows.drop(row.device_id)
    return "", has_new_keys


def _change_keys(
    transaction: Transaction, header: Header, body: AcknowledgementBody, when: str
) -> bool:
    device = transaction.accounts.device(header.device_id)
    if device is None or body.keys is None:
        return False
    keys = body.keys
    if not is_change_valid(device.device_id, body.command_id, device.account_key, keys):
        return False
    changed = Device(
        device.device_id, device.account_id, keys.device_key, keys.account_key, device.revoked
    )
    transaction.accounts.change_keys(changed, header.id, when)
    return True


def _signed(
    operation: Operation, device: Device, command: str, parameters: dict[str, str], point: int
) -> CommandRow:
    order = CommandOrder(
        command_id=operation.chance.uuid(),
        device_id=device.device_id,
        command=command,
        parameters=parameters,
        lineage=operation.lineage,
        point=point,
        issued_at=operation.now(),
    )
    payload = canonical(order)
    return CommandRow(
        command_id=order.command_id,
        account_id=device.account_id,
        device_id=device.device_id,
        command=command,
        reason=parameters.get("reason", ""),
        point=point,
        issued_at=order.issued_at,
        payload=payload,
        signature=operation.keys.sign(order_bytes(payload)),
    )
