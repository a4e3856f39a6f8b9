"""Which nonces of this start were used already; a nonce of an earlier start is none of ours."""

from __future__ import annotations

import os
import threading
from pathlib import Path

from enumerator.clock import Chance


class Nonces:
    """Of one process; thread-safe."""

    def __init__(self, boot: bytes) -> None:
        self.boot = boot
        """Random, of this start; part of every nonce."""
        self._used: dict[bytes, int] = {}
        self._lock = threading.Lock()

    @classmethod
    def begun(cls, chance: Chance) -> Nonces:
        return cls(chance.token(8))

    def spend(self, random: bytes, expires_ms: int, now_ms: int) -> bool:
        """Whether this is its first use. It is remembered until it expires."""
        with self._lock:
            if random in self._used:
                return False
            self._used = {key: end for key, end in self._used.items() if end > now_ms}
            self._used[random] = expires_ms
            return True


class SharedNonces(Nonces):
    """Of several processes that serve together: challenge and hello need not meet the same one.
    A used nonce is a file of its name, which only one of them can make."""

    _SWEEP_EVERY = 256

    def __init__(self, boot: bytes, folder: Path) -> None:
        super().__init__(boot)
        self._folder = folder
        self._spent = 0

    def spend(self, random: bytes, expires_ms: int, now_ms: int) -> bool:
        if not super().spend(random, expires_ms, now_ms):
            return False
        try:
            flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY
            os.close(os.open(self._folder / f"{expires_ms}-{random.hex()}.nonce", flags, 0o600))
        except FileExistsError:
            return False
        except OSError:  # a full disk: better a replay within two minutes than no session at all
            return True
        self._spent += 1
        if self._spent % self._SWEEP_EVERY == 0:
            self._sweep(now_ms)
        return True

    def _sweep(self, now_ms: int) -> None:
        for path in self._folder.glob("*.nonce"):
            if int(path.name.partition("-")[0]) <= now_ms:
                path.unlink(missing_ok=True)
