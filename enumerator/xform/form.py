"""Loading a form and starting sessions on it."""

from __future__ import annotations

import random as randomness
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from enumerator.errors import KnownError
from enumerator.xform.definition.markup import read_markup
from enumerator.xform.definition.reader import read_form
from enumerator.xform.engine.program import Program
from enumerator.xform.engine.session import Session
from enumerator.xform.facade import Media, Problem
from enumerator.xform.instance.secondary import LAST_SAVED, SecondaryInstances


def load_form(source: Path | bytes, media: Media | None = None) -> LoadedForm:
    """Reads, compiles and checks a form. Raises FormError naming everything that is wrong."""
    data = source if isinstance(source, bytes) else source.read_bytes()
    return LoadedForm(Program(read_form(data)), media)


class LoadedForm:
    """Immutable, but for the lists that it has read so far: one thread at a time."""

    def __init__(self, program: Program, media: Media | None) -> None:
        definition = program.definition
        self.program = program
        self.id = definition.id
        self.version = definition.version
        self.title = definition.title
        self.languages = definition.languages
        self.default_language = definition.default_language
        self.warnings: tuple[Problem, ...] = tuple(program.problems)
        self.lists = tuple(
            instance.file
            for instance in definition.instances.values()
            if instance.source and not instance.source.startswith(LAST_SAVED)
        )
        self.submission = definition.submission
        self.audit = definition.audit
        self.body_class = definition.body_class
        self._secondary = SecondaryInstances(definition, media)

    def start(
        self,
        *,
        media: Media | None = None,
        now: Callable[[], datetime] | None = None,
        random: randomness.Random | None = None,
        properties: Mapping[str, str] | None = None,
        language: str | None = None,
        instance: bytes | None = None,
        last_saved: bytes | None = None,
    ) -> Session:
        """See ``facade.Form.start``. Raises FormError for an instance of another form."""
        if language is not None and language not in self.languages:
            raise KnownError(
                "no_such_language", f"The form has no language {language!r}.", name=language
            )
        secondary = SecondaryInstances(self.program.definition, media, self._secondary, last_saved)
        return Session(
            self,
            secondary,
            now=now,
            random=random,
            properties=properties or {},
            language=language or self.default_language,
            instance=None if instance is None else read_markup(instance),
        )
