"""One family: where it lives, who belongs to it, what was tried, where its data is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from enumerator.errors import BugError
from enumerator.model import (
    GONE_STATES,
    OUTCOME_RULES,
    CaseState,
    Custody,
    Family,
    FamilyId,
    InterviewId,
    Member,
    Reopen,
    masked,
)
from ui import formats
from ui.operations import Operations
from ui.paint import Kind
from ui.screens.family_banner import FamilyBanner, is_read_only
from ui.theme import Ink, Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.chips import Chip
from ui.widgets.labels import Label
from ui.widgets.layouts import ScrollArea, Sides, column, row
from ui.widgets.lines import IconLine, LineStack, RecordLine
from ui.widgets.meters import Dots
from ui.widgets.screen import Screen, ScreenHeader
from ui.widgets.surfaces import Card
from ui.widgets.tables import WordTable
from ui.widgets.timeline import Moment, Timeline
from ui.words import (
    custody_sign,
    mode_word,
    outcome_word,
    record_word,
    relationship_word,
    slot_word,
    state_sign,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from enumerator.fieldwork import Workspace
    from enumerator.fieldwork.delivery import DeliveryLine
    from enumerator.fieldwork.visiting import VisitAdvice
    from enumerator.store import Assignment, CaseRow, VisitRecord

_RECORDS_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class FamilyFacts:
    """Everything that the screen shows, read in one go."""

    family: Family
    case: CaseRow
    members: tuple[Member, ...]
    visits: tuple[VisitRecord, ...]
    advice: VisitAdvice
    max_attempt_days: int
    delivery: tuple[DeliveryLine, ...]
    assignment: Assignment | None
    area: str
    draft: InterviewId | None
    successors: tuple[FamilyId, ...]
    may_return: bool
    """A supervisor may send the interview back."""
    may_begin: bool
    """False on a laptop that the office has frozen: what was begun may be finished, no more."""
    own_officer: str
    names: Mapping[str, str]
    """Of colleagues, by account."""
    now: datetime


def gather(workspace: Workspace, family_id: FamilyId) -> FamilyFacts:
    """Reads the facts; runs on the reading thread. KnownError ``no_such_family``."""
    families = workspace.store.families
    family = families.family(family_id)
    case = workspace.caseload.row(family_id)
    if case is None:
        raise BugError("a family of the register without a case")
    village = families.area(family.village)
    district = families.area(family.district)
    names = [area.name for area in (village, district) if area is not None]
    return FamilyFacts(
        family=family,
        case=case,
        members=families.members(family_id),
        visits=families.visits(family_id),
        advice=workspace.visiting.advice(family_id),
        max_attempt_days=workspace.visiting.rules().max_attempt_days,
        delivery=workspace.delivery.where(family_id),
        assignment=families.assignment(family_id),
        area=", ".join(names),
        draft=workspace.interviewing.draft_of(family_id),
        successors=workspace.parking.successors(family_id),
        may_return=workspace.is_supervisor and workspace.supervising.may_return(family_id),
        may_begin=workspace.store.access.restriction() is None,
        own_officer=workspace.store.enrolment.account_id,
        names=workspace.store.decisions.detail(family_id).names,
        now=workspace.store.clock.now(),
    )


class FamilyScreen(Screen):
    """Signals: ``visit_asked(str)``, ``interview_asked(str)``: with the family's id;
    ``stop_asked(str)``: give up the draft with this interview id; ``successor_asked(str)``:
    choose the family with which this draft goes on; ``settle_asked(str)``, ``return_asked(str)``:
    a supervisor's, with the family's id."""

    visit_asked = Signal(str)
    interview_asked = Signal(str)
    stop_asked = Signal(str)
    successor_asked = Signal(str)
    settle_asked = Signal(str)
    return_asked = Signal(str)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._facts: FamilyFacts | None = None
        self._family_id: FamilyId | None = None
        self.header = ScreenHeader()
        self.state = Chip()
        self.banner = FamilyBanner()
        self.visit = Button(icon="door", kind=Kind.SECONDARY)
        self.interview = Button(icon="clipboard", kind=Kind.PRIMARY)
        self.send_back = Button(icon="return")
        self.send_back.hide()
        self._home = Card(gap=Space.S)
        self._home_lines = LineStack(gap=Space.S)
        self._roster = Card(gap=Space.S)
        self.members = WordTable()
        self._past = Card()
        self.history = Timeline()
        self._advice = Card()
        self._dots = Dots()
        self._days = Label("", Text.SMALL_STRONG)
        self._advice_lines = LineStack(gap=Space.S)
        self._custody = Card()
        self._records = LineStack()
        self._lay_out()
        self.header.back_pressed.connect(self.back_asked)
        self.visit.clicked.connect(self._ask_visit)
        self.interview.clicked.connect(self._ask_interview)
        self.banner.stop_asked.connect(self._ask_stop)
        self.banner.settle_asked.connect(self._ask_settle)
        self.send_back.clicked.connect(self._ask_return)
        self.banner.successor_asked.connect(self._ask_successor)
        self.retranslate()

    def _lay_out(self) -> None:
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, 0)
        self.header.beside.addWidget(self.state)
        self.header.buttons.addWidget(self.send_back)
        self.header.buttons.addWidget(self.visit)
        self.header.buttons.addWidget(self.interview)
        whole.addWidget(self.header)
        self._home.body.addWidget(self._home_lines)
        self._roster.body.addWidget(self.members)
        self._past.body.addWidget(self.history)
        days = row(gap=Space.S)
        days.addWidget(self._dots)
        days.addStretch(1)
        self._advice.body.addLayout(days)
        self._advice.body.addWidget(self._days)
        self._advice.body.addWidget(self._advice_lines)
        self._custody.body.addWidget(self._records)
        main, side = QWidget(), QWidget()
        left, right = column(main, gap=Space.L), column(side, gap=Space.L)
        for card in (self._home, self._roster, self._past):
            left.addWidget(card)
        left.addStretch(1)
        for card in (self._advice, self._custody):
            right.addWidget(card)
        right.addStretch(1)
        inside = QWidget()
        content = column(inside, gap=Space.M)
        content.setContentsMargins(0, 0, Space.XS, Space.L)
        content.addWidget(self.banner)
        content.addWidget(Sides(main, side, side_px=292, narrow_px=820))
        whole.addWidget(ScrollArea(inside), 1)

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace
        self._facts = None
        self._family_id = None

    def set_family(self, family_id: FamilyId) -> None:
        """Shows this family."""
        if family_id != self._family_id:
            self._facts = None
        self._family_id = family_id
        self.refresh()

    def refresh(self) -> None:
        """Asks for everything again: something was recorded or received."""
        workspace, family_id = self._workspace, self._family_id
        if workspace is None or family_id is None:
            return
        self._operations.read(
            lambda: gather(workspace, family_id), self._take_facts, latest="facts", owner=self
        )

    def family_id(self) -> FamilyId | None:
        return self._family_id

    def shown_case(self) -> CaseRow | None:
        """The case on the screen, once it was read."""
        return None if self._facts is None else self._facts.case

    def record_words(self) -> list[str]:
        """Each record and where it is, in words."""
        return [line.accessibleName() for line in self._records.lines()]

    def _ask_stop(self) -> None:
        if self._facts is not None and self._facts.draft is not None:
            self.stop_asked.emit(self._facts.draft)

    def _ask_successor(self) -> None:
        if self._facts is not None and self._facts.draft is not None:
            self.successor_asked.emit(self._facts.draft)

    def _ask_settle(self) -> None:
        if self._family_id is not None:
            self.settle_asked.emit(self._family_id)

    def _ask_return(self) -> None:
        if self._family_id is not None:
            self.return_asked.emit(self._family_id)

    def _ask_visit(self) -> None:
        if self._family_id is not None:
            self.visit_asked.emit(self._family_id)

    def _ask_interview(self) -> None:
        if self._family_id is not None:
            self.interview_asked.emit(self._family_id)

    def _take_facts(self, facts: FamilyFacts) -> None:
        self._facts = facts
        self._show_header(facts)
        self.banner.show_facts(facts)
        self._show_home(facts)
        self._show_members(facts)
        self._show_history(facts)
        self._show_advice(facts)
        self._show_records(facts)

    def _show_header(self, facts: FamilyFacts) -> None:
        sign = state_sign(facts.case.state)
        self.header.title.setText(facts.case.head_name or self.tr("New family"))
        self.state.set_state(sign.tone, sign.icon, sign.word)
        is_resumed = facts.draft is not None
        is_parked = facts.case.state is CaseState.PARKED
        self.interview.setText(
            self.tr("Finish anyway")
            if is_parked
            else self.tr("Resume interview")
            if is_resumed
            else self.tr("Start interview")
        )
        is_gone = facts.case.state in GONE_STATES
        may_resume = is_resumed and not (is_parked and is_read_only(facts))
        self.interview.setEnabled(
            may_resume or (facts.may_begin and not (is_resumed or is_gone or _is_final(facts.case)))
        )
        self.visit.setEnabled(not is_gone and (facts.may_begin or is_resumed))
        self.send_back.setVisible(facts.may_return)

    def _show_home(self, facts: FamilyFacts) -> None:
        family = facts.family
        lines: list[QWidget] = [
            IconLine("pin", family.address or self.tr("No address recorded"), strong=True),
            IconLine("home", " · ".join(part for part in (family.sls, facts.area) if part)),
        ]
        if family.card_number:
            card = self.tr("No. KK {number}").format(number=masked(family.card_number))
            lines.append(IconLine("note", card))
        self._home_lines.set_lines(lines)

    def _show_members(self, facts: FamilyFacts) -> None:
        headings = (
            self.tr("No."),
            self.tr("Name"),
            self.tr("NIK"),
            self.tr("M/F"),
            self.tr("Born"),
            self.tr("Relationship"),
        )
        rows = [
            (
                str(member.line_no),
                member.name,
                masked(member.nik) if member.nik else "–",
                {"1": self.tr("M"), "2": self.tr("F")}.get(member.sex, "–"),
                formats.short_date(datetime.fromisoformat(member.birth_date).date())
                if member.birth_date
                else "–",
                relationship_word(member.relationship),
            )
            for member in facts.members
        ]
        self._roster.setVisible(bool(rows))
        self._roster.set_title(self.tr("Members in the register (%n)", "", len(rows)))
        self.members.set_rows(headings, rows, stretch=1)

    def _show_history(self, facts: FamilyFacts) -> None:
        moments = [self._moment(facts, record) for record in reversed(facts.visits)]
        self.history.set_moments(moments, self.tr("Nobody has visited this family yet."))

    def _moment(self, facts: FamilyFacts, record: VisitRecord) -> Moment:
        visit = record.visit
        rule = OUTCOME_RULES[visit.outcome]
        tone = (
            Tone.GOOD
            if rule.aapor in ("interview", "partial")
            else Tone.BAD
            if rule.aapor == "refusal"
            else Tone.NEUTRAL
            if rule.final
            else Tone.INFO
        )
        who = (
            self.tr("you")
            if visit.officer_id == facts.own_officer
            else facts.names.get(visit.officer_id) or self.tr("another officer")
        )
        parts = [formats.moment_short(visit.started_at, facts.now), mode_word(visit.mode), who]
        if visit.notice_left:
            parts.append(self.tr("notice left"))
        if visit.appointment_at is not None:
            parts.append(
                self.tr("appointment {when}").format(
                    when=formats.moment_short(visit.appointment_at, facts.now)
                )
            )
        icon = "phone" if visit.mode == "phone" else "door"
        return Moment(tone, icon, outcome_word(visit.outcome), " · ".join(parts), visit.note)

    def _show_advice(self, facts: FamilyFacts) -> None:
        advice, most = facts.advice, facts.max_attempt_days
        may_go = facts.may_begin or facts.draft is not None
        self._advice.setVisible(may_go and _is_to_visit(facts.case))
        words = self.tr("{used} of {most} contact days used").format(
            used=advice.attempt_days, most=most
        )
        tone = Tone.CARE if advice.attempt_days >= most - 1 else Tone.ACCENT
        self._dots.set_amount(min(advice.attempt_days, most), most, tone, words)
        self._days.setText(words)
        lines: list[QWidget] = []
        if facts.case.state is CaseState.APPOINTMENT and facts.case.appointment_at is not None:
            agreed = formats.moment_short(facts.case.appointment_at, facts.now)
            lines.append(IconLine("calendar", self.tr("Appointment: {when}").format(when=agreed)))
        if advice.earliest_next is not None:
            when = formats.moment_short(advice.earliest_next, facts.now)
            lines.append(
                IconLine(
                    "hourglass",
                    self.tr("Next visit: {when} at the earliest").format(when=when),
                    tone=Tone.CARE,
                )
            )
        elif advice.may_visit_now:
            lines.append(IconLine("check-circle", self.tr("May be visited now"), tone=Tone.GOOD))
        if advice.suggested_slot:
            lines.append(
                IconLine(
                    "clock",
                    self.tr("Not tried yet: {slot}").format(slot=slot_word(advice.suggested_slot)),
                )
            )
        if advice.proxy_eligible:
            lines.append(
                IconLine("people", self.tr("Another informant (neighbour, RT head) may be asked"))
            )
        lines += [IconLine("alert", text, tone=Tone.CARE) for text in self._warnings(advice)]
        self._advice_lines.set_lines(lines)

    def _warnings(self, advice: VisitAdvice) -> list[str]:
        words = {
            "attempt_days_used_up": self.tr("All contact days are used: ask your supervisor"),
            "hold": self.tr("Hold: try other families first"),
            "threatened_before": self.tr("Threatened before: do not go alone"),
            "refused_before": self.tr("Refused before: another officer should try once"),
            "hard_refusal": self.tr("Refused firmly: do not visit again"),
            "not_on_list": self.tr("No longer on your list"),
        }
        return [words[code] for code in advice.warnings if code in words]

    def _show_records(self, facts: FamilyFacts) -> None:
        shown = reversed(facts.delivery[-_RECORDS_SHOWN:])
        lines: list[QWidget] = [self._record(line, facts.now) for line in shown]
        if not lines:
            lines.append(Label(self.tr("Nothing recorded yet."), Text.BODY, Ink.FAINT, wrap=True))
        earlier = len(facts.delivery) - _RECORDS_SHOWN
        if earlier > 0:
            text = self.tr("and %n earlier record(s)", "", earlier)
            lines.append(Label(text, Text.SMALL, Ink.FAINT))
        self._records.set_lines(lines)

    def _record(self, line: DeliveryLine, now: datetime) -> RecordLine:
        title = f"{record_word(line.kind)} · {formats.moment_short(line.created_at, now)}"
        detail = ""
        if line.receipt_no and line.received_at is not None:
            detail = self.tr("Receipt {number}, {when}").format(
                number=line.receipt_no, when=formats.moment_short(line.received_at, now)
            )
        elif line.custody is Custody.RELAYED and line.relayed_at is not None:
            detail = self.tr("With {login} · handed over {when}").format(
                login=line.relay_login, when=formats.moment_short(line.relayed_at, now)
            )
        if line.media_waiting and line.receipt_no:
            photos = self.tr("%n photo(s) still to be sent", "", line.media_waiting)
            detail = f"{detail}\n{photos}"
        return RecordLine(title, custody_sign(line.custody), detail)

    # What every screen has.

    def retranslate(self) -> None:
        self.header.set_trail(self.tr("Families"))
        self.header.back.set_word(self.tr("Back to the list"), "Esc")
        self.send_back.setText(self.tr("Return"))
        self.send_back.setToolTip(self.tr("Return for re-interview"))
        self.visit.setText(self.tr("Record visit"))
        self.visit.setToolTip(self.tr("Record visit (Ctrl+K)"))
        self.interview.setText(self.tr("Start interview"))
        self.interview.setToolTip(self.tr("Interview (Ctrl+I)"))
        self.members.setAccessibleName(self.tr("Members in the register"))
        self._home.set_title(self.tr("Address"))
        self._past.set_title(self.tr("Visits"))
        self._advice.set_title(self.tr("Next visit"))
        self._custody.set_title(self.tr("Where the data is"))
        if self._facts is not None:
            self._take_facts(self._facts)

    def focus_first(self) -> None:
        target = self.interview if self.interview.isEnabled() else self.header.back
        target.setFocus(Qt.FocusReason.OtherFocusReason)


def _is_to_visit(case: CaseRow) -> bool:
    """False where a next visit is no longer the officer's business."""
    done = case.state in (CaseState.PARKED, CaseState.CLOSED) or _is_final(case)
    return not (done or case.state in GONE_STATES)


def _is_final(case: CaseRow) -> bool:
    """True where only the supervisor may take the case up again."""
    if case.state not in (CaseState.QUEUED, CaseState.RECEIVED):
        return False
    return case.outcome is None or OUTCOME_RULES[case.outcome].reopen != Reopen.OFFICER.value
