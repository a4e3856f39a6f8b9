-- What holds of an envelope may change when what it waited for has come: its status and reason say
-- so. What was first said stands in its receipt; all else is never changed.
DROP TRIGGER envelope_is_immutable;
CREATE TRIGGER envelope_is_immutable BEFORE UPDATE OF number, envelope_id, envelope_hash, header,
    body, signature, kind, account_id, device_id, incarnation, sequence, family_id, carried_by,
    point, received_at, receipt_no, receipt_payload, receipt_signature ON envelope
BEGIN
    SELECT RAISE(ABORT, 'an envelope in custody is never changed');
END;

-- Quarantined envelopes that are judged again when something happens to one of these families.
CREATE TABLE waiting (
    family_id TEXT NOT NULL,
    envelope_number INTEGER NOT NULL
        REFERENCES envelope (number) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (family_id, envelope_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX waiting_by_envelope ON waiting (envelope_number);
INSERT INTO waiting SELECT family_id, number FROM envelope
    WHERE status = 'quarantined' AND reason IN ('not_assigned', 'unknown_family')
    AND family_id IS NOT NULL AND length(family_id) <= 200;

-- Every order ever given, those too that a newer one had overruled when they came: whom they name
-- was entitled for a while.
CREATE TABLE assignment_order (
    family_id TEXT NOT NULL REFERENCES family (family_id),
    officer_id TEXT NOT NULL REFERENCES account (account_id),
    -- where it stands among the orders for this case: 0 for the first of all, which any other
    -- overrules, else the point at which it was taken into custody
    place INTEGER NOT NULL,
    -- its envelope's; 0 where the office ordered
    envelope_number INTEGER NOT NULL,
    -- of one laptop's orders the one with the largest sequence counts
    incarnation TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    -- at which it took effect
    point INTEGER NOT NULL,
    assigned_at TEXT NOT NULL,
    -- 'office' or the envelope that asked for it
    assigned_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (family_id, place, envelope_number)
) STRICT, WITHOUT ROWID;
INSERT INTO assignment_order
    SELECT a.family_id, a.officer_id, a.point, coalesce(e.number, 0), coalesce(e.incarnation, ''),
        coalesce(e.sequence, 0), a.point, a.assigned_at, a.assigned_by, a.reason
    FROM assignment AS a LEFT JOIN envelope AS e
        ON e.envelope_id = a.assigned_by AND e.kind = 'reassignment' AND e.status = 'stored';
DROP TABLE assignment;
ALTER TABLE assignment_order RENAME TO assignment;
