-- What supervisors decide about results: which one stands (settlement), and which interview is to
-- be done again (return). All are kept; which of them holds follows from all of them.
CREATE TABLE decision (
    envelope_number INTEGER PRIMARY KEY
        REFERENCES envelope (number) DEFERRABLE INITIALLY DEFERRED,
    family_id TEXT NOT NULL REFERENCES family (family_id),
    kind TEXT NOT NULL CHECK (kind IN ('settlement', 'return')),
    -- the envelope of the interview in question; '' is the family's own answer online, NULL takes
    -- earlier settlements back
    chosen TEXT,
    officer_id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    -- the point at which it was taken into custody, and the one at which it took effect
    place INTEGER NOT NULL,
    point INTEGER NOT NULL,
    -- of the case, the first that shows it: what was begun on an earlier one does not answer it
    version INTEGER NOT NULL,
    decided_at TEXT NOT NULL,
    -- of a settlement the reason, of a return the comments
    reason TEXT NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX decision_by_family ON decision (family_id);

-- Interviews that were begun and not finished: evidence, never results.
CREATE TABLE draft (
    envelope_number INTEGER PRIMARY KEY
        REFERENCES envelope (number) DEFERRABLE INITIALLY DEFERRED,
    family_id TEXT NOT NULL REFERENCES family (family_id),
    officer_id TEXT NOT NULL,
    incarnation TEXT NOT NULL,
    sequence INTEGER NOT NULL
) STRICT;
CREATE INDEX draft_by_family ON draft (family_id);

-- Whether who got the case was offered what the former officers had begun.
ALTER TABLE assignment ADD COLUMN with_drafts INTEGER NOT NULL DEFAULT 0;

-- failing: hard edits that the answers do not pass. key_answers: a hash of who lives there and what
-- they are, '' where it says of nobody. instance_id, replaces: of the questionnaire's instance.
ALTER TABLE result ADD COLUMN failing INTEGER NOT NULL DEFAULT 0;
ALTER TABLE result ADD COLUMN key_answers TEXT NOT NULL DEFAULT '';
ALTER TABLE result ADD COLUMN instance_id TEXT NOT NULL DEFAULT '';
ALTER TABLE result ADD COLUMN replaces TEXT NOT NULL DEFAULT '';

ALTER TABLE conflict ADD COLUMN state TEXT NOT NULL DEFAULT 'open'
    CHECK (state IN ('open', 'confirmed', 'settled'));
-- the settlement or return that closed it; 0 where the rule did
ALTER TABLE conflict ADD COLUMN closed_by INTEGER NOT NULL DEFAULT 0;
