-- How far stories were looked at for those that are one; a single row. See store/merges.rs.
CREATE TABLE merge_look (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    looked_at INTEGER NOT NULL,
    -- The last story looked at, in the order in which they grew.
    grown_to INTEGER NOT NULL,
    story_to INTEGER NOT NULL
) STRICT;
