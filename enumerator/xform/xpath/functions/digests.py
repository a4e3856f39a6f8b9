"""Functions on bytes behind strings: digests, base64, signatures."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from enumerator.xform.xpath.compiled import Compiled
from enumerator.xform.xpath.context import Context
from enumerator.xform.xpath.registry import eager, lazy
from enumerator.xform.xpath.scope import Scope
from enumerator.xform.xpath.syntax import Call, XPathError

if TYPE_CHECKING:
    from enumerator.xform.xpath.compiler import Compiler

_ALGORITHMS = ("md5", "sha1", "sha256", "sha384", "sha512")
_KEY_BYTES = 32


@lazy("digest", 2, 3)
def _digest(compiler: Compiler, call: Call, scope: Scope) -> Compiled:
    """As in XForms 1.1: MD5, SHA-1, SHA-256, SHA-384, SHA-512; base64 or hex."""
    text, *how = (compiler.compile(argument, scope) for argument in call.arguments)
    data, algorithm = text.text(), how[0].text()
    encoding = how[1].text() if len(how) > 1 else None

    def value(item: Any, context: Context) -> str:
        wanted = "base64" if encoding is None else encoding(item, context)
        return digest(data(item, context), algorithm(item, context), wanted)

    if all(part.constant for part in how):
        compiler.remark_failure(lambda: value_of_constants(how))
    return Compiled("text", value)


def value_of_constants(how: list[Compiled]) -> str:
    """Raises XPathError where the algorithm or the encoding, written out, is none."""
    return digest("", *(part.text()(None, None) for part in how))  # type: ignore[arg-type]  # constants ask for nothing


def digest(text: str, algorithm: str, encoding: str = "base64") -> str:
    """Raises XPathError: an algorithm or encoding that XForms does not have."""
    name = algorithm.strip().replace("-", "").lower()
    if name not in _ALGORITHMS:
        raise XPathError(f"digest() does not know the algorithm {algorithm!r}")
    made = hashlib.new(name, text.encode("utf-8", "surrogatepass"), usedforsecurity=False)
    wanted = encoding.strip().lower()
    if wanted == "hex":
        return made.hexdigest()
    if wanted == "base64":
        return base64.b64encode(made.digest()).decode("ascii")
    raise XPathError(f"digest() does not know the encoding {encoding!r}")


def _bytes_of(text: str) -> bytes | None:
    """From base64, white space left out; None for what is none."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None


@eager("base64-decode", "t", "text")
def _base64_decode(text: str) -> str:
    found = _bytes_of(text)
    return "" if found is None else found.decode("utf-8", "replace")


@eager("extract-signed", "tt", "text")
def _extract_signed(contents: str, public_key: str) -> str:
    """The message behind an Ed25519 signature of 64 bytes, blank unless the signature is right.

    Contents and key are base64, as ODK Collect reads them from a signed code.
    """
    signed, key = _bytes_of(contents), _bytes_of(public_key)
    if signed is None or key is None or len(key) != _KEY_BYTES:
        return ""
    try:
        return VerifyKey(key).verify(signed).decode("utf-8", "replace")
    except (CryptoError, ValueError):
        return ""
