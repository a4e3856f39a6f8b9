"""Background work: what is called back, on which thread, and what is not."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import QObject, Signal

from enumerator.errors import KnownError
from tests.gui.driving import wait_until
from ui.bridge import Bridge, Finished
from ui.operations import Operations


def test_result_arrives_on_the_windows_thread(operations: Operations) -> None:
    threads: list[threading.Thread] = []
    operations.run(threading.current_thread, lambda worker: threads.extend(
        (worker, threading.current_thread())
    ))  # fmt: skip
    wait_until(operations.is_idle)
    worker, caller = threads
    assert caller is threading.main_thread()
    assert worker is not caller


def test_writes_keep_the_order_they_were_asked_for_in(operations: Operations) -> None:
    done: list[int] = []

    def write(number: int) -> Callable[[], int]:
        def work() -> int:
            time.sleep(0.01 if number == 0 else 0)
            return number

        return work

    for number in range(5):
        operations.run(write(number), done.append)
    wait_until(operations.is_idle)
    assert done == [0, 1, 2, 3, 4]


def test_query_does_not_wait_behind_a_write(operations: Operations) -> None:
    gate = threading.Event()
    answers: list[str] = []
    operations.run(gate.wait)
    operations.read(lambda: "answer", answers.append)
    wait_until(lambda: answers == ["answer"])
    gate.set()


def test_older_query_is_dropped_when_a_newer_one_takes_its_place(operations: Operations) -> None:
    gate = threading.Event()
    answers: list[str] = []

    def old() -> str:
        gate.wait()
        return "old"

    operations.read(old, answers.append, latest="list")
    operations.read(lambda: "new", answers.append, latest="list")
    gate.set()
    wait_until(operations.is_idle)
    assert answers == ["new"]


def fail_known() -> None:
    raise KnownError("disk_full", "full")


def test_known_error_goes_to_its_handler_only(operations: Operations) -> None:
    told: list[Exception] = []
    loud: list[Exception] = []
    operations.troubled.connect(loud.append)
    operations.run(fail_known, None, told.append)
    wait_until(operations.is_idle)
    assert [type(error) for error in told] == [KnownError]
    assert loud == []


def test_known_error_is_shown_when_nobody_takes_it() -> None:
    operations, loud = Operations(), list[Exception]()
    operations.troubled.connect(loud.append)
    operations.run(fail_known)
    wait_until(operations.is_idle)
    operations.close()
    assert [str(error) for error in loud] == ["full"]


def test_bug_is_shown_even_when_its_handler_took_it() -> None:
    operations, told, loud = Operations(), list[Exception](), list[Exception]()
    operations.troubled.connect(loud.append)
    operations.run(lambda: 1 // 0, None, told.append)
    wait_until(operations.is_idle)
    operations.close()
    assert [type(error) for error in told] == [ZeroDivisionError]
    assert loud == told


def test_nothing_is_called_back_when_the_owner_is_gone(operations: Operations) -> None:
    gate, answers = threading.Event(), list[bool]()
    owner = QObject()
    operations.read(gate.wait, answers.append, owner=owner)
    shiboken6.delete(owner)
    gate.set()
    wait_until(operations.is_idle)
    assert answers == []


def test_progress_arrives_in_order_before_the_result(operations: Operations) -> None:
    heard: list[object] = []

    def work(report: Callable[[object], None], _is_cancelled: Callable[[], bool]) -> str:
        for step in range(3):
            report(step)
        return "end"

    operations.network(work, heard.append, progress=heard.append)
    wait_until(operations.is_idle)
    assert heard == [0, 1, 2, "end"]


def test_network_work_hears_that_it_is_cancelled(operations: Operations) -> None:
    ended: list[str] = []

    def work(_report: object, is_cancelled: Callable[[], bool]) -> str:
        while not is_cancelled():
            time.sleep(0.001)
        return "stopped"

    task = operations.network(work, ended.append)
    task.cancel()
    wait_until(operations.is_idle)
    assert ended == ["stopped"]


def test_slow_stick_holds_up_neither_writing_nor_the_server(operations: Operations) -> None:
    order: list[str] = []
    gate = threading.Event()

    def stick(_is_cancelled: object) -> None:
        gate.wait()
        order.append("stick")

    def session(_report: object, _is_cancelled: object) -> None:
        order.append("network")

    operations.carry(stick)
    operations.run(lambda: order.append("write"))
    operations.network(session)
    wait_until(lambda: len(order) == 2)
    gate.set()
    operations.run_last(lambda: order.append("last"))
    wait_until(operations.is_idle)

    assert sorted(order[:2]) == ["network", "write"]
    assert order[2:] == ["stick", "last"]


def test_last_work_waits_for_queries_and_network(operations: Operations) -> None:
    order: list[str] = []
    gate = threading.Event()

    def query() -> None:
        gate.wait()
        order.append("query")

    def session(_report: object, _is_cancelled: object) -> None:
        gate.wait()
        order.append("network")

    operations.read(query, lambda _nothing: None)
    operations.network(session)
    operations.run_last(lambda: order.append("last"))
    gate.set()
    wait_until(operations.is_idle)
    assert order[-1] == "last"
    assert sorted(order) == ["last", "network", "query"]


def test_closing_finishes_writes_and_calls_nothing_back() -> None:
    operations, written, called = Operations(), list[int](), list[int]()

    def write() -> int:
        time.sleep(0.05)
        written.append(1)
        return 1

    operations.run(write, called.append)
    operations.close()
    assert written == [1]
    wait_until(lambda: True)
    assert called == []


def test_busy_is_told_once_for_overlapping_writes(operations: Operations) -> None:
    told: list[bool] = []
    operations.busy_changed.connect(told.append)
    for _ in range(3):
        operations.run(lambda: None)
    wait_until(operations.is_idle)
    assert told == [True, False]


def test_parcel_is_dropped_when_the_bridge_is_closed() -> None:
    bridge, heard = Bridge(), list[object]()
    bridge.arrived.connect(heard.append)
    bridge.post(Finished(1, "before"))
    bridge.close()
    bridge.post(Finished(2, "after"))
    wait_until(lambda: True)
    assert heard == []


class Bell(QObject):
    rung = Signal(bool)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="True is immortal from 3.12 on")
def test_emitting_a_signal_keeps_the_references_of_true() -> None:
    """PySide6 6.12.0 drops one at every emit and kills Python 3.11 after some 560 of them."""
    bell, heard = Bell(), list[bool]()
    bell.rung.connect(lambda value: heard.append(not value))
    before = sys.getrefcount(True)
    for _ in range(2000):
        bell.rung.emit(True)
    assert abs(sys.getrefcount(True) - before) < 100
    assert len(heard) == 2000
