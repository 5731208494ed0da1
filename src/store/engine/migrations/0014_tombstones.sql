-- What is left of purged articles, so that they never come back as new: hashes of their address and of their entries' keys,
-- with what tells a new article under an old address or key from the old one.
CREATE TABLE tombstone (
    address BLOB PRIMARY KEY,
    title_hash INTEGER,
    purged_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE tombstone_entry (
    source INTEGER NOT NULL REFERENCES source,
    key BLOB NOT NULL,
    title_hash INTEGER,
    purged_at INTEGER NOT NULL,
    PRIMARY KEY (source, key)
) STRICT, WITHOUT ROWID;

-- Documents whose article is gone and whose file may still be there.
CREATE TABLE purged_document (
    name TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;

-- What refers to an article is found without reading all of it when one goes.
CREATE INDEX member_copy ON member (copy_of) WHERE copy_of IS NOT NULL;
CREATE INDEX story_event_article ON story_event (article) WHERE article IS NOT NULL;
