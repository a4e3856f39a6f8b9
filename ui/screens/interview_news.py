"""What the server says of the family while its interview is open, and what comes of it: told
above and beside the questions; a choice at the next page where the case has left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from enumerator.xform import Ref
from ui.news_words import by_whom, open_words
from ui.questions.card import Mark
from ui.screens.comparing import CompareDialog
from ui.screens.parting import PartingDialog
from ui.theme import Tone
from ui.widgets.interview_notices import Notices
from ui.widgets.interview_page import QuestionPage

if TYPE_CHECKING:
    from enumerator.fieldwork import CaseNews
    from ui.screens.interview_desk import FinishingInterview


class InterviewNews(QObject):
    """Signals: ``stop_asked(str)``: the officer stops, with a remark; ``taken(ref, value)``: an
    answer given online is to be stored."""

    stop_asked = Signal(str)
    taken = Signal(str, str)

    def __init__(
        self, notices: Notices, page: QuestionPage, now: Callable[[], datetime], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._notices = notices
        self._page = page
        self._now = now
        self._window = parent
        self._news: CaseNews | None = None
        self._settled = ""
        self._kept: Mapping[Ref, str] = {}
        self._remarks: Mapping[Ref, str] = {}
        self.reason = ""
        self.dialog: PartingDialog | None = None
        self.comparison: CompareDialog | None = None
        notices.pressed.connect(self._act)

    def begin(self, interview: FinishingInterview) -> None:
        """Another interview is opened."""
        self._news = None
        self._settled = self.reason = ""
        self._kept = interview.kept_against
        self._remarks = interview.comments
        self._notices.clear()
        if interview.register_changed:
            text = self.tr("Untouched questions show the new data; your answers are kept.")
            if self._kept:
                text = self.tr(
                    "%n of your answers differ from it and are marked.", "", len(self._kept)
                )
            self._notices.show_notice("register_changed", text)
        self._mark()

    def take(self, news: CaseNews, *, at_opening: bool) -> None:
        """``at_opening``: the officer took the draft up knowing of it; there is no choice to
        make once more."""
        self._news = news
        self._remarks = news.remarks or self._remarks
        self._mark()
        if at_opening:
            self._settled = news.notice
        if news.notice == "returned":
            self._notices.show_notice("returned", news.comments or self.tr("See the questions."))
        elif news.is_leaving:
            self._notices.keep_only("register_changed", "trouble")
            words = (self._who(news), open_words(news.notice))
            who = words if news.notice == "done_by_other" else words[1:]
            self._notices.show_notice(news.notice, " ".join(part for part in who if part))
        if news.differences and not news.is_leaving:
            text = self.tr("%n answer(s) given online differ.", "", len(news.differences))
            self._notices.show_notice("partial", text, self.tr("Compare"))

    def page_turned(self) -> None:
        """The officer goes to another page: now is the time to ask."""
        news = self._news
        if news is None or not news.is_leaving or news.notice == self._settled:
            return
        if self.dialog is not None:
            return
        who = self._who(news) if news.notice == "done_by_other" else ""
        dialog = PartingDialog(
            news.notice, who, needs_reason=news.needs_reason, parent=self._window
        )
        dialog.continued.connect(self._go_on)
        dialog.stopped.connect(self.stop_asked)
        dialog.finished.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.open()

    def _who(self, news: CaseNews) -> str:
        return by_whom(news.at, self._now(), news.officer_name)

    def _go_on(self, reason: str) -> None:
        self.reason = reason
        self._settled = self._news.notice if self._news is not None else ""

    def _forget_dialog(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
        self.dialog = None

    def _act(self, kind: str) -> None:
        news = self._news
        if kind != "partial" or news is None or not news.differences:
            return
        comparison = CompareDialog(news.differences, self._window)
        comparison.taken.connect(self.taken)
        comparison.finished.connect(self._forget_comparison)
        self.comparison = comparison
        comparison.open()

    def _forget_comparison(self) -> None:
        if self.comparison is not None:
            self.comparison.deleteLater()
        self.comparison = None

    def _mark(self) -> None:
        marks = {
            ref: Mark(
                Tone.INFO, "sync", self.tr("Register now: {answer}").format(answer=text or "–")
            )
            for ref, text in self._kept.items()
        }
        marks |= {ref: Mark(Tone.BAD, "return", text) for ref, text in self._remarks.items()}
        self._page.set_marks(marks)
