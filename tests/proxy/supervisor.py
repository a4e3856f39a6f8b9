"""A supervisor's laptop as a process of its own: it takes visitors' work and sends it on.

``python -m tests.proxy.supervisor ADDRESS CODE FOLDER`` enrols, then obeys orders, one JSON object
a line: a relay with a code of its own is opened for each officer, and every sending says which
road it takes.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from enumerator.clock import SystemChance, SystemClock
from enumerator.store import DataFolder, OfficerStore
from sync.client.engine import sync_once
from sync.client.enrolment import enrol
from sync.client.transport import HttpTransport
from sync.relay.serving import RelayServer
from tests.helpers.field import CHEAP, PASSPHRASE

_END_S = 60


class SupervisorProcess:
    def __init__(self, root: Path, address: str, code: str) -> None:
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.proxy.supervisor"),
                *(address, code, str(root / "laptop-supervisor")),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._orders, self._answers = self._process.stdin, self._process.stdout

    def open_relay(self) -> tuple[str, str]:
        """Its ``http://`` address and its code; the one before is closed."""
        answer = self._order(open=True)
        return f"http://127.0.0.1:{answer['port']}", answer["code"]

    def send_on(self, address: str, stall_s: float) -> str:
        """What ended the session early; empty when nothing did."""
        return str(self._order(send=address, stall_s=stall_s)["failed"])

    def held(self, items: Iterable[bytes]) -> int:
        """How many of these are on the shelf, or have their answers there."""
        return int(self._order(held=[item.hex() for item in items])["held"])

    def waiting(self) -> int:
        return int(self._order(waiting=True)["waiting"])

    def stop(self) -> None:
        self._orders.close()
        self._process.wait(_END_S)
        self._answers.close()

    def _order(self, **order: Any) -> dict[str, Any]:
        self._orders.write(json.dumps(order) + "\n")
        self._orders.flush()
        line = self._answers.readline()
        if not line:
            raise AssertionError(f"the supervisor's laptop died: {self._process.wait(_END_S)}")
        return dict(json.loads(line))


class _Supervisor:
    def __init__(self, store: OfficerStore) -> None:
        self._store = store
        self._relay: RelayServer | None = None

    def obey(self, order: dict[str, Any]) -> dict[str, Any]:
        if "open" in order:
            self.close()
            self._relay = RelayServer(self._store, host="127.0.0.1", port=0)
            self._relay.start()
            return {"port": self._relay.port, "code": self._relay.code}
        if "send" in order:
            self._store.shelf.retry_set_aside()  # as after six hours
            transport = HttpTransport(
                order["send"], stall_s=order["stall_s"], connect_s=order["stall_s"]
            )
            report = sync_once(self._store, transport)
            transport.close()
            return {"failed": report.failed.code if report.failed else ""}
        if "held" in order:
            answers, carried = self._store.shelf.find(bytes.fromhex(one) for one in order["held"])
            return {"held": len(answers) + len(carried)}
        return {"waiting": self._store.shelf.summary().waiting}

    def close(self) -> None:
        if self._relay is not None:
            self._relay.stop()


def main(address: str, code: str, folder: str) -> None:
    logging.disable(logging.CRITICAL)
    with enrol(
        address,
        code,
        DataFolder(Path(folder)),
        PASSPHRASE,
        SystemClock(),
        SystemChance(),
        cost=CHEAP,
    ) as store:
        supervisor = _Supervisor(store)
        for line in sys.stdin:
            sys.stdout.write(json.dumps(supervisor.obey(json.loads(line))) + "\n")
            sys.stdout.flush()
        supervisor.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
