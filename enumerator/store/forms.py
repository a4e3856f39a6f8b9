"""Questionnaires and their public media, by id and version; old versions stay for old drafts."""

from __future__ import annotations

from collections.abc import Mapping

from enumerator.errors import KnownError
from enumerator.store.connection import Connections, one

StoredForm = tuple[bytes, dict[str, bytes]]
"""XForm XML and its media by bare file name."""


class Forms:
    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def put(self, form_id: str, version: str, xml: bytes, media: Mapping[str, bytes]) -> None:
        """Store and make current. A version that is known only becomes current again."""
        with self._connections.writing() as db:
            db.execute(
                "INSERT INTO form (form_id, version, xml, position) VALUES (?, ?, ?,"
                " (SELECT ifnull(max(position), 0) + 1 FROM form))"
                " ON CONFLICT (form_id, version) DO UPDATE SET position = excluded.position",
                (form_id, version, xml),
            )
            for name, content in media.items():
                db.execute(
                    "INSERT INTO form_media (form_id, version, name, content)"
                    " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    (form_id, version, name, content),
                )

    def current_version(self, form_id: str) -> str | None:
        with self._connections.reading() as db:
            row = one(
                db,
                "SELECT version FROM form WHERE form_id = ? ORDER BY position DESC LIMIT 1",
                (form_id,),
            )
        return None if row is None else str(row[0])

    def current(self, form_id: str) -> StoredForm:
        """KnownError ``no_form``."""
        version = self.current_version(form_id)
        if version is None:
            raise _no_form(form_id)
        return self.get(form_id, version)

    def get(self, form_id: str, version: str) -> StoredForm:
        """KnownError ``no_form``."""
        with self._connections.reading() as db:
            row = one(
                db, "SELECT xml FROM form WHERE form_id = ? AND version = ?", (form_id, version)
            )
            media = db.execute(
                "SELECT name, content FROM form_media WHERE form_id = ? AND version = ?",
                (form_id, version),
            ).fetchall()
        if row is None:
            raise _no_form(form_id)
        return bytes(row[0]), {name: bytes(content) for name, content in media}

    def versions(self) -> tuple[tuple[str, str], ...]:
        """(form id, version), oldest first."""
        with self._connections.reading() as db:
            rows = db.execute("SELECT form_id, version FROM form ORDER BY position").fetchall()
        return tuple((form_id, version) for form_id, version in rows)


def _no_form(form_id: str) -> KnownError:
    return KnownError(
        "no_form",
        "The questionnaire is not on this laptop yet. Synchronise once while there is a network.",
        form=form_id,
    )
