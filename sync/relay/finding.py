"""Finding the relays of a network by asking everybody on it; no code and no name is sent."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
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
    return [*_of_interfaces(broadcast=True), "255.255.255.255"]


def own_addresses() -> list[str]:
    """This laptop's addresses in its networks, a house's before others; loopback when it has
    none."""
    found = [one for one in _of_interfaces() if not one.startswith(("127.", "169.254."))]
    return sorted(found, key=_how_far) or ["127.0.0.1"]


def _how_far(address: str) -> int:
    """Hotspots and house routers give 192.168; virtual machines and containers sit in 172."""
    return 0 if address.startswith("192.168.") else 1 if address.startswith("10.") else 2


if sys.platform == "win32":

    def _of_interfaces(*, broadcast: bool = False) -> list[str]:
        entries = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
        found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
        return [one.rpartition(".")[0] + ".255" for one in found] if broadcast else found

else:
    import fcntl

    _LINUX = sys.platform == "linux"
    _GET_ADDRESS = 0x8915 if _LINUX else 0xC0206921  # SIOCGIFADDR
    _GET_BROADCAST = 0x8919 if _LINUX else 0xC0206923  # SIOCGIFBRDADDR

    def _of_interfaces(*, broadcast: bool = False) -> list[str]:
        wanted = _GET_BROADCAST if broadcast else _GET_ADDRESS
        found: list[str] = []
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            for _, name in socket.if_nameindex():
                request = struct.pack("256s", name.encode()[:15])
                with contextlib.suppress(OSError):  # an interface without an address
                    answer = fcntl.ioctl(asking.fileno(), wanted, request)
                    found.append(socket.inet_ntoa(answer[20:24]))
        return [one for one in dict.fromkeys(found) if one != "0.0.0.0"]  # noqa: S104 (none)
