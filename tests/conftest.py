"""Rules for all tests: order and seeds are pytest-randomly's; the rest is here.

- Qt draws into memory unless QT_QPA_PLATFORM says otherwise.
- No test reaches another machine, and none writes into the user's own folders or keyring.
- A log record of WARNING or worse fails the test, unless the test says ``expect_log(pattern)``.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.helpers.guards import LogWatch, LoopbackOnly

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
for _variable in list(os.environ):
    if _variable.lower().endswith("_proxy"):  # a proxy would come between a test and its server
        del os.environ[_variable]

_own_folders = tempfile.TemporaryDirectory(prefix="enumerator-tests-")
for _variable in ("APPDATA", "LOCALAPPDATA", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
    os.environ[_variable] = str(Path(_own_folders.name, _variable.lower()))

# Two cores shared with other work make single examples slow now and then; no verdict on that.
settings.register_profile("enumerator", deadline=None, print_blob=True)
settings.load_profile("enumerator")

_loopback_only = LoopbackOnly()


def pytest_unconfigure() -> None:
    _own_folders.cleanup()


@pytest.fixture(autouse=True)
def _no_outside_network() -> Iterator[None]:
    with _loopback_only.on() as guard:
        yield
        refused = list(guard.refused)
    if refused:
        pytest.fail(f"reached for {', '.join(refused)}: tests may reach this machine only")


@pytest.fixture(autouse=True)
def _log_watch() -> Iterator[LogWatch]:
    with LogWatch().watching() as watch:
        yield watch
    if verdict := watch.verdict():
        pytest.fail(verdict)


@pytest.fixture
def expect_log(_log_watch: LogWatch) -> Callable[[str], None]:
    """Call it with a regular expression that a log record of this test matches
    (``WARNING logger.name: message``); the test fails when none comes."""
    return _log_watch.expect
