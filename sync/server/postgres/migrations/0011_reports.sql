-- What each laptop last said of itself. How much of its chain is held is counted when asked.
CREATE TABLE laptop_report (
    device_id word PRIMARY KEY REFERENCES device (device_id),
    account_id word NOT NULL REFERENCES account (account_id),
    at word NOT NULL,
    program word NOT NULL,
    platform word NOT NULL,
    incarnation word NOT NULL,
    chain_length bigint NOT NULL,
    set_aside bigint NOT NULL,
    media_waiting bigint NOT NULL,
    free_disk_bytes bigint NOT NULL,
    database_ok boolean NOT NULL,
    clock_difference_s bigint
);
CREATE INDEX laptop_report_account ON laptop_report (account_id);
