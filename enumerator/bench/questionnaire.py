"""The real questionnaire for measuring: families of any size, and what they answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from enumerator.fieldwork.prelist import lists_of
from enumerator.sample import QUESTIONNAIRE, REGIONS, sample_file
from enumerator.sample.population import family_of
from enumerator.sample.respondent import Respondent
from enumerator.xform import FolderMedia, FormSession, Kind, Ref, load_form

FAMILY = Ref("/data/blok_i/id_keluarga")
ADDED = Ref("/data/blok_ii/jml_tambahan")
# The questionnaire takes no longer family card; the others moved in since.
MOST_ON_CARD = 30
MOST_PASSES = 20


def write_questionnaire(folder: Path, members: int) -> Path:
    """The form and its lists with one family of so many members; returns the form's path."""
    folder.mkdir(parents=True, exist_ok=True)
    registered = family_of(min(members, MOST_ON_CARD))
    files = lists_of(registered.family, registered.members)
    for name, data in {**files, **{n: sample_file(n) for n in (QUESTIONNAIRE, REGIONS)}}.items():
        (folder / name).write_bytes(data)
    return folder / QUESTIONNAIRE


def record(form: Path, members: int) -> list[dict[str, Any]]:
    """What an officer types for that family, as commands."""
    family = family_of(min(members, MOST_ON_CARD)).family
    session = load_form(form, FolderMedia(form.parent)).start()
    respondent = Respondent(2020, newborns=max(members - MOST_ON_CARD, 0))
    return [
        {"op": "answer", "ref": ref, "value": value, "state": "none"}
        for ref, value in answer_all(session, family.id, respondent)
    ]


def answer_all(
    session: FormSession, family_id: str, respondent: Respondent
) -> list[tuple[Ref, str]]:
    """Fill in the questionnaire for a family of its lists; what was answered, in order."""
    found: list[tuple[Ref, str]] = []

    def answer(ref: Ref, value: str) -> None:
        session.answer(ref, value)
        found.append((ref, value))

    answer(Ref("/data/blok_i/asal"), "1")
    answer(FAMILY, family_id)
    for _ in range(MOST_PASSES):
        asked = len(found)
        for ref, value in _open_questions(session, respondent):
            answer(ref, value)
        if len(found) == asked:
            break
    return found


def _open_questions(session: FormSession, respondent: Respondent) -> Iterator[tuple[Ref, str]]:
    """In body order, each as it stands when its turn comes: one pass over a growing form."""
    for ref in session.questions():
        element = session.element(ref)
        if element.kind is not Kind.QUESTION or element.readonly or element.control == "note":
            continue
        # The number of added members stands at 0 from the beginning.
        is_settled = element.value and element.valid and not (ref == ADDED and element.value == "0")
        if is_settled:
            continue
        value = respondent.answer_to(element, session)
        if value and value != element.value:
            yield ref, value
