-- What supervisors decide about results: which one stands (settlement), and which interview is to
-- be done again (return). All are kept; which of them holds follows from all of them.
CREATE TABLE decision (
    envelope_number bigint PRIMARY KEY
        REFERENCES envelope (number) DEFERRABLE INITIALLY DEFERRED,
    family_id word NOT NULL REFERENCES family (family_id),
    kind word NOT NULL CHECK (kind IN ('settlement', 'return')),
    -- the envelope of the interview in question; '' is the family's own answer online, NULL takes
    -- earlier settlements back
    chosen word,
    officer_id word NOT NULL,
    incarnation word NOT NULL,
    sequence bigint NOT NULL,
    -- the point at which it was taken into custody, and the one at which it took effect
    place bigint NOT NULL,
    point bigint NOT NULL,
    -- of the case, the first that shows it: what was begun on an earlier one does not answer it
    version bigint NOT NULL,
    decided_at word NOT NULL,
    -- of a settlement the reason, of a return the comments
    reason word NOT NULL,
    body bytea NOT NULL
);
CREATE INDEX decision_by_family ON decision (family_id);

-- Interviews that were begun and not finished: evidence, never results.
CREATE TABLE draft (
    envelope_number bigint PRIMARY KEY
        REFERENCES envelope (number) DEFERRABLE INITIALLY DEFERRED,
    family_id word NOT NULL REFERENCES family (family_id),
    officer_id word NOT NULL,
    incarnation word NOT NULL,
    sequence bigint NOT NULL
);
CREATE INDEX draft_by_family ON draft (family_id);

-- Whether who got the case was offered what the former officers had begun.
ALTER TABLE assignment ADD COLUMN with_drafts boolean NOT NULL DEFAULT false;

-- failing: hard edits that the answers do not pass. key_answers: a hash of who lives there and what
-- they are, '' where it says of nobody. instance_id, replaces: of the questionnaire's instance.
ALTER TABLE result ADD COLUMN failing bigint NOT NULL DEFAULT 0;
ALTER TABLE result ADD COLUMN key_answers word NOT NULL DEFAULT '';
ALTER TABLE result ADD COLUMN instance_id word NOT NULL DEFAULT '';
ALTER TABLE result ADD COLUMN replaces word NOT NULL DEFAULT '';

ALTER TABLE conflict ADD COLUMN state word NOT NULL DEFAULT 'open'
    CHECK (state IN ('open', 'confirmed', 'settled'));
-- the settlement or return that closed it; 0 where the rule did
ALTER TABLE conflict ADD COLUMN closed_by bigint NOT NULL DEFAULT 0;
