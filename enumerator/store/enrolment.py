"""What a laptop learnt when it was enrolled; kept inside the encrypted database."""

from __future__ import annotations

import msgspec


class FormerKeys(msgspec.Struct, frozen=True):
    """Seeds that were given up; a server that was restored may still know no others."""

    device_key: bytes
    officer_key: bytes


class Enrolment(msgspec.Struct, frozen=True, kw_only=True):
    """``device_key`` and ``officer_key`` are Ed25519 seeds; ``server_receipt_key`` is the
    server's Ed25519 public key, ``seal_key`` the office's X25519 public key (32 bytes each)."""

    server: str
    account_id: str
    role: str
    """``officer`` or ``supervisor``."""
    login: str
    device_id: str
    device_key: bytes
    officer_key: bytes
    server_receipt_key: bytes
    seal_key: bytes
    lineage: str
    incarnation: str = ""
    """The local database's life when it was created; empty: the store draws one."""
    former: list[FormerKeys] = []
    """Newest first."""

    def __repr__(self) -> str:
        return f"Enrolment({self.account_id}, device {self.device_id})"
