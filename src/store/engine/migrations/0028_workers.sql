-- Several workers may poll one store at a server: each host is asked by the one that holds its row, at its pace, and whose lease is whose
-- is known. In a file there is one worker, number 0, which holds no host.
CREATE TABLE host (
    name TEXT PRIMARY KEY,
    worker INTEGER,
    -- The distance its holder keeps between two requests, and when the next one may ask, in milliseconds.
    gap INTEGER NOT NULL DEFAULT 0,
    free_at INTEGER NOT NULL DEFAULT 0,
    -- Refusals in a row, and until when it is left alone for them.
    refusals INTEGER NOT NULL DEFAULT 0,
    wait_until INTEGER
) WITHOUT ROWID;
INSERT INTO host (name, refusals, wait_until) SELECT host, refusals, wait_until FROM refusing_host;
DROP TABLE refusing_host;
CREATE INDEX host_waits ON host (wait_until) WHERE wait_until IS NOT NULL;

ALTER TABLE refused_address ADD COLUMN host TEXT NOT NULL DEFAULT '';
CREATE INDEX refused_address_host ON refused_address (host);
ALTER TABLE robots ADD COLUMN host TEXT NOT NULL DEFAULT '';
CREATE INDEX robots_host ON robots (host);

-- The host a poll asks; empty where it asks none.
ALTER TABLE source ADD COLUMN host TEXT NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN leased_by INTEGER;
-- How long after it was due it was polled last.
ALTER TABLE source ADD COLUMN late_seconds INTEGER;
ALTER TABLE article ADD COLUMN leased_by INTEGER;

-- Articles that were read where nobody places them: who does takes them from here.
CREATE TABLE unplaced (
    article INTEGER PRIMARY KEY,
    read_at INTEGER NOT NULL,
    -- It has its place, and joins its story anew.
    joins_anew INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX unplaced_read ON unplaced (read_at, article);
