"""Visiting: advice before the door, the record after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo

from enumerator.errors import KnownError
from enumerator.fieldwork.flags import ClockReading, visit_flags
from enumerator.fieldwork.rules import ContactRules
from enumerator.model import (
    INTERVIEW_OUTCOMES,
    OUTCOME_RULES,
    FamilyId,
    OfficerId,
    Outcome,
    Visit,
    VisitId,
)
from enumerator.store import Assignment, OfficerStore
from enumerator.store.families import body_of_visit

SLOTS = ("morning", "afternoon", "evening", "weekend")
_SATURDAY = 5
_STOPS = frozenset({Outcome.HARD_REFUSAL, Outcome.THREATENING})


@dataclass(frozen=True, slots=True)
class VisitAdvice:
    """``earliest_next`` is None when a visit may be made now. Warnings: ``too_soon``,
    ``attempt_days_used_up``, ``hold``, ``threatened_before``, ``refused_before``,
    ``hard_refusal``, ``answered_online``, ``not_on_list``, ``duplicate_suspected`` (another family
    here has the same No. KK or a member's NIK)."""

    attempt_days: int
    may_visit_now: bool
    earliest_next: datetime | None
    suggested_slot: str
    proxy_eligible: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """What the officer fills in. ``ended_at`` None: now. ``notice_left`` None: not said."""

    family_id: FamilyId
    outcome: Outcome
    started_at: datetime
    ended_at: datetime | None = None
    mode: str = "visit"
    note: str = ""
    informant: str = ""
    appointment_at: datetime | None = None
    notice_left: bool | None = None
    no_notice_reason: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None
    refusal_reasons: tuple[str, ...] = ()


class Visiting:
    def __init__(self, store: OfficerStore, zone: tzinfo | None) -> None:
        self._store = store
        self._zone = zone

    def rules(self) -> ContactRules:
        return ContactRules.from_policy(self._store.settings.policy())

    def advice(self, family_id: FamilyId) -> VisitAdvice:
        visits = [record.visit for record in self._store.families.visits(family_id)]
        assignment = self._store.families.assignment(family_id)
        advice = advise(visits, assignment, self.rules(), self._now())
        if self._store.families.look_alikes(family_id):
            return replace(advice, warnings=(*advice.warnings, "duplicate_suspected"))
        return advice

    def check_may_begin(self, family_id: FamilyId) -> None:
        """Before a visit begins; one that was begun is always recorded. KnownError ``frozen``:
        then only who has a draft is visited, to finish it."""
        if self._store.interviews.draft_of(family_id) is None:
            self._store.access.check()

    def record(self, draft: VisitDraft) -> Visit:
        """Saved when this returns. KnownError for what is missing, with the ``field``:
        ``appointment_needed``, ``notice_needed``, ``no_notice_reason_needed``,
        ``refusal_reason_needed``, ``times_reversed``, ``interview_needed``, ``bad_mode``;
        ``no_such_family``."""
        self._store.families.family(draft.family_id)
        visit = self._visit(draft)
        check_complete(visit)
        assignment = self._store.families.assignment(draft.family_id)
        self._store.recording.visit(
            body_of_visit(visit, flags=self._flags(visit)),
            assignment.version if assignment else None,
        )
        return visit

    def flags(self, draft: VisitDraft) -> tuple[str, ...]:
        """The quality flags that recording this would raise, to be told beforehand."""
        return self._flags(self._visit(draft))

    def flags_of(self, visit: Visit) -> tuple[str, ...]:
        """Of a visit that an interview makes."""
        return self._flags(visit)

    def _flags(self, visit: Visit) -> tuple[str, ...]:
        own = OfficerId(self._store.enrolment.account_id)
        earlier = self._store.families.own_visits(own, last=50)
        last = self._store.families.last_clock()
        clock = self._store.clock
        return visit_flags(
            visit,
            [record for record in earlier if record.id != visit.id],
            self.rules(),
            ClockReading(*last) if last else None,
            ClockReading(clock.now(), clock.monotonic_ms()),
        )

    def _visit(self, draft: VisitDraft) -> Visit:
        return Visit(
            id=VisitId(self._store.chance.uuid()),
            family_id=draft.family_id,
            officer_id=OfficerId(self._store.enrolment.account_id),
            started_at=draft.started_at.astimezone(self._zone),
            ended_at=(draft.ended_at or self._now()).astimezone(self._zone),
            mode=draft.mode,
            outcome=draft.outcome,
            note=draft.note,
            informant=draft.informant,
            appointment_at=draft.appointment_at,
            notice_left=draft.notice_left,
            no_notice_reason=draft.no_notice_reason,
            latitude=draft.latitude,
            longitude=draft.longitude,
            accuracy_m=draft.accuracy_m,
            refusal_reasons=draft.refusal_reasons,
        )

    def _now(self) -> datetime:
        return self._store.clock.now().astimezone(self._zone)


def check_complete(visit: Visit) -> None:
    """KnownErrors as :meth:`Visiting.record` names them."""
    rule = OUTCOME_RULES[visit.outcome]
    if visit.mode not in ("visit", "phone"):
        raise _missing("bad_mode", "A contact is a visit or a phone call.", "mode")
    if visit.outcome in INTERVIEW_OUTCOMES:
        raise _missing("interview_needed", "This outcome needs an interview.", "outcome")
    if visit.ended_at < visit.started_at:
        raise _missing("times_reversed", "The visit ends before it starts.", "ended_at")
    if visit.outcome is Outcome.APPOINTMENT and visit.appointment_at is None:
        raise _missing("appointment_needed", "Enter when the appointment is.", "appointment_at")
    if rule.refusal_reason_due and not visit.refusal_reasons:
        raise _missing("refusal_reason_needed", "Choose why they refused.", "refusal_reasons")
    if not rule.notice_due or visit.mode == "phone":
        return
    if visit.notice_left is None:
        raise _missing("notice_needed", "Say whether a notice was left.", "notice_left")
    if not visit.notice_left and not visit.no_notice_reason.strip():
        raise _missing("no_notice_reason_needed", "Say why no notice was left.", "no_notice_reason")


def advise(
    visits: Sequence[Visit], assignment: Assignment | None, rules: ContactRules, now: datetime
) -> VisitAdvice:
    """``visits`` oldest first, all officers'; ``now`` local."""
    zone = now.tzinfo
    attempts = [visit for visit in visits if OUTCOME_RULES[visit.outcome].is_attempt]
    days = len({visit.started_at.astimezone(zone).date() for visit in attempts})
    earliest = _earliest_next(visits, rules, now)
    outcomes = {visit.outcome for visit in visits}
    unsuccessful = {
        visit.started_at.astimezone(zone).date()
        for visit in attempts
        if visit.outcome not in INTERVIEW_OUTCOMES
    }
    at_once = bool(visits) and OUTCOME_RULES[visits[-1].outcome].proxy_eligible
    return VisitAdvice(
        attempt_days=days,
        may_visit_now=earliest is None
        and outcomes.isdisjoint(_STOPS)
        and not _has_left(assignment),
        earliest_next=earliest,
        suggested_slot=suggest_slot(visits, rules, now),
        proxy_eligible=at_once or len(unsuccessful) >= rules.proxy_eligible_after,
        warnings=tuple(_warnings(outcomes, assignment, days, rules, too_soon=earliest is not None)),
    )


def suggest_slot(visits: Iterable[Visit], rules: ContactRules, now: datetime) -> str:
    """The first of :data:`SLOTS` that was not tried yet, starting at the present one; when all
    were tried, the one tried longest ago."""
    tried: dict[str, datetime] = {}
    for visit in visits:
        slot = slot_of(visit.started_at.astimezone(now.tzinfo), rules)
        tried[slot] = max(visit.started_at, tried.get(slot, visit.started_at))
    present = SLOTS.index(slot_of(now, rules))
    in_turn = SLOTS[present:] + SLOTS[:present]
    untried = [slot for slot in in_turn if slot not in tried]
    return untried[0] if untried else min(in_turn, key=lambda slot: tried[slot])


def slot_of(moment: datetime, rules: ContactRules) -> str:
    if moment.weekday() >= _SATURDAY:
        return "weekend"
    if moment.hour < rules.morning_ends_h:
        return "morning"
    return "afternoon" if moment.hour < rules.afternoon_ends_h else "evening"


def _earliest_next(visits: Sequence[Visit], rules: ContactRules, now: datetime) -> datetime | None:
    if not visits:
        return None
    last = max(visit.ended_at for visit in visits).astimezone(now.tzinfo)
    earliest = last + timedelta(hours=rules.min_hours_between_visits)
    # A clock set back by days would lock the door for days: only the same day counts.
    return earliest if last.date() == now.date() and now < earliest else None


def _warnings(
    outcomes: set[Outcome],
    assignment: Assignment | None,
    days: int,
    rules: ContactRules,
    *,
    too_soon: bool,
) -> Iterable[str]:
    if too_soon:
        yield "too_soon"
    if days >= rules.max_attempt_days:
        yield "attempt_days_used_up"
    elif days >= rules.hold_after:
        yield "hold"
    if Outcome.THREATENING in outcomes:
        yield "threatened_before"
    if Outcome.HARD_REFUSAL in outcomes:
        yield "hard_refusal"
    elif Outcome.SOFT_REFUSAL in outcomes:
        yield "refused_before"
    if assignment is None:
        return
    if assignment.self_response == "complete" or assignment.gone_reason == "answered_online":
        yield "answered_online"
    elif assignment.gone:
        yield "not_on_list"


def _has_left(assignment: Assignment | None) -> bool:
    """Nobody is to be visited who answered already or is another officer's."""
    return assignment is not None and (assignment.gone or assignment.self_response == "complete")


def _missing(code: str, text: str, field: str) -> KnownError:
    return KnownError(code, text, field=field)
