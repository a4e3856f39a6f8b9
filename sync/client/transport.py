"""HTTP, hardened: the only importer of ``requests``, and that not before the first call.

An HTTP 200 is believed of nobody. Redirects are not followed, the environment's proxies not
used, a reply is read to its announced length, of the announced type, within limits. Time-outs
are stalls: as long as bytes move, a slow link may take its time.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import msgspec

from enumerator.errors import KnownError
from sync.compression import ACCEPTED, THOROUGH, common_dictionary
from sync.protocol import (
    COMPRESS_FROM_BYTES,
    MAX_BODY_BYTES,
    MSGPACK,
    OCTETS,
    ZSTD,
    HealthReply,
    Problem,
    compress,
    decompress,
    pack,
    unpack,
)

if TYPE_CHECKING:
    import requests

Reply = TypeVar("Reply")

STALL_S = 30.0
"""No byte for this long is a dead link; 2G pauses of 10 to 20 s are not."""
CONNECT_S = 20.0
_BLOCK_BYTES = 4096
_BUSY = frozenset({429, 502, 503, 504})
_USER_AGENT = "enumerator/1"


class HttpTransport:
    """``server_address``: ``https://host[:port][/prefix]``. KnownErrors ``bad_address``,
    ``insecure_address`` (plain http is for a server on this machine only).

    ``roots``: a file with the operation's own certificate authorities.
    """

    def __init__(
        self,
        server_address: str,
        *,
        roots: Path | None = None,
        stall_s: float = STALL_S,
        connect_s: float = CONNECT_S,
    ) -> None:
        self._base = _checked_address(server_address)
        self._roots = roots
        self._timeout = (connect_s, stall_s)
        self._session: requests.Session | None = None
        self._cancelled: Callable[[], bool] = lambda: False
        self._dictionary = 0
        """None before the server has offered one."""
        self.bytes_up = 0
        self.bytes_down = 0

    def call(
        self, path: str, request: msgspec.Struct, reply: type[Reply], token: str = ""
    ) -> Reply:
        try:
            return self._called(path, pack(request), reply, token)
        except KnownError as error:
            if error.code != "bad_encoding" or not self._dictionary:
                raise
        self._dictionary = 0  # another server answers there now
        return self._called(path, pack(request), reply, token)

    def _called(self, path: str, body: bytes, reply: type[Reply], token: str) -> Reply:
        headers = {"Content-Type": MSGPACK, "Accept": MSGPACK, "Accept-Encoding": ACCEPTED}
        if len(body) >= COMPRESS_FROM_BYTES:
            body = compress(body, self._dictionary, THOROUGH)
            headers["Content-Encoding"] = ZSTD
        answer = self._send("POST", path, headers, token, body)
        offered = answer.headers.get("Accept-Encoding")
        if offered is not None:
            self._dictionary = common_dictionary(offered)
        return _decoded(self._whole(answer), reply)

    def probe(self, nonce: str) -> HealthReply:
        headers = {"Accept": MSGPACK, "Accept-Encoding": ZSTD}
        answer = self._send("GET", f"/v1/health?nonce={nonce}", headers, "", None)
        return _decoded(self._whole(answer), HealthReply)

    def fetch(self, sha256: str, start: int, token: str) -> Iterator[bytes]:
        headers = {"Accept": OCTETS, "Accept-Encoding": "identity"}
        if start:
            headers["Range"] = f"bytes={start}-"
        answer = self._send("GET", f"/v1/content/{sha256}", headers, token, None, media=OCTETS)
        skipped = start if answer.status_code == 200 else 0
        for block in self._blocks(answer, None):
            if skipped >= len(block):  # the server does not speak ranges
                skipped -= len(block)
                continue
            yield block[skipped:]
            skipped = 0

    def stop_when(self, cancelled: Callable[[], bool]) -> None:
        self._cancelled = cancelled

    def close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        token: str,
        body: bytes | None,
        media: str = MSGPACK,
    ) -> requests.Response:
        """A reply with status 200 or 206 and the right type, its body unread."""
        import requests

        self._check_cancelled()
        all_headers = {"User-Agent": _USER_AGENT, **headers}
        if token:
            all_headers["Authorization"] = f"Bearer {token}"
        upload = None if body is None else _Upload(self, body)
        try:
            answer = self._opened().request(
                method,
                self._base + path,
                headers=all_headers,
                data=upload,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
        except requests.exceptions.SSLError as error:
            raise KnownError(
                "bad_certificate",
                "The server's certificate does not hold. Check the laptop's date and the address; "
                "a public network may also be in between.",
            ) from error
        except requests.RequestException as error:
            raise _no_connection() from error
        try:
            self._check(answer, media)
        except BaseException:
            answer.close()
            raise
        return answer

    def _check(self, answer: requests.Response, media: str) -> None:
        found = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if 300 <= answer.status_code < 400 or answer.status_code == 511 or found == "text/html":
            raise _busy() if answer.status_code in _BUSY else _captive_portal()
        if answer.status_code in (200, 206):
            if found != media:
                raise _bad_reply("the type of the answer")
            return
        if found in (MSGPACK, "application/json"):
            raise self._problem(answer, found)
        raise _busy() if answer.status_code in _BUSY else _bad_reply("the status of the answer")

    def _problem(self, answer: requests.Response, media: str) -> KnownError:
        data = self._whole(answer)
        try:
            if media == MSGPACK:
                problem = unpack(data, Problem)
            else:
                problem = msgspec.json.decode(data, type=Problem)
        except ValueError:
            return _bad_reply("the error in the answer")
        return KnownError(problem.code, problem.text, status=answer.status_code)

    def _whole(self, answer: requests.Response) -> bytes:
        encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        data = b"".join(self._blocks(answer, MAX_BODY_BYTES))
        if encoding == "identity":
            return data
        if encoding != ZSTD:
            raise _bad_reply("the encoding of the answer")
        try:
            return decompress(data)
        except ValueError as error:
            raise _bad_reply("the compression of the answer") from error

    def _blocks(self, answer: requests.Response, limit_bytes: int | None) -> Iterator[bytes]:
        """The body as it travels, to its announced length."""
        from urllib3.exceptions import HTTPError

        announced = answer.headers.get("Content-Length", "")
        received = 0
        try:
            while block := answer.raw.read1(_BLOCK_BYTES):
                self._check_cancelled()
                received += len(block)
                self.bytes_down += len(block)
                if limit_bytes is not None and received > limit_bytes:
                    raise _bad_reply("the size of the answer")
                yield block
        except (HTTPError, OSError) as error:
            raise _no_connection() from error
        finally:
            answer.close()
        if announced.isdigit() and int(announced) != received:
            raise _bad_reply("the length of the answer")

    def _opened(self) -> requests.Session:
        if self._session is None:
            import requests

            self._session = requests.Session()
            self._session.trust_env = False
            if self._roots is not None:
                self._session.verify = str(self._roots)
        return self._session

    def _check_cancelled(self) -> None:
        if self._cancelled():
            raise KnownError("cancelled", "Stopped. Nothing is lost; it goes on at the next sync.")


class _Upload:
    """A body in small blocks: each has the whole stall time to leave, and all are counted."""

    def __init__(self, transport: HttpTransport, data: bytes) -> None:
        self._transport = transport
        self._data = data
        self._position = 0

    def __len__(self) -> int:
        return len(self._data)

    def read(self, size: int = -1) -> bytes:
        self._transport._check_cancelled()
        wanted = _BLOCK_BYTES if size < 0 else min(size, _BLOCK_BYTES)
        block = self._data[self._position : self._position + wanted]
        self._position += len(block)
        self._transport.bytes_up += len(block)
        return block


def _decoded(data: bytes, reply: type[Reply]) -> Reply:
    try:
        return unpack(data, reply)
    except (ValueError, RecursionError) as error:
        raise _bad_reply("the form of the answer") from error


def _checked_address(address: str) -> str:
    parts = urlsplit(address.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise KnownError(
            "bad_address", "The server's address must look like https://server.example.", value=""
        )
    if parts.scheme == "http" and not _is_own_machine(parts.hostname):
        raise KnownError(
            "insecure_address",
            "Names and NIK must not travel readable. Use the server's https:// address.",
        )
    return address.strip().rstrip("/")


def _is_own_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _no_connection() -> KnownError:
    return KnownError(
        "no_connection", "No connection to the server. Your work is safe on this laptop."
    )


def _captive_portal() -> KnownError:
    return KnownError(
        "captive_portal",
        "This network asks you to log in first. Open a web browser, log in, then try again.",
    )


def _bad_reply(what: str) -> KnownError:
    return KnownError(
        "bad_reply",
        f"The answer was damaged on the way ({what}). It will be tried again.",
        what=what,
    )


def _busy() -> KnownError:
    return KnownError("server_busy", "The server cannot answer now. It will be tried again.")
