"""Bundles on a stick: to the office, over a supervisor's laptop, and the answers back."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import IO

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enumerator.errors import KnownError
from enumerator.model import Custody
from enumerator.store.answer import Answer, item_hash
from enumerator.store.bundle import (
    Bundle,
    Entry,
    Index,
    Item,
    office_mark,
    read_answers,
    write_answers,
    write_bundle,
)
from sync.client.bundle_command import main as bundle_command
from sync.client.carrying import read_answer_file, save_bundle, take_bundle
from sync.server import media
from sync.server.office.bundles import BundleTaken
from tests.helpers.field import FieldOperation, Laptop
from tests.helpers.server import OfficeRun, office, start_server


@pytest.fixture
def laptop(operation: FieldOperation) -> Laptop:
    """ppl-01's, with three envelopes that were never sent."""
    laptop = operation.laptop("ppl-01")
    laptop.sync()
    laptop.visit(1)
    laptop.interview(2)
    return laptop


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def take(operation: FieldOperation, *files: Path) -> OfficeRun:
    return office(operation.folder, "take-bundle", *files)


def places(laptop: Laptop) -> list[Custody]:
    return [
        line.custody
        for number in range(1, 7)
        for line in laptop.store.outbox.of_family(f"6300-{number:04d}")  # type: ignore[arg-type]
    ]


# ---------------------------------------------------------------------- the whole way


def test_custody_ends_when_the_answer_of_the_office_is_read(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    written = save_bundle(laptop.store, stick / "a.bundle")
    before = places(laptop)

    run = take(operation, stick / "a.bundle")
    done = read_answer_file(laptop.store, stick / "a.bundle.answer")

    assert (written.items, run.status) == (3, 0)
    assert before == [Custody.LAPTOP] * 3  # on the stick is not received
    assert run.facts["bundles"][0]["by_status"] == {"stored": 3}
    assert done.received == 3
    assert places(laptop) == [Custody.RECEIVED] * 3
    assert (laptop.sync().pushed, office(operation.folder, "status").facts["visits"]) == (0, 2)


def test_bundle_taken_twice_gives_an_equal_answer(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    save_bundle(laptop.store, stick / "a.bundle")
    take(operation, stick / "a.bundle")
    before = operation.dump()

    again = take(operation, stick / "a.bundle")

    assert again.facts["bundles"][0]["by_status"] == {"duplicate": 3}
    assert operation.dump() == before
    assert read_answer_file(laptop.store, stick / "a.bundle.answer").received == 3


def test_work_sent_by_a_session_meanwhile_is_told_as_before(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    save_bundle(laptop.store, stick / "a.bundle")
    laptop.sync()

    run = take(operation, stick / "a.bundle")

    assert run.facts["bundles"][0]["by_status"] == {"duplicate": 3}
    assert read_answer_file(laptop.store, stick / "a.bundle.answer").old == 0


def test_answer_of_a_server_with_a_backup_makes_work_safe(
    operation: FieldOperation, laptop: Laptop, stick: Path, tmp_path: Path
) -> None:
    save_bundle(laptop.store, stick / "a.bundle")
    take(operation, stick / "a.bundle")
    office(operation.folder, "backup", "--out", tmp_path / "backup")
    take(operation, stick / "a.bundle")

    read_answer_file(laptop.store, stick / "a.bundle.answer")

    assert places(laptop) == [Custody.SAFE] * 3


def test_nothing_is_saved_when_everything_was_received(laptop: Laptop, stick: Path) -> None:
    laptop.sync()

    with pytest.raises(KnownError, match="nothing to carry"):
        save_bundle(laptop.store, stick / "a.bundle")
    written = save_bundle(laptop.store, stick / "a.bundle", until_safe=True)

    assert written.items == 3


def test_bundle_tells_a_finder_ids_hashes_and_sizes_only(laptop: Laptop, stick: Path) -> None:
    laptop.interview(3, text="rahasia keluarga")
    save_bundle(laptop.store, stick / "a.bundle")

    data = (stick / "a.bundle").read_bytes()

    for plain in (b"rahasia keluarga", b"catatan kunjungan", b"6300-0003", b"Jl. Contoh"):
        assert plain not in data
    with Bundle(stick / "a.bundle") as bundle:
        assert set(msgspec.structs.asdict(bundle.index)) == {
            *("office", "account_id", "login", "made_at", "entries")
        }
        ids = {entry.envelope_id for entry in bundle.index.entries}
    assert ids == laptop.store.outbox.ids()


def test_sealed_files_that_the_database_does_not_know_travel_too(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    (strange, *_) = laptop.store.spool.sealed_files()
    other = operation.laptop("ppl-02")
    shutil.copy(strange, other.store.spool.folder)

    save_bundle(other.store, stick / "b.bundle")

    assert take(operation, stick / "b.bundle").facts["bundles"][0]["by_status"] == {"stored": 1}


PHOTO = Random(1).randbytes(50_000)  # noqa: S311 (a picture, not a secret)


def test_photos_travel_with_their_interview_and_end_custody_by_their_own_receipts(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    laptop.interview(3, photos=[PHOTO])

    written = save_bundle(laptop.store, stick / "a.bundle")
    run = take(operation, stick / "a.bundle")
    done = read_answer_file(laptop.store, stick / "a.bundle.answer")

    assert (written.items, run.facts["bundles"][0]["by_status"]) == (6, {"stored": 6})
    assert done.received == 5
    totals = laptop.store.whereabouts.totals()
    assert (totals.waiting, totals.received, totals.media_waiting) == (0, 5, 0)
    assert laptop.state_of(3) == "received"
    assert office(operation.folder, "status").facts["interviews_without_media"] == 0
    assert PHOTO[:100] not in (stick / "a.bundle").read_bytes()


def test_interview_whose_photo_was_cut_off_the_stick_is_not_shown_as_received(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    laptop.interview(3, photos=[PHOTO])
    path = stick / "a.bundle"
    save_bundle(laptop.store, path)
    path.write_bytes(path.read_bytes()[:-1000])
    take(operation, path)

    read_answer_file(laptop.store, stick / "a.bundle.answer")

    totals = laptop.store.whereabouts.totals()
    assert (totals.waiting, totals.received, totals.media_waiting) == (1, 4, 1)
    assert laptop.state_of(3) == "queued"
    save_bundle(laptop.store, path)
    take(operation, path)
    read_answer_file(laptop.store, stick / "a.bundle.answer")
    assert laptop.state_of(3) == "received"


def test_stick_of_photos_that_nothing_names_takes_no_room_from_another(
    operation: FieldOperation, laptop: Laptop, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each came without its interview, which was cut off or is on another stick."""
    monkeypatch.setattr(media, "UNNAMED_BYTES", 80_000)
    other = operation.laptop("ppl-02")
    other.sync()
    files = {}
    for one, number, seeds in ((laptop, 3, (2, 3)), (other, 4, (4,))):
        photos = [Random(seed).randbytes(50_000) for seed in seeds]  # noqa: S311 (pictures)
        one.interview(number, photos=photos)
        files[number] = stick / f"{number}.bundle"
        photos_only(one, files[number])

    mine, others = take(operation, *files.values()).facts["bundles"]

    assert (mine["by_status"], mine["not_named"]) == ({"stored": 1, "refused": 1}, 1)
    assert (others["by_status"], others["not_named"]) == ({"stored": 1}, 0)
    told = " ".join(BundleTaken(**mine).lines())
    assert "take the bundles that hold their interviews, then this one again" in told
    save_bundle(laptop.store, stick / "a.bundle")
    (whole,) = take(operation, stick / "a.bundle").facts["bundles"]
    assert (whole["not_named"], whole["by_status"]["stored"]) == (0, 7)


def photos_only(laptop: Laptop, path: Path) -> None:
    items = [one for one in laptop.store.carriage.gather().items if one.entry.kind == "media"]
    enrolment = laptop.store.enrolment
    index = Index(
        office=office_mark(enrolment.seal_key),
        account_id=enrolment.account_id,
        login=enrolment.login,
        made_at="",
        entries=[one.entry for one in items],
    )
    write_bundle(path, index, items)


# ---------------------------------------------------------------------- by a supervisor


def test_supervisor_carries_a_bundle_on_and_hands_the_answers_back(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    supervisor = operation.laptop("pml-01")
    save_bundle(laptop.store, stick / "a.bundle")

    first = take_bundle(supervisor.store, stick / "a.bundle")
    report = supervisor.sync()
    second = take_bundle(supervisor.store, stick / "a.bundle")
    done = read_answer_file(laptop.store, stick / "a.bundle.answer")

    assert (first.login, first.new, first.answer) == ("ppl-01", 3, None)
    assert (report.forwarded, report.pushed) == (3, 0)
    assert (second.new, second.answered) == (0, 3)
    assert (done.received, places(laptop)) == (3, [Custody.RECEIVED] * 3)


def test_supervisor_without_a_connection_carries_others_work_on_a_stick_again(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    supervisor = operation.laptop("pml-01")
    save_bundle(laptop.store, stick / "a.bundle")
    take_bundle(supervisor.store, stick / "a.bundle")

    save_bundle(supervisor.store, stick / "team.bundle")
    take(operation, stick / "team.bundle")
    done = read_answer_file(supervisor.store, stick / "team.bundle.answer")
    take_bundle(supervisor.store, stick / "a.bundle")

    assert (done.received, done.for_others) == (0, 3)
    assert read_answer_file(laptop.store, stick / "a.bundle.answer").received == 3


def test_supervisor_cannot_read_what_it_carries(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    supervisor = operation.laptop("pml-01")
    save_bundle(laptop.store, stick / "a.bundle")
    take_bundle(supervisor.store, stick / "a.bundle")

    carried = supervisor.store.shelf.next_batch(10, 10**6)

    assert len(carried) == 3
    assert all(b"catatan" not in one.sealed and b"6300-" not in one.sealed for one in carried)


# ---------------------------------------------------------------------- damaged and wrong files


def test_whole_items_of_a_cut_off_bundle_are_taken(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    path = stick / "a.bundle"
    save_bundle(laptop.store, path)
    path.write_bytes(path.read_bytes()[:-200])

    run = take(operation, path)
    done = read_answer_file(laptop.store, stick / "a.bundle.answer")

    (taken,) = run.facts["bundles"]
    assert (run.status, taken["damaged"], taken["by_status"]) == (1, 1, {"stored": 2})
    assert (done.received, laptop.store.outbox.pending().count) == (2, 1)


def test_altered_item_is_left_out_and_the_rest_is_taken(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    path = stick / "a.bundle"
    save_bundle(laptop.store, path)
    data = bytearray(path.read_bytes())
    data[-400] ^= 1
    path.write_bytes(data)

    (taken,) = take(operation, path).facts["bundles"]

    assert (taken["damaged"], sum(taken["by_status"].values())) == (1, 2)


def test_item_that_the_office_cannot_open_is_held_and_made_anew(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    (first, *_) = laptop.store.spool.sealed_files()
    first.write_bytes(first.read_bytes()[:-9])  # a bad sector: only the office can tell
    save_bundle(laptop.store, stick / "a.bundle")

    (taken,) = take(operation, stick / "a.bundle").facts["bundles"]
    done = read_answer_file(laptop.store, stick / "a.bundle.answer")

    assert (taken["unreadable"], taken["by_status"]) == (1, {"stored": 2, "quarantined": 1})
    assert (done.received, done.renewed) == (2, 1)
    save_bundle(laptop.store, stick / "b.bundle")
    assert take(operation, stick / "b.bundle").facts["bundles"][0]["by_status"] == {"stored": 1}


def test_photo_that_the_office_cannot_open_is_held_and_made_anew(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    laptop.sync()
    laptop.interview(3, photos=[PHOTO])
    sealed = laptop.store.spool.media_path(hashlib.sha256(PHOTO).hexdigest())
    sealed.write_bytes(sealed.read_bytes()[:-9])
    save_bundle(laptop.store, stick / "a.bundle")

    (taken,) = take(operation, stick / "a.bundle").facts["bundles"]
    done = read_answer_file(laptop.store, stick / "a.bundle.answer")
    again = read_answer_file(laptop.store, stick / "a.bundle.answer")

    assert (taken["unreadable"], taken["by_status"]) == (1, {"stored": 2, "quarantined": 1})
    assert (done.received, done.renewed, again.renewed) == (2, 1, 0)
    save_bundle(laptop.store, stick / "b.bundle")
    assert take(operation, stick / "b.bundle").facts["bundles"][0]["by_status"] == {"stored": 1}
    read_answer_file(laptop.store, stick / "b.bundle.answer")
    assert laptop.state_of(3) == "received"


def unreadable(path: Path) -> None:
    """A file whose blocks the disk gives no more, for any user."""
    path.unlink()
    path.symlink_to(path)


def test_unreadable_sealed_files_are_made_anew_and_keep_no_other_back(
    operation: FieldOperation, laptop: Laptop, stick: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("WARNING enumerator.store.carriage: the sealed file .* cannot be read: OSError")
    laptop.interview(3, photos=[PHOTO])
    (first, *_) = laptop.store.spool.sealed_files()
    photo = laptop.store.spool.media_path(hashlib.sha256(PHOTO).hexdigest())
    unreadable(first)
    unreadable(photo)

    written = save_bundle(laptop.store, stick / "a.bundle")

    assert (written.items, written.left_out) == (6, 0)
    assert take(operation, stick / "a.bundle").facts["bundles"][0]["by_status"] == {"stored": 6}
    assert first.is_file()
    assert photo.is_file()


def test_work_is_carried_when_the_spool_can_neither_be_read_nor_written(
    operation: FieldOperation, laptop: Laptop, stick: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("WARNING enumerator.store.carriage: the sealed file .* cannot be read")
    expect_log("WARNING enumerator.store.carriage: no sealed file .*")
    (first, *_) = laptop.store.spool.sealed_files()
    first.unlink()
    first.mkdir()  # no file can be put in its place

    written = save_bundle(laptop.store, stick / "a.bundle")

    assert (written.items, written.left_out) == (3, 0)
    assert take(operation, stick / "a.bundle").facts["bundles"][0]["by_status"] == {"stored": 3}


def test_unreadable_file_that_only_the_office_knew_is_left_out_and_told(
    operation: FieldOperation,
    laptop: Laptop,
    stick: Path,
    capsys: pytest.CaptureFixture[str],
    expect_log: Callable[[str], None],
) -> None:
    expect_log("WARNING enumerator.store.carriage: the sealed file strange.* cannot be read")
    spool = laptop.store.spool.folder
    (spool / "strange.sealed").symlink_to(spool / "strange.sealed")

    written = save_bundle(laptop.store, stick / "a.bundle")
    data = operation.root / "laptop-ppl-01"
    status = bundle_command(["--data", str(data), "--login", "ppl-01", str(stick / "x.bundle")])

    assert (written.items, written.left_out) == (3, 1)
    facts = json.loads(capsys.readouterr().out)
    assert (status, facts["items"], facts["left_out"]) == (1, 3, 1)


def test_sealed_envelopes_are_read_once_for_a_bundle(laptop: Laptop) -> None:
    items = laptop.store.carriage.gather().items
    for path in laptop.store.spool.sealed_files():
        path.unlink()

    assert [item_hash(item.load()) for item in items] == [item.entry.sha256 for item in items]


@pytest.mark.parametrize("cut", [0, 5, 19, 30, 200])
def test_bundle_without_a_whole_index_is_told(laptop: Laptop, stick: Path, cut: int) -> None:
    path = stick / "a.bundle"
    save_bundle(laptop.store, path)
    path.write_bytes(path.read_bytes()[:cut])

    with pytest.raises(KnownError) as caught:
        Bundle(path)

    assert caught.value.code in ("not_a_bundle", "damaged_bundle")


def test_bundle_of_another_office_is_told_and_does_not_stop_the_rest(
    operation: FieldOperation, laptop: Laptop, stick: Path, tmp_path: Path
) -> None:
    save_bundle(laptop.store, stick / "a.bundle")
    (tmp_path / "elsewhere").mkdir()
    with FieldOperation.begin(tmp_path / "elsewhere") as elsewhere:
        foreign = elsewhere.laptop("ppl-01")
        foreign.sync()
        foreign.visit(1)
        save_bundle(foreign.store, stick / "foreign.bundle")
    with pytest.raises(KnownError, match="another office"):
        take(operation, stick / "foreign.bundle")
    with pytest.raises(KnownError, match="another office"):
        take_bundle(laptop.store, stick / "foreign.bundle")

    run = take(operation, stick / "foreign.bundle", stick / "a.bundle")

    faults = [one["fault"] != "" for one in run.facts["bundles"]]
    assert (run.status, faults) == (1, [True, False])
    assert office(operation.folder, "status").facts["visits"] == 2


def test_bundle_of_a_newer_program_is_told(laptop: Laptop, stick: Path) -> None:
    path = stick / "a.bundle"
    save_bundle(laptop.store, path)
    path.write_bytes(path.read_bytes().replace(b"bundle 1\n", b"bundle 2\n", 1))

    with pytest.raises(KnownError, match="newer program"):
        Bundle(path)


def test_answer_of_another_officer_is_told(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    save_bundle(laptop.store, stick / "a.bundle")
    take(operation, stick / "a.bundle")
    other = operation.laptop("ppl-02")

    with pytest.raises(KnownError, match="for ppl-01"):
        read_answer_file(other.store, stick / "a.bundle.answer")


@pytest.mark.parametrize("damage", ["cut", "altered", "bundle"])
def test_damaged_answer_changes_nothing(
    operation: FieldOperation, laptop: Laptop, stick: Path, damage: str
) -> None:
    save_bundle(laptop.store, stick / "a.bundle")
    take(operation, stick / "a.bundle")
    path = stick / "a.bundle.answer"
    data = path.read_bytes()
    altered = data[:80] + bytes([data[80] ^ 1]) + data[81:]
    bundle = (stick / "a.bundle").read_bytes()
    path.write_bytes({"cut": data[:-5], "altered": altered, "bundle": bundle}[damage])

    with pytest.raises(KnownError) as caught:
        read_answer_file(laptop.store, path)

    assert caught.value.code in ("damaged_answer", "not_an_answer")
    assert places(laptop) == [Custody.LAPTOP] * 3


# ---------------------------------------------------------------------- the stick


class _FullStick:
    """Files of one folder take so many bytes and no more."""

    def __init__(self, folder: Path, room: int, error: int) -> None:
        self._folder, self._room, self._error = folder, room, error
        self._open = Path.open

    def open(self, path: Path, *arguments: object, **options: object) -> IO[bytes]:
        file: IO[bytes] = self._open(path, *arguments, **options)  # type: ignore[call-overload]
        if path.parent == self._folder and "wb" in arguments:
            write: Callable[[bytes], int] = file.write

            def limited(data: bytes) -> int:
                self._room -= len(data)
                if self._room < 0:
                    raise OSError(self._error, os.strerror(self._error))
                return write(data)

            file.write = limited  # type: ignore[method-assign,assignment]
        return file


@pytest.mark.parametrize(
    ("error", "code"), [(errno.ENOSPC, "stick_full"), (errno.EIO, "stick_failed")]
)
def test_stick_that_is_full_or_pulled_out_is_told_and_leaves_nothing_half(
    laptop: Laptop, stick: Path, monkeypatch: pytest.MonkeyPatch, error: int, code: str
) -> None:
    limited = _FullStick(stick, 700, error)
    monkeypatch.setattr(Path, "open", lambda path, *a, **k: limited.open(path, *a, **k))

    with pytest.raises(KnownError) as caught:
        save_bundle(laptop.store, stick / "a.bundle")

    assert caught.value.code == code
    assert list(stick.iterdir()) == []
    assert places(laptop) == [Custody.LAPTOP] * 3


def test_stick_that_keeps_other_bytes_is_noticed_by_reading_back(
    laptop: Laptop, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = Path.replace

    def spoil(path: Path, target: Path) -> Path:
        data = bytearray(path.read_bytes())
        data[-100] ^= 1
        path.write_bytes(data)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", spoil)

    with pytest.raises(KnownError, match="could not be written or read whole"):
        save_bundle(laptop.store, stick / "a.bundle")

    assert list(stick.iterdir()) == []


# ---------------------------------------------------------------------- never better than true


def test_forged_answer_ends_no_custody(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    save_bundle(laptop.store, stick / "a.bundle")
    take(operation, stick / "a.bundle")
    file = read_answers(stick / "a.bundle.answer")
    forged = [Answer(answer.payload, bytes(64)) for answer in file.answers]
    write_answers(stick / "f.answer", msgspec.structs.replace(file, answers=forged))

    with pytest.raises(KnownError, match="not from your office"):
        read_answer_file(laptop.store, stick / "f.answer")

    assert places(laptop) == [Custody.LAPTOP] * 3


def test_answer_from_before_a_restoration_counts_nothing(
    operation: FieldOperation, laptop: Laptop, stick: Path, tmp_path: Path
) -> None:
    office(operation.folder, "backup", "--out", tmp_path / "backup")
    save_bundle(laptop.store, stick / "a.bundle")
    take(operation, stick / "a.bundle")
    operation.server.stop()
    with start_server(tmp_path / "backup") as restored:
        transport = operation.transport(restored.address)
        laptop.sync(transport)
        assert places(laptop) == [Custody.RECEIVED] * 3
        laptop.visit(3)

        with pytest.raises(KnownError, match="older than the server's last restoration"):
            read_answer_file(laptop.store, stick / "a.bundle.answer")

        assert places(laptop) == [Custody.RECEIVED] * 3 + [Custody.LAPTOP]


def test_answer_of_a_restored_server_sends_everything_again(
    operation: FieldOperation, laptop: Laptop, stick: Path, tmp_path: Path
) -> None:
    office(operation.folder, "backup", "--out", tmp_path / "backup")
    laptop.sync()
    laptop.visit(3)
    save_bundle(laptop.store, stick / "b.bundle")
    operation.server.stop()
    run = office(tmp_path / "backup", "take-bundle", stick / "b.bundle")

    done = read_answer_file(laptop.store, stick / "b.bundle.answer")

    assert (run.status, done.received) == (0, 1)
    assert places(laptop) == [Custody.LAPTOP] * 3 + [Custody.RECEIVED]


def test_relay_forwards_again_what_a_restored_server_may_have_lost(
    operation: FieldOperation, laptop: Laptop, stick: Path, tmp_path: Path
) -> None:
    supervisor = operation.laptop("pml-01")
    office(operation.folder, "backup", "--out", tmp_path / "backup")
    save_bundle(laptop.store, stick / "a.bundle")
    take_bundle(supervisor.store, stick / "a.bundle")
    supervisor.sync()
    operation.server.stop()
    with start_server(tmp_path / "backup") as restored:
        transport = operation.transport(restored.address)
        supervisor.sync(transport)

        again = take_bundle(supervisor.store, stick / "a.bundle")
        report = supervisor.sync(transport)

    assert (again.new, again.answer, report.forwarded) == (3, None, 3)


# ---------------------------------------------------------------------- the format


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    contents=st.lists(st.binary(min_size=1, max_size=300), max_size=6, unique=True),
    place=st.floats(0, 1, exclude_max=True),
    flip=st.integers(1, 255),
)
def test_bundle_never_gives_out_altered_bytes(
    tmp_path: Path, contents: list[bytes], place: float, flip: int
) -> None:
    entries = [Entry(sha256=item_hash(one), size_bytes=len(one)) for one in contents]
    items = [Item(entry, partial(bytes, one)) for entry, one in zip(entries, contents, strict=True)]
    index = Index(office=b"o", account_id="a", login="l", made_at="", entries=entries)
    path = tmp_path / "x.bundle"
    write_bundle(path, index, items)
    data = bytearray(path.read_bytes())
    data[int(place * len(data))] ^= flip
    path.write_bytes(data)

    try:
        with Bundle(path) as bundle:
            found = [one.sealed for one in bundle.items()]
            assert not bundle.is_whole()
    except KnownError:
        return

    assert [one for one in found if one is not None] == [
        one for one, other in zip(contents, found, strict=True) if other is not None
    ]


# ---------------------------------------------------------------------- the command


def test_sealed_files_of_a_locked_laptop_reach_the_office(
    operation: FieldOperation,
    laptop: Laptop,
    stick: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    data = operation.root / "laptop-ppl-01"

    status = bundle_command(["--data", str(data), "--login", "ppl-01", str(stick / "x.bundle")])

    assert (status, json.loads(capsys.readouterr().out)["items"]) == (0, 3)
    run = take(operation, stick / "x.bundle")
    assert run.facts["bundles"][0]["by_status"] == {"stored": 3}
    assert read_answer_file(laptop.store, stick / "x.bundle.answer").received == 3


def test_photos_of_a_locked_laptop_reach_the_office_too(
    operation: FieldOperation, laptop: Laptop, stick: Path
) -> None:
    laptop.interview(3, photos=[PHOTO])
    data = operation.root / "laptop-ppl-01"

    bundle_command(["--data", str(data), "--login", "ppl-01", str(stick / "x.bundle")])

    assert take(operation, stick / "x.bundle").facts["bundles"][0]["by_status"] == {"stored": 6}
    assert office(operation.folder, "status").facts["interviews_without_media"] == 0


def test_officer_whom_the_laptop_does_not_know_is_told(
    operation: FieldOperation, stick: Path
) -> None:
    with pytest.raises(KnownError, match="It has: nobody"):
        bundle_command(["--data", str(operation.root), "--login", "ppl-99", str(stick / "x")])
