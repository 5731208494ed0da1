-- Numbers of documents that an article names, or has itself where it is a document of record, in their canonical spelling.
CREATE TABLE identifier (
    article BIGINT NOT NULL REFERENCES article ON DELETE CASCADE,
    value TEXT COLLATE "C" NOT NULL,
    is_own BIGINT NOT NULL,
    is_subject BIGINT NOT NULL,
    PRIMARY KEY (article, value)
);
CREATE INDEX identifier_value ON identifier (value, is_own, article);
