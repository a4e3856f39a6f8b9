"""What a link that cuts every 32 kB costs in bytes, beside one that does not.

Both directions count, heads of requests and replies included, for the 32 kB, which go on over
pushes and connections, and for the cost. The ideal is what the same work (as many interviews
drawn from the same seed, another laptop's) costs on a link that never cuts: from the first hello
to the end of a session that nothing ended early and that left nothing waiting.

The first cuts teach what the link carries: less work costs relatively more.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from sync.client.engine import sync_once
from sync.client.transport import HttpTransport
from tests.helpers.field import Laptop
from tests.proxy.place import Officer, ServerProcess, enrolled, make_operation
from tests.proxy.proxy import FaultProxy, Link

CUT_BYTES = 32 * 1024
MOST_RATIO = 1.3
INTERVIEWS = 240
_SESSIONS = 200
_WORDS = [
    "rumah",
    "tangga",
    "anggota",
    "keluarga",
    "alamat",
    "pekerjaan",
    "sekolah",
    "usia",
    "lahir",
    "kawin",
    "agama",
]


def bytes_ratio(root: Path, seed: int, interviews: int = INTERVIEWS) -> float:
    """Bytes that went both ways, over those that the same work needs on a whole link."""
    officers = make_operation(root, 2, 3)
    server = ServerProcess(root)
    try:
        with FaultProxy(server.address) as proxy:
            ideal, cut = (
                _bytes_carried(
                    root, server, proxy, officer, Link(cut_every=every), seed, interviews
                )
                for officer, every in zip(officers, (0, CUT_BYTES), strict=True)
            )
    finally:
        server.stop()
    return cut / ideal


def _bytes_carried(
    root: Path,
    server: ServerProcess,
    proxy: FaultProxy,
    officer: Officer,
    link: Link,
    seed: int,
    interviews: int,
) -> int:
    random = Random(seed)  # noqa: S311 (work, not secrets)
    with enrolled(root, officer, server.address) as store:
        transport = HttpTransport(server.address)
        laptop = Laptop(store, transport)
        laptop.sync()
        for _ in range(interviews):
            laptop.interview(officer.families[0], text=_answers(random))
        proxy.play(lambda _path: None, link, seed)
        for _ in range(_SESSIONS):
            through = HttpTransport(proxy.address, stall_s=5, connect_s=5)
            report = sync_once(store, through)
            through.close()
            if report.failed is None and not store.outbox.pending().count:
                break
        else:
            raise AssertionError("the work did not end")
        carried, cuts = proxy.bytes_up + proxy.bytes_down, proxy.cuts
        proxy.heal()
        transport.close()
        assert bool(cuts) == bool(link.cut_every), "the link was not what it should be"
    return carried


def _answers(random: Random) -> str:
    """About as much, and about as hard to compress, as an interview of four persons."""
    return " ".join(
        random.choice(_WORDS) if random.random() < 0.7 else str(random.getrandbits(32))
        for _ in range(300)
    )
