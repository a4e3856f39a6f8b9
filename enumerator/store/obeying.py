"""Obeying the office's commands: each once, and acknowledged in the same transaction.

A command that is told again is not done again: its acknowledgement, the same one, is sent again.
A wipe is only noted here: ``store.wiping`` carries it out when the officer's screen is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
from sqlite_utils import Database

from enumerator.clock import Chance, Clock
from enumerator.store.access import FROZEN_SETTING, Access, Freeze
from enumerator.store.chain import Chain, Sealing
from enumerator.store.command import (
    FREEZE,
    RESEND,
    ROTATE,
    UNFREEZE,
    WIPE,
    CommandOrder,
    change_keys,
)
from enumerator.store.connection import Connections, one
from enumerator.store.enrolment import Enrolment, FormerKeys
from enumerator.store.envelope import AcknowledgementBody, KeyChange, SealedEnvelope, canonical
from enumerator.store.history import History
from enumerator.store.outbox import Outbox
from enumerator.store.recording import Recording
from enumerator.store.settings import StoreSettings


@dataclass(frozen=True, slots=True)
class _Done:
    """``state``: done | refused, or ordered where it is carried out later."""

    state: str
    detail: str = ""
    keys: KeyChange | None = None


class Obeying:
    """``rekey`` tells the store's other parts which keys hold from now on."""

    def __init__(
        self,
        connections: Connections,
        settings: StoreSettings,
        access: Access,
        chain: Chain,
        outbox: Outbox,
        recording: Recording,
        history: History,
        clock: Clock,
        chance: Chance,
        rekey: Callable[[Enrolment], None],
    ) -> None:
        self._connections = connections
        self._settings = settings
        self._access = access
        self._chain = chain
        self._outbox = outbox
        self._recording = recording
        self._history = history
        self._clock = clock
        self._chance = chance
        self._rekey = rekey
        self._kinds: dict[str, Callable[[Database, CommandOrder], _Done]] = {
            FREEZE: self._freeze,
            UNFREEZE: self._freeze,
            RESEND: self._resend,
            ROTATE: self._rotate,
            WIPE: self._note_wipe,
        }

    def obey(self, order: CommandOrder) -> None:
        """``order`` is verified, and for this laptop."""
        enrolment = self._settings.enrolment()
        try:
            with self._connections.writing() as db:
                sealed = self._obey(db, order)
        except BaseException:
            self._rekey(enrolment)
            raise
        self._recording.seal_again([] if sealed is None else [sealed])

    def _obey(self, db: Database, order: CommandOrder) -> SealedEnvelope | None:
        """The acknowledgement; None when there is none yet, or it was sealed before."""
        known = one(
            db, "SELECT state, acknowledgement FROM command WHERE id = ?", (order.command_id,)
        )
        if known is not None:
            state, earlier = known
            if state != "ordered" and not self._outbox.is_waiting(db, earlier):
                self._outbox.send_once_more(db, earlier)
            return None
        does = self._kinds.get(order.command)
        done = _Done("refused", "unknown_command") if does is None else does(db, order)
        db.execute(
            "INSERT INTO command (id, kind, parameters, state, received_at) VALUES (?, ?, ?, ?, ?)",
            (
                order.command_id,
                order.command,
                msgspec.json.encode(order.parameters).decode(),
                done.state,
                self._clock.now().isoformat(),
            ),
        )
        self._history.add(
            db, None, "command", command=order.command, id=order.command_id, state=done.state
        )
        if done.state == "ordered":
            return None
        body = AcknowledgementBody(
            command_id=order.command_id,
            command=order.command,
            status=done.state,
            detail=done.detail,
            keys=done.keys,
        )
        sealed = self._chain.add(db, Sealing("acknowledgement", canonical(body)))
        db.execute(
            "UPDATE command SET acknowledgement = ? WHERE id = ?", (sealed.id, order.command_id)
        )
        if done.keys is not None:  # that one was the last with the old keys
            self._rekey(self._settings.enrolment())
        return sealed

    def _freeze(self, db: Database, order: CommandOrder) -> _Done:
        """An older instruction never overrides a newer one."""
        now = self._access.freeze()
        if now is not None and now.lineage == order.lineage and order.point < now.point:
            return _Done("done", "overtaken")
        freeze = Freeze(
            is_frozen=order.command == FREEZE,
            reason=order.parameters.get("reason", ""),
            lineage=order.lineage,
            point=order.point,
            issued_at=order.issued_at,
        )
        self._settings.put(db, FROZEN_SETTING, msgspec.json.encode(freeze))
        return _Done("done")

    def _resend(self, db: Database, order: CommandOrder) -> _Done:
        wanted = order.parameters.get("from_sequence", "0")
        if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 16):
            return _Done("refused", "bad_parameters")
        return _Done("done", str(self._outbox.send_again(db, int(wanted))))

    def _rotate(self, db: Database, order: CommandOrder) -> _Done:
        old = self._settings.enrolment()
        device_key, officer_key = self._chance.token(32), self._chance.token(32)
        new = msgspec.structs.replace(
            old,
            device_key=device_key,
            officer_key=officer_key,
            former=[FormerKeys(old.device_key, old.officer_key), *old.former],
        )
        self._settings.put(db, "enrolment", msgspec.msgpack.encode(new))
        keys = change_keys(
            old.device_id, order.command_id, old.officer_key, device_key, officer_key
        )
        return _Done("done", keys=keys)

    def _note_wipe(self, _db: Database, _order: CommandOrder) -> _Done:
        return _Done("ordered")
