"""An officer at work on this laptop, and the ways to become one: unlock, enrol.

Nothing here knows Qt. The store and the wire are imported when they are first needed: the
window is painted before.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from enumerator.clock import Chance, Clock, SystemChance, SystemClock
from enumerator.errors import KnownError

if TYPE_CHECKING:
    from enumerator.fieldwork import Workspace
    from enumerator.model import FamilyId
    from enumerator.store import DataFolder, OfficerStore
    from enumerator.store.access import Restriction
    from enumerator.store.bundle import Written
    from enumerator.store.device_secret import DeviceSecrets
    from enumerator.store.folders import Profile, WipeReceipt
    from enumerator.store.lease import LeaseState
    from sync.client.carrying import AnswersRead, BundleTakenIn
    from sync.client.engine import Progress, SyncReport
    from sync.protocol import Claimant
    from sync.relay.handing import HandOver
    from sync.relay.serving import RelayServer

log = logging.getLogger(__name__)

_AUTO_LOCK_MINUTES = 10


@dataclass(frozen=True, slots=True)
class SyncProgress:
    """How far a session with the server is; ``step``: hello | push | pull | forms."""

    step: str
    done: int
    total: int
    size_bytes: int


@dataclass(frozen=True, slots=True)
class RelayFacts:
    """A relay that is switched on."""

    code: str
    addresses: tuple[str, ...]
    taken: int
    """Records of others since it was switched on."""
    waiting: int
    """Records of others that are still to be sent, whenever they came."""


class Account:
    """One unlocked officer. All methods block; any thread may call them."""

    def __init__(
        self,
        store: OfficerStore,
        profile_key: str,
        zone: tzinfo | None = None,
        roots: Path | None = None,
        new_secret_place: str = "",
    ) -> None:
        from enumerator.fieldwork import Workspace

        self._roots = roots

        self.profile_key = profile_key
        self.workspace: Workspace = Workspace(store, zone=zone)
        self._store = store
        self._relay: RelayServer | None = None
        self.last_contact: datetime | None = store.last_hello_at()
        """When the server was last reached; kept here so that the window need not ask."""
        self.is_wipe_due: bool = store.wiping.is_due()
        """The office had ordered it before this was opened."""
        self.auto_lock_minutes = _auto_lock_minutes(store.settings.policy())
        self.lease_at_opening: LeaseState | None = store.lease.state()
        self.new_secret_place = new_secret_place
        """Where the laptop's part of the key is, if it was made just now."""

    @property
    def login(self) -> str:
        return self._store.enrolment.login

    @property
    def role(self) -> str:
        return self._store.enrolment.role

    @property
    def server(self) -> str:
        return self._store.enrolment.server

    def area_name(self) -> str:
        """Where this officer works: the village, or how many of them."""
        areas = self.workspace.caseload.areas()
        if not areas:
            return ""
        first = areas[0][0].name
        return first if len(areas) == 1 else f"{first} +{len(areas) - 1}"

    def synchronise(
        self, report: Callable[[SyncProgress], None], is_cancelled: Callable[[], bool]
    ) -> SyncReport:
        """One session; see ``sync.client.engine.sync_once``."""
        from sync.client.engine import sync_once
        from sync.client.transport import HttpTransport

        transport = HttpTransport(self.server, roots=self._roots)

        def pass_on(progress: Progress) -> None:
            size_bytes = transport.bytes_up + transport.bytes_down
            report(SyncProgress(progress.step, progress.done, progress.total, size_bytes))

        try:
            return sync_once(self._store, transport, progress=pass_on, cancelled=is_cancelled)
        finally:
            transport.close()
            self.last_contact = self._store.last_hello_at()

    def probe(self) -> None:
        """Asks whether the server itself is there. KnownError of the link."""
        from sync.client.probing import probe
        from sync.client.transport import HttpTransport

        transport = HttpTransport(self.server, roots=self._roots)
        try:
            probe(transport, self._store.enrolment.server_receipt_key, self._store.chance)
        finally:
            transport.close()

    def save_bundle(self, path: Path) -> Written:
        """See ``sync.client.carrying``, as of the next two."""
        from sync.client.carrying import save_bundle

        return save_bundle(self._store, path)

    def read_answers(self, paths: Sequence[Path]) -> AnswersRead:
        """One after the other, told as one."""
        from sync.client.carrying import AnswersRead, read_answer_file

        read = [read_answer_file(self._store, path) for path in paths]
        return AnswersRead(
            received=sum(one.received for one in read),
            renewed=sum(one.renewed for one in read),
            for_others=sum(one.for_others for one in read),
            old=sum(one.old for one in read),
        )

    def take_bundles(self, paths: Sequence[Path]) -> tuple[BundleTakenIn, ...]:
        from sync.client.carrying import take_bundle

        return tuple(take_bundle(self._store, path) for path in paths)

    def hand_over(self, code: str, address: str, is_cancelled: Callable[[], bool]) -> HandOver:
        """See ``sync.relay.handing``."""
        from sync.relay.handing import find_and_hand_over

        return find_and_hand_over(self._store, code, address=address, cancelled=is_cancelled)

    def start_relay(self) -> RelayFacts:
        """Others may hand their work to this laptop. KnownError ``cannot_relay``."""
        from sync.relay.serving import RelayServer

        if self._relay is None:
            relay = RelayServer(self._store)
            relay.start()
            self._relay = relay
        return self._facts_of(self._relay)

    def stop_relay(self) -> None:
        relay, self._relay = self._relay, None
        if relay is not None:
            relay.stop()

    def relay_facts(self) -> RelayFacts | None:
        """None while it is off."""
        relay = self._relay
        return None if relay is None else self._facts_of(relay)

    def _facts_of(self, relay: RelayServer) -> RelayFacts:
        waiting = self._store.shelf.summary().waiting
        return RelayFacts(relay.code, tuple(relay.addresses), relay.counts.taken, waiting)

    def lease(self) -> LeaseState | None:
        """How long families may be read; None: the server grants no leases."""
        return self._store.lease.state()

    def extend_lease(self, code: str) -> None:
        """See ``enumerator.store.lease``."""
        self._store.lease.extend(code)

    def restriction(self) -> Restriction | None:
        """Why the list is hidden, if it is."""
        return self._store.access.restriction()

    def claim(self, family_id: FamilyId) -> list[Claimant]:
        """Who else was at this door in the last two hours; nobody where the link is not there."""
        from sync.client.claiming import STALL_S, claim
        from sync.client.transport import HttpTransport

        transport = HttpTransport(
            self.server, roots=self._roots, stall_s=STALL_S, connect_s=STALL_S
        )
        try:
            return claim(self._store, transport, family_id)
        finally:
            transport.close()

    def wipe(self) -> None:
        """Seals what is left, sends what the link takes, and deletes the rest; closed afterwards.
        KnownErrors of ``sync.client.wiping.wipe``: nothing was deleted."""
        from sync.client.transport import HttpTransport
        from sync.client.wiping import wipe

        self.stop_relay()
        interviewing = self.workspace.interviewing
        transport = HttpTransport(self.server, roots=self._roots)
        try:
            wipe(self._store, lambda id_: interviewing.begun(id_, "wiped").body.instance, transport)
        finally:
            transport.close()
            self._store.close()

    def close(self) -> None:
        self.stop_relay()
        self.workspace.close()


def _auto_lock_minutes(policy: Mapping[str, object]) -> int:
    """Without a touch: the office's rule, within what neither hinders work nor leaves a laptop
    open for hours."""
    wanted = policy.get("auto_lock_minutes")
    return min(max(wanted, 2), 60) if isinstance(wanted, int) else _AUTO_LOCK_MINUTES


class Accounts:
    """The officers of this laptop."""

    def __init__(
        self,
        folder: DataFolder,
        clock: Clock | None = None,
        chance: Chance | None = None,
        secrets: DeviceSecrets | None = None,
    ) -> None:
        """``secrets``: where this laptop's half of the keys is; None: files."""
        self.folder = folder
        self.clock = clock or SystemClock()
        self.chance = chance or SystemChance()
        self.secrets = secrets

    def profiles(self) -> list[Profile]:
        """Oldest enrolment first. A wipe that was cut off is ended before."""
        try:
            self.folder.finish_wipes()
        except (KnownError, OSError) as error:
            log.warning("a wipe could not be ended: %s", type(error).__name__)
        return self.folder.profiles()

    def wiped(self) -> list[WipeReceipt]:
        """Officers whose data the office had deleted here and who were not enrolled again."""
        present = {profile.login for profile in self.folder.profiles()}
        return [receipt for receipt in self.folder.wiped() if receipt.login not in present]

    def unlock(self, key: str, passphrase: str) -> Account:
        """KnownErrors of ``OfficerStore.open``."""
        from enumerator.store import OfficerStore
        from enumerator.store.keys import secret_place

        folder = self.folder.officer_folder(key)
        before = secret_place(folder)
        store = OfficerStore.open(
            folder, passphrase, clock=self.clock, chance=self.chance, secrets=self.secrets
        )
        return self._account(store, before)

    def restore(self, key: str, passphrase: str) -> Account:
        """Opens the newest backup instead of damaged data, which is kept aside. KnownErrors of
        ``OfficerStore.restore``."""
        from enumerator.store import OfficerStore
        from enumerator.store.keys import secret_place

        folder = self.folder.officer_folder(key)
        before = secret_place(folder)
        store = OfficerStore.restore(
            folder, passphrase, clock=self.clock, chance=self.chance, secrets=self.secrets
        )
        return self._account(store, before)

    def recover(self, key: str, file: Path, code: str, passphrase: str) -> None:
        """From now on this passphrase unlocks. KnownErrors of
        ``enumerator.store.recovering.recover``, ``recovery_unreadable``."""
        from enumerator.store.recovering import recover
        from enumerator.store.recovery_file import MOST_BYTES

        try:
            with file.open("rb") as opened:
                data = opened.read(MOST_BYTES + 1)
        except OSError as error:
            raise KnownError(
                "recovery_unreadable", "This file cannot be read. Is the stick still there?"
            ) from error
        recover(
            self.folder.officer_folder(key),
            data,
            code,
            passphrase,
            clock=self.clock,
            chance=self.chance,
            secrets=self.secrets,
        )

    def enrol(self, address: str, code: str, passphrase: str) -> Account:
        """KnownErrors of ``sync.client.enrolment.enrol``."""
        import platform

        from sync.client.enrolment import enrol

        store = enrol(
            address,
            code,
            self.folder,
            passphrase,
            self.clock,
            self.chance,
            device_name=f"{platform.system()} {platform.machine()}",
            secrets=self.secrets,
        )
        return self._account(store, "")

    def _account(self, store: OfficerStore, place_before: str) -> Account:
        from enumerator.store.keys import secret_place

        place = secret_place(store.folder)
        return Account(
            store,
            store.folder.name,
            self._zone(),
            self.folder.roots,
            new_secret_place=place if place != place_before else "",
        )

    def _zone(self) -> tzinfo | None:
        from enumerator.settings import load_settings

        return load_settings(self.folder.settings_file).zone()
