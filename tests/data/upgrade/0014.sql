INSERT INTO tombstone (address, title_hash, purged_at) VALUES (x'00112233445566778899aabbccddeeff', 99, 1780000000);
INSERT INTO tombstone_entry (source, key, title_hash, purged_at) VALUES (1, x'ffeeddccbbaa99887766554433221100', NULL, 1780000000);
INSERT INTO purged_document (name) VALUES ('2020-01-01-gone.md');
