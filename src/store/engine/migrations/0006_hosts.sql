-- What hosts asked for and what their robots.txt says; see store/hosts.rs.
CREATE TABLE refused_address (
    address TEXT PRIMARY KEY,
    wait_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refused_address_until ON refused_address (wait_until);

CREATE TABLE refusing_host (
    host TEXT PRIMARY KEY,
    -- In a row, without a success between.
    refusals INTEGER NOT NULL,
    wait_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX refusing_host_until ON refusing_host (wait_until);

CREATE TABLE robots (
    origin TEXT PRIMARY KEY,
    -- NULL: there are none to go by, for this reason.
    rules TEXT,
    reason TEXT,
    known_until INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX robots_until ON robots (known_until);

-- Addresses a source had before.
CREATE TABLE source_alias (
    address TEXT PRIMARY KEY,
    source INTEGER NOT NULL REFERENCES source
) STRICT, WITHOUT ROWID;
