"""Loading a form and starting sessions on it."""

from __future__ import annotations

import random as randomness
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from enumerator.errors import KnownError
from enumerator.xform.definition.markup import Markup, read_markup
from enumerator.xform.definition.reader import read_form
from enumerator.xform.engine.program import Program
from enumerator.xform.engine.saved import check_form
from enumerator.xform.engine.session import Session
from enumerator.xform.entities.declarations import described
from enumerator.xform.entities.lists import EntityLists
from enumerator.xform.facade import Media, Problem
from enumerator.xform.instance.caching import ListCache
from enumerator.xform.instance.secondary import LAST_SAVED, PART_COLUMN, SecondaryInstances


def load_form(
    source: Path | bytes, media: Media | None = None, *, cache: Path | None = None
) -> LoadedForm:
    """Reads, compiles and checks a form. Raises FormError naming everything that is wrong.

    cache  a folder of the program's own (it is made): large lists of ``media`` are imported into
           it once. Lists given at ``start`` may be personal and never get there.
    """
    data = source if isinstance(source, bytes) else source.read_bytes()
    return LoadedForm(Program(read_form(data)), media, cache)


class LoadedForm:
    """Immutable, but for the lists that it has read so far: one thread at a time."""

    def __init__(self, program: Program, media: Media | None, cache: Path | None = None) -> None:
        definition = program.definition
        self.program = program
        self.id = definition.id
        self.version = definition.version
        self.title = definition.title
        self.languages = definition.languages
        self.default_language = definition.default_language
        self.warnings: tuple[Problem, ...] = tuple(program.problems)
        self.lists = tuple(
            dict.fromkeys(
                instance.file
                for instance in definition.instances.values()
                if instance.source and not instance.source.startswith(LAST_SAVED)
            )
        )
        self.submission = definition.submission
        self.audit = definition.audit
        self.body_class = definition.body_class
        self.entities = tuple(described(block) for block in definition.entities)
        self._look_ups = _look_ups(program)
        self._secondary = SecondaryInstances(
            definition,
            media,
            look_ups=self._look_ups,
            cache=None if cache is None else ListCache(cache, self.id),
        )

    def columns_of(self, instance_id: str) -> tuple[str, ...]:
        """Of a list that the form's own media have; () where it is no table, or not there."""
        table = self._secondary.table(instance_id)
        return () if table is None else tuple(table.columns)

    def start(
        self,
        *,
        media: Media | None = None,
        now: Callable[[], datetime] | None = None,
        random: randomness.Random | None = None,
        properties: Mapping[str, str] | None = None,
        language: str | None = None,
        instance: bytes | None = None,
        edit: bool = False,
        last_saved: bytes | None = None,
        entities: EntityLists | None = None,
    ) -> Session:
        """See ``facade.Form.start``. Raises FormError where an instance is not XML."""
        if language is not None and language not in self.languages:
            raise KnownError(
                "no_such_language", f"The form has no language {language!r}.", name=language
            )
        return Session(
            self,
            self._lists(media, last_saved, entities),
            now=now,
            random=random,
            properties=properties or {},
            language=language or self.default_language,
            instance=None if instance is None else read_markup(instance),
            edit=edit,
        )

    def resume(
        self,
        snapshot: bytes,
        *,
        media: Media | None = None,
        now: Callable[[], datetime] | None = None,
        random: randomness.Random | None = None,
        properties: Mapping[str, str] | None = None,
        last_saved: bytes | None = None,
        entities: EntityLists | None = None,
    ) -> Session:
        """See ``facade.Form.resume``."""
        return Session(
            self,
            self._lists(media, last_saved, entities),
            now=now,
            random=random,
            properties=properties or {},
            language=self.default_language,
            kept=snapshot,
        )

    def _lists(
        self, media: Media | None, last_saved: bytes | None, entities: EntityLists | None
    ) -> SecondaryInstances:
        return SecondaryInstances(
            self.program.definition,
            media,
            self._secondary,
            last_saved=self._last_saved(last_saved),
            entities=entities,
            look_ups=self._look_ups,
        )

    def _last_saved(self, saved: bytes | None) -> Markup | None:
        """None where there is none, or nobody asks for it."""
        definition = self.program.definition
        asked = any(each.source.startswith(LAST_SAVED) for each in definition.instances.values())
        if saved is None or not asked:
            return None
        markup = read_markup(saved)
        check_form(definition, markup)
        return markup


def _look_ups(program: Program) -> dict[str, set[str]]:
    """By file: the columns that the form's expressions look up by their values."""
    found: dict[str, set[str]] = {}
    for name, column in program.compiler.look_ups:
        instance = program.definition.instances.get(name)
        if instance is not None and instance.source:
            found.setdefault(instance.file, set()).add(column)
            if instance.part:
                found[instance.file].add(PART_COLUMN)
    return found
