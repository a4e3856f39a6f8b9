-- Photos and sounds ---------------------------------------------------------------------------

-- On their way: an account's own, so that nobody spoils another's. Numbers are not used twice,
-- because the pieces stay under theirs when the upload is finished.
CREATE TABLE media_upload (
    upload_id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    held_bytes INTEGER NOT NULL DEFAULT 0,
    touched_at TEXT NOT NULL,
    UNIQUE (account_id, sha256)
) STRICT;

CREATE TABLE media_piece (
    upload_id INTEGER NOT NULL,
    position INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (upload_id, position)
) STRICT;

CREATE TABLE media (
    sha256 TEXT PRIMARY KEY,
    size_bytes INTEGER NOT NULL,
    upload_id INTEGER NOT NULL UNIQUE,
    account_id TEXT NOT NULL,
    point INTEGER NOT NULL,
    received_at TEXT NOT NULL,
    receipt_payload BLOB NOT NULL,
    receipt_signature BLOB NOT NULL
) STRICT;
CREATE INDEX media_by_account ON media (account_id);

-- Which envelopes name which content, here or not.
CREATE TABLE envelope_media (
    sha256 TEXT NOT NULL,
    envelope_number INTEGER NOT NULL,
    PRIMARY KEY (sha256, envelope_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX envelope_media_by_envelope ON envelope_media (envelope_number);

CREATE TRIGGER media_is_kept BEFORE DELETE ON media
BEGIN
    SELECT RAISE(ABORT, 'media in custody are never deleted');
END;
CREATE TRIGGER media_is_immutable BEFORE UPDATE ON media
BEGIN
    SELECT RAISE(ABORT, 'media in custody are never changed');
END;
CREATE TRIGGER media_piece_is_kept BEFORE DELETE ON media_piece
WHEN EXISTS (SELECT 1 FROM media WHERE upload_id = OLD.upload_id)
BEGIN
    SELECT RAISE(ABORT, 'media in custody are never deleted');
END;
CREATE TRIGGER media_piece_is_immutable BEFORE UPDATE ON media_piece
BEGIN
    SELECT RAISE(ABORT, 'what was received is never changed');
END;
