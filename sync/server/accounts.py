"""Making accounts, their one-time codes, and redeeming a code on a laptop."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from enumerator.errors import KnownError
from sync.protocol import EnrolReply, EnrolRequest
from sync.server.operation import Operation, iso
from sync.server.store import Account, Device, EnrolmentCode, Transaction
from sync.server.streaming import Streaming

CODE_LIFE = timedelta(days=14)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U to misread on paper."""
_CODE_LETTERS = 12
"""60 bits: nobody guesses one in 14 days over the network."""


def add_account(
    operation: Operation, *, login: str, name: str, role: str, supervisor: str | None = None
) -> tuple[Account, str]:
    """The account and its one-time code. KnownError ``login_taken``, ``no_such_supervisor``,
    ``bad_login``."""
    login = login.strip()
    if not login or len(login) > 60 or not login.isprintable() or " " in login:
        raise KnownError(
            "bad_login", "A login is one word of up to 60 characters, such as ppl-01.", login=login
        )
    with operation.store.writing() as transaction:
        supervisor_id = None
        if supervisor is not None:
            head = transaction.accounts.by_login(supervisor)
            if head is None or head.role != "supervisor":
                raise KnownError(
                    "no_such_supervisor",
                    f"There is no supervisor '{supervisor}'. Make one first with: "
                    f"add-supervisor --login {supervisor} --name NAME",
                    login=supervisor,
                )
            supervisor_id = head.account_id
        account = Account(
            account_id=operation.chance.uuid(),
            login=login,
            name=name.strip(),
            role=role,
            supervisor_id=supervisor_id,
            revoked=False,
            last_contact_at=None,
        )
        transaction.accounts.add(account)
        code = _new_code(operation, transaction, account)
        Streaming(transaction).show_officer(account.account_id)
    return account, code


def issue_code(operation: Operation, login: str) -> tuple[Account, str]:
    """Another code for a known account: a new laptop. KnownError ``no_such_account``."""
    with operation.store.writing() as transaction:
        account = find_account(transaction, login)
        return account, _new_code(operation, transaction, account)


def revoke(operation: Operation, login: str) -> Account:
    """Pulls end at the next request; uploads are quarantined. KnownError ``no_such_account``."""
    with operation.store.writing() as transaction:
        account = find_account(transaction, login)
        transaction.accounts.revoke(account.account_id, operation.now())
        Streaming(transaction).show_officer(account.account_id)
    return account


def find_account(transaction: Transaction, login: str) -> Account:
    """KnownError ``no_such_account``."""
    account = transaction.accounts.by_login(login)
    if account is None:
        raise KnownError(
            "no_such_account", f"There is no account '{login}'. See: status", login=login
        )
    return account


def enrol(operation: Operation, request: EnrolRequest) -> EnrolReply:
    """Redeem a code. KnownError ``code_unknown``, ``code_used``, ``code_expired``, ``revoked``."""
    code_hash = hash_code(request.code)
    with operation.store.writing() as transaction:
        code = transaction.accounts.code(code_hash)
        if code is None:
            raise KnownError(
                "code_unknown", "The server does not know this code. Check it letter by letter."
            )
        if datetime.fromisoformat(code.expires_at) <= operation.clock.now():
            raise KnownError("code_expired", "This code has expired. Ask for a new one.")
        account = transaction.accounts.get(code.account_id)
        if account is None or account.revoked:
            raise KnownError("revoked", "This account is closed. Ask your office.")
        device, redeemed_at = _redeemed(operation, transaction, request, code, code_hash)
    return EnrolReply(
        device_id=device.device_id,
        account_id=account.account_id,
        login=account.login,
        role=account.role,
        server_receipt_key=operation.keys.receipt_public,
        office_seal_key=operation.keys.seal_public,
        lineage=operation.lineage,
        server_time=redeemed_at,
    )


def hash_code(code: str) -> bytes:
    """Of the code as it is meant: spaces, dashes, case and look-alike letters do not matter."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    plain = plain.replace("O", "0").replace("I", "1").replace("L", "1")
    return hashlib.sha256(b"enumerator code\x00" + plain.encode()).digest()


def _new_code(operation: Operation, transaction: Transaction, account: Account) -> str:
    letters = "".join(_ALPHABET[byte % 32] for byte in operation.chance.token(_CODE_LETTERS))
    code = "-".join(letters[start : start + 4] for start in range(0, _CODE_LETTERS, 4))
    now = operation.clock.now()
    transaction.accounts.add_code(
        hash_code(code), account.account_id, iso(now), iso(now + CODE_LIFE)
    )
    return code


def _redeemed(
    operation: Operation,
    transaction: Transaction,
    request: EnrolRequest,
    code: EnrolmentCode,
    code_hash: bytes,
) -> tuple[Device, str]:
    """The device of this code: made now, or the one that the same keys got before."""
    keys = (request.device_public_key, request.account_public_key)
    if code.redeemed_at is not None and code.device_id is not None:
        device = transaction.accounts.device(code.device_id)
        if device is None or (device.device_key, device.account_key) != keys:
            raise KnownError("code_used", "This code was already used. Ask for a new one.")
        return device, code.redeemed_at
    now = operation.now()
    device = Device(operation.chance.uuid(), code.account_id, *keys, revoked=False)
    transaction.accounts.add_device(device, request.device_name, now)
    transaction.accounts.redeem(code_hash, device.device_id, now)
    return device, now
