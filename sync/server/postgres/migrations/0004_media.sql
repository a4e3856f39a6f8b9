-- Photos and sounds ---------------------------------------------------------------------------

-- On their way: an account's own, so that nobody spoils another's. The pieces stay under their
-- upload's number when it is finished.
CREATE TABLE media_upload (
    upload_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id word NOT NULL,
    sha256 word NOT NULL,
    size_bytes bigint NOT NULL,
    held_bytes bigint NOT NULL DEFAULT 0,
    touched_at word NOT NULL,
    UNIQUE (account_id, sha256)
);

CREATE TABLE media_piece (
    upload_id bigint NOT NULL,
    position bigint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (upload_id, position)
);
-- Photos do not compress: leave the attempt out.
ALTER TABLE media_piece ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE media (
    sha256 word PRIMARY KEY,
    size_bytes bigint NOT NULL,
    upload_id bigint NOT NULL UNIQUE,
    account_id word NOT NULL,
    point bigint NOT NULL,
    received_at word NOT NULL,
    receipt_payload bytea NOT NULL,
    receipt_signature bytea NOT NULL
);
CREATE INDEX media_by_account ON media (account_id);

-- Which envelopes name which content, here or not.
CREATE TABLE envelope_media (
    sha256 word NOT NULL,
    envelope_number bigint NOT NULL,
    PRIMARY KEY (sha256, envelope_number)
);
CREATE INDEX envelope_media_by_envelope ON envelope_media (envelope_number);

CREATE FUNCTION refuse_media_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'media in custody are never changed or deleted';
END
$$;
CREATE TRIGGER media_is_immutable BEFORE UPDATE OR DELETE OR TRUNCATE ON media
    EXECUTE FUNCTION refuse_media_change();
CREATE FUNCTION keep_media_piece() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' OR EXISTS (SELECT 1 FROM media WHERE upload_id = OLD.upload_id) THEN
        RAISE EXCEPTION 'media in custody are never changed or deleted';
    END IF;
    RETURN OLD;
END
$$;
CREATE TRIGGER media_piece_is_kept BEFORE UPDATE OR DELETE ON media_piece
    FOR EACH ROW EXECUTE FUNCTION keep_media_piece();
CREATE TRIGGER media_pieces_are_kept BEFORE TRUNCATE ON media_piece
    EXECUTE FUNCTION refuse_media_change();
