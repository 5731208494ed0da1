-- How many articles each source has brought, counted where entries come and go, not where it is read.
ALTER TABLE source ADD COLUMN articles INTEGER NOT NULL DEFAULT 0;
UPDATE source SET articles = (SELECT count(DISTINCT article) FROM entry WHERE entry.source = source.id);

CREATE TRIGGER entry_added AFTER INSERT ON entry
WHEN NOT EXISTS (SELECT 1 FROM entry WHERE article = NEW.article AND source = NEW.source AND key <> NEW.key)
BEGIN
    UPDATE source SET articles = articles + 1 WHERE id = NEW.source;
END;

CREATE TRIGGER entry_removed AFTER DELETE ON entry
WHEN NOT EXISTS (SELECT 1 FROM entry WHERE article = OLD.article AND source = OLD.source)
BEGIN
    UPDATE source SET articles = articles - 1 WHERE id = OLD.source;
END;

-- The same key, another article.
CREATE TRIGGER entry_moved AFTER UPDATE OF article ON entry WHEN NEW.article <> OLD.article
BEGIN
    UPDATE source SET articles = articles
        - (NOT EXISTS (SELECT 1 FROM entry WHERE article = OLD.article AND source = OLD.source))
        + (NOT EXISTS (SELECT 1 FROM entry WHERE article = NEW.article AND source = NEW.source AND key <> NEW.key))
    WHERE id = NEW.source;
END;

-- What lists ask of many articles and members, without the pages that hold their texts and their words.
CREATE INDEX article_brief ON article (id, is_news, published_at, provider_domain);
CREATE INDEX member_brief ON member (article, copy_of);
