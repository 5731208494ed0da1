-- What a program of schema 1 may have left: two sources, three articles, one a copy, a story, a digest and its delivery.
INSERT INTO source (id, kind, address, name, active, schedule, etag, body_hash, title, polled_at, next_poll_at, interval_seconds, failures, last_error)
VALUES (1, 'feed', 'http://a.example/feed', 'A', 1, 'adaptive', x'2278', x'0102', 'The A', 1780000000, 1780003600, 3600, 0, NULL),
       (2, 'feed', 'http://b.example/feed', NULL, 0, '*/30 * * * *', NULL, NULL, NULL, NULL, NULL, NULL, 3, 'answered 503');
INSERT INTO article (id, source, url_key, title, excerpt, byline, original_url, web_url, published_at, seen_at, language, provider_name, provider_domain, quality, is_news, is_dated, body_state, verdict, wants_page, work_at)
VALUES (1, 1, 'a.example/1', 'Face scan ban passes', 'It passed.', 'Jo', 'http://a.example/1?x=1', 'http://a.example/1', 1780000000, 1780000100, 'en', 'A', 'a.example', 61, 1, 1, 'done', 'complete', 0, NULL),
       (2, 2, 'b.example/1', 'Face scan ban passes', 'It passed.', NULL, 'http://b.example/1', 'http://b.example/1', 1780000500, 1780000600, NULL, 'B', 'b.example', 40, 1, 0, 'done', 'teaser', 0, NULL),
       (3, 1, 'a.example/2', 'Still to be read', '', NULL, 'http://a.example/2', 'http://a.example/2', 1780000700, 1780000800, 'en', 'A', 'a.example', NULL, 1, 1, 'pending', NULL, 1, 1780000800);
INSERT INTO body (article, feed_text, feed_markdown, text, markdown)
VALUES (1, 'It passed.', NULL, 'The face scan ban passed.', 'The *face scan* ban passed.'), (2, 'It passed.', NULL, NULL, NULL), (3, '', NULL, NULL, NULL);
INSERT INTO entry (source, key, fingerprint, article) VALUES (1, 'guid-1', -77, 1), (2, 'guid-1', 12, 2), (1, 'guid-2', 3, 3);
INSERT INTO revision (article, replaced_at, title, excerpt, text) VALUES (1, 1780000300, 'Face scan ban debated', 'Debated.', 'It is debated.');
INSERT INTO article_text (rowid, title, excerpt, body) VALUES (1, 'Face scan ban passes', 'It passed.', 'The face scan ban passed.');
INSERT INTO topic (id, name, active, rule, added_at, archive_to, matched_to) VALUES (1, 'Face Scans', 1, '"face scan"', 1779000000, 0, 3);
INSERT INTO match (topic, article, score, reasons) VALUES (1, 1, 2.5, '[]'), (1, 2, 1.0, '[]');
INSERT INTO story (id, started_at, updated_at) VALUES (7, 1780000000, 1780000600);
INSERT INTO member (article, story, copy_of, joined_at) VALUES (1, 7, NULL, 1780000100), (2, 7, 1, 1780000600);
INSERT INTO story_event (at, story, kind, article, detail) VALUES (1780000100, 7, 'started', 1, NULL);
INSERT INTO document (article, name, dirty) VALUES (1, '2026-05-28-face-scan-ban-passes.md', 0), (2, '2026-05-28-face-scan-ban-passes-2.md', 1);
INSERT INTO digest_run (name, ran_at) VALUES ('daily', 1780000000);
INSERT INTO digest (id, name, from_at, to_at, subject, text, html, stories) VALUES (4, 'daily', NULL, 1780001000, '1 new story', 'text', '<p>', 1);
INSERT INTO digest_item (digest, story, article) VALUES (4, 7, 1);
INSERT INTO delivery (digest, channel, message_id, bytes, state, attempts, sent_at) VALUES (4, 'mail:me@example.org', '<4.1@example.org>', x'48690d0a', 'sent', 1, 1780001001);
