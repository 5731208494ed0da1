-- What the pages behind an article's first one were known by, as JSON: [[address, ETag, Last-Modified], …]. NULL: there are none,
-- or the article is to be asked for whole.
ALTER TABLE article ADD COLUMN page_parts TEXT;
