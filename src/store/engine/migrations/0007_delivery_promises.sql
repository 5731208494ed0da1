-- What a try that was cut off means: 'at-least-once' sends again, 'at-most-once' counts as failed.
ALTER TABLE delivery ADD COLUMN guarantee TEXT NOT NULL DEFAULT 'at-least-once'
    CHECK (guarantee IN ('at-least-once', 'at-most-once'));

-- The last run a schedule owed: its local date, and its place among that date's runs.
ALTER TABLE digest_run ADD COLUMN day TEXT;
ALTER TABLE digest_run ADD COLUMN place INTEGER;

-- What a digest is: 'digest', 'alarm', 'heartbeat' or 'alert'.
ALTER TABLE digest ADD COLUMN kind TEXT NOT NULL DEFAULT 'digest'
    CHECK (kind IN ('digest', 'alarm', 'heartbeat', 'alert'));
-- Sources that could not be read when it was composed.
ALTER TABLE digest ADD COLUMN unread INTEGER NOT NULL DEFAULT 0;
