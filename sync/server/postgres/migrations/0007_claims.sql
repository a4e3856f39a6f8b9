-- Who was at which door in the last hours: advice for others, no part of any case.
CREATE TABLE claim (
    family_id word NOT NULL,
    account_id word NOT NULL REFERENCES account (account_id),
    at_ms bigint NOT NULL,
    PRIMARY KEY (family_id, account_id)
);
CREATE INDEX claim_by_time ON claim (at_ms);
