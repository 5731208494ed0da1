-- Segments of the full-text index are merged sixteen at a time instead of four: every word is carried over half as often,
-- and a search looks into a few segments more.
INSERT INTO article_text (article_text, rank) VALUES ('automerge', 16);
