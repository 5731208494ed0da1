UPDATE story SET continues = 1, continues_words = '["velden"]' WHERE id = 2;
