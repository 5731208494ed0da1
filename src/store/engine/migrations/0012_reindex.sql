-- Articles whose rows in the full-text index may be cut into words as queries no longer are: those from `done_to` to
-- `up_to` are to be looked at. No row: all are done. See store/reindex.rs.
CREATE TABLE reindex (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    done_to INTEGER NOT NULL,
    up_to INTEGER NOT NULL
) STRICT;
INSERT INTO reindex (id, done_to, up_to) SELECT 1, 0, max(id) FROM article HAVING max(id) IS NOT NULL;
