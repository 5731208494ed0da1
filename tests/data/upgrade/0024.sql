INSERT INTO image (hash, format, width, height, bytes) VALUES ('0f343b0931126a20f133d67c2b018a3b5e5e8a3b4b6b6f6c1d2e3f405162738a', 'png', 1200, 630, 2048);
INSERT INTO article_image (article, url, hash) SELECT id, coalesce(image_url, 'https://a.example/a.png'), '0f343b0931126a20f133d67c2b018a3b5e5e8a3b4b6b6f6c1d2e3f405162738a' FROM article WHERE id = 1;
INSERT INTO publisher_icon (domain, url, asked_at, hash) VALUES ('a.example', 'https://a.example/icon.png', 1781300000, NULL);
INSERT INTO article_image (article, url) SELECT id, coalesce(image_url, 'https://a.example/b.png') FROM article WHERE id = 2;
