"""Secondary instances: flat ones as tables, the others as trees; files are read on first use.

Lists of up to ``COLUMNS_BYTES`` are columns in memory: nothing looks up faster, and reading
80,000 rows takes 0.1 s. Larger ones go into SQLite, a sixth of the memory. Public lists of
``CACHED_BYTES`` and more are imported into the cache once, where there is one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping

from enumerator.xform.definition.markup import Markup
from enumerator.xform.definition.model import FormDefinition, SecondaryInstance
from enumerator.xform.entities.lists import EntityLists
from enumerator.xform.facade import Media, Problem
from enumerator.xform.instance.caching import ListCache
from enumerator.xform.instance.lastsaved import last_saved_of
from enumerator.xform.instance.reading import (
    ListError,
    Listing,
    content_of,
    read_listing,
)
from enumerator.xform.instance.stored import in_memory as in_database
from enumerator.xform.xpath.table import ColumnTable, Table
from enumerator.xform.xpath.tree import Node

LAST_SAVED = "jr://instance/last-saved"
PART_COLUMN = "list_name"
CACHED_BYTES = 1024 * 1024
COLUMNS_BYTES = 16 * 1024 * 1024

Content = Table | Node


class SecondaryInstances:
    """By id. ``below`` has what this one's media lack: the form's own, under a session's.

    look_ups  columns by file that the form looks up by their values
    cache     for the form's own lists; None for those of a session, which may be personal
    """

    def __init__(
        self,
        definition: FormDefinition,
        media: Media | None,
        below: SecondaryInstances | None = None,
        *,
        last_saved: Markup | None = None,
        entities: EntityLists | None = None,
        look_ups: Mapping[str, Collection[str]] | None = None,
        cache: ListCache | None = None,
    ) -> None:
        self._look_ups = look_ups or {}
        self._cache = cache
        self._root = definition.root
        self._entities = entities
        self._instances = definition.instances
        self._media = media
        self._below = below
        self._last_saved = last_saved
        self._contents: dict[str, Content] = {}
        self._files: dict[str, Content] = {}
        self.problems: list[Problem] = []

    def table(self, name: str) -> Table | None:
        content = self._content(name)
        return content if isinstance(content, Table) else None

    def document(self, name: str) -> Node | None:
        """None where the form has no such instance."""
        content = self._content(name)
        return content.document() if isinstance(content, Table) else content

    def _content(self, name: str) -> Content | None:
        content = self._contents.get(name)
        if content is None:
            instance = self._instances.get(name)
            if instance is None:
                return None
            content = self._contents[name] = self._load(instance)
        return content

    def _load(self, instance: SecondaryInstance) -> Content:
        if not instance.source:
            if self._below is not None:
                found = self._below._content(instance.id)
                if found is not None:
                    return found
            return in_columns(content_of(instance.markup))
        if instance.source.startswith(LAST_SAVED):
            return last_saved_of(self._root, self._last_saved)
        stem, _, ending = instance.file.rpartition(".")
        if self._entities is not None and ending.lower() == "csv":
            found = self._entities.table(stem)
            if found is not None:
                return found
        return self._external(instance)

    def _external(self, instance: SecondaryInstance) -> Content:
        problem = None
        if self._media is not None:
            try:
                return self._part(instance, self._media)
            except FileNotFoundError:
                pass
            except ListError as error:
                problem = f"{error} It counts as empty."
        if problem is None and self._below is not None:
            found = self._below._content(instance.id)
            self.problems += [p for p in self._below.problems if p not in self.problems]
            if found is not None:
                return found
        self._warn(problem or f"the list {instance.file} is missing: it counts as empty", instance)
        return ColumnTable({}, 0)

    def _part(self, instance: SecondaryInstance, media: Media) -> Content:
        """Several instances may be of one file. Raises FileNotFoundError, ListError."""
        whole = self._files.get(instance.file)
        if whole is None:
            whole = self._files[instance.file] = self._read(instance, media.read(instance.file))
            self._check_columns(instance, whole)
        if not instance.part or not isinstance(whole, Table):
            return whole
        if PART_COLUMN not in whole.columns:
            return ColumnTable({}, 0)
        rows = whole.matching(PART_COLUMN, instance.part)
        whole.warm(rows)
        cells = {name: [column[row] for row in rows] for name, column in whole.columns.items()}
        return ColumnTable(cells, len(rows))

    def _check_columns(self, instance: SecondaryInstance, content: Content) -> None:
        """What a form looks up in and the list does not have is a mistake in one of them."""
        if isinstance(content, Table) and content.size:
            for column in sorted(self._look_ups.get(instance.file, ())):
                if column not in content.columns:
                    text = f"the list {instance.file} has no column {column!r}"
                    self._warn(f"{text}, in which the form looks up", instance)

    def _warn(self, text: str, instance: SecondaryInstance) -> None:
        problem = Problem("warning", text, f"instance('{instance.id}')", instance.line)
        if problem not in self.problems:
            self.problems.append(problem)

    def _read(self, instance: SecondaryInstance, data: bytes) -> Content:
        """Raises ListError."""
        file = instance.file
        look_ups = self._look_ups.get(file, ())

        def remark(text: str) -> None:
            self._warn(f"the list {file}: {text}", instance)

        if self._cache is not None and len(data) >= CACHED_BYTES:
            try:
                return self._cache.table(
                    file, data, look_ups, lambda: _flat(read_listing(file, data, remark))
                )
            except (OSError, sqlite3.Error) as error:
                remark(f"it could not be kept on the disk ({error}) and is read anew each time")
            except ValueError:
                pass  # a tree, or more columns than a database takes
        return place_in_memory(read_listing(file, data, remark), len(data), look_ups)


def _flat(content: Listing | Node) -> Listing:
    if isinstance(content, Node):
        raise ValueError("no flat list")  # what the caller asks about
    return content


def place_in_memory(
    content: Listing | Node, size_bytes: int, look_ups: Collection[str] = ()
) -> Content:
    """Nothing of it touches the disk."""
    if isinstance(content, Node) or size_bytes < COLUMNS_BYTES:
        return in_columns(content)
    try:
        return in_database(content, look_ups)
    except ValueError:
        return in_columns(content)


def in_columns(content: Listing | Node) -> Content:
    return content if isinstance(content, Node) else content.to_columns()


def read_file(file: str, data: bytes) -> Content:
    """In memory. Raises ListError."""
    return place_in_memory(read_listing(file, data, lambda _text: None), len(data))
