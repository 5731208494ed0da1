-- Numbers of documents that an article names, or has itself where it is a document of record, in their canonical spelling with
-- their scope (`identifiers` says which there are): "celex:32024R1689", "bill:119hr1234".
CREATE TABLE identifier (
    article INTEGER NOT NULL REFERENCES article ON DELETE CASCADE,
    value TEXT NOT NULL,
    -- It is the article's own number.
    is_own INTEGER NOT NULL,
    -- It says which one document the article is, or is about; an overview is about none.
    is_subject INTEGER NOT NULL,
    PRIMARY KEY (article, value)
) STRICT, WITHOUT ROWID;
-- Which document has a number, and who names it.
CREATE INDEX identifier_value ON identifier (value, is_own, article);
