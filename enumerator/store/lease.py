"""How long an officer may read families without the server: the lease.

Each hello that the server signs grants it anew. What has passed of it is reckoned so that no clock
can lengthen it: the greater of what the wall clock says since the grant and of what was counted
before, and what the monotonic clock counts is always added. A clock that went back between two
openings hides how long the laptop was switched off: that costs a day. A clock set far forward
locks; nothing is deleted, and a hello or a code opens.

The lease stops reading and beginning, never saving or sending: that is why it is a lock and no
erased key. A hello is signed with a key of this very database, and what waits in it must go out.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlite_utils import Database

from enumerator.clock import Chance, Clock
from enumerator.errors import KnownError
from enumerator.store.connection import Connections
from enumerator.store.keys import delay_s
from enumerator.store.lease_code import days_of, is_response, new_challenge, respond
from enumerator.store.settings import StoreSettings
from enumerator.store.spoken_code import grouped

LEASE_SETTING = "lease"
_TEAM_SETTING = "lease_team_key"
_NOTE_EVERY = timedelta(minutes=5)
_BACKWARD = timedelta(minutes=10)
"""What a clock that is corrected may go back without cost."""
_HIDDEN = timedelta(days=1)


class LeaseTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The server's grant, inside a signed hello."""

    days: int
    office_key: bytes
    """What the office's codes for this laptop are made with."""
    team_key: bytes = b""
    """What the supervisor's codes for this officer are made with."""
    own_team: bytes = b""
    """To a supervisor: what the keys of the own team come from (:func:`key_of_member`)."""


@dataclass(frozen=True, slots=True)
class LeaseState:
    """``left``: until reading ends. ``challenge``: as shown; empty where no code is possible."""

    is_over: bool
    left: timedelta
    challenge: str
    granted_at: datetime


class _Lease(msgspec.Struct, frozen=True, kw_only=True):
    days: int
    granted_at: str
    seen_at: str
    challenge: str
    keys: tuple[bytes, ...]
    used_s: float = 0.0
    wrong_tries: int = 0
    last_try_at: str = ""


def key_of_member(own_team: bytes, account_id: str) -> bytes:
    """The same at the server and on the supervisor's laptop."""
    return hmac.digest(own_team, b"enumerator lease\x00" + account_id.encode(), hashlib.sha256)[:16]


class Leasing:
    def __init__(
        self, connections: Connections, settings: StoreSettings, clock: Clock, chance: Chance
    ) -> None:
        self._connections = connections
        self._settings = settings
        self._clock = clock
        self._chance = chance
        self._counted_ms = clock.monotonic_ms()

    def begin(self) -> None:
        """At the opening: what the laptop's clock says of the time between."""
        lease = self._load()
        if lease is not None:
            went_back = self._clock.now() < datetime.fromisoformat(lease.seen_at) - _BACKWARD
            self._note(_HIDDEN if went_back else timedelta())

    def grant(self, db: Database, terms: LeaseTerms) -> None:
        """In the transaction that notes the hello."""
        keys = tuple(key for key in (terms.office_key, terms.team_key) if key)
        self._begin_anew(db, self._new(terms.days, keys))
        self._settings.put(db, _TEAM_SETTING, terms.own_team)

    def state(self) -> LeaseState | None:
        """None before the first hello that granted one: of an older server there is none."""
        lease = self._load()
        if lease is None:
            return None
        used = self._used(lease)
        if used - timedelta(seconds=lease.used_s) >= _NOTE_EVERY:
            self._note()
        left = timedelta(days=lease.days) - used
        return LeaseState(
            is_over=left <= timedelta(),
            left=max(left, timedelta()),
            challenge=grouped(lease.challenge) if lease.keys else "",
            granted_at=datetime.fromisoformat(lease.granted_at),
        )

    def is_over(self) -> bool:
        state = self.state()
        return state is not None and state.is_over

    def check(self) -> None:
        """KnownError ``lease_over``."""
        if self.is_over():
            raise KnownError(
                "lease_over",
                "This laptop has been without the server for too long. Synchronise, or ask your "
                "supervisor for a code; what is finished is still sent.",
            )

    def extend(self, response: str) -> int:
        """Days that the code gave; each challenge takes one. KnownError ``mistyped_code`` (not
        counted), ``wrong_lease_code`` (tries), ``wait`` (seconds), ``no_code_possible``."""
        lease = self._load()
        if lease is None or not lease.keys:
            raise KnownError("no_code_possible", "Only a synchronisation opens this laptop.")
        days = days_of(response)
        wait_s = delay_s(lease.wrong_tries, lease.last_try_at, self._clock.now())
        if wait_s > 0:
            raise KnownError(
                "wait", f"Too many wrong codes. Wait {wait_s} seconds.", seconds=wait_s
            )
        now = self._clock.now().isoformat()
        tried = msgspec.structs.replace(lease, wrong_tries=lease.wrong_tries + 1, last_try_at=now)
        with self._connections.writing() as db:
            self._settings.put(db, LEASE_SETTING, msgspec.msgpack.encode(tried))
        if not any(is_response(key, lease.challenge, response) for key in lease.keys):
            raise KnownError(
                "wrong_lease_code",
                "This code is not for this laptop, or was used already. Read the challenge out "
                "again and ask for another.",
                tries=tried.wrong_tries,
            )
        with self._connections.writing() as db:
            self._begin_anew(db, self._new(days, lease.keys))
        return days

    def answer_for(self, account_id: str, challenge: str, days: int) -> str:
        """A supervisor's code for an officer of the own team. KnownError ``no_team_key``,
        ``bad_challenge``, ``bad_days``."""
        own_team = self._settings.get(_TEAM_SETTING)
        if not own_team:
            raise KnownError(
                "no_team_key", "Synchronise once: then this laptop can give codes to your team."
            )
        return grouped(respond(key_of_member(own_team, account_id), challenge, days))

    # ------------------------------------------------------------------ inside

    def _used(self, lease: _Lease) -> timedelta:
        now = self._clock.now()
        counted_s = lease.used_s + (self._clock.monotonic_ms() - self._counted_ms) / 1000
        wall_s = (now - datetime.fromisoformat(lease.granted_at)).total_seconds()
        return timedelta(seconds=max(counted_s, wall_s))

    def _begin_anew(self, db: Database, lease: _Lease) -> None:
        self._counted_ms = self._clock.monotonic_ms()
        self._settings.put(db, LEASE_SETTING, msgspec.msgpack.encode(lease))

    def _note(self, extra: timedelta = timedelta()) -> None:
        with self._connections.writing() as db:
            lease = self._load()  # in the transaction: a grant may have come meanwhile
            if lease is None:
                return
            used_s = (self._used(lease) + extra).total_seconds()
            now = self._clock.now().isoformat()
            self._begin_anew(db, msgspec.structs.replace(lease, used_s=used_s, seen_at=now))

    def _load(self) -> _Lease | None:
        data = self._settings.get(LEASE_SETTING)
        return None if data is None else msgspec.msgpack.decode(data, type=_Lease)

    def _new(self, days: int, keys: tuple[bytes, ...]) -> _Lease:
        now = self._clock.now().isoformat()
        challenge = new_challenge(self._chance.token(7))
        return _Lease(days=days, granted_at=now, seen_at=now, challenge=challenge, keys=keys)
