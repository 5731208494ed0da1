INSERT INTO merge_look (id, looked_at, grown_to, story_to) VALUES (1, 1781100000, 1781099000, 1);
