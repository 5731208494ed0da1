INSERT INTO article_text (rowid, title, excerpt, body) VALUES (2, 'Council votes', '', 'Nine voted for it.');
