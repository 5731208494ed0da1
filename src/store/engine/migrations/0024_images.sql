-- Pictures that are kept, each once, by the SHA-256 of its bytes. The bytes are a file of that name in the state folder
-- (src/image_files.rs); a row is written when its file is on disk.
CREATE TABLE image (
    hash TEXT PRIMARY KEY,
    format TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which article has which, and from where: its lead picture. One without a hash is not to be had from there.
CREATE TABLE article_image (
    article INTEGER PRIMARY KEY REFERENCES article,
    url TEXT NOT NULL,
    hash TEXT REFERENCES image
) STRICT;
CREATE INDEX article_image_hash ON article_image (hash) WHERE hash IS NOT NULL;
CREATE INDEX article_image_url ON article_image (url);

-- The icons of publishers, by domain; one without a hash was asked for in vain.
CREATE TABLE publisher_icon (
    domain TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    hash TEXT REFERENCES image
) STRICT, WITHOUT ROWID;
CREATE INDEX publisher_icon_hash ON publisher_icon (hash) WHERE hash IS NOT NULL;
-- An icon stands in every document of its publisher, and goes with the last article.
CREATE INDEX article_provider ON article (provider_domain);
