INSERT INTO story (id, started_at, updated_at, continues, continues_words) VALUES (9, 1780000700, 1780000700, 7, '["velden"]');
