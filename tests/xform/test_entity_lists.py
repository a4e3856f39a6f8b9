"""Entity lists: the server's rows under what was done here since."""

from __future__ import annotations

import json
import tempfile
import uuid
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enumerator.errors import KnownError
from enumerator.xform import Entity, EntityChange, EntityLists, Ref
from tests.xform.scenario import Scenario, ask, bind, seeded, select_from, xform

ANI = "c46ce0f5-5c9e-4a0a-9c1f-9d8cf3a4a001"
BUDI = "c46ce0f5-5c9e-4a0a-9c1f-9d8cf3a4a002"
CICI = "c46ce0f5-5c9e-4a0a-9c1f-9d8cf3a4a003"


def csv(*rows: str, header: str = "name,label,__version,age") -> bytes:
    return "\r\n".join([header, *rows, ""]).encode()


def lists(*rows: str, seed: int = 1) -> EntityLists:
    made = EntityLists(seeded(seed))
    made.receive("people", csv(*rows))
    return made


def change(
    action: str = "update",
    name: str = ANI,
    *,
    label: str = "",
    dataset: str = "people",
    offline: bool = True,
    problem: str = "",
    **properties: str,
) -> EntityChange:
    return EntityChange(
        dataset, name, action, label, properties, None, None, "", offline, Ref("/data"), problem
    )


def ani(made: EntityLists) -> Entity:
    found = made.entity("people", ANI)
    assert found is not None
    return found


# ---------------------------------------------------------------- from the server
def test_received_entity_is_its_own_trunk_with_a_branch() -> None:
    entity = ani(lists(f"{ANI},Ani,3,20"))
    assert (entity.label, entity.version, entity.trunk_version) == ("Ani", 3, 3)
    assert entity.properties == {"age": "20"}
    assert entity.online
    branch = uuid.UUID(entity.branch_id)
    assert (str(branch), branch.version, branch.variant) == (entity.branch_id, 4, uuid.RFC_4122)


def test_same_list_again_keeps_branches() -> None:
    made = lists(f"{ANI},Ani,3,20")
    before = ani(made)
    made.receive("people", csv(f"{ANI},Ani,3,20"))
    assert ani(made) == before
    made.receive("people", csv(f"{ANI},Ani,3,20", f"{BUDI},Budi,1,50"))
    assert ani(made) == before


def test_system_columns_of_the_server_are_no_properties() -> None:
    made = EntityLists()
    made.receive("people", csv(f"{ANI},Ani,3,x,20", header="name,label,__version,__createdAt,age"))
    assert ani(made).properties == {"age": "20"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"name,label\nx,X\n",
        b"label,__version\nX,1\n",
        b"name,label,__version,a,a\n",
        b'name,label,__version\n"x',
        b"\xff\xfe",
        csv(",nobody,1,2"),
        ",".join(["name,label,__version", *map(str, range(2_000))]).encode() + b"\nx,X,1" * 2_000,
    ],
)
def test_list_that_is_none_is_refused_and_changes_nothing(data: bytes) -> None:
    made = lists(f"{ANI},Ani,3,20")
    with pytest.raises(KnownError) as caught:
        made.receive("people", data)
    assert caught.value.code == "bad_entity_list"
    assert ani(made).version == 3


@pytest.mark.parametrize("version", ["", "0", "-1", "x", "1.5"])
def test_version_that_is_no_positive_number_counts_as_none(version: str) -> None:
    made = lists(f"{ANI},Ani,{version},20")
    assert ani(made).version == 0
    made.apply([change(age="21")])
    assert ani(made).version == 1


# ---------------------------------------------------------------- offline
def test_creation_starts_a_branch_without_a_trunk() -> None:
    made = lists()
    assert made.apply([change("create", label="Ani", age="20")]) == ()
    entity = ani(made)
    assert (entity.label, entity.version, entity.trunk_version) == ("Ani", 1, None)
    assert entity.properties == {"age": "20"}
    assert not entity.online
    assert len(entity.branch_id) == 36
    assert made.unseen("people") == (ANI,)


def test_updates_raise_the_version_and_keep_trunk_and_branch() -> None:
    made = lists(f"{ANI},Ani,3,20")
    branch = ani(made).branch_id
    made.apply([change(age="21")])
    made.apply([change(label="Ani B.", age="22")])
    entity = ani(made)
    assert (entity.version, entity.trunk_version, entity.branch_id) == (5, 3, branch)
    assert (entity.label, entity.properties["age"]) == ("Ani B.", "22")


def test_update_keeps_what_it_does_not_name() -> None:
    made = EntityLists()
    made.receive("people", csv(f"{ANI},Ani,1,20,teacher", header="name,label,__version,age,job"))
    made.apply([change(label="  ", age="")])
    assert ani(made).label == "Ani"
    assert ani(made).properties == {"age": "", "job": "teacher"}


def test_upsert_creates_or_updates() -> None:
    made = lists(f"{ANI},Ani,3,20")
    assert made.apply([change("upsert", age="21"), change("upsert", BUDI, label="Budi")]) == ()
    assert ani(made).version == 4
    assert made.unseen("people") == (BUDI,)


def test_changes_that_cannot_be_shown_are_given_back() -> None:
    made = lists(f"{ANI},Ani,3,20")
    refused = [
        change(name=BUDI, age="1"),
        change("create", BUDI, label=" "),
        change("create", BUDI, label="B", dataset="dogs"),
        change("create", BUDI, label="B", offline=False),
        change("create", "b", label="B", problem="its id is no UUID"),
        change("create", ANI, label="Ani again"),
    ]
    assert made.apply(refused) == tuple(refused)
    assert [entity.label for entity in made.entities("people")] == ["Ani"]


def test_list_that_needs_approval_shows_no_creations_but_updates() -> None:
    made = EntityLists()
    made.receive("people", csv(f"{ANI},Ani,3,20"), needs_approval=True)
    created = change("create", BUDI, label="Budi")
    assert made.apply([created, change(age="21")]) == (created,)
    assert ani(made).properties["age"] == "21"


def test_creation_finished_once_more_is_the_same_entity() -> None:
    made = lists()
    made.apply([change("create", label="Ani", age="20")])
    branch = ani(made).branch_id
    made.apply([change("create", label="Ani B.", age="21")])
    entity = ani(made)
    assert (entity.version, entity.label, entity.branch_id) == (1, "Ani B.", branch)


# ---------------------------------------------------------------- a newer list arrives
def test_newer_version_of_the_server_wins_and_starts_a_branch() -> None:
    made = lists(f"{ANI},Ani,3,20")
    made.apply([change(age="21")])
    branch = ani(made).branch_id
    made.receive("people", csv(f"{ANI},Ani X,5,30"))
    entity = ani(made)
    assert (entity.label, entity.version, entity.trunk_version) == ("Ani X", 5, 5)
    assert entity.properties == {"age": "30"}
    assert entity.branch_id != branch


def test_version_that_caught_up_wins_and_starts_a_branch() -> None:
    made = lists(f"{ANI},Ani,3,20")
    made.apply([change(age="21")])
    branch = ani(made).branch_id
    made.receive("people", csv(f"{ANI},Ani,4,21"))
    entity = ani(made)
    assert (entity.version, entity.trunk_version) == (4, 4)
    assert entity.branch_id != branch


def test_older_version_of_the_server_leaves_updates_on_their_way() -> None:
    made = lists(f"{ANI},Ani,3,20")
    made.apply([change(age="21"), change(age="22")])
    before = ani(made)
    made.receive("people", csv(f"{ANI},Ani,4,21"))
    assert ani(made) == before
    assert (before.version, before.trunk_version) == (5, 3)


def test_creation_that_arrived_is_the_servers() -> None:
    made = lists()
    made.apply([change("create", label="Ani", age="20")])
    branch = ani(made).branch_id
    made.receive("people", csv(f"{ANI},Ani,1,20"))
    entity = ani(made)
    assert (entity.version, entity.trunk_version, entity.online) == (1, 1, True)
    assert entity.branch_id != branch


def test_creation_updated_since_stays_on_its_branch_until_the_server_caught_up() -> None:
    made = lists()
    made.apply([change("create", label="Ani", age="20"), change(age="21")])
    branch = ani(made).branch_id
    made.receive("people", csv(f"{ANI},Ani,1,20"))
    entity = ani(made)
    assert (entity.version, entity.trunk_version, entity.branch_id) == (2, None, branch)
    assert entity.properties["age"] == "21"
    assert entity.online


def test_entity_that_the_server_deleted_goes_whatever_was_done_here() -> None:
    made = lists(f"{ANI},Ani,3,20", f"{BUDI},Budi,1,50")
    made.apply([change(age="21")])
    made.receive("people", csv(f"{BUDI},Budi,1,50"))
    assert [entity.id for entity in made.entities("people")] == [BUDI]


def test_creation_that_the_server_has_not_seen_stays_after_the_servers_rows() -> None:
    made = lists(f"{BUDI},Budi,1,50")
    made.apply([change("create", label="Ani")])
    made.receive("people", csv(f"{CICI},Cici,1,9", f"{BUDI},Budi,1,50"))
    assert [entity.id for entity in made.entities("people")] == [CICI, BUDI, ANI]
    made.forget("people", made.unseen("people"))
    assert [entity.id for entity in made.entities("people")] == [CICI, BUDI]


def test_column_that_the_server_dropped_is_gone_from_the_list() -> None:
    made = lists(f"{ANI},Ani,3,20")
    made.receive("people", csv(f"{ANI},Ani,4,x", header="name,label,__version,job"))
    table = made.table("people")
    assert table is not None
    assert "age" not in table.columns


def test_list_that_is_gone_is_unknown() -> None:
    made = lists(f"{ANI},Ani,3,20")
    made.forget_list("people")
    assert made.table("people") is None
    assert made.entities("people") == ()


# ---------------------------------------------------------------- keeping
def test_lists_come_back_from_their_bytes() -> None:
    made = EntityLists(seeded())
    made.receive("people", csv(f"{ANI},Ani,3,20"))
    made.receive("dogs", csv(header="name,label,__version"), needs_approval=True)
    made.apply([change(age="21"), change("create", BUDI, label="Budi", job="söldner")])
    again = EntityLists.from_bytes(made.to_bytes(), seeded(2))
    assert again.datasets == ("people", "dogs")
    assert again.entities("people") == tuple(
        Entity(
            e.id,
            e.label,
            e.version,
            {name: e.properties.get(name, "") for name in ("age", "job")},
            e.trunk_version,
            e.branch_id,
            e.online,
        )
        for e in made.entities("people")
    )
    assert again.to_bytes() == made.to_bytes()
    new = change("create", CICI, label="Rex", dataset="dogs")
    assert again.apply([new]) == (new,)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"format":2,"lists":{}}',
        b'{"format":1,"lists":[]}',
        b'{"format":1,"lists":{"a":{}}}',
        json.dumps(
            {
                "format": 1,
                "lists": {
                    "a": {
                        "digest": "",
                        "needs_approval": False,
                        "properties": [],
                        "entities": [["a", "b", "1", None, "", True]],
                    }
                },
            }
        ).encode(),
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_bytes_that_are_no_lists_are_refused(data: bytes) -> None:
    with pytest.raises(KnownError) as caught:
        EntityLists.from_bytes(data)
    assert caught.value.code == "bad_entity_lists"


# ---------------------------------------------------------------- in forms
READER = xform(
    "<who/><label/><age/><shown/><versions/>"
    "<meta><entity dataset='people' id='' create='' update='' baseVersion='' trunkVersion='' "
    "branchId=''><label/></entity></meta>",
    [
        bind("label", calculate="jr:choice-name(/data/who, '/data/who')"),
        bind("shown", calculate="pulldata('people', 'age', 'name', /data/who)"),
        bind("age", type="int", saveto="age"),
        bind(
            "versions",
            calculate="join('/', instance('people')/root/item[name = /data/who]/__version, "
            "instance('people')/root/item[name = /data/who]/__trunkVersion, "
            "instance('people')/root/item[name = /data/who]/__branchId)",
        ),
        bind("meta/entity/@id", calculate="/data/who"),
        bind("meta/entity/@update", calculate="/data/age != ''"),
    ],
    [select_from("who", "instance('people')/root/item"), ask("age")],
    "<instance id='people' src='jr://file-csv/people.csv'/>",
    entities="2024.1.0",
)


def test_form_sees_creations_and_updates_at_once() -> None:
    made = lists(f"{ANI},Ani,3,20")
    scenario = Scenario(READER, entities=made).answers(who=ANI, age="21")
    branch = ani(made).branch_id
    assert scenario.values("label", "shown", "versions") == ["Ani", "20", f"3/3/{branch}"]
    scenario.session.finalize()
    assert made.apply(scenario.session.entities()) == ()
    made.apply([change("create", BUDI, label="Budi", age="50")])

    again = Scenario(READER, entities=made)
    assert again.choices("who") == [ANI, BUDI]
    again.answers(who=ANI)
    assert again.values("label", "shown", "versions") == ["Ani", "21", f"4/3/{branch}"]
    again.answers(who=BUDI)
    budi = made.entity("people", BUDI)
    assert budi is not None
    assert again.values("label", "shown", "versions") == ["Budi", "50", f"1//{budi.branch_id}"]


def test_session_keeps_the_list_that_it_has_read() -> None:
    made = lists(f"{ANI},Ani,3,20")
    scenario = Scenario(READER, entities=made).answers(who=ANI)
    made.apply([change(age="99")])
    scenario.answer("who", None)
    scenario.answers(who=ANI)
    assert scenario["shown"] == "20"


def test_entity_lists_win_over_files_and_other_files_stay() -> None:
    file = csv(f"{BUDI},From a file,9,9")
    made = EntityLists()
    assert Scenario(READER, files={"people.csv": file}, entities=made).choices("who") == [BUDI]
    made.receive("people", csv(f"{ANI},Ani,3,20"))
    assert Scenario(READER, files={"people.csv": file}, entities=made).choices("who") == [ANI]
    assert Scenario(READER, files={"people.csv": file}).choices("who") == [BUDI]


def test_lists_leave_nothing_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    made = lists(*(f"{ANI[:-3]}{number:03},P {number},1,{number}" for number in range(200)))
    scenario = Scenario(READER, entities=made).answers(who=ANI, age="5")
    made.apply(scenario.session.entities())
    EntityLists.from_bytes(made.to_bytes())
    assert list(tmp_path.rglob("*")) == []


def test_version_of_the_list_is_not_shown_for_online_forms() -> None:
    online = READER.replace(b"2024.1.0", b"2023.1.0")
    made = lists(f"{ANI},Ani,3,20")
    scenario = Scenario(online, entities=made).answers(who=ANI, age="5")
    changes = scenario.session.entities()
    assert made.apply(changes) == changes
    assert ani(made).version == 3


# ---------------------------------------------------------------- whatever happens
NAMES = [f"{ANI[:-1]}{number}" for number in range(4)]
SERVER = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 6), max_size=4)
LOCAL = st.tuples(st.sampled_from(["create", "update", "upsert"]), st.sampled_from(NAMES))


@given(st.lists(st.one_of(SERVER, LOCAL), max_size=25))
def test_versions_trunks_and_branches_hold_together(steps: list[Any]) -> None:
    made = EntityLists(seeded())
    made.receive("people", csv())
    server: dict[str, int] = {}
    for step in steps:
        before = {entity.id: entity for entity in made.entities("people")}
        if isinstance(step, dict):
            server = step
            rows = (f"{name},P,{version},{version}" for name, version in server.items())
            made.receive("people", csv(*rows))
        else:
            action, name = step
            made.apply([change(action, name, label="L", age="local")])
        after = {entity.id: entity for entity in made.entities("people")}
        assert len(after) == len(made.entities("people"))
        for name, entity in after.items():
            known = before.get(name)
            trunk = entity.trunk_version
            assert trunk is None or trunk <= entity.version
            assert entity.online or trunk is None
            assert entity.version >= server.get(name, 0) or not isinstance(step, dict)
            assert (name in server) <= entity.online or not isinstance(step, dict)
            if (
                known is not None
                and known.trunk_version == trunk
                and known.version < entity.version
            ):
                assert entity.branch_id == known.branch_id
            if known is not None and known.branch_id != entity.branch_id:
                assert trunk == entity.version == server[name]
        if isinstance(step, dict):
            unsent = {name for name, entity in before.items() if not entity.online}
            assert set(after) == set(server) | unsent
        assert EntityLists.from_bytes(made.to_bytes()).to_bytes() == made.to_bytes()
        table = made.table("people")
        assert table is not None
        assert list(table.columns["__version"]) == [str(e.version) for e in after.values()]
