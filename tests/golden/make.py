"""Writes what this version writes: ``python -m tests.golden.make [--out FOLDER]``.

Messages and envelopes come out the same each time; the databases do not (their keys and clocks are
real), so run it once for a version, when it is released.
"""

from __future__ import annotations

import argparse
import base64
import json
import tarfile
import tempfile
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from nacl.signing import SigningKey

from enumerator.model import InterviewId, Outcome
from enumerator.store.envelope import (
    AcknowledgementBody,
    DraftBody,
    NoteBody,
    ReassignmentBody,
    ReturnBody,
    SettlementBody,
    canonical,
    envelope_hash,
)
from enumerator.store.interviews import InterviewRecord
from sync.protocol import PROTOCOL_VERSION, Envelope, pack
from tests.golden.samples import message_types, sample
from tests.helpers.field import PASSPHRASE, FieldOperation, Laptop, family_id
from tests.helpers.server import office
from tests.server.places import HandLaptop, Place

FOLDER = Path(__file__).parent


def messages() -> list[dict[str, str]]:
    found = []
    for name, kind in sorted(message_types().items()):
        value = sample(kind)
        found.append(
            {
                "type": name,
                "msgpack": _text(pack(value)),
                "json": msgspec.json.encode(value).decode(),
            }
        )
    return found


def envelopes() -> dict[str, Any]:
    """One of each kind, with the key that they are signed with."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        laptop = place.one
        bodies: dict[str, msgspec.Struct] = {
            "draft": sample(DraftBody),
            "note": sample(NoteBody),
            "reassignment": sample(ReassignmentBody),
            "return": sample(ReturnBody),
            "settlement": sample(SettlementBody),
            "acknowledgement": sample(AcknowledgementBody),
        }
        sealed = [_named("visit", laptop.visit(1)), _named("interview", laptop.interview(1))]
        sealed += [
            _named(kind, laptop.seal(kind, canonical(body), 1)) for kind, body in bodies.items()
        ]
        place.operation.close()
        return {"device_public_key": _text(_public(laptop)), "envelopes": sealed}


def databases(out: Path) -> dict[str, Any]:
    """A laptop and its server in the middle of the work; what must be found in them."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with FieldOperation.begin(root) as operation:
            laptop = operation.laptop("ppl-01")
            laptop.sync()
            laptop.visit(1, Outcome.NO_CONTACT)
            laptop.interview(2)
            office(operation.folder, "command", "ppl-01", "rotate")
            laptop.sync()
            office(operation.folder, "command", "ppl-01", "resend")
            laptop.interview(3, "SEBAGIAN")
            _begin_draft(laptop)
            facts = {
                "passphrase": PASSPHRASE,
                "login": "ppl-01",
                "lineage": laptop.store.settings.lineage(),
                "envelopes": laptop.store.outbox.count_by_kind(),
                "unsent": laptop.store.outbox.summary().waiting,
                "families": sorted(laptop.families()),
                "draft": family_id(1),
                "server": dict(office(operation.folder, "status").facts),
            }
        _pack(root / "laptop-ppl-01", out / "laptop.tar.xz")
        _pack(root / "operation", out / "server.tar.xz")
    return facts


def _begin_draft(laptop: Laptop) -> None:
    laptop.store.interviews.create(
        InterviewRecord(
            id=InterviewId(str(uuid.UUID(int=1))),
            family_id=family_id(1),
            form_id="sp2020_c1",
            form_version="2020091501",
            seed="00",
            started_at="2020-09-15T09:00:00+08:00",
            base_version=None,
            register=b"",
        ),
        [("answer", "/data/catatan", "separuh jalan", "2020-09-15T09:01:00+08:00")],
    )


def _named(kind: str, envelope: Envelope) -> dict[str, str]:
    return {
        "kind": kind,
        "header": _text(envelope.header),
        "body": _text(envelope.body),
        "signature": _text(envelope.signature),
        "hash": _text(envelope_hash(envelope.header)),
    }


def _public(laptop: HandLaptop) -> bytes:
    return SigningKey(laptop.device_seed).verify_key.encode()


def _pack(folder: Path, target: Path) -> None:
    with tarfile.open(target, "w:xz") as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.name not in ("ballast", "lock"):
                archive.add(path, arcname=str(path.relative_to(folder)))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.golden.make", description=__doc__)
    parser.add_argument("--out", type=Path, default=FOLDER / str(PROTOCOL_VERSION))
    out: Path = parser.parse_args(argv).out
    out.mkdir(parents=True, exist_ok=True)
    parts = {"messages": messages(), "envelopes": envelopes(), "facts": databases(out)}
    for name, value in parts.items():
        (out / f"{name}.json").write_text(
            json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
