"""A child process that fills in questionnaires until it is killed: ``python -m
tests.fieldwork.typist FOLDER SEED``.

It says on standard output what it is about to do and what was done, one line each, flushed:
``answering FAMILY REF VALUE`` and ``answered …`` after the call returned, and so on for
``moving``/``moved`` and ``finalising``/``saved``. What it called done must survive anything.
"""

from __future__ import annotations

import sys
from pathlib import Path

from enumerator.clock import SystemChance, SystemClock
from enumerator.fieldwork import OpenInterview, Workspace
from enumerator.model import CaseState, FamilyId
from enumerator.sample.respondent import Respondent
from enumerator.store import CaseFilter, CaseRow, OfficerStore
from enumerator.xform import Ref, Result
from tests.fieldwork.builders import WITA
from tests.store.builders import PASSPHRASE

TO_DO = frozenset({CaseState.NOT_VISITED, CaseState.DRAFT})
NOTE = Ref("/data/blok_vi/catatan")
FIELD = "\t"


def main() -> None:
    folder, seed = Path(sys.argv[1]), int(sys.argv[2])
    store = OfficerStore.open(folder, PASSPHRASE, clock=SystemClock(), chance=SystemChance())
    workspace = Workspace(store, zone=WITA)
    say("ready")
    while True:
        interview = next_interview(workspace)
        fill_in(interview, Respondent(seed))
        say("finalising", interview.family_id)
        interview.finalise()
        say("saved", interview.family_id)


def next_interview(workspace: Workspace) -> OpenInterview:
    caseload = workspace.caseload
    rows = caseload.page(caseload.ids(CaseFilter(states=TO_DO)))
    rows.sort(key=lambda row: (row.state is not CaseState.DRAFT, row.rowid))
    first: CaseRow = rows[0]
    draft = workspace.interviewing.draft_of(FamilyId(first.family_id))
    if draft is not None:
        return workspace.interviewing.resume(draft)
    return workspace.interviewing.start(first.family_id)


def fill_in(interview: OpenInterview, respondent: Respondent) -> None:
    written = 0
    while (following := respondent.next_answer(interview.session)) is not None:
        answer(interview, *following)
        written += 1
        if written % 3 == 0:
            say("moving", interview.family_id, following[0])
            interview.moved_to(following[0])
            say("moved", interview.family_id, following[0])


def answer(interview: OpenInterview, ref: Ref, value: str) -> None:
    say("answering", interview.family_id, ref, value)
    if interview.answer(ref, value).result is Result.OK:
        say("answered", interview.family_id, ref, value)


def say(*words: str) -> None:
    sys.stdout.write(FIELD.join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
