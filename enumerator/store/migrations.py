"""The schema, step by step. Append only: a step that was released is never changed.

Steps import nothing of ours, so that an old step means today what it meant then.
"""

from __future__ import annotations

import msgspec
from sqlite_utils import Database, Migrations

SCHEMA = Migrations("enumerator")


@SCHEMA()
def m001_settings_and_chain(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE setting (
            name TEXT PRIMARY KEY,
            value BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- One row a life of this database; the newest is the current one.
        CREATE TABLE incarnation (
            position INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            parent TEXT,
            length INTEGER NOT NULL DEFAULT 0,
            head BLOB NOT NULL DEFAULT x'',
            started_at TEXT NOT NULL
        ) STRICT;

        CREATE TABLE history (
            position INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            monotonic_ms INTEGER NOT NULL,
            family_id TEXT,
            kind TEXT NOT NULL,
            detail TEXT NOT NULL DEFAULT ''
        ) STRICT;
        CREATE INDEX history_family ON history (family_id, position);
        CREATE TRIGGER history_is_append_only_update BEFORE UPDATE ON history
        BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
        CREATE TRIGGER history_is_append_only_delete BEFORE DELETE ON history
        BEGIN SELECT RAISE(ABORT, 'history is append-only'); END;
        """
    )


@SCHEMA()
def m002_register(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE area (
            code TEXT PRIMARY KEY,
            name TEXT NOT NULL,
            level TEXT NOT NULL,
            parent TEXT,
            bps_code TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE officer (
            account_id TEXT PRIMARY KEY,
            login TEXT NOT NULL,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            last_contact TEXT,
            active INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE family (
            position INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            head_name TEXT NOT NULL,
            card_number TEXT NOT NULL,
            province TEXT NOT NULL,
            regency TEXT NOT NULL,
            district TEXT NOT NULL,
            village TEXT NOT NULL,
            sls TEXT NOT NULL,
            address TEXT NOT NULL,
            online_status TEXT NOT NULL,
            stated_size INTEGER,
            found_in_field INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX family_card ON family (card_number);

        CREATE TABLE member (
            family_id TEXT NOT NULL REFERENCES family (id),
            line_no INTEGER NOT NULL,
            name TEXT NOT NULL,
            nik TEXT NOT NULL,
            sex TEXT NOT NULL,
            birth_date TEXT NOT NULL,
            relationship TEXT NOT NULL,
            PRIMARY KEY (family_id, line_no)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX member_nik ON member (nik);

        -- The server's word on a case: the newest row of the feed.
        CREATE TABLE assignment (
            family_id TEXT PRIMARY KEY REFERENCES family (id),
            version INTEGER NOT NULL,
            officer_id TEXT NOT NULL,
            assigned_at TEXT NOT NULL,
            self_response TEXT NOT NULL,
            self_responded_at TEXT NOT NULL,
            gone INTEGER NOT NULL,
            gone_reason TEXT NOT NULL,
            returned_version INTEGER,
            returned_comments TEXT NOT NULL,
            result_status TEXT NOT NULL,
            result_outcome TEXT NOT NULL,
            result_officer TEXT NOT NULL,
            result_receipt TEXT NOT NULL,
            result_at TEXT NOT NULL,
            result_envelope TEXT NOT NULL,
            progress_days INTEGER NOT NULL,
            progress_last TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE feed_row (
            stream TEXT NOT NULL,
            key TEXT NOT NULL,
            counter INTEGER NOT NULL,
            gone INTEGER NOT NULL,
            reason TEXT NOT NULL,
            body_sha256 BLOB NOT NULL,
            unread BLOB,
            PRIMARY KEY (stream, key)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE feed_cursor (
            stream TEXT PRIMARY KEY,
            cursor INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
    )


@SCHEMA()
def m003_work(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE envelope (
            position INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            family_id TEXT,
            incarnation TEXT NOT NULL REFERENCES incarnation (id),
            sequence INTEGER NOT NULL,
            hash BLOB NOT NULL UNIQUE,
            header BLOB NOT NULL,
            body BLOB NOT NULL,
            signature BLOB NOT NULL,
            size_bytes INTEGER NOT NULL,
            created_at TEXT NOT NULL,
            UNIQUE (incarnation, sequence)
        ) STRICT;
        CREATE INDEX envelope_family ON envelope (family_id);

        -- The only part of an envelope's row that changes.
        CREATE TABLE delivery (
            envelope_id TEXT PRIMARY KEY REFERENCES envelope (id) ON DELETE CASCADE,
            custody TEXT NOT NULL DEFAULT 'laptop'
                CHECK (custody IN ('laptop', 'received', 'safe')),
            status TEXT NOT NULL DEFAULT '',
            reason TEXT NOT NULL DEFAULT '',
            tries INTEGER NOT NULL DEFAULT 0,
            set_aside INTEGER NOT NULL DEFAULT 0,
            receipt_no TEXT,
            received_at TEXT,
            point INTEGER,
            lineage TEXT,
            receipt_payload BLOB,
            receipt_signature BLOB,
            CHECK (custody = 'laptop' OR (receipt_no IS NOT NULL AND point IS NOT NULL
                AND lineage IS NOT NULL AND receipt_payload IS NOT NULL
                AND receipt_signature IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX delivery_custody ON delivery (custody, set_aside);

        CREATE TRIGGER envelope_is_immutable BEFORE UPDATE ON envelope
        BEGIN SELECT RAISE(ABORT, 'envelopes are immutable'); END;
        CREATE TRIGGER envelope_stays_until_safe BEFORE DELETE ON envelope
        WHEN (SELECT custody FROM delivery WHERE envelope_id = OLD.id) IS NOT 'safe'
        BEGIN SELECT RAISE(ABORT, 'an envelope stays until the server''s backup covers it'); END;
        CREATE TRIGGER delivery_stays_until_safe BEFORE DELETE ON delivery
        WHEN OLD.custody IS NOT 'safe'
        BEGIN SELECT RAISE(ABORT, 'a delivery stays until its envelope is safe'); END;
        CREATE TRIGGER delivery_keeps_its_envelope BEFORE UPDATE OF envelope_id ON delivery
        BEGIN SELECT RAISE(ABORT, 'a delivery belongs to one envelope'); END;

        CREATE TABLE visit (
            id TEXT PRIMARY KEY,
            family_id TEXT NOT NULL REFERENCES family (id),
            officer_id TEXT NOT NULL,
            started_at TEXT NOT NULL,
            ended_at TEXT NOT NULL,
            local_day TEXT NOT NULL,
            mode TEXT NOT NULL,
            outcome TEXT NOT NULL,
            is_attempt INTEGER NOT NULL,
            appointment_at TEXT,
            body BLOB NOT NULL,
            envelope_id TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX visit_family ON visit (family_id, started_at);
        CREATE INDEX visit_officer ON visit (officer_id, started_at);
        CREATE TRIGGER visit_is_append_only_update BEFORE UPDATE ON visit
        BEGIN SELECT RAISE(ABORT, 'visits are append-only'); END;
        CREATE TRIGGER visit_is_append_only_delete BEFORE DELETE ON visit
        BEGIN SELECT RAISE(ABORT, 'visits are append-only'); END;

        CREATE TABLE form (
            form_id TEXT NOT NULL,
            version TEXT NOT NULL,
            xml BLOB NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (form_id, version)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE form_media (
            form_id TEXT NOT NULL,
            version TEXT NOT NULL,
            name TEXT NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (form_id, version, name),
            FOREIGN KEY (form_id, version) REFERENCES form (form_id, version)
        ) STRICT;

        CREATE TABLE interview (
            id TEXT PRIMARY KEY,
            family_id TEXT NOT NULL REFERENCES family (id),
            form_id TEXT NOT NULL,
            form_version TEXT NOT NULL,
            seed TEXT NOT NULL,
            started_at TEXT NOT NULL,
            base_version INTEGER,
            register BLOB NOT NULL,
            revision_of TEXT REFERENCES interview (id),
            base_instance BLOB,
            position TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'stopped', 'final')),
            outcome TEXT NOT NULL DEFAULT '',
            final_outcome INTEGER NOT NULL DEFAULT 0,
            finalised_at TEXT,
            envelope_id TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX interview_family ON interview (family_id, started_at);
        CREATE UNIQUE INDEX interview_one_draft ON interview (family_id) WHERE state = 'draft';
        CREATE TRIGGER interview_final_stays BEFORE UPDATE ON interview
        WHEN OLD.state = 'final'
        BEGIN SELECT RAISE(ABORT, 'a final interview does not change'); END;
        CREATE TRIGGER interview_is_never_deleted BEFORE DELETE ON interview
        BEGIN SELECT RAISE(ABORT, 'interviews are never deleted'); END;

        CREATE TABLE answer (
            interview_id TEXT NOT NULL REFERENCES interview (id),
            seq INTEGER NOT NULL,
            op TEXT NOT NULL,
            ref TEXT NOT NULL,
            value TEXT,
            wall_time TEXT NOT NULL,
            monotonic_ms INTEGER NOT NULL,
            PRIMARY KEY (interview_id, seq)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER answer_is_for_a_draft BEFORE INSERT ON answer
        WHEN (SELECT state FROM interview WHERE id = NEW.interview_id) IS NOT 'draft'
        BEGIN SELECT RAISE(ABORT, 'the interview is no draft'); END;
        CREATE TRIGGER answer_is_append_only_update BEFORE UPDATE ON answer
        BEGIN SELECT RAISE(ABORT, 'answers are append-only'); END;
        CREATE TRIGGER answer_is_append_only_delete BEFORE DELETE ON answer
        BEGIN SELECT RAISE(ABORT, 'answers are append-only'); END;

        CREATE TABLE attachment (
            interview_id TEXT NOT NULL REFERENCES interview (id),
            name TEXT NOT NULL,
            sha256 TEXT NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (interview_id, name)
        ) STRICT;
        CREATE TRIGGER attachment_of_a_final_interview_stays BEFORE UPDATE ON attachment
        WHEN (SELECT state FROM interview WHERE id = NEW.interview_id) IS NOT 'draft'
        BEGIN SELECT RAISE(ABORT, 'the interview is no draft'); END;
        CREATE TRIGGER attachment_is_never_deleted BEFORE DELETE ON attachment
        BEGIN SELECT RAISE(ABORT, 'attachments are never deleted'); END;
        """
    )


@SCHEMA()
def m004_caseload(db: Database) -> None:
    db.executescript(
        """
        -- A supervisor's order that the feed has not confirmed yet.
        CREATE TABLE pending_reassignment (
            family_id TEXT PRIMARY KEY REFERENCES family (id),
            to_officer TEXT NOT NULL,
            envelope_id TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        -- What the list shows; derived, rebuilt with its sources in the same transaction.
        CREATE TABLE caseload (
            position INTEGER PRIMARY KEY REFERENCES family (position),
            family_id TEXT NOT NULL UNIQUE,
            head_name TEXT NOT NULL,
            card_masked TEXT NOT NULL,
            address TEXT NOT NULL,
            sls TEXT NOT NULL,
            village TEXT NOT NULL,
            members INTEGER NOT NULL,
            state TEXT NOT NULL,
            listed INTEGER NOT NULL,
            outcome TEXT,
            attempt_days INTEGER NOT NULL,
            last_visit_at TEXT,
            appointment_at TEXT,
            unsent INTEGER NOT NULL,
            officer_id TEXT NOT NULL,
            pending_officer TEXT,
            notice TEXT NOT NULL,
            search TEXT NOT NULL,
            card_reversed TEXT NOT NULL,
            address_key TEXT NOT NULL,
            head_key TEXT NOT NULL,
            area_key TEXT NOT NULL,
            state_rank INTEGER NOT NULL
        ) STRICT;
        -- One index a sort, each covering its reload; one narrow index for all filters.
        CREATE INDEX caseload_address ON caseload (listed, address_key);
        CREATE INDEX caseload_head ON caseload (listed, head_key);
        CREATE INDEX caseload_area ON caseload (listed, area_key);
        CREATE INDEX caseload_state ON caseload (listed, state_rank, address_key);
        CREATE INDEX caseload_last_visit ON caseload (listed, last_visit_at);
        CREATE INDEX caseload_appointment ON caseload (listed, appointment_at);
        CREATE INDEX caseload_officer ON caseload (listed, officer_id, address_key);
        CREATE INDEX caseload_filter ON caseload (listed, village, officer_id, state);
        CREATE INDEX caseload_unsent ON caseload (position, unsent) WHERE unsent > 0;
        CREATE INDEX caseload_text ON caseload (search);
        CREATE INDEX caseload_card ON caseload (card_reversed);
        CREATE VIRTUAL TABLE caseload_search USING fts5 (
            search, content='caseload', content_rowid='position', tokenize='trigram'
        );
        CREATE TRIGGER caseload_search_insert AFTER INSERT ON caseload BEGIN
            INSERT INTO caseload_search (rowid, search) VALUES (NEW.position, NEW.search);
        END;
        CREATE TRIGGER caseload_search_update AFTER UPDATE OF search ON caseload
        WHEN OLD.search IS NOT NEW.search BEGIN
            INSERT INTO caseload_search (caseload_search, rowid, search)
            VALUES ('delete', OLD.position, OLD.search);
            INSERT INTO caseload_search (rowid, search) VALUES (NEW.position, NEW.search);
        END;
        """
    )


@SCHEMA()
def m005_carriers(db: Database) -> None:
    db.executescript(
        """
        -- How an envelope travels when not by the laptop's own connection. A relay's receipt
        -- tells where a copy is; it never ends custody, so it is no part of the delivery.
        CREATE TABLE carriage (
            envelope_id TEXT PRIMARY KEY REFERENCES envelope (id) ON DELETE CASCADE,
            item BLOB NOT NULL,
            relayed_at TEXT,
            relay_login TEXT,
            relay_key BLOB,
            relay_payload BLOB,
            relay_signature BLOB,
            CHECK (relayed_at IS NULL OR (relay_login IS NOT NULL AND relay_key IS NOT NULL
                AND relay_payload IS NOT NULL AND relay_signature IS NOT NULL))
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX carriage_item ON carriage (item);

        -- Sealed items of others that this laptop carries and cannot read, and the server's
        -- answers until they are fetched.
        CREATE TABLE relay_item (
            position INTEGER PRIMARY KEY,
            item BLOB NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            size_bytes INTEGER NOT NULL,
            taken_at TEXT NOT NULL,
            sealed BLOB,
            tries INTEGER NOT NULL DEFAULT 0,
            answer_payload BLOB,
            answer_signature BLOB,
            CHECK ((sealed IS NULL) = (answer_payload IS NOT NULL)),
            CHECK ((answer_signature IS NULL) = (answer_payload IS NULL))
        ) STRICT;
        CREATE INDEX relay_item_waiting ON relay_item (tries, position) WHERE sealed IS NOT NULL;
        """
    )


@SCHEMA()
def m006_decisions(db: Database) -> None:
    db.executescript(
        """
        -- What of the server's word only some cases have: comments of a return, drafts that were
        -- handed on, successors, a family's own partial answers.
        CREATE TABLE case_detail (
            family_id TEXT PRIMARY KEY REFERENCES family (id),
            detail BLOB NOT NULL
        ) STRICT;

        -- A final interview beside the one that stands.
        CREATE TABLE case_conflict (
            family_id TEXT NOT NULL REFERENCES family (id),
            other_envelope TEXT NOT NULL,
            state TEXT NOT NULL,
            body BLOB NOT NULL,
            PRIMARY KEY (family_id, other_envelope)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX case_conflict_open ON case_conflict (family_id) WHERE state = 'open';

        -- A supervisor's decision that the feed has not confirmed yet.
        CREATE TABLE pending_decision (
            family_id TEXT NOT NULL REFERENCES family (id),
            kind TEXT NOT NULL CHECK (kind IN ('return', 'settlement')),
            envelope_id TEXT NOT NULL,
            chosen TEXT,
            PRIMARY KEY (family_id, kind)
        ) STRICT, WITHOUT ROWID;

        -- Which drafts were sealed as they stood, by the number of their steps.
        CREATE TABLE draft_copy (
            interview_id TEXT NOT NULL REFERENCES interview (id),
            steps INTEGER NOT NULL,
            envelope_id TEXT NOT NULL,
            PRIMARY KEY (interview_id, steps)
        ) STRICT, WITHOUT ROWID;
        """
    )


@SCHEMA()
def m007_commands(db: Database) -> None:
    db.executescript(
        """
        -- What the office told this laptop to do; each is done once.
        CREATE TABLE command (
            id TEXT PRIMARY KEY,
            kind TEXT NOT NULL,
            parameters TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('ordered', 'done', 'refused')),
            received_at TEXT NOT NULL,
            acknowledgement TEXT REFERENCES envelope (id)
        ) STRICT, WITHOUT ROWID;
        """
    )


@SCHEMA()
def m008_media(db: Database) -> None:
    db.executescript(
        """
        CREATE TABLE envelope_media (
            envelope_id TEXT NOT NULL REFERENCES envelope (id) ON DELETE CASCADE,
            sha256 TEXT NOT NULL,
            PRIMARY KEY (envelope_id, sha256)
        ) STRICT, WITHOUT ROWID;

        -- Delivery of a photo or sound; its bytes are an attachment's.
        CREATE TABLE media (
            position INTEGER PRIMARY KEY,
            sha256 TEXT NOT NULL UNIQUE,
            size_bytes INTEGER NOT NULL,
            custody TEXT NOT NULL DEFAULT 'laptop'
                CHECK (custody IN ('laptop', 'received', 'safe')),
            held_bytes INTEGER NOT NULL DEFAULT 0,
            tries INTEGER NOT NULL DEFAULT 0,
            set_aside INTEGER NOT NULL DEFAULT 0,
            reason TEXT NOT NULL DEFAULT '',
            received_at TEXT,
            point INTEGER,
            lineage TEXT,
            receipt_payload BLOB,
            receipt_signature BLOB,
            CHECK (custody = 'laptop' OR (received_at IS NOT NULL AND point IS NOT NULL
                AND lineage IS NOT NULL AND receipt_payload IS NOT NULL
                AND receipt_signature IS NOT NULL))
        ) STRICT;
        CREATE INDEX media_custody ON media (custody, set_aside, tries);
        CREATE INDEX attachment_content ON attachment (sha256);

        CREATE TRIGGER media_stays_until_safe BEFORE DELETE ON media
        WHEN OLD.custody IS NOT 'safe'
        BEGIN SELECT RAISE(ABORT, 'media stay until the server''s backup covers them'); END;
        CREATE TRIGGER media_is_what_it_was BEFORE UPDATE OF sha256, size_bytes ON media
        BEGIN SELECT RAISE(ABORT, 'media are immutable'); END;
        """
    )
    # Headers named their photos before anything sent them.
    for envelope_id, header in db.execute("SELECT id, header FROM envelope").fetchall():
        for sha256 in msgspec.msgpack.decode(bytes(header)).get("media", []):
            db.execute(
                "INSERT OR IGNORE INTO envelope_media (envelope_id, sha256) VALUES (?, ?)",
                (envelope_id, sha256),
            )
            db.execute(
                "INSERT OR IGNORE INTO media (sha256, size_bytes)"
                " SELECT sha256, length(content) FROM attachment WHERE sha256 = ? LIMIT 1",
                (sha256,),
            )


@SCHEMA()
def m009_answered_return(db: Database) -> None:
    """Interviews of before name no return: the version that they were begun on tells."""
    db.execute("ALTER TABLE interview ADD COLUMN answers TEXT")
    db.execute("ALTER TABLE assignment ADD COLUMN returned_id TEXT NOT NULL DEFAULT ''")


@SCHEMA()
def m010_interview_words(db: Database) -> None:
    """What became of own interviews whose case was taken away."""
    db.executescript(
        """
        CREATE TABLE interview_word (
            envelope_id TEXT PRIMARY KEY,
            state TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
    )


@SCHEMA()
def m011_troubles(db: Database) -> None:
    """What needs a person at an officer's laptop: words with blanks between."""
    db.execute("ALTER TABLE officer ADD COLUMN troubles TEXT NOT NULL DEFAULT ''")
    db.execute("ALTER TABLE officer ADD COLUMN set_aside INTEGER NOT NULL DEFAULT 0")
