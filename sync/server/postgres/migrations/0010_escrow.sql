-- Laptops' database keys, sealed to the office: a forgotten passphrase ends no work.
CREATE TABLE escrow (
    device_id word PRIMARY KEY REFERENCES device (device_id),
    account_id word NOT NULL REFERENCES account (account_id),
    mark bytea NOT NULL,
    sealed bytea NOT NULL,
    stored_at word NOT NULL,
    -- the last recovery that the laptop told of, by its id
    recovered word NOT NULL DEFAULT ''
);

-- What the office did to let somebody in, and what laptops said of it. Nothing here opens anything.
CREATE TABLE office_act (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at word NOT NULL,
    act word NOT NULL,
    account_id word NOT NULL REFERENCES account (account_id),
    device_id word NOT NULL REFERENCES device (device_id),
    by_user text NOT NULL,
    reference word NOT NULL,
    detail text NOT NULL
);
CREATE TRIGGER office_act_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON office_act
    EXECUTE FUNCTION refuse_change();
