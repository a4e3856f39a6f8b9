-- What holds of an envelope may change when what it waited for has come: its status and reason say
-- so. What was first said stands in its receipt; all else is never changed.
DROP TRIGGER envelope_is_immutable ON envelope;
CREATE TRIGGER envelope_is_immutable BEFORE UPDATE OF number, envelope_id, envelope_hash, header,
    body, signature, kind, account_id, device_id, incarnation, sequence, family_id, carried_by,
    point, received_at, receipt_no, receipt_payload, receipt_signature ON envelope
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER envelope_is_kept BEFORE DELETE OR TRUNCATE ON envelope
    EXECUTE FUNCTION refuse_change();

-- Quarantined envelopes that are judged again when something happens to one of these families.
CREATE TABLE waiting (
    family_id word NOT NULL,
    envelope_number bigint NOT NULL
        REFERENCES envelope (number) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (family_id, envelope_number)
);
CREATE INDEX waiting_by_envelope ON waiting (envelope_number);
INSERT INTO waiting SELECT family_id, number FROM envelope
    WHERE status = 'quarantined' AND reason IN ('not_assigned', 'unknown_family')
    AND family_id IS NOT NULL AND length(family_id) <= 200;

-- Every order ever given, those too that a newer one had overruled when they came: whom they name
-- was entitled for a while.
-- place: where it stands among the orders for this case: 0 for the first of all, which any other
-- overrules, else the point at which it was taken into custody. envelope_number: 0 where the
-- office ordered. Of one laptop's orders the one with the largest sequence counts. point: at which
-- it took effect.
ALTER TABLE assignment
    ADD COLUMN place bigint,
    ADD COLUMN envelope_number bigint NOT NULL DEFAULT 0,
    ADD COLUMN incarnation word NOT NULL DEFAULT '',
    ADD COLUMN sequence bigint NOT NULL DEFAULT 0;
UPDATE assignment SET place = point;
UPDATE assignment AS a
    SET envelope_number = e.number, incarnation = e.incarnation, sequence = e.sequence
    FROM envelope AS e
    WHERE e.envelope_id = a.assigned_by AND e.kind = 'reassignment' AND e.status = 'stored';
ALTER TABLE assignment
    ALTER COLUMN place SET NOT NULL,
    DROP CONSTRAINT assignment_pkey,
    ADD PRIMARY KEY (family_id, place, envelope_number);
