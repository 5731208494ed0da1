-- How many words the latest entries of a feed have, newest first ("21… 19 340"), whether they lead to sites of others, and the
-- pages that were asked for in the day of day_began_at because of that.
ALTER TABLE source ADD COLUMN entry_lengths TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN leads_away INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN day_pages INTEGER NOT NULL DEFAULT 0;
-- 1: what its feed gives of it is a teaser; unless its page is read, it is judged by that alone.
ALTER TABLE article ADD COLUMN is_teaser INTEGER NOT NULL DEFAULT 0;
CREATE INDEX article_teaser ON article (seen_at, body_state) WHERE is_teaser = 1;
