"""Background work of the window: four executors and one bridge.

``run``      whatever writes: one thread, so that writes keep the order they were asked for in
``read``     queries: one thread of its own, so that a list never waits behind a save
``network``  the server: one thread, may take minutes
``carry``    sticks and laptops nearby: one thread, so that a slow stick holds up nothing else

Each takes a plain function that holds no Qt object. ``done`` and ``failed`` are called on the
window's thread; they are not called once the widget that owns them is gone, nor after
:meth:`Task.forget`.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Protocol, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Signal

from enumerator.errors import KnownError
from ui.bridge import Bridge, Failed, Finished, Parcel, Progressed

log = logging.getLogger(__name__)

Result = TypeVar("Result")

CLOSING_TIMEOUT_S: Final = 5.0


class Progress(Protocol):
    """Called by a worker to tell how far it is; from any thread."""

    def __call__(self, value: object, /) -> None: ...


class Task:
    """One piece of work under way."""

    __slots__ = (
        "_cancelled",
        "_done",
        "_failed",
        "_is_forgotten",
        "_owner",
        "_progress",
        "number",
    )

    def __init__(
        self,
        number: int,
        owner: QObject | None,
        done: Callable[[object], object] | None,
        failed: Callable[[Exception], object] | None,
        progress: Callable[[object], object] | None,
    ) -> None:
        self.number = number
        self._owner = owner
        self._done = done
        self._failed = failed
        self._progress = progress
        self._cancelled = threading.Event()
        self._is_forgotten = False

    def cancel(self) -> None:
        """Asks the work to stop; ``done`` or ``failed`` is still called when it does."""
        self._cancelled.set()

    def is_cancelled(self) -> bool:
        """For the worker to ask; callable from any thread."""
        return self._cancelled.is_set()

    def forget(self) -> None:
        """Cancels, and calls nothing back: a newer task has taken its place."""
        self.cancel()
        self._done = self._failed = self._progress = None
        self._is_forgotten = True

    def is_awaited(self) -> bool:
        """False once nobody wants the result: forgotten, or its widget is gone."""
        return not self._is_forgotten and self._is_owner_alive()

    def has_handler(self) -> bool:
        return self._failed is not None and self._is_owner_alive()

    def finish(self, value: object) -> None:
        if self._done is not None and self._is_owner_alive():
            self._done(value)

    def fail(self, error: Exception) -> None:
        if self._failed is not None and self._is_owner_alive():
            self._failed(error)

    def advance(self, value: object) -> None:
        if self._progress is not None and self._is_owner_alive():
            self._progress(value)

    def _is_owner_alive(self) -> bool:
        return self._owner is None or shiboken6.isValid(self._owner)


class Operations(QObject):
    """Runs work beside the window.

    Signals: ``troubled(Exception)``: an error that no ``failed`` took, or a bug (any error but a
    KnownError, shown even where ``failed`` was told too). ``busy_changed(bool)``: something that
    writes is under way. ``rested()``: nothing at all is under way any more.
    """

    troubled = Signal(object)
    busy_changed = Signal(bool)
    rested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._bridge = Bridge(self)
        self._bridge.arrived.connect(self._receive)
        self._numbers = itertools.count(1)
        self._tasks: dict[int, Task] = {}
        self._writes: set[int] = set()
        self._latest: dict[tuple[int, str], Task] = {}
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="reader")
        self._wire = ThreadPoolExecutor(1, thread_name_prefix="network")
        self._carrier = ThreadPoolExecutor(1, thread_name_prefix="carrier")
        self._is_closed = False

    def run(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        *,
        owner: QObject | None = None,
    ) -> Task:
        """Something that writes. ``failed`` gets the KnownError to show beside the field; without
        it the window shows the error itself."""
        task = self._make_task(done, failed, None, owner)
        self._writes.add(task.number)
        if len(self._writes) == 1:
            self.busy_changed.emit(True)
        self._submit(self._writer, task, work)
        return task

    def read(
        self,
        work: Callable[[], Result],
        done: Callable[[Result], object],
        failed: Callable[[Exception], object] | None = None,
        *,
        owner: QObject | None = None,
        latest: str = "",
    ) -> Task:
        """A query. With ``latest``, an older query of the same owner and name is forgotten: its
        answer is out of date."""
        task = self._make_task(done, failed, None, owner)
        if latest:
            key = (id(owner), latest)
            older = self._latest.get(key)
            if older is not None:
                older.forget()
            self._latest[key] = task
        self._submit(self._reader, task, work)
        return task

    def network(
        self,
        work: Callable[[Progress, Callable[[], bool]], Result],
        done: Callable[[Result], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        *,
        progress: Callable[[object], object] | None = None,
        owner: QObject | None = None,
    ) -> Task:
        """Something that talks to the server. ``work`` gets ``progress`` and ``is_cancelled``."""
        task = self._make_task(done, failed, progress, owner)
        post, number = self._bridge.post, task.number

        def report(value: object, /) -> None:
            post(Progressed(number, value))

        is_cancelled = task.is_cancelled
        self._submit(self._wire, task, lambda: work(report, is_cancelled))
        return task

    def carry(
        self,
        work: Callable[[Callable[[], bool]], Result],
        done: Callable[[Result], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
        *,
        owner: QObject | None = None,
    ) -> Task:
        """Something with a stick or a laptop nearby. ``work`` gets ``is_cancelled``."""
        task = self._make_task(done, failed, None, owner)
        is_cancelled = task.is_cancelled
        self._submit(self._carrier, task, lambda: work(is_cancelled))
        return task

    def run_last(
        self,
        work: Callable[[], object],
        done: Callable[[object], object] | None = None,
        *,
        owner: QObject | None = None,
    ) -> Task:
        """Something that ends what the others use (closing a store): waits its turn behind the
        queries and the network too. Queries under way are forgotten."""
        for number, task in self._tasks.items():
            if number not in self._writes:
                task.forget()
        others = [one.submit(_nothing) for one in (self._reader, self._wire, self._carrier)]

        def wait_then_work() -> object:
            for other in others:
                other.result()
            return work()

        return self.run(wait_then_work, done, owner=owner)

    def is_idle(self) -> bool:
        """True while nothing at all is under way."""
        return not self._tasks

    def close(self) -> None:
        """Lets the writes finish, cancels the rest, and calls nothing back any more."""
        if self._is_closed:
            return
        self._is_closed = True
        self._bridge.close()
        for task in self._tasks.values():
            task.cancel()
        self._reader.shutdown(wait=False, cancel_futures=True)
        self._wire.shutdown(wait=False, cancel_futures=True)
        self._carrier.shutdown(wait=False, cancel_futures=True)
        self._writer.shutdown(wait=True)
        self._reader.shutdown(wait=True)
        _wait(self._wire, CLOSING_TIMEOUT_S)
        _wait(self._carrier, CLOSING_TIMEOUT_S)

    def _make_task(
        self,
        done: Callable[[Result], object] | None,
        failed: Callable[[Exception], object] | None,
        progress: Callable[[object], object] | None,
        owner: QObject | None,
    ) -> Task:
        if owner is None:
            bound_to = getattr(done or failed, "__self__", None)
            owner = bound_to if isinstance(bound_to, QObject) else None
        # The value that comes back is the one that work returned: its type is done's.
        task = Task(next(self._numbers), owner, done, failed, progress)  # type: ignore[arg-type]
        self._tasks[task.number] = task
        return task

    def _submit(self, executor: ThreadPoolExecutor, task: Task, work: Callable[[], object]) -> None:
        post, number = self._bridge.post, task.number

        def report(future: Future[object]) -> None:
            if future.cancelled():
                return
            error = future.exception()
            post(Finished(number, future.result()) if error is None else Failed(number, error))

        executor.submit(work).add_done_callback(report)

    def _receive(self, parcel: Parcel) -> None:
        if isinstance(parcel, Progressed):
            under_way = self._tasks.get(parcel.task)
            if under_way is not None:
                under_way.advance(parcel.value)
            return
        task = self._tasks.pop(parcel.task)
        for key in [key for key, latest in self._latest.items() if latest is task]:
            del self._latest[key]
        if parcel.task in self._writes:
            self._writes.remove(parcel.task)
            if not self._writes:
                self.busy_changed.emit(False)
        if isinstance(parcel, Finished):
            task.finish(parcel.value)
        elif isinstance(parcel, Failed):
            self._fail(task, parcel.error)
        if not self._tasks:
            self.rested.emit()

    def _fail(self, task: Task, error: BaseException) -> None:
        if not isinstance(error, Exception):
            raise error
        if not task.is_awaited():
            log.info("nobody waits for the error of task %d: %s", task.number, type(error).__name__)
            return
        is_handled = task.has_handler()
        task.fail(error)
        if not isinstance(error, KnownError) or not is_handled:
            self.troubled.emit(error)


def _nothing() -> None:
    """Done when everything submitted before is."""


def _wait(executor: ThreadPoolExecutor, timeout_s: float) -> None:
    # A request that hangs in the kernel cannot be cancelled; the window does not wait for it.
    waiter = threading.Thread(target=executor.shutdown, daemon=True)
    waiter.start()
    waiter.join(timeout_s)
