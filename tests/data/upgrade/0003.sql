UPDATE source SET trouble = 'blocked', usual_gap_seconds = 7200, newest_at = 1780000000, folder = 'News/Law' WHERE id = 2;
