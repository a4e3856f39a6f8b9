-- What grows with the operation lies by province: the members of the frame, and what laptops sent.
-- The region of a row is its family's province. Provinces without a partition of their own, and
-- what belongs to no family of the frame, share the one named "other".
SET CONSTRAINTS ALL IMMEDIATE;

-- Makes a province's partitions, once; what lies in "other" moves there.
CREATE FUNCTION add_region(code text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    parent text;
    piece text;
    other text;
BEGIN
    FOREACH parent IN ARRAY ARRAY['member', 'envelope_body'] LOOP
        piece := parent || '_' || code;
        other := parent || '_other';
        CONTINUE WHEN to_regclass(quote_ident(piece)) IS NOT NULL;
        EXECUTE format('CREATE TABLE %I (LIKE %I)', piece, parent);
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', other);
        EXECUTE format('WITH moved AS (DELETE FROM %I WHERE region = %L RETURNING *)'
            ' INSERT INTO %I SELECT * FROM moved', other, code, piece);
        EXECUTE format('ALTER TABLE %I ENABLE TRIGGER USER', other);
        EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES IN (%L)',
            parent, piece, code);
        CONTINUE WHEN parent = 'member';
        EXECUTE format('CREATE TRIGGER bodies_are_kept BEFORE TRUNCATE ON %I'
            ' EXECUTE FUNCTION refuse_change()', piece);
    END LOOP;
END
$$;

-- The frame's members: a family says in which region hers are, and they follow it.
ALTER TABLE family ADD CONSTRAINT family_by_region UNIQUE (province, family_id);
ALTER TABLE member RENAME TO member_before;
ALTER INDEX member_pkey RENAME TO member_before_pkey;
CREATE TABLE member (
    region text COLLATE "C" NOT NULL,
    family_id word NOT NULL,
    line_no bigint NOT NULL,
    name word NOT NULL,
    nik word NOT NULL,
    sex word NOT NULL,
    birth_date word NOT NULL,
    relationship word NOT NULL,
    PRIMARY KEY (region, family_id, line_no),
    FOREIGN KEY (region, family_id) REFERENCES family (province, family_id) ON UPDATE CASCADE
) PARTITION BY LIST (region);
CREATE TABLE member_other PARTITION OF member DEFAULT;
-- For readers who know the family: one partition is looked into.
CREATE VIEW member_of_family AS
    SELECT m.region, f.family_id, m.line_no, m.name, m.nik, m.sex, m.birth_date, m.relationship
    FROM family AS f JOIN member AS m ON m.region = f.province AND m.family_id = f.family_id;

-- Envelopes: what is asked for in every session stays together and says where the rest is, which
-- is most of the bytes. "envelope" is the whole, to read.
ALTER TABLE envelope ADD COLUMN region text COLLATE "C" NOT NULL DEFAULT '';
UPDATE envelope SET region = family.province FROM family
    WHERE family.family_id = envelope.family_id;
DROP TRIGGER envelope_is_immutable ON envelope;
DROP TRIGGER envelope_is_kept ON envelope;
ALTER TABLE envelope RENAME TO custody;
CREATE TABLE envelope_body (
    region text COLLATE "C" NOT NULL,
    number bigint NOT NULL REFERENCES custody (number),
    header bytea NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (region, number)
) PARTITION BY LIST (region);
CREATE TABLE envelope_body_other PARTITION OF envelope_body DEFAULT;

SELECT add_region(code) FROM area WHERE level = 'province';
INSERT INTO member (region, family_id, line_no, name, nik, sex, birth_date, relationship)
    SELECT f.province, m.family_id, m.line_no, m.name, m.nik, m.sex, m.birth_date, m.relationship
    FROM member_before AS m JOIN family AS f ON f.family_id = m.family_id;
DROP TABLE member_before;
INSERT INTO envelope_body (region, number, header, body)
    SELECT region, number, header, body FROM custody;
ALTER TABLE custody DROP COLUMN header, DROP COLUMN body;
CREATE VIEW envelope AS
    SELECT c.*, b.header, b.body FROM custody AS c
    LEFT JOIN envelope_body AS b ON b.region = c.region AND b.number = c.number;

CREATE TRIGGER envelope_is_immutable BEFORE UPDATE OF number, envelope_id, envelope_hash, signature,
    kind, account_id, device_id, incarnation, sequence, family_id, carried_by, point, received_at,
    receipt_no, receipt_payload, receipt_signature, region ON custody
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER envelope_is_kept BEFORE DELETE OR TRUNCATE ON custody
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER envelope_is_read INSTEAD OF INSERT OR UPDATE OR DELETE ON envelope
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER body_is_immutable BEFORE UPDATE OR DELETE ON envelope_body
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bodies_are_kept BEFORE TRUNCATE ON envelope_body
    EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bodies_are_kept BEFORE TRUNCATE ON envelope_body_other
    EXECUTE FUNCTION refuse_change();
