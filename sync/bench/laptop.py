"""An officer's real laptop: its encrypted store, its engine, over any link."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from enumerator.clock import SystemChance, SystemClock
from enumerator.model import FamilyId, InterviewId, Outcome
from enumerator.store import DataFolder, KeyCost, OfficerStore, VisitBody
from enumerator.store.interviews import InterviewRecord
from enumerator.store.recording import FinalInterview
from sync.bench.messages import FORM_ID, FORM_VERSION
from sync.client.engine import sync_once
from sync.client.enrolment import enrol
from sync.client.transport import HttpTransport

_PASSPHRASE = "mengukur saja"  # noqa: S105 (of a laptop that lives for a minute)
_QUICK_KEY = KeyCost(memory_kib=64, passes=1)
_STALL_S = 120.0


@contextmanager
def laptop(folder: Path, address: str, code: str) -> Iterator[OfficerStore]:
    store = enrol(
        address,
        code,
        DataFolder(folder),
        _PASSPHRASE,
        SystemClock(),
        SystemChance(),
        cost=_QUICK_KEY,
    )
    try:
        yield store
    finally:
        store.close()


def synchronise(store: OfficerStore, address: str) -> float:
    """Seconds of one whole session, all of it: hello, push, pull. The session's KnownError."""
    transport = HttpTransport(address, stall_s=_STALL_S)
    begun = time.perf_counter()
    report = sync_once(store, transport)
    taken = time.perf_counter() - begun
    transport.close()
    if report.failed is not None:
        raise report.failed
    return taken


def finalise(store: OfficerStore, families: Iterable[str], instances: Iterable[bytes]) -> None:
    for family, instance in zip(families, instances, strict=False):
        family_id = FamilyId(family)
        interview_id = InterviewId(str(uuid.uuid4()))
        started = "2020-09-15T09:00:00+08:00"
        store.interviews.create(
            InterviewRecord(
                id=interview_id,
                family_id=family_id,
                form_id=FORM_ID,
                form_version=FORM_VERSION,
                seed="00",
                started_at=started,
                base_version=1,
                register=b"",
            )
        )
        visit = VisitBody(
            visit_id=str(uuid.uuid4()),
            family_id=family_id,
            officer_id=store.enrolment.account_id,
            started_at=started,
            ended_at="2020-09-15T09:31:41+08:00",
            mode="visit",
            outcome=Outcome.COMPLETED.value,
            informant="head",
            interview_id=interview_id,
        )
        store.recording.interview(
            FinalInterview(
                interview_id=interview_id,
                family_id=family_id,
                instance=instance,
                outcome=Outcome.COMPLETED,
                visit=visit,
                base_version=1,
                form_id=FORM_ID,
                form_version=FORM_VERSION,
            )
        )
