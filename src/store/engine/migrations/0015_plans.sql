-- Members of a story in the order in which they joined, without sorting all of it.
DROP INDEX member_story;
CREATE INDEX member_story ON member (story, joined_at);
-- What is new is found without reading what is old.
CREATE INDEX member_joined ON member (joined_at);
CREATE INDEX article_published ON article (published_at);
CREATE INDEX revision_replaced ON revision (replaced_at);
CREATE INDEX digest_latest ON digest (name);
CREATE INDEX delivery_state ON delivery (state);
-- The host whose page is wanted, so that work can be shared out among hosts before any of it is read; NULL: no page is.
ALTER TABLE article ADD COLUMN page_host TEXT;
UPDATE article SET page_host = (WITH rest (text) AS (SELECT substr(web_url, instr(web_url, '://') + 3))
        SELECT substr(text, 1, instr(text || '/', '/') - 1) FROM rest)
    WHERE work_at IS NOT NULL AND wants_page = 1;
DROP INDEX article_work;
CREATE INDEX article_work ON article (work_at, published_at, page_host) WHERE work_at IS NOT NULL;
