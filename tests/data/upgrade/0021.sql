INSERT OR REPLACE INTO reindex (id, done_to, up_to) VALUES (1, 0, 2);
