"""The guards of tests/conftest.py catch what they are for."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers.guards import LogWatch, is_own_machine

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "", None, b"::1"])
def test_host_is_own_machine_when_it_is_loopback(host: object) -> None:
    assert is_own_machine(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "2001:db8::1", "example.org", "0"])
def test_host_is_not_own_machine_when_it_is_anything_else(host: str) -> None:
    assert not is_own_machine(host)


def test_connection_succeeds_when_it_is_to_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()


def test_log_watch_is_content_when_an_expected_record_came() -> None:
    watch = LogWatch()
    watch.expect("spool .* full")
    watch.emit(_record(logging.ERROR, "spool 7 full"))
    assert watch.verdict() == ""


def test_log_watch_names_a_record_that_nobody_expected() -> None:
    watch = LogWatch()
    watch.expect("spool")
    watch.emit(_record(logging.ERROR, "spool 7 full"))
    watch.emit(_record(logging.WARNING, "clock jumped"))
    assert watch.verdict() == "stray log record: WARNING enumerator.store: clock jumped"


def test_log_watch_names_an_expected_record_that_did_not_come() -> None:
    watch = LogWatch()
    watch.expect("spool")
    assert watch.verdict() == "expected log record did not come: spool"


def test_expect_log_lets_a_warning_pass(expect_log: Callable[[str], None]) -> None:
    expect_log("WARNING enumerator.store: clock jumped")
    logging.getLogger("enumerator.store").warning("clock jumped")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("import logging; logging.getLogger('x').warning('alone')", "stray log record: WARNING x"),
        ("import socket; socket.create_connection(('192.0.2.1', 9))", "this machine only"),
        (
            """import socket
    try: socket.getaddrinfo('example.org', 80)
    except Exception: pass""",
            "reached for example.org",
        ),
        ("import warnings; warnings.warn('old')", "UserWarning: old"),
    ],
    ids=["log", "connect", "swallowed look-up", "warning"],
)
def test_run_fails_when_a_test_breaks_a_rule(tmp_path: Path, body: str, reason: str) -> None:
    case = tmp_path / "test_rule_breaker.py"
    case.write_text(f"def test_it():\n    {body}\n", encoding="utf-8")
    options = ("-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "tests.conftest", case],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stdout + run.stderr
    assert reason in run.stdout


def test_own_folders_of_the_user_are_elsewhere() -> None:
    assert "enumerator-tests-" in os.environ["XDG_DATA_HOME"]
    assert "enumerator-tests-" in os.environ["LOCALAPPDATA"]


def _record(level: int, message: str) -> logging.LogRecord:
    return logging.LogRecord("enumerator.store", level, __file__, 1, message, (), None)
