"""Reading families, their members, visits and areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import msgspec

from enumerator.errors import KnownError
from enumerator.model import (
    Area,
    AreaCode,
    Custody,
    Family,
    FamilyCardNumber,
    FamilyId,
    Member,
    Nik,
    OfficerId,
    Outcome,
    Visit,
    VisitId,
)
from enumerator.store.connection import Connections, one
from enumerator.store.envelope import VisitBody
from enumerator.store.history import History, HistoryEvent


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A visit and where it is. ``custody`` is None for another officer's, known from the feed."""

    visit: Visit
    custody: Custody | None
    receipt: str | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """The server's newest word on a case."""

    version: int
    officer_id: OfficerId
    gone: bool
    gone_reason: str
    self_response: str
    self_responded_at: str
    returned_version: int | None
    returned_comments: str
    result_status: str
    result_outcome: str
    result_officer: str
    result_receipt: str
    result_at: str
    result_envelope: str
    returned_id: str
    """Of the return's envelope; empty of an older server."""


@dataclass(frozen=True, slots=True)
class TeamOfficer:
    officer_id: OfficerId
    login: str
    name: str
    last_contact: str | None
    active: int
    """0 when the account was closed."""
    troubles: str
    """Words with blanks between; see :class:`enumerator.model.Trouble`."""
    set_aside: int


class Families:
    def __init__(self, connections: Connections, history: History) -> None:
        self._connections = connections
        self._history = history

    def family(self, family_id: FamilyId) -> Family:
        """KnownError ``no_such_family``."""
        with self._connections.reading() as db:
            row = one(
                db,
                "SELECT id, head_name, card_number, province, regency, district, village, sls,"
                " address, online_status, stated_size FROM family WHERE id = ?",
                (family_id,),
            )
        if row is None:
            raise KnownError("no_such_family", "This family is not on this laptop.", id=family_id)
        return Family(*row)

    def members(self, family_id: FamilyId) -> tuple[Member, ...]:
        """The register's roster, by line number."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT family_id, line_no, name, nik, sex, birth_date, relationship FROM member"
                " WHERE family_id = ? ORDER BY line_no",
                (family_id,),
            ).fetchall()
        return tuple(Member(*row) for row in rows)

    def is_found_in_field(self, family_id: FamilyId) -> bool:
        """Whether the register does not know it (yet)."""
        with self._connections.reading() as db:
            row = one(db, "SELECT found_in_field FROM family WHERE id = ?", (family_id,))
        return bool(row and row[0])

    def look_alikes(self, family_id: FamilyId) -> tuple[FamilyId, ...]:
        """Other families with the same real card number, or with a member of the same real NIK;
        placeholders and sentinels make nobody alike."""
        card = self.family(family_id).card_number
        niks = {member.nik for member in self.members(family_id)}
        real = [nik for nik in niks if Nik.parse(nik).value is not None]
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT family_id FROM member WHERE nik IN (SELECT value FROM json_each(?))"
                " UNION SELECT id FROM family WHERE card_number = ? ORDER BY 1",
                (
                    msgspec.json.encode(sorted(real)).decode(),
                    card if FamilyCardNumber.parse(card).value is not None else None,
                ),
            ).fetchall()
        return tuple(FamilyId(row[0]) for row in rows if row[0] != family_id)

    def visits(self, family_id: FamilyId) -> tuple[VisitRecord, ...]:
        """Own and others', oldest first."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT v.body, CASE WHEN d.custody = 'laptop' AND c.relayed_at IS NOT NULL"
                " THEN 'relayed' ELSE d.custody END, d.receipt_no FROM visit v"
                " LEFT JOIN delivery d ON d.envelope_id = v.envelope_id"
                " LEFT JOIN carriage c ON c.envelope_id = v.envelope_id"
                " WHERE v.family_id = ? ORDER BY v.started_at, v.id",
                (family_id,),
            ).fetchall()
        return tuple(
            VisitRecord(
                visit_from_body(msgspec.msgpack.decode(body, type=VisitBody)),
                Custody(custody) if custody else None,
                receipt,
            )
            for body, custody, receipt in rows
        )

    def own_visits(self, officer: OfficerId, last: int) -> tuple[Visit, ...]:
        """The officer's newest visits to any family, oldest first."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT body FROM visit WHERE officer_id = ? ORDER BY started_at DESC LIMIT ?",
                (officer, last),
            ).fetchall()
        bodies = (msgspec.msgpack.decode(row[0], type=VisitBody) for row in reversed(rows))
        return tuple(visit_from_body(body) for body in bodies)

    def last_clock(self) -> tuple[datetime, int] | None:
        """Wall and monotonic clock (ms) of the newest history row."""
        with self._connections.reading() as db:
            row = one(db, "SELECT at, monotonic_ms FROM history ORDER BY position DESC LIMIT 1")
        return None if row is None else (datetime.fromisoformat(row[0]), row[1])

    def history(self, family_id: FamilyId) -> tuple[HistoryEvent, ...]:
        return self._history.of(family_id)

    def assignment(self, family_id: FamilyId) -> Assignment | None:
        """None for a family found in the field that the server does not list yet."""
        with self._connections.reading() as db:
            row = one(
                db,
                "SELECT version, officer_id, gone, gone_reason, self_response,"
                " self_responded_at, returned_version, returned_comments, result_status,"
                " result_outcome, result_officer, result_receipt, result_at, result_envelope,"
                " returned_id FROM assignment"
                " WHERE family_id = ?",
                (family_id,),
            )
        if row is None:
            return None
        return Assignment(row[0], row[1], bool(row[2]), *row[3:])

    def area(self, code: AreaCode) -> Area | None:
        with self._connections.reading() as db:
            row = one(
                db, "SELECT code, name, level, parent, bps_code FROM area WHERE code = ?", (code,)
            )
        return None if row is None else Area(*row)

    def children(self, parent: AreaCode | None) -> tuple[Area, ...]:
        """Areas one level below, by code."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT code, name, level, parent, bps_code FROM area WHERE parent IS ?"
                " ORDER BY code",
                (parent,),
            ).fetchall()
        return tuple(Area(*row) for row in rows)

    def team(self) -> tuple[TeamOfficer, ...]:
        """The officers of a supervisor's stream, by login."""
        with self._connections.reading() as db:
            rows = db.execute(
                "SELECT account_id, login, name, last_contact, active, troubles, set_aside"
                " FROM officer WHERE role = 'officer' ORDER BY login"
            ).fetchall()
        return tuple(TeamOfficer(*row) for row in rows)


def visit_from_body(body: VisitBody) -> Visit:
    """An outcome that only a newer program knows reads as no contact: a visit was made."""
    try:
        outcome = Outcome(body.outcome)
    except ValueError:
        outcome = Outcome.NO_CONTACT
    return Visit(
        id=VisitId(body.visit_id),
        family_id=FamilyId(body.family_id),
        officer_id=OfficerId(body.officer_id),
        started_at=datetime.fromisoformat(body.started_at),
        ended_at=datetime.fromisoformat(body.ended_at),
        mode=body.mode,
        outcome=outcome,
        note=body.note,
        informant=body.informant,
        appointment_at=(
            datetime.fromisoformat(body.appointment_at) if body.appointment_at else None
        ),
        notice_left=body.notice_left,
        no_notice_reason=body.no_notice_reason,
        latitude=body.latitude,
        longitude=body.longitude,
        accuracy_m=body.accuracy_m,
        refusal_reasons=tuple(body.refusal_reasons),
    )


def body_of_visit(
    visit: Visit, interview_id: str | None = None, flags: tuple[str, ...] = ()
) -> VisitBody:
    return VisitBody(
        visit_id=visit.id,
        family_id=visit.family_id,
        officer_id=visit.officer_id,
        started_at=visit.started_at.isoformat(),
        ended_at=visit.ended_at.isoformat(),
        mode=visit.mode,
        outcome=visit.outcome.value,
        note=visit.note,
        informant=visit.informant,
        appointment_at=visit.appointment_at.isoformat() if visit.appointment_at else None,
        notice_left=visit.notice_left,
        no_notice_reason=visit.no_notice_reason,
        latitude=visit.latitude,
        longitude=visit.longitude,
        accuracy_m=visit.accuracy_m,
        refusal_reasons=list(visit.refusal_reasons),
        interview_id=interview_id,
        flags=list(flags),
    )
