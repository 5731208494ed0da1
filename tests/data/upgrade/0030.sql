-- What a program of schema 30 wrote: a document with its docket, and an article that names it.
INSERT INTO identifier (article, value, is_own, is_subject) VALUES (1, 'docket:EPA-HQ-OAR-2021-0317', 1, 1), (2, 'docket:EPA-HQ-OAR-2021-0317', 0, 1);
