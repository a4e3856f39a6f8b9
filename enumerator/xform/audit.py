"""The audit log of one submission: what the officer saw and did, when, and where.

ODK XForms specification, "Client Audit Logs", with the events of ODK's form audit log. The
program tells the log what is on the screen; the log finds out how long, where, and which answers
changed meanwhile. It is kept across sessions by :meth:`AuditLog.dump` and
:meth:`AuditLog.resume`, and is sent as a file whose name ``FormSession.supply`` puts into the
node ``AuditSettings.ref``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from enumerator.clock import Clock
from enumerator.errors import KnownError
from enumerator.xform.facade import AuditSettings

FILE_NAME = "audit.csv"
_POSITION = re.compile(r"\[\d+\]$")


class Event(Enum):
    """In the words of the log. Those of VIEWS last; the others are moments."""

    FORM_START = "form start"
    FORM_RESUME = "form resume"
    FORM_SAVE = "form save"
    FORM_EXIT = "form exit"
    FORM_FINALIZE = "form finalize"
    SAVE_ERROR = "save error"
    FINALIZE_ERROR = "finalize error"
    CONSTRAINT_ERROR = "constraint error"
    BEGINNING = "beginning of form"
    QUESTION = "question"
    GROUP = "group questions"
    ADD_REPEAT = "add repeat"
    DELETE_REPEAT = "delete repeat"
    JUMP = "jump"
    END_SCREEN = "end screen"
    CHANGE_REASON = "change reason"
    LOCATION_TRACKING_ENABLED = "location tracking enabled"
    LOCATION_TRACKING_DISABLED = "location tracking disabled"
    LOCATION_PROVIDERS_ENABLED = "location providers enabled"
    LOCATION_PROVIDERS_DISABLED = "location providers disabled"
    LOCATION_PERMISSIONS_GRANTED = "location permissions granted"
    LOCATION_PERMISSIONS_NOT_GRANTED = "location permissions not granted"


VIEWS = frozenset({Event.QUESTION, Event.GROUP, Event.ADD_REPEAT, Event.JUMP, Event.END_SCREEN})
_PROVIDERS = (Event.LOCATION_PROVIDERS_ENABLED, Event.LOCATION_PROVIDERS_DISABLED)


@dataclass(slots=True)
class Row:
    """One line of the log. ``start`` and ``end`` in milliseconds since 1970, UTC."""

    event: str
    node: str
    start: int
    end: int | None = None
    latitude: str = ""
    longitude: str = ""
    accuracy: str = ""
    old_value: str = ""
    new_value: str = ""
    user: str = ""
    change_reason: str = ""


@dataclass(frozen=True, slots=True)
class _Fix:
    """A known place, and when it was known."""

    at_ms: int
    latitude: float
    longitude: float
    accuracy_m: float


class AuditLog:
    """Fed by the window. ``value_of`` reads an answer, as ``FormSession.value`` does.

    Times go on from the first event by the monotonic clock, so nobody makes an interview longer
    by setting the clock while it runs.
    """

    def __init__(
        self, settings: AuditSettings, clock: Clock, value_of: Callable[[str], str]
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._value_of = value_of
        self._begun: tuple[int, int] | None = None
        self._rows: list[Row] = []
        self._open: list[tuple[Row, str]] = []
        self._old: dict[str, str] = {}
        self._fixes: list[_Fix] = []
        self._user = ""

    # ---------------------------------------------------------------- what happens
    def record(self, event: Event, ref: str = "", *, reason: str = "") -> None:
        """Something that takes no time. FORM_EXIT also leaves the screen. What the form does
        not ask for (locations) and the beginning, which form start tells, is not logged."""
        if event in VIEWS:
            raise ValueError(f"{event.value} takes time: show() it")
        if event == Event.BEGINNING or self._is_needless(event):
            return
        if event == Event.FORM_EXIT:
            self.leave()
        row = self._row(event, ref)
        row.change_reason = reason
        self._rows.append(row)

    def show(self, event: Event, ref: str = "", *, questions: Iterable[str] = ()) -> None:
        """A screen comes up; the one before is left. ``questions`` are those of a GROUP: one
        whose answer changes gets a line of its own. The same screen again is no event."""
        if event not in VIEWS:
            raise ValueError(f"{event.value} takes no time: record() it")
        if self._open and self._open[0][0].event == event.value and self._open[0][1] == ref:
            return
        self.leave()
        self._open = [(self._row(event, ref), ref)]
        if event == Event.GROUP:
            self._open += [(self._row(Event.QUESTION, each), each) for each in questions]
        self._rows += [row for row, _ in self._open]
        asked = [ref for row, ref in self._open if row.event == Event.QUESTION.value]
        self._old = {ref: self._value(ref) for ref in asked}

    def leave(self) -> None:
        """The screen goes: its time ends, and answers that changed are told."""
        if not self._open:
            return
        end = self._now_ms()
        grouped = self._open[0][0].event == Event.GROUP.value
        for row, ref in self._open:
            row.end = end
            if not row.latitude:
                self._place(row)
            if row.event == Event.QUESTION.value:
                if self._settings.track_changes:
                    self._tell_change(row, ref)
                if grouped and not (row.old_value or row.new_value):
                    self._rows = [each for each in self._rows if each is not row]
        self._open = []
        self._old = {}

    def locate(self, latitude: float, longitude: float, accuracy_m: float) -> None:
        """Where the machine is now. Each event gets the most accurate place that is not older
        than the form's location-max-age."""
        if self._settings.location_priority:
            self._fixes.append(_Fix(self._now_ms(), latitude, longitude, accuracy_m))
            self._forget_old_fixes()

    def identify(self, user: str) -> None:
        """Who answers from now on, where the form asks for it."""
        self._user = user

    # ---------------------------------------------------------------- the log
    def csv(self) -> bytes:
        """UTF-8, commas, lines ended by one line feed, in the order of their starts; a screen
        that is still up is left out."""
        settings = self._settings
        columns = ["event", "node", "start", "end"]
        if settings.location_priority:
            columns += ["latitude", "longitude", "accuracy"]
        if settings.track_changes:
            columns += ["old-value", "new-value"]
        if settings.identify_user:
            columns.append("user")
        if settings.change_reasons:
            columns.append("change-reason")
        names = [column.replace("-", "_") for column in columns]
        still_open = {id(row) for row, _ in self._open}
        written = (
            ",".join(_cell(getattr(row, name)) for name in names)
            for row in self._rows
            if id(row) not in still_open
        )
        return ("\n".join([",".join(columns), *written]) + "\n").encode()

    def dump(self) -> bytes:
        """All that another session needs to go on. A screen still up is kept without its end."""
        asked = {id(row) for row, _ in self._open[1:]}
        return json.dumps([asdict(row) for row in self._rows if id(row) not in asked]).encode()

    @classmethod
    def resume(
        cls, settings: AuditSettings, clock: Clock, value_of: Callable[[str], str], dumped: bytes
    ) -> AuditLog:
        """KnownError bad_audit_log for what :meth:`dump` has not written. Other settings than
        then give other columns, in all lines."""
        log = cls(settings, clock, value_of)
        try:
            rows: list[dict[str, Any]] = json.loads(dumped)
            log._rows = [Row(**row) for row in rows]
        except (ValueError, TypeError, RecursionError):
            raise KnownError(
                "bad_audit_log", "The interview's audit log cannot be read; a new one begins."
            ) from None
        return log

    # ---------------------------------------------------------------- inside
    def _now_ms(self) -> int:
        monotonic = self._clock.monotonic_ms()
        if self._begun is None:
            self._begun = int(self._clock.now().timestamp() * 1000), monotonic
        return self._begun[0] + monotonic - self._begun[1]

    def _is_needless(self, event: Event) -> bool:
        if not event.value.startswith("location "):
            return False
        if not self._settings.location_priority:
            return True
        # The system tells of its providers several times over.
        last = self._rows[-1].event if self._rows else ""
        return event in _PROVIDERS and last == event.value

    def _row(self, event: Event, ref: str) -> Row:
        row = Row(event.value, self._numbered(ref), self._now_ms(), user=self._user)
        self._place(row)
        return row

    def _place(self, row: Row) -> None:
        self._forget_old_fixes()
        if self._fixes:
            best = min(self._fixes, key=lambda fix: fix.accuracy_m)
            row.latitude, row.longitude = str(best.latitude), str(best.longitude)
            row.accuracy = str(best.accuracy_m)

    def _forget_old_fixes(self) -> None:
        oldest = self._now_ms() - self._settings.location_max_age_s * 1000
        self._fixes = [fix for fix in self._fixes if fix.at_ms >= oldest]

    def _numbered(self, ref: str) -> str:
        """Lines are numbered in the log, the first one too; nothing else is."""
        steps: list[str] = []
        generic = ""
        for step in ref.split("/")[1:]:
            name = _POSITION.sub("", step)
            generic += "/" + name
            if generic in self._settings.repeats and name == step:
                step += "[1]"
            steps.append(step)
        return "".join(f"/{step}" for step in steps)

    def _value(self, ref: str) -> str:
        """ "" where the line has gone meanwhile."""
        try:
            return self._value_of(ref)
        except KnownError:
            return ""

    def _tell_change(self, row: Row, ref: str) -> None:
        old, new = self._old.get(ref, ""), self._value(ref)
        if old != new:
            row.old_value, row.new_value = old, new


def _cell(value: str | int | None) -> str:
    """The specification quotes values with commas and line ends only. One that begins with a
    quotation mark is quoted, too: without that no reader finds its end."""
    text = "" if value is None else str(value)
    if text.startswith('"') or any(mark in text for mark in ",\n\r"):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text
