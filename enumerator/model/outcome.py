"""Outcomes of a visit and what each one means for the case.

The table is data of the operation; these are its defaults. ``form_result`` is the questionnaire's
own result word (``kode_hasil``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Outcome(Enum):
    COMPLETED = "completed"
    COMPLETED_PROXY = "completed_proxy"
    COUNT_ONLY = "count_only"
    PARTIAL = "partial"
    NO_CONTACT = "no_contact"
    APPOINTMENT = "appointment"
    RESPONDENT_UNABLE = "respondent_unable"
    SOFT_REFUSAL = "soft_refusal"
    HARD_REFUSAL = "hard_refusal"
    THREATENING = "threatening"
    ACCESS_DENIED = "access_denied"
    ANSWERED_ONLINE_CLAIMED = "answered_online_claimed"
    ANSWERED_ONLINE_CONFIRMED = "answered_online_confirmed"
    DUPLICATE = "duplicate"
    MOVED_OUT = "moved_out"
    VACANT_REGULAR = "vacant_regular"
    VACANT_SEASONAL = "vacant_seasonal"
    VACANT_FOR_SALE = "vacant_for_sale"
    SECOND_HOME = "second_home"
    UNDER_CONSTRUCTION = "under_construction"
    DEMOLISHED = "demolished"
    NOT_A_DWELLING = "not_a_dwelling"
    INSTITUTION = "institution"
    NOT_FOUND = "not_found"
    SPLIT = "split"
    MERGED = "merged"
    NEW_FAMILY = "new_family"
    ALL_DEAD = "all_dead"
    NOT_ELIGIBLE = "not_eligible"


class Reopen(Enum):
    """Who may take a case up again after this outcome."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """``is_attempt``: contact was tried; ``proxy_eligible``: a proxy may be asked at once;
    ``needs_confirmation``: by the supervisor before it counts; ``reopen``: a :class:`Reopen`
    value; ``aapor``: the reporting family."""

    final: bool
    is_attempt: bool
    proxy_eligible: bool
    needs_confirmation: bool
    notice_due: bool
    refusal_reason_due: bool
    reopen: str
    aapor: str
    form_result: str


def _rule(
    form_result: str,
    aapor: str,
    *flags: str,
    reopen: Reopen = Reopen.SUPERVISOR,
) -> OutcomeRule:
    return OutcomeRule(
        final="final" in flags,
        is_attempt="attempt" in flags,
        proxy_eligible="proxy" in flags,
        needs_confirmation="confirm" in flags,
        notice_due="notice" in flags,
        refusal_reason_due="reason" in flags,
        reopen=reopen.value,
        aapor=aapor,
        form_result=form_result,
    )


_OFFICER = Reopen.OFFICER
OUTCOME_RULES: Mapping[Outcome, OutcomeRule] = MappingProxyType(
    {
        Outcome.COMPLETED: _rule("LENGKAP", "interview", "final", "attempt"),
        Outcome.COMPLETED_PROXY: _rule("LENGKAP", "interview", "final", "attempt"),
        Outcome.COUNT_ONLY: _rule("SEBAGIAN", "partial", "final", "attempt", "confirm"),
        Outcome.PARTIAL: _rule("SEBAGIAN", "partial", "final", "attempt", reopen=_OFFICER),
        Outcome.NO_CONTACT: _rule("TIDAK_ADA", "non-contact", "attempt", "notice", reopen=_OFFICER),
        Outcome.APPOINTMENT: _rule("JANJI", "non-contact", "attempt", reopen=_OFFICER),
        Outcome.RESPONDENT_UNABLE: _rule(
            "TIDAK_ADA", "other", "attempt", "notice", reopen=_OFFICER
        ),
        Outcome.SOFT_REFUSAL: _rule("MENOLAK", "refusal", "attempt", "notice", "reason"),
        Outcome.HARD_REFUSAL: _rule("MENOLAK", "refusal", "final", "attempt", "reason"),
        Outcome.THREATENING: _rule("MENOLAK", "refusal", "final", "attempt", "reason"),
        Outcome.ACCESS_DENIED: _rule(
            "TIDAK_ADA", "unknown eligibility", "attempt", "notice", reopen=_OFFICER
        ),
        Outcome.ANSWERED_ONLINE_CLAIMED: _rule(
            "SUDAH_ONLINE", "other", "final", "attempt", "confirm"
        ),
        Outcome.ANSWERED_ONLINE_CONFIRMED: _rule(
            "SUDAH_ONLINE", "interview", "final", "attempt", reopen=Reopen.NEVER
        ),
        Outcome.DUPLICATE: _rule("GANDA", "not eligible", "final", "confirm"),
        Outcome.MOVED_OUT: _rule("PINDAH", "not eligible", "final", "attempt", "proxy"),
        Outcome.VACANT_REGULAR: _rule("KOSONG", "not eligible", "final", "attempt", "proxy"),
        Outcome.VACANT_SEASONAL: _rule("KOSONG", "not eligible", "final", "attempt", "proxy"),
        Outcome.VACANT_FOR_SALE: _rule("KOSONG", "not eligible", "final", "attempt", "proxy"),
        Outcome.SECOND_HOME: _rule("TIDAK_ELIGIBLE", "not eligible", "final", "attempt", "proxy"),
        Outcome.UNDER_CONSTRUCTION: _rule("BUKAN_TEMPAT_TINGGAL", "not eligible", "final", "proxy"),
        Outcome.DEMOLISHED: _rule(
            "BUKAN_TEMPAT_TINGGAL", "not eligible", "final", "proxy", "confirm"
        ),
        Outcome.NOT_A_DWELLING: _rule(
            "BUKAN_TEMPAT_TINGGAL", "not eligible", "final", "proxy", "confirm"
        ),
        Outcome.INSTITUTION: _rule("TIDAK_ELIGIBLE", "not eligible", "final"),
        Outcome.NOT_FOUND: _rule(
            "BUKAN_TEMPAT_TINGGAL", "unknown eligibility", "final", "confirm", "proxy"
        ),
        Outcome.SPLIT: _rule("TIDAK_ELIGIBLE", "other", "final"),
        Outcome.MERGED: _rule("GANDA", "not eligible", "final"),
        Outcome.NEW_FAMILY: _rule("LENGKAP", "interview", "final", "attempt"),
        Outcome.ALL_DEAD: _rule("MENINGGAL", "not eligible", "final", "attempt"),
        Outcome.NOT_ELIGIBLE: _rule("TIDAK_ELIGIBLE", "not eligible", "final", "attempt"),
    }
)

FORM_OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {
        "LENGKAP": Outcome.COMPLETED,
        "SEBAGIAN": Outcome.PARTIAL,
        "TIDAK_ADA": Outcome.NO_CONTACT,
        "JANJI": Outcome.APPOINTMENT,
        "MENOLAK": Outcome.SOFT_REFUSAL,
        "PINDAH": Outcome.MOVED_OUT,
        "KOSONG": Outcome.VACANT_REGULAR,
        "BUKAN_TEMPAT_TINGGAL": Outcome.NOT_A_DWELLING,
        "GANDA": Outcome.DUPLICATE,
        "SUDAH_ONLINE": Outcome.ANSWERED_ONLINE_CLAIMED,
        "MENINGGAL": Outcome.ALL_DEAD,
        "TIDAK_ELIGIBLE": Outcome.NOT_ELIGIBLE,
    }
)
"""The outcome of an interview whose questionnaire ends with this result word."""

INTERVIEW_OUTCOMES = frozenset(
    {Outcome.COMPLETED, Outcome.COMPLETED_PROXY, Outcome.COUNT_ONLY, Outcome.PARTIAL}
)
"""Outcomes that only an interview may give; a bare visit record never does."""
