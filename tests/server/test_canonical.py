"""Which of several final words stands; nothing that loses is lost."""

from __future__ import annotations

import itertools

import pytest

from enumerator.store.envelope import Envelope
from tests.server.places import Place, family_id


def _canonical(place: Place, number: int = 1) -> list[str]:
    rows = place.rows(
        "SELECT outcome FROM result WHERE family_id = ? AND canonical", family_id(number)
    )
    return [outcome for (outcome,) in rows]


def _open_conflicts(place: Place) -> int:
    return int(place.rows("SELECT count(*) FROM conflict WHERE closed_at IS NULL")[0][0])


def test_first_interview_stands_and_the_second_is_alternate(place: Place) -> None:
    first = place.one.push_one(place.one.interview(1, text="a"))
    second = place.one.push_one(place.one.interview(1, text="b"))

    assert (first.status, second.status) == ("stored", "alternate")
    assert place.payload(second).status == "alternate"
    assert place.rows("SELECT count(*) FROM result WHERE kind = 'interview'") == [(2,)]
    assert _open_conflicts(place) == 1


def test_complete_interview_takes_the_place_of_a_partial_one(place: Place) -> None:
    place.one.push(place.one.interview(1, "SEBAGIAN"))

    result = place.one.push_one(place.one.interview(1, "LENGKAP"))

    assert result.status == "stored"
    assert _canonical(place) == ["completed"]
    assert _open_conflicts(place) == 1


def test_partial_interview_is_alternate_when_a_complete_one_stands(place: Place) -> None:
    place.one.push(place.one.interview(1, "LENGKAP"))

    result = place.one.push_one(place.one.interview(1, "SEBAGIAN"))

    assert result.status == "alternate"
    assert _canonical(place) == ["completed"]


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["LENGKAP", "SEBAGIAN", "PINDAH"])), ids="-".join
)
def test_best_interview_stands_in_any_order_of_arrival(
    place: Place, order: tuple[str, ...]
) -> None:
    for result in order:
        place.one.push(place.one.interview(1, result))

    assert _canonical(place) == ["completed"]
    assert _open_conflicts(place) == 2
    assert place.rows("SELECT count(*) FROM result") == [(3,)]


def test_interview_takes_the_place_of_a_visit_that_closed_the_case(place: Place) -> None:
    place.one.push(place.one.visit(1, "moved_out"))
    assert _canonical(place) == ["moved_out"]

    result = place.one.push_one(place.one.interview(1, "SEBAGIAN"))

    assert result.status == "stored"
    assert _canonical(place) == ["partial"]
    assert _open_conflicts(place) == 0


def test_visit_does_not_close_a_case_by_what_only_an_interview_may_say(place: Place) -> None:
    place.one.push(place.one.visit(1, "completed"), place.one.visit(2, "no_contact"))

    assert place.rows("SELECT count(*) FROM result") == [(0,)]


def test_appointment_by_form_does_not_close_the_case(place: Place) -> None:
    result = place.one.push_one(place.one.interview(1, "JANJI"))

    assert result.status == "stored"
    case = place.one.case(1)
    assert case is not None
    assert case.result is None
    assert _open_conflicts(place) == 0


def test_complete_self_response_stands_before_a_later_interview(place: Place) -> None:
    place.self_response(1)

    result = place.one.push_one(place.one.interview(1))

    assert result.status == "alternate"
    assert _canonical(place) == []
    assert place.one.why_gone(1) == "answered_online"
    assert place.rows("SELECT kept_envelope FROM conflict") == [(0,)]


def test_complete_interview_stands_before_a_later_self_response(place: Place) -> None:
    place.one.push(place.one.interview(1))

    place.self_response(1)

    assert _canonical(place) == ["completed"]
    case = place.one.case(1)
    assert case is not None
    assert case.result is not None
    assert case.self_response == "complete"
    assert _open_conflicts(place) == 0


def test_complete_self_response_stands_before_an_earlier_partial_interview(place: Place) -> None:
    place.one.push(place.one.interview(1, "SEBAGIAN"))

    place.self_response(1)

    assert place.one.why_gone(1) == "answered_online"
    assert place.rows("SELECT count(*) FROM result") == [(1,)]
    assert _open_conflicts(place) == 1


def test_partial_self_response_leaves_the_family_on_the_list(place: Place) -> None:
    place.self_response(1, "partial")

    case = place.one.case(1)
    assert case is not None
    assert case.self_response == "partial"
    assert place.one.push_one(place.one.interview(1)).status == "stored"


def test_former_officers_interview_counts_and_is_marked_late(place: Place) -> None:
    envelope = place.one.interview(1)
    place.supervisor.push(place.supervisor.reassign([1], place.two))

    result = place.one.push_one(envelope)

    assert (result.status, result.reason) == ("stored", "late_assignee")
    assert place.rows("SELECT late_assignee, canonical FROM result") == [(1, 1)]
    assert place.two.why_gone(1) == "done_by_other"


def test_new_officers_interview_is_alternate_when_the_former_ones_stands(place: Place) -> None:
    late = place.one.interview(1)
    place.supervisor.push(place.supervisor.reassign([1], place.two))
    own = place.two.interview(1)
    place.one.push(late)

    result = place.two.push_one(own)

    assert result.status == "alternate"
    assert _open_conflicts(place) == 1


def test_interview_without_a_result_word_counts_as_complete(place: Place) -> None:
    plain = place.one.seal("interview", b'<data id="other" version="1"><a>1</a></data>', 1)

    place.one.push(plain)

    assert _canonical(place) == ["completed"]


def test_family_found_in_the_field_becomes_a_case_of_its_finder(place: Place) -> None:
    found = "BARU-1b0d6a9e"
    xml = (
        b'<data id="sp2020_c1" version="1"><blok_i><desa>63.02.02.2008</desa><sls>RT 009</sls>'
        b"<alamat>Jl. Baru No. 1</alamat></blok_i><blok_ii><nama_kk>Kepala Baru</nama_kk></blok_ii>"
        b"<kode_hasil>LENGKAP</kode_hasil></data>"
    )

    results = place.one.push(
        place.one.visit(found, "completed"), place.one.seal("interview", xml, found)
    )

    assert [result.status for result in results] == ["stored", "stored"]
    case = place.one.case(found)
    assert case is not None
    assert (case.family.head_name, case.family.village) == ("Kepala Baru", "63.02.02.2008")
    assert case.family.district == "63.02.02"
    assert place.supervisor.case(found) == case
    assert place.two.push_one(place.two.interview(found)).reason == "not_assigned"


def _push_in(place: Place, envelopes: list[Envelope]) -> None:
    for envelope in envelopes:
        place.one.push(envelope)


def test_same_envelopes_give_the_same_cases_by_any_batching(place: Place) -> None:
    envelopes = [
        place.one.visit(1),
        place.one.interview(1),
        place.one.visit(2, "moved_out"),
        place.one.interview(2, "SEBAGIAN"),
        place.one.visit(3),
    ]

    _push_in(place, [*envelopes, *envelopes])
    one_by_one = {number: place.one.case(number) for number in (1, 2, 3)}
    place.one.push(*envelopes)

    assert {number: place.one.case(number) for number in (1, 2, 3)} == one_by_one
    assert _canonical(place, 1) == ["completed"]
    assert _canonical(place, 2) == ["partial"]


def test_found_family_keeps_its_name_when_an_interview_that_does_not_stand_lacks_it(
    place: Place,
) -> None:
    found = "BARU-1b0d6a9e"
    xml = (
        b'<data id="sp2020_c1" version="1"><blok_i><desa>63.02.02.2008</desa>'
        b"<alamat>Jl. Baru No. 1</alamat></blok_i><blok_ii><nama_kk>Kepala Baru</nama_kk></blok_ii>"
        b"<kode_hasil>LENGKAP</kode_hasil></data>"
    )
    moved = b'<data id="sp2020_c1" version="1"><kode_hasil>PINDAH</kode_hasil></data>'
    place.one.push(place.one.seal("interview", xml, found))

    later = place.one.push_one(place.one.seal("interview", moved, found))

    assert later.status == "alternate"
    assert place.rows("SELECT head_name, village FROM family WHERE family_id = ?", found) == [
        ("Kepala Baru", "63.02.02.2008")
    ]


@pytest.mark.parametrize("first", ["a", "b"])
def test_found_family_is_described_by_the_interview_that_stands_in_any_order(
    place: Place, first: str
) -> None:
    found = "BARU-1b0d6a9e"

    def described(name: str, result: str) -> Envelope:
        xml = (
            f'<data id="sp2020_c1" version="1"><blok_ii><nama_kk>{name}</nama_kk></blok_ii>'
            f"<kode_hasil>{result}</kode_hasil></data>"
        )
        return place.one.seal("interview", xml.encode(), found)

    both = [described("Kepala Lengkap", "LENGKAP"), described("Kepala Sebagian", "SEBAGIAN")]
    for envelope in both if first == "a" else reversed(both):
        place.one.push(envelope)

    case = place.one.case(found)
    assert case is not None
    assert case.family.head_name == "Kepala Lengkap"
