UPDATE entry SET title_hash = 99, published_at = 1780000000 WHERE key = 'guid-1';
