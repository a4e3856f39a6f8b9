"""One laptop of the simulation: its folder, its wrong clock, what its screen called saved."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

from enumerator.errors import KnownError
from enumerator.model import CaseState, FamilyId, InterviewId, Outcome
from enumerator.store import CaseFilter, OfficerStore, SealedEnvelope, VisitBody
from enumerator.store.envelope import DraftBody, ReturnBody, SettlementBody
from enumerator.store.folders import DATABASE_FILE, RECEIPT_FILE, SPOOL_FOLDER
from enumerator.store.interviews import InterviewRecord
from enumerator.store.receipt import Receipt
from enumerator.store.recording import BegunInterview, FinalInterview
from enumerator.store.spool import MEDIA_SUFFIX, SUFFIX
from enumerator.store.wiping import finish
from sync.client.connection import Transport
from sync.client.wiping import wipe
from sync.server.judging.cases import FOUND_PREFIX
from tests.helpers.field import PASSPHRASE, VILLAGE, interview_xml, nik
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.simulation.images import Image
from tests.simulation.link import Killed, ending

Done = TypeVar("Done")

_FREE_DISK_BYTES = 40_000_000_000
FORM = "sp2020_c1"
FORM_VERSION = "2020091501"
_PHOTO_RATE = 0.8
_LARGEST_PHOTO_BYTES = 40_000
_OUTCOMES = (
    Outcome.NO_CONTACT,
    Outcome.NO_CONTACT,
    Outcome.SOFT_REFUSAL,
    Outcome.MOVED_OUT,
)
_RESULTS = (
    ("LENGKAP", Outcome.COMPLETED),
    ("LENGKAP", Outcome.COMPLETED),
    ("SEBAGIAN", Outcome.PARTIAL),
    ("PINDAH", Outcome.MOVED_OUT),
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a screen called saved."""

    id: str
    hash: bytes
    kind: str
    family_id: str | None
    account_id: str


class SimulatedLaptop:
    """Opened when it is first used; a kill closes nothing properly and opens it anew."""

    def __init__(
        self, folder: Path, login: str, clock: HandClock, seed: int, random: Random
    ) -> None:
        self.folder = folder
        self.login = login
        self.clock = clock
        self._chance = SeededChance(seed)
        self._random = random
        self._store: OfficerStore | None = None
        self.saved: list[Saved] = []
        self._sealing_failed: set[str] = set()
        self._instances: dict[str, str] = {}
        self.has_sealed_only = False
        """It was wiped, or nothing else can be read any more."""
        self.is_salvaged = False
        self.sealed_drafts: set[str] = set()
        """Interviews that were begun when it was to be wiped."""

    @property
    def store(self) -> OfficerStore:
        if self._store is None:
            self._store = OfficerStore.open(
                self.folder, PASSPHRASE, clock=self.clock, chance=self._chance
            )
            # Of this machine nothing may reach the wire: a history is the same everywhere.
            self._store.free_disk_bytes = lambda: _FREE_DISK_BYTES  # type: ignore[method-assign]
            # A wrong clock may end the lease and with it what can be seen and begun; I8 is about
            # the same work, whatever the clock.
            self._store.lease.is_over = lambda: False  # type: ignore[method-assign]
        return self._store

    @property
    def device_id(self) -> str:
        return self.store.enrolment.device_id

    @property
    def account_id(self) -> str:
        return self.store.enrolment.account_id

    def shut(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    @contextmanager
    def surviving_kills(self) -> Iterator[None]:
        """A kill within the block ends the program there; the next use starts it again."""
        try:
            yield
        except Killed:
            self.shut()

    # ------------------------------------------------------------------ the officer's work

    def families(self) -> list[str]:
        rows = self.store.caseload.page(self.store.caseload.ids(CaseFilter()))
        return sorted(row.family_id for row in rows)

    def visit(self, family_id: str) -> None:
        outcome = self._random.choice(_OUTCOMES)
        body, version = self._body(family_id, outcome), self._version(family_id)
        self._record(lambda: self.store.recording.visit(body, version))

    def interview(self, family_id: str, text: str) -> None:
        result, outcome = self._random.choice(_RESULTS)
        interview_id = self._draft(FamilyId(family_id))
        final = FinalInterview(
            interview_id=interview_id,
            family_id=FamilyId(family_id),
            instance=self._instance(family_id, result, text),
            outcome=outcome,
            visit=self._body(family_id, outcome, interview_id),
            base_version=self._version(family_id),
            form_id=FORM,
            form_version=FORM_VERSION,
            media=self._photos(interview_id),
        )
        self._record(lambda: self.store.recording.interview(final))

    def _instance(self, family_id: str, result: str, text: str) -> bytes:
        """Few people, so that interviews of a family may say the same; some fail a hard edit.
        One that was sent back is mostly corrected under its own name."""
        instance_id = self._chance.uuid()
        replaces = ""
        if self.is_returned(family_id) and self._random.random() < 0.6:
            replaces = self._instances.get(family_id, "")
        self._instances[family_id] = instance_id
        heads = "2" if self._random.random() < 0.2 else "1"
        member = nik(self._random.randrange(1, 3), 1)
        return (
            f'<data id="{FORM}" version="{FORM_VERSION}"><meta><instanceID>{instance_id}'
            f"</instanceID><deprecatedID>{replaces}</deprecatedID></meta>"
            f"<jml_kepala>{heads}</jml_kepala><blok_iii><anggota><hadir>1</hadir>"
            f"<f_nik>{member}</f_nik></anggota></blok_iii>"
            f"<catatan>{text}</catatan><kode_hasil>{result}</kode_hasil></data>"
        ).encode()

    def is_returned(self, family_id: str) -> bool:
        """Whether a supervisor sent it back to this laptop."""
        row = self.store.caseload.row(FamilyId(family_id))
        return row is not None and row.state is CaseState.RETURNED

    def _version(self, family_id: str) -> int | None:
        """Of the case, as this laptop was last told."""
        assignment = self.store.families.assignment(FamilyId(family_id))
        return None if assignment is None else assignment.version

    def _photos(self, interview_id: InterviewId) -> tuple[str, ...]:
        if self._random.random() > _PHOTO_RATE:
            return ()
        content = self._random.randbytes(self._random.randrange(1, _LARGEST_PHOTO_BYTES))
        name = f"{self._chance.uuid()}.jpg"
        return (self.store.interviews.attach(interview_id, name, content),)

    def _draft(self, family_id: FamilyId) -> InterviewId:
        """The open one, after a kill, or a new one."""
        draft = self.store.interviews.draft_of(family_id)
        if draft is not None:
            return draft.id
        interview_id = InterviewId(self._chance.uuid())
        self.store.interviews.create(
            InterviewRecord(
                id=interview_id,
                family_id=family_id,
                form_id=FORM,
                form_version=FORM_VERSION,
                seed="00",
                started_at=self.clock.now().isoformat(),
                base_version=self._version(family_id),
                register=b"",
            )
        )
        return interview_id

    def poison(self, kind: str, body: bytes) -> None:
        """A record that nothing at the server can make sense of."""
        families = self.families()
        family = FamilyId(self._random.choice(families)) if families else None
        self._record(lambda: self.store.recording.note(kind, body, family))

    def begin(self, family_id: str) -> None:
        """An interview that is finished another time, or never."""
        self._photos(self._draft(FamilyId(family_id)))

    def give_up(self, family_id: str, *, stays: bool) -> None:
        """A draft becomes evidence; ``stays``: only a copy of it, and the interview goes on."""
        interview_id = self._draft(FamilyId(family_id))
        self._photos(interview_id)
        begun = BegunInterview(
            interview_id,
            DraftBody(
                interview_id=interview_id,
                family_id=family_id,
                form_id=FORM,
                form_version=FORM_VERSION,
                reason="reassigned" if stays else "stopped",
                instance=_draft_xml(interview_id),
            ),
            self._version(family_id),
            tuple(sorted(set(self.store.interviews.attachments(interview_id).values()))),
        )
        recording = self.store.recording
        if stays:
            self._record(lambda: recording.draft_copy(begun))
        else:
            self._record(lambda: recording.stopped_draft(begun))

    def find_family(self) -> str:
        family_id = f"{FOUND_PREFIX}{self._chance.uuid()}"
        self.store.recording.new_family(FamilyId(family_id), VILLAGE)
        return family_id

    # ------------------------------------------------------------------ the office's order

    def wipe(self, transport: Transport | None) -> bool:
        """Whether it is wiped now; it may be cut off, and goes on at a later try."""
        drafts = self._drafts()
        cut = self._random.random()
        with self.surviving_kills():
            if cut < 0.1:
                with ending(self.store._connections, Killed(), committed=cut < 0.05):
                    wipe(self.store, _draft_xml, transport)
            elif cut < 0.3:
                self.store.wiping.seal_all(_draft_xml)
                self.store.wiping.begin()
                self.shut()
                finish(self.folder)  # as at the program's next start
            else:
                wipe(self.store, _draft_xml, transport)
        self.sealed_drafts |= drafts
        self.has_sealed_only = (self.folder / RECEIPT_FILE).exists()
        if self.has_sealed_only:
            self._store = None
        return self.has_sealed_only

    def _drafts(self) -> set[str]:
        with self.store._connections.reading() as db:
            rows = db.execute("SELECT id FROM interview WHERE state = 'draft'").fetchall()
        return {id_ for (id_,) in rows}

    # ------------------------------------------------------------------ the supervisor's

    def reassign(self, family_ids: list[str], to_account: str) -> None:
        ids = [FamilyId(one) for one in family_ids]
        with_drafts = self._random.random() < 0.5
        self._record(
            lambda: self.store.recording.reassignment(
                ids, to_account, "alasan", with_drafts=with_drafts
            )
        )

    def settle(self, body: SettlementBody) -> None:
        self._record(lambda: self.store.recording.settlement(body))

    def send_back(self, body: ReturnBody) -> None:
        self._record(lambda: self.store.recording.returned(body))

    def _body(self, family_id: str, outcome: Outcome, interview_id: str | None = None) -> VisitBody:
        now = self.clock.now().isoformat()
        return VisitBody(
            visit_id=self._chance.uuid(),
            family_id=FamilyId(family_id),
            officer_id=self.account_id,
            started_at=now,
            ended_at=now,
            mode="visit",
            outcome=outcome.value,
            interview_id=interview_id,
        )

    def _record(self, action: Callable[[], object]) -> None:
        """Only what returned is saved; a kill before the commit saved nothing, one after it may
        have left more than the screen ever said."""
        known = self.store.outbox.ids()
        kill = self._random.random()
        if kill < 0.06:
            with (
                self.surviving_kills(),
                ending(self.store._connections, Killed(), committed=kill < 0.03),
            ):
                action()
            return
        action()
        for id_ in sorted(self.store.outbox.ids() - known):
            self._note_saved(self.store.outbox.get(id_))

    def _note_saved(self, envelope: SealedEnvelope) -> None:
        header = envelope.header
        self.saved.append(
            Saved(header.id, envelope.hash, header.kind, header.family_id, header.account_id)
        )

    # ------------------------------------------------------------------ the disk's fate

    def snapshot(self) -> Image:
        """The whole folder as an image of the disk has it."""
        self.shut()
        return Image.of(self.folder)

    def put_database_back(self, image: Image) -> None:
        """An older database under a spool of today."""
        self.shut()
        for path in self.folder.glob(f"{DATABASE_FILE}*"):
            path.unlink()
        (self.folder / DATABASE_FILE).write_bytes(image.files[DATABASE_FILE])

    def rot(self) -> bool:
        """One bit of the database changes, and what is left is salvaged; False when there is no
        way but the sealed files."""
        self.shut()
        path = self.folder / DATABASE_FILE
        data = bytearray(path.read_bytes())
        data[int(self._random.random() * len(data))] ^= 1 << self._random.randrange(8)
        path.write_bytes(data)
        self.is_salvaged = True
        try:
            OfficerStore.restore(
                self.folder, PASSPHRASE, clock=self.clock, chance=self._chance
            ).close()
        except KnownError as error:
            if error.code != "no_backup":
                raise
            self.has_sealed_only = True
        return not self.has_sealed_only

    def put_disk_back(self, image: Image) -> None:
        """Everything as it was: what was saved since exists here no more."""
        self.shut()
        shutil.rmtree(self.folder)
        image.lay(self.folder)

    @contextmanager
    def broken_spool(self) -> Iterator[None]:
        """No sealed file can be written within the block."""
        spool = self.store.spool

        def ensure(_envelope: SealedEnvelope) -> None:
            raise OSError(errno.EIO, "the disk does not answer")

        known = self.store.outbox.ids()
        spool.ensure = ensure  # type: ignore[assignment,method-assign]
        try:
            yield
        finally:
            del spool.ensure
        self._sealing_failed |= self.store.outbox.ids() - known

    def in_the_database_only(self) -> set[str]:
        """Ids whose sealed file could not be written and is not made up for yet."""
        sealed = {path.name.partition(".")[0] for path in (self.folder / SPOOL_FOLDER).iterdir()}
        return self._sealing_failed - sealed

    def receipts(self) -> list[tuple[str, bytes, Receipt, bool]]:
        """Of every envelope that the screen calls received or safe (the last: safe)."""
        with self.store._connections.reading() as db:
            rows = db.execute(
                "SELECT id, hash, receipt_payload, receipt_signature, custody = 'safe'"
                " FROM envelope JOIN delivery ON envelope_id = id WHERE custody <> 'laptop'"
            ).fetchall()
        return [
            (id_, bytes(hash_), Receipt(bytes(payload), bytes(signature)), bool(is_safe))
            for id_, hash_, payload, signature, is_safe in rows
        ]

    def photos(self) -> set[str]:
        """SHA-256 of all that finished work names and this disk holds, readable or sealed."""
        if self.has_sealed_only:
            return self._sealed(MEDIA_SUFFIX)
        with self.store._connections.reading() as db:
            rows = db.execute("SELECT sha256 FROM media").fetchall()
        return {sha256 for (sha256,) in rows} | set(self.store.spool.media_names())

    def received_photos(self) -> dict[str, bool]:
        """SHA-256 of what the screen calls received; whether it calls it safe."""
        with self.store._connections.reading() as db:
            rows = db.execute(
                "SELECT sha256, custody = 'safe' FROM media WHERE custody <> 'laptop'"
            ).fetchall()
        return {sha256: bool(is_safe) for sha256, is_safe in rows}

    def held(self) -> set[str]:
        """Ids of all envelopes that this disk holds, readable or sealed."""
        if self.has_sealed_only:
            return self._sealed(SUFFIX)
        return set(self.store.outbox.ids()) | set(self.store.spool.ids())

    def _sealed(self, suffix: str) -> set[str]:
        folder = self.folder / SPOOL_FOLDER
        return {path.name.removesuffix(suffix) for path in folder.glob(f"*{suffix}")}


def _draft_xml(_interview_id: InterviewId) -> bytes:
    return interview_xml("SEBAGIAN", "separuh jalan")
