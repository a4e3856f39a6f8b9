"""The operation of one history: a server that dies and is restored, laptops, the office's hand.

Every history starts from the same template: nine families in two teams, made once a process.
"""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from nacl.signing import SigningKey

from enumerator.clock import Chance, Clock
from enumerator.store import Enrolment, Envelope, OfficerStore
from enumerator.store.feed import digest_of_hashes
from sync.protocol import EnrolRequest
from sync.server import accounts, commanding
from sync.server.desk import Desk
from sync.server.office.altering import alter
from sync.server.office.assigning import assign, find_officers
from sync.server.office.backing_up import back_up
from sync.server.office.frame import load_areas, load_frame
from sync.server.office.responses import load_responses
from sync.server.operation import DATABASE_FILE, Operation, open_operation
from sync.server.sqlite.connecting import Connection, connect
from tests.helpers.field import (
    CHEAP,
    PASSPHRASE,
    card_number,
    family_id,
    load_area_file,
    nik,
    write_csv,
    write_frame,
)
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.simulation.images import Image
from tests.simulation.laptop import SimulatedLaptop
from tests.simulation.link import Wire

TEAMS = {"pml-01": ("ppl-01", "ppl-02", "ppl-03"), "pml-02": ("ppl-04", "ppl-05", "ppl-06")}
FAMILIES = 12
_TEN_YEARS_DAYS = 3652


class Template:
    """Made once in ``root``: an operation's folder and one enrolled laptop for each account."""

    def __init__(self, root: Path) -> None:
        self.root = root
        clock, chance = HandClock(), SeededChance(63)
        operation = open_operation(root / "operation", clock=clock, chance=chance)
        load_areas(operation, load_area_file(root))
        load_frame(operation, *write_frame(root, range(1, FAMILIES + 1)))
        self.accounts: dict[str, str] = {}
        for supervisor, officers in TEAMS.items():
            self._enrol(operation, supervisor, "supervisor", None)
            for login in officers:
                self._enrol(operation, login, "officer", supervisor)
        logins = [login for officers in TEAMS.values() for login in officers]
        numbers = [family_id(number) for number in range(1, FAMILIES + 1)]
        assign(operation, find_officers(operation, logins), numbers)
        operation.close()
        self.operation = Image.of(root / "operation")
        self.laptops = {login: Image.of(root / login) for login in self.accounts}

    def _enrol(self, operation: Operation, login: str, role: str, supervisor: str | None) -> None:
        account, code = accounts.add_account(
            operation, login=login, name=f"Nama {login}", role=role, supervisor=supervisor
        )
        self.accounts[login] = account.account_id
        _make_store(operation, code, self.root / login, operation.clock, operation.chance)


def _make_store(
    operation: Operation, code: str, folder: Path, clock: Clock, chance: Chance
) -> None:
    """A laptop is enrolled with ``code``."""
    device, officer = chance.token(32), chance.token(32)
    reply = accounts.enrol(
        operation,
        EnrolRequest(
            code=code,
            device_public_key=SigningKey(device).verify_key.encode(),
            account_public_key=SigningKey(officer).verify_key.encode(),
        ),
    )
    enrolment = Enrolment(
        server="memory",
        account_id=reply.account_id,
        role=reply.role,
        login=reply.login,
        device_id=reply.device_id,
        device_key=device,
        officer_key=officer,
        server_receipt_key=reply.server_receipt_key,
        seal_key=reply.office_seal_key,
        lineage=reply.lineage,
    )
    OfficerStore.create(
        folder, PASSPHRASE, enrolment, clock=clock, chance=chance, cost=CHEAP
    ).close()


class World:
    """``right_clocks``: the same history with no laptop's clock wrong."""

    def __init__(
        self, template: Template, folder: Path, seed: int, *, right_clocks: bool = False
    ) -> None:
        self.folder = folder
        self.template = template
        self.random = Random(seed)  # noqa: S311 (a schedule, not a secret)
        self._clock_random = Random(seed + 1)  # noqa: S311
        self.right_clocks = right_clocks
        self.server_clock = HandClock()
        self._server_chance = SeededChance(seed * 31 + 7)
        template.operation.lay(folder / "operation")
        self.wire = Wire(self._open(), self._reopen, self._skip_minutes, self._watch)
        self.breaches: list[str] = []
        self.revoked: set[str] = set()
        self.restores = 0
        self.backed_up: set[tuple[str, bytes]] = set()
        self.photos_backed_up: set[str] = set()
        """Envelopes in the newest backup."""
        self._backups = 0
        self._dates: set[datetime] = set()
        self._watcher: Connection | None = None
        self.laptops: list[SimulatedLaptop] = []
        self.wiped: list[SimulatedLaptop] = []
        self._choose_laptops()

    def _choose_laptops(self) -> None:
        logins = [login for officers in TEAMS.values() for login in officers]
        self.random.shuffle(logins)
        chosen = ["pml-01", *logins[: self.random.randrange(2, 7)]]
        if self.random.random() < 0.3:
            chosen.append("pml-02")
        for login in chosen:
            self.add_laptop(login, self.template.laptops[login])

    def add_laptop(self, login: str, image: Image) -> SimulatedLaptop:
        laptop = self._new_laptop(login)
        image.lay(laptop.folder)
        return laptop

    def _new_laptop(self, login: str) -> SimulatedLaptop:
        number = len(self.laptops) + len(self.wiped)
        laptop = SimulatedLaptop(
            self.folder / f"laptop-{number}",
            login,
            self._some_clock(),
            self.random.getrandbits(40) + number,
            Random(self.random.getrandbits(40)),  # noqa: S311
        )
        self.laptops.append(laptop)
        return laptop

    def has_another(self, laptop: SimulatedLaptop) -> bool:
        """Of the same role."""
        role = laptop.login[:3]
        return any(one is not laptop and one.login.startswith(role) for one in self.laptops)

    def replace_laptop(self, wiped: SimulatedLaptop) -> None:
        """Its officer gets another one with another code, if the account is open. The office
        backs up after that: a restored server would not know a laptop enrolled since."""
        self.wiped.append(wiped)
        self.laptops.remove(wiped)
        if self.template.accounts[wiped.login] in self.revoked:
            return
        laptop = self._new_laptop(wiped.login)
        _, code = accounts.issue_code(self.operation, wiped.login)
        chance = SeededChance(self.random.getrandbits(40))
        _make_store(self.operation, code, laptop.folder, laptop.clock, chance)
        self.back_up()

    def _some_clock(self) -> HandClock:
        days = self._clock_random.choice((0, 0, 0, 1, -1, 30, -400, _TEN_YEARS_DAYS))
        days *= self._clock_random.choice((1, -1))
        return HandClock(self.server_clock.now() + timedelta(days=self._wrong(days)))

    def jump_clock(self, laptop: SimulatedLaptop) -> None:
        days = self._clock_random.uniform(-_TEN_YEARS_DAYS, _TEN_YEARS_DAYS)
        wrong = timedelta(
            seconds=round(self._wrong(days) * 86_400)
        )  # written as long as a right one
        laptop.clock.set_wall(self.server_clock.now() + wrong)

    def _wrong(self, days: float) -> float:
        return 0 if self.right_clocks else days

    def pass_time(self, hours: float) -> None:
        self.server_clock.advance(hours=hours)
        for laptop in self.laptops:
            laptop.clock.advance(hours=hours)

    def _skip_minutes(self, minutes: float) -> None:
        self.server_clock.advance(minutes=minutes)

    # ------------------------------------------------------------------ the server

    @property
    def operation(self) -> Operation:
        return self.wire.desk.operation

    @property
    def operation_folder(self) -> Path:
        return self.folder / "operation"

    def _open(self) -> Desk:
        return Desk(
            open_operation(
                self.operation_folder, clock=self.server_clock, chance=self._server_chance
            )
        )

    def _reopen(self) -> Desk:
        self._close_operation()
        return self._open()

    def back_up(self) -> None:
        self._backups += 1
        back_up(self.operation, self.operation_folder, self.folder / f"backup-{self._backups}")
        self.backed_up = set(self.held_by_server())
        self.photos_backed_up = self.photos_at_server()

    def restore(self) -> bool:
        """The newest backup in the operation's place; whether there was one."""
        if not self._backups:
            return False
        self._close_operation()
        for path in self.operation_folder.glob(f"{DATABASE_FILE}*"):
            path.unlink()
        backup = self.folder / f"backup-{self._backups}"
        shutil.copy2(backup / DATABASE_FILE, self.operation_folder / DATABASE_FILE)
        # A backup serves for one restore: a second start from it would be the same lineage.
        shutil.rmtree(backup)
        self.wire.desk = self._open()
        self.restores += 1
        self.back_up()
        return True

    def held_by_server(self) -> dict[tuple[str, bytes], str]:
        """(id, hash) of every envelope in custody, with its status and reason."""
        rows = self.rows("SELECT envelope_id, envelope_hash, status, reason FROM envelope")
        return {(id_, bytes(hash_)): f"{status}/{reason}" for id_, hash_, status, reason in rows}

    def photos_at_server(self) -> set[str]:
        return {sha256 for (sha256,) in self.rows("SELECT sha256 FROM media")}

    def wires_of_server(self) -> list[Envelope]:
        """Every envelope in custody, as it travelled."""
        rows = self.rows("SELECT header, body, signature FROM envelope ORDER BY number")
        return [Envelope(*(bytes(part) for part in row)) for row in rows]

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        if self._watcher is None:
            self._watcher = connect(self.operation_folder / DATABASE_FILE, read_only=True)
        return [tuple(row) for row in self._watcher.execute(sql, parameters)]

    def _close_operation(self) -> None:
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
        self.operation.close()

    def _watch(self, account_id: str, families: list[str]) -> None:
        """I5: no reply tells of a family that the caller is not entitled to now."""
        if not families:
            return
        with self.operation.store.reading() as transaction:
            for family in families:
                case = transaction.cases.get(family)
                officer_id = case.officer_id if case else None
                officer = transaction.accounts.get(officer_id) if officer_id else None
                entitled = {officer_id, officer.supervisor_id if officer else None}
                if account_id not in entitled:
                    self.breaches.append(f"I5: {account_id} was shown {family}")

    # ------------------------------------------------------------------ the office

    def digest_of(self, account_id: str) -> bytes:
        """Of an account's list, as the server has it."""
        with self.operation.store.reading() as transaction:
            return digest_of_hashes(transaction.streams.live_hashes(account_id))

    def is_frozen(self, device_id: str) -> bool:
        with self.operation.store.reading() as transaction:
            return commanding.is_frozen(transaction, device_id)

    def office_moves(self, numbers: list[int], login: str) -> None:
        officers = find_officers(self.operation, [login])
        assign(self.operation, officers, [family_id(number) for number in numbers], move=True)

    def self_response(self, number: int, status: str) -> None:
        load_responses(
            self.operation, response_file(self.folder, number, status, self.server_clock)
        )

    def office_alters(
        self, numbers: list[int], reason: str, successors: list[int], hours_ago: int
    ) -> None:
        """The office's word on families of the frame, each of another moment; an older one may
        be noted later."""
        dated = self.server_clock.now() - timedelta(hours=hours_ago)
        while dated in self._dates:
            dated += timedelta(seconds=1)
        self._dates.add(dated)
        alter(
            self.operation,
            [family_id(number) for number in numbers],
            reason,
            [family_id(number) for number in successors],
            dated=dated.isoformat(),
        )

    def revoke(self, login: str) -> None:
        accounts.revoke(self.operation, login)
        self.revoked.add(self.template.accounts[login])

    def close(self) -> None:
        for laptop in self.laptops:
            laptop.shut()
        self._close_operation()


def response_file(folder: Path, number: int, status: str, clock: HandClock) -> Path:
    """What a family's answer online comes as."""
    return write_csv(
        folder / "responses.csv",
        ("no_kk", "nik", "status", "submitted_at"),
        [(card_number(number), nik(number, 1), status, clock.now().isoformat())],
    )
