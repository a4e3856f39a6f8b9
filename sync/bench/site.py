"""An operation to measure: its frame, its officers' chains, and its server as another process."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from nacl.signing import SigningKey

from enumerator.errors import KnownError
from enumerator.sample import REGIONS, sample_file
from enumerator.sample.population import population
from enumerator.sample.prelist import FAMILIES_FILE, MEMBERS_FILE, write_prelist
from sync.bench.messages import Sealer
from sync.protocol import EnrolRequest
from sync.server import accounts
from sync.server.office.assigning import assign, find_officers
from sync.server.office.frame import load_areas, load_frame
from sync.server.operation import Operation, open_operation
from sync.server.store import Account

SUPERVISOR = "pml-01"
_STOP_S = 60


@dataclass
class Officer:
    login: str
    sealer: Sealer
    families: list[str]


class Site:
    """``address``: of an empty PostgreSQL database; None is SQLite in the folder."""

    def __init__(self, root: Path, address: str | None, *, families: int, seed: int) -> None:
        self.root = root
        self.address = address
        self._chance = Random(seed)  # noqa: S311 (people, not secrets)
        self._made = 0
        with self.opened() as operation:
            _load(operation, root, families, seed)
            accounts.add_account(operation, login=SUPERVISOR, name="Pengawas", role="supervisor")
            with operation.store.reading() as transaction:
                self._free = transaction.cases.in_area("63", unassigned_only=True)

    @contextlib.contextmanager
    def opened(self) -> Iterator[Operation]:
        operation = open_operation(self.root / "operation", self.address)
        try:
            yield operation
        finally:
            operation.close()

    def officers(self, count: int, families_each: int) -> list[Officer]:
        """New ones, each with families that nobody had."""
        with self.opened() as operation:
            return [self._officer(operation, families_each) for _ in range(count)]

    def code(self, login: str, families: int) -> str:
        """Of a new officer with so many families, for a laptop to enrol with."""
        with self.opened() as operation:
            _, code = self._account(operation, login)
            self._give(operation, login, families)
        return code

    def _officer(self, operation: Operation, families: int) -> Officer:
        self._made += 1
        login = f"ppl-{self._made:03d}"
        account, code = self._account(operation, login)
        chance = Random(self._chance.getrandbits(64))  # noqa: S311 (people, not secrets)
        device_seed, account_seed = chance.randbytes(32), chance.randbytes(32)
        enrolled = accounts.enrol(
            operation,
            EnrolRequest(
                code=code,
                device_public_key=SigningKey(device_seed).verify_key.encode(),
                account_public_key=SigningKey(account_seed).verify_key.encode(),
            ),
        )
        own = self._give(operation, login, families)
        sealer = Sealer(
            account.account_id,
            enrolled.device_id,
            f"{chance.getrandbits(128):032x}",
            device_seed,
            account_seed,
            chance,
        )
        return Officer(login, sealer, own)

    def _account(self, operation: Operation, login: str) -> tuple[Account, str]:
        return accounts.add_account(
            operation, login=login, name=f"Nama {login}", role="officer", supervisor=SUPERVISOR
        )

    def _give(self, operation: Operation, login: str, families: int) -> list[str]:
        if len(self._free) < families:
            raise KnownError("bench_failed", "The frame to measure with is too small.")
        own, self._free = self._free[:families], self._free[families:]
        assign(operation, find_officers(operation, [login]), own)
        return own


class ServerProcess:
    """``enumerator server`` over a site, until :meth:`stop`."""

    def __init__(self, site: Site, *options: str) -> None:
        where = [] if site.address is None else ["--database", site.address]
        self._process = subprocess.Popen(  # noqa: S603 (this program itself)
            [
                *(sys.executable, "-m", "enumerator", "server", "--port", "0"),
                *("--folder", str(site.root / "operation"), *where, *options),
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        line = "" if self._process.stdout is None else self._process.stdout.readline()
        if not line:
            raise KnownError("bench_failed", "The server to measure did not start.")
        found: dict[str, Any] = json.loads(line)
        self.address: str = found["listening"]

    def stop(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        if self._process.stdout is not None:
            self._process.stdout.close()


def _load(operation: Operation, root: Path, families: int, seed: int) -> None:
    folder = root / "office"
    write_prelist(folder, population(families, seed=seed), seed=seed, late_share=0.0)
    (folder / REGIONS).write_bytes(sample_file(REGIONS))
    load_areas(operation, folder / REGIONS)
    load_frame(operation, folder / FAMILIES_FILE, folder / MEMBERS_FILE)
