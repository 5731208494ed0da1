UPDATE member SET reasons = '{"placed":"copy","of":1}' WHERE article = 2;
