-- The host of a page that is wanted.
UPDATE article SET page_host = 'news.example', wants_page = 1 WHERE id = 2;
