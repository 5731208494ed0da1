UPDATE source SET asked_rest_seconds = 31536000 WHERE id = 1;
