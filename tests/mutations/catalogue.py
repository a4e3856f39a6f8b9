# ruff: noqa: E501  (the program's own lines stand here as they are)
"""The mutations: which line of the program is broken how, and which proof must fail then."""

from __future__ import annotations

from dataclasses import dataclass

_POWERCUT = ("tests.powercut", "--states", "2500", "--rounds", "5", "--jobs", "1")
_SIMULATION = ("tests.simulation", "--histories", "60", "--seed", "3000", "--jobs", "1")
_CARRIERS = (*_SIMULATION, "--carriers")
_TESTS = ("pytest", "-q", "-x", "-p", "no:cacheprovider")
_SIGNED_HELLO = (*_TESTS, "tests/sync/test_signed_hello.py")
_MEDIA = (*_TESTS, "tests/sync/test_media.py")
_RECOVERING = (*_TESTS, "tests/store/test_recovering.py")
_ESCROW = (*_TESTS, "tests/server/test_escrow.py", "-k", "sqlite")
_SALVAGE = ("tests.salvage",)
_FEED_RACE = ("tests.feedrace", "--writers", "16", "--changes", "6000")


@dataclass(frozen=True, slots=True)
class Mutation:
    """``edits``: file, what stands there exactly once, what to put in its place. ``detector``:
    module and arguments."""

    name: str
    detector: tuple[str, ...]
    edits: tuple[tuple[str, str, str], ...]


MUTATIONS = (
    Mutation(
        "NORMAL instead of FULL",
        _POWERCUT,
        (("enumerator/store/connection.py", '"synchronous=FULL"', '"synchronous=NORMAL"'),),
    ),
    Mutation(
        "no fsync of the spool",
        _POWERCUT,
        (
            (
                "enumerator/store/durable.py",
                "        file.flush()\n        os.fsync(file.fileno())\n",
                "        file.flush()\n",
            ),
        ),
    ),
    Mutation(
        "no fsync of the spool's folder",
        _POWERCUT,
        (
            (
                "enumerator/store/durable.py",
                "    temporary.replace(path)\n    sync_folder(path.parent)\n",
                "    temporary.replace(path)\n",
            ),
        ),
    ),
    Mutation(
        "journal in memory",
        _POWERCUT,
        (("enumerator/store/connection.py", '"journal_mode=WAL"', '"journal_mode=MEMORY"'),),
    ),
    Mutation(
        "custody ends with any answer, as after HTTP 200",
        _SIMULATION,
        (
            (
                "enumerator/store/outbox.py",
                "        if payload is None or not _fits(payload, result, hash_, lineage):\n",
                "        if payload is None:\n",
            ),
        ),
    ),
    Mutation(
        "a restored server gets nothing again",
        _SIMULATION,
        (
            (
                "enumerator/store/outbox.py",
                "        for id_, family_id in rows:\n            self.send_once_more(db, id_)\n",
                "        for id_, family_id in rows[:0]:\n            self.send_once_more(db, id_)\n",
            ),
        ),
    ),
    Mutation(
        "a restored server is believed about photos",
        _MEDIA,
        (
            (
                "enumerator/store/media.py",
                "WHERE custody <> 'laptop' OR held_bytes > 0",
                "WHERE 0",
            ),
            (
                "enumerator/store/media.py",
                "WHERE custody <> 'laptop' AND lineage <> ?",
                "WHERE lineage = ? AND 0",
            ),
        ),
    ),
    Mutation(
        "photos end custody with any answer",
        _MEDIA,
        (
            (
                "enumerator/store/media.py",
                "        if payload is None:\n            return False\n",
                "        if payload is None:\n            payload = msgspec.msgpack.decode(receipt.payload, type=MediaReceiptPayload)\n",
            ),
            (
                "enumerator/store/media.py",
                "from sqlite_utils import Database\n",
                "import msgspec\nfrom sqlite_utils import Database\n",
            ),
        ),
    ),
    Mutation(
        "receipt before the bytes",
        _SIMULATION,
        (
            (
                "sync/server/custody.py",
                "        self._tx.envelopes.add(\n",
                "        (self._tx.envelopes.add if place.number % 5 else (lambda _row: None))(\n",
            ),
        ),
    ),
    Mutation(
        "dedupe by device and number",
        _SIMULATION,
        (
            (
                "sync/server/sqlite/envelopes.py",
                '" FROM envelope WHERE envelope_id = ? ORDER BY number"',
                '" FROM envelope WHERE device_id || sequence = ? ORDER BY number"',
            ),
            (
                "sync/server/custody.py",
                "self._tx.envelopes.held(envelope.id)",
                'self._tx.envelopes.held(f"{envelope.header.device_id}{envelope.header.sequence}")',
            ),
            (
                "sync/server/custody.py",
                "            if (one.hash, one.signature) == (envelope.hash, envelope.signature):\n",
                "            if one:\n",
            ),
        ),
    ),
    Mutation(
        "client wins: the last result stands",
        _SIMULATION,
        (("sync/server/ranking.py", "            -one.rank,\n", "            -one.number,\n"),),
    ),
    Mutation(
        "a result that lost is told to nobody",
        _SIMULATION,
        (
            (
                "sync/server/judging/standing.py",
                "    for other, (state, closed_by) in states.items():\n",
                "    for other, (state, closed_by) in {}.items():\n",
            ),
        ),
    ),
    Mutation(
        "a supervisor's settlement counts nothing",
        _SIMULATION,
        (
            (
                "sync/server/ranking.py",
                "    if settlement is not None and settlement.chosen is None:\n",
                "    if settlement is not None:\n",
            ),
        ),
    ),
    Mutation(
        "what was sent back stands although it was done again",
        _SIMULATION,
        (
            (
                "sync/server/ranking.py",
                "            one.number in redone,\n            -one.rank,\n",
                "            -one.rank,\n",
            ),
        ),
    ),
    Mutation(
        "an older word on the frame overrides a newer one",
        _SIMULATION,
        (
            (
                "sync/server/judging/mapping.py",
                "        if found is None or event.dated >= found.dated:\n",
                "        if found is None or event:\n",
            ),
        ),
    ),
    Mutation(
        "older instruction overrides newer",
        _SIMULATION,
        (
            (
                "sync/server/judging/orders.py",
                "if not one.incarnation or one.sequence == newest[one.incarnation]",
                "if one.sequence <= newest.get(one.incarnation, one.sequence)",
            ),
        ),
    ),
    Mutation(
        "a relay's receipt ends custody",
        _CARRIERS,
        (
            (
                "enumerator/store/carriage.py",
                "                noted.add(payload.item)\n        return noted\n",
                "                noted.add(payload.item)\n                db.execute(\"UPDATE delivery SET custody = 'received' WHERE envelope_id = ?\", row)\n        return noted\n",
            ),
        ),
    ),
    Mutation(
        "a safe point that nobody signed counts",
        _SIGNED_HELLO,
        (
            (
                "sync/client/believing.py",
                "safe_point=settings.safe_point() if lineage == known else 0,",
                "safe_point=reply.safe_point,",
            ),
        ),
    ),
    Mutation(
        "a hello's facts count whoever signed them",
        _SIGNED_HELLO,
        (
            (
                "sync/client/believing.py",
                "        key.verify(facts_bytes(reply.facts), reply.signature)\n",
                "        facts_bytes(reply.facts)\n",
            ),
        ),
    ),
    Mutation(
        "revocation stops uploads",
        _SIMULATION,
        (
            (
                "sync/client/engine.py",
                '_DOWNLOADS_CLOSED = frozenset({"revoked", ',
                "_DOWNLOADS_CLOSED = frozenset({",
            ),
        ),
    ),
    Mutation(
        "a photo's receipt counts whoever signed it",
        _MEDIA,
        (
            (
                "enumerator/store/receipt.py",
                "        VerifyKey(server_receipt_key).verify(_MEDIA + receipt.payload, receipt.signature)\n",
                "",
            ),
        ),
    ),
    Mutation(
        "handed on, and still shown to the former officer",
        _SIMULATION,
        (
            (
                "sync/server/streaming.py",
                '            state = shown.get(account_id, StreamState(key, True, "reassigned"))\n',
                "            state = shown.get(account_id, shown[case.officer_id])\n",
            ),
        ),
    ),
    Mutation(
        "page and cursor in two transactions, the cursor first",
        _SIMULATION,
        (
            (
                "sync/server/pulling.py",
                "rows=rows, cursor=rows[-1].counter if rows else cursor, more=more, digest=digest",
                "rows=rows[:-1] if len(rows) > 2 else rows, cursor=rows[-1].counter if rows else cursor, more=more, digest=None",
            ),
        ),
    ),
    Mutation(
        "safe without a backup",
        _SIMULATION,
        (
            (
                "enumerator/store/store.py",
                "str(safe_point).encode()",
                "str(safe_point + 1_000).encode()",
            ),
        ),
    ),
    Mutation(
        "cursor from a global sequence",
        _FEED_RACE,
        (
            (
                "sync/server/postgres/keeping.py",
                """    " raised AS (UPDATE stream SET counter = stream.counter + many.news"
    "  FROM (SELECT account_id, count(*) AS news FROM news GROUP BY account_id) AS many"
    "  WHERE stream.account_id = many.account_id"
    "  RETURNING stream.account_id, stream.counter - many.news AS before)"
""",
                """    " raised AS (SELECT account_id, nextval('envelope_number') * 100 AS before"
    "  FROM (SELECT DISTINCT account_id FROM news) AS many)"
""",
            ),
            (
                "sync/server/postgres/streams.py",
                """            "WITH next AS (UPDATE stream SET counter = counter + 1 WHERE account_id = %s"
            "  RETURNING account_id, counter)"
""",
                """            "WITH next AS (SELECT %s AS account_id,"
            "  nextval('envelope_number') * 100 AS counter)"
""",
            ),
            (
                "sync/server/postgres/keeping.py",
                '" ORDER BY account_id FOR UPDATE"',
                '" ORDER BY account_id"',
            ),
        ),
    ),
    Mutation(
        "a wipe whose drafts have no file of their own yet",
        _POWERCUT,
        (
            (
                "enumerator/store/wiping.py",
                "            for id_ in self._outbox.unsafe_ids():\n",
                "            for id_ in self._outbox.unsafe_ids()[:0]:\n",
            ),
        ),
    ),
    Mutation(
        "the old database is gone before the upgraded one is ready",
        _POWERCUT,
        (
            (
                "enumerator/store/swapping.py",
                "    finished.replace(folder / ready)\n    sync_folder(folder)\n    return _complete(folder, ready)\n",
                "    remove(folder / DATABASE_FILE)\n    finished.replace(folder / ready)\n    sync_folder(folder)\n    return _complete(folder, ready)\n",
            ),
        ),
    ),
    Mutation(
        "a salvage that is content with the backup",
        _SALVAGE,
        (
            (
                "enumerator/store/salvage.py",
                "gaps = _read_over(db, folder / DATABASE_FILE, key)",
                'gaps = _read_over(db, folder / "none", key)',
            ),
        ),
    ),
    Mutation(
        "a wipe that leaves drafts behind",
        _SIMULATION,
        (
            (
                "enumerator/store/wiping.py",
                "        for (id_,) in rows:\n            self._seal_draft(",
                "        for (id_,) in rows[:0]:\n            self._seal_draft(",
            ),
        ),
    ),
    Mutation(
        "a recovery file is good for ever",
        _RECOVERING,
        (
            (
                "enumerator/store/recovering.py",
                "    if any(one is not None and made_at <=",
                "    if False and any(one is not None and made_at <=",
            ),
        ),
    ),
    Mutation(
        "wrong codes of recovery files are counted after they were looked at",
        _RECOVERING,
        (
            (
                "enumerator/store/recovering.py",
                "    with_room(folder, lambda: write_durably(path, msgspec.json.encode(counted)))\n",
                "",
            ),
            (
                "enumerator/store/recovering.py",
                "    if escrowed is None:\n",
                "    if escrowed is None:\n        with_room(folder, lambda: write_durably(path, msgspec.json.encode(counted)))\n",
            ),
        ),
    ),
    Mutation(
        "any key takes the place of the right one",
        _RECOVERING,
        (
            (
                "enumerator/store/recovering.py",
                "        _check(folder, opened.head, escrowed, clock)\n",
                "",
            ),
        ),
    ),
    Mutation(
        "the key in a laptop's row is given out, whosever it is",
        _ESCROW,
        (
            (
                "sync/server/escrowing.py",
                "    return escrowed if is_its_own and is_whole else None\n",
                "    return escrowed\n",
            ),
        ),
    ),
    Mutation(
        "anybody's word on an escrow counts",
        _ESCROW,
        (
            (
                "enumerator/store/escrow.py",
                "        VerifyKey(account_key).verify(_said(payload), signature)\n",
                "",
            ),
        ),
    ),
    Mutation(
        "an old word on an escrow counts",
        _ESCROW,
        (
            (
                "sync/server/escrowing.py",
                "    if said is None or (said.device_id, said.nonce) != (request.device_id, request.nonce):\n",
                "    if said is None or said.device_id != request.device_id:\n",
            ),
        ),
    ),
)
