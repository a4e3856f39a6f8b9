"""What a link that cuts every 32 kB costs in bytes, beside one that does not.

The 32 kB are of what the laptop sends, heads of requests included, and go on counting over
pushes and connections. Where replies count as well the ratio is about 1.5: receipts do not
compress, and small pushes compress badly without a dictionary.
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
    """Bytes that the client sent, over those that the same queue needs on a whole link."""
    officers = make_operation(root, 2, 3)
    server = ServerProcess(root)
    try:
        with FaultProxy(server.address) as proxy:
            ideal, cut = (
                _bytes_sent(
                    root, server, proxy, officer, Link(cut_every_up=every), seed, interviews
                )
                for officer, every in zip(officers, (0, CUT_BYTES), strict=True)
            )
    finally:
        server.stop()
    return cut / ideal


def _bytes_sent(
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
            if not store.outbox.pending().count:
                break
            through = HttpTransport(proxy.address, stall_s=5, connect_s=5)
            sync_once(store, through)
            through.close()
        sent, cuts = proxy.bytes_up, proxy.cuts
        proxy.heal()
        transport.close()
        assert not store.outbox.pending().count, "the queue did not drain"
        assert bool(cuts) == bool(link.cut_every_up), "the link was not what it should be"
    return sent


def _answers(random: Random) -> str:
    """About as much, and about as hard to compress, as an interview of four persons."""
    return " ".join(
        random.choice(_WORDS) if random.random() < 0.7 else str(random.getrandbits(32))
        for _ in range(300)
    )
