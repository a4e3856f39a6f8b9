from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from enumerator.errors import KnownError
from enumerator.fieldwork import ContactRules, VisitDraft
from enumerator.fieldwork.flags import ClockReading, distance_km, has_clock_jumped
from enumerator.fieldwork.rules import PhotoRules
from enumerator.fieldwork.visiting import SLOTS, slot_of, suggest_slot
from enumerator.model import (
    INTERVIEW_OUTCOMES,
    CaseState,
    FamilyId,
    OfficerId,
    Outcome,
    Visit,
    VisitId,
)
from enumerator.store.envelope import VisitBody, read
from enumerator.store.feed import FeedRow
from tests.fieldwork.builders import WITA, Desk, moment
from tests.store.builders import case, family_id

FAMILY = family_id(1)
RULES = ContactRules()


def visit_at(
    desk: Desk, at: datetime, outcome: Outcome = Outcome.NO_CONTACT, number: int = 1
) -> Visit:
    """A visit of ten minutes that ends at ``at``."""
    desk.clock.set_wall(at)
    return desk.workspace.visiting.record(
        VisitDraft(
            family_id(number),
            outcome,
            started_at=at - timedelta(minutes=10),
            notice_left=True,
            refusal_reasons=("1",),
            appointment_at=at + timedelta(days=1),
        )
    )


def draft(desk: Desk, outcome: Outcome, **fields: object) -> VisitDraft:
    return replace(VisitDraft(FAMILY, outcome, desk.clock.now()), **fields)  # type: ignore[arg-type]  # test data


def code(desk: Desk, visit: VisitDraft) -> tuple[str, object]:
    with pytest.raises(KnownError) as caught:
        desk.workspace.visiting.record(visit)
    return caught.value.code, caught.value.facts.get("field")


# ---------------------------------------------------------------------- recording


def test_recorded_visit_is_in_the_list_the_outbox_and_the_spool(desk: Desk) -> None:
    visit = visit_at(desk, moment(15, 9))
    row = desk.store.caseload.row(FAMILY)
    assert row is not None
    assert (row.state, row.outcome, row.unsent) == (CaseState.VISITED, Outcome.NO_CONTACT, 1)
    (envelope,) = desk.store.outbox.next_batch()
    assert read(VisitBody, envelope.body).visit_id == visit.id
    assert envelope.header.base_version == 1
    assert desk.store.spool.ids() == {envelope.id}
    assert [record.visit for record in desk.store.families.visits(FAMILY)] == [visit]


def test_visit_keeps_all_that_was_entered(desk: Desk) -> None:
    entered = draft(
        desk,
        Outcome.APPOINTMENT,
        note="besok sore",
        informant="tetangga",
        mode="phone",
        appointment_at=moment(16, 16),
        latitude=-3.3,
        longitude=114.6,
        accuracy_m=12.5,
    )
    desk.clock.advance(minutes=7)
    visit = desk.workspace.visiting.record(entered)
    assert visit.ended_at - visit.started_at == timedelta(minutes=7)
    assert visit.started_at.utcoffset() == timedelta(hours=8)
    desk.reopen()
    (record,) = desk.store.families.visits(FAMILY)
    assert record.visit == visit
    assert (record.visit.note, record.visit.latitude) == ("besok sore", -3.3)


@pytest.mark.parametrize(
    ("outcome", "fields", "expected"),
    [
        (Outcome.APPOINTMENT, {}, ("appointment_needed", "appointment_at")),
        (Outcome.NO_CONTACT, {}, ("notice_needed", "notice_left")),
        (
            Outcome.NO_CONTACT,
            {"notice_left": False, "no_notice_reason": " "},
            ("no_notice_reason_needed", "no_notice_reason"),
        ),
        (
            Outcome.SOFT_REFUSAL,
            {"notice_left": True},
            ("refusal_reason_needed", "refusal_reasons"),
        ),
        (Outcome.HARD_REFUSAL, {}, ("refusal_reason_needed", "refusal_reasons")),
        (Outcome.VACANT_REGULAR, {"mode": "telepathy"}, ("bad_mode", "mode")),
        (
            Outcome.VACANT_REGULAR,
            {"ended_at": moment(1, 1)},
            ("times_reversed", "ended_at"),
        ),
    ],
)
def test_visit_is_refused_with_the_field_that_is_missing(
    desk: Desk, outcome: Outcome, fields: dict[str, object], expected: tuple[str, str]
) -> None:
    assert code(desk, draft(desk, outcome, **fields)) == expected
    assert desk.store.outbox.pending().count == 0


@pytest.mark.parametrize("outcome", [each for each in Outcome if each in INTERVIEW_OUTCOMES])
def test_outcome_of_an_interview_cannot_be_marked_by_a_visit(desk: Desk, outcome: Outcome) -> None:
    assert code(desk, draft(desk, outcome)) == ("interview_needed", "outcome")


def test_reason_why_no_notice_was_left_is_enough_and_a_phone_call_needs_none(desk: Desk) -> None:
    record = desk.workspace.visiting.record
    record(draft(desk, Outcome.NO_CONTACT, notice_left=False, no_notice_reason="pagar terkunci"))
    record(draft(desk, Outcome.NO_CONTACT, mode="phone"))
    assert desk.store.outbox.pending().count == 2


def test_visit_to_an_unknown_family_is_refused(desk: Desk) -> None:
    unknown = replace(draft(desk, Outcome.DEMOLISHED), family_id=FamilyId("6300-none"))
    assert code(desk, unknown) == ("no_such_family", None)


# ---------------------------------------------------------------------- advice


def test_first_visit_may_be_made_now(desk: Desk) -> None:
    desk.clock.set_wall(moment(15, 9))
    advice = desk.workspace.visiting.advice(FAMILY)
    assert (advice.attempt_days, advice.may_visit_now, advice.earliest_next) == (0, True, None)
    assert (advice.proxy_eligible, advice.warnings) == (False, ())


def test_second_visit_of_a_day_waits_four_hours(desk: Desk) -> None:
    visit_at(desk, moment(15, 9))
    desk.clock.set_wall(moment(15, 12, 59))
    advice = desk.workspace.visiting.advice(FAMILY)
    assert not advice.may_visit_now
    assert advice.earliest_next == moment(15, 13)
    assert advice.warnings == ("too_soon",)
    desk.clock.set_wall(moment(15, 13))
    assert desk.workspace.visiting.advice(FAMILY).may_visit_now


def test_next_morning_needs_no_waiting_when_the_last_visit_was_late(desk: Desk) -> None:
    visit_at(desk, moment(15, 23))
    desk.clock.set_wall(moment(16, 1))
    assert desk.workspace.visiting.advice(FAMILY).may_visit_now


def test_proxy_may_be_asked_after_three_unsuccessful_days_not_three_knocks(desk: Desk) -> None:
    for day, hour in ((15, 8), (15, 13), (15, 19), (16, 8)):
        visit_at(desk, moment(day, hour))
    assert not desk.workspace.visiting.advice(FAMILY).proxy_eligible
    visit_at(desk, moment(17, 8))
    advice = desk.workspace.visiting.advice(FAMILY)
    assert (advice.attempt_days, advice.proxy_eligible) == (3, True)


@pytest.mark.parametrize("outcome", [Outcome.VACANT_REGULAR, Outcome.NOT_A_DWELLING])
def test_proxy_may_be_asked_at_once_where_nobody_seems_to_live(
    desk: Desk, outcome: Outcome
) -> None:
    visit_at(desk, moment(15, 8), outcome)
    assert desk.workspace.visiting.advice(FAMILY).proxy_eligible


def test_attempt_days_run_into_hold_and_then_are_used_up(desk: Desk) -> None:
    warnings = []
    for day in range(1, 7):
        visit_at(desk, moment(day, 9))
        desk.clock.set_wall(moment(day, 14))
        warnings.append(desk.workspace.visiting.advice(FAMILY).warnings)
    assert warnings == [(), (), (), ("hold",), ("hold",), ("attempt_days_used_up",)]


def test_officer_is_warned_of_earlier_refusals_and_threats(desk: Desk) -> None:
    visit_at(desk, moment(1, 9), Outcome.SOFT_REFUSAL)
    desk.clock.set_wall(moment(2, 9))
    assert desk.workspace.visiting.advice(FAMILY).warnings == ("refused_before",)
    visit_at(desk, moment(3, 9), Outcome.THREATENING)
    visit_at(desk, moment(4, 9), Outcome.HARD_REFUSAL)
    desk.clock.set_wall(moment(5, 9))
    advice = desk.workspace.visiting.advice(FAMILY)
    assert set(advice.warnings) == {"threatened_before", "hard_refusal"}
    assert not advice.may_visit_now


def test_officer_is_warned_when_the_family_answered_online(desk: Desk) -> None:
    desk.pull(
        case(1, counter=9, version=2, gone=True, reason="answered_online"),
        case(2, counter=10, version=2, gone=True, reason="reassigned"),
    )
    advice = desk.workspace.visiting.advice
    assert advice(FAMILY).warnings == ("answered_online",)
    assert advice(family_id(2)).warnings == ("not_on_list",)
    assert not advice(FAMILY).may_visit_now
    assert not advice(family_id(2)).may_visit_now


def edited(number: int, **family: object) -> FeedRow:
    """A case whose register data differ from the builder's."""
    row = case(number, counter=20 + number, version=2)
    body = msgspec.msgpack.decode(row.body)
    for name, value in family.items():
        if name == "nik":
            body["members"][0]["nik"] = value
        else:
            body["family"][name] = value
    return msgspec.structs.replace(row, body=msgspec.msgpack.encode(body))


@pytest.mark.parametrize(
    ("field", "value", "suspected"),
    [
        ("card_number", "6302020111159777", True),
        ("nik", "6371014203689001", True),
        ("nik", "9999999999999994", False),
        ("nik", "0", False),
        ("card_number", "0", False),
        ("card_number", "", False),
    ],
)
def test_two_families_with_the_same_real_number_are_suspected_to_be_one(
    desk: Desk, field: str, value: str, suspected: bool
) -> None:
    desk.pull(edited(1, **{field: value}), edited(2, **{field: value}))
    advice = desk.workspace.visiting.advice
    expected = ("duplicate_suspected",) if suspected else ()
    assert advice(FAMILY).warnings == advice(family_id(2)).warnings == expected
    assert advice(family_id(3)).warnings == ()


def test_visits_of_other_officers_count_too(desk: Desk) -> None:
    at = moment(15, 8).isoformat()
    other = VisitBody(
        visit_id="other",
        family_id=FAMILY,
        officer_id="acc-02",
        started_at=at,
        ended_at=at,
        mode="visit",
        outcome="no_contact",
    )
    desk.pull(case(1, counter=9, version=2, prior_visits=[other]))
    desk.clock.set_wall(moment(15, 9))
    advice = desk.workspace.visiting.advice(FAMILY)
    assert (advice.attempt_days, advice.may_visit_now) == (1, False)


def test_offices_rules_win_over_the_defaults(desk: Desk) -> None:
    visit_at(desk, moment(15, 9))
    desk.store.note_server(
        lineage="lineage-1",
        safe_point=0,
        policy={"min_hours_between_visits": 2, "proxy_eligible_after": 1, "moon_phase": "full"},
    )
    advice = desk.workspace.visiting.advice(FAMILY)
    assert advice.earliest_next == moment(15, 11)
    assert advice.proxy_eligible


@given(
    st.dictionaries(
        st.sampled_from(
            [
                *("max_attempt_days", "min_hours_between_visits", "other"),
                *("media_max_edge_px", "media_quality"),
            ]
        ),
        st.one_of(
            st.none(), st.text(), st.floats(), st.integers(), st.booleans(), st.lists(st.none())
        ),
    )
)
def test_unusable_policy_never_stops_the_laptop(policy: dict[str, object]) -> None:
    rules = ContactRules.from_policy(policy)
    photos = PhotoRules.from_policy(policy)
    assert 640 <= photos.max_edge_px <= 4096
    assert 40 <= photos.quality <= 95
    assert 0 <= rules.max_attempt_days < float("inf")
    assert 0 <= rules.min_hours_between_visits < float("inf")


# ---------------------------------------------------------------------- slots

SLOT_MOMENTS = {
    "morning": moment(14, 9),  # a Monday
    "afternoon": moment(14, 14),
    "evening": moment(14, 19),
    "weekend": moment(19, 10),
}


@pytest.mark.parametrize(("slot", "at"), SLOT_MOMENTS.items())
def test_slot_of_a_moment_is_local(slot: str, at: datetime) -> None:
    assert slot_of(at.astimezone(WITA), RULES) == slot


@given(st.lists(st.sampled_from(SLOTS), max_size=6))
def test_suggested_slot_is_one_that_was_not_tried_when_there_is_one(tried: list[str]) -> None:
    visits = [a_visit(SLOT_MOMENTS[slot]) for slot in tried]
    suggested = suggest_slot(visits, RULES, moment(21, 9).astimezone(WITA))
    assert suggested in SLOTS
    if set(tried) != set(SLOTS):
        assert suggested not in tried


def test_slot_tried_longest_ago_is_suggested_when_all_were_tried() -> None:
    order = ("afternoon", "weekend", "morning", "evening")
    visits = [
        a_visit(SLOT_MOMENTS[slot] + timedelta(weeks=week)) for week, slot in enumerate(order)
    ]
    assert suggest_slot(visits, RULES, moment(21, 9).astimezone(WITA)) == "afternoon"


def a_visit(at: datetime, **fields: object) -> Visit:
    visit = Visit(
        VisitId("v"), FAMILY, OfficerId("o"), at, at, "visit", Outcome.NO_CONTACT, notice_left=True
    )
    return replace(visit, **fields)  # type: ignore[arg-type]  # test data


# ---------------------------------------------------------------------- quality flags


def flags(
    desk: Desk, outcome: Outcome = Outcome.VACANT_REGULAR, number: int = 1, **fields: object
) -> set[str]:
    """What recording raises, which is what the officer was told before."""
    entered = replace(draft(desk, outcome, **fields), family_id=family_id(number))
    told = desk.workspace.visiting.flags(entered)
    desk.workspace.visiting.record(entered)
    body = read(VisitBody, desk.store.outbox.next_batch()[-1].body)
    assert tuple(body.flags) == told
    return set(told)


def test_ordinary_visit_raises_no_flag(desk: Desk) -> None:
    assert flags(desk) == set()


def test_impossible_travel_is_flagged(desk: Desk) -> None:
    flags(desk, latitude=-3.32, longitude=114.59)
    desk.clock.advance(minutes=10)
    assert flags(desk, number=2, latitude=-2.0, longitude=115.5) == {"impossible_travel"}
    desk.clock.advance(hours=5)
    assert flags(desk, number=3, latitude=-3.32, longitude=114.59) == set()


def test_bad_accuracy_is_no_impossible_travel(desk: Desk) -> None:
    flags(desk, latitude=-3.32, longitude=114.59, accuracy_m=3000)
    assert flags(desk, number=2, latitude=-3.30, longitude=114.60, accuracy_m=2000) == set()


def test_visit_without_a_notice_is_flagged_although_a_reason_was_given(desk: Desk) -> None:
    raised = flags(desk, Outcome.NO_CONTACT, notice_left=False, no_notice_reason="hujan")
    assert raised == {"visit_without_notice"}


def test_second_visit_too_early_is_flagged(desk: Desk) -> None:
    flags(desk)
    desk.clock.advance(hours=1)
    assert flags(desk) == {"too_soon"}


def test_many_closes_within_an_hour_are_flagged(desk: Desk) -> None:
    desk.pull(*(case(number, counter=10 + number) for number in range(4, 20)))
    raised = []
    for number in range(4, 19):
        desk.clock.advance(minutes=2)
        entered = replace(draft(desk, Outcome.DEMOLISHED), family_id=family_id(number))
        raised.append(desk.workspace.visiting.flags(entered))
        desk.workspace.visiting.record(entered)
    assert raised[:12] == [()] * 12
    assert raised[12:] == [("many_closes",)] * 3


def test_clock_set_back_between_two_records_is_flagged(desk: Desk) -> None:
    flags(desk)
    desk.clock.advance(minutes=30)
    desk.clock.set_wall(desk.clock.now() - timedelta(hours=6))
    assert flags(desk) == {"clock_jump"}


def test_clock_is_not_judged_over_a_restart_or_a_sleep_of_the_machine() -> None:
    before = ClockReading(moment(15, 9), 5_000_000)
    assert not has_clock_jumped(before, ClockReading(moment(15, 8), 1_000))
    assert not has_clock_jumped(before, ClockReading(moment(16, 9), 5_060_000))
    assert has_clock_jumped(before, ClockReading(moment(15, 9), 9_000_000))


def test_distance_between_banjarmasin_and_kotabaru_is_about_181_km() -> None:
    assert distance_km((-3.32, 114.59), (-3.24, 116.22)) == pytest.approx(181, abs=2)
    assert distance_km((0, 0), (0, 0)) == 0


def test_visit_is_not_advised_when_the_family_threatened_an_officer(desk: Desk) -> None:
    visit_at(desk, moment(3, 9), Outcome.THREATENING)
    desk.clock.set_wall(moment(5, 9))
    assert not desk.workspace.visiting.advice(FAMILY).may_visit_now
