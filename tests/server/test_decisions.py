"""Supervisors' decisions: which result stands, what is done again, what was begun."""

from __future__ import annotations

import msgspec
import pytest

from enumerator.store.envelope import Envelope, read
from enumerator.store.feed import CaseBody, ConflictBody, InterviewBody
from sync.server.operation import Operation
from tests.helpers.field import nik
from tests.server.any_order import in_any_order
from tests.server.places import HandLaptop, Place, family_id, family_xml, id_of

ONE = ("Budi", nik(1, 1), "1990-02-17", "1")
TWO = ("Siti", nik(1, 2), "1991-02-17", "2")


def _stands(place: Place, number: int = 1) -> str | None:
    """The envelope whose result stands."""
    rows = place.rows(
        "SELECT envelope_id FROM result JOIN envelope ON number = envelope_number"
        " WHERE result.family_id = ? AND canonical",
        family_id(number),
    )
    return rows[0][0] if rows else None


def _states(place: Place) -> list[str]:
    return [state for (state,) in place.rows("SELECT state FROM conflict ORDER BY other_envelope")]


def _case(laptop: HandLaptop, number: int = 1) -> CaseBody:
    found = laptop.case(number)
    assert found is not None
    return found


def _two_interviews(place: Place) -> tuple[Envelope, Envelope]:
    """Of family 1, by different officers: the first stands."""
    first = place.one.interview(1, text="a")
    place.supervisor.push(place.supervisor.reassign([1], place.two))
    second = place.two.interview(1, text="b")
    place.one.push(first)
    place.two.push(second)
    return first, second


# ------------------------------------------------------------------ settlement


def test_settled_interview_stands_and_the_other_is_settled(place: Place) -> None:
    first, second = _two_interviews(place)
    assert (_stands(place), _states(place)) == (id_of(first), ["open"])

    (result,) = place.supervisor.push(place.supervisor.settle(1, second))

    assert result.status == "stored"
    assert (_stands(place), _states(place)) == (id_of(second), ["settled"])
    assert place.rows("SELECT count(*) FROM conflict WHERE closed_at IS NULL") == [(0,)]
    assert _case(place.two).result is not None


def test_rule_decides_again_when_the_settlement_is_taken_back(place: Place) -> None:
    first, second = _two_interviews(place)
    place.supervisor.push(place.supervisor.settle(1, second))

    place.supervisor.push(place.supervisor.settle(1, None))

    assert (_stands(place), _states(place)) == (id_of(first), ["open"])


def test_every_decision_is_kept_with_who_when_and_why(place: Place) -> None:
    first, second = _two_interviews(place)
    for chosen in (second, None, first):
        place.supervisor.push(place.supervisor.settle(1, chosen))

    rows = place.rows("SELECT chosen, officer_id, reason FROM decision ORDER BY envelope_number")
    who_and_why = (place.supervisor.account_id, "lebih lengkap")
    assert rows == [
        (id_of(second), *who_and_why),
        (None, *who_and_why),
        (id_of(first), *who_and_why),
    ]


def test_older_settlement_of_the_same_laptop_does_not_override_a_newer(place: Place) -> None:
    first, second = _two_interviews(place)
    older = place.supervisor.settle(1, second)
    newer = place.supervisor.settle(1, first)
    place.supervisor.push(newer)

    result = place.supervisor.push_one(older)

    assert result.status == "stored"
    assert _stands(place) == id_of(first)


def test_interview_after_the_settlement_is_an_open_conflict_until_it_is_decided_again(
    place: Place,
) -> None:
    _, second = _two_interviews(place)
    place.supervisor.push(place.supervisor.settle(1, second))

    third = place.two.interview(1, text="c")
    result = place.two.push_one(third)

    assert result.status == "alternate"
    assert (_stands(place), sorted(_states(place))) == (id_of(second), ["open", "settled"])
    place.supervisor.push(place.supervisor.settle(1, third))
    assert (_stands(place), _states(place)) == (id_of(third), ["settled", "settled"])


def test_settlement_is_held_until_the_interview_that_it_names_comes(place: Place) -> None:
    first, second = place.one.interview(1, text="a"), place.one.interview(1, text="b")
    place.one.push(first)

    early = place.supervisor.push_one(place.supervisor.settle(1, second))
    assert (early.status, early.reason) == ("quarantined", "unknown_interview")
    assert _stands(place) == id_of(first)

    place.one.push(second)
    assert _stands(place) == id_of(second)
    rows = place.rows("SELECT status, reason FROM envelope WHERE kind = 'settlement'")
    assert rows == [("stored", "")]


def test_familys_own_answer_stands_when_the_supervisor_says_so(place: Place) -> None:
    place.one.push(place.one.interview(1))
    place.self_response(1)
    assert _stands(place) is not None

    place.supervisor.push(place.supervisor.settle(1, ""))

    assert _stands(place) is None
    assert place.one.why_gone(1) == "answered_online"
    assert _states(place) == ["settled"]


def test_familys_own_answer_still_stands_when_an_interview_comes_after_the_settlement(
    place: Place,
) -> None:
    place.one.push(place.one.interview(1))
    place.self_response(1)
    place.supervisor.push(place.supervisor.settle(1, ""))

    (result,) = place.one.push(place.one.interview(1))

    assert result.status == "alternate"
    assert _stands(place) is None
    assert sorted(_states(place)) == ["open", "settled"]


def test_settlement_for_an_answer_online_waits_for_it(place: Place) -> None:
    place.one.push(place.one.interview(1))
    place.supervisor.push(place.supervisor.settle(1, ""))
    assert _stands(place) is not None

    place.self_response(1)

    assert _stands(place) is None


@pytest.mark.parametrize("kind", ["settlement", "return"])
def test_decision_is_quarantined_when_it_is_not_the_cases_supervisors(
    place: Place, kind: str
) -> None:
    interview = place.one.interview(1)
    place.one.push(interview)

    def decided(laptop: HandLaptop) -> Envelope:
        if kind == "return":
            return laptop.give_back(1, interview)
        return laptop.settle(1, interview)

    foreign = place.other_supervisor.push_one(decided(place.other_supervisor))
    officer = place.one.push_one(decided(place.one))

    assert (foreign.status, foreign.reason) == ("quarantined", "not_your_team")
    assert (officer.status, officer.reason) == ("quarantined", "not_supervisor")
    assert place.rows("SELECT count(*) FROM decision") == [(0,)]


def test_settlement_cannot_name_another_familys_interview(place: Place) -> None:
    other = place.one.interview(2)
    place.one.push(other, place.one.interview(1))

    result = place.supervisor.push_one(place.supervisor.settle(1, other))

    assert (result.status, result.reason) == ("quarantined", "unknown_interview")


# ------------------------------------------------------------------ conflicts


def test_conflict_is_shown_with_its_differences_to_the_supervisor_and_the_officer_concerned(
    place: Place,
) -> None:
    first, second = _two_interviews(place)

    shown = _case(place.supervisor).conflicts

    assert [(one.kept_envelope, one.other_envelope, one.state) for one in shown] == [
        (id_of(first), id_of(second), "open")
    ]
    assert [(one.path, one.kept, one.other) for one in shown[0].differences] == [
        ("/data/catatan", "a", "b")
    ]
    assert _case(place.two).conflicts == shown
    assert place.one.why_gone(1) == "reassigned"


def test_conflict_is_not_shown_to_a_new_officer_whom_it_does_not_concern(place: Place) -> None:
    place.one.push(place.one.interview(1, "PINDAH"), place.one.interview(1, "KOSONG"))
    place.supervisor.push(place.supervisor.reassign([1], place.two))

    assert _case(place.two).conflicts == []
    assert len(_case(place.supervisor).conflicts) == 1


def test_differences_name_members_by_position_and_leave_out_ids_and_times(place: Place) -> None:
    older = ("Siti", nik(1, 2), "1992-02-17", "2")
    place.one.push(
        place.one.seal("interview", family_xml(ONE, TWO, instance_id="uuid:1"), 1),
        place.one.seal("interview", family_xml(ONE, older, instance_id="uuid:2"), 1),
    )

    (conflict,) = _case(place.supervisor).conflicts

    assert [(one.path, one.kept, one.other) for one in conflict.differences] == [
        ("/data/blok_iii/anggota[2]/f_tgl", "1991-02-17", "1992-02-17")
    ]


# ------------------------------------------------------------------ the rule


def _rule(place: Place, *bodies: bytes) -> list[ConflictBody]:
    for body in bodies:
        place.one.push(place.one.seal("interview", body, 1, form_id="sp2020_c1"))
    return _case(place.supervisor).conflicts


def test_same_people_and_answers_are_a_confirmation_closed_by_rule(place: Place) -> None:
    first, second = family_xml(ONE, TWO, text="pagi"), family_xml(TWO, ONE, text="sore")

    (conflict,) = _rule(place, first, second)

    assert conflict.state == "confirmed"
    assert place.rows("SELECT status FROM envelope ORDER BY number") == [
        ("stored",),
        ("alternate",),
    ]
    assert place.rows("SELECT count(*) FROM conflict WHERE closed_at IS NULL") == [(0,)]


@pytest.mark.parametrize(
    "other",
    [
        family_xml(ONE),
        family_xml(ONE, ("Siti", nik(1, 2), "1999-09-09", "2")),
        family_xml(ONE, ("Siti", nik(2, 2), "1991-02-17", "2")),
    ],
    ids=["one less", "another birth date", "another NIK"],
)
def test_other_people_or_answers_leave_the_conflict_open(place: Place, other: bytes) -> None:
    (conflict,) = _rule(place, family_xml(ONE, TWO), other)

    assert conflict.state == "open"


def test_people_without_a_nik_are_told_apart_by_name(place: Place) -> None:
    nobody = "9999999999999996"
    conflicts = _rule(
        place,
        family_xml(("Budi", nobody, "1990-02-17", "1")),
        family_xml(("budi ", nobody, "1990-02-17", "1")),
        family_xml(("Joko", nobody, "1990-02-17", "1")),
    )

    assert [one.state for one in conflicts] == ["open", "confirmed"]


def test_interview_that_passes_the_hard_edits_stands_over_one_that_fails(place: Place) -> None:
    failing = place.one.seal("interview", family_xml(ONE, TWO, heads="2"), 1)
    passing = place.one.seal("interview", family_xml(ONE, TWO), 1)

    place.one.push(failing)
    result = place.one.push_one(passing)

    assert result.status == "stored"
    assert _stands(place) == id_of(passing)


def test_complete_stands_over_partial_even_when_it_fails_edits(place: Place) -> None:
    partial = place.one.seal("interview", family_xml(ONE, result="SEBAGIAN"), 1)
    complete = place.one.seal("interview", family_xml(ONE, heads="0"), 1)

    place.one.push(partial, complete)

    assert _stands(place) == id_of(complete)


# ------------------------------------------------------------------ return


def test_returned_case_reappears_with_its_comments(place: Place) -> None:
    interview = place.one.interview(1)
    place.one.push(interview)

    place.supervisor.push(place.supervisor.give_back(1, interview, "alamat salah"))

    case = _case(place.one)
    assert case.result is not None
    assert (case.result.status, case.result.envelope_id) == ("returned", id_of(interview))
    assert case.returned_comments == "alamat salah"
    assert [one.path for one in case.question_comments] == ["/data/blok_i/alamat"]


def test_revision_closes_the_return_and_stands_and_both_are_kept(place: Place) -> None:
    first = place.one.seal("interview", family_xml(ONE, instance_id="uuid:1"), 1)
    place.one.push(first)
    place.supervisor.push(place.supervisor.give_back(1, first))

    body = family_xml(ONE, result="SEBAGIAN", instance_id="uuid:2", replaces="uuid:1")
    second = place.one.seal("interview", body, 1)
    result = place.one.push_one(second)

    assert result.status == "stored"
    case = _case(place.one)
    assert case.result is not None
    assert (case.result.status, case.result.envelope_id) == ("received", id_of(second))
    assert (case.returned_comments, case.question_comments) == ("", [])
    assert _states(place) == ["settled"]
    assert place.rows("SELECT count(*) FROM result") == [(2,)]


def test_another_officers_interview_closes_the_return_when_it_began_with_it(
    place: Place,
) -> None:
    first = place.one.interview(1)
    place.one.push(first)
    place.supervisor.push(place.supervisor.give_back(1, first))
    place.supervisor.push(place.supervisor.reassign([1], place.two))
    case = _case(place.two)
    assert case.returned_comments == "tanya lagi"

    second = place.two.interview(1, text="b", base_version=case.version)
    place.two.push(second)

    assert _stands(place) == id_of(second)
    assert _case(place.two).returned_comments == ""


def test_return_stays_open_when_the_interview_was_begun_before_it(place: Place) -> None:
    first = place.one.interview(1, "SEBAGIAN")
    place.one.push(first)
    before = _case(place.one).version
    place.supervisor.push(place.supervisor.give_back(1, first))

    place.one.push(place.one.interview(1, base_version=before))

    case = _case(place.one)
    assert case.result is not None
    assert (case.result.status, case.result.outcome) == ("returned", "completed")


def test_return_stays_open_when_an_interview_names_none_whatever_its_version(
    place: Place,
) -> None:
    """A restored server counts versions from lower on: a large one tells nothing."""
    first = place.one.interview(1)
    place.one.push(first)
    place.supervisor.push(place.supervisor.give_back(1, first))

    place.one.push(place.one.interview(1, base_version=1000, answers=""))

    assert _case(place.one).returned_comments == "tanya lagi"


def test_return_is_closed_by_the_interview_that_names_it_whatever_its_version(
    place: Place,
) -> None:
    first = place.one.interview(1)
    place.one.push(first)
    give_back = place.supervisor.give_back(1, first)
    place.supervisor.push(give_back)
    shown = _case(place.one).return_id

    second = place.one.interview(1, text="b", base_version=0, answers=shown)
    place.one.push(second)

    assert shown == id_of(give_back)
    assert _stands(place) == id_of(second)
    case = _case(place.one)
    assert (case.returned_comments, case.return_id) == ("", "")


def test_later_return_stays_open_when_the_interview_answers_an_earlier_one(place: Place) -> None:
    first = place.one.interview(1)
    place.one.push(first)
    place.supervisor.push(place.supervisor.give_back(1, first, "yang pertama"))
    shown = _case(place.one).return_id
    place.supervisor.push(place.supervisor.give_back(1, first, "yang kedua"))

    place.one.push(place.one.interview(1, base_version=1000, answers=shown))

    assert _case(place.one).returned_comments == "yang kedua"


def test_return_of_what_was_done_again_has_no_effect(place: Place) -> None:
    """The supervisor had not heard of the correction."""
    first = place.one.seal("interview", family_xml(ONE, instance_id="uuid:1"), 1)
    body = family_xml(ONE, instance_id="uuid:2", replaces="uuid:1")
    place.one.push(first, place.one.seal("interview", body, 1))

    place.supervisor.push(place.supervisor.give_back(1, first))

    case = _case(place.one)
    assert case.result is not None
    assert (case.result.status, case.returned_comments) == ("received", "")


def test_settlement_ends_a_return(place: Place) -> None:
    interview = place.one.interview(1)
    place.one.push(interview)
    place.supervisor.push(place.supervisor.give_back(1, interview))

    place.supervisor.push(place.supervisor.settle(1, interview))

    case = _case(place.one)
    assert case.result is not None
    assert case.result.status == "received"


# ------------------------------------------------------------------ drafts


def test_draft_is_evidence_for_the_supervisor_and_no_result(place: Place) -> None:
    result = place.one.push_one(place.one.draft(1, b"<data>awal</data>"))

    assert result.status == "stored"
    assert [one.instance for one in _case(place.supervisor).drafts] == [b"<data>awal</data>"]
    assert _case(place.one).drafts == []
    assert place.rows("SELECT count(*) FROM result") == [(0,)]


@pytest.mark.parametrize("draft_first", [True, False])
def test_drafts_are_handed_to_the_new_officer_when_the_supervisor_says_so(
    place: Place, *, draft_first: bool
) -> None:
    drafts = [place.one.draft(1, b"<data>1</data>"), place.one.draft(1, b"<data>2</data>")]
    order = place.supervisor.reassign([1], place.two, with_drafts=True)
    if draft_first:
        place.one.push(*drafts)
    place.supervisor.push(order)
    place.one.push(*reversed(drafts))

    (handed,) = _case(place.two).drafts
    assert (handed.officer_id, handed.instance) == (place.one.account_id, b"<data>2</data>")
    assert handed.envelope_id == id_of(drafts[1])


def test_drafts_are_not_handed_on_without_the_supervisors_word(place: Place) -> None:
    place.one.push(place.one.draft(1))

    place.supervisor.push(place.supervisor.reassign([1], place.two))

    assert _case(place.two).drafts == []


# ------------------------------------------------------------------ who sees what


def test_former_officer_is_shown_nothing_of_what_comes_after(place: Place) -> None:
    """A tombstone that told who was faster loses its body when the case goes on."""
    third = place.enrol("ppl-03", "officer", "pml-01")
    late = place.one.interview(1)
    place.supervisor.push(place.supervisor.reassign([1], place.two))
    place.one.push(late)
    row = place.two.stream()[f"case:{family_id(1)}"]
    assert (row.gone, row.reason) == (True, "done_by_other")
    body = msgspec.msgpack.decode(row.body, type=CaseBody)
    assert body.result is not None
    assert body.result.officer_id == place.one.account_id

    place.supervisor.push(place.supervisor.reassign([1], third))

    after = place.two.stream()[f"case:{family_id(1)}"]
    assert (after.reason, after.body) == ("reassigned", b"")


# ------------------------------------------------------------------ any order


def _meaning(operation: Operation) -> tuple[object, ...]:
    with operation.store.reading() as transaction:
        results = transaction.cases.results(family_id(1))
        numbers = {one.number: one.envelope_id for one in results}
        conflicts = transaction.decisions.conflicts(family_id(1))
        return (
            sorted((one.envelope_id, one.canonical) for one in results),
            sorted((numbers.get(one.kept), numbers[one.other]) for one in conflicts),
            transaction.envelopes.count_by_reason(),
            len(transaction.decisions.of_case(family_id(1))),
            len(transaction.decisions.drafts(family_id(1))),
        )


@pytest.mark.parametrize("database", [None], ids=["sqlite"])
def test_decisions_give_the_same_result_in_any_order(place: Place) -> None:
    first = place.one.seal("interview", family_xml(ONE, instance_id="uuid:1"), 1)
    body = family_xml(ONE, TWO, instance_id="uuid:2", replaces="uuid:1")
    second = place.one.seal("interview", body, 1)
    third = place.two.interview(1, "SEBAGIAN")
    envelopes = [
        first,
        place.supervisor.give_back(1, first),
        second,
        place.supervisor.reassign([1], place.two, with_drafts=True),
        place.one.draft(1),
        third,
        place.supervisor.settle(1, first),
        place.supervisor.settle(1, third),
    ]

    states = in_any_order(place, envelopes, _meaning)

    assert all(state == states[0] for state in states)
    assert (id_of(third), True) in states[0][0]  # type: ignore[operator]  # an opaque part


def _word(laptop: HandLaptop, interview: Envelope) -> str:
    row = laptop.stream().get(f"interview:{id_of(interview)}")
    return "" if row is None else read(InterviewBody, row.body).state


def test_former_officer_is_told_of_the_own_interview_while_others_stand_beside_it(
    place: Place,
) -> None:
    first = place.one.interview(1)
    place.one.push(first)
    place.supervisor.push(place.supervisor.reassign([1], place.two))
    heard = [_word(place.one, first)]
    second = place.two.interview(1, text="b")
    place.two.push(second)
    heard.append(_word(place.one, first))
    place.supervisor.push(place.supervisor.settle(1, second))
    heard.append(_word(place.one, first))
    place.supervisor.push(place.supervisor.settle(1, None))
    heard.append(_word(place.one, first))

    assert heard == ["", "stands", "settled", "stands"]
    assert _word(place.two, second) == ""  # has the case, and reads it there
    assert [key for key in place.two.stream() if key.startswith("interview:")] == []
    assert place.one.case(1) is None
