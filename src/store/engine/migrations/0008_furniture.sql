-- What repeats on the articles of a host; see store/furniture.rs.
CREATE TABLE host_furniture (
    host TEXT PRIMARY KEY,
    -- Hashes of blocks with the number of articles each stood in, the longest unseen first.
    blocks BLOB NOT NULL,
    learned_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX host_furniture_learned ON host_furniture (learned_at);
