-- The latest articles of a source, however long ago they came, and how many a day.
CREATE INDEX article_source ON article (source, published_at);
