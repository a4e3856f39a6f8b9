"""I1 to I9 of the wire's promise, checked from outside: database rows against what was seen.

Each check answers with the breaches it found; a breach begins with the invariant's number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random

from enumerator.store.envelope import Envelope, ReassignmentBody, read
from enumerator.store.receipt import verified
from sync.server import custody
from sync.server.operation import Operation, open_operation
from sync.server.store import Account, Assignment, Case
from tests.helpers.hand_clock import HandClock, SeededChance
from tests.simulation.laptop import Saved, SimulatedLaptop
from tests.simulation.world import World

_UNREADABLE = "quarantined/unreadable"


def at_rest(world: World, saved: list[Saved]) -> list[str]:
    """``saved``: what some screen called saved and no catastrophe took from the last disk."""
    return [
        *_nothing_lost(world, saved),
        *_photos_follow(world),
        *_once_each(world),
        *_nothing_overwritten(world),
        *_standing_by_rule(world),
        *_newest_order_holds(world),
        *_feeds_complete(world),
        *(breach for laptop in world.laptops for breach in honest(world, laptop)),
        *_sending_again_changes_nothing(world),
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
    for laptop in world.laptops:
        for sha256 in sorted(laptop.photos() & named - at_server):
            yield f"I1: photo {sha256} of {laptop.login} is not at the server"
        if laptop.store.media.summary().waiting:
            yield f"I9: a photo still waits at {laptop.login}"


def _once_each(world: World) -> Iterator[str]:
    rows = world.rows("SELECT envelope_id, envelope_hash, count(*) FROM envelope GROUP BY 1, 2")
    for id_, _hash, count in rows:
        copies = world.rows(
            "SELECT count(*) FROM envelope WHERE envelope_id = ? AND reason <> 'bad_signature'", id_
        )
        if count > 1 and copies[0][0] > 1:
            yield f"I2: {id_} is held {count} times"
    for table in ("result", "visit"):
        doubled = world.rows(
            f"SELECT envelope_number FROM {table} GROUP BY 1 HAVING count(*) > 1"  # noqa: S608
        )
        yield from (f"I2: envelope {number} counts twice in {table}" for (number,) in doubled)
    more = world.rows("SELECT family_id FROM result WHERE canonical GROUP BY 1 HAVING count(*) > 1")
    yield from (f"I2: {family} has two standing results" for (family,) in more)


def _nothing_overwritten(world: World) -> Iterator[str]:
    """Every interview that was taken is still a result, standing or in a conflict, and none that
    its author was entitled to make is without effect."""
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


def _standing_by_rule(world: World) -> Iterator[str]:
    """Of a family's results the highest rank stands, among equals the first; a complete
    self-response stands before all but an earlier complete interview."""
    complete = 4
    answers: dict[str, int] = dict(
        world.rows(
            "SELECT family_id, self_response_point FROM field_case WHERE self_response = 'complete'"
        )
    )
    found: dict[str, list[tuple[int, int, int, int]]] = {}
    for family, *result in world.rows(
        "SELECT family_id, -rank, point, envelope_number, canonical FROM result WHERE rank > 0"
    ):
        found.setdefault(family, []).append((result[0], result[1], result[2], result[3]))
    for family, results in found.items():
        rank, point, number, _ = min(results)
        answered = answers.get(family)
        wins = answered is None or (rank == -complete and point <= answered)
        expected = {number} if wins else set()
        standing = {one[2] for one in results if one[3]}
        if standing != expected:
            yield f"I3: of {family} stands {standing}, by the rule {expected}"


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
    for envelopes in _batches(world.wires_of_server(), Random(1), 64):  # noqa: S311
        results = custody.take(world.operation, CARRIER, envelopes)
        for result in results:
            if result.status not in ("duplicate", "id_reuse"):
                yield f"I2: {result.envelope_id} sent again is {result.status}"
    if _contents(world) != before:
        yield "I2: sending everything again changed the server"


def _nothing_waits(world: World) -> Iterator[str]:
    for laptop in world.laptops:
        for state in laptop.store.outbox.all_waiting():
            if state.status != "id_reuse":
                yield f"I9: {state.kind} {state.envelope_id} still waits at {laptop.login}"


def any_order(world: World, saved: list[Saved]) -> Iterator[str]:
    """I7: the same envelopes by any route, in any order and batches, mean the same.

    Two servers as at the start get everything in two orders of their own. Among results of equal
    rank the first to arrive stands, by rule; so what must agree is rank and the set of results.
    Of orders by different laptops, a clone among them, the last to arrive stands.
    """
    wires = world.wires_of_server()
    states = []
    for number in (1, 2):
        folder = world.folder / f"order-{number}"
        world.template.operation.lay(folder)
        operation = open_operation(folder, clock=HandClock(), chance=SeededChance(number))
        try:
            shuffled = list(wires)
            random = Random(len(saved) * 2 + number)  # noqa: S311
            random.shuffle(shuffled)
            for envelopes in _batches(shuffled, random, 7):
                custody.take(operation, CARRIER, envelopes)
            states.append(_meaning(operation))
        finally:
            operation.close()
    if states[0] != states[1]:
        yield f"I7: two orders differ: {_difference(*states)}"


def canonical_state(world: World) -> object:
    """What the server made of a history, without times, and without what it cannot read: a
    damaged stick's records are in custody, too, and mean nothing."""
    return (
        sorted(world.rows("SELECT family_id, officer_id, self_response FROM field_case")),
        sorted(
            world.rows(
                "SELECT r.family_id, e.envelope_id, r.outcome, r.rank, r.canonical"
                " FROM result AS r JOIN envelope AS e ON e.number = r.envelope_number"
            )
        ),
        Counter(one for one in world.held_by_server().values() if one != _UNREADABLE),
    )


def _meaning(operation: Operation) -> dict[str, object]:
    found: dict[str, object] = {}
    with operation.store.reading() as transaction:
        for number in range(1, 13):
            family = f"6300-{number:04d}"
            case = transaction.cases.get(family)
            results = transaction.cases.results(family)
            standing = [result.rank for result in results if result.canonical]
            found[family] = (
                _officer(case, transaction.cases.assignments(family)),
                sorted(result.envelope_id for result in results),
                standing,
                sorted(visit.visit_id for visit in transaction.cases.visits(family)),
            )
    return found


def _officer(case: Case | None, orders: Sequence[Assignment]) -> object:
    """Who has a case; where laptops' newest orders differ, whom any of them names."""
    newest: dict[str, int] = {}
    for one in orders:
        newest[one.incarnation] = max(one.sequence, newest.get(one.incarnation, 0))
    named = {
        one.officer_id
        for one in orders
        if one.incarnation and one.sequence == newest[one.incarnation]
    }
    officer = case.officer_id if case else None
    return sorted(named) if officer in named else officer


def _difference(one: dict[str, object], other: dict[str, object]) -> str:
    return "; ".join(f"{key}: {one[key]} / {other[key]}" for key in one if one[key] != other[key])


def _contents(world: World) -> dict[str, list[tuple[object, ...]]]:
    tables = ("envelope", "result", "visit", "field_case", "assignment", "stream_row", "conflict")
    return {table: sorted(world.rows(f"SELECT * FROM {table}"), key=repr) for table in tables}  # noqa: S608


def _batches(envelopes: list[Envelope], random: Random, most: int) -> Iterator[list[Envelope]]:
    position = 0
    while position < len(envelopes):
        size = random.randrange(1, most + 1)
        yield envelopes[position : position + size]
        position += size


CARRIER = Account(
    account_id="office",
    login="office",
    name="",
    role="office",
    supervisor_id=None,
    revoked=False,
    last_contact_at=None,
)
