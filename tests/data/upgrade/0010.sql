INSERT INTO story (id, started_at, updated_at) VALUES (8, 1780000000, 1780000600);
INSERT INTO near (story, other, place) VALUES (7, 8, 0);
INSERT INTO setting (name, value) VALUES ('current-since', 1780000000), ('documents-for', -7);
