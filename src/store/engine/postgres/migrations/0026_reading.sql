-- How many articles each source has brought, counted where entries come and go, not where it is read.
ALTER TABLE source ADD COLUMN articles BIGINT NOT NULL DEFAULT 0;
UPDATE source SET articles = (SELECT count(DISTINCT article) FROM entry WHERE entry.source = source.id);

-- Entries are added and changed one at a time.
CREATE FUNCTION entry_counted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NOT EXISTS (SELECT 1 FROM entry WHERE article = OLD.article AND source = OLD.source) THEN
        UPDATE source SET articles = articles - 1 WHERE id = OLD.source;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM entry WHERE article = NEW.article AND source = NEW.source AND key <> NEW.key) THEN
        UPDATE source SET articles = articles + 1 WHERE id = NEW.source;
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER entry_added AFTER INSERT ON entry FOR EACH ROW EXECUTE FUNCTION entry_counted();
-- The same key, another article.
CREATE TRIGGER entry_moved AFTER UPDATE OF article ON entry FOR EACH ROW
    WHEN (NEW.article <> OLD.article) EXECUTE FUNCTION entry_counted();

-- They go many at a time, and a trigger sees what is left when all are gone.
CREATE FUNCTION entries_uncounted() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    UPDATE source SET articles = source.articles - gone.number
    FROM (SELECT source, count(DISTINCT article) AS number FROM removed
          WHERE NOT EXISTS (SELECT 1 FROM entry WHERE entry.article = removed.article AND entry.source = removed.source)
          GROUP BY source) AS gone
    WHERE source.id = gone.source;
    RETURN NULL;
END
$$;
CREATE TRIGGER entry_removed AFTER DELETE ON entry REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION entries_uncounted();

-- What lists ask of many articles and members, without the pages that hold their texts and their words.
CREATE INDEX article_brief ON article (id, is_news, published_at, provider_domain);
CREATE INDEX member_brief ON member (article, copy_of);
