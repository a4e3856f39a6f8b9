"""Where things are on the laptop's disk.

::

    <root>/settings.json          language, theme, server address: no personal data
    <root>/roots.pem              the office's own certificate authorities, where it has some
    <root>/logs/
    <root>/officers/<random>/     one folder an officer; the name tells nothing
        profile.json              account login, role, server address
        keys.json  database.db  spool/  backup/
        spool/  wipe-receipt.json           what is left after the office had it wiped
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
import platformdirs

from enumerator.errors import KnownError
from enumerator.store.durable import write_durably
from enumerator.store.spoken_code import grouped

PROFILE_FILE = "profile.json"
DATABASE_FILE = "database.db"
SPOOL_FOLDER = "spool"
BACKUP_FOLDER = "backup"
ROOTS_FILE = "roots.pem"
RECEIPT_FILE = "wipe-receipt.json"
RECOVERY_TRIES_FILE = "recovery.json"
"""How many codes of recovery files were wrong."""
DAMAGE_MARK = "damage-met"
"""There while a page of the database is known to be unreadable."""
WIPING_FILE = "wiping"
"""There from the moment when nothing can be lost any more until nothing is left to delete."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What may be known of an officer before the passphrase: an account id, never a name."""

    key: str
    """The folder's name."""
    login: str
    role: str
    server: str
    enrolled_at: str


class WipeReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to an officer's data on this laptop. ``header``, ``body`` and ``signature``
    are an envelope, the laptop's own word, which its sealed files hold too; it tells nothing of
    any family."""

    login: str
    role: str
    server: str
    device_id: str
    command_id: str
    reason: str
    """In the office's words."""
    wiped_at: str
    unsent: int
    """Records that only the sealed files hold."""
    sealed_files: int
    header: bytes
    body: bytes
    signature: bytes


class _ProfileFile(msgspec.Struct):
    login: str
    role: str
    server: str
    enrolled_at: str


class DataFolder:
    """The program's folder on this laptop; several officers may share it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def default(cls) -> DataFolder:
        """The folder that the operating system gives to this user's programs."""
        return cls(Path(platformdirs.user_data_dir("enumerator", appauthor=False)))

    @property
    def settings_file(self) -> Path:
        return self.root / "settings.json"

    @property
    def roots(self) -> Path | None:
        """The certificate authorities to trust instead of the public ones; None: the public."""
        path = self.root / ROOTS_FILE
        return path if path.exists() else None

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def officers(self) -> Path:
        return self.root / "officers"

    def profiles(self) -> list[Profile]:
        """The officers of this laptop, oldest enrolment first. A half-made folder has no profile
        file yet and is not listed."""
        found = []
        for path in self.officers.glob(f"*/{PROFILE_FILE}"):
            try:
                file = msgspec.json.decode(path.read_bytes(), type=_ProfileFile)
            except (OSError, msgspec.MsgspecError):
                continue
            found.append(
                Profile(path.parent.name, file.login, file.role, file.server, file.enrolled_at)
            )
        return sorted(found, key=lambda profile: (profile.enrolled_at, profile.key))

    def finish_wipes(self) -> int:
        """Go on with wipes that were cut off; how many. No passphrase is needed."""
        begun = [path.parent for path in sorted(self.officers.glob(f"*/{WIPING_FILE}"))]
        if begun:
            from enumerator.store.wiping import finish  # the store's libraries, a part of a second

            for folder in begun:
                finish(folder)
        return len(begun)

    def wiped(self) -> list[WipeReceipt]:
        """Officers whose data was wiped here, the latest first."""
        found = []
        for path in self.officers.glob(f"*/{RECEIPT_FILE}"):
            try:
                found.append(msgspec.json.decode(path.read_bytes(), type=WipeReceipt))
            except (OSError, msgspec.MsgspecError):
                continue
        return sorted(found, key=lambda receipt: receipt.wiped_at, reverse=True)

    def officer_folder(self, key: str) -> Path:
        """KnownError ``no_such_officer``."""
        folder = self.officers / Path(key).name
        if not (folder / PROFILE_FILE).exists():
            raise KnownError("no_such_officer", "This laptop has no such officer.", key=key)
        return folder


def laptop_number(key: str) -> str:
    """What a locked laptop shows of itself, to be told to the office: an officer's folder by its
    random name."""
    return grouped(key.upper())


def write_profile(folder: Path, login: str, role: str, server: str, enrolled_at: str) -> None:
    """Written last when an officer's folder is made: it is what makes the folder count."""
    profile = _ProfileFile(login, role, server, enrolled_at)
    write_durably(folder / PROFILE_FILE, msgspec.json.encode(profile))
