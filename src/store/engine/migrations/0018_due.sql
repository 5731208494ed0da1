-- What is due and nobody works on: however much is under way, the next one is the first of the index.
DROP INDEX source_due;
CREATE INDEX source_due ON source (next_poll_at) WHERE active = 1 AND stopped = 0 AND lease_until IS NULL;
DROP INDEX article_work;
CREATE INDEX article_work ON article (work_at, published_at, page_host) WHERE work_at IS NOT NULL AND lease_until IS NULL;
