-- Laptops' database keys, sealed to the office: a forgotten passphrase ends no work.
CREATE TABLE escrow (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    account_id TEXT NOT NULL REFERENCES account (account_id),
    mark BLOB NOT NULL,
    sealed BLOB NOT NULL,
    stored_at TEXT NOT NULL,
    -- the last recovery that the laptop told of, by its id
    recovered TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;

-- What the office did to let somebody in, and what laptops said of it. Nothing here opens anything.
CREATE TABLE office_act (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    act TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (account_id),
    device_id TEXT NOT NULL REFERENCES device (device_id),
    by_user TEXT NOT NULL,
    reference TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE TRIGGER office_act_is_never_changed BEFORE UPDATE ON office_act
BEGIN
    SELECT RAISE(ABORT, 'what was done is never changed');
END;
CREATE TRIGGER office_act_is_never_deleted BEFORE DELETE ON office_act
BEGIN
    SELECT RAISE(ABORT, 'what was done is never deleted');
END;
