"""A store whose writes are timed and whose waiting writers are counted."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

from sync.server.metering import Metrics
from sync.server.store import Store, T, Transaction


def measured(store: Store, metrics: Metrics) -> Store:
    """``store`` itself in everything but :meth:`Store.write`."""
    return cast(Store, _MeasuredStore(store, metrics))


class _MeasuredStore:
    def __init__(self, store: Store, metrics: Metrics) -> None:
        self._store = store
        self._metrics = metrics

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Its turn comes with the first word of ``work``; what a second try takes counts too."""
        began = 0.0

        def timed(transaction: Transaction) -> T:
            nonlocal began
            if not began:
                began = time.monotonic()
                self._metrics.shift("enumerator_writers_waiting", -1)
            return work(transaction)

        self._metrics.shift("enumerator_writers_waiting", 1)
        try:
            return self._store.write(timed)
        finally:
            if began:
                self._metrics.observe("enumerator_write_seconds", time.monotonic() - began)
            else:
                self._metrics.shift("enumerator_writers_waiting", -1)
