"""The news of a case above its family's page: what happened, and the one thing to do about it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from enumerator.model import GONE_STATES, CaseState
from ui.news_words import by_whom, news_sign
from ui.theme import Tone
from ui.widgets.surfaces import Banner

if TYPE_CHECKING:
    from ui.screens.family import FamilyFacts

_READ_ONLY = frozenset({"reassigned", "revoked"})
_PENDING = frozenset({"return_pending", "settlement_pending"})


def is_read_only(facts: FamilyFacts) -> bool:
    """Whether a parked draft is not to be taken up: it was given away, or belongs to families
    that took this one's place."""
    return facts.case.notice in _READ_ONLY or bool(facts.successors)


class FamilyBanner(Banner):
    """Signals: ``stop_asked()``: give the draft up; ``successor_asked()``: choose the family with
    which it goes on; ``settle_asked()``: look at the conflict."""

    stop_asked = Signal()
    successor_asked = Signal()
    settle_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._act = ""
        self.pressed.connect(self._press)

    def show_facts(self, facts: FamilyFacts) -> None:
        """Shows what this case needs, or hides."""
        assignment = facts.assignment
        state, notice = facts.case.state, facts.case.notice
        self._act = ""
        if "threatened_before" in facts.advice.warnings:
            self.show_message(
                Tone.BAD,
                "alert",
                self.tr("An officer was threatened here"),
                self.tr("Do not go alone. Speak with your supervisor before another visit."),
            )
        elif notice in _PENDING or notice == "conflict":
            self._show_decision(notice)
        elif state is CaseState.RETURNED or notice == "returned":
            sign = news_sign("returned")
            comments = assignment.returned_comments if assignment else ""
            self.show_message(sign.tone, sign.icon, sign.word, comments)
        elif state is CaseState.PARKED:
            self._show_parked(facts)
        elif state in GONE_STATES or notice:
            self._show_gone(facts)
        elif assignment is not None and assignment.self_response == "partial":
            sign = news_sign("partial")
            text = self.tr("You may start with the answers given online.")
            self.show_message(sign.tone, sign.icon, sign.word, text)
        else:
            self.hide()

    def _show_decision(self, notice: str) -> None:
        if notice == "conflict":
            self._act = "settle"
            self.show_message(
                Tone.CARE,
                "copy",
                self.tr("Two interviews of this family differ"),
                self.tr("Decide which one stands."),
                self.tr("Compare"),
            )
            return
        self.show_message(
            Tone.INFO,
            "hourglass",
            self.tr("Your decision waits for the server"),
            self.tr("It is sent with the next synchronisation."),
        )

    def _show_parked(self, facts: FamilyFacts) -> None:
        notice = facts.case.notice
        sign = news_sign(notice)
        if notice in _READ_ONLY:
            text = self.tr("What you began is kept and sent. Your supervisor decides.")
            self.show_message(sign.tone, sign.icon, sign.word, text)
        elif facts.successors:
            self._act = "successor"
            text = self.tr("Your answers can go on with one of the new families.")
            self.show_message(sign.tone, sign.icon, sign.word, text, self.tr("Choose the family"))
        else:
            self._act = "stop"
            when = _when(facts) if notice == "done_by_other" else ""
            text = self.tr("What you began is kept. Finish it anyway, or give it up.")
            self.show_message(
                Tone.CARE,
                "pause",
                sign.word,
                " ".join(part for part in (when, text) if part),
                self.tr("Give up the draft"),
            )

    def _show_gone(self, facts: FamilyFacts) -> None:
        notice = facts.case.notice or _NOTICE_OF.get(facts.case.state, "withdrawn")
        sign = news_sign(notice)
        kept = self.tr("What you recorded is kept and is sent as usual.")
        texts = {
            "answered_online": self.tr("No visit is needed any more."),
            "done_by_other": _when(facts),
            "alternate": self.tr("Both are kept. Your supervisor decides which one stands."),
            "confirmed": self.tr("Both are kept; nothing is left to do."),
            "overruled": self.tr("Yours is kept beside it."),
        }
        if facts.successors:
            texts[notice] = self.tr("The families that took its place are on your list.")
        is_mine = notice in ("alternate", "confirmed", "overruled")
        parts = (texts.get(notice, ""), "" if is_mine else kept)
        tone = Tone.GOOD if notice == "answered_online" else sign.tone
        if tone is Tone.CARE and not is_mine:
            tone = Tone.NEUTRAL
        text = " ".join(part for part in parts if part)
        self.show_message(tone, sign.icon, sign.word, text)

    def _press(self) -> None:
        if self._act == "stop":
            self.stop_asked.emit()
        elif self._act == "successor":
            self.successor_asked.emit()
        elif self._act == "settle":
            self.settle_asked.emit()


_NOTICE_OF = {
    CaseState.ANSWERED_ONLINE: "answered_online",
    CaseState.REASSIGNED: "reassigned",
    CaseState.DONE_BY_OTHER: "done_by_other",
}


def _when(facts: FamilyFacts) -> str:
    assignment = facts.assignment
    if assignment is None or not assignment.result_at:
        return ""
    at = datetime.fromisoformat(assignment.result_at)
    return by_whom(at, facts.now, facts.names.get(assignment.result_officer, ""))
