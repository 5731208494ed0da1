UPDATE article SET published_zone = 'site' WHERE id = 1;
