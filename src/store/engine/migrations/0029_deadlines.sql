-- Which dates of documents a digest told, and as what ('stated', 'reminder', 'withdrawn'): each once, and once again before it.
CREATE TABLE deadline_told (
    article INTEGER NOT NULL REFERENCES article,
    -- The field that states it.
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    digest INTEGER NOT NULL REFERENCES digest,
    what TEXT NOT NULL,
    PRIMARY KEY (article, kind, value, digest)
) STRICT, WITHOUT ROWID;
-- What was told and is still ahead may be withdrawn.
CREATE INDEX deadline_told_value ON deadline_told (value);
