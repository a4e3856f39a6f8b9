-- Who was at which door in the last hours: advice for others, no part of any case.
CREATE TABLE claim (
    family_id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES account (account_id),
    at_ms INTEGER NOT NULL,
    PRIMARY KEY (family_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX claim_by_time ON claim (at_ms);
