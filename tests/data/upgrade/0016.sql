INSERT INTO wording (article, source, title, text, language, yields) VALUES (1, 1, 'Votes on a scan', 'What another feed says.', 'en', 0);
