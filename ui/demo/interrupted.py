"""An officer's process that will not live to the end: ``python -m ui.demo.interrupted``.

It opens the window, resumes or starts a family's interview and answers on, saying on its standard
output after each answer, once the next question is in sight, what was answered. Whoever started it
kills it. The passphrase comes on standard input, so that no process list shows it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from enumerator.model import FamilyId
from enumerator.sample.respondent import Respondent, interview
from enumerator.xform import Ref
from ui.app import make_app
from ui.demo.album import FIELD_LAPTOP
from ui.demo.hand import Hand


def main(folder: str, family_id: str, seed: str) -> None:
    """Answers until the interview has no open question, or until it is killed."""
    make_app()
    hand = Hand(Path(folder), FIELD_LAPTOP)
    if not hand.unlock(sys.stdin.readline().rstrip("\n")):
        raise SystemExit("the passphrase is wrong")
    hand.begin_interview(FamilyId(family_id))

    def answer(ref: Ref, value: str) -> None:
        hand.enter(ref, value)
        sys.stdout.write(json.dumps({"ref": ref, "value": value}) + "\n")
        sys.stdout.flush()

    interview(hand.session, Respondent(int(seed)), answer)
    hand.leave()


if __name__ == "__main__":
    main(*sys.argv[1:])
