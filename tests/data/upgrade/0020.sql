UPDATE source SET entry_lengths = '21… 19 340', day_pages = 7 WHERE id = 1;
UPDATE article SET is_teaser = 1 WHERE id = 2;
