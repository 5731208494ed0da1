-- What documents are made of beside articles and stories, so that a document is a function of what is stored.
-- The stories whose leads a story's documents name as related, as they were found when these were written last.
CREATE TABLE near (
    story INTEGER NOT NULL REFERENCES story,
    other INTEGER NOT NULL REFERENCES story,
    place INTEGER NOT NULL,
    PRIMARY KEY (story, other)
) STRICT, WITHOUT ROWID;
CREATE INDEX near_other ON near (other);

-- Single numbers: 'current-since' is the moment before which no article is current, 'documents-for' marks the settings
-- that documents were written for.
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
