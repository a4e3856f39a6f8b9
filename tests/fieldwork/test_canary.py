"""No name, NIK, card number or answer is readable in any file of the laptop's folder."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from enumerator.errors import KnownError
from enumerator.fieldwork import VisitDraft
from enumerator.logs import start_logging, stop_logging
from enumerator.model import FamilyId, Outcome
from enumerator.settings import Settings, save_settings
from enumerator.xform import Ref
from tests.fieldwork.builders import Desk
from tests.store.builders import case, family_id

FAMILY = family_id(1)
NOTE = "Kucing Belang Tiga di beranda"
VISIT_NOTE = "Anjing galak di pagar biru"
INFORMANT = "Tetangga Contoh Sebelah"
REASON = "Keluarga memohon diselesaikan"
PHOTO = b"\xff\xd8\xff\xe0 a photo of a family card \x00\x01\x02"


def everything_personal(desk: Desk) -> list[str]:
    family = desk.store.families.family(FAMILY)
    members = desk.store.families.members(FAMILY)
    return [
        family.head_name,
        family.card_number,
        family.address,
        *(member.name for member in members),
        *(member.nik for member in members),
        *(member.birth_date for member in members),
        NOTE,
        VISIT_NOTE,
        INFORMANT,
        REASON,
    ]


def readable_in(folder: Path, canaries: Iterable[str]) -> list[str]:
    """``canary in file`` for every canary that a file shows in some common encoding."""
    found = []
    for path in sorted(each for each in folder.rglob("*") if each.is_file()):
        data = path.read_bytes().lower()
        for canary in canaries:
            text = canary.lower()
            spelled = {text.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be")}
            spelled |= {text[::-1].encode(), text.encode().hex().encode()}
            if any(each in data for each in spelled):
                found.append(f"{canary} in {path.relative_to(folder)}")
        if PHOTO in path.read_bytes():
            found.append(f"photo in {path.relative_to(folder)}")
    return found


@pytest.fixture
def worked(desk: Desk, expect_log: Callable[[str], None]) -> Desk:
    """After visits, an interview with a photo, a refused answer, a parked draft, failures."""
    root = desk.folder.parent
    save_settings(root / "settings.json", Settings(language="id", server="http://127.0.0.1"))
    handler = start_logging(root / "logs", logging.DEBUG)
    try:
        desk.workspace.visiting.record(
            VisitDraft(
                FAMILY,
                Outcome.NO_CONTACT,
                started_at=desk.clock.now(),
                note=VISIT_NOTE,
                informant=INFORMANT,
                notice_left=True,
            )
        )
        interview = desk.interview_with(FAMILY)
        interview.attach("kk-1.jpg", PHOTO)
        interview.answer("/data/blok_ii/foto_kk", "kk-1.jpg")
        interview.answer("/data/blok_vi/catatan", NOTE)
        interview.typed(Ref("/data/blok_ii/no_kk"), desk.store.families.family(FAMILY).card_number)
        desk.pull(case(1, counter=9, version=2, gone=True, reason="withdrawn", members=3))
        interview.finalise(REASON)
        stumble(desk)
        expect_log("ERROR tests.fieldwork.test_canary")
        desk.push()
        desk.reopen()
    finally:
        stop_logging(handler)
    return desk


def stumble(desk: Desk) -> None:
    """Errors whose words hold personal data, logged as a careless program would."""
    log = logging.getLogger(__name__)
    family = desk.store.families.family(FAMILY)
    try:
        int(family.head_name)
    except ValueError as error:
        try:
            raise KnownError("no_such_thing", f"nothing of {family.address}") from error
        except KnownError:
            log.exception("case %s could not be shown", family.id)
    log.error("a number that slipped in: %s", family.card_number)


def test_personal_data_is_nowhere_readable_while_the_store_is_open(worked: Desk) -> None:
    assert (worked.folder / "database.db-wal").exists()
    assert readable_in(worked.folder.parent, everything_personal(worked)) == []


def test_personal_data_is_nowhere_readable_after_the_store_is_closed(worked: Desk) -> None:
    canaries = everything_personal(worked)
    worked.store.close()
    assert readable_in(worked.folder.parent, canaries) == []


def test_canaries_are_in_the_database_and_the_scan_would_find_them(worked: Desk) -> None:
    canaries = everything_personal(worked)
    with worked.store._connections.reading() as db:
        decrypted = "\n".join(
            str(row) for table in db.tables for row in table.rows if table.name != "setting"
        )
    bodies = b"\n".join(
        worked.store.outbox.get(state.envelope_id).body
        for state in worked.store.outbox.of_family(FamilyId(FAMILY))
    ).decode("utf-8", "replace")
    missing = [canary for canary in canaries if canary not in decrypted + bodies]
    assert missing == []
    assert len(canaries) > 15
    (worked.folder.parent / "leak.txt").write_text(decrypted)
    leaks = readable_in(worked.folder.parent, canaries)
    assert len([leak for leak in leaks if leak.endswith("leak.txt")]) >= len(set(canaries)) - 4


def test_log_says_what_happened_by_ids_and_places(worked: Desk) -> None:
    text = (worked.folder.parent / "logs" / "enumerator.log").read_text()
    assert f"case {FAMILY} could not be shown" in text
    assert "KnownError [no_such_thing]" in text
    assert "ValueError" in text
    assert "test_canary.py:" in text
    assert "630202********02" in text


def test_profile_and_key_files_name_the_account_only(worked: Desk) -> None:
    text = (worked.folder / "profile.json").read_text()
    assert '"login":"ppl-01"' in text
    assert sorted(path.name for path in worked.folder.iterdir() if path.is_file()) == [
        "ballast",
        "database.db",
        "database.db-shm",
        "database.db-wal",
        "device.secret",
        "keys.json",
        "lock",
        "profile.json",
    ]
