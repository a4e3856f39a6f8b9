-- Commands to laptops -------------------------------------------------------------------------

CREATE TABLE command (
    command_id word PRIMARY KEY,
    account_id word NOT NULL REFERENCES account (account_id),
    device_id word NOT NULL REFERENCES device (device_id),
    command word NOT NULL,
    reason text NOT NULL,
    point bigint NOT NULL,
    issued_at word NOT NULL,
    payload bytea NOT NULL,
    signature bytea NOT NULL,
    delivered_at word,
    acknowledged_at word,
    status word NOT NULL DEFAULT '',
    detail text NOT NULL DEFAULT ''
);
CREATE INDEX command_by_device ON command (device_id, point);

-- Keys that a laptop signed with before: its older envelopes stay verifiable.
CREATE TABLE former_key (
    device_id word NOT NULL REFERENCES device (device_id),
    number bigint NOT NULL,
    device_key bytea NOT NULL,
    account_key bytea NOT NULL,
    envelope_id word NOT NULL,
    retired_at word NOT NULL,
    PRIMARY KEY (device_id, number)
);
