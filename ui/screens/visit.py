"""Recording a visit: its outcome and what that outcome asks for; saved in one go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from enumerator.errors import KnownError
from enumerator.model import OUTCOME_RULES, FamilyId, Outcome, Visit
from ui import formats
from ui.errors import explain
from ui.language import Language, current
from ui.operations import Operations
from ui.paint import Kind
from ui.theme import Space, Text, Tone
from ui.widgets.buttons import Button
from ui.widgets.fields import CheckBox, Field, LineEdit, MomentField, Segmented, TextArea
from ui.widgets.labels import Label
from ui.widgets.layouts import FlowLayout, ScrollArea, column, row
from ui.widgets.lines import IconLine, LineStack
from ui.widgets.outcome_picker import OutcomePicker
from ui.widgets.screen import Screen, ScreenHeader
from ui.widgets.surfaces import Banner, Card
from ui.words import REFUSAL_REASONS, outcome_word, refusal_reason_word

if TYPE_CHECKING:
    from enumerator.fieldwork import VisitDraft, Workspace


# The officer has just said so, with a reason: nothing to ask again.
_SAID: Final = "visit_without_notice"


class VisitScreen(Screen):
    """Signals: ``saved(str, str)``: the family's id and the outcome's value, once the visit and
    its envelope are on the disk."""

    saved = Signal(str, str)

    def __init__(self, operations: Operations, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._operations = operations
        self._workspace: Workspace | None = None
        self._family_id: FamilyId | None = None
        self._head_name = ""
        self._started_at: datetime | None = None
        self._acknowledged: tuple[str, ...] = ()
        self._told: tuple[str, ...] = ()
        self.header = ScreenHeader()
        self.picker = OutcomePicker()
        self.banner = Banner()
        self.save = Button(icon="check", kind=Kind.PRIMARY)
        self.cancel = Button(kind=Kind.SECONDARY)
        self._make_fields()
        self._lay_out()
        self._connect()
        self.retranslate()

    def _make_fields(self) -> None:
        self.mode = Segmented()
        self.appointment = MomentField()
        self.notice = Segmented()
        self.no_notice_reason = LineEdit()
        self.reasons = {code: CheckBox() for code in REFUSAL_REASONS}
        self._reason_box = QWidget()
        flow = FlowLayout(self._reason_box, gap=Space.XS)
        for box in self.reasons.values():
            flow.addWidget(box)
        self.informant = LineEdit()
        self.note = TextArea(3)
        self._outcome_word = Label("", Text.SUBTITLE, wrap=True)
        self._facts = LineStack(gap=Space.S)
        self._fields = {
            "mode": Field(self.mode),
            "appointment_at": Field(self.appointment),
            "notice_left": Field(self.notice),
            "no_notice_reason": Field(self.no_notice_reason),
            "refusal_reasons": Field(self._reason_box),
            "informant": Field(self.informant),
            "note": Field(self.note),
        }

    def _lay_out(self) -> None:
        whole = column(self, gap=Space.M)
        whole.setContentsMargins(Space.L, Space.M, Space.L, Space.M)
        self.header.buttons.addWidget(self.cancel)
        self.header.buttons.addWidget(self.save)
        whole.addWidget(self.header)
        parts = row(gap=Space.L)
        left = Card(margin=Space.M)
        left.body.addWidget(self.picker, 1)
        left.setMinimumWidth(300)
        left.setMaximumWidth(420)
        form = Card(gap=Space.L)
        form.body.addWidget(self._outcome_word)
        form.body.addWidget(self._facts)
        for field in self._fields.values():
            form.body.addWidget(field)
        form.body.addStretch(1)
        inside = QWidget()
        right = column(inside, gap=Space.M)
        right.setContentsMargins(0, 0, Space.XS, 0)
        right.addWidget(self.banner)
        right.addWidget(form, 1)
        parts.addWidget(left, 2)
        parts.addWidget(ScrollArea(inside), 3)
        whole.addLayout(parts, 1)

    def _connect(self) -> None:
        self.header.back_pressed.connect(self.back_asked)
        self.cancel.clicked.connect(self.back_asked)
        self.save.clicked.connect(self.submit)
        self.picker.chosen.connect(self._show_outcome)
        self.picker.taken.connect(self._enter_form)
        self.mode.chosen.connect(lambda _value: self._show_outcome(self.picker.outcome()))
        self.notice.chosen.connect(lambda _value: self._show_outcome(self.picker.outcome()))

    def set_workspace(self, workspace: Workspace | None) -> None:
        self._workspace = workspace

    def set_family(self, family_id: FamilyId, head_name: str) -> None:
        """Begins a visit to this family, now."""
        self._family_id = family_id
        self._head_name = head_name
        self._started_at = self._now()
        self._acknowledged = self._told = ()
        self.picker.set_outcome(None)
        self.mode.set_value("visit")
        self.notice.set_value(None)
        self.no_notice_reason.clear()
        self.informant.clear()
        self.note.clear()
        for box in self.reasons.values():
            box.setChecked(False)
        tomorrow = formats.local(self._now() + timedelta(days=1))
        self.appointment.set_value(tomorrow.replace(minute=0, second=0, microsecond=0))
        self.banner.hide()
        self.save.setEnabled(True)
        self._show_outcome(None)
        self.retranslate()

    def field(self, name: str) -> Field:
        """By the name that errors carry: ``appointment_at``, ``notice_left`` …"""
        return self._fields[name]

    def draft(self) -> VisitDraft | None:
        """The visit as it stands on the screen; None while no outcome is chosen."""
        from enumerator.fieldwork import VisitDraft

        outcome, family_id = self.picker.outcome(), self._family_id
        if outcome is None or family_id is None or self._started_at is None:
            return None
        rule = OUTCOME_RULES[outcome]
        draft = VisitDraft(
            family_id=family_id,
            outcome=outcome,
            started_at=self._started_at,
            mode=str(self.mode.value() or "visit"),
            note=self.note.toPlainText().strip(),
            informant=self.informant.text().strip(),
        )
        if outcome is Outcome.APPOINTMENT:
            draft = replace(draft, appointment_at=self.appointment.value())
        if rule.refusal_reason_due:
            chosen = tuple(code for code, box in self.reasons.items() if box.isChecked())
            draft = replace(draft, refusal_reasons=chosen)
        if self._is_notice_due(outcome):
            left = self.notice.value()
            draft = replace(
                draft,
                notice_left=left if isinstance(left, bool) else None,
                no_notice_reason=self.no_notice_reason.text().strip() if left is False else "",
            )
        return draft

    def submit(self) -> None:
        """Saves the visit; what is missing is said beside its field."""
        self._clear_errors()
        workspace, draft = self._workspace, self.draft()
        if workspace is None:
            return
        if draft is None:
            self.banner.show_message(
                Tone.BAD, "alert", self.tr("Choose the outcome of the visit first")
            )
            self.picker.search.setFocus()
            return
        acknowledged = self._acknowledged
        self.save.setEnabled(False)

        def save() -> Visit | tuple[str, ...]:
            flags = workspace.visiting.flags(draft)
            if any(flag not in acknowledged for flag in flags if flag != _SAID):
                return flags
            return workspace.visiting.record(draft)

        self._operations.run(save, self._take_result, self._take_error, owner=self)

    def _take_result(self, result: Visit | tuple[str, ...]) -> None:
        self.save.setEnabled(True)
        if isinstance(result, Visit):
            self.saved.emit(result.family_id, result.outcome.value)
            return
        self._told = self._acknowledged = result
        self._tell_flags()
        self.save.setFocus(Qt.FocusReason.OtherFocusReason)

    def _tell_flags(self) -> None:
        words = self._flag_words()
        self.banner.show_message(
            Tone.CARE,
            "flag",
            self.tr("Please check; your supervisor will see this"),
            "\n".join(words[flag] for flag in self._told if flag in words),
        )
        self.save.setText(self.tr("Save anyway"))

    def _flag_words(self) -> dict[str, str]:
        return {
            "impossible_travel": self.tr("This place is too far from your last visit to be there."),
            "too_soon": self.tr("The last visit was only a short time ago."),
            "many_closes": self.tr("Many families were closed within an hour."),
            "clock_jump": self.tr("The clock of this laptop has jumped."),
        }

    def _take_error(self, error: Exception) -> None:
        self.save.setEnabled(True)
        if not isinstance(error, KnownError):
            return
        told = explain(error)
        field = self._fields.get(str(error.facts.get("field", "")))
        if field is None:
            self.banner.show_message(Tone.BAD, "alert", told.title, told.advice)
            return
        field.set_error(told.title)
        first = field.control
        if isinstance(first, Segmented):
            first.focus_first()
        elif first is self._reason_box:
            self.reasons[REFUSAL_REASONS[0]].setFocus()
        else:
            first.setFocus()

    def _clear_errors(self) -> None:
        for field in self._fields.values():
            field.set_error("")
        if not self._told:
            self.banner.hide()

    def _show_outcome(self, outcome: Outcome | None) -> None:
        """Shows the fields that this outcome asks for."""
        rule = None if outcome is None else OUTCOME_RULES[outcome]
        if outcome is None or rule is None:
            self._outcome_word.setText(self.tr("What came of the visit?"))
            self._facts.set_lines([])
        else:
            self._outcome_word.setText(outcome_word(outcome))
            self._facts.set_lines(self._consequences(outcome))
        notice_due = outcome is not None and self._is_notice_due(outcome)
        shown: dict[str, Callable[[], bool]] = {
            "appointment_at": lambda: outcome is Outcome.APPOINTMENT,
            "notice_left": lambda: notice_due,
            "no_notice_reason": lambda: notice_due and self.notice.value() is False,
            "refusal_reasons": lambda: rule is not None and rule.refusal_reason_due,
        }
        for name, field in self._fields.items():
            field.setVisible(outcome is not None and shown.get(name, lambda: True)())
        self._clear_errors()

    def _consequences(self, outcome: Outcome) -> list[QWidget]:
        rule = OUTCOME_RULES[outcome]
        lines: list[QWidget] = []
        if rule.needs_confirmation:
            lines.append(IconLine("people", self.tr("Your supervisor confirms this outcome.")))
        if rule.final:
            lines.append(IconLine("check-circle", self.tr("Closes the family on your list.")))
        elif outcome is Outcome.SOFT_REFUSAL:
            lines.append(IconLine("swap", self.tr("Another officer should try once more.")))
        if outcome is Outcome.THREATENING:
            lines.append(
                IconLine(
                    "alert",
                    self.tr("Leave at once. The next officer will be warned."),
                    tone=Tone.BAD,
                )
            )
        return lines

    def _is_notice_due(self, outcome: Outcome) -> bool:
        return OUTCOME_RULES[outcome].notice_due and self.mode.value() != "phone"

    def _enter_form(self) -> None:
        outcome = self.picker.outcome()
        if outcome is Outcome.APPOINTMENT:
            self.appointment.setFocus()
        elif outcome is not None and OUTCOME_RULES[outcome].refusal_reason_due:
            self.reasons[REFUSAL_REASONS[0]].setFocus()
        elif outcome is not None and self._is_notice_due(outcome):
            self.notice.focus_first()
        else:
            self.note.setFocus()

    def _now(self) -> datetime:
        workspace = self._workspace
        if workspace is None:
            return datetime.now().astimezone()
        return workspace.store.clock.now()

    # What every screen has.

    def retranslate(self) -> None:
        name = self._head_name or self.tr("New family")
        self.header.set_trail(self.tr("Families") + "  ›  " + name)
        self.header.title.setText(self.tr("Record visit"))
        self.header.back.set_word(self.tr("Back without saving"), "Esc")
        self.cancel.setText(self.tr("Cancel"))
        self.save.setText(self.tr("Save anyway") if self._told else self.tr("Save visit"))
        self.save.setToolTip("Ctrl+S")
        self.picker.retranslate()
        self.mode.set_items(
            [
                ("door", self.tr("At the door"), "visit"),
                ("phone", self.tr("By telephone"), "phone"),
            ]
        )
        self.notice.set_items(
            [("check", self.tr("Yes, left"), True), ("close", self.tr("No"), False)]
        )
        clock = "HH.mm" if current() is Language.INDONESIAN else "HH:mm"
        self.appointment.set_words(self.tr("Day"), self.tr("Time"), clock)
        for code, box in self.reasons.items():
            box.setText(refusal_reason_word(code))
            box.setAccessibleName(box.text())
        fields = self._fields
        fields["mode"].set_word(self.tr("How"))
        fields["appointment_at"].set_word(self.tr("Day and time of the appointment"))
        fields["notice_left"].set_word(self.tr("Was a notice of the visit left?"))
        fields["no_notice_reason"].set_word(self.tr("Why not"))
        fields["refusal_reasons"].set_word(self.tr("Reasons given (one or more)"))
        fields["informant"].set_word(
            self.tr("Informant"), self.tr("Who told you, if not the family itself")
        )
        fields["note"].set_word(
            self.tr("Remarks"), self.tr("For the next visit: when to come, whom to ask")
        )
        if self._told:
            self._tell_flags()
        self._show_outcome(self.picker.outcome())

    def focus_first(self) -> None:
        self.picker.search.setFocus()

    def search_field(self) -> QWidget:
        return self.picker.search
