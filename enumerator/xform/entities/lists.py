"""Entity lists on this machine: what the server gave, overlaid with what was done since.

In memory only: the lists hold people. A program that keeps them puts ``to_bytes()`` into its own
encrypted store.

An entity that came from the server has its version as ``trunk_version`` and a branch of its own.
Every local update raises the version by one and keeps trunk and branch, so that a server can put
several updates made offline in order. When a list arrives, a version that is as new as the local
one wins, and a new branch begins; an older one leaves the local updates standing: they are still
on their way. An entity that the server had and has no longer is gone; one that it has not had
yet stays.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import random as randomness
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from enumerator.errors import KnownError
from enumerator.xform.entities.changes import version_of
from enumerator.xform.facade import EntityChange
from enumerator.xform.instance.reading import is_sparse
from enumerator.xform.limits import MAX_ROWS
from enumerator.xform.xpath.table import Column, ColumnTable

FORMAT = 1
_COLUMNS = ("name", "label", "__version")


class Entity(NamedTuple):
    """``trunk_version``: the server's version that this one grew from, None for a new entity.
    ``online``: the server has it."""

    id: str
    label: str
    version: int
    properties: Mapping[str, str]
    trunk_version: int | None
    branch_id: str
    online: bool

    @property
    def is_changed_here(self) -> bool:
        return self.version != self.trunk_version


@dataclass(slots=True)
class _EntityList:
    """``properties`` in column order; ``digest`` of the server's list that was received last;
    ``table`` until something changes, so that sessions share its indexes."""

    properties: list[str] = field(default_factory=list)
    entities: dict[str, Entity] = field(default_factory=dict)
    needs_approval: bool = False
    digest: str = ""
    table: ColumnTable | None = None


class EntityLists:
    """By dataset. One thread at a time; sessions keep what they have read."""

    def __init__(self, random: randomness.Random | None = None) -> None:
        self._random = random or randomness.SystemRandom()
        self._lists: dict[str, _EntityList] = {}

    # ---------------------------------------------------------------- looks
    @property
    def datasets(self) -> tuple[str, ...]:
        return tuple(self._lists)

    def entities(self, dataset: str) -> tuple[Entity, ...]:
        """The server's in its order, then those made here; nothing of an unknown list."""
        found = self._lists.get(dataset)
        return () if found is None else tuple(found.entities.values())

    def entity(self, dataset: str, name: str) -> Entity | None:
        found = self._lists.get(dataset)
        return None if found is None else found.entities.get(name)

    def unseen(self, dataset: str) -> tuple[str, ...]:
        """Ids that no list of the server had yet: it can be asked whether it deleted them."""
        return tuple(entity.id for entity in self.entities(dataset) if not entity.online)

    def table(self, dataset: str) -> ColumnTable | None:
        """The list as forms read it; None for an unknown one."""
        found = self._lists.get(dataset)
        if found is None:
            return None
        if found.table is None:
            found.table = ColumnTable(_columns(found), len(found.entities))
        return found.table

    # ---------------------------------------------------------------- from the server
    def receive(self, dataset: str, data: bytes, *, needs_approval: bool = False) -> None:
        """The server's CSV: name, label, __version and the properties.

        needs_approval: the server lets nobody create entities before someone has approved them,
        so that those created here are not shown. KnownError: bad_entity_list; nothing is changed.
        """
        digest = hashlib.sha256(data).hexdigest()
        known = self._lists.get(dataset)
        if known is not None and known.digest == digest and known.needs_approval == needs_approval:
            return
        properties, rows = _read(dataset, data)
        before = known.entities if known is not None else {}
        merged = {entity.id: self._merged(before.get(entity.id), entity) for entity in rows}
        for entity in before.values():
            if not entity.online and entity.id not in merged:
                merged[entity.id] = entity
        self._lists[dataset] = _EntityList(properties, merged, needs_approval, digest)

    def _merged(self, local: Entity | None, server: Entity) -> Entity:
        if local is None or local.version < server.version:
            return server._replace(branch_id=self._uuid())
        if local.version > server.version:
            return local._replace(online=True)
        if local.is_changed_here:
            return server._replace(branch_id=self._uuid())
        return server._replace(branch_id=local.branch_id)

    def forget(self, dataset: str, names: Iterable[str]) -> None:
        """Drops entities that the server is known to have deleted, whatever was done here."""
        found = self._lists.get(dataset)
        if found is not None:
            found.table = None
            for name in names:
                found.entities.pop(name, None)

    def forget_list(self, dataset: str) -> None:
        """The server no longer has the list at all."""
        self._lists.pop(dataset, None)

    # ---------------------------------------------------------------- from a form
    def apply(self, changes: Iterable[EntityChange]) -> tuple[EntityChange, ...]:
        """Shows at once what a finished submission did. Returns the changes that showed nothing:
        what the server will refuse, updates of entities that are not here, lists that are not
        here or need approval, forms made for online work (before entities-version 2024.1)."""
        return tuple(change for change in changes if not self._applied(change))

    def _applied(self, change: EntityChange) -> bool:
        found = self._lists.get(change.dataset)
        if found is None or change.problem or not change.offline:
            return False
        known = found.entities.get(change.id)
        if known is None:
            return change.action != "update" and self._create(found, change)
        if change.action == "create" and known.online:
            return False  # the server has it and will refuse a second one
        version = known.version if change.action == "create" else known.version + 1
        found.entities[change.id] = known._replace(
            label=change.label if change.label.strip() else known.label,
            version=version,
            properties={**known.properties, **change.properties},
        )
        self._note_change(found, change.properties)
        return True

    def _create(self, found: _EntityList, change: EntityChange) -> bool:
        if found.needs_approval or not change.label.strip():
            return False
        found.entities[change.id] = Entity(
            change.id,
            change.label,
            version=1,
            properties=dict(change.properties),
            trunk_version=None,
            branch_id=self._uuid(),
            online=False,
        )
        self._note_change(found, change.properties)
        return True

    def _note_change(self, found: _EntityList, properties: Mapping[str, str]) -> None:
        found.table = None
        found.properties += [name for name in properties if name not in found.properties]

    def _uuid(self) -> str:
        """Version 4, a third of what the uuid module takes: a list may have 100,000 rows."""
        digits = f"{self._random.getrandbits(128):032x}"
        variant = "89ab"[int(digits[16], 16) & 3]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )

    # ---------------------------------------------------------------- keeping
    def to_bytes(self) -> bytes:
        """Everything, readable as it is: for an encrypted store only."""
        lists = {
            dataset: {
                "digest": found.digest,
                "needs_approval": found.needs_approval,
                "properties": found.properties,
                "entities": [
                    [e.id, e.label, e.version, e.trunk_version, e.branch_id, e.online]
                    + [e.properties.get(name, "") for name in found.properties]
                    for e in found.entities.values()
                ],
            }
            for dataset, found in self._lists.items()
        }
        return json.dumps({"format": FORMAT, "lists": lists}, ensure_ascii=False).encode()

    @classmethod
    def from_bytes(cls, data: bytes, random: randomness.Random | None = None) -> EntityLists:
        """KnownError: bad_entity_lists, for what to_bytes() of this or an older program did not
        write."""
        made = cls(random)
        try:
            kept: Any = json.loads(data)
            if kept["format"] != FORMAT:
                raise ValueError(f"format {kept['format']}")
            for dataset, each in kept["lists"].items():
                made._lists[str(dataset)] = _restored(each)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise KnownError(
                "bad_entity_lists",
                "The kept entity lists cannot be read: they are damaged or of a newer program. "
                "Fetch them from the server again.",
                reason=type(error).__name__,
            ) from None
        return made


def _columns(found: _EntityList) -> dict[str, Column]:
    entities = list(found.entities.values())
    trunks = [entity.trunk_version for entity in entities]
    columns: dict[str, Column] = {
        "name": [entity.id for entity in entities],
        "label": [entity.label for entity in entities],
        "__version": [str(entity.version) for entity in entities],
        "__trunkVersion": ["" if trunk is None else str(trunk) for trunk in trunks],
        "__branchId": [entity.branch_id for entity in entities],
    }
    for name in found.properties:
        columns[name] = [entity.properties.get(name, "") for entity in entities]
    return columns


def _restored(kept: Any) -> _EntityList:
    properties = [str(name) for name in kept["properties"]]
    found = _EntityList(
        properties, {}, needs_approval=kept["needs_approval"] is True, digest=str(kept["digest"])
    )
    for name, label, version, trunk, branch, online, *values in kept["entities"]:
        if not isinstance(version, int) or not isinstance(trunk, int | None):
            raise TypeError("a version must be a number")
        texts = [str(value) for value in values]
        found.entities[str(name)] = Entity(
            str(name),
            str(label),
            version,
            dict(zip(properties, texts, strict=True)),
            trunk,
            str(branch),
            online is True,
        )
    return found


def _read(dataset: str, data: bytes) -> tuple[list[str], list[Entity]]:
    try:
        reader = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in _COLUMNS if name not in header]
        if missing:
            raise ValueError(f"there is no column {missing[0]}")
        if len(set(header)) != len(header):
            raise ValueError("two columns have the same name")
        return _properties(header), list(_rows(header, reader))
    except (ValueError, csv.Error) as error:
        raise KnownError(
            "bad_entity_list",
            f"The entity list {dataset} cannot be read: {error}. Fetch it again.",
            dataset=dataset,
        ) from None


def _properties(header: list[str]) -> list[str]:
    return [name for name in header if name not in _COLUMNS and not name.startswith("__")]


def _rows(header: list[str], reader: Iterable[list[str]]) -> Iterator[Entity]:
    wanted = set(_properties(header))
    properties = [(at, name) for at, name in enumerate(header) if name in wanted]
    places = [header.index(name) for name in _COLUMNS]
    cells = present = 0
    for number, row in enumerate(reader):
        if number >= MAX_ROWS:
            raise ValueError(f"more than {MAX_ROWS} rows")
        if not row:
            continue
        cells, present = cells + len(header), present + len(row)
        if is_sparse(cells, present):
            raise ValueError("most lines are too short")
        row += [""] * (len(header) - len(row))
        name, label, text = (row[at] for at in places)
        if not name:
            raise ValueError(f"row {number + 1} has no name")
        version = version_of(text) or 0
        values = {column: row[at] for at, column in properties}
        yield Entity(name, label, version, values, version, branch_id="", online=True)
