"""Another questionnaire than the census's: nothing of SP2020-C1 is needed."""

from __future__ import annotations

import pytest

from enumerator.fieldwork import FormBinding, Workspace
from enumerator.model import CaseState, Outcome
from tests.fieldwork.builders import WITA, Desk
from tests.store.builders import family_id

FAMILY = family_id(1)
FORM = b"""<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"
    xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms">
  <h:head><h:title>Moments</h:title>
    <model>
      <instance><data id="moments" version="1">
        <name/><named_at/><lot/><at/><result/><meta><instanceID/></meta>
      </data></instance>
      <bind nodeset="/data/name" type="string" required="true()"/>
      <bind nodeset="/data/named_at" type="dateTime"/>
      <bind nodeset="/data/lot" type="string"/>
      <bind nodeset="/data/at" type="geopoint" readonly="true()"/>
      <bind nodeset="/data/result" type="string"/>
      <bind nodeset="/data/meta/instanceID" type="string" jr:preload="uid"/>
    </model>
  </h:head>
  <h:body>
    <input ref="/data/name"><label>Name</label>
      <setvalue event="xforms-value-changed" ref="/data/named_at" value="now()"/>
      <setvalue event="xforms-value-changed" ref="/data/lot" value="random()"/>
      <odk:setgeopoint event="xforms-value-changed" ref="/data/at"/>
    </input>
    <input ref="/data/result"><label>Result</label></input>
  </h:body>
</h:html>
"""
BINDING = FormBinding(form_id="moments", outcome="/data/result")


@pytest.fixture
def workspace(desk: Desk) -> Workspace:
    desk.store.forms.put("moments", "1", FORM, {})
    return Workspace(desk.store, zone=WITA, binding=BINDING)


def test_time_and_chance_of_an_answer_are_the_same_after_a_restart(
    desk: Desk, workspace: Workspace
) -> None:
    interview = workspace.interviewing.start(FAMILY)
    for name in ("Budi", "Bayu", "Rahmah"):
        desk.clock.advance(hours=5)
        interview.answer("/data/name", name)
    named_at = interview.session.value("/data/named_at")
    lot, uid = (interview.session.value(f"/data/{ref}") for ref in ("lot", "meta/instanceID"))
    assert named_at.startswith("2020-09-16T00:00:00")
    assert lot
    assert uid
    interview.close()
    desk.clock.advance(days=9)
    desk.reopen()
    again = Workspace(desk.store, zone=WITA, binding=BINDING).interviewing.resume(interview.id)
    assert again.session.value("/data/named_at") == named_at
    assert again.session.value("/data/lot") == lot
    assert again.session.value("/data/meta/instanceID") == uid


def test_place_that_the_machine_supplied_is_there_after_a_restart(
    desk: Desk, workspace: Workspace
) -> None:
    interview = workspace.interviewing.start(FAMILY)
    (request,) = interview.answer("/data/name", "Budi").changes.requests
    interview.supply(request, "-0.5 117.1 0 8")
    interview.supply(request, "-0.5 117.1 0 8")
    interview.close()
    assert [row.op for row in desk.store.interviews.journal(interview.id)] == ["answer", "supply"]
    desk.reopen()
    again = Workspace(desk.store, zone=WITA, binding=BINDING).interviewing.resume(interview.id)
    assert again.session.value("/data/at") == "-0.5 117.1 0.0 8.0"
    assert again.unplaced == ()


def test_questions_that_the_form_does_not_have_are_left_out(workspace: Workspace) -> None:
    interview = workspace.interviewing.start(FAMILY)
    assert workspace.store.interviews.journal(interview.id) == ()
    interview.answer("/data/name", "Budi")
    final = interview.finalise()
    assert final.outcome is Outcome.COMPLETED
    row = workspace.caseload.row(FAMILY)
    assert row is not None
    assert row.state is CaseState.QUEUED
    header = workspace.store.outbox.get(final.envelope_id).header
    assert (header.form_id, header.form_version) == ("moments", "1")


def test_result_word_of_the_form_is_read_where_the_binding_says(workspace: Workspace) -> None:
    interview = workspace.interviewing.start(FAMILY)
    interview.answer("/data/name", "Budi")
    interview.answer("/data/result", "PINDAH")
    assert interview.finalise().outcome is Outcome.MOVED_OUT


def test_outcome_is_not_complete_when_the_form_ends_with_an_unknown_word(
    workspace: Workspace,
) -> None:
    interview = workspace.interviewing.start(FAMILY)
    interview.answer("/data/name", "Budi")
    interview.answer("/data/result", "ENTAH")
    assert interview.finalise().outcome is Outcome.PARTIAL
