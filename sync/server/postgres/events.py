"""What the office says of the frame's families after they were loaded: which are off it, what
took their place, and what they answered online."""

# ruff: noqa: S608  (every inserted text is a constant of ours; values are parameters)

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sync.server.postgres.connecting import Connection, streamed
from sync.server.rows import EVENT_COLUMNS, event_values, to_event
from sync.server.store import FrameEvent


class PostgresEvents:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def save_self_answers(self, family_id: str, answers: Mapping[str, str]) -> None:
        self._connection.execute("DELETE FROM self_answer WHERE family_id = %s", (family_id,))
        for question, value in answers.items():
            self._connection.execute(
                "INSERT INTO self_answer (family_id, question, value) VALUES (%s, %s, %s)",
                (family_id, question, value),
            )

    def self_answers(self, family_id: str) -> dict[str, str]:
        rows = self._connection.execute(
            "SELECT question, value FROM self_answer WHERE family_id = %s ORDER BY question",
            (family_id,),
        )
        return dict(rows)

    def add(self, event: FrameEvent) -> None:
        self._connection.execute(
            f"INSERT INTO frame_event ({EVENT_COLUMNS}) VALUES (%s, %s, %s, %s, %s, %s, %s)",
            event_values(event),
        )

    def of_family(self, family_id: str) -> list[FrameEvent]:
        rows = self._connection.execute(
            f"SELECT {EVENT_COLUMNS} FROM frame_event WHERE family_id = %s ORDER BY number",
            (family_id,),
        )
        return [to_event(row) for row in rows]

    def all(self) -> Iterator[FrameEvent]:
        rows = streamed(
            self._connection, f"SELECT {EVENT_COLUMNS} FROM frame_event ORDER BY number"
        )
        return (to_event(row) for row in rows)

    def take_off(self, family_id: str, gone: str, successors: Iterable[str]) -> None:
        self._connection.execute(
            "UPDATE field_case SET gone = %s WHERE family_id = %s", (gone, family_id)
        )
        self._connection.execute("DELETE FROM successor WHERE family_id = %s", (family_id,))
        for successor in successors:
            self._connection.execute(
                "INSERT INTO successor (family_id, successor_id) VALUES (%s, %s)",
                (family_id, successor),
            )

    def successors(self, family_ids: Iterable[str]) -> list[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT successor_id FROM successor"
            " WHERE family_id = ANY (%s::text[]) ORDER BY successor_id",
            (sorted(set(family_ids)),),
        )
        return [family_id for (family_id,) in rows]

    def predecessors(self, family_id: str) -> list[str]:
        rows = self._connection.execute(
            "SELECT family_id FROM successor WHERE successor_id = %s ORDER BY family_id",
            (family_id,),
        )
        return [one for (one,) in rows]
