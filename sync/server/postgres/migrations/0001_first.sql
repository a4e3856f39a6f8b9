-- Text in the order of its bytes, whatever the database's language is.
CREATE DOMAIN word AS text COLLATE "C";

-- Small facts: lineage, safe_point, point_base (added to transaction numbers, so that points go on
-- rising in a restored copy), home (which cluster and database this is).
CREATE TABLE state (
    name word PRIMARY KEY,
    number bigint,
    text word,
    CHECK (num_nonnulls(number, text) = 1)
);

-- Accounts and machines -----------------------------------------------------------------------

CREATE TABLE account (
    account_id word PRIMARY KEY,
    login word NOT NULL,
    name word NOT NULL,
    role word NOT NULL CHECK (role IN ('officer', 'supervisor')),
    supervisor_id word REFERENCES account (account_id),
    revoked_at word,
    last_contact_at word
);
CREATE UNIQUE INDEX account_by_login ON account (lower(login));
CREATE INDEX account_by_supervisor ON account (supervisor_id);

CREATE TABLE device (
    device_id word PRIMARY KEY,
    account_id word NOT NULL REFERENCES account (account_id),
    device_key bytea NOT NULL,
    account_key bytea NOT NULL,
    name word NOT NULL,
    enrolled_at word NOT NULL,
    revoked_at word
);
CREATE INDEX device_by_account ON device (account_id);

-- One-time codes, hashed: reading the database gives no way in.
CREATE TABLE enrolment_code (
    code_hash bytea PRIMARY KEY,
    account_id word NOT NULL REFERENCES account (account_id),
    created_at word NOT NULL,
    expires_at word NOT NULL,
    redeemed_at word,
    device_id word REFERENCES device (device_id)
);

-- The frame -----------------------------------------------------------------------------------

CREATE TABLE area (
    code word PRIMARY KEY,
    name word NOT NULL,
    level word NOT NULL CHECK (level IN ('province', 'regency', 'district', 'village')),
    parent word REFERENCES area (code),
    bps_code word
);

CREATE TABLE family (
    family_id word PRIMARY KEY,
    head_name word NOT NULL,
    card_number word NOT NULL,
    province word NOT NULL,
    regency word NOT NULL,
    district word NOT NULL,
    village word NOT NULL,
    sls word NOT NULL,
    address word NOT NULL,
    online_status word NOT NULL,
    stated_size bigint
);
CREATE INDEX family_by_village ON family (village);
CREATE INDEX family_by_card_number ON family (card_number);

CREATE TABLE member (
    family_id word NOT NULL REFERENCES family (family_id),
    line_no bigint NOT NULL,
    name word NOT NULL,
    nik word NOT NULL,
    sex word NOT NULL,
    birth_date word NOT NULL,
    relationship word NOT NULL,
    PRIMARY KEY (family_id, line_no)
);

-- Cases: where each family of the frame stands ------------------------------------------------

CREATE TABLE field_case (
    family_id word PRIMARY KEY REFERENCES family (family_id),
    version bigint NOT NULL DEFAULT 0,
    -- not in the frame: an officer met this family and gave it its id
    found_in_field boolean NOT NULL DEFAULT false,
    officer_id word REFERENCES account (account_id),
    assigned_at word NOT NULL DEFAULT '',
    assigned_point bigint NOT NULL DEFAULT 0,
    -- The instruction that assigned: a late older one of the same laptop must not override.
    assigned_incarnation word NOT NULL DEFAULT '',
    assigned_sequence bigint NOT NULL DEFAULT 0,
    self_response word NOT NULL DEFAULT '' CHECK (self_response IN ('', 'partial', 'complete')),
    self_responded_at word NOT NULL DEFAULT '',
    self_response_point bigint NOT NULL DEFAULT 0,
    -- As the streams show it; empty until somebody was assigned.
    body bytea,
    body_sha256 bytea
);
CREATE INDEX field_case_by_officer ON field_case (officer_id);

CREATE TABLE assignment (
    family_id word NOT NULL REFERENCES family (family_id),
    officer_id word NOT NULL REFERENCES account (account_id),
    point bigint NOT NULL,
    assigned_at word NOT NULL,
    -- 'office' or the envelope that asked for it
    assigned_by word NOT NULL,
    reason word NOT NULL,
    PRIMARY KEY (family_id, point)
);

-- Custody: what laptops sent, as it came ------------------------------------------------------

CREATE SEQUENCE envelope_number;

CREATE TABLE envelope (
    number bigint PRIMARY KEY,
    envelope_id word NOT NULL,
    envelope_hash bytea NOT NULL,
    header bytea NOT NULL,
    body bytea NOT NULL,
    signature bytea NOT NULL,
    kind word NOT NULL,
    account_id word NOT NULL,
    device_id word NOT NULL,
    incarnation word NOT NULL,
    sequence bigint NOT NULL,
    family_id word,
    -- the account whose session brought it: not always the one that made it
    carried_by word NOT NULL,
    point bigint NOT NULL,
    received_at word NOT NULL,
    status word NOT NULL,
    reason word NOT NULL,
    receipt_no word NOT NULL UNIQUE,
    receipt_payload bytea NOT NULL,
    receipt_signature bytea NOT NULL
);
-- What laptops chose is indexed by hash: no index takes a text of any length, and custody must.
CREATE INDEX envelope_by_id ON envelope USING hash (envelope_id);
-- The hash covers the id. The signature is part of the key: a relay that spoils it cannot take the
-- true one's place.
CREATE UNIQUE INDEX envelope_once ON envelope (envelope_hash, sha256(signature));
CREATE INDEX envelope_by_chain ON envelope (hashtextextended(incarnation, 0), sequence);
CREATE INDEX envelope_by_status ON envelope (status) WHERE status <> 'stored';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an envelope in custody is never changed or deleted';
END
$$;
CREATE TRIGGER envelope_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON envelope
    EXECUTE FUNCTION refuse_change();

-- Meaning: what the server made of the envelopes ----------------------------------------------

CREATE TABLE visit (
    visit_id word PRIMARY KEY,
    envelope_number bigint NOT NULL REFERENCES envelope (number) DEFERRABLE INITIALLY DEFERRED,
    family_id word NOT NULL REFERENCES family (family_id),
    officer_id word NOT NULL,
    started_at word NOT NULL,
    outcome word NOT NULL,
    late_assignee boolean NOT NULL,
    body bytea NOT NULL
);
CREATE INDEX visit_by_family ON visit (family_id);

-- Everything that could be the final word on a family; the highest rank, then the first, is.
CREATE TABLE result (
    envelope_number bigint PRIMARY KEY REFERENCES envelope (number) DEFERRABLE INITIALLY DEFERRED,
    family_id word NOT NULL REFERENCES family (family_id),
    officer_id word NOT NULL,
    kind word NOT NULL CHECK (kind IN ('interview', 'visit')),
    outcome word NOT NULL,
    rank bigint NOT NULL,
    point bigint NOT NULL,
    form_id word NOT NULL,
    form_version word NOT NULL,
    base_version bigint,
    late_assignee boolean NOT NULL,
    canonical boolean NOT NULL
);
CREATE INDEX result_by_family ON result (family_id);

CREATE TABLE conflict (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    family_id word NOT NULL REFERENCES family (family_id),
    -- the canonical one; 0 where that is the self-response
    kept_envelope bigint NOT NULL,
    other_envelope bigint NOT NULL,
    opened_at word NOT NULL,
    point bigint NOT NULL,
    closed_at word,
    UNIQUE (family_id, other_envelope)
);

-- Streams: state with tombstones, one row a key and account -----------------------------------

-- One counter an account: whoever raises it holds this row's lock until commit. Apart from the
-- account, whose own changes must not wait for it nor be waited for.
CREATE TABLE stream (
    account_id word PRIMARY KEY REFERENCES account (account_id),
    counter bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE TABLE stream_row (
    account_id word NOT NULL REFERENCES account (account_id),
    key word NOT NULL,
    counter bigint NOT NULL,
    gone boolean NOT NULL,
    reason word NOT NULL,
    -- A case's body is kept once, with the case.
    family_id word REFERENCES field_case (family_id),
    body bytea,
    body_sha256 bytea,
    PRIMARY KEY (account_id, key)
);
CREATE UNIQUE INDEX stream_row_by_counter ON stream_row (account_id, counter);
CREATE INDEX stream_row_by_key ON stream_row (key);

-- A transaction says for whom it reads; '*' is a writer (or a backup), which sees all. Forced: the
-- tables' owner, as which the server connects, is held to it as well.
ALTER TABLE stream_row ENABLE ROW LEVEL SECURITY;
ALTER TABLE stream_row FORCE ROW LEVEL SECURITY;
CREATE POLICY own_stream ON stream_row FOR SELECT
    USING (account_id = (SELECT current_setting('enumerator.account', true)));
CREATE POLICY writer ON stream_row
    USING ((SELECT current_setting('enumerator.account', true)) = '*');

-- Questionnaires ------------------------------------------------------------------------------

CREATE TABLE content (
    sha256 word PRIMARY KEY,
    size_bytes bigint NOT NULL
);

CREATE TABLE content_piece (
    sha256 word NOT NULL REFERENCES content (sha256),
    position bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (sha256, position)
);

CREATE TABLE form (
    form_id word NOT NULL,
    version word NOT NULL,
    title word NOT NULL,
    sha256 word NOT NULL REFERENCES content (sha256),
    published_at word NOT NULL,
    in_force boolean NOT NULL,
    PRIMARY KEY (form_id, version)
);

CREATE TABLE form_media (
    form_id word NOT NULL,
    version word NOT NULL,
    name word NOT NULL,
    sha256 word NOT NULL REFERENCES content (sha256),
    PRIMARY KEY (form_id, version, name),
    FOREIGN KEY (form_id, version) REFERENCES form (form_id, version)
);
