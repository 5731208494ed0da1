-- What a program of schema 17 has written of three topics, of which two match: each rule as it was stored, what was prepared of
-- each member, and for which settings the documents are.
INSERT INTO source (id, kind, address, name, active, schedule, title, polled_at, succeeded_at, changed_at, next_poll_at, interval_seconds, usual_gap_seconds, newest_at, day_began_at, day_new)
VALUES (1, 'feed', 'http://a.example/feed', 'A', 1, 'every 1h', 'A', 1781352000, 1781352000, 1781352000, 1781355600, 900, 0, 1781258400, 1781352000, 2);
INSERT INTO article (id, source, url_key, title, excerpt, original_url, web_url, published_at, seen_at, provider_name, provider_domain, quality, is_news, is_dated, body_state, wants_page)
VALUES (1, 1, 'news.example/a', 'Velden harbour bridge closes after crack', 'Inspectors saw a crack in the harbour bridge of Velden. The city said on Friday that more would be known after the weekend.', 'http://news.example/a', 'http://news.example/a', 1781258400, 1781352000, 'A', 'news.example', 90, 1, 1, 'from-feed', 0),
       (2, 1, 'news.example/b', 'Ferry fares rise in Ostmere', 'Islanders pay more for the ferries from July. The city said on Friday that more would be known after the weekend.', 'http://news.example/b', 'http://news.example/b', 1781258400, 1781352000, 'A', 'news.example', 90, 1, 1, 'from-feed', 0);
INSERT INTO body (article, feed_text)
VALUES (1, 'Inspectors saw a crack in the harbour bridge of Velden. The city said on Friday that more would be known after the weekend.'),
       (2, 'Islanders pay more for the ferries from July. The city said on Friday that more would be known after the weekend.');
INSERT INTO topic (id, name, active, rule, added_at, archive_to)
VALUES (1, 'Städte', 1, 'None', 1781352000, 0),
       (2, 'Velden "Hafen"', 1, 'Query("\"harbour bridge\" OR Hafenbrücke")', 1781352000, 0),
       (3, 'Ferries', 1, 'Keywords { any: ["ferry", "O''Neill\\quay", "हिन\u{94d}दी"], place: Text } in all forms', 1781352000, 0);
INSERT INTO match (topic, article, score, reasons)
VALUES (2, 1, 6.39999985694885253906e-01, '[{"term":"\"harbour bridge\"","place":"title","count":1},{"term":"\"harbour bridge\"","place":"lead","count":1},{"term":"\"harbour bridge\"","place":"body","count":1}]'),
       (3, 2, 6.39999985694885253906e-01, '[{"term":"ferry","place":"title","count":1},{"term":"ferry","place":"lead","count":1},{"term":"ferry","place":"body","count":1}]');
INSERT INTO story (id, started_at, updated_at)
VALUES (1, 1781352000, 1781352000),
       (2, 1781352000, 1781352000);
INSERT INTO member (article, story, joined_at, prepared)
VALUES (1, 1, 1781352000, X'050000000000000004F56A5F98AD446606000000B938731640AC4901000600DFA069343D31CC6B7303276C1700A554546BF820276C7F05D53469343D31B42FDFA0D5341972B71FAD227B387030DB294D24E610596B7303D534F05D59AB8704F462E03E13B90E13FB420F3F54EB9E2BF462E03EF09DDF2DF462E03EE2415936FB420F3F88A5023B669C743F6934356A89A00F3FDF205B728F08A73F99889E90F462E03EE902E99CFB420F3FEA9909A2FB420F3FDB06C4ABF462E03E27AC6DC216DE923F231ABACD89A00F3F7B3889E097F3053F'),
       (2, 2, 1781352000, X'05000000000000002A563D4412381587050000000C4481848E98358A0005004E3C8F655E5E7F05C2B01500C44FCE5EDB298C21D534104C3F0C7C3CD5341972B71FAD227B387030DB294D24E610596B7303D534F05D59AB8704F462E03E31C7641497F3053FCE1E7E2CF462E03EF09DDF2DF462E03E9E4FF04DF462E03E70BD0060FB420F3F157F2D6B669C743F5EDEEF80669C743F99889E90F462E03E278BB7C4FB420F3F3C9818DBFB420F3F7B3889E097F3053F59BDB5F4F1263F3FD7C21EF6549F8C3F');
INSERT INTO document (article, name, dirty)
VALUES (1, '2026-06-12-velden-harbour-bridge-closes-after-crack.md', 0),
       (2, '2026-06-12-ferry-fares-rise-in-ostmere.md', 0);
INSERT INTO setting (name, value)
VALUES ('current-since', 1779624000),
       ('documents-for', 5377564683490762436);
