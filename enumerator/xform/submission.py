"""A submission as OpenRosa servers take it: a multipart body, the XML first.

OpenRosa form submission: the part ``xml_submission_file``, then one part a file, named as the
instance names it. What is more than a server takes in one request goes in several, each with
the XML, all but the last with the part ``*isIncomplete*``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from enumerator.clock import Chance, SystemChance

XML_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"
_PLAIN = "application/octet-stream"
_TYPES = {
    "3gp": "video/3gpp",
    "aac": "audio/aac",
    "amr": "audio/amr",
    "csv": "text/csv",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webp": "image/webp",
    "xml": "text/xml",
}
# Of one part beside its name and data: the header lines and the boundary, generously.
_OVERHEAD_BYTES = 256


@dataclass(frozen=True, slots=True)
class Part:
    """``filename`` is "" for a plain field."""

    name: str
    filename: str
    content_type: str
    data: bytes

    @property
    def size_bytes(self) -> int:
        return len(self.data) + len(self.filename.encode()) * 2 + _OVERHEAD_BYTES


def parts_of(
    xml: bytes, files: Mapping[str, bytes], *, filename: str = "submission.xml"
) -> tuple[Part, ...]:
    """The whole submission in one request; ``files`` by the names that the instance gives them."""
    parts = [Part(XML_PART, filename, "text/xml", xml)]
    for name, data in files.items():
        ending = name.rpartition(".")[2].lower()
        parts.append(Part(name, name, _TYPES.get(ending, _PLAIN), data))
    return tuple(parts)


def requests_of(parts: Sequence[Part], max_bytes: int) -> Iterator[tuple[Part, ...]]:
    """The parts of each request, none larger than ``max_bytes`` (X-OpenRosa-Accept-Content-
    Length) unless a single file is. The XML is in every one of them."""
    xml, *files = parts
    more = Part(INCOMPLETE_PART, "", "text/plain", b"yes")
    room = max_bytes - xml.size_bytes - more.size_bytes
    bundles: list[list[Part]] = [[]]
    filled = 0
    for part in files:
        if bundles[-1] and filled + part.size_bytes > room:
            bundles.append([])
            filled = 0
        bundles[-1].append(part)
        filled += part.size_bytes
    for bundle in bundles[:-1]:
        yield (xml, *bundle, more)
    yield (xml, *bundles[-1])


def multipart(parts: Sequence[Part], chance: Chance | None = None) -> tuple[str, bytes]:
    """(Content-Type, body) of a POST."""
    boundary = "----" + (chance or SystemChance()).token(24).hex()
    written: list[bytes] = []
    for part in parts:
        disposition = f'form-data; name="{_quoted(part.name)}"'
        if part.filename:
            disposition += f'; filename="{_quoted(part.filename)}"'
        head = (
            f"--{boundary}\r\nContent-Disposition: {disposition}\r\n"
            f"Content-Type: {part.content_type}\r\n\r\n"
        )
        written += [head.encode(), part.data, b"\r\n"]
    written.append(f"--{boundary}--\r\n".encode())
    return f"multipart/form-data; boundary={boundary}", b"".join(written)


def _quoted(name: str) -> str:
    """As browsers write a name that holds a quotation mark or a line end."""
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
