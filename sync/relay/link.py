"""The officer's way to a relay: one visit, every reply proven. The server is TLS's matter."""

from __future__ import annotations

import hmac
import http.client
from collections.abc import Callable
from typing import TypeVar

import msgspec

from enumerator.clock import Chance
from enumerator.errors import KnownError
from sync.protocol import MSGPACK, Problem, pack, unpack
from sync.relay.messages import (
    FORMAT,
    MAX_BODY_BYTES,
    NONCE_BYTES,
    PORT,
    PROOF_HEADER,
    VISIT_HEADER,
    Greet,
    Greeting,
    plain_code,
    reply_proof,
    request_proof,
    stretched,
    visit_key,
)

Message = TypeVar("Message")
_STALL_S = 20.0
_UNPROVEN_CODES = frozenset({"wrong_code", "visit_over", "slow_down", "too_large"})
"""What a relay may say to somebody who has not shown the code."""


class RelayLink:
    """KnownError ``bad_code`` (cannot be one), ``bad_relay_address``."""

    def __init__(
        self, address: str, code: str, chance: Chance, *, stall_s: float = _STALL_S
    ) -> None:
        if not plain_code(code):
            raise KnownError("bad_code", "A relay's code has eight letters and digits.")
        self._host, self._port = _parts(address)
        self._code = code
        self._chance = chance
        self._stall_s = stall_s
        self._connection: http.client.HTTPConnection | None = None
        self._key = b""
        self._visit = b""
        self._cancelled: Callable[[], bool] = lambda: False
        self.relay_key = b""
        """Of the relay's receipts; proven with the first reply."""

    def greet(self) -> None:
        """Opens a visit. KnownError ``no_relay``, ``newer_relay``."""
        status, _, body = self._post("/greet", pack(Greet()), {})
        greeting = _decoded(body, Greeting) if status == 200 else None
        if greeting is None:
            raise _no_relay()
        if greeting.format > FORMAT:
            raise KnownError(
                "newer_relay", "The supervisor's program is newer. Update this one, or use a stick."
            )
        nonce = self._chance.token(NONCE_BYTES)
        self._key = visit_key(stretched(self._code, greeting.salt), nonce, greeting)
        self._visit = nonce + greeting.nonce
        self.relay_key = greeting.relay_key

    def ask(self, path: str, request: msgspec.Struct, reply: type[Message]) -> Message:
        """KnownError ``no_relay``, ``wrong_code``, ``wrong_relay``, ``slow_down``, ``cancelled``
        and those of the relay's store (``shelf_full``, ``disk_full``)."""
        body = pack(request)
        proof = request_proof(self._key, path, body)
        headers = {VISIT_HEADER: self._visit.hex(), PROOF_HEADER: proof.hex()}
        status, proven, data = self._post(path, body, headers)
        is_proven = hmac.compare_digest(reply_proof(self._key, proof, status, data), proven)
        if status != 200:
            raise self._problem(data, is_proven=is_proven)
        if not is_proven:
            raise KnownError(
                "wrong_relay",
                "Another laptop answers in the supervisor's place. Check address and code.",
            )
        found = _decoded(data, reply)
        if found is None:
            raise _no_relay()
        return found

    def stop_when(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes, bytes]:
        """Status, proof and body."""
        if self._cancelled():
            raise KnownError("cancelled", "Stopped. Nothing is lost; it goes on the next time.")
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                self._host, self._port, timeout=self._stall_s
            )
        try:
            self._connection.request("POST", path, body, {"Content-Type": MSGPACK} | headers)
            answer = self._connection.getresponse()
            data = answer.read(MAX_BODY_BYTES + 1)
            proof = bytes.fromhex(answer.getheader(PROOF_HEADER, ""))
            announced = answer.getheader("Content-Length", "")
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise _no_relay() from error
        if len(data) > MAX_BODY_BYTES or announced != str(len(data)):
            self.close()
            raise _no_relay()
        return answer.status, proof, data

    def _problem(self, data: bytes, *, is_proven: bool) -> KnownError:
        problem = _decoded(data, Problem)
        if problem is None or not (is_proven or problem.code in _UNPROVEN_CODES):
            return _no_relay()
        return KnownError(problem.code, problem.text)


def _decoded(data: bytes, kind: type[Message]) -> Message | None:
    try:
        return unpack(data, kind)
    except (ValueError, RecursionError):
        return None


def _parts(address: str) -> tuple[str, int]:
    host, _, port = address.strip().removeprefix("http://").rstrip("/").partition(":")
    number = port or str(PORT)
    is_host = bool(host) and all(letter.isalnum() or letter in ".-" for letter in host)
    if not (is_host and number.isdigit() and 0 < int(number) < 65536):
        raise KnownError(
            "bad_relay_address", "The relay's address looks like 192.168.1.7:8418.", value=""
        )
    return host, int(number)


def _no_relay() -> KnownError:
    return KnownError(
        "no_relay",
        "The supervisor's laptop does not answer. Both laptops must be in the same network.",
    )
