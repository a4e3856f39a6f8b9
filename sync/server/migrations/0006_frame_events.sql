-- What the office says of families after the frame was loaded: an address that does not count, is
-- another's duplicate, was split or merged, or counts again. The newest by its date holds.
CREATE TABLE frame_event (
    number INTEGER PRIMARY KEY,
    family_id TEXT NOT NULL REFERENCES family (family_id),
    reason TEXT NOT NULL
        CHECK (reason IN ('withdrawn', 'duplicate', 'split', 'merged', 'restored')),
    -- families, as a JSON list
    successors TEXT NOT NULL,
    dated TEXT NOT NULL,
    noted_at TEXT NOT NULL,
    point INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;
CREATE INDEX frame_event_by_family ON frame_event (family_id);

-- Of the event that holds: '' or why the family is off the frame, and what took its place.
ALTER TABLE field_case ADD COLUMN gone TEXT NOT NULL DEFAULT '';
CREATE TABLE successor (
    family_id TEXT NOT NULL REFERENCES family (family_id),
    successor_id TEXT NOT NULL REFERENCES family (family_id),
    PRIMARY KEY (family_id, successor_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX successor_backwards ON successor (successor_id);

-- The case that a result counts for, and whether it may stand there by the rule.
ALTER TABLE result ADD COLUMN counts_for TEXT NOT NULL DEFAULT '';
UPDATE result SET counts_for = family_id;
ALTER TABLE result ADD COLUMN eligible INTEGER NOT NULL DEFAULT 1;
CREATE INDEX result_by_case ON result (counts_for);

-- What a self-response that is not complete has answered, by question reference.
CREATE TABLE self_answer (
    family_id TEXT NOT NULL REFERENCES family (family_id),
    question TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (family_id, question)
) STRICT, WITHOUT ROWID;
