-- How many new entries a source brought in the day that began then, and how many wait for another.
ALTER TABLE source ADD COLUMN day_began_at INTEGER;
ALTER TABLE source ADD COLUMN day_new INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN held_back INTEGER NOT NULL DEFAULT 0;
