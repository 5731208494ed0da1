-- What a program of schema 28 wrote: a host that refuses, and an article that waits for its place.
INSERT INTO host (name, refusals, wait_until) VALUES ('c.example', 2, 1790000000);
INSERT INTO unplaced (article, read_at) SELECT min(id), 1790000000 FROM article;
UPDATE source SET host = 'b.example', late_seconds = 3;
