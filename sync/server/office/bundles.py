"""Bundles from laptops without a connection: taken as a push would be, answered by a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from enumerator.errors import KnownError
from enumerator.store.answer import Answer, heard
from enumerator.store.bundle import (
    ANSWER_SUFFIX,
    KINDS,
    AnswerFile,
    Bundle,
    Index,
    office_mark,
    write_answers,
)
from sync.protocol import SealedItem
from sync.server import media, relaying
from sync.server.operation import Operation
from sync.server.store import Account


@dataclass(frozen=True, slots=True)
class BundleTaken:
    file: str
    login: str
    """Whose laptop wrote it."""
    items: int
    by_status: dict[str, int]
    """As a push would have answered."""
    damaged: int
    """Items that are cut off or altered: the laptop keeps them and sends them again."""
    unreadable: int
    """Whole, but not to be opened here; held, and told to the laptop, which makes them anew."""
    not_named: int
    """Photos that no interview names, beyond what is taken of these; the laptop keeps them."""
    answer: str
    is_whole: bool
    fault: str = ""
    """Why nothing of the file was taken."""

    def lines(self) -> list[str]:
        if self.fault:
            return [f"{self.file}: {self.fault}"]
        words = [f"{status}: {count}" for status, count in sorted(self.by_status.items())]
        found = [f"{self.file} of {self.login}: {self.items} items; " + ", ".join(words)]
        if self.damaged:
            found.append(
                f"  {self.damaged} items are cut off or altered. The laptop keeps them: have it "
                "write the bundle again."
            )
        if self.unreadable:
            found.append(f"  {self.unreadable} items cannot be opened here; they are held.")
        if self.not_named:
            found.append(
                f"  {self.not_named} photos were not taken: no interview here names them, and "
                f"{self.login} has sent {media.UNNAMED_BYTES // 1024**2} MiB of such already. "
                "The laptop keeps them: take the bundles that hold their interviews, then this "
                "one again."
            )
        if not (self.is_whole or self.damaged):
            found.append("  The file does not end as it was written.")
        found.append(f"  answer for the laptop: {self.answer}")
        return found


def take_bundles(
    operation: Operation, paths: Sequence[Path], out: Path | None = None
) -> list[BundleTaken]:
    """One after the other; a file that cannot be taken does not stop the rest. KnownError when
    there is one file only and nothing of it can be taken, or an answer cannot be written."""
    done = []
    for path in paths:
        try:
            done.append(_take(operation, path, out))
        except KnownError as error:
            if len(paths) == 1 or error.code.startswith("stick"):
                raise
            done.append(BundleTaken(path.name, "", 0, {}, 0, 0, 0, "", False, str(error)))
    return done


def _take(operation: Operation, path: Path, out: Path | None) -> BundleTaken:
    statuses: Counter[str] = Counter()
    answers: list[Answer] = []
    damaged = unreadable = not_named = 0
    with Bundle(path) as bundle:
        index = bundle.index
        if index.office not in (b"", office_mark(operation.keys.seal_public)):
            raise KnownError(
                "foreign_bundle",
                f"{path.name} is sealed to another office: nothing in it can be opened here. "
                "Take it to the office that this laptop was enrolled with.",
                file=path.name,
            )
        carrier = _carrier(operation, index)
        for batch in relaying.batches(bundle.items(), lambda one: len(one.sealed or b"")):
            whole = [
                SealedItem(sealed=one.sealed, kind=one.entry.kind)
                for one in batch
                if one.sealed and one.entry.kind in KINDS
            ]
            damaged += sum(one.sealed is None for one in batch)
            taken = relaying.take(operation, carrier, whole) if whole else []
            answers += taken
            for answer in taken:
                payload = heard(answer, operation.keys.receipt_public)
                if payload is not None:
                    statuses[payload.result.status] += 1
                    unreadable += payload.result.reason == "unreadable"
                    not_named += payload.result.reason == "not_named"
        is_whole = bundle.is_whole()
    target = (out or path.parent) / (path.name + ANSWER_SUFFIX)
    write_answers(
        target, AnswerFile(account_id=index.account_id, login=index.login, answers=answers)
    )
    return BundleTaken(
        file=path.name,
        login=index.login,
        items=len(index.entries),
        by_status=dict(statuses),
        damaged=damaged,
        unreadable=unreadable,
        not_named=not_named,
        answer=str(target),
        is_whole=is_whole,
    )


def _carrier(operation: Operation, index: Index) -> Account:
    """Whose laptop wrote the bundle: what it brings that nothing names counts as its own, so that
    one stick takes no room from the others."""
    with operation.store.reading() as transaction:
        account = transaction.accounts.get(index.account_id)
        return account or transaction.accounts.by_login(index.login) or relaying.OFFICE
