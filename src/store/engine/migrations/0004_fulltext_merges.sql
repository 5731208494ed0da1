-- Segments of the full-text index are merged by dozens instead of fours: a word is carried over once or twice in its life
-- instead of five times, and a search looks into some more segments, which costs it a millisecond.
INSERT INTO article_text (article_text, rank) VALUES ('automerge', 32);
INSERT INTO article_text (article_text, rank) VALUES ('crisismerge', 64);
