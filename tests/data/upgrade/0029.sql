-- What a program of schema 29 wrote: a date told, and told once again.
INSERT INTO deadline_told (article, kind, value, digest, what) VALUES (1, 'comments_close_on', '2026-06-03', 4, 'stated'), (1, 'comments_close_on', '2026-06-09', 4, 'reminder');
