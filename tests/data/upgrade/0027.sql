INSERT INTO record_field (article, name, value, since_at, replaced_at) VALUES (1, 'comments_close_on', '2026-06-03', 1780000100, 1780000300);
INSERT INTO record_field (article, name, value, since_at) VALUES (1, 'comments_close_on', '2026-06-09', 1780000300), (1, 'docket', 'A-2026-1', 1780000100), (2, 'docket', 'A-2026-1', 1780000600);
