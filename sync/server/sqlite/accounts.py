"""Accounts, their machines and their one-time codes."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from enumerator.errors import KnownError
from sync.server.rows import ACCOUNT_COLUMNS, DEVICE_COLUMNS, to_account, to_device
from sync.server.sqlite.connecting import Connection, IntegrityError
from sync.server.store import Account, Device, EnrolmentCode

_ACCOUNT = f"SELECT {ACCOUNT_COLUMNS} FROM account"
_DEVICE = f"SELECT {DEVICE_COLUMNS} FROM device"


class SqliteAccounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account: Account) -> None:
        try:
            self._connection.execute(
                "INSERT INTO account (account_id, login, name, role, supervisor_id)"
                " VALUES (?, ?, ?, ?, ?)",
                (
                    account.account_id,
                    account.login,
                    account.name,
                    account.role,
                    account.supervisor_id,
                ),
            )
        except IntegrityError as error:
            raise KnownError(
                "login_taken",
                f"The login '{account.login}' is already in use. Choose another one, or make a "
                f"new code for it with: issue-code --login {account.login}",
                login=account.login,
            ) from error

    def get(self, account_id: str) -> Account | None:
        return self._one("account_id = ?", account_id)

    def by_login(self, login: str) -> Account | None:
        return self._one("login = ?", login)

    def all(self) -> list[Account]:
        rows = self._connection.execute(_ACCOUNT + " ORDER BY login")
        return [to_account(row) for row in rows]

    def team(self, supervisor_id: str) -> list[Account]:
        rows = self._connection.execute(
            _ACCOUNT + " WHERE supervisor_id = ? ORDER BY login", (supervisor_id,)
        )
        return [to_account(row) for row in rows]

    def revoke(self, account_id: str, when: str) -> None:
        self._connection.execute(
            "UPDATE account SET revoked_at = ? WHERE account_id = ? AND revoked_at IS NULL",
            (when, account_id),
        )

    def contacted(self, account_id: str, when: str) -> None:
        self._connection.execute(
            "UPDATE account SET last_contact_at = ? WHERE account_id = ?", (when, account_id)
        )

    def add_code(self, code_hash: bytes, account_id: str, created: str, expires: str) -> None:
        self._connection.execute(
            "INSERT INTO enrolment_code (code_hash, account_id, created_at, expires_at)"
            " VALUES (?, ?, ?, ?)",
            (code_hash, account_id, created, expires),
        )

    def code(self, code_hash: bytes) -> EnrolmentCode | None:
        row = self._connection.execute(
            "SELECT account_id, expires_at, redeemed_at, device_id FROM enrolment_code"
            " WHERE code_hash = ?",
            (code_hash,),
        ).fetchone()
        return None if row is None else EnrolmentCode(*row)

    def redeem(self, code_hash: bytes, device_id: str, when: str) -> None:
        self._connection.execute(
            "UPDATE enrolment_code SET redeemed_at = ?, device_id = ? WHERE code_hash = ?",
            (when, device_id, code_hash),
        )

    def add_device(self, device: Device, name: str, when: str) -> None:
        self._connection.execute(
            "INSERT INTO device (device_id, account_id, device_key, account_key, name, enrolled_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                device.device_id,
                device.account_id,
                device.device_key,
                device.account_key,
                name,
                when,
            ),
        )

    def device(self, device_id: str) -> Device | None:
        row = self._connection.execute(_DEVICE + " WHERE device_id = ?", (device_id,)).fetchone()
        return None if row is None else to_device(row)

    def devices(self, account_id: str) -> list[Device]:
        rows = self._connection.execute(
            _DEVICE + " WHERE account_id = ? ORDER BY enrolled_at, device_id", (account_id,)
        )
        return [to_device(row) for row in rows]

    def change_keys(self, device: Device, envelope_id: str, when: str) -> None:
        self._connection.execute(
            "INSERT INTO former_key"
            " (device_id, number, device_key, account_key, envelope_id, retired_at)"
            " SELECT device_id, (SELECT count(*) + 1 FROM former_key f"
            "  WHERE f.device_id = device.device_id), device_key, account_key, ?, ?"
            " FROM device WHERE device_id = ?",
            (envelope_id, when, device.device_id),
        )
        self._connection.execute(
            "UPDATE device SET device_key = ?, account_key = ? WHERE device_id = ?",
            (device.device_key, device.account_key, device.device_id),
        )

    def former_keys(self, device_id: str) -> list[tuple[bytes, bytes]]:
        rows = self._connection.execute(
            "SELECT device_key, account_key FROM former_key WHERE device_id = ?"
            " ORDER BY number DESC",
            (device_id,),
        )
        return [(bytes(device_key), bytes(account_key)) for device_key, account_key in rows]

    def devices_with_former_keys(self) -> list[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT device_id FROM former_key ORDER BY device_id"
        )
        return [str(device_id) for (device_id,) in rows]

    def _one(self, condition: str, value: str) -> Account | None:
        row = self._connection.execute(f"{_ACCOUNT} WHERE {condition}", (value,)).fetchone()
        return None if row is None else to_account(row)
