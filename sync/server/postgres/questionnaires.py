"""Questionnaires and their media, content-addressed and kept in pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sync.server.postgres.connecting import Connection
from sync.server.store import FormRow, MediaRow

_FORM = (
    "SELECT form_id, version, title, sha256, size_bytes, in_force"
    " FROM form JOIN content USING (sha256)"
)


class PostgresQuestionnaires:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put_content(self, sha256: str, pieces: Iterable[bytes]) -> None:
        if self.content_size(sha256) is not None:
            return
        self._connection.execute("INSERT INTO content VALUES (%s, 0)", (sha256,))
        position = 0
        for data in pieces:
            self._connection.execute(
                "INSERT INTO content_piece VALUES (%s, %s, %s)", (sha256, position, data)
            )
            position += len(data)
        self._connection.execute(
            "UPDATE content SET size_bytes = %s WHERE sha256 = %s", (position, sha256)
        )

    def content_size(self, sha256: str) -> int | None:
        row = self._connection.execute(
            "SELECT size_bytes FROM content WHERE sha256 = %s", (sha256,)
        ).fetchone()
        return None if row is None else int(row[0])

    def content(self, sha256: str, start: int) -> Iterator[bytes]:
        positions = self._connection.execute(
            "SELECT position FROM content_piece"
            " WHERE sha256 = %s AND position + length(data) > %s ORDER BY position",
            (sha256, start),
        ).fetchall()
        for (position,) in positions:  # one piece in memory, however large the whole is
            row = self._connection.execute(
                "SELECT data FROM content_piece WHERE sha256 = %s AND position = %s",
                (sha256, position),
            ).fetchone()
            if row is not None:
                yield row[0][max(0, start - position) :]

    def put_form(self, form: FormRow, when: str) -> None:
        self._connection.execute(
            "UPDATE form SET in_force = false WHERE form_id = %s AND version <> %s",
            (form.form_id, form.version),
        )
        self._connection.execute(
            "INSERT INTO form (form_id, version, title, sha256, published_at, in_force)"
            " VALUES (%s, %s, %s, %s, %s, true)"
            " ON CONFLICT (form_id, version) DO UPDATE SET in_force = true",
            (form.form_id, form.version, form.title, form.sha256, when),
        )
        for media in form.media:
            self._connection.execute(
                "INSERT INTO form_media (form_id, version, name, sha256) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (form_id, version, name) DO UPDATE SET sha256 = excluded.sha256",
                (form.form_id, form.version, media.name, media.sha256),
            )

    def in_force(self) -> list[FormRow]:
        rows = self._connection.execute(_FORM + " WHERE in_force ORDER BY form_id").fetchall()
        return [self._form(row) for row in rows]

    def contents_of(self, form_id: str) -> list[str]:
        rows = self._connection.execute("SELECT sha256 FROM form WHERE form_id = %s", (form_id,))
        return [sha256 for (sha256,) in rows]

    def get(self, form_id: str, version: str) -> FormRow | None:
        row = self._connection.execute(
            _FORM + " WHERE form_id = %s AND version = %s", (form_id, version)
        ).fetchone()
        return None if row is None else self._form(row)

    def _form(self, row: tuple[Any, ...]) -> FormRow:
        media = self._connection.execute(
            "SELECT name, sha256, size_bytes FROM form_media JOIN content USING (sha256)"
            " WHERE form_id = %s AND version = %s ORDER BY name",
            row[:2],
        )
        form_id, version, title, sha256, size_bytes, in_force = row
        files = tuple(MediaRow(*entry) for entry in media)
        return FormRow(form_id, version, title, sha256, size_bytes, in_force, files)
