INSERT INTO host_furniture (host, blocks, learned_at) VALUES ('a.example', x'0001', 1780000000);
