INSERT INTO refused_address (address, wait_until) VALUES ('http://b.example/feed', 1790000000);
INSERT INTO refusing_host (host, refusals, wait_until) VALUES ('b.example', 3, 1790000000);
INSERT INTO robots (origin, rules, known_until) VALUES ('http://a.example', 'User-agent: *', 1790000000);
INSERT INTO source_alias (address, source) VALUES ('http://old.example/feed', 1);
