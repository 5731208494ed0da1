-- Where the zone of published_at is from: 'stated' by the page, 'site' or 'utc' where the page states none; NULL: the time is
-- the feed's or that of the first sight, or was written before this was kept.
ALTER TABLE article ADD COLUMN published_zone TEXT CHECK (published_zone IN ('stated', 'site', 'utc'));
