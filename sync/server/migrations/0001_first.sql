-- Small facts: lineage, point (last transaction that stored something), safe_point.
CREATE TABLE state (
    name TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- Accounts and machines -----------------------------------------------------------------------

CREATE TABLE account (
    account_id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE COLLATE NOCASE,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('officer', 'supervisor')),
    supervisor_id TEXT REFERENCES account (account_id),
    revoked_at TEXT,
    last_contact_at TEXT,
    -- The stream's counter: whoever raises it holds this row's lock until commit.
    counter INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX account_by_supervisor ON account (supervisor_id);

-- One-time codes, hashed: reading the database gives no way in.
CREATE TABLE enrolment_code (
    code_hash BLOB PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (account_id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    redeemed_at TEXT,
    device_id TEXT REFERENCES device (device_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    device_id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (account_id),
    device_key BLOB NOT NULL,
    account_key BLOB NOT NULL,
    name TEXT NOT NULL,
    enrolled_at TEXT NOT NULL,
    revoked_at TEXT
) STRICT;
CREATE INDEX device_by_account ON device (account_id);

-- The frame -----------------------------------------------------------------------------------

CREATE TABLE area (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('province', 'regency', 'district', 'village')),
    parent TEXT REFERENCES area (code),
    bps_code TEXT
) STRICT;

CREATE TABLE family (
    family_id TEXT PRIMARY KEY,
    head_name TEXT NOT NULL,
    card_number TEXT NOT NULL,
    province TEXT NOT NULL,
    regency TEXT NOT NULL,
    district TEXT NOT NULL,
    village TEXT NOT NULL,
    sls TEXT NOT NULL,
    address TEXT NOT NULL,
    online_status TEXT NOT NULL,
    stated_size INTEGER
) STRICT;
CREATE INDEX family_by_village ON family (village);
CREATE INDEX family_by_card_number ON family (card_number);

CREATE TABLE member (
    family_id TEXT NOT NULL REFERENCES family (family_id),
    line_no INTEGER NOT NULL,
    name TEXT NOT NULL,
    nik TEXT NOT NULL,
    sex TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    relationship TEXT NOT NULL,
    PRIMARY KEY (family_id, line_no)
) STRICT, WITHOUT ROWID;

-- Cases: where each family of the frame stands ------------------------------------------------

CREATE TABLE field_case (
    family_id TEXT PRIMARY KEY REFERENCES family (family_id),
    version INTEGER NOT NULL DEFAULT 0,
    -- not in the frame: an officer met this family and gave it its id
    found_in_field INTEGER NOT NULL DEFAULT 0,
    officer_id TEXT REFERENCES account (account_id),
    assigned_at TEXT NOT NULL DEFAULT '',
    assigned_point INTEGER NOT NULL DEFAULT 0,
    -- The instruction that assigned: a late older one of the same laptop must not override.
    assigned_incarnation TEXT NOT NULL DEFAULT '',
    assigned_sequence INTEGER NOT NULL DEFAULT 0,
    self_response TEXT NOT NULL DEFAULT '' CHECK (self_response IN ('', 'partial', 'complete')),
    self_responded_at TEXT NOT NULL DEFAULT '',
    self_response_point INTEGER NOT NULL DEFAULT 0,
    -- As the streams show it; empty until somebody was assigned.
    body BLOB,
    body_sha256 BLOB
) STRICT;
CREATE INDEX field_case_by_officer ON field_case (officer_id);

CREATE TABLE assignment (
    family_id TEXT NOT NULL REFERENCES family (family_id),
    officer_id TEXT NOT NULL REFERENCES account (account_id),
    point INTEGER NOT NULL,
    assigned_at TEXT NOT NULL,
    -- 'office' or the envelope that asked for it
    assigned_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (family_id, point)
) STRICT, WITHOUT ROWID;

-- Custody: what laptops sent, as it came ------------------------------------------------------

CREATE TABLE envelope (
    number INTEGER PRIMARY KEY,
    envelope_id TEXT NOT NULL,
    envelope_hash BLOB NOT NULL,
    header BLOB NOT NULL,
    body BLOB NOT NULL,
    signature BLOB NOT NULL,
    kind TEXT NOT NULL,
    account_id TEXT NOT NULL,
    device_id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    family_id TEXT,
    -- the account whose session brought it: not always the one that made it
    carried_by TEXT NOT NULL,
    point INTEGER NOT NULL,
    received_at TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    receipt_no TEXT NOT NULL UNIQUE,
    receipt_payload BLOB NOT NULL,
    receipt_signature BLOB NOT NULL,
    -- The signature is part of the key: a relay that spoils it cannot take the true one's place.
    UNIQUE (envelope_id, envelope_hash, signature)
) STRICT;
CREATE INDEX envelope_by_chain ON envelope (incarnation, sequence);
CREATE INDEX envelope_by_status ON envelope (status) WHERE status <> 'stored';

CREATE TRIGGER envelope_is_kept BEFORE DELETE ON envelope
BEGIN
    SELECT RAISE(ABORT, 'an envelope in custody is never deleted');
END;
CREATE TRIGGER envelope_is_immutable BEFORE UPDATE ON envelope
BEGIN
    SELECT RAISE(ABORT, 'an envelope in custody is never changed');
END;

-- Meaning: what the server made of the envelopes ----------------------------------------------

CREATE TABLE visit (
    visit_id TEXT PRIMARY KEY,
    envelope_number INTEGER NOT NULL REFERENCES envelope (number) DEFERRABLE INITIALLY DEFERRED,
    family_id TEXT NOT NULL REFERENCES family (family_id),
    officer_id TEXT NOT NULL,
    started_at TEXT NOT NULL,
    outcome TEXT NOT NULL,
    late_assignee INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX visit_by_family ON visit (family_id);

-- Everything that could be the final word on a family; the highest rank, then the first, is.
CREATE TABLE result (
    envelope_number INTEGER PRIMARY KEY REFERENCES envelope (number) DEFERRABLE INITIALLY DEFERRED,
    family_id TEXT NOT NULL REFERENCES family (family_id),
    officer_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('interview', 'visit')),
    outcome TEXT NOT NULL,
    rank INTEGER NOT NULL,
    point INTEGER NOT NULL,
    form_id TEXT NOT NULL,
    form_version TEXT NOT NULL,
    base_version INTEGER,
    late_assignee INTEGER NOT NULL,
    canonical INTEGER NOT NULL
) STRICT;
CREATE INDEX result_by_family ON result (family_id);

CREATE TABLE conflict (
    number INTEGER PRIMARY KEY,
    family_id TEXT NOT NULL REFERENCES family (family_id),
    -- the canonical one; 0 where that is the self-response
    kept_envelope INTEGER NOT NULL,
    other_envelope INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    point INTEGER NOT NULL,
    closed_at TEXT,
    UNIQUE (family_id, other_envelope)
) STRICT;

-- Streams: state with tombstones, one row a key and account -----------------------------------

CREATE TABLE stream_row (
    account_id TEXT NOT NULL REFERENCES account (account_id),
    key TEXT NOT NULL,
    counter INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    reason TEXT NOT NULL,
    -- A case's body is kept once, with the case.
    family_id TEXT REFERENCES field_case (family_id),
    body BLOB,
    body_sha256 BLOB,
    PRIMARY KEY (account_id, key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX stream_row_by_counter ON stream_row (account_id, counter);
CREATE INDEX stream_row_by_key ON stream_row (key);

-- Questionnaires ------------------------------------------------------------------------------

CREATE TABLE content (
    sha256 TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE content_piece (
    sha256 TEXT NOT NULL REFERENCES content (sha256),
    position INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (sha256, position)
) STRICT;

CREATE TABLE form (
    form_id TEXT NOT NULL,
    version TEXT NOT NULL,
    title TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES content (sha256),
    published_at TEXT NOT NULL,
    in_force INTEGER NOT NULL,
    PRIMARY KEY (form_id, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE form_media (
    form_id TEXT NOT NULL,
    version TEXT NOT NULL,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES content (sha256),
    PRIMARY KEY (form_id, version, name),
    FOREIGN KEY (form_id, version) REFERENCES form (form_id, version)
) STRICT, WITHOUT ROWID;
