-- Commands to laptops -------------------------------------------------------------------------

CREATE TABLE command (
    command_id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES account (account_id),
    device_id TEXT NOT NULL REFERENCES device (device_id),
    command TEXT NOT NULL,
    reason TEXT NOT NULL,
    point INTEGER NOT NULL,
    issued_at TEXT NOT NULL,
    payload BLOB NOT NULL,
    signature BLOB NOT NULL,
    delivered_at TEXT,
    acknowledged_at TEXT,
    status TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX command_by_device ON command (device_id, point);

-- Keys that a laptop signed with before: its older envelopes stay verifiable.
CREATE TABLE former_key (
    device_id TEXT NOT NULL REFERENCES device (device_id),
    number INTEGER NOT NULL,
    device_key BLOB NOT NULL,
    account_key BLOB NOT NULL,
    envelope_id TEXT NOT NULL,
    retired_at TEXT NOT NULL,
    PRIMARY KEY (device_id, number)
) STRICT, WITHOUT ROWID;
