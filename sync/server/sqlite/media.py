"""Photos and sounds: unfinished ones by account, finished ones by content, all in pieces."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from collections.abc import Iterable, Iterator

from enumerator.store.receipt import Receipt
from sync.server.sqlite.connecting import Connection
from sync.server.store import HeldMedia, Upload

_UPLOAD = "SELECT upload_id, account_id, sha256, size_bytes, held_bytes FROM media_upload"
_UNNAMED = "NOT EXISTS (SELECT 1 FROM envelope_media WHERE envelope_media.sha256 = media.sha256)"


class SqliteMedia:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def held(self, sha256: str) -> HeldMedia | None:
        row = self._connection.execute(
            "SELECT size_bytes, account_id, point, received_at, receipt_payload,"
            " receipt_signature FROM media WHERE sha256 = ?",
            (sha256,),
        ).fetchone()
        if row is None:
            return None
        size_bytes, account_id, point, received_at, payload, signature = row
        receipt = Receipt(payload, signature)
        return HeldMedia(sha256, size_bytes, account_id, point, received_at, receipt)

    def upload(self, account_id: str, sha256: str) -> Upload | None:
        row = self._connection.execute(
            f"{_UPLOAD} WHERE account_id = ? AND sha256 = ?", (account_id, sha256)
        ).fetchone()
        return None if row is None else Upload(*row)

    def begin(self, account_id: str, sha256: str, size_bytes: int, when: str) -> Upload:
        (upload_id,) = self._connection.execute(
            "INSERT INTO media_upload (account_id, sha256, size_bytes, touched_at)"
            " VALUES (?, ?, ?, ?) RETURNING upload_id",
            (account_id, sha256, size_bytes, when),
        ).fetchone()
        return Upload(upload_id, account_id, sha256, size_bytes, 0)

    def append(self, upload: Upload, data: bytes, when: str) -> Upload:
        self._connection.execute(
            "INSERT INTO media_piece (upload_id, position, data) VALUES (?, ?, ?)",
            (upload.upload_id, upload.held_bytes, data),
        )
        row = self._connection.execute(
            "UPDATE media_upload SET held_bytes = held_bytes + ?, touched_at = ?"
            " WHERE upload_id = ?"
            " RETURNING upload_id, account_id, sha256, size_bytes, held_bytes",
            (len(data), when, upload.upload_id),
        ).fetchone()
        return Upload(*row)

    def uploaded(self, upload: Upload) -> Iterator[bytes]:
        return self._pieces(upload.upload_id, 0)

    def drop(self, upload: Upload) -> None:
        for table in ("media_piece", "media_upload"):
            self._connection.execute(
                f"DELETE FROM {table} WHERE upload_id = ?", (upload.upload_id,)
            )

    def unfinished(self, account_id: str) -> list[Upload]:
        rows = self._connection.execute(
            f"{_UPLOAD} WHERE account_id = ? ORDER BY touched_at, upload_id", (account_id,)
        )
        return [Upload(*row) for row in rows]

    def finish(self, upload: Upload, held: HeldMedia) -> None:
        self._connection.execute(
            "INSERT INTO media (sha256, size_bytes, upload_id, account_id, point, received_at,"
            " receipt_payload, receipt_signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                held.sha256,
                held.size_bytes,
                upload.upload_id,
                held.account_id,
                held.point,
                held.received_at,
                held.receipt.payload,
                held.receipt.signature,
            ),
        )
        self._connection.execute(
            "DELETE FROM media_upload WHERE upload_id = ?", (upload.upload_id,)
        )

    def content(self, sha256: str, start: int) -> Iterator[bytes]:
        row = self._connection.execute(
            "SELECT upload_id FROM media WHERE sha256 = ?", (sha256,)
        ).fetchone()
        return iter(()) if row is None else self._pieces(row[0], start)

    def name(self, number: int, sha256s: Iterable[str]) -> None:
        self._connection.executemany(
            "INSERT OR IGNORE INTO envelope_media (sha256, envelope_number) VALUES (?, ?)",
            [(sha256, number) for sha256 in sha256s],
        )

    def is_named(self, sha256: str) -> bool:
        (found,) = self._connection.execute(
            "SELECT EXISTS (SELECT 1 FROM envelope_media WHERE sha256 = ?)", (sha256,)
        ).fetchone()
        return bool(found)

    def unnamed_bytes(self, account_id: str) -> int:
        (found,) = self._connection.execute(
            f"SELECT coalesce(sum(size_bytes), 0) FROM media WHERE account_id = ? AND {_UNNAMED}",
            (account_id,),
        ).fetchone()
        return int(found)

    def named_by(self, number: int) -> list[tuple[str, int | None]]:
        rows = self._connection.execute(
            "SELECT sha256, size_bytes FROM envelope_media LEFT JOIN media USING (sha256)"
            " WHERE envelope_number = ? ORDER BY sha256",
            (number,),
        )
        return [(sha256, size) for sha256, size in rows]

    def counts(self) -> dict[str, int]:
        count, size = self._two("SELECT count(*), coalesce(sum(size_bytes), 0) FROM media")
        unfinished, unfinished_bytes = self._two(
            "SELECT count(*), coalesce(sum(held_bytes), 0) FROM media_upload"
        )
        unnamed, without = self._two(
            f"SELECT (SELECT count(*) FROM media WHERE {_UNNAMED}),"
            " (SELECT count(DISTINCT result.envelope_number) FROM result"
            "  JOIN envelope_media USING (envelope_number) LEFT JOIN media USING (sha256)"
            "  WHERE result.kind = 'interview' AND media.sha256 IS NULL)"
        )
        return {
            "media": count,
            "media_bytes": size,
            "media_unfinished": unfinished,
            "media_unfinished_bytes": unfinished_bytes,
            "media_unnamed": unnamed,
            "interviews_without_media": without,
        }

    def _two(self, sql: str) -> tuple[int, int]:
        first, second = self._connection.execute(sql).fetchone()
        return int(first), int(second)

    def _pieces(self, upload_id: int, start: int) -> Iterator[bytes]:
        rows = self._connection.execute(
            "SELECT position, data FROM media_piece"
            " WHERE upload_id = ? AND position + length(data) > ? ORDER BY position",
            (upload_id, start),
        )
        for position, data in rows:
            yield data[max(0, start - position) :]
