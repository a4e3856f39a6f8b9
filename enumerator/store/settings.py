"""Small values of one officer's database: enrolment, lineage, safe point, policy."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from sqlite_utils import Database

from enumerator.errors import BugError
from enumerator.store.connection import Connections, one
from enumerator.store.enrolment import Enrolment


class StoreSettings:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def get(self, name: str) -> bytes | None:
        with self._connections.reading() as db:
            row = one(db, "SELECT value FROM setting WHERE name = ?", (name,))
        return None if row is None else bytes(row[0])

    def put(self, db: Database, name: str, value: bytes) -> None:
        """Inside the caller's transaction."""
        db.execute(
            "INSERT INTO setting (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def enrolment(self) -> Enrolment:
        data = self.get("enrolment")
        if data is None:
            raise BugError("the database has no enrolment")
        return msgspec.msgpack.decode(data, type=Enrolment)

    def lineage(self) -> str:
        return (self.get("lineage") or b"").decode()

    def safe_point(self) -> int:
        return int(self.get("safe_point") or b"0")

    def has_server_signed(self) -> bool:
        """Whether a hello of this server was ever signed: servers before protocol 2 do not."""
        return self.get("server_signs") is not None

    def policy(self) -> dict[str, Any]:
        """The server's contact rules as it sent them; empty before the first hello."""
        loaded: dict[str, Any] = json.loads(self.get("policy") or b"{}")
        return loaded

    def clock_offset_s(self) -> float:
        """Server time minus laptop time at the last hello; shown, never a reason to refuse."""
        return float(self.get("clock_offset_s") or b"0")
