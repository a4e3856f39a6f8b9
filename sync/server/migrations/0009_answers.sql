-- The return that an interview answers, by the id of its envelope: '' none that was shown when it
-- was begun, NULL not told (of an older laptop; then the version of the case decides).
ALTER TABLE result ADD COLUMN answers TEXT;
ALTER TABLE decision ADD COLUMN envelope_id TEXT NOT NULL DEFAULT '';
UPDATE decision SET envelope_id =
    (SELECT e.envelope_id FROM envelope AS e WHERE e.number = decision.envelope_number);

-- What an older program could not read of a header is filled in once, by one that can.
DROP TRIGGER envelope_is_immutable;
CREATE TRIGGER envelope_is_immutable BEFORE UPDATE OF number, envelope_id, envelope_hash, header,
    body, signature, carried_by, point, received_at, receipt_no, receipt_payload, receipt_signature
    ON envelope
BEGIN
    SELECT RAISE(ABORT, 'an envelope in custody is never changed');
END;
CREATE TRIGGER envelope_is_described_once BEFORE UPDATE OF kind, account_id, device_id, incarnation,
    sequence, family_id ON envelope
WHEN OLD.kind <> ''
BEGIN
    SELECT RAISE(ABORT, 'an envelope in custody is never changed');
END;
