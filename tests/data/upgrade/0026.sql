INSERT INTO entry (source, key, fingerprint, article) SELECT source, key || ' again', fingerprint, article FROM entry WHERE article = 1;
