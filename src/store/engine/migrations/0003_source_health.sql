-- What kind of trouble the last failed poll met: 'blocked', 'markup', or nothing of the kind.
ALTER TABLE source ADD COLUMN trouble TEXT;
-- The usual distance between its entries, in seconds, and the latest of them.
ALTER TABLE source ADD COLUMN usual_gap_seconds INTEGER;
ALTER TABLE source ADD COLUMN newest_at INTEGER;
-- The group it stands in, outermost first, with slashes between.
ALTER TABLE source ADD COLUMN folder TEXT;
