"""Submissions that only the holder of the form's private key can read.

ODK XForms specification, "Encryption": each file with AES-256 in CFB mode, padded as PKCS#7 has
it, under an initialisation vector that counts on from the MD5 of instanceID and key; the key
with RSA-OAEP (SHA-256, its mask too); a manifest in the place of the XML, signed with the
encrypted MD5 of what the plain files are. MD5 is the specification's: it signs nothing against
who holds the public key, which everybody does, but tells of damage and of exchanged files.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.padding import PKCS7

from enumerator.clock import Chance, SystemChance
from enumerator.errors import KnownError
from enumerator.xform.definition.markup import Markup, read_markup
from enumerator.xform.facade import Form

SUBMISSIONS = "http://opendatakit.org/submissions"
OPENROSA = "http://openrosa.org/xforms"
XML_NAME = "submission.xml"
ENDING = ".enc"
_KEY_BYTES = 32
_BLOCK_BITS = 128
# RSA-OAEP with SHA-256 takes 66 bytes of the modulus beside the 32 of the key.
_LEAST_KEY_BITS = (66 + _KEY_BYTES) * 8


@dataclass(frozen=True, slots=True)
class EncryptedSubmission:
    """``manifest`` is sent as the XML; ``files`` (name.enc -> data) beside it, in this order."""

    manifest: bytes
    files: Mapping[str, bytes]


def encrypt_submission(
    form: Form, xml: bytes, attachments: Mapping[str, bytes], *, chance: Chance | None = None
) -> EncryptedSubmission:
    """``xml`` is what FormSession.finalize() gave. KnownError: bad_key, no_instance_id."""
    public = read_public_key(form.submission.public_key)
    instance_id = _instance_id(xml)
    key = (chance or SystemChance()).token(_KEY_BYTES)
    sealed_key = _seal(public, key)
    vectors = _Vectors(instance_id, key)
    signed = [form.id, *([form.version] if form.version else []), sealed_key, instance_id]
    files: dict[str, bytes] = {}
    for name, data in (*attachments.items(), (XML_NAME, xml)):
        if name + ENDING in files:
            raise ValueError(f"two files of a submission are called {name}")
        files[name + ENDING] = _encrypt(data, key, vectors.next())
        signed.append(f"{name}::{_md5(data).hex()}")
    signature = _seal(public, _md5("".join(f"{line}\n" for line in signed).encode()))
    manifest = _manifest(form, sealed_key, signature, instance_id, list(files))
    return EncryptedSubmission(manifest, files)


def read_public_key(text: str) -> rsa.RSAPublicKey:
    """KnownError bad_key for what is no RSA key, or one too short to hold an AES key."""
    try:
        found = serialization.load_der_public_key(
            base64.b64decode("".join(text.split()), validate=True)
        )
    except (binascii.Error, ValueError, UnsupportedAlgorithm):
        found = None
    if not isinstance(found, rsa.RSAPublicKey) or found.key_size < _LEAST_KEY_BITS:
        raise KnownError(
            "bad_key",
            "The questionnaire's base64RsaPublicKey is no key that submissions can be encrypted "
            "with. Ask the office for a corrected questionnaire.",
        )
    return found


class _Vectors:
    """Every file has its own: byte after byte of the seed is counted up, round and round."""

    def __init__(self, instance_id: str, key: bytes) -> None:
        self._seed = bytearray(_md5(instance_id.encode() + key))
        self._used = 0

    def next(self) -> bytes:
        place = self._used % len(self._seed)
        self._seed[place] = (self._seed[place] + 1) % 256
        self._used += 1
        return bytes(self._seed)


def _md5(data: bytes) -> bytes:
    return hashlib.md5(data, usedforsecurity=False).digest()


def _encrypt(data: bytes, key: bytes, vector: bytes) -> bytes:
    padder = PKCS7(_BLOCK_BITS).padder()
    encryptor = Cipher(algorithms.AES(key), CFB(vector)).encryptor()
    return (
        encryptor.update(padder.update(data))
        + encryptor.update(padder.finalize())
        + encryptor.finalize()
    )


def _seal(public: rsa.RSAPublicKey, secret: bytes) -> str:
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    return base64.b64encode(public.encrypt(secret, oaep)).decode()


def _instance_id(xml: bytes) -> str:
    meta = _named(read_markup(xml), "meta")
    found = None if meta is None else _named(meta, "instanceID")
    text = "" if found is None else found.text().strip()
    if not text:
        raise KnownError(
            "no_instance_id",
            "The questionnaire has no meta/instanceID, so its submissions cannot be encrypted.",
        )
    return text


def _named(parent: Markup, name: str) -> Markup | None:
    return next(parent.named(name), None)


def _manifest(form: Form, key: str, signature: str, instance_id: str, names: list[str]) -> bytes:
    version = f" version={quoteattr(form.version)}" if form.version else ""
    *media, xml_name = names
    files = "".join(f"<media><file>{escape(name)}</file></media>" for name in media)
    return (
        f'<data xmlns="{SUBMISSIONS}" id={quoteattr(form.id)}{version} encrypted="yes">'
        f"<base64EncryptedKey>{key}</base64EncryptedKey>"
        f"<encryptedXmlFile>{escape(xml_name)}</encryptedXmlFile>{files}"
        f"<base64EncryptedElementSignature>{signature}</base64EncryptedElementSignature>"
        f'<meta xmlns="{OPENROSA}"><instanceID>{escape(instance_id)}</instanceID></meta></data>'
    ).encode()
