"""Finding the relays of a network by asking everybody on it; no code and no name is sent."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterable

from enumerator.clock import Chance
from sync.relay.messages import PORT

QUESTION = b"enumerator relay? "
_HERE = b"enumerator relay: "
_WAIT_S = 1.5
_TIMES = 2
"""Asked: a datagram may get lost."""


def here(port: int, question: bytes) -> bytes:
    """The answer to a question, which it repeats: a stranger's shout is not mistaken for one."""
    return _HERE + port.to_bytes(2, "big") + question[len(QUESTION) :]


def find_relays(
    chance: Chance,
    *,
    port: int = PORT,
    targets: Iterable[str] | None = None,
    wait_s: float = _WAIT_S,
) -> list[str]:
    """``host:port`` of every relay that answers in time, the quickest first. ``targets``: whom
    to ask; everybody on this laptop's networks when not given."""
    asked = QUESTION + chance.token(16)
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        for _ in range(_TIMES):
            for target in everybody() if targets is None else targets:
                with contextlib.suppress(OSError):  # a network that is not there
                    asking.sendto(asked, (target, port))
            _listen(asking, asked, found, wait_s / _TIMES)
    return found


def _listen(asking: socket.socket, asked: bytes, found: list[str], wait_s: float) -> None:
    expected = here(0, asked)[len(_HERE) + 2 :]
    end = time.monotonic() + wait_s
    while (left := end - time.monotonic()) > 0:
        asking.settimeout(left)
        try:
            data, (host, _) = asking.recvfrom(256)
        except TimeoutError:
            return
        except OSError:  # Windows tells of a port that nobody holds
            continue
        port, echo = data[len(_HERE) : len(_HERE) + 2], data[len(_HERE) + 2 :]
        address = f"{host}:{int.from_bytes(port, 'big')}"
        if data.startswith(_HERE) and echo == expected and address not in found:
            found.append(address)


def everybody() -> list[str]:
    """Addresses that reach all neighbours: each network's own, and the general one, which many
    systems send into one network only."""
    nets = [address.rpartition(".")[0] + ".255" for address in own_addresses()]
    return [*dict.fromkeys(nets), "255.255.255.255"]


def own_addresses() -> list[str]:
    """This laptop's addresses in its networks, the likeliest first; loopback when it has none."""
    found: list[str] = []
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("10.255.255.255", 1))  # sends nothing: only asks which way it would go
        found.append(probe.getsockname()[0])
    with contextlib.suppress(OSError):
        entries = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        found += [str(entry[4][0]) for entry in entries]
    outside = [one for one in dict.fromkeys(found) if not one.startswith(("127.", "0."))]
    return outside or ["127.0.0.1"]
