"""Encrypted submissions, read back by a decryption written from the specification alone."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from enumerator.errors import KnownError
from enumerator.xform import load_form
from enumerator.xform.encryption import EncryptedSubmission, encrypt_submission
from tests.xform.scenario import ask, bind, xform

PRIVATE = rsa.generate_private_key(65537, 2048)
PUBLIC = base64.b64encode(
    PRIVATE.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
).decode()
PHOTO = bytes(range(256)) * 5
NS = {"s": "http://opendatakit.org/submissions", "orx": "http://openrosa.org/xforms"}


def form_with(key: str, version: str = "1") -> bytes:
    form = xform(
        "<name/><orx:meta><orx:instanceID/></orx:meta>",
        [bind("orx:meta/orx:instanceID", jr_preload="uid")],
        [ask("name")],
        f'<submission base64RsaPublicKey="{key}"/>',
    )
    return form.replace(b'version="1"', f'version="{version}"'.encode())


def encrypted(
    files: Mapping[str, bytes], *, key: str = PUBLIC, version: str = "1"
) -> tuple[EncryptedSubmission, bytes]:
    form = load_form(form_with(key, version))
    session = form.start()
    session.answer("/data/name", "Budi & Söhne")
    xml = session.finalize()
    return encrypt_submission(form, xml, files), xml


def unseal(text: str) -> bytes:
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    return PRIVATE.decrypt(base64.b64decode(text), oaep)


def aes_cfb_decrypt(data: bytes, key: bytes, vector: bytes) -> bytes:
    """CFB written out over single AES blocks, then the PKCS#7 padding taken off."""
    block = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 # builds CFB
    plain = bytearray()
    for at in range(0, len(data), 16):
        piece = data[at : at + 16]
        stream = block.update(vector)
        plain += bytes(a ^ b for a, b in zip(piece, stream, strict=True))
        vector = piece
    pad = plain[-1]
    if not 1 <= pad <= 16 or plain[-pad:] != bytes([pad]) * pad:
        raise ValueError("bad padding")
    return bytes(plain[:-pad])


def decrypt(submission: EncryptedSubmission) -> dict[str, bytes]:
    """All files by their plain names. ValueError when anything was tampered with."""
    root = ET.fromstring(submission.manifest)  # noqa: S314 # our own
    assert root.tag == f"{{{NS['s']}}}data"
    assert root.get("encrypted") == "yes"

    def text(path: str) -> str:
        return root.findtext(path, "", NS)

    sealed_key, instance_id = text("s:base64EncryptedKey"), text("orx:meta/orx:instanceID")
    key = unseal(sealed_key)
    assert len(key) == 32
    names = [each.text or "" for each in root.findall("s:media/s:file", NS)]
    names.append(text("s:encryptedXmlFile"))
    seed = bytearray(hashlib.md5(instance_id.encode() + key, usedforsecurity=False).digest())
    lines = [root.get("id", ""), root.get("version"), sealed_key, instance_id]
    found: dict[str, bytes] = {}
    for counter, name in enumerate(names):
        index = counter % 16
        seed[index] = (seed[index] + 1) & 0xFF
        plain_name = name.removesuffix(".enc")
        plain = aes_cfb_decrypt(submission.files[name], key, bytes(seed))
        found[plain_name] = plain
        digest = hashlib.md5(plain, usedforsecurity=False).hexdigest()
        lines.append(f"{plain_name}::{digest}")
    source = "\n".join(line for line in lines if line is not None) + "\n"
    digest_now = hashlib.md5(source.encode(), usedforsecurity=False).digest()
    if unseal(text("s:base64EncryptedElementSignature")) != digest_now:
        raise ValueError("bad signature")
    return found


def test_holder_of_the_key_reads_what_was_sent() -> None:
    submission, xml = encrypted({"photo.jpg": PHOTO, "audit.csv": b"", "a b&c.m4a": b"\x10" * 16})
    assert list(submission.files) == [
        "photo.jpg.enc",
        "audit.csv.enc",
        "a b&c.m4a.enc",
        "submission.xml.enc",
    ]
    assert decrypt(submission) == {
        "photo.jpg": PHOTO,
        "audit.csv": b"",
        "a b&c.m4a": b"\x10" * 16,
        "submission.xml": xml,
    }
    assert b"Budi" not in submission.manifest + b"".join(submission.files.values())


def test_form_warns_of_its_key_only_when_it_is_none() -> None:
    assert not load_form(form_with(PUBLIC)).warnings
    (problem,) = load_form(form_with(PUBLIC[:-8])).warnings
    assert "base64RsaPublicKey is no key" in problem.text


def test_vector_goes_round_when_there_are_more_files_than_its_bytes() -> None:
    files = {f"{number}.bin": bytes([number]) * number for number in range(40)}
    submission, _ = encrypted(files)
    assert {k: v for k, v in decrypt(submission).items() if k != "submission.xml"} == files


def test_manifest_has_no_version_when_the_form_has_none() -> None:
    submission, xml = encrypted({}, version="")
    assert b"version" not in submission.manifest
    assert decrypt(submission) == {"submission.xml": xml}


def test_every_submission_has_a_key_of_its_own() -> None:
    one, two = (encrypted({"a": b"same" * 8})[0] for _ in range(2))
    assert one.files["a.enc"] != two.files["a.enc"]


@pytest.mark.parametrize("name", ["photo.jpg.enc", "submission.xml.enc"])
@pytest.mark.parametrize("place", [0, -20])
def test_tampering_with_a_file_is_found(name: str, place: int) -> None:
    submission, _ = encrypted({"photo.jpg": PHOTO})
    data = bytearray(submission.files[name])
    data[place] ^= 1
    with pytest.raises(ValueError, match="bad"):
        decrypt(replace(submission, files={**submission.files, name: bytes(data)}))


def test_file_of_another_submission_is_found() -> None:
    one, _ = encrypted({"a": b"one"})
    two, _ = encrypted({"a": b"two"})
    with pytest.raises(ValueError, match="bad"):
        decrypt(replace(one, files={**one.files, "a.enc": two.files["a.enc"]}))


def test_changed_manifest_is_found() -> None:
    submission, _ = encrypted({})
    changed = submission.manifest.replace(b'id="test"', b'id="other"')
    with pytest.raises(ValueError, match="bad signature"):
        decrypt(replace(submission, manifest=changed))


@pytest.mark.parametrize("key", ["", "MIIB", "rubbish!", base64.b64encode(b"0" * 90).decode()])
def test_nothing_is_encrypted_when_the_key_is_none(key: str) -> None:
    with pytest.raises(KnownError) as error:
        encrypted({}, key=key)
    assert error.value.code == "bad_key"


def test_key_of_another_kind_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1()).public_key()
    der = other.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    with pytest.raises(KnownError):
        encrypted({}, key=base64.b64encode(der).decode())


def test_submission_without_instance_id_cannot_be_encrypted() -> None:
    form = load_form(xform("<a/>", [], [ask("a")], f'<submission base64RsaPublicKey="{PUBLIC}"/>'))
    with pytest.raises(KnownError) as error:
        encrypt_submission(form, form.start().finalize(), {})
    assert error.value.code == "no_instance_id"
