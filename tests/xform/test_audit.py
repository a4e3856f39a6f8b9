"""The audit log: what a form asks for, and what the log writes."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from enumerator.errors import KnownError
from enumerator.xform import AuditSettings, Ref, load_form
from enumerator.xform.audit import AuditLog, Event
from tests.xform.scenario import Scenario, ask, bind, repeat, xform

START = datetime(2020, 9, 15, 4, 0, tzinfo=UTC)
START_MS = int(START.timestamp() * 1000)


class StepClock:
    """A second between events; ``jump`` sets the wall clock as an officer might."""

    def __init__(self) -> None:
        self.wall = START
        self.elapsed_ms = 77

    def now(self) -> datetime:
        return self.wall

    def monotonic_ms(self) -> int:
        return self.elapsed_ms

    def pass_s(self, seconds: float) -> None:
        self.elapsed_ms += int(seconds * 1000)

    def jump(self, days: int) -> None:
        self.wall += timedelta(days=days)


def form_with(attributes: dict[str, str]) -> bytes:
    return xform(
        "<a/><b/><p jr:template=''><age/></p><orx:meta><orx:audit/></orx:meta>",
        [
            bind("a"),
            "\n",
            bind(
                "orx:meta/orx:audit",
                type="binary",
                **{f"odk:{name}": value for name, value in attributes.items()},
            ),
        ],
        [ask("a"), ask("b"), repeat("p", ask("p/age"))],
    )


LOCATED = {
    "location-priority": "balanced",
    "location-min-interval": "60",
    "location-max-age": "120",
}
ALL = {
    **LOCATED,
    "track-changes": "true",
    "track-changes-reasons": "on-form-edit",
    "identify-user": "true",
}


class Desk:
    """A form being filled in, with its log."""

    def __init__(self, **attributes: str) -> None:
        self.clock = StepClock()
        self.scenario = Scenario(
            form_with({name.replace("_", "-"): value for name, value in attributes.items()})
        )
        settings = self.scenario.form.audit
        assert settings is not None
        self.settings = settings
        self.log = AuditLog(settings, self.clock, self.scenario.session.value)

    def show(self, event: Event, ref: str = "", seconds: float = 1, *questions: str) -> None:
        self.log.show(event, ref, questions=questions)
        self.clock.pass_s(seconds)

    @property
    def rows(self) -> list[dict[str, str]]:
        text = self.log.csv().decode()
        return list(csv.DictReader(io.StringIO(text, newline="")))

    @property
    def events(self) -> list[tuple[str, str]]:
        return [(row["event"], row["node"]) for row in self.rows]


def settings_of(**attributes: str) -> tuple[AuditSettings | None, list[str]]:
    form = load_form(form_with({k.replace("_", "-"): v for k, v in attributes.items()}))
    return form.audit, [problem.text for problem in form.warnings]


# -------------------------------------------------------------------- what the form asks for
def test_form_without_audit_wants_no_log() -> None:
    assert load_form(xform("<a/>", [], [ask("a")])).audit is None


def test_audit_attributes_are_the_form_s() -> None:
    settings, warnings = settings_of(**{k.replace("-", "_"): v for k, v in ALL.items()})
    assert warnings == []
    assert settings == AuditSettings(
        Ref("/data/orx:meta/orx:audit"),
        location_priority="balanced",
        location_min_interval_s=60,
        location_max_age_s=120,
        track_changes=True,
        change_reasons=True,
        identify_user=True,
        repeats=frozenset({"/data/p"}),
    )


@pytest.mark.parametrize("priority", ["no-power", "low-power", "balanced", "high-accuracy"])
def test_location_priority_is_one_of_four(priority: str) -> None:
    settings, warnings = settings_of(**{**LOCATED, "location-priority": priority})
    assert settings is not None
    assert (settings.location_priority, warnings) == (priority, [])


@pytest.mark.parametrize(
    ("attributes", "words"),
    [
        ({"location-priority": "balanced"}, "location-min-interval, location-max-age is not given"),
        ({**LOCATED, "location-priority": "best"}, "'best' is none of"),
        ({**LOCATED, "location-min-interval": "soon"}, "location-min-interval is 'soon'"),
        ({**LOCATED, "location-max-age": "-1"}, "location-max-age is '-1'"),
    ],
)
def test_log_gets_no_locations_when_the_form_does_not_say_how(
    attributes: dict[str, str], words: str
) -> None:
    form = load_form(form_with(attributes))
    (problem,) = form.warnings
    assert words in problem.text
    assert (problem.path, problem.line) == ("/html/head/model/bind", 2)
    assert form.audit is not None
    assert form.audit.location_priority == ""


def test_age_below_the_interval_and_an_unknown_reason_warn() -> None:
    _, warnings = settings_of(**{**LOCATED, "location-max-age": "30"})
    assert warnings == ["location-max-age is less than location-min-interval"]
    _, warnings = settings_of(track_changes_reasons="always")
    assert warnings == ["track-changes-reasons is on-form-edit, not 'always'"]


def test_session_takes_the_log_s_file_name() -> None:
    desk = Desk()
    desk.scenario.session.supply(desk.settings.ref, "audit.csv")
    assert "<orx:audit>audit.csv</orx:audit>" in desk.scenario.xml


# -------------------------------------------------------------------- what the log writes
def test_log_tells_of_screens_and_moments_with_their_times() -> None:
    desk = Desk()
    desk.log.record(Event.BEGINNING)
    desk.log.record(Event.FORM_START)
    desk.clock.pass_s(0.5)
    desk.show(Event.QUESTION, "/data/a", 2)
    desk.show(Event.END_SCREEN, "", 1)
    desk.log.record(Event.FORM_SAVE)
    desk.log.record(Event.FORM_EXIT)
    desk.log.record(Event.FORM_FINALIZE)
    at = START_MS
    assert desk.log.csv().decode() == (
        "event,node,start,end\n"
        f"form start,,{at},\n"
        f"question,/data/a,{at + 500},{at + 2500}\n"
        f"end screen,,{at + 2500},{at + 3500}\n"
        f"form save,,{at + 3500},\n"
        f"form exit,,{at + 3500},\n"
        f"form finalize,,{at + 3500},\n"
    )


def test_time_goes_on_by_itself_when_somebody_sets_the_clock() -> None:
    desk = Desk()
    desk.log.record(Event.FORM_START)
    desk.clock.jump(days=-3)
    desk.clock.pass_s(5)
    desk.log.record(Event.FORM_SAVE)
    assert [int(row["start"]) - START_MS for row in desk.rows] == [0, 5000]


def test_same_screen_again_is_no_event_and_another_ends_it() -> None:
    desk = Desk()
    for _ in range(3):
        desk.show(Event.QUESTION, "/data/a")
    desk.show(Event.JUMP)
    desk.show(Event.QUESTION, "/data/a")
    desk.log.leave()
    desk.log.leave()
    assert desk.events == [("question", "/data/a"), ("jump", ""), ("question", "/data/a")]
    assert [int(r["end"]) - int(r["start"]) for r in desk.rows] == [3000, 1000, 1000]


def test_lines_are_numbered_the_first_one_too() -> None:
    desk = Desk()
    for _ in range(2):
        desk.show(Event.ADD_REPEAT, "/data/p")
        desk.scenario.add("p")
    desk.show(Event.QUESTION, "/data/p/age")
    desk.show(Event.QUESTION, "/data/p[2]/age")
    desk.log.record(Event.DELETE_REPEAT, "/data/p[1]")
    desk.log.leave()
    assert [node for _, node in desk.events] == [
        "/data/p[1]",
        "/data/p[1]/age",
        "/data/p[2]/age",
        "/data/p[1]",
    ]


def test_changed_answers_are_told_when_the_form_tracks_them() -> None:
    desk = Desk(track_changes="true")
    desk.show(Event.QUESTION, "/data/a")
    desk.scenario.answer("a", "one")
    desk.show(Event.QUESTION, "/data/b")
    desk.show(Event.QUESTION, "/data/a")
    desk.scenario.answer("a", "two")
    desk.log.leave()
    assert [(row["old-value"], row["new-value"]) for row in desk.rows] == [
        ("", "one"),
        ("", ""),
        ("one", "two"),
    ]


def test_page_tells_only_of_its_questions_that_changed() -> None:
    desk = Desk(track_changes="true")
    desk.show(Event.GROUP, "/data/page", 1, "/data/a", "/data/b")
    desk.scenario.answer("b", "x")
    desk.log.leave()
    assert desk.events == [("group questions", "/data/page"), ("question", "/data/b")]
    untracked = Desk()
    untracked.show(Event.GROUP, "/data/page", 1, "/data/a")
    untracked.scenario.answer("a", "x")
    untracked.log.leave()
    assert untracked.events == [("group questions", "/data/page")]


def test_answer_of_a_line_that_went_is_told_as_gone() -> None:
    desk = Desk(track_changes="true")
    desk.scenario.add("p")
    desk.scenario.answer("p[1]/age", "7")
    desk.show(Event.QUESTION, "/data/p/age")
    desk.scenario.remove("p[1]")
    desk.log.leave()
    assert [(r["old-value"], r["new-value"]) for r in desk.rows] == [("7", "")]


def test_best_place_that_is_not_too_old_is_told() -> None:
    desk = Desk(**LOCATED)
    desk.log.record(Event.FORM_START)
    desk.show(Event.QUESTION, "/data/a", 0)
    desk.log.locate(-0.5, 117.1, 40)
    desk.log.locate(-0.51, 117.11, 5.5)
    desk.clock.pass_s(121)
    desk.log.locate(-0.6, 117.2, 30)
    desk.show(Event.QUESTION, "/data/b", 200)
    desk.log.leave()
    places = [(r["event"], r["latitude"], r["longitude"], r["accuracy"]) for r in desk.rows]
    assert places == [
        ("form start", "", "", ""),
        ("question", "-0.6", "117.2", "30"),
        ("question", "-0.6", "117.2", "30"),
    ]


def test_location_events_belong_to_forms_that_track_locations() -> None:
    for attributes, count in (({}, 0), (LOCATED, 3)):
        desk = Desk(**attributes)
        desk.log.locate(1, 2, 3)
        desk.log.record(Event.LOCATION_TRACKING_ENABLED)
        for _ in range(3):
            desk.log.record(Event.LOCATION_PROVIDERS_ENABLED)
        desk.log.record(Event.LOCATION_PERMISSIONS_GRANTED)
        assert len(desk.rows) == count
        assert ("latitude" in desk.log.csv().decode()) == bool(count)


def test_user_and_reason_have_columns_when_the_form_asks() -> None:
    desk = Desk(**{k.replace("-", "_"): v for k, v in ALL.items()})
    desk.log.record(Event.FORM_RESUME)
    desk.log.identify("Ani, 2nd team")
    desk.log.record(Event.CHANGE_REASON, reason="The head came home")
    assert desk.log.csv().decode().partition("\n")[0] == (
        "event,node,start,end,latitude,longitude,accuracy,old-value,new-value,user,change-reason"
    )
    assert [(r["event"], r["user"], r["change-reason"]) for r in desk.rows] == [
        ("form resume", "", ""),
        ("change reason", "Ani, 2nd team", "The head came home"),
    ]


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("plain", "plain"),
        ('say "hi"', 'say "hi"'),
        ("a,b", '"a,b"'),
        ('a "b", c', '"a ""b"", c"'),
        ("two\nlines", '"two\nlines"'),
        ('"quoted"', '"""quoted"""'),
        ("é ꦲ", "é ꦲ"),
    ],
)
def test_values_are_quoted_as_the_specification_has_it(value: str, cell: str) -> None:
    desk = Desk(track_changes="true")
    desk.show(Event.QUESTION, "/data/a")
    desk.scenario.answer("a", value)
    desk.log.leave()
    assert desk.log.csv().decode().endswith(f",,{cell}\n")
    assert desk.rows[0]["new-value"] == value
    assert b"\r" not in desk.log.csv()


def test_log_goes_on_in_another_session() -> None:
    desk = Desk(track_changes="true")
    desk.log.record(Event.FORM_START)
    desk.show(Event.QUESTION, "/data/a")
    dumped = desk.log.dump()
    clock = StepClock()
    clock.jump(days=1)
    log = AuditLog.resume(desk.settings, clock, desk.scenario.session.value, dumped)
    log.record(Event.FORM_RESUME)
    lines = log.csv().decode().splitlines()
    assert [line.partition(",")[0] for line in lines[1:]] == [
        "form start",
        "question",
        "form resume",
    ]
    assert lines[2] == f"question,/data/a,{START_MS},,,"
    assert str(START_MS + 86_400_000) in lines[3]


@pytest.mark.parametrize(
    "dumped", [b"", b"{", b"5", b"[5]", b'[{"nope": 1}]', b"\xff", b"[" * 100_000]
)
def test_damaged_log_is_refused(dumped: bytes) -> None:
    desk = Desk()
    with pytest.raises(KnownError) as error:
        AuditLog.resume(desk.settings, desk.clock, desk.scenario.session.value, dumped)
    assert error.value.code == "bad_audit_log"


def test_screens_are_shown_and_moments_recorded() -> None:
    desk = Desk()
    with pytest.raises(ValueError, match="show"):
        desk.log.record(Event.QUESTION, "/data/a")
    with pytest.raises(ValueError, match="record"):
        desk.log.show(Event.FORM_SAVE)


@pytest.mark.parametrize(
    "event",
    [
        Event.FORM_START,
        Event.FORM_RESUME,
        Event.FORM_SAVE,
        Event.FORM_FINALIZE,
        Event.SAVE_ERROR,
        Event.FINALIZE_ERROR,
        Event.CONSTRAINT_ERROR,
        Event.DELETE_REPEAT,
    ],
)
def test_moments_have_a_start_and_no_end(event: Event) -> None:
    desk = Desk()
    desk.log.record(event)
    assert desk.rows == [
        {"event": event.value, "node": "", "start": str(START_MS), "end": ""},
    ]


def test_log_keeps_no_answers_when_the_form_does_not_ask_for_changes() -> None:
    desk = Desk()
    desk.log.show(Event.QUESTION, "/data/a")
    desk.scenario.answer("a", "Rahmah")
    desk.log.leave()
    assert b"Rahmah" not in desk.log.dump()
    assert b"Rahmah" not in desk.log.csv()
