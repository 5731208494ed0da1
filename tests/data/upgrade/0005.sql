UPDATE member SET prepared = x'00' WHERE article = 1;
