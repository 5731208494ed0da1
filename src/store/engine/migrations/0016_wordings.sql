-- What another source says of an article in its own words, where those match a topic that the article's do not.
CREATE TABLE wording (
    article INTEGER NOT NULL REFERENCES article,
    source INTEGER NOT NULL REFERENCES source,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    language TEXT,
    -- 1: the page says more than these words, once it is read.
    yields INTEGER NOT NULL,
    PRIMARY KEY (article, source)
) STRICT, WITHOUT ROWID;
