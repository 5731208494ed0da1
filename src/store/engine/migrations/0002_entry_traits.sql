-- What an entry is known by when its key and its link have changed; see decide/identity.rs.
-- Empty for what was stored before: that is known by key and link alone until its feed says it again.
ALTER TABLE entry ADD COLUMN title_hash INTEGER;
ALTER TABLE entry ADD COLUMN published_at INTEGER;
CREATE INDEX entry_title ON entry (source, title_hash);
