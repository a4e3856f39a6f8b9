"""Today's program reads what every release wrote: messages, envelopes, databases."""

from __future__ import annotations

import base64
import contextlib
import json
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from enumerator.clock import SystemChance, SystemClock
from enumerator.model import FamilyId
from enumerator.store import DataFolder, OfficerStore
from enumerator.store.envelope import (
    AcknowledgementBody,
    DraftBody,
    NoteBody,
    ReassignmentBody,
    ReturnBody,
    SettlementBody,
    VisitBody,
    canonical,
    chain_fault,
    is_body_intact,
    is_signature_valid,
    open_envelope,
    read,
)
from enumerator.store.spool import open_sealed
from sync.client.engine import sync_once
from sync.client.transport import HttpTransport
from sync.protocol import pack, unpack
from sync.server.keys import load_keys
from sync.server.operation import KEYS_FILE
from sync.server.questionnaire_reading import summarise
from tests.golden.make import FOLDER, envelopes, messages
from tests.golden.samples import message_types
from tests.helpers.server import RunningServer, office, start_server

VERSIONS = sorted(path.name for path in FOLDER.iterdir() if path.name.isdigit())
_BODIES: dict[str, type[msgspec.Struct]] = {
    "visit": VisitBody,
    "draft": DraftBody,
    "note": NoteBody,
    "reassignment": ReassignmentBody,
    "return": ReturnBody,
    "settlement": SettlementBody,
    "acknowledgement": AcknowledgementBody,
}


def _of(version: str, name: str) -> Any:
    return json.loads((FOLDER / version / f"{name}.json").read_text(encoding="utf-8"))


def _holds(now: object, then: object) -> bool:
    """Whether everything that was said then is still said, in the same order."""
    if isinstance(then, dict):
        if not isinstance(now, dict) or list(now)[: len(then)] != list(then):
            return False
        return all(_holds(now[key], value) for key, value in then.items())
    if isinstance(then, list):
        return (
            isinstance(now, list)
            and len(now) == len(then)
            and all(_holds(mine, its) for mine, its in zip(now, then, strict=True))
        )
    return now == then


def test_there_is_something_to_keep() -> None:
    assert VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_messages_are_read_and_said_again_as_they_were(version: str) -> None:
    types = message_types()
    for golden in _of(version, "messages"):
        kind = types[golden["type"]]
        data = base64.b64decode(golden["msgpack"])
        value = unpack(data, kind)
        assert _holds(msgspec.msgpack.decode(pack(value)), msgspec.msgpack.decode(data))
        text = golden["json"]
        assert msgspec.json.decode(text, type=kind) == value
        assert _holds(json.loads(msgspec.json.encode(value)), json.loads(text))


@pytest.mark.parametrize("version", VERSIONS)
def test_envelopes_are_read_byte_for_byte(version: str) -> None:
    golden = _of(version, "envelopes")
    key = base64.b64decode(golden["device_public_key"])
    opened = []
    for one in golden["envelopes"]:
        parts = [base64.b64decode(one[name]) for name in ("header", "body", "signature")]
        envelope = open_envelope(*parts)
        assert envelope.header.kind == one["kind"]
        assert envelope.hash == base64.b64decode(one["hash"])
        assert is_body_intact(envelope)
        assert is_signature_valid(envelope, key)
        then = msgspec.msgpack.decode(envelope.header_bytes)
        assert _holds(msgspec.msgpack.decode(canonical(envelope.header)), then)
        if one["kind"] in _BODIES:
            body = read(_BODIES[one["kind"]], envelope.body)
            assert _holds(
                msgspec.msgpack.decode(canonical(body)), msgspec.msgpack.decode(envelope.body)
            )
        else:
            assert summarise(envelope.body).result_word == "LENGKAP"
        opened.append(envelope)
    assert chain_fault(opened) is None
    assert {envelope.header.kind for envelope in opened} == {*_BODIES, "interview"}


def test_messages_and_envelopes_of_this_version_are_made_the_same_again() -> None:
    """A change of what is written shows here: it needs a new version, or a default."""
    newest = VERSIONS[-1]
    then = {one["type"]: one for one in _of(newest, "messages")}
    now = {one["type"]: one for one in messages()}
    assert set(then) <= set(now)
    for name, golden in then.items():
        made = msgspec.msgpack.decode(base64.b64decode(now[name]["msgpack"]))
        assert _holds(made, msgspec.msgpack.decode(base64.b64decode(golden["msgpack"]))), name
    kept = _of(newest, "envelopes")["envelopes"]
    for made_now, made_then in zip(envelopes()["envelopes"], kept, strict=True):
        header = msgspec.msgpack.decode(base64.b64decode(made_then["header"]))
        again = msgspec.msgpack.decode(base64.b64decode(made_now["header"]))
        assert list(again)[: len(header)] == list(header)


def _unpack(version: str, name: str, target: Path) -> Path:
    with tarfile.open(FOLDER / version / f"{name}.tar.xz") as archive:
        archive.extractall(target, filter="data")
    return target


@contextlib.contextmanager
def _opened(version: str, root: Path) -> Iterator[OfficerStore]:
    data = DataFolder(_unpack(version, "laptop", root / "laptop"))
    (profile,) = data.profiles()
    with OfficerStore.open(
        data.officer_folder(profile.key),
        _of(version, "facts")["passphrase"],
        clock=SystemClock(),
        chance=SystemChance(),
    ) as store:
        yield store


@pytest.mark.parametrize("version", VERSIONS)
def test_laptops_database_is_migrated_with_everything_in_it(version: str, tmp_path: Path) -> None:
    facts = _of(version, "facts")
    with _opened(version, tmp_path) as store:
        assert store.is_database_ok()
        assert store.outbox.count_by_kind() == facts["envelopes"]
        assert store.outbox.summary().waiting == facts["unsent"]
        assert store.settings.lineage() == facts["lineage"]
        rows = store.caseload.page(store.caseload.ids())
        assert sorted(row.family_id for row in rows) == facts["families"]
        draft = store.interviews.draft_of(FamilyId(facts["draft"]))
        assert draft is not None
        assert [row.value for row in store.interviews.journal(draft.id)] == ["separuh jalan"]
        envelopes = [store.outbox.get(id_) for id_ in store.outbox.ids()]
        envelopes.sort(key=lambda one: one.header.sequence)
        assert chain_fault(envelopes) is None
        assert store.sealed_only() == 0


@pytest.mark.parametrize("version", VERSIONS)
def test_sealed_files_are_opened_by_the_office(version: str, tmp_path: Path) -> None:
    server = _unpack(version, "server", tmp_path / "server")
    key = load_keys(server / KEYS_FILE, SystemChance()).seal_seed
    with _opened(version, tmp_path) as store:
        for path in store.spool.sealed_files():
            sealed = open_sealed(path.read_bytes(), key)
            assert store.outbox.get(sealed.id).hash == sealed.hash


@pytest.mark.parametrize("version", VERSIONS)
def test_servers_database_is_migrated_with_everything_in_it(version: str, tmp_path: Path) -> None:
    then = _of(version, "facts")["server"]
    now = office(_unpack(version, "server", tmp_path / "server"), "status").facts
    assert _holds({key: now[key] for key in then}, then)


@pytest.fixture
def running(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningServer]:
    server = start_server(_unpack(request.param, "server", tmp_path / "server"))
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("running", "version"), [(one, one) for one in VERSIONS], indirect=["running"]
)
def test_laptop_of_then_sends_to_the_server_of_then_with_todays_program(
    running: RunningServer, version: str, tmp_path: Path
) -> None:
    with _opened(version, tmp_path) as store:
        transport = HttpTransport(running.address, stall_s=10, connect_s=5)
        report = sync_once(store, transport)
        transport.close()
        assert report.failed is None
        assert store.outbox.summary().waiting == 0
        assert {line.status for line in store.outbox.of_family(FamilyId("6300-0003"))} == {"stored"}
