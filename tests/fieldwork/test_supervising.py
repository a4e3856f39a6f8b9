from __future__ import annotations

import pytest

from enumerator.errors import KnownError
from enumerator.fieldwork import Supervising
from enumerator.model import CaseState, Custody, OfficerId, Trouble
from enumerator.store import CaseFilter, CaseRow, ReassignmentBody
from enumerator.store.envelope import canonical, read
from enumerator.store.feed import FeedRow, OfficerBody, ProgressBody, ResultBody
from tests.fieldwork.builders import Desk
from tests.store.builders import case, family_id, gone

FAMILY = family_id(1)
ANI, BAYU = OfficerId("acc-02"), OfficerId("acc-03")


def officer(account: str, login: str, counter: int, *, active: bool = True) -> FeedRow:
    body = OfficerBody(
        account_id=account,
        login=login,
        name=f"Petugas {login}",
        last_contact="2020-09-14T10:00:00+00:00",
        active=active,
    )
    return FeedRow(key=f"officer:{account}", counter=counter, body=canonical(body))


@pytest.fixture
def team(supervisor: Desk) -> Desk:
    supervisor.pull(
        officer(BAYU, "ppl-03", 1),
        officer(ANI, "ppl-02", 2),
        officer("acc-04", "ppl-04", 3, active=False),
        case(1, counter=4, officer=ANI),
        case(2, counter=5, officer=ANI, progress=ProgressBody(attempt_days=1)),
        case(
            3,
            counter=6,
            officer=BAYU,
            result=ResultBody(status="received", outcome="completed", officer_id=BAYU),
        ),
    )
    return supervisor


def row(desk: Desk, number: int = 1) -> CaseRow:
    found = desk.store.caseload.row(family_id(number))
    assert found is not None
    return found


def code(desk: Desk, *arguments: object) -> str:
    with pytest.raises(KnownError) as caught:
        desk.workspace.supervising.reassign(*arguments)  # type: ignore[arg-type]  # test data
    return caught.value.code


def test_team_shows_each_officers_progress(team: Desk) -> None:
    ani, bayu, former = team.workspace.supervising.team()
    assert (ani.login, ani.name, ani.active) == ("ppl-02", "Petugas ppl-02", True)
    assert ani.counts == {CaseState.NOT_VISITED: 1, CaseState.VISITED: 1}
    assert bayu.counts == {CaseState.RECEIVED: 1}
    assert bayu.last_contact is not None
    assert (former.active, former.counts) == (False, {})


def test_team_tells_what_needs_a_person_at_an_officers_laptop(team: Desk) -> None:
    troubled = OfficerBody(
        account_id=ANI,
        login="ppl-02",
        troubles=["clock_wrong", "of_the_future", "set_aside"],
        set_aside=3,
    )
    team.pull(FeedRow(key=f"officer:{ANI}", counter=9, body=canonical(troubled)))
    ani, bayu, _ = team.workspace.supervising.team()
    assert (ani.troubles, ani.set_aside) == ((Trouble.SET_ASIDE, Trouble.CLOCK_WRONG), 3)
    assert (bayu.troubles, bayu.set_aside) == ((), 0)

    team.pull(officer(ANI, "ppl-02", 10))
    assert team.workspace.supervising.team()[0].troubles == ()


def test_reassignment_is_pending_until_the_feed_confirms_it(team: Desk) -> None:
    team.workspace.supervising.reassign([FAMILY, family_id(2)], BAYU, "sakit")
    assert (row(team).officer_id, row(team).pending_officer) == (ANI, BAYU)
    assert row(team, 2).pending_officer == BAYU
    (envelope,) = team.store.outbox.next_batch()
    assert envelope.header.kind == "reassignment"
    assert read(ReassignmentBody, envelope.body) == ReassignmentBody(
        family_ids=[FAMILY, family_id(2)], to_account=BAYU, reason="sakit", with_drafts=True
    )
    team.push()
    assert row(team).pending_officer == BAYU
    team.pull(case(1, counter=9, version=2, officer=BAYU))
    assert (row(team).officer_id, row(team).pending_officer) == (BAYU, None)
    assert row(team, 2).pending_officer == BAYU
    caseload = team.store.caseload
    assert len(caseload.ids(CaseFilter(officer=BAYU))) == 2


def test_order_is_no_longer_pending_when_the_case_left_the_team(team: Desk) -> None:
    team.workspace.supervising.reassign([FAMILY], BAYU, "sakit")
    team.pull(gone(1, 9, "reassigned"))
    assert row(team).pending_officer is None


def test_order_is_no_longer_pending_when_the_server_sets_it_aside(team: Desk) -> None:
    team.workspace.supervising.reassign([FAMILY], BAYU, "sakit")
    team.push("quarantined")
    assert row(team).pending_officer is None
    kinds = [event.kind for event in team.store.families.history(FAMILY)]
    assert "reassignment_refused" in kinds


def test_later_order_replaces_the_pending_one(team: Desk) -> None:
    team.pull(officer("acc-05", "ppl-05", 7))
    team.workspace.supervising.reassign([FAMILY], BAYU, "sakit")
    team.workspace.supervising.reassign([FAMILY], OfficerId("acc-05"), "lebih dekat")
    assert row(team).pending_officer == "acc-05"
    assert team.store.outbox.pending().count == 2
    first, second = team.store.outbox.next_batch()
    team.store.outbox.record_results(team.server.results([first], "quarantined"))
    assert row(team).pending_officer == "acc-05"
    team.store.outbox.record_results(team.server.results([second], "quarantined"))
    assert row(team).pending_officer is None


def test_order_is_refused_when_something_is_missing(team: Desk) -> None:
    assert code(team, [], BAYU, "sakit") == "nothing_chosen"
    assert code(team, [FAMILY], BAYU, "  ") == "reason_needed"
    assert code(team, [FAMILY], OfficerId("acc-99"), "sakit") == "no_such_officer"
    assert code(team, [FAMILY], OfficerId("acc-04"), "sakit") == "no_such_officer"
    assert team.store.outbox.pending().count == 0


def test_officers_cannot_supervise(desk: Desk) -> None:
    assert code(desk, [FAMILY], BAYU, "sakit") == "not_supervisor"
    supervising: Supervising = desk.workspace.supervising
    with pytest.raises(KnownError):
        supervising.team()
    assert not desk.workspace.is_supervisor


# ---------------------------------------------------------------------- delivery


def test_officer_sees_where_each_record_of_a_family_is(desk: Desk) -> None:
    desk.interview_with(FAMILY).finalise()
    delivery = desk.workspace.delivery
    assert [(line.kind, line.custody) for line in delivery.where(FAMILY)] == [
        ("visit", Custody.LAPTOP),
        ("interview", Custody.LAPTOP),
    ]
    assert len(delivery.waiting()) == delivery.totals().waiting == 2
    assert delivery.last_contact() is None
    desk.push()
    desk.store.note_server(lineage="lineage-1", safe_point=102)
    visit, interview = delivery.where(FAMILY)
    assert (visit.custody, interview.custody) == (Custody.SAFE, Custody.RECEIVED)
    assert (interview.receipt_no, interview.status) == ("R-102", "stored")
    assert interview.received_at is not None
    assert delivery.last_contact() == desk.clock.now()
    totals = delivery.totals()
    assert (totals.waiting, totals.received, totals.safe, totals.rejected) == (0, 1, 1, 0)


def test_summary_counts_states_and_what_the_server_does_not_have(desk: Desk) -> None:
    desk.interview_with(FAMILY).finalise()
    summary = desk.workspace.caseload.summary()
    assert summary.by_state == {CaseState.NOT_VISITED: 2, CaseState.QUEUED: 1}
    assert (summary.total, summary.unsent_families, summary.unsent_envelopes) == (3, 1, 2)
