"""Rules that hold in every test: nothing leaves this machine, nothing complains unasked."""

from __future__ import annotations

import ipaddress
import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager


class OutsideNetworkError(RuntimeError):
    """A test asked for an address beyond this machine. Not an OSError: a client that treats
    network failures as "offline" must not hide it."""


class LoopbackOnly:
    """An audit hook that refuses every name and address but this machine's own.

    Python cannot take an audit hook away again, so it is installed once a process and switched.
    """

    def __init__(self) -> None:
        self._is_on = False
        self._is_installed = False
        self.refused: list[str] = []

    @contextmanager
    def on(self) -> Iterator[LoopbackOnly]:
        if not self._is_installed:
            sys.addaudithook(self._audit)
            self._is_installed = True
        self.refused.clear()
        self._is_on = True
        try:
            yield self
        finally:
            self._is_on = False

    def _audit(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self._is_on or not event.startswith("socket."):
            return
        if event in ("socket.connect", "socket.sendto"):
            address = arguments[1]
            host = address[0] if isinstance(address, tuple) else None  # else a Unix socket
        elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
            host = arguments[0]
        else:
            return
        if not is_own_machine(host):
            self.refused.append(str(host))
            raise OutsideNetworkError(f"a test may reach this machine only, not {host}")


def is_own_machine(host: object) -> bool:
    """Whether a socket's host is a loopback address, or none at all."""
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


class LogWatch(logging.Handler):
    """Collects warnings and worse; :meth:`verdict` says what was wrong about them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._seen: list[str] = []
        self._expected: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self._seen.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def expect(self, pattern: str) -> None:
        """This test makes the program log something that matches ``pattern``, once or oftener."""
        self._expected.append(pattern)

    def verdict(self) -> str:
        """Empty when all was as expected."""
        stray = [
            line
            for line in self._seen
            if not any(re.search(pattern, line) for pattern in self._expected)
        ]
        missing = [
            pattern
            for pattern in self._expected
            if not any(re.search(pattern, line) for line in self._seen)
        ]
        return "\n".join(
            [f"stray log record: {line}" for line in stray]
            + [f"expected log record did not come: {pattern}" for pattern in missing]
        )

    @contextmanager
    def watching(self) -> Iterator[LogWatch]:
        """Listen at the root logger."""
        root = logging.getLogger()
        root.addHandler(self)
        try:
            yield self
        finally:
            root.removeHandler(self)
