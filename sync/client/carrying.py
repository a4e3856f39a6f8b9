"""Carrying work by a stick: from this laptop, for others, and the answers back. Pure of threads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from enumerator.errors import KnownError

if TYPE_CHECKING:
    from enumerator.store import OfficerStore
    from enumerator.store.bundle import Written


@dataclass(frozen=True, slots=True)
class AnswersRead:
    """What an answer file did here."""

    received: int
    """Own records that the server holds."""
    renewed: int
    """Own sealed copies that the office could not open: save to the stick again."""
    for_others: int
    """Answers that are kept for officers who gave their work to this laptop."""
    old: int


@dataclass(frozen=True, slots=True)
class BundleTakenIn:
    """What a supervisor's laptop took over from an officer's bundle."""

    login: str
    items: int
    new: int
    damaged: int
    """Cut off, altered, or too large to be carried: their own laptop keeps them."""
    answered: int
    """Of its items, those whose answers were written beside it."""
    answer: Path | None


def save_sealed_files(folder: Path, login: str, made_at: str, path: Path) -> Written:
    """An officer's whole spool, without the passphrase: for a laptop that cannot be unlocked any
    more. KnownErrors of :func:`save_bundle`."""
    from enumerator.store.bundle import Index, write_bundle
    from enumerator.store.carriage import gather_files
    from enumerator.store.spool import MEDIA_SUFFIX, SUFFIX

    files = [*sorted(folder.glob(f"*{SUFFIX}")), *sorted(folder.glob(f"*{MEDIA_SUFFIX}"))]
    found = gather_files(files)
    items = found.items
    if not items:
        raise _none_readable() if found.left_out else _nothing_to_save()
    index = Index(
        office=b"",
        account_id="",
        login=login,
        made_at=made_at,
        entries=[one.entry for one in items],
    )
    return replace(write_bundle(path, index, items), left_out=found.left_out)


def save_bundle(store: OfficerStore, path: Path, *, until_safe: bool = False) -> Written:
    """Everything that the server has not received, or that its backup does not cover; what is
    carried for others too. KnownError ``nothing_to_save``, ``none_readable``, ``stick_full``,
    ``stick_failed``, ``sealed_file``."""
    from enumerator.store.bundle import Index, office_mark, write_bundle

    own = store.carriage.gather(until_safe=until_safe)
    strange = store.carriage.gather_strange()
    items = own.items + strange.items + store.shelf.items()
    left_out = own.left_out + strange.left_out
    if not items:
        raise _none_readable() if left_out else _nothing_to_save()
    enrolment = store.enrolment
    index = Index(
        office=office_mark(enrolment.seal_key),
        account_id=enrolment.account_id,
        login=enrolment.login,
        made_at=store.clock.now().isoformat(),
        entries=[item.entry for item in items],
    )
    return replace(write_bundle(path, index, items), left_out=left_out)


def read_answer_file(store: OfficerStore, path: Path) -> AnswersRead:
    """Custody ends for what the server signed for, and for nothing else. KnownError
    ``other_account``, ``forged_answer``, ``old_answer`` and those of ``read_answers``."""
    from enumerator.store.bundle import read_answers

    file = read_answers(path)
    own = store.enrolment
    if (file.account_id or own.account_id, file.login) != (own.account_id, own.login):
        raise KnownError(
            "other_account",
            f"This answer is for {file.login}. Read it on that laptop.",
            login=file.login,
        )
    taken = store.take_answers(file.answers)
    for_others = store.shelf.record(file.answers)
    if taken.forged:
        raise KnownError(
            "forged_answer",
            "The answer is not from your office, so nothing counts as delivered. Tell your office.",
            answers=taken.forged,
        )
    if taken.old and not taken.received:
        raise KnownError(
            "old_answer",
            "This answer is older than the server's last restoration. Take a new bundle there.",
            answers=taken.old,
        )
    return AnswersRead(taken.received, taken.unreadable, for_others, taken.old)


def take_bundle(store: OfficerStore, path: Path) -> BundleTakenIn:
    """An officer's bundle onto this laptop's shelf; the next session sends it on. Answers that are
    here already are written beside it. KnownErrors of ``Bundle`` and ``Shelf.take``,
    ``foreign_bundle``."""
    from enumerator.store.bundle import (
        ANSWER_SUFFIX,
        KINDS,
        AnswerFile,
        Bundle,
        office_mark,
        write_answers,
    )
    from enumerator.store.shelf import MAX_ITEM_BYTES

    new = damaged = 0
    hashes: list[bytes] = []
    with Bundle(path) as bundle:
        index = bundle.index
        if index.office not in (b"", office_mark(store.enrolment.seal_key)):
            raise KnownError(
                "foreign_bundle",
                f"{path.name} belongs to another office than this laptop.",
                file=path.name,
            )
        for found in bundle.items():
            if found.sealed is None or len(found.sealed) > MAX_ITEM_BYTES:
                damaged += 1
                continue
            if found.entry.kind not in KINDS:
                continue
            hashes.append(found.entry.sha256)
            new += store.shelf.take(found.sealed, found.entry.kind)
    answers, _ = store.shelf.find(hashes)
    target = None
    if answers:
        target = path.with_name(path.name + ANSWER_SUFFIX)
        write_answers(
            target, AnswerFile(account_id=index.account_id, login=index.login, answers=answers)
        )
    return BundleTakenIn(index.login, len(index.entries), new, damaged, len(answers), target)


def _none_readable() -> KnownError:
    return KnownError(
        "none_readable",
        "No sealed file of this laptop can be read: its disk may be failing. Delete nothing, and "
        "take the laptop to your office.",
    )


def _nothing_to_save() -> KnownError:
    return KnownError(
        "nothing_to_save", "Everything here was received by the server: nothing to carry."
    )
