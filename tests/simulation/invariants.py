"""I1 to I9 of the wire's promise, checked from outside: database rows against what was seen.

Each check answers with the breaches it found; a breach begins with the invariant's number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random

from enumerator.store.envelope import DraftBody, ReassignmentBody, read
from enumerator.store.folders import RECEIPT_FILE, SPOOL_FOLDER
from enumerator.store.receipt import verified
from enumerator.store.spool import MEDIA_SUFFIX, SUFFIX
from sync.server import custody
from sync.server.relaying import OFFICE
from sync.server.streaming import Streaming
from tests.simulation import rule
from tests.simulation.laptop import Saved, SimulatedLaptop
from tests.simulation.reordering import batches
from tests.simulation.world import World

_UNREADABLE = "quarantined/unreadable"


def at_rest(world: World, saved: list[Saved]) -> list[str]:
    """``saved``: what some screen called saved and no catastrophe took from the last disk."""
    return [
        *_nothing_lost(world, saved),
        *_photos_follow(world),
        *_wiped_drafts_came(world),
        *_commands_end(world),
        *_once_each(world),
        *_nothing_overwritten(world),
        *rule.breaches(world.rows),
        *_newest_order_holds(world),
        *_feeds_complete(world),
        *(breach for laptop in world.laptops for breach in honest(world, laptop)),
        *_sending_again_changes_nothing(world),
        *_streams_show_the_cases(world),
        *_nothing_waits(world),
    ]


def _nothing_lost(world: World, saved: list[Saved]) -> Iterator[str]:
    held = world.held_by_server()
    for one in saved:
        if (one.id, one.hash) not in held:
            yield f"I1: {one.kind} {one.id} of {one.account_id} is lost"


def _photos_follow(world: World) -> Iterator[str]:
    """What a laptop's disk still has of them, and an envelope at the server names, is there."""
    at_server = world.photos_at_server()
    named = {sha256 for (sha256,) in world.rows("SELECT sha256 FROM envelope_media")}
    for laptop in (*world.laptops, *world.wiped):
        for sha256 in sorted(laptop.photos() & named - at_server):
            yield f"I1: photo {sha256} of {laptop.login} is not at the server"
    for laptop in world.laptops:
        if laptop.store.media.summary().waiting:
            yield f"I9: a photo still waits at {laptop.login}"


def _wiped_drafts_came(world: World) -> Iterator[str]:
    """What was begun on a laptop that was wiped."""
    held = {
        read(DraftBody, bytes(body)).interview_id
        for (body,) in world.rows("SELECT body FROM envelope WHERE kind = 'draft'")
        if body
    }
    for laptop in world.wiped:
        for interview_id in sorted(laptop.sealed_drafts - held):
            yield f"I1: draft {interview_id} of {laptop.login} is lost with its wiped laptop"


def nothing_readable(laptop: SimulatedLaptop) -> Iterator[str]:
    """I10: of a wiped laptop only sealed files are left, and the receipt."""
    left = {path.name for path in laptop.folder.iterdir()} - {"lock", SPOOL_FOLDER, RECEIPT_FILE}
    left |= {
        path.name
        for path in (laptop.folder / SPOOL_FOLDER).iterdir()
        if not path.name.endswith((SUFFIX, MEDIA_SUFFIX))
    }
    yield from (f"I10: {name} is left on the wiped {laptop.login}" for name in sorted(left))


def _commands_end(world: World) -> Iterator[str]:
    devices = {laptop.device_id for laptop in world.laptops}
    for command, device_id in world.rows(
        "SELECT command, device_id FROM command WHERE acknowledged_at IS NULL"
    ):
        if device_id in devices:
            yield f"I9: {command} is not acknowledged"


def _once_each(world: World) -> Iterator[str]:
    rows = world.rows("SELECT envelope_id, envelope_hash, count(*) FROM envelope GROUP BY 1, 2")
    for id_, _hash, count in rows:
        copies = world.rows(
            "SELECT count(*) FROM envelope WHERE envelope_id = ? AND reason <> 'bad_signature'", id_
        )
        if count > 1 and copies[0][0] > 1:
            yield f"I2: {id_} is held {count} times"
    for table in ("result", "visit", "decision", "draft"):
        doubled = world.rows(
            f"SELECT envelope_number FROM {table} GROUP BY 1 HAVING count(*) > 1"  # noqa: S608
        )
        yield from (f"I2: envelope {number} counts twice in {table}" for (number,) in doubled)
    more = world.rows(
        "SELECT counts_for FROM result WHERE canonical GROUP BY 1 HAVING count(*) > 1"
    )
    yield from (f"I2: {family} has two standing results" for (family,) in more)


def _nothing_overwritten(world: World) -> Iterator[str]:
    """Every interview that was taken is still a result, standing or in a conflict, and none that
    its author was entitled to make is without effect."""
    failed = world.rows("SELECT envelope_id FROM envelope WHERE reason = 'interpretation_failed'")
    yield from (f"I3: the server failed on {id_}" for (id_,) in failed)
    missing = world.rows(
        "SELECT envelope_id FROM envelope AS e LEFT JOIN result AS r ON r.envelope_number = number"
        " WHERE e.kind = 'interview' AND e.status IN ('stored', 'alternate')"
        " AND r.envelope_number IS NULL"
    )
    yield from (f"I3: interview {id_} is no result" for (id_,) in missing)
    entitled = world.rows(
        "SELECT envelope_id, e.family_id FROM envelope AS e WHERE e.reason = 'not_assigned'"
        " AND e.kind IN ('interview', 'visit') AND EXISTS (SELECT 1 FROM assignment AS a"
        " WHERE a.family_id = e.family_id AND a.officer_id = e.account_id)"
    )
    yield from (f"I3: {id_} of {family} waits without effect" for id_, family in entitled)
    undecided = world.rows(
        "SELECT r.envelope_number FROM result AS r JOIN envelope AS e ON e.number ="
        " r.envelope_number WHERE r.kind = 'interview' AND r.rank > 0 AND NOT r.canonical"
        " AND NOT EXISTS (SELECT 1 FROM conflict AS c WHERE c.other_envelope = r.envelope_number)"
    )
    yield from (f"I3: interview {number} lost without a conflict" for (number,) in undecided)


def _newest_order_holds(world: World) -> Iterator[str]:
    """Of one laptop's orders about a family an older never overrides a newer one."""
    newest: dict[tuple[str, str], int] = {}
    for incarnation, sequence, body in world.rows(
        "SELECT incarnation, sequence, body FROM envelope"
        " WHERE kind = 'reassignment' AND status = 'stored'"
    ):
        for family in read(ReassignmentBody, bytes(body)).family_ids:
            key = (family, incarnation)
            newest[key] = max(newest.get(key, 0), sequence)
    for family, incarnation, sequence in world.rows(
        "SELECT family_id, assigned_incarnation, assigned_sequence FROM field_case"
    ):
        if sequence < newest.get((family, incarnation), 0):
            yield f"I3: {family} went by an order older than the newest"


def _feeds_complete(world: World) -> Iterator[str]:
    for laptop in world.laptops:
        if laptop.account_id in world.revoked:
            continue
        expected = world.digest_of(laptop.account_id)
        if laptop.store.inbox.digest(laptop.store.stream) != expected:
            yield f"I4: the list of {laptop.login} differs from the server's"


def honest(world: World, laptop: SimulatedLaptop) -> Iterator[str]:
    """I6: "received" and "safe" are never better than the truth."""
    held = world.held_by_server()
    lineage = laptop.store.settings.lineage()
    if lineage != world.operation.lineage:
        return  # it has not heard of the restored server
    key = laptop.store.enrolment.server_receipt_key
    for id_, hash_, receipt, is_safe in laptop.receipts():
        payload = verified(receipt, key)
        if payload is None or payload.envelope_hash != hash_:
            yield f"I6: {id_} is called received without a receipt that holds"
        if (id_, hash_) not in held:
            yield f"I6: {id_} is called received, the server does not have it"
        if is_safe and (id_, hash_) not in world.backed_up:
            yield f"I6: {id_} is called safe, no backup has it"

    photos = world.photos_at_server()
    for sha256, is_safe in laptop.received_photos().items():
        if sha256 not in photos:
            yield f"I6: photo {sha256} is called received, the server does not have it"
        if is_safe and sha256 not in world.photos_backed_up:
            yield f"I6: photo {sha256} is called safe, no backup has it"


def _sending_again_changes_nothing(world: World) -> Iterator[str]:
    before = _contents(world)
    for envelopes in batches(world.wires_of_server(), Random(1), 64):  # noqa: S311
        results = custody.take(world.operation, OFFICE, envelopes)
        for result in results:
            if result.status not in ("duplicate", "id_reuse"):
                yield f"I2: {result.envelope_id} sent again is {result.status}"
    if _contents(world) != before:
        yield "I2: sending everything again changed the server"


def _streams_show_the_cases(world: World) -> Iterator[str]:
    """Whatever was left out on the way, every stream shows each case as it is."""
    before = _contents(world)
    families = [family for (family,) in world.rows("SELECT family_id FROM field_case")]
    with world.operation.store.writing() as transaction:
        Streaming(transaction).show_cases(families)
    for table, rows in _contents(world).items():
        if rows != before[table]:
            changed = [row for row in rows if row not in before[table]]
            yield f"I4: {table} did not show what the cases are: {changed}"


def _nothing_waits(world: World) -> Iterator[str]:
    for laptop in world.laptops:
        for state in laptop.store.outbox.all_waiting():
            if state.status != "id_reuse":
                yield f"I9: {state.kind} {state.envelope_id} still waits at {laptop.login}"


def canonical_state(world: World) -> object:
    """What the server made of a history, without times, and without what it cannot read: a
    damaged stick's records are in custody, too, and mean nothing."""
    return (
        sorted(world.rows("SELECT family_id, officer_id, self_response, gone FROM field_case")),
        sorted(
            world.rows(
                "SELECT r.family_id, e.envelope_id, r.outcome, r.rank, r.canonical"
                " FROM result AS r JOIN envelope AS e ON e.number = r.envelope_number"
            )
        ),
        sorted(
            world.rows(
                "SELECT c.family_id, e.envelope_id, c.state"
                " FROM conflict AS c JOIN envelope AS e ON e.number = c.other_envelope"
            )
        ),
        sorted(
            world.rows(
                "SELECT d.family_id, e.envelope_id FROM envelope AS e JOIN"
                " (SELECT family_id, envelope_number FROM decision"
                " UNION ALL SELECT family_id, envelope_number FROM draft) AS d"
                " ON e.number = d.envelope_number"
            )
        ),
        Counter(one for one in world.held_by_server().values() if one != _UNREADABLE),
    )


def _contents(world: World) -> dict[str, list[tuple[object, ...]]]:
    tables = (
        *("envelope", "result", "visit", "field_case", "assignment", "stream_row", "conflict"),
        *("decision", "draft", "successor", "command", "device", "former_key", "media"),
    )
    return {table: sorted(world.rows(f"SELECT * FROM {table}"), key=repr) for table in tables}  # noqa: S608
