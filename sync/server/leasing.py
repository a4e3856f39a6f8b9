"""Leases: what a hello grants, and codes that extend one over the telephone.

Nothing is stored: the keys come from the server's secret, a laptop's for the office and an
officer's for the present supervisor, whose laptop derives the keys of its own team and no other.
"""

from __future__ import annotations

import hashlib
import hmac

from enumerator.errors import KnownError
from enumerator.store.lease import LeaseTerms, key_of_member
from enumerator.store.lease_code import respond
from enumerator.store.spoken_code import grouped, plain
from sync.server.accounts import find_account
from sync.server.keys import ServerKeys
from sync.server.operation import Operation
from sync.server.policy import POLICY
from sync.server.store import Account, ActRow, Transaction

KEY_BYTES = 16
DEFAULT_DAYS = 3


def terms(keys: ServerKeys, account: Account, device_id: str) -> LeaseTerms:
    """For a laptop that may read; to others none is granted."""
    supervisor = account.supervisor_id
    team_key = b""
    if supervisor is not None:
        team_key = key_of_member(_team(keys, supervisor), account.account_id)
    return LeaseTerms(
        days=POLICY["lease_days"],
        office_key=_derived(keys, b"office", device_id),
        team_key=team_key,
        own_team=_team(keys, account.account_id) if account.role == "supervisor" else b"",
    )


def extend(
    operation: Operation,
    login: str,
    challenge: str,
    days: int,
    device_id: str = "",
    by_user: str = "",
) -> dict[str, str]:
    """The code for each laptop of the account, or for the one named: only the laptop that showed
    the challenge takes its own. That it was given is noted before; the code is not. KnownError
    ``no_such_account``, ``no_such_device``, ``closed_account``, ``bad_challenge``, ``bad_days``."""
    with operation.store.reading() as transaction:
        account = find_account(transaction, login)
        devices = transaction.accounts.devices(account.account_id)
    if account.revoked:
        raise KnownError(
            "closed_account", f"'{login}' is closed: nothing is extended.", login=login
        )
    chosen = [
        device.device_id
        for device in devices
        if device_id in ("", device.device_id) and not device.revoked
    ]
    if not chosen:
        raise KnownError("no_such_device", f"'{login}' has no such laptop.", login=login)
    codes = {
        one: grouped(respond(_derived(operation.keys, b"office", one), challenge, days))
        for one in chosen
    }
    at, asked = operation.now(), plain(challenge)

    def note(transaction: Transaction) -> None:
        for one in chosen:
            act = ActRow(
                at, "extend-lease", account.account_id, one, by_user, asked, f"{days} days"
            )
            transaction.escrows.note(act)

    operation.store.write(note)
    return codes


def _team(keys: ServerKeys, supervisor_id: str) -> bytes:
    return _derived(keys, b"team", supervisor_id)


def _derived(keys: ServerKeys, purpose: bytes, name: str) -> bytes:
    words = b"\x00".join((b"enumerator lease", purpose, name.encode()))
    return hmac.digest(keys.session_secret, words, hashlib.sha256)[:KEY_BYTES]
