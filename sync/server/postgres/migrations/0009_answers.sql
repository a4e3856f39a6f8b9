-- The return that an interview answers, by the id of its envelope: '' none that was shown when it
-- was begun, NULL not told (of an older laptop; then the version of the case decides).
ALTER TABLE result ADD COLUMN answers word;
ALTER TABLE decision ADD COLUMN envelope_id word NOT NULL DEFAULT '';
UPDATE decision SET envelope_id = custody.envelope_id FROM custody
    WHERE custody.number = decision.envelope_number;

-- What an older program could not read of a header is filled in once, by one that can.
DROP TRIGGER envelope_is_immutable ON custody;
CREATE TRIGGER envelope_is_immutable BEFORE UPDATE OF number, envelope_id, envelope_hash, signature,
    carried_by, point, received_at, receipt_no, receipt_payload, receipt_signature, region
    ON custody EXECUTE FUNCTION refuse_change();
CREATE TRIGGER envelope_is_described_once BEFORE UPDATE OF kind, account_id, device_id, incarnation,
    sequence, family_id ON custody
    FOR EACH ROW WHEN (OLD.kind <> '') EXECUTE FUNCTION refuse_change();
