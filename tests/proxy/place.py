"""A census operation on the disk, its server as a process of its own, and its officers' laptops."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from enumerator.clock import SystemChance, SystemClock
from enumerator.store import DataFolder, OfficerStore
from sync.client.enrolment import enrol
from sync.server import accounts, commanding, publishing
from sync.server.office.assigning import assign
from sync.server.office.frame import load_areas, load_frame
from sync.server.operation import DATABASE_FILE, open_operation
from sync.server.sqlite.connecting import connect
from tests.helpers.field import CHEAP, PASSPHRASE, family_id, load_area_file, write_frame

ROOT = Path(__file__).parents[2]
SUPERVISOR = "pml-01"
FORM = """<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>Uji</h:title><model><instance><data id="uji" version="1"><nama/></data></instance>
<bind nodeset="/data/nama" type="string"/></model></h:head>
<h:body><input ref="/data/nama"><label>Nama</label></input></h:body></h:html>
"""
_START_S = 60


@dataclass(frozen=True, slots=True)
class Officer:
    """``families``: numbers of the frame, this officer's alone."""

    login: str
    code: str
    families: tuple[int, ...]


def make_operation(root: Path, officers: int, families_each: int) -> list[Officer]:
    """A server's folder in ``root``/operation with a questionnaire in force."""
    root.mkdir(parents=True, exist_ok=True)
    operation = open_operation(root / "operation")
    try:
        load_areas(operation, load_area_file(root))
        load_frame(operation, *write_frame(root, range(1, officers * families_each + 1)))
        form = root / "uji.xml"
        form.write_text(FORM, encoding="utf-8")
        publishing.publish(operation, form, ())
        accounts.add_account(operation, login=SUPERVISOR, name="Pengawas", role="supervisor")
        made = []
        for index in range(officers):
            first = index * families_each + 1
            numbers = tuple(range(first, first + families_each))
            account, code = accounts.add_account(
                operation,
                login=f"ppl-{index + 1:02d}",
                name=f"Petugas {index + 1}",
                role="officer",
                supervisor=SUPERVISOR,
            )
            assign(operation, [account], [family_id(number) for number in numbers])
            made.append(Officer(account.login, code, numbers))
        return made
    finally:
        operation.close()


def supervisors_code(root: Path) -> str:
    operation = open_operation(root / "operation")
    try:
        return accounts.issue_code(operation, SUPERVISOR)[1]
    finally:
        operation.close()


def order(root: Path, login: str, command: str) -> None:
    """The office tells an officer's laptop to do something."""
    operation = open_operation(root / "operation")
    try:
        commanding.issue(operation, login, command, reason="uji")
    finally:
        operation.close()


class ServerProcess:
    """``enumerator server`` over a folder of :func:`make_operation`."""

    def __init__(self, root: Path) -> None:
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "enumerator", "server"),
                *("--folder", str(root / "operation"), "--port", "0"),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f"the server did not start: status {self._process.wait()}")
        self.address: str = json.loads(line)["listening"]

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(_START_S)
        assert self._process.stdout is not None
        self._process.stdout.close()


def enrolled(root: Path, officer: Officer, address: str) -> OfficerStore:
    """On a laptop of its own, whose folder is ``root``/laptop-LOGIN."""
    return enrol(
        address,
        officer.code,
        DataFolder(root / f"laptop-{officer.login}"),
        PASSPHRASE,
        SystemClock(),
        SystemChance(),
        cost=CHEAP,
    )


def rows(root: Path, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
    """Of the server's database, as it is on the disk now."""
    connection = connect(root / "operation" / DATABASE_FILE, read_only=True)
    try:
        return [tuple(row) for row in connection.execute(sql, parameters)]
    finally:
        connection.close()
