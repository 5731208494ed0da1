-- The full-text index holds words in the comparable form in which topics look for them, cut by `text::words` with single
-- spaces between them, so that a search finds what a topic does: it cuts at spaces alone. Rows of articles that are there
-- already are written again in the background, the newest first; see store/maintenance/reindex.rs.
DROP TABLE article_text;
CREATE VIRTUAL TABLE article_text USING fts5 (
    title, excerpt, body,
    content = '', contentless_delete = 1, detail = full,
    tokenize = "ascii tokenchars '''.,;'"
);
INSERT INTO article_text (article_text, rank) VALUES ('automerge', 32);
INSERT INTO article_text (article_text, rank) VALUES ('crisismerge', 64);

-- Every word of the index once, for those that are looked for by their ends.
CREATE VIRTUAL TABLE article_text_words USING fts5vocab (article_text, row);

-- `up_to` goes down: articles above it are done.
INSERT OR REPLACE INTO reindex (id, done_to, up_to) SELECT 1, 0, max(id) FROM article HAVING max(id) IS NOT NULL;
