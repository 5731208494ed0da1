-- What the register an article comes from says of it beside its words: its numbers, its agency, its dates. A date is
-- YYYY-MM-DD, or RFC 3339 where a time is stated. A name may have several values; one that another replaced is kept.
CREATE TABLE record_field (
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    -- Since when it is known here.
    since_at INTEGER NOT NULL,
    -- When the register said another instead; NULL while it stands.
    replaced_at INTEGER,
    PRIMARY KEY (article, name, value)
) STRICT, WITHOUT ROWID;
-- Which articles a docket has, and which dates are ahead.
CREATE INDEX record_field_standing ON record_field (name, value) WHERE replaced_at IS NULL;
