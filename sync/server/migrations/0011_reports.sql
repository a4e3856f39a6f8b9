-- What each laptop last said of itself. How much of its chain is held is counted when asked.
CREATE TABLE laptop_report (
    device_id TEXT PRIMARY KEY REFERENCES device (device_id),
    account_id TEXT NOT NULL REFERENCES account (account_id),
    at TEXT NOT NULL,
    program TEXT NOT NULL,
    platform TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    chain_length INTEGER NOT NULL,
    set_aside INTEGER NOT NULL,
    media_waiting INTEGER NOT NULL,
    free_disk_bytes INTEGER NOT NULL,
    database_ok INTEGER NOT NULL,
    clock_difference_s INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX laptop_report_account ON laptop_report (account_id);
